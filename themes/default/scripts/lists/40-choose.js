// Filtering, without the DOM.

// In one pass, find the items that remain and, for each value of a field, how many would remain if it
// were chosen along with the choices in the other fields.
const choose = () => {
  const words = folded(text.value);
  const counts = selects.map(() => new Map());
  const left = items.filter((item) => {
    if (words) item.text ??= folded(item.element.textContent);
    if (words && !item.text.includes(words)) return false;
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
