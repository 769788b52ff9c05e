"""The whole way from files to facts against messages worked out one by one."""

import random
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from care_oracle import NOW, Expected, Held, Tweet, held, random_tweets, write_twcs
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from careworth.facts.store import Store
from careworth.intake.ingest import ingest


def check(found: Held, expected: Expected) -> None:
    assert found.sets == expected.sets()
    assert found.numbers == {one: expected.number[one] for one in expected.tweets}
    assert found.parents == {
        one: None if parent is None else expected.number[parent] for one, parent in expected.parent.items()
    }
    assert found.brands == expected.brand
    for ids in expected.sets():
        named = expected.conversation(ids)
        assert {name: found.conversations[ids][name] for name in named} == named
        rows = expected.turns(ids)
        assert [{name: row[name] for name in rows[0]} for row in found.turns[ids]] == rows


def split(chance: random.Random, tweets: list[Tweet]) -> list[list[Tweet]]:
    """In another order, some of them twice, over one to three files."""
    rows = [*tweets, *chance.sample(tweets, len(tweets) // 5)]
    chance.shuffle(rows)
    files = chance.randint(1, 3)
    return [rows[at::files] for at in range(files)]


@settings(max_examples=4, deadline=None, phases=[Phase.generate])
@given(st.randoms(use_true_random=False))
def test_random_files_give_the_facts_of_the_oracle(chance: random.Random) -> None:
    tweets = random_tweets(chance, chance.randint(1, 40))
    expected = Expected()
    with TemporaryDirectory() as folder:
        store = Store(Path(folder) / "facts")
        for batch in split(chance, tweets):
            path = write_twcs(Path(folder) / "part.csv", batch)
            before = len(expected.tweets)
            expected.take(batch)
            brought = ingest(store, [path], now=NOW)
            assert (brought.received, brought.stored) == (len(batch), len(expected.tweets) - before)
            assert brought.received == brought.stored + brought.duplicates
            check(held(store), expected)
            assert brought.conversations == len(expected.sets())
        at_once = Store(Path(folder) / "at-once")
        ingest(at_once, [write_twcs(Path(folder) / "whole.csv", tweets)], now=NOW)
        assert held(at_once).sets == held(store).sets


@pytest.mark.parametrize("order", [(2, 1, 0), (1, 2, 0)])
def test_a_late_parent_joins_conversations_in_whatever_order(tmp_path: Path, order: tuple[int, ...]) -> None:
    def tweet(one: str, minute: int, parent: str | None) -> Tweet:
        inbound = minute != 2
        return Tweet(one, "ann" if inbound else "Acme", inbound, NOW.replace(minute=minute), "x", parent)

    files = [
        [tweet("1", 0, None)],
        [tweet("2", 1, "1"), tweet("3", 2, "1")],
        [tweet("4", 3, "3"), tweet("5", 4, "2")],
    ]
    store, expected = Store(tmp_path / "facts"), Expected()
    for at in order:
        expected.take(files[at])
        ingest(store, [write_twcs(tmp_path / "part.csv", files[at])], now=NOW)
        check(held(store), expected)
    (conversation,) = held(store).conversations.values()
    assert conversation["first_response_at"] == NOW.replace(minute=2)
    assert conversation["messages"] == 5


def test_conversations_that_merge_one_after_the_other(tmp_path: Path) -> None:
    """The third goes into the second, and later the second into the first: then so must the third."""

    def tweet(one: str, parent: str) -> Tweet:
        return Tweet(one, "ann", True, NOW, "x", parent)

    files = [[tweet("1", "7"), tweet("2", "8"), tweet("3", "9")], [tweet("9", "8")], [tweet("8", "7")]]
    store, expected = Store(tmp_path / "facts"), Expected()
    for tweets in files:
        expected.take(tweets)
        ingest(store, [write_twcs(tmp_path / "part.csv", tweets)], now=NOW)
        check(held(store), expected)
    assert held(store).sets == {frozenset("12389")}
