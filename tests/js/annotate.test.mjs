// explainer/serve/client/annotate: positions of selected text and of the form.

import assert from "node:assert/strict";
import { test } from "node:test";
import {
  coveredPart,
  nearestMatch,
  selectedWords,
} from "../../explainer/serve/client/annotate/offsets.mjs";
import { scrollFor } from "../../explainer/serve/client/annotate/place.mjs";

test("the part of a text node that a range covers", () => {
  const inside = { begin: 0, end: 0 };
  assert.deepEqual(coveredPart(10, inside), [0, 10]);
  assert.deepEqual(coveredPart(10, { begin: -1, end: -1 }), [10, 10], "before the range");
  assert.deepEqual(coveredPart(10, { begin: 1, end: 1 }), [0, 0], "behind it");
  assert.deepEqual(coveredPart(10, { begin: -1, end: 0, first: 4 }), [4, 10]);
  assert.deepEqual(coveredPart(10, { begin: 0, end: 1, last: 6 }), [0, 6]);
  assert.deepEqual(coveredPart(10, { begin: -1, end: 1, first: 4, last: 6 }), [4, 6]);
  assert.deepEqual(coveredPart(10, { begin: -1, end: 1, first: 6, last: 6 }), [6, 6]);
  assert.deepEqual(coveredPart(0, inside), [0, 0]);
});

test("a selection with its context", () => {
  const words = selectedWords("x".repeat(300), "they spoke", "y".repeat(300));
  assert.deepEqual(words, {
    exact: "they spoke",
    before: "x".repeat(200),
    after: "y".repeat(200),
    offset: 300,
  });
});

test("an offset counts code points that are not white space", () => {
  assert.equal(selectedWords(" a\n b\u00a0c ", "d", "").offset, 3);
  assert.equal(selectedWords("😀 é", "d", "").offset, 2);
});

test("the match nearest to an offset", () => {
  assert.equal(nearestMatch("abcabcabc", "abc", 4), 3);
  assert.equal(nearestMatch("abcabcabc", "abc", 100), 6);
  assert.equal(nearestMatch("aaaa", "aa", 1), 1, "overlapping ones too");
  assert.equal(nearestMatch("abab", "ab", 1), 0, "the first of two");
  assert.equal(nearestMatch("abc", "x", 0), -1);
  assert.equal(nearestMatch("abc", "", 0), -1);
});

test("the page scrolls only if the form or the window's top hides the text", () => {
  assert.equal(scrollFor(100, 120, 800), 0);
  assert.equal(scrollFor(-10, 10, 800), -10 - 56);
  assert.equal(scrollFor(790, 810, 500), 790 - 56);
  assert.equal(scrollFor(300, 700, 430), 300 - 14, "long ones as far as there is room");
  assert.equal(scrollFor(300, 900, 400), 300 - 8, "at least their beginning");
});
