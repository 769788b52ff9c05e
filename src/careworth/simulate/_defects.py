"""A few faults such as real exports have, each of them written down."""

from datetime import date, timedelta

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from careworth.simulate._ledger import Messages
from careworth.simulate._rows import COLUMNS, Export
from careworth.simulate._script import Act

DUPLICATES = 12
IMPOSSIBLE_DATES = 2
MISSING_IDS = 1
LOST_PARENTS = 3
"""Replies to messages that are not in the file because they are older than it."""

_ID, _PARENT, _SENT = (COLUMNS.index(column) for column in ("message_id", "in_reply_to", "sent_at"))


def with_defects(rows: list[list[str]], messages: Messages, year: int, dice: Generator) -> Export:
    """The rows with faults. Rows that cannot be read are additional: the truth never counts them."""
    alone = _alone(messages)
    chosen = dice.choice(alone, IMPOSSIBLE_DATES + MISSING_IDS + LOST_PARENTS, replace=False).tolist()
    bad_date, no_id = chosen[:IMPOSSIBLE_DATES], chosen[IMPOSSIBLE_DATES : IMPOSSIBLE_DATES + MISSING_IDS]
    lost = chosen[IMPOSSIBLE_DATES + MISSING_IDS :]
    twice = dice.choice(len(rows), DUPLICATES, replace=False).tolist()
    for row in lost:
        rows[row][_PARENT] = f"{rows[row][_ID]}-before"
    extra = [(row, list(rows[row])) for row in twice]
    extra += [(row, _on_impossible_day(rows[row], year)) for row in bad_date]
    extra += [(row, _changed(rows[row], _ID, "")) for row in no_id]
    faulty = _inserted(rows, extra)
    defects: dict[str, list[str | int]] = {
        "duplicated_rows": [rows[row][_ID] for row in sorted(twice)],
        "impossible_dates": [_changed_id(rows[row]) for row in sorted(bad_date)],
        "missing_ids_in_rows": [n for n, row in enumerate(faulty, 1) if not row[_ID]],
        "lost_parents": [rows[row][_ID] for row in sorted(lost)],
    }
    return Export(faulty, defects)


def _alone(messages: Messages) -> NDArray[np.int64]:
    """Rows of noise: nobody replies to it, so a fault in it touches nothing else."""
    return np.flatnonzero(messages.act == Act.NOISE)


def _on_impossible_day(row: list[str], year: int) -> list[str]:
    last = (date(year, 3, 1) - timedelta(days=1)).day
    wrong = f"{year}-02-{last + 1:02d}{row[_SENT][10:]}"
    return _changed(_changed(row, _SENT, wrong), _ID, _changed_id(row))


def _changed(row: list[str], column: int, value: str) -> list[str]:
    return [*row[:column], value, *row[column + 1 :]]


def _changed_id(row: list[str]) -> str:
    return f"{row[_ID]}-date"


def _inserted(rows: list[list[str]], extra: list[tuple[int, list[str]]]) -> list[list[str]]:
    """Each additional row right behind the one that it was made from."""
    behind: dict[int, list[list[str]]] = {}
    for at, row in extra:
        behind.setdefault(at, []).append(row)
    return [copy for at, row in enumerate(rows) for copy in (row, *behind.get(at, ()))]
