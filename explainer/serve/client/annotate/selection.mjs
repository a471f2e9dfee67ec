// The selection in the article, in the form that the server takes and as a range.

import { coveredPart, nearestMatch, selectedWords } from "./offsets.mjs";

// Elements in the article's text that are not part of the author's text.
const NOT_TEXT =
  ".note, sup.ref, .footnote-ref, .footnote-backref, [role=doc-noteref], [role=doc-backlink], " +
  "[role=note] > .alert-label, figcaption > .credit, button, script, style, svg, template, explainer-edit";
const article = document.querySelector(".text");

const textNodes = () => {
  const walker = document.createTreeWalker(
    article,
    NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT,
    (node) => {
      if (node.nodeType === Node.TEXT_NODE) return NodeFilter.FILTER_ACCEPT;
      return node.matches(NOT_TEXT) ? NodeFilter.FILTER_REJECT : NodeFilter.FILTER_SKIP;
    },
  );
  const nodes = [];
  while (walker.nextNode()) nodes.push(walker.currentNode);
  return nodes;
};

// The text of a range with its context; null if it has no text.
const selectionOf = (range) => {
  let before = "";
  let exact = "";
  let after = "";
  const shown = document.createRange();
  let isEmpty = true;
  for (const node of textNodes()) {
    const { data } = node;
    const [start, end] = coveredPart(data.length, {
      begin: range.comparePoint(node, 0),
      end: range.comparePoint(node, data.length),
      first: node === range.startContainer ? range.startOffset : undefined,
      last: node === range.endContainer ? range.endOffset : undefined,
    });
    before += data.slice(0, start);
    exact += data.slice(start, end);
    after += data.slice(end);
    if (data.slice(start, end).trim()) {
      if (isEmpty) shown.setStart(node, start);
      shown.setEnd(node, end);
      isEmpty = false;
    }
  }
  return isEmpty ? null : { range: shown, words: selectedWords(before, exact, after) };
};

export const selected = () => {
  const selection = getSelection();
  if (!article || !selection.rangeCount || selection.isCollapsed) return null;
  const range = selection.getRangeAt(0);
  const within = [range.startContainer, range.endContainer].some((node) => article.contains(node));
  return within ? selectionOf(range) : null;
};

// The range of text that was selected before a reload of the page, only for showing it.
export const rangeOf = ({ exact, offset }) => {
  const characters = textNodes()
    .flatMap((node) => [...node.data].map((char, i) => [char, node, i]))
    .filter(([char]) => /\S/.test(char));
  const text = characters.map(([char]) => char[0]).join("");
  const words = exact.replace(/\s/g, "");
  const at = nearestMatch(text, words, offset);
  if (at < 0) return null;
  const range = document.createRange();
  range.setStart(...characters[at].slice(1));
  const [, node, index] = characters[at + words.length - 1];
  range.setEnd(node, index + 1);
  return range;
};
