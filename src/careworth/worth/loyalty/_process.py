"""M7: changes of processes, and the requests that stopped coming."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from careworth.causal import Check, Effect, interrupted_series
from careworth.causal.effect import nothing
from careworth.causal.series import ASSUMPTIONS, SPARE
from careworth.worth.loyalty._cohort import MONTH, Floats
from careworth.worth.loyalty._known import ASSISTED
from careworth.worth.loyalty._measure import LoyaltyMeasure, lacking
from careworth.worth.loyalty._records import DAY, Records
from careworth.worth.loyalty._study import Finding
from careworth.worth.loyalty._words import amount

_WEEK = 7 * DAY
_A_MONTH = MONTH / 7
"""Weeks in a month: counts are by week, because a few dozen months are too few, and told by month."""

_CONTROLS = 2
"""Series of other kinds beside the one that a change should lower; more would fit what happened by chance."""

_AFTER = 8
"""Whole weeks after a change, below which it is too early."""


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

    def of(self, kinds: list[str]) -> Floats:
        """(weeks,) requests of these kinds a month."""
        found = [self.by_kind[kind] for kind in kinds if kind in self.by_kind]
        return np.asarray(_A_MONTH * np.sum(found, axis=0)) if found else np.zeros(self.weeks)

    def untouched(self, touched: set[str]) -> Floats | None:
        """(weeks, at most 2) the commonest kinds that no change was to lower."""
        others = {kind: y for kind, y in self.by_kind.items() if kind not in touched and y.any()}
        chosen = sorted(others, key=lambda kind: (-others[kind].sum(), kind))[:_CONTROLS]
        return np.column_stack([others[kind] for kind in chosen]) if chosen else None


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
    return Finding(name=change.name, text=text, unit="count", effect=_avoided(change, requests, touched))


def _avoided(change: _Change, requests: _Requests, touched: set[str]) -> Effect:
    series, controls = -requests.of(change.kinds), requests.untouched(touched)
    start = int(change.week) - requests.first
    if 0 <= start < requests.weeks and change.week % 1 > 0:
        # The week of the change is neither before nor after it.
        series = np.delete(series, start)
        controls = None if controls is None else np.delete(controls, start, axis=0)
    reason = None
    if start < SPARE + _CONTROLS + 1:
        reason = "There are too few weeks of records before the change."
    elif start > len(series) - _AFTER:
        reason = f"There are fewer than {_AFTER} weeks of records after the change."
    elif not series.any():
        reason = f"There are no requests of the kinds {', '.join(change.kinds) or 'named'}."
    if reason is None:
        return interrupted_series(series, start, controls=controls, trend=controls is None)
    return nothing(
        reason,
        estimand="mean effect per period after the change",
        design="interrupted time series",
        method="regression with autocorrelated errors",
        n_treated=max(len(series) - start, 0),
        n_control=max(min(start, len(series)), 0),
        checks=(Check(name="periods", passed=False, value=float(len(series)), text=reason),),
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
        else:
            ends = f"likely between {amount(effect.low)} and {amount(effect.high)}"
            told.append(f"{finding.text}: about {amount(effect.value)}, {ends}.")
    words = " ".join(text[0].upper() + text[1:] for text in told)
    if "money_year" in counts:
        words += f" At the mean cost of a contact that is {amount(counts['money_year'])} a year."
    return words
