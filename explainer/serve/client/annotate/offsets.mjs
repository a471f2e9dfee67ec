// Where words stand in a text, without any DOM. An offset counts the characters (code points) before
// them that are not white space: those are the same in the page and in the author's file.

const CONTEXT = 200; // characters before and behind a selection that tell it apart

// The part of a text node that a range covers, as two indices; equal ones where it covers nothing.
//
// `begin` and `end` say where the node's first and last point are: -1 before the range, 0 in it, 1
// behind it. `first` and `last` are the indices at which the range begins and ends in this node,
// undefined where it does not.
export const coveredPart = (length, { begin, end, first, last }) => {
  if (begin > 0) return [0, 0];
  const start = first ?? (begin < 0 ? length : 0);
  const stop = last ?? (end > 0 ? 0 : length);
  return [start, Math.max(start, stop)];
};

// A selection as the server takes it.
export const selectedWords = (before, exact, after) => ({
  exact,
  before: before.slice(-CONTEXT),
  after: after.slice(0, CONTEXT),
  offset: [...before.replace(/\s/g, "")].length,
});

// The index of a text in another, both without white space, that is nearest to an offset; -1 if none.
export const nearestMatch = (text, words, offset) => {
  let best = -1;
  if (words)
    for (let at = text.indexOf(words); at >= 0; at = text.indexOf(words, at + 1))
      if (best < 0 || Math.abs(at - offset) < Math.abs(best - offset)) best = at;
  return best;
};
