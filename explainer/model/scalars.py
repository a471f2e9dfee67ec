"""Types of single values in authors' files: texts with a fixed form, and enumerations."""

from __future__ import annotations

import copyreg
import re
from contextlib import suppress
from functools import cache
from operator import attrgetter, methodcaller
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal, Self, TypeAlias

from explainer.model.problems import CODES, did_you_mean, short
from explainer.support.patterns import later
from explainer.support.web_addresses import wrong_with

if TYPE_CHECKING:
    import datetime

    from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler

_LONGEST = 100
"""Maximum length of an address in a message."""


class Authored:
    """The base of the classes that represent data in authors' files."""

    __slots__ = ()
    __pydantic_config__: ClassVar[dict[str, Any]] = {"extra": "forbid"}
    """Unknown keys are errors."""
    NOUN: ClassVar = ""
    """The noun for it in messages; empty if the key that contains it is clearer."""


_form = cache(re.compile)
"""Compiles the pattern of a class, and only if a text of it is read."""


class Word(str):
    """A text with a fixed form."""

    __slots__ = ()
    pattern: ClassVar[str]
    """A regular expression with the same meaning in JSON Schema and Python."""
    wrong: ClassVar[str]
    """The end of the message about a text without this form, including how to write it."""
    _state = property(methodcaller("__getnewargs__"))
    """The text, in a tuple."""

    def __init_subclass__(cls) -> None:
        """Let `pickle` read a text without a call of anything written in Python."""
        copyreg.dispatch_table[cls] = attrgetter("__class__", "_state")

    @classmethod
    def check(cls, text: str) -> Self:
        """Return `text` as a value of this class; raise ValueError with a message for authors."""
        if not _form(cls.pattern).fullmatch(text):
            raise ValueError(f"`{text}` {cls.wrong}")
        return cls(text)

    @classmethod
    def __get_pydantic_core_schema__(cls, source: object, handler: GetCoreSchemaHandler) -> Any:
        check = {"type": "no-info", "function": cls.check}
        return {"type": "function-after", "function": check, "schema": {"type": "str"}}

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: Any, handler: GetJsonSchemaHandler) -> Any:
        return {"type": "string", "pattern": cls.pattern}


class PartialDate(Word):
    """An ISO 8601 date that may stop at the year or the month: `2024`, `2024-11`, `2024-11-10`.

    Dates compare as text: a partial date comes before every date within it.
    """

    __slots__ = ()
    pattern = r"^(?!0000)[0-9]{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01]))?)?$"
    wrong = "is not a date: write it as 2024-11-10, 2024-11, or 2024"

    @classmethod
    def check(cls, text: str) -> Self:
        """Return the date; raise ValueError also for dates that do not exist, such as 31 April."""
        if text[:5] in ("0000", "0000-"):
            raise ValueError(f"`{text}` is not a date: the years begin with 0001")
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
        """The year, followed by the month and the day if the date includes them."""
        return tuple(int(part) for part in self[:10].split("-"))


_TIME = later(
    r"(?P<day>[0-9-]{10})(?:[Tt]| +)(?P<time>[0-9]{2}:[0-9]{2}(?::[0-9]{2})?)(?:[.,][0-9]+)?"
    r" *(?P<zone>Z|z|UTC|GMT|(?P<sign>[+-])(?P<hours>[0-9]{1,2}):?(?P<minutes>[0-9]{2})?)?"
)


class DateTime(PartialDate):
    """A `PartialDate`, or a date with a time of day and perhaps an offset from UTC.

    `2024-05-01T10:00:00Z`, `2024-05-01 10:00:00 +0200`, `2024-05-01 10:00`. RFC 3339 and the
    spellings that Hugo, Jekyll, and YAML 1.1 add to it.
    """

    __slots__ = ()
    pattern = (
        r"^(?!0000)[0-9]{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01])"
        r"(([Tt]| +)([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9])?([.,][0-9]+)?"
        r" *(Z|z|UTC|GMT|[+-][0-9]{1,2}(:?[0-9]{2})?)?)?)?)?$"
    )

    @classmethod
    def check(cls, text: str) -> Self:
        """Return the moment; raise ValueError also for times that do not exist, such as 25:00."""
        if not (match := _TIME.fullmatch(text)):
            return super().check(text)
        PartialDate.check(match["day"])
        try:
            cls(text)._time()
        except (ValueError, OverflowError):
            raise ValueError(
                f"`{text}` is not a time: write it as 2024-11-10T18:30:00+01:00"
            ) from None
        return cls(text)

    def _time(self) -> datetime.datetime | None:
        """Return the date and time, without an offset if none is written; None for a date."""
        import datetime

        if not (match := _TIME.fullmatch(self)):
            return None
        time = datetime.datetime.fromisoformat(f"{match['day']}T{match['time']}")
        if not match["zone"]:
            return time
        hours, minutes = int(match["hours"] or 0), int(match["minutes"] or 0)
        if hours > 23 or minutes > 59:
            raise ValueError
        offset = datetime.timedelta(hours=hours, minutes=minutes)
        return time.replace(tzinfo=datetime.timezone(-offset if match["sign"] == "-" else offset))

    def local(self, timezone: str) -> str:
        """Return it in an IANA time zone: `2024-05-01T12:00:00`. A date is returned unchanged.

        A time without an offset is in that zone.
        """
        import zoneinfo

        time = self._time()
        if time is None:
            return str(self)
        if time.tzinfo:
            with suppress(OverflowError):  # at the very first or last day that Python has
                time = time.astimezone(zoneinfo.ZoneInfo(timezone))
        return time.replace(tzinfo=None).isoformat(timespec="seconds")


class RecordingTime(Word):
    """A time in a recording: `1:23:45`, `04:15`, or a number of seconds, `83`."""

    __slots__ = ()
    pattern = r"^([0-9]+|([0-9]+:)?[0-5]?[0-9]:[0-5][0-9])$"
    wrong = "is not a time in a recording: write it as 1:23:45, 4:15, or in seconds, 83"

    @property
    def seconds(self) -> int:
        """The number of seconds from the start."""
        total = 0
        for part in self.split(":"):
            total = total * 60 + int(part)
        return total

    @property
    def clock(self) -> str:
        """The time as players show it: `1:23:45`, `4:15`."""
        minutes, seconds = divmod(self.seconds, 60)
        hours, minutes = divmod(minutes, 60)
        return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"


class Id(Word):
    """A name for use in addresses: ASCII letters and digits, with `-`, `_` and `.` between them."""

    __slots__ = ()
    pattern = r"^[A-Za-z0-9](?:[A-Za-z0-9_.-]*[A-Za-z0-9])?$"
    wrong = (
        "cannot be an id: ids are part of addresses, so use only "
        "letters from a to z, digits, and hyphens, for example `call-happened`"
    )


class Url(Word):
    """An absolute web address: `https://…` or `http://…`."""

    __slots__ = ()
    pattern = r"^[Hh][Tt][Tt][Pp][Ss]?://[^\s<>\"\\/?#@]+([/?#][^\s<>\"\\]*)?$"

    @classmethod
    def check(cls, text: str) -> Self:
        """Return the address; raise ValueError if `wrong_with` finds something wrong with it."""
        if why := wrong_with(text):
            raise ValueError(f"`{short(text, _LONGEST)}` is not a web address: {why}")
        return cls(text)


class SiteUrl(Url):
    """The web address of a site, with which the addresses of its pages begin."""

    __slots__ = ()
    pattern = r"^[Hh][Tt][Tt][Pp][Ss]?://[^\s<>\"\\/?#@]+(/[^\s<>\"\\?#]*)?$"

    @classmethod
    def check(cls, text: str) -> Self:
        """Return the address; raise ValueError also if more than a path follows the host."""
        address = super().check(text)
        if sign := next((sign for sign in "?#" if sign in text), ""):
            raise ValueError(
                f"`{text}` cannot be the address of a site: pages’ addresses begin with it, "
                f"so leave out `{sign}` and what follows"
            )
        return address


class Reason(Word):
    """A text that is not empty."""

    __slots__ = ()
    pattern = r"^[\s\S]*\S[\s\S]*$"
    wrong = "is not a reason: write why this is right here"


class ProblemCode(Word):
    """The code of a problem, such as `bare-number`."""

    __slots__ = ()

    @classmethod
    def check(cls, text: str) -> Self:
        """Return `text`; raise ValueError if no problem has this code."""
        if text not in CODES:
            hint = did_you_mean(text, CODES, "messages show codes in brackets")
            raise ValueError(f"there is no problem with the code `{text}`: {hint}")
        return cls(text)

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: Any, handler: GetJsonSchemaHandler) -> Any:
        return {"type": "string", "enum": sorted(CODES)}


class _CoreBool:
    """Marks a field as a YAML 1.2 boolean: `true` or `false`, but not `yes`, `on`, or `1`."""

    @staticmethod
    def check(value: object) -> object:
        if isinstance(value, bool):
            return value
        if isinstance(value, str) and value in {"true", "True", "TRUE", "false", "False", "FALSE"}:
            return value.lower() == "true"
        raise ValueError(f"`{value}` is not `true` or `false`")

    def __get_pydantic_core_schema__(self, source: object, handler: GetCoreSchemaHandler) -> Any:
        check = {"type": "no-info", "function": self.check}
        return {"type": "function-before", "function": check, "schema": {"type": "bool"}}


Flag: TypeAlias = Annotated[bool, _CoreBool()]


RatingId: TypeAlias = str
"""The id of a rating. references.py checks that the scale contains it."""


Stance: TypeAlias = Literal["supports", "disputes", "context"]
"""How a piece of evidence relates to a claim (terms of CiTO: supports, disputes)."""


NoteKind: TypeAlias = str
"""The id of a kind of note. references.py checks that the site has it."""


BuiltinKind: TypeAlias = Literal[
    "context", "definition", "opinion", "quotation", "correction", "translation"
]
"""The kinds of notes of every site."""


LineStyle: TypeAlias = Literal["dotted", "dashed", "solid", "wavy"]
"""The line under the words that a note is about."""


Genre: TypeAlias = Literal[
    "news", "analysis", "opinion", "explainer", "transcript", "speech", "paper"
]


ExtraShape: TypeAlias = Literal[
    "star", "plus", "moon", "down", "frame", "hourglass", "chevron", "stripes"
]
"""Shapes for the ratings that sites add; the default scale does not use them."""


Shape: TypeAlias = Literal[  # noqa: RUF041 - nested: the default scale first
    Literal["circle", "ring", "half", "quarter", "square", "diamond"],
    Literal["triangle", "cross", "bar", "dots", "quote"],
    ExtraShape,
]
"""The shape of a badge, which distinguishes ratings without colour."""


Tone: TypeAlias = Literal["blue", "sky", "grey", "amber", "orange", "plain"]
"""The colour of a badge, from blue (best) to orange (worst); plain if a claim is not rated."""
