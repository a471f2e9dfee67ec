// Shared by the other parts of the script. All parts are joined in one scope, in the order of their
// names, and an error in one does not stop the others. Everything they add is optional: the page works
// without the script.

const script = document.currentScript.dataset; // interface texts that only the script uses
const one = (selector) => document.querySelector(selector);
const all = (selector) => [...document.querySelectorAll(selector)];
const on = (kind, listener) => document.addEventListener(kind, listener);
const ratingOf = (note) => note.querySelector("[data-rating]")?.dataset.rating;
const make = (tag, properties, ...children) => {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
};

// Storage can be blocked or full. Then nothing is remembered. What is stored may be anything: other
// versions of the script, other scripts of the host, and readers write there, too.
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

// Whether a key is meant for the page, not for the browser or a text field.
const isOurs = (event) =>
  !(
    event.defaultPrevented ||
    event.ctrlKey ||
    event.metaKey ||
    event.altKey ||
    event.isComposing
  ) && !event.target.matches?.("input:not([type=checkbox]), select, textarea, [contenteditable]");
