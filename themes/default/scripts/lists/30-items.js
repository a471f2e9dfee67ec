// The items of the list, and the sections that they stand in.

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
