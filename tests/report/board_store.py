"""Small stores to make board reports from: talk of a made-up company, as a table that is brought in."""

import csv
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from careworth.facts.store import Store
from careworth.intake.formats import ReadOptions
from careworth.intake.ingest import ingest

NOW = datetime(2026, 1, 1, tzinfo=UTC)
START = datetime(2025, 3, 3, 8, tzinfo=UTC)
"""A Monday."""
COLUMNS = ("id", "parent", "at", "author", "text", "channel", "brand", "agent", "tags", "direction")
MAPPING = """
[columns]
external_id = "id"
parent_external_id = "parent"
sent_at = "at"
author = "author"
text = "text"
channel = "channel"
brand = "brand"
agent = "agent"
tags = "tags"

[direction]
column = "direction"
inbound = ["in"]
outbound = ["out"]

[time]
format = "iso"
"""

Row = dict[str, str]


def talk(
    count: int,
    *,
    every: timedelta = timedelta(hours=10),
    wait: timedelta | None = timedelta(minutes=20),
    start: datetime = START,
    name: str = "",
    channel: str = "x",
    brand: str = "@care",
    agent: str = "RA",
    tags: str = "",
    answer: str = "here is how",
) -> list[Row]:
    """Requests one after another, each answered after ``wait`` (None: never). ``name`` makes ids unique."""
    rows = []
    same = {"channel": channel, "brand": brand}
    for place in range(count):
        at, asked = start + place * every, f"{name}q{place}"
        question = {
            "id": asked,
            "at": at.isoformat(),
            "author": f"{name}c{place}",
            "text": "help",
            "tags": tags,
        }
        rows.append({**same, **question, "direction": "in"})
        if wait is not None:
            reply = {"id": f"{name}a{place}", "parent": asked, "at": (at + wait).isoformat(), "text": answer}
            rows.append({**same, **reply, "author": brand, "agent": agent, "direction": "out"})
    return rows


def store_of(folder: Path, *files: Sequence[Row]) -> Store:
    """A store with the rows of some files, brought in as one batch."""
    folder.mkdir(parents=True, exist_ok=True)
    mapping = folder / "mapping.toml"
    mapping.write_text(MAPPING, encoding="utf-8")
    store = Store(folder / "facts")
    ingest(store, list(_written(folder, files)), now=NOW, form="table", options=ReadOptions(mapping=mapping))
    return store


def _written(folder: Path, files: Sequence[Sequence[Row]]) -> Iterator[Path]:
    for place, rows in enumerate(files):
        path = folder / f"talk-{place}.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, COLUMNS, restval="")
            writer.writeheader()
            writer.writerows(rows)
        yield path
