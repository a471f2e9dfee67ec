// Annotating from the page, under `explainer serve`: words that are selected in the article become a
// note, a claim or a question in its annotation file, and notes can be edited where they stand. The
// server joins this file and all that it imports (bundle.py).

import { bar } from "./annotate/bar.mjs";
import { form, reopenDraft } from "./annotate/form.mjs";
import { makeEditable } from "./annotate/inline.mjs";
import { message, sayWhatWasDone } from "./annotate/message.mjs";
import { root, styled } from "./annotate/shadow.mjs";

root.append(bar, form.dialog, message);
// Nothing is shown without its style sheet.
styled.then(() => {
  document.documentElement.append(root.host);
  for (const note of document.querySelectorAll(".note[id^=note-]")) makeEditable(note);
  sayWhatWasDone();
  reopenDraft();
});
