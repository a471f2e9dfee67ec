"""`explainer reanchor`: say for each annotation where it belongs now, and write what is certain."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import field
from pathlib import Path

from explainer.anchor import find
from explainer.anchor.find import Span
from explainer.anchor.text import ReaderText
from explainer.article.body import parse_body
from explainer.article.merge import Content, contents_of, ids, kind_and_text
from explainer.exchange.find_article import UnreadError, article_path
from explainer.markdown.data_tables import beside
from explainer.markdown.parser import Markdown, MarkdownOptions
from explainer.model.annotations import Target
from explainer.model.documents import Document, RoutedDocument
from explainer.model.location import Location
from explainer.model.problems import Problem
from explainer.model.settings import Settings
from explainer.parse.annotations import read_annotations
from explainer.reanchor.follow import Follower, unfollowed
from explainer.reanchor.verdict import Verdict
from explainer.reanchor.word_lists import word_lists
from explainer.site import load
from explainer.site.routes import route
from explainer.support.values import dataclass
from explainer.upkeep.history import History, State, read_history
from explainer.upkeep.names import names_of
from explainer.upkeep.past import CurrentArticle, Past

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class FollowedAnnotation:
    """An annotation, and what became of it."""

    article: str
    """The path of its article."""
    id: str
    """Its id on the page."""
    kind: str
    """`claim`, `question`, or the note's kind."""
    target: Target
    """Its target as it is in the file."""
    position: tuple[str, int]
    """Its section in the annotation file, and its index there."""
    location: Location
    """Its location in the annotation file."""
    verdict: Verdict
    published: str | None = None
    """The day when its article was published, if it says so."""

    @property
    def name(self) -> str:
        """Its name on the whole site: `article#id`."""
        return f"{names_of(self.article)[-1]}#{self.id}"

    @property
    def is_claim(self) -> bool:
        """Whether it is a claim, which is never changed unasked."""
        return self.kind == "claim"

    @property
    def is_open(self) -> bool:
        """Whether the author has something to decide."""
        verdict = self.verdict
        return verdict.status != "anchored" or (self.is_claim and bool(verdict.tripwires))


@dataclass(frozen=True, slots=True)
class FollowResult:
    """The annotations of a site, or of some of its articles."""

    entries: tuple[FollowedAnnotation, ...] = ()
    problems: tuple[Problem, ...] = ()
    """The problems of files that cannot be read."""
    texts: Mapping[str, str] = field(default_factory=dict)
    """By path: the texts that problems quote."""
    articles: Mapping[str, CurrentArticle] = field(default_factory=dict)
    """By path: the articles with an annotation that is not simply anchored."""
    shallow: bool = False
    """Whether git has only a part of the history."""
    settings: Settings | None = None
    """The site's settings, if they can be read."""


def follow_site(
    root: Path, articles: Sequence[str], since: str | None, progress: Progress
) -> FollowResult:
    """Follow the annotations of the articles that are named, or of all of them.

    Raises CommandError, as `article_path`, and NoRevisionError.
    """
    files, texts, problems = load.load(root)
    if files is None:
        return FollowResult(problems=problems, texts=texts)
    documents = [document for document in files.documents if document.annotations]
    if articles:
        paths = [document.article.path for document in files.documents]
        try:
            chosen = {article_path(root, name, paths, problems) for name in articles}
        except UnreadError as error:
            return FollowResult(problems=error.problems, texts=texts)
        documents = [document for document in documents if document.article.path in chosen]
    history = read_history(root, documents, since)
    settings = files.settings
    markdown = Markdown(MarkdownOptions.of(settings.markdown))
    entries: list[FollowedAnnotation] = []
    current: dict[str, CurrentArticle] = {}
    wrong = [problem for problem in problems if problem.severity == "error"]
    for done, document in enumerate(documents):
        progress("compare", done, len(documents))
        own = _Article(document, history, settings, markdown, root, since=since is not None)
        wrong += own.problems
        followed = list(own.entries())
        entries += followed
        if any(entry.is_open for entry in followed):
            current[own.path] = own.past.current_article
    return FollowResult(tuple(entries), tuple(wrong), texts, current, history.shallow, settings)


def follow_article(root: Path, document: Document, settings: Settings) -> list[FollowedAnnotation]:
    """Follow the annotations of one article, with the texts that `document` has."""
    if document.annotations is None:
        return []
    history = read_history(root, [document], None)
    markdown = Markdown(MarkdownOptions.of(settings.markdown))
    return list(_Article(document, history, settings, markdown, root, since=False).entries())


def shifted(
    root: Path, settings: Settings, pairs: Iterable[tuple[Document, Document]]
) -> list[FollowedAnnotation]:
    """Return the annotations that a build places, though they may say something else there.

    Each pair is a document as it was and as it is; its paths may differ. An annotation is returned
    if its quote is found in the new text, but on other words than before (`verdict.status` is
    `changed`), or if a number, negation, or the like has changed in its sentence (`anchored` with
    `verdict.tripwires`). Those that the old file does not have are not compared.
    """
    markdown = Markdown(MarkdownOptions.of(settings.markdown))
    found: list[FollowedAnnotation] = []
    for old, new in pairs:
        if new.annotations is None or old.article.content == new.article.content:
            continue
        before = old.annotations.content if old.annotations else ""
        texts = {"article": old.article.content, "annotations": before}
        history = History({new.article.path: [State("article", "annotations")]}, texts)
        article = _Article(new, history, settings, markdown, root, since=True)
        found += (
            entry
            for entry in article.entries()
            if entry.verdict.is_found
            and (entry.verdict.status == "changed" or entry.verdict.tripwires)
        )
    return found


class _Article:
    """One article, its annotations, and its history."""

    def __init__(
        self,
        document: Document,
        history: History,
        settings: Settings,
        markdown: Markdown,
        root: Path,
        *,
        since: bool,
    ) -> None:
        assert document.annotations
        self.path = document.article.path
        self.file, self.located, problems = read_annotations(document.annotations)
        routed, others, _ = route(document, settings.timezone)
        self.problems = [each for each in (*others, *problems) if each.severity == "error"]
        self.published = routed.opens[0][:10] if routed.opens else None
        self.language = routed.front.language or settings.language
        states = history.states.get(self.path, ())
        self.known = any(state.article in history.texts for state in states)
        self.followers: dict[int, Follower] = {}
        files = beside(root / self.path)

        def read(version: RoutedDocument) -> ReaderText:
            return parse_body(markdown, version, files, settings.language).reader

        self.past = Past(states, history, document.article, settings.timezone, read, since=since)
        written = (
            (target_of(content), str(getattr(content, "checked", None) or ""))
            for _, content in contents_of(self.file)
        )
        if not self.problems:
            self.past.know(document.annotations.content, written)

    def entries(self) -> Iterator[FollowedAnnotation]:
        """Yield the annotations, in the order of the file; none if the file has errors."""
        contents = contents_of(self.file)
        names = ids(content for _, content in contents)
        for (position, content), name in zip(contents, names, strict=True):
            kind = kind_and_text(content)[0]
            target = target_of(content)
            verdict = self._verdict(content)
            location = self.located.location(position)
            yield FollowedAnnotation(
                self.path, name, kind, target, position, location, verdict, self.published
            )

    def _verdict(self, content: Content) -> Verdict:
        target = target_of(content)
        origin = None
        if target.image is None and (target.quote is not None or target.section is not None):
            origin = self.past.origin(target)
        if origin is None:
            found = find.find(self.past.reader(self.past.current), target)
            return unfollowed(found, known=self.known)
        version, place = origin
        verdict = self._follower(version).follow(target, place)
        checked = getattr(content, "checked", None)
        if not (verdict.status == "anchored" and verdict.tripwires and checked):
            return verdict
        # What was in its sentence before the last check is known to the author.
        version = max(version, self.past.checked_in(target, str(checked)))
        seen = find.find(self.past.reader(version), target)
        if version == self.past.current or not isinstance(seen, Span):
            return Verdict("anchored", score=1.0, is_found=True)
        since = self._follower(version).follow(target, seen)
        return since if since.status == "anchored" else verdict

    def _follower(self, version: int) -> Follower:
        if version not in self.followers:
            trace = self.past.revisions.since(version)
            self.followers[version] = Follower(trace, word_lists(self.language))
        return self.followers[version]


def target_of(content: Content) -> Target:
    """Return the target of an annotation."""
    keys = ("quote", "prefix", "suffix", "inside", "section", "image")
    return Target(**{key: getattr(content, key) for key in keys})


class AcceptError(Exception):
    """A proposal cannot be accepted: a message to the author."""


def to_write(
    followed: FollowResult, *, moved: bool, accepted: Iterable[str]
) -> list[FollowedAnnotation]:
    """Return the entries whose proposals are to be written.

    `moved`: those that may be written unasked. `accepted`: the ids of others. Raises AcceptError.
    """
    chosen = {
        (entry.article, entry.id): entry
        for entry in followed.entries
        if moved and entry.verdict.status == "moved" and not entry.is_claim
    }
    for name in accepted:
        entry = named(followed, name)
        if entry.verdict.target is None:
            raise AcceptError(f"there is no proposal for `{name}`")
        chosen[entry.article, entry.id] = entry
    return list(chosen.values())


def named(followed: FollowResult, name: str) -> FollowedAnnotation:
    """Return the entry that an id names: `article#id`, or an id that only one entry has.

    Raises AcceptError.
    """
    article, _, own = name.rpartition("#")
    article = article.removesuffix(".md").removesuffix(".yaml").strip("/")
    matching = [
        entry
        for entry in followed.entries
        if entry.id == own and article in ("", *names_of(entry.article))
    ]
    if not matching:
        raise AcceptError(f"there is no annotation `{name}`")
    if len(matching) > 1:
        places = ", ".join(f"{names_of(entry.article)[-1]}#{own}" for entry in matching)
        raise AcceptError(f"several annotations have the id `{own}`: {places}")
    return matching[0]
