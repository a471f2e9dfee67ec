"""explainer.model.report_for_ci: annotations of GitHub, and SARIF."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from explainer.cli import main
from explainer.model.location import Location
from explainer.model.problems import Problem, RelatedLocation
from explainer.model.report import as_json
from explainer.model.report_for_ci import as_github, as_sarif
from tests.helpers import folders

PROBLEMS = [
    Problem(Location("content/a, b.md"), "no-front-matter", "100 %: `x`", "", "info"),
    Problem(
        Location("content/ü:1.yaml", 3, 7),
        "quote-lost",
        "not there\x1b",
        "one\ntwo, three::four",
        annotation="flood",
        related=(RelatedLocation(Location("content/b.md", 2), "here"),),
    ),
    Problem(Location("content/c.yaml", 9), "unused-source", "not used", "remove it", "warning"),
    Problem(Location("/abs/d.yaml", 1, 1), "quote-lost", "not there"),
]
ROWS = json.loads(as_json(PROBLEMS))


def test_github_commands() -> None:
    assert as_github(ROWS, "docs/site/").splitlines() == [
        "::error file=docs/site/content/ü%3A1.yaml,title=explainer%3A quote-lost,line=3,col=7"
        "::not there<U+001B>%0Aone%0Atwo, three::four",
        "::error file=/abs/d.yaml,title=explainer%3A quote-lost,line=1,col=1::not there",
        "::warning file=docs/site/content/c.yaml,title=explainer%3A unused-source,line=9"
        "::not used%0Aremove it",
        "::notice file=docs/site/content/a%2C b.md,title=explainer%3A no-front-matter"
        "::100 %25: `x`",
    ]
    assert as_github([]) == ""


# What the schema of SARIF 2.1.0 requires of the objects that we write, and the types of what they
# may have: https://docs.oasis-open.org/sarif/sarif/v2.1.0/os/schemas/sarif-schema-2.1.0.json
OBJECTS: Mapping[str, tuple[set[str], Mapping[str, Any]]] = {
    "log": ({"version", "runs"}, {"$schema": str, "version": {"2.1.0"}, "runs": ["run"]}),
    "run": (
        {"tool"},
        {
            "tool": "tool",
            "columnKind": {"unicodeCodePoints", "utf16CodeUnits"},
            "results": ["result"],
        },
    ),
    "tool": ({"driver"}, {"driver": "driver"}),
    "driver": ({"name"}, {"name": str, "version": str, "informationUri": str, "rules": ["rule"]}),
    "rule": ({"id"}, {"id": str, "shortDescription": "message"}),
    "result": (
        {"message"},
        {
            "ruleId": str,
            "ruleIndex": int,
            "level": {"none", "note", "warning", "error"},
            "message": "message",
            "locations": ["location"],
            "relatedLocations": ["location"],
            "properties": dict,
        },
    ),
    "message": ({"text"}, {"text": str}),
    "location": (
        set(),
        {"id": int, "physicalLocation": "physicalLocation", "message": "message"},
    ),
    "physicalLocation": (
        {"artifactLocation"},
        {"artifactLocation": "artifactLocation", "region": "region"},
    ),
    "artifactLocation": (set(), {"uri": str}),
    "region": (set(), {"startLine": int, "startColumn": int}),
}


def wrong(value: Any, kind: Any, path: str = "log") -> Iterator[str]:
    """Yield what is not as the table says."""
    if isinstance(kind, list):
        for i, each in enumerate(value):
            yield from wrong(each, kind[0], f"{path}[{i}]")
    elif isinstance(kind, set):
        if value not in kind:
            yield f"{path}: {value}"
    elif isinstance(kind, type):
        if not isinstance(value, kind) or (kind is int and value < 0):
            yield f"{path}: {value}"
    else:
        required, keys = OBJECTS[kind]
        yield from (f"{path}.{key} is missing" for key in required - value.keys())
        for key, each in value.items():
            if key in keys:
                yield from wrong(each, keys[key], f"{path}.{key}")
            else:
                yield f"{path}.{key} is unknown"


def test_sarif_keeps_to_its_schema() -> None:
    for rows in (ROWS, []):
        assert list(wrong(json.loads(as_sarif(rows)), "log")) == []
    assert list(wrong({"version": "2.1.0", "runs": [{"tool": {}}]}, "log")) == [
        "log.runs[0].tool.driver is missing"
    ], "the table can find something"


def test_sarif() -> None:
    (run,) = json.loads(as_sarif(ROWS, "docs/"))["runs"]
    assert [rule["id"] for rule in run["tool"]["driver"]["rules"]] == [
        "no-front-matter",
        "quote-lost",
        "unused-source",
    ]
    remark, error, warning, other = run["results"]
    assert [each["level"] for each in run["results"]] == ["note", "error", "warning", "error"]
    assert [each["ruleIndex"] for each in run["results"]] == [0, 1, 2, 1]
    assert error["locations"] == [
        {
            "physicalLocation": {
                "artifactLocation": {"uri": "docs/content/%C3%BC:1.yaml"},
                "region": {"startLine": 3, "startColumn": 7},
            }
        }
    ]
    assert error["message"] == {"text": "not there<U+001B>\none\ntwo, three::four"}
    assert error["relatedLocations"][0]["message"] == {"text": "here"}
    assert error["properties"] == {"annotation": "flood"}
    place = remark["locations"][0]["physicalLocation"]
    assert place["artifactLocation"] == {"uri": "docs/content/a,%20b.md"}
    assert place["region"] == {"startLine": 1}
    assert warning["message"]["text"] == "not used\nremove it"
    assert other["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "/abs/d.yaml"


@pytest.mark.parametrize("command", ["build", "check"])
def test_the_commands_write_them(tmp_path: Path, command: str) -> None:
    files = {
        "site.toml": 'title = "T"\n',
        "content/a.md": "---\ntitle: A\n---\n\nText.\n",
        "content/a.yaml": "notes:\n  - {quote: not there, note: N.}\n",
    }
    site = folders.put(tmp_path / "top/docs", files)
    (tmp_path / "top/.git").mkdir()
    for _ in range(2):  # the second run may know the result of the first
        done = CliRunner().invoke(main, ["--site", str(site), command, "--format", "github"])
        assert done.exit_code == 1
        assert done.stdout.startswith("::error file=docs/content/a.yaml,title=explainer%3A quote-l")
        assert "1 error" in done.stderr
        done = CliRunner().invoke(main, ["--site", str(site), command, "--format", "sarif"])
        assert done.exit_code == 1
        assert list(wrong(json.loads(done.stdout), "log")) == []
    (site / "content/a.yaml").unlink()
    done = CliRunner().invoke(main, ["--site", str(site), command, "--format", "github"])
    assert (done.exit_code, done.stdout) == (0, "")
