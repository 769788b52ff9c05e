"""Short-stacking: cross-fitted predictions of several learners, combined by one small regression.

Ahrens, Hansen, Schaffer and Wiemann (2024), "Model averaging and double machine learning". A boosted
score alone is too sure of itself in small samples; the regression on its log odds also calibrates it.
"""

import numpy as np
from scipy.optimize import minimize, nnls
from scipy.special import expit, logit

from careworth.causal._arrays import Bools, Floats
from careworth.causal._scores import clipped


def stacked_scores(scores: Floats, d: Bools) -> Floats:
    """(n, L) cross-fitted scores -> (n,) one score, by a logistic model on the log odds with slopes >= 0."""
    if scores.shape[1] == 1:
        return clipped(scores[:, 0])
    L = np.column_stack([np.ones(len(d)), logit(clipped(scores))])
    t = d.astype(np.float64)

    def loss(b: Floats) -> tuple[float, Floats]:
        eta = L @ b
        value = (np.logaddexp(0.0, eta).sum() - t @ eta) / len(t)
        return float(value), L.T @ (expit(eta) - t) / len(t)

    slopes = scores.shape[1]
    bounds = [(None, None)] + [(0.0, None)] * slopes
    found = minimize(
        loss, np.r_[0.0, np.full(slopes, 1 / slopes)], jac=True, method="L-BFGS-B", bounds=bounds
    )
    return clipped(expit(L @ found.x))


def stacked_outcomes(predictions: Floats, y: Floats, rows: Bools) -> Floats:
    """(n, L) cross-fitted predictions -> (n,) their convex combination nearest to y on ``rows``."""
    if predictions.shape[1] == 1:
        return predictions[:, 0]
    A, b = predictions[rows], y[rows]
    G, g = A.T @ A, A.T @ b
    # Normal equations by Cholesky keep the least-squares problem L x L; the heavy last row sums to one.
    root = np.linalg.cholesky(G + 1e-9 * np.trace(G) * np.eye(len(G)))
    heavy = 1e3 * np.abs(root).max()
    weights, _ = nnls(np.vstack([root.T, np.full(len(G), heavy)]), np.r_[np.linalg.solve(root, g), heavy])
    return np.asarray(predictions @ weights)
