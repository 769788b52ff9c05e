"""careworth roi"""

from pathlib import Path
from typing import Any

import click

from careworth.cli._options import (
    data_option,
    engine_of,
    engine_option,
    inputs_option,
    json_option,
    question,
    settings,
    store_of,
)
from careworth.cli._print import cell, print_json, print_table
from careworth.errors import InputError
from careworth.measures.catalogue import MEASURES
from careworth.worth import (
    MeasuredRequests,
    PlainAmounts,
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

_PLAIN = ("solved", "cost_per_request", "investment", "period", "currency")


@click.command()
@click.option("--solved", metavar="A", help="Requests solved on social in the period, for example 100.")
@click.option("--cost-per-request", type=float, metavar="B", help="What each would have cost elsewhere.")
@click.option("--investment", metavar="C", help="What the service costs in the period, or 6000/year.")
@click.option(
    "--period",
    metavar="PERIOD",
    help="What the figures are for: week, month, quarter or year. [default: month]",
)
@click.option("--currency", metavar="CODE", help="Only printed; all money is in one currency.")
@inputs_option
@click.option("--since", metavar="WHEN", help="With --inputs: measured from this day on.")
@click.option("--until", metavar="WHEN", help="With --inputs: measured before this day.")
@click.option("--seed", default=1, show_default=True, help="With --inputs: seed of the draws.")
@click.option(
    "--objective",
    "goal",
    metavar="NAME",
    help="Show the measures and the formula of an objective, or all.",
)
@data_option
@engine_option
@json_option
def roi(
    solved: str | None,
    cost_per_request: float | None,
    investment: str | None,
    period: str | None,
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
    plain = dict(zip(_PLAIN, (solved, cost_per_request, investment, period, currency), strict=True))
    if inputs is None:
        _only_with_inputs(since, until)
        _plain(solved, cost_per_request, investment, period or "month", currency, as_json)
        return
    _not_with_inputs(plain)
    stated = ReturnInputs.load(inputs)
    result = estimate_return(stated, _measured(data, engine, since, until), seed=seed)
    check_sums(result)
    framework = check_framework(stated, known_measures=MEASURES)
    if as_json:
        print_json({**to_json(result), "framework": to_json(framework)})
        return
    _tell(result)
    click.echo("\nThe elements of the framework")
    for element in framework.elements:
        state = "filled" if element.filled else f"missing {'; '.join(element.missing)}"
        click.echo(f"  {element.name}: {state}")


def _only_with_inputs(since: str | None, until: str | None) -> None:
    if since is not None or until is not None:
        raise InputError(
            "The plain formula measures nothing, so --since and --until mean nothing to it.",
            hint="Leave them out, or give a file of figures: --inputs FILE.toml.",
        )


def _not_with_inputs(plain: dict[str, Any]) -> None:
    given = ", ".join(_option(name) for name, value in plain.items() if value is not None)
    if given:
        raise InputError(
            f"Figures are given twice: by {given} and by --inputs.", hint="Leave one of the two out."
        )


def _option(name: str) -> str:
    return "--" + name.replace("_", "-")


def _plain(
    solved: str | None,
    cost_per_request: float | None,
    investment: str | None,
    period: str,
    currency: str | None,
    as_json: bool,
) -> None:
    if solved is None or cost_per_request is None or investment is None:
        given = zip(_PLAIN, (solved, cost_per_request, investment), strict=False)
        missing = ", ".join(_option(name) for name, value in given if value is None)
        raise InputError(
            f"The plain formula also needs {missing}.", hint="Or give a file of figures: --inputs FILE.toml."
        )
    result = simple_return(
        per_period(solved), cost_per_request, per_period(investment), period, currency=currency
    )
    if as_json:
        print_json(to_json(result))
        return
    own = (str(result.period), PlainAmounts(result.gross, result.investment, result.net))
    periods = dict([own, ("month", result.month), ("year", result.year)])
    rows = [
        (name, amounts.gross, amounts.investment, amounts.net, result.ratio)
        for name, amounts in periods.items()
    ]
    title = "Return on social service" + (f", {currency}" if currency else "")
    print_table(title, ("per", "gross", "investment", "net", "ratio"), rows)
    for note in to_json(result)["notes"]:
        click.echo(f"\nNote: {note}")


def _measured(
    data: Path | None, url: str | None, since: str | None, until: str | None
) -> MeasuredRequests | None:
    """Counts from the facts, where there are any."""
    if settings(data, url).engine is None and not store_of(data).exists():
        return None
    engine = engine_of(data, url)
    try:
        return measured_requests(engine, question(since=since, until=until))
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
        click.echo(f"{click.style(one.name, bold=True)}: {one.title}. {one.text}\n  formula: {one.formula}")
        for measure in one.measures:
            click.echo(f"  measure: {measure.name}" + ("" if measure.available else f" ({measure.reason})"))
