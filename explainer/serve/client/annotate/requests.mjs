// What is asked of the server (see editing.py), and what it said of the page.

import { address, own, token } from "../shared/page.mjs";

// Gives the answer with its status: 0 if there is none. Where that is not 200, `problems` says why.
export const ask = async (request, body = {}) => {
  try {
    const answer = await fetch(`${own}annotate/${request}`, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-Explainer-Token": token },
      body: JSON.stringify({ address, ...body }),
    });
    const text = await answer.text();
    if (answer.headers.get("Content-Type")?.startsWith("application/json"))
      return { status: answer.status, ...JSON.parse(text) };
    return {
      status: answer.status,
      problems: [{ message: text.trim(), hint: "load the page anew" }],
    };
  } catch {
    return {
      status: 0,
      problems: [{ message: "the server does not answer", hint: "is it running?" }],
    };
  }
};

// What the server says of the page; its hash is the file that the page was made of.
export let known = null;
export let knowing = null;

export const learn = () => {
  knowing = ask("page").then((answer) => {
    known = answer;
  });
};
learn();
