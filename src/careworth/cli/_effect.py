"""careworth effect"""

from pathlib import Path
from typing import Any

import click
import numpy as np
import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from careworth.causal import DESIGNS, effect_of, report_lines
from careworth.cli._options import json_option
from careworth.cli._print import print_json
from careworth.errors import InputError


@click.command()
@click.argument("table", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--treatment", required=True, metavar="COLUMN", help="0 or 1: who was treated.")
@click.option("--outcome", required=True, metavar="COLUMN", help="A number: what it may have changed.")
@click.option(
    "--covariates",
    metavar="COLUMNS",
    help="What was known of each row before the treatment, separated by commas; else every other column.",
)
@click.option(
    "--design",
    default="auto",
    show_default=True,
    type=click.Choice(DESIGNS),
    help="How the groups are compared; auto is doubly-robust.",
)
@click.option("--unit", metavar="COLUMN", help="The id of a row's unit, which may not repeat.")
@click.option("--placebo", "placebos", multiple=True, metavar="COLUMN", help="What it cannot have changed.")
@click.option("--seed", default=0, show_default=True, help="The same seed gives the same figures.")
@json_option
def effect(
    table: Path,
    treatment: str,
    outcome: str,
    covariates: str | None,
    design: str,
    unit: str | None,
    placebos: tuple[str, ...],
    seed: int,
    as_json: bool,
) -> None:
    """The effect of one column on another, in any table (CSV or Parquet).

    Beside the number stands what speaks for and against it: balance, overlap, other estimators, placebos.
    """
    report = effect_of(
        _columns(table),
        treatment,
        outcome,
        None if covariates is None else [name.strip() for name in covariates.split(",")],
        design,
        placebo_outcomes=placebos,
        unit=unit,
        seed=seed,
    )
    if as_json:
        described = report.as_dict()
        print_json({**described.pop("effect"), **described})
    else:
        click.echo("\n".join(report_lines(report)))


def _columns(path: Path) -> dict[str, np.ndarray[Any, Any]]:
    """The columns as arrays; empty cells are NaN in numbers and None in text."""
    try:
        table = pq.ParquetFile(path).read() if path.suffix == ".parquet" else pa_csv.read_csv(path)
        names = table.column_names
    except (OSError, UnicodeDecodeError, pa.ArrowInvalid) as problem:
        raise InputError(
            f"{path} cannot be read as a table: {problem}.",
            hint="Give a CSV in UTF-8 with a header, or a Parquet file.",
        ) from problem
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise InputError(
            f"{path} has more than one column {', '.join(twice)}.", hint="Give each column a name of its own."
        )
    return {name: np.asarray(table[name]) for name in names}
