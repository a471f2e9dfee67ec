// The panel of problems and the message that the server has stopped, in a shadow tree.

import { make } from "../shared/dom.mjs";
import { address, own } from "../shared/page.mjs";
import { keep, recall } from "../shared/storage.mjs";
import { plural } from "../shared/text.mjs";
import { askForDecisions, decisionOf, isEditing } from "./decisions.mjs";
import { doubtOf, entryOf, summaryOf, worstOf } from "./entries.mjs";

const OPEN = "explainer-panel";
const SAID = "explainer-said";

export const panel = (() => {
  const host = make("explainer-live", { lang: "en", dir: "ltr" });
  const root = host.attachShadow({ mode: "open" });
  const styles = make("link", { rel: "stylesheet", href: `${own}live.css` });
  const status = make("div", { className: "heard", role: "status" });
  const stopped = make("p", { className: "stopped", role: "status", hidden: true });
  const title = make("span", { className: "title" });
  const toggle = make(
    "button",
    { type: "button", className: "toggle", aria: { controls: "list" } },
    title,
  );
  const list = make("div", {
    id: "list",
    className: "list",
    tabIndex: 0,
    role: "group",
    aria: { label: "Problems" },
  });
  const box = make(
    "section",
    { className: "panel", hidden: true, aria: { label: "explainer: problems" } },
    toggle,
    list,
  );
  let shown = "";
  let open = { entries: [], hash: "" }; // what there is to decide about this page's annotations
  let styled = false;
  styles.onload = styles.onerror = () => {
    styled = true;
    draw();
    decide();
  };
  root.append(styles, status, stopped, box);

  const unfold = (open) => {
    toggle.setAttribute("aria-expanded", open);
    list.hidden = !open;
  };
  toggle.onclick = () => {
    const open = list.hidden;
    keep(OPEN, open);
    unfold(open);
  };

  const say = (text) => {
    status.textContent = "";
    setTimeout(() => {
      status.textContent = text; // without the delay, screen readers skip a repeated message
    }, 50);
  };
  const copy = async (button, text) => {
    try {
      await navigator.clipboard.writeText(text);
      button.dataset.done = "copied";
      say(`${text} copied`);
    } catch {
      getSelection().selectAllChildren(button); // so that the author can copy it
    }
    setTimeout(() => delete button.dataset.done, 1500);
  };

  const entries = (items) => make("ol", {}, ...items);
  const decisionFor = (id) => {
    const entry = open.entries.find((each) => each.id === id);
    return entry ? decisionOf(entry, open.hash) : null;
  };
  const sectionsOf = ({ problems, unplaced, more }, doubts) => {
    const sections = [];
    if (problems.length) sections.push(entries(problems.map((each) => entryOf(each, copy))));
    if (more) sections.push(make("p", { className: "more" }, `and ${more} more`));
    if (unplaced.length) {
      const items = unplaced.map((each) => entryOf(each, copy, decisionFor(each.id)));
      sections.push(make("h2", {}, "Not placed on this page"), entries(items));
    }
    if (doubts.length) {
      const items = doubts.map((each) => doubtOf(each, copy, decisionOf(each, open.hash)));
      sections.push(make("h2", {}, "Placed, but look at these"), entries(items));
    }
    return sections;
  };
  const draw = () => {
    const report = JSON.parse(shown);
    const doubts = open.entries.filter(({ placed }) => placed);
    const toDecide = doubts.length ? `${plural(doubts.length, "annotation")} to look at` : "";
    const summary = [summaryOf(report.counts), toDecide].filter(Boolean).join(", ");
    box.hidden = !styled || !summary;
    box.dataset.worst = worstOf(report.counts);
    if (!summary) {
      keep(OPEN, null);
      list.replaceChildren();
    } else {
      title.replaceChildren(summary);
      list.replaceChildren(...sectionsOf(report, doubts));
      unfold(recall(OPEN, true) ?? (report.counts.error > 0 || report.unplaced.length > 0));
    }
    if (recall(SAID, "") !== summary) {
      if (summary || recall(SAID, ""))
        say(summary ? `explainer: ${summary}` : "explainer: no problems");
      keep(SAID, summary);
    }
  };
  const redraw = () => {
    if (!styled || isEditing()) return;
    const within = list.contains(root.activeElement);
    draw();
    if (within && !list.hidden) list.focus({ preventScroll: true });
  };
  const decide = async () => {
    const answer = await askForDecisions();
    if (!answer || JSON.stringify(answer) === JSON.stringify(open)) return;
    open = answer;
    redraw();
  };
  // After the page is painted, and once for several changes.
  let deciding = 0;
  const decideSoon = () => {
    clearTimeout(deciding);
    deciding = setTimeout(decide, 300);
  };
  document.addEventListener("explainer:exchanged", decideSoon);
  document.addEventListener("explainer:resume", () => {
    redraw();
    decide();
  });

  const controls = () => [...box.querySelectorAll("a, button")];
  return {
    host,
    // `text`: a report as JSON (see report.py).
    show(text) {
      if (text === shown) return;
      shown = text;
      redraw();
      if (styled) decideSoon();
    },
    stop(text) {
      stopped.textContent = text;
      stopped.hidden = !text;
    },
    focused: () => controls().indexOf(root.activeElement),
    focus: (index) => controls()[index]?.focus({ preventScroll: true }),
  };
})();

export const refreshPanel = async () => {
  try {
    const answer = await fetch(`${own}problems.json?page=${encodeURIComponent(address)}`);
    if (answer.ok) panel.show(await answer.text());
  } catch {} // the server stopped, which the websocket reports
};
