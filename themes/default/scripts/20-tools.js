// Remembers, for every page of the site, what the reader chose to see and in which order claims are, which
// style sheets do, and whether single-letter shortcuts are on (WCAG 2.1.4 requires a way to turn them off).

const CHOICE = "explainer:view";
const choice = Object(recall(CHOICE));
const keysAreOn = () => choice.keys !== false;

// Keys and screen readers follow the order that readers see.
const rows = all(".dots-key:has(input) + div > *");
const rank = (row) => choice.ranked === true && getComputedStyle(row).order;
const arrange = () =>
  rows[0]?.parentElement.append(...rows.slice().sort((a, b) => rank(a) - rank(b)));
arrange();

for (const input of all(".tools input, .dots-key input")) {
  const { name, type, value } = input;
  const isRadio = type === "radio";
  if (isRadio) input.checked ||= value === choice.view;
  else input.checked = name === "keys" ? keysAreOn() : choice[name] === true;
  input.onchange = () => {
    choice[name] = isRadio ? value : input.checked;
    keep(CHOICE, choice);
    arrange();
  };
}
