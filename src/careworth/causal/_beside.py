"""What stands beside an effect of a table: looks that need the linear model only, from one gram matrix."""

from dataclasses import dataclass

import numpy as np

from careworth.causal._arrays import Bools, Floats
from careworth.causal._linear import Scaling, gram, solve
from careworth.causal.checks import e_value_check, leave_one_out, null_effect, robustness
from careworth.causal.effect import Check, Effect


@dataclass(frozen=True, slots=True)
class _Moments:
    """Products of the columns (ones, covariates, treatment, outcome), (p + 3, p + 3), over n rows."""

    products: Floats
    n: int

    def treatment_effect(self, leave_out: int | None = None) -> tuple[float, float, int]:
        """Coefficient of the treatment in the linear regression, its t value, residual degrees of freedom."""
        size = len(self.products)
        rows = [j for j in range(size - 1) if leave_out is None or j != leave_out + 1]
        a = self.products[np.ix_(rows, rows)]
        b = self.products[rows, -1]
        beta = solve(a, b)
        df = self.n - int(np.linalg.matrix_rank(a, hermitian=True))
        rest = max(float(self.products[-1, -1] - b @ beta), 0.0)
        unit = np.zeros(len(rows))
        unit[-1] = 1.0
        variance = float(solve(a, unit)[-1]) * rest / max(df, 1)
        t = float(beta[-1]) / np.sqrt(variance) if variance > 0 else 0.0
        return float(beta[-1]), float(t), df


def _moments(y: Floats, d: Bools, x: Floats) -> _Moments:
    z = Scaling.of(x).design(x)
    return _Moments(gram(np.column_stack([z, d, y - y.mean()])), len(y))


def linear_checks(
    effect: Effect, y: Floats, d: Bools, x: Floats, names: tuple[str, ...]
) -> tuple[Check, ...]:
    """Sensitivity to the unseen, and what each covariate contributes; x (n, p) with p at least 1."""
    found = _moments(y, d, x)
    full, t, df = found.treatment_effect()
    checks = [robustness(t, df), e_value_check(effect, float(y.std()), _base(y, d))]
    if effect.se is not None and len(names) > 1:
        without = {name: found.treatment_effect(j)[0] for j, name in enumerate(names)}
        checks.append(leave_one_out(full, effect.se, without, "covariate"))
    return tuple(checks)


def _base(y: Floats, d: Bools) -> float | None:
    return float(y[~d].mean()) if np.all((y == 0) | (y == 1)) else None


def placebo_checks(found: dict[str, Effect], name: str) -> tuple[Check, ...]:
    """One check for each outcome that the treatment cannot have touched; a reminder when there is none."""
    if found:
        return tuple(null_effect(name, effect, column) for column, effect in found.items())
    return (
        Check(
            name=name,
            passed=None,
            value=None,
            text=(
                "No column was named that the treatment cannot have changed, such as an earlier value of the "
                "outcome left out of the covariates; naming one tests the comparison itself."
            ),
        ),
    )
