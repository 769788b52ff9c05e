"""A report in plain lines, for a terminal or a mail."""

from careworth.causal.effect import Check, Effect, shown
from careworth.causal.table import EffectReport

MARKS = {True: "passed", False: "FAILED", None: "note"}


def report_lines(report: EffectReport) -> list[str]:
    """Headline, checks, other estimators, raw comparison and assumptions of a report, one line each."""
    effect = report.effect
    return [
        f"{report.outcome} by {report.treatment}: {_number(effect)}",
        f"  estimand    {effect.estimand}",
        f"  design      {effect.design}: {effect.method}",
        f"  rows        {effect.n_treated:,} treated, {effect.n_control:,} control of {report.rows:,}",
        f"  covariates  {', '.join(report.covariates) or 'none'}",
        f"  seed        {report.seed}",
        "Checks",
        *(_check(check) for check in effect.checks),
        "Beside it",
        *(f"  {other.method}: {_number(other)}" for other in (*report.others, report.raw)),
        *(_check(check) for check in report.raw.failed),
        "What must be true of the world",
        *(f"  {assumption}" for assumption in effect.assumptions),
    ]


def _number(effect: Effect) -> str:
    if effect.value is None or effect.low is None or effect.high is None or effect.se is None:
        return f"no value. {effect.reason}"
    return (
        f"{shown(effect.value)} ({effect.level:.0%} interval {shown(effect.low)} to {shown(effect.high)}, "
        f"standard error {shown(effect.se)})"
    )


def _check(check: Check) -> str:
    return f"  [{MARKS[check.passed]}] {check.name}: {check.text}"
