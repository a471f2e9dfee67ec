// A page under `explainer serve`: it follows every save and stays where it is, and shows what is
// wrong. This runs after the page's last element, before its deferred scripts, and never on the
// published site.
//
// What other scripts of the server may use, as events of `document`:
//   explainer:reload   the page is about to load again; whoever prevents the default holds it back,
//   explainer:resume   and gives it free again by dispatching this one;
//   explainer:exchanged   words of the page were exchanged where they stand, it does not load again.

{
  const { own, token, page, address, report } = document.currentScript.dataset;
  const PLACE = "explainer-place";
  const PANEL = "explainer-panel";
  const SAID = "explainer-said";

  const { recall, keep, make } = explainerServe;

  // The theme tells readers what is new since their last visit: its author knows.
  for (const store of ["localStorage", "sessionStorage"])
    try {
      window[store].removeItem(`explainer:seen:${location.pathname}`);
    } catch {} // storage is forbidden

  // --- The page's place --------------------------------------------------------------------------
  // A paragraph is known again by its id, or else by its words: the one with these words that is
  // nearest to the number it had. A few are remembered, for the first may be the one that changed.

  const BLOCKS = "p, li, dt, dd, h1, h2, h3, h4, h5, h6, pre, tr, figure, blockquote, .note, [id]";
  const MOST = 12;
  const blocks = () => [
    ...(document.querySelector("main") ?? document.body).querySelectorAll(BLOCKS),
  ];
  const wordsOf = (element) => `${element.localName} ${element.textContent.trim().slice(0, 300)}`;

  const landmarks = (withElements = false) => {
    const found = [];
    for (const [index, element] of blocks().entries()) {
      const { top, bottom, width } = element.getBoundingClientRect();
      if (!width || bottom <= 0) continue;
      if (top >= innerHeight || found.length === MOST) break;
      // One that begins above the screen comes last: what changed in it may be above, too.
      const landmark = withElements
        ? { element, top }
        : { id: element.id, words: wordsOf(element), index, top };
      if (top >= 0) found.push(landmark);
      else found.above = landmark;
    }
    return found.above ? [...found, found.above] : found;
  };

  const findLandmark = (landmarks) => {
    const all = blocks();
    for (const { id, words, index, top } of landmarks) {
      const same = id
        ? [document.getElementById(id)].filter(Boolean)
        : all.filter((element) => wordsOf(element) === words);
      const distance = (element) => Math.abs(all.indexOf(element) - index);
      const [nearest] = same.sort((a, b) => distance(a) - distance(b));
      if (nearest?.getClientRects().length) return { element: nearest, top };
    }
    return null;
  };

  // How to find an element again that has no id: from the nearest one that has, step by step.
  const pathTo = (element) => {
    if (!element || element === document.documentElement) return ":root";
    if (element.id) return `#${CSS.escape(element.id)}`;
    const same = [...element.parentElement.children].filter(
      (e) => e.localName === element.localName,
    );
    const step = `${CSS.escape(element.localName)}:nth-of-type(${same.indexOf(element) + 1})`;
    return `${pathTo(element.parentElement)} > ${step}`;
  };

  const keepPlace = () =>
    keep(PLACE, {
      path: location.pathname,
      y: scrollY,
      landmarks: scrollY > 0 ? landmarks() : [],
      notes: [...document.querySelectorAll(".note.open[id]")].map((note) => note.id),
      details: [...document.querySelectorAll("details")].map((each) => [pathTo(each), each.open]),
      focus: document.activeElement === document.body ? null : pathTo(document.activeElement),
      panel: panel.focused(),
    });

  const restorePlace = () => {
    const place = recall(PLACE);
    keep(PLACE, null);
    if (place?.path !== location.pathname) return;
    for (const id of place.notes) document.getElementById(id)?.classList.add("open");
    for (const [path, open] of place.details) {
      const each = document.querySelector(path);
      if (each?.localName === "details") each.open = open;
    }
    let moved = false; // by the reader
    const stop = () => (moved = true);
    const scroll = () => {
      if (moved) return;
      const landmark = findLandmark(place.landmarks);
      const by = landmark
        ? landmark.element.getBoundingClientRect().top - landmark.top
        : place.y - scrollY;
      if (Math.abs(by) >= 1) scrollBy({ top: by, behavior: "instant" });
    };
    const MOVES = ["wheel", "touchstart", "pointerdown", "keydown"];
    for (const kind of MOVES) addEventListener(kind, stop, { capture: true, passive: true });
    // At once, so that nothing jumps; and again when the browser itself may have scrolled, or
    // pictures have got their height.
    scroll();
    document.addEventListener("DOMContentLoaded", () => {
      // Not before: the theme's script lets notes be focused.
      if (place.focus) document.querySelector(place.focus)?.focus({ preventScroll: true });
      panel.focus(place.panel);
      scroll();
    });
    addEventListener("load", () => {
      scroll();
      requestAnimationFrame(() => {
        scroll();
        for (const kind of MOVES) removeEventListener(kind, stop, { capture: true });
      });
    });
  };

  // --- What changed, put into the page as it stands ----------------------------------------------
  // Loading a page again takes Chromium longer than all the rest. Where only prose differs from what
  // the server sent before, just that is exchanged; no script of the page has hold of it. All else
  // (a note more, a rating, a script) loads the page again.

  const PROSE = new Set(
    "a abbr b blockquote br cite code dd del dl dt em h2 h3 h4 h5 h6 hr i li meta ol p q s small" +
      " strong sub sup time title u ul".split(" "),
  );
  const HARMLESS = new Set("content datetime dir href id lang name property title".split(" "));
  const OPAQUE =
    "script:not([type='application/ld+json']), style, noscript, template, svg, select, textarea";
  const isProse = (element) =>
    PROSE.has(element.localName) && [...element.attributes].every(({ name }) => HARMLESS.has(name));
  const isPlain = (node) =>
    node.nodeType === Node.TEXT_NODE ||
    (node.nodeType === Node.ELEMENT_NODE && isProse(node) && [...node.childNodes].every(isPlain));
  const isOurs = (node) =>
    node.localName === "script" && node.getAttribute("src") === `${own}live.js`;
  const isSameKind = (a, b) => a.nodeType === b.nodeType && a.localName === b.localName;

  // The page as the server sent it, before any script of its own touched it, and by each of its
  // nodes the one that stands for it on the screen.
  let sent = document.documentElement.cloneNode(true);
  let stands = new Map();
  const pair = (a, b, put) => {
    put(a, b);
    for (let i = 0; i < a.childNodes.length; i++) pair(a.childNodes[i], b.childNodes[i], put);
  };
  pair(sent, document.documentElement, (a, b) => stands.set(a, b));

  // Take our own element out of a page, and what follows on it: that is not parsed yet when we run.
  const takeOurs = (root) => {
    const ours = [...root.querySelectorAll("script")].find(isOurs);
    while (ours.nextSibling) ours.nextSibling.remove();
    ours.remove();
    return ours.dataset;
  };
  takeOurs(sent);

  // Exchange what differs between `sent` and `next`, all of it or nothing; tells whether it did.
  const patch = (next) => {
    const edits = [];
    const standing = new Map();
    const untouched = (node) => {
      const live = stands.get(node);
      return live?.parentNode === stands.get(node.parentNode) && isSameKind(live, node);
    };
    const attributes = (a, b) => {
      const names = new Set([...a.getAttributeNames(), ...b.getAttributeNames()]);
      const changed = [...names].filter((name) => a.getAttribute(name) !== b.getAttribute(name));
      if (!changed.length) return true;
      const live = stands.get(a);
      edits.push(() => {
        for (const name of changed)
          if (b.hasAttribute(name)) live.setAttribute(name, b.getAttribute(name));
          else live.removeAttribute(name);
      });
      return isProse(a) && isProse(b);
    };
    const children = (a, b) => {
      const before = [...a.childNodes];
      const after = [...b.childNodes];
      const same = (x, y) => x.isEqualNode(y);
      let start = 0;
      while (start < Math.min(before.length, after.length) && same(before[start], after[start]))
        start++;
      let end = 0;
      while (
        end < Math.min(before.length, after.length) - start &&
        same(before.at(-1 - end), after.at(-1 - end))
      )
        end++;
      const keepPair = (x, y) => pair(x, y, (old, now) => standing.set(now, stands.get(old)));
      for (let i = 0; i < start; i++) keepPair(before[i], after[i]);
      for (let i = 1; i <= end; i++) keepPair(before.at(-i), after.at(-i));
      const gone = before.slice(start, before.length - end);
      const come = after.slice(start, after.length - end);
      if (gone.length === come.length && gone.every((node, i) => isSameKind(node, come[i])))
        return gone.every((node, i) => compare(node, come[i]));
      if (![...gone, ...come].every(isPlain) || !gone.every(untouched)) return false;
      const parent = stands.get(a);
      const previous = before[start - 1];
      const following = before[before.length - end];
      if ([previous, following].some((node) => node && !untouched(node))) return false;
      const made = come.map((node) => document.importNode(node, true));
      come.forEach((node, i) => pair(node, made[i], (x, y) => standing.set(x, y)));
      edits.push(() => {
        for (const node of gone) stands.get(node).remove();
        const place = following
          ? stands.get(following)
          : previous && stands.get(previous).nextSibling;
        for (const node of made) parent.insertBefore(node, place ?? null);
      });
      return true;
    };
    const compare = (a, b) => {
      const live = stands.get(a);
      standing.set(b, live);
      if (a !== sent && !untouched(a)) return false;
      if (a.nodeType === Node.ELEMENT_NODE)
        return !a.matches(OPAQUE) && attributes(a, b) && children(a, b);
      edits.push(() => (live.data = b.data));
      return live.data === a.data; // or a script has changed it
    };
    if (!compare(sent, next)) return false;
    for (const edit of edits) edit();
    stands = standing;
    sent = next;
    return true;
  };

  const exchange = async () => {
    // Lists and the search read their page when they start.
    const scripts = [...document.querySelectorAll("script[src]")];
    if (scripts.filter((each) => !each.src.includes(own)).length > 1) return false;
    const answer = await fetch(location.href);
    if (!answer.ok || answer.redirected) return false;
    const next = new DOMParser().parseFromString(await answer.text(), "text/html").documentElement;
    const { report } = takeOurs(next);
    const mark = scrollY > 0 && landmarks(true)[0];
    if (!patch(next)) return false;
    if (mark?.element?.isConnected) {
      const by = mark.element.getBoundingClientRect().top - mark.top;
      if (Math.abs(by) >= 1) scrollBy({ top: by, behavior: "instant" });
    }
    panel.show(report);
    document.dispatchEvent(new Event("explainer:exchanged"));
    return true;
  };

  // --- Loading again -----------------------------------------------------------------------------

  let leaving = false;
  let held = false;
  let busy = false;
  let more = false;
  const again = async ({ patching = false } = {}) => {
    held = !document.dispatchEvent(new CustomEvent("explainer:reload", { cancelable: true }));
    if (held || leaving) return;
    more = busy;
    if (busy) return;
    busy = true;
    const done = patching && (await exchange().catch(() => false));
    busy = false;
    if (done && !more) return;
    if (done) return again({ patching });
    leaving = true;
    keepPlace();
    location.reload();
  };
  document.addEventListener("explainer:resume", () => held && again({ patching: true }));
  addEventListener("pagehide", () => (leaving = true));
  addEventListener("pageshow", (event) => {
    if (event.persisted) location.reload(); // its websocket was closed, and what it shows may be old
  });

  // --- Style sheets ------------------------------------------------------------------------------

  const names = (sheet, path) => {
    try {
      return [...(sheet?.cssRules ?? [])].some(
        (rule) =>
          rule instanceof CSSImportRule &&
          (new URL(rule.href, sheet.href).pathname === path || names(rule.styleSheet, path)),
      );
    } catch {
      return false; // another host's
    }
  };
  const restyle = (path) => {
    for (const link of document.querySelectorAll("link[rel~=stylesheet]")) {
      const url = new URL(link.href);
      if (link.dataset.old || (url.pathname !== path && !names(link.sheet, path))) continue;
      url.searchParams.set("v", Date.now());
      link.dataset.old = "true";
      const next = link.cloneNode();
      delete next.dataset.old;
      next.href = url;
      // The old one stays until the new one is there: at no moment is the page without.
      next.onload = () => link.remove();
      next.onerror = () => {
        next.remove();
        delete link.dataset.old;
      };
      link.after(next);
    }
  };

  // --- The panel ---------------------------------------------------------------------------------

  const plural = (number, word) => `${number} ${word}${number === 1 ? "" : "s"}`;
  const SEVERITIES = { error: "error", warning: "warning", info: "remark" };

  const panel = (() => {
    const host = make("explainer-live", { lang: "en", dir: "ltr" });
    const root = host.attachShadow({ mode: "open" });
    const styles = make("link", { rel: "stylesheet", href: `${own}live.css` });
    const status = make("div", { className: "heard", role: "status" });
    const stopped = make("p", { className: "stopped", role: "status", hidden: true });
    const title = make("span", { className: "title" });
    const toggle = make("button", { type: "button", className: "toggle" }, title);
    toggle.setAttribute("aria-controls", "list");
    const list = make("div", { id: "list", className: "list", tabIndex: 0 });
    list.setAttribute("role", "group");
    list.setAttribute("aria-label", "Problems");
    const box = make("section", { className: "panel", hidden: true }, toggle, list);
    box.setAttribute("aria-label", "explainer: problems");
    let shown = "";
    let summary = "";
    let styled = false;
    styles.onload = styles.onerror = () => {
      styled = true;
      draw();
    };
    root.append(styles, status, stopped, box);

    const unfold = (open) => {
      toggle.setAttribute("aria-expanded", open);
      list.hidden = !open;
    };
    toggle.onclick = () => {
      const open = list.hidden;
      keep(PANEL, open);
      unfold(open);
    };

    const copy = async (button, text) => {
      try {
        await navigator.clipboard.writeText(text);
        button.dataset.done = "copied";
        say(`${text} copied`);
      } catch {
        getSelection().selectAllChildren(button); // for the reader to copy
      }
      setTimeout(() => delete button.dataset.done, 1500);
    };
    const placeOf = ({ place, editor }) => {
      if (editor)
        return make("a", { className: "place", href: editor, title: "Open in the editor" }, place);
      const button = make("button", { type: "button", className: "place", title: "Copy" }, place);
      button.onclick = () => copy(button, place);
      return button;
    };
    // What stands between backquotes is code, as everywhere in messages. On the terminal they begin
    // small, after a colon.
    const prose = (text) =>
      text
        .replace(/^[a-z](?=[a-z]*[ ,])/, (letter) => letter.toUpperCase())
        .split(/`([^`\n]+)`/)
        .map((part, i) => (i % 2 ? make("code", {}, part) : part));
    const excerptOf = ([before, at, after]) =>
      make("pre", { className: "excerpt" }, before, ...(at ? [make("b", {}, at)] : []), after);
    const entry = (problem) => {
      const item = make("li", { className: problem.severity });
      const head = make("p", { className: "head" });
      head.append(
        make("span", { className: "severity" }, SEVERITIES[problem.severity]),
        placeOf(problem),
      );
      item.append(head);
      if (problem.text) {
        const kind = make("span", { className: "kind" }, problem.kind);
        item.append(make("p", { className: "annotation" }, kind, ` ${problem.text}`));
      }
      item.append(make("p", { className: "message" }, ...prose(problem.message)));
      if (problem.excerpt) item.append(excerptOf(problem.excerpt));
      if (problem.hint) item.append(make("p", { className: "hint" }, ...prose(problem.hint)));
      return item;
    };

    const say = (words) => {
      status.textContent = "";
      setTimeout(() => (status.textContent = words), 50); // or the same words would not be heard
    };

    const draw = () => {
      const { counts, problems, unplaced, more } = JSON.parse(shown);
      const parts = Object.keys(SEVERITIES)
        .filter((severity) => counts[severity])
        .map((severity) => plural(counts[severity], SEVERITIES[severity]));
      summary = parts.join(", ");
      box.hidden = !styled || !parts.length;
      box.dataset.worst = Object.keys(SEVERITIES).find((severity) => counts[severity]) ?? "";
      if (!parts.length) {
        keep(PANEL, null);
        list.replaceChildren();
      } else {
        title.replaceChildren(summary);
        const sections = [];
        if (problems.length) sections.push(make("ol", {}, ...problems.map(entry)));
        if (more) sections.push(make("p", { className: "more" }, `and ${more} more`));
        if (unplaced.length) {
          sections.push(make("h2", {}, "Without a place on this page"));
          sections.push(make("ol", {}, ...unplaced.map(entry)));
        }
        list.replaceChildren(...sections);
        unfold(recall(PANEL) ?? (counts.error > 0 || unplaced.length > 0));
      }
      if (recall(SAID) !== summary) {
        if (summary || recall(SAID))
          say(summary ? `explainer: ${summary}` : "explainer: no problems");
        keep(SAID, summary);
      }
    };

    const controls = () => [...box.querySelectorAll("a, button")];
    return {
      host,
      show(text) {
        if (text === shown) return;
        shown = text;
        if (styled) draw();
      },
      stop(words) {
        stopped.textContent = words;
        stopped.hidden = !words;
      },
      focused: () => controls().indexOf(root.activeElement),
      focus: (index) => controls()[index]?.focus({ preventScroll: true }),
    };
  })();

  const refresh = async () => {
    try {
      const answer = await fetch(`${own}problems.json?page=${encodeURIComponent(address)}`);
      if (answer.ok) panel.show(await answer.text());
    } catch {} // the server stopped: the websocket tells
  };

  // --- The connection ----------------------------------------------------------------------------

  // livereload.js asks each class of such a name before it does anything itself. What it would do is
  // reload at once and put the page at its top, or fetch every style sheet for one.
  window.LiveReloadPluginExplainer = class {
    static identifier = "explainer";
    static version = "1.0";
    reload(path) {
      if (path.includes(own)) refresh();
      else if (/\.css$/i.test(path)) restyle(path);
      else again({ patching: !path.endsWith("#all") });
      return true;
    }
  };

  let connected = false;
  document.addEventListener("LiveReloadConnect", () => {
    connected = true;
    panel.stop("");
  });
  document.addEventListener("LiveReloadDisconnect", async () => {
    // Another run has another token: only the page itself can bring it.
    document.dispatchEvent(new Event("LiveReloadShutDown"));
    if (leaving) return;
    const stopping = setTimeout(() => !leaving && panel.stop("Server stopped"), 300);
    for (;;) {
      try {
        if ((await fetch(`${own}alive`)).ok) break;
      } catch {}
      await new Promise((done) => setTimeout(done, document.hidden ? 2000 : 400));
    }
    clearTimeout(stopping);
    if (connected) again();
    else panel.stop("No live connection: load the page again to see changes");
  });
  const connect = () => {
    const port = location.port || (location.protocol === "https:" ? 443 : 80);
    // livereload.js puts its address together as `ws://HOST:PORT/livereload`: what it takes for the
    // port may bring a path with it.
    const path = `${own}live/${token}/${page}`;
    const src = `${own}livereload.js?host=${location.hostname}&port=${port}${path}`;
    document.head.append(make("script", { src }));
  };

  document.documentElement.append(panel.host);
  panel.show(report);
  restorePlace();
  connect();
}
