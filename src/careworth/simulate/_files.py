"""Writes the year into files. The same rows give the same bytes."""

import csv
import gzip
import io
import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from careworth.simulate._company import LANGUAGES, TOPICS, Company
from careworth.simulate._rows import COLUMNS, Export
from careworth.simulate._script import truth_of_script
from careworth.simulate._truth import PeriodTruth, YearTruth

MAPPING = """\
# Which column of messages.csv.gz is what. Use it with: careworth ingest --format table --mapping mapping.toml

[columns]
external_id = "message_id"
parent_external_id = "in_reply_to"
sent_at = "sent_at"
author = "author"
text = "text"
channel = "channel"
brand = "account"
agent = "agent"
private = "private"
automatic = "automatic"
tags = "tags"
handling_minutes = "handling_minutes"

[direction]
column = "direction"
inbound = ["inbound"]
outbound = ["outbound"]

[time]
format = "iso"
"""


def write_csv(path: Path, rows: Sequence[Sequence[str]]) -> None:
    """A gzipped CSV in UTF-8 with a header; no time and no name in the gzip header."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(rows)
    path.write_bytes(gzip.compress(text.getvalue().encode(), compresslevel=6, mtime=0))


def truth_json(company: Company, seed: int, year: int, true: YearTruth, export: Export) -> str:
    """What was drawn from (parameters), what came out (values) and where the file is wrong (defects)."""
    content: dict[str, Any] = {
        "about": f"All of this is simulated (seed {seed}): no person, company or event in it is real.",
        "seed": seed,
        "year": year,
        "parameters": {**_named(company), "script": truth_of_script()},
        "values": true.as_json(),
        "rows": len(export.rows),
        "defects": export.defects,
    }
    return json.dumps(content, indent=2, ensure_ascii=False) + "\n"


def _named(company: Company) -> dict[str, Any]:
    """The parameters with names where the company holds plain shares."""
    plain = asdict(company)
    plain["topics"] = dict(zip(TOPICS, company.topics, strict=True))
    plain["languages"] = dict(zip(LANGUAGES, company.languages, strict=True))
    return plain


def readme(company: Company, seed: int, year: int, true: YearTruth, export: Export) -> str:
    """What the folder holds and that nothing in it is real."""
    return _README.format(
        name=company.name,
        year=year,
        seed=seed,
        customers=f"{company.customers:,}",
        rows=f"{len(export.rows):,}",
        conversations=f"{true.year.conversations:,}",
        agents=len(company.agents),
        zone=company.zone,
        duplicates=len(export.defects["duplicated_rows"]),
        dates=len(export.defects["impossible_dates"]),
        ids=len(export.defects["missing_ids_in_rows"]),
        parents=len(export.defects["lost_parents"]),
        truth="\n".join(_lines(name, p) for name, p in ((str(year), true.year), *true.quarters.items())),
    )


def _lines(name: str, period: PeriodTruth) -> str:
    return (
        f"  {name}: {period.conversations:,} conversations, "
        f"{_percent(period.request_share)} ask for service;\n"
        f"    of these {_percent(period.answered_share)} answered, "
        f"median wait {_hours(period.median_wait_hours)}, "
        f"{_percent(period.answered_within['1'])} within an hour;\n"
        f"    {_percent(period.moved_to_private_share)} of the public ones moved to private, "
        f"{_percent(period.sent_out_of_channel_share)} of the answered ones sent elsewhere"
    )


def _percent(share: float | None) -> str:
    return "none" if share is None else f"{share:.1%}"


def _hours(hours: float | None) -> str:
    return "never reached" if hours is None else f"{hours:.2f} h"


_README = """\
EVERYTHING IN THIS FOLDER IS SIMULATED.

{name} does not exist. A program made up its customers, its agents, every message, every
figure of its books and every network fault. The names in the messages are invented, the
telephone number is one reserved for fiction, and the addresses end in .example or example.com.
Never publish a figure from here as if it were about a real company.

Made by careworth.simulate with seed {seed} for the year {year}. The same version of
Careworth and of numpy makes the same bytes from the same seed.

The story: a telecom company of about {customers} customers, zone {zone}, {agents} agents. Until
the end of June nobody answers in the evening; on 1 July an evening shift starts. Three network
faults bring bursts of requests, and more is written in the second half of the year.

Files
  messages.csv.gz   {rows} rows, one a message: what such a company could export
  mapping.toml      which column is what, for: careworth ingest --format table
  hours.toml        when its people answer
  inputs.toml       what its books say, for the return on social service
  truth.json        the parameters, the true values, and where the export is wrong on purpose

The truth a report can be checked against
{truth}
  Waits run on the wall from the first request to the first answer of a person; a request
  without an answer waits longer than any. truth.json has more, also on the clock of the
  opening hours.

Wrong on purpose, as real exports are
  {duplicates} rows stand there twice, {dates} have a date that is in no calendar,
  {ids} without an id, {parents} reply to messages older than the file. The unreadable ones are
  copies with a fault, so the true values do not count them.
"""
