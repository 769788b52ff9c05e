"""Loyalty for the pages: it takes long, so a job computes it once per version of the facts and keeps it."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import msgspec
import numpy as np

from careworth.causal.survival import Curve
from careworth.desk.models import Job, LoyaltyFigures
from careworth.errors import NoFacts
from careworth.facts.engines import DuckDBEngine
from careworth.facts.records import RECORDS
from careworth.facts.store import Store
from careworth.worth.loyalty import Loyalty, has_records, measure_loyalty

_MONTH = 30.4375
_QUICK = timedelta(minutes=1)
NEEDED = ("customers", "identities")
"""Without these tables of records there is nobody to compare."""


def missing(store: Store) -> list[str]:
    """Tables of records that are not there, the needed ones first."""
    try:
        there = store.snapshot().files
    except NoFacts:
        there = {}
    tables = dict.fromkeys((*NEEDED, *RECORDS))
    return [name for name in tables if not there.get(name)]


def wanted(store: Store, now: datetime) -> bool:
    """Whether this version of the facts has records, and neither figures of them nor work on its way."""
    snapshot = store.snapshot()
    if LoyaltyFigures.objects.filter(version=snapshot.version).exists():
        return False
    if Job.objects.filter(kind=Job.Kind.LOYALTY, state=Job.State.WAITING).exists() or _too_soon(now):
        return False
    engine = DuckDBEngine(snapshot.files)
    try:
        return has_records(engine)
    finally:
        engine.close()


def _too_soon(now: datetime) -> bool:
    """A stream brings new facts all the time: what takes minutes is not done again and again for it."""
    last = Job.objects.filter(kind=Job.Kind.LOYALTY, state=Job.State.DONE).first()
    if last is None or last.began_at is None or last.ended_at is None:
        return False
    took = last.ended_at - last.began_at
    return took > _QUICK and now - last.ended_at < 10 * took


def compute(store: Store, progress: Callable[[int], None]) -> LoyaltyFigures:
    """Compare, and keep the answer in the place of earlier ones. Raises InputError where nothing can be, and
    what ``progress`` raises, which hears of each measure that is done."""
    snapshot = store.snapshot()
    engine = DuckDBEngine(snapshot.files)
    try:
        answer = measure_loyalty(engine, progress=progress)
    finally:
        engine.close()
    content: dict[str, Any] = {**answer.as_dict(), "curves": _curves(answer)}
    plain = msgspec.to_builtins(content, enc_hook=str)
    kept, _made = LoyaltyFigures.objects.update_or_create(
        version=snapshot.version, defaults={"content": plain}
    )
    LoyaltyFigures.objects.exclude(pk=kept.pk).delete()
    return kept


def _curves(answer: Loyalty) -> dict[str, list[tuple[float, float, float, float]]]:
    """Group -> (month, share still there, low, high) for each month up to the horizon."""
    months = [float(month) for month in range(int(answer.clock.horizon / _MONTH + 0.1) + 1)]
    return {name: [_at(curve, month) for month in months] for name, curve in answer.curves.items()}


def _at(curve: Curve, month: float) -> tuple[float, float, float, float]:
    place = int(np.searchsorted(curve.times, month, side="right")) - 1
    if place < 0:
        return month, 1.0, 1.0, 1.0
    return month, float(curve.survival[place]), float(curve.low[place]), float(curve.high[place])
