"""careworth loyalty"""

from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from careworth.cli._options import data_option, json_option, moment, store_of
from careworth.cli._print import print_json, print_table
from careworth.facts.engines import DuckDBEngine
from careworth.worth.loyalty import Clock, Finding, Loyalty, TotalReturn, measure_loyalty

_DEFAULT = Clock()


@click.command()
@click.option(
    "--horizon", default=_DEFAULT.horizon, show_default=True, help="Days after the trouble that count."
)
@click.option(
    "--grace",
    default=_DEFAULT.grace,
    show_default=True,
    help="Days after the trouble within which an answer on social makes a customer exposed.",
)
@click.option("--until", metavar="WHEN", help="The end of observation, else the last moment of any record.")
@click.option("--seed", default=0, show_default=True, help="The same seed gives the same figures.")
@data_option
@json_option
def loyalty(horizon: int, grace: int, until: str | None, seed: int, data: Path | None, as_json: bool) -> None:
    """What care on social networks did to customers: seven measures against control groups, and their total.

    Needs the company's records (careworth records) beside the conversations.
    """
    end = moment(until, ZoneInfo("UTC"))
    now = datetime.now(UTC)
    engine = DuckDBEngine(store_of(data).snapshot().files)
    try:
        answer = measure_loyalty(
            engine,
            until=None if end is None else min(end, now),
            clock=Clock(horizon=horizon, grace=grace),
            seed=seed,
        )
    finally:
        engine.close()
    if as_json:
        print_json(answer.as_dict())
    else:
        _tell(answer)


def _tell(answer: Loyalty) -> None:
    click.echo(
        f"{answer.exposed:,} customers met the social team within {answer.clock.grace} days of a trouble; "
        f"{answer.controls:,} had a comparable trouble and did not. {answer.time_zero}\n"
    )
    for measure in answer.measures:
        click.echo(f"{click.style(measure.title, bold=True)}. {measure.words}")
    if answer.total is not None:
        _tell_total(answer.total, answer.clock.horizon)
    rows = [
        (measure.title, *_row(finding))
        for measure in answer.measures
        for finding in (*measure.findings, *measure.stages)
    ]
    columns = ("measure", "per exposed customer", "effect", "low", "high", "exposed", "control", "failed")
    print_table("\nThe figures", columns, rows)
    _tell_checks(answer)
    left = [(reason, n) for reason, n in answer.left_out.items()]
    print_table("\nTroubles that are not compared", ("reason", "troubles"), left)
    for note in answer.notes:
        click.echo(f"\nNote: {note}")


def _row(finding: Finding) -> tuple[object, ...]:
    effect = finding.effect
    failed = ", ".join(dict.fromkeys(check.name for check in effect.failed)) or "none"
    return finding.text, effect.value, effect.low, effect.high, effect.n_treated, effect.n_control, failed


def _tell_total(total: TotalReturn, horizon: int) -> None:
    if total.money is None:
        click.echo(f"{click.style('Total return', bold=True)}. No figure: {total.effect.reason}")
        return
    low, value, high = total.money
    click.echo(
        f"{click.style('Total return', bold=True)}. {value:,.0f} within {horizon} days of the troubles of "
        f"{total.customers:,} customers, likely between {low:,.0f} and {high:,.0f}; nothing is in it twice."
    )
    parts = [(share.text, share.gross, share.overlap, share.counted) for share in total.parts]
    gross, overlap, counted = (sum(column) for column in list(zip(*parts, strict=True))[1:])
    parts.append(("total", gross, overlap, counted))
    print_table("\nThe total and its parts", ("part", "alone", "counted elsewhere", "counted"), parts)
    units = [(share.name, share.customers, share.gross, share.low, share.high) for share in total.units]
    print_table("\nBy business unit", ("unit", "customers", "money", "low", "high"), units)


def _tell_checks(answer: Loyalty) -> None:
    """The checks of the first figure, then whatever failed elsewhere."""
    first = answer.measures[0].findings
    if first:
        rows = [
            (check.name, {True: "passed", False: "FAILED", None: "note"}[check.passed], check.text)
            for check in first[0].effect.checks
        ]
        print_table(f"\nChecks of {first[0].text}", ("check", "", "what it says"), rows)
