// The panel of problems and the message that the server has stopped, in a shadow tree.

import { make } from "../shared/dom.mjs";
import { address, own } from "../shared/page.mjs";
import { keep, recall } from "../shared/storage.mjs";
import { entryOf, summaryOf, worstOf } from "./entries.mjs";

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

  const entries = (problems) => make("ol", {}, ...problems.map((each) => entryOf(each, copy)));
  const draw = () => {
    const { counts, problems, unplaced, more } = JSON.parse(shown);
    const summary = summaryOf(counts);
    box.hidden = !styled || !summary;
    box.dataset.worst = worstOf(counts);
    if (!summary) {
      keep(OPEN, null);
      list.replaceChildren();
    } else {
      title.replaceChildren(summary);
      const sections = [];
      if (problems.length) sections.push(entries(problems));
      if (more) sections.push(make("p", { className: "more" }, `and ${more} more`));
      if (unplaced.length)
        sections.push(make("h2", {}, "Not placed on this page"), entries(unplaced));
      list.replaceChildren(...sections);
      unfold(recall(OPEN, true) ?? (counts.error > 0 || unplaced.length > 0));
    }
    if (recall(SAID, "") !== summary) {
      if (summary || recall(SAID, ""))
        say(summary ? `explainer: ${summary}` : "explainer: no problems");
      keep(SAID, summary);
    }
  };

  const controls = () => [...box.querySelectorAll("a, button")];
  return {
    host,
    // `text`: a report as JSON (see report.py).
    show(text) {
      if (text === shown) return;
      shown = text;
      if (styled) draw();
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
