// explainer/serve/client/live: differences between pages, and the panel's summary.

import assert from "node:assert/strict";
import { test } from "node:test";
import { commonEnds, nearest } from "../../explainer/serve/client/live/diff.mjs";
import { summaryOf, worstOf } from "../../explainer/serve/client/live/entries.mjs";

const ends = (before, after) => commonEnds([...before], [...after], (a, b) => a === b);

test("the common start and end of two lists", () => {
  assert.deepEqual(ends("abcd", "abXcd"), [2, 2]);
  assert.deepEqual(ends("abcd", "abd"), [2, 1]);
  assert.deepEqual(ends("abc", "xyz"), [0, 0]);
  assert.deepEqual(ends("", "abc"), [0, 0]);
});

test("no item counts twice", () => {
  assert.deepEqual(ends("abc", "abc"), [3, 0]);
  assert.deepEqual(ends("aa", "aaa"), [2, 0]);
  assert.deepEqual(ends("aba", "aa"), [1, 1]);
});

test("both ends and the middle make up any list", () => {
  const words = ["", "a", "b", "aa", "ab", "ba", "aab", "aba", "abab", "bbaab"];
  for (const before of words)
    for (const after of words) {
      const [start, end] = ends(before, after);
      assert.ok(start + end <= Math.min(before.length, after.length), `${before} ${after}`);
      assert.equal(before.slice(0, start), after.slice(0, start));
      assert.equal(before.slice(before.length - end), after.slice(after.length - end));
    }
});

test("the matching item nearest to where it was", () => {
  const isA = (item) => item === "a";
  assert.equal(nearest([..."abaa"], 1, isA), 0, "the first of two");
  assert.equal(nearest([..."abaa"], 3, isA), 3);
  assert.equal(nearest([..."abbb"], 3, isA), 0);
  assert.equal(nearest([..."bbb"], 1, isA), -1);
});

test("the panel's title and colour", () => {
  const counts = { error: 1, warning: 0, info: 2 };
  assert.equal(summaryOf(counts), "1 error, 2 remarks");
  assert.equal(worstOf(counts), "error");
  assert.equal(worstOf({ error: 0, warning: 3, info: 1 }), "warning");
  assert.equal(summaryOf({ error: 0, warning: 0, info: 0 }), "");
  assert.equal(worstOf({ error: 0, warning: 0, info: 0 }), "");
});
