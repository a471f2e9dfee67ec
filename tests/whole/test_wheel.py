"""What a user installs: the wheel and the sdist, in an empty environment outside the checkout."""

from __future__ import annotations

import json
import subprocess
import sys
import tarfile
import urllib.request
import zipfile
from pathlib import Path
from typing import Any

import pytest

from tests import ROOT
from tests.helpers import folders, installed, serving
from tests.helpers.installed import Packed, run

pytestmark = pytest.mark.slow

WIDE = ROOT / "tests/sites/pictures/content/turned/wide.jpg"


def tracked(*names: str) -> list[str]:
    """Return the files of the checkout, including those that are not committed yet."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", *names]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, encoding="utf-8", check=True)
    return [name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]


# --- contents ------------------------------------------------------------------------------------


def test_the_wheel_contains_only_the_package(packed: Packed) -> None:
    names = set(zipfile.ZipFile(packed.wheel).namelist())
    package = {name for name in names if ".dist-info/" not in name}
    assert all(name.startswith("explainer/") for name in package)
    assert not [name for name in package if "__pycache__" in name or "/tests/" in name]
    # Every file of the checkout is in it: templates, styles, languages, the starter's dotfiles.
    for folder, inside in (("explainer", "explainer"), ("themes", "explainer/themes")):
        for name in tracked(folder):
            assert inside + name.removeprefix(folder) in names
    assert "explainer/py.typed" in names


def test_the_sdist_contains_only_the_repository(packed: Packed) -> None:
    with tarfile.open(packed.sdist) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    assert names == {*tracked(), "PKG-INFO"}


def test_the_sdist_and_the_checkout_build_the_same_wheel(packed: Packed, tmp_path: Path) -> None:
    for name in ("unpacked", "one", "other"):
        (tmp_path / name).mkdir()
    # Python has the filter since 3.11.4. Versions 3.12 and 3.13 warn if it is not specified.
    safely: Any = {"filter": "data"} if hasattr(tarfile, "data_filter") else {}
    with tarfile.open(packed.sdist) as archive:
        archive.extractall(tmp_path / "unpacked", **safely)
    (source,) = (tmp_path / "unpacked").iterdir()

    def held(wheel: Path) -> dict[str, bytes]:
        with zipfile.ZipFile(wheel) as archive:
            return {name: archive.read(name) for name in archive.namelist()}

    there = held(packed.wheel)
    assert held(installed.build("wheel", ROOT, tmp_path / "one")) == there
    assert held(installed.build("wheel", source, tmp_path / "other")) == there


# --- the wheel, installed ------------------------------------------------------------------------


def test_the_built_in_theme_is_found_in_site_packages(programs: Path, tmp_path: Path) -> None:
    program = "from explainer.support.stamps import themes_folder; print(themes_folder())"
    themes = Path(run(programs / "python", "-c", program, cwd=tmp_path).stdout.strip())
    assert (themes / "default/templates/base.html").is_file()
    assert "site-packages" in themes.parts
    assert not themes.is_relative_to(ROOT)


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Environment variables for a machine without any programs, such as git and chromium."""
    empty = tmp_path_factory.mktemp("no programs")
    (empty / "home").mkdir()
    return {"PATH": str(empty), "HOME": str(empty / "home"), "USERPROFILE": str(empty / "home")}


def test_a_first_site_on_a_bare_machine(
    programs: Path, bare: dict[str, str], tmp_path: Path
) -> None:
    explainer = programs / "explainer"
    assert run(explainer, "--version", cwd=tmp_path, **bare).returncode == 0
    made = run(explainer, "new", "site", cwd=tmp_path, **bare)
    assert (made.returncode, made.stderr) == (0, "")
    site = tmp_path / "site"
    for command in (("build", "--strict"), ("check", "--strict")):
        done = run(explainer, *command, cwd=site, **bare)
        assert done.returncode == 0, done.stderr
        assert "no problems" in done.stderr
    page = site / "_site/leap-years/index.html"
    assert "data-annotation=" in page.read_text(encoding="utf-8")
    assert (site / "_site/assets/style.css").stat().st_size > 1000
    environment = {**bare, "PYTHONPATH": ""}
    with serving.served(site, env=environment, program=[str(explainer)]) as server:
        with urllib.request.urlopen(f"{server.url}leap-years/", timeout=20) as answer:
            assert b"data-annotation=" in answer.read()
        assert server.end() == 0, server.lines
    assert not [line for line in server.lines if "Traceback" in line or "rror" in line]
    done = run(explainer, "publish", cwd=site, **bare)
    assert done.returncode == 2
    assert "git is not installed" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_same_bytes_as_from_the_checkout(programs: Path, tmp_path: Path) -> None:
    run(programs / "explainer", "new", "site", cwd=tmp_path)
    with (tmp_path / "site/site.toml").open("a", encoding="utf-8") as settings:
        # Extras are installed in this environment, but not in the other.
        settings.write("\n[search]\nenabled = false\n\n[images]\ncards = false\nsizes = false\n")
    run(programs / "explainer", "build", "-o", tmp_path / "installed", cwd=tmp_path / "site")
    program = "from explainer.cli import main; main()"
    command = (sys.executable, "-c", program, "build", "-o", tmp_path / "checkout")
    run(*command, cwd=tmp_path / "site", PYTHONPATH=str(ROOT))
    found = folders.contents(tmp_path / "installed")
    assert found
    assert found == folders.contents(tmp_path / "checkout")


# --- without extras ------------------------------------------------------------------------------


def test_a_missing_extra_is_named(programs: Path, tmp_path: Path) -> None:
    """Each message has the command to install the extra, and the site is built without it."""
    explainer = programs / "explainer"
    run(explainer, "new", "site", cwd=tmp_path)
    site = tmp_path / "site"
    settings = (site / "site.toml").read_text(encoding="utf-8")
    article = site / "content/leap-years/index.md"
    text = article.read_text(encoding="utf-8")
    article.write_text(f"{text}\n![A wide picture](wide.jpg)\n", encoding="utf-8")
    (site / "content/leap-years/wide.jpg").write_bytes(WIDE.read_bytes())

    def output(*command: str, code: int = 0) -> str:
        done = run(explainer, *command, cwd=site)
        assert done.returncode == code, done.stderr
        assert "Traceback" not in done.stdout + done.stderr
        return done.stderr

    # By default, missing extras are ignored; `check` reports pictures that are large for phones.
    assert "pip install" not in output("build", "--strict")
    assert "wide-pictures" in (checked := output("check", "--strict"))
    assert '  hint: install it: pip install "explainer-ssg[images]"\n' in checked

    (site / "site.toml").write_text(
        f"{settings}\n[search]\nenabled = true\n\n[images]\ncards = true\nsizes = true\n",
        encoding="utf-8",
    )
    for command in ("build", "check"):
        checked = output(command)
        assert checked.count("warning[search-missing]") == 1
        assert checked.count('pip install "explainer-ssg[search]"') == 1
        assert checked.count("info[extra-missing]") == 2
        assert checked.count('pip install "explainer-ssg[images]"') == 2
    assert (site / "_site/leap-years/index.html").is_file()
    assert output("check", "--links", code=2) == (
        'Error: --links needs the extra `links`. Install it: pip install "explainer-ssg[links]"\n'
    )
    assert "extra-missing" in output("build", "--strict", code=1)


# --- pip, pipx and uv ----------------------------------------------------------------------------

INSTALLERS = {
    "pip": ("pip", "install", "--quiet"),
    "pipx": ("pipx", "install", "--quiet"),
    "uv": ("uv", "tool", "install", "--quiet"),
}
OFFLINE = (
    "certificate",
    "connection",
    "dns error",
    "error sending request",
    "name resolution",
    "network",
)
"""Messages of installers, in lower case, if they cannot reach an index or do not trust it."""
COMMANDS = {"pip": "pip install", "pipx": "pipx install --force", "uv": "uv tool install"}


@pytest.mark.parametrize("kind", ["wheel", "sdist"])
@pytest.mark.parametrize("name", INSTALLERS)
def test_installers(name: str, kind: str, packed: Packed, tmp_path: Path) -> None:
    """Except for pip, the installer creates the environment itself. Versions are pinned."""
    home = tmp_path / "Mein Rechner"
    home.mkdir()
    environment = {
        **installed.constraints(tmp_path),
        "PIPX_HOME": str(home / "pipx"),
        "PIPX_BIN_DIR": str(home / "bin"),
        "PIPX_MAN_DIR": str(home / "man"),
        "PIPX_DEFAULT_PYTHON": sys.executable,
        "UV_TOOL_DIR": str(home / "uv"),
        "UV_TOOL_BIN_DIR": str(home / "bin"),
        "UV_PYTHON": sys.executable,
        "UV_PYTHON_DOWNLOADS": "never",
        "UV_SYSTEM_CERTS": "true",  # as pip does; uv's own list lacks a company's certificates
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
    }
    module, *words = INSTALLERS[name]
    if run(sys.executable, "-m", module, "--version", cwd=home).returncode:
        installed.missing(f"{module} is not installed")
    if name == "pip":
        run(sys.executable, "-m", "venv", "--without-pip", home / "pip", cwd=home)
        programs = home / "pip" / installed.PROGRAMS
        words = ["--python", str(programs / "python"), *words]
    else:
        programs = home / "bin"
    command = (sys.executable, "-m", module, *words, getattr(packed, kind))
    done = run(*command, cwd=home, **environment)
    if done.returncode and _is_offline(done.stderr):
        installed.missing(f"{name} could not reach the package index:\n{done.stderr}")
    assert done.returncode == 0, done.stdout + done.stderr

    explainer = programs / "explainer"
    assert run(explainer, "new", "Erste Übung", cwd=home).returncode == 0
    built = run(explainer, "build", "--strict", cwd=home / "Erste Übung")
    assert built.returncode == 0, built.stderr
    done = run(explainer, "check", "--links", cwd=home / "Erste Übung")
    assert done.returncode == 2
    assert f'{COMMANDS[name]} "explainer-ssg[links]"' in done.stderr
    folder = {"pip": "pip", "pipx": "pipx/venvs/explainer-ssg", "uv": "uv/explainer-ssg"}[name]
    assert _versions(home / folder) == installed.pins()


def _is_offline(words: str) -> bool:
    """Return whether an installer failed because it could not reach an index."""
    return any(each in words.lower() for each in OFFLINE)


def _versions(environment: Path) -> dict[str, str]:
    """Return the versions of installed packages by name, except explainer and pip."""
    program = (
        "import importlib.metadata as m, json;"
        "print(json.dumps({d.name: d.version for d in m.distributions()}))"
    )
    done = run(environment / installed.PROGRAMS / "python", "-c", program, cwd=environment)
    found = {
        name.lower().replace("_", "-"): version for name, version in json.loads(done.stdout).items()
    }
    del found["explainer-ssg"]
    return {name: version for name, version in found.items() if name not in ("pip", "setuptools")}


@pytest.mark.parametrize("python", ["3.11", "3.14"])
@pytest.mark.parametrize("platform", ["linux", "macos", "x86_64-apple-darwin", "windows"])
def test_everything_is_installed_from_wheels(platform: str, python: str, tmp_path: Path) -> None:
    """Building a package runs its code, and fetches a build backend that no hash protects."""
    words = ("--dry-run", "--only-binary", ":all:", "--require-hashes", "--target", tmp_path)
    pins = ROOT / "requirements/extras.txt"
    machine = ("--python-platform", platform, "--python-version", python)
    command = (sys.executable, "-m", "uv", "pip", "install", *words, *machine, "-r", pins)
    done = run(*command, cwd=tmp_path, UV_SYSTEM_CERTS="true", UV_PYTHON_DOWNLOADS="never")
    if done.returncode and _is_offline(done.stderr):
        installed.missing(f"uv could not reach the package index:\n{done.stderr}")
    assert done.returncode == 0, done.stderr
