// explainer/serve/client/shared: functions of text, and values that were stored.

import assert from "node:assert/strict";
import { test } from "node:test";
import { attempt } from "../../explainer/serve/client/shared/attempt.mjs";
import { recall } from "../../explainer/serve/client/shared/storage.mjs";
import * as text from "../../explainer/serve/client/shared/text.mjs";

test("text between backquotes is code", () => {
  assert.deepEqual(text.codeSpans("say `a` or `b c`."), ["say ", "a", " or ", "b c", "."]);
  assert.deepEqual(text.codeSpans("no `end, no\n`code"), ["no `end, no\n`code"]);
  assert.deepEqual(text.codeSpans("``"), ["``"]);
});

test("a message starts with a capital letter, but names are unchanged", () => {
  assert.equal(text.capitalSentence("there is no page"), "There is no page");
  assert.equal(text.capitalSentence("save it, or cancel"), "Save it, or cancel");
  assert.equal(text.capitalSentence("site.toml says"), "site.toml says");
  assert.equal(text.capitalSentence("`quote` is empty"), "`quote` is empty");
  assert.equal(text.capital("context"), "Context");
  assert.equal(text.capital("élan"), "Élan");
});

test("counts with singular and plural", () => {
  assert.equal(text.plural(1, "error"), "1 error");
  assert.equal(text.plural(0, "error"), "0 errors");
  assert.equal(text.plural(2, "remark"), "2 remarks");
});

test("text on one line, and a file's short name", () => {
  assert.equal(text.oneLine("  a\n b\t c "), "a b c");
  assert.equal(text.shortPlace("content/a.yaml:3"), "a.yaml:3");
  assert.equal(text.shortPlace("site.toml"), "site.toml");
});

const stored = (value, like) => {
  globalThis.sessionStorage = { getItem: () => value };
  return recall("key", like);
};

test("a stored value is returned if it has the expected type and keys", () => {
  const place = { path: "", y: 0, notes: [], words: { exact: "" } };
  const whole = { path: "/", y: 3, notes: ["a"], words: { exact: "b", other: 1 }, more: null };
  assert.deepEqual(stored(JSON.stringify(whole), place), whole);
  for (const key of Object.keys(place))
    for (const other of [undefined, null, {}, [[]], true]) {
      const value = stored(JSON.stringify({ ...whole, [key]: other }), place);
      if (key === "notes" && Array.isArray(other)) assert.deepEqual(value.notes, other);
      else assert.equal(value, null);
    }
  assert.equal(stored("true", true), true);
  assert.equal(stored('"yes"', true), null);
});

test("invalid or blocked storage has no value", () => {
  for (const odd of [null, undefined, "", "{", "null", "0", "[]", '"text"'])
    assert.equal(stored(odd, { path: "" }), null);
  globalThis.sessionStorage = {
    getItem() {
      throw new Error("SecurityError");
    },
  };
  assert.equal(recall("key", {}), null);
});

test("an error in a part is reported, and the next part runs", (t) => {
  const later = t.mock.method(globalThis, "setTimeout", () => {});
  let ran = false;
  attempt(() => assert.fail("broken"));
  attempt(() => {
    ran = true;
  });
  assert.ok(ran);
  assert.equal(later.mock.callCount(), 1);
  assert.throws(later.mock.calls[0].arguments[0], /broken/);
});
