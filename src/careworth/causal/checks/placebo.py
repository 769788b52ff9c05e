"""Does the method find an effect where there can be none?"""

import numpy as np

from careworth.causal._arrays import Floats
from careworth.causal.effect import Check, Effect, shown


def null_effect(name: str, found: Effect, what: str) -> Check:
    """A check that fails when ``found``, an effect that must be 0, has an interval without 0.

    ``name`` is ``placebo outcome`` (measured before the treatment), ``placebo time`` (a start made up
    before the true one) or ``negative control`` (something that the treatment cannot touch).
    """
    if found.value is None or found.low is None or found.high is None:
        return Check(
            name=name, passed=None, value=None, text=f"No effect could be computed on {what}: {found.reason}"
        )
    passed = found.low <= 0 <= found.high
    verdict = "holds 0, as it should" if passed else "does not hold 0, so something else is at work"
    return Check(
        name=name,
        passed=passed,
        value=found.value,
        text=(
            f"On {what}, where nothing can be found, the same method gives {shown(found.value)} "
            f"({shown(found.low)} to {shown(found.high)}), which {verdict}."
        ),
    )


def placebo_rank(effect: float, placebos: Floats, what: str, alpha: float = 0.1) -> Check:
    """Where the effect ranks among the effects (m,) that the method finds on the untreated.

    The value is the permutation p value (1 + number at least as large in size) / (1 + m).
    """
    at_least = int(np.count_nonzero(np.abs(placebos) >= abs(effect)))
    p = (1 + at_least) / (1 + len(placebos))
    return Check(
        name="placebo in space",
        passed=bool(p <= alpha) if 1 / (1 + len(placebos)) <= alpha else None,
        value=p,
        text=(
            f"{at_least} of {len(placebos)} {what} show as large an effect though nothing was done to "
            f"them (permutation p {p:.3f})."
        ),
    )
