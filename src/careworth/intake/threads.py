"""Which messages belong together: numbers for messages and conversations, all of a batch at once.

A conversation is a connected set of messages under "replies to" and "the network says it belongs to".
That needs no recursion and cannot be led astray by missing parents, cycles, replies to oneself or forks.
A parent that was never received gets a number too: when it arrives late it takes that number, and the
messages that were waiting for it need not be touched.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

Ints = npt.NDArray[np.int64]
Codes = npt.NDArray[np.int32]
"""What counts within a batch: half as wide, since a batch of millions keeps a dozen of them."""
NONE = -1


@dataclass(frozen=True, slots=True)
class Links:
    """Who replies to whom in a batch. Ids are codes from 0: the same id has the same code.

    ``own``, ``parent``, ``hint``: one entry a row; ``NONE`` where there is no parent or hint.
    ``parent`` shares its codes with ``own``; ``hint`` has codes of its own.
    """

    own: Codes
    parent: Codes
    hint: Codes
    seconds: Ints
    """When each row was written, any unit: only the order counts."""


@dataclass(frozen=True, slots=True)
class Known:
    """What the store knows of the ids of a batch; one entry a code, 0 where it knows nothing."""

    message: Ints
    conversation: Ints
    received: npt.NDArray[np.bool_]
    """Whether the message itself is stored, not only awaited as somebody's parent."""
    hint_conversation: Ints


@dataclass(frozen=True, slots=True)
class Threads:
    """One entry a row of the batch, except ``merges``."""

    new: npt.NDArray[np.bool_]
    """False for a message that is stored already or stood earlier in the batch."""
    message: Ints
    parent: Ints
    """0 where it replies to nothing."""
    conversation: Ints
    merges: Sequence[tuple[int, int]]
    """(conversation, into): stored conversations that this batch proves to be one."""
    next_number: int


def resolve(links: Links, known: Known, next_number: int) -> Threads:
    """Numbers for all rows; new numbers are given from ``next_number`` on, in the order of the rows."""
    new = _first_of_each(links.own, len(known.message)) & ~known.received[links.own]
    parent = np.where(links.parent == links.own, NONE, links.parent)
    parent = np.where(new, parent, NONE)
    number = _numbers(links.own[new], parent[parent != NONE], known.message, next_number)
    parent, trees = _trees(links, parent, len(number))
    labels, stored_labels, stored = _joined(trees, links, new, known)
    conversation_of, merges = _conversations(labels, stored_labels, stored, number)
    return Threads(
        new=new,
        message=number[links.own],
        parent=np.where(parent == NONE, 0, number[parent]),
        conversation=conversation_of[labels[links.own]],
        merges=merges,
        next_number=max(next_number, int(number.max(initial=0)) + 1),
    )


def _first_of_each(codes: Codes, count: int) -> npt.NDArray[np.bool_]:
    first, rows = np.zeros(count, np.int32), np.arange(len(codes), dtype=np.int32)
    first[codes[::-1]] = rows[::-1]  # the last assignment wins: the first row
    flags: npt.NDArray[np.bool_] = first[codes] == rows
    return flags


def _numbers(own: Codes, parents: Codes, known: Ints, next_number: int) -> Ints:
    """Message numbers by code: rows first, in their order, then parents that nobody has seen."""
    number = known.copy()
    for codes in (own, parents):
        unnumbered = codes[number[codes] == 0]
        unnumbered = unnumbered[_first_of_each(unnumbered, len(number))]
        number[unnumbered] = np.arange(next_number, next_number + len(unnumbered))
        next_number += len(unnumbered)
    return number


def _connected(size: int, left: Ints, right: Ints) -> Codes:
    """One label for each connected set of the numbers below ``size``."""
    if len(left) == 0:
        return np.arange(size, dtype=np.int32)
    edges = (left.astype(np.int32), right.astype(np.int32))
    graph = coo_array((np.ones(len(left), np.int8), edges), shape=(size, size))
    labels: Codes = connected_components(graph, directed=False)[1]
    return labels


def _joined(
    trees: Codes, links: Links, new: npt.NDArray[np.bool_], known: Known
) -> tuple[Codes, Codes, Ints]:
    """Sets of replies joined by hints and by what is stored.

    Labels for ids, for stored conversations; and those conversations.
    """
    stored = np.unique(np.concatenate([known.conversation, known.hint_conversation]))
    stored = stored[stored > 0]
    hinted = new & (links.hint != NONE)
    of_id, of_hint = np.flatnonzero(known.conversation), np.flatnonzero(known.hint_conversation)
    hints = int(trees.max(initial=-1)) + 1
    conversations = hints + len(known.hint_conversation)
    left = [trees[links.own[hinted]], trees[of_id], hints + of_hint]
    right = [
        hints + links.hint[hinted],
        conversations + np.searchsorted(stored, known.conversation[of_id]),
        conversations + np.searchsorted(stored, known.hint_conversation[of_hint]),
    ]
    labels = _connected(conversations + len(stored), np.concatenate(left), np.concatenate(right))
    return labels[trees], labels[conversations:], stored


def _conversations(
    labels: Codes, stored_labels: Codes, stored: Ints, number: Ints
) -> tuple[Ints, list[tuple[int, int]]]:
    """The number of each set: of its oldest stored conversation, else of its first message."""
    largest = np.iinfo(np.int64).max
    count = int(max(labels.max(initial=-1), stored_labels.max(initial=-1))) + 1
    conversation = np.full(count, largest)
    numbered = number > 0
    np.minimum.at(conversation, labels[numbered], number[numbered])
    oldest = np.full(count, largest)
    np.minimum.at(oldest, stored_labels, stored)
    conversation = np.where(oldest < largest, oldest, conversation)
    into = conversation[stored_labels]
    moved = into != stored
    return conversation, list(zip(stored[moved].tolist(), into[moved].tolist(), strict=True))


def _trees(links: Links, parent: Codes, size: int) -> tuple[Codes, Codes]:
    """The parents without those that close a cycle, and for each id the one at which its chain ends.

    The earliest message of a cycle loses its link, so that every conversation has an opening.
    """
    ends = _ends(links.own[parent != NONE], parent[parent != NONE], size)
    endless = ends == NONE
    if not endless.any():
        return parent, ends
    rows = {int(links.own[row]): int(row) for row in np.flatnonzero((parent != NONE) & endless[links.own])}
    cut = parent.copy()
    for cycle in _cycles({code: int(parent[row]) for code, row in rows.items()}):
        earliest = min(cycle, key=lambda code: (links.seconds[rows[code]], rows[code]))
        cut[rows[earliest]] = NONE
    return cut, _ends(links.own[cut != NONE], cut[cut != NONE], size)


def _ends(child: Codes, parent: Codes, size: int) -> Codes:
    """Where each chain of replies ends; ``NONE`` for those that lead into a cycle.

    Every id looks as far ahead as the one that it sees does, so that a round doubles how far all see: ten
    times faster than a general search for connected sets, which walks one link at a time.
    """
    sees = np.arange(size, dtype=np.int32)
    sees[child] = parent
    open_end = sees == np.arange(size, dtype=np.int32)
    going = child
    for _ in range(size.bit_length()):  # by then all have seen their end that have one
        further = sees[sees[going]]
        moved = further != sees[going]
        sees[going] = further
        going = going[moved]
        if not len(going):
            break
    return np.where(open_end[sees], sees, np.int32(NONE))


def _cycles(parent_of: dict[int, int]) -> list[list[int]]:
    """The cycles of a map in which everything points to at most one other thing."""
    found, done = [], set[int]()
    for start in parent_of:
        path: dict[int, None] = {}
        at = start
        while at in parent_of and at not in done and at not in path:
            path[at] = None
            at = parent_of[at]
        if at in path:
            steps = list(path)
            found.append(steps[steps.index(at) :])
        done.update(path)
    return found
