// Remembers, for every page of the site, what the reader chose to see, which style sheets do, and whether
// single-letter shortcuts are on (WCAG 2.1.4 requires a way to turn them off).

const CHOICE = "explainer:view";
const choice = Object(recall(CHOICE));
const keysAreOn = () => choice.keys !== false;
for (const input of all(".tools input")) {
  const isKeys = input.name === "keys";
  input.checked = isKeys ? keysAreOn() : input.checked || input.value === choice.view;
  input.onchange = () => {
    choice[input.name] = isKeys ? input.checked : input.value;
    keep(CHOICE, choice);
  };
}
