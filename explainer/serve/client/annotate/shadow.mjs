// Shadow trees, in which all that is seen lies: no theme reaches in, and the page's own keys do not
// hear what is typed there.

import { make } from "../shared/dom.mjs";
import { own } from "../shared/page.mjs";

const sheet = new CSSStyleSheet();
// Nothing is shown before.
export const styled = fetch(`${own}annotate.css`)
  .then((answer) => answer.text())
  .then((text) => sheet.replace(text));

// The page's scripts listen on the document; a key that is typed into a form is none of theirs.
const SILENT = ["keydown", "keyup", "keypress", "click", "pointerover", "focusin"];

export const shadow = (name) => {
  const host = make(name, { lang: "en", dir: "ltr" });
  const tree = host.attachShadow({ mode: "open" });
  tree.adoptedStyleSheets = [sheet];
  for (const kind of SILENT) tree.addEventListener(kind, (event) => event.stopPropagation());
  return tree;
};

export const root = shadow("explainer-annotate");

// The words that a form is about stay marked while it has the focus.
const highlight = new CSSStyleSheet();
highlight.replaceSync(`
  ::highlight(explainer-chosen) { background-color: #ffe08a; color: #1b1a18; }
  @media (prefers-color-scheme: dark) {
    ::highlight(explainer-chosen) { background-color: #6b5714; color: #fffbe9; }
  }
  @media print { explainer-edit, explainer-annotate { display: none !important; } }`);
document.adoptedStyleSheets = [...document.adoptedStyleSheets, highlight];

export const highlightWords = (range) => {
  if (!globalThis.CSS?.highlights) return;
  if (range) CSS.highlights.set("explainer-chosen", new Highlight(range));
  else CSS.highlights.delete("explainer-chosen");
};
