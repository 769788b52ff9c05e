"""Which language a text is in, which script, which direction.

Two judges: our own n-gram heads, which know the languages of care we were built for and also Hindi and
Urdu in Latin letters, Indonesian and Malay; and Compact Language Detector 2 (pycld2), which knows
about 80 more. A text is ``und`` (undetermined) when it is too short or neither judge is sure.
"""

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
_RENAMED = {"jw": "jv", "iw": "he", "un": UNKNOWN, "zh-Hant": "zh"}
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
    names = np.array([name.partition("-")[0] for name in heads.names])
    code, probability = _decided(odds, names, _detected(plain), letters.sum(axis=1))
    return Languages(code, np.array(SCRIPTS)[script], np.isin(script, (_ARABIC, _HEBREW)), probability)


def _decided(
    odds: Floats, names: npt.NDArray[np.str_], other: npt.NDArray[np.str_], letters: npt.NDArray[np.int64]
) -> tuple[npt.NDArray[np.str_], Floats]:
    best = odds.argmax(axis=1)
    code, strength = names[best].astype("<U8"), odds.max(axis=1)
    probability = softmax(odds)[np.arange(len(best)), best]
    foreign = (other != UNKNOWN) & ~np.isin(other, names) & (letters >= _LONG_ENOUGH)
    near = np.zeros(len(best), bool)
    for ours, theirs in _NEIGHBOURS.items():
        near |= (code == ours) & np.isin(other, list(theirs))
    theirs_now = foreign & ((strength < _WEAK) | near)
    code[theirs_now] = other[theirs_now]
    probability[theirs_now] = _OTHERS_RIGHT
    agreed = (code == other) & ~theirs_now
    nobody = (
        (letters < _FEWEST) | (~theirs_now & ~agreed & (probability < _SURE)) | (strength < -20) & ~theirs_now
    )
    code[nobody], probability[nobody] = UNKNOWN, 1 - probability[nobody]
    return code, probability


def _detected(plain: pa.LargeStringArray) -> npt.NDArray[np.str_]:
    """What pycld2 says where it calls itself reliable, else ``und``."""
    found = [_detect(text) for text in plain.to_pylist()]
    return np.array(found, "<U8") if found else np.zeros(0, "<U8")


def _detect(text: str) -> str:
    try:
        reliable, _, details = pycld2.detect(text, bestEffort=True)
    except pycld2.error:  # a character that it takes for broken UTF-8
        return UNKNOWN
    code = str(details[0][1])
    return _RENAMED.get(code, code) if reliable else UNKNOWN


def _letters(plain: pa.LargeStringArray) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.bool_]]:
    """Letters of each script in each text, shape (texts, 5), and whether one is only Urdu's."""
    raw, offsets = bytes_of(plain)
    lead = _SCRIPT_OF_LEAD[raw]
    after = np.append(raw[1:], 0)
    lead[(raw == 0xE0) & (after != 0xA4) & (after != 0xA5)] = _ANOTHER
    lead[(raw == 0xD7) & (after < 0x90)] = 0
    counts = np.stack([_per_text(lead == script, offsets) for script in range(1, 6)], axis=1)
    pairs = (raw.astype(np.int64) & 0x1F) << 6 | after & 0x3F
    urdu = np.isin(pairs, _URDU_ONLY) & (raw >= 0xD9) & (raw <= 0xDB)
    return counts, _per_text(urdu, offsets) > 0


def _per_text(flags: npt.NDArray[np.bool_], offsets: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    running = np.concatenate([[0], np.cumsum(flags)])
    number: npt.NDArray[np.int64] = running[offsets[1:]] - running[offsets[:-1]]
    return number


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
