// What a reader meets on a page, measured in the browser. `bench/reader.py` evaluates this expression;
// lengths are in CSS pixels.
(() => {
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const APART = ".note, .ref, .footnote-ref, script, style";
  const text = () => document.querySelector(".text");

  // The text nodes below `root` that are not in `skipped` elements.
  const nodes = (root, skipped) => {
    const walk = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    const found = [];
    while (walk.nextNode()) {
      const node = walk.currentNode;
      if (node.data.trim() && !node.parentElement.closest(skipped)) found.push(node);
    }
    return found;
  };

  // The box in which an element's content can be seen: that of all ancestors which clip.
  const clips = new Map();
  const clip = (element) => {
    if (!element || element === document.body) return [-1e9, -1e9, 1e9, 1e9];
    if (!clips.has(element)) {
      let box = clip(element.parentElement);
      const style = getComputedStyle(element);
      if (style.clipPath !== "none") box = [0, 0, 0, 0];
      else if (style.overflowX !== "visible" || style.overflowY !== "visible") {
        const r = element.getBoundingClientRect();
        box = [Math.max(box[0], r.left), Math.max(box[1], r.top), Math.min(box[2], r.right), Math.min(box[3], r.bottom)];
      }
      clips.set(element, box);
    }
    return clips.get(element);
  };
  const range = document.createRange();
  const boxes = (node, start, end) => {
    range.setStart(node, start);
    range.setEnd(node, end);
    const [left, top, right, bottom] = clip(node.parentElement);
    return [...range.getClientRects()].filter(
      (r) => r.width && (r.top + r.bottom) / 2 > top && (r.top + r.bottom) / 2 < bottom && r.right > left && r.left < right,
    );
  };
  // How many words of these nodes can be seen.
  const words = (found) => {
    clips.clear();
    let count = 0;
    for (const node of found)
      if (node.parentElement.checkVisibility({ visibilityProperty: true }))
        for (const word of node.data.matchAll(/\S+/g))
          if (boxes(node, word.index, word.index + word[0].length).length) count += 1;
    return count;
  };

  const pairs = () =>
    all(".text .note").map((note) => {
      const id = CSS.escape(note.id.slice(5));
      const ref = document.querySelector(`.ref a[href="#${id.replaceAll("\\", "")}"], .ref a[href="#note-${id.replaceAll("\\", "")}"]`);
      return { note, ref, marks: all(`mark[data-annotation~="${id}"]`) };
    });

  return {
    // From a passage's reference to the first line of its note: the distance of their middles.
    distances: () =>
      pairs()
        .filter(({ note, ref }) => ref?.getClientRects().length && note.getClientRects().length)
        .map(({ note, ref }) => {
          const line = ref.getBoundingClientRect();
          const box = note.getBoundingClientRect();
          const height = parseFloat(getComputedStyle(note).lineHeight);
          return Math.abs(box.top + height / 2 - (line.top + line.bottom) / 2);
        }),

    // Of all notes, those whose first line is on screen when their passage is in the middle of it.
    onScreen: () => {
      let seen = 0;
      const here = pairs().filter(({ marks }) => marks.length);
      for (const { note, marks } of here) {
        const rects = marks.flatMap((mark) => [...mark.getClientRects()]);
        const top = Math.min(...rects.map((r) => r.top));
        const bottom = Math.max(...rects.map((r) => r.bottom));
        scrollBy({ top: (top + bottom - innerHeight) / 2, behavior: "instant" });
        const box = note.getBoundingClientRect();
        if (note.getClientRects().length && box.top >= 0 && box.top + Math.min(box.height, 20) <= innerHeight) seen += 1;
      }
      scrollTo({ top: 0, behavior: "instant" });
      return [seen, here.length];
    },

    height: () => document.documentElement.scrollHeight,

    // Lines of the article that are completely on the first screen.
    firstLines: () => {
      const lines = [];
      clips.clear();
      for (const node of nodes(text(), APART))
        for (const r of boxes(node, 0, node.data.length)) {
          const middle = (r.top + r.bottom) / 2;
          if (r.bottom <= innerHeight && !lines.some((line) => Math.abs(line - middle) < 9)) lines.push(middle);
        }
      return lines.length;
    },

    // From the title with what is below it to the first block of the text.
    gap: () => {
      const head = all(".head > :not(.at-a-glance)").filter((e) => e.getClientRects().length);
      const ends = head.map((e) => e.getBoundingClientRect().bottom);
      return text().firstElementChild.getBoundingClientRect().top - Math.max(...ends);
    },

    // Words that can be seen: of the article, and of everything else in `main`.
    words: () => {
      const article = words(nodes(text(), APART));
      const everything = words(nodes(document.querySelector("main"), "h1, script, style"));
      return [article, everything - article];
    },

    // How often each of these sentences is on the page, folded or not.
    printed: (sentences) => {
      const plain = (t) => t.replace(/\s+/g, " ");
      const page = plain(nodes(document.body, "script, style").map((n) => n.data).join(""));
      return sentences.map((sentence) => page.split(plain(sentence)).length - 1);
    },

    // References that stand before punctuation or a closing quotation mark.
    early: () =>
      all(".text .ref").filter((ref) => {
        let next = ref.nextSibling;
        while (next && (next.matches?.(".ref, .footnote-ref") || (next.nodeType === 1 && !next.textContent))) next = next.nextSibling;
        return /^[\u00a0\u202f]?[.,;:!?…،؛؟。、，；：？！”’»›」』》〉]/.test(next?.textContent ?? "");
      }).length,

    // The share of the article's letters with a line below, and the kinds of these lines. A Chinese
    // letter counts as two, as it is twice as wide and says as much. A line can be drawn below a part of
    // a mark only, as a background.
    underlined: () => {
      let count = 0;
      let sum = 0;
      const styles = new Set();
      for (const node of nodes(text(), APART)) {
        const letters = node.data.replace(/\s/g, "");
        const size = letters.length + (letters.match(/\p{Script=Han}/gu)?.length ?? 0);
        let share = 0;
        for (let e = node.parentElement; e && e !== text(); e = e.parentElement) {
          if (!e.matches("mark, a")) continue;
          const style = getComputedStyle(e);
          const thick = Math.round(10 * (parseFloat(style.textDecorationThickness) || 1)) / 10;
          if (style.textDecorationLine.includes("underline")) {
            share = 1;
            if (e.matches("mark")) styles.add(`${style.textDecorationStyle} ${thick} px`);
          }
          if (e.matches("mark") && style.backgroundImage !== "none") {
            const [width, height] = style.backgroundSize.split(",")[0].split(" ");
            const all = [...e.getClientRects()].reduce((total, r) => total + r.width, 0);
            share = Math.max(share, width.endsWith("px") ? Math.min(1, parseFloat(width) / all) : 1);
            styles.add(`${e.dataset.kind ?? "context"}: part, ${height}`);
          }
        }
        sum += size;
        count += share * size;
      }
      return [count / sum, [...styles].sort()];
    },

    // How far the marks of the timeline are from where their positions say.
    timeline: () =>
      all(".timeline svg :is(use:not(.axis *), circle)").map((mark) => {
        const svg = mark.ownerSVGElement.getBoundingClientRect();
        const share = parseFloat(mark.getAttribute(mark.matches("use") ? "x" : "cx")) / 100;
        const box = mark.getBoundingClientRect();
        return Math.abs((box.left + box.right) / 2 - svg.left - share * svg.width);
      }),

    // The smallest letters of the page, in points, and an example.
    smallest: () => {
      let least = [1e9, ""];
      for (const node of nodes(document.body, "script, style, svg"))
        if (node.parentElement.checkVisibility() && node.parentElement.getClientRects().length) {
          const size = parseFloat(getComputedStyle(node.parentElement).fontSize) * 0.75;
          if (size < least[0]) least = [size, node.data.trim().slice(0, 30)];
        }
      return least;
    },
  };
})();
