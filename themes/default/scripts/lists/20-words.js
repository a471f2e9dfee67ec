// Numbers and words, without the DOM.

const number = (n) => String(n).replace(/\d/g, (digit) => digits.at(digit - 1));
const folded = (words) =>
  words.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase().replace(/\s+/g, " ").trim();
