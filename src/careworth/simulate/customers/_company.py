"""A company with its records, its conversations and the truth about both."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from careworth.errors import InputError
from careworth.simulate.customers._books import inputs_toml
from careworth.simulate.customers._drawn import dice_of, drawn
from careworth.simulate.customers._folder import MAPPING, readme
from careworth.simulate.customers._messages import conversations, handling, messages
from careworth.simulate.customers._records import Books
from careworth.simulate.customers._talk import links, talk
from careworth.simulate.customers._truth import truth
from careworth.simulate.customers._world import Calendar, Difficulty

FEWEST, MOST = 500, 2_000_000
YEARS = (1990, 2100)


@dataclass(frozen=True, slots=True)
class SimulatedCompany:
    """Tables in memory; nothing of it is real."""

    seed: int
    year: int
    """In which the troubles come; the record begins a year earlier and ends 13 months later."""
    customers: int
    difficulty: Difficulty
    records: Mapping[str, pa.Table]
    """The company's records by name of the table."""
    conversations: pa.Table
    """What intake derives from the messages, as far as measures of loyalty read it."""
    messages: pa.Table
    """Without rows where no messages were wanted."""
    inputs: str
    """The figures of cost for the return on social service, as TOML."""
    truth: Mapping[str, Any]


def simulate_company(
    seed: int,
    customers: int,
    *,
    year: int = 2023,
    difficulty: Difficulty | None = None,
    with_messages: bool = True,
) -> SimulatedCompany:
    """Make up a company in which the effects of care are known.

    The same arguments give the same rows with the same version of numpy. Raises InputError when the seed
    is negative, or the number of customers or the year is out of bounds.
    """
    _check(seed, customers, year)
    hard, calendar = Difficulty() if difficulty is None else difficulty, Calendar(year)
    world = drawn(seed, customers, hard)
    said = talk(world, dice_of(seed, "talk"))
    linked = links(said, customers, hard, dice_of(seed, "links"))
    minutes = handling(said, dice_of(seed, "handling"))
    written = pa.table({})
    if with_messages:
        written = messages(said, world.folk, calendar, minutes, dice_of(seed, "texts"))
    return SimulatedCompany(
        seed=seed,
        year=year,
        customers=customers,
        difficulty=hard,
        records=dict(Books(world, said, linked, calendar).tables()),
        conversations=conversations(said, world.folk, calendar),
        messages=written,
        inputs=inputs_toml(said, minutes, year),
        truth=truth(world),
    )


def write_company(company: SimulatedCompany, out: Path) -> None:
    """Write ``messages.parquet`` with its mapping, ``records/<table>.parquet``, ``inputs.toml``,
    ``truth.json`` and ``README.txt`` into the folder; files of these names are replaced."""
    (out / "records").mkdir(parents=True, exist_ok=True)
    pq.write_table(company.messages, out / "messages.parquet", compression="zstd")
    for name, table in company.records.items():
        pq.write_table(table, out / "records" / f"{name}.parquet", compression="zstd")
    (out / "mapping.toml").write_text(MAPPING, encoding="utf-8")
    (out / "inputs.toml").write_text(company.inputs, encoding="utf-8")
    (out / "truth.json").write_text(_truth_json(company), encoding="utf-8")
    sizes = {name: table.num_rows for name, table in company.records.items()}
    text = readme(company.seed, company.year, {"messages": company.messages.num_rows, **sizes})
    (out / "README.txt").write_text(text, encoding="utf-8")


def _truth_json(company: SimulatedCompany) -> str:
    content = {
        "about": f"All of this is simulated (seed {company.seed}): no person or company in it is real.",
        "seed": company.seed,
        "year": company.year,
        "customers": company.customers,
        "difficulty": asdict(company.difficulty),
        **company.truth,
    }
    return json.dumps(content, indent=2) + "\n"


def _check(seed: int, customers: int, year: int) -> None:
    if seed < 0:
        raise InputError(f"The seed is {seed}.", hint="A seed is a whole number of 0 or more.")
    if not FEWEST <= customers <= MOST:
        raise InputError(
            f"A company of {customers} customers cannot be simulated.",
            hint=f"Ask for {FEWEST} at least and {MOST:,} at most.",
        )
    if not YEARS[0] <= year <= YEARS[1]:
        raise InputError(
            f"The year {year} cannot be simulated.", hint=f"Choose one from {YEARS[0]} to {YEARS[1]}."
        )
