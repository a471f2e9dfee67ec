// Annotations whose words changed: old and new words side by side, and buttons to decide about them.

import { ask } from "../shared/ask.mjs";
import { make, prose } from "../shared/dom.mjs";
import { own } from "../shared/page.mjs";
import { capitalSentence } from "../shared/text.mjs";

const LABELS = {
  move: "Move here",
  stay: "Keep it here",
  hold: "Still holds",
  edit: "Edit",
  review: "Mark for review",
  delete: "Delete",
};

// Return the annotations about which there is something to decide, by id, with the file's hash.
export const askForDecisions = async () => {
  if (!document.querySelector(`script[src="${own}annotate.js"]`)) return null; // not an article
  const { status, entries, hash } = await ask("proposals");
  return status === 200 ? { entries, hash } : null;
};

const side = (className, label, ...words) =>
  make("p", { className, dir: "auto" }, make("span", { className: "label" }, label), ...words);

// The old words, and beside them the new ones if there are any. `words` are pieces of the texts: what
// both have, what is gone after it, and what is new there.
const sidesOf = ({ words, old }) => {
  if (!words.length) return make("div", { className: "sides" }, side("old", "Old words", old));
  const marked = (name, text) => (text ? [make(name, {}, text)] : []);
  return make(
    "div",
    { className: "sides" },
    side("old", "Old words", ...words.flatMap(([same, gone]) => [same, ...marked("del", gone)])),
    side("new", "New words", ...words.flatMap(([same, , come]) => [same, ...marked("ins", come)])),
  );
};

const whyOf = ({ reason, differences }) => [reason, ...differences].filter(Boolean).join("\n");

let editing = null; // the open form; while it is open, the page does not reload
export const isEditing = () => editing?.isConnected ?? false;
document.addEventListener("explainer:reload", (event) => isEditing() && event.preventDefault());

// `hash` is that of the file for which the server answered.
export const decisionOf = (entry, hash) => {
  const problems = make("div", { className: "refused", role: "alert" });
  const buttons = make("p", { className: "buttons" });
  const why = make("p", { className: "why" }, ...prose(capitalSentence(whyOf(entry))));
  const box = make("div", { className: "decision" }, why, sidesOf(entry), buttons, problems);
  const close = () => {
    editing?.remove();
    editing = null;
    document.dispatchEvent(new Event("explainer:resume"));
  };
  const decide = async (action, quote = "") => {
    const answer = await ask("decide", { id: entry.id, action, quote, hash });
    if (answer.status === 200) {
      close();
      document.dispatchEvent(new CustomEvent("explainer:written", { detail: answer }));
      return;
    }
    const texts = answer.problems.flatMap(({ message, hint }) => [message, hint]);
    problems.replaceChildren(
      ...texts.filter(Boolean).map((text) => make("p", {}, ...prose(capitalSentence(text)))),
    );
  };
  const button = (label, onclick) =>
    make("button", { type: "button", onclick, aria: { label: `${label}: ${entry.id}` } }, label);
  const edit = () => {
    editing?.remove();
    const words = make("textarea", { rows: 2, value: entry.quote, dir: "auto", required: true });
    editing = make(
      "form",
      { className: "edit", onsubmit: (event) => event.preventDefault() },
      make("label", {}, "Words to quote ", words),
      make(
        "p",
        { className: "buttons" },
        button("Save", () => decide("edit", words.value)),
        button("Cancel", close),
      ),
    );
    buttons.after(editing);
    words.focus();
  };
  const actions = [...entry.actions];
  actions.splice(
    actions.findLastIndex((each) => each === "move" || each === "stay") + 1,
    0,
    "edit",
  );
  buttons.append(
    ...actions.map((each) => button(LABELS[each], each === "edit" ? edit : () => decide(each))),
  );
  return box;
};
