// Notes: a mark and its note are highlighted together. On narrow screens, where notes are closed, the
// mark opens and closes its note in place; in a margin, it shows all of it. Keys move from note to note.

const NOTE = ".note";
const REF = "[role=doc-noteref]";
const inMargin = matchMedia("(min-width: 60em)");
const idOf = (noteOrRef) => (noteOrRef.getAttribute("href") ?? `#${noteOrRef.id}`).slice(6);
const idsOf = (mark) => mark.dataset.annotation?.split(" ") ?? [];

const byId = new Map(
  all(NOTE).map((note) => [idOf(note), { note, content: note.firstElementChild, marks: [] }]),
);
const places = [...byId.values()];
for (const { content } of places) content.tabIndex = -1;
for (const ref of all(REF)) Object.assign(byId.get(idOf(ref)) ?? {}, { ref });
for (const mark of all("mark")) for (const id of idsOf(mark)) byId.get(id)?.marks.push(mark);
const isThere = (element) => element.getClientRects().length > 0;
const isOpen = ({ note }) => note.matches(".open, :target");

// The places that an element of the page belongs to: one, or several if marks overlap.
const placesOf = (element) => {
  const it = element.closest?.(`${NOTE}, ${REF}, mark`);
  const ids = it?.matches("mark") ? idsOf(it) : it ? [idOf(it)] : [];
  return ids.map((id) => byId.get(id)).filter(Boolean);
};

// Give a note's badge the rating's meaning as its title, from the legend below.
for (const link of all('[href^="#rating-"]'))
  link.title = one(`[id="${link.hash.slice(1)}"] + dd`)?.firstChild.textContent.trim() ?? "";

let lit = [];
let current;
const light = (chosen) => {
  for (const place of lit) if (!chosen.includes(place)) shine(place, false);
  for (const place of chosen) if (!lit.includes(place)) shine(place, true);
  lit = chosen;
};
const shine = ({ content, ref, marks }, isLit) => {
  for (const element of [content, ref, ...marks]) element?.classList.toggle("lit", isLit);
};
for (const kind of ["pointerover", "focusin"]) on(kind, ({ target }) => light(placesOf(target)));
on("focusin", ({ target }) => (current = placesOf(target)[0] ?? current)); // keys continue from here

const tell = (place) => place.ref?.setAttribute("aria-expanded", isOpen(place));
const tellAll = () => places.forEach(tell);
tellAll();
addEventListener("hashchange", tellAll);

// A link to a claim opens its row.
for (const kind of ["load", "hashchange"])
  addEventListener(kind, () => one("details:target")?.setAttribute("open", ""));

const bring = (element, block = "nearest") => element?.scrollIntoView({ block });
const shut = (place) => {
  place.note.classList.remove("open");
  tell(place);
};
// All changes come before what needs their layout, so that there is one.
const show = (place) => {
  if (current && inMargin.matches) shut(current); // there, an open note covers others
  current = place;
  place.note.classList.add("open");
  tell(place);
  light([place]);
  place.content.focus({ preventScroll: true });
};
const close = (place) => {
  const { note, ref } = place;
  if (note.matches(":target") && ref) location.hash = note.id.replace("note", "ref");
  shut(place);
};
const leave = (place) => {
  close(place);
  place.ref?.focus({ preventScroll: true });
  bring(place.ref);
};

on("click", (event) => {
  const { target } = event;
  const chosen = placesOf(target);
  if (!chosen.length || !isOurs(event) || event.shiftKey || !getSelection().isCollapsed) return;
  const control = target.closest("a, button, input, label, summary");
  if (control?.matches(".note [role=doc-backlink]") && chosen[0].ref) leave(chosen[0]);
  else if (target.closest(NOTE) ? inMargin.matches && !control : !control || control.matches(REF)) {
    if (chosen.every(isOpen)) chosen.forEach(close);
    else {
      chosen.reverse().forEach(show);
      bring(current.note);
    }
  } else return;
  event.preventDefault();
});

const order = places.filter(({ ref }) => ref);
const step = (way) => {
  let at = order.indexOf(current);
  if (at < 0 || !isThere(current.ref)) {
    const above = order.filter(({ ref }) => isThere(ref) && ref.getBoundingClientRect().top <= 0);
    at = order.indexOf(above.pop()) + (way < 0);
  }
  do at += way;
  while (order[at] && !isThere(order[at].ref));
  const next = order[at];
  if (!next) return;
  if (current) close(current);
  show(next);
  bring(next.ref, "center");
  bring(next.note);
};
on("keydown", (event) => {
  if (!isOurs(event)) return;
  const way = { n: 1, p: -1 }[event.key];
  if (event.key === "Escape") {
    const place = placesOf(document.activeElement)[0] ?? current;
    if (place) leave(place);
    current = null;
    light([]);
  } else if (way && keysAreOn()) step(way);
  else return;
  event.preventDefault();
});
