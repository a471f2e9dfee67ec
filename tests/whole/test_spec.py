"""The specifications in `tests/spec/`: every example has the result that it shows.

| folder | an example's parts |
|---|---|
| `yaml` | text, data as JSON or problems |
| `markdown` | text, HTML |
| `anchor` | article, annotations, the article's body with marks, or problems |
| `render` | article, annotations, what to look at, what it looks like |

`spec_files.py` documents how to write examples, and the functions below what is run in each folder.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from explainer.article import make
from explainer.article.context import ArticleContext
from explainer.build.options import BuildOptions
from explainer.build.pipeline import build_site
from explainer.markdown.link_targets import LinkTargets
from explainer.markdown.parser import Markdown, MarkdownOptions, NoteMarkdown
from explainer.model import kinds, ratings
from explainer.model.annotations import Library
from explainer.model.article import Html, Reference
from explainer.model.documents import Document, RoutedDocument, Text
from explainer.model.front_matter import FrontMatter
from explainer.model.location import Lines, Located, PackedLocated
from explainer.model.problems import Problem, sort
from explainer.parse import references, yaml
from explainer.parse.annotations import read_annotations, read_library
from explainer.parse.front_matter import read_article
from explainer.parse.settings import read_settings
from tests import TESTS
from tests.conftest import pytest_configure
from tests.helpers import pages
from tests.helpers.spec_files import FENCE, Example, decoded, encoded, examples, rewrite

FOLDER = TESTS / "spec"


@dataclasses.dataclass(frozen=True)
class Room:
    """How to run the examples in a folder."""

    parts: int
    options: frozenset[str]
    run: Callable[[Sequence[str], Sequence[str], Path], str]
    """Takes all parts except the last, the options, and an empty folder. Returns the result."""


# --- yaml ----------------------------------------------------------------------------------------


def _yaml(parts: Sequence[str], options: Sequence[str], folder: Path) -> str:
    text = Text("x", parts[0])
    value: Any = None
    problems: tuple[Problem, ...]
    if "annotations" in options:
        value, located, problems = read_annotations(text)
        problems += references.against(located, scale=ratings.scale(_settings()))
    elif "library" in options:
        value, _, problems = read_library(text)
    elif "article" in options:
        article, problems = read_article(text)
        value = article.front
    elif "site" in options:
        value, _, problems = read_settings(text)
    else:
        located, problems = yaml.read(text)
        value = located.data
        if not located.whole:
            return _report(problems)
    if value is None and any(problem.severity == "error" for problem in problems):
        return _report(problems)
    return _json(_authored(value)) + _report(problems)


def _authored(value: Any) -> Any:
    """Return what an author wrote: dataclasses as mappings, without default values."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {
            item.name: _authored(given)
            for item in dataclasses.fields(value)
            if (given := getattr(value, item.name)) != _default(item)
        }
    if isinstance(value, dict):
        return {key: _authored(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_authored(inner) for inner in value]
    return value


def _default(item: dataclasses.Field[Any]) -> Any:
    if item.default_factory is not dataclasses.MISSING:
        return item.default_factory()
    return item.default


def _json(data: Any) -> str:
    short = json.dumps(data, ensure_ascii=False)
    return (short if len(short) < 90 else json.dumps(data, ensure_ascii=False, indent=2)) + "\n"


def _report(problems: Sequence[Problem], path: str = "x") -> str:
    """Format problems as `error[code] 3:12 message`, then the hint; with paths if they differ."""
    lines = []
    for problem in sort(problems):
        location = problem.location
        place = f"{location.line}:{location.column}" if location.column else str(location.line)
        if location.path != path:
            place = f"{Path(location.path).suffix.lstrip('.')}:{place}"
        lines.append(f"{problem.severity}[{problem.code}] {place} {problem.message}\n")
        lines += [f"    {line}".rstrip() + "\n" for line in problem.hint.split("\n") if line]
    return "".join(lines)


# --- markdown ------------------------------------------------------------------------------------


def _markdown(parts: Sequence[str], options: Sequence[str], folder: Path) -> str:
    math = "math" in options
    parser = (
        NoteMarkdown(MarkdownOptions(math=math))
        if "note" in options
        else Markdown(MarkdownOptions(html="html" in options, math=math))
    )
    return parser.render(parser.parse(parts[0]))


# --- anchor --------------------------------------------------------------------------------------


def _settings() -> Any:
    return read_settings(Text("site.toml", 'title = "Spec"'))[0]


def _anchor(parts: Sequence[str], options: Sequence[str], folder: Path) -> str:
    text, annotations = parts
    document = Document(Text("content/x.md", text), Text("content/x.yaml", annotations))
    known = LinkTargets({}, frozenset("/"), {}, frozenset(), frozenset())
    context = ArticleContext(
        language="en",
        authors=(),
        disclaimers={},
        scale=ratings.scale(_settings()),
        kinds=kinds.kinds(_settings()),
        library=Library(),
        library_places=Located(None, True, Lines("content/_library.yaml", "")),
        known=known,
        options=MarkdownOptions(html="html" in options, math="math" in options),
    )
    nowhere = PackedLocated.of(Located(None, False, Lines("content/x.md", "")))
    made = make.make_article(
        RoutedDocument(document, FrontMatter(title="X"), (), "/x/", 0, 1, nowhere), context
    )
    # Only problems with anchoring: whether a picture's file exists depends on the site.
    problems = [p for p in made.problems if p.code not in ("broken-link", "unused-source")]
    report = _report(problems, "content/x.yaml")
    if any(problem.severity == "error" for problem in problems):
        return report
    whole = "".join(f"⟦whole {a.id}⟧\n" for a in made.article.general)
    return whole + "".join(map(_part, made.article.body)) + report


def _part(part: make.BodyPart) -> str:
    if isinstance(part, Html):
        return str(part.html)
    if isinstance(part, Reference):
        return f"⟦ref {part.annotation.id}⟧"
    return f"⟦notes {' '.join(annotation.id for annotation in part.annotations)}⟧"


# --- render --------------------------------------------------------------------------------------

_SITE = 'title = "Spec"\nlanguage = "en"\nauthors = ["A. Tester"]\n'


def _render(parts: Sequence[str], options: Sequence[str], folder: Path) -> str:
    """Build a site, and return the parts of the output that the third part of an example names.

    These are `FILE SELECTOR` for elements of a page, without duplicates and without anything that
    only affects the look; `FILE /json/pointer` for a value in a JSON file or in a page's JSON-LD;
    or `FILE` for the whole file.
    """
    # All examples share one folder, because compiling the templates takes half a second.
    folder = folder.parent / "spec-render"
    (folder / "content").mkdir(parents=True, exist_ok=True)
    url = "" if "no-url" in options else 'url = "https://example.org/base/"\n'
    (folder / "site.toml").write_text(_SITE + url, encoding="utf-8")
    (folder / "content/article.md").write_text(parts[0], encoding="utf-8")
    (folder / "content/article.yaml").write_text(parts[1], encoding="utf-8")
    built = build_site(folder, BuildOptions(jobs=1))
    if built.failed:
        return _report(built.problems)
    return "".join(_look(folder / "_site", query) for query in parts[2].splitlines())


def _look(output: Path, query: str) -> str:
    file, _, selector = query.partition(" ")
    text = (output / file).read_text(encoding="utf-8")
    if not selector:
        return text
    if not selector.startswith("/"):
        found = pages.select(pages.parse(text), selector)
        lines = dict.fromkeys(map(pages.contract, found))  # a theme may show something twice
        return "".join(lines) or f"nothing fits {selector}\n"
    if file.endswith(".html"):
        (script,) = pages.select(pages.parse(text), "script[type=application/ld+json]")
        text = script.text
    data = json.loads(text)
    for step in selector.strip("/").split("/"):
        if step:
            data = data[int(step)] if isinstance(data, list) else data[step]
    return _json(data)


# --- running them --------------------------------------------------------------------------------

ROOMS = {
    "yaml": Room(2, frozenset({"annotations", "library", "article", "site"}), _yaml),
    "markdown": Room(2, frozenset({"html", "note", "math"}), _markdown),
    "anchor": Room(3, frozenset({"html", "math"}), _anchor),
    "render": Room(4, frozenset({"no-url"}), _render),
}


def wrong_with(example: Example) -> str:
    """Return why an example cannot be run; empty if it can."""
    room = ROOMS.get(example.file.parent.name)
    if example.wrong:
        return example.wrong
    if room is None:
        return f"there is no room {example.file.parent.name}"
    if len(example.parts) != room.parts:
        return f"{len(example.parts)} parts instead of {room.parts}"
    if unknown := set(example.options) - room.options:
        return f"unknown: {', '.join(sorted(unknown))}"
    return ""


EXAMPLES = [example for file in sorted(FOLDER.rglob("*.md")) for example in examples(file)]


@pytest.mark.parametrize("example", EXAMPLES, ids=[example.name for example in EXAMPLES])
def test_example(example: Example, regen: bool, tmp_path: Path) -> None:
    if wrong := wrong_with(example):
        pytest.fail(f"{example.name}: {wrong}", pytrace=False)
    *given, expected = map(decoded, example.parts)
    result = ROOMS[example.file.parent.name].run(given, example.options, tmp_path)
    result = encoded(result if result.endswith("\n") or not result else result + "\n")
    if regen and result != encoded(expected):
        rewrite(example, result)
    else:
        assert result == encoded(expected)


def test_every_folder_has_examples() -> None:
    assert {example.file.parent.name for example in EXAMPLES} == set(ROOMS)


@pytest.mark.parametrize(
    ("content", "line", "wrong"),
    [
        ("Prose alone.\n", 1, "the file has no example"),
        (f"\n{FENCE}example\nx\n.\ny\n", 2, "never closed"),
        (f"{FENCE}example\nx\n{FENCE}\n", 1, "1 parts instead of 2"),
        (f"{FENCE}example\nx\n.\ny\n.\nz\n{FENCE}\n", 1, "3 parts instead of 2"),
        (f"{FENCE}example htm\nx\n.\ny\n{FENCE}\n", 1, "unknown: htm"),
        (f"{FENCE}exmaple\nx\n.\ny\n{FENCE}\n", 1, "not a valid start of an example"),
        (f"`{FENCE}example\nx\n.\ny\n`{FENCE}\n", 1, "not a valid start of an example"),
        (f"{FENCE[1:]}example\nx\n.\ny\n{FENCE[1:]}\n", 1, "not a valid start of an example"),
    ],
)
def test_a_malformed_example_is_a_failure(
    tmp_path: Path, content: str, line: int, wrong: str
) -> None:
    file = tmp_path / "markdown" / "x.md"
    file.parent.mkdir()
    file.write_text(content, encoding="utf-8")
    found = {example.line: wrong_with(example) for example in examples(file)}
    assert wrong in found[line]


def test_examples_are_rewritten_in_place(tmp_path: Path) -> None:
    file = tmp_path / "x.md"
    one = f"{FENCE}example\nsame\n.\nold\n{FENCE}\n"
    file.write_text(f"Before.\n\n{one}\nBetween.\n\n{one}", encoding="utf-8")
    first, second = examples(file)
    rewrite(first, "longer\nby a line\n")
    rewrite(second, "new\n")
    new = [one.replace("old", text) for text in ("longer\nby a line", "new")]
    assert file.read_text(encoding="utf-8") == f"Before.\n\n{new[0]}\nBetween.\n\n{new[1]}"


def test_regen_never_runs_in_ci(monkeypatch: pytest.MonkeyPatch) -> None:
    config: Any = SimpleNamespace(getoption=lambda name, default=None: name == "--regen")
    monkeypatch.delenv("CI", raising=False)
    pytest_configure(config)
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.UsageError, match="never use it in CI"):
        pytest_configure(config)


def test_invisible_characters_are_escaped() -> None:
    assert decoded("a⟨U+00AD⟩b") == "a\u00adb"
    assert encoded("a\u00adb\u0301\tc\u200d\n") == "a⟨U+00AD⟩b⟨U+0301⟩⟨U+0009⟩c⟨U+200D⟩\n"
