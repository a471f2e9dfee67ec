/* The search page: asks Pagefind, and lists what it finds. What is said stands in search.html. */

const AT_ONCE = 10; // results that are shown, and that “Show more” adds
const PAUSE = 150; // milliseconds without a key before a search begins

const root = new URL("../", document.currentScript.src);
const bundle = new URL("search/pagefind/", root);
const page = document.documentElement;
const form = document.getElementById("search");
const field = form.elements.q;
const filters = [...form.querySelectorAll("select")];
const status = document.getElementById("search-status");
const list = document.getElementById("search-results");
const more = document.getElementById("search-more");
const labels = document.getElementById("search-labels").content;
const words = form.dataset.words;
