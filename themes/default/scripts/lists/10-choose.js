// Choosing among the items of a list, and grouping them otherwise. What is chosen stands in the
// page's address and nowhere else: such a view can be linked, and the browser's back button undoes
// a choice. Without a choice the page is left as it came.

const form = document.querySelector(".filters");
const place = document.querySelector(".groups");
const fields = [...form.elements].filter((field) => field.name);
const selects = fields.filter((field) => field.name !== "group" && field.name !== "text");
const { group, text } = form.elements;
const output = form.querySelector("output");
const button = form.querySelector("button");
const { digits, none, shown } = form.dataset;

const number = (n) => String(n).replace(/\d/g, (digit) => digits.at(digit - 1));
const folded = (words) =>
  words.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase().replace(/\s+/g, " ").trim();

// The items as the page came, each with its values; made when they are first needed.
let items;
const sections = {}; // by what is grouped by, then by value
const prepare = () => {
  items = [...place.querySelectorAll("[data-order]")].map((element) => ({
    element,
    order: Number(element.dataset.order),
    values: selects.map(({ name }) => element.dataset[name].split(" ")),
  }));
  items.sort((a, b) => a.order - b.order);
  const given = [...place.children].map((section) => [section.dataset.group, section]);
  sections[form.dataset.group] = new Map(given);
};

const sectionOf = (value, label) => {
  const made = (sections[group.value] ??= new Map());
  if (!made.has(value)) {
    const section = document.createElement("section");
    const heading = document.createElement("h2");
    const count = document.createElement("span");
    heading.id = `${group.value}-${value}`;
    count.className = "count";
    heading.append(label, " ", count);
    section.className = "group";
    section.setAttribute("aria-labelledby", heading.id);
    section.append(document.createElement("header"), document.createElement("ul"));
    section.firstElementChild.append(heading);
    made.set(value, section);
  }
  return made.get(value);
};

// One pass tells which items are left, and for each value how many would be if it were chosen
// beside what is chosen in the other fields.
const choose = () => {
  const words = folded(text.value);
  const counts = selects.map(() => new Map());
  const left = items.filter((item) => {
    if (words && !(item.text ??= folded(item.element.textContent)).includes(words)) return false;
    const against = selects.flatMap(({ value }, i) =>
      value && !item.values[i].includes(value) ? [i] : [],
    );
    for (const i of against.length ? against : counts.keys())
      if (against.length < 2)
        for (const value of item.values[i]) counts[i].set(value, (counts[i].get(value) ?? 0) + 1);
    return !against.length;
  });
  return { left, counts };
};

const show = () => {
  if (!items) prepare();
  const { left, counts } = choose();
  selects.forEach((select, i) => {
    for (const option of select.options)
      if (option.value) {
        const count = counts[i].get(option.value) ?? 0;
        option.textContent = `${option.dataset.label} (${number(count)})`;
        option.disabled = !count && !option.selected;
      }
  });

  const by = selects.findIndex(({ name }) => name === group.value);
  const only = selects[by].value;
  const groups = new Map();
  const used = new Set();
  for (const item of left)
    for (const value of only ? [only] : item.values[by]) {
      if (!groups.has(value)) groups.set(value, []);
      // An article has several topics: under the second, its claims stand once more.
      groups.get(value).push(used.has(item) ? item.element.cloneNode(true) : item.element);
      used.add(item);
    }
  const parts = [];
  for (const { value, dataset } of selects[by].options)
    if (value && groups.has(value)) {
      const section = sectionOf(value, dataset.label);
      section.querySelector(".count").textContent = number(groups.get(value).length);
      section.querySelector("ul").replaceChildren(...groups.get(value));
      parts.push(section);
    }
  if (!parts.length) {
    parts.push(document.createElement("p"));
    parts[0].textContent = none;
  }
  place.dataset.by = group.value;
  place.replaceChildren(...parts);
  output.textContent = shown.replace("{shown}", number(left.length));
  button.disabled = fields.every(isDefault);
};

const defaultOf = (field) => (field === group ? form.dataset.group : "");
const isDefault = (field) => field.value.trim() === defaultOf(field);

const query = () => {
  const chosen = fields.filter((field) => !isDefault(field));
  return String(new URLSearchParams(chosen.map(({ name, value }) => [name, value.trim()])));
};

// From the address. A value that no field has is no choice.
const read = () => {
  const asked = new URLSearchParams(location.search);
  for (const field of fields) {
    field.value = asked.get(field.name) ?? defaultOf(field);
    if (field.selectedIndex === -1) field.value = defaultOf(field);
  }
};

let current = "";
let last; // the field that was changed last: to change it again is no new step back
const update = (field) => {
  const chosen = query();
  if (chosen === current) return;
  const step = field && field === last ? "replaceState" : "pushState";
  history[step](null, "", chosen ? `?${chosen}` : location.pathname);
  current = chosen;
  last = field;
  show();
};

form.addEventListener("input", ({ target }) => update(target));
form.addEventListener("submit", (event) => event.preventDefault());
button.addEventListener("click", () => {
  form.reset();
  update();
  selects[0].focus();
});
const follow = () => {
  read();
  const chosen = query();
  last = undefined;
  if (chosen !== current) {
    current = chosen;
    show();
  }
};
addEventListener("popstate", () => {
  follow();
  // A link within the page may lead to what the choice has taken away.
  const id = decodeURIComponent(location.hash.slice(1).replace(/%(?![\da-f]{2})/gi, "%25"));
  if (current && id && !document.getElementById(id)) {
    form.reset();
    current = "";
    history.replaceState(null, "", location.pathname + location.hash);
    show();
    document.getElementById(id)?.scrollIntoView();
  }
});
follow();
