/* The search page: asks Pagefind, and lists what it finds. What is said stands in search.html. */

const AT_ONCE = 10; // results that are shown, and that “Show more” adds
const PAUSE = 150; // milliseconds without a key before a search begins

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

// --- Pagefind ---------------------------------------------------------------------------------

let loaded;

/* An instance for each language that pages are in, loaded once, when the first search needs it. */
function load() {
  loaded ??= (async () => {
    const response = await fetch(new URL("pagefind-entry.json", bundle), { cache: "no-cache" });
    if (!response.ok) throw new Error(`the search index answers ${response.status}`);
    const { version, languages } = await response.json();
    return Promise.all(Object.keys(languages).map((language) => open(language, version)));
  })();
  loaded.catch(() => (loaded = undefined)); // so that the next search tries again
  return loaded;
}

/* Pagefind searches the language of the page that it is on, and has one language's stems in each
   copy of its module. So every language gets a copy (an address of its own makes it one), and the
   page takes its language for the moment in which Pagefind asks. */
async function open(language, version) {
  const source = new URL(`pagefind.js?v=${version}&language=${language}`, bundle);
  const pagefind = await import(source.href);
  const own = page.lang;
  let instance;
  try {
    page.lang = language;
    instance = pagefind.createInstance({ basePath: bundle.href, baseUrl: "/", noWorker: true });
  } finally {
    page.lang = own;
  }
  await instance.init();
  await instance.filters();
  return { language, instance };
}

/* All results in all languages, best first. */
async function find(query, wanted) {
  const instances = await load();
  const found = await Promise.all(
    instances.map(async ({ language, instance }) => {
      const { results } = await instance.search(query, { filters: wanted });
      const meant = !results.length || (await hits(query, language, await results[0].data()));
      return meant ? results.map((result) => ({ language, result })) : [];
    }),
  );
  return found.flat().sort((a, b) => b.result.score - a.result.score);
}

/* Whether each word of a query is on a page that Pagefind found for it. Where no page has a word
   or one that begins with it, Pagefind takes the longest word with which it begins itself: “the”
   for “theatre”, and so every page. One page tells, as all were found in the same way. */
function hits(query, language, { content, locations, meta }) {
  if (/^(zh|ja|th)\b/.test(language)) return true; // no spaces tell their words apart
  const text = content.split(/\s+/);
  const words = [...locations.map((n) => text[n] ?? ""), ...Object.values(meta)].map(plain);
  const asked = query.split(/\s+/).map(plain).filter(Boolean);
  // Half of it, as endings differ: “registered” is meant by “registration”.
  return asked.every((word) => {
    const stem = word.slice(0, Math.ceil(word.length / 2));
    return words.some((other) => other.includes(stem));
  });
}

/* A word as Pagefind compares it: small letters and digits, without accents. */
function plain(word) {
  return word
    .normalize("NFD")
    .replace(/[^\p{L}\p{N}]/gu, "")
    .toLowerCase();
}

// --- what is shown ----------------------------------------------------------------------------

let running = 0;
let results = [];

async function search() {
  const turn = ++running;
  const query = field.value.trim();
  remember(query);
  if (!query) {
    show([], [], "");
    return;
  }
  try {
    const wanted = Object.fromEntries(filters.filter((f) => f.value).map((f) => [f.name, f.value]));
    const found = await find(query, wanted);
    const items = await Promise.all(found.slice(0, AT_ONCE).map(item));
    if (turn === running) show(found, items, said(found.length, query));
  } catch (error) {
    if (turn === running) show([], [], form.dataset.failed);
    console.warn(error);
  }
}

/* What was found stays until what is found next can take its place, all at once. */
function show(found, items, text) {
  results = found;
  list.replaceChildren(...items);
  more.hidden = items.length >= found.length;
  status.textContent = text;
}

more.addEventListener("click", async () => {
  const turn = running;
  const shown = list.children.length;
  const items = await Promise.all(results.slice(shown, shown + AT_ONCE).map(item));
  if (turn !== running) return;
  list.append(...items);
  more.hidden = list.children.length >= results.length;
  items[0]?.querySelector("a").focus();
});

async function item({ language, result }) {
  const { url, meta, filters: known, content, excerpt } = await result.data();
  const link = element("a", meta.title);
  link.href = new URL(url.split("/").map(encodeURIComponent).join("/").slice(1), root).href;
  const heading = element("h2", link);
  const text = element("p", ...marked(excerpt));
  const shown = text.textContent.trim();
  if (!content.trim().startsWith(shown)) text.prepend("… ");
  if (!content.trim().endsWith(shown)) text.append(" …");
  text.className = "excerpt";
  for (const own of [heading, text]) {
    if (language === page.lang.toLowerCase()) continue;
    own.lang = language;
    own.dir = "auto";
  }
  const about = element("p", ...joined(facts(known, language)));
  about.className = "kicker";
  return element("li", about, heading, text);
}

/* What a page is, how it is rated, whose claim it is, and its language, if not this page's. */
function facts({ kind = [], genre = [], rating = [], speaker = [] }, language) {
  const label = (name, value) => labels.querySelector(`[data-${name}="${CSS.escape(value)}"]`);
  const found = [label("kind", [...kind, ...genre].join(" ")), label("rating", rating.join())]
    .filter(Boolean)
    .map((node) => node.cloneNode(true));
  found.push(...speaker.map((name) => element("span", name)));
  if (language.split("-")[0] !== page.lang.toLowerCase().split("-")[0]) {
    found.push(element("span", named(language)));
  }
  return found;
}

function named(language) {
  try {
    return new Intl.DisplayNames(words, { type: "language" }).of(language);
  } catch {
    return language;
  }
}

/* Pagefind's excerpt has marks, and `<` and `>` escaped: made into text again, never into HTML. */
function marked(excerpt) {
  return excerpt.split(/<mark>(.*?)<\/mark>/s).map((piece, i) => {
    const text = piece.replaceAll("&lt;", "<").replaceAll("&gt;", ">");
    return i % 2 ? element("mark", text) : text;
  });
}

function said(count, query) {
  const found = (name) => labels.querySelector(`[data-found="${name}"]`)?.textContent;
  const rule = new Intl.PluralRules(words).select(count);
  const text = (count === 0 && found("0")) || found(rule) || found("other");
  // Which digits a browser takes for a language differs: the catalogue's, as on every other page.
  const n = count.toLocaleString(words).replace(/[0-9]/g, (digit) => form.dataset.digits[digit]);
  const values = { n, query };
  return text.replace(/\{(\w+)\}/g, (place, name) => values[name] ?? place);
}

function element(name, ...children) {
  const made = document.createElement(name);
  made.append(...children);
  return made;
}

function joined(nodes) {
  return nodes.flatMap((node, i) => (i ? [" · ", node] : [node]));
}

// --- the address, and what the reader does ----------------------------------------------------

function remember(query) {
  const address = new URL(location.href);
  for (const control of [field, ...filters]) {
    const value = control === field ? query : control.value;
    if (value) address.searchParams.set(control.name, value);
    else address.searchParams.delete(control.name);
  }
  if (address.href !== location.href) history.replaceState(history.state, "", address);
}

function recall() {
  const asked = new URLSearchParams(location.search);
  field.value = asked.get("q") ?? field.value; // typed before this script was there
  for (const filter of filters) {
    const value = asked.get(filter.name) ?? "";
    filter.value = [...filter.options].some((o) => o.value === value) ? value : "";
  }
}

if (location.protocol === "file:") {
  status.textContent = form.dataset.fromDisk;
  for (const control of form.elements) control.disabled = true;
  return;
}

let waiting;
field.addEventListener("input", () => {
  clearTimeout(waiting);
  waiting = setTimeout(search, PAUSE);
});
field.addEventListener("focus", () => load().catch(() => {}), { once: true });
for (const filter of filters) filter.addEventListener("change", search);
form.addEventListener("submit", (event) => {
  event.preventDefault();
  clearTimeout(waiting);
  search();
});

recall();
if (field.value) search();
else field.focus();
