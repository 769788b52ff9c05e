"""The sentences of the worth page: what changed and what to do, from kept figures, in the active language."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _

from careworth.web import names, writing

Content = Mapping[str, Any]
_COMPARED = ("first_reply_time", "answered_within_1h", "out_of_channel_rate")
_FEWEST_OF_A_CHANNEL = 30


def changes(content: Content) -> Iterator[str]:
    """The second half of the record beside the first; what may be chance is said to be so."""
    if not content["comparable"]:
        yield _("The two halves of the record hold too little to be compared.")
        return
    before, now = content["before"], content["now"]
    ratio = now["conversations"]["n"] / before["conversations"]["n"] - 1
    told = {
        "day": writing.day(content["middle"]),
        "count": writing.conversations(now["conversations"]["n"]),
        "share": writing.percent(abs(ratio)),
    }
    if ratio >= 0:
        yield _("Since %(day)s: %(count)s, %(share)s more than in the half before.") % told
    else:
        yield _("Since %(day)s: %(count)s, %(share)s fewer than in the half before.") % told
    for name in _COMPARED:
        if before[name]["value"] is not None and now[name]["value"] is not None:
            yield _change(name, before[name], now[name])


def _change(name: str, before: Content, now: Content) -> str:
    told = {
        "measure": names.measure(name),
        "before": writing.value(name, before["value"]),
        "now": writing.value(name, now["value"]),
    }
    if told["before"] == told["now"]:
        return _("%(measure)s: unchanged at %(now)s.") % told
    if _apart(before, now):
        return _("%(measure)s: %(now)s, before %(before)s.") % told
    return _("%(measure)s: %(now)s, before %(before)s; this may be chance.") % told


def _apart(before: Content, now: Content) -> bool:
    if any(row.get(end) is None for row in (before, now) for end in ("low", "high")):
        return False
    return bool(now["high"] < before["low"] or before["high"] < now["low"])


def actions(content: Content) -> Iterator[dict[str, str]]:
    """What the company planned, then what the figures suggest; ``own`` is a text that somebody wrote."""
    worth = content["worth"]
    for planned in (worth or {}).get("actions", ()):
        told = {"owner": _capital(planned["owner"]), "day": writing.day(planned["by"])}
        yield {"own": _sentence(planned["action"]), "text": _("%(owner)s, by %(day)s") % told}
    yield from _slowest(content)
    if worth is None:
        yield {"text": _("State what the service costs, so that its worth can be told.")}
        return
    if worth["drivers"]:
        text = _("Find out more about this figure: no other one moves the worth as much.")
        yield {"own": _sentence(worth["drivers"][0]["text"]), "text": text}
    if worth["guess_share"] is not None and worth["guess_share"] > 0.1:
        share = writing.percent(worth["guess_share"])
        yield {
            "text": _("Tag more conversations: %(share)s of the requests rest on a guess.") % {"share": share}
        }


def _sentence(text: str) -> str:
    """A phrase that somebody wrote, as a sentence of its own."""
    return f"{_capital(text).rstrip('. ')}."


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _slowest(content: Content) -> Iterator[dict[str, str]]:
    name = "answered_within_1h"
    rows = [
        row
        for row in content["channels"][name]
        if row["n"] >= _FEWEST_OF_A_CHANNEL and row["value"] is not None
    ]
    if len(rows) < 2:
        return
    worst, best = min(rows, key=lambda row: row["value"]), max(rows, key=lambda row: row["value"])
    if worst["value"] < best["value"] - 0.1:
        told = {
            "worst": names.channel(worst["channel"]),
            "share": writing.value(name, worst["value"]),
            "best": names.channel(best["channel"]),
            "better": writing.value(name, best["value"]),
        }
        yield {
            "text": _(
                "Look at %(worst)s: within an hour %(share)s are answered there, on %(best)s %(better)s."
            )
            % told
        }
