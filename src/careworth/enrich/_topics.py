"""The kind of a request, by words: a small taxonomy that a company can edit."""

import hashlib
import re
import tomllib
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from careworth.errors import MappingError

OTHER = "other"
_OTHER_SURE = 0.5


@dataclass(frozen=True, slots=True)
class Topic:
    name: str
    title: str
    sure: float
    """How often the kind is right where its words are found, 0 to 1."""
    pattern: str
    """One expression for all languages, for texts in the form of ``_words_only``."""


@dataclass(frozen=True, slots=True)
class Taxonomy:
    """The kinds of request, most particular first."""

    version: str
    topics: tuple[Topic, ...]

    def find(self, column: pa.LargeStringArray) -> tuple[pa.StringArray, npt.NDArray[np.float32]]:
        """The name of the first kind whose words are in each text, and how sure that is.

        ``other`` where no kind has a word in the text. Where several kinds have one, the first is as
        much less sure as there are others.
        """
        words = _words_only(column)
        found = np.stack([_found(words, topic.pattern) for topic in self.topics])
        first, several = found.argmax(axis=0), found.sum(axis=0)
        names = np.array([topic.name for topic in self.topics] + [OTHER])
        sure = np.array([topic.sure for topic in self.topics] + [_OTHER_SURE], np.float32)
        chosen = np.where(several > 0, first, len(self.topics))
        return pa.array(names[chosen], pa.string()), sure[chosen] / np.sqrt(np.maximum(several, 1)).astype(
            "f4"
        )


def _words_only(column: pa.LargeStringArray) -> pa.LargeStringArray:
    """Small letters, one space between words and at the ends: then every word is a plain row of letters.

    Expressions with classes of letters in them were fifty times slower.
    """
    words = pc.replace_substring_regex(pc.utf8_lower(column), r"[^\pL\pM\pN]+", " ")
    space, nothing = pa.scalar(" ", pa.large_string()), pa.scalar("", pa.large_string())
    return pc.binary_join_element_wise(space, pc.utf8_trim(words, " "), space, nothing)


def _found(column: pa.LargeStringArray, pattern: str) -> npt.NDArray[np.bool_]:
    flags: npt.NDArray[np.bool_] = pc.match_substring_regex(column, pattern).to_numpy(zero_copy_only=False)
    return flags


def load_taxonomy(path: Path | None = None) -> Taxonomy:
    """The taxonomy of a TOML file, by default the one that comes with the package.

    The version of a company's own file ends in a digest of it, so that no edit goes unnoticed. Raises
    MappingError when the file is not a taxonomy.
    """
    shipped = resources.files("careworth.enrich").joinpath("rules/topics.toml")
    source = shipped if path is None else path
    try:
        text = source.read_text("utf-8")
        data = tomllib.loads(text)
        topics = tuple(_topic(entry) for entry in data["topic"])
        version = str(data["version"])
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise MappingError(
            f"{source} is not a taxonomy of requests: {error!r}.",
            hint='It needs version = 1 and for each kind [[topic]], name = "..." and words.en = ["..."].',
        ) from error
    own = "" if path is None else "-" + hashlib.sha256(text.encode()).hexdigest()[:8]
    return Taxonomy(version + own, topics)


def _topic(entry: dict[str, object]) -> Topic:
    by_language = entry["words"]
    if not isinstance(by_language, dict) or not by_language:
        raise TypeError("words must be given by language")
    words = [str(word) for words in by_language.values() for word in words]
    sure = entry.get("sure", 0.7)
    if not isinstance(sure, int | float) or not 0 <= sure <= 1:
        raise TypeError("sure must lie between 0 and 1")
    return Topic(str(entry["name"]), str(entry.get("title", entry["name"])), float(sure), _pattern(words))


def _pattern(words: list[str]) -> str:
    """Latin words whole or by their beginning; in other scripts anywhere, since endings are joined on."""
    plain_words = _words_only(pa.array(words, pa.large_string())).to_pylist()
    return "|".join(_one_word(word, plain) for word, plain in zip(words, plain_words, strict=True))


def _one_word(word: str, plain: str) -> str:
    if not re.match("[A-Za-zÀ-ɏ]", word):
        return plain.strip()
    return plain.rstrip() if word.endswith("*") else plain
