// What is new since the last visit: notes that were not there, notes with a later date, claims with
// another rating. Nothing leaves the reader's own browser. What was new stays so for the session.

if (places.length) {
  const SEEN = `explainer:seen:${location.pathname}`;
  const now = Object.fromEntries(
    places.map(({ note }) => [
      note.id,
      note.dataset.rating ?? note.querySelector(".when time")?.dateTime ?? "",
    ]),
  );
  const before = recall(SEEN, "sessionStorage") ?? recall(SEEN);
  keep(SEEN, now);
  const news = before ? places.filter(({ note }) => before[note.id] !== now[note.id]) : [];
  if (before) keep(SEEN, before, "sessionStorage");

  for (const { note, ref } of news) {
    const label = document.createElement("span");
    label.className = "news";
    label.textContent = note.id in before ? script.changed : script.new;
    note.firstElementChild.append(" ", label);
    ref?.classList.add("is-new");
  }
  if (news.length) {
    // It lies over the page's foot: nothing on the page moves.
    const bar = document.createElement("p");
    bar.className = "news-bar";
    bar.setAttribute("role", "status");
    bar.append(script.news);
    for (const { note } of news) {
      const link = document.createElement("a");
      link.href = `#${note.id}`;
      link.textContent = note.querySelector(".n").textContent;
      bar.append(" ", link);
    }
    const hide = document.createElement("button");
    hide.type = "button";
    hide.textContent = script.hide;
    hide.addEventListener("click", () => bar.remove());
    bar.append(" ", hide);
    document.body.append(bar);
  }
}
