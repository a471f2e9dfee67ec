"""Languages whose words the search cannot find, because no spaces separate them.

Pagefind (version 1.5) separates words of Chinese, Japanese, and Thai only in its extended version,
which is ten times as large, and of other such languages not at all
(https://pagefind.app/docs/multilingual/).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from explainer.model.location import Location
from explainer.model.problems import Problem, RelatedLocation
from explainer.output.search import Pagefind
from explainer.support import extras

_EXTENDED = {"zh": "Chinese", "ja": "Japanese", "th": "Thai"}
_CHINESE = {"cmn": "Mandarin", "yue": "Cantonese", "wuu": "Wu", "nan": "Min Nan", "hak": "Hakka"}
_OTHER = {"lo": "Lao", "km": "Khmer", "my": "Burmese", "bo": "Tibetan", "dz": "Dzongkha"}


def joins_words(language: str) -> bool:
    """Return whether no spaces separate the words of a language, as Pagefind needs."""
    return _main(language) in {**_EXTENDED, **_CHINESE, **_OTHER}


def _main(language: str) -> str:
    return language.replace("_", "-").partition("-")[0].casefold()


def check_languages(
    pagefind: Pagefind | None, pages: Iterable[tuple[str, str]]
) -> Iterable[Problem]:
    """Warn of pages in languages whose words readers cannot find: `search-language`.

    `pages` has the language and the path of each page; `pagefind` is None if there is no search.
    """
    if pagefind is None:
        return
    first: dict[str, str] = {}
    for language, path in pages:
        first.setdefault(_main(language), path)
    command = extras.install("search-extended")
    for names, hint in (
        ({} if pagefind.extended else _EXTENDED, f"install pagefind-bin-extended: {command}"),
        (_CHINESE, "write the language as `zh` with a region or script: `zh-HK`, `zh-Hans`"),
        (_OTHER, "to turn search off: [search] enabled = false"),
    ):
        found = {language: first[language] for language in names if language in first}
        if found:
            yield _problem(pagefind.location, names, found, hint)


def _problem(
    location: Location, names: Mapping[str, str], found: Mapping[str, str], hint: str
) -> Problem:
    listed = [names[language] for language in found]
    comma = "," * (len(listed) > 2)
    all_names = f"{comma} and ".join(filter(None, (", ".join(listed[:-1]), listed[-1])))
    message = (
        f"the search finds few words in {all_names}: "
        "the installed Pagefind does not see where words begin"
    )
    related = tuple(
        RelatedLocation(Location(path), f"a page in {names[language]}")
        for language, path in found.items()
    )
    return Problem(location, "search-language", message, hint, "warning", related=related)
