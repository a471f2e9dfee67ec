"""The kinds of pages of this repository's site, each with an example."""

from __future__ import annotations

KINDS = {
    "home": "index.html",
    "article": "kremlin-call/index.html",
    "speech": "gettysburg/index.html",
    "code, picture, table": "binary-search/index.html",
    "plain page": "how-we-rate/index.html",
    "claim": "kremlin-call/claims/call-happened/index.html",
    "claims": "claims/index.html",
    "sources": "sources/index.html",
    "people": "people/index.html",
    "person": "people/peskov/index.html",
    "topics": "topics/index.html",
    "topic": "topics/diplomacy/index.html",
    "search": "search/index.html",
    "404": "404.html",
}
