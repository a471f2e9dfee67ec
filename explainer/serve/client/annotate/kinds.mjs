// The fields of a note, a claim and a question.

import { make } from "../shared/dom.mjs";
import { oneLine } from "../shared/text.mjs";
import { area, choice, labelled } from "./fields.mjs";
import { known } from "./requests.mjs";
import { sourcesField } from "./sources.mjs";

export const KINDS = { note: "Note", claim: "Claim", question: "Question" };

const noteFields = () => [
  labelled("Note", area("note", 4), "Markdown"),
  labelled(
    "Kind",
    choice(
      "noteKind",
      known.kinds.map(({ id, label }) => [id, label]),
      "context",
    ),
  ),
];

const claimFields = (words) => {
  const ratings = known.ratings.map(({ id, label }) => [id, label]);
  const by = make("input", { name: "by", autocomplete: "off" });
  by.setAttribute("list", "people");
  const date = make("input", {
    name: "date",
    className: "date",
    placeholder: "2024-11-10",
    autocomplete: "off",
  });
  return [
    labelled("Claim", area("claim", 2, oneLine(words)), "One self-contained sentence"),
    labelled("Rating", choice("rating", [["", "Choose…"], ...ratings])),
    make("div", { className: "pair" }, labelled("Said by", by), labelled("Date", date)),
    labelled("Reason for the rating", area("review", 4), "Markdown"),
  ];
};

const questionFields = () => [
  labelled("Question", area("question", 2), "One sentence"),
  labelled("What would settle it", area("settle", 3), "Markdown"),
];

const FIELDS = { note: noteFields, claim: claimFields, question: questionFields };

// `words`: the annotated text.
export const fieldsOf = (kind, words) =>
  make("div", { className: "fields" }, ...FIELDS[kind](words), sourcesField(kind));
