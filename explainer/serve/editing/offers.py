"""What a form offers for people and sources."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

from explainer.serve.editing.page import EditedPage, value_at


def people(page: EditedPage) -> list[dict[str, str]]:
    """Who may have said something: those with an id here, then everybody whom the site names."""
    own = [
        {"id": name, "name": str(value_at(person, "name") or name)}
        for name, person in page.defined("people").items()
    ]
    names = {one["name"] for one in own}
    others = (item.person.name for item in page.site.index.people)
    return [*own, *({"id": "", "name": name} for name in others if name not in names)]


def sources(page: EditedPage) -> list[dict[str, str]]:
    """What may be cited: what has an id here, then what other articles cite."""
    own = page.defined("sources")
    return [
        *(_shown(name, source) for name, source in own.items() if isinstance(source, dict)),
        *(_shown(name, dataclasses.asdict(one)) for name, one in page.foreign_sources.items()),
    ]


def _shown(name: str, source: Mapping[str, Any]) -> dict[str, str]:
    keys = ("title", "publisher", "date", "url")
    return {"id": name, **{key: str(source.get(key) or "") for key in keys}}
