"""explainer/support/slugs.py: IDs from text."""

from __future__ import annotations

from explainer.support.slugs import make_id


def test_ids_from_text():
    assert make_id("Who rang, and why? Nobody knows for certain", {}, "claim") == (
        "who-rang-and-why-nobody-knows"
    )
    taken = {"who-rang": 0, "who-rang-1": 0}
    assert make_id("Who rang?", taken, "claim") == "who-rang-2"
    assert make_id("Who rang?", taken, "claim") == "who-rang-3"
    assert make_id("Größe zählt", {}, "claim") == "grosse-zahlt"
    assert make_id("לא היה", {"claim": 0}, "claim") == "claim-1"
    assert len(make_id("x" * 300, {}, "claim")) <= 48


def test_existing_ids_are_kept_where_possible():
    assert make_id("Müller:2020", {}, "source", keep=True) == "Muller-2020"
    assert make_id("Smith2020", {"smith2020": 0}, "source", keep=True) == "Smith2020-1"
