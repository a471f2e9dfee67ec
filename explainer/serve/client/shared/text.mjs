// Functions of text, without the DOM.

// Split a message at backquotes: the parts with odd indices are code.
export const codeSpans = (text) => text.split(/`([^`\n]+)`/);

export const capital = (word) => word.replace(/^./u, (letter) => letter.toUpperCase());

// In the terminal, messages follow a colon and begin in lower case. Names such as `site.toml` are not
// capitalized.
export const capitalSentence = (text) =>
  text.replace(/^[a-z](?=[a-z]*[ ,])/, (letter) => letter.toUpperCase());

export const oneLine = (text) => text.trim().replace(/\s+/g, " ");

// `1 error`, `2 warnings`.
export const plural = (number, word) => `${number} ${word}${number === 1 ? "" : "s"}`;

// A file's path without the leading `content/`, which authors take for granted.
export const shortPlace = (place) => place.replace(/^content\//, "");
