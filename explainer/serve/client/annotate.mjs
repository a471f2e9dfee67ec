// Annotating in the page, under `explainer serve`: selected text becomes a note, a claim, or a
// question in the article's annotation file, and notes can be edited in place. The server joins this
// file and its imports (bundle.py).

import { bar } from "./annotate/bar.mjs";
import { form, reopenDraft } from "./annotate/form.mjs";
import { makeEditable } from "./annotate/inline.mjs";
import { message, sayWhatWasDone } from "./annotate/message.mjs";
import { root, styled } from "./annotate/shadow.mjs";
import { attempt } from "./shared/attempt.mjs";

root.append(bar, form.dialog, message);
// Show nothing before the style sheet has loaded.
styled.then(() => {
  document.documentElement.append(root.host);
  for (const note of document.querySelectorAll(".note[id^=note-]"))
    attempt(() => makeEditable(note));
  attempt(sayWhatWasDone);
  attempt(reopenDraft);
});
