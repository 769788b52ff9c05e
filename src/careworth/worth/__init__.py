"""What service is worth.

The return on social service: ``simple_return`` is the plain formula, ``estimate_return`` the calculation
with measured requests, stated ranges and an interval. Read docs/return-on-service.md first.
"""

from careworth.worth._return_check import check_sums
from careworth.worth._return_estimate import estimate_return
from careworth.worth._return_formulas import (
    Figure,
    cost_per_resolution,
    deflected_requests_saving,
    directly_deflected_requests,
    indirectly_deflected_requests,
    resolution_time,
    return_percent,
    share_after_label_errors,
)
from careworth.worth._return_framework import Element, FrameworkCheck, check_framework
from careworth.worth._return_inputs import ReturnInputs
from careworth.worth._return_json import to_json
from careworth.worth._return_lines import (
    Action,
    Benchmark,
    ChannelCost,
    CostKind,
    Failures,
    Framework,
    Goal,
    RequestInputs,
    Spending,
    StaffTime,
    Target,
    TrackedMeasure,
    TypedRequests,
)
from careworth.worth._return_model import expected_cost
from careworth.worth._return_objectives import Objective, ObjectiveMeasure, objective, objectives
from careworth.worth._return_quantity import Kind, Period, PerPeriod, Quantity, per_period
from careworth.worth._return_requests import MeasuredRequests
from careworth.worth._return_results import (
    Amounts,
    Assumption,
    BreakEven,
    Estimate,
    Part,
    PeriodReturn,
    ReturnOnService,
    SolvedRequests,
    Swing,
)
from careworth.worth._return_simple import PlainAmounts, SimpleReturn, simple_return

__all__ = [
    "Action",
    "Amounts",
    "Assumption",
    "Benchmark",
    "BreakEven",
    "ChannelCost",
    "CostKind",
    "Element",
    "Estimate",
    "Failures",
    "Figure",
    "Framework",
    "FrameworkCheck",
    "Goal",
    "Kind",
    "MeasuredRequests",
    "Objective",
    "ObjectiveMeasure",
    "Part",
    "PerPeriod",
    "Period",
    "PeriodReturn",
    "PlainAmounts",
    "Quantity",
    "RequestInputs",
    "ReturnInputs",
    "ReturnOnService",
    "SimpleReturn",
    "SolvedRequests",
    "Spending",
    "StaffTime",
    "Swing",
    "Target",
    "TrackedMeasure",
    "TypedRequests",
    "check_framework",
    "check_sums",
    "cost_per_resolution",
    "deflected_requests_saving",
    "directly_deflected_requests",
    "estimate_return",
    "expected_cost",
    "indirectly_deflected_requests",
    "objective",
    "objectives",
    "per_period",
    "resolution_time",
    "return_percent",
    "share_after_label_errors",
    "simple_return",
    "to_json",
]
