"""What must not be kept is taken out of the facts, of every version of them, and of the desk queue.

The rows stay, so that every count stays what it was: a message without its text, an attachment without its
address. That it was done stands in the ledger.
"""

from contextlib import closing
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from careworth.facts.engines import DuckDBEngine
from careworth.facts.erasure import Wanted, erase
from careworth.facts.schema import ATTACHMENTS, DELETIONS, MESSAGES
from careworth.facts.store import Store
from careworth.intake._ledger import enter, next_batch, recover
from careworth.intake.stream.desk_queue import DESK, DeskQueue

ERASED = "erased"
"""The format of a row of the ledger that says what was done; its source says to how many messages."""

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Erased:
    """How many messages of the facts lost their text, and the newest version of the facts."""

    messages: int
    version: int


def deletions_waiting(store: Store) -> int:
    """How many stored messages were taken back and still have their text. Raises NoFacts."""
    return len(_waiting(store))


def erase_deleted(store: Store, *, now: datetime) -> Erased:
    """Take out the texts of messages that their networks say were taken back. Raises NoFacts, StoreBusy.

    A version of the facts is added where there was anything to do. After a kill the same call goes on.
    """
    with store.writing():
        recover(store, now)
        numbers = _waiting(store)
        _erase_at_desk(store)
        if len(numbers) == 0:
            return Erased(0, store.snapshot().version)
        erase(store, MESSAGES, ["message"], among(numbers), {"text": ""})
        erase(store, ATTACHMENTS, ["message"], among(numbers), {"address": None, "alt": None})
        return Erased(len(numbers), tell_ledger(store, ERASED, len(numbers), now))


def _waiting(store: Store) -> Ints:
    done = max((row["batch"] for row in store.ledger().to_pylist() if row["format"] == ERASED), default=0)
    if store.version(DELETIONS) is None:
        return np.zeros(0, np.int64)
    engine = DuckDBEngine(store.snapshot().files)
    try:
        found = engine.query(f"select message from deletions where batch > {done} and message is not null")
    finally:
        engine.close()
    numbers: Ints = found["message"].to_numpy()
    return numbers


def among(numbers: Ints) -> Wanted:
    """Rows whose ``message`` is one of these."""
    known = pa.array(numbers)
    return lambda rows: pc.is_in(rows["message"], value_set=known)


def _erase_at_desk(store: Store) -> None:
    """All deletions are asked, those of before too: the desk may have come to a message later."""
    path = store.folder.parent / DESK
    if not path.exists() or store.version(DELETIONS) is None:
        return
    with closing(DeskQueue(path)) as queue:
        engine = DuckDBEngine(store.snapshot().files)
        try:
            engine.register("queued", queue.with_text())
            gone = engine.query("select id from queued semi join deletions using (channel, external_id)")
        finally:
            engine.close()
        queue.erase(gone["id"].to_pylist())


def tell_ledger(store: Store, what: str, messages: int, now: datetime) -> int:
    """Note in the ledger what was done to how many messages; the new version. For a locked store."""
    batch = next_batch(store)
    row = {
        "batch": batch,
        "source": f"{messages} messages",
        "format": what,
        "digest": "",
        **dict.fromkeys(("bytes", "received", "stored", "duplicates"), 0),
        "skipped": "{}",
        "replay_of": None,
    }
    return enter(store, batch, [row], now)
