"""What the brand's own replies do: who signed them, whether they move the talk elsewhere.

The functions take whole columns of *outbound* texts and give columns of the same length; a null
text gives null for the signature and false for the two questions. They are rules, not models
(``rules/moves.toml``): how often they are right is measured in docs/labels.md.
"""

import tomllib
from functools import cache, reduce
from importlib import resources
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

RULES_VERSION = 1
"""Grows with every change that can change an answer; facts keep it beside the answer."""

_LONGEST_NAME = 18
_TAIL = 90
"""Characters from which the name is taken: the name, a link and a part number."""

_CAPITAL = "[A-ZÀ-ÖØ-Þ]"
_NAME = f"{_CAPITAL}[A-Za-zÀ-ÖØ-öø-ÿ]*"
_MARKED = (
    # ^AB ^Kartika *TJ ~RD: the mark says enough
    r"\^ ?\pL+",
    rf"[*~] ?{_NAME}(?: {_NAME})?",
    # /JB only after a gap: "and/OR" and the path of a link are no signatures
    rf"(?:[\s.!?)…]|[^\x00-\x7F])/ ?{_CAPITAL}+",
    # -Ann after a gap or the end of a sentence; "- Ann" only after the end of one, "- LP" anywhere
    rf"(?:[\s.!?):…]|[^\x00-\x7F])[-–—]{{1,2}}{_NAME}(?: {_CAPITAL}{{1,2}})?",
    rf"(?:[#@]|https?://)\S+ [-–—] ?{_NAME}",
    rf"(?:[.!?):…] ?|[^\x00-\x7F] ?)[-–—] {_NAME}(?: {_CAPITAL}{{1,2}})?",
    rf"\s[-–—] {_CAPITAL}+",
)
_BEHIND = r"(?:[\s.,!\x{200B}-\x{200F}\x{FE0F}]|\(?\d\d?(?:/|of| of )\d\d?\)?|https?://\S+)*\z"
_SIGNED = f"(?:{'|'.join(_MARKED)}){_BEHIND}"
_WHO = rf"[\^*~/–—-] ?(?P<who>\pL+(?: {_NAME})?){_BEHIND}"


def agent_signatures(texts: pa.StringArray) -> pa.StringArray:
    """Who signed each reply, as it was written and without the mark: ``AB`` for ``^AB``.

    Looks at the end only, past a link or a part number such as ``1/2`` behind the signature. Null
    where nobody signed. Marks: ``^ * ~ / -`` and the long dashes.
    """
    column = _whole(texts)
    signed = pc.fill_null(pc.match_substring_regex(column, _SIGNED), False)
    tails = pc.utf8_slice_codeunits(column.filter(signed), -_TAIL)
    found = pc.struct_field(pc.extract_regex(tails, _WHO), "who")
    common = pc.is_in(found, value_set=_not_names())
    named = pc.and_(pc.invert(common), pc.less_equal(pc.utf8_length(found), _LONGEST_NAME))
    kept = pc.if_else(named, found, pa.scalar(None, pa.string()))
    return pc.replace_with_mask(pa.nulls(len(column), pa.string()), signed, kept)


def asks_private(texts: pa.StringArray) -> pa.BooleanArray:
    """Whether each reply asks the customer to go on in a direct or private message.

    True for an invitation, a link that opens a private conversation and "check your DMs"; false for
    a reply that only says that a private message came or was answered.
    """
    return _says(_whole(texts), "private")


def sends_elsewhere(texts: pa.StringArray) -> pa.BooleanArray:
    """Whether each reply tells the customer to call, e-mail, visit a place or fill in a form.

    Such a request is not solved in the channel where it was asked. A link to a page of help alone
    does not count: the customer can go on where they are.
    """
    column = _whole(texts)
    linked = _says(column, "contact_link")
    open_link = pc.replace_with_mask(linked, linked, pc.invert(asks_private(column.filter(linked))))
    return pc.or_(_says(column, "elsewhere"), open_link)


def _says(column: pa.StringArray, what: str) -> pa.BooleanArray:
    found = [pc.match_substring_regex(column, automaton) for automaton in _automata(what)]
    return pc.fill_null(reduce(pc.or_, found), False)


@cache
def _automata(what: str) -> list[str]:
    """English and the others apart: one automaton for all outgrows RE2's memory and is ten times slower."""
    by_language = _rules()[what]
    others = [rule for language, rules in by_language.items() if language != "en" for rule in rules]
    return ["(?i)" + "|".join(rules) for rules in (by_language["en"], others) if rules]


@cache
def _not_names() -> pa.StringArray:
    words = _rules()["signature"]["not_names"]
    return pa.array([*words, *(word.capitalize() for word in words)])


@cache
def _rules() -> dict[str, Any]:
    return tomllib.loads(resources.files("careworth.enrich").joinpath("rules/moves.toml").read_text("utf-8"))


def _whole(texts: pa.StringArray) -> pa.StringArray:
    return texts.combine_chunks() if isinstance(texts, pa.ChunkedArray) else texts
