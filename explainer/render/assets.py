"""The files under `assets/`: the theme's, with the rules that depend on the site."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from explainer.model.article import Article
from explainer.model.ratings import Rating
from explainer.render import styles
from explainer.render.theme import Theme

STYLE = "style.css"
CODE_STYLE = "code.css"


@dataclass(frozen=True)
class Assets:
    """The files under `assets/`, by name; each is read or made when first asked for."""

    theme: Theme
    rules: str
    """The end of `style.css`."""

    @cached_property
    def files(self) -> dict[str, bytes]:
        """The content of every file but `code.css`."""
        made = dict(self.theme.assets)
        made[STYLE] += self.rules
        return {
            **{name: path.read_bytes() for name, path in self.theme.files("static").items()},
            **{name: text.encode() for name, text in made.items()},
        }

    @cached_property
    def hashes(self) -> dict[str, str]:
        """What changes in links when a file does; of every file but `code.css`."""
        return {name: _hash(content) for name, content in self.files.items()}

    @cached_property
    def _code(self) -> bytes:
        return styles.code().encode()

    @cached_property
    def _code_hash(self) -> str:
        return _hash(self._code)

    def content(self, name: str) -> bytes:
        """The content of a file."""
        return self._code if name == CODE_STYLE else self.files[name]

    def hash(self, name: str) -> str:
        """What changes in links to a file when it does. Raises LookupError if there is none."""
        if name == CODE_STYLE:
            return self._code_hash
        if name not in self.hashes:
            raise LookupError(f"the theme has no static file `{name}`")
        return self.hashes[name]


def site_rules(scale: Sequence[Rating], language: str, articles: Iterable[Article]) -> str:
    """The rules of `style.css` for a site in `language` with these articles."""
    languages = {language}
    most = 0
    for article in articles:
        languages.add(article.language)
        most = max(most, len(article.annotations))
    return styles.rules(scale, languages, most)


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:10]
