"""Which language a text is in, which script, which direction.

Two judges: our own n-gram heads, which know the languages of care we were built for and also Hindi and
Urdu in Latin letters, Indonesian and Malay; and Compact Language Detector 2 (pycld2), which knows
about 80 more. A text is ``und`` (undetermined) when it is too short or neither judge is sure.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pycld2

from careworth.enrich._grams import Floats, Grams, bytes_of, summed
from careworth.enrich._model import Heads, softmax

UNKNOWN = "und"
SIZES = (4,)
"""The n-grams that the heads of languages use: longer ones add nothing here."""

_SURE = 0.55
"""Below this our own heads do not decide."""
_WEAK = 1.5
"""Log odds of the best of our heads below which another language that pycld2 names is believed."""
_CERTAIN = 4.0
"""Log odds that no text in a language unknown to our heads came near: 1.6 was the highest."""
_OTHERS_RIGHT = 0.9
"""Probability given to a language that only pycld2 knows."""
_FEWEST = 3
"""Letters without which a text has no language."""
_LONG_ENOUGH = 12
"""Letters from which pycld2 alone is believed about a language that we do not know."""

SCRIPTS = ("Zyyy", "Latn", "Arab", "Deva", "Hebr", "Zzzz")
"""ISO 15924: no letters, Latin, Arabic, Devanagari, Hebrew, another."""
_LATIN, _ARABIC, _DEVANAGARI, _HEBREW, _ANOTHER = range(1, 6)
_BY_SCRIPT = {"ar": _ARABIC, "ur": _ARABIC, "hi": _DEVANAGARI}
_RENAMED = {"jw": "jv", "iw": "he", "nn": "no", "zh-Hant": "zh"}
_BY_ACCIDENT = {"un", "haw", "ia", "ie", "kl", "la", "sco", "tlh", "vo", "xxx"}
"""What pycld2 finds in short posts that are in none of these."""
_NEIGHBOURS = {
    "id": {"jv", "su"},
    "ms": {"jv", "su"},
    "hi": {"mr", "ne", "sa"},
    "ur": {"fa", "ps", "sd", "pa"},
}
"""What pycld2 tells from a language of ours better than our heads, which were never shown it."""
_URDU_ONLY = np.array([0x0679, 0x0688, 0x0691, 0x06BA, 0x06BE, 0x06C1, 0x06D2])
"""Letters that Urdu has and Arabic and Persian have not."""


@dataclass(frozen=True, slots=True)
class Languages:
    """One entry a text in every column."""

    code: npt.NDArray[np.str_]
    """ISO 639-1 where there is one, ``und`` when not known."""
    script: npt.NDArray[np.str_]
    rtl: npt.NDArray[np.bool_]
    probability: Floats


def languages_of(plain: pa.LargeStringArray, grams: Grams, heads: Heads) -> Languages:
    """Language, script and direction of texts in their plain form."""
    letters, urdu = _letters(plain)
    script = np.where(letters.any(axis=1), letters.argmax(axis=1) + 1, 0)
    odds = summed(grams, heads.weights, SIZES) * heads.slope + heads.bias
    home = np.array([_BY_SCRIPT.get(name, _LATIN) for name in heads.names])
    odds[script[:, None] != home] = -30
    if "ur" in heads.names:
        odds[urdu, heads.names.index("ur")] += 10
    names = [name.partition("-")[0] for name in heads.names]
    needless = (odds.max(axis=1) >= _CERTAIN) & ~np.isin(odds.argmax(axis=1), _near(names))
    code, probability = _decided(odds, names, _detected(plain, ~needless), letters.sum(axis=1))
    return Languages(code, np.array(SCRIPTS)[script], np.isin(script, (_ARABIC, _HEBREW)), probability)


def _decided(
    odds: Floats, names: Sequence[str], other: Sequence[str], letters: npt.NDArray[np.int64]
) -> tuple[npt.NDArray[np.str_], Floats]:
    """Numbers stand for the codes: comparing text is what would take the time here."""
    number = {code: i for i, code in enumerate(dict.fromkeys([UNKNOWN, *names, *other]))}
    ours = np.array([number[name] for name in names])
    theirs = np.array([number[code] for code in other], np.int64)
    best, strength = odds.argmax(axis=1), odds.max(axis=1)
    code, probability = ours[best], softmax(odds)[np.arange(len(odds)), best]
    near = np.zeros(len(code), bool)
    for own, others in _NEIGHBOURS.items():
        near |= (code == number.get(own, -1)) & np.isin(theirs, [number.get(name, -1) for name in others])
    foreign = (theirs > ours.max()) & (letters >= _LONG_ENOUGH) & ((strength < _WEAK) | near)
    nobody = (letters < _FEWEST) | ((strength < -20) | (probability < _SURE) & (code != theirs)) & ~foreign
    code = np.where(nobody, 0, np.where(foreign, theirs, code))
    sure = np.where(foreign, np.float32(_OTHERS_RIGHT), probability)
    sure[letters < _FEWEST] = 0
    return np.array(list(number))[code], np.where(nobody, 1 - sure, sure).astype(np.float32)


def _near(names: Sequence[str]) -> list[int]:
    return [i for i, name in enumerate(names) if name in _NEIGHBOURS]


def _detected(plain: pa.LargeStringArray, asked: npt.NDArray[np.bool_]) -> list[str]:
    """What pycld2 says of the texts it is asked about, where it calls itself reliable, else ``und``.

    It takes longer than all our heads together, so it is not asked where they are certain.
    """
    found = [UNKNOWN] * len(plain)
    for i, text in zip(
        np.flatnonzero(asked).tolist(), plain.filter(pa.array(asked)).to_pylist(), strict=True
    ):
        found[i] = _detect(text)
    return found


def _detect(text: str) -> str:
    try:
        reliable, _, details = pycld2.detect(text, bestEffort=True)
    except pycld2.error:  # a character that it takes for broken UTF-8
        return UNKNOWN
    code = str(details[0][1])
    return _RENAMED.get(code, code) if reliable and code not in _BY_ACCIDENT else UNKNOWN


def _letters(plain: pa.LargeStringArray) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.bool_]]:
    """Letters of each script in each text, shape (texts, 5), and whether one is only Urdu's."""
    raw, offsets = bytes_of(plain)
    text_of = np.repeat(np.arange(len(plain)), np.diff(offsets))
    lead = _SCRIPT_OF_LEAD[raw]
    urdu = np.zeros(len(plain), bool)
    beyond = np.flatnonzero(raw >= 0xC0)
    first, second = raw[beyond], raw[beyond + 1]
    lead[beyond[(first == 0xE0) & (second != 0xA4) & (second != 0xA5)]] = _ANOTHER
    lead[beyond[(first == 0xD7) & (second < 0x90)]] = 0
    letter = (first & 0x1F).astype(np.int64) << 6 | second & 0x3F
    urdu[text_of[beyond[np.isin(letter, _URDU_ONLY) & (first >= 0xD9) & (first <= 0xDB)]]] = True
    counts = np.bincount(text_of * len(SCRIPTS) + lead, minlength=len(plain) * len(SCRIPTS))
    return counts.reshape(len(plain), len(SCRIPTS))[:, 1:], urdu


def _scripts_of_leads() -> npt.NDArray[np.uint8]:
    """The script for the first byte of a UTF-8 letter; bytes that begin no letter have 0."""
    table = np.zeros(256, np.uint8)
    table[ord("a") : ord("z") + 1] = _LATIN
    table[0xC3:0xCA] = _LATIN
    table[0xCA:0xD6] = _ANOTHER
    table[0xD6:0xD8] = _HEBREW
    table[0xD8:0xDC] = _ARABIC
    table[0xE0] = _DEVANAGARI
    table[0xE1] = _LATIN  # Latin Extended Additional; also Georgian and Khmer, which pycld2 knows
    table[0xE3:0xEE] = _ANOTHER
    return table


_SCRIPT_OF_LEAD = _scripts_of_leads()
