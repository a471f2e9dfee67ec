"""Read LaTeX with pylatexenc's parser and tables, and with latex.toml, which adds to them."""

from __future__ import annotations

import logging
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from pylatexenc import latex2text, latexwalker
from pylatexenc.latex2text import LatexNodes2Text, MacroTextSpec, SpecialsTextSpec
from pylatexenc.macrospec import LatexContextDb, MacroSpec

from explainer.exchange.scripts import script

logging.getLogger("pylatexenc").addHandler(logging.NullHandler())

_TABLES = tomllib.loads(Path(__file__).with_name("latex.toml").read_text(encoding="utf-8"))
_SYMBOLS: Mapping[str, str] = _TABLES["symbols"]
_LOGOS: Mapping[str, str] = _TABLES["logos"]
_AROUND: Mapping[str, str] = _TABLES["around"]
_SPACING: Mapping[str, str] = _TABLES["spacing_accents"]
_FUNCTIONS = frozenset(_TABLES["functions"]["names"].split())
_NOT_OURS = frozenset([*_TABLES["not_text"]["names"].split(), ""])
_DEEPEST = 100
"""How deep groups may be nested. Real fields have fewer than ten levels."""


def read(source: str) -> tuple[str | None, tuple[str, ...]]:
    r"""Return a text, and the commands in it that are not known (`\foo`), each once.

    Returns None if the source is not valid LaTeX.
    """
    if _depth(source) > _DEEPEST:
        return None, ()
    reader = _Reader()
    try:
        walker = latexwalker.LatexWalker(source, latex_context=_grammar(), tolerant_parsing=False)
        nodes, _, _ = walker.get_latex_nodes()
        text = reader.nodelist_to_text(nodes)
    except (
        latexwalker.LatexWalkerError,
        *(ValueError, LookupError, RecursionError, TypeError),
        AttributeError,  # a command whose arguments are missing, as an argument of another
    ):
        return None, ()
    return text, tuple(dict.fromkeys(reader.unknown))


def _depth(source: str) -> int:
    depth = deepest = 0
    for character in source:
        depth += {"{": 1, "}": -1}.get(character, 0)
        deepest = max(deepest, depth)
    return deepest


class _Reader(LatexNodes2Text):  # type: ignore[misc]
    """Converts the nodes of pylatexenc's parser to text."""

    def __init__(self) -> None:
        # In strict mode, spaces are as in LaTeX: after `\o` there is none, between groups there is.
        super().__init__(latex_context=_texts(), math_mode="text", strict_latex_spaces=True)
        self.unknown: list[str] = []
        self.quotes = 0
        """How many quotations the current text is in."""
        self._in_math = False

    def nodelist_to_text(self, nodelist: Iterable[Any]) -> str:
        """Return the text of a list of nodes."""
        parts: list[str] = []
        sign = ""  # a superscript's or subscript's, which the next node is
        after_unknown = after_function = False
        for node in nodelist:
            if node is None:
                continue
            text = self.node_to_text(node)
            if sign:
                text, sign = script(sign, text, formula=True), ""
            elif self._in_math and node.isNodeType(latexwalker.LatexCharsNode):
                text, sign = _scripts(text)
            elif after_unknown and node.isNodeType(latexwalker.LatexGroupNode):
                text = f"{{{text}}}"
            else:
                after_unknown = False
            after_unknown = after_unknown or self._is_unknown(node)
            is_function = self._is_function(node)
            before = parts[-1] if parts else ""
            if (is_function and _is_word(before[-1:])) or (after_function and _is_word(text[:1])):
                text = f" {text}"
            after_function = is_function
            parts.append(text)
        return "".join(parts) + sign

    def _is_unknown(self, node: Any) -> bool:
        return (
            node.isNodeType(latexwalker.LatexMacroNode)
            and self.latex_context.get_macro_spec(node.macroname) is None
        )

    def _is_function(self, node: Any) -> bool:
        is_macro = self._in_math and node.isNodeType(latexwalker.LatexMacroNode)
        return is_macro and node.macroname in _FUNCTIONS

    def macro_node_to_text(self, node: Any) -> str:
        """Return the text of a command, as it is written if it is not known."""
        if not self._is_unknown(node):
            return str(super().macro_node_to_text(node))
        self.unknown.append(f"\\{node.macroname}")
        return str(node.latex_verbatim())

    def environment_node_to_text(self, node: Any) -> str:
        """Return the text of an environment, as it is written if it is not known."""
        if self.latex_context.get_environment_spec(node.environmentname) is not None:
            return str(super().environment_node_to_text(node))
        self.unknown.append(f"\\begin{{{node.environmentname}}}")
        return str(node.latex_verbatim())

    def math_node_to_text(self, node: Any) -> str:
        """Return the text of a formula."""
        with self.formula():
            return str(super().math_node_to_text(node))

    @contextmanager
    def formula(self) -> Iterator[None]:
        """Convert what is inside this context as a formula."""
        before, self._in_math = self._in_math, True
        yield
        self._in_math = before

    def argument(self, node: Any, number: int = 0) -> str:
        """Return the text of a command's argument."""
        return str(self.node_arg_to_text(node, number))


def _is_word(character: str) -> bool:
    return character.isalpha() or (character.isascii() and character.isdigit())


def _scripts(text: str) -> tuple[str, str]:
    """Convert the scripts in a formula's characters (`x^2`), and split off a sign at the end."""
    out = ""
    at = 0
    while at < len(text):
        if text[at] in "^_" and not text[at + 1 :].strip():
            return out, text[at]
        if text[at] in "^_":
            raised = text[at + 1 :].lstrip()[0]
            out += script(text[at], raised, formula=True)
            at = text.index(raised, at + 1) + 1
        else:
            out += text[at]
            at += 1
    return out, ""


# --- tables --------------------------------------------------------------------------------------


@cache
def _grammar() -> LatexContextDb:
    """Return which arguments commands take."""
    grammar = latexwalker.get_default_latex_context_db()
    arguments: dict[str, str] = _TABLES["arguments"]
    macros = [MacroSpec(name, form) for form, names in arguments.items() for name in names.split()]
    macros += [MacroSpec(name, "{") for name in _AROUND]
    grammar.add_context_category("explainer", macros=macros, prepend=True)
    return grammar


@cache
def _texts() -> LatexContextDb:
    """Return the texts of commands: pylatexenc's, except those with no text of their own."""
    defaults = latex2text.get_default_latex_context_db()
    texts = LatexContextDb()
    texts.add_context_category("explainer", macros=_macros(), specials=[SpecialsTextSpec("&", "&")])
    for category in ("latex-base", "latex-approximations", "nonascii-specials", "advanced-symbols"):
        texts.add_context_category(
            category,
            macros=[
                spec
                for spec in defaults.iter_macro_specs([category])
                if spec.macroname not in _NOT_OURS
            ],
            environments=[
                spec
                for spec in defaults.iter_environment_specs([category])
                if spec.environmentname not in _NOT_OURS
            ],
            specials=list(defaults.iter_specials_specs([category])),
        )
    return texts


def _macros() -> Sequence[MacroTextSpec]:
    functions: dict[str, Callable[..., str]] = {
        "enquote": _quoted,
        "mkbibquote": _quoted,
        "textsuperscript": lambda node, l2tobj: script("^", l2tobj.argument(node)),
        "mkbibsuperscript": lambda node, l2tobj: script("^", l2tobj.argument(node)),
        "textsubscript": lambda node, l2tobj: script("_", l2tobj.argument(node)),
        "frac": _fraction,
        "nicefrac": _fraction,
        "sfrac": _fraction,
        "verb": lambda node: str(node.nodeargd.verbatim_text),
        "ensuremath": _formula,
        "foreignlanguage": lambda node, l2tobj: l2tobj.argument(node, 2),
    }
    specs = [MacroTextSpec(name, function) for name, function in functions.items()]
    specs += [MacroTextSpec(name, lambda node, t=text: t) for name, text in _SYMBOLS.items()]
    specs += [
        MacroTextSpec(name, lambda node, t=text: t + node.macro_post_space)
        for name, text in _LOGOS.items()
    ]
    specs += [
        MacroTextSpec(name, lambda node, l2tobj, f=form: f.replace("…", l2tobj.argument(node)))
        for name, form in _AROUND.items()
    ]
    specs += [MacroTextSpec(name, name) for name in _FUNCTIONS]
    specs += [MacroTextSpec(name, discard=False) for name in _TABLES["formatting"]["names"].split()]
    specs += [MacroTextSpec(name, "") for name in _TABLES["nothing"]["names"].split()]
    defaults = latex2text.get_default_latex_context_db()
    for name, alone in _SPACING.items():
        accent = defaults.get_macro_spec(name).simplify_repl
        specs.append(MacroTextSpec(name, _accent(accent, alone)))
    return specs


def _accent(accent: Callable[..., str], alone: str) -> Callable[..., str]:
    """Return a function for an accent, which is a character of its own if it is on no letter."""

    def text(node: Any, l2tobj: Any) -> str:
        return accent(node, l2tobj=l2tobj) if l2tobj.argument(node).strip() else alone

    return text


def _formula(node: Any, l2tobj: Any) -> str:
    with l2tobj.formula():
        return str(l2tobj.argument(node))


def _quoted(node: Any, l2tobj: Any) -> str:
    begin, end = "‘’" if l2tobj.quotes % 2 else "“”"
    l2tobj.quotes += 1
    text = l2tobj.argument(node, -1)
    l2tobj.quotes -= 1
    return f"{begin}{text}{end}"


def _fraction(node: Any, l2tobj: Any) -> str:
    parts = [l2tobj.argument(node, number) for number in (-2, -1)]
    return "/".join(part if part.isalnum() else f"({part})" for part in parts)
