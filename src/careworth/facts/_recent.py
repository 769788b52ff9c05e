"""Derived tables in two parts: the whole of some batch, and what later small batches touched of it.

So a small batch on a large store writes what it touches, not the table. One text for every engine.
"""

from collections.abc import Sequence

from careworth.facts.schema import CONVERSATIONS, MERGES, RECENT_CONVERSATIONS, RECENT_TURNS, TURNS, Table

RECENT = {CONVERSATIONS.name: RECENT_CONVERSATIONS, TURNS.name: RECENT_TURNS}
"""Name of a derived table -> where its recent rows are."""


def both_parts(table: Table) -> str:
    """The rows of a derived table, each once. The whole is known as ``stored_`` and its name."""
    names = ", ".join(table.schema.names)
    return f"""select {names} from stored_{table.name} s
    where not exists (select 1 from {RECENT_CONVERSATIONS.name} r where r.conversation = s.conversation)
      and not exists (select 1 from {MERGES.name} g where g.conversation = s.conversation)
    union all
    {recent_part(table, table.schema.names)}"""


def recent_part(table: Table, names: Sequence[str]) -> str:
    """Columns of the recent rows of a derived table that count."""
    return f"""select {", ".join(f"r.{name}" for name in names)} from {RECENT[table.name].name} r
    join (
        select conversation, max(batch) as batch from {RECENT_CONVERSATIONS.name} group by conversation
    ) newest on newest.conversation = r.conversation and newest.batch = r.batch
    where not exists (select 1 from {MERGES.name} g where g.conversation = r.conversation)"""
