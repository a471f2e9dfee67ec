// Patching the open page.
//
// A reload takes Chromium longer than everything else together. If only prose differs from what the
// server sent before, which no script of the page uses, only that is replaced. Any other change (a
// new note, a rating, a script) reloads the page.

import { own } from "../shared/page.mjs";
import { commonEnds } from "./diff.mjs";

const PROSE = new Set(
  "a abbr b blockquote br cite code dd del dl dt em h2 h3 h4 h5 h6 hr i li meta ol p q s small" +
    " strong sub sup time title u ul".split(" "),
);
const HARMLESS = new Set("content datetime dir href id lang name property title".split(" "));
const OPAQUE =
  "script:not([type='application/ld+json']), style, noscript, template, svg, select, textarea";

const isProse = (element) =>
  PROSE.has(element.localName) && [...element.attributes].every(({ name }) => HARMLESS.has(name));
const isPlain = (node) =>
  node.nodeType === Node.TEXT_NODE ||
  (node.nodeType === Node.ELEMENT_NODE && isProse(node) && [...node.childNodes].every(isPlain));
const isOurs = (node) =>
  node.localName === "script" && node.getAttribute("src") === `${own}live.js`;
const isSameKind = (a, b) => a.nodeType === b.nodeType && a.localName === b.localName;

// Remove our own element and everything after it, which is not parsed yet when this script runs.
export const takeOurs = (root) => {
  const ours = [...root.querySelectorAll("script")].find(isOurs);
  while (ours.nextSibling) ours.nextSibling.remove();
  ours.remove();
  return ours.dataset;
};

const pair = (a, b, put) => {
  put(a, b);
  for (let i = 0; i < a.childNodes.length; i++) pair(a.childNodes[i], b.childNodes[i], put);
};

// The page as the server sent it, before its own scripts changed it, and a map from each of its nodes
// to the node in the document.
let sent = document.documentElement.cloneNode(true);
let stands = new Map();
pair(sent, document.documentElement, (a, b) => stands.set(a, b));
takeOurs(sent);

// Whether the document's node for a node of `sent` is still in its original place.
const isUntouched = (node) => {
  const live = stands.get(node);
  return live?.parentNode === stands.get(node.parentNode) && isSameKind(live, node);
};

// Apply the differences between `sent` and `next`, all of them or none. Return whether it did.
export const patch = (next) => {
  const edits = [];
  const standing = new Map();
  const compareAttributes = (a, b) => {
    const names = new Set([...a.getAttributeNames(), ...b.getAttributeNames()]);
    const changed = [...names].filter((name) => a.getAttribute(name) !== b.getAttribute(name));
    if (!changed.length) return true;
    const live = stands.get(a);
    edits.push(() => {
      for (const name of changed)
        if (b.hasAttribute(name)) live.setAttribute(name, b.getAttribute(name));
        else live.removeAttribute(name);
    });
    return isProse(a) && isProse(b);
  };
  const compareChildren = (a, b) => {
    const before = [...a.childNodes];
    const after = [...b.childNodes];
    const [start, end] = commonEnds(before, after, (x, y) => x.isEqualNode(y));
    const keepPair = (x, y) => pair(x, y, (old, now) => standing.set(now, stands.get(old)));
    for (let i = 0; i < start; i++) keepPair(before[i], after[i]);
    for (let i = 1; i <= end; i++) keepPair(before.at(-i), after.at(-i));
    const gone = before.slice(start, before.length - end);
    const come = after.slice(start, after.length - end);
    if (gone.length === come.length && gone.every((node, i) => isSameKind(node, come[i])))
      return gone.every((node, i) => compare(node, come[i]));
    if (![...gone, ...come].every(isPlain) || !gone.every(isUntouched)) return false;
    const previous = before[start - 1];
    const following = before[before.length - end];
    if ([previous, following].some((node) => node && !isUntouched(node))) return false;
    const made = come.map((node) => document.importNode(node, true));
    for (const [i, node] of come.entries()) pair(node, made[i], (x, y) => standing.set(x, y));
    edits.push(() => exchangeNodes(stands.get(a), { gone, made, previous, following }));
    return true;
  };
  const compare = (a, b) => {
    const live = stands.get(a);
    standing.set(b, live);
    if (a !== sent && !isUntouched(a)) return false;
    if (a.nodeType === Node.ELEMENT_NODE)
      return !a.matches(OPAQUE) && compareAttributes(a, b) && compareChildren(a, b);
    const isAsSent = live.data === a.data; // not changed by a script
    edits.push(() => {
      live.data = b.data;
    });
    return isAsSent;
  };
  if (!compare(sent, next)) return false;
  for (const edit of edits) edit();
  stands = standing;
  sent = next;
  return true;
};

// `gone`, `previous`, and `following` are nodes of `sent`; `made` are new nodes of the document.
const exchangeNodes = (parent, { gone, made, previous, following }) => {
  for (const node of gone) stands.get(node).remove();
  const place = following ? stands.get(following) : previous && stands.get(previous).nextSibling;
  for (const node of made) parent.insertBefore(node, place ?? null);
};
