// Checks the layout of a page: returns each place where a note covers something or is not visible.
// The argument `{closed}` has the ids of the notes that may be hidden, or is true for all.
({ closed }) => {
  const problems = [];
  const say = (what, ...boxes) =>
    problems.push(`${what}: ${boxes.map((b) => `${b.name} [${[b.left, b.top, b.right, b.bottom].map(Math.round)}]`).join(" and ")}`);
  const box = (r, name) => ({
    left: r.left + scrollX, top: r.top + scrollY, right: r.right + scrollX, bottom: r.bottom + scrollY, name,
  });
  // Boxes may touch. Rounding can make them overlap by half a pixel.
  const cover = (a, b) =>
    Math.min(a.right, b.right) - Math.max(a.left, b.left) > 0.5 &&
    Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 0.5;
  // Content that scrolls or is clipped is visible only within its container.
  const seen = (b, element) => {
    for (let e = element; e && e !== document.body; e = e.parentElement) {
      const style = getComputedStyle(e);
      if (style.overflowX === "visible" && style.overflowY === "visible") continue;
      if (style.clipPath !== "none") return null;
      const r = box(e.getBoundingClientRect());
      b = { ...b, left: Math.max(b.left, r.left), right: Math.min(b.right, r.right),
            top: Math.max(b.top, r.top), bottom: Math.min(b.bottom, r.bottom) };
    }
    return b.right - b.left > 0.5 && b.bottom - b.top > 0.5 ? b : null;
  };

  const notes = [...document.querySelectorAll("aside.note")];
  const others = [];
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const range = document.createRange();
  while (walk.nextNode()) {
    const node = walk.currentNode;
    if (!node.data.trim() || node.parentElement.closest("script, noscript, template")) continue;
    if (!node.parentElement.checkVisibility()) continue; // in a closed `details`
    range.selectNodeContents(node);
    const own = node.parentElement.closest("aside.note");
    for (const r of range.getClientRects()) {
      const b = seen(box(r, `“${node.data.trim().slice(0, 24)}”`), node.parentElement);
      if (b) others.push({ ...b, own });
    }
  }
  for (const e of document.querySelectorAll("img, svg, pre, table, figure, hr, footer, blockquote, .after, .disclaimer"))
    if (!e.closest("aside.note") && e.getClientRects().length) others.push(box(e.getBoundingClientRect(), e.tagName));

  // A `blockquote` or `figure` that contains notes, closed or open, is not an obstacle to them.
  const shown = [];
  for (const note of notes) {
    const b = box(note.getBoundingClientRect(), note.id);
    const there = note.getClientRects().length > 0 && b.right > b.left && b.bottom > b.top;
    if (!there) {
      if (closed !== true && !closed.includes(note.id)) say("lost", b);
      continue;
    }
    shown.push({ b, note });
    if (b.left < -0.5 || b.right > document.documentElement.clientWidth + 0.5 || b.top < 0 ||
        b.bottom > document.documentElement.scrollHeight + 0.5) say("off the page", b);
    if (note.scrollHeight > note.clientHeight + 1 || note.scrollWidth > note.clientWidth + 1) say("cut off", b);
  }
  for (const [i, { b, note }] of shown.entries()) {
    for (const other of shown.slice(i + 1)) if (cover(b, other.b)) say("note on note", b, other.b);
    for (const other of others)
      if (other.own !== note && cover(b, other)) say("note on something", b, other);
    for (const other of others)
      if (other.own === note && (other.left < b.left - 1 || other.right > b.right + 1 || other.bottom > b.bottom + 1))
        say("text out of its note", b, other);
  }
  if (document.documentElement.scrollWidth > document.documentElement.clientWidth)
    problems.push(`the page scrolls sideways: ${document.documentElement.scrollWidth} px`);
  const ids = (these) => these.map(({ id }) => id);
  return {
    problems,
    all: ids(notes), // except those on the whole article:
    inText: ids(notes.filter((note) => note.closest(".text"))),
    shown: ids(shown.map(({ note }) => note)),
  };
};
