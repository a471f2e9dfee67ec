// The key `/` leads to the search: to its field, or to the page that has it.

on("keydown", (event) => {
  if (event.key !== "/" || !isOurs(event) || !keysAreOn()) return;
  const field = one("#search-words");
  const link = one("a.to-search");
  if (!(field ?? link)) return;
  event.preventDefault();
  if (field) field.select();
  else location.href = link.href;
});
