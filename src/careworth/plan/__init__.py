"""The plan: the social ecosystem, what its parts are worth, and goals that are live measures.

Read docs/plan.md first.
"""

from careworth.plan.check import Finding, check_plan, complete
from careworth.plan.continuum import PLACES, Place, places
from careworth.plan.files import load_plan, parse_csv, parse_plan, to_csv, to_toml
from careworth.plan.model import (
    CONVENTIONS,
    KINDS,
    STAGES,
    VALUES,
    Component,
    Goal,
    Objective,
    Outcome,
    Plan,
    Reading,
    Strategy,
    Tactic,
)
from careworth.plan.status import Forecast, GoalStatus, forecast_at, last_day, statuses
from careworth.plan.value import PRIOR_SOURCE, RULES, Cell, Rule, ValueMatrix, prior, value_matrix

__all__ = [
    "CONVENTIONS",
    "KINDS",
    "PLACES",
    "PRIOR_SOURCE",
    "RULES",
    "STAGES",
    "VALUES",
    "Cell",
    "Component",
    "Finding",
    "Forecast",
    "Goal",
    "GoalStatus",
    "Objective",
    "Outcome",
    "Place",
    "Plan",
    "Reading",
    "Rule",
    "Strategy",
    "Tactic",
    "ValueMatrix",
    "check_plan",
    "complete",
    "forecast_at",
    "last_day",
    "load_plan",
    "parse_csv",
    "parse_plan",
    "places",
    "prior",
    "statuses",
    "to_csv",
    "to_toml",
    "value_matrix",
]
