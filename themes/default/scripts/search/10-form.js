/* The search page: queries Pagefind and lists the results. All texts are in search.html. */

const AT_ONCE = 10; // number of results shown at first and added by “Show more”
const PAUSE = 150; // milliseconds without typing before a search starts

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
