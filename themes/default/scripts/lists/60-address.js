// The page's address, and event handlers.

const defaultOf = (field) => (field === group ? form.dataset.group : "");
const isDefault = (field) => field.value.trim() === defaultOf(field);

const query = () => {
  const chosen = fields.filter((field) => !isDefault(field));
  return String(new URLSearchParams(chosen.map(({ name, value }) => [name, value.trim()])));
};

// Read the choice from the address. Ignore values that a field does not have.
const read = () => {
  const asked = new URLSearchParams(location.search);
  for (const field of fields) {
    field.value = asked.get(field.name) ?? defaultOf(field);
    if (field.selectedIndex === -1) field.value = defaultOf(field);
  }
};

let current = "";
let last; // the last changed field: changing it again adds no history entry
const update = (field) => {
  const chosen = query();
  if (chosen === current) return;
  const step = field && field === last ? "replaceState" : "pushState";
  history[step](null, "", chosen ? `?${chosen}` : location.pathname);
  current = chosen;
  last = field;
  begin(() => show());
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
// Readers can type anything after the `#`, also what is no percent-encoded text.
const decoded = (hash) => {
  try {
    return decodeURIComponent(hash.replace(/%(?![\da-f]{2})/gi, "%25"));
  } catch {
    return hash;
  }
};
addEventListener("popstate", () => {
  begin(follow);
  // A link within the page can point to an item that the choice hides.
  const id = decoded(location.hash.slice(1));
  if (current && id && !document.getElementById(id)) {
    form.reset();
    current = "";
    history.replaceState(null, "", location.pathname + location.hash);
    show();
    document.getElementById(id)?.scrollIntoView();
  }
});
if (location.search) begin(follow);
if (list)
  for (const event of ["focusin", "pointerenter"])
    form.addEventListener(event, () => begin(() => current || show()), { once: true });
