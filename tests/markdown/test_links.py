"""explainer/markdown/links.py: what a link leads to, what is written, what is reported."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from explainer.markdown import links
from explainer.markdown.link_targets import LinkTargets
from explainer.markdown.links import (
    LinkOptions,
    PageFragment,
    ResolvedLinks,
    lead_alike,
    look_up,
    resolve,
)
from explainer.markdown.parser import Markdown, MarkdownOptions
from explainer.markdown.pictures import Flaw, Measured
from explainer.model.article import Picture
from explainer.support import web_addresses
from explainer.support.addresses import LinkStyle

PATH, ADDRESS = "content/news/call.md", "/news/call/"
PHOTO = Measured(Picture("/news/photo.jpg", 640, 480))
HUGE = Measured(Picture("/big.png", 9, 9), Flaw("huge-picture", "it is huge", "make it smaller"))
TARGETS = LinkTargets(
    addresses={
        "content/index.md": "/",
        PATH: ADDRESS,
        "content/news/index.md": "/news/",
        "content/Two words.md": "/two-words/",
        "content/café.md": "/café/",
        "content/re\u0301sume\u0301.md": "/résumé/",
        "content/draft.md": "/draft/",
    },
    pages=frozenset({"/", ADDRESS, "/news/", "/two-words/", "/café/", "/résumé/", "/sources/"}),
    files={
        "content/news/photo.jpg": "news/photo.jpg",
        "content/draft/own.pdf": "draft/own.pdf",
        "content/data.csv": "data.csv",
        "content/big.png": "big.png",
        "content/plain.gif": "plain.gif",
    },
    output_paths=frozenset({"news/photo.jpg", "data.csv", "big.png", "robots.txt"}),
    skipped=frozenset({"content/draft.md", "content/draft/own.pdf"}),
    left_out={
        "content/_old": "its name begins with `_`",
        "static/.env": "its name begins with `.`",
    },
    pictures={"news/photo.jpg": PHOTO, "big.png": HUGE},
)


def target(url: str, *, picture: bool = False) -> str:
    """Return the target of a link in an article, or the code of the problem."""
    found = look_up(url, PATH, ADDRESS, TARGETS, picture=picture).target
    return found.code if isinstance(found, Flaw) else found


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        # by the path of a file
        ("call.md", "/news/call/"),
        ("./call.md#part", "/news/call/#part"),
        ("../index.md", "/"),
        ("../Two%20words.md", "/two-words/"),
        ("/Two words.md", "/two-words/"),
        ("../café.md", "/café/"),
        ("../cafe\u0301.md", "/café/"),
        ("../r%C3%A9sum%C3%A9.md", "/résumé/"),
        ("photo.jpg", "/news/photo.jpg"),
        ("photo.jpg#xywh=1", "/news/photo.jpg#xywh=1"),
        ("photo.jpg?v=2", "/news/photo.jpg"),
        ("/data.csv", "/data.csv"),
        # by an address
        ("/", "/"),
        ("/news/", "/news/"),
        ("/news", "/news/"),
        ("/news/index.html", "/news/"),
        ("/news/call/#x", "/news/call/#x"),
        ("..", "/news/"),
        ("../../sources/", "/sources/"),
        ("/robots.txt", "/robots.txt"),
        ("../../robots.txt", "/robots.txt"),
        # generated pages, which are not known yet
        ("/people/anybody/", "/people/anybody/"),
        ("/topics/anything", "/topics/anything/"),
        ("/claims/of-home/", "/claims/of-home/"),
        ("claims/own", "/news/call/claims/own/"),
        ("/nowhere/claims/x/", "broken-link"),
        ("/people/a/b/", "broken-link"),
        ("/peoples/a/", "broken-link"),
        # only a fragment
        ("#part", "#part"),
        ("?q=1", "?q=1"),
        ("", "empty-link"),
        # what is not published
        ("../draft.md", "link-to-skipped"),
        ("../draft/own.pdf", "link-to-skipped"),
        ("../_old/x.md", "broken-link"),
        ("gone.md", "broken-link"),
        # the web
        ("https://example.org/x?y#z", "https://example.org/x?y#z"),
        ("HTTP://example.org/", "HTTP://example.org/"),
        *((f"{scheme}:x", f"{scheme}:x") for scheme in "mailto tel ftp xmpp geo doi".split()),
        ("javascript:x", "unsafe-link"),
        ("//example.org/", "unsafe-link"),
        ("\t//example.org/", "unsafe-link"),
        ("\x01//example.org/", "unsafe-link"),
        ("\\\\example.org", "unsafe-link"),
        ("http://[", "bad-link"),
        ("https:///x", "bad-link"),
    ],
)
def test_targets_of_links(url: str, expected: str) -> None:
    assert target(url) == expected


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://example.org/x.png", "https://example.org/x.png"),
        ("ftp://example.org/x.png", "unsafe-link"),
        ("data:image/png;base64,AA", "unsafe-link"),
        ("mailto:x", "unsafe-link"),
        ("", "empty-link"),
        ("photo.jpg", "/news/photo.jpg"),
    ],
)
def test_targets_of_pictures(url: str, expected: str) -> None:
    assert target(url, picture=True) == expected


@pytest.mark.parametrize(
    ("url", "expected", "better"),
    [
        # an address from the root of the site is as good as a path, also with a query or a part
        ("/news/call/", "/news/call/", ""),
        ("/news/call/?q=1#x", "/news/call/#x", ""),
        ("/caf%C3%A9/", "/café/", ""),
        ("/cafe\u0301/", "/café/", ""),
        ("../../robots.txt", "/robots.txt", ""),
        ("/sources/", "/sources/", ""),
        ("../../sources", "/sources/", ""),
        # a page as an .html file
        ("call.html", "/news/call/", "call.md"),
        ("../news/call.html#x", "/news/call/#x", "call.md"),
        ("/news/call.html", "/news/call/", "call.md"),
        ("/news/index.html", "/news/", "index.md"),
        ("../index.html", "/", "../index.md"),
        ("../two-words.html", "/two-words/", "../Two%20words.md"),
        ("/sources.html", "/sources/", "/sources/"),
        # a page without the ending of its file, or by a relative address
        ("call", "/news/call/", "call.md"),
        ("call/", "/news/call/", "call.md"),
        ("./call", "/news/call/", "call.md"),
        ("../news", "/news/", "index.md"),
        ("..", "/news/", "index.md"),
        ("../../two-words/", "/two-words/", "../Two%20words.md"),
        ("../Two words", "/two-words/", "../Two%20words.md"),
        # other capitals
        ("Call.md", "/news/call/", "call.md"),
        ("../CAF\u00c9.md", "/café/", "../café.md"),
        ("/News/Call/", "/news/call/", "call.md"),
        ("Photo.JPG", "/news/photo.jpg", "photo.jpg"),
        ("/Sources/", "/sources/", "/sources/"),
        ("/ROBOTS.TXT", "/robots.txt", "/robots.txt"),
        # a file in static/ by its path
        ("../../static/robots.txt", "/robots.txt", ""),
        ("/static/robots.txt", "/robots.txt", "/robots.txt"),
        # a path from the site's folder
        ("/content/news/call.md", "/news/call/", "call.md"),
        ("/content/news/call.md#x", "/news/call/#x", "call.md"),
        ("/content/news/photo.jpg", "/news/photo.jpg", "photo.jpg"),
    ],
)
def test_spellings_that_are_understood(url: str, expected: str, better: str) -> None:
    found = look_up(url, PATH, ADDRESS, TARGETS, picture=False)
    assert found.target == expected
    assert (found.remark and found.remark.severity) == ("info" if better else None)
    assert not better or f"write `{better}`:" in (found.remark or Flaw("bug", "", "")).hint


BASED = replace(TARGETS, base="/repository/")


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("/repository/news/call/#x", "/news/call/#x"),
        ("/repository/news/call.html", "/news/call/"),
        ("/repository/data.csv", "/data.csv"),
        ("/repository/sources/", "/sources/"),
        ("/repository/", "/"),
        ("/repository", "/"),
        ("/repository/draft/", "link-to-skipped"),
        ("/repository-2/", "broken-link"),
        ("/repository/gone/", "broken-link"),
        ("/repository/../news/", "/news/"),
    ],
)
def test_addresses_that_begin_with_the_base_path(url: str, expected: str) -> None:
    found = look_up(url, PATH, ADDRESS, BASED, picture=False)
    assert getattr(found.target, "code", found.target) == expected
    assert (found.remark is None) is (not expected.startswith("/") or ".." in url)
    assert target(url) in (expected if ".." in url else "broken-link",)


def test_a_page_of_the_site_comes_before_the_base_path() -> None:
    own = replace(
        BASED,
        addresses={**TARGETS.addresses, "content/repository/news.md": "/repository/news/"},
        pages=TARGETS.pages | {"/repository/news/"},
    )
    found = look_up("/repository/news/", PATH, ADDRESS, own, picture=False)
    assert (found.target, found.remark) == ("/repository/news/", None)
    found = look_up("/repository/sources/", PATH, ADDRESS, own, picture=False)
    assert found.target == "/sources/"


def test_names_that_differ_only_in_capitals_are_not_guessed() -> None:
    both = {**TARGETS.files, "content/news/Photo.jpg": "news/Photo.jpg"}
    targets = replace(TARGETS, files=both, output_paths=TARGETS.output_paths | {"news/Photo.jpg"})
    for name in ("photo.jpg", "Photo.jpg"):
        found = look_up(name, PATH, ADDRESS, targets, picture=True)
        assert (found.target, found.remark) == (f"/news/{name}", None)
    found = look_up("PHOTO.jpg", PATH, ADDRESS, targets, picture=True)
    assert isinstance(found.target, Flaw)


def test_addresses_of_pages_that_are_not_built() -> None:
    for url in ("/draft/", "../draft", "../draft.html", "../../draft/", "/Draft/"):
        assert target(url) == "link-to-skipped", url
    taken = replace(TARGETS, pages=TARGETS.pages | {"/draft/"})  # an alias of another page
    assert look_up("/draft/", PATH, ADDRESS, taken, picture=False).target == "/draft/"


def test_a_page_is_not_a_picture_and_gets_no_other_remark() -> None:
    assert look_up("call.html", PATH, ADDRESS, TARGETS, picture=True).remark is None


def hint(url: str, *, picture: bool = False) -> str:
    found = look_up(url, PATH, ADDRESS, TARGETS, picture=picture).target
    assert isinstance(found, Flaw)
    return f"{found.severity}: {found.message}: {found.hint}"


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("/cafe/", "did you mean `../café.md`?"),
        ("/two-word.html", "did you mean `../Two words.md`?"),
        ("../cafe.md", "did you mean `../café.md`? Link to a page by the path of its .md file"),
        ("foto.jpg", "did you mean `photo.jpg`?"),
        ("zzzzzz.md", "link to a page by the path of its .md file, relative to this file's folder"),
        ("zzzzzz", "link to a page by the path of its .md file, relative to this file's folder"),
        ("zzzzzz.pdf", "put the file next to the article"),
        (
            "../_old/x.md",
            "error: `../_old/x.md` is not published, because its name begins with `_`",
        ),
        ("../_old", "is not published, because its name begins with `_`"),
        ("/.env", "is not published, because its name begins with `.`"),
        ("../_older", "there is no page or file `../_older`"),
        ("../draft.md", "warning: `../draft.md` is not built"),
        ("../draft/own.pdf", "warning: `../draft/own.pdf` belongs to a page that is not built"),
        ("//x.org", "error: `//x.org` is not allowed as the address of a link: use `https://…`"),
        ("vbscript:x", "use one of doi, ftp, geo, http, https, mailto, tel, xmpp, or a path"),
        ("", "warning: this link has no address: put the address in the parentheses: [text]("),
        ("http://[", "error: `http://[` is not a web address: "),
    ],
)
def test_hints(url: str, words: str) -> None:
    assert words in hint(url)


def test_hints_for_pictures() -> None:
    assert "as the address of a picture: use one of http, https, or a path" in hint(
        "x:y", picture=True
    )
    assert "this picture has no address: put the address in the parentheses: ![]" in hint(
        "", picture=True
    )


def test_the_own_article_is_never_proposed() -> None:
    assert "did you mean" not in hint("../news/cal.md")


def test_pictures_are_measured_and_links_are_not() -> None:
    found = look_up("photo.jpg#x", PATH, ADDRESS, TARGETS, picture=True)
    assert (found.measured, found.flaw) == (PHOTO, None)
    assert look_up("photo.jpg", PATH, ADDRESS, TARGETS, picture=False).measured is None
    assert look_up("#news/photo.jpg", PATH, ADDRESS, TARGETS, picture=True).measured is None
    huge = look_up("../big.png", PATH, ADDRESS, TARGETS, picture=True).flaw
    assert huge
    assert huge.code == "huge-picture"


def test_lookups_are_repeated_with_newer_targets() -> None:
    lookups = [look_up(url, PATH, ADDRESS, TARGETS, picture=False) for url in ("call.md", "x.md")]
    assert lead_alike(lookups, PATH, ADDRESS, TARGETS)
    assert lead_alike([], PATH, ADDRESS, TARGETS)
    new = replace(TARGETS, addresses={**TARGETS.addresses, "content/news/x.md": "/news/x/"})
    assert not lead_alike(lookups, PATH, ADDRESS, new)
    assert lead_alike(lookups[:1], PATH, ADDRESS, new)


# --- in a text -----------------------------------------------------------------------------------

MARKDOWN = Markdown(MarkdownOptions(html=True))


def resolved(
    text: str, *, style: LinkStyle = "file", eager: bool = False
) -> tuple[str, ResolvedLinks]:
    tokens = MARKDOWN.parse(text)
    found = resolve(tokens, PATH, ADDRESS, TARGETS, options=LinkOptions(style), eager=eager)
    return MARKDOWN.render(tokens), found


PLAIN = re.compile(web_addresses._PLAIN.pattern, web_addresses._PLAIN.flags)


@given(st.from_regex(PLAIN, fullmatch=True).filter(lambda url: "#" not in url))
def test_addresses_that_are_not_looked_up_would_stay_as_they_are(url: str) -> None:
    linked = f"[x](<{url}>){{.b}} <{url}> <a href=\"{url}\" class='c'>y</a> [](<{url}>)"
    found = resolved(linked)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(links, "is_plain", lambda url: False)
        assert resolved(linked) == found


@pytest.mark.parametrize(
    ("link", "written"),
    [
        ("../Two%20words.md", "../../two-words/index.html"),
        ("call.md#part", "../../news/call/index.html#part"),
        ("../index.md?q=1#x", "../../index.html?q=1#x"),
        ("/sources/?q=a%20b", "../../sources/index.html?q=a%20b"),
        ("photo.jpg?v=1", "../../news/photo.jpg?v=1"),
        ("/sources/?q=http://x.org", "../../sources/index.html?q=http://x.org"),
        ("#part", "#part"),
        ("?q=1#x", "?q=1#x"),
        ("https://example.org/?q=1", "https://example.org/?q=1"),
        ("https://example.org/#cafe%CC%81", "https://example.org/#cafe%CC%81"),
        ("mailto:a@b.org?subject=x", "mailto:a@b.org?subject=x"),
        ("#cafe%CC%81", "#caf%C3%A9"),
        ("call.md#cafe%CC%81", "../../news/call/index.html#caf%C3%A9"),
        ("#caf%C3%A9", "#caf%C3%A9"),
    ],
)
def test_what_is_written(link: str, written: str) -> None:
    html, found = resolved(f"[x](<{link}>)")
    assert f'href="{written}"' in html
    assert not found.problems
    html, found = resolved(f"[x](<{link}>)", style="pretty")
    assert f'href="{written.replace("index.html", "")}"' in html
    assert not found.problems


def test_a_link_that_leads_nowhere_has_no_address() -> None:
    html, found = resolved("[x](gone.md) [y](javascript:z) ![p](gone.jpg) <a href='gone.md'>z</a>")
    assert "gone" not in html
    assert "javascript" not in html
    assert html.count("<a>") == 2
    assert "<a >" in html
    assert [flaw.code for _, flaw in found.problems] == [
        *("broken-link", "unsafe-link", "broken-link", "broken-link")
    ]
    assert [lookup.url for lookup in found.lookups] == [
        *("gone.md", "javascript:z", "gone.jpg", "gone.md")
    ]


def test_addresses_on_the_web_depend_on_nothing() -> None:
    assert resolved("[x](https://example.org/) ![y](http://example.org/z.png)")[1].lookups == []
    wrong = resolved("[x](https:///x)")[1]
    assert [lookup.url for lookup in wrong.lookups] == ["https:///x"]


@pytest.mark.parametrize(
    ("link", "fragment"),
    [
        ("#part", (ADDRESS, "part")),
        ("?q#part", (ADDRESS, "part")),
        ("../index.md#a%20b", ("/", "a b")),
        ("/sources/#source-x", ("/sources/", "source-x")),
        ("call.md#part:~:text=words", (ADDRESS, "part")),
        ("call.md#:~:text=words", None),
        ("#top", None),
        ("#TOP", None),
        ("#", None),
        ("call.md", None),
        ("https://example.org/#part", None),
    ],
)
def test_fragments(link: str, fragment: tuple[str, str] | None) -> None:
    found = [part for _, part in resolved(f"[x](<{link}>)")[1].fragments]
    assert found == ([PageFragment(*fragment)] if fragment else [])


def test_only_the_first_picture_is_loaded_at_once() -> None:
    text = "![a](photo.jpg) ![b](photo.jpg)"
    assert resolved(text)[0].count('loading="lazy"') == 2
    first, second = re.findall("<img[^>]*>", resolved(text, eager=True)[0])
    assert "lazy" not in first
    assert 'loading="lazy"' in second
    assert 'width="640"' in second
    assert 'src="../../news/photo.jpg"' in first


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("[](call.md)", "link-without-text"),
        ("[![a](photo.jpg)](call.md)", ""),
        ("![](photo.jpg)", "picture-without-alt"),
        ("![ ](photo.jpg)", "picture-without-alt"),
        ("![](photo.jpg){.decorative}", ""),
        ("![](photo.jpg){.decorativ}", "picture-without-alt"),
        ("x ![a](photo.jpg 'Title'){credit=Me} y", "credit-not-shown"),
        ("![a](../data.csv)", "not-a-picture"),
        ("![a](call.md)", "not-a-picture"),
        ("![a](../big.png)", "huge-picture"),
        ("![a](../plain.gif)", ""),
        ("![a](https://example.org/x)", ""),
        ("<iframe src='call.md'></iframe>", "blocked-address"),
        ("<form action='call.md'></form>", "blocked-address"),
        ("<video src='//x.org/v.mp4'></video>", "blocked-address unsafe-link"),
        ("<video src='HTTPS://x.org/v.mp4'></video>", "blocked-address"),
        ("<img src='https://x.org/v.png' alt=''>", ""),
        ("<img src='data:image/png;base64,AA' alt=''>", ""),
        ("<a href='https://x.org/'>x</a>", ""),
    ],
)
def test_what_is_reported(text: str, codes: str) -> None:
    assert [flaw.code for _, flaw in resolved(text)[1].problems] == codes.split()


def test_messages_name_the_file() -> None:
    def message(text: str) -> str:
        ((_, flaw),) = resolved(text)[1].problems
        return f"{flaw.message}: {flaw.hint}"

    assert "the picture `photo.jpg` has no alternative text" in message("![](photo.jpg)")
    assert "`data.csv` can be shown only as a table" in message("x ![a](/data.csv#x)")
    assert "a page is not a picture" in message("![a](call.md)")
