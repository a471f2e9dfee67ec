// The items of the list, and their sections.

// The items in their original order, each with its values, collected when first needed.
let items;
let each = 0; // how many items a page has, if these are the items of several pages
const given = [...place.children];
const sections = {}; // by the field to group by, then by value

const entriesOf = (groups) => [...groups.querySelectorAll("[data-order]")];
// Keep the sections of a page for showing them. Return its entries.
const take = (groups) => {
  sections[form.dataset.group] ??= new Map();
  const made = sections[form.dataset.group];
  const entries = entriesOf(groups);
  for (const section of groups.children)
    if (!made.has(section.dataset.group)) made.set(section.dataset.group, section);
  return entries;
};
const keep = (found, eachPage = 0) => {
  items = found.sort((a, b) => a.order - b.order);
  each = eachPage;
};
const prepare = () => {
  place.replaceChildren(...given);
  keep(
    take(place).map((element) => ({
      element,
      order: Number(element.dataset.order),
      values: selects.map(({ name }) => element.getAttribute(`data-is-${name}`).split(" ")),
    })),
  );
};

const sectionOf = (value, label) => {
  sections[group.value] ??= new Map();
  const made = sections[group.value];
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
