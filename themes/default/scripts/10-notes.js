// Notes: mark and note light up together; where notes are closed (narrow screens) the mark opens
// and closes its note in place; keys step from note to note.

const places = all(".note").map((note) => {
  const id = note.id.slice("note-".length);
  note.tabIndex = -1;
  return {
    note,
    ref: document.querySelector(`[role=doc-noteref][href="#note-${id}"]`),
    marks: all(`mark[data-annotation~="${id}"]`),
  };
});
const isThere = (element) => element.getClientRects().length > 0;

// The places that an element of the page belongs to: one, but for marks that overlap.
const placesOf = (element) => {
  const note = element.closest(".note");
  const ref = note ? null : element.closest("[role=doc-noteref]");
  const mark = note || ref ? null : element.closest("mark");
  return places.filter(
    (p) => (note && p.note === note) || (ref && p.ref === ref) || (mark && p.marks.includes(mark)),
  );
};

// A note's badge says what the rating means, in the words of the legend below.
for (const link of all('.note-head a[href^="#rating-"]'))
  link.title = document.querySelector(`${link.hash} dd`)?.textContent ?? "";

let lit = [];
const light = (chosen) => {
  if (chosen.length === lit.length && chosen.every((place, i) => place === lit[i])) return;
  for (const [group, on] of [[lit, false], [chosen, true]])
    for (const { note, ref, marks } of group)
      for (const element of [note, ref, ...marks]) element?.classList.toggle("lit", on);
  lit = chosen;
};
for (const kind of ["pointerover", "focusin"])
  document.addEventListener(kind, (event) => light(placesOf(event.target)));

// Only a note that can be closed is told as such: beside wide text all are always open.
const tell = () => {
  for (const { note, ref } of places) {
    const closes = note.classList.contains("open") || !isThere(note);
    if (closes) ref?.setAttribute("aria-expanded", isThere(note));
    else ref?.removeAttribute("aria-expanded");
  }
};
if (places.length) {
  tell();
  matchMedia("(min-width: 70em)").addEventListener("change", () => {
    for (const { note } of places) note.classList.remove("open");
    tell();
  });
}

let current = null;
const show = (place) => {
  if (!isThere(place.note)) place.note.classList.add("open");
  place.note.focus({ preventScroll: true });
  place.note.scrollIntoView({ block: "nearest" });
  light([place]);
  current = place;
  tell();
};
const close = (place) => {
  place.note.classList.remove("open");
  if (place.note.matches(":target") && place.ref) location.hash = place.note.id.replace("note", "ref");
  tell();
};
const leave = (place) => {
  close(place);
  place.ref?.focus({ preventScroll: true });
  place.ref?.scrollIntoView({ block: "nearest" });
};

document.addEventListener("click", (event) => {
  if (!isPlain(event) || event.shiftKey || !getSelection().isCollapsed) return;
  const control = event.target.closest("a, button, input, label, summary");
  const chosen = placesOf(event.target);
  if (!chosen.length) return;
  const inNote = event.target.closest(".note");
  if (control?.matches(".note [role=doc-backlink]") && chosen[0].ref) {
    leave(chosen[0]);
  } else if (!inNote && (!control || control.matches("[role=doc-noteref]"))) {
    const open = chosen.filter(({ note }) => note.classList.contains("open"));
    if (open.length === chosen.length) open.forEach(close);
    else [...chosen].reverse().forEach(show);
  } else return;
  event.preventDefault();
});

const step = (way) => {
  const order = places.filter(({ ref }) => ref && isThere(ref));
  const now = order.indexOf(current);
  let next = order[now + way];
  if (now < 0) {
    const below = order.findIndex(({ ref }) => ref.getBoundingClientRect().top > 0);
    next = way > 0 ? order[below] : order[(below < 0 ? order.length : below) - 1];
  }
  if (!next) return;
  if (current) close(current);
  next.ref.scrollIntoView({ block: "center" });
  show(next);
};
document.addEventListener("keydown", (event) => {
  if (!isPlain(event) || isTyping(event.target)) return;
  if (event.key === "Escape") {
    const [place] = placesOf(document.activeElement);
    if (place ?? current) leave(place ?? current);
    current = null;
    light([]);
  } else if (keysAreOn() && (event.key === "n" || event.key === "p")) {
    step(event.key === "n" ? 1 : -1);
  } else return;
  event.preventDefault();
});
