"""From records to the seven measures."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime

import numpy as np

# The package has neither stubs nor a py.typed file.
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from careworth.causal.survival import Curve, kaplan_meier
from careworth.errors import InputError
from careworth.facts.engines import DuckDBEngine
from careworth.worth.loyalty._cohort import MONTH, Clock, cohort_of
from careworth.worth.loyalty._measure import LoyaltyMeasure, few
from careworth.worth.loyalty._outcomes import SAVE_DAYS
from careworth.worth.loyalty._process import process_innovation
from careworth.worth.loyalty._records import DAY, Records, records_of
from careworth.worth.loyalty._result import Loyalty
from careworth.worth.loyalty._retention import retention
from careworth.worth.loyalty._seven import (
    cross_sell,
    operating_cost,
    rants_and_raves,
    saves,
    self_help,
)
from careworth.worth.loyalty._study import Study
from careworth.worth.loyalty._total import total_return

_COMPARED = {
    "m1_retention": ("Retention and value", retention),
    "m2_operating_cost": ("Operating cost", operating_cost),
    "m3_self_help": ("Self-help", self_help),
    "m5_rants": ("Rants and raves", rants_and_raves),
    "m6_cross_sell": ("Cross-sell", cross_sell),
}

_TIME_ZERO = {
    "troubles": "Both clocks start at the trouble, as the company's other systems know it.",
    "seen": (
        "Both clocks start at the first sign of a trouble in any channel: what nobody told the company is "
        "not seen, and for some of the exposed that sign is their own message."
    ),
}


def measure_loyalty(
    engine: DuckDBEngine,
    *,
    until: datetime | None = None,
    clock: Clock | None = None,
    seed: int = 0,
    progress: Callable[[int], None] = lambda done: None,
) -> Loyalty:
    """The seven measures of the records that an engine holds as views.

    ``until``: the end of observation, else the last moment of any record. Everything random follows from
    ``seed``. ``progress`` is called after each measure with how many are done; what it raises ends the work.
    Raises InputError when customers, identities or conversations are missing altogether.
    """
    clock = Clock() if clock is None else clock
    _possible(clock)
    records = records_of(engine, until)
    # BLAS threads wait for each other spinning: beside other work on two cores, the many small products of
    # 4,000 customers took 9 s with two threads and 1 s with one.
    with threadpool_limits(1, user_api="blas"):
        return _answer(records, clock, seed, progress)


def _answer(records: Records, clock: Clock, seed: int, progress: Callable[[int], None]) -> Loyalty:
    signs = "troubles" if records.has("troubles") else "seen"
    study = Study(cohort_of(records, signs, clock), seed)
    measures: dict[str, LoyaltyMeasure] = {}
    for name, measure in _measures(study, _at_risk(records, clock, seed)):
        measures[name] = measure
        progress(len(measures))
    return Loyalty(
        until=records.until_moment,
        clock=clock,
        time_zero=_TIME_ZERO[signs],
        exposed=int(study.exposed.sum()),
        controls=int((~study.exposed).sum()),
        left_out=study.cohort.left_out,
        seed=seed,
        measures=tuple(measures[name] for name in sorted(measures)),
        total=total_return(study, measures) if study.comparable else None,
        curves=_curves(study) if study.comparable else {},
        notes=tuple(_notes(study)),
    )


def _possible(clock: Clock) -> None:
    if not 0 < clock.grace < clock.horizon or clock.quiet < 0:
        raise InputError(
            f"A grace of {clock.grace} days does not fit in a horizon of {clock.horizon}.",
            hint="The horizon is longer than the grace, and both are longer than nothing.",
        )


def _at_risk(records: Records, clock: Clock, seed: int) -> Study | None:
    if not records.has("at_risk"):
        return None
    return Study(cohort_of(records, "at_risk", replace(clock, horizon=SAVE_DAYS)), seed)


def _measures(study: Study, at_risk: Study | None) -> Iterator[tuple[str, LoyaltyMeasure]]:
    for name, (title, answer) in _COMPARED.items():
        yield name, answer(study) if study.comparable else few(name, title, study)
    yield "m4_saves", saves(at_risk)
    yield "m7_process", process_innovation(study.cohort.records)


def _curves(study: Study) -> Mapping[str, Curve]:
    rows, days = study.rows, study.cohort.clock.horizon
    gone, zero = study.cohort.number("gone")[rows], study.cohort.number("zero")[rows]
    time = np.minimum((gone - zero) / DAY, float(days))
    left, weights = time < days, study.comparison.weights
    return {
        name: kaplan_meier(time[group] / MONTH, left[group], weights=weights[group])
        for name, group in (("with care", study.exposed), ("without", ~study.exposed))
        if weights[group].any()
    }


def _notes(study: Study) -> Iterator[str]:
    unanswered = int((~study.cohort.compared).sum())
    if unanswered:
        yield (
            f"{unanswered:,} customers wrote on social and got no answer within {study.cohort.clock.grace} "
            "days; they are in neither group and serve as a negative control."
        )
    at_will = int(study.cohort.at_will[study.rows].sum())
    if at_will:
        yield (
            f"{at_will:,} of the customers compared buy at will: nobody sees them leave, so in the place of "
            "how long they stay, it is told whether they buy again; what they buy is in the total."
        )
    yield (
        "Nobody handed out care by chance: the groups are made alike on what is known of them, and the "
        "checks say how far that goes."
    )
