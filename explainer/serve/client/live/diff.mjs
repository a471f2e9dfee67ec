// Comparing lists, without the DOM.

// How many items two lists have in common at the start, and how many more at the end.
export const commonEnds = (before, after, isSame) => {
  const most = Math.min(before.length, after.length);
  let start = 0;
  while (start < most && isSame(before[start], after[start])) start++;
  let end = 0;
  while (end < most - start && isSame(before.at(-1 - end), after.at(-1 - end))) end++;
  return [start, end];
};

// The index of the matching item nearest to an index, the first of two; -1 if none matches.
export const nearest = (items, index, matches) => {
  let best = -1;
  for (const [i, item] of items.entries())
    if (matches(item) && (best < 0 || Math.abs(i - index) < Math.abs(best - index))) best = i;
  return best;
};
