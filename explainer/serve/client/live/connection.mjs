// The connection to the server: a websocket that speaks livereload's protocol 7 (routes.py).

import { own, page, token } from "../shared/page.mjs";
import { panel, refreshPanel } from "./panel.mjs";
import { isLeaving, reloadPage } from "./reload.mjs";
import { restyle } from "./styles.mjs";

const HELLO = {
  command: "hello",
  protocols: ["http://livereload.com/protocols/official-7"],
};

const isAlive = async () => {
  try {
    return (await fetch(`${own}alive`)).ok;
  } catch {
    return false;
  }
};

let connected = false;

const hear = ({ command, path, html }, send) => {
  if (command === "hello") {
    connected = true;
    panel.host.dataset.connected = "true";
    panel.stop("");
    send({ command: "info", url: location.href });
  } else if (command === "reload") {
    if (path.includes(own)) refreshPanel();
    else if (/\.css$/i.test(path)) restyle(path);
    else reloadPage({ patching: !path.endsWith("#all"), html });
  }
};

const lose = async () => {
  delete panel.host.dataset.connected;
  if (isLeaving()) return;
  const stopping = setTimeout(() => !isLeaving() && panel.stop("Server stopped"), 300);
  while (!(await isAlive()))
    await new Promise((done) => setTimeout(done, document.hidden ? 2000 : 400));
  clearTimeout(stopping);
  // The next run has another token, which only a reload of the page can get.
  if (connected) reloadPage();
  else panel.stop("No live connection. Reload the page to see changes.");
};

export const connect = () => {
  const origin = location.origin.replace(/^http/, "ws");
  const socket = new WebSocket(`${origin}${own}live/${token}/${page}/livereload`);
  const send = (message) => socket.send(JSON.stringify(message));
  socket.onopen = () => send(HELLO);
  socket.onmessage = ({ data }) => hear(JSON.parse(data), send);
  socket.onclose = lose;
};
