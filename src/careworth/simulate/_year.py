"""One year of a simulated company's care, from a seed to files."""

from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
from numpy.random import Generator

from careworth.errors import InputError
from careworth.simulate._arrivals import arrivals
from careworth.simulate._books import inputs_toml
from careworth.simulate._clock import staff_clock, waking_clock, year_bounds
from careworth.simulate._company import KIRANA, Company
from careworth.simulate._contacts import Contacts, contacts
from careworth.simulate._defects import with_defects
from careworth.simulate._files import MAPPING, readme, truth_json, write_csv
from careworth.simulate._hours_file import hours_toml
from careworth.simulate._ledger import Messages
from careworth.simulate._legs import Legs, legs
from careworth.simulate._rows import Export, rows
from careworth.simulate._staff import Staff
from careworth.simulate._tags import tags
from careworth.simulate._truth import YearTruth, truth
from careworth.simulate._turns import play
from careworth.simulate._voice import Writer

FEWEST_CONVERSATIONS = 200
YEARS = (1990, 2100)


@dataclass(frozen=True, slots=True, kw_only=True)
class CareYear:
    """The files of a simulated year, and what is true of it."""

    messages: Path
    """``messages.csv.gz``: one row a message."""
    mapping: Path
    hours: Path
    inputs: Path
    readme: Path
    truth_file: Path
    seed: int
    rows: int
    """Rows of the export, those with a fault too."""
    truth: YearTruth


@dataclass(frozen=True, slots=True)
class _Played:
    """A year before it is written down."""

    people: Contacts
    legs: Legs
    messages: Messages
    truth: YearTruth


def simulate_care_year(seed: int, out: Path, *, conversations: int = 6000, year: int = 2025) -> CareYear:
    """Write a year of a simulated telecom company's social care into the folder ``out``.

    Files: ``messages.csv.gz``, ``mapping.toml``, ``hours.toml``, ``inputs.toml``, ``README.txt`` and
    ``truth.json``; files of these names are replaced. The same arguments give the same bytes with the
    same version of numpy. ``conversations`` counts beginnings, of customers and of brand posts.

    Raises InputError when the seed is negative, when there are fewer than 200 conversations, or when
    the year is not one from 1990 to 2100.
    """
    _check(seed, conversations, year)
    company = KIRANA
    played = _played(company, seed, conversations, year)
    export = _export(company, seed, year, played)
    hours_a_year = export.handling_minutes / 60
    texts = {
        "mapping.toml": MAPPING,
        "hours.toml": hours_toml(company, year),
        "inputs.toml": inputs_toml(company, year, played.truth, hours_a_year, conversations),
        "README.txt": readme(company, seed, year, played.truth, export),
        "truth.json": truth_json(company, seed, year, played.truth, export),
    }
    out.mkdir(parents=True, exist_ok=True)
    for name, text in texts.items():
        (out / name).write_bytes(text.encode())
    write_csv(out / "messages.csv.gz", export.rows)
    return _care_year(out, seed, len(export.rows), played.truth)


def _care_year(out: Path, seed: int, rows: int, true: YearTruth) -> CareYear:
    return CareYear(
        messages=out / "messages.csv.gz",
        mapping=out / "mapping.toml",
        hours=out / "hours.toml",
        inputs=out / "inputs.toml",
        readme=out / "README.txt",
        truth_file=out / "truth.json",
        seed=seed,
        rows=rows,
        truth=true,
    )


def _check(seed: int, conversations: int, year: int) -> None:
    if seed < 0:
        raise InputError(f"The seed is {seed}.", hint="A seed is a whole number of 0 or more.")
    if conversations < FEWEST_CONVERSATIONS:
        raise InputError(
            f"A year of {conversations} conversations is too small to show anything.",
            hint=f"Ask for at least {FEWEST_CONVERSATIONS}.",
        )
    if not YEARS[0] <= year <= YEARS[1]:
        raise InputError(
            f"The year {year} cannot be simulated.", hint=f"Choose one from {YEARS[0]} to {YEARS[1]}."
        )


def _dice(seed: int, part: str) -> Generator:
    """Each part throws its own dice, so that a change in one part leaves the others as they were."""
    return np.random.default_rng([seed, *part.encode()])


def _played(company: Company, seed: int, conversations: int, year: int) -> _Played:
    staff = Staff(company, year, staff_clock(company, year))
    waking = waking_clock(company, year)
    people = contacts(company, conversations, _dice(seed, "contacts"))
    arrived = arrivals(company, year, conversations, _dice(seed, "arrivals"))
    parts = legs(company, arrived, people, waking, _dice(seed, "legs"))
    said = play(parts, staff, waking, _dice(seed, "turns"))
    messages = _exported(said, company, year)
    return _Played(people, parts, messages, truth(company, year, parts, messages, staff.clock))


def _exported(said: Messages, company: Company, year: int) -> Messages:
    """What an export at the end of the year holds, in order of time: later messages are not there yet."""
    _, end = year_bounds(year, ZoneInfo(company.zone))
    order = np.lexsort((np.arange(len(said)), said.sent))
    return said.take(order[said.sent[order] < end])


def _export(company: Company, seed: int, year: int, played: _Played) -> Export:
    writer = Writer.of(company, played.people, played.legs, _dice(seed, "slots"))
    words = (
        writer.texts(played.messages, _dice(seed, "texts")),
        tags(company, played.legs, played.messages, _dice(seed, "tags")),
    )
    plain = rows(company, played.people, played.legs, played.messages, words, _dice(seed, "handling"))
    return with_defects(plain, played.messages, year, _dice(seed, "defects"))
