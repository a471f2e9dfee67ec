/* The page's address, and event handlers. */

function remember(query) {
  const address = new URL(location.href);
  for (const control of [field, ...filters]) {
    const value = control === field ? query : control.value;
    if (value) address.searchParams.set(control.name, value);
    else address.searchParams.delete(control.name);
  }
  if (address.href !== location.href) history.replaceState(history.state, "", address);
}

function recall() {
  const asked = new URLSearchParams(location.search);
  field.value = asked.get("q") ?? field.value; // typed before this script loaded
  for (const filter of filters) {
    const value = asked.get(filter.name) ?? "";
    filter.value = [...filter.options].some((o) => o.value === value) ? value : "";
  }
}

function start() {
  let waiting;
  field.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(search, PAUSE);
  });
  field.addEventListener("focus", () => load().catch(() => {}), { once: true });
  for (const filter of filters) filter.addEventListener("change", search);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    clearTimeout(waiting);
    search();
  });
  recall();
  if (field.value) search();
  else field.focus();
}

if (location.protocol === "file:") {
  status.textContent = form.dataset.fromDisk;
  for (const control of form.elements) control.disabled = true;
} else start();
