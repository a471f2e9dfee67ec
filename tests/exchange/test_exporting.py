"""`explainer export`, format by format."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from explainer.build import store
from tests.exchange.helpers import data_of, imported, run, yaml_of


def test_a_lost_quote_stops_the_export(site: Path) -> None:
    (site / "content/bridge/index.yaml").write_text("notes:\n  - {quote: gone, note: A.}\n")
    result = run(site, "export", "bridge")
    assert result.exit_code == 1
    assert "quote-lost" in result.output


def test_claim_reviews(site: Path) -> None:
    (site / "content/bridge/index.yaml").write_text(
        "claims:\n  - {id: a, claim: One., rating: true}\n  - {id: b, claim: Two., rating: mixed}\n"
    )
    result = run(site, "export", "bridge", "--as", "claimreview")
    assert result.exit_code == 0, result.output
    data = json.loads(result.stdout)
    assert data["@context"] == "https://schema.org"
    assert [(one["@type"], one["url"], one["claimReviewed"]) for one in data["@graph"]] == [
        ("ClaimReview", "https://example.org/base/bridge/claims/a/", "One."),
        ("ClaimReview", "https://example.org/base/bridge/claims/b/", "Two."),
    ]
    (site / "site.toml").write_text('title = "T"\n')
    result = run(site, "export", "bridge", "--as", "claimreview")
    assert result.exit_code == 2
    assert "--base-url" in result.output


def test_an_exported_collection_is_a_web_annotation_collection(site: Path) -> None:
    (site / "content/bridge/index.yaml").write_text(
        "sources:\n  post: {title: Post, type: book}\n"
        "notes:\n  - {quote: nothing, note: A *note*., sources: [post]}\n"
    )
    result = run(site, "export", "bridge")
    data = json.loads(result.stdout)
    assert data["@context"][0] == "http://www.w3.org/ns/anno.jsonld"
    assert data["explainer:sources"] == [{"id": "post", "title": "Post", "type": "book"}]
    (item,) = data["first"]["items"]
    assert item["target"]["source"] == "https://example.org/base/bridge/"
    assert item["body"][0]["value"] == "<p>A <em>note</em>.</p>\n"
    assert item["explainer:entry"]["note"] == "A *note*."
    # What other programs that support the model would read.
    for one in data["first"]["items"]:
        del one["explainer:kind"], one["explainer:entry"]
    (site / "content/bridge/index.yaml").unlink()
    assert imported(site, "w.json", data, "--article", "bridge").exit_code == 0
    assert data_of(yaml_of(site))["notes"] == [{"quote": "nothing", "note": "A *note*."}]


FORMS = ("web-annotation", "claimreview", "csl-json", "bibtex")
SOURCES = "sources:\n  post: {title: Post, type: book}\n"
EVIDENCE = "[{source: post, stance: supports}]"
CLAIM = f"claims:\n  - {{id: a, claim: One., rating: true, evidence: {EVIDENCE}}}\n"
RIVAL = "claims:\n  - {id: b, claim: Two., rating: false, disputes: [bridge#a]}\n"
EDITS = {
    "nothing": ("content/other.md", "# O\n\nWords.\n", 0),
    "another article": ("content/other.md", "# Other\n\nWords.\n", 1),
    "its annotations": ("content/bridge/index.yaml", SOURCES + CLAIM.replace("One", "1"), 1),
    "the library, for none": ("content/_library.yaml", "people:\n  x: {name: X}\n", 0),
    "the library, for one": ("content/_library.yaml", SOURCES, 1),
}


@pytest.mark.parametrize("edit", EDITS)
def test_an_export_uses_what_earlier_ones_have_made(
    site: Path, monkeypatch: pytest.MonkeyPatch, edit: str
) -> None:
    (site / ".explainer").unlink()  # a link to what other tests use, too
    (site / ".explainer").mkdir()
    (site / "content/bridge/index.yaml").write_text(SOURCES + CLAIM)
    (site / "content/other.md").write_text("# O\n\nWords.\n")
    (site / "content/other.yaml").write_text(RIVAL)
    for form in FORMS:
        result = run(site, "export", "bridge", "--as", form)
        assert result.exit_code == 0, result.output
    result = run(site, "build")
    assert result.exit_code == 0, result.output
    made: list[str] = []
    make = store.make_article
    monkeypatch.setattr(
        store, "make_article", lambda document, *rest: made.append("") or make(document, *rest)
    )
    path, text, number = EDITS[edit]
    (site / path).write_text(text)
    found = [run(site, "export", "bridge", "--as", form).stdout for form in FORMS]
    assert len(made) == number
    shutil.rmtree(site / ".explainer")
    assert found == [run(site, "export", "bridge", "--as", form).stdout for form in FORMS]
    assert len(made) == number + 2 * len(FORMS)


def test_an_article_without_annotations(site: Path) -> None:
    for form in ("web-annotation", "csl-json", "bibtex", "claimreview"):
        result = run(site, "export", "bridge", "--as", form)
        assert result.exit_code == 0, result.output
