// What the other parts of the script use. All parts are joined in the order of their names, in one
// scope; a page without a script lacks nothing that they do not add.

const script = document.currentScript.dataset; // the interface's words that only the script says
const one = (selector) => document.querySelector(selector);
const all = (selector) => [...document.querySelectorAll(selector)];
const on = (kind, listener) => document.addEventListener(kind, listener);
const ratingOf = (note) => note.querySelector(".badge")?.dataset.rating;
const make = (tag, properties, ...children) => {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
};

// Storage may be forbidden, or full: then nothing is remembered.
const recall = (key, store = "localStorage") => {
  try {
    return JSON.parse(window[store][key] ?? null);
  } catch {}
};
const keep = (key, value, store = "localStorage") => {
  try {
    window[store][key] = JSON.stringify(value);
  } catch {}
};

// Whether a key is meant for the page: not for the browser, nor for a field that is written in.
const isOurs = (event) =>
  !(
    event.defaultPrevented ||
    event.ctrlKey ||
    event.metaKey ||
    event.altKey ||
    event.isComposing
  ) && !event.target.matches("input:not([type=checkbox]), select, textarea, [contenteditable]");
