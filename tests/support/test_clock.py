"""The day, and when it ends."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from explainer.support import clock


def at(time: str) -> float:
    return datetime.fromisoformat(time).replace(tzinfo=UTC).timestamp()


BERLIN = "Europe/Berlin"
TIMES = [
    ("UTC", "2026-06-01T12:00", "", "2026-06-01T12:00", "2026-06-02T00:00"),
    ("Europe/Berlin", "2026-06-01T12:00", "", "2026-06-01T10:00", "2026-06-01T22:00"),
    ("UTC", "2026-06-01T12:00", "2026-06-01T12:30", "2026-06-01T12:00", "2026-06-01T12:30"),
    ("UTC", "2026-06-01T12:00", "2026-06-03", "2026-06-01T12:00", "2026-06-02T00:00"),
    ("UTC", "2026-06-01T12:00", "2026-07", "2026-06-01T12:00", "2026-06-02T00:00"),
    ("UTC", "2026-06-01T12:00", "2027", "2026-06-01T12:00", "2026-06-02T00:00"),
    # Clocks are set forward from 02:00 to 03:00, so that there is no half past two.
    (BERLIN, "2026-03-29T01:00", "2026-03-29T02:30", "2026-03-29T00:00", "2026-03-29T00:30"),
    # Clocks are set back from 03:00 to 02:00, so that half past two comes twice.
    (BERLIN, "2026-10-25T01:00", "2026-10-25T02:30", "2026-10-24T23:00", "2026-10-25T00:30"),
]  # fmt: skip


@pytest.mark.parametrize(("zone", "now", "later", "began", "until"), TIMES)
def test_until_when_it_is_the_same_day(
    zone: str, now: str, later: str, began: str, until: str
) -> None:
    start, end = clock.same_day(now, [later] if later else [], zone)
    assert start == at(began)
    assert end == pytest.approx(at(until), abs=1e-3)


def test_the_clock_can_be_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1780315200")
    assert clock.seconds() == 1780315200
    assert clock.now("Europe/Berlin") == "2026-06-01T14:00:00"
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "tomorrow")
    assert clock.seconds() > 1780315200
