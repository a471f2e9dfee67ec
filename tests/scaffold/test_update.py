"""`explainer new --update`: what it shows, changes, and leaves alone."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner

from explainer import __version__
from explainer.cli import main
from explainer.scaffold import update
from explainer.scaffold.site import WORKFLOWS
from tests.helpers import folders

WORKFLOW = ".github/workflows/pages.yml"
OLD = "name: Pages\non: push\nenv:\n  SITE: . # the folder\n"


@pytest.fixture
def site(tmp_path: Path) -> Path:
    folder = tmp_path / "site"
    run("new", folder)
    return folder


def run(*arguments: str | Path, text: str | None = None) -> str:
    result = CliRunner().invoke(main, [str(word) for word in arguments], input=text)
    assert result.exception is None, result.output
    return result.output


def test_a_new_site_is_up_to_date(site: Path) -> None:
    before = folders.state(site)
    assert run("new", "--update", site) == "The starter files are up to date.\n"
    assert run("new", "--update", "--write", site) == "The starter files are up to date.\n"
    assert folders.state(site) == before


def test_the_default_is_the_site_around_the_current_folder(
    site: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(site / "content")
    assert run("new", "--update") == "The starter files are up to date.\n"


def test_an_old_site_is_shown_and_left_alone(site: Path) -> None:
    age(site)
    before = folders.state(site)
    shown = run("new", "--update", site)
    assert folders.state(site) == before
    assert f"+explainer-ssg=={__version__}" in shown
    assert "-explainer-ssg==0.0.1" in shown
    assert "-explainer-ssg[search]==0.0.1" in shown
    assert "+/.explainer/" in shown
    assert "+# yaml-language-server: $schema=../../.explainer/annotations.schema.json" in shown
    assert "+#:schema .explainer/site.schema.json" in shown
    assert shown.endswith("To update these files, add --write.\n")


def test_only_explainers_own_lines_change(site: Path) -> None:
    age(site)
    run("new", "--update", "--write", site)
    assert (
        site / "explainer.txt"
    ).read_text() == f"mine==1\nexplainer-ssg=={__version__} # pinned\n"
    assert (site / ".gitignore").read_text() == (
        "mine/\n/_site/\n/.explainer/\n.explainer-staging-*/\n.venv/\n.DS_Store\n"
        "*~\n\\#*#\n.#*\n~$*\n*.bak\n*.orig\n*.rej\n*.sw[nop]\n*.tmp\n*___jb_*\n"
        "Thumbs.db\ndesktop.ini\n"
    )
    settings = (site / "site.toml").read_bytes()
    assert settings == b'\xef\xbb\xbf#:schema .explainer/site.schema.json\r\ntitle = "Mine"\r\n'
    notes = (site / "content/leap-years/index.yaml").read_text()
    assert notes == (
        "# yaml-language-server: $schema=../../.explainer/annotations.schema.json\n# mine\n"
    )
    assert run("new", "--update", site) == "The starter files are up to date.\n"


def age(site: Path) -> None:
    """Make a site look like one of an earlier version, with the author's own lines."""
    folders.put(
        site,
        {
            "requirements.txt": "# old\nexplainer-ssg[search]==0.0.1\nclick==8.0\n",
            "explainer.txt": "mine==1\nexplainer-ssg==0.0.1 # pinned\n",
            ".gitignore": "mine/\n/_site/",
            "site.toml": b'\xef\xbb\xbftitle = "Mine"\r\n',
            "content/leap-years/index.yaml": "# yaml-language-server: $schema=old.json\n# mine\n",
            "content/data.yaml": "no annotation file: it has no article\n",
        },
    )


def test_an_earlier_workflow_is_replaced_and_keeps_its_folder(
    site: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = frozenset({update.edition_hash(OLD)})
    monkeypatch.setattr(update, "known_editions", lambda: known)
    (site / WORKFLOW).write_text(OLD.replace(".", "docs"))
    assert run("new", "--update", "--write", site).endswith(f"updated  {site / WORKFLOW}\n")
    text = (site / WORKFLOW).read_text()
    assert "  SITE: docs #" in text
    assert "upload-pages-artifact" in text


def test_a_changed_workflow_is_kept_without_a_terminal(site: Path) -> None:
    path = site / WORKFLOW
    path.write_text(path.read_text() + "# mine\n")
    before = path.read_bytes()
    output = run("new", "--update", "--write", site)
    assert "-# mine\n" in output, "it is shown"
    assert output.endswith(f"kept     {path} (you have changed it)\n")
    assert path.read_bytes() == before


@pytest.mark.parametrize("answer", ["y", "n"])
def test_a_changed_workflow_prompts_at_a_terminal(
    answer: str, site: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from explainer.cli import scaffold

    path = site / WORKFLOW
    path.write_text(path.read_text() + "# mine\n")
    monkeypatch.setattr(scaffold, "_is_terminal", lambda: True)
    run("new", "--update", "--write", site, text=f"{answer}\n")
    assert ("# mine" in path.read_text()) == (answer == "n")


def test_line_endings_are_ignored(site: Path) -> None:
    path = site / WORKFLOW
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert run("new", "--update", site) == "The starter files are up to date.\n"


def test_the_workflow_of_a_site_in_a_folder_is_in_the_repositorys_root(tmp_path: Path) -> None:
    site = tmp_path / "docs"
    run("new", site)
    subprocess.run(["git", "init", "-q", tmp_path], check=True)
    (site / WORKFLOW).unlink()
    output = run("new", "--update", "--write", site)
    assert f"updated  {tmp_path / WORKFLOW}" in output
    assert "  SITE: docs #" in (tmp_path / WORKFLOW).read_text()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["new", "--write", "x"], "--write requires --update"),
        (["new"], "Missing argument 'DIR'"),
        (["new", "--update", "x"], "there is no site.toml in x"),
    ],
)
def test_wrong_use(
    arguments: list[str], message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code == 2
    assert message in result.output


@pytest.mark.parametrize("name", WORKFLOWS)
def test_todays_workflows_are_known_editions(name: str) -> None:
    """If this fails, add a line for the workflow to explainer/scaffold/editions.toml."""
    assert update.edition_hash(update._starter(name)) in update.known_editions()


def test_a_list_of_packages_with_others_is_kept_without_a_terminal(site: Path) -> None:
    path = site / "requirements.txt"
    path.write_text("explainer-ssg[search]==0.0.1\nrequests==2.0\n")
    output = run("new", "--update", "--write", site)
    assert output.endswith(f"kept     {path} (you have changed it)\n")
    assert "requests" in path.read_text()


def test_a_missing_version_file_is_created(site: Path) -> None:
    (site / "explainer.txt").unlink()
    run("new", "--update", "--write", site)
    assert f"explainer-ssg=={__version__}" in (site / "explainer.txt").read_text()
