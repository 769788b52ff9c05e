"""M7: changes of processes, and the requests that stopped coming."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from careworth.causal import Check, interrupted_series
from careworth.causal.checks import agreement, null_effect
from careworth.worth.loyalty._avoided import A_MONTH, avoided, unknown
from careworth.worth.loyalty._cohort import Floats
from careworth.worth.loyalty._measure import LoyaltyMeasure, lacking
from careworth.worth.loyalty._records import Records
from careworth.worth.loyalty._requests import WEEK, Requests, requests_of
from careworth.worth.loyalty._study import Finding
from careworth.worth.loyalty._words import amount

_BEFORE = 8
_AFTER = 8
"""Whole weeks before and after a change, below which it is too early."""


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
    requests, changes = requests_of(records), _changes(records)
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


def _changes(records: Records) -> list[_Change]:
    found = records.engine.query(
        f"select change, coalesce(any_value(title), change) as title, min(epoch_us(r.at)) / {WEEK} as week, "
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


def _finding(change: _Change, requests: Requests, touched: set[str]) -> Finding:
    text = f"requests avoided a month by {change.title}"
    start = int(change.week) - requests.first
    if 0 <= start < requests.weeks and change.week % 1 > 0:
        # The week of the change is neither before nor after it.
        requests = requests.without(start)
    changed, others = requests.of(change.kinds), requests.of(set(requests.kinds) - touched)
    y, c = requests.by_week(changed), requests.by_week(others)
    reason = _impossible(change, y, c, start)
    if reason is not None:
        return Finding(name=change.name, text=text, unit="count", effect=unknown(reason, len(y), start))
    second = interrupted_series(-A_MONTH * y, start, controls=c, trend=False)
    counted = requests.some(changed | others)
    effect = avoided(counted, counted.of(change.kinds), start)
    checks = (*second.checks[:1], _earlier(counted, change.kinds, start), agreement(effect, second))
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


def _earlier(requests: Requests, kinds: list[str], start: int) -> Check:
    """The same for a change made up two thirds on the way to the true one."""
    before = replace(requests.some(requests.week < start), weeks=start)
    changed, made_up = before.of(kinds), 2 * start // 3
    y, c = before.by_week(changed), before.by_week(~changed)
    if not y[:made_up].any() or not c[:made_up].any() or not c[made_up:].any():
        return Check(
            name="placebo time", passed=None, value=None, text="Too little happened before the change."
        )
    found = avoided(before, changed, made_up)
    return null_effect("placebo time", found, f"a change made up in week {made_up} of {start} before it")


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
