// The toolbar at a selection, and its keyboard shortcuts.

import { make } from "../shared/dom.mjs";
import { button } from "./fields.mjs";
import { form, openForm } from "./form.mjs";
import { ANNOTATE } from "./keys.mjs";
import { KINDS } from "./kinds.mjs";
import { say, undoLast } from "./message.mjs";
import { selected } from "./selection.mjs";
import { root } from "./shadow.mjs";

const TITLES = {
  note: "Add a note about this text",
  claim: "Record and rate a claim made here",
  question: "Record a question that this text leaves open",
};

export const bar = make("div", {
  className: "bar",
  hidden: true,
  role: "toolbar",
  aria: { label: "Annotate the selected text" },
});
for (const [kind, label] of Object.entries(KINDS)) {
  const title = `${TITLES[kind]} (${ANNOTATE} opens this toolbar)`;
  const one = button(label, () => annotate(kind), { title });
  one.dataset.kind = kind;
  bar.append(one);
}
const choices = [...bar.children];
const isInBar = () => choices.includes(root.activeElement);
const hideBar = () => {
  if (isInBar()) root.activeElement.blur();
  bar.hidden = true;
};

let chosen = null; // the selection when the bar was shown
const annotate = (kind) => {
  const selection = selected() ?? chosen; // the bar may lag behind the selection
  if (!selection) return;
  hideBar();
  openForm(kind, selection);
};

const placeBar = (rects) => {
  const { offsetWidth: width, offsetHeight: height } = bar;
  // Above the selection, so as not to cover it; on touch screens the system's own bar is there.
  const touch = matchMedia("(pointer: coarse)").matches;
  const below = touch || rects[0].top < height + 16;
  const near = below ? rects.at(-1) : rects[0];
  const top = below ? near.bottom + (touch ? 20 : 8) : near.top - height - 8;
  const most = document.documentElement.clientWidth - width - 8;
  const left = Math.max(8, Math.min(near.left + near.width / 2 - width / 2, most));
  bar.style.top = `${top + scrollY}px`;
  bar.style.left = `${left + scrollX}px`;
  bar.dataset.side = below ? "below" : "above";
};
const showBar = () => {
  if (tapping && !bar.hidden) return;
  chosen = form.isOpen() ? null : selected();
  if (!chosen) {
    if (!isInBar()) hideBar();
    return;
  }
  bar.hidden = false;
  const rects = [...chosen.range.getClientRects()].filter((rect) => rect.width > 0);
  if (rects.length) placeBar(rects);
  else hideBar();
};

// Pointers: the bar appears when a selection is complete.

let tapping = false; // some touch screens clear the selection before the click
bar.addEventListener("pointerdown", (event) => {
  event.preventDefault(); // keep the selection
  tapping = true;
  setTimeout(() => {
    tapping = false;
  }, 700);
});
let pressed = false;
let waiting = 0;
const showSoon = (after) => {
  clearTimeout(waiting);
  waiting = setTimeout(() => !pressed && showBar(), after);
};
addEventListener(
  "pointerdown",
  (event) => {
    if (event.composedPath().includes(root.host)) return;
    pressed = event.pointerType === "mouse";
    hideBar();
  },
  true,
);
for (const kind of ["pointerup", "pointercancel"])
  addEventListener(
    kind,
    () => {
      pressed = false;
      showSoon(10);
    },
    true,
  );
document.addEventListener("selectionchange", () => {
  if (getSelection().isCollapsed && !isInBar() && !tapping) bar.hidden = true;
  showSoon(180);
});
addEventListener("resize", () => !bar.hidden && showBar());

// Keys.

bar.addEventListener("keydown", (event) => {
  const now = choices.indexOf(root.activeElement);
  const step = { ArrowRight: 1, ArrowLeft: -1, Tab: event.shiftKey ? -1 : 1 }[event.key];
  if (event.key === "Escape") hideBar();
  else if (!step || event.altKey || event.ctrlKey || event.metaKey) return;
  else if (event.key === "Tab" && !choices[now + step]) {
    root.activeElement.blur(); // back to the selection
  } else choices[(now + step + choices.length) % choices.length].focus();
  event.preventDefault();
});
const isTyped = (event) =>
  event.composedPath()[0].matches?.("input, select, textarea, [contenteditable]");
addEventListener(
  "keydown",
  (event) => {
    if (isTyped(event)) return;
    const isOurs = event.altKey && !event.ctrlKey && !event.metaKey;
    const isTab = event.key === "Tab" && !event.shiftKey;
    if (isOurs && event.code === "KeyZ") {
      event.preventDefault();
      undoLast();
    } else if (isOurs && event.code === "KeyA") {
      event.preventDefault();
      showBar();
      if (bar.hidden) say("Select text in the article first");
      else choices[0].focus();
    } else if (isTab && !bar.hidden && document.activeElement !== root.host) {
      event.preventDefault();
      choices[0].focus();
    } else if (event.key === "Escape" && !bar.hidden) bar.hidden = true;
  },
  true,
);
