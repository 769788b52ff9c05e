"""What was known of each customer when the trouble came: the covariates of every comparison."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from careworth.facts.dialects import quoted
from careworth.worth.loyalty._cohort import MONTH, Cohort, Floats, Ints
from careworth.worth.loyalty._records import DAY

ASSISTED = "r.channel <> 'help'"
"""Contacts that somebody of the company had to answer."""

_RECENT = 180
_YEAR = 365
_MOST_LEVELS = 40
_RARE = 0.002
"""Levels of a text with a smaller share than this stand together."""
_FEW_VALUES = 12
"""Columns with no more values than this enter as they are, others with bends."""
_FULL = 150
"""Troubles in a month on average, below which quarters stand for months."""
_BENDS = (0.33, 0.67)


@dataclass(frozen=True, slots=True)
class Known:
    """Covariates (n, p) and their names."""

    x: Floats
    names: tuple[str, ...]


def known(cohort: Cohort) -> Known:
    """Everything known before time zero: standing, history, traits, and when and what the trouble was."""
    columns: dict[str, Floats] = {}
    for name, values in _numbers(cohort):
        columns.update(_spread(name, values))
    for name in ("kind", "plan", "unit"):
        columns.update(_levels(name, *cohort.text(name)))
    columns.update(_levels("from", *_times(cohort)))
    varying = {name: column for name, column in columns.items() if column.size and np.ptp(column) > 0}
    x = np.column_stack(list(varying.values())) if varying else np.empty((len(cohort), 0))
    return Known(x, tuple(varying))


def _numbers(cohort: Cohort) -> Iterator[tuple[str, Floats]]:
    yield "months as customer", tenure(cohort)
    yield "margin a month", cohort.number("margin_month")
    yield "severity", cohort.number("severity")
    has = cohort.records.has
    if has("care_contacts"):
        recent = cohort.known("care_contacts", "count(*)", days=_RECENT, where=ASSISTED)
        yield "contacts in half a year", _none(recent)
        helped = cohort.known("care_contacts", "count(*)", days=_RECENT, where="r.channel = 'help'")
        yield "help visits in half a year", _none(helped)
    if has("purchases"):
        yield "purchases in a year", _none(cohort.known("purchases", "count(*)", days=_YEAR))
    if has("subscriptions"):
        held = "(r.ended_at is null or epoch_us(r.ended_at) > e.zero)"
        yield "services", _none(cohort.known("subscriptions", "count(*)", where=held))
    if has("at_risk"):
        yield "steps towards leaving in a year", _none(cohort.known("at_risk", "count(*)", days=_YEAR))
    if has("troubles"):
        yield "troubles in a year", _none(cohort.known("troubles", "count(*)", days=_YEAR))
        # A step towards leaving has no severity of its own, but the trouble that it came from has.
        last = cohort.known("troubles", "arg_max(r.severity, r.at)", days=_YEAR)
        yield "severity of the last trouble", last
    if has("shares"):
        yield "posts in a year", _none(cohort.known("shares", "count(*)", days=_YEAR))
    if has("traits"):
        yield from _traits(cohort)


def _traits(cohort: Cohort) -> Iterator[tuple[str, Floats]]:
    """The newest value of each trait that was known by then; labels as shares of their levels."""
    found = cohort.records.engine.query(
        "select name, label from traits where name is not null "
        "group by name, label order by name, count(*) desc, label"
    )
    asked: dict[str, str] = {}
    for name, label in zip(found["name"].to_pylist(), found["label"].to_pylist(), strict=True):
        if len(asked) == _MOST_LEVELS:
            break
        newest = f"filter (where r.name = {quoted(name)})"
        if label is None:
            asked[name] = f"arg_max(r.number, r.known_at) {newest}"
        else:
            asked[f"{name} {label}"] = f"(arg_max(r.label, r.known_at) {newest} = {quoted(label)})::double"
    yield from cohort.known_each(
        "traits", {key.replace('"', ""): text for key, text in asked.items()}
    ).items()


def _none(values: Floats) -> Floats:
    """No row is a count of nothing."""
    return np.nan_to_num(values)


def tenure(cohort: Cohort) -> Floats:
    """(n,) months from joining to time zero."""
    return np.asarray((cohort.number("zero") - cohort.number("joined")) / DAY / MONTH)


def months(cohort: Cohort) -> Ints:
    """(n,) calendar month of time zero, counted from year 0."""
    zero = cohort.rows["zero"].to_numpy().astype("datetime64[us]")
    return np.asarray(zero.astype("datetime64[M]").astype(np.int64))


def _times(cohort: Cohort) -> tuple[Ints, tuple[str, ...]]:
    """Calendar months, or quarters where a month holds too few troubles to say anything of it."""
    month = months(cohort)
    wide = 1 if len(month) >= _FULL * (np.ptp(month) + 1 if len(month) else 1) else 3
    found, code = np.unique(month // wide * wide, return_inverse=True)
    return code, tuple(str(np.datetime64(int(first), "M")) for first in found)


def _spread(name: str, values: Floats) -> dict[str, Floats]:
    """A number with bends at its thirds; where it is missing, the median and a column that says so."""
    missing = np.isnan(values)
    if missing.all():
        return {}
    filled = np.where(missing, np.nanmedian(values), values)
    columns = {name: filled}
    if missing.any():
        columns[f"{name} unknown"] = missing.astype(np.float64)
    if len(np.unique(filled[: 1 << 16])) > _FEW_VALUES:
        for bend in np.unique(np.quantile(filled, _BENDS)):
            columns[f"{name} above {bend:.4g}"] = np.maximum(filled - bend, 0.0)
    return columns


def _levels(name: str, code: Ints, levels: tuple[str, ...]) -> dict[str, Floats]:
    """One column of 0 and 1 for each level but the commonest; rare levels share one."""
    counts = np.bincount(code, minlength=len(levels))
    order = np.argsort(-counts, kind="stable")
    often = [place for place in order[:_MOST_LEVELS] if counts[place] >= _RARE * len(code)]
    columns = {f"{name} {levels[place]}": (code == place).astype(np.float64) for place in often[1:]}
    rest = ~np.isin(code, often)
    if rest.any():
        columns[f"{name} other"] = rest.astype(np.float64)
    return columns
