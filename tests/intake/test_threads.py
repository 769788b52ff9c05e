"""Threads against a slow plain oracle: sets joined one link at a time."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
from hypothesis import example, given, settings
from hypothesis import strategies as st

from careworth.intake.threads import NONE, Known, Links, Threads, resolve


@dataclass(frozen=True)
class Row:
    id: int
    parent: int | None = None
    hint: int | None = None
    seconds: int = 0


@dataclass
class Book:
    """What a store keeps of batches, in dictionaries; the other side of ``Known``."""

    number: dict[int, int] = field(default_factory=dict)
    """Of messages that were received or are awaited."""
    conversation: dict[int, int] = field(default_factory=dict)
    received: set[int] = field(default_factory=set)
    parent: dict[int, int] = field(default_factory=dict)
    """Received message -> number of its parent, 0 for none."""
    of_hint: dict[int, int] = field(default_factory=dict)
    next_number: int = 1

    def take(self, rows: Sequence[Row]) -> Threads:
        ids = sorted({row.id for row in rows} | {row.parent for row in rows if row.parent is not None})
        hints = sorted({row.hint for row in rows if row.hint is not None})
        links = Links(
            own=codes(ids, (row.id for row in rows)),
            parent=codes(ids, (row.parent for row in rows)),
            hint=codes(hints, (row.hint for row in rows)),
            seconds=np.array([row.seconds for row in rows], np.int64),
        )
        known = Known(
            np.array([self.number.get(one, 0) for one in ids], np.int64),
            np.array([self.conversation.get(one, 0) for one in ids], np.int64),
            np.array([one in self.received for one in ids], bool),
            np.array([self.of_hint.get(one, 0) for one in hints], np.int64),
        )
        threads = resolve(links, known, self.next_number)
        self._keep(rows, threads)
        return threads

    def _keep(self, rows: Sequence[Row], threads: Threads) -> None:
        into = dict(threads.merges)
        for kept in (self.conversation, self.of_hint):
            kept.update({key: into.get(old, old) for key, old in kept.items()})
        for at, row in enumerate(rows):
            if not threads.new[at]:
                continue
            conversation = int(threads.conversation[at])
            assert self.number.get(row.id, threads.message[at]) == threads.message[at]
            self.received.add(row.id)
            self.number[row.id], self.conversation[row.id] = int(threads.message[at]), conversation
            self.parent[row.id] = int(threads.parent[at])
            if row.hint is not None:
                self.of_hint[row.hint] = conversation
            if row.parent is not None and threads.parent[at]:
                self.number[row.parent], self.conversation[row.parent] = int(threads.parent[at]), conversation
        self.next_number = threads.next_number

    def partition(self) -> set[frozenset[int]]:
        return partition((self.conversation[one], one) for one in self.received)


def codes(known: Sequence[int], values: Iterable[int | None]) -> np.ndarray[tuple[int], np.dtype[np.int32]]:
    return np.array([NONE if value is None else known.index(value) for value in values], np.int32)


def partition(pairs: Iterable[tuple[int, int]]) -> set[frozenset[int]]:
    sets: dict[int, set[int]] = {}
    for label, one in pairs:
        sets.setdefault(label, set()).add(one)
    return {frozenset(members) for members in sets.values()}


def union_find(rows: Iterable[Row]) -> set[frozenset[int]]:
    """The conversations of these rows, received in whatever order."""
    leader: dict[tuple[str, int], tuple[str, int]] = {}

    def find(one: tuple[str, int]) -> tuple[str, int]:
        while leader.setdefault(one, one) != one:
            one = leader[one]
        return one

    rows = list(rows)
    for row in rows:
        for other in (("id", row.parent), ("hint", row.hint)):
            if other[1] is not None:
                leader[find((other[0], other[1]))] = find(("id", row.id))
    labels = {find(("id", row.id)) for row in rows}
    number = {label: at for at, label in enumerate(sorted(labels))}
    return partition((number[find(("id", row.id))], row.id) for row in rows)


def kept_links(rows: Sequence[Row]) -> dict[int, int | None]:
    """Id -> id of the parent after replies to oneself and the earliest link of every cycle are cut."""
    first = {row.id: (at, row) for at, row in reversed(list(enumerate(rows)))}
    parent = {one: None if row.parent == one else row.parent for one, (_, row) in first.items()}
    kept = dict(parent)
    for start in parent:
        chain, at = [start], parent[start]
        while at in parent and at not in chain:
            chain.append(at)
            at = parent[at]
        if at == start:  # the chain is a cycle
            kept[min(chain, key=lambda one: (first[one][1].seconds, first[one][0]))] = None
    return kept


@st.composite
def batches(draw: st.DrawFn, hints: bool = True) -> list[list[Row]]:
    """Some messages, some of them twice, split into batches in a random order."""
    count = draw(st.integers(1, 9))
    others = st.none() | st.integers(0, count + 2)
    rows = [
        Row(
            one,
            draw(others),
            draw(st.none() | st.integers(0, 2)) if hints else None,
            draw(st.integers(0, 3)),
        )
        for one in draw(st.lists(st.integers(0, count), min_size=1, unique=True))
    ]
    rows = draw(st.permutations(rows + draw(st.lists(st.sampled_from(rows), max_size=4))))
    cuts = sorted(draw(st.lists(st.integers(0, len(rows)), max_size=3)))
    edges = [0, *cuts, len(rows)]
    return [rows[one:other] for one, other in pairwise(edges)]


CYCLE_WITH_A_HINT = [[Row(1, 2, seconds=5), Row(2, 1, seconds=3), Row(3, hint=0), Row(4, 1, hint=0)]]
LATE_PARENT_MERGES = [[Row(1, 9), Row(2, 8)], [Row(9, 8)], [Row(8)]]


@settings(max_examples=100, deadline=None)
@given(batches())
@example(CYCLE_WITH_A_HINT)
@example(LATE_PARENT_MERGES)
@example([[]])
def test_conversations_are_the_sets_of_the_oracle_in_whatever_batches(parts: list[list[Row]]) -> None:
    book = Book()
    for rows in parts:
        book.take(rows)
    everything = [row for rows in parts for row in rows]
    assert book.partition() == union_find(everything)
    at_once = Book()
    at_once.take(everything)
    assert at_once.partition() == book.partition()


@settings(max_examples=100, deadline=None)
@given(batches())
@example(CYCLE_WITH_A_HINT)
def test_numbers_and_parents_are_those_of_the_oracle(parts: list[list[Row]]) -> None:
    book = Book()
    for rows in parts:
        before = set(book.received)
        threads = book.take(rows)
        seen: set[int] = set()
        for at, row in enumerate(rows):
            assert threads.new[at] == (row.id not in before and row.id not in seen)
            seen.add(row.id)
        fresh = [row for row in rows if row.id not in before]
        for one, parent in kept_links(fresh).items():
            assert book.parent[one] == (0 if parent is None else book.number[parent])
    assert len(set(book.number.values())) == len(book.number)
    assert max(book.number.values(), default=0) < book.next_number


@settings(max_examples=100, deadline=None)
@given(batches())
def test_every_conversation_whose_messages_are_all_there_has_an_opening(parts: list[list[Row]]) -> None:
    rows = [row for part in parts for row in part]
    book = Book()
    book.take(rows)
    for members in book.partition():
        complete = all(row.parent is None or row.parent in book.received for row in rows if row.id in members)
        assert not complete or any(book.parent[one] == 0 for one in members)


def test_new_numbers_follow_the_rows_and_then_come_parents_nobody_has_seen() -> None:
    threads = Book(next_number=7).take([Row(5, 1), Row(3), Row(5), Row(4, 5), Row(2, 0)])
    assert threads.message.tolist() == [7, 8, 7, 9, 10]
    assert threads.parent.tolist() == [11, 0, 0, 7, 12]
    assert threads.conversation.tolist() == [7, 8, 7, 7, 10]
    assert threads.new.tolist() == [True, True, False, True, True]
    assert threads.next_number == 13


def test_conversations_that_a_late_parent_joins_go_into_the_oldest() -> None:
    book = Book()
    book.take([Row(1, 7), Row(2, 8), Row(3, 9)])
    assert book.take([Row(7), Row(8, 7), Row(9, 8)]).merges == [(2, 1), (3, 1)]
    assert set(book.conversation.values()) == {1}


def test_of_a_cycle_the_earliest_loses_its_link_also_when_a_hint_adds_others() -> None:
    threads = Book().take([Row(1, 2, seconds=5), Row(2, 1, seconds=3), Row(3, hint=0), Row(4, 1, hint=0)])
    assert threads.parent.tolist() == [2, 0, 0, 1]
    assert len(set(threads.conversation.tolist())) == 1
