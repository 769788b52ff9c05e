"""The sentences that are said, per language, from the files in ``texts/``."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

from careworth.simulate._company import LANGUAGES, TOPICS
from careworth.simulate._script import OUTBOUND, Act, name

Templates = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Phrases:
    """What is said in one language; templates have slots in braces."""

    said: Mapping[tuple[Act, int], Templates]
    """By act and topic; every act is there for every topic and for none (-1)."""
    slots: Mapping[str, Templates]
    mail_opens: Templates
    mail_closes: Templates
    mail_sign: str
    """How an agent ends a mail; ``{agent}`` is the signature."""


@cache
def phrasebooks() -> tuple[Phrases, ...]:
    """One book per language, in the order of ``LANGUAGES``."""
    return tuple(_phrases(language) for language in LANGUAGES)


def _phrases(language: str) -> Phrases:
    file = resources.files("careworth.simulate").joinpath("texts", f"{language}.toml")
    content = tomllib.loads(file.read_text(encoding="utf-8"))
    said: dict[tuple[Act, int], Templates] = {}
    for act in Act:
        general = content["outbound" if act in OUTBOUND else "inbound"].get(name(act), ())
        by_topic = content.get(name(act), {})
        for topic in range(-1, len(TOPICS)):
            said[act, topic] = tuple(by_topic[TOPICS[topic]] if by_topic and topic >= 0 else general)
    mail = content["mail"]
    slots = {slot: tuple(words) for slot, words in content["slots"].items()}
    return Phrases(said, slots, tuple(mail["open"]), tuple(mail["close"]), mail["sign"][0])
