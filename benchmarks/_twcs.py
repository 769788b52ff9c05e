"""Synthetic messages in the form of the Kaggle set "Customer Support on Twitter", of any size.

Shaped like the real set: about a quarter of the rows open a conversation, 100 brands of very unequal
size, forks, a few very long chains, openings whose parent is outside the file, ids in an order that
says nothing, texts with commas, quotes, line breaks and emoji. All of it is made up.
"""

import sys
from dataclasses import dataclass
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

BRANDS = 100
BLOCK = 500_000  # rows that are turned into text at a time
WORDS = [
    "my",
    "order",
    "never",
    "arrived",
    "the",
    "app",
    "keeps",
    "crashing",
    "since",
    "this",
    "morning",
    "please",
    "help",
    "I",
    "was",
    "charged",
    "twice",
    "for",
    "one",
    "month",
    "no",
    "signal",
    "at",
    "home",
    "again",
    "can",
    "you",
    "check",
    "it",
    "thanks",
    "for",
    "nothing",
    "still",
    "waiting",
    "on",
    "the",
    "phone",
    "we",
    "are",
    "sorry",
    "to",
    "hear",
    "that",
    "send",
    "us",
    "a",
    "DM",
    "with",
    "your",
    "account",
    "number",
    "and",
    "we",
    "will",
    "look",
    "into",
    "it",
    "right",
    "away",
]


@dataclass(frozen=True, slots=True)
class Threads:
    """Structure without text; arrays of one entry a message, in the order of time within a thread."""

    parent: np.ndarray  # position of the parent, -1 for an opening
    inbound: np.ndarray
    brand: np.ndarray
    customer: np.ndarray
    second: np.ndarray  # seconds since the epoch


def grow_threads(messages: int, rng: np.random.Generator) -> Threads:
    """Openings first, then level by level replies until there are enough messages."""
    share = 1 / np.arange(1, BRANDS + 1) ** 0.8
    openings = messages // 4
    brand = rng.choice(BRANDS, openings, p=share / share.sum()).astype(np.int16)
    customer = rng.integers(1, openings, openings, dtype=np.int32)
    second = rng.integers(1_483_228_800, 1_512_000_000, openings)
    level = Threads(np.full(openings, -1, np.int32), np.ones(openings, bool), brand, customer, second)
    levels, made, start = [level], openings, 0
    while made < messages:
        chance = 0.86 if len(levels) == 1 else 0.66
        replied = np.flatnonzero(rng.random(len(level.parent)) < chance)
        replied = np.concatenate([replied, replied[rng.random(len(replied)) < 0.05]])[: messages - made]
        if len(replied) < 200:  # keep a few chains going for hundreds of messages
            replied = np.resize(np.arange(len(level.parent)), min(200, messages - made))
        wait = rng.lognormal(3.0, 1.6, len(replied)) * 60
        level = Threads(
            (start + replied).astype(np.int32),
            ~level.inbound[replied],
            level.brand[replied],
            level.customer[replied],
            level.second[replied] + wait.astype(np.int64) + 1,
        )
        start = made
        levels.append(level)
        made += len(replied)
    return Threads(*(np.concatenate([getattr(one, name) for one in levels]) for name in Threads.__slots__))


def texts(rng: np.random.Generator, count: int = 4_000) -> pa.Array:
    """A pool of texts between 30 and 280 characters."""
    pool = []
    for number in range(count):
        line = " ".join(rng.choice(WORDS, rng.integers(8, 40)))
        if number % 5 == 0:
            line = line.replace(" ", ", ", 2) + ' "really"'
        if number % 11 == 0:
            line = line.replace(" ", "\n", 1)
        if number % 7 == 0:
            line += " 😡 منتظر"
        pool.append(line)
    return pa.array(pool)


def twitter_dates(second: np.ndarray) -> pa.Array:
    moment = pa.array(second, pa.timestamp("s"))
    return pc.strftime(moment, "%a %b %d %H:%M:%S +0000 %Y")


def write_twcs(path: Path, messages: int, seed: int = 1) -> None:
    """Write the CSV; about 175 bytes a message."""
    rng = np.random.default_rng(seed)
    threads = grow_threads(messages, rng)
    ids = rng.permutation(messages).astype(np.int64) + 1
    outside = rng.random(messages) < 0.015
    pool = texts(rng)
    names = pa.array([f"Brand{n:03d}Care" for n in range(BRANDS)])
    schema = pa.schema(
        [
            ("tweet_id", pa.string()),
            ("author_id", pa.string()),
            ("inbound", pa.string()),
            ("created_at", pa.string()),
            ("text", pa.string()),
            ("response_tweet_id", pa.string()),
            ("in_response_to_tweet_id", pa.string()),
        ]
    )
    order = rng.permutation(messages)
    starts = range(0, messages, BLOCK)
    blocks = (
        _block(threads, ids, outside, pool, names, order[at : at + BLOCK], rng, schema) for at in starts
    )
    reader = pa.RecordBatchReader.from_batches(schema, blocks)
    with duckdb.connect() as engine:
        engine.register("messages", reader)
        engine.execute("set preserve_insertion_order = true")
        engine.execute(f"copy (from messages) to '{path}' (header)").fetchall()


def _block(threads, ids, outside, pool, names, at, rng, schema) -> pa.RecordBatch:  # type: ignore[no-untyped-def]
    inbound = threads.inbound[at]
    brand = names.take(pa.array(threads.brand[at]))
    customer = pa.array(threads.customer[at] + 115_712).cast(pa.string())
    addressed = pc.if_else(pa.array(inbound), brand, customer)
    body = pool.take(pa.array(rng.integers(0, len(pool), len(at))))
    parent = threads.parent[at]
    parent_id = np.where(parent >= 0, ids[np.maximum(parent, 0)], ids[at] + 900_000_000)
    absent = pa.array((parent < 0) & ~outside[at])
    columns = [
        pa.array(ids[at]).cast(pa.string()),
        pc.if_else(pa.array(inbound), customer, brand),
        pc.if_else(pa.array(inbound), "True", "False"),
        twitter_dates(threads.second[at]),
        pc.binary_join_element_wise("@", addressed, " ", body, ""),
        pa.nulls(len(at), pa.string()),
        pc.if_else(absent, pa.scalar(None, pa.string()), pa.array(parent_id).cast(pa.string())),
    ]
    return pa.RecordBatch.from_arrays(columns, schema=schema)


if __name__ == "__main__":
    write_twcs(Path(sys.argv[1]), int(sys.argv[2]))
