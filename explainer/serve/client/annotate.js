// Annotating from the page, under `explainer serve`: words that are selected in the article become a
// note, a claim or a question in its annotation file, and notes can be edited where they stand. All
// that is seen lies in shadow trees: no theme reaches in, and the page's own keys do not hear what is
// typed here.

{
  const { own, token, address } = document.currentScript.dataset;
  const SAID = "explainer-annotated";
  const DRAFT = "explainer-draft";
  const EDIT = "explainer-edit";
  const MAC = /Mac|iP(hone|ad)/.test(navigator.platform);
  const KEY = MAC ? "⌥A" : "Alt+A";
  const UNDO = MAC ? "⌥Z" : "Alt+Z";
  const CONTEXT = 200; // characters before and behind a selection that tell it apart
  const article = document.querySelector(".text");

  const { recall, keep, make } = explainerServe;
  const button = (label, onclick, properties = {}) =>
    make("button", { type: "button", onclick, ...properties }, label);
  // What stands between backquotes is code, as everywhere in messages.
  const prose = (text) =>
    text.split(/`([^`\n]+)`/).map((part, i) => (i % 2 ? make("code", {}, part) : part));

  const ask = async (request, body = {}) => {
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

  // --- Shadow trees ------------------------------------------------------------------------------

  const styles = new CSSStyleSheet();
  const styled = fetch(`${own}annotate.css`)
    .then((answer) => answer.text())
    .then((text) => styles.replace(text));
  // The page's scripts listen on the document; a key that is typed into a form is none of theirs.
  const SILENT = ["keydown", "keyup", "keypress", "click", "pointerover", "focusin"];
  const shadow = (name) => {
    const host = make(name, { lang: "en", dir: "ltr" });
    const root = host.attachShadow({ mode: "open" });
    root.adoptedStyleSheets = [styles];
    for (const kind of SILENT) root.addEventListener(kind, (event) => event.stopPropagation());
    return root;
  };

  // The words that a form is about stay marked while it has the focus.
  const highlight = new CSSStyleSheet();
  highlight.replaceSync(`
    ::highlight(explainer-chosen) { background-color: #ffe08a; color: #1b1a18; }
    @media (prefers-color-scheme: dark) {
      ::highlight(explainer-chosen) { background-color: #6b5714; color: #fffbe9; }
    }
    @media print { explainer-edit, explainer-annotate { display: none !important; } }`);
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, highlight];
  const mark = (range) => {
    if (!globalThis.CSS?.highlights) return;
    if (range) CSS.highlights.set("explainer-chosen", new Highlight(range));
    else CSS.highlights.delete("explainer-chosen");
  };

  // --- What is selected --------------------------------------------------------------------------

  // What stands in the text, but is none of the author's words.
  const NOT_TEXT =
    ".note, sup.ref, .footnote-ref, .footnote-backref, [role=doc-noteref], [role=doc-backlink], " +
    "button, script, style, svg, template, explainer-edit";

  const textNodes = () => {
    const walker = document.createTreeWalker(
      article,
      NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT,
      (node) =>
        node.nodeType === Node.TEXT_NODE
          ? NodeFilter.FILTER_ACCEPT
          : node.matches(NOT_TEXT)
            ? NodeFilter.FILTER_REJECT
            : NodeFilter.FILTER_SKIP,
    );
    const found = [];
    while (walker.nextNode()) found.push(walker.currentNode);
    return found;
  };

  // The words of a range, as the reader sees them, with what stands around; null where there are none.
  const selectionOf = (range) => {
    let before = "";
    let exact = "";
    let after = "";
    let first = null;
    let last = null;
    for (const node of textNodes()) {
      const { data } = node;
      let start = range.comparePoint(node, 0) < 0 ? data.length : 0;
      let end = range.comparePoint(node, data.length) > 0 ? 0 : data.length;
      if (node === range.startContainer) start = range.startOffset;
      if (node === range.endContainer) end = range.endOffset;
      if (range.comparePoint(node, 0) > 0) start = end = 0;
      if (end < start) end = start;
      before += data.slice(0, start);
      exact += data.slice(start, end);
      after += data.slice(end);
      if (data.slice(start, end).trim()) {
        first ??= [node, start];
        last = [node, end];
      }
    }
    if (!first) return null;
    const shown = document.createRange();
    shown.setStart(...first);
    shown.setEnd(...last);
    return {
      range: shown,
      words: {
        exact,
        before: before.slice(-CONTEXT),
        after: after.slice(0, CONTEXT),
        offset: [...before.replace(/\s/g, "")].length,
      },
    };
  };
  const selected = () => {
    const selection = getSelection();
    if (!article || !selection.rangeCount || selection.isCollapsed) return null;
    const range = selection.getRangeAt(0);
    const within = [range.startContainer, range.endContainer].some((node) =>
      article.contains(node),
    );
    return within ? selectionOf(range) : null;
  };

  // --- The bar -----------------------------------------------------------------------------------

  const root = shadow("explainer-annotate");
  const KINDS = { note: "Note", claim: "Claim", question: "Question" };
  const TITLES = {
    note: "Something to know about these words",
    claim: "Say what is claimed here, and rate it",
    question: "Something that these words leave open",
  };
  const bar = make("div", { className: "bar", hidden: true, role: "toolbar" });
  bar.setAttribute("aria-label", "Annotate the selected words");
  for (const [kind, label] of Object.entries(KINDS)) {
    const one = button(label, () => openForm(kind), {
      title: `${TITLES[kind]} (${KEY} brings you here)`,
    });
    one.dataset.kind = kind;
    bar.append(one);
  }
  const choices = [...bar.children];
  let tapping = false; // some touch screens take the selection away before they click
  bar.addEventListener("pointerdown", (event) => {
    event.preventDefault(); // the selection stays
    tapping = true;
    setTimeout(() => (tapping = false), 700);
  });
  bar.addEventListener("keydown", (event) => {
    const now = choices.indexOf(root.activeElement);
    const way = { ArrowRight: 1, ArrowLeft: -1, Tab: event.shiftKey ? -1 : 1 }[event.key];
    if (event.key === "Escape") hideBar();
    else if (!way || event.altKey || event.ctrlKey || event.metaKey) return;
    else if (event.key === "Tab" && !choices[now + way]) {
      root.activeElement.blur(); // back to the words
    } else choices[(now + way + choices.length) % choices.length].focus();
    event.preventDefault();
  });

  const inBar = () => choices.includes(root.activeElement);
  const hideBar = () => {
    if (inBar()) root.activeElement.blur();
    bar.hidden = true;
  };
  let chosen = null;
  const showBar = () => {
    if (tapping && !bar.hidden) return;
    chosen = form.isOpen() ? null : selected();
    if (!chosen) {
      if (!inBar()) hideBar();
      return;
    }
    bar.hidden = false;
    const rects = [...chosen.range.getClientRects()].filter((rect) => rect.width > 0);
    if (!rects.length) return hideBar();
    const { offsetWidth: width, offsetHeight: height } = bar;
    // Above the words, where it covers none of them; on touch screens the system's own is there.
    const touch = matchMedia("(pointer: coarse)").matches;
    const below = touch || rects[0].top < height + 16;
    const near = below ? rects.at(-1) : rects[0];
    const top = below ? near.bottom + (touch ? 20 : 8) : near.top - height - 8;
    const room = document.documentElement.clientWidth - width - 8;
    const left = Math.max(8, Math.min(near.left + near.width / 2 - width / 2, room));
    bar.style.top = `${top + scrollY}px`;
    bar.style.left = `${left + scrollX}px`;
    bar.dataset.side = below ? "below" : "above";
  };

  let pressed = false;
  let waiting = 0;
  const soon = (after) => {
    clearTimeout(waiting);
    waiting = setTimeout(() => !pressed && showBar(), after);
  };
  addEventListener(
    "pointerdown",
    (event) => {
      if (event.composedPath().includes(root.host)) return;
      pressed = event.pointerType === "mouse";
      hideBar();
    },
    true,
  );
  for (const kind of ["pointerup", "pointercancel"])
    addEventListener(
      kind,
      () => {
        pressed = false;
        soon(10);
      },
      true,
    );
  document.addEventListener("selectionchange", () => {
    if (getSelection().isCollapsed && !inBar() && !tapping) bar.hidden = true;
    soon(180);
  });
  addEventListener("resize", () => !bar.hidden && showBar());
  const isTyped = (event) =>
    event.composedPath()[0].matches?.("input, select, textarea, [contenteditable]");
  addEventListener(
    "keydown",
    (event) => {
      if (isTyped(event)) return;
      const isOurs = event.altKey && !event.ctrlKey && !event.metaKey;
      if (isOurs && event.code === "KeyZ") {
        event.preventDefault();
        // The step is the server's: it can be taken back after the page was loaded anew, too.
        if (known?.undo) undo(known.undo);
        else say("There is nothing to undo");
      } else if (isOurs && event.code === "KeyA") {
        event.preventDefault();
        showBar();
        if (bar.hidden) say("Select words in the article first");
        else choices[0].focus();
      } else if (
        event.key === "Tab" &&
        !event.shiftKey &&
        !bar.hidden &&
        document.activeElement !== root.host
      ) {
        event.preventDefault();
        choices[0].focus();
      } else if (event.key === "Escape" && !bar.hidden) bar.hidden = true;
    },
    true,
  );

  // --- What was done -----------------------------------------------------------------------------

  const message = make("div", { className: "message", hidden: true });
  const status = make("p", { role: "status" });
  message.append(status);
  let fading = 0;
  const say = (...parts) => {
    clearTimeout(fading);
    status.replaceChildren(...parts);
    message.replaceChildren(
      status,
      button("×", () => (message.hidden = true), { className: "close", ariaLabel: "Close" }),
    );
    message.hidden = false;
    const fade = () => {
      if (message.matches(":hover, :focus-within")) fading = setTimeout(fade, 3000);
      else message.hidden = true;
    };
    fading = setTimeout(fade, 20000);
  };
  const copy = async (element, text) => {
    try {
      await navigator.clipboard.writeText(text);
      element.dataset.done = "copied";
      setTimeout(() => delete element.dataset.done, 1500);
    } catch {
      getSelection().selectAllChildren(element); // for the reader to copy
    }
  };
  const shortPlace = (place) => place.replace(/^content\//, "");
  const placeOf = ({ place, editor }) => {
    if (editor)
      return make(
        "a",
        { className: "place", href: editor, title: "Open in the editor" },
        shortPlace(place),
      );
    const one = button(shortPlace(place), () => copy(one, place), {
      className: "place",
      title: "Copy",
    });
    return one;
  };
  const undo = async (name) => {
    const answer = await ask("undo", { undo: name });
    if (answer.status === 200) finish({ said: answer.said, place: answer.place });
    else say(...answer.problems.flatMap(({ message, hint }) => prose(`${message}; ${hint}`)));
  };
  const tell = (done) => {
    const undoThis = (event) => {
      event.target.disabled = true;
      undo(done.undo);
    };
    const offer = () => button("Undo", undoThis, { className: "undo", title: UNDO });
    say(
      done.said,
      ...(done.place ? [" ", placeOf(done)] : []),
      ...(done.undo ? [" · ", offer()] : []),
    );
  };
  // The page follows as soon as the server has seen the new file; what was done is told then. Where
  // the page comes out as it was, nothing follows. It is not loaded again for that: its reader may be
  // writing the next note.
  const finish = (done) => {
    keep(SAID, { path: location.pathname, ...done });
    document.dispatchEvent(new Event("explainer:resume"));
    setTimeout(follow, 4000);
  };
  const tellDone = () => {
    const done = recall(SAID);
    keep(SAID, null);
    if (done?.path === location.pathname) setTimeout(() => tell(done), 50); // or it would not be heard
  };
  const follow = () => {
    learn();
    tellDone();
  };
  document.addEventListener("explainer:exchanged", follow);

  // --- Forms -------------------------------------------------------------------------------------

  let known = null; // what the server says of the page; its hash is the file that the page was made of
  let knowing = null;
  const learn = () => (knowing = ask("page").then((answer) => (known = answer)));
  learn();

  const labelled = (label, control, hint = "") => {
    const words = make("span", { className: "label" }, label);
    return make(
      "label",
      { className: "field" },
      words,
      control,
      hint ? make("span", { className: "hint" }, hint) : null,
    );
  };
  const area = (name, rows, defaultValue = "") =>
    make("textarea", { name, rows, defaultValue, spellcheck: true });
  const grow = (element) => {
    element.style.height = "auto";
    element.style.height = `${Math.min(element.scrollHeight + 2, innerHeight * 0.4)}px`;
  };
  const capital = (word) => word[0].toUpperCase() + word.slice(1);
  const choice = (name, options, value = "") => {
    const select = make("select", { name });
    for (const [id, label] of options) select.append(make("option", { value: id }, label));
    select.value = value;
    return select;
  };
  const completion = (id, options) => {
    const list = make("datalist", { id });
    for (const [value, label] of options) list.append(make("option", { value, label }));
    return list;
  };
  const SAVE = MAC ? "⌘↩" : "Ctrl+Enter";
  const isSave = (event) => event.key === "Enter" && (event.ctrlKey || event.metaKey);
  const complaints = () => make("div", { className: "problems", role: "alert" });
  const complain = (list, problems) =>
    list.replaceChildren(
      ...problems.map(({ message, hint }) =>
        make(
          "div",
          {},
          make("p", {}, ...prose(message)),
          ...(hint ? [make("p", { className: "hint" }, ...prose(hint))] : []),
        ),
      ),
    );
  // Not by `disabled`, which would take the focus away.
  const busy = (box, yes) => {
    for (const one of box.querySelectorAll("button.save")) one.setAttribute("aria-disabled", yes);
  };

  const form = (() => {
    const dialog = make("dialog", { className: "form" });
    let kind = "";
    let words = null; // the selection, as the server takes it
    let target = null;
    let hash; // of the file as it was when the form was opened
    let problems;
    let fields;
    let waitingReload = false;

    const field = (name) => (name ? fields.querySelector(`[name=${name}]`) : null);
    const sourceRow = (value = {}) => {
      const row = make("div", { className: "source" });
      const input = make("input", {
        name: "id",
        value: value.id ?? "",
        autocomplete: "off",
        placeholder: "id or title",
      });
      input.setAttribute("list", "sources");
      input.setAttribute("aria-label", "Source");
      row.append(input, ...stance(value), remove(row, "Remove this source"));
      return row;
    };
    const stance = (value) => {
      if (kind !== "claim") return [];
      const select = choice(
        "stance",
        known.stances.map((id) => [id, id]),
        value.stance ?? "supports",
      );
      select.setAttribute("aria-label", "What the source says of the claim");
      return [select];
    };
    const remove = (row, label) =>
      button("×", () => row.remove(), { className: "remove", ariaLabel: label, title: label });
    const newSourceRow = (value = {}) => {
      const row = make("fieldset", { className: "new" });
      const input = (name, label, more = {}) =>
        labelled(
          label,
          make("input", { name, value: value[name] ?? "", autocomplete: "off", ...more }),
        );
      row.append(
        make("legend", {}, "New source"),
        input("title", "Title"),
        input("publisher", "Publisher"),
        input("date", "Date", { placeholder: "2024-11-10" }),
        input("url", "Address", { inputMode: "url", placeholder: "https://" }),
        ...stance(value).map((select) => labelled("Stance", select)),
        remove(row, "Remove the new source"),
      );
      return row;
    };
    const sources = () => {
      const rows = make("div", { className: "sources" });
      const add = (row) => {
        rows.append(row);
        row.querySelector("input").focus();
      };
      const buttons = make(
        "p",
        { className: "add" },
        button("Add a source", () => add(sourceRow())),
        button("New source", () => add(newSourceRow())),
      );
      return make(
        "div",
        { className: "field" },
        make("span", { className: "label" }, "Sources"),
        rows,
        buttons,
      );
    };

    const CONTENT = {
      note: () => [
        labelled("Note", area("note", 4), "Markdown"),
        labelled(
          "Kind",
          choice(
            "noteKind",
            known.kinds.map((id) => [id, capital(id)]),
            "context",
          ),
        ),
        sources(),
      ],
      claim: () => [
        labelled(
          "Claim",
          area("claim", 2, words.exact.trim().replace(/\s+/g, " ")),
          "One sentence that stands alone",
        ),
        labelled(
          "Rating",
          choice("rating", [["", "Choose…"], ...known.ratings.map(({ id, label }) => [id, label])]),
        ),
        make(
          "div",
          { className: "pair" },
          labelled("Said by", Object.assign(make("input", { name: "by", autocomplete: "off" }))),
          labelled(
            "Date",
            make("input", {
              name: "date",
              className: "date",
              placeholder: "2024-11-10",
              autocomplete: "off",
            }),
          ),
        ),
        labelled("Why it is rated so", area("review", 4), "Markdown"),
        sources(),
      ],
      question: () => [
        labelled("Question", area("question", 2), "One sentence"),
        labelled("What would settle it", area("settle", 3), "Markdown"),
        sources(),
      ],
    };

    const values = () => {
      const rows = (selector) =>
        [...fields.querySelectorAll(selector)].map((row) =>
          Object.fromEntries(
            [...row.querySelectorAll("[name]")].map((one) => [one.name, one.value]),
          ),
        );
      const simple = [...fields.querySelectorAll("[name]")].filter(
        (one) => !one.closest(".source, .new"),
      );
      return {
        ...Object.fromEntries(simple.map((one) => [one.name, one.value])),
        sources: rows(".source"),
        newSources: rows(".new"),
      };
    };
    const fill = (given) => {
      for (const [name, value] of Object.entries(given))
        if (typeof value === "string" && field(name)) field(name).value = value;
      const rows = fields.querySelector(".sources");
      rows.append(...given.sources.map(sourceRow), ...given.newSources.map(newSourceRow));
    };
    let untouched = "";
    const isTouched = () => dialog.open && JSON.stringify(values()) !== untouched;
    const keepDraft = () =>
      keep(DRAFT, isTouched() ? { path: location.pathname, kind, words, values: values() } : null);

    const close = () => {
      if (!dialog.open) return;
      dialog.close();
      waitingReload = false;
      mark(null);
      document.documentElement.style.removeProperty("padding-bottom");
      document.dispatchEvent(new Event("explainer:resume"));
    };
    const cancel = () => {
      const kept = isTouched();
      keepDraft();
      close();
      const draft = recall(DRAFT);
      if (kept)
        say(
          "Draft kept · ",
          button("Go on", () => openDraft(draft), { className: "undo" }),
        );
    };
    const anew = () => {
      keep(DRAFT, { path: location.pathname, kind, words, values: values(), open: true });
      dialog.close();
      location.reload();
    };
    const offerAnew = (problem) => {
      complain(problems, [problem]);
      problems.lastChild.append(button("Load the page anew", anew, { className: "anew" }));
    };

    let saving = false;
    const save = async () => {
      if (!target || saving) return;
      saving = true;
      busy(dialog, true);
      const answer = await ask("add", { hash, kind, ...target, ...values() });
      saving = false;
      busy(dialog, false);
      if (answer.status === 200) {
        keep(DRAFT, null);
        waitingReload = false;
        dialog.close();
        mark(null);
        finish(answer);
      } else if (answer.conflict) offerAnew(answer.problems[0]);
      else {
        complain(problems, answer.problems);
        field(answer.field)?.focus();
      }
    };

    // Beside the words, where there is room; else at the foot of the window, the words above it.
    const place = (range) => {
      const words = [...(range?.getClientRects() ?? [])];
      const covers = (side) => {
        dialog.dataset.side = side;
        const box = dialog.getBoundingClientRect();
        return words.some((rect) => rect.right > box.left - 8 && rect.left < box.right + 8);
      };
      const side =
        innerWidth < 800 ? "foot" : (["right", "left"].find((each) => !covers(each)) ?? "foot");
      dialog.dataset.side = side;
      if (!words.length) return;
      const { top, bottom } = range.getBoundingClientRect();
      const floor = side === "foot" ? dialog.getBoundingClientRect().top : innerHeight;
      // The last words of a page must be able to come above the form, too.
      if (side === "foot")
        document.documentElement.style.setProperty("padding-bottom", `${innerHeight - floor}px`);
      if (top < 0 || bottom > floor - 8)
        scrollBy({
          top: top - Math.min(56, Math.max(8, floor - (bottom - top) - 16)),
          behavior: "instant",
        });
    };

    const open = async (wanted, selection, range, draft = null) => {
      await Promise.all([knowing, styled]);
      if (known.status !== 200)
        return say(...known.problems.flatMap(({ message, hint }) => prose(`${message}; ${hint}`)));
      kind = wanted;
      words = selection;
      hash = known.hash;
      target = null;
      problems = complaints();
      fields = make("div", { className: "fields" }, ...CONTENT[kind]());
      field("by")?.setAttribute("list", "people");
      const quote = make(
        "blockquote",
        { className: "quote" },
        words.exact.trim().replace(/\s+/g, " "),
      );
      const where = known.annotations.split("/").at(-1);
      dialog.replaceChildren(
        make(
          "div",
          { className: "head" },
          make("h2", { id: "title" }, KINDS[kind]),
          button("×", cancel, { className: "close", ariaLabel: "Cancel", title: "Cancel (Esc)" }),
        ),
        quote,
        fields,
        make(
          "div",
          { className: "foot" },
          problems,
          button("Save", save, { className: "save", title: `${known.annotations} (${SAVE})` }),
          button("Cancel", cancel),
          make("span", { className: "hint" }, `into ${where}`),
        ),
        completion(
          "people",
          known.people.map(({ name }) => [name, ""]),
        ),
        completion(
          "sources",
          known.sources.map(({ id, title, publisher }) => [
            id,
            [title, publisher].filter(Boolean).join(" – "),
          ]),
        ),
      );
      untouched = JSON.stringify(values());
      if (draft) fill(draft);
      dialog.setAttribute("aria-labelledby", "title");
      dialog.show();
      for (const one of dialog.querySelectorAll("textarea")) grow(one);
      if (range) mark(range);
      place(range);
      const first = fields.querySelector("textarea");
      first.focus({ preventScroll: true });
      first.select();
      const answer = await ask("target", words);
      if (answer.status === 200) {
        target = { quote: answer.quote, prefix: answer.prefix, suffix: answer.suffix };
        const side = (text) => make("span", { className: "beside" }, text);
        quote.replaceChildren(
          ...(target.prefix ? [side(`${target.prefix} `)] : []),
          make("q", {}, target.quote),
          ...(target.suffix ? [side(` ${target.suffix}`)] : []),
        );
      } else {
        complain(problems, answer.problems);
        busy(dialog, true);
      }
    };

    dialog.addEventListener(
      "input",
      (event) => event.target.localName === "textarea" && grow(event.target),
    );
    dialog.addEventListener("keydown", (event) => {
      if (isSave(event)) save();
      else if (event.key === "Escape" && !event.isComposing) cancel();
      else return;
      event.preventDefault();
    });
    addEventListener("keydown", (event) => {
      if (event.key === "Escape" && dialog.open && document.activeElement === document.body)
        cancel();
    });
    document.addEventListener("explainer:reload", (event) => {
      if (!dialog.open) return;
      event.preventDefault();
      if (waitingReload || saving) return;
      waitingReload = true;
      offerAnew({
        message: "the page has changed since it was loaded",
        hint: "what you wrote is kept",
      });
    });
    return { dialog, open, isOpen: () => dialog.open };
  })();

  const openForm = (kind) => {
    const { words, range } = selected() ?? chosen ?? {}; // the bar may not have followed yet
    if (!words) return;
    hideBar();
    const draft = recall(DRAFT);
    const same =
      draft?.path === location.pathname && draft.kind === kind && draft.words.exact === words.exact;
    form.open(kind, words, range, same ? draft.values : null);
  };
  const rangeOf = ({ exact, offset }) => {
    // The place of words that were selected before the page was loaded anew: only to show them.
    const target = exact.replace(/\s/g, "");
    const nodes = textNodes();
    const places = nodes
      .flatMap((node) => [...node.data].map((char, i) => [char, node, i]))
      .filter(([char]) => /\S/.test(char));
    const text = places.map(([char]) => char[0]).join("");
    let best = -1;
    for (let at = text.indexOf(target); at >= 0; at = text.indexOf(target, at + 1))
      if (best < 0 || Math.abs(at - offset) < Math.abs(best - offset)) best = at;
    if (best < 0 || !target) return null;
    const range = document.createRange();
    range.setStart(...places[best].slice(1));
    const [, node, index] = places[best + target.length - 1];
    range.setEnd(node, index + 1);
    return range;
  };
  const openDraft = (draft) => {
    message.hidden = true;
    form.open(draft.kind, draft.words, rangeOf(draft.words), draft.values);
  };

  // --- Editing a note ----------------------------------------------------------------------------

  const LABELS = {
    note: "Note",
    claim: "Claim",
    review: "Why it is rated so",
    question: "Question",
  };
  const editable = (note) => {
    const id = note.id.slice("note-".length);
    const inner = shadow("explainer-edit");
    const edit = button("Edit", () => open(), {
      className: "edit",
      title: "Edit the text, or go to its line",
    });
    const box = make("form", { className: "inline", hidden: true });
    const problems = complaints();
    let hash; // of the file with the words that the form began with
    let texts; // these words
    inner.append(edit, box);
    (note.querySelector(".note-head") ?? note).append(inner.host);

    const close = () => {
      box.hidden = true;
      edit.hidden = false;
      inner.host.removeAttribute("data-open");
      edit.focus({ preventScroll: true });
      document.dispatchEvent(new Event("explainer:resume"));
    };
    const changed = () => {
      const areas = [...box.querySelectorAll("textarea")].filter(
        (one) => one.value !== one.defaultValue,
      );
      return Object.fromEntries(areas.map((one) => [one.name, one.value]));
    };
    const anew = () => {
      keep(EDIT, { path: location.pathname, id, texts: changed(), before: texts });
      location.reload();
    };
    const save = async () => {
      const texts = changed();
      if (!Object.keys(texts).length) return close();
      busy(box, true);
      const answer = await ask("edit", { hash, id, texts });
      busy(box, false);
      if (answer.status !== 200) {
        complain(problems, answer.problems);
        if (answer.conflict)
          problems.lastChild.append(button("Load the page anew", anew, { className: "anew" }));
        return;
      }
      box.hidden = true;
      if (answer.undo) finish(answer);
      else close();
    };
    const open = async (draft = {}, before = {}) => {
      await knowing;
      const entry = known.entries?.find((one) => one.id === id);
      if (!entry) return say("This note is not in the file as it is now: load the page anew");
      ({ hash } = known);
      ({ texts } = entry);
      const areas = Object.entries(entry.texts).map(([key, text]) =>
        labelled(LABELS[key], area(key, 2, text.replace(/\n$/, ""))),
      );
      box.replaceChildren(
        ...areas,
        problems,
        make(
          "p",
          { className: "buttons" },
          button("Save", save, { className: "save", title: SAVE }),
          button("Cancel", close),
          placeOf(entry),
        ),
      );
      // Who saves a text over one that somebody else has changed should have seen that one.
      const meanwhile = Object.keys(draft).filter(
        (key) => key in before && before[key] !== texts[key],
      );
      complain(
        problems,
        meanwhile.map((key) => ({
          message: `${LABELS[key]}: the file was changed meanwhile, and says now`,
          hint: texts[key],
        })),
      );
      box.hidden = false;
      edit.hidden = true;
      inner.host.setAttribute("data-open", "");
      for (const one of box.querySelectorAll("textarea")) {
        one.value = draft[one.name] ?? one.value;
        grow(one);
      }
      box.querySelector("textarea").focus();
    };
    box.addEventListener("submit", (event) => event.preventDefault());
    box.addEventListener("input", (event) => grow(event.target));
    box.addEventListener("keydown", (event) => {
      if (isSave(event)) save();
      // What was written is not thrown away by one key.
      else if (event.key === "Escape" && !Object.keys(changed()).length && !event.isComposing)
        close();
      else return;
      event.preventDefault();
    });
    document.addEventListener("explainer:reload", (event) => !box.hidden && event.preventDefault());
    const draft = recall(EDIT);
    if (draft?.path === location.pathname && draft.id === id) {
      keep(EDIT, null);
      note.classList.add("open");
      open(draft.texts, draft.before);
    }
  };

  // --- Beginning ---------------------------------------------------------------------------------

  root.append(bar, form.dialog, message);
  // Nothing is shown without its style sheet.
  styled.then(() => {
    document.documentElement.append(root.host);
    for (const note of document.querySelectorAll(".note[id^=note-]")) editable(note);
    tellDone();
    const draft = recall(DRAFT);
    if (draft?.open && draft.path === location.pathname) {
      keep(DRAFT, { ...draft, open: false });
      openDraft(draft);
    }
  });
}
