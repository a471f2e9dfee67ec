// Which kinds of notes are shown, and whether single-letter shortcuts are on (WCAG 2.1.4 requires a way
// to turn them off). The choice applies to every page of the site.

const HIDDEN = "explainer:hidden";
const chosenOff = () => {
  const off = recall(HIDDEN);
  return Array.isArray(off) ? off : [];
};
const keysAreOn = () => !chosenOff().includes("keys");
const namesOf = ({ note }) => [`kind ${note.dataset.kind}`, `rating ${ratingOf(note)}`];

const applyChoice = () => {
  const off = chosenOff();
  for (const place of places) {
    place.note.hidden = namesOf(place).some((name) => off.includes(name));
    if (place.ref) place.ref.parentElement.hidden = place.note.hidden;
  }
  for (const mark of all("mark"))
    mark.classList.toggle(
      "off",
      placesOf(mark).every(({ note }) => note.hidden),
    );
};
if (chosenOff().length) applyChoice();

const tools = one(".tools");
const box = (name, ...label) => {
  const checked = !chosenOff().includes(name);
  return make("label", {}, make("input", { type: "checkbox", name, checked }), " ", ...label);
};
const boxes = (title, labels) =>
  make(
    "fieldset",
    {},
    make("legend", {}, title),
    ...Array.from(labels, ([name, label]) => box(name, label)),
  );
// Make the checkboxes from the labels of the notes when they are first needed.
tools?.addEventListener(
  "toggle",
  () => {
    const kinds = new Map();
    const ratings = new Map();
    for (const place of places) {
      const [kind, rating] = namesOf(place);
      const badge = place.note.querySelector(".badge");
      kinds.set(kind, badge ? tools.dataset.claims : place.note.querySelector("b").textContent);
      if (badge) ratings.set(rating, badge.cloneNode(true));
    }
    const form = make("form", {}, boxes(tools.dataset.kinds, kinds));
    if (ratings.size > 1) form.append(boxes(tools.dataset.ratings, ratings));
    form.append(box("keys", tools.dataset.keys));
    form.addEventListener("change", ({ target: { name, checked } }) => {
      const others = chosenOff().filter((other) => other !== name);
      keep(HIDDEN, checked ? others : [...others, name]);
      applyChoice();
    });
    tools.append(form);
  },
  { once: true },
);
