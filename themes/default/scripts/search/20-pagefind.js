/* Pagefind: one instance for each language, and their combined results. */

let loaded;

/* Load an instance for each language of the site's pages, once, at the first search. */
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

/* Pagefind searches only the language of the current page, and each copy of its module has the stems
   of one language. So every language gets its own copy, through a distinct URL, and the page takes
   on that language while Pagefind reads it. */
const open = async (language, version) => {
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
};

/* All results in all languages, best first. */
const find = async (query, wanted) => {
  const instances = await load();
  const found = await Promise.all(
    instances.map(async ({ language, instance }) => {
      const { results } = await instance.search(query, { filters: wanted });
      const meant = !results.length || (await hits(query, language, await results[0].data()));
      return meant ? results.map((result) => ({ language, result })) : [];
    }),
  );
  return found.flat().sort((a, b) => b.result.score - a.result.score);
};
