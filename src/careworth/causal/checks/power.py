"""What could have been seen at all."""

from math import sqrt

from scipy import stats

from careworth.causal.effect import LEVEL, Check, shown


def detectable(se: float, level: float = LEVEL, power: float = 0.8) -> float:
    """The smallest true effect that is found with this power: (z_(1 - alpha / 2) + z_power) * se."""
    return float((stats.norm.ppf((1 + level) / 2) + stats.norm.ppf(power)) * se)


def minimum_detectable_effect(
    sd: float, n_treated: int, n_control: int, *, level: float = LEVEL, power: float = 0.8
) -> float:
    """For planning: the effect that a difference in means finds, in the unit of ``sd``, per group sizes."""
    return detectable(sd * sqrt(1 / n_treated + 1 / n_control), level, power)


def power_check(se: float, value: float, level: float = LEVEL) -> Check:
    """The minimum detectable effect beside the effect found."""
    least = detectable(se, level)
    return Check(
        name="minimum detectable effect",
        passed=None,
        value=least,
        text=(
            f"With this much data a true effect of {shown(least)} is found four times in five; "
            f"{'smaller ones, such as this,' if abs(value) < least else 'smaller ones'} are often missed."
        ),
    )
