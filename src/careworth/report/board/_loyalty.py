"""The section "What care did to customers": seven measures against control groups, and their total."""

from collections.abc import Iterator

import numpy as np
import pyarrow as pa

from careworth.causal.survival import Curve
from careworth.report import charts
from careworth.report.blocks import (
    Block,
    Chart,
    Column,
    Count,
    Definition,
    KeyFigure,
    KeyFigures,
    Number,
    Paragraph,
    Provenance,
    Section,
    Sum,
    Table,
)
from careworth.report.board._numbers import capital
from careworth.report.language import meant, say, tell, translated, translated_sentences
from careworth.report.writing import COUNT, PERCENT, Unit, write_number
from careworth.worth.loyalty import Finding, Loyalty, LoyaltyMeasure, TotalReturn

MEASURE = "loyalty"
DEFINITION = Definition(
    measure=MEASURE,
    version=2,
    name=meant("Loyalty"),
    text=meant(
        "What became of customers whose trouble was answered on social networks within the window of grace, "
        "less what became of customers with a comparable trouble at the same time who had no such contact. "
        "Both are counted from the trouble on. The groups are made alike on everything known before it "
        "(doubly robust estimation); the effect is that on the customers who were answered."
    ),
)
_CUSTOMERS, _PARTS, _EFFECTS = "loyalty_customers", "loyalty_parts", "loyalty_effects"
_MOST_ROWS = 14
"""Things in the picture of likeness; the table holds as many."""
_ALIKE = 0.1


def _money() -> Unit:
    return Unit(name=say("Money"))


def _points() -> Unit:
    return Unit(scale=100.0, decimals=1, name=say("of 100 customers"))


def loyalty_section(loyalty: Loyalty) -> Section:
    blocks: list[Block] = [_opening(loyalty), _figures(loyalty)]
    blocks += [
        Paragraph((f"{translated(one.title)}. {translated_sentences(one.words)}",))
        for one in loyalty.measures
    ]
    if len(loyalty.curves) == 2:
        blocks.append(_curves(loyalty))
    if shares := list(_of_unit(loyalty, "share")):
        blocks.append(_forest(shares))
    blocks.append(_effects(loyalty))
    if loyalty.total is not None and loyalty.total.money is not None:
        blocks += [_parts(loyalty.total), _by_unit(loyalty.total)]
    blocks += list(_likeness(loyalty))
    blocks += list(_doubts(loyalty))
    return Section(say("What care did to customers"), tuple(blocks))


def _told(measure: LoyaltyMeasure) -> Paragraph:
    return Paragraph((f"{translated(measure.title)}. {translated_sentences(measure.words)}",))


def loyalty_sentence(loyalty: Loyalty) -> Paragraph:
    """For the first page."""
    total = loyalty.total
    said = translated_sentences(loyalty.measure("m1_retention").words)
    first = tell("Customers with a trouble whom the team answered: {said}", said=said)
    if total is None or total.money is None:
        return first
    second = tell(" All effects together are worth {money}.", money=_total_number(total))
    return Paragraph((*first.parts, *second.parts))


def loyalty_tables(loyalty: Loyalty) -> dict[str, pa.Table]:
    """The rows behind the section: a row an exposed customer, without names; parts; effects."""
    total = loyalty.total
    none = pa.table({"unit": pa.nulls(0, pa.string()), "money": pa.nulls(0, pa.float64())})
    parts = () if total is None else total.parts
    findings = [(one.title, finding) for one in loyalty.measures for finding in (*one.findings, *one.stages)]
    return {
        _CUSTOMERS: none if total is None else total.customers_money,
        _PARTS: pa.table(
            {
                "part": pa.array([part.text for part in parts], pa.string()),
                **{
                    name: pa.array([getattr(part, name) for part in parts], pa.float64())
                    for name in ("gross", "overlap", "counted")
                },
            }
        ),
        _EFFECTS: pa.table(
            {
                "measure": pa.array([title for title, _ in findings], pa.string()),
                "what": pa.array([finding.text for _, finding in findings], pa.string()),
                "unit": pa.array([finding.unit for _, finding in findings], pa.string()),
                **{
                    name: pa.array([getattr(finding.effect, name) for _, finding in findings], kind)
                    for name, kind in (
                        ("value", pa.float64()),
                        ("low", pa.float64()),
                        ("high", pa.float64()),
                        ("se", pa.float64()),
                        ("n_treated", pa.int64()),
                        ("n_control", pa.int64()),
                        ("method", pa.string()),
                    )
                },
            }
        ),
    }


def _from(rows: str, total: Sum | Count | None = None) -> Provenance:
    return Provenance(measure=MEASURE, definition_version=DEFINITION.version, rows_csv=rows, total=total)


def _opening(loyalty: Loyalty) -> Paragraph:
    told = say(
        "{exposed} customers had a trouble and were answered by the social team within {grace} days; "
        "{controls} had a comparable trouble at the same time and no such contact. What became of them was "
        "followed for {horizon} days.",
        exposed=write_number(loyalty.exposed, COUNT),
        grace=loyalty.clock.grace,
        controls=write_number(loyalty.controls, COUNT),
        horizon=loyalty.clock.horizon,
    )
    return Paragraph((" ".join((told, translated(loyalty.time_zero), *map(translated, loyalty.notes))),))


def _figures(loyalty: Loyalty) -> KeyFigures:
    figures = []
    if loyalty.total is not None:
        customers = write_number(loyalty.total.customers, COUNT)
        note = tell("of {count} customers, nothing counted twice", count=customers)
        figures.append(KeyFigure(say("Return of care, all sources"), _total_number(loyalty.total), note))
    for name, found, label in (
        ("m1_retention", "retained_share", say("More customers who stay")),
        ("m2_operating_cost", "contacts_per_customer", say("More contacts elsewhere, a customer")),
    ):
        finding = loyalty.measure(name).finding(found)
        if finding is not None:
            figures.append(KeyFigure(label, _number(finding)))
    return KeyFigures(tuple(figures))


def _total_number(total: TotalReturn) -> Number:
    money = total.money
    if money is None:
        reason = translated(total.effect.reason or "")
        return Number(value=None, unit=_money(), reason=reason, provenance=_from(_CUSTOMERS))
    low, value, high = money
    return Number(
        value=value,
        unit=_money(),
        low=low,
        high=high,
        level=total.effect.level,
        provenance=_from(_CUSTOMERS, Sum("money")),
    )


def _number(finding: Finding) -> Number:
    effect = finding.effect
    return Number(
        value=effect.value,
        unit=Unit(scale=100.0, decimals=1, suffix=say(" of 100"))
        if finding.unit == "share"
        else Unit(decimals=2),
        low=effect.low,
        high=effect.high,
        level=effect.level,
        reason=translated(effect.reason or ""),
        provenance=_from(_EFFECTS),
    )


def _curves(loyalty: Loyalty) -> Chart:
    names = {"with care": say("Answered on social"), "without": say("Comparable, no contact")}
    first, second = (_staying(names[name], curve) for name, curve in loyalty.curves.items())
    horizon = loyalty.clock.horizon / 30.4375
    table = Table(
        title=say("Share of customers still there"),
        columns=(
            Column(say("Months since the trouble")),
            *(Column(name, PERCENT) for name in names.values()),
        ),
        rows=tuple(
            (str(month), *(curve.at(min(float(month), horizon)) for curve in loyalty.curves.values()))
            for month in range(0, int(horizon + 0.1) + 1, 3)
        ),
    )
    return Chart(
        title=say("Customers who stay, since the trouble"),
        picture=charts.retention_curves(first, second, horizon=horizon),
        table=table,
        note=say(
            "Kaplan-Meier curves with bands of 95%; the comparable customers are weighted to be like those "
            "who were answered."
        ),
    )


def _staying(name: str, curve: Curve) -> charts.Staying:
    """The curve as it is drawn: from everybody on, also where nobody left."""
    return charts.Staying(
        name,
        np.r_[0.0, curve.times],
        np.r_[1.0, curve.survival],
        np.r_[1.0, curve.low],
        np.r_[1.0, curve.high],
    )


def _of_unit(loyalty: Loyalty, unit: str) -> Iterator[charts.Range]:
    for measure in loyalty.measures:
        for finding in measure.findings:
            effect = finding.effect
            if finding.unit == unit and effect.value is not None:
                assert effect.low is not None and effect.high is not None
                yield charts.Range(capital(translated(finding.text)), effect.value, effect.low, effect.high)


def _forest(shares: list[charts.Range]) -> Chart:
    return Chart(
        title=say("What care changed, customers of 100"),
        picture=charts.ranges(shares, unit=Unit(scale=100.0, decimals=1)),
        table=Table(
            title=say("Effects on shares, customers of 100"),
            columns=(
                Column(say("Effect")),
                Column(say("Low"), _points()),
                Column(say("Value"), _points()),
                Column(say("High"), _points()),
            ),
            rows=tuple((one.name, one.low, one.value, one.high) for one in shares),
            rows_csv=_EFFECTS,
        ),
        note=say("Points are effects on those who were answered, bars their intervals of 95%."),
    )


def _effects(loyalty: Loyalty) -> Table:
    rows = []
    for measure in loyalty.measures:
        for finding in (*measure.findings, *measure.stages):
            effect = finding.effect
            unit = _points() if finding.unit == "share" else Unit(decimals=2)
            ends = [
                "–" if end is None else write_number(end, unit)
                for end in (effect.value, effect.low, effect.high)
            ]
            second = finding.others[0].value if finding.others else None
            failed = ", ".join(dict.fromkeys(translated(check.name) for check in effect.failed))
            rows.append(
                (
                    translated(measure.title),
                    translated(finding.text),
                    *ends,
                    *("–" if one is None else write_number(one, unit) for one in (second, finding.naive)),
                    failed or say("none"),
                )
            )
    titles = (
        say("Measure"),
        say("Effect per customer"),
        say("Value"),
        say("Low"),
        say("High"),
        say("Matching gives"),
        say("Without a fair comparison"),
        say("Checks that failed"),
    )
    return Table(
        title=say("The measures one by one"),
        columns=tuple(map(Column, titles)),
        rows=tuple(rows),
        rows_csv=_EFFECTS,
        note=say(
            "Shares are in customers of 100. Without a fair comparison stands the plain difference between "
            "the groups, which nobody should believe."
        ),
    )


def _parts(total: TotalReturn) -> Table:
    assert total.money is not None
    columns = [Column(say(title), _money(), _from(_PARTS, Sum(name))) for title, name in _PART_COLUMNS]
    sums = [float(sum(getattr(part, name) for part in total.parts)) for _, name in _PART_COLUMNS]
    return Table(
        title=say("The return and its parts"),
        columns=(Column(say("Part")), *columns),
        rows=tuple((translated(part.text), part.gross, part.overlap, part.counted) for part in total.parts),
        total=(say("Total"), *sums),
        rows_csv=_PARTS,
        note=say(
            "What a part has in common with another is taken out once. Requests avoided by changes of "
            "processes help all customers and are not in it."
        ),
    )


_PART_COLUMNS = (
    (meant("Alone"), "gross"),
    (meant("Counted elsewhere"), "overlap"),
    (meant("Counted"), "counted"),
)


def _by_unit(total: TotalReturn) -> Table:
    assert total.money is not None
    return Table(
        title=say("The return by business unit"),
        columns=(
            Column(say("Unit")),
            Column(say("Customers"), COUNT, _from(_CUSTOMERS, Count())),
            Column(say("Money"), _money(), _from(_CUSTOMERS, Sum("money"))),
            Column(say("Low"), _money()),
            Column(say("High"), _money()),
        ),
        rows=tuple((unit.name, unit.customers, unit.gross, unit.low, unit.high) for unit in total.units),
        total=(say("All"), total.customers, total.money[1], total.money[0], total.money[2]),
        rows_csv=_CUSTOMERS,
    )


def _likeness(loyalty: Loyalty) -> Iterator[Chart]:
    """The things on which the groups differed most as they came."""
    findings = loyalty.measure("m1_retention").findings
    found = (
        next((check.table for check in findings[0].effect.checks if check.name == "balance"), ())
        if findings
        else ()
    )
    rows = [
        charts.Likeness(translated(str(row["covariate"])), float(row["before"]), float(row["after"]))
        for row in found
        if isinstance(row["before"], float) and isinstance(row["after"], float)
    ]
    rows = sorted(rows, key=lambda row: -abs(row.before))[:_MOST_ROWS]
    if rows:
        yield Chart(
            title=say("The groups differed before, and are alike as compared"),
            picture=charts.love_plot(rows, limit=_ALIKE),
            table=Table(
                title=say("Standardised differences between the groups"),
                columns=(
                    Column(say("Known before the trouble")),
                    Column(say("As they came"), Unit(decimals=2)),
                    Column(say("As compared"), Unit(decimals=2)),
                ),
                rows=tuple((row.name, row.before, row.after) for row in rows),
            ),
            note=say(
                "In standard deviations, the {count} largest. The line is at {limit}: up to there groups "
                "pass as alike.",
                count=len(rows),
                limit=write_number(_ALIKE, Unit(decimals=1)),
            ),
        )


def _doubts(loyalty: Loyalty) -> Iterator[Table]:
    """Every check of the first figure, in its own words."""
    findings = loyalty.measure("m1_retention").findings
    if findings:
        marks = {True: say("passed"), False: say("failed"), None: say("note")}
        yield Table(
            title=say("What speaks for and against: {text}", text=translated(findings[0].text)),
            columns=(Column(say("Check")), Column(say("Result")), Column(say("What it says"))),
            rows=tuple(
                (translated(check.name), marks[check.passed], translated(check.text))
                for check in findings[0].effect.checks
            ),
        )
