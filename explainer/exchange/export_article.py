"""`explainer export`: write an article's annotations or sources in another format."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal, get_args

from explainer.article.texts import LISTS
from explainer.build import pipeline
from explainer.build.disk import rows_of
from explainer.build.options import BuildOptions
from explainer.build.site import Articles, LoadResult, Site
from explainer.build.state import Conditions
from explainer.build.store import Store
from explainer.edit.entry import SECTIONS
from explainer.exchange import web_annotation
from explainer.exchange.find_article import CommandError, UnreadError, article_path
from explainer.exchange.formats import BIBLIOGRAPHIES, ExportFormat
from explainer.exchange.incoming import AnnotationKind
from explainer.model.annotations import AnnotationFile, Source
from explainer.model.article import Article
from explainer.model.documents import Text, annotations_path
from explainer.model.location import Data, Location
from explainer.model.problems import Problem, sort
from explainer.model.scalars import SiteUrl
from explainer.parse import references
from explainer.parse.annotations import read_annotations
from explainer.parse.drafts import drafts
from explainer.render.linked_data import annotation_collection, claim_review
from explainer.site.load import CONTENT, LIBRARY
from explainer.site.routes import named_pages
from explainer.support.values import dataclass


@dataclass(frozen=True, slots=True)
class ExportResult:
    """The result of an export."""

    text: str | None
    """The exported text, or None if the problems include an error."""
    problems: tuple[Problem, ...]
    """Problems with the article's files."""
    texts: Mapping[str, str]
    """The site's files by path, from which problems quote lines."""
    conditions: Conditions | None = None
    """What it depended on besides files; None if the next export must not rely on it."""


def export_article(
    root: Path, wanted: str, form: ExportFormat, *, base_url: SiteUrl | None = None
) -> ExportResult:
    """Export an article's annotations or sources in a format.

    The result has no text if the article's files have errors, because the export would silently
    be incomplete. Raises CommandError if there is no such article, and for ClaimReview if the site
    has no address.
    """
    options = BuildOptions(drafts=True, future=True, write=False, jobs=1, base_url=base_url)
    loaded = _loaded(root, options)
    site, texts, made = loaded.site, loaded.texts, loaded.articles
    conditions = pipeline.conditions_of(loaded, root, options)
    if site is None or made is None:
        return ExportResult(None, sort(loaded.problems), texts)
    articles = {article.path: article for article in site.index.articles}
    try:
        path = article_path(root, wanted, articles, loaded.problems)
    except UnreadError as error:
        return ExportResult(None, error.problems, texts)  # they may vanish by themselves
    beside = annotations_path(path)
    files = (path, beside, f"{CONTENT}/{LIBRARY}")
    errors = [p for p in loaded.problems if p.severity == "error" and p.location.path in files]
    if errors:
        return ExportResult(None, sort(errors), texts, conditions)
    written = _Written(Text(beside, texts.get(beside, "")), made, site)
    article = written.article(articles[path].whole)
    match form:
        case "claimreview":
            text = _claim_reviews(site, article)
        case "web-annotation":
            text = web_annotation.write(
                annotation_collection(site.renderer().context, article),
                written.entries(article, made.routes.addresses),
                written.definitions("sources"),
                written.definitions("people"),
            )
        case _:
            write = BIBLIOGRAPHIES[form]
            text = write(written.sources(), organizations=written.organizations())
    return ExportResult(text, written.left_out(), texts, conditions)


def _loaded(root: Path, options: BuildOptions) -> LoadResult:
    """Load the site, with what earlier exports have made of articles that are the same now."""
    rows = rows_of(root, options, "export")
    try:
        loaded = pipeline.load_site(root, options, store=Store(disk=rows))
    finally:
        rows.close()
    rows.save()
    return loaded


def _claim_reviews(site: Site, article: Article) -> str:
    if not site.settings.url:
        raise CommandError(
            "ClaimReview needs the published address: set `url` in site.toml or use --base-url"
        )
    context = site.renderer().context
    reviews = [claim_review(context, article, claim) for claim in article.claims]
    graph = [{k: v for k, v in one.items() if k != "@context"} for one in reviews]
    data = {"@context": "https://schema.org", "@graph": graph}
    return json.dumps(data, ensure_ascii=False, indent=2) + "\n"


class _Written:
    """An article's annotation file and the library, as their authors wrote them, without drafts."""

    def __init__(self, annotations: Text, made: Articles, site: Site) -> None:
        file, self.located, _ = read_annotations(annotations)
        self.file, self.library = file or AnnotationFile(), made.context.library
        self.data: Any = self.located.data or {}
        places = made.context.library_places
        self.library_data: Any = (places and places.data) or {}
        self.drafts = [*drafts(self.located)]
        self.draft_claims = {
            (ref.article.path, str(ref.claim.id)) for ref in site.index.claims if ref.claim.draft
        }

    def left_out(self) -> tuple[Problem, ...]:
        """Report the drafts, which are not exported: `skipped-draft`."""
        if not self.drafts:
            return ()
        count = len(self.drafts)
        what = "an annotation is a draft" if count == 1 else f"{count} annotations are drafts"
        location = min(self.located.key((*key_path, "draft")) for key_path in self.drafts)
        hint = "to export it too, remove its `draft`"
        return (Problem(location, "skipped-draft", f"not exported: {what}", hint, "info"),)

    def article(self, article: Article) -> Article:
        """Return the article without drafts."""
        shown = tuple(each for each in article.annotations if not each.draft)
        return replace(article, annotations=shown)

    def entries(
        self, article: Article, addresses: Mapping[str, str]
    ) -> list[tuple[AnnotationKind, Data]]:
        """Return the annotations' entries from the file, in the article's order.

        They do not name rivals that are drafts. `addresses` are those of all documents, by path.
        """
        kinds: tuple[AnnotationKind, ...] = get_args(AnnotationKind)

        def is_draft(rival: str) -> bool:
            page, _, name = rival.rpartition("#")
            paths = named_pages(page, article.path, addresses) if page else (article.path,)
            return any((path, name) in self.draft_claims for path in paths)

        def shown(entry: dict[str, Data]) -> dict[str, Data]:
            rivals = entry.get("disputes")
            if not isinstance(rivals, list) or not any(is_draft(str(one)) for one in rivals):
                return entry
            left: list[Data] = [one for one in rivals if not is_draft(str(one))]
            return {key: left if key == "disputes" else value for key, value in entry.items()}

        entries: dict[Location, tuple[AnnotationKind, Data]] = {
            self.located.location((SECTIONS[kind], index)): (kind, shown(entry))
            for kind in kinds
            for index, entry in enumerate(self.data.get(SECTIONS[kind]) or [])
        }
        return [entries[annotation.location] for annotation in article.annotations]

    def definitions(self, section: Literal["sources", "people"]) -> dict[str, Data]:
        """Return the file's definitions, and those of the library that it uses, with `repeats`.

        What only drafts use is left out.
        """
        own, shared = (data.get(section) or {} for data in (self.data, self.library_data))
        every: dict[str, Any] = {**own, **shared, **own}

        def reached(names: set[str]) -> set[str]:
            needed: set[str] = set()
            while names := names & every.keys() - needed:
                needed |= names
                names = {one for name in names for one in every[name].get("repeats") or []}
            return needed

        shown, hidden = (reached(self.used(section, drafts=drafts)) for drafts in (False, True))
        needed = reached(shown | own.keys() - (hidden - shown))
        return {name: value for name, value in every.items() if name in needed}

    def used(self, section: str, *, drafts: bool) -> set[str]:
        """Return the names that drafts, or all other annotations, use."""
        annotations: dict[str, Data] = {
            key: [
                entry
                for i, entry in enumerate(self.data.get(key) or [])
                if ((key, i) in self.drafts) == drafts
            ]
            for key in LISTS
        }
        names = references.used(replace(self.located, data=annotations))
        return {name for kind, name in names if kind == section}

    def sources(self) -> dict[str, Source]:
        """Return the sources of `definitions` as model objects."""
        defined: dict[str, Source] = dict(
            [*self.library.sources.items(), *self.file.sources.items()]
        )
        return {name: defined[name] for name in self.definitions("sources")}

    def organizations(self) -> frozenset[str]:
        """Return the names of organizations, which are not people's."""
        people = [*self.library.people.values(), *self.file.people.values()]
        return frozenset(one.name for one in people if one.kind == "organization")
