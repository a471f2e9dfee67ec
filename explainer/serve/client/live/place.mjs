// Where the reader is on the page, what is open and what has the focus: kept while it loads again.
//
// A paragraph is known again by its id, or else by its words: the one with these words that is
// nearest to the number it had. A few are remembered, for the first may be the one that changed.

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

// What is on the screen, each with the height at which it begins.
export const landmarks = () => {
  const found = [];
  let above = [];
  for (const [index, element] of blocks().entries()) {
    const { top, bottom, width } = element.getBoundingClientRect();
    if (!width || bottom <= 0) continue;
    if (top >= innerHeight || found.length === MOST) break;
    // One that begins above the screen comes last: what changed in it may be above, too.
    if (top >= 0) found.push({ element, index, top });
    else above = [{ element, index, top }];
  }
  return [...found, ...above];
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

// Scroll so that a landmark is again where it was.
export const scrollBack = ({ element, top }) =>
  scrollDown(element.getBoundingClientRect().top - top);
const scrollDown = (by) => {
  if (Math.abs(by) >= 1) scrollBy({ top: by, behavior: "instant" });
};

// How to find an element again that has no id: from the nearest one that has, step by step.
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
  const place = recall(PLACE);
  keep(PLACE, null);
  if (place?.path !== location.pathname) return;
  for (const id of place.notes) document.getElementById(id)?.classList.add("open");
  for (const [path, open] of place.details) {
    const each = document.querySelector(path);
    if (each?.localName === "details") each.open = open;
  }
  let moved = false; // by the reader
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
  // At once, so that nothing jumps; and again when the browser itself may have scrolled, or
  // pictures have got their height.
  scroll();
  document.addEventListener("DOMContentLoaded", () => {
    // Not before: the theme's script lets notes be focused.
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
