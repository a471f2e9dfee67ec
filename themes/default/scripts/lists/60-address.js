// The page's address, and what the reader does.

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
