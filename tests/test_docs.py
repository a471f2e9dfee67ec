"""The documents in docs/ and CONTRIBUTING.md agree with the repository."""

from __future__ import annotations

import ast
import dataclasses
import json
import re
import tomllib
from pathlib import Path
from typing import get_args

import pytest

from explainer.cli import main
from explainer.model.annotations import (
    Answer,
    Appearance,
    Claim,
    ClaimReply,
    Evidence,
    Note,
    Person,
    Question,
    RatingChange,
    Source,
    Target,
)
from explainer.model.front_matter import Correction, FrontMatter, Image, Original, Related
from explainer.model.location import Location
from explainer.model.problems import Problem
from explainer.model.ratings import DEFAULT_SCALE
from explainer.model.report import as_json
from explainer.model.scalars import BuiltinKind, Genre, Shape, Stance, Tone
from explainer.model.security import SecuritySettings
from explainer.model.settings import (
    BuildSettings,
    FeedSettings,
    ImageSettings,
    KindSettings,
    LinkSettings,
    MarkdownSettings,
    MenuLink,
    PublishSettings,
    RatingSettings,
    SearchSettings,
    Settings,
)
from tests import ROOT

DOCUMENTS = [
    *sorted((ROOT / "docs").glob("*.md")),
    *map(ROOT.joinpath, ("CONTRIBUTING.md", "SECURITY.md")),
]
PACKAGES = {path.parent.name for path in (ROOT / "explainer").glob("*/__init__.py")}
_FOLDERS = "|".join(
    ("explainer", "tests", "docs", "themes", "bench", "requirements", "content/guide", r"\.github")
)
_PATH = re.compile(rf"`((?:{_FOLDERS})/[^`*\s]*)`")
"""A path of this repository in backquotes. Placeholders are in capitals: `explainer/NAME.py`."""


def table_of_packages() -> list[str]:
    text = (ROOT / "docs/architecture.md").read_text(encoding="utf-8")
    return re.findall(r"^\| `(\w+)/` \|", text, re.MULTILINE)


def test_every_package_is_in_the_table_in_the_order_of_imports() -> None:
    config = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    (contract,) = config["tool"]["importlinter"]["contracts"]
    assert table_of_packages() == contract["layers"]
    assert set(contract["layers"]) == PACKAGES


def test_every_package_is_in_the_picture() -> None:
    picture = (ROOT / "docs/architecture.svg").read_text(encoding="utf-8")
    assert set(re.findall(r'class="name"[^>]*>(\w+)/<', picture)) - {"_site"} == PACKAGES - {
        "build"
    }
    assert ">build/:" in picture


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_path_that_a_document_names_exists(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    named = {path for path in _PATH.findall(text) if not re.search(r"[A-Z]{3}|…", path)}
    assert {path for path in named if not (ROOT / path).exists()} == set()
    links = {link.partition("#")[0] for link in re.findall(r"\]\(([^):]+)\)", text)}
    assert {link for link in links if link and not (document.parent / link).exists()} == set()


def test_the_tests_that_contributors_are_shown_exist() -> None:
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    examples = re.findall(r"test_example\[(\S+):(\d+)\]", text)
    named = re.findall(r"pytest (tests/\S+\.py) -k (\w+)", text)
    assert examples
    assert named
    for path, line in examples:
        lines = (ROOT / "tests/spec" / path).read_text(encoding="utf-8").splitlines()
        assert lines[int(line) - 1].startswith("````")
    for path, name in named:
        assert re.search(rf"def test_\w*{name}", (ROOT / path).read_text(encoding="utf-8"))


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_name_of_the_code_that_a_document_uses_exists(document: Path) -> None:
    """Names such as `BuildOptions`, `make_article`, and `CODE_STYLE`, in backquotes."""
    text = document.read_text(encoding="utf-8")
    words = re.compile(r"`(_?[a-z]+(?:_[a-z]+)+|[A-Z][a-z]+(?:[A-Z][a-z]+)+|_?[A-Z]+(?:_[A-Z]+)+)`")
    files = [*(ROOT / "explainer").rglob("*.py"), *(ROOT / "tests").rglob("*.py")]
    known = set(re.findall(r"\w+", "\n".join(path.read_text(encoding="utf-8") for path in files)))
    assert set(words.findall(text)) - known == set()


def test_every_document_that_the_code_cites_exists() -> None:
    """Names such as docs/format.md in docstrings and comments, with the heading if one follows."""
    cited = {"docs/architecture.md", "docs/format.md", "docs/anchoring.md"}
    for path in sorted((ROOT / "explainer").rglob("*.py")):
        source = path.read_text(encoding="utf-8")
        for name, heading in re.findall(r'(docs/\w+\.\w+)(?:,\s+"([^"\n]+)")?', source):
            cited.add(name)
            assert (ROOT / name).is_file(), f"{path} cites {name}"
            if heading:
                headings = re.findall(r"^#+ (.+)$", (ROOT / name).read_text(), re.MULTILINE)
                assert heading in headings, f"{path} cites {name}, {heading}"
    assert all((ROOT / name).is_file() for name in cited)


def test_no_file_cites_a_document_outside_the_repository() -> None:
    names = re.compile(r"\b(?:FORMAT|ANCHORING|HOUSE|READER|ENGINE)\.md\b")
    files = [p for folder in ("explainer", "tests", "docs", "content") for p in _texts(folder)]
    assert [
        str(path)
        for path in files
        if names.search(path.read_text(encoding="utf-8", errors="replace"))
    ] == []


def _texts(folder: str) -> list[Path]:
    return [p for p in (ROOT / folder).rglob("*") if p.suffix in (".py", ".md", ".yaml", ".toml")]


@pytest.mark.parametrize("package", sorted(PACKAGES))
def test_every_package_says_what_it_is_for(package: str) -> None:
    tree = ast.parse((ROOT / f"explainer/{package}/__init__.py").read_text(encoding="utf-8"))
    assert ast.get_docstring(tree)


# --- docs/format.md ------------------------------------------------------------------------------

TABLES = {
    "site.toml": Settings,
    "An entry of menu": MenuLink,
    "[build]": BuildSettings,
    "[markdown]": MarkdownSettings,
    "[[ratings]]": RatingSettings,
    "[feeds]": FeedSettings,
    "[search]": SearchSettings,
    "[images]": ImageSettings,
    "[links]": LinkSettings,
    "[security]": SecuritySettings,
    "[publish]": PublishSettings,
    "Front matter": FrontMatter,
    "image": Image,
    "An entry of related": Related,
    "original": Original,
    "An entry of corrections": Correction,
    "Target": Target,
    "A note": Note,
    "A claim": Claim,
    "A piece of evidence": Evidence,
    "An entry of history": RatingChange,
    "An entry of appearances": Appearance,
    "reply": ClaimReply,
    "[[kinds]]": KindSettings,
    "A question": Question,
    "An entry of answers": Answer,
    "A source": Source,
    "A person": Person,
}
"""By a heading of docs/format.md: the class whose keys the table below it has."""


def rows(heading: str) -> list[list[str]]:
    """The first table below a heading of docs/format.md, cell by cell, without its head."""
    text = (ROOT / "docs/format.md").read_text(encoding="utf-8")
    below = re.split(rf"^#+ {re.escape(heading)}$", text, flags=re.MULTILINE)[1]
    table = next(part for part in below.split("\n\n") if part.startswith("|"))
    return [[cell.strip() for cell in row.strip("|").split("|")] for row in table.split("\n")[2:]]


@pytest.mark.parametrize("heading", TABLES)
def test_the_format_has_every_key_and_says_which_are_required(heading: str) -> None:
    kind = TABLES[heading]
    shared = set() if kind is Target else {field.name for field in dataclasses.fields(Target)}
    given = {name for row in rows(heading) for name in re.findall(r"`(\w+)`", row[0])}
    required = {n for r in rows(heading) if "**" in r[0] for n in re.findall(r"`(\w+)`", r[0])}
    fields = [
        f for f in dataclasses.fields(kind) if not (issubclass(kind, Target) and f.name in shared)
    ]
    assert given == {field.name for field in fields}
    missing = dataclasses.MISSING
    assert required == {
        f.name for f in fields if f.default is missing and f.default_factory is missing
    }


def test_the_format_has_the_scale_and_the_choices_of_the_code() -> None:
    scale = [(r[0].strip("`"), r[1], r[2] == "yes") for r in rows("Ratings")]
    assert scale == [
        (r.id, "" if r.value is None else f"{r.value:g}", r.checked) for r in DEFAULT_SCALE
    ]
    text = (ROOT / "docs/format.md").read_text(encoding="utf-8")
    for choices in (Genre, BuiltinKind, Shape, Tone, Stance):
        rows_of_text = (set(re.findall(r"`([\w-]+)`", line)) for line in text.splitlines())
        assert any(set(get_args(choices)) <= names for names in rows_of_text), choices


def test_the_format_has_every_command_and_every_key_of_a_problem() -> None:
    commands = {name for row in rows("Command line") for name in re.findall(r"`(\w+)`", row[0])}
    assert commands == set(main.commands)
    problem = Problem(Location("x"), "bug", "m")
    (row,) = json.loads(as_json([problem]))
    assert {name for r in rows("Problems") for name in re.findall(r"`(\w+)`", r[0])} == set(row)
