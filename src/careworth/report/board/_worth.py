"""The section "What service was worth"."""

import pyarrow as pa

from careworth.report import charts
from careworth.report.blocks import (
    Assumption,
    Assumptions,
    Block,
    Chart,
    Checklist,
    Column,
    Definition,
    Number,
    Paragraph,
    Provenance,
    Section,
    Sum,
    Table,
)
from careworth.report.board._evidence import Evidence
from careworth.report.writing import PERCENT, Unit, write_number
from careworth.worth import Estimate, FrameworkCheck, ReturnOnService

MEASURE = "return_on_service"
DEFINITION = Definition(
    measure=MEASURE,
    version=1,
    name="Return on social service",
    text="Requests solved on social x the probability that each would otherwise have become a contact x the "
    "mean cost of that contact (gross), minus what failures that come back cost, minus what the service "
    "itself costs (tools, hours at their rate, advertising). Measured counts, stated ranges; simulated draws "
    "give the range: its ends are the 5th and 95th percentile, its middle is the mean. A year is twelve "
    "such months.",
)
_ROWS = "return_parts"
_ELEMENTS = ("investment", "goals", "benchmarks", "targets", "metrics", "analysis")


def worth_number(evidence: Evidence) -> Number:
    """Net of a year, or why there is none."""
    worth = evidence.worth
    if worth is None:
        reason = "no figures of cost were given"
    elif worth.year is None:
        reason = worth.reason or "the figures do not suffice"
    else:
        return _money(worth.year.net, worth)
    return Number(value=None, unit=Unit(), reason=reason, provenance=_from())


def worth_tables(evidence: Evidence) -> dict[str, pa.Table]:
    """The parts of the return at the most likely values, signed so that they add up to the net."""
    parts = evidence.worth.parts if evidence.worth is not None else ()
    signs = {"gross": 1.0, "failure_cost": -1.0, "investment": -1.0}
    return {
        _ROWS: pa.table(
            {
                "of": pa.array([part.of for part in parts], pa.string()),
                "part": pa.array([part.name for part in parts], pa.string()),
                "amount_a_month": pa.array([signs[part.of] * part.amount for part in parts], pa.float64()),
            }
        )
    }


def worth_section(evidence: Evidence) -> Section:
    worth, title = evidence.worth, "What service was worth"
    if worth is None or worth.month is None or worth.year is None:
        return Section(title, (Paragraph(("No return can be stated: ", worth_number(evidence).reason, ".")),))
    blocks: list[Block] = [_opening(worth), worth_chart(worth), _parts(worth)]
    if worth.tornado:
        blocks.append(_tornado(worth))
    if worth.break_even:
        blocks.append(_break_even(worth))
    blocks.append(_assumptions(worth))
    if evidence.framework is not None:
        blocks.append(framework_checklist(evidence.framework))
    blocks += [Paragraph((note,)) for note in worth.notes]
    return Section(title, tuple(blocks))


def _from(total: Sum | None = None) -> Provenance:
    return Provenance(measure=MEASURE, definition_version=1, rows_csv=_ROWS, total=total)


def money_unit(worth: ReturnOnService) -> Unit:
    """Whole units of the currency; millions where the figures of a year are that large."""
    year = worth.year
    size = 0.0 if year is None else max(abs(year.gross.high), abs(year.net.low))
    if size >= 1e7:
        return Unit(decimals=1, scale=1e-6, prefix=f"{worth.currency} ", suffix=" million")
    return Unit(prefix=f"{worth.currency} ")


def _money(estimate: Estimate, worth: ReturnOnService) -> Number:
    return Number(
        value=estimate.mid,
        unit=money_unit(worth),
        low=estimate.low,
        high=estimate.high,
        level=0.9,
        provenance=_from(),
    )


def _opening(worth: ReturnOnService) -> Paragraph:
    assert worth.year is not None and worth.requests is not None
    chance = worth.probability_net_positive
    return Paragraph(
        (
            "Social care saved ",
            _money(worth.year.gross, worth),
            " a year in contacts that would have cost more elsewhere, and cost ",
            _money(worth.year.investment, worth),
            ", plus ",
            _money(worth.year.failure_cost, worth),
            " for requests that came back. That it pays for itself has a probability of "
            f"{write_number(chance or 0.0, PERCENT)} under the assumptions below. {worth.requests.text}",
        )
    )


def worth_chart(worth: ReturnOnService) -> Chart:
    year = worth.year
    assert year is not None
    rows = (
        ("Saved elsewhere", year.gross, 1.0),
        ("Failures that came back", year.failure_cost, -1.0),
        ("Cost of the service", year.investment, -1.0),
        ("Worth of the service", year.net, 1.0),
    )
    unit = money_unit(worth)
    points = [
        charts.Range(
            name,
            sign * estimate.mid,
            min(sign * estimate.low, sign * estimate.high),
            max(sign * estimate.low, sign * estimate.high),
            strong=estimate is year.net,
        )
        for name, estimate, sign in rows
    ]
    return Chart(
        title="What a year of the service saved and cost",
        picture=charts.ranges(points, unit=unit),
        table=Table(
            title="A year, with 90% intervals",
            columns=(Column("Part"), Column("Low", unit), Column("Middle", unit), Column("High", unit)),
            rows=tuple((point.name, point.low, point.value, point.high) for point in points),
            rows_csv=_ROWS,
        ),
        note="Middles are means, so they add up; ends do not, for the parts vary independently.",
    )


def _parts(worth: ReturnOnService) -> Table:
    assert worth.at_modes is not None
    signs = {"gross": 1.0, "failure_cost": -1.0, "investment": -1.0}
    return Table(
        title="A month at the most likely value of every figure",
        columns=(
            Column("Of"),
            Column("Part"),
            Column("Amount", Unit(prefix=f"{worth.currency} "), _from(Sum("amount_a_month"))),
        ),
        rows=tuple(
            (part.of.replace("_", " "), part.name, signs[part.of] * part.amount) for part in worth.parts
        ),
        total=("", "Net", worth.at_modes.net),
        rows_csv=_ROWS,
    )


def _tornado(worth: ReturnOnService) -> Chart:
    assert worth.at_modes is not None
    unit = money_unit(worth)
    swings = worth.tornado[:6]
    drivers = [
        charts.Driver(
            swing.text,
            (_end(swing.low, swing.unit), _end(swing.high, swing.unit)),
            swing.net_at_low,
            swing.net_at_high,
        )
        for swing in swings
    ]
    return Chart(
        title=f"What moves the result most: {swings[0].text[0].lower()}{swings[0].text[1:]}",
        picture=charts.tornado(drivers, mid=worth.at_modes.net, unit=unit),
        table=Table(
            title="Net of a month when one figure moves and all others stay at their most likely value",
            columns=(
                Column("Figure"),
                Column("From"),
                Column("To"),
                Column("Net at the low end", unit),
                Column("Net at the high end", unit),
            ),
            rows=tuple((one.name, *one.inputs, one.at_low, one.at_high) for one in drivers),
        ),
    )


def _end(value: float, unit: str) -> str:
    return (
        f"{100 * value:.0f}%"
        if unit in ("share", "probability")
        else f"{value:,.4g}"
        if value < 1000
        else f"{value:,.0f}"
    )


def _break_even(worth: ReturnOnService) -> Table:
    return Table(
        title="Where the service just pays for itself",
        columns=(Column("Figure"), Column("Now"), Column("Net is nothing at")),
        rows=tuple(
            (
                one.text,
                _end(one.now, one.unit),
                _end(one.value, one.unit) if one.value is not None else one.reason,
            )
            for one in worth.break_even
        ),
        note="Each figure alone, all others at their most likely value.",
    )


def _assumptions(worth: ReturnOnService) -> Assumptions:
    return Assumptions(
        tuple(
            Assumption(
                text=one.text,
                value=one.mode,
                low=one.low if one.low != one.high else None,
                high=one.high if one.low != one.high else None,
                unit=_unit(one.unit),
                source=f"{one.source} ({one.kind})",
            )
            for one in worth.assumptions
            if one.mode is not None
        )
    )


def _unit(name: str) -> Unit:
    if name in ("share", "probability"):
        return PERCENT
    return Unit(decimals=0, suffix=f" {name}")


def framework_checklist(check: FrameworkCheck) -> Checklist:
    """The six elements, in their order; what is missing stays empty."""
    texts = [" ".join(element.found) if element.filled else None for element in check.elements]
    return Checklist(**dict(zip(_ELEMENTS, texts, strict=True)))
