// Positions in a text, without the DOM. An offset is the number of characters (code points) before a
// position that are not white space: they are the same in the page and in the author's file.

const CONTEXT = 200; // characters before and after a selection that identify it

// The part of a text node that a range covers, as two indices; they are equal if it covers nothing.
//
// `begin` and `end` are the positions of the node's first and last point relative to the range: -1
// before it, 0 in it, 1 after it. `first` and `last` are the indices at which the range begins and
// ends in this node, undefined if it does not.
export const coveredPart = (length, { begin, end, first, last }) => {
  if (begin > 0) return [0, 0];
  const start = first ?? (begin < 0 ? length : 0);
  const stop = last ?? (end > 0 ? 0 : length);
  return [start, Math.max(start, stop)];
};

// A selection in the form that the server takes.
export const selectedWords = (before, exact, after) => ({
  exact,
  before: before.slice(-CONTEXT),
  after: after.slice(0, CONTEXT),
  offset: [...before.replace(/\s/g, "")].length,
});

// The index of the occurrence of `words` in `text` nearest to an offset, both without white space; -1
// if there is none.
export const nearestMatch = (text, words, offset) => {
  let best = -1;
  if (words)
    for (let at = text.indexOf(words); at >= 0; at = text.indexOf(words, at + 1))
      if (best < 0 || Math.abs(at - offset) < Math.abs(best - offset)) best = at;
  return best;
};
