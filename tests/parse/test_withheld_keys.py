"""explainer.parse.withheld_keys and foreign_keys: keys in front matter that explainer has not."""

from __future__ import annotations

from pathlib import Path

import pytest

from explainer.build.options import BuildOptions
from explainer.build.pipeline import build_site
from explainer.model.documents import Text
from explainer.parse.front_matter import ParsedArticle, read_article

DRAFT = """\
published: false
published: no
published: "off"
Published: False
published:
publish: false
public: false
dg-publish: false
private: true
ｐｒｉｖａｔｅ: true
Private: "yes"
is_private: true
isDraft: true
is_draft: yes
unpublished: 1
wip: true
headless: true
render: false
permalink: false
build: {render: never}
_build: {render: link, list: never}
status: draft
Status: Pending
post_status: private
state: in-review
visibility: private
"""
UNCLEAR = """\
hidden: true
_hidden: yes
unlisted: true
unlisted: maybe
private: soon
published: soon
publish: [later]
exclude: true
hide: true
password: abc
password: [a]
roles: [staff]
access: {admin.login: true}
visible: false
listed: no
status: xyzzy
status: [draft]
visibility: members
layout: draft
type: Private
tags: [a, draft]
draft_mode: on
post_is_private: true
publishedOnWeb: false
build: {list: never}
params: {draft: true}
cascade: {draft: true}
cascade: [{_build: {render: never}}]
seo: {options: [{hidden: true}]}
embargo: true
expiryDate: 2020-01-01
expires: 2099-01-01
unpublish_date: tomorrow
publishDate: tomorrow
pubDate: Jul 08 2099
Draft: true
DRAFT: true
drafts: true
darft: true
ｄｒａｆｔ: true
draf: true
titel: A
Date: 2099-01-01
aliasses: [/x/]
"""
PUBLIC = """\
layout: post
published: true
Published: yes
publish: 1
publisher: A House
publication: A Journal
private: false
hidden: false
unlisted:
password: ""
hide: [toc]
tableOfContents: {title: Contents}
search: {exclude: true}
comments: {enabled: false}
build: {render: always, list: true}
status: published
status: evergreen
status:
visibility: public
permalink: /a/
sitemap: {priority: 0.5}
expires: never
weight: 3
name: A
page: 1
author: Jo
images: [a.png]
lang: de
tags: [a, b]
swipe: true
"""
NOT_LISTED = """\
robots: noindex, nofollow
robots: [none]
robots: {index: false}
sitemap: false
sitemap: {disable: true}
index: false
"""
LATER = """\
published: 2099-01-01
publishDate: 2099-01-01T10:00:00Z
publish_date: 2099-01-01 10:00:00 +0200
PublishDate: 2099-01
pubDate: 2099
scheduled: 2099-01-01 10:00
"""


def read(line: str) -> tuple[ParsedArticle, list[str]]:
    article, problems = read_article(Text("a.md", f"---\ntitle: T\n{line}\n---\nText.\n"))
    assert {(p.code, p.location.line, p.location.column) for p in problems} <= {
        ("unknown-key", 3, 1)
    }
    return article, [p.severity for p in problems]


@pytest.mark.parametrize("line", DRAFT.splitlines())
def test_a_page_that_another_tool_withholds_is_a_draft(line: str) -> None:
    for other in ("", "\ndraft: false"):
        article, severities = read(line + other)
        assert article.front is not None
        assert article.front.draft
        assert severities == ["info"]


@pytest.mark.parametrize("line", UNCLEAR.splitlines())
def test_what_may_withhold_a_page_is_an_error(line: str) -> None:
    article, severities = read(line)
    assert article.front is None
    assert severities == ["error"]


@pytest.mark.parametrize("line", PUBLIC.splitlines())
def test_any_other_unknown_key_is_a_remark(line: str) -> None:
    article, severities = read(line)
    assert article.front is not None
    assert not article.front.draft
    assert not article.front.noindex
    assert severities == ["info"]
    assert all(str(moment) < "2099" for moment in article.not_before)


@pytest.mark.parametrize("line", NOT_LISTED.splitlines())
def test_a_page_that_search_engines_should_not_list(line: str) -> None:
    article, severities = read(line)
    assert article.front is not None
    assert article.front.noindex
    assert severities == ["info"]


@pytest.mark.parametrize("line", LATER.splitlines())
def test_a_page_waits_for_the_date_of_another_tool(line: str, tmp_path: Path) -> None:
    article, severities = read(line)
    assert article.not_before
    assert severities == ["info"]
    write(tmp_path, {"later": f"title: T\ndate: 2020-01-01\n{line}", "now": "title: T"})
    for options, there in ((BuildOptions(), False), (BuildOptions(future=True), True)):
        result = build_site(tmp_path, options)
        assert not result.failed
        assert (tmp_path / "_site/later/index.html").exists() == there
        assert ("skipped-future" in {p.code for p in result.problems}) != there


TOML_DRAFT = (
    "draft = true",
    "draft = 'true'",
    "published = false",
    "publish = 'no'",
    "private = true",
    "headless = true",
    "wip = 1",
    "status = 'draft'",
    "build = {render = 'never'}",
    "[build]\nrender = 'never'",
    "[_build]\nrender = false",
)
TOML_UNCLEAR = (
    "hidden = true",
    "unlisted = 1",
    "password = 'x'",
    "tags = ['a', 'draft']",
    "Draft = true",
    "drafts = true",
    "draft = 1",
    "expiryDate = 2020-01-01",
    "expires = 2099-01-01T10:00:00Z",
    "[params]\ndraft = true",
    "[params.seo]\nprivate = true",
    "[[cascade]]\n[cascade._build]\nrender = 'never'",
    "[extra]\ndraft = true",
    "[extra]\npublished = false",
)
TOML_LATER = (
    "date = 2099-01-01",
    "date = 2099-01-01T10:00:00+02:00",
    "date = '2099-01'",
    "published = 2099-01-01",
    "publishDate = 2099-01-01 10:00:00",
    "publishDate = 2099-01-01T10:00:00Z",
    "pubDate = 2099",
)
TOML_PUBLIC = "[extra]\nx = 1\n[params]\nx = 2099-01-01\n[x]\ny = 1"


@pytest.mark.parametrize("head", TOML_DRAFT + TOML_UNCLEAR + TOML_LATER)
def test_toml_withholds_a_page_like_yaml(head: str, tmp_path: Path) -> None:
    write(tmp_path, {"other": "title: T"})
    text = f"+++\ntitle = 'T'\n{head}\n+++\nText.\n"
    (tmp_path / "content/secret.md").write_text(text, encoding="utf-8")
    result = build_site(tmp_path, BuildOptions())
    assert result.failed == (head in TOML_UNCLEAR)
    assert (tmp_path / "_site/other/index.html").exists() == (not result.failed)
    assert not any("secret" in str(path) for path in (tmp_path / "_site").rglob("*"))


def test_toml_publishes_other_pages() -> None:
    article, problems = read_article(Text("a.md", f"+++\n{TOML_PUBLIC}\n+++\n# T\n"))
    assert article.front is not None
    assert not article.front.draft
    assert article.not_before == ()
    assert {p.severity for p in problems} == {"info"}


def test_one_remark_for_each_key_of_the_site(tmp_path: Path) -> None:
    heads = {f"a{i}": f"title: T\nlayout: x\n{'order: 1' if i else ''}" for i in range(3)}
    heads["allowed"] = "title: T\nlayout: x\nallow: [{code: unknown-key, reason: R}]"
    write(tmp_path, heads)
    problems = build_site(tmp_path, BuildOptions()).problems
    assert [str(p.location) + " " + p.message for p in problems] == [
        "content/a0.md:3:1 unknown key `layout` in the front matter (3 files)",
        "content/a1.md:4:1 unknown key `order` in the front matter (2 files)",
    ]


def test_a_withheld_page_is_not_written(tmp_path: Path) -> None:
    write(tmp_path, {"secret": "title: T\npublished: false", "open": "title: T"})
    result = build_site(tmp_path, BuildOptions())
    assert not result.failed
    assert [p.code for p in result.problems] == ["skipped-draft", "unknown-key"]
    written = [path for path in (tmp_path / "_site").rglob("*") if path.is_file()]
    assert all("secret" not in str(path) for path in written)


def write(root: Path, heads: dict[str, str]) -> None:
    (root / "content").mkdir(exist_ok=True)
    settings = 'title = "X"\n[search]\nenabled = false\n'
    (root / "site.toml").write_text(settings, encoding="utf-8")
    for name, head in heads.items():
        text = f"---\n{head}\n---\nText.\n"
        (root / f"content/{name}.md").write_text(text, encoding="utf-8")
