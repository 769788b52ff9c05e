"""Personal data in a text: what proposes the move to a private conversation.

What was found is never kept or logged: only which kinds a text holds. The kinds are rules. A phone
number needs a plus, a leading zero or the shape of a local number, because order numbers are long
rows of digits too; a card number needs Luhn's check digit.
"""

import re
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

KINDS = ("card", "phone", "email", "address")
"""In this order they are the bits of the mask, lowest first."""

_CARD = r"\d(?:[ .-]?\d){12,18}"
_PHONE = (
    r"(?:^|[^\d.,#/=-])(?:"
    r"\+\d{1,3}[ .\-(]*\d{1,4}(?:[ .\-)]*\d{2,4}){2,3}"
    r"|\(?0\d{2,4}\)?[ .\-]?\d{3,4}[ .\-]?\d{3,5}"
    r"|\(?[2-9]\d{2}\)?[ .\-]\d{3}[ .\-]\d{4}"
    r"|0\d{9,10}|08\d{8,11}|03\d{9}"
    r")(?:$|[^\d/-])"
)
_EMAIL = r"[\w.+-]+@[\w-]+(?:\.[\w-]+)*\.\pL{2,}"
_NAMED = r"(?:(?:de|da|do|das|dos|del|dei|di|della|la|el|las|los) )*\p{Lu}[\p{Ll}.']+"
_STREET = (
    r"(?i)street|avenue|boulevard|terrace|st\b|r(?:oa)?d\b|ave\b|la?ne?\b|dr|blvd|court|ct\b|close|square|highway|"
    r"via|piazza|corso|calle|avenida|carrera|rua|travessa|alameda|j(?:a)?la?n?\b|rue|chemin|impasse|allée|"
    r"stra(?:ß|ss)e|str\.|weg|platz|allee|gasse|gali|block|sector|phase|مکان|گلی|بلاک|سیکٹر|شارع|حي|मकान|गली|प्लॉट|सेक्टर|"
    r"\d[a-z]? \d[a-z][a-z]"
)
"""Without one of these there is no address: a quick look before the slow one."""
_ADDRESS = "|".join(
    (
        r"(?i:\b\d{1,5}[a-z]? (?:[\pL'.]+ ){1,3}(?:street|avenue|boulevard|terrace)\b)",
        # words that mean other things too need capitals: "3 weeks on the road"
        r"\b\d{1,5}[a-zA-Z]? (?:\p{Lu}[\pL'.]+ ){1,3}"
        r"(?:St|Road|Rd|Ave|Lane|Ln|Dr|Drive|Blvd|Court|Ct|Close|Square|Highway)\b",
        # a postcode of the United Kingdom; without the gap it is the tail number of an aeroplane
        r"\b[A-Z]{1,2}\d[A-Z\d]? \d[A-Z]{2}\b",
        r"\b(?i:via|viale|piazza|corso|calle|avenida|carrera|rua|travessa|alameda|jalan|jln|jl)\b\.? "
        rf"{_NAMED}(?: {_NAMED})*(?i:,? ?(?:n\.?|no\.?|nº|#)?) ?\d{{1,5}}\b",
        r"(?i:\b\d{1,4}(?: ?bis)?,? (?:rue|avenue|boulevard|chemin|impasse|allée) [\pL']+)",
        r"(?i:\b[\pL-]+(?:straße|strasse|str\.|weg|platz|allee|gasse) \d{1,4}\b)",
        r"(?i:\b(?:house|makan|flat|plot|h) ?(?:no|number|#)?\.? ?\d{1,5}[, ]+"
        r"(?:street|gali|block|sector|road|phase))",
        r"(?:مکان|گلی|بلاک|سیکٹر)\s?(?:نمبر\s?)?\d+",
        r"(?:شارع|حي)(?:\s\pL+){1,4}\s?،?\s?(?:رقم\s?)?\d+",
        r"(?:मकान|गली|प्लॉट|सेक्टर)\s?(?:नंबर|नं)?\.?\s?\d+",
    )
)


def personal_mask(column: pa.LargeStringArray) -> npt.NDArray[np.uint8]:
    """Which kinds of personal data each text holds, as bits in the order of ``KINDS``."""
    mask = np.zeros(len(column), np.uint8)
    for bit, flags in enumerate(
        (_cards(column), _has(column, _PHONE), _has(column, _EMAIL), _addresses(column))
    ):
        mask |= flags.astype(np.uint8) << np.uint8(bit)
    return mask


def _has(column: pa.LargeStringArray, pattern: str) -> npt.NDArray[np.bool_]:
    flags: npt.NDArray[np.bool_] = pc.match_substring_regex(column, pattern).to_numpy(zero_copy_only=False)
    return flags


def _addresses(column: pa.LargeStringArray) -> npt.NDArray[np.bool_]:
    flags = _has(column, r"\d")
    for pattern in (_STREET, _ADDRESS):
        flags[flags] = _has(column.filter(pa.array(flags)), pattern)
    return flags


def _cards(column: pa.LargeStringArray) -> npt.NDArray[np.bool_]:
    """Only the few texts with so many digits are looked at one by one."""
    flags = _has(column, _CARD)
    for i in np.flatnonzero(flags).tolist():
        flags[i] = any(is_card(re.sub(r"\D", "", run)) for run in re.findall(_CARD, column[i].as_py()))
    return flags


def is_card(digits: Sequence[str]) -> bool:
    """Whether 13 to 19 digits pass Luhn's check (ISO/IEC 7812-1) and begin like a card of a bank."""
    if not 13 <= len(digits) <= 19 or digits[0] not in "23456":
        return False
    doubled = [int(digit) for digit in reversed(digits)]
    for i in range(1, len(doubled), 2):
        doubled[i] = sum(divmod(2 * doubled[i], 10))
    return sum(doubled) % 10 == 0


def kinds_of(mask: npt.NDArray[np.uint8]) -> pa.StringArray:
    """The kinds as text, joined by commas; null where there is none."""
    names = [
        ",".join(kind for bit, kind in enumerate(KINDS) if value >> bit & 1) or None for value in range(16)
    ]
    return pa.array(names, pa.string()).take(pa.array(mask))
