// Shows what is new since the last visit: new notes, notes with a later date, and claims with another
// rating. All data stays in the reader's browser. New items stay marked for the session.

if (places.length) {
  const SEEN = `explainer:seen:${location.pathname}`;
  const now = Object.fromEntries(
    places.map(({ note }) => [
      note.id,
      ratingOf(note) ?? note.querySelector(".when time")?.dateTime ?? "",
    ]),
  );
  const before = [recall(SEEN, "sessionStorage"), recall(SEEN)].find(
    (seen) => Object(seen) === seen,
  );
  keep(SEEN, now);
  if (before) keep(SEEN, before, "sessionStorage");
  // It overlays the bottom of the window, so that nothing on the page moves.
  const bar = make("p", { className: "news-bar", role: "status" }, script.news);

  for (const { note, ref } of places) {
    if (!before || before[note.id] === now[note.id]) continue;
    const label = note.id in before ? script.changed : script.new;
    note.firstElementChild.append(" ", make("span", { className: "news" }, label));
    ref?.classList.add("is-new");
    const number = note.querySelector("[role]").textContent;
    bar.append(" ", make("a", { href: `#${note.id}` }, number));
  }
  if (bar.firstElementChild) {
    bar.append(" ", make("button", { onclick: () => bar.remove() }, script.hide));
    document.body.append(bar);
  }
}
