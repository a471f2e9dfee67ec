// The items of the list, and their sections.

// The items in their original order, each with its values, collected when first needed.
let items;
const sections = {}; // by the field to group by, then by value
const prepare = () => {
  items = [...place.querySelectorAll("[data-order]")].map((element) => ({
    element,
    order: Number(element.dataset.order),
    values: selects.map(({ name }) => element.getAttribute(`data-is-${name}`).split(" ")),
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
