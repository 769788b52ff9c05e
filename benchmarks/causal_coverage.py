"""Promise: 95 % intervals hold the truth in 92 to 98 of 100 samples, whatever the estimator.

    python benchmarks/causal_coverage.py [--samples 400] [--boosted 100] [--rows 2000] [--splits 3] [--only X]

Effects from observation use the simulated customers, where linear models miss an interaction; the other
designs have a small world of their own. ``bias`` is in the unit of the outcome, ``se`` the mean standard
error, ``sd`` how much the estimates really scatter. The sequential interval is looked at 20 times in each
sample and has to hold at every look, so it may hold the truth more often.
"""

import argparse
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from _customers import EXPECTED, customers
from _run import load
from careworth.causal import (
    Arm,
    Effect,
    balanced_effect,
    cuped,
    difference_in_differences,
    difference_in_means,
    doubly_robust_effect,
    interrupted_series,
    matched_effect,
    regression_adjusted,
    restricted_mean_values,
    retained_time,
    sequential_difference,
    synthetic_control,
    weighted_effect,
)

Draw = Callable[[int], tuple[Effect, float]]


@dataclass(frozen=True, slots=True)
class Line:
    name: str
    draw: Draw
    samples: int
    most: float = 0.98


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--samples", type=int, default=400)
    arguments.add_argument("--boosted", type=int, default=100)
    arguments.add_argument("--rows", type=int, default=2000)
    arguments.add_argument("--splits", type=int, default=3)
    arguments.add_argument("--only", default="")
    chosen = arguments.parse_args()
    print(f"{'estimator':46}{'samples':>8}{'bias':>9}{'se':>8}{'sd':>8}{'holds':>8}  {load()}")
    for line in _lines(chosen.samples, chosen.boosted, chosen.rows, chosen.splits):
        if line.samples and chosen.only in line.name:
            _print(line)


def _print(line: Line) -> None:
    start = time.perf_counter()
    drawn = [line.draw(seed) for seed in range(line.samples)]
    error = np.array([effect.value - truth for effect, truth in drawn])
    se = np.array([effect.se for effect, _ in drawn])
    held = np.mean([effect.low <= truth <= effect.high for effect, truth in drawn])
    verdict = "kept" if 0.92 <= held <= line.most else "BROKEN"
    print(
        f"{line.name:46}{line.samples:8}{error.mean():9.3f}{se.mean():8.3f}{error.std():8.3f}{held:8.3f}"
        f"  {verdict}, {time.perf_counter() - start:.0f} s",
        flush=True,
    )


def _lines(samples: int, boosted: int, rows: int, splits: int) -> Iterator[Line]:
    def observed(estimator: Callable[..., Effect], **options: object) -> Draw:
        def draw(seed: int) -> tuple[Effect, float]:
            world = customers(rows, seed)
            return estimator(world.y, world.d, world.x, **options), EXPECTED

        return draw

    robust = doubly_robust_effect
    yield Line("matching 1:1 without replacement", observed(matched_effect), samples)
    yield Line("matching 1:1 with replacement", observed(matched_effect, replacement=True), samples)
    yield Line("matching 1:2 with replacement", observed(matched_effect, replacement=True, ratio=2), samples)
    yield Line("inverse-probability weighting", observed(weighted_effect), samples)
    yield Line("entropy balancing", observed(balanced_effect), samples)
    yield Line("doubly robust, linear", observed(robust, models="linear", splits=splits), samples)
    yield Line("doubly robust, boosted", observed(robust, splits=splits), boosted)
    yield Line("difference in means", _means, samples)
    yield Line("regression adjustment", _adjusted, samples)
    yield Line("CUPED", _cuped, samples)
    yield Line("sequential, 20 looks", _sequential, samples, most=1.0)
    yield Line("difference in differences, one start", _one_start, samples)
    yield Line("Callaway and Sant'Anna, four starts", _four_starts, samples)
    yield Line("retained time", _retained, samples)
    yield Line("retained time, pseudo-values weighted", _weighted_time, samples)
    yield Line("synthetic control, 30 donors", _synthetic, min(samples, 200))
    yield Line("interrupted series, 2 controls", _series, samples)


def _experiment(seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    before = rng.standard_normal((400, 2))
    d = rng.random(400) < 0.4
    return before @ [2.0, 1.0] + d * (1 + 0.5 * before[:, 0]) + rng.standard_normal(400), d, before


def _means(seed: int) -> tuple[Effect, float]:
    y, d, _ = _experiment(seed)
    return difference_in_means(y, d), 1.0


def _adjusted(seed: int) -> tuple[Effect, float]:
    y, d, before = _experiment(seed)
    return regression_adjusted(y, d, before), 1.0


def _cuped(seed: int) -> tuple[Effect, float]:
    y, d, before = _experiment(seed)
    return difference_in_means(cuped(y, before[:, 0]), d), 1.0


def _sequential(seed: int) -> tuple[Effect, float]:
    """The first look at which the interval fails to hold the truth, or the last."""
    rng = np.random.default_rng(seed)
    d = rng.random(4000) < 0.5
    y = rng.standard_normal(4000) + d
    for n in range(200, 4001, 200):
        now, group = y[:n], d[:n]
        effect = sequential_difference(Arm.of(now[group]), Arm.of(now[~group]), planned=4000)
        if not effect.low <= 1.0 <= effect.high:
            break
    return effect, 1.0


def _panel(seed: int, starts: tuple[float, ...]) -> tuple[Effect, float]:
    rng = np.random.default_rng(seed)
    units, periods = 300, 10
    start = rng.choice(np.array([*starts, np.inf]), units)
    t = np.arange(periods)
    since = np.where(t >= start[:, None], t - start[:, None] + 1, 0.0)
    y = rng.standard_normal((units, 1)) * 2 + 0.3 * t + 0.5 * since + _walks(rng, units, periods)
    unit, period = np.meshgrid(np.arange(units), t, indexing="ij")
    found = difference_in_differences(y.ravel(), unit.ravel(), period.ravel(), np.repeat(start, periods))
    return found, float(0.5 * since[since > 0].mean())


def _walks(rng: np.random.Generator, units: int, periods: int) -> np.ndarray:
    """Errors that are correlated in time, so that a standard error must allow for it."""
    e = rng.standard_normal((units, periods))
    for t in range(1, periods):
        e[:, t] += 0.5 * e[:, t - 1]
    return e


def _one_start(seed: int) -> tuple[Effect, float]:
    return _panel(seed, (5.0,))


def _four_starts(seed: int) -> tuple[Effect, float]:
    return _panel(seed, (3.0, 5.0, 7.0, 8.0))


def _lifetimes(seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray, float]:
    rng = np.random.default_rng(seed)
    d = rng.random(600) < 0.5
    left = rng.exponential(np.where(d, 14.0, 10.0))
    lost = rng.uniform(4, 30, 600)
    truth = 14 * (1 - np.exp(-12 / 14)) - 10 * (1 - np.exp(-12 / 10))
    return np.minimum(left, lost), left <= lost, d, float(truth)


def _retained(seed: int) -> tuple[Effect, float]:
    time_, event, d, truth = _lifetimes(seed)
    return retained_time(time_, event, d, 12.0), truth


def _weighted_time(seed: int) -> tuple[Effect, float]:
    time_, event, d, truth = _lifetimes(seed)
    x = np.random.default_rng(seed + 10**6).standard_normal((len(d), 2))
    return weighted_effect(restricted_mean_values(time_, event, 12.0), d, x), truth


def _synthetic(seed: int) -> tuple[Effect, float]:
    rng = np.random.default_rng(seed)
    factors = np.cumsum(rng.standard_normal((60, 3)), axis=0)
    everyone = factors @ rng.dirichlet(np.ones(3), 31).T + 0.3 * rng.standard_normal((60, 31))
    everyone[45:, 0] += 1.0
    return synthetic_control(everyone[:, 0], everyone[:, 1:], 45), 1.0


def _series(seed: int) -> tuple[Effect, float]:
    rng = np.random.default_rng(seed)
    controls = np.cumsum(rng.standard_normal((90, 2)), axis=0)
    noise = _walks(rng, 1, 90)[0]
    y = 20 + controls @ [1.0, 0.5] + 0.05 * np.arange(90) + noise
    y[60:] += 2.0
    return interrupted_series(y, 60, controls=controls), 2.0


if __name__ == "__main__":
    main()
