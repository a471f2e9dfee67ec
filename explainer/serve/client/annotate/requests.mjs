// The server's data about the page, asked for when a form opens: most pages need none.

import { ask } from "../shared/ask.mjs";

export let known = null; // `hash` is that of the annotation file when the server answered
let knowing = null;

export const know = () => {
  knowing ??= ask("page").then((answer) => {
    known = answer;
    if (answer.status !== 200) forget();
  });
  return knowing;
};
// The file or the page has changed.
export const forget = () => {
  knowing = null;
};
