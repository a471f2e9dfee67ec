// The key `/` focuses the search field, or opens the search page.

on("keydown", (event) => {
  if (event.key !== "/" || !isOurs(event) || !keysAreOn()) return;
  const field = one("#search-words");
  const link = one("a.to-search");
  if (!(field ?? link)) return;
  event.preventDefault();
  if (field) field.select();
  else location.href = link.href;
});
