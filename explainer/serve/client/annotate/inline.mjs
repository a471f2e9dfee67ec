// Editing a note in place.

import { ask } from "../shared/ask.mjs";
import { make } from "../shared/dom.mjs";
import { keep, recall } from "../shared/storage.mjs";
import { area, button, choice, complain, complaints, grow, labelled, setBusy } from "./fields.mjs";
import { isSave, SAVE } from "./keys.mjs";
import { finish, placeOf, say } from "./message.mjs";
import { know, known } from "./requests.mjs";
import { shadow } from "./shadow.mjs";

const EDIT = "explainer-edit";
const LABELS = {
  note: "Note",
  claim: "Claim",
  rating: "Rating",
  review: "Reason for the rating",
  question: "Question",
};

const EDITABLE = "textarea, select";

// The server keeps the old rating in the claim's history.
const ratingChoice = (defaultValue) =>
  choice(
    "rating",
    known.ratings.map(({ id, label }) => [id, label]),
    defaultValue,
    { defaultValue },
  );

export const makeEditable = (note) => {
  const id = note.id.slice("note-".length);
  const tree = shadow("explainer-edit");
  const edit = button("Edit", () => open(), {
    className: "edit",
    title: "Edit the text, or open its line in your editor",
  });
  const box = make("form", { className: "inline", hidden: true });
  const problems = complaints();
  let hash; // the file's hash when the form was opened
  let texts; // the note's texts at that time
  tree.append(edit, box);
  (note.querySelector("header") ?? note).append(tree.host);

  const close = () => {
    box.hidden = true;
    edit.hidden = false;
    tree.host.removeAttribute("data-open");
    edit.focus({ preventScroll: true });
    document.dispatchEvent(new Event("explainer:resume"));
  };
  const changed = () => {
    const fields = [...box.querySelectorAll(EDITABLE)].filter(
      (one) => one.value !== one.defaultValue,
    );
    return Object.fromEntries(fields.map((one) => [one.name, one.value]));
  };
  const isChanged = () => Object.keys(changed()).length > 0;
  const reloadPage = () => {
    keep(EDIT, { path: location.pathname, id, texts: changed(), before: texts });
    location.reload();
  };
  const save = async () => {
    if (!isChanged()) {
      close();
      return;
    }
    const body = { hash, id, texts: changed() };
    setBusy(box, true);
    const answer = await ask("edit", body);
    setBusy(box, false);
    if (answer.status !== 200) {
      complain(problems, answer.problems);
      if (answer.conflict)
        problems.lastChild.append(button("Reload the page", reloadPage, { className: "reload" }));
      return;
    }
    box.hidden = true;
    if (answer.undo) finish(answer);
    else close();
  };

  // Show texts that someone else has changed before they can be overwritten.
  const complainOfChanges = (draft, before) => {
    const conflicts = Object.keys(draft).filter(
      (key) => key in before && before[key] !== texts[key],
    );
    complain(
      problems,
      conflicts.map((key) => ({
        message: `${LABELS[key]}: the file has changed in the meantime. It now has:`,
        hint: texts[key],
      })),
    );
  };
  const open = async (draft = {}, before = {}) => {
    await know();
    const entry = known.entries?.find((one) => one.id === id);
    if (!entry) {
      say("This note is no longer in the file. Reload the page.");
      return;
    }
    ({ hash } = known);
    ({ texts } = entry);
    const fields = Object.entries(texts).map(([key, text]) =>
      labelled(
        LABELS[key],
        key === "rating" ? ratingChoice(text) : area(key, 2, text.replace(/\n$/, "")),
      ),
    );
    const buttons = [
      button("Save", save, { className: "save", title: SAVE }),
      button("Cancel", close),
      placeOf(entry),
    ];
    box.replaceChildren(...fields, problems, make("p", { className: "buttons" }, ...buttons));
    complainOfChanges(draft, before);
    box.hidden = false;
    edit.hidden = true;
    tree.host.setAttribute("data-open", "");
    for (const one of box.querySelectorAll(EDITABLE)) {
      one.value = draft[one.name] ?? one.value;
      grow(one);
    }
    box.querySelector("textarea").focus();
  };

  box.addEventListener("submit", (event) => event.preventDefault());
  box.addEventListener("input", (event) => grow(event.target));
  box.addEventListener("keydown", (event) => {
    if (isSave(event)) save();
    // A single key must not discard unsaved text.
    else if (event.key === "Escape" && !isChanged() && !event.isComposing) close();
    else return;
    event.preventDefault();
  });
  document.addEventListener("explainer:reload", (event) => !box.hidden && event.preventDefault());
  const draft = recall(EDIT, { path: "", id: "", texts: {}, before: {} });
  if (draft?.path === location.pathname && draft.id === id) {
    keep(EDIT, null);
    note.classList.add("open");
    open(draft.texts, draft.before);
  }
};
