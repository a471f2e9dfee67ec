/* Showing results. */

let running = 0;
let results = [];

const search = async () => {
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
};

/* Keep the old results until the new ones can replace them all at once. */
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

const item = async ({ language, result }) => {
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
};

/* A result's kind, rating, speaker, and language if it differs from this page's. */
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

/* Pagefind's excerpts have `mark` elements and escaped `<` and `>`. Convert them to text and marks,
   never to HTML. */
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
  // Browsers differ in their digits for a language. Use the catalogue's, as all other pages do.
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
