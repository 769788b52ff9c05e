"""Likelihoods of the BG/NBD and gamma-gamma models, on arrays."""

import numpy as np
from scipy.optimize import minimize
from scipy.special import betaln, gammaln

from careworth.causal._arrays import Floats
from careworth.errors import InputError


def bg_nbd_loss(theta: Floats, x: Floats, tx: Floats, t: Floats, w: Floats) -> float:
    """Minus mean log likelihood at theta = log (r, alpha, a, b); Fader, Hardie and Lee (2005), equation 6.

    Repeat purchases x, time of the last one tx, time observed t, (m,) each, w customers alike.
    """
    r, alpha, a, b = np.exp(theta)
    shared = betaln(a, b + x) - betaln(a, b) + gammaln(r + x) - gammaln(r) + r * np.log(alpha)
    alive = -(r + x) * np.log(alpha + t)
    with np.errstate(divide="ignore", invalid="ignore"):
        gone = np.log(a) - np.log(b + x - 1) - (r + x) * np.log(alpha + tx)
    both = np.where(x > 0, np.logaddexp(alive, np.where(x > 0, gone, -np.inf)), alive)
    return float(-(w @ (shared + both)) / w.sum())


def gamma_gamma_loss(theta: Floats, x: Floats, m: Floats, w: Floats) -> float:
    """Minus mean log likelihood at theta = log (p, q, gamma); Fader and Hardie (2013), equation 1a."""
    p, q, v = np.exp(theta)
    px = p * x
    value = gammaln(px + q) - gammaln(px) - gammaln(q) + q * np.log(v)
    value += (px - 1) * np.log(m) + px * np.log(x) - (px + q) * np.log(x * m + v)
    return float(-(w @ value) / w.sum())


def together(*columns: Floats) -> tuple[list[Floats], Floats]:
    """Customers alike are counted once: the distinct rows of columns (n,), and how many there are of each."""
    rows, counts = np.unique(np.column_stack(columns), axis=0, return_counts=True)
    return list(rows.T), counts.astype(np.float64)


def smallest(loss: object, start: Floats, *data: Floats) -> Floats:
    """The theta with the least loss, by Nelder and Mead and then BFGS. Raises InputError without one."""
    rough = minimize(loss, start, args=data, method="Nelder-Mead", options={"maxiter": 4000, "fatol": 1e-9})
    fine = minimize(loss, rough.x, args=data, method="BFGS", options={"gtol": 1e-7})
    best = fine if fine.fun <= rough.fun else rough
    if not np.isfinite(best.fun) or np.abs(best.x).max() > 20:
        raise InputError(
            "The purchase model has no best fit on these customers.",
            hint="It needs customers who bought again and customers who did not, over a year or so.",
        )
    return np.asarray(best.x)
