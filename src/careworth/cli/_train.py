"""careworth train request"""

from dataclasses import asdict
from pathlib import Path

import click
import pyarrow as pa

from careworth.cli._label import QUALITY_COLUMNS, quality_row
from careworth.cli._options import data_option, json_option, labels_of, store_of
from careworth.cli._print import print_json, print_table
from careworth.enrich._request import RequestModel
from careworth.enrich.own import REQUEST
from careworth.enrich.quality import Measured
from careworth.enrich.train import HeldOut, train_request
from careworth.facts.engines import DuckDBEngine
from careworth.facts.store import Store

_TAGGED = """
select m.text, c.tagged_service as is_request
from conversations c join messages m on m.message = c.opening
where c.tagged and c.opened_by_customer
order by m.message
"""


@click.group()
def train() -> None:
    """Models of your own, from what you tagged."""


@train.command(short_help="What a request for service is.")
@data_option
@json_option
def request(data: Path | None, as_json: bool) -> None:
    """A model of what a request for service is, from the conversations that you tagged.

    It corrects the shipped model and is used from then on, if it is better on tagged messages that it was
    not shown; careworth label then labels all messages anew.
    """
    tagged = tagged_openings(store_of(data))
    model, held_out = train_request(tagged["text"], tagged["is_request"].to_numpy())
    better = held_out.after.macro_f1 > held_out.before.macro_f1
    if better:
        _keep(model, labels_of(data))
    if as_json:
        print_json({"version": model.version, "used": better, **asdict(held_out)})
    else:
        _tell(model, held_out, better)


def tagged_openings(store: Store) -> pa.Table:
    """The opening messages of tagged conversations, and whether the tag says that they ask for service."""
    engine = DuckDBEngine(store.snapshot().files)
    try:
        return engine.query(_TAGGED)
    finally:
        engine.close()


def _keep(model: RequestModel, folder: Path) -> None:
    """All at once: whoever reads meanwhile has the old model or the new one."""
    folder.mkdir(parents=True, exist_ok=True)
    new = folder / f"new-{REQUEST}"
    model.save(new)
    new.replace(folder / REQUEST)


def _tell(model: RequestModel, held_out: HeldOut, better: bool) -> None:
    rows = [
        quality_row(name, Measured(quality, ""))
        for name, quality in (("shipped model", held_out.before), ("your own", held_out.after))
    ]
    print_table("On tagged messages that were held out", QUALITY_COLUMNS, rows)
    if better:
        click.echo(
            f"\nThe model {model.version} is used from now on: careworth label labels all messages anew."
        )
    else:
        click.echo("\nYour own model is no better, so the shipped one stays. Tag more conversations.")
