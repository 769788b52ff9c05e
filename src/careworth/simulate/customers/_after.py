"""What follows a trouble, in both potential lives of each customer."""

from dataclasses import dataclass

import numpy as np
from numpy.random import Generator

from careworth.simulate.customers._happenings import Happenings, happenings
from careworth.simulate.customers._lives import Lives
from careworth.simulate.customers._people import Bools, Floats, Ints, People, pick
from careworth.simulate.customers._troubles import Troubles
from careworth.simulate.customers._world import HORIZON, SERVICES, TALK_DAYS, Difficulty

ASSISTED = ("phone", "email", "chat", "branch")
ASSISTED_SHARES = (0.5, 0.2, 0.2, 0.1)
COSTS = (7.5, 4.0, 4.5, 11.0)
"""Mean cost of a contact in each."""

_ASKS, _HELPS, _STARTS, _TALKS, _REFERS = 1.15, 1.6, 1.5, 0.7, 1.5
"""What care multiplies the rate of each with: customers who are cared for also ask more."""
BUYS = 1.1
"""Purchases a year."""
PURCHASE_MARGIN = 0.3
"""Of what is paid."""
_SOLVED = 0.55
_ANSWERS_SURVEY = 0.45


@dataclass(frozen=True, slots=True)
class After:
    """Everything that follows; values that belong to a happening have its length."""

    contacts: Happenings
    channel: Ints
    cost: Floats
    helped: Happenings
    solved: Bools
    services: Happenings
    service: Ints
    service_margin: Floats
    attributed: Bools
    """Would name social as its source, where it happens with care."""
    purchases: Happenings
    amount: Floats
    posts: Happenings
    sentiment: tuple[Ints, Ints]
    asked: Ints
    """Troubles whose customer answers a survey."""
    asked_day: Floats
    score: tuple[Ints, Ints]
    """0 to 10, without care and with it."""
    referrals: Happenings
    referred_stays: Floats
    """Days that each customer won stays."""


def after(folk: People, had: Troubles, lived: Lives, hard: Difficulty, dice: Generator) -> After:
    """Draw what follows each trouble within the horizon."""
    bad, keen = had.severity - 3, folk.engagement[had.person] - 0.5

    def draw(rate: Floats, with_care: float, days: float = HORIZON) -> Happenings:
        factor = float(np.exp(hard.effects * np.log(with_care)))
        stays = None if days == TALK_DAYS else lived.stays
        return happenings(rate, factor, days, dice, stays)

    contacts = draw(1.6 * np.exp(0.2 * bad - 0.3 * keen), _ASKS)
    helped = draw(0.9 * np.exp(1.2 * keen + 0.05 * bad), _HELPS)
    services = draw(0.18 * np.exp(0.8 * keen - 0.1 * bad), _STARTS)
    posts = draw(0.8 * np.exp(0.35 * bad + 0.8 * keen), _TALKS, TALK_DAYS)
    purchases = draw(BUYS * np.exp(keen), 1.0)
    referrals = draw(np.full(len(had), 0.06), _REFERS)
    asked = np.flatnonzero(dice.random(len(had)) < _ANSWERS_SURVEY)
    channel = pick(ASSISTED_SHARES, len(contacts), dice)
    return After(
        contacts=contacts,
        channel=channel,
        cost=np.round(np.array(COSTS)[channel] * dice.lognormal(0, 0.3, len(contacts)), 2),
        helped=helped,
        solved=dice.random(len(helped)) < _SOLVED,
        services=services,
        service=dice.integers(0, len(SERVICES), len(services)),
        service_margin=np.round(dice.lognormal(np.log(6.0), 0.3, len(services)), 2),
        attributed=dice.random(len(services)) < 0.45,
        purchases=purchases,
        amount=amounts(len(purchases), dice),
        posts=posts,
        sentiment=_sentiments(bad[posts.of], hard, dice),
        asked=asked,
        asked_day=dice.uniform(10, 80, len(asked)),
        score=_scores(bad[asked], keen[asked], hard, dice),
        referrals=referrals,
        referred_stays=dice.exponential(900.0, len(referrals)),
    )


def amounts(n: int, dice: Generator) -> Floats:
    """What is paid for each purchase."""
    return np.round(dice.lognormal(np.log(20.0), 0.5, n), 2)


def _sentiments(bad: Floats, hard: Difficulty, dice: Generator) -> tuple[Ints, Ints]:
    luck = dice.normal(0, 1, len(bad)) - 0.4 * bad
    first, second = (_sentiment(luck + shift) for shift in (0.0, 0.5 * hard.effects))
    return first, second


def _sentiment(mood: Floats) -> Ints:
    return np.where(mood < 0, -1, np.where(mood < 0.8, 0, 1)).astype(np.int64)


def _scores(bad: Floats, keen: Floats, hard: Difficulty, dice: Generator) -> tuple[Ints, Ints]:
    luck = 6.4 - 0.7 * bad + 1.5 * keen + dice.normal(0, 2.2, len(bad))
    first, second = (
        np.clip(np.round(luck + shift), 0, 10).astype(np.int64) for shift in (0.0, 0.9 * hard.effects)
    )
    return first, second
