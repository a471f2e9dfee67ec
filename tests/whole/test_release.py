"""The release: the workflows of this repository, and the checks on a tag."""

from __future__ import annotations

import re
import runpy
import subprocess
import sys
from typing import Any

import pytest
import yaml

from explainer import __version__
from tests import ROOT

RELEASE = runpy.run_path(str(ROOT / ".ci/release.py"))
PACKAGE = '"""A package."""\n\n__version__ = "1.2.0"\n'
CHANGES = """# Changes

## 1.2.0 (2026-12-01)

- A new thing.
- Another.

## 1.1.0 (2026-11-01)

- An old thing.
"""


def test_the_section_of_a_tag() -> None:
    notes = RELEASE["notes"]
    assert notes("v1.2.0", PACKAGE, CHANGES) == "- A new thing.\n- Another.\n"
    older = PACKAGE.replace("1.2.0", "1.1.0")
    assert notes("v1.1.0", older, CHANGES) == "- An old thing.\n"


@pytest.mark.parametrize(
    ("tag", "changes", "why"),
    [
        ("v1.3.0", CHANGES, "has version 1.2.0"),
        ("1.2.0", CHANGES, "has version 1.2.0"),
        ("v1.2", CHANGES, "has version 1.2.0"),
        ("v1.2.0", CHANGES.replace("1.2.0", "1.2.0rc1"), "no section"),
        (
            "v1.2.0",
            CHANGES.replace("(2026-12-01)", "(unreleased)"),
            "write `## 1.2.0 (YYYY-MM-DD)`",
        ),
        ("v1.2.0", CHANGES.replace("- A new thing.\n- Another.\n", ""), "for 1.2.0 is empty"),
    ],
)
def test_a_mismatched_release_is_refused(tag: str, changes: str, why: str) -> None:
    with pytest.raises(RELEASE["NotReadyError"], match=re.escape(why)):
        RELEASE["notes"](tag, PACKAGE, changes)


def test_the_release_script() -> None:
    command = [sys.executable, ROOT / ".ci/release.py"]
    done = subprocess.run([*command, "v0.0.0"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (1, "")
    assert __version__ in done.stderr
    assert subprocess.run(command, capture_output=True, check=False).returncode == 2


def test_the_changelog_is_well_formed() -> None:
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    heads = re.findall(r"^## (.*)$", text, re.MULTILINE)
    assert heads, "there is a section"
    assert heads[0].split(" ")[0] == __version__, "the newest version comes first"
    dates = []
    for number, head in enumerate(heads):
        found = re.fullmatch(r"\d+\.\d+\.\d+ \((\d{4}-\d\d-\d\d|unreleased)\)", head)
        assert found, head
        assert found[1] != "unreleased" or number == 0
        dates.append(found[1])
    assert dates == sorted(dates, reverse=True)


# --- the workflows -------------------------------------------------------------------------------


def workflow(name: str) -> dict[Any, Any]:
    found: dict[Any, Any] = yaml.safe_load(
        (ROOT / ".github/workflows" / name).read_text(encoding="utf-8")
    )
    return found


def steps(name: str) -> list[dict[str, Any]]:
    return [step for job in workflow(name)["jobs"].values() for step in job["steps"]]


@pytest.mark.parametrize("name", ["ci.yml", "release.yml"])
def test_no_expression_is_expanded_in_a_shell_script(name: str) -> None:
    for step in steps(name):
        assert "${{" not in step.get("run", "")
        if step.get("uses", "").startswith("actions/checkout@"):
            assert step["with"]["persist-credentials"] is False


def test_each_job_has_minimal_permissions() -> None:
    assert workflow("ci.yml")["permissions"] == {"contents": "read"}
    assert all("permissions" not in job for job in workflow("ci.yml")["jobs"].values())
    release = workflow("release.yml")
    assert release["permissions"] == {}
    jobs = release["jobs"]
    assert {name: job["permissions"] for name, job in jobs.items()} == {
        "build": {"contents": "read"},
        "pypi": {"id-token": "write"},
        "github": {"contents": "write"},
    }
    assert jobs["pypi"]["environment"]["name"] == "pypi"
    assert (jobs["pypi"]["needs"], jobs["github"]["needs"]) == ("build", "pypi")
    assert "run" not in str([step.keys() for step in jobs["pypi"]["steps"]]), "none of our code"


def test_the_same_action_has_one_version_everywhere() -> None:
    """Includes `pages.yml`, which users get, so that versions are updated together."""
    found: dict[str, set[str]] = {}
    for path in (ROOT / ".github/workflows").iterdir():
        for step in steps(path.name):
            action, _, version = step.get("uses", "").partition("@")
            found.setdefault(action, set()).add(version)
    assert {"actions/checkout", "actions/setup-python", "actions/upload-artifact"} <= set(found)
    assert [action for action, versions in found.items() if len(versions) > 1] == []
