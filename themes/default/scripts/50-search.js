// The key `/` leads to the search: to its field, or to the page that has it.

document.addEventListener("keydown", (event) => {
  if (event.key !== "/" || !isPlain(event) || event.isComposing || isTyping(event.target)) return;
  const field = document.getElementById("search-words");
  const link = document.querySelector("a.to-search");
  if (!(field ?? link) || !keysAreOn()) return;
  event.preventDefault();
  if (field) field.focus(), field.select();
  else location.assign(link.href);
});
