"""The total return: every source of a customer's money added up once, for each customer.

The margin of a customer saved is margin retained (M4 in M1), an issue solved alone is a contact avoided (M3
in M2), a service names its source or not (attributed sales in M6): gross parts overlap. The total is the
effect on the sum of all sources of each customer, so nothing can be in it twice; all parts come from one
set of weights, so they add up to it exactly.
"""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from careworth.causal import Adjusted, Effect
from careworth.worth.loyalty._cohort import Bools, Floats
from careworth.worth.loyalty._measure import LoyaltyMeasure
from careworth.worth.loyalty._stages import stage_of
from careworth.worth.loyalty._study import Study

Texts = NDArray[np.object_]

SOURCES = {
    "margin": ("m1_retention", "margin of the months retained"),
    "contact saving": ("m2_operating_cost", "contacts avoided"),
    "service margin": ("m6_cross_sell", "services started"),
    "purchase margin": ("purchases", "purchases"),
    "referral margin": ("referrals", "customers won by customers"),
}
"""Outcome -> the measure that it belongs to, and what it is. Together they are all of a customer's money."""

NOBODY = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """A part of the total: of a measure, a unit or a stage."""

    name: str
    text: str
    gross: float
    """What the part comes to when it is looked at alone."""
    overlap: float
    """What of it is counted in another part."""
    low: float
    high: float
    customers: int

    @property
    def counted(self) -> float:
        return self.gross - self.overlap


@dataclass(frozen=True, slots=True, kw_only=True)
class TotalReturn:
    """Money of all exposed customers within the horizon: with care less without. ``parts`` and ``units``
    add up to ``effect`` times ``customers``."""

    effect: Effect
    """Per exposed customer."""
    customers: int
    parts: tuple[Share, ...]
    units: tuple[Share, ...]
    customers_money: pa.Table
    """One row an exposed customer: unit, stage of life, money; they add up to the total. No name is in it."""
    process: float | None
    """A year's requests avoided by changes of processes: it helps everybody and stands beside the total."""

    @property
    def money(self) -> tuple[float, float, float] | None:
        """Low, value and high in all; None when it cannot be known."""
        effect = self.effect
        if effect.value is None or effect.low is None or effect.high is None:
            return None
        return effect.low * self.customers, effect.value * self.customers, effect.high * self.customers


def total_return(study: Study, measures: dict[str, LoyaltyMeasure]) -> TotalReturn | None:
    """The total and its parts; None when no table tells of money."""
    present = [name for name in SOURCES if name in study.outcomes]
    if not present:
        return None
    columns = np.column_stack([study.outcomes[name] for name in present])
    everything = columns.sum(axis=1)
    effect = study.comparison.effect(everything, "money of all sources, effect on the treated")
    process = measures["m7_process"].counts.get("money_year")
    if effect.value is None:
        none = _table(np.empty(0, dtype=object), np.empty(0, dtype=object), np.empty(0))
        return TotalReturn(
            effect=effect, customers=0, parts=(), units=(), customers_money=none, process=process
        )
    found = study.comparison.adjusted(everything[:, None])
    return TotalReturn(
        effect=effect,
        customers=effect.n_treated,
        parts=(*_sources(study, present), *_contained(measures)),
        units=_units(study, found, effect),
        customers_money=_customers(study, found),
        process=process,
    )


def _sources(study: Study, present: list[str]) -> list[Share]:
    shares = []
    for name in present:
        effect = study.effects[name]
        n = effect.n_treated
        # A source that is nothing for everybody has no effect and no interval either.
        value, low, high = (end or NOBODY for end in (effect.value, effect.low, effect.high))
        measure, text = SOURCES[name]
        shares.append(
            Share(
                name=measure, text=text, gross=value * n, overlap=0.0, low=low * n, high=high * n, customers=n
            )
        )
    return shares


def _contained(measures: dict[str, LoyaltyMeasure]) -> list[Share]:
    """Measures whose money is in another's: shown whole, and taken out whole."""
    found = measures["m4_saves"].finding("money_per_customer")
    if found is None or found.total is None:
        return []
    low, gross, high = found.total
    text = "margin of customers saved, which is part of the margin retained"
    n = found.effect.n_treated
    return [Share(name="m4_saves", text=text, gross=gross, overlap=gross, low=low, high=high, customers=n)]


def _own(found: Adjusted, rows: Bools) -> Floats:
    """Each exposed customer's gap, less what the outcome model misses on average."""
    return np.asarray(found.gaps[rows, 0] - found.control[0])


def _units(study: Study, found: Adjusted, effect: Effect) -> tuple[Share, ...]:
    """The total by business unit."""
    if effect.value is None or effect.high is None or effect.se is None:
        return ()
    comparison, quantile = study.comparison, (effect.high - effect.value) / effect.se
    code, levels = study.text("unit")
    treated = comparison.d & comparison.keep
    influence = found.certainty.influence[~comparison.d, 0]
    noise = float(influence @ influence)
    shares = []
    for place, unit in enumerate(levels):
        rows = treated & (code == place)
        n = int(rows.sum())
        if n == 0:
            continue
        own = _own(found, rows)
        value = float(own.sum())
        half = quantile * float(np.sqrt(n * own.var() + n**2 * noise))
        ends = value - half, value + half
        shares.append(
            Share(name=unit, text=unit, gross=value, overlap=0.0, low=ends[0], high=ends[1], customers=n)
        )
    return tuple(shares)


def _customers(study: Study, found: Adjusted) -> pa.Table:
    rows = study.comparison.d & study.comparison.keep
    code, units = study.text("unit")
    return _table(np.array(units, dtype=object)[code[rows]], stage_of(study)[rows], _own(found, rows))


def _table(unit: Texts, stage: Texts, money: Floats) -> pa.Table:
    return pa.table(
        {
            "unit": pa.array(unit, pa.string()),
            "stage": pa.array(stage, pa.string()),
            "money": pa.array(money, pa.float64()),
        }
    )
