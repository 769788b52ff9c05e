"""Did the groups move together before anything happened?"""

import numpy as np
from scipy import stats

from careworth.causal._arrays import Floats
from careworth.causal._linear import inverse
from careworth.causal.effect import Check, shown


def pre_trend(leads: Floats, covariance: Floats, periods: tuple[int, ...], alpha: float = 0.05) -> Check:
    """Wald test that all effects before the treatment, leads (m,) with covariance (m, m), are 0.

    Passing does not prove parallel trends: with little data no difference is ever found.
    """
    if len(leads) == 0:
        return Check(
            name="pre-trend",
            passed=None,
            value=None,
            text="There are too few periods before the treatment to see whether the groups moved together.",
        )
    wald = float(leads @ inverse(covariance) @ leads)
    rank = int(np.linalg.matrix_rank(covariance, hermitian=True))
    p = float(stats.chi2.sf(wald, max(rank, 1)))
    return Check(
        name="pre-trend",
        passed=p >= alpha,
        value=p,
        text=(
            f"Over {len(leads)} earlier periods the groups drifted apart by at most "
            f"{shown(float(np.abs(leads).max()))} (joint test of no drift, p {p:.3f})."
        ),
        table=tuple(
            {"period": t, "effect": float(v), "se": float(np.sqrt(s))}
            for t, v, s in zip(periods, leads, np.diag(covariance), strict=True)
        ),
    )
