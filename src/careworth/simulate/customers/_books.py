"""What the simulated company's books say of the cost of care, for the return on social service."""

from datetime import date
from itertools import chain

import numpy as np

from careworth.simulate.customers._after import ASSISTED, ASSISTED_SHARES, COSTS
from careworth.simulate.customers._people import Floats
from careworth.simulate.customers._talk import CHATTER, Talk
from careworth.simulate.customers._world import END, MONTH, TROUBLES_FROM

_SOURCE = "simulated company's own books"
_PAID_FOR = 1.3
"""Paid minutes for each minute of work on a message: reading, notes, breaks."""
_RATE = 20.0
"""Money for an hour."""
_EACH = (
    ("inbox tool and seats", "tools", 0.006),
    ("posts that announce the service", "advertising", 0.001),
    ("training", "other", 0.001),
)
"""Money a month for each conversation of the whole record."""
_COMES_BACK = {"phone": 0.7, "branch": 0.2}

_Lines = list[str]


def inputs_toml(said: Talk, minutes: Floats, year: int) -> str:
    """Requests, costs, investment and the six elements of the framework, in money a month.

    ``minutes`` (n,) are what agents spent on each conversation; infinite times of ``said`` are answers that
    never came.
    """
    closed, spring = date(year + 1, 12, 31), date(year + 2, 6, 30)
    hours = _PAID_FOR * float(minutes.sum()) / 60 / (END / MONTH)
    blocks = (
        [_HEAD],
        _shares(said, closed),
        *(_channel(*one, closed) for one in zip(ASSISTED, ASSISTED_SHARES, COSTS, strict=True)),
        _range("failures.share", 0.07, 0.6, 1.6, closed),
        *(_failure(name, share, closed) for name, share in _COMES_BACK.items()),
        _investment(hours, len(said), closed),
        _framework(said, year, spring),
    )
    return "\n".join(chain.from_iterable(blocks)) + "\n"


def _shares(said: Talk, day: date) -> _Lines:
    asked = float(np.mean(said.kind != CHATTER)) if len(said) else 0.7
    return [
        *_range("requests.share_that_are_requests", asked, 0.9, 1.1, day),
        *_range("requests.solved_when_answered", 0.8, 0.93, 1.08, day),
        *_range("counterfactual.would_have_contacted", 0.68, 0.75, 1.25, day),
    ]


def _range(table: str, mode: float, low: float, high: float, day: date) -> _Lines:
    """A share, with ends as multiples of its likeliest value."""
    return ["", f"[{table}]", *_ends(mode, low, min(high, 1 / mode)), *_from(day)]


def _ends(mode: float, low: float, high: float) -> _Lines:
    return [f"low = {mode * low:.4g}", f"mode = {mode:.4g}", f"high = {mode * high:.4g}"]


def _from(day: date) -> _Lines:
    return [f'source = "{_SOURCE}"', f"date = {day}"]


def _cost(cost: float) -> str:
    return "cost = {{ {} }}".format(", ".join(_ends(cost, 0.85, 1.2)))


def _channel(name: str, share: float, cost: float, day: date) -> _Lines:
    return ["", "[[channels]]", f'name = "{name}"', f"share = {share}", _cost(cost), *_from(day)]


def _failure(name: str, share: float, day: date) -> _Lines:
    cost = COSTS[ASSISTED.index(name)]
    return ["", "[[failures.channels]]", f'name = "{name}"', f"share = {share}", _cost(cost), *_from(day)]


def _investment(hours: float, conversations: int, day: date) -> _Lines:
    source = ", ".join(_from(day))
    worked = ", ".join((*_ends(hours, 0.9, 1.2), source))
    rate = ", ".join((*_ends(_RATE, 0.9, 1.1), source))
    return [
        *_investment_of("social care team", "staff", f"hours = {{ {worked} }}", f"rate = {{ {rate} }}"),
        *chain.from_iterable(
            _investment_of(name, kind, f"amount = {{ value = {each * conversations:.2f}, {source} }}")
            for name, kind, each in _EACH
        ),
    ]


def _investment_of(name: str, kind: str, *amounts: str) -> _Lines:
    return ["", "[[investment]]", f'name = "{name}"', f'kind = "{kind}"', *amounts]


def _framework(said: Talk, year: int, spring: date) -> _Lines:
    before = said.opened < TROUBLES_FROM
    waits = 1440 * (said.answered - said.opened)[before]
    median = float(np.median(waits)) if before.any() else np.inf
    return [
        _FRAMEWORK.format(
            wait=round(median) if np.isfinite(median) else 3 * 1440,  # half were never answered
            within=round(float(np.mean(waits <= 240)), 3) if before.any() else 0.0,
            before=date(year - 1, 12, 31),
            year=year,
            spring=spring,
        ).rstrip()
    ]


_HEAD = """\
# Figures for the return on social service of Kirana Mobile (simulated).
# Everything here is simulated: no company has these costs.

currency = "EUR"
period = "month\""""

_FRAMEWORK = """
[objective]
name = "deflected_requests"

[[framework.goals]]
measure = "first_reply_time"
business_result = "fewer customers who leave after a trouble"
value = 120
date = {spring}

[[framework.goals]]
measure = "answered_within_4h"
business_result = "fewer second contacts by phone"
value = 0.7
date = {spring}

[[framework.benchmarks]]
measure = "first_reply_time"
value = 180
source = "made-up panel of telecom companies"
year = {year}

[[framework.benchmarks]]
measure = "answered_within_4h"
value = 0.6
source = "made-up panel of telecom companies"
year = {year}

[[framework.targets]]
measure = "first_reply_time"
how = "one inbox for the four regions, so that a quiet team helps a busy one"
date = {spring}

[[framework.targets]]
measure = "answered_within_4h"
how = "two more agents on call in winter, when most troubles come"
date = {spring}

[[framework.measures]]
measure = "first_reply_time"
baseline = {wait}
date = {before}

[[framework.measures]]
measure = "answered_within_4h"
baseline = {within}
date = {before}

[[framework.actions]]
finding = "customers of the north and the east, whose teams have answered for years, stay longer"
action = "keep the teams of the south and the west"
owner = "head of customer care"
date = {spring}

[[framework.actions]]
finding = "a request that waits for a day is one of a customer who calls as well"
action = "call agents in when more is open than a shift can answer"
owner = "team lead of social care"
date = {spring}
"""
