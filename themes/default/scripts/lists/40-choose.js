// What is chosen, without any DOM.

// One pass tells which items are left, and for each value how many would be if it were chosen
// beside what is chosen in the other fields.
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
