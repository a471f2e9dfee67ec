/* The key `/` leads to the search, from every page: to its field, or to the page that has it. */
(() => {
  "use strict";

  document.addEventListener("keydown", (event) => {
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.defaultPrevented || event.isComposing) return;
    const { target } = event;
    if (target.isContentEditable || target.closest?.("input, textarea, select")) return;
    const field = document.getElementById("search-words");
    const link = document.querySelector("a.to-search");
    if (!field && !link) return;
    event.preventDefault();
    if (field) {
      field.focus();
      field.select();
    } else {
      location.assign(link.href);
    }
  });
})();
