"""Looks at whether an effect can be believed. Each returns one Check: passed, failed, or no opinion."""

from careworth.causal.checks.balance import balance, standardised_differences
from careworth.causal.checks.linkage import Linkage, linkage_check, undiluted
from careworth.causal.checks.looks import always_valid, looks
from careworth.causal.checks.overlap import overlap, overlap_of_groups
from careworth.causal.checks.placebo import null_effect, placebo_rank
from careworth.causal.checks.power import detectable, minimum_detectable_effect, power_check
from careworth.causal.checks.sample_ratio import sample_ratio
from careworth.causal.checks.sensitivity import (
    e_value,
    e_value_check,
    robustness,
    robustness_value,
    rosenbaum,
    rosenbaum_check,
)
from careworth.causal.checks.stability import agreement, leave_one_out, splitting
from careworth.causal.checks.trends import pre_trend

__all__ = [
    "Linkage",
    "agreement",
    "always_valid",
    "balance",
    "detectable",
    "e_value",
    "e_value_check",
    "leave_one_out",
    "linkage_check",
    "looks",
    "minimum_detectable_effect",
    "null_effect",
    "overlap",
    "overlap_of_groups",
    "placebo_rank",
    "power_check",
    "pre_trend",
    "robustness",
    "robustness_value",
    "rosenbaum",
    "rosenbaum_check",
    "sample_ratio",
    "splitting",
    "standardised_differences",
    "undiluted",
]
