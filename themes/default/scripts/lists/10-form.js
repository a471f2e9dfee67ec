// Choosing among the items of a list, and grouping them otherwise. What is chosen stands in the
// page's address and nowhere else: such a view can be linked, and the browser's back button undoes
// a choice. Without a choice the page is left as it came.

const form = document.querySelector(".filters");
const place = document.querySelector(".groups");
const fields = [...form.elements].filter((field) => field.name);
const selects = fields.filter((field) => field.name !== "group" && field.name !== "text");
const { group, text } = form.elements;
const output = form.querySelector("output");
const button = form.querySelector("button");
const { digits, none, shown } = form.dataset;
