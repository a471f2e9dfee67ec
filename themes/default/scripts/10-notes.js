// Notes: a mark and its note are highlighted together. On narrow screens, where notes are closed, the
// mark opens and closes its note in place. Keys move from note to note.

const NOTE = ".note";
const REF = "[role=doc-noteref]";

const places = all(NOTE).map((note) => {
  const id = note.id.slice("note-".length);
  note.tabIndex = -1;
  return {
    note,
    ref: one(`${REF}[href="#note-${id}"]`),
    marks: all(`mark[data-annotation~="${id}"]`),
  };
});
const isThere = (element) => element.getClientRects().length > 0;
const isOpen = ({ note }) => note.classList.contains("open");

// The places that an element of the page belongs to: one, or several if marks overlap.
const placesOf = (element) => {
  const it = element.closest?.(`${NOTE}, ${REF}, mark`);
  return places.filter(({ note, ref, marks }) => it && [note, ref, ...marks].includes(it));
};

// Give a note's badge the rating's meaning as its title, from the legend below.
for (const link of all('[href^="#rating-"]'))
  link.title = one(`[id="${link.hash.slice(1)}"] dd`)?.textContent ?? "";

let lit = [];
let current;
const light = (chosen) => {
  for (const place of lit) shine(place, false);
  lit = chosen;
  for (const place of lit) shine(place, true);
};
const shine = ({ note, ref, marks }, isLit) => {
  for (const element of [note, ref, ...marks]) element?.classList.toggle("lit", isLit);
};
for (const kind of ["pointerover", "focusin"]) on(kind, ({ target }) => light(placesOf(target)));
on("focusin", ({ target }) => (current = placesOf(target)[0] ?? current)); // keys continue from here

// Announce only notes that can be closed as such. On wide screens, all notes are always open.
const tell = () => {
  const seen = places.map(({ note }) => isThere(note)); // read all before writing, which would invalidate the layout
  places.forEach((place, i) => {
    if (isOpen(place) || !seen[i]) place.ref?.setAttribute("aria-expanded", seen[i]);
    else place.ref?.removeAttribute("aria-expanded");
  });
};
tell();
matchMedia("(min-width: 70em)").onchange = () => {
  for (const { note } of places) note.classList.remove("open");
  tell();
};

const bring = (element, block = "nearest") => element?.scrollIntoView({ block });
const show = (place) => {
  current = place;
  if (!isThere(place.note)) place.note.classList.add("open");
  place.note.focus({ preventScroll: true });
  bring(place.note);
  light([place]);
  tell();
};
const close = ({ note, ref }) => {
  note.classList.remove("open");
  if (note.matches(":target") && ref) location.hash = note.id.replace("note", "ref");
  tell();
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
  else if (!target.closest(NOTE) && (!control || control.matches(REF))) {
    if (chosen.every(isOpen)) chosen.forEach(close);
    else chosen.reverse().forEach(show);
  } else return;
  event.preventDefault();
});

const step = (way) => {
  const order = places.filter(({ ref }) => ref && isThere(ref));
  let at = order.indexOf(current) + way;
  if (!order.includes(current)) {
    at = order.filter(({ ref }) => ref.getBoundingClientRect().top <= 0).length;
    if (way < 0) at -= 1;
  }
  const next = order[at];
  if (!next) return;
  if (current) close(current);
  bring(next.ref, "center");
  show(next);
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
