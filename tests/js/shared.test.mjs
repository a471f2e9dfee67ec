// explainer/serve/client/shared: functions of text.

import assert from "node:assert/strict";
import { test } from "node:test";
import * as text from "../../explainer/serve/client/shared/text.mjs";

test("text between backquotes is code", () => {
  assert.deepEqual(text.codeSpans("say `a` or `b c`."), ["say ", "a", " or ", "b c", "."]);
  assert.deepEqual(text.codeSpans("no `end, no\n`code"), ["no `end, no\n`code"]);
  assert.deepEqual(text.codeSpans("``"), ["``"]);
});

test("a message starts with a capital letter, but names are unchanged", () => {
  assert.equal(text.capitalSentence("there is no page"), "There is no page");
  assert.equal(text.capitalSentence("save it, or cancel"), "Save it, or cancel");
  assert.equal(text.capitalSentence("site.toml says"), "site.toml says");
  assert.equal(text.capitalSentence("`quote` is empty"), "`quote` is empty");
  assert.equal(text.capital("context"), "Context");
  assert.equal(text.capital("élan"), "Élan");
});

test("counts with singular and plural", () => {
  assert.equal(text.plural(1, "error"), "1 error");
  assert.equal(text.plural(0, "error"), "0 errors");
  assert.equal(text.plural(2, "remark"), "2 remarks");
});

test("text on one line, and a file's short name", () => {
  assert.equal(text.oneLine("  a\n b\t c "), "a b c");
  assert.equal(text.shortPlace("content/a.yaml:3"), "a.yaml:3");
  assert.equal(text.shortPlace("site.toml"), "site.toml");
});
