"""`explainer export`, format by format."""

from __future__ import annotations

import json
from pathlib import Path

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


def test_an_article_without_annotations(site: Path) -> None:
    for form in ("web-annotation", "csl-json", "bibtex", "claimreview"):
        result = run(site, "export", "bridge", "--as", form)
        assert result.exit_code == 0, result.output
