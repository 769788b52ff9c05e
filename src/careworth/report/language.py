"""Reports in the reader's language: the code says its sentences in English, ``texts/*.toml`` translates them.

What stands in a sentence is named, so a translation may move it:
``say("{first} to {last}", first=..., last=...)``.
"""

import re
import tomllib
from collections.abc import Iterator
from functools import cache
from importlib import resources
from itertools import groupby
from typing import Any

from careworth.errors import UnknownName
from careworth.report.blocks import Number, Paragraph
from careworth.report.writing import ENGLISH, Words, speaking, spoken, write_name

__all__ = [
    "LANGUAGES",
    "meant",
    "say",
    "say_count",
    "speaking",
    "spoken",
    "tell",
    "translated",
    "translated_sentences",
    "words_of",
]

LANGUAGES = ("en", "id", "it", "ur")
_PLACE = re.compile(r"\{(\w+)\}")
_ENDED = re.compile(r"(?<=[.!?])\s+(?=[A-Z0-9])")
_NUMBER = re.compile(r"-?\d[\d,]*(?:\.\d+)?(?:e[+-]\d+)?")

Part = str | Number | tuple[str | Number, ...]


@cache
def words_of(language: str) -> Words:
    """The words of a language. Raises UnknownName."""
    if language == "en":
        return ENGLISH
    if language not in LANGUAGES:
        raise UnknownName(
            f"Reports are not written in {language!r}.", hint=f"Languages are {', '.join(LANGUAGES)}."
        )
    text = (resources.files("careworth.report") / f"texts/{language}.toml").read_text(encoding="utf-8")
    read: dict[str, Any] = tomllib.loads(text)
    fixed: dict[str, Any] = {
        name: tuple(said) if isinstance(said, list) else said for name, said in read["words"].items()
    }
    return Words(**fixed, texts=read["texts"], patterns=read["patterns"])


def meant(text: str) -> str:
    """Marks a text that is said elsewhere, so that the test of the catalogues finds it."""
    return text


def say(text: str, /, **parts: str | int) -> str:
    """A sentence of ours in the language that is spoken."""
    words = spoken()
    said = words.texts.get(text, text)
    if words.direction == "ltr":
        return said.format(**parts)
    return said.format(**{name: write_name(str(part)) for name, part in parts.items()})


def say_count(one: str, many: str, count: int, /, **parts: str | int) -> str:
    """``one`` for a count of 1, else ``many``. No language of ours has more forms than these two."""
    return say(one if count == 1 else many, **parts)


def tell(text: str, /, **parts: Part) -> Paragraph:
    """A paragraph in which numbers stay numbers, wherever the translation puts them."""
    return Paragraph(tuple(_told(spoken().texts.get(text, text), parts)))


def _told(text: str, parts: dict[str, Part]) -> Iterator[str | Number]:
    """The pieces in order, texts beside each other joined."""
    for kind, pieces in groupby(_pieces(text, parts), key=type):
        together = list(pieces)
        yield from ["".join(map(str, together))] if kind is str else together


def _pieces(text: str, parts: dict[str, Part]) -> Iterator[str | Number]:
    for place, piece in enumerate(_PLACE.split(text)):
        said: Part = parts[piece] if place % 2 else piece
        if place % 2 and isinstance(said, str):
            said = write_name(said)
        yield from (one for one in (said if isinstance(said, tuple) else (said,)) if one != "")


def translated(text: str) -> str:
    """A text that comes finished from a package below, which speaks English only: known by its pattern.

    One that is not known stays as it is.
    """
    words = spoken()
    if words is ENGLISH:
        return text
    if text in words.texts:
        return words.texts[text]
    if _NUMBER.fullmatch(text):
        return _number(text, words)
    for pattern, into in _patterns(words.language):
        if found := pattern.fullmatch(text):
            return into.format(**{name: translated(said) for name, said in found.groupdict().items()})
    return text


def translated_sentences(text: str) -> str:
    """Several sentences that come finished, each known by its own pattern."""
    return " ".join(map(translated, _ENDED.split(text)))


def _number(text: str, words: Words) -> str:
    """An English number with the marks of the language."""
    marked = text.translate({ord(","): words.thousands, ord("."): words.decimal})
    return f"\u2066{marked}\u2069" if words.direction == "rtl" else marked


@cache
def _patterns(language: str) -> tuple[tuple[re.Pattern[str], str], ...]:
    """Each English pattern as an expression, with what it becomes."""
    return tuple((_expression(text), into) for text, into in words_of(language).patterns.items())


def _expression(text: str) -> re.Pattern[str]:
    pieces = _PLACE.split(text)
    return re.compile(
        "".join(f"(?P<{piece}>.+?)" if place % 2 else re.escape(piece) for place, piece in enumerate(pieces)),
        re.DOTALL,
    )
