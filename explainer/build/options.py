"""Options of a build that a command sets in addition to site.toml."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TypeAlias

from explainer.article.context import Inspector
from explainer.build.state import SourceChanges
from explainer.markdown.resizing import Resizing, has_pillow
from explainer.model.scalars import SiteUrl
from explainer.model.settings import Settings
from explainer.support.values import dataclass

Progress: TypeAlias = Callable[[str, int, int], None]
"""Called with the progress of a stage: its name, articles done, and articles in all."""


def no_progress(stage: str, done: int, total: int) -> None:
    """Report nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildOptions:
    """Options of a build that a command sets in addition to site.toml."""

    output: Path | None = None
    """Output folder instead of that in site.toml; relative to the current folder."""
    base_url: SiteUrl | None = None
    """Address instead of `url` in site.toml."""
    drafts: bool = False
    """Whether to build drafts."""
    future: bool = False
    """Whether to build pages with a date in the future."""
    strict: bool = False
    """Whether to treat warnings as errors."""
    clean: bool = False
    """Whether to write every file again, even if it has not changed."""
    kept: bool = True
    """Whether to use what earlier runs have made, and to keep it for later ones."""
    jobs: int | None = None
    """Number of processes; None for one per core if there are many articles."""
    cards: bool = True
    """Whether there may be preview cards. False overrides site.toml."""
    search: bool = True
    """Whether there may be a search. False overrides site.toml."""
    write: bool = True
    """Whether to write anything."""
    explain: SourceChanges | None = None
    """What has changed, if the result is to say why each page was made."""
    inspector: Callable[[Settings], Inspector] | None = None
    """Creates an inspector that looks at each article, for `explainer check`."""

    def over(self, settings: Settings) -> Settings:
        """Return the settings of site.toml, overridden by these options."""
        build = replace(
            settings.build,
            drafts=settings.build.drafts or self.drafts,
            future=settings.build.future or self.future,
        )
        images, search = settings.images, settings.search
        return replace(
            settings,
            build=build,
            url=self.base_url or settings.url,
            images=images if self.cards else replace(images, cards=False),
            search=search if self.search else replace(search, enabled=False),
        )

    def resizing(self, settings: Settings, folder: Path | None) -> Resizing | None:
        """Return how to make narrower versions of pictures, or None if none are made.

        `folder` is the site's cache folder.
        """
        if settings.images.sizes is False or not has_pillow():
            return None
        return Resizing(folder, not self.write, self.jobs)

    def output_folder(self, root: Path, settings: Settings) -> Path:
        """Return the output folder. `root` is the site's folder."""
        return self.output.absolute() if self.output else root / settings.build.output
