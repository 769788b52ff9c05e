"""Promise: 95 % intervals of every measure of loyalty hold the truth in 92 to 98 of 100 companies.

    python benchmarks/loyalty_coverage.py [--companies 200] [--customers 4000]

Companies are the made-up ones of tests/loyalty_company.py: self-selection, severity that drives both writing
and leaving, answers that take days, what care does drawn for every customer with and without it. The truth
is what care really did to the exposed of that company. ``se`` is the mean standard error, ``sd`` how much
the errors scatter. On null companies care does nothing; an interval without 0 is a false alarm, and at most
7 of 100 may be.
"""

import argparse
import sys
import time
from pathlib import Path

import numpy as np

from _run import load

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

from careworth.worth.loyalty import Loyalty, measure_loyalty
from loyalty_company import UNTIL, company

MEASURES = {
    "per_customer_months": "m1_retention",
    "retained_share": "m1_retention",
    "contacts_per_customer": "m2_operating_cost",
    "visit_share": "m3_self_help",
    "save_share": "m4_saves",
    "share_rate": "m5_rants",
    "recommend_share": "m5_rants",
    "bought_share": "m6_cross_sell",
    "p1": "m7_process",
    "total": None,
}
"""Finding -> measure; the change of a process in these companies avoids nothing."""


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--companies", type=int, default=200)
    arguments.add_argument("--customers", type=int, default=4000)
    chosen = arguments.parse_args()
    print(f"{chosen.companies} companies of {chosen.customers:,} customers; {load()}")
    for title, effect in (("care has its effects", 1.0), ("care does nothing", 0.0)):
        start = time.perf_counter()
        found = _errors(chosen.companies, chosen.customers, effect)
        print(f"\n{title}\n{'measure':34}{'bias':>9}{'se':>8}{'sd':>8}{'holds':>8}")
        for name, errors in found.items():
            _print(name, np.array(errors), effect)
        print(f"{time.perf_counter() - start:.0f} s", flush=True)


def _errors(companies: int, customers: int, effect: float) -> dict[str, list[tuple[float, float, bool]]]:
    found: dict[str, list[tuple[float, float, bool]]] = {name: [] for name in MEASURES}
    for seed in range(companies):
        made = company(seed, customers, effect=effect)
        engine = made.engine()
        answer = measure_loyalty(engine, until=UNTIL)
        engine.close()
        for name in MEASURES:
            found[name].append(_error(answer, name, made.truth.get(name, 0.0)))
    return found


def _error(answer: Loyalty, name: str, truth: float) -> tuple[float, float, bool]:
    measure = MEASURES[name]
    effect = answer.total.effect if measure is None else answer.measure(measure).finding(name).effect
    return effect.value - truth, effect.se, effect.low <= truth <= effect.high


def _print(name: str, errors: np.ndarray, effect: float) -> None:
    error, se, held = errors.T
    least, most = (0.92, 0.98) if effect else (0.93, 1.0)
    verdict = "kept" if least <= held.mean() <= most else "BROKEN"
    label = f"{(MEASURES[name] or 'all')[:16]} {name}"
    print(f"{label:34}{error.mean():9.3f}{se.mean():8.3f}{error.std():8.3f}{held.mean():8.3f}  {verdict}")


if __name__ == "__main__":
    main()
