"""What ``measure_loyalty`` returns."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from careworth.causal.survival import Curve
from careworth.worth.loyalty._cohort import Clock
from careworth.worth.loyalty._measure import LoyaltyMeasure
from careworth.worth.loyalty._total import TotalReturn


@dataclass(frozen=True, slots=True, kw_only=True)
class Loyalty:
    """The seven measures, the total, and whom they are about."""

    until: datetime
    """The end of observation."""
    clock: Clock
    time_zero: str
    """In a sentence: what started both clocks."""
    exposed: int
    controls: int
    left_out: Mapping[str, int]
    """Reason -> episodes that are not compared."""
    seed: int
    measures: tuple[LoyaltyMeasure, ...]
    total: TotalReturn | None
    curves: Mapping[str, Curve]
    """Group -> months retained, controls weighted to be like the exposed."""
    notes: tuple[str, ...]

    def measure(self, name: str) -> LoyaltyMeasure:
        """The measure of this name, such as ``m1_retention``."""
        return next(measure for measure in self.measures if measure.name == name)

    def as_dict(self) -> dict[str, Any]:
        """Plain values for JSON; docs/loyalty.md says what they mean."""
        return {
            "until": self.until.isoformat(),
            "horizon_days": self.clock.horizon,
            "grace_days": self.clock.grace,
            "quiet_days": self.clock.quiet,
            "time_zero": self.time_zero,
            "exposed": self.exposed,
            "controls": self.controls,
            "left_out": dict(self.left_out),
            "seed": self.seed,
            "measures": {measure.name: _measure(measure) for measure in self.measures},
            "total": None if self.total is None else _total(self.total),
            "notes": list(self.notes),
        }


def _measure(measure: LoyaltyMeasure) -> dict[str, Any]:
    return {
        "title": measure.title,
        "words": measure.words,
        "missing": measure.missing,
        "values": {one.name: _finding(one) for one in measure.findings},
        "by_stage": {one.name: _finding(one) for one in measure.stages},
        "counts": dict(measure.counts),
    }


def _finding(finding: Any) -> dict[str, Any]:
    total = finding.total
    return {
        "text": finding.text,
        "unit": finding.unit,
        **finding.effect.as_dict(),
        "total": None if total is None else dict(zip(("low", "value", "high"), total, strict=True)),
        "naive": finding.naive,
        "others": [other.as_dict() for other in finding.others],
    }


def _total(total: TotalReturn) -> dict[str, Any]:
    money = total.money
    return {
        "money": None if money is None else dict(zip(("low", "value", "high"), money, strict=True)),
        "per_customer": total.effect.as_dict(),
        "customers": total.customers,
        "parts": [_share(share) for share in total.parts],
        "units": [_share(share) for share in total.units],
        "process_money_year": total.process,
    }


def _share(share: Any) -> dict[str, Any]:
    names = ("name", "text", "gross", "overlap", "counted", "low", "high", "customers")
    return {name: getattr(share, name) for name in names}
