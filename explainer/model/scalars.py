"""Texts of a fixed form, and words of a fixed choice, in authors' files."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal, Self, TypeAlias

if TYPE_CHECKING:
    from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler


class Authored:
    """Base of the classes that data in authors' files is made into."""

    __slots__ = ()
    __pydantic_config__: ClassVar[dict[str, Any]] = {"extra": "forbid"}
    """Keys that docs/format.md does not name are errors."""
    NOUN: ClassVar = ""
    """What messages call it; empty if the key above it says more."""


class _Word(str):
    """Text of a fixed form."""

    __slots__ = ()
    pattern: ClassVar[str]
    """A regular expression in the dialect that JSON Schema and Python share."""
    wrong: ClassVar[str]
    """What a message says of a text that has another form, and how to write it."""

    @classmethod
    def check(cls, text: str) -> Self:
        """Give `text` as a value of this class; raise ValueError with words for the author."""
        if not re.fullmatch(cls.pattern, text):
            raise ValueError(f"`{text}` {cls.wrong}")
        return cls(text)

    @classmethod
    def __get_pydantic_core_schema__(cls, source: object, handler: GetCoreSchemaHandler) -> Any:
        from pydantic_core import core_schema

        return core_schema.no_info_after_validator_function(cls.check, core_schema.str_schema())

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: Any, handler: GetJsonSchemaHandler) -> Any:
        return {"type": "string", "pattern": cls.pattern}


class PartialDate(_Word):
    """An ISO 8601 date that may stop at the year or the month: `2024`, `2024-11`, `2024-11-10`.

    Dates compare as text: a partial date comes before every date within it.
    """

    __slots__ = ()
    pattern = r"^[0-9]{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01]))?)?$"
    wrong = "is not a date: write it as 2024-11-10, 2024-11, or 2024"

    @classmethod
    def check(cls, text: str) -> Self:
        """Give the date, or raise ValueError, also for a 31 April."""
        date = super().check(text)
        if len(text) == 10:
            import datetime

            try:
                datetime.date.fromisoformat(text)
            except ValueError:
                raise ValueError(f"`{text}` is not a date: the month has no such day") from None
        return date

    @property
    def parts(self) -> tuple[int, ...]:
        """Year, and month and day where they are known."""
        return tuple(int(part) for part in self.split("-"))


class Id(_Word):
    """A name that stands in addresses: ASCII letters, digits, `-`, `_` and `.` between them."""

    __slots__ = ()
    pattern = r"^[A-Za-z0-9](?:[A-Za-z0-9_.-]*[A-Za-z0-9])?$"
    wrong = (
        "cannot be an id: ids are part of addresses, so use only "
        "letters from a to z, digits, and hyphens, for example `call-happened`"
    )


class Url(_Word):
    """An absolute address of the web: `https://…` or `http://…`."""

    __slots__ = ()
    pattern = r"^https?://[^\s<>\"]+$"
    wrong = "is not a web address: start it with https:// or http://"


class _CoreBool:
    """Marks a field as YAML 1.2's boolean: `true` or `false`, and not `yes`, `on` or `1`."""

    @staticmethod
    def check(value: object) -> object:
        if isinstance(value, bool):
            return value
        if isinstance(value, str) and value in {"true", "True", "TRUE", "false", "False", "FALSE"}:
            return value.lower() == "true"
        raise ValueError(f"`{value}` is not `true` or `false`")

    def __get_pydantic_core_schema__(self, source: object, handler: GetCoreSchemaHandler) -> Any:
        from pydantic_core import core_schema

        return core_schema.no_info_before_validator_function(self.check, core_schema.bool_schema())


Flag: TypeAlias = Annotated[bool, _CoreBool()]


RatingId: TypeAlias = str
"""A rating's id. references.py checks that the scale has it."""


Stance: TypeAlias = Literal["supports", "disputes", "context"]
"""What a piece of evidence says of a claim (CiTO: supports, disputes)."""


NoteKind: TypeAlias = Literal[
    "context", "definition", "opinion", "quotation", "correction", "translation"
]


Genre: TypeAlias = Literal[
    "news", "analysis", "opinion", "explainer", "transcript", "speech", "paper"
]


ExtraShape: TypeAlias = Literal[
    "star", "plus", "moon", "down", "frame", "hourglass", "chevron", "stripes"
]
"""Shapes that no rating of the default scale has: for the ratings that sites add."""


Shape: TypeAlias = Literal[  # noqa: RUF041 - nested: those of the default scale first
    Literal["circle", "ring", "half", "quarter", "square", "diamond"],
    Literal["triangle", "cross", "bar", "dots", "quote"],
    ExtraShape,
]
"""What a badge looks like without colour."""


Tone: TypeAlias = Literal["blue", "sky", "grey", "amber", "orange", "plain"]
"""A badge's colour: from blue (best) over grey to orange (worst); plain for what is not rated."""
