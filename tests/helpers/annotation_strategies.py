"""Hypothesis strategies for annotation files in the layouts that authors may use."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st

from explainer.edit.entry import SECTIONS

WORDS = (
    "the call: a #1 hit, {braces} [or] 'quotes' “so” \"too\" 90 % – null 2024 ~ - ? é עברית "
    "👩\u200d👩\u200d👧"
).split()

lines = st.lists(st.sampled_from(WORDS), min_size=1, max_size=7).map(" ".join)
texts = st.one_of(
    lines,
    st.lists(
        st.one_of(lines, st.sampled_from(["", "  indented", "\ttab", "- item", "# head", "x  "])),
        min_size=1,
        max_size=5,
    ).map("\n".join),
    st.text(
        st.characters(
            blacklist_categories=["Cs", "Cc", "Cn"], blacklist_characters="\u2028\u2029\ufeff"
        )
        | st.sampled_from("\n\t :#-'\"\\"),
        min_size=1,
        max_size=40,
    ).filter(lambda text: not re.search("[\ufdd0-\ufdef\ufffe\uffff]", text)),
).filter(str.strip)
names = st.sampled_from("post reuters mt tass who nyt-2024 a.b".split())


@st.composite
def entries(draw: Any, kind: str) -> dict[str, Any]:
    """Draw an entry of a kind that is valid by the schema; claims and sources have no id."""
    entry: dict[str, Any] = {}
    if kind == "source":
        entry["title"] = draw(texts)
        if draw(st.booleans()):
            entry["url"] = "https://example.org/a?b=c#d"
        if draw(st.booleans()):
            entry["date"] = draw(st.sampled_from(["2024", "2024-11", "2024-11-10"]))
        return entry
    if kind == "person":
        entry["name"] = draw(texts)
        if draw(st.booleans()):
            entry["role"] = draw(texts)
        return entry
    if draw(st.integers(0, 4)):
        entry["quote"] = draw(texts)
        if draw(st.booleans()):
            entry[draw(st.sampled_from(["prefix", "suffix"]))] = draw(texts)
    entry[kind] = draw(texts)
    if kind == "claim":
        entry["rating"] = draw(st.sampled_from(["true", "false", "disputed"]))
        if draw(st.booleans()):
            entry["review"] = draw(texts)
        if draw(st.booleans()):
            entry["evidence"] = [
                {"source": name, "stance": "disputes"}
                for name in draw(st.lists(names, max_size=3, min_size=1))
            ]
    elif draw(st.booleans()):
        entry["sources"] = draw(st.lists(names, max_size=3, min_size=1, unique=True))
    return entry


@dataclass
class Layout:
    """The layout of a file."""

    draw: Any
    dash: int
    gap: int
    step: int

    def chance(self, often: int = 3) -> bool:
        return self.draw(st.integers(0, often)) == 0

    def comment(self, column: int) -> list[str]:
        return [" " * column + "# a comment: [with] {signs}"] if self.chance(5) else []

    def flow(self, value: Any) -> str:
        if isinstance(value, dict):
            return "{" + ", ".join(f"{k}: {self.flow(v)}" for k, v in value.items()) + "}"
        if isinstance(value, list):
            return (
                "[" + ", ".join(map(self.flow, value)) + (", ]" if value and self.chance() else "]")
            )
        return json.dumps(value, ensure_ascii=False)

    def scalar(self, text: str, column: int) -> list[str]:
        """Return the lines of a text. The first one comes after `key:`."""
        tail = " # why" if self.chance(6) else ""
        body = text.rstrip("\n")
        block = "\n" in text and body and body[0] not in " \t\n" and not re.search("[ \t]$", body)
        if block and self.chance(1):
            ending = len(text) - len(body)
            sign = "|" + ("-", "", "+")[min(ending, 2)]
            rows = [(" " * (column + self.step) + row) if row else "" for row in text.split("\n")]
            return [f" {sign}{tail}", *(rows[:-1] if ending else rows)]
        if re.fullmatch(r"[A-Za-z][A-Za-z0-9.é ]*[a-z]", text) and self.chance(0):
            return [f" {text}{tail}"]
        if "\n" not in text and "\t" not in text and self.chance(1):
            return [" '" + text.replace("'", "''") + f"'{tail}"]
        return [f" {json.dumps(text, ensure_ascii=False)}{tail}"]

    def group(self, value: dict[str, Any], column: int) -> list[str]:
        out: list[str] = []
        for key, item in value.items():
            lead = " " * column + key + ":"
            if isinstance(item, str):
                first, *rest = self.scalar(item, column)
                out += [lead + first, *rest]
            elif isinstance(item, list) and item and self.chance(1):
                out.append(lead)
                for one in item:
                    out += self.item(one, column + self.dash)
            else:
                out.append(f"{lead} {self.flow(item)}")
            out += self.comment(column)
        return out

    def item(self, value: Any, column: int) -> list[str]:
        lead = " " * column + "-" + " " * self.gap
        if not isinstance(value, dict) or self.chance(5):
            return [lead + self.flow(value)]
        rows = self.group(value, len(lead))
        return [lead + rows[0][len(lead) :], *rows[1:]]


@st.composite
def files(draw: Any) -> str:
    """Draw the text of an annotation file."""
    layout = Layout(
        draw,
        draw(st.sampled_from([0, 2, 2, 4])),
        draw(st.sampled_from([1, 1, 3])),
        draw(st.sampled_from([2, 2, 4, 1])),
    )
    apart, between = draw(st.booleans()), draw(st.booleans())
    sections = draw(st.lists(st.sampled_from(sorted(SECTIONS)), unique=True))
    if draw(st.integers(0, 9)) == 0:
        whole = {SECTIONS[kind]: content(draw, kind) for kind in sections}
        return layout.flow(whole) + draw(st.sampled_from(["", "\n", "\n# end\n", " # end"]))
    out = draw(st.sampled_from([[], [], ["# head"], ["# head", ""], ["---"], ["", ""]]))[:]
    for number, kind in enumerate(sections):
        value = content(draw, kind)
        if number and between:
            out.append("")
        out += layout.comment(0)
        if not value:
            out.append(
                f"{SECTIONS[kind]}:"
                + draw(st.sampled_from(["", " # none", " " + layout.flow(value)]))
            )
        elif layout.chance(5):
            out.append(f"{SECTIONS[kind]}: {layout.flow(value)}")
        elif kind in ("source", "person"):
            out.append(f"{SECTIONS[kind]}:")
            for name, source in value.items():
                out += [" " * layout.step + name + ":", *layout.group(source, 2 * layout.step)]
        else:
            out.append(f"{kind}s:")
            for count, one in enumerate(value):
                if count and apart:
                    out.append("")
                out += layout.item(one, layout.dash)
        out += layout.comment(draw(st.sampled_from([0, 2, 8])))
    text = "\n".join(out) + draw(st.sampled_from(["\n", "\n", "", "\n\n", "\n# end\n", "\n...\n"]))
    if not out:
        text = draw(st.sampled_from(["", "\n", "# only comments", "# only\n\n"]))
    text = text.replace("\n", draw(st.sampled_from(["\n", "\n", "\r\n"])))
    return draw(st.sampled_from(["", "", "\ufeff"])) + text


def content(draw: Any, kind: str) -> Any:
    """Draw the content of a section."""
    found = draw(st.lists(entries(kind), max_size=3))
    if kind in ("source", "person"):
        return {f"s{number}": entry for number, entry in enumerate(found)}
    if kind == "claim":
        return [{"id": f"c{number}", **entry} for number, entry in enumerate(found)]
    return found
