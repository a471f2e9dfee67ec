/* Words of a query and of pages, without any DOM. */

/* Whether each word of a query is on a page that Pagefind found for it. Where no page has a word
   or one that begins with it, Pagefind takes the longest word with which it begins itself: “the”
   for “theatre”, and so every page. One page tells, as all were found in the same way. */
function hits(query, language, { content, locations, meta }) {
  if (/^(zh|ja|th)\b/.test(language)) return true; // no spaces tell their words apart
  const text = content.split(/\s+/);
  const words = [...locations.map((n) => text[n] ?? ""), ...Object.values(meta)].map(plain);
  const asked = query.split(/\s+/).map(plain).filter(Boolean);
  // Half of it, as endings differ: “registered” is meant by “registration”.
  return asked.every((word) => {
    const stem = word.slice(0, Math.ceil(word.length / 2));
    return words.some((other) => other.includes(stem));
  });
}

/* A word as Pagefind compares it: small letters and digits, without accents. */
function plain(word) {
  return word
    .normalize("NFD")
    .replace(/[^\p{L}\p{N}]/gu, "")
    .toLowerCase();
}
