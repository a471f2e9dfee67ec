"""Random articles for property tests: every construct in which a quote can start, end, or be."""

from __future__ import annotations

from hypothesis import strategies as st

WORDS = st.sampled_from(
    "the call was denied twice “pure fiction” it’s true – no… one – knows 1863 é e\u0301tat "
    'naïve so\u00adft zero\u200bwidth no\u00a0break كلمة 电话 👩‍💻 🇩🇪 ❤️ a & b x<y "quoted" '
    "'single' \u2003wide a.b, (c)".split(" ")
)
PLAIN = st.lists(WORDS, min_size=1, max_size=8).map(" ".join)


def _wrap(before: str, after: str):
    return lambda text: f"{before}{text}{after}"


def _code(text: str) -> str:
    return "`` " + text.replace("`", "") + " ``"


INLINE = st.recursive(
    PLAIN,
    lambda inner: st.one_of(
        inner.map(_wrap("*", "*")),
        inner.map(_wrap("**", "**")),
        inner.map(_wrap("~~", "~~")),
        inner.map(_wrap("[", "](https://example.org/)")),
        inner.map(_code),
        st.just("![a picture](x.jpg)"),
        st.just("the law $E = mc^2$ and $\\frac{1}{2}$th, $5 and $10, or $\\nothing$"),
        st.just("noted[^1] here"),
        st.just("{} and `code`{.x}{lang=de} and [^2]{.y}"),
        st.tuples(inner, inner).map(" ".join),
        st.tuples(inner, inner).map("\n".join),
        st.tuples(inner, inner).map("  \n".join),
    ),
    max_leaves=6,
)
LINE = INLINE.map(lambda text: " ".join(text.split("\n")))
CELL = LINE.map(lambda text: text.replace("|", " "))


def _prefixed(first: str, rest: str):
    return lambda text: "\n".join(
        (rest if i else first) + line for i, line in enumerate(text.split("\n"))
    )


BLOCK = st.recursive(
    st.one_of(
        INLINE,
        LINE.map(_wrap("## ", "")),
        LINE.map(_wrap("### ", " {#own-id}")),
        st.lists(CELL, min_size=2, max_size=2).map(
            lambda cells: f"| a | b |\n|---|---|\n| {cells[0]} | {cells[1]} |"
        ),
        st.tuples(CELL, LINE).map(
            lambda two: f"| a | b |\n|---|---|\n| {two[0]} | 1 |\n\n: {two[1]} {{#table .c}}"
        ),
        PLAIN.map(lambda text: f"```python\ndef f():\n    return {text!r}\n# {text}\n```"),
        PLAIN.map(lambda text: f"```\n{text}\n\n  {text}\n```"),
        PLAIN.map(lambda text: f"    {text}\n    indented"),
        st.just("$$\n\\sum_{i=1}^n x_i\n+ \\text{for all } i\n$$"),
        LINE.map(lambda text: f"{text} $$x<y$$ {text}"),
        st.tuples(LINE, LINE).map(
            lambda two: f"Term {two[0]}\n:   {two[1]}\n\nOther\n:   One\n\n:   - {two[0]}"
        ),
        LINE.map(lambda text: f'![alt](y.png "{text}")'.replace('""', '"')),
        INLINE.map(lambda text: f"![{text}](talk.mp4){{poster=x.jpg captions=x.vtt}}"),
        PLAIN.map(lambda text: f"![{text}](talk.mp3#t=10){{.a credit=b}}"),
        LINE.map(lambda text: f"- [ ] {text}\n- [x] done"),
    ),
    lambda inner: st.one_of(
        inner.map(_prefixed("> ", "> ")),
        inner.map(_prefixed("- ", "  ")),
        inner.map(lambda text: _prefixed("> ", "> ")(f"[!NOTE]\n\n{text}")),
        st.tuples(LINE, inner).map(
            lambda two: _prefixed("> ", "> ")(f"[!Warning] {two[0]}\n{two[1]}")
        ),
        st.tuples(inner, inner).map(lambda two: _prefixed("1. ", "   ")("\n\n".join(two))),
    ),
    max_leaves=4,
)
ARTICLE = st.lists(BLOCK, min_size=1, max_size=6).map(
    lambda blocks: "\n\n".join([*blocks, "[^1]: A footnote with *words* in it.", "[^3]: {.z}\n"])
)
