// Showing the choice on the page.

const pages = document.querySelector(".sheets");
let turn = 0; // a later choice overtakes an earlier one that still waits for pages

const count = (counts) => {
  selects.forEach((select, i) => {
    for (const option of select.options)
      if (option.value) {
        const left = counts[i].get(option.value) ?? 0;
        option.textContent = `${option.dataset.label} (${number(left)})`;
        option.disabled = !left && !option.selected;
      }
  });
};

// Group the first items that are left, at most as many as asked for. Count all in each group.
const grouped = (left, most) => {
  const by = selects.findIndex(({ name }) => name === group.value);
  const only = selects[by].value;
  const groups = new Map();
  for (const item of left)
    for (const value of only ? [only] : item.values[by]) {
      if (!groups.has(value)) groups.set(value, []);
      groups.get(value).push(item);
    }
  const found = [];
  let space = most;
  for (const { value, dataset } of selects[by].options)
    if (groups.has(value) && space > 0) {
      const all = groups.get(value);
      const items = all.slice(0, space);
      space -= items.length;
      found.push({ value, label: dataset.label, items, all: all.length });
    }
  return { found, rest: space <= 0 && left.length > most };
};

const sectionsOf = (found) => {
  const used = new Set();
  return found.map(({ value, label, items, all }) => {
    const section = sectionOf(value, label);
    if (each) section.querySelector(".continued")?.remove();
    section.querySelector(".count").textContent = number(all);
    // An article with several topics has its claims under each of them.
    const elements = items.map((item) =>
      used.has(item) ? item.element.cloneNode(true) : used.add(item) && item.element,
    );
    section.querySelector("ul").replaceChildren(...elements);
    return section;
  });
};

const show = async (most = each || Infinity) => {
  turn += 1;
  const mine = turn;
  const { left, counts } = choose();
  count(counts);
  const whole = each && !current; // the page as it was
  const length = whole ? sheets[form.dataset.sheet].length : left.length;
  const label = list && !each ? here : form.dataset.shown;
  output.textContent = label.replace("{shown}", number(length));
  button.disabled = fields.every(isDefault);
  pages?.toggleAttribute("hidden", Boolean(each && current));
  const { found, rest } = grouped(left, most);
  if (each && !whole)
    try {
      await fill(found.flatMap((part) => part.items));
    } catch {
      prepare();
      return show();
    }
  if (mine !== turn) return undefined;
  const parts = whole ? [...given] : sectionsOf(found);
  if (!parts.length) {
    parts.push(document.createElement("p"));
    parts[0].textContent = none;
  }
  if (rest && !whole) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = more;
    button.addEventListener("click", () => show(most + each));
    parts.push(button);
  }
  place.dataset.by = group.value;
  place.replaceChildren(...parts);
  return undefined;
};
