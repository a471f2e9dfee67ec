// The form that turns selected text into a note, a claim, or a question.

import { ask } from "../shared/ask.mjs";
import { make } from "../shared/dom.mjs";
import { keep, recall } from "../shared/storage.mjs";
import { oneLine } from "../shared/text.mjs";
import { button, complain, complaints, completion, grow, setBusy } from "./fields.mjs";
import { isSave, SAVE } from "./keys.mjs";
import { fieldsOf, KINDS } from "./kinds.mjs";
import { finish, hideMessage, say, sayProblems } from "./message.mjs";
import { placeForm, takeSpaceBack } from "./place.mjs";
import { know, known } from "./requests.mjs";
import { rangeOf } from "./selection.mjs";
import { highlightWords, styled } from "./shadow.mjs";
import { fillSources, sourcesIn } from "./sources.mjs";

const DRAFT = "explainer-draft";

export const form = (() => {
  const dialog = make("dialog", { className: "form", aria: { labelledby: "title" } });
  let kind = "";
  let words = null; // the selection, in the form that the server takes; `inside` keeps parts of words
  let target = null; // the keys of the target that would be written for it
  let hash; // the file's hash when the form was opened
  let problems;
  let fields;
  let untouched = ""; // the fields' values at that time
  let waitingReload = false;
  let saving = false;

  const field = (name) => (name ? fields.querySelector(`[name=${name}]`) : null);
  const values = () => {
    const simple = [...fields.querySelectorAll("[name]")].filter(
      (one) => !one.closest(".source, .new"),
    );
    return {
      ...Object.fromEntries(simple.map((one) => [one.name, one.value])),
      ...sourcesIn(fields),
    };
  };
  const fill = (given) => {
    for (const [name, value] of Object.entries(given))
      if (typeof value === "string" && field(name)) field(name).value = value;
    fillSources(fields, kind, given);
  };

  const draftNow = () => ({ path: location.pathname, kind, words, values: values() });
  const isTouched = () => dialog.open && JSON.stringify(values()) !== untouched;
  const close = () => {
    if (!dialog.open) return;
    dialog.close();
    waitingReload = false;
    highlightWords(null);
    takeSpaceBack();
    document.dispatchEvent(new Event("explainer:resume"));
  };
  const cancel = () => {
    const draft = isTouched() ? draftNow() : null;
    keep(DRAFT, draft);
    close();
    if (draft)
      say(
        "Draft saved · ",
        button("Continue", () => openDraft(draft), { className: "undo" }),
      );
  };
  const reloadPage = () => {
    keep(DRAFT, { ...draftNow(), open: true });
    dialog.close();
    location.reload();
  };
  const offerReload = (problem) => {
    complain(problems, [problem]);
    problems.lastChild.append(button("Reload the page", reloadPage, { className: "reload" }));
  };

  const save = async () => {
    if (!target || saving) return;
    saving = true;
    setBusy(dialog, true);
    const answer = await ask("add", { hash, kind, ...target, ...values() });
    saving = false;
    setBusy(dialog, false);
    if (answer.status === 200) {
      keep(DRAFT, null);
      waitingReload = false;
      dialog.close();
      highlightWords(null);
      finish(answer);
    } else if (answer.conflict) offerReload(answer.problems[0]);
    else {
      complain(problems, answer.problems);
      field(answer.field)?.focus();
    }
  };

  const head = () => {
    const shut = { className: "close", ariaLabel: "Cancel", title: "Cancel (Esc)" };
    const title = make("h2", { id: "title" }, KINDS[kind]);
    return make("div", { className: "head" }, title, button("×", cancel, shut));
  };
  const foot = () =>
    make(
      "div",
      { className: "foot" },
      problems,
      button("Save", save, { className: "save", title: `${known.annotations} (${SAVE})` }),
      button("Cancel", cancel),
      make("span", { className: "hint" }, `Saves to ${known.annotations.split("/").at(-1)}`),
    );
  const completions = () => {
    const people = known.people.map(({ name }) => [name, ""]);
    const sources = known.sources.map(({ id, title, publisher }) => [
      id,
      [title, publisher].filter(Boolean).join(" – "),
    ]);
    return [completion("people", people), completion("sources", sources)];
  };

  // Show the quote that would be written, with the context that makes it unique, or show why the
  // selection cannot be annotated.
  const findTarget = async (quote, part) => {
    const answer = await ask("target", words);
    target = null;
    complain(problems, []);
    setBusy(dialog, answer.status !== 200);
    if (answer.status !== 200) {
      complain(problems, answer.problems);
      return;
    }
    const { quote: exact, prefix, suffix, section, inside, cuts } = answer;
    target = { quote: exact, prefix, suffix, section, inside };
    part.hidden = !cuts;
    const beside = (text) => make("span", { className: "beside" }, text);
    quote.replaceChildren(
      ...(target.prefix ? [beside(`${target.prefix} `)] : []),
      make("q", {}, target.quote),
      ...(target.suffix ? [beside(` ${target.suffix}`)] : []),
    );
  };

  // A choice for selections that cut a word, which is otherwise completed.
  const partOf = (quote) => {
    const box = make("input", {
      type: "checkbox",
      checked: words.inside,
      onchange: async () => {
        words.inside = box.checked;
        await findTarget(quote, part);
      },
    });
    const part = make(
      "label",
      { className: "part", hidden: true },
      box,
      "Only the selected part of a word",
    );
    return part;
  };

  const open = async (newKind, selection, range, draft = null) => {
    await Promise.all([know(), styled]);
    if (known.status !== 200) {
      sayProblems(known.problems);
      return;
    }
    kind = newKind;
    words = { inside: false, ...selection };
    hash = known.hash;
    target = null;
    problems = complaints();
    fields = fieldsOf(kind, words.exact);
    const quote = make("blockquote", { className: "quote" }, oneLine(words.exact));
    const part = partOf(quote);
    dialog.replaceChildren(head(), quote, part, fields, foot(), ...completions());
    untouched = JSON.stringify(values());
    if (draft) fill(draft);
    dialog.show();
    for (const one of dialog.querySelectorAll("textarea")) grow(one);
    if (range) highlightWords(range);
    placeForm(dialog, range);
    const first = fields.querySelector("textarea");
    first.focus({ preventScroll: true });
    first.select();
    await findTarget(quote, part);
  };

  dialog.addEventListener(
    "input",
    (event) => event.target.localName === "textarea" && grow(event.target),
  );
  dialog.addEventListener("keydown", (event) => {
    if (isSave(event)) save();
    else if (event.key === "Escape" && !event.isComposing) cancel();
    else return;
    event.preventDefault();
  });
  addEventListener("keydown", (event) => {
    if (event.key === "Escape" && dialog.open && document.activeElement === document.body) cancel();
  });
  document.addEventListener("explainer:reload", (event) => {
    if (!dialog.open) return;
    event.preventDefault();
    if (waitingReload || saving) return;
    waitingReload = true;
    offerReload({
      message: "the page has changed since it was loaded",
      hint: "reloading keeps what you have written",
    });
  });
  return { dialog, open, isOpen: () => dialog.open };
})();

const recallDraft = () => {
  const draft = recall(DRAFT, { path: "", kind: "", words: { exact: "" }, values: {} });
  return draft && Object.hasOwn(KINDS, draft.kind) ? draft : null;
};

// Open the form for a selection, with the draft for the same text if there is one.
export const openForm = (kind, { words, range }) => {
  const draft = recallDraft();
  const same =
    draft?.path === location.pathname && draft.kind === kind && draft.words.exact === words.exact;
  form.open(kind, same ? draft.words : words, range, same ? draft.values : null);
};

const openDraft = (draft) => {
  hideMessage();
  form.open(draft.kind, draft.words, rangeOf(draft.words), draft.values);
};

// Reopen the draft that was open when the page was reloaded.
export const reopenDraft = () => {
  const draft = recallDraft();
  if (!draft?.open || draft.path !== location.pathname) return;
  keep(DRAFT, { ...draft, open: false });
  openDraft(draft);
};
