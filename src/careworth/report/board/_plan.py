"""The section "The plan": goals as they stand, what is left to mend, what each component brought."""

from collections.abc import Iterator, Sequence

import pyarrow as pa

from careworth.measures import MEASURES
from careworth.plan import PRIOR_SOURCE, Goal, GoalStatus, Plan, ValueMatrix, check_plan
from careworth.report.blocks import (
    Block,
    Column,
    Definition,
    Paragraph,
    Provenance,
    Section,
    Sum,
    Table,
)
from careworth.report.board._numbers import capital, label, unit_of
from careworth.report.board._part import Part
from careworth.report.language import meant, say, say_count, tell, translated
from careworth.report.writing import PERCENT, Unit, write_number, write_range

VALUE = Definition(
    measure="outcomes",
    version=1,
    name=meant("Value that was measured"),
    text=meant(
        "Outcomes that were stated with their source, each counted once and split over the components that "
        "touched it and over business units."
    ),
)
_STATES = {
    "reached": meant("reached"),
    "on track": meant("on track"),
    "at risk": meant("at risk"),
    "off track": meant("off track"),
    "missed": meant("missed"),
    "unknown": meant("unknown"),
}
_RULES = {
    "stated": meant("as stated"),
    "equal": meant("equal"),
    "first": meant("first touch"),
    "last": meant("last touch"),
}
_GOALS, _OUTCOMES, _UNITS = "plan_goals", "plan_outcomes", "plan_units"


def plan_part(plan: Plan, goals: Sequence[GoalStatus], matrix: ValueMatrix) -> Part:
    """The section, with goals and outcomes as the rows behind it."""
    blocks: list[Block] = [_opening(plan, goals), _goals(plan, goals)]
    tables = {_GOALS: _goal_rows(plan, goals)}
    if plan.outcomes:
        blocks += [_by_component(plan, matrix), _by_unit(matrix)]
        tables |= _outcome_rows(matrix)
    blocks += _priors(matrix)
    return Part(Section(say("The plan"), tuple(blocks)), (VALUE,) if plan.outcomes else (), tables)


def _opening(plan: Plan, goals: Sequence[GoalStatus]) -> Paragraph:
    aims = "; ".join(capital(one.text) for one in plan.objectives.values())
    states = [one.state for one in goals]
    counts = ", ".join(f"{states.count(state)} {say(_STATES[state])}" for state in dict.fromkeys(states))
    broken = sum(finding.kind == "error" for finding in check_plan(plan))
    none = say("none")
    told = tell("Objectives: {aims}. Goals: {counts}.", aims=aims or none, counts=counts or none)
    if not broken:
        return told
    mend = say_count(
        "One of its rules is broken: careworth plan check names it.",
        "{count} of its rules are broken: careworth plan check names them.",
        broken,
        count=broken,
    )
    return Paragraph((*told.parts, f" {mend}"))


def _unit(goal: Goal, value: float | None) -> Unit:
    if goal.measure is not None and goal.measure in MEASURES:
        return unit_of(goal.measure, value)
    if goal.unit == "share":
        return PERCENT
    whole = value is None or value.is_integer()
    return Unit(decimals=0 if whole else 1)


def _named(goal: Goal) -> str:
    """The goal with its unit, where its numbers do not say it."""
    text = capital(goal.text)
    return text if goal.measure is not None or goal.unit in (None, "share") else f"{text} ({goal.unit})"


def _written(goal: Goal, value: float | None) -> str | None:
    return None if value is None else write_number(value, _unit(goal, value))


def _goals(plan: Plan, goals: Sequence[GoalStatus]) -> Table:
    def line(one: GoalStatus) -> tuple[str | None, ...]:
        goal, ahead = plan.goals[one.goal], one.forecast
        expected = (
            write_range(ahead.low, ahead.high, _unit(goal, ahead.high))
            if ahead is not None
            else translated(one.reason or "")
        )
        due = f"{goal.due:%m/%Y}" if goal.due is not None else None
        way = f"{_written(goal, goal.baseline) or '–'} → {_written(goal, goal.target) or '–'}"
        return (
            _named(goal),
            _written(goal, one.value),
            way,
            due,
            say(_STATES[one.state]),
            expected,
        )

    names = (
        say("Goal"),
        say("Now"),
        say("From → to"),
        say("Due"),
        say("State"),
        say("Expected then (80%)"),
    )
    measured = [label(goal.measure) for goal in plan.goals.values() if goal.measure is not None]
    return Table(
        title=say("Goals"),
        columns=tuple(map(Column, names)),
        rows=tuple(map(line, goals)),
        rows_csv=_GOALS,
        note=say("Followed by measures: {names}.", names=", ".join(dict.fromkeys(measured)))
        if measured
        else "",
    )


def _goal_rows(plan: Plan, goals: Sequence[GoalStatus]) -> pa.Table:
    return pa.table(
        {
            "goal": [one.goal for one in goals],
            "text": [plan.goals[one.goal].text for one in goals],
            "measure": pa.array([plan.goals[one.goal].measure for one in goals], pa.string()),
            "state": [one.state for one in goals],
            "baseline": pa.array([plan.goals[one.goal].baseline for one in goals], pa.float64()),
            "value": pa.array([one.value for one in goals], pa.float64()),
            "n": pa.array([one.n for one in goals], pa.int64()),
            "target": pa.array([plan.goals[one.goal].target for one in goals], pa.float64()),
            "due": pa.array([plan.goals[one.goal].due for one in goals], pa.date32()),
            "probability": pa.array(
                [one.forecast.probability if one.forecast else None for one in goals], pa.float64()
            ),
        }
    )


def _money(matrix: ValueMatrix) -> Unit:
    return Unit(prefix=f"{matrix.currency} " if matrix.currency else "", decimals=0)


def _column(matrix: ValueMatrix, rows_csv: str) -> Column:
    total = Provenance(measure=VALUE.measure, definition_version=1, rows_csv=rows_csv, total=Sum("amount"))
    return Column(say("Amount"), _money(matrix), total)


def _by_component(plan: Plan, matrix: ValueMatrix) -> Table:
    rows = [(name, amount) for name, amount in matrix.by_component.items() if amount]
    return Table(
        title=say("Measured value by component"),
        columns=(Column(say("Component")), _column(matrix, _OUTCOMES)),
        rows=tuple(rows),
        total=(say("All"), sum(amount for _, amount in rows)),
        rows_csv=_OUTCOMES,
        note=say(
            "Rule of attribution: {rule}. Sources: {sources}.",
            rule=say(_RULES[matrix.rule]),
            sources="; ".join(dict.fromkeys(one.source for one in plan.outcomes.values())),
        ),
    )


def _by_unit(matrix: ValueMatrix) -> Table:
    rows = tuple((translated(name), amount) for name, amount in matrix.by_unit.items())
    return Table(
        title=say("Measured value by business unit"),
        columns=(Column(say("Unit")), _column(matrix, _UNITS)),
        rows=rows,
        total=(say("All"), sum(matrix.by_unit.values())),
        rows_csv=_UNITS,
    )


def _outcome_rows(matrix: ValueMatrix) -> dict[str, pa.Table]:
    measured = [cell for cell in matrix.cells if cell.amount is not None]
    return {
        _OUTCOMES: pa.table(
            {
                "component": [cell.component for cell in measured],
                "value": [cell.value for cell in measured],
                "amount": pa.array([cell.amount for cell in measured], pa.float64()),
            }
        ),
        _UNITS: pa.table(
            {
                "unit": list(matrix.by_unit),
                "amount": pa.array(list(matrix.by_unit.values()), pa.float64()),
            }
        ),
    }


def _priors(matrix: ValueMatrix) -> Iterator[Paragraph]:
    unmeasured = sum(bool(cell.prior) for cell in matrix.cells)
    if unmeasured:
        yield tell(
            "{count} fields of the value matrix hold no measurement yet ({prior}).",
            count=str(unmeasured),
            prior=translated(PRIOR_SOURCE),
        )
