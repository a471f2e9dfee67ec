// The server's data about the page.

import { ask } from "../shared/ask.mjs";

// The server's data about the page; `hash` is that of the file that the page was made from.
export let known = null;
export let knowing = null;

export const learn = () => {
  knowing = ask("page").then((answer) => {
    known = answer;
  });
};
learn();
