// themes/default/scripts: functions of the search and the lists without the DOM, and odd stored values.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

// The parts of a script share one scope. `scope` provides what they use from other parts.
const load = (name, exported, scope = {}) => {
  const file = new URL(`../../themes/default/scripts/${name}`, import.meta.url);
  const text = `${readFileSync(file, "utf8")}\nreturn { ${exported} };`;
  return new Function(...Object.keys(scope), text)(...Object.values(scope));
};

const { hits, plain } = load("search/30-words.js", "hits, plain");
const { divided } = load("search/20-pagefind.js", "divided");

test("words as Pagefind compares them", () => {
  assert.equal(plain("Élan,"), "elan");
  assert.equal(plain("“1984”"), "1984");
  assert.equal(plain("ΆΝΘΡΩΠΟΣ"), plain("άνθρωπος"));
  assert.equal(plain("—"), "");
});

test("a page matches if it has the beginning of each word of the query", () => {
  const page = {
    content: "They registered at the theatre",
    locations: [1, 4],
    meta: { title: "A" },
  };
  assert.ok(hits("registration", "en", page));
  assert.ok(hits("Theatre registration", "en", page));
  assert.ok(!hits("theology nothing", "en", page));
  assert.ok(!hits("museum", "en", page), "the longest word with which it begins was taken");
  assert.ok(hits("—", "en", page));
  assert.ok(hits("博物館", "ja", page), "no spaces tell its words apart");
});

test("a location outside the text is not a word", () => {
  assert.ok(!hits("lost", "en", { content: "one", locations: [7], meta: {} }));
});

test("the parts of the index by language", () => {
  const names = ["de-x-shard1", "en", "en-x-shard1", "en-x-shard12", "zh-x-own"];
  assert.deepEqual(
    [...divided(names)],
    [
      ["de", ["de-x-shard1"]],
      ["en", ["en", "en-x-shard1", "en-x-shard12"]],
      ["zh-x-own", ["zh-x-own"]],
    ],
  );
});

const results = (scope) =>
  load("search/40-results.js", "said, marked, joined", {
    more: { addEventListener() {} },
    ...scope,
  });
const fakeDocument = {
  createElement: (name) => ({
    name,
    append(...children) {
      Object.assign(this, { children });
    },
  }),
};

test("an excerpt becomes text and marks, never HTML", () => {
  const { marked } = results({ document: fakeDocument });
  const [before, mark, after] = marked("a &lt;b&gt; <mark>c</mark> <i>d</i>");
  assert.equal(before, "a <b> ");
  assert.deepEqual([mark.name, mark.children], ["mark", ["c"]]);
  assert.equal(after, " <i>d</i>");
});

test("nodes are joined by middle dots", () => {
  assert.deepEqual(results({}).joined(["a", "b", "c"]), ["a", " · ", "b", " · ", "c"]);
  assert.deepEqual(results({}).joined([]), []);
});

test("the number of results, in the language's plural forms and digits", () => {
  const forms = { 0: "nothing for {query}", one: "{n} page", other: "{n} pages, {unknown}" };
  const labels = {
    querySelector: (selector) => {
      const textContent = forms[selector.match(/"(.+)"/)[1]];
      return textContent && { textContent };
    },
  };
  const form = { dataset: { digits: "٠١٢٣٤٥٦٧٨٩" } };
  const { said } = results({ labels, form, words: "en" });
  assert.equal(said(0, "{n}"), "nothing for {n}");
  assert.equal(said(1, "x"), "١ page");
  assert.equal(said(1200, "x"), "١,٢٠٠ pages, {unknown}");
});

const { number, folded } = load("lists/20-words.js", "number, folded", { digits: "1234567890" });

test("numbers in the language's digits", () => {
  assert.equal(number(1203), "1203");
  const arabic = load("lists/20-words.js", "number", { digits: "١٢٣٤٥٦٧٨٩٠" });
  assert.equal(arabic.number(1203), "١٢٠٣");
});

test("words are compared without accents, case, and spaces", () => {
  assert.equal(folded("  Él  ﬁnd\nit "), "el find it");
});

const choosing = (words, chosen, items) => {
  const selects = chosen.map((value) => ({ value }));
  const { choose } = load("lists/40-choose.js", "choose", {
    text: { value: words },
    selects,
    items: items.map(([text, ...values]) => ({ element: { textContent: text }, values })),
    folded,
  });
  const { left, counts } = choose();
  return {
    left: left.map((item) => item.element.textContent),
    counts: counts.map(Object.fromEntries),
  };
};
const ITEMS = [
  ["A call", ["true"], ["war", "peace"]],
  ["No call", ["false"], ["war"]],
  ["Élan", ["true"], ["art"]],
];

test("without a choice, all items remain", () => {
  const { left, counts } = choosing("", ["", ""], ITEMS);
  assert.deepEqual(left, ["A call", "No call", "Élan"]);
  assert.deepEqual(counts, [
    { true: 2, false: 1 },
    { war: 2, peace: 1, art: 1 },
  ]);
});

test("each value counts the items that would remain if it were chosen", () => {
  const { left, counts } = choosing("", ["true", ""], ITEMS);
  assert.deepEqual(left, ["A call", "Élan"]);
  assert.deepEqual(counts, [
    { true: 2, false: 1 },
    { war: 1, peace: 1, art: 1 },
  ]);
  assert.deepEqual(choosing("", ["true", "war"], ITEMS), {
    left: ["A call"],
    counts: [
      { true: 1, false: 1 },
      { war: 1, peace: 1, art: 1 },
    ],
  });
});

test("a text filter combines with the other fields", () => {
  assert.deepEqual(choosing("CALL", ["", ""], ITEMS).left, ["A call", "No call"]);
  assert.deepEqual(choosing("elan", ["false", ""], ITEMS), { left: [], counts: [{ true: 1 }, {}] });
});

const ODD = ["", "null", "{", "[[", "0", "true", '"keys"', "[]", "{}", '{"a":1}', "[null,1,{}]"];
const blocked = {
  get localStorage() {
    throw new Error("SecurityError");
  },
};
const document = { currentScript: { dataset: {} } };
const stores = () => [
  blocked,
  { localStorage: null },
  {},
  ...ODD.map((stored) => ({ localStorage: { "explainer:view": stored } })),
];
const shared = (window) => load("00-shared.js", "recall, keep, isOurs", { document, window });

test("whatever is stored, or if nothing can be, reading and writing do not throw", () => {
  for (const window of stores()) {
    const { recall, keep } = shared(window);
    recall("explainer:view");
    keep("explainer:view", {});
  }
  const full = new Proxy({}, { set: () => assert.fail("QuotaExceededError") });
  shared({ localStorage: full }).keep("a", 1);
});

test("keys are on, whatever is stored", () => {
  for (const window of stores()) {
    const { recall, keep } = shared(window);
    const { keysAreOn } = load("20-tools.js", "keysAreOn", { recall, keep, all: () => [] });
    assert.ok(keysAreOn());
  }
});

test("what readers saw before is an object, whatever is stored", () => {
  const element = { dataset: {}, textContent: "1", append() {} };
  const note = { id: "note-a", querySelector: () => element, firstElementChild: element };
  for (const stored of ODD) {
    const values = { "explainer:seen:/": stored };
    load("30-news.js", "", {
      ...shared({ localStorage: values, sessionStorage: { ...values } }),
      script: {},
      places: [{ note }],
      ratingOf: () => "true",
      location: { pathname: "/" },
      make: () => ({ append() {} }),
      document: { body: element },
    });
    assert.deepEqual(JSON.parse(values["explainer:seen:/"]), { "note-a": "true" });
  }
});

test("events on the document are for nobody", () => {
  const { isOurs } = shared({});
  assert.ok(isOurs({ target: {} }));
  assert.ok(!isOurs({ target: {}, ctrlKey: true }));
});

test("the part of a page that is named after # is read, whatever it is", () => {
  const text = "field";
  const field = { name: "text", value: "", addEventListener() {} };
  const { decoded } = load("lists/60-address.js", "decoded", {
    fields: [field],
    selects: [field],
    form: { dataset: {}, addEventListener() {} },
    button: field,
    group: text,
    show() {},
    list: undefined,
    location: { search: "", hash: "" },
    addEventListener() {},
  });
  assert.equal(decoded("%C3%BC"), "ü");
  assert.equal(decoded("100%"), "100%");
  assert.equal(decoded("%FF"), "%FF");
  assert.equal(decoded("%C3%"), "%C3%");
});
