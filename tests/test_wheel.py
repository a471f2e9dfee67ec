"""The wheel, in an empty environment, outside the checkout: what a user installs."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests import folders

ROOT = Path(__file__).resolve().parent.parent
pytestmark = pytest.mark.slow


def run(*command: str | Path, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a command that knows nothing of the checkout or of this environment."""
    known = {k: v for k, v in os.environ.items() if k not in ("PYTHONPATH", "VIRTUAL_ENV")}
    return subprocess.run(
        [str(word) for word in command],
        cwd=cwd,
        env={**known, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    command = (sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", folder, ROOT)
    built = run(*command, cwd=folder)
    assert built.returncode == 0, built.stdout + built.stderr
    (wheel,) = folder.glob("*.whl")
    return wheel


@pytest.fixture(scope="module")
def programs(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of programs of an environment into which the wheel was installed."""
    folder = tmp_path_factory.mktemp("environment") / "venv"
    made = run(sys.executable, "-m", "venv", "--without-pip", folder, cwd=folder.parent)
    assert made.returncode == 0, made.stdout + made.stderr
    programs = folder / ("Scripts" if os.name == "nt" else "bin")
    pip = (sys.executable, "-m", "pip", "--python", programs / "python", "install")
    pip = (*pip, "--quiet", "--no-compile", "--disable-pip-version-check")
    pinned = run(*pip, "--require-hashes", "-r", ROOT / "requirements/run.txt", cwd=folder)
    if pinned.returncode:
        why = f"pip could not fetch requirements/run.txt:\n{pinned.stderr}"
        (pytest.fail if os.environ.get("CI") else pytest.skip)(why)
    # Nothing more may be fetched: what the wheel needs is among the pins.
    done = run(*pip, "--no-index", wheel, cwd=folder)
    assert done.returncode == 0, done.stdout + done.stderr
    return programs


def test_the_wheel_holds_the_package_and_nothing_else(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    package = {name for name in names if ".dist-info/" not in name}
    assert all(name.startswith("explainer/") for name in package)
    assert not [name for name in package if "__pycache__" in name or "/tests/" in name]
    # Every file of the checkout is there: templates, styles, languages, the starter's dotfiles.
    for folder, inside in (("explainer", "explainer"), ("themes", "explainer/themes")):
        listed = subprocess.run(
            ["git", "ls-files", folder], cwd=ROOT, capture_output=True, text=True, check=True
        )
        for name in listed.stdout.splitlines():
            if (ROOT / name).is_file():
                assert inside + name.removeprefix(folder) in names


def test_the_built_in_theme_is_found_in_site_packages(programs: Path, tmp_path: Path) -> None:
    program = "from explainer.theme import themes_folder; print(themes_folder())"
    told = Path(run(programs / "python", "-c", program, cwd=tmp_path).stdout.strip())
    assert (told / "default/templates/base.html").is_file()
    assert "site-packages" in told.parts
    assert not told.is_relative_to(ROOT)


def test_a_first_site_outside_the_checkout(programs: Path, tmp_path: Path) -> None:
    explainer = programs / "explainer"
    assert run(explainer, "--version", cwd=tmp_path).returncode == 0
    made = run(explainer, "new", "site", cwd=tmp_path)
    assert made.returncode == 0, made.stderr
    for command in (("build", "--strict"), ("check", "--strict")):
        done = run(explainer, *command, cwd=tmp_path / "site")
        assert done.returncode == 0, done.stderr
        assert "no problems" in done.stderr
    page = tmp_path / "site/_site/leap-years/index.html"
    assert "data-annotation=" in page.read_text(encoding="utf-8")
    assert (tmp_path / "site/_site/assets/style.css").stat().st_size > 1000


def test_the_same_bytes_as_from_the_checkout(programs: Path, tmp_path: Path) -> None:
    run(programs / "explainer", "new", "site", cwd=tmp_path)
    with (tmp_path / "site/site.toml").open("a", encoding="utf-8") as settings:
        # Extras are installed here, and not there.
        settings.write("\n[search]\nenabled = false\n\n[images]\ncards = false\nsizes = false\n")
    run(programs / "explainer", "build", "-o", tmp_path / "installed", cwd=tmp_path / "site")
    program = "from explainer.cli import main; main()"
    command = (sys.executable, "-c", program, "build", "-o", tmp_path / "checkout")
    run(*command, cwd=tmp_path / "site", PYTHONPATH=str(ROOT))
    installed = folders.contents(tmp_path / "installed")
    assert installed
    assert installed == folders.contents(tmp_path / "checkout")
