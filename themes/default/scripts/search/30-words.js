/* Words of queries and pages, without the DOM. */

/* Whether a page that Pagefind found has each word of the query. If no page has a word or one that
   starts with it, Pagefind uses the longest indexed word that is its prefix: “the” for “theatre”,
   and so finds every page. Checking one page is enough, because all were found in the same way. */
function hits(query, language, { content, locations, meta }) {
  if (/^(zh|ja|th)\b/.test(language)) return true; // words are not separated by spaces
  const text = content.split(/\s+/);
  const words = [...locations.map((n) => text[n] ?? ""), ...Object.values(meta)].map(plain);
  const asked = query.split(/\s+/).map(plain).filter(Boolean);
  // Compare only the first half, because endings differ: “registration” matches “registered”.
  return asked.every((word) => {
    const stem = word.slice(0, Math.ceil(word.length / 2));
    return words.some((other) => other.includes(stem));
  });
}

/* A word as Pagefind compares it: lower-case letters and digits, without accents. */
function plain(word) {
  return word
    .normalize("NFD")
    .replace(/[^\p{L}\p{N}]/gu, "")
    .toLowerCase();
}
