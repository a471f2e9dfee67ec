// Words, without any DOM.

// Odd parts stand between backquotes, as everywhere in messages.
export const codeSpans = (text) => text.split(/`([^`\n]+)`/);

export const capital = (word) => word.replace(/^./u, (letter) => letter.toUpperCase());

// On the terminal, messages begin small, after a colon. A name as `site.toml` stays as it is.
export const capitalSentence = (text) =>
  text.replace(/^[a-z](?=[a-z]*[ ,])/, (letter) => letter.toUpperCase());

export const oneLine = (text) => text.trim().replace(/\s+/g, " ");

// `1 error`, `2 warnings`.
export const plural = (number, word) => `${number} ${word}${number === 1 ? "" : "s"}`;

// A file's name as its author thinks of it: without the folder that all content lies in.
export const shortPlace = (place) => place.replace(/^content\//, "");
