"""The kinds of notes: the built-in ones, and those of a site."""

from __future__ import annotations

from collections.abc import Mapping
from typing import get_args

from explainer.model.scalars import BuiltinKind, Id
from explainer.model.settings import KindSettings, Settings

BUILTIN_KINDS: tuple[str, ...] = get_args(BuiltinKind)
"""The ids of the built-in kinds, the default first. Catalogues have their labels."""


def kinds(settings: Settings) -> Mapping[str, KindSettings]:
    """Return a site's kinds of notes by id: the built-in ones first, then its own.

    The label of a built-in kind is empty unless the site renames it.
    """
    builtin = {name: KindSettings(id=Id(name), label="") for name in BUILTIN_KINDS}
    return {**builtin, **{str(kind.id): kind for kind in settings.kinds}}
