"""What is left of an interval when somebody looks more than once."""

from math import log, sqrt

from careworth.causal.effect import LEVEL, Check, Effect, shown


def always_valid(se: float, n: int, planned: int, level: float = LEVEL) -> float:
    """Half the width of an interval that stays right however often one looks and whenever one stops.

    Asymptotic confidence sequence (Waudby-Smith, Arbour, Sinha, Kennedy and Ramdas 2021, theorem 2.2):
    s sqrt(2 (n rho^2 + 1) / (n^2 rho^2) log(sqrt(n rho^2 + 1) / alpha)) with s^2 = n se^2, rho chosen so
    that it is narrowest at ``planned`` rows.
    """
    alpha = 1 - level
    rho2 = (-2 * log(alpha) + log(-2 * log(alpha) + 1)) / planned
    return se * sqrt(n) * sqrt(2 * (n * rho2 + 1) / (n**2 * rho2) * log(sqrt(n * rho2 + 1) / alpha))


def looks(effect: Effect, n: int) -> Check:
    """The interval of an effect that rests on n rows, for those who look at it as the rows come in."""
    if effect.value is None or effect.se is None:
        return Check(name="repeated looks", passed=None, value=None, text="There is no interval to widen.")
    half = always_valid(effect.se, n, n, effect.level)
    low, high = effect.value - half, effect.value + half
    return Check(
        name="repeated looks",
        passed=None,
        value=half,
        text=(
            f"For whoever looks again and again and stops when it pleases, {shown(low)} to {shown(high)} "
            "is the interval that stays right."
        ),
        table=({"low": low, "high": high},),
    )
