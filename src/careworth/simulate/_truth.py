"""What is true of the simulated year: counted where it was made, not read from the files."""

from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from careworth.simulate._clock import OpenClock, Seconds
from careworth.simulate._company import Company
from careworth.simulate._ledger import Messages
from careworth.simulate._legs import Legs
from careworth.simulate._script import AGENT_ACTS, Act, is_one_of

WITHIN_HOURS = (1, 4, 24, 72)
_NEVER = np.iinfo(np.int64).max
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class PeriodTruth:
    """True values of conversations whose first request, or else whose opening, lies in a period.

    Shares of nothing and medians that were never reached are None. A wait runs on the wall from the
    first request to the first message of a person of the brand after it, as far as the file goes.
    """

    conversations: int
    """With at least one inbound message."""
    requests: int
    """Of these, those in which service is asked for."""
    answered: int
    """Of the requests, those with an answer of a person."""
    request_share: float | None
    answered_share: float | None
    answered_within: dict[str, float | None]
    """Hours -> share of all requests."""
    median_wait_hours: float | None
    """Over all requests; one without an answer waits longer than any."""
    median_wait_answered_hours: float | None
    median_open_wait_minutes: float | None
    """Over all requests, on the clock of the opening hours."""
    public_requests: int
    """Requests that began in public."""
    moved_to_private: int
    """Of the public ones, those that went on by direct message."""
    moved_to_private_share: float | None
    sent_out_of_channel: int
    sent_out_of_channel_share: float | None
    """Of the answered ones."""
    thanked: int
    """Requests whose writer said that it is solved."""
    greeted: int
    """Requests that a program greeted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class YearTruth:
    """True values of the whole year and of its quarters (``2025-Q1`` ...)."""

    messages: int
    year: PeriodTruth
    quarters: dict[str, PeriodTruth]

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True, slots=True)
class _Conversations:
    """Facts of every conversation with an inbound message; all of shape (conversations,)."""

    quarter: NDArray[np.int64]
    asked: Flags
    wait: Seconds
    """Seconds, or ``_NEVER``."""
    open_wait: Seconds
    public: Flags
    moved: Flags
    sent_away: Flags
    thanked: Flags
    greeted: Flags


def truth(company: Company, year: int, legs: Legs, messages: Messages, clock: OpenClock) -> YearTruth:
    """The true values. ``messages`` are those of the file, in any order."""
    found = _conversations(company, legs, messages, clock)
    quarters = {f"{year}-Q{q + 1}": _period(found, found.quarter == q) for q in range(4)}
    everything = _period(found, np.ones(len(found.quarter), dtype=np.bool_))
    return YearTruth(messages=len(messages), year=everything, quarters=quarters)


def _conversations(company: Company, legs: Legs, messages: Messages, clock: OpenClock) -> _Conversations:
    of = legs.conversation[messages.leg]
    count = int(np.max(legs.conversation, initial=-1)) + 1
    act, sent = messages.act, messages.sent
    brand_only = act == Act.POST
    inbound = np.bincount(of[~brand_only], minlength=count) > 0
    asked = _earliest(of, sent, act == Act.REQUEST, count)
    by_person = is_one_of(act, AGENT_ACTS) & (sent > asked[of])
    answered = _earliest(of, sent, by_person, count)
    opened = _earliest(of, sent, ~brand_only, count)
    began = np.where(asked == _NEVER, opened, asked)
    never = answered == _NEVER
    wait = np.where(never, _NEVER, answered - began)
    open_wait = np.where(never, _NEVER, clock.opened(answered) - clock.opened(began))
    direct = np.array([channel.direct for channel in company.channels])[legs.channel[:count]]

    def has(wanted: Act) -> Flags:
        return np.asarray(np.bincount(of[act == wanted], minlength=count) > 0)

    return _Conversations(
        quarter=_quarters(began[inbound], ZoneInfo(company.zone)),
        asked=(asked != _NEVER)[inbound],
        wait=wait[inbound],
        open_wait=open_wait[inbound],
        public=~direct[inbound],
        moved=has(Act.PRIVATE_INFO)[inbound],
        sent_away=has(Act.OUT_OF_CHANNEL)[inbound],
        thanked=has(Act.THANKS)[inbound],
        greeted=has(Act.GREETING)[inbound],
    )


def _earliest(of: NDArray[np.int64], sent: Seconds, which: Flags, count: int) -> Seconds:
    """The first of the chosen messages of every conversation, or ``_NEVER``."""
    first = np.full(count, _NEVER)
    np.minimum.at(first, of[which], sent[which])
    return first


def _quarters(moments: Seconds, zone: ZoneInfo) -> NDArray[np.int64]:
    months = [datetime.fromtimestamp(int(m), UTC).astimezone(zone).month for m in moments]
    return (np.array(months, dtype=np.int64) - 1) // 3


def _period(found: _Conversations, inside: Flags) -> PeriodTruth:
    asked = inside & found.asked
    wait, answered = found.wait[asked], asked & (found.wait != _NEVER)
    public, moved = asked & found.public, asked & found.public & found.moved
    sent_away = answered & found.sent_away
    within = {str(hours): _share(int(np.sum(wait <= hours * 3600)), len(wait)) for hours in WITHIN_HOURS}
    return PeriodTruth(
        conversations=int(inside.sum()),
        requests=int(asked.sum()),
        answered=int(answered.sum()),
        request_share=_share(int(asked.sum()), int(inside.sum())),
        answered_share=_share(int(answered.sum()), int(asked.sum())),
        answered_within=within,
        median_wait_hours=_median(wait, 3600),
        median_wait_answered_hours=_median(found.wait[answered], 3600),
        median_open_wait_minutes=_median(found.open_wait[asked], 60),
        public_requests=int(public.sum()),
        moved_to_private=int(moved.sum()),
        moved_to_private_share=_share(int(moved.sum()), int(public.sum())),
        sent_out_of_channel=int(sent_away.sum()),
        sent_out_of_channel_share=_share(int(sent_away.sum()), int(answered.sum())),
        thanked=int((asked & found.thanked).sum()),
        greeted=int((asked & found.greeted).sum()),
    )


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def _median(waits: Seconds, unit: int) -> float | None:
    """The time by which half of them are over: the lower median, as of a Kaplan–Meier curve."""
    if not len(waits):
        return None
    middle = int(np.sort(waits)[(len(waits) - 1) // 2])
    return None if middle == _NEVER else middle / unit
