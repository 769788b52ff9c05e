"""Who answers, and how long the first answer takes."""

from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from careworth.simulate._arrivals import Category
from careworth.simulate._clock import OpenClock, Seconds, moment
from careworth.simulate._company import Company
from careworth.simulate._legs import Legs

_LOAD_WINDOW = 2 * 3600
_SHORTEST = 90


@dataclass(frozen=True, slots=True)
class Staff:
    """The team in one year."""

    company: Company
    year: int
    clock: OpenClock

    def evening_since(self) -> int:
        """The moment at which the last opening hours begin."""
        month, day = self.company.hours[-1].since
        return moment(self.year, month, day, 0, ZoneInfo(self.company.zone))

    def answer_chance(self, legs: Legs) -> NDArray[np.float64]:
        """How likely a person answers each leg."""
        company = self.company
        later = legs.started >= self.evening_since()
        chance = np.where(later, company.answered_after, company.answered_before)
        chance = np.where(legs.incident >= 0, company.answered_incident, chance)
        by_category = {
            Category.PRAISE: company.praise_answered,
            Category.CHATTER: company.chatter_answered,
            Category.NOISE: 0.0,
            Category.POST: 0.0,
        }
        for category, share in by_category.items():
            chance = np.where(legs.category == category, share, chance)
        # under a post only the request is answered, so that its wait is the conversation's wait
        return np.where((legs.parent >= 0) & (legs.category != Category.REQUEST), 0.0, chance)

    def first_answers(self, legs: Legs, dice: Generator) -> Seconds:
        """When each leg is answered first, were it answered."""
        company = self.company
        spread = np.exp(company.first_wait_spread * dice.standard_normal(len(legs)))
        wait = company.first_wait_minutes * 60 * spread * self._load(legs) ** company.load_power
        return self.clock.after(legs.started, np.maximum(wait, _SHORTEST).astype(np.int64))

    def _load(self, legs: Legs) -> NDArray[np.float64]:
        """Requests of the last open hours in proportion to their mean, at least a half.

        Open time stands still at night, so all that came in overnight counts together at opening.
        """
        asked = np.sort(self.clock.opened(legs.started[legs.category == Category.REQUEST]))
        at = self.clock.opened(legs.started)
        recent = np.searchsorted(asked, at, side="right") - np.searchsorted(asked, at - _LOAD_WINDOW)
        mean = max(1.0, len(asked) * _LOAD_WINDOW / max(1, int(np.max(at, initial=1))))
        return np.clip(recent / mean, 0.5, 20.0)

    def at_work(self, moments: Seconds) -> NDArray[np.bool_]:
        """Which agents work at each moment, shape (moments, agents): the late hours belong to the evening."""
        zone = ZoneInfo(self.company.zone)
        day_ends = self.company.hours[0].monday_to_friday[-1][1]
        local = [datetime.fromtimestamp(int(m), UTC).astimezone(zone) for m in moments]
        late = np.array([t.hour + t.minute / 60 >= day_ends for t in local], dtype=np.bool_)
        late &= moments >= self.evening_since()
        evening = np.array([agent.evening for agent in self.company.agents])
        return np.where(late[:, None], evening, True)

    def choose(self, moments: Seconds, before: NDArray[np.int64], dice: Generator) -> NDArray[np.int64]:
        """An agent for each moment; the one from before (or ``NONE``) stays with it if at work."""
        working = self.at_work(moments)
        fresh = np.argmax(working * dice.random(working.shape), axis=1)
        there = (before >= 0) & working[np.arange(len(moments)), before]
        keeps = there & (dice.random(len(moments)) >= self.company.changes_agent)
        return np.where(keeps, before, fresh)
