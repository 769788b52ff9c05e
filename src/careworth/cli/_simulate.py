"""careworth simulate"""

from pathlib import Path

import click

from careworth.cli._options import json_option
from careworth.cli._print import counted, print_json
from careworth.simulate import Difficulty, simulate_care_year, simulate_company, write_company

_FILES = ("messages", "mapping", "hours", "inputs", "readme", "truth_file")


@click.group()
def simulate() -> None:
    """Made-up data whose truth is known, clearly labelled as simulated."""


@simulate.command(short_help="A small company's care year.")
@click.option(
    "--out", required=True, type=click.Path(path_type=Path, file_okay=False), help="Folder to write to."
)
@click.option("--seed", default=2025, show_default=True, help="The same seed makes the same year.")
@click.option("--conversations", default=6000, show_default=True, help="How many, 200 at least.")
@click.option("--year", default=2025, show_default=True, help="From 1990 to 2100.")
@json_option
def year(out: Path, seed: int, conversations: int, year: int, as_json: bool) -> None:
    """A small company's care year: messages with their mapping, opening hours, figures of cost.

    README.txt in the folder tells the story, truth.json the true values.
    """
    made = simulate_care_year(seed, out, conversations=conversations, year=year)
    files = {name: getattr(made, name) for name in _FILES}
    if as_json:
        print_json({"folder": out, "seed": seed, "conversations": conversations, "rows": made.rows, **files})
        return
    names = ", ".join(path.name for path in files.values())
    click.echo(f"A simulated care year of {counted(made.rows, 'message')} is in {out}: {names}.")
    click.echo(f"Take it in with: careworth ingest {made.messages} --mapping {made.mapping}")


@simulate.command(short_help="A company with customers, and what care did to them.")
@click.option(
    "--out", required=True, type=click.Path(path_type=Path, file_okay=False), help="Folder to write to."
)
@click.option("--seed", default=2025, show_default=True, help="The same seed makes the same company.")
@click.option("--customers", default=6000, show_default=True, help="From 500 to 2,000,000.")
@click.option("--year", default=2023, show_default=True, help="Of the troubles, from 1990 to 2100.")
@click.option(
    "--effects", default=1.0, show_default=True, help="Of care, as a multiple; 0: care does nothing."
)
@json_option
def company(out: Path, seed: int, customers: int, year: int, effects: float, as_json: bool) -> None:
    """A company's records and conversations, in which the effects of care are known.

    README.txt in the folder says what is there, truth.json what care really did to customers.
    """
    made = simulate_company(seed, customers, year=year, difficulty=Difficulty(effects=effects))
    write_company(made, out)
    rows = {"messages": made.messages.num_rows, **{k: v.num_rows for k, v in made.records.items()}}
    if as_json:
        print_json({"folder": out, "seed": seed, "customers": customers, "rows": rows, "truth": made.truth})
        return
    click.echo(f"A simulated company of {counted(customers, 'customer')} is in {out}.")
    click.echo(f"Take it in with: careworth ingest {out}/messages.parquet --mapping {out}/mapping.toml")
    click.echo(f"and: careworth records {out}/records")
