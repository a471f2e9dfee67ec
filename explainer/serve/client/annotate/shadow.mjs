// Shadow trees for everything that is shown: the page's styles do not apply in them, and the page's
// keyboard shortcuts do not react to typing in them.

import { make } from "../shared/dom.mjs";
import { own } from "../shared/page.mjs";

const sheet = new CSSStyleSheet();
// Show nothing before it has loaded.
export const styled = fetch(`${own}annotate.css`)
  .then((answer) => answer.text())
  .then((text) => sheet.replace(text));

// The page's scripts listen on the document and must not react to what happens in a form.
const SILENT = ["keydown", "keyup", "keypress", "click", "pointerover", "focusin"];

export const shadow = (name) => {
  const host = make(name, { lang: "en", dir: "ltr" });
  const tree = host.attachShadow({ mode: "open" });
  tree.adoptedStyleSheets = [sheet];
  for (const kind of SILENT) tree.addEventListener(kind, (event) => event.stopPropagation());
  return tree;
};

export const root = shadow("explainer-annotate");

// The selected text stays highlighted while its form has the focus.
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
