// The panel's entry for one problem.

import { make, prose } from "../shared/dom.mjs";
import { capitalSentence, plural } from "../shared/text.mjs";

// By severity, the most severe first.
const WORDS = { error: "error", warning: "warning", info: "remark" };

export const worstOf = (counts) => Object.keys(WORDS).find((severity) => counts[severity]) ?? "";

// `1 error, 2 warnings`; empty if there are no problems.
export const summaryOf = (counts) =>
  Object.keys(WORDS)
    .filter((severity) => counts[severity])
    .map((severity) => plural(counts[severity], WORDS[severity]))
    .join(", ");

const placeOf = ({ place, editor }, copy) => {
  if (editor)
    return make("a", { className: "place", href: editor, title: "Open in the editor" }, place);
  const button = make("button", { type: "button", className: "place", title: "Copy" }, place);
  button.onclick = () => copy(button, place);
  return button;
};

const excerptOf = ([before, at, after]) =>
  make("pre", { className: "excerpt" }, before, ...(at ? [make("b", {}, at)] : []), after);

const paragraph = (className, ...children) => make("p", { className }, ...children);

// `copy` takes a place's button and the place; `decision` is an element, or null.
export const entryOf = (problem, copy, decision = null) => {
  const severity = make("span", { className: "severity" }, WORDS[problem.severity]);
  const item = make("li", { className: problem.severity });
  item.append(paragraph("head", severity, placeOf(problem, copy)));
  if (problem.text) {
    const kind = make("span", { className: "kind" }, problem.kind);
    item.append(paragraph("annotation", kind, ` ${problem.text}`));
  }
  item.append(paragraph("message", ...prose(capitalSentence(problem.message))));
  if (decision) {
    item.append(decision);
    return item;
  }
  if (problem.excerpt) item.append(excerptOf(problem.excerpt));
  if (problem.hint) item.append(paragraph("hint", ...prose(capitalSentence(problem.hint))));
  return item;
};

// An annotation that has a place, although something is doubtful about it.
export const doubtOf = (entry, copy, decision) =>
  make(
    "li",
    { className: "info" },
    paragraph(
      "head",
      make("span", { className: "severity" }, WORDS.info),
      make("span", { className: "kind" }, entry.kind),
      placeOf(entry, copy),
    ),
    decision,
  );
