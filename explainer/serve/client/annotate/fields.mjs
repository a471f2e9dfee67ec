// The elements of forms.

import { make, prose } from "../shared/dom.mjs";

export const button = (label, onclick, properties = {}) =>
  make("button", { type: "button", onclick, ...properties }, label);

export const labelled = (label, control, hint = "") =>
  make(
    "label",
    { className: "field" },
    make("span", { className: "label" }, label),
    control,
    hint ? make("span", { className: "hint" }, hint) : null,
  );

export const area = (name, rows, defaultValue = "") =>
  make("textarea", { name, rows, defaultValue, spellcheck: true });

// Make a text area as high as its text, within the limits of the window.
export const grow = (element) => {
  if (element.localName !== "textarea") return;
  element.style.height = "auto";
  element.style.height = `${Math.min(element.scrollHeight + 2, innerHeight * 0.4)}px`;
};

export const choice = (name, options, value = "", properties = {}) => {
  const select = make("select", { name, ...properties });
  for (const [id, label] of options) select.append(make("option", { value: id }, label));
  select.value = value;
  return select;
};

export const completion = (id, options) =>
  make("datalist", { id }, ...options.map(([value, label]) => make("option", { value, label })));

export const complaints = () => make("div", { className: "problems", role: "alert" });

export const complain = (list, problems) =>
  list.replaceChildren(
    ...problems.map(({ message, hint }) =>
      make(
        "div",
        {},
        make("p", {}, ...prose(message)),
        hint ? make("p", { className: "hint" }, ...prose(hint)) : null,
      ),
    ),
  );

// `disabled` would remove the focus.
export const setBusy = (box, isBusy) => {
  for (const one of box.querySelectorAll("button.save")) one.setAttribute("aria-disabled", isBusy);
};
