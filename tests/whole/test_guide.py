"""The guide is correct: its examples work, and its lists agree with the code."""

from __future__ import annotations

import dataclasses
import json
import re
import shlex
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, get_args

import click
import pytest
from click.testing import CliRunner

from explainer.build.options import BuildOptions
from explainer.build.pipeline import build_site
from explainer.cli import main
from explainer.markdown.findings import reported
from explainer.markdown.parser import Markdown, MarkdownOptions
from explainer.model.annotations import (
    AnnotationFile,
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
from explainer.model.documents import Text
from explainer.model.front_matter import Correction, FrontMatter, Image, Original, Related
from explainer.model.problems import Code
from explainer.model.ratings import DEFAULT_SCALE
from explainer.model.scalars import BuiltinKind, Genre
from explainer.model.security import SecuritySettings
from explainer.model.settings import (
    BuildSettings,
    FeedSettings,
    ImageSettings,
    KindSettings,
    LinkSettings,
    MarkdownSettings,
    PublishSettings,
    RatingSettings,
    SearchSettings,
    Settings,
)
from explainer.parse import yaml
from explainer.parse.annotations import read_annotations
from explainer.parse.front_matter import read_article
from explainer.parse.settings import read_settings
from tests import ROOT
from tests.helpers import command_line, folders

GUIDE = ROOT / "content/guide"
PAGES = sorted(GUIDE.glob("*.md"))
TARGET = {"prefix", "suffix", "section"}


@dataclasses.dataclass(frozen=True)
class Fence:
    """A fenced block of a page."""

    language: str
    options: str
    text: str


def fences(page: str) -> Iterator[Fence]:
    text = (GUIDE / page).read_text(encoding="utf-8")
    for found in re.finditer(r"^```(\w+)(?: \{\.([\w-]+)\})?\n(.*?)^```$", text, re.M | re.S):
        yield Fence(found[1], found[2] or "", found[3])


def data_of(text: str, path: str = "x.yaml") -> Any:
    located, problems = yaml.read(Text(path, text))
    assert problems == ()
    assert located is not None
    return located.data


# --- examples ------------------------------------------------------------------------------------


def test_every_page_is_a_chapter() -> None:
    front = data_of((GUIDE / "index.md").read_text(encoding="utf-8").split("---\n")[1])
    assert sorted(front["chapters"]) == [page.name for page in PAGES if page.name != "index.md"]


@pytest.mark.parametrize("page", ["annotating", "claims"])
def test_every_quote_in_an_example_is_on_its_page(page: str) -> None:
    """Entries may have an additional prefix, suffix, or section: the page repeats their words."""
    own = data_of((GUIDE / f"{page}.yaml").read_text(encoding="utf-8"))
    count = 0
    for fence in fences(f"{page}.md"):
        if fence.language != "yaml" or fence.text.startswith("#"):
            continue
        for kind, entries in data_of(fence.text).items():
            if isinstance(entries, dict):
                assert entries.items() <= own[kind].items()
            else:
                for entry in entries:
                    assert any(_is_example(entry, one) for one in own[kind]), entry
            count += len(entries)
    assert count >= 3


def _is_example(example: Mapping[str, Any], entry: Mapping[str, Any]) -> bool:
    more = entry.keys() - example.keys()
    return more <= TARGET and all(entry.get(key) == value for key, value in example.items())


def test_other_examples_are_valid() -> None:
    for fence in fences("sources.md"):
        if fence.language == "yaml":
            _, _, problems = read_annotations(Text("x.yaml", fence.text))
            assert [p for p in problems if p.severity == "error"] == []
    (front,) = (fence for fence in fences("writing.md") if fence.options == "front-matter")
    text = Text("content/a/b.md", f"---\n{front.text}---\n\nText.\n")
    assert read_article(text)[1] == ()
    (toml,) = (fence for fence in fences("writing.md") if fence.options == "toml-front-matter")
    assert read_article(Text("content/a/b.md", f"+++\n{toml.text}+++\n\nText.\n"))[1] == ()
    (bare,) = (fence for fence in fences("writing.md") if fence.options == "without-front-matter")
    assert read_article(Text("content/a/b.md", bare.text))[1] == ()
    (security,) = (fence for fence in fences("embedding.md") if fence.options == "security")
    assert read_settings(Text("site.toml", f'title = "T"\n{security.text}'))[2] == ()
    (settings,) = (fence for fence in fences("settings.md") if fence.options == "settings")
    assert read_settings(Text("site.toml", settings.text))[2] == ()


def test_every_key_has_an_example() -> None:
    """Every key of the format is in an example in the guide."""
    shown: set[str] = set()
    for page in PAGES:
        for fence in fences(page.name):
            if fence.language in ("yaml", "toml"):
                key = r"^\[+([a-z]+)\]|(?:^|[{,]|- )\s*([a-z_]+)(?::| =)"
                shown |= {a or b for a, b in re.findall(key, fence.text, re.MULTILINE)}
    kinds = [
        *(
            Source,
            Person,
            Note,
            Claim,
            Evidence,
            RatingChange,
            Appearance,
            ClaimReply,
            KindSettings,
        ),
        *(Question, Answer, AnnotationFile),
        *(FrontMatter, Image, Related, Original, Correction),
        *(Settings, BuildSettings, MarkdownSettings, RatingSettings),
        *(FeedSettings, SearchSettings, ImageSettings, LinkSettings, PublishSettings),
        SecuritySettings,
    ]
    keys = {field.name for kind in kinds for field in dataclasses.fields(kind)}
    assert keys - shown == set()


# --- lists ---------------------------------------------------------------------------------------


def table(page: str, head: str) -> list[list[str]]:
    """Return the cells of the table whose first line begins with `head`, without that line."""
    text = (GUIDE / page).read_text(encoding="utf-8")
    below = text[text.index("\n\n" + head) + 2 :].split("\n\n")[0].splitlines()[2:]
    return [re.split(r"(?<!\\)\|", line.strip("|")) for line in below]


def names(cell: str) -> list[str]:
    return re.findall(r"`([^`]+)`", cell)


def test_every_problem_is_explained_once() -> None:
    text = (GUIDE / "problems.md").read_text(encoding="utf-8")
    rows = [line for line in text.splitlines() if line.startswith("| `")]
    explained = [name for row in rows for name in names(row.split("|")[1])]
    assert sorted(explained) == sorted(get_args(Code))


def test_lists_agree_with_the_code() -> None:
    scale = [(names(row[0])[0], row[1].strip()) for row in table("claims.md", "| `rating` |")]
    assert scale == [
        (rating.id, "" if rating.value is None else f"{rating.value:g}") for rating in DEFAULT_SCALE
    ]
    kinds = [names(row[0])[0] for row in table("annotating.md", "| `kind` |")]
    assert kinds == list(get_args(BuiltinKind))
    security = {name for row in table("embedding.md", "| key |") for name in names(row[0])}
    assert security == {field.name for field in dataclasses.fields(SecuritySettings)}
    source = {name for row in table("sources.md", "| key |") for name in names(row[0])}
    assert source == {field.name for field in dataclasses.fields(Source)}
    claim = {name for row in table("claims.md", "| key |") for name in names(row[0])}
    fields = {field.name for field in dataclasses.fields(Claim)}
    assert claim == fields - {field.name for field in dataclasses.fields(Target)} | {"quote"}
    text = (GUIDE / "writing.md").read_text(encoding="utf-8")
    genres = re.search(r"^`genre` is (.*?)\. It", text, re.M | re.S)
    assert genres
    assert set(names(genres[1])) == set(get_args(Genre))


def test_the_command_reference_agrees_with_the_program(regen: bool) -> None:
    path = GUIDE / "commands.md"
    if regen:
        path.write_text(command_line.page(), encoding="utf-8")
    assert path.read_text(encoding="utf-8") == command_line.page(), "run this test with --regen"


def commands() -> list[str]:
    pages = [page.name for page in PAGES if page.name != "commands.md"]
    found = [
        line
        for page in pages
        for fence in fences(page)
        if fence.language == "console"
        for line in fence.text.splitlines()
        if line.startswith("explainer ")
    ]
    readme = re.findall(r"^    (explainer .+?)(?:  .*)?$", (ROOT / "README.md").read_text(), re.M)
    return sorted({*found, *readme})


@pytest.mark.parametrize("line", commands())
def test_commands_exist(line: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The commands and their options exist. Nothing is run."""
    monkeypatch.chdir(tmp_path)
    with main.make_context("explainer", shlex.split(line)[1:]) as context:
        # click stores the remaining arguments of a group here, and calls `resolve_command`.
        rest = [*context._protected_args, *context.args]
        name, command, arguments = main.resolve_command(context, rest)
        assert command is not None
        assert isinstance(command.make_context(name, arguments, parent=context), click.Context)


# --- the first steps -----------------------------------------------------------------------------


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A new site with the changes from the page *Start*."""
    monkeypatch.chdir(tmp_path)
    assert CliRunner().invoke(main, ["new", "my-explainers"]).exit_code == 0
    path = tmp_path / "my-explainers/content/leap-years/index.yaml"
    for fence in fences("start.md"):
        if fence.options == "into-starter":
            key, entry = fence.text.split("\n", 1)
            lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
            (line,) = (i for i, each in enumerate(lines) if each.startswith(key))
            lines.insert(line + 1, entry)
            path.write_text("".join(lines), encoding="utf-8")
    return tmp_path / "my-explainers"


def replace(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1, old
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_the_readme_shows_the_example_of_the_guide() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    found = re.search(r"```yaml\n(.*?)```", readme, re.DOTALL)
    assert found
    assert any(fence.text == f"notes:\n{found[1]}" for fence in fences("start.md"))


def test_the_first_steps_make_a_valid_site(site: Path) -> None:
    built = build_site(site, BuildOptions(strict=True))
    assert built.problems == ()
    page = (site / "_site/leap-years/index.html").read_text(encoding="utf-8")
    assert "The oldest people alive were born after 1900." in page
    assert (site / "_site/leap-years/claims/no-leap-day-in-2100/index.html").is_file()


def test_the_first_steps_leave_the_remark_that_the_guide_mentions(site: Path) -> None:
    output = CliRunner().invoke(main, ["--site", str(site), "check", "--format", "json"]).stdout
    remarks = [(row["code"], row["annotation"]) for row in json.loads(output)]
    assert remarks == [("one-side", "no-leap-day-in-2100")]


REWRITTEN = ("index.md", "nobody alive today has seen it fail", "no one alive has seen it fail")
MISTAKES = {
    "start.md": [REWRITTEN],
    "problems.md": [
        REWRITTEN,
        ("index.yaml", "quote: nobody alive today has seen it fail", "quote: 29 February"),
        (
            "index.yaml",
            "rfc-3339\n        stance: supports #",
            "rfc-3340\n        stance: supports #",
        ),
        ("index.yaml", "note: The oldest people alive were", "note: Remember: the oldest were"),
        ("index.md", "Whether the rule", "Whether [the rule](idnex.md)"),
    ],
}
"""The changes to a new site that cause each report on a page, in the order of the page."""


@pytest.mark.parametrize(
    ("page", "number"), [(page, i) for page, those in MISTAKES.items() for i in range(len(those))]
)
def test_mistakes_are_reported_as_the_guide_shows(
    page: str, number: int, site: Path, regen: bool
) -> None:
    name, old, new = MISTAKES[page][number]
    replace(site / "content/leap-years" / name, old, new)
    output = CliRunner().invoke(main, ["--site", str(site), "check", "--quiet"]).stderr
    report = "".join(output.splitlines(keepends=True)[:-1])
    assert report.count(": error[") == 1
    reports = [fence.text for fence in fences(page) if fence.language == "text"]
    assert len(reports) == len(MISTAKES[page])
    if regen:
        text = (GUIDE / page).read_text(encoding="utf-8")
        parts = re.split(r"(?<=^```text\n)(.*?)(?=^```$)", text, flags=re.MULTILINE | re.DOTALL)
        parts[2 * number + 1] = report
        (GUIDE / page).write_text("".join(parts), encoding="utf-8")
    else:
        assert reports[number] == report


def test_the_formulas_can_be_shown() -> None:
    (fence,) = (fence for fence in fences("writing.md") if fence.options == "formulas")
    parser = Markdown(MarkdownOptions(math=True))
    tokens = parser.parse(fence.text)
    assert not list(reported(tokens))
    assert parser.render(tokens).count("<math") == 2


def test_the_audio_and_video_can_be_played(tmp_path: Path) -> None:
    (fence,) = (fence for fence in fences("writing.md") if fence.options == "media")
    files = {
        "site.toml": 'title = "T"\n',
        "content/x/index.md": f"---\ntitle: T\n---\n{fence.text}",
        "content/x/hall.jpg": (ROOT / "tests/sites/pictures/content/turned/wide.jpg").read_bytes(),
        "content/x/speech.vtt": "WEBVTT\n",
        **{f"content/x/{name}": b"x" for name in ("speech.mp4", "speech.txt", "call.mp3")},
    }
    built = build_site(folders.put(tmp_path, files), BuildOptions(jobs=1, write=False))
    assert [problem for problem in built.problems if problem.severity != "info"] == []


def test_punctuation_becomes_what_the_guide_says() -> None:
    part = (GUIDE / "writing.md").read_text().partition("Straight quotation")[2][:900]
    rows = re.findall(r"^\| `(.+)` \| (.+) \|$", part, re.M)
    markdown = Markdown(MarkdownOptions(typographer=True))
    tokens = [markdown.parse_with_marks(text, "en")[0] for _, text in rows]
    shown = ["".join(child.content for child in each[1].children or ()) for each in tokens]
    assert [typed for typed, _ in rows] == [row for _, row in rows]
    assert shown == [
        "“It’s late,” she said.",
        "Paris – or London — in 2020–2021",
        "Well…",
        "explainer build --strict",
    ]
