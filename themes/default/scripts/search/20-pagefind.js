/* Pagefind: instances for each language, and their combined results. */

const TAG = "1"; // what Pagefind adds to the address of its list, in place of the time

let loaded;

/* Load an instance for each language of each part of the index, once, at the first search. */
function load() {
  loaded ??= (async () => {
    // Each instance asks for this address, too, and gets the answer from the browser's cache.
    const entry = new URL(`pagefind-entry.json?ts=${TAG}`, bundle);
    const response = await fetch(entry, { cache: "no-cache" });
    if (!response.ok) throw new Error(`the search index answers ${response.status}`);
    const { version, languages } = await response.json();
    const opened = [...divided(Object.keys(languages))].map((each) => open(...each, version));
    return (await Promise.all(opened)).flat();
  })();
  loaded.catch(() => (loaded = undefined)); // so that the next search tries again
  return loaded;
}

/* The parts of the index by language: a large site has several (explainer/output/shards.py). */
function divided(names) {
  const parts = new Map();
  for (const name of names) {
    const language = name.replace(/-x-shard\d+$/, "");
    parts.set(language, [...(parts.get(language) ?? []), name]);
  }
  return parts;
}

/* Pagefind searches only the language of the current page, and each copy of its module has the stems
   of one language. So every language gets its own copy, through a distinct URL, and the page takes
   on that language while Pagefind reads it. */
const open = async (language, parts, version) => {
  const source = new URL(`pagefind.js?v=${version}&language=${language}`, bundle);
  const pagefind = await import(source.href);
  const start = async (part) => {
    const own = page.lang;
    let instance;
    try {
      page.lang = part;
      const places = { basePath: bundle.href, baseUrl: "/", metaCacheTag: TAG };
      instance = pagefind.createInstance({ ...places, noWorker: true });
    } finally {
      page.lang = own;
    }
    await instance.search(""); // waits until it has loaded
    return { language, instance };
  };
  const first = await start(parts[0]); // loads the program, which those in the same copy share
  return [first, ...(await Promise.all(parts.slice(1).map(start)))];
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
