"""The section "What service was worth"."""

from collections.abc import Iterator

import pyarrow as pa

from careworth.report import charts
from careworth.report.blocks import (
    Block,
    Chart,
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
from careworth.report.board._numbers import capital, chance
from careworth.report.board._stated import assumptions, break_even, framework_blocks, stated
from careworth.report.language import meant, say, tell, translated
from careworth.report.writing import PERCENT, Unit, write_number
from careworth.worth import Estimate, ReturnOnService, Swing

MEASURE = "return_on_service"
DEFINITION = Definition(
    measure=MEASURE,
    version=1,
    name=meant("Return on social service"),
    text=meant(
        "Requests solved on social × the share that would otherwise have become a contact × the mean cost "
        "of such a contact, minus what requests that come back cost, minus what the service itself costs "
        "(tools, hours at their rate, advertising). Counts are measured, the other figures are stated with a "
        "range. Every range is drawn from many times: the 5th and the 95th percentile of the results are the "
        "ends of the range given, their mean is its middle. A year is twelve such months."
    ),
)
_ROWS = "return_parts"
_MONTHS = 12
_SIGNS = {"gross": 1.0, "failure_cost": -1.0, "investment": -1.0}
_KINDS = {"gross": meant("Saved"), "failure_cost": meant("Came back"), "investment": meant("Spent")}
_MOST_DRIVERS = 6


def worth_number(evidence: Evidence) -> Number:
    """Net of a year, or why there is none."""
    worth = evidence.worth
    if worth is not None and worth.year is not None:
        return _money(worth.year.net, worth)
    reason = say("What the service costs was not stated.")
    if worth is not None:
        reason = translated(worth.reason or "") or say("The figures do not suffice.")
        if not evidence.measured.opened:
            reason = say("No customer opened a conversation.")
    return Number(value=None, unit=Unit(), reason=reason, provenance=_from())


def worth_tables(evidence: Evidence) -> dict[str, pa.Table]:
    """The parts of the return at the most likely values, signed so that they add up to the net."""
    parts = evidence.worth.parts if evidence.worth is not None else ()
    months = [_SIGNS[part.of] * part.amount for part in parts]
    return {
        _ROWS: pa.table(
            {
                "of": pa.array([part.of for part in parts], pa.string()),
                "part": pa.array([part.name for part in parts], pa.string()),
                "amount_a_month": pa.array(months, pa.float64()),
                "amount_a_year": pa.array([_MONTHS * amount for amount in months], pa.float64()),
            }
        )
    }


def worth_section(evidence: Evidence) -> Section:
    worth = evidence.worth
    if worth is None or worth.month is None or worth.year is None:
        blocks = _without(evidence)
    else:
        blocks = _with(worth)
    if evidence.inputs is not None and evidence.framework is not None:
        blocks = (*blocks, *framework_blocks(evidence))
    return Section(say("What service was worth"), tuple(blocks))


def _without(evidence: Evidence) -> tuple[Block, ...]:
    how = tell(
        "State what a contact costs elsewhere and what the service itself costs, each with a range and a "
        "source, in a file, and make the report again with --inputs FILE.toml. The page on the return on "
        "service in the documentation shows such a file and the formula."
    )
    said = tell("No return can be stated. {reason}", reason=worth_number(evidence).reason)
    return (said, how) if evidence.worth is None else (said,)


def _with(worth: ReturnOnService) -> tuple[Block, ...]:
    blocks: list[Block] = [*_opening(worth), _year(worth), _parts(worth)]
    if worth.tornado:
        blocks.append(_tornado(worth))
    if worth.break_even:
        blocks.append(break_even(worth))
    return (*blocks, *assumptions(worth))


def _from(total: Sum | None = None) -> Provenance:
    return Provenance(measure=MEASURE, definition_version=1, rows_csv=_ROWS, total=total)


def money_unit(worth: ReturnOnService) -> Unit:
    """Whole units of the currency, or millions and more where the figures of a year are that large."""
    year = worth.year
    size = 0.0 if year is None else max(year.gross.high, year.investment.high, abs(year.net.low))
    for scale, name in ((1e12, say(" trillion")), (1e9, say(" billion")), (1e6, say(" million"))):
        if size >= 10 * scale:
            return Unit(decimals=1, scale=1 / scale, prefix=f"{worth.currency} ", suffix=name)
    return Unit(prefix=f"{worth.currency} ")


def _money(estimate: Estimate, worth: ReturnOnService) -> Number:
    return _ranged(estimate, money_unit(worth))


def _ranged(estimate: Estimate, unit: Unit) -> Number:
    ends = (estimate.low, estimate.high) if estimate.low < estimate.high else (None, None)
    return Number(value=estimate.mid, unit=unit, low=ends[0], high=ends[1], level=0.9, provenance=_from())


def _opening(worth: ReturnOnService) -> Iterator[Paragraph]:
    assert worth.year is not None and worth.requests is not None
    year, requests = worth.year, worth.requests
    few = Unit(decimals=0 if requests.solved.mid >= 20 else 1)
    yield tell(
        "In a year social care saves {gross} in contacts that would have cost more elsewhere. The service "
        "itself costs {spent}, and requests that come back {back}. What is left, {net}, is its worth.",
        gross=_money(year.gross, worth),
        spent=_money(year.investment, worth),
        back=_money(year.failure_cost, worth),
        net=_money(year.net, worth),
    )
    yield tell(
        "In a month it solves {solved} requests, and {spared} of these would otherwise have become a contact "
        "on a dearer channel. {counted}The chance that the service pays for itself is {chance}, if the "
        "assumptions below hold.",
        solved=_ranged(requests.solved, few),
        spared=_ranged(requests.deflected_requests, few),
        counted=_counted(worth),
        chance=chance(worth.probability_net_positive or 0.0),
    )


def _counted(worth: ReturnOnService) -> str:
    """What the count of requests rests on, besides what people tagged."""
    requests = worth.requests
    assert requests is not None
    if requests.source == "typed":
        return f"{translated(requests.text)} "
    if not requests.guess_share:
        return ""
    share = write_number(requests.guess_share, PERCENT)
    said = "Of the requests it counts, {share} were tagged by nobody and rest on a stated share."
    return f"{say(said, share=share)} "


def _year(worth: ReturnOnService) -> Table:
    unit = money_unit(worth)
    return Table(
        title=say("A year of the service"),
        columns=(
            Column(say("Part")),
            Column(say("Low"), unit),
            Column(say("Middle"), unit),
            Column(say("High"), unit),
        ),
        rows=tuple((point.name, point.low, point.value, point.high) for point in _points(worth)),
        rows_csv=_ROWS,
        note=say(
            "90% of the results lie between low and high. The middles are means and add up; the ends do not, "
            "because the parts vary independently."
        ),
    )


def _points(worth: ReturnOnService) -> list[charts.Range]:
    year = worth.year
    assert year is not None
    cost = [
        charts.Range(name, -part.mid, -part.high, -part.low)
        for name, part in (
            (say("Requests that come back"), year.failure_cost),
            (say("Cost of the service"), year.investment),
        )
    ]
    saved = charts.Range(say("Saved on dearer channels"), year.gross.mid, year.gross.low, year.gross.high)
    left = charts.Range(say("Worth of the service"), year.net.mid, year.net.low, year.net.high, strong=True)
    return [saved, *cost, left]


def worth_chart(worth: ReturnOnService) -> Chart:
    unit, points = money_unit(worth), _points(worth)
    title = (
        say("A year of the service saves more than it costs, in {unit}", unit=unit.heading)
        if points[-1].value > 0
        else say("A year of the service costs more than it saves, in {unit}", unit=unit.heading)
    )
    return Chart(
        title=title,
        picture=charts.ranges(points, unit=unit.bare),
        table=_year(worth),
    )


def _parts(worth: ReturnOnService) -> Table:
    assert worth.at_modes is not None and worth.year is not None
    unit = money_unit(worth)
    return Table(
        title=say("A year line by line, every figure at its most likely value"),
        columns=(
            Column(say("Kind")),
            Column(say("Line")),
            Column(say("Amount"), Unit(prefix=f"{worth.currency} "), _from(Sum("amount_a_year"))),
        ),
        rows=tuple(
            (say(_KINDS[part.of]), part.name, _MONTHS * _SIGNS[part.of] * part.amount) for part in worth.parts
        ),
        total=("", say("Worth"), _MONTHS * worth.at_modes.net),
        rows_csv=_ROWS,
        note=say(
            "The worth stated above, {value}, is the mean over all ranges and differs a little.",
            value=write_number(worth.year.net.mid, unit),
        ),
    )


def _tornado(worth: ReturnOnService) -> Chart:
    assert worth.at_modes is not None
    unit, swings = money_unit(worth), worth.tornado[:_MOST_DRIVERS]
    return Chart(
        title=say("The worth depends most on this figure: {text}", text=translated(swings[0].text)),
        picture=charts.tornado(
            [_driver(swing, worth) for swing in swings], mid=_MONTHS * worth.at_modes.net, unit=unit.bare
        ),
        table=Table(
            title=say("Worth of a year at either end of one figure"),
            columns=(
                Column(say("Figure")),
                Column(say("Low end")),
                Column(say("High end")),
                Column(say("Worth at low"), unit),
                Column(say("Worth at high"), unit),
            ),
            rows=tuple(
                (
                    capital(translated(swing.text)),
                    *(write_number(end, _unit(swing, worth)) for end in (swing.low, swing.high)),
                    _MONTHS * swing.net_at_low,
                    _MONTHS * swing.net_at_high,
                )
                for swing in swings
            ),
        ),
        note=say(
            "Worth of a year in {unit} when one figure goes from its low to its high end and all others stay "
            "at their most likely value.",
            unit=unit.heading,
        ),
    )


def _unit(swing: Swing, worth: ReturnOnService) -> Unit:
    return stated(swing.unit, worth.currency, swing.low, swing.high)


def _driver(swing: Swing, worth: ReturnOnService) -> charts.Driver:
    low, high = (write_number(end, _unit(swing, worth).bare) for end in (swing.low, swing.high))
    return charts.Driver(
        capital(translated(swing.text)), (low, high), _MONTHS * swing.net_at_low, _MONTHS * swing.net_at_high
    )
