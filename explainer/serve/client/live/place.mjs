// Keeps the scroll position, open elements, and the focus through a reload.
//
// A paragraph is identified by its id, or else by its text: the one with the same text that is nearest
// to its former index. Several are remembered because the first may be the one that changed.

import { keep, recall } from "../shared/storage.mjs";
import { nearest } from "./diff.mjs";
import { panel } from "./panel.mjs";

const PLACE = "explainer-place";
const BLOCKS = "p, li, dt, dd, h1, h2, h3, h4, h5, h6, pre, tr, figure, blockquote, .note, [id]";
const MOST = 12;
const MOVES = ["wheel", "touchstart", "pointerdown", "keydown"];

const blocks = () => [
  ...(document.querySelector("main") ?? document.body).querySelectorAll(BLOCKS),
];
const wordsOf = (element) => `${element.localName} ${element.textContent.trim().slice(0, 300)}`;

// The elements in view, each with the vertical position of its top edge.
export const landmarks = () => {
  const visible = [];
  let above = [];
  for (const [index, element] of blocks().entries()) {
    const { top, bottom, width } = element.getBoundingClientRect();
    if (!width || bottom <= 0) continue;
    if (top >= innerHeight || visible.length === MOST) break;
    // An element that begins above the window comes last: the change in it may be above, too.
    if (top >= 0) visible.push({ element, index, top });
    else above = [{ element, index, top }];
  }
  return [...visible, ...above];
};

const description = ({ element, index, top }) => ({
  id: element.id,
  words: wordsOf(element),
  index,
  top,
});

const findLandmark = (descriptions) => {
  const all = blocks();
  for (const { id, words, index, top } of descriptions) {
    const element = id
      ? document.getElementById(id)
      : all[nearest(all, index, (each) => wordsOf(each) === words)];
    if (element?.getClientRects().length) return { element, top };
  }
  return null;
};

// Scroll a landmark back to where it was.
export const scrollBack = ({ element, top }) =>
  scrollDown(element.getBoundingClientRect().top - top);
const scrollDown = (by) => {
  if (Math.abs(by) >= 1) scrollBy({ top: by, behavior: "instant" });
};

// A selector for an element: a path from its nearest ancestor with an id.
const pathTo = (element) => {
  if (!element || element === document.documentElement) return ":root";
  if (element.id) return `#${CSS.escape(element.id)}`;
  const same = [...element.parentElement.children].filter((e) => e.localName === element.localName);
  const step = `${CSS.escape(element.localName)}:nth-of-type(${same.indexOf(element) + 1})`;
  return `${pathTo(element.parentElement)} > ${step}`;
};

export const keepPlace = () =>
  keep(PLACE, {
    path: location.pathname,
    y: scrollY,
    landmarks: scrollY > 0 ? landmarks().map(description) : [],
    notes: [...document.querySelectorAll(".note.open[id]")].map((note) => note.id),
    details: [...document.querySelectorAll("details")].map((each) => [pathTo(each), each.open]),
    focus: document.activeElement === document.body ? null : pathTo(document.activeElement),
    panel: panel.focused(),
  });

export const restorePlace = () => {
  const place = recall(PLACE, { path: "", y: 0, landmarks: [], notes: [], details: [] });
  keep(PLACE, null);
  if (place?.path !== location.pathname) return;
  for (const id of place.notes) document.getElementById(id)?.classList.add("open");
  for (const [path, open] of place.details) {
    const each = document.querySelector(path);
    if (each?.localName === "details") each.open = open;
  }
  let moved = false; // whether the author has scrolled or typed
  const stop = () => {
    moved = true;
  };
  const scroll = () => {
    if (moved) return;
    const landmark = findLandmark(place.landmarks);
    if (landmark) scrollBack(landmark);
    else scrollDown(place.y - scrollY);
  };
  for (const kind of MOVES) addEventListener(kind, stop, { capture: true, passive: true });
  // Immediately, so that nothing jumps, and again when the browser itself may have scrolled or
  // pictures have loaded.
  scroll();
  document.addEventListener("DOMContentLoaded", () => {
    // Only now: the theme's script makes notes focusable.
    if (place.focus) document.querySelector(place.focus)?.focus({ preventScroll: true });
    panel.focus(place.panel);
    scroll();
  });
  addEventListener("load", () => {
    scroll();
    requestAnimationFrame(() => {
      scroll();
      for (const kind of MOVES) removeEventListener(kind, stop, { capture: true });
    });
  });
};
