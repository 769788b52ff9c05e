"""Promise: effects for a million customers with 12 covariates on two cores: matching in 5 s, weighting in 2,
linear doubly robust in half of DoubleML's time, boosted in 60 s, under 4 GB; and no worse than n log n.

    python benchmarks/causal_speed.py [--rows 1000000] [--only TEXT]

Every line is a process of its own; seconds are those of the estimator on the clock, and of both processors
(``cpu``), memory is that of the process. Growth is of ``cpu``: what others do on the machine hardly moves it.
DoubleML runs with the same models, folds and number of splits as the line before it; without it that line is
left out.
"""

import argparse
import importlib.util
import json
import math
import time
from collections.abc import Callable

from _customers import EXPECTED, Customers, customers
from _run import load, run
from careworth.causal import balanced_effect, doubly_robust_effect, matched_effect, weighted_effect

SECONDS = {"matching": 5.0, "weighting": 2.0, "doubly robust, boosted": 60.0}
"""What a million rows may take."""

MOST_MEGABYTES = 4096

OURS: dict[str, Callable[[Customers], float | None]] = {
    "matching": lambda world: matched_effect(world.y, world.d, world.x).value,
    "matching with replacement": lambda world: (
        matched_effect(world.y, world.d, world.x, replacement=True).value
    ),
    "weighting": lambda world: weighted_effect(world.y, world.d, world.x).value,
    "entropy balancing": lambda world: balanced_effect(world.y, world.d, world.x).value,
    "doubly robust, linear": lambda world: (
        doubly_robust_effect(world.y, world.d, world.x, models="linear").value
    ),
    "doubly robust, linear, one split": lambda world: (
        doubly_robust_effect(world.y, world.d, world.x, models="linear", folds=5, splits=1).value
    ),
    "DoubleML, one split": lambda world: _doubleml(world),
    "doubly robust, boosted": lambda world: doubly_robust_effect(world.y, world.d, world.x).value,
}


def _doubleml(world: Customers) -> float:
    import doubleml
    from sklearn.linear_model import LinearRegression, LogisticRegression

    data = doubleml.DoubleMLData.from_arrays(world.x, world.y, world.d.astype(float))
    model = doubleml.DoubleMLIRM(
        data, LinearRegression(), LogisticRegression(max_iter=1000), n_folds=5, score="ATTE"
    )
    return float(model.fit().coef[0])


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--rows", type=int, default=1_000_000)
    arguments.add_argument("--only", default="")
    arguments.add_argument("--one", help=argparse.SUPPRESS)
    chosen = arguments.parse_args()
    if chosen.one:
        print(json.dumps(_measured(chosen.one, chosen.rows)))
        return
    sizes = [n for n in (chosen.rows // 100, chosen.rows // 10, chosen.rows) if n >= 10_000]
    titles = f"{'estimator':34}{'rows':>10}{'value':>9}{'seconds':>9}{'cpu':>8}{'MB':>7}{'x n log n':>11}"
    print(f"{titles}  {load()}")
    names = [name for name in OURS if chosen.only in name and (name[:2] != "Do" or _has_doubleml())]
    seconds = {name: _line(name, sizes) for name in names}
    _verdicts(seconds, chosen.rows)
    print(f"expected effect on the treated {EXPECTED}; {load()}")


def _has_doubleml() -> bool:
    return importlib.util.find_spec("doubleml") is not None


def _measured(name: str, rows: int) -> dict[str, float | None]:
    world = customers(rows, 1)
    start, used = time.perf_counter(), time.process_time()
    value = OURS[name](world)
    return {
        "value": value,
        "seconds": time.perf_counter() - start,
        "cpu": time.process_time() - used,
    }


def _line(name: str, sizes: list[int]) -> float:
    """Seconds at the largest size."""
    before: tuple[int, float] | None = None
    for n in sizes:
        done = run(__file__, "--one", name, "--rows", str(n))
        found = json.loads(done.output.strip().splitlines()[-1])
        growth = _growth(before, n, found["cpu"])
        note = "" if done.megabytes <= MOST_MEGABYTES else "  BROKEN: memory"
        print(
            f"{name:34}{n:10,}{found['value']:9.3f}{found['seconds']:9.2f}{found['cpu']:8.2f}"
            f"{done.megabytes:7.0f}{growth:>11}{note}",
            flush=True,
        )
        before = (n, found["cpu"])
    return float(found["seconds"])


def _growth(before: tuple[int, float] | None, n: int, seconds: float) -> str:
    """Growth from the smaller size as a multiple of that of n log n: about 1 or less."""
    if before is None:
        return ""
    m, was = before
    return f"{seconds / was / (n * math.log(n) / (m * math.log(m))):.2f}"


def _verdicts(seconds: dict[str, float], rows: int) -> None:
    for name, most in SECONDS.items():
        if name in seconds and rows >= 1_000_000:
            _verdict(f"{name}, seconds", seconds[name], most)
    ours, theirs = seconds.get("doubly robust, linear, one split"), seconds.get("DoubleML, one split")
    if ours is not None and theirs is not None:
        _verdict("doubly robust, linear / DoubleML", ours / theirs, 0.5)


def _verdict(what: str, value: float, most: float) -> None:
    print(f"{'kept  ' if value <= most else 'BROKEN'} {what}: {value:.2f} (at most {most})")


if __name__ == "__main__":
    main()
