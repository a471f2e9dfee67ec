"""`explainer rate`, from the command line."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from explainer.cli import main
from tests.helpers import folders

CLAIM = """\
claims:
  - id: {}
    claim: The bridge is old.
    rating: disputed
    checked: 2025-02-10
"""
HEAD = "---\ntitle: T\ndate: 2024-05-01\n---\nText.\n"
FILES = {
    "site.toml": 'title = "T"\ntimezone = "Pacific/Kiritimati"\n\n'
    '[[ratings]]\nid = "half"\nlabel = "Half"\n',
    "content/index.md": "---\ntitle: Home\n---\nText.\n",
    "content/index.yaml": CLAIM.format("home"),
    "content/a/index.md": HEAD,
    "content/a/index.yaml": CLAIM.format("age") + "notes:\n  - {id: other, note: Not a claim.}\n",
    "content/b.md": HEAD,
    "content/b.yaml": CLAIM.format("age"),
    "content/c.md": HEAD,
    "content/c.yaml": CLAIM.format("size"),
}


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1796040000")  # 2026-11-30 in UTC, 12:00
    return folders.put(tmp_path / "site", FILES)


def run(site: Path, *arguments: str, text: str = "") -> Result:
    return CliRunner().invoke(main, ["--site", str(site), "rate", *arguments], input=text)


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("size", "c.yaml"),
        ("c#size", "c.yaml"),
        ("content/c.md#size", "c.yaml"),
        ("a#age", "a/index.yaml"),
        ("content/a/index.yaml#age", "a/index.yaml"),
        ("/#home", "index.yaml"),
        ("index#home", "index.yaml"),
    ],
)
def test_a_claim_is_named(site: Path, name: str, path: str) -> None:
    done = run(site, name, "half")
    assert done.exit_code == 0, done.output
    changed = {p for p, content in folders.contents(site).items() if content != FILES[p].encode()}
    assert changed == {f"content/{path}"}
    text = (site / "content" / path).read_text()
    assert text.startswith(FILES[f"content/{path}"].partition("    rating")[0])
    # The day in the site's time zone.
    assert "    rating: half\n    checked: 2026-12-01\n    history:\n" in text
    assert "      - {date: 2025-02-10, rating: disputed}\n" in text


@pytest.mark.parametrize(
    ("name", "rating", "words"),
    [
        ("size", "fals", "Did you mean `false`? The ratings are: true, mostly-true,"),
        ("size", "False", "Did you mean `false`?"),
        ("age", "true", "several claims have the id `age`. Choose one: `a#age`, `b#age`."),
        ("sizes", "true", "there is no claim `sizes`. Did you mean `c#size`?"),
        ("a#size", "true", "The article's claims are: `age`."),
        ("other", "true", "there is no claim `other`."),
        ("x#size", "true", "there is no article `x`."),
        ("", "true", "there is no claim ``."),
    ],
)
def test_an_unknown_name_gets_the_choices(site: Path, name: str, rating: str, words: str) -> None:
    done = run(site, name, rating)
    assert done.exit_code == 2
    assert words in " ".join(done.output.split())
    assert folders.contents(site) == {path: text.encode() for path, text in FILES.items()}


def test_nothing_is_written_for_the_same_rating(site: Path) -> None:
    before = folders.state(site)
    done = run(site, "size", "disputed")
    assert done.exit_code == 0
    assert "already rated `disputed`" in done.output
    assert folders.state(site) == before


def test_a_review_comes_from_standard_input(site: Path) -> None:
    assert run(site, "size", "true", "--review", "-", text="One.\n\nTwo.\n").exit_code == 0
    assert "    review: |\n      One.\n\n      Two.\n" in (site / "content/c.yaml").read_text()


def test_a_file_with_an_error_is_left_alone(site: Path) -> None:
    text = "claims:\n  - id: size\n    claim: C.\n    rating: [\n"
    (site / "content/c.yaml").write_text(text)
    done = run(site, "size", "true")
    assert done.exit_code == 1
    assert "content/c.yaml:" in done.output
    assert "yaml-syntax" in done.output
    assert (site / "content/c.yaml").read_text() == text


def test_a_date_that_does_not_fit_says_how_to_set_it(site: Path) -> None:
    with (site / "content/c.yaml").open("a") as file:
        file.write("    history:\n      - {date: 2025-02-10, rating: mixed}\n")
    before = folders.contents(site)
    done = run(site, "size", "true")
    assert done.exit_code == 1
    assert "--since" in done.output
    assert folders.contents(site) == before
    assert run(site, "size", "true", "--since", "no date").exit_code == 2
    assert run(site, "size", "true", "--since", "2025-03").exit_code == 0


def test_the_library_has_no_claims_but_may_be_there(site: Path) -> None:
    folders.put(site, {"content/_library.yaml": "people:\n  p: {name: P}\n"})
    assert run(site, "size", "true").exit_code == 0
