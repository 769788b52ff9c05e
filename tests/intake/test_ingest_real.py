"""Real conversations from Twitter; every figure is worked out beside them, in plain Python."""

import shutil
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from statistics import median

import pytest
from care_oracle import NOW, Expected, Held, Tweet, held, read_twcs

from careworth.facts.engines import DuckDBEngine
from careworth.facts.store import Store
from careworth.intake.ingest import Ingested, ingest
from careworth.measures.catalogue import MEASURES
from careworth.measures.values import Question, values


@dataclass(frozen=True)
class Brought:
    path: Path
    tweets: list[Tweet]
    store: Store
    ingested: Ingested
    held: Held


def bring(path: Path, store: Store) -> Brought:
    ingested = ingest(store, [path], now=NOW)
    return Brought(path, read_twcs(path), store, ingested, held(store))


@pytest.fixture(scope="module")
def multibrand(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Brought:
    path = shared_data / "twcs-multibrand" / "twcs_multibrand.csv.gz"
    return bring(path, Store(tmp_path_factory.mktemp("multibrand") / "facts"))


@pytest.fixture(scope="module")
def expected(multibrand: Brought) -> Expected:
    facts = Expected()
    facts.take(multibrand.tweets)
    return facts


@pytest.fixture(scope="module")
def spotify(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Brought:
    path = shared_data / "twcs-spotify" / "twcs_spotify.csv.gz"
    return bring(path, Store(tmp_path_factory.mktemp("spotify") / "facts"))


def test_whole_conversations_of_many_brands(multibrand: Brought, expected: Expected) -> None:
    brought, found = multibrand.ingested, multibrand.held
    assert (brought.received, brought.stored, brought.duplicates, brought.skipped) == (2509, 2509, 0, {})
    assert brought.conversations == len(expected.sets()) == 731  # as the page of the data set says
    assert found.sets == expected.sets()
    assert found.brands == expected.brand
    for ids in found.sets:
        named = expected.conversation(ids)
        agent = named.pop("agent")
        assert {name: found.conversations[ids][name] for name in named} == named
        assert (found.conversations[ids]["agent"] is None) == (agent is None)  # some sign with a name
        turns = expected.turns(ids)
        times = [
            (row["turn"], row["message"], row["asked_at"], row["answered_at"]) for row in found.turns[ids]
        ]
        assert times == [(row["turn"], row["message"], row["asked_at"], row["answered_at"]) for row in turns]


@pytest.mark.parametrize("brand", [None, "comcastcares"])
def test_first_response_time(multibrand: Brought, expected: Expected, brand: str | None) -> None:
    conversations = [expected.conversation(ids) for ids in expected.sets()]
    opened = [one for one in conversations if one["opened_by_customer"] and brand in (None, one["brand"])]
    waits = sorted(
        (one["first_response_at"] - one["opened_at"]) / timedelta(minutes=1)
        for one in opened
        if one["first_response_at"] is not None
    )
    engine = DuckDBEngine(multibrand.store.snapshot().files)
    question = Question(by=() if brand is None else ("brand",))
    (answer,) = values(engine, [MEASURES["first_response_time"]], question)
    engine.close()
    (row,) = [row for row in answer.rows if brand is None or row["brand"] == brand]
    assert (row["n"], row["answered"]) == (len(opened), len(waits))
    assert 0 < len(waits) < len(opened) or brand is not None
    assert row["median_answered"] == pytest.approx(median(waits))
    place = 0.9 * (len(waits) - 1)
    low, part = int(place), place % 1
    p90 = waits[low] + part * (waits[min(low + 1, len(waits) - 1)] - waits[low])
    assert row["p90_answered"] == pytest.approx(p90)


def test_replies_whose_openings_are_missing(spotify: Brought) -> None:
    tweets, found = spotify.tweets, spotify.held
    distinct = {tweet.id: tweet for tweet in reversed(tweets)}
    brought = spotify.ingested
    assert (brought.received, brought.stored) == (len(tweets), len(distinct)) == (26082, len(distinct))
    assert brought.received == brought.stored + brought.duplicates
    orphans = [tweet for tweet in distinct.values() if tweet.parent and tweet.parent not in distinct]
    assert len(orphans) == 17_701  # as the page of the data set says
    missing = {tweet.parent for tweet in orphans}
    assert len({found.parents[tweet.id] for tweet in orphans}) == len(missing)
    assert not {found.parents[tweet.id] for tweet in orphans} & set(found.numbers.values())
    openings = sum(one["opening"] is not None for one in found.conversations.values())
    assert openings == sum(tweet.parent is None for tweet in distinct.values())
    assert len(found.conversations) == openings + len(missing)


def sets(store: Store) -> list[str]:
    """The ids of each conversation, joined."""
    engine = DuckDBEngine(store.snapshot().files)
    text = (
        "select string_agg(external_id, ' ' order by external_id) as ids from messages group by conversation"
    )
    rows: list[str] = engine.query(f"{text} order by ids")["ids"].to_pylist()
    engine.close()
    return rows


def test_what_two_sets_share_is_stored_once_in_either_order(
    multibrand: Brought, spotify: Brought, tmp_path: Path
) -> None:
    shared = {one.id for one in multibrand.tweets} & {one.id for one in spotify.tweets}
    assert len(shared) == 121  # as the page of the data set says
    ends = []
    for first, second in ((multibrand, spotify), (spotify, multibrand)):
        store = Store(tmp_path / first.path.stem)
        shutil.copytree(first.store.folder, store.folder)
        brought = ingest(store, [second.path], now=NOW)
        assert brought.duplicates == len(shared) + second.ingested.duplicates
        ends.append((brought.conversations, sets(store)))
    assert ends[0] == ends[1]
