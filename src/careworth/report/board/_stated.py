"""What the worth rests on: the figures that were stated, and the six elements of the framework."""

from collections.abc import Iterator

from careworth.report.blocks import Assumption, Assumptions, Block, Checklist, Column, Paragraph, Table
from careworth.report.board._evidence import Evidence
from careworth.report.board._numbers import PER_CENT_1, capital, label, write_value
from careworth.report.language import say, tell, translated
from careworth.report.writing import PERCENT, Unit, write_day, write_number
from careworth.worth import Assumption as Stated
from careworth.worth import BreakEven, Framework, FrameworkCheck, Kind, ReturnOnService

_ELEMENTS = ("investment", "goals", "benchmarks", "targets", "metrics", "analysis")


def stated(unit: str, currency: str, *values: float | None) -> Unit:
    """How figures in a unit are written, with as many decimals as they need."""
    given = [value for value in values if value is not None]
    if unit in ("share", "probability"):
        return PERCENT if all(_whole(100 * value) for value in given) else PER_CENT_1
    decimals = 0 if all(map(_whole, given)) or max(given) >= 100 else 1 if max(given) >= 10 else 2
    if unit.startswith(currency):
        rest = unit.removeprefix(currency).strip()
        return Unit(decimals=decimals, prefix=f"{currency} ", suffix=f" {translated(rest)}" if rest else "")
    return Unit(decimals=decimals, suffix=f" {translated(unit)}")


def _whole(value: float) -> bool:
    return abs(value - round(value)) < 1e-9


def break_even(worth: ReturnOnService) -> Table:
    def written(one: BreakEven, value: float) -> str:
        return write_number(value, stated(one.unit, worth.currency, value))

    return Table(
        title=say("Where the service just pays for itself"),
        columns=(Column(say("Figure")), Column(say("Most likely")), Column(say("Worth is zero at"))),
        rows=tuple(
            (
                translated(one.text),
                written(one, one.now),
                translated(one.reason or "") if one.value is None else written(one, one.value),
            )
            for one in worth.break_even
        ),
        note=say("Each figure alone, all others at their most likely value."),
    )


def assumptions(worth: ReturnOnService) -> Iterator[Block]:
    """The figures, then what is taken for granted without one, then what a reader must know."""
    figures = [one for one in worth.assumptions if one.mode is not None]
    yield Assumptions(tuple(_assumption(one, one.mode, worth) for one in figures if one.mode is not None))
    ways = [one.text for one in worth.assumptions if one.mode is None]
    if ways or worth.notes:
        yield Paragraph((" ".join(map(translated, (*ways, *worth.notes))),))


def _assumption(one: Stated, mode: float, worth: ReturnOnService) -> Assumption:
    ranged = one.low != one.high
    return Assumption(
        text=capital(translated(one.text)),
        value=mode,
        low=one.low if ranged else None,
        high=one.high if ranged else None,
        unit=stated(one.unit, worth.currency, one.low, mode, one.high),
        source=one.source if one.kind is Kind.STATED else f"{one.source} ({translated(one.kind)})".lstrip(),
    )


def framework_blocks(evidence: Evidence) -> Iterator[Block]:
    """The six elements in their order; what is missing stays empty and is asked for."""
    check, inputs = evidence.framework, evidence.inputs
    assert check is not None and inputs is not None
    texts = dict(zip(_ELEMENTS, _elements(evidence, inputs.framework), strict=True))
    filled = {name: element.filled for name, element in zip(_ELEMENTS, check.elements, strict=True)}
    yield Checklist(**{name: text if filled[name] else None for name, text in texts.items()})
    yield from _missing(check)


def _elements(evidence: Evidence, framework: Framework) -> Iterator[str]:
    assert evidence.inputs is not None
    lines = ", ".join(f"{line.name} ({translated(line.kind)})" for line in evidence.inputs.investment)
    yield f"{capital(lines)}."
    yield " ".join(
        say(
            "{measure}: {value} by {day}, for {result}.",
            measure=label(goal.measure),
            value=write_value(goal.measure, goal.value),
            day=write_day(goal.by),
            result=goal.business_result,
        )
        for goal in framework.goals
    )
    yield " ".join(
        f"{label(one.measure)}: {write_value(one.measure, one.value)} ({one.source}, {one.year})."
        for one in framework.benchmarks
    )
    yield " ".join(
        say("{measure}: {how}, by {day}.", measure=label(one.measure), how=one.how, day=write_day(one.when))
        for one in framework.targets
    )
    yield " ".join(
        say(
            "{measure}: {value} on {day}{since}.",
            measure=label(one.measure),
            value=write_value(one.measure, one.baseline),
            day=write_day(one.as_of),
            since=_since(evidence, one.measure),
        )
        for one in framework.measures
    )
    yield " ".join(
        say(
            "{finding}: {action} ({owner}, by {day}).",
            finding=capital(one.finding),
            action=one.action,
            owner=one.owner,
            day=write_day(one.by),
        )
        for one in framework.actions
    )


def _since(evidence: Evidence, measure: str) -> str:
    """Where a measure that is followed stands now."""
    recent = evidence.comparable and measure in evidence.now
    row = (evidence.now if recent else evidence.whole).get(measure)
    if row is None or row["value"] is None:
        return ""
    value = write_value(measure, row["value"])
    if recent:
        return say(", {value} in the second half of this report", value=value)
    return say(", {value} in this report", value=value)


def _missing(check: FrameworkCheck) -> Iterator[Paragraph]:
    for element in check.missing:
        yield tell(
            "{element} still need: {missing}.",
            element=translated(element.text),
            missing="; ".join(element.missing),
        )
