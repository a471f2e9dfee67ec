// Updating the page after a change: patch it in place, or reload it.
//
// Events of `document` for the server's other scripts:
//   explainer:reload      the page is about to reload; preventing the default delays that,
//   explainer:resume      until a script dispatches this event;
//   explainer:exchanged   the page was patched in place and does not reload;
//   explainer:written     the panel has written to a file; `detail` is the server's answer.

import { own } from "../shared/page.mjs";
import { panel } from "./panel.mjs";
import { patch, takeOurs } from "./patch.mjs";
import { keepPlace, landmarks, scrollBack } from "./place.mjs";

// The page as the server sends it now: with the message about the change, or else on request.
const received = async (html) => {
  if (html) return html;
  const answer = await fetch(location.href);
  return answer.ok && !answer.redirected ? answer.text() : null;
};

const exchange = async (html) => {
  // The scripts of lists and the search read the page when they start.
  const scripts = [...document.querySelectorAll("script[src]")];
  if (scripts.filter((each) => !each.src.includes(own)).length > 1) return false;
  const text = await received(html);
  if (text === null) return false;
  const next = new DOMParser().parseFromString(text, "text/html").documentElement;
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

// `html`: the new page if the server has sent it.
export const reloadPage = async ({ patching = false, html = "" } = {}) => {
  held = !document.dispatchEvent(new CustomEvent("explainer:reload", { cancelable: true }));
  if (held || leaving) return;
  more = busy;
  if (busy) return;
  busy = true;
  const done = patching && (await exchange(html).catch(() => false));
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
  if (event.persisted) location.reload(); // its websocket was closed, so it may be outdated
});
