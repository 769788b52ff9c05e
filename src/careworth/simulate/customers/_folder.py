"""What stands beside the tables in the folder: the mapping of the messages, and what all of it is."""

from collections.abc import Mapping

MAPPING = """\
# Which column of messages.parquet is what, for: careworth ingest messages.parquet --mapping mapping.toml

[columns]
external_id = "message_id"
parent_external_id = "in_reply_to"
sent_at = "sent_at"
author = "author"
text = "text"
channel = "channel"
brand = "account"
agent = "agent"
tags = "tags"
handling_minutes = "handling_minutes"

[direction]
column = "direction"
inbound = ["inbound"]
outbound = ["outbound"]

[time]
format = "iso"
"""


def readme(seed: int, year: int, rows: Mapping[str, int]) -> str:
    """What the folder holds and that nothing in it is real."""
    sizes = "\n".join(f"  {name:16} {number:>12,} rows" for name, number in rows.items())
    return _README.format(seed=seed, year=year, before=year - 1, after=year + 2, sizes=sizes)


_README = """\
EVERYTHING IN THIS FOLDER IS SIMULATED.

Kirana Mobile does not exist. A program made up its customers, their troubles, what they wrote and
what became of them. Never publish a figure from here as if it were about a real company.

Made by careworth.simulate with seed {seed}. The record runs from the beginning of {before} to the
beginning of {after}; troubles come in {year}. The same version of Careworth and of numpy makes the
same rows from the same seed.

Take it in with
  careworth ingest messages.parquet --mapping mapping.toml
  careworth records records
  careworth loyalty
  careworth report --inputs inputs.toml

Rows
{sizes}

truth.json holds what care really did. Of every customer with a trouble both lives are drawn, the one
with care and the one without, by the same luck: "values" is the mean difference between the two over
the customers who were cared for in time, "everybody" the same over all who had a trouble.
"""
