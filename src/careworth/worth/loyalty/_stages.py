"""Stages of a customer's life, by how long one has been there when the trouble comes."""

import numpy as np
from numpy.typing import NDArray

from careworth.worth.loyalty._known import tenure
from careworth.worth.loyalty._study import Study

STAGES = {"new": (0.0, 6.0), "growing": (6.0, 24.0), "mature": (24.0, np.inf)}
"""Months as a customer."""


def stage_of(study: Study) -> NDArray[np.object_]:
    """(n,) stage of each episode compared."""
    bounds = [low for low, _ in STAGES.values()][1:]
    place = np.searchsorted(bounds, tenure(study.cohort)[study.rows], side="right")
    return np.array(list(STAGES), dtype=object)[place]


def span(name: str) -> str:
    """The months of a stage in words."""
    low, high = STAGES[name]
    if low == 0:
        return f"less than {high:g} months"
    return f"{low:g} months and more" if high == np.inf else f"{low:g} to {high:g} months"
