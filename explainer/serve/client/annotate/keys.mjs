// Keyboard shortcuts, with the names that this platform uses.

const MAC = /Mac|iP(hone|ad)/.test(navigator.platform);

export const ANNOTATE = MAC ? "⌥A" : "Alt+A";
export const UNDO = MAC ? "⌥Z" : "Alt+Z";
export const SAVE = MAC ? "⌘↩" : "Ctrl+Enter";

export const isSave = (event) => event.key === "Enter" && (event.ctrlKey || event.metaKey);
