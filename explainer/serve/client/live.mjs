// A page under `explainer serve`: it updates on every save, keeps its scroll position, and shows
// problems. This runs after the page's last element, before its deferred scripts, and never on the
// published site. The server joins this file and its imports (bundle.py).

import { connect } from "./live/connection.mjs";
import { panel } from "./live/panel.mjs";
import { restorePlace } from "./live/place.mjs";
import { attempt } from "./shared/attempt.mjs";
import { report } from "./shared/page.mjs";

// The theme shows readers what is new since their last visit. Authors do not need that.
for (const store of ["localStorage", "sessionStorage"])
  try {
    window[store].removeItem(`explainer:seen:${location.pathname}`);
  } catch {} // storage is blocked

document.documentElement.append(panel.host);
attempt(() => panel.show(report));
attempt(restorePlace);
connect();
