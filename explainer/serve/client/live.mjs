// A page under `explainer serve`: it follows every save and stays where it is, and shows what is
// wrong. This runs after the page's last element, before its deferred scripts, and never on the
// published site. The server joins this file and all that it imports (bundle.py).

import { connect } from "./live/connection.mjs";
import { panel } from "./live/panel.mjs";
import { restorePlace } from "./live/place.mjs";
import { report } from "./shared/page.mjs";

// The theme tells readers what is new since their last visit: its author knows.
for (const store of ["localStorage", "sessionStorage"])
  try {
    window[store].removeItem(`explainer:seen:${location.pathname}`);
  } catch {} // storage is forbidden

document.documentElement.append(panel.host);
panel.show(report);
restorePlace();
connect();
