"""careworth roi"""

from pathlib import Path
from typing import Any

import click

from careworth.cli._options import data_option, engine_of, engine_option, json_option, question, store_of
from careworth.cli._print import cell, print_json, print_table
from careworth.errors import InputError
from careworth.measures.catalogue import MEASURES
from careworth.worth import (
    MeasuredRequests,
    ReturnInputs,
    ReturnOnService,
    check_framework,
    check_sums,
    estimate_return,
    objective,
    objectives,
    per_period,
    simple_return,
    to_json,
)
from careworth.worth.measured import measured_requests

_PLAIN = ("solved", "cost_per_request", "investment")


@click.command()
@click.option("--solved", metavar="A", help="Requests solved on social in the period, for example 100.")
@click.option("--cost-per-request", type=float, metavar="B", help="What each would have cost elsewhere.")
@click.option("--investment", metavar="C", help="What the service costs in the period, or 6000/year.")
@click.option("--period", default="month", show_default=True, help="week, month, quarter or year.")
@click.option("--currency", help="Only printed; all money is in one currency.")
@click.option(
    "--inputs", type=click.Path(path_type=Path, dir_okay=False), help="Stated figures and ranges (TOML)."
)
@click.option("--since", metavar="WHEN", help="With --inputs: measured from this day on.")
@click.option("--until", metavar="WHEN", help="With --inputs: measured before this day.")
@click.option("--seed", default=1, show_default=True, help="Seed of the simulation.")
@click.option("--objective", "goal", help="Show the measures and the formula of an objective.")
@data_option
@engine_option
@json_option
def roi(
    solved: str | None,
    cost_per_request: float | None,
    investment: str | None,
    period: str,
    currency: str | None,
    inputs: Path | None,
    since: str | None,
    until: str | None,
    seed: int,
    goal: str | None,
    data: Path | None,
    engine: str | None,
    as_json: bool,
) -> None:
    """What service was worth.

    Either the plain formula from three figures, or, with --inputs, the calculation from measured requests
    with stated ranges, an interval and what drives it.
    """
    if goal is not None:
        _tell_objectives(goal, as_json)
        return
    if inputs is None:
        _plain(solved, cost_per_request, investment, period, currency, as_json)
        return
    if any(value is not None for value in (solved, cost_per_request, investment)):
        raise InputError("Figures are given twice: as options and by --inputs.", hint="Leave one out.")
    stated = ReturnInputs.load(inputs)
    result = estimate_return(stated, _measured(data, engine, since, until), seed=seed)
    check_sums(result)
    framework = check_framework(stated, known_measures=set(MEASURES))
    if as_json:
        print_json({**to_json(result), "framework": to_json(framework)})
        return
    _tell(result)
    for element in framework.elements:
        state = "filled" if element.filled else f"missing: {element.text}"
        click.echo(f"  {element.name}: {state}")


def _plain(
    solved: str | None,
    cost_per_request: float | None,
    investment: str | None,
    period: str,
    currency: str | None,
    as_json: bool,
) -> None:
    given = dict(zip(_PLAIN, (solved, cost_per_request, investment), strict=True))
    missing = [name for name, value in given.items() if value is None]
    if missing or solved is None or cost_per_request is None or investment is None:
        options = ", ".join("--" + name.replace("_", "-") for name in missing)
        raise InputError(
            f"The plain formula also needs {options}.", hint="Or give a file of figures: --inputs FILE.toml."
        )
    result = simple_return(
        per_period(solved), cost_per_request, per_period(investment), period, currency=currency
    )
    if as_json:
        print_json(to_json(result))
        return
    rows = [
        (name, amounts.gross, amounts.investment, amounts.net, result.ratio)
        for name, amounts in (("month", result.month), ("year", result.year))
    ]
    print_table("Return on social service", ("per", "gross", "investment", "net", "ratio"), rows)


def _measured(
    data: Path | None, url: str | None, since: str | None, until: str | None
) -> MeasuredRequests | None:
    """Counts from the facts, where there are any."""
    if url is None and not store_of(data).exists():
        return None
    engine = engine_of(data, url)
    try:
        return measured_requests(engine, question("", since, until, None))
    finally:
        engine.close()


def _tell(result: ReturnOnService) -> None:
    if result.month is None or result.year is None:
        click.echo(f"No figure: {result.reason}")
        return
    rows = [
        (name, *(cell(end) for period in (result.month, result.year) for end in _ends(getattr(period, name))))
        for name in ("gross", "failure_cost", "investment", "net", "ratio")
    ]
    columns = ("", "month low", "mid", "high", "year low", "mid", "high")
    print_table(f"Return on social service, {result.currency}", columns, rows)
    click.echo(f"\n{result.interval}. Net is above 0 with probability {result.probability_net_positive:.2f}.")
    swings = [(s.text, s.unit, s.low, s.high, s.net_at_low, s.net_at_high) for s in result.tornado[:6]]
    print_table(
        "\nWhat drives it: net of a month", ("driver", "unit", "low", "high", "at low", "at high"), swings
    )
    evens = [(b.text, b.unit, b.now, b.value if b.value is not None else b.reason) for b in result.break_even]
    print_table("\nBreak-even", ("figure", "unit", "now", "net is 0 at"), evens)
    assumed = [(a.text, a.low, a.mode, a.high, a.unit, str(a.kind), a.source) for a in result.assumptions]
    print_table("\nAssumptions", ("assumption", "low", "mode", "high", "unit", "kind", "source"), assumed)
    for note in result.notes:
        click.echo(f"Note: {note}")


def _ends(estimate: Any) -> tuple[float, float, float]:
    return estimate.low, estimate.mid, estimate.high


def _tell_objectives(name: str, as_json: bool) -> None:
    chosen = objectives() if name == "all" else (objective(name),)
    if as_json:
        print_json([to_json(one) for one in chosen])
        return
    for one in chosen:
        click.echo(f"{click.style(one.name, bold=True)}: {one.text}\n  formula: {one.formula}")
        for measure in one.measures:
            click.echo(f"  measure: {measure.name}")
