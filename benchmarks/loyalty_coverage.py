"""Promise: 95 % intervals of every measure of loyalty hold the truth in 92 to 98 of 100 companies.

    python benchmarks/loyalty_coverage.py [--companies 1000] [--customers 6000] [--first SEED] [--effects 1 0]

Companies are simulated: self-selection, severity that drives both writing and leaving, answers that come
late, wrong links, seasons, teams that open one after another, spill-over. The truth is what care really did
to the exposed of that company. ``se`` is the mean standard error, ``sd`` how much the errors scatter. On null
companies care does nothing; an interval without 0 is a false alarm, and at most 7 of 100 may be.
"""

import argparse
import time
from collections.abc import Iterator

import numpy as np

from _run import load
from careworth.facts.engines import DuckDBEngine
from careworth.simulate.customers import Difficulty, SimulatedCompany, simulate_company
from careworth.worth.loyalty import Finding, Loyalty, measure_loyalty

Error = tuple[float, float, bool]

_FEWEST = 100
"""Companies with a figure, below which its share is hardly known: stages of life may have one in few."""


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--companies", type=int, default=1000)
    arguments.add_argument("--customers", type=int, default=6000)
    arguments.add_argument("--first", type=int, default=0, help="Seed of the first company.")
    arguments.add_argument(
        "--effects",
        type=float,
        nargs="+",
        default=[1.0, 0.0],
        help="Of care, as multiples; 0: it does nothing.",
    )
    chosen = arguments.parse_args()
    print(f"{chosen.companies} companies of {chosen.customers:,} customers; {load()}")
    for effects in chosen.effects:
        start = time.perf_counter()
        found: dict[str, list[Error]] = {}
        for seed in range(chosen.first, chosen.first + chosen.companies):
            hard = Difficulty(effects=effects)
            company = simulate_company(seed, chosen.customers, difficulty=hard, with_messages=False)
            for name, error in _errors(company):
                found.setdefault(name, []).append(error)
        title = f"effects of care times {effects:g}" if effects else "care does nothing"
        print(f"\n{title}\n{'measure':40}{'bias':>9}{'se':>8}{'sd':>8}{'holds':>8}{'companies':>11}")
        for name, errors in found.items():
            _print(name, np.array(errors), effects)
        print(f"{time.perf_counter() - start:.0f} s", flush=True)


def _errors(company: SimulatedCompany) -> Iterator[tuple[str, Error]]:
    answer, truth = _answer(company), company.truth["values"]
    for measure in answer.measures:
        known = truth[measure.name]
        for finding in measure.findings:
            value = known[finding.name]
            if isinstance(value, dict):
                value = value["requests_avoided_month"]
            yield from _one(f"{measure.name} {finding.name}", finding, value)
        for stage in measure.stages:
            yield from _one(f"{measure.name} {stage.name}", stage, known["by_stage"][stage.name])
    assert answer.total is not None
    effect, total = answer.total.effect, company.truth["total"]["money"] / company.truth["exposed"]
    yield "total", (effect.value - total, effect.se, effect.low <= total <= effect.high)


def _answer(company: SimulatedCompany) -> Loyalty:
    engine = DuckDBEngine({})
    for name, table in {**company.records, "conversations": company.conversations}.items():
        engine.run(f"drop view if exists {name}")
        engine.register(name, table)
    answer = measure_loyalty(engine)
    engine.close()
    return answer


def _one(name: str, finding: Finding, truth: float | None) -> Iterator[tuple[str, Error]]:
    effect = finding.effect
    if effect.value is not None and truth is not None:
        yield name, (effect.value - truth, effect.se, effect.low <= truth <= effect.high)


def _print(name: str, errors: np.ndarray, effects: float) -> None:
    error, se, held = errors.T
    least, most = (0.92, 0.98) if effects else (0.93, 1.0)
    verdict = "kept" if least <= held.mean() <= most else "BROKEN"
    if len(held) < _FEWEST:
        verdict = "too few companies to say"
    figures = f"{error.mean():9.3f}{se.mean():8.3f}{error.std():8.3f}{held.mean():8.3f}{len(held):11}"
    print(f"{name:40}{figures}  {verdict}")


if __name__ == "__main__":
    main()
