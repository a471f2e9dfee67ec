// For pages with many notes, which alone load this file. Opening one takes long there: the place of each
// note depends on those above it. So notes have the size that they have, and what is in them concerns
// no other. Only a note that may reach beyond the end of the page, which must then scroll, is left as it is.

const notes = [...document.querySelectorAll(".note")];
const settle = () => {
  for (const note of notes) note.classList.remove("steady");
  const end = document.documentElement.scrollHeight;
  const sizes = notes.map((note) => {
    const fits = note.offsetTop + note.textContent.length < end;
    return fits && note.getBoundingClientRect().height;
  });
  notes.forEach((note, i) => {
    if (!sizes[i]) return;
    note.style.setProperty("--high", `${sizes[i]}px`);
    note.style.zIndex = notes.length - i; // above those that it covers when it is open
    note.classList.add("steady");
  });
};
for (const kind of ["load", "resize"]) addEventListener(kind, settle);
document.addEventListener("change", settle);
document.addEventListener("focusin", ({ target }) => {
  const note = target.closest?.(".steady");
  if (note && note !== target.parentElement) note.style.zIndex = notes.length + 1; // WCAG 2.4.11
});
