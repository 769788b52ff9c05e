"""careworth measures, careworth rows"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from careworth.cli._options import (
    csv_option,
    data_option,
    engine_of,
    engine_option,
    json_option,
    one_form,
    question,
    question_options,
)
from careworth.cli._print import print_csv, print_first, print_json, print_table
from careworth.measures import MEASURES, Measure, MeasureTable, measure_named, sql, values
from careworth.measures import rows as rows_behind


@click.command()
@click.argument("names", nargs=-1)
@question_options
@data_option
@engine_option
@click.option("--list", "only_list", is_flag=True, help="Name all measures with their definitions.")
@click.option("--sql", "as_sql", is_flag=True, help="Print the SQL that gives the values.")
@json_option
@csv_option
def measures(
    names: tuple[str, ...],
    by: str,
    since: str | None,
    until: str | None,
    hours: Path | None,
    zone: str | None,
    requests: bool,
    data: Path | None,
    engine: str | None,
    only_list: bool,
    as_sql: bool,
    as_json: bool,
    as_csv: bool,
) -> None:
    """What happened: the values of measures, all or those named."""
    one_form(as_json, as_csv)
    chosen = [measure_named(name) for name in dict.fromkeys(names)] or list(MEASURES.values())
    if only_list:
        _list(chosen, as_json)
        return
    asked = question(by, since, until, hours, requests, zone)
    place = engine_of(data, engine)
    try:
        if as_sql:
            for measure in chosen:
                click.echo(sql(place, measure, asked))
            return
        tables = values(place, chosen, asked)
    finally:
        place.close()
    if as_json:
        print_json([table.to_json() for table in tables])
    elif as_csv:
        _csv(tables)
    else:
        _tell(tables)


@click.command()
@click.argument("name")
@question_options
@data_option
@engine_option
@json_option
@csv_option
def rows(
    name: str,
    by: str,
    since: str | None,
    until: str | None,
    hours: Path | None,
    zone: str | None,
    requests: bool,
    data: Path | None,
    engine: str | None,
    as_json: bool,
    as_csv: bool,
) -> None:
    """The very rows that a measure counts.

    The same options as for measures give the rows behind that number.
    """
    one_form(as_json, as_csv)
    measure, asked = measure_named(name), question(by, since, until, hours, requests, zone)
    place = engine_of(data, engine)
    try:
        table = rows_behind(place, measure, asked)
    finally:
        place.close()
    if as_json:
        print_json(table.to_pylist())
    elif as_csv:
        batches = table.to_batches(max_chunksize=10_000)
        print_csv(table.column_names, (list(row.values()) for batch in batches for row in batch.to_pylist()))
    else:
        print_first(name, table, "--csv prints every one")


def _list(chosen: list[Measure], as_json: bool) -> None:
    if as_json:
        columns = ("name", "definition", "unit", "better", "nothing", "version", "text")
        print_json([{name: getattr(one, name) for name in columns} for one in chosen])
        return
    for one in chosen:
        click.echo(f"{click.style(one.definition, bold=True)} ({one.unit}): {one.text}\n")


def _tell(tables: list[MeasureTable]) -> None:
    """Without keys one table of all measures, else one table a measure."""
    if all(not table.question.by for table in tables):
        flat = [_line(table, row) for table in tables for row in table.rows]
        print_table("", ("measure", "value", "low", "high", "unit", "n", "note"), flat)
        return
    for table in tables:
        keys = table.question.by
        if not table.rows:
            click.echo(f"{table.measure.name}: there is nothing to measure.\n")
            continue
        lines = [[*(row[key] for key in keys), *_line(table, row)[1:]] for row in table.rows]
        print_table(table.measure.name, (*keys, "value", "low", "high", "unit", "n", "note"), lines)
        click.echo()


def _line(table: MeasureTable, row: Mapping[str, Any]) -> list[Any]:
    note = row["reason"] or ""
    if row.get("median_answered") is not None:
        plain = f"median {row['median_answered']:,.2f}, p90 {row['p90_answered']:,.1f}"
        note = f"answered {row['answered']:,}: {plain}"
    elif row.get("total") is not None:
        note = f"total {row['total']:,.2f}"
    value = row["value"]
    count = table.measure.summary in ("count", "waiting")
    shown = int(value) if count and value is not None else value
    if table.measure.unit == "share" and value is not None:
        return [
            table.measure.name,
            *(_percent(row[end]) for end in ("value", "low", "high")),
            "",
            row["n"],
            note,
        ]
    return [table.measure.name, shown, row["low"], row["high"], table.measure.unit, row["n"], note]


def _percent(share: float | None) -> str | None:
    return None if share is None else f"{100 * share:.1f} %"


def _csv(tables: list[MeasureTable]) -> None:
    lines = []
    for table in tables:
        for row in table.to_json()["rows"]:
            within = row.pop("within", None) or {}
            horizons = {f"within_{horizon}": share for horizon, share in within.items()}
            lines.append({"measure": table.measure.name, "unit": table.measure.unit, **row, **horizons})
    columns = list(dict.fromkeys(name for line in lines for name in line))
    print_csv(columns, ([line.get(name) for name in columns] for line in lines))
