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
Labels = npt.NDArray[np.int32]
NONE = -1


@dataclass(frozen=True, slots=True)
class Links:
    """Who replies to whom in a batch. Ids are codes from 0: the same id has the same code.

    ``own``, ``parent``, ``hint``: one entry a row; ``NONE`` where there is no parent or hint.
    ``parent`` shares its codes with ``own``; ``hint`` has codes of its own.
    """

    own: Ints
    parent: Ints
    hint: Ints
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
    trees = _connected(len(number), links.own[parent != NONE], parent[parent != NONE])
    parent = _cut_cycles(links, parent, trees)
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


def _first_of_each(codes: Ints, count: int) -> npt.NDArray[np.bool_]:
    first = np.zeros(count, np.int64)
    first[codes[::-1]] = np.arange(len(codes))[::-1]  # the last assignment wins: the first row
    flags: npt.NDArray[np.bool_] = first[codes] == np.arange(len(codes))
    return flags


def _numbers(own: Ints, parents: Ints, known: Ints, next_number: int) -> Ints:
    """Message numbers by code: rows first, in their order, then parents that nobody has seen."""
    number = known.copy()
    for codes in (own, parents):
        unnumbered = codes[number[codes] == 0]
        unnumbered = unnumbered[_first_of_each(unnumbered, len(number))]
        number[unnumbered] = np.arange(next_number, next_number + len(unnumbered))
        next_number += len(unnumbered)
    return number


def _connected(size: int, left: Ints, right: Ints) -> Labels:
    """One label for each connected set of the numbers below ``size``."""
    if len(left) == 0:
        return np.arange(size, dtype=np.int32)
    edges = (left.astype(np.int32), right.astype(np.int32))
    graph = coo_array((np.ones(len(left), np.int8), edges), shape=(size, size))
    labels: Labels = connected_components(graph, directed=False)[1]
    return labels


def _joined(
    trees: Labels, links: Links, new: npt.NDArray[np.bool_], known: Known
) -> tuple[Labels, Labels, Ints]:
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
    labels: Labels, stored_labels: Labels, stored: Ints, number: Ints
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


def _cut_cycles(links: Links, parent: Ints, trees: Labels) -> Ints:
    """In a set of n ids a chain has fewer than n links; where there are n, the earliest message of the
    cycle loses its link, so that every conversation has an opening."""
    replies = parent != NONE
    ids = np.bincount(trees)
    replying = np.bincount(trees[links.own[replies]], minlength=len(ids))
    suspects = replies & (replying >= ids)[trees[links.own]]
    if not suspects.any():
        return parent
    rows = {int(links.own[row]): int(row) for row in np.flatnonzero(suspects)}
    cut = parent.copy()
    for cycle in _cycles({code: int(parent[row]) for code, row in rows.items()}):
        earliest = min(cycle, key=lambda code: (links.seconds[rows[code]], rows[code]))
        cut[rows[earliest]] = NONE
    return cut


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
