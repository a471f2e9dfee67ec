// What the other parts of the script use. All parts are joined in the order of their names, in one
// scope; a page without a script lacks nothing that they do not add.

const script = document.currentScript.dataset; // the interface's words that only the script says
const all = (selector, within = document) => [...within.querySelectorAll(selector)];

// Storage may be forbidden, or full: then nothing is remembered.
const recall = (key, store = "localStorage") => {
  try {
    return JSON.parse(window[store].getItem(key));
  } catch {
    return null;
  }
};
const keep = (key, value, store = "localStorage") => {
  try {
    window[store].setItem(key, JSON.stringify(value));
  } catch {}
};

const isTyping = (element) =>
  element.matches("input:not([type=checkbox], [type=radio]), select, textarea, [contenteditable]");
const isPlain = (event) =>
  !(event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey);
