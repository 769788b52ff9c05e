"""When conversations begin, and what they are about."""

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import IntEnum
from zoneinfo import ZoneInfo

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from careworth.simulate._clock import Seconds, moment, year_bounds
from careworth.simulate._company import TOPICS, Company, Incident

NONE = -1

_WORKDAY = (2, 1, 1, 1, 1, 2, 5, 9, 13, 14, 14, 13, 14, 13, 12, 12, 12, 13, 15, 16, 15, 13, 9, 5)
_WEEKEND = (3, 2, 1, 1, 1, 1, 2, 4, 7, 10, 11, 11, 11, 10, 9, 9, 10, 11, 12, 13, 13, 11, 8, 5)
_POST_HOURS = (9, 12, 16, 18)


class Category(IntEnum):
    """What a conversation is to the company."""

    REQUEST = 0
    PRAISE = 1
    CHATTER = 2
    NOISE = 3
    POST = 4
    """Something the brand published, with what people replied."""


@dataclass(frozen=True, slots=True)
class Arrivals:
    """Beginnings of conversations; all arrays have one entry a conversation."""

    started: Seconds
    category: NDArray[np.int64]
    topic: NDArray[np.int64]
    """Index into ``TOPICS``; ``NONE`` where nothing is asked."""
    incident: NDArray[np.int64]
    """Index into the company's incidents, or ``NONE``."""

    def __len__(self) -> int:
        return len(self.started)


def arrivals(company: Company, year: int, conversations: int, dice: Generator) -> Arrivals:
    """The beginnings of a year's conversations, in order of time."""
    counts = [round(conversations * incident.share) for incident in company.incidents]
    posts = round(conversations * company.post_share)
    parts = [_incident(company, year, at, n, dice) for at, n in enumerate(counts)]
    parts.append(_posts(company, year, posts, dice))
    parts.append(_everyday(company, year, conversations - posts - sum(counts), dice))
    order = np.argsort(np.concatenate([part.started for part in parts]), kind="stable")
    names = ("started", "category", "topic", "incident")
    return Arrivals(*(np.concatenate([getattr(part, name) for part in parts])[order] for name in names))


def hourly_weights(company: Company, year: int) -> tuple[Seconds, NDArray[np.float64]]:
    """The first second of every hour of the local year and how much is written in it."""
    zone = ZoneInfo(company.zone)
    begin, end = year_bounds(year, zone)
    hours = np.arange(begin, end, 3600, dtype=np.int64)
    local = [datetime.fromtimestamp(int(hour), UTC).astimezone(zone) for hour in hours]
    weekly = np.array([(_WEEKEND if t.weekday() > 4 else _WORKDAY)[t.hour] for t in local], dtype=np.float64)
    second_half = np.maximum(0.0, (hours - begin) / (end - begin) - 0.5) * 2
    return hours, weekly * (1 + company.growth * second_half)


def _everyday(company: Company, year: int, count: int, dice: Generator) -> Arrivals:
    hours, weights = hourly_weights(company, year)
    started = dice.choice(hours, count, p=weights / weights.sum()) + dice.integers(0, 3600, count)
    shares = (company.request_share, company.praise_share, company.chatter_share)
    category = pick(np.array([*shares, 1 - sum(shares)]), count, dice)
    topic = pick(np.array(company.topics), count, dice)
    topic[category != Category.REQUEST] = NONE
    return Arrivals(started, category, topic, np.full(count, NONE))


def _incident(company: Company, year: int, at: int, count: int, dice: Generator) -> Arrivals:
    """A burst that rises at once and fades while the fault lasts."""
    incident: Incident = company.incidents[at]
    begin = moment(year, incident.month, incident.day, incident.hour, ZoneInfo(company.zone))
    lag = dice.beta(1.2, 3.0, count) * incident.lasts_hours * 3600
    topic = np.full(count, TOPICS.index("outage"))
    started = begin + lag.astype(np.int64)
    return Arrivals(started, np.full(count, int(Category.REQUEST)), topic, np.full(count, at))


def _posts(company: Company, year: int, count: int, dice: Generator) -> Arrivals:
    """Publications at the hours at which marketing people publish."""
    begin, end = year_bounds(year, ZoneInfo(company.zone))
    day = begin + dice.integers(0, (end - begin) // 86_400, count) * 86_400
    hour = dice.choice(_POST_HOURS, count)
    started = day + hour * 3600 + dice.integers(0, 300, count)
    none = np.full(count, NONE)
    return Arrivals(started, np.full(count, int(Category.POST)), none, none.copy())


def pick(shares: NDArray[np.float64], count: int, dice: Generator) -> NDArray[np.int64]:
    """``count`` independent draws of an index, in proportion to the shares (any positive sum)."""
    steps = np.cumsum(shares) / np.sum(shares)
    return np.minimum(np.searchsorted(steps, dice.random(count), side="right"), len(steps) - 1)
