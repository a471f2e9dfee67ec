"""Articles in many writing systems, with every construct of Markdown, from small lists of words.

The articles mean nothing. The same number always gives the same article.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Script:
    """A writing system, in one language."""

    language: str
    words: tuple[str, ...]
    space: str = " "
    """What separates words."""
    stop: str = "."
    comma: str = ","


def _script(
    language: str, words: str, space: str = " ", stop: str = ".", comma: str = ","
) -> Script:
    return Script(language, tuple(words.split()), space, stop, comma)


SCRIPTS = {
    "Latin": _script(
        "en",
        "the a of and in possible impossible river bridge council decided nothing report million 5"
        " 25 1,500 5.3 -5 1863 EIP-1283 don’t half-hour naïve cafe\u0301 so\u00adft “quoted” it’s"
        " straße Å no… one–two water town (later) 50%",
    ),
    "Cyrillic": _script(
        "ru",
        "река мост совет год город книга вода земля слово ночь день не невозможно можно и в на"
        " 1917 3,5 ёлка йод «слово» люди сто тысяча",
    ),
    "Greek": _script(
        "el",
        "ποταμός γέφυρα πόλη νερό βιβλίο λέξη και το στο δεν νύχτα ημέρα 480 γη λόγος; άνθρωπος ὁ",
    ),
    "Arabic": _script(
        "ar", "نهر جسر مدينة كتاب ماء كلمة في من على ليل يوم والمدينة الكتاب ١٩٤٥ أرض لا", comma="،"
    ),
    "Hebrew": _script("he", "נהר גשר עיר ספר מים מילה לא לילה יום והעיר בספר 1948 אֶרֶץ אדם של"),
    "Devanagari": _script(
        "hi", "नदी पुल शहर किताब पानी शब्द और में का नहीं रात दिन १९४७ राजनीति राजनेता भूमि", stop="।"
    ),
    "Bengali": _script("bn", "নদী সেতু শহর বই জল শব্দ এবং না রাত দিন ১৯৭১ মাটি মানুষ", stop="।"),
    "Tamil": _script("ta", "ஆறு பாலம் நகரம் நூல் நீர் சொல் மற்றும் இரவு பகல் மண் மனிதன் 1956"),
    "Georgian": _script("ka", "მდინარე ხიდი ქალაქი წიგნი წყალი სიტყვა და არა ღამე დღე 1918 მიწა"),
    "Chinese": _script(
        "zh", "河 桥 城市 书 水 字 和 不 可能 夜 天 1949 年 土地 人 图书馆", "", "。", "，"
    ),
    "Japanese": _script(
        "ja",
        "川 橋 町 本 水 ことば と ない 夜 日 1945 年 土地 人 カフェ ガラス です",
        "",
        "。",
        "、",
    ),
    "Thai": _script("th", "แม่น้ำ สะพาน เมือง หนังสือ น้ำ คำ และ ไม่ กลางคืน วัน 2475 ดิน คน", "", " ", " "),
    "Hangul": _script(
        "ko", "강 다리 도시 책 물 말 그리고 밤 낮 1945 땅 사람 책이 도시에서 물은 한글"
    ),
}
_EMOJI = ("👩‍💻", "🇩🇪", "❤️", "👍🏽", "😀", "e\u0301")
_ALERTS = ("NOTE", "TIP", "IMPORTANT", "WARNING", "CAUTION")
_ENTITIES = ("&amp;", "&copy;", "&nbsp;", "&#8212;", "&lt;b&gt;", "&hellip;")


CSV = """name,amount
"A, with a comma",1200
"two
lines",-3.5
"""
"""The file `data.csv` of the articles with everything."""


class _Writer:
    def __init__(self, script: Script, chance: random.Random, *, everything: bool) -> None:
        self.script = script
        self.chance = chance
        self.everything = everything
        self.picture = "a.png" if everything else "data:,"
        self.footnotes = 0

    def words(self, low: int = 2, high: int = 7) -> str:
        count = self.chance.randint(low, high)
        return self.script.space.join(self.chance.choices(self.script.words, k=count))

    def inline(self) -> str:
        """A few words, often with markup."""
        words, more = self.words(), self.words()
        plain = [words] * 3
        marked = [
            f"**{words}**",
            f"*{words}*",
            f"~~{words}~~",
            f'[{words}](https://example.org/ "{more}")',
            f"`{words}`",
            f"{words} ![{more}]({self.picture})",
            f"{words}[^{self.footnotes + 1}]",
            f"{words} {self.chance.choice(_EMOJI)}",
            f"{words} {self.chance.choice(_ENTITIES)} {more}",
            f"{words}  \n{more}",
            f"{words}\\\n{more}",
            f"{words}\n{more}",
            f"un**believ**able {words}",
            f"**{words} *{more}* {words}**",
            f"<https://example.org/a> {words} \\*{more}\\*",
        ]
        if self.everything:
            marked += [
                f"{words} https://example.org/{self.chance.randint(1, 99)}?a=b#c {more}",
                f"{words} (www.example.org/a_(b)) {more}",
                f"{words} -- {more}---{words} 1--2",
                f"{words} \"{more}\" '{words}' {more}...",
                f"{words} $x^2 + \\frac{{1}}{{y}}$ {more} $5 {words}",
                f"`{words}`{{.x}} {more} --strict (c) ????",
                f"{words} ![{more}](a.png){{width=20 height=10 lang=fr title=T}} {more}",
                f"{words} [{more}](talk.mp3#t=90) {words}",
            ]
        chosen = self.chance.choice(plain + marked)
        self.footnotes += "[^" in chosen
        return chosen

    def sentence(self) -> str:
        parts = [self.inline() for _ in range(self.chance.randint(1, 3))]
        return f"{self.script.comma} ".join(parts) + self.script.stop

    def paragraph(self) -> str:
        return " ".join(self.sentence() for _ in range(self.chance.randint(1, 4)))

    def line(self) -> str:
        return " ".join(self.sentence().replace("\\\n", " ").split())

    def block(self) -> str:
        makers: list[Callable[[], str]] = [
            self.paragraph,
            self.paragraph,
            self.paragraph,
            lambda: f"{'#' * self.chance.randint(2, 4)} {self.words()}",
            lambda: f"{self.words()}\n---",
            lambda: "".join(f"- {self.line()}\n" for _ in range(3)),
            lambda: "".join(f"{i}. {self.line()}\n" for i in range(1, 4)),
            lambda: f"- {self.line()}\n  - {self.line()}\n  - {self.line()}\n- {self.line()}",
            lambda: f"1. {self.line()}\n\n   {self.line()}\n\n2. {self.line()}",
            self.table,
            lambda: f"> {self.line()}\n>\n> {self.line()}",
            lambda: f"> {self.line()}\n>\n> > {self.line()}\n>\n> - {self.line()}",
            lambda: f"```python\n{self.words()} = {self.words()}\n\n  # {self.words()}\n```",
            lambda: f"    {self.words()}\n      {self.words()}",
            lambda: f"{self.words()}\n: {self.line()}\n\n" * 2 + f": {self.line()}",
            lambda: f"![{self.words()}]({self.picture})",
            lambda: "***",
        ]
        if self.everything:
            alert = self.chance.choice(_ALERTS)
            makers += [
                lambda: f"> [!{alert}]\n> {self.line()}\n>\n> - {self.line()}",
                lambda: f"{self.table()}\n\n: {self.words()} *{self.words()}*",
                lambda: f"![{self.words()}](data.csv)",
                lambda: f"![{self.words()}](talk.mp4){{poster=a.png width=320 height=180}}",
                lambda: f"![{self.words()}](talk.mp3)",
                lambda: f'![{self.words()}](a.png "{self.words()}"){{width=40 height=20}}',
                lambda: "$$\n\\sum_{i=1}^{n} i = \\frac{n(n+1)}{2}\n$$",
            ]
        return self.chance.choice(makers)()

    def table(self) -> str:
        rows = [[self.line().replace("|", " ") for _ in range(3)] for _ in range(3)]
        lines = [f"| {' | '.join(row)} |" for row in rows]
        return "\n".join([lines[0], "|---|:-:|--:|", *lines[1:]])

    def article(self) -> str:
        blocks = [self.block() for _ in range(self.chance.randint(4, 9))]
        last = self.words()
        blocks.append(last)
        notes = [f"[^{i}]: {self.words()}{self.script.stop}" for i in range(1, self.footnotes + 1)]
        return "\n\n".join([*blocks, "\n".join(notes)]) + "\n"


def article(number: int, *, everything: bool = False) -> tuple[str, str]:
    """Return the name of a writing system and the Markdown of an article in it.

    With `everything`, it also has what only this project's Markdown has; `CSV` is its file.
    """
    name = list(SCRIPTS)[number % len(SCRIPTS)]
    writer = _Writer(SCRIPTS[name], random.Random(number), everything=everything)
    return name, writer.article()
