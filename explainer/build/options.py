"""What a command asks of a build, beyond what site.toml says."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeAlias

from explainer.article.context import Inspector
from explainer.markdown.resizing import Resizing, has_pillow
from explainer.model.scalars import Url
from explainer.model.settings import Settings

Progress: TypeAlias = Callable[[str, int, int], None]
"""Called with how far a stage is: its name, articles done, articles in all."""


def no_progress(stage: str, done: int, total: int) -> None:
    """Report nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildOptions:
    """What a command asks of a build, beyond what site.toml says."""

    output: Path | None = None
    """In place of site.toml's; relative to the current folder."""
    base_url: Url | None = None
    """In place of site.toml's `url`."""
    drafts: bool = False
    """Build drafts too."""
    future: bool = False
    """Build pages dated in the future too."""
    strict: bool = False
    """Treat warnings as errors."""
    clean: bool = False
    """Write every file again, also those that have not changed."""
    jobs: int | None = None
    """Processes; None for as many as there are cores, if there are many articles."""
    write: bool = True
    """Whether anything is written."""
    inspector: Callable[[Settings], Inspector] | None = None
    """Makes what else looks at each article (`explainer check`)."""

    def over(self, settings: Settings) -> Settings:
        """Give site.toml's settings with what the command asks put over them."""
        build = replace(
            settings.build,
            drafts=settings.build.drafts or self.drafts,
            future=settings.build.future or self.future,
        )
        return replace(settings, build=build, url=self.base_url or settings.url)

    def resizing(self, settings: Settings, folder: Path | None) -> Resizing | None:
        """Give how narrower versions of pictures are made; None if they are not.

        `folder` is the site's cache.
        """
        if settings.images.sizes is False or not has_pillow():
            return None
        return Resizing(folder, not self.write, self.jobs)

    def output_folder(self, root: Path, settings: Settings) -> Path:
        """Give the folder to build into; `root` is the site's."""
        return self.output.absolute() if self.output else root / settings.build.output
