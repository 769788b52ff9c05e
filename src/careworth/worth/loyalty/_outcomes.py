"""What became of each customer from time zero on, one column an outcome."""

from dataclasses import dataclass

import numpy as np

from careworth.worth.loyalty._buying import buying
from careworth.worth.loyalty._cohort import MONTH, Bools, Cohort, Floats
from careworth.worth.loyalty._known import ASSISTED
from careworth.worth.loyalty._records import DAY, NEVER

HELP_DAYS = 180
"""Within how many days a visit to the help pages counts."""

TALK_DAYS = 90
"""Within how many days a post or an answer to a survey counts."""

SAVE_DAYS = 180
"""A customer is saved who stays this long after a step towards leaving."""


@dataclass(frozen=True, slots=True)
class Outcomes:
    """Columns (n,) by name, without missing values; money in the company's currency."""

    columns: dict[str, Floats]

    def __contains__(self, name: str) -> bool:
        return name in self.columns

    def __getitem__(self, name: str) -> Floats:
        return self.columns[name]

    def some(self, rows: Bools) -> "Outcomes":
        return Outcomes({name: column[rows] for name, column in self.columns.items()})


def outcomes(cohort: Cohort) -> Outcomes:
    """Every outcome that the tables can tell."""
    has = cohort.records.has
    found = {**_staying(cohort)}
    if has("care_contacts"):
        found |= _contacts(cohort)
    if has("subscriptions"):
        found |= _services(cohort)
    if has("purchases"):
        found |= _purchases(cohort)
        if cohort.at_will.any():
            found |= buying(cohort)
    if has("referrals"):
        found |= _referrals(cohort)
    if has("shares"):
        found |= _posts(cohort)
    if has("surveys"):
        found |= _recommends(cohort)
    return Outcomes(found)


def _staying(cohort: Cohort) -> dict[str, Floats]:
    zero, gone = cohort.number("zero"), cohort.number("gone")
    end = zero + cohort.clock.horizon * DAY
    months = (np.minimum(gone, end) - zero) / DAY / MONTH
    found = {"months": months, "stayed": (gone >= end).astype(np.float64)}
    margin = cohort.number("margin_month")
    if cohort.records.has("margins"):
        found["margin"] = np.nan_to_num(cohort.after("margins", "sum(r.margin)"))
    elif not np.isnan(margin).all():
        # Who buys at will brings purchases, not a margin a month.
        monthly = np.where(np.isnan(margin), np.nanmean(margin), margin) * cohort.number("contract")
        found["margin"] = monthly * months
    return found


def _contacts(cohort: Cohort) -> dict[str, Floats]:
    found = {"contacts": np.nan_to_num(cohort.after("care_contacts", "count(*)", where=ASSISTED))}
    cost = cohort.after("care_contacts", "sum(r.cost)", where=ASSISTED)
    if np.nansum(cost) > 0:
        found["contact cost"] = np.nan_to_num(cost)
        found["contact saving"] = -found["contact cost"]
    helped = cohort.after("care_contacts", "count(*)", days=HELP_DAYS, where="r.channel = 'help'")
    if np.nansum(helped) > 0:
        solved = cohort.after(
            "care_contacts", "count(*)", days=HELP_DAYS, where="r.channel = 'help' and r.solved"
        )
        found["help visit"] = (np.nan_to_num(helped) > 0).astype(np.float64)
        found["solved alone"] = np.nan_to_num(solved)
    return found


def _services(cohort: Cohort) -> dict[str, Floats]:
    end = f"least(coalesce(epoch_us(r.ended_at), {NEVER}), e.gone, e.zero + {cohort.clock.horizon * DAY})"
    worth = f"sum(r.margin_month * greatest({end} - epoch_us(r.started_at), 0) / {DAY * MONTH})"
    return {
        "service": (np.nan_to_num(cohort.after("subscriptions", "count(*)")) > 0).astype(np.float64),
        "service margin": np.nan_to_num(cohort.after("subscriptions", worth)),
        "attributed": np.nan_to_num(
            cohort.after("subscriptions", "count(*)", where="r.attributed = 'social'")
        ),
    }


def _purchases(cohort: Cohort) -> dict[str, Floats]:
    return {
        "purchase margin": np.nan_to_num(cohort.after("purchases", "sum(r.margin)")),
        "attributed purchases": np.nan_to_num(
            cohort.after("purchases", "count(*)", where="r.attributed = 'social'")
        ),
    }


def _referrals(cohort: Cohort) -> dict[str, Floats]:
    end = f"least(p.gone, e.zero + {cohort.clock.horizon * DAY})"
    worth = (
        f"sum((select p.margin_month * greatest({end} - epoch_us(r.at), 0) / {DAY * MONTH} "
        "from people p where p.customer = r.referred))"
    )
    return {
        "referrals": np.nan_to_num(cohort.after("referrals", "count(*)")),
        "referral margin": np.nan_to_num(cohort.after("referrals", worth)),
    }


def _posts(cohort: Cohort) -> dict[str, Floats]:
    posts = np.nan_to_num(cohort.after("shares", "count(*)", days=TALK_DAYS))
    negative = np.nan_to_num(cohort.after("shares", "count(*)", days=TALK_DAYS, where="r.sentiment < 0"))
    return {
        "posted": (posts > 0).astype(np.float64),
        "posts": posts,
        "negative share": negative / np.maximum(posts, 1.0),
        "reach": np.nan_to_num(cohort.after("shares", "sum(r.reach)", days=TALK_DAYS)),
    }


def _recommends(cohort: Cohort) -> dict[str, Floats]:
    asked = "r.kind = 'nps' and not coalesce(r.test, false)"
    return {
        "answered survey": (np.nan_to_num(cohort.after("surveys", "count(*)", where=asked)) > 0).astype(
            np.float64
        ),
        "recommends": np.nan_to_num(cohort.after("surveys", "(avg(r.score) >= 9)::double", where=asked)),
    }
