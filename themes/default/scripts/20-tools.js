// Which kinds of note are shown, and whether letters are keys (WCAG 2.1.4 lets readers turn them
// off). What a reader has chosen holds on every page of the site.

const HIDDEN = "explainer:hidden";
const chosenOff = () => recall(HIDDEN) ?? [];
const keysAreOn = () => !chosenOff().includes("keys");
const namesOf = ({ note }) => [`kind ${note.dataset.kind}`, `rating ${note.dataset.rating}`];

const applyChoice = () => {
  const off = chosenOff();
  for (const place of places) {
    place.note.hidden = namesOf(place).some((name) => off.includes(name));
    if (place.ref) place.ref.parentElement.hidden = place.note.hidden;
  }
  for (const mark of all("mark[data-annotation]"))
    mark.classList.toggle("off", placesOf(mark).every(({ note }) => note.hidden));
};
if (places.length && chosenOff().length) applyChoice();

const tools = document.querySelector(".tools");
const box = (name, ...label) => {
  const line = document.createElement("label");
  const input = document.createElement("input");
  Object.assign(input, { type: "checkbox", name, checked: !chosenOff().includes(name) });
  line.append(input, " ", ...label);
  return line;
};
const boxes = (title, labels) => {
  const set = document.createElement("fieldset");
  const legend = document.createElement("legend");
  legend.append(title);
  set.append(legend, ...Array.from(labels, ([name, label]) => box(name, label)));
  return set;
};
// The boxes are made of the words that the notes bear, when they are first asked for.
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
    const form = document.createElement("form");
    form.append(boxes(tools.dataset.kinds, kinds));
    if (ratings.size > 1) form.append(boxes(tools.dataset.ratings, ratings));
    form.append(box("keys", tools.dataset.keys));
    form.addEventListener("change", ({ target }) => {
      const others = chosenOff().filter((name) => name !== target.name);
      keep(HIDDEN, target.checked ? others : [...others, target.name]);
      applyChoice();
    });
    tools.append(form);
  },
  { once: true },
);
