// The connection to the server: livereload's websocket and script, of which this is a plugin.

import { make } from "../shared/dom.mjs";
import { own, page, token } from "../shared/page.mjs";
import { panel, refreshPanel } from "./panel.mjs";
import { isLeaving, reloadPage } from "./reload.mjs";
import { restyle } from "./styles.mjs";

// livereload.js asks each class of such a name before it does anything itself. What it would do is
// reload at once and put the page at its top, or fetch every style sheet for one.
window.LiveReloadPluginExplainer = class {
  static identifier = "explainer";
  static version = "1.0";
  reload(path) {
    if (path.includes(own)) refreshPanel();
    else if (/\.css$/i.test(path)) restyle(path);
    else reloadPage({ patching: !path.endsWith("#all") });
    return true;
  }
};

const isAlive = async () => {
  try {
    return (await fetch(`${own}alive`)).ok;
  } catch {
    return false;
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
  if (isLeaving()) return;
  const stopping = setTimeout(() => !isLeaving() && panel.stop("Server stopped"), 300);
  while (!(await isAlive()))
    await new Promise((done) => setTimeout(done, document.hidden ? 2000 : 400));
  clearTimeout(stopping);
  if (connected) reloadPage();
  else panel.stop("No live connection: load the page again to see changes");
});

export const connect = () => {
  const port = location.port || (location.protocol === "https:" ? 443 : 80);
  // livereload.js puts its address together as `ws://HOST:PORT/livereload`: what it takes for the
  // port may bring a path with it.
  const path = `${own}live/${token}/${page}`;
  const src = `${own}livereload.js?host=${location.hostname}&port=${port}${path}`;
  document.head.append(make("script", { src }));
};
