""".pre-commit-hooks.yaml: the hooks that sites can use."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner

from explainer.cli import main
from tests import ROOT
from tests.helpers.repository import git, isolate
from tests.helpers.site_history import change, make

HOOKS: list[dict[str, Any]] = yaml.safe_load(
    (ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8")
)


@pytest.mark.parametrize("hook", HOOKS, ids=lambda hook: hook["id"])
def test_a_hook_runs_before_a_commit(
    hook: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    isolate(monkeypatch, tmp_path)
    site = make(tmp_path / "site")
    monkeypatch.chdir(site)
    assert hook.keys() >= {"id", "name", "entry", "language"}  # what pre-commit requires
    assert (hook["entry"], hook["language"], hook["pass_filenames"]) == (
        "explainer",
        "python",
        False,
    )

    def passes() -> bool:
        done = CliRunner().invoke(main, hook["args"])
        assert done.exit_code in (0, 1), done.output
        return done.exit_code == 0

    assert passes()
    change(site, "mill.yaml", "rating: disputed", "rating: false")
    assert passes() == ("--against" not in hook["args"])
    change(site, "mill.md", "the old town", "the new town")
    assert not passes()
    git(site, "checkout", "--quiet", "--", ".")
    # The files that start it.
    for name in ("site.toml", "docs/site.toml", "content/a.md", "docs/content/b/c.yaml"):
        assert re.search(hook["files"], name)
    for name in ("README.md", "my-site.toml", "discontent/a.md"):
        assert not re.search(hook["files"], name)
