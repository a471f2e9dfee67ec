"""Messages about missing extras. tests/whole/test_wheel.py has an environment without them."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from explainer.build.options import BuildOptions
from explainer.check.check import CheckOptions, check_site
from explainer.support import extras
from tests import TESTS
from tests.helpers import folders

PICTURES = TESTS / "sites/pictures/content/turned"


@pytest.fixture
def nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Simulate an environment without extras."""
    for module in ("PIL", "httpx", "pagefind_bin", "latex2mathml"):
        for name in [name for name in sys.modules if name.partition(".")[0] == module]:
            monkeypatch.delitem(sys.modules, name)
        monkeypatch.setitem(sys.modules, module, None)


@pytest.mark.usefixtures("nothing")
def test_the_install_command_matches_the_installer(tmp_path: Path) -> None:
    assert extras.install("links", tmp_path) == 'pip install "explainer-ssg[links]"'
    folders.put(tmp_path, {"pipx/pipx_metadata.json": "{}", "uv/uv-receipt.toml": ""})
    command = extras.install("links", tmp_path / "pipx")
    assert command == 'pipx install --force "explainer-ssg[links]"'
    command = extras.install("links", tmp_path / "uv")
    assert command == 'uv tool install "explainer-ssg[links]"'


def test_pipx_and_uv_commands_keep_installed_extras(tmp_path: Path) -> None:
    pytest.importorskip("PIL")
    pytest.importorskip("pagefind_bin")
    folders.put(tmp_path, {"uv/uv-receipt.toml": ""})
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(sys.modules, "httpx", None)
        patch.setitem(sys.modules, "latex2mathml", None)
        command = extras.install("images", tmp_path / "uv")
        assert command == 'uv tool install "explainer-ssg[images,search]"'
        assert extras.install("images", tmp_path) == 'pip install "explainer-ssg[images]"'


def asked(root: Path) -> list[str]:
    built = check_site(root, BuildOptions(jobs=1, strict=True), CheckOptions())
    assert not built.failed
    found = [problem for problem in built.problems if problem.code == "wide-pictures"]
    assert all(problem.severity == "info" for problem in found)
    return [f"{problem.message}\n{problem.hint}" for problem in found]


def site(root: Path, settings: str = "") -> Path:
    text = "---\ntitle: T\n---\n![Wide](wide.jpg)\n\n![Small](small.png)\n"
    return folders.put(
        root,
        {
            "site.toml": f'title = "T"\n{settings}',
            "content/a/index.md": text,
            "content/a/wide.jpg": (PICTURES / "wide.jpg").read_bytes(),
            "content/a/small.png": (PICTURES / "small (1).png").read_bytes(),
        },
    )


@pytest.mark.usefixtures("nothing")
def test_wide_pictures_are_reported(tmp_path: Path) -> None:
    (said,) = asked(site(tmp_path))
    assert said == (
        "phones load `wide.jpg` at full width; the extra `images` makes narrower versions\n"
        'install it: pip install "explainer-ssg[images]"\n'
        "or, if you do not want narrower versions, set `sizes = false` in [images]"
    )


@pytest.mark.usefixtures("nothing")
def test_no_report_if_the_feature_is_off(tmp_path: Path) -> None:
    assert asked(site(tmp_path, "[images]\nsizes = false\n")) == []


def test_no_report_if_the_extra_is_installed(tmp_path: Path) -> None:
    pytest.importorskip("PIL")
    assert asked(site(tmp_path)) == []
