// Filtering and grouping the items of a list. The choice is kept only in the page's address, so that
// views can be linked and the browser's back button undoes a choice. Without a choice, the page is
// not changed. If the list is on several pages, a choice is about all of them.

const form = document.querySelector(".filters");
const place = document.querySelector(".groups");
const fields = [...form.elements].filter((field) => field.name);
const selects = fields.filter((field) => field.name !== "group" && field.name !== "text");
const { group, text } = form.elements;
const output = form.querySelector("output");
const button = form.querySelector("button");
const { digits, none, list, files, more, here } = form.dataset;
