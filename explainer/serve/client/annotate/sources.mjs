// The sources of an annotation: rows that name an existing source, and rows that define a new one.

import { make } from "../shared/dom.mjs";
import { button, choice, labelled } from "./fields.mjs";
import { known } from "./requests.mjs";

const SAYS = "What the source says about the claim";

// Only the sources of claims have a stance.
const stanceOf = (kind, value) =>
  kind === "claim"
    ? [
        choice(
          "stance",
          known.stances.map((id) => [id, id]),
          value.stance ?? "supports",
          { aria: { label: SAYS } },
        ),
      ]
    : [];

const removal = (row, label) =>
  button("×", () => row.remove(), { className: "remove", ariaLabel: label, title: label });

const sourceRow = (kind, value = {}) => {
  const row = make("div", { className: "source" });
  const input = make("input", {
    name: "id",
    value: value.id ?? "",
    autocomplete: "off",
    placeholder: "id or title",
    aria: { label: "Source" },
  });
  input.setAttribute("list", "sources");
  row.append(input, ...stanceOf(kind, value), removal(row, "Remove this source"));
  return row;
};

const newSourceRow = (kind, value = {}) => {
  const row = make("fieldset", { className: "new" });
  const input = (name, label, more = {}) =>
    labelled(
      label,
      make("input", { name, value: value[name] ?? "", autocomplete: "off", ...more }),
    );
  row.append(
    make("legend", {}, "New source"),
    input("title", "Title"),
    input("publisher", "Publisher"),
    input("date", "Date", { placeholder: "2024-11-10" }),
    input("url", "URL", { inputMode: "url", placeholder: "https://" }),
    ...stanceOf(kind, value).map((select) => labelled("Stance", select)),
    removal(row, "Remove this new source"),
  );
  return row;
};

export const sourcesField = (kind) => {
  const rows = make("div", { className: "sources" });
  const add = (row) => {
    rows.append(row);
    row.querySelector("input").focus();
  };
  const buttons = make(
    "p",
    { className: "add" },
    button("Add a source", () => add(sourceRow(kind))),
    button("New source", () => add(newSourceRow(kind))),
  );
  const label = make("span", { className: "label" }, "Sources");
  return make("div", { className: "field" }, label, rows, buttons);
};

const valuesOf = (box) =>
  Object.fromEntries([...box.querySelectorAll("[name]")].map((one) => [one.name, one.value]));

// The values of all rows in a form.
export const sourcesIn = (fields) => ({
  sources: [...fields.querySelectorAll(".source")].map(valuesOf),
  newSources: [...fields.querySelectorAll(".new")].map(valuesOf),
});

export const fillSources = (fields, kind, { sources, newSources }) =>
  fields
    .querySelector(".sources")
    .append(
      ...sources.map((value) => sourceRow(kind, value)),
      ...newSources.map((value) => newSourceRow(kind, value)),
    );
