// The page follows a change: what changed is exchanged where it stands, or the page loads again.
//
// What other scripts of the server may use, as events of `document`:
//   explainer:reload   the page is about to load again; whoever prevents the default holds it back,
//   explainer:resume   and gives it free again by dispatching this one;
//   explainer:exchanged   words of the page were exchanged where they stand, it does not load again.

import { own } from "../shared/page.mjs";
import { panel } from "./panel.mjs";
import { patch, takeOurs } from "./patch.mjs";
import { keepPlace, landmarks, scrollBack } from "./place.mjs";

const exchange = async () => {
  // Lists and the search read their page when they start.
  const scripts = [...document.querySelectorAll("script[src]")];
  if (scripts.filter((each) => !each.src.includes(own)).length > 1) return false;
  const answer = await fetch(location.href);
  if (!answer.ok || answer.redirected) return false;
  const next = new DOMParser().parseFromString(await answer.text(), "text/html").documentElement;
  const { report } = takeOurs(next);
  const [landmark] = scrollY > 0 ? landmarks() : [];
  if (!patch(next)) return false;
  if (landmark?.element.isConnected) scrollBack(landmark);
  panel.show(report);
  document.dispatchEvent(new Event("explainer:exchanged"));
  return true;
};

let leaving = false;
let held = false;
let busy = false;
let more = false;

export const isLeaving = () => leaving;

export const reloadPage = async ({ patching = false } = {}) => {
  held = !document.dispatchEvent(new CustomEvent("explainer:reload", { cancelable: true }));
  if (held || leaving) return;
  more = busy;
  if (busy) return;
  busy = true;
  const done = patching && (await exchange().catch(() => false));
  busy = false;
  if (done && !more) return;
  if (done) {
    reloadPage({ patching });
    return;
  }
  leaving = true;
  keepPlace();
  location.reload();
};

document.addEventListener("explainer:resume", () => held && reloadPage({ patching: true }));
addEventListener("pagehide", () => {
  leaving = true;
});
addEventListener("pageshow", (event) => {
  if (event.persisted) location.reload(); // its websocket was closed, and what it shows may be old
});
