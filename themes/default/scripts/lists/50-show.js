// Showing the choice on the page.

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
      // An article with several topics has its claims under each of them.
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
