"""M7: changes of processes, and the requests that stopped coming."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from careworth.causal import Check, Effect, interrupted_series
from careworth.causal.checks import agreement, null_effect, power_check
from careworth.causal.effect import estimated, nothing
from careworth.causal.series import ASSUMPTIONS
from careworth.worth.loyalty._cohort import MONTH, Floats
from careworth.worth.loyalty._known import ASSISTED
from careworth.worth.loyalty._measure import LoyaltyMeasure, lacking
from careworth.worth.loyalty._records import DAY, Records
from careworth.worth.loyalty._study import Finding
from careworth.worth.loyalty._words import amount

_WEEK = 7 * DAY
_A_MONTH = MONTH / 7
"""Weeks in a month: counts are by week, because a few dozen months are too few, and told by month."""

_BEFORE = 8
_AFTER = 8
"""Whole weeks before and after a change, below which it is too early."""


@dataclass(frozen=True)
class _Requests:
    """Assisted requests by kind and whole week."""

    first: int
    """The first week, counted from 1970."""
    by_kind: Mapping[str, Floats]
    cost: float | None
    """Mean cost of a request."""

    @cached_property
    def weeks(self) -> int:
        return len(next(iter(self.by_kind.values())))

    def of(self, kinds: Iterable[str]) -> Floats:
        """(weeks,) requests of these kinds."""
        found = [self.by_kind[kind] for kind in kinds if kind in self.by_kind]
        return np.asarray(np.sum(found, axis=0), dtype=np.float64) if found else np.zeros(self.weeks)


@dataclass(frozen=True, slots=True)
class _Change:
    name: str
    title: str
    week: float
    kinds: list[str]
    from_social: bool


def process_innovation(records: Records) -> LoyaltyMeasure:
    """Requests avoided a month by each change, from their own past and from kinds that were not changed."""
    name, title = "m7_process", "Process innovation"
    missing = [table for table in ("process_changes", "care_contacts") if not records.has(table)]
    if missing:
        return lacking(name, title, *missing)
    requests, changes = _requests(records), _changes(records)
    touched = {kind for change in changes for kind in change.kinds}
    social = [change for change in changes if change.from_social]
    findings = tuple(_finding(change, requests, touched) for change in social)
    counts = {"changes": float(len(changes)), "from_social": float(len(social))}
    known = [finding.effect.value for finding in findings if finding.effect.value is not None]
    if requests.cost is not None and known:
        counts["money_year"] = 12 * requests.cost * sum(known)
    return LoyaltyMeasure(
        name=name, title=title, words=_words(findings, counts), findings=findings, counts=counts
    )


def _requests(records: Records) -> _Requests:
    """Whole weeks only: of the first and of the last, a part may lie outside of the record."""
    found = records.engine.query(
        f"select coalesce(r.kind, 'unknown') as kind, epoch_us(r.at) // {_WEEK} as week, count(*) as n, "
        f"sum(r.cost) as cost, count(r.cost) as priced from care_contacts r "
        f"where {ASSISTED} and epoch_us(r.at) < {records.until} group by all order by all"
    ).to_pylist()
    weeks = [row["week"] for row in found]
    first, end = min(weeks) + 1, records.until // _WEEK
    by_kind = {row["kind"]: np.zeros(max(end - first, 1)) for row in found}
    for row in found:
        if first <= row["week"] < end:
            by_kind[row["kind"]][row["week"] - first] = row["n"]
    priced = sum(row["priced"] for row in found)
    cost = sum(float(row["cost"] or 0.0) for row in found)
    return _Requests(first, by_kind, cost / priced if priced else None)


def _changes(records: Records) -> list[_Change]:
    found = records.engine.query(
        f"select change, coalesce(any_value(title), change) as title, min(epoch_us(r.at)) / {_WEEK} as week, "
        "any_value(kinds) as kinds, coalesce(bool_or(from_social), false) as from_social "
        "from process_changes r group by change order by change"
    )
    return [
        _Change(
            row["change"],
            row["title"],
            float(row["week"]),
            [kind.strip() for kind in (row["kinds"] or "").split(",") if kind.strip()],
            row["from_social"],
        )
        for row in found.to_pylist()
    ]


def _finding(change: _Change, requests: _Requests, touched: set[str]) -> Finding:
    text = f"requests avoided a month by {change.title}"
    y, c = requests.of(change.kinds), requests.of(set(requests.by_kind) - touched)
    start = int(change.week) - requests.first
    if 0 <= start < requests.weeks and change.week % 1 > 0:
        # The week of the change is neither before nor after it.
        y, c = np.delete(y, start), np.delete(c, start)
    reason = _impossible(change, y, c, start)
    if reason is not None:
        return Finding(name=change.name, text=text, unit="count", effect=_nothing(reason, len(y), start))
    second = interrupted_series(-_A_MONTH * y, start, controls=c, trend=False)
    effect = avoided(y, c, start)
    checks = (*second.checks[:1], _earlier(y, c, start), agreement(effect, second))
    return Finding(
        name=change.name, text=text, unit="count", effect=effect.with_checks(*checks), others=(second,)
    )


def _impossible(change: _Change, y: Floats, c: Floats, start: int) -> str | None:
    if start < _BEFORE:
        return "There are too few weeks of records before the change."
    if start > len(y) - _AFTER:
        return f"There are fewer than {_AFTER} weeks of records after the change."
    if not y[:start].any():
        return f"There are no requests of the kinds {', '.join(change.kinds) or 'named'} before the change."
    if not c[:start].any() or not c[start:].any():
        return "No other kind of request, which no change was to lower, stands for what else happened."
    return None


def avoided(y: Floats, c: Floats, start: int) -> Effect:
    """Requests y (T,) a month that did not come after week ``start``, from untouched kinds c (T,).

    Without the change y would have stayed the same multiple r of c. Counts scatter like Poisson counts times
    a dispersion that the weeks before show; the ratio is estimated, so its error is in the variance:
    dispersion * (r C + r^2 C + (r C)^2 (1 / Y0 + 1 / C0)) of the sums C after and Y0, C0 before.
    """
    y0, c0, c1 = float(y[:start].sum()), float(c[:start].sum()), float(c[start:].sum())
    r = y0 / c0
    spread = _dispersion(y[:start], c[:start], r)
    variance = spread * (r * c1 + r**2 * c1 + (r * c1) ** 2 * (1 / y0 + 1 / c0))
    months = (len(y) - start) / _A_MONTH
    value, se = (r * c1 - float(y[start:].sum())) / months, float(np.sqrt(variance)) / months
    return estimated(
        value,
        se,
        estimand="requests a month that did not come",
        design="interrupted time series",
        method="ratio to the kinds that were not changed, quasi-Poisson",
        n_treated=len(y) - start,
        n_control=start,
        checks=(
            Check(
                name="dispersion",
                passed=None,
                value=spread,
                text=f"Before the change weeks scattered {spread:.1f} times as much as by pure chance.",
            ),
            power_check(se, value),
        ),
        assumptions=ASSUMPTIONS,
    )


def _dispersion(y: Floats, c: Floats, r: float) -> float:
    """Pearson's: how much more than by chance the split between the two varies from week to week."""
    total, p = y + c, r / (1 + r)
    some = total > 0
    pearson = (y[some] - total[some] * p) ** 2 / (total[some] * p * (1 - p))
    return max(float(pearson.sum()) / max(int(some.sum()) - 1, 1), 1.0)


def _earlier(y: Floats, c: Floats, start: int) -> Check:
    """The same for a change made up two thirds on the way to the true one."""
    made_up = 2 * start // 3
    if not y[:made_up].any() or not c[:made_up].any() or not c[made_up:start].any():
        return Check(
            name="placebo time", passed=None, value=None, text="Too little happened before the change."
        )
    found = avoided(y[:start], c[:start], made_up)
    return null_effect("placebo time", found, f"a change made up in week {made_up} of {start} before it")


def _nothing(reason: str, weeks: int, start: int) -> Effect:
    return nothing(
        reason,
        estimand="requests a month that did not come",
        design="interrupted time series",
        method="ratio to the kinds that were not changed, quasi-Poisson",
        n_treated=max(weeks - start, 0),
        n_control=max(min(start, weeks), 0),
        checks=(Check(name="periods", passed=False, value=float(weeks), text=reason),),
        assumptions=ASSUMPTIONS,
    )


def _words(findings: tuple[Finding, ...], counts: Mapping[str, float]) -> str:
    if not findings:
        return "No change of a process came from the social team."
    told = []
    for finding in findings:
        effect = finding.effect
        if effect.value is None or effect.low is None or effect.high is None:
            told.append(f"{finding.text}: not known. {effect.reason}")
        elif effect.low <= 0 <= effect.high:
            ends = f"between {amount(-effect.low)} more and {amount(effect.high)} fewer"
            told.append(f"{finding.text}: no difference can be told, {ends} is likely.")
        else:
            ends = f"likely between {amount(effect.low)} and {amount(effect.high)}"
            told.append(f"{finding.text}: about {amount(effect.value)}, {ends}.")
    words = " ".join(text[0].upper() + text[1:] for text in told)
    if counts.get("money_year", 0.0) > 0:
        words += f" At the mean cost of a contact that is {amount(counts['money_year'])} a year."
    return words
