"""careworth simulate"""

from pathlib import Path

import click

from careworth.cli._options import json_option
from careworth.cli._print import counted, print_json
from careworth.simulate import simulate_care_year

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
