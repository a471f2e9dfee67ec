"""What a site adds for its own templates: `extra`, and `template` in front matter."""

from __future__ import annotations

from pathlib import Path

import pytest

from explainer.build.options import BuildOptions
from explainer.build.pipeline import BuildResult, build_site
from tests.helpers import folders, pages

SITE = {
    "site.toml": 'title = "T"\n[search]\nenabled = false\n[extra]\nmood = "blue"\n',
    "content/a.md": "---\ntitle: A\nextra: {when: 2024-05-01, n: 2}\n---\n\nText.\n",
    "content/a.yaml": "notes:\n- {quote: Text, note: N, extra: {weight: 3}}\n",
}
FOLDER = "themes/default/templates/"
LONG = (
    '{% extends "article.html" %}\n'
    '{% block text %}<div class="long">{{ super() }}</div>{% endblock %}\n'
)


def build(root: Path, files: dict[str, str]) -> BuildResult:
    return build_site(folders.put(root, SITE | files), BuildOptions(jobs=1))


def reports(result: BuildResult) -> list[str]:
    return [f"{p.location} {p.severity}[{p.code}] {p.message} | {p.hint}" for p in result.problems]


def page(root: Path, name: str) -> str:
    return pages.read(root / "_site" / name / "index.html")


def own(expression: str) -> dict[str, str]:
    start = '{% extends "built-in/article.html" %}{% block head %}'
    return {FOLDER + "article.html": start + "<i>" + expression + "</i>{% endblock %}"}


@pytest.mark.parametrize(
    ("expression", "shown"),
    [
        ("{{ site.extra.mood }}", "blue"),
        ("{{ view.article.extra.n + 1 }}", "3"),
        ("{{ view.article.extra.when }}", "2024-05-01"),
        (
            "{{ words.time(view.article.extra.when) }}",
            '<time datetime="2024-05-01">1\xa0May 2024</time>',
        ),
        ("{{ view.article.extra.get('none', 'no') }}", "no"),
        ("{{ 'none' in view.article.extra }}", "False"),
        ("{% if view.article.extra.none is defined %}yes{% endif %}", ""),
        ("{% for k, v in site.extra.items() %}{{ k }}={{ v }}{% endfor %}", "mood=blue"),
        ("{% for a in view.article.annotations %}{{ a.extra.weight }}{% endfor %}", "3"),
    ],
)
def test_data_in_templates(expression: str, shown: str, tmp_path: Path) -> None:
    assert reports(build(tmp_path, own(expression))) == []
    assert f"<i>{shown}</i>" in page(tmp_path, "a")


def test_data_that_is_not_there(tmp_path: Path) -> None:
    (report,) = reports(build(tmp_path, own("{{ view.article.extra.wehn }}")))
    assert "`extra` has no `wehn` | did you mean `when`?" in report
    (report,) = reports(build(tmp_path, own("{{ site.extra.colour }}")))
    assert "[template-name] `extra` has no `colour`" in report
    assert "extra.get('colour')" in report


def test_no_page_shows_data_by_itself(tmp_path: Path) -> None:
    article = "---\ntitle: A\nextra: {key: UNSEEN}\n---\n\nText.\n"
    notes = "notes:\n- {quote: Text, note: N, extra: {key: UNSEEN}}\n"
    build(tmp_path, {"content/a.md": article, "content/a.yaml": notes})
    written = [path.read_bytes() for path in tmp_path.glob("_site/**/*") if path.is_file()]
    assert written
    assert not any(b"UNSEEN" in content for content in written)


def test_a_template_for_one_article(tmp_path: Path) -> None:
    named = "---\ntitle: B\ntemplate: essays/long.html\n---\n\nText.\n"
    toml = "+++\ntitle = 'C'\ntemplate = 'essays/long.html'\n+++\n\nText.\n"
    files = {FOLDER + "essays/long.html": LONG, "content/b.md": named, "content/c.md": toml}
    assert reports(build(tmp_path, files)) == []
    assert '<div class="long">' not in page(tmp_path, "a")
    for name in ("b", "c"):
        assert '<div class="long">' in page(tmp_path, name)


def test_a_template_for_the_home_page(tmp_path: Path) -> None:
    home = "---\ntitle: H\ntemplate: front.html\n---\n\nText.\n"
    own_home = '{% extends "home.html" %}{% block head %}<i>{{ count }}</i>{% endblock %}'
    assert (
        reports(build(tmp_path, {"content/index.md": home, FOLDER + "front.html": own_home})) == []
    )
    assert "<i>1</i>" in page(tmp_path, "")


def test_a_template_of_another_theme_overrides(tmp_path: Path) -> None:
    theme = {"site.toml": 'title = "T"\ntheme = "ledger"\n[search]\nenabled = false\n'}
    article = {"content/b.md": "---\ntitle: B\ntemplate: long.html\n---\n\nText.\n"}
    long = {"themes/ledger/templates/long.html": LONG}
    assert reports(build(tmp_path, theme | article | long)) == []
    assert '<div class="long">' in page(tmp_path, "b")


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("lnog.html", "did you mean `long.html`?"),
        ("long", "did you mean `long.html`?"),
        ("../templates/long.html", "did you mean `long.html`?"),
        ("/etc/passwd", "add themes/default/templates/…, or use one of: article.html, long.html"),
        ("xyzzy", "add themes/default/templates/…, or use one of: article.html, long.html"),
    ],
)
def test_a_template_that_is_not_there(name: str, hint: str, tmp_path: Path) -> None:
    article = f"---\ntitle: B\ntemplate: {name}\n---\n\nText.\n"
    (report,) = reports(build(tmp_path, {FOLDER + "long.html": LONG, "content/b.md": article}))
    message = f"content/b.md:3:11 error[template-missing] the theme has no template `{name}`"
    assert report.startswith(f"{message} | {hint}")
    assert not (tmp_path / "_site").exists()


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("content/b.md", "claim.html"),
        ("content/b.md", "home.html"),
        ("content/b.md", "base.html"),
        ("content/index.md", "article.html"),
        ("content/index.md", "404.html"),
    ],
)
def test_a_template_of_other_pages_is_refused(path: str, name: str, tmp_path: Path) -> None:
    """It would fail, with a message about explainer's own file."""
    article = f"---\ntitle: B\ntemplate: {name}\n---\n\nText.\n"
    (report,) = reports(build(tmp_path, {path: article}))
    message = f"{path}:3:11 error[template-missing] the theme has no template `{name}` for articles"
    assert report.startswith(message)


@pytest.mark.parametrize(
    ("path", "name"), [("content/b.md", "article.html"), ("content/index.md", "home.html")]
)
def test_the_usual_template_can_be_named(path: str, name: str, tmp_path: Path) -> None:
    article = f"---\ntitle: B\ntemplate: {name}\n---\n\nText.\n"
    assert reports(build(tmp_path, {path: article})) == []
