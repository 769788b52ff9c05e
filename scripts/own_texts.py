"""The project's own training texts: sentences with slots, and heaps of words.

The files lie in ``labels_data``, one a language. A line in a section ``[kind tier sentiment topic]`` is
a sentence: ``{a|b}`` chooses one of both, ``{slot}`` chooses from the list ``@slot: a | b`` of the file.
Dangers have the topic ``urgent`` and a fifth word, their theme, so that a theme can be left out whole.
A section ``[lex group]`` lists words and phrases; some of them behind each other make a text of the group.
``-`` stands for a label that does not apply.
"""

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

FOLDER = Path(__file__).parent / "labels_data"
NAMES = """
acme, northwind, bluecell, blue cell, novabank, skyline, skyline air, homenet, quickmart, streamly,
swiftpost, voltara, orbit mobile, orbit, tellura, air marlin, fernway, pinegate, zuvo, kartalis,
brightline energy, omnia, parcello, red harbor, juno fibre, velmar, grand celeste, tandoori house,
mobika, altiva, cresta rail, sunfold, dr hobbs, wattson, lumen & co, pixora, casa verde, nimbus,
tri-star, halden bank, go4taxi, yumbox
"""
HANDLES = """
bluecell, novabank, skyline, homenet, quickmart, streamly, swiftpost, voltara, orbit, acmecare,
northwindhelp, tellura, airmarlin, askfernway, zuvo_help, omniacares, parcello, junofibre, velmar,
mobika_id, crestarail, altivasupport
"""
BRANDS = [*re.split(r",\s+", NAMES.strip()), *("@" + handle for handle in re.split(r",\s+", HANDLES.strip()))]
"""Companies that do not exist. Many, so that what is learned is where a name stands and not which it is."""
TAGS = ("fail", "help", "love", "news", "travel", "service", "wow", "ugh", "blackfriday", "win", "jobs")
SHORT = {
    "you": "u",
    "your": "ur",
    "you're": "ur",
    "are": "r",
    "please": "plz",
    "because": "bc",
    "people": "ppl",
    "thanks": "thx",
}
GROUPS = {
    "problem": ("service", "1", "negative"),
    "ask": ("service", "1", "neutral"),
    "urgent": ("service", "1", "negative"),
    "praise": ("marketing", "2", "positive"),
    "promo": ("marketing", "2", "neutral"),
    "noise": ("noise", "2", "neutral"),
    "negative": ("-", "-", "negative"),
    "positive": ("-", "-", "positive"),
}


@dataclass(frozen=True, slots=True)
class OwnText:
    text: str
    language: str
    kind: str
    tier: str
    sentiment: str
    topic: str
    source: str
    """The sentence or word it comes from: texts of one source must not be split between fit and test."""
    theme: str = ""
    """Of a danger, empty for all else."""
    group: str = ""
    """The group of a heap of words, empty for a sentence."""

    @property
    def words_only(self) -> bool:
        return bool(self.group)


@dataclass(slots=True)
class Source:
    """One file, read."""

    language: str
    slots: dict[str, list[str]] = field(default_factory=lambda: {"brand": BRANDS})
    sentences: list[tuple[list[str], str]] = field(default_factory=list)
    words: list[tuple[str, str]] = field(default_factory=list)


def read(language: str) -> Source:
    source = Source(language)
    head: list[str] = []
    for raw in (FOLDER / f"{language}.txt").read_text("utf-8").splitlines():
        line = raw.strip()
        section = re.fullmatch(r"\[([\w ()-]+)\]", line)
        slot = re.fullmatch(r"@(\w+): (.*)", line)
        if not line or line.startswith("# "):
            continue
        if section:
            head = section[1].split()
        elif slot:
            source.slots[slot[1]] = [word.strip() for word in slot[2].split("|")]
        elif head[0] == "lex":
            source.words += [(head[1], word.strip()) for word in line.split("|") if word.strip()]
        else:
            source.sentences.append((head, line))
    return source


def languages() -> list[str]:
    return sorted(path.stem for path in FOLDER.glob("*.txt"))


def texts(language: str, rng: random.Random, *, per_line: int = 8, per_word: int = 4) -> Iterator[OwnText]:
    """Some texts for each sentence and for each word of a language's file."""
    source = read(language)
    for (kind, tier, sentiment, topic, *theme), line in source.sentences:
        for text in sorted({filled(line, source.slots, rng) for _ in range(per_line)}):
            dressed = _dressed(text, kind, rng)
            yield OwnText(dressed, language, kind, tier, sentiment, topic, line, *theme)
    for group, word in source.words:
        kind, tier, sentiment = GROUPS[group]
        for _ in range(per_word):
            text = _heap(word, group, source, rng)
            dressed = _dressed(text, kind, rng)
            yield OwnText(dressed, language, kind, tier, sentiment, "-", word, group=group)


def filled(line: str, slots: dict[str, list[str]], rng: random.Random) -> str:
    """The sentence with one choice made for every slot, innermost first."""
    while match := re.search(r"\{([^{}]*)\}", line):
        choices = slots.get(match[1]) or match[1].split("|")
        line = line[: match.start()] + rng.choice(choices) + line[match.end() :]
    return re.sub(r"\s+", " ", line).strip()


def _heap(word: str, group: str, source: Source, rng: random.Random) -> str:
    own = [other for its_group, other in source.words if its_group == group]
    every = [other for _, other in source.words]
    heap = [word] + [rng.choice(own if rng.random() > 0.15 else every) for _ in range(rng.randint(0, 4))]
    rng.shuffle(heap)
    return " ".join(heap)


def _dressed(text: str, kind: str, rng: random.Random) -> str:
    """With what surrounds a post: a handle, a link, a tag, a repeat, lost punctuation, short spellings."""
    if "@" not in text and rng.random() < 0.5:
        text = rng.choice(("@user {}", "@user {}", ".@user {}", "{} @user")).format(text)
    if rng.random() < (0.12 if kind == "service" else 0.25):
        text += " http"
    if rng.random() < 0.12:
        text += " #" + rng.choice(TAGS)
    if rng.random() < (0.1 if kind == "service" else 0.25):
        text = "RT @user: " + text
    if rng.random() < 0.15:
        text = re.sub(r"[!?,.¿¡،؟]", "", text)
    if rng.random() < 0.2:
        text = re.sub(r"(?<=\w)['’](?=\w)", "", text)
    if rng.random() < 0.1:
        text = re.sub(
            r"\b(?:you|your|you're|are|please|because|people|thanks)\b", lambda m: SHORT[m[0]], text
        )
    return text
