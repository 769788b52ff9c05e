"""What caused it: designs, estimators and checks. Arrays in, an Effect out.

Nothing here knows what the numbers are about. Every design is a function of arrays that returns an
``Effect``: a value with an interval, or no value and a reason, and always the checks it went through.

================================  ==========================================================
Who was treated, by ...           use
================================  ==========================================================
chance                            ``difference_in_means``, ``regression_adjusted``,
                                  ``sequential_difference``
what is known about each row      ``doubly_robust_effect``, ``matched_effect``,
                                  ``weighted_effect``, ``balanced_effect``
a date, for some units            ``difference_in_differences``, ``event_study``
a date, for one unit of many      ``synthetic_control``
a date, for everybody             ``interrupted_series``
anything, and time matters        ``retained_time``, ``restricted_mean_values``
================================  ==========================================================

``effect_of`` takes a table and does what is usual. ``careworth.causal.checks`` holds the checks.
"""

from careworth.causal.comparison import Adjusted, Comparison
from careworth.causal.doubly_robust import doubly_robust_effect
from careworth.causal.effect import Check, Effect
from careworth.causal.matching import Matches, match, matched_effect
from careworth.causal.panels import EventStudy, difference_in_differences, event_study
from careworth.causal.pauses import PausingModel
from careworth.causal.randomised import (
    Arm,
    cuped,
    difference_in_means,
    difference_of_arms,
    regression_adjusted,
    sequential_difference,
)
from careworth.causal.series import interrupted_series
from careworth.causal.spells import Spells, spells
from careworth.causal.survival import (
    Curve,
    hazard_ratios,
    kaplan_meier,
    restricted_mean,
    restricted_mean_values,
    retained_time,
)
from careworth.causal.synthetic import synthetic_control
from careworth.causal.table import DESIGNS, EffectReport, effect_of
from careworth.causal.value import (
    BuyingModel,
    History,
    SpendModel,
    history,
    value_at_will,
    value_under_contract,
)
from careworth.causal.weighting import balanced_effect, weighted_effect
from careworth.causal.wording import report_lines

__all__ = [
    "DESIGNS",
    "Adjusted",
    "Arm",
    "BuyingModel",
    "Check",
    "Comparison",
    "Curve",
    "Effect",
    "EffectReport",
    "EventStudy",
    "History",
    "Matches",
    "PausingModel",
    "Spells",
    "SpendModel",
    "balanced_effect",
    "cuped",
    "difference_in_differences",
    "difference_in_means",
    "difference_of_arms",
    "doubly_robust_effect",
    "effect_of",
    "event_study",
    "hazard_ratios",
    "history",
    "interrupted_series",
    "kaplan_meier",
    "match",
    "matched_effect",
    "regression_adjusted",
    "report_lines",
    "restricted_mean",
    "restricted_mean_values",
    "retained_time",
    "sequential_difference",
    "spells",
    "synthetic_control",
    "value_at_will",
    "value_under_contract",
    "weighted_effect",
]
