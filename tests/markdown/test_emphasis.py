"""Emphasis and strikethrough beside Chinese, Japanese, and Korean text."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from explainer.markdown.parser import Markdown, NoteMarkdown

MARKDOWN, NOTES = Markdown(), NoteMarkdown()
PLAIN = MarkdownIt("commonmark").enable("strikethrough")

TAGS = {"strong": "**", "em": "*", "s": "~~"}


def marked(text: str) -> str:
    """Return the HTML of a paragraph, with brackets in place of tags: `a[**b]`."""
    html = NOTES.render(NOTES.parse(text)).removeprefix("<p>").removesuffix("</p>\n")
    assert MARKDOWN.render(MARKDOWN.parse(text)) == f"<p>{html}</p>\n", "as in notes"
    html = re.sub(r"</\w+>", "]", html)
    return re.sub(r"<(\w+)>", lambda tag: f"[{TAGS[tag[1]]}", html)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # Chinese
        (
            "例子**“加粗”**例子。**真，**她说。含**「重点」**内容。",
            "例子[**“加粗”]例子。[**真，]她说。含[**「重点」]内容。",
        ),
        ("他说：**你好。**然后走了。", "他说：[**你好。]然后走了。"),
        ("用**（括号）**和**《书名》**的字", "用[**（括号）]和[**《书名》]的字"),
        ("价格**降了50%**以上", "价格[**降了50%]以上"),
        ("参见**[说明]**一节", "参见[**[说明]]一节"),
        ("版本**1.0!**发布", "版本[**1.0!]发布"),
        ("真的*（很）*好，***都重要。***是", "真的[*（很）]好，[*[**都重要。]]是"),
        ("删除~~（旧文）~~新文，~~旧。~~新", "删除[~~（旧文）]新文，[~~旧。]新"),
        # Japanese
        ("これは**「重要」**です。**注意！**読む。", "これは[**「重要」]です。[**注意！]読む。"),
        ("**カタカナ・**ｶﾀｶﾅ**（半角）**ｶﾅ", "[**カタカナ・]ｶﾀｶﾅ[**（半角）]ｶﾅ"),
        ("それは**「A」と「B」**の違い", "それは[**「A」と「B」]の違い"),
        # Korean
        ("**스크립트(script)**라고 한다", "[**스크립트(script)]라고 한다"),
        ("그는 **“안녕”**이라고", "그는 [**“안녕”]이라고"),
        ("*“예”*라고 ~~‘아니오’~~라고", "[*“예”]라고 [~~‘아니오’]라고"),
        ("**(옛)**\u1112\u119e", "[**(옛)]\u1112\u119e"),  # jamo of old Korean
        # beyond the Basic Multilingual Plane, and variation selectors
        ("**(注)**𠮷野", "[**(注)]𠮷野"),
        ("葛\U000e0100**(注)**城", "葛\U000e0100[**(注)]城"),
        ("a**b“\ufe01**c", "a[**b“\ufe01]c"),
        ("字**“\ufe01a”\ufe01**字", "字[**“\ufe01a”\ufe01]字"),
    ],
)
def test_beside_cjk_text(text: str, expected: str) -> None:
    assert marked(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "中文 ** 不是 ** 粗体",  # white space on both sides
        "中文**",
        "中_文_字",  # `_` never marks a part of a word
        "中文\\*\\*字\\*\\*",
        "2**3，4 ** 5",
        "a**(b)**c",  # no character of these scripts is next to a run
        "中 a**(b)**c 文",
        "🎉**(b)**🎉",
        "a“**b**”c 中",
    ],
)
def test_unchanged(text: str) -> None:
    assert NOTES.render(NOTES.parse(text)) == PLAIN.render(text)


def test_code_is_unchanged() -> None:
    assert NOTES.render(NOTES.parse("中`**（x）**`文")) == "<p>中<code>**（x）**</code>文</p>\n"


@given(st.text(alphabet="ab (.*_~“”é\u00a0—'!\n🎉\ufe0f", max_size=24))
def test_other_text_is_as_in_commonmark(text: str) -> None:
    with_cjk = f"中文\n\n{text}"  # the rule is in use, but no such character is next to a run
    assert NOTES._md.render(text) == NOTES.render(PLAIN_NOTES.parse(text))
    assert NOTES._md.render(with_cjk) == NOTES.render(PLAIN_NOTES.parse(with_cjk))


PLAIN_NOTES = MarkdownIt("commonmark", {"xhtmlOut": False}).enable("strikethrough")
PLAIN_NOTES.enable("table").disable(["heading", "lheading", "html_block", "html_inline"])


@given(st.lists(st.sampled_from(["**", "*", "~~", "中", "，", "「", "a", "(", " "]), max_size=14))
def test_no_character_is_lost(parts: list[str]) -> None:
    text = "x" + "".join(parts)  # no block begins here
    html = re.sub(r"<[^>]*>", "", NOTES._md.render(text))
    assert [c for c in html if c not in "*~ \n"] == [c for c in text if c not in "*~ "]
