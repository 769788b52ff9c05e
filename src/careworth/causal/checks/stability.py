"""Does the number hang on a choice that nobody would notice?"""

from math import hypot

import numpy as np

from careworth.causal._arrays import Floats
from careworth.causal.effect import Check, Effect, shown


def splitting(values: Floats, se: float) -> Check:
    """How far the repeated random splits of cross-fitting move the estimate: values (S,), one per split."""
    spread = float(values.std())
    return Check(
        name="splits",
        passed=bool(spread <= se / 2),
        value=spread,
        text=(
            f"{len(values)} random splits of the rows gave {shown(values.min())} to {shown(values.max())}; "
            f"the median is reported and their spread of {shown(spread)} is inside its standard error."
        ),
        table=tuple({"split": i + 1, "value": float(v)} for i, v in enumerate(values)),
    )


def agreement(effect: Effect, other: Effect) -> Check:
    """Does an estimator of another kind say the same, within the uncertainty of both?"""
    if effect.value is None or other.value is None or effect.se is None or other.se is None:
        missing = other if other.value is None else effect
        return Check(
            name="second estimator",
            passed=None,
            value=None,
            text=f"{missing.method} gives no number: {missing.reason}",
        )
    apart = abs(effect.value - other.value)
    return Check(
        name="second estimator",
        passed=bool(apart <= 1.96 * hypot(effect.se, other.se)),
        value=other.value,
        text=(
            f"{other.method[0].upper()}{other.method[1:]} gives {shown(other.value)}, {shown(apart)} away, "
            f"with a standard error of {shown(other.se)}."
        ),
    )


def leave_one_out(effect: float, se: float, without: dict[str, float], what: str) -> Check:
    """The estimate without each covariate, donor or unit in turn; fails when one of them moves it by 2 SE."""
    moved = {name: value - effect for name, value in without.items()}
    worst = max(moved, key=lambda name: abs(moved[name]))
    return Check(
        name="leave one out",
        passed=bool(abs(moved[worst]) <= 2 * se),
        value=moved[worst],
        text=(
            f"Leaving out one {what} at a time gives {shown(min(without.values()))} "
            f"to {shown(max(without.values()))}; {worst} moves the estimate most, by {shown(moved[worst])}."
        ),
        table=tuple({what: name, "value": value} for name, value in without.items()),
    )


def spread_and_error(values: Floats, errors: Floats) -> tuple[float, float]:
    """Median over splits, and the standard error with the spread in it.

    se^2 = median of se_s^2 + (theta_s - median)^2, Chernozhukov et al. (2018), "Double/debiased machine
    learning", definition 3.3.
    """
    middle = float(np.median(values))
    return middle, float(np.sqrt(np.median(errors**2 + (values - middle) ** 2)))
