"""Conversations and turns of a few messages, worked out one by one in plain Python."""

import csv
import gzip
import random
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from careworth.facts.engines import DuckDBEngine
from careworth.facts.store import Store

NOW = datetime(2024, 1, 2, tzinfo=UTC)
START = datetime(2017, 10, 31, 22, 10, 47, tzinfo=UTC)
COLUMNS = [
    "tweet_id",
    "author_id",
    "inbound",
    "created_at",
    "text",
    "response_tweet_id",
    "in_response_to_tweet_id",
]
BRANDS = ("Acme", "Beta")


@dataclass(frozen=True)
class Tweet:
    id: str
    author: str
    inbound: bool
    sent_at: datetime
    text: str
    parent: str | None = None

    @property
    def row(self) -> list[str]:
        moment = self.sent_at.strftime("%a %b %d %H:%M:%S +0000 %Y")
        return [self.id, self.author, str(self.inbound), moment, self.text, "", self.parent or ""]


def write_twcs(path: Path, tweets: Iterable[Tweet]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        writer.writerows(tweet.row for tweet in tweets)
    return path


def read_twcs(path: Path) -> list[Tweet]:
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        return [
            Tweet(
                row["tweet_id"],
                row["author_id"],
                row["inbound"] == "True",
                datetime.strptime(row["created_at"], "%a %b %d %H:%M:%S %z %Y"),
                row["text"],
                row["in_response_to_tweet_id"] or None,
            )
            for row in csv.DictReader(file)
        ]


def random_tweets(chance: random.Random, count: int) -> list[Tweet]:
    """Threads with forks, orphans, replies to oneself, cycles and equal times."""
    ids = [str(one) for one in chance.sample(range(100, 999), count + 3)]
    tweets = []
    for at in range(count):
        brand = chance.choice(BRANDS)
        inbound = chance.random() < 0.6
        parent = (
            chance.choice(ids) if chance.random() < 0.1 else chance.choice([None, *ids[max(0, at - 4) : at]])
        )
        sent_at = START + timedelta(minutes=chance.randrange(at, at + 6))
        text = chance.choice([f"@{brand.lower()}, help", f"hello @{brand}.", "@77 and me", "no names here"])
        author = str(chance.randrange(5)) if inbound else brand
        tweets.append(Tweet(ids[at], author, inbound, sent_at, text, parent))
    return tweets


@dataclass
class Expected:
    """Facts as they must be after some batches; messages are known by their own ids."""

    tweets: dict[str, Tweet] = field(default_factory=dict)
    number: dict[str, int] = field(default_factory=dict)
    parent: dict[str, str | None] = field(default_factory=dict)
    brand: dict[str, str | None] = field(default_factory=dict)

    def take(self, batch: Sequence[Tweet]) -> None:
        new: dict[str, Tweet] = {}
        for tweet in batch:
            if tweet.id not in self.tweets:
                new.setdefault(tweet.id, tweet)
        links = {tweet.id: tweet.parent for tweet in new.values() if tweet.parent not in (None, tweet.id)}
        self._count([*new, *(parent for parent in links.values() if parent is not None)])
        everybody = [*self.tweets.values(), *batch]
        known = {tweet.author.lower(): tweet.author for tweet in everybody if not tweet.inbound}
        for tweet in new.values():
            self.brand[tweet.id] = known.get(addressed(tweet.text)) if tweet.inbound else tweet.author
            self.parent[tweet.id] = links.get(tweet.id)
        for cycle in cycles(links):
            self.parent[min(cycle, key=lambda one: (new[one].sent_at, list(new).index(one)))] = None
        self.tweets |= new

    def _count(self, ids: Iterable[str]) -> None:
        for one in ids:
            self.number.setdefault(one, len(self.number) + 1)

    def sets(self) -> set[frozenset[str]]:
        """Ids of the messages of each conversation."""
        sets = {one: {one} for tweet in self.tweets.values() for one in (tweet.id, tweet.parent) if one}
        for tweet in self.tweets.values():
            joined = sets[tweet.id] | sets[tweet.parent or tweet.id]
            for one in joined:
                sets[one] = joined
        return {frozenset(one & self.tweets.keys()) for one in sets.values()}

    def _ordered(self, ids: Iterable[str]) -> list[Tweet]:
        tweets = (self.tweets[one] for one in ids)
        return sorted(tweets, key=lambda tweet: (tweet.sent_at, self.number[tweet.id]))

    def conversation(self, ids: frozenset[str]) -> dict[str, Any]:
        tweets = self._ordered(ids)
        opening = next((tweet for tweet in tweets if self.parent[tweet.id] is None), None)
        answers = [
            tweet
            for tweet in tweets
            if opening and not tweet.inbound and tweet.sent_at >= opening.sent_at and tweet is not opening
        ]
        direct = [one for one in answers if opening and self.parent[one.id] in (None, opening.id)]
        brands = [brand for tweet in tweets if (brand := self.brand[tweet.id])]
        spoken = [answers[0].author] if answers else []
        spoken += [brand for brand in [opening and self.brand[opening.id]] if brand]
        inbound = [tweet for tweet in tweets if tweet.inbound]
        outbound = [tweet for tweet in tweets if not tweet.inbound]
        return {
            "channel": "x",
            "brand": [*spoken, *sorted(brands), None][0],
            "agent": answers[0].author if answers else None,
            "contact": opening.author if opening and opening.inbound else None,
            "opening": opening and self.number[opening.id],
            "opened_at": opening and opening.sent_at,
            "opened_by_customer": opening and opening.inbound,
            "opened_in_private": False if opening else None,
            "first_response_at": direct[0].sent_at if direct else None,
            "first_reply_at": answers[0].sent_at if answers else None,
            "first_message_at": tweets[0].sent_at,
            "last_message_at": tweets[-1].sent_at,
            "last_inbound_at": inbound[-1].sent_at if inbound else None,
            "last_outbound_at": outbound[-1].sent_at if outbound else None,
            "messages": len(tweets),
            "inbound": len(inbound),
            "outbound": len(outbound),
            "automatic": 0,
            "tagged": False,
            "tagged_service": False,
        }

    def turns(self, ids: frozenset[str]) -> list[dict[str, Any]]:
        tweets = self._ordered(ids)
        found: list[dict[str, Any]] = []
        for at, tweet in enumerate(tweets):
            if not tweet.inbound or (at > 0 and tweets[at - 1].inbound):
                continue
            answer = next((later for later in tweets[at:] if not later.inbound), None)
            found.append(
                {
                    "turn": len(found) + 1,
                    "agent": answer and answer.author,
                    "message": self.number[tweet.id],
                    "asked_at": tweet.sent_at,
                    "answered_at": answer and answer.sent_at,
                }
            )
        return found


def addressed(text: str) -> str:
    """The first account a text names, in small letters."""
    found = re.search(r"(?:^|[^\w@])@(\w+)", text, re.ASCII)
    return found[1].lower() if found else ""


def cycles(links: dict[str, str | None]) -> list[list[str]]:
    found: set[frozenset[str]] = set()
    for start in links:
        chain, at = [start], links[start]
        while at is not None and at in links and at not in chain:
            chain.append(at)
            at = links[at]
        if at == start:
            found.add(frozenset(chain))
    return [sorted(one) for one in found]


@dataclass(frozen=True)
class Held:
    """What a store holds, messages known by their own ids and conversations by the ids of their messages."""

    sets: set[frozenset[str]]
    numbers: dict[str, int]
    parents: dict[str, int | None]
    brands: dict[str, str | None]
    conversations: dict[frozenset[str], dict[str, Any]]
    turns: dict[frozenset[str], list[dict[str, Any]]]


def held(store: Store) -> Held:
    files = store.snapshot().files
    engine = DuckDBEngine(files)
    messages = engine.query("from messages").to_pylist()
    conversations = engine.query("from conversations").to_pylist()
    turns = engine.query("from turns order by conversation, turn").to_pylist()
    engine.close()
    members: dict[int, set[str]] = {}
    for row in messages:
        members.setdefault(row["conversation"], set()).add(row["external_id"])
    ids = {number: frozenset(names) for number, names in members.items()}
    by_set: dict[frozenset[str], list[dict[str, Any]]] = {one: [] for one in ids.values()}
    for row in turns:
        by_set[ids[row.pop("conversation")]].append(row)
    assert len({row["external_id"] for row in messages}) == len(messages)
    assert sorted(row["conversation"] for row in conversations) == sorted(ids)
    return Held(
        set(ids.values()),
        {row["external_id"]: row["message"] for row in messages},
        {row["external_id"]: row["parent"] for row in messages},
        {row["external_id"]: row["brand"] for row in messages},
        {ids[row.pop("conversation")]: row for row in conversations},
        by_set,
    )
