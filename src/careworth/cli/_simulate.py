"""careworth simulate"""

from pathlib import Path

import click

from careworth.cli._print import print_json
from careworth.simulate import simulate_care_year


@click.group()
def simulate() -> None:
    """Made-up data whose truth is known, clearly labelled as simulated."""


@simulate.command()
@click.option("--out", required=True, type=click.Path(path_type=Path, file_okay=False), help="A new folder.")
@click.option("--seed", default=2025, show_default=True)
@click.option("--conversations", default=6000, show_default=True, type=click.IntRange(min=1))
@click.option("--year", default=2025, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def year(out: Path, seed: int, conversations: int, year: int, as_json: bool) -> None:
    """A small company's care year: messages with their mapping, opening hours, figures of cost."""
    made = simulate_care_year(seed, out, conversations=conversations, year=year)
    if as_json:
        print_json({"folder": str(out), "seed": seed, "conversations": conversations})
        return
    click.echo(f"A simulated care year is in {out}: {', '.join(sorted(p.name for p in out.iterdir()))}.")
    del made
