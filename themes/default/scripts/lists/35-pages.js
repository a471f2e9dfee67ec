// A list on several pages: the rows of all are in files, and the entries on the pages.

const base = list && new URL(list, location.href);
const sheets = []; // by number from 1: the entries of that page, or a promise of them

const fetched = async (name, kind) => {
  const response = await fetch(new URL(name, base));
  if (!response.ok) throw new Error(response.statusText);
  return response[kind]();
};

const byOrder = ([a, first], [b, second]) => (a < b || (a === b && first < second) ? -1 : 1);

// Read the rows of all pages, and give the fields the values that these have.
const readRows = async () => {
  const names = Array.from({ length: files }, (_, i) => `rows-${i + 1}.json`);
  const parts = await Promise.all(names.map((name) => fetched(name, "json")));
  for (const select of selects) {
    const known = new Map(); // by value
    for (const { choices } of parts)
      for (const choice of choices[select.name]) known.set(choice[1], choice);
    const options = [...known.values()].sort(byOrder).map(([, value, label]) => {
      const option = new Option(label, value);
      option.dataset.label = label;
      return option;
    });
    const { value } = select;
    select.replaceChildren(select.options[0], ...options);
    select.value = value;
  }
  const filters = Object.keys(parts[0].choices);
  const rows = parts.flatMap((part) => part.rows);
  const found = rows.map(([order, text, ...values], index) => ({
    order,
    text: folded(text),
    values: selects.map(({ name }) => values[filters.indexOf(name)].split(" ")),
    index,
  }));
  sheets[form.dataset.sheet] = take(place.cloneNode(true));
  form.dataset.shown = parts[0].shown;
  keep(found, parts[0].each);
};

let reading;
// Do something as soon as there are items. If the files cannot be read, as for a page that was opened
// from disk, a choice is about this page.
const begin = (then) => {
  if (!items && !list) prepare();
  if (items) return then();
  reading ??= readRows().catch(prepare);
  return reading.then(then);
};

const readSheet = async (number) => {
  const name = number > 1 ? `page/${number}/` : ".";
  const page = new DOMParser().parseFromString(await fetched(name, "text"), "text/html");
  const groups = page.querySelector(".groups");
  for (const a of groups.querySelectorAll("a[href]"))
    a.href = new URL(a.getAttribute("href"), new URL(name, base));
  return take(document.importNode(groups, true));
};
// Give items of any page their elements.
const fill = (wanted) =>
  Promise.all(
    wanted.map(async (item) => {
      const number = Math.floor(item.index / each) + 1;
      sheets[number] ??= readSheet(number);
      item.element ??= (await sheets[number])[item.index % each];
    }),
  );
