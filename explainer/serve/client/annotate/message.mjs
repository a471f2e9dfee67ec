// A message above the page that confirms an action and offers to undo it.

import { ask } from "../shared/ask.mjs";
import { make, prose } from "../shared/dom.mjs";
import { keep, recall } from "../shared/storage.mjs";
import { shortPlace } from "../shared/text.mjs";
import { button } from "./fields.mjs";
import { UNDO } from "./keys.mjs";
import { forget, know, known } from "./requests.mjs";

const DONE = "explainer-annotated";

export const message = make("div", { className: "message", hidden: true });
const status = make("p", { role: "status" });
message.append(status);

export const hideMessage = () => {
  message.hidden = true;
};
let fading = 0;
export const say = (...parts) => {
  clearTimeout(fading);
  status.replaceChildren(...parts);
  message.replaceChildren(
    status,
    button("×", hideMessage, { className: "close", ariaLabel: "Close" }),
  );
  message.hidden = false;
  const fade = () => {
    if (message.matches(":hover, :focus-within")) fading = setTimeout(fade, 3000);
    else hideMessage();
  };
  fading = setTimeout(fade, 20000);
};
export const sayProblems = (problems) =>
  say(...problems.flatMap(({ message, hint }) => prose(`${message}; ${hint}`)));

const copy = async (element, text) => {
  try {
    await navigator.clipboard.writeText(text);
    element.dataset.done = "copied";
    setTimeout(() => delete element.dataset.done, 1500);
  } catch {
    getSelection().selectAllChildren(element); // so that the author can copy it
  }
};
export const placeOf = ({ place, editor }) => {
  const shown = shortPlace(place);
  if (editor)
    return make("a", { className: "place", href: editor, title: "Open in the editor" }, shown);
  const one = button(shown, () => copy(one, place), { className: "place", title: "Copy" });
  return one;
};

const undo = async (name) => {
  const answer = await ask("undo", { undo: name });
  if (answer.status === 200) finish({ said: answer.said, place: answer.place });
  else sayProblems(answer.problems);
};
// The server keeps the step, so it can be undone even after a reload of the page.
export const undoLast = async () => {
  await know();
  if (known?.undo) undo(known.undo);
  else say("There is nothing to undo");
};

const sayDone = (done) => {
  const undoThis = (event) => {
    event.target.disabled = true;
    undo(done.undo);
  };
  const offer = () => button("Undo", undoThis, { className: "undo", title: UNDO });
  say(
    done.said,
    ...(done.place ? [" ", placeOf(done)] : []),
    ...(done.undo ? [" · ", offer()] : []),
  );
};

// The page updates when the server has read the new file, and then shows the confirmation. If the
// page is the same as before, there is no update, so a timeout shows it without a reload: the author
// may already be writing the next note.
export const finish = (done) => {
  keep(DONE, { path: location.pathname, ...done });
  forget();
  document.dispatchEvent(new Event("explainer:resume"));
  setTimeout(follow, 4000);
};
export const sayWhatWasDone = () => {
  const done = recall(DONE, { path: "", said: "" });
  keep(DONE, null);
  if (done?.path === location.pathname) setTimeout(() => sayDone(done), 50); // screen readers miss it otherwise
};
const follow = () => {
  forget();
  sayWhatWasDone();
};
document.addEventListener("explainer:exchanged", follow);
// The panel has written something (see live/decisions.mjs).
document.addEventListener("explainer:written", (event) => finish(event.detail));
