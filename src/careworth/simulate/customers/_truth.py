"""The true effects of care: both potential lives of the same customers, one less the other."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from careworth.simulate.customers._after import PURCHASE_MARGIN
from careworth.simulate.customers._drawn import Drawn
from careworth.simulate.customers._everyday import CHANGES
from careworth.simulate.customers._happenings import Happenings
from careworth.simulate.customers._lives import STAGES
from careworth.simulate.customers._people import Bools, Floats, Ints
from careworth.simulate.customers._world import END, HELP_DAYS, HORIZON, IN_TIME, MONTH, SAVE_DAYS

Truth = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Gaps:
    """With care less without, one entry a trouble."""

    months: Floats
    retained: Floats
    margin: Floats
    contacts: Floats
    contact_saving: Floats
    visits: Floats
    solved: Floats
    shared: Floats
    bought: Floats
    service_margin: Floats
    purchase_margin: Floats
    referral_margin: Floats

    @property
    def money(self) -> Floats:
        """All sources of a customer's money."""
        worth = self.service_margin + self.purchase_margin + self.referral_margin
        return self.margin + self.contact_saving + worth


def gaps(world: Drawn) -> Gaps:
    """The effect on each customer of being cared for."""
    done, stays, n = world.followed, world.lived.stays, len(world.had)
    contacts = world.not_made[1] < 0
    months = (np.minimum(stays[1], HORIZON) - np.minimum(stays[0], HORIZON)) / MONTH
    early = done.helped.day < HELP_DAYS
    return Gaps(
        months=months,
        retained=(stays[1] >= HORIZON).astype(float) - (stays[0] >= HORIZON),
        margin=months * world.folk.margin[world.had.person],
        contacts=_gap(done.contacts, contacts, n),
        contact_saving=-_gap(done.contacts, contacts * done.cost, n),
        visits=_any_gap(done.helped.some(early), n),
        solved=_gap(done.helped, early & done.solved, n),
        shared=_any_gap(done.posts, n),
        bought=_any_gap(done.services, n),
        service_margin=_margin_gap(done.services, done.service_margin, stays, n),
        purchase_margin=_gap(done.purchases, PURCHASE_MARGIN * done.amount, n),
        referral_margin=_referral_gap(world, n),
    )


def _gap(found: Happenings, worth: Floats | Bools, n: int) -> Floats:
    without, with_care = (np.bincount(found.of, weights=arm * worth, minlength=n) for arm in found.arms)
    return np.asarray(with_care - without)


def _any_gap(found: Happenings, n: int) -> Floats:
    without, with_care = (np.bincount(found.of, weights=arm, minlength=n) > 0 for arm in found.arms)
    return np.asarray(with_care.astype(float) - without)


def _margin_gap(found: Happenings, margin: Floats, stays: tuple[Floats, Floats], n: int) -> Floats:
    worth = []
    for arm, happens in enumerate(found.arms):
        months = (np.minimum(stays[arm], HORIZON)[found.of] - found.day) / MONTH
        worth.append(np.bincount(found.of, weights=happens * margin * months, minlength=n))
    return np.asarray(worth[1] - worth[0])


def _referral_gap(world: Drawn, n: int) -> Floats:
    found, stays = world.followed.referrals, world.followed.referred_stays
    months = np.minimum(HORIZON - found.day, stays) / MONTH
    return _gap(found, REFERRED_MARGIN * months, n)


REFERRED_MARGIN = 11.0
"""Margin a month of a customer won by another."""


def exposed(world: Drawn) -> Bools:
    """(n,) troubles that were answered in time, of customers who were there when the groups are decided."""
    return world.lived.cared & _there(world)


def _there(world: Drawn) -> Bools:
    return np.asarray(world.lived.real > IN_TIME)


def truth(world: Drawn) -> dict[str, Any]:
    """True values of the exposed, of everybody who had a trouble, and of the changes of processes."""
    each, who = gaps(world), exposed(world)
    return {
        "exposed": int(who.sum()),
        "values": {**_values(world, each, who), "m7_process": _process(world)},
        "everybody": _values(world, each, _there(world)),
        "total": {
            "money": float(each.money[who].sum()),
            "parts": {
                "margin": float(each.margin[who].sum()),
                "contact_saving": float(each.contact_saving[who].sum()),
                "service_margin": float(each.service_margin[who].sum()),
                "purchase_margin": float(each.purchase_margin[who].sum()),
                "referral_margin": float(each.referral_margin[who].sum()),
            },
        },
    }


def _values(world: Drawn, each: Gaps, who: Bools) -> dict[str, Any]:
    real = world.followed.services
    sold = real.arms[1] & world.followed.attributed & (world.lived.cared & who)[real.of]
    return {
        "m1_retention": {
            "per_customer_months": _mean(each.months[who]),
            "retained_share": _mean(each.retained[who]),
            "money_per_customer": _mean(each.margin[who]),
            "by_stage": {
                name: _mean(each.months[who & (world.lived.stage == number)])
                for number, name in enumerate(STAGES)
            },
        },
        "m2_operating_cost": {
            "contacts_per_customer": _mean(each.contacts[who]),
            "money_per_customer": _mean(each.contact_saving[who]),
        },
        "m3_self_help": {
            "visit_share": _mean(each.visits[who]),
            "solved_per_customer": _mean(each.solved[who]),
        },
        "m4_saves": _saves(world, who),
        "m5_rants": _talk(world, each, who),
        "m6_cross_sell": {
            "bought_share": _mean(each.bought[who]),
            "money_per_customer": _mean(each.service_margin[who]),
            "attributed_sales": int(sold.sum()),
        },
    }


def _saves(world: Drawn, who: Bools) -> dict[str, Any]:
    had, stays = world.had, world.lived.stays
    since = had.step_at - had.at
    rows = who & (had.step >= 0) & (world.lived.real > since + IN_TIME)
    saved = (stays[1] >= since + SAVE_DAYS).astype(float) - (stays[0] >= since + SAVE_DAYS)
    kept = np.minimum(stays[1], since + SAVE_DAYS) - np.minimum(stays[0], since + SAVE_DAYS)
    money = kept / MONTH * world.folk.margin[had.person]
    number = saved[rows].sum()
    return {
        "save_share": _mean(saved[rows]),
        "money_per_customer": _mean(money[rows]),
        "money_per_save": float(money[rows].sum() / number) if number > 0 else None,
    }


def _talk(world: Drawn, each: Gaps, who: Bools) -> dict[str, Any]:
    done = world.followed
    promoted = (done.score[1] >= 9).astype(float) - (done.score[0] >= 9)
    return {
        "share_rate": _mean(each.shared[who]),
        "recommend_share": _mean(promoted[who[done.asked]]),
        "negative_share": _negative(world, who),
    }


def _negative(world: Drawn, who: Bools) -> float | None:
    """Of the customers who really post, by the same posts in either mood: the mean of their shares."""
    done, n = world.followed, len(world.had)
    real = done.posts.real(world.lived.cared)
    posts = np.bincount(done.posts.of, weights=real, minlength=n)
    sour = (np.bincount(done.posts.of, weights=real & (mood < 0), minlength=n) for mood in done.sentiment)
    without, with_care = (found / np.maximum(posts, 1) for found in sour)
    return _mean((with_care - without)[who & (posts > 0)])


def _process(world: Drawn) -> dict[str, dict[str, float]]:
    later = world.followed.contacts.real(world.lived.cared)
    found = {}
    for number, change in enumerate(CHANGES):
        avoided = int((world.not_made[0] == number).sum() + (later & (world.not_made[1] == number)).sum())
        found[change.name] = {"requests_avoided_month": avoided / ((END - change.day) / MONTH)}
    return found


def _mean(values: Floats | Ints) -> float | None:
    return float(values.mean()) if len(values) else None
