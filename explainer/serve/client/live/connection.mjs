// The connection to the server: livereload's websocket and script, of which this is a plugin.

import { make } from "../shared/dom.mjs";
import { own, page, token } from "../shared/page.mjs";
import { panel, refreshPanel } from "./panel.mjs";
import { isLeaving, reloadPage } from "./reload.mjs";
import { restyle } from "./styles.mjs";

// livereload.js calls each class with such a name before it acts on its own. By itself it would reload
// immediately and lose the scroll position, or fetch all style sheets when one changed.
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
  // The next run has another token, which only a reload of the page can get.
  document.dispatchEvent(new Event("LiveReloadShutDown"));
  if (isLeaving()) return;
  const stopping = setTimeout(() => !isLeaving() && panel.stop("Server stopped"), 300);
  while (!(await isAlive()))
    await new Promise((done) => setTimeout(done, document.hidden ? 2000 : 400));
  clearTimeout(stopping);
  if (connected) reloadPage();
  else panel.stop("No live connection. Reload the page to see changes.");
});

export const connect = () => {
  const port = location.port || (location.protocol === "https:" ? 443 : 80);
  // livereload.js builds its address as `ws://HOST:PORT/livereload`, so the port can include a path.
  const path = `${own}live/${token}/${page}`;
  const src = `${own}livereload.js?host=${location.hostname}&port=${port}${path}`;
  document.head.append(make("script", { src }));
};
