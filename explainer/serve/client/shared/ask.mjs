// Requests to the server (see serve/editing/).

import { address, own, token } from "./page.mjs";

// Return the answer with its status, 0 if there is none. Unless that is 200, `problems` says why.
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
      problems: [{ message: text.trim(), hint: "reload the page" }],
    };
  } catch {
    return {
      status: 0,
      problems: [
        { message: "the server does not respond", hint: "check that `explainer serve` is running" },
      ],
    };
  }
};
