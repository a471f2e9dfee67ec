// Which kinds of note are shown, and whether letters are keys (WCAG 2.1.4 lets readers turn them
// off). What a reader has chosen holds on every page of the site.

const HIDDEN = "explainer:hidden";
const boxes = all(".tools input");
const nameOf = (box) => `${box.name}:${box.value}`;
const chosenOff = () => recall(HIDDEN) ?? [];
const keysAreOn = () => !chosenOff().includes("keys:keys");

const applyChoice = () => {
  const off = new Set(chosenOff());
  for (const { note, ref } of places) {
    note.hidden = off.has(`kind:${note.dataset.kind}`) || off.has(`rating:${note.dataset.rating}`);
    if (ref) ref.parentElement.hidden = note.hidden;
  }
  for (const mark of all("mark[data-annotation]"))
    mark.classList.toggle("off", placesOf(mark).every(({ note }) => note.hidden));
};
if (boxes.length) {
  for (const box of boxes) box.checked = !chosenOff().includes(nameOf(box));
  if (chosenOff().length) applyChoice();
  document.querySelector(".tools form").addEventListener("change", () => {
    const elsewhere = chosenOff().filter((name) => !boxes.some((box) => nameOf(box) === name));
    keep(HIDDEN, [...elsewhere, ...boxes.filter((box) => !box.checked).map(nameOf)]);
    applyChoice();
  });
}
