"""Ids of several channels in one store, and conversations that the network names itself."""

import random
from itertools import groupby
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from care_oracle import NOW
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from test_threads import Row, union_find

from careworth.facts.engines import DuckDBEngine
from careworth.facts.store import Store
from careworth.intake.formats import ReadOptions
from careworth.intake.ingest import ingest

MAPPING = """
[columns]
external_id = "id"
author = "author"
sent_at = "at"
text = "text"
parent_external_id = "parent"
thread_hint = "hint"
channel = "channel"
[constants]
inbound = "yes"
"""


class Post(NamedTuple):
    channel: str
    id: int
    parent: int | None
    hint: int | None


def random_posts(chance: random.Random) -> list[Post]:
    posts = [
        Post(channel, one, chance.choice([None, *range(14)]), chance.choice([None, None, 0, 1, 2]))
        for channel in ("x", "it's mail", "bluesky")
        for one in chance.sample(range(12), 9)
    ]
    return chance.sample(posts, len(posts))


def bring(store: Store, folder: Path, posts: list[Post]) -> None:
    lines = ["id,author,at,text,parent,hint,channel"]
    for post in posts:
        parent, hint = ("" if one is None else one for one in (post.parent, post.hint))
        lines.append(f"{post.id},ann,2023-05-06,x,{parent},{hint},{post.channel}")
    (folder / "posts.csv").write_text("\n".join(lines), encoding="utf-8")
    (folder / "mapping.toml").write_text(MAPPING, encoding="utf-8")
    options = ReadOptions(mapping=folder / "mapping.toml")
    ingest(store, [folder / "posts.csv"], now=NOW, form="table", options=options)


def conversations(store: Store) -> set[frozenset[tuple[str, int]]]:
    engine = DuckDBEngine(store.snapshot().files)
    rows = engine.query("select conversation, channel, external_id from messages order by 1").to_pylist()
    engine.close()
    return {
        frozenset((row["channel"], int(row["external_id"])) for row in rows_of)
        for _, rows_of in groupby(rows, key=lambda row: row["conversation"])
    }


def expected(posts: list[Post]) -> set[frozenset[tuple[str, int]]]:
    return {
        frozenset((channel, one) for one in ids)
        for channel in {post.channel for post in posts}
        for ids in union_find(Row(one.id, one.parent, one.hint) for one in posts if one.channel == channel)
    }


@settings(max_examples=3, deadline=None, phases=[Phase.generate])
@given(st.randoms(use_true_random=False))
def test_channels_stay_apart_and_hints_join_in_whatever_batches(chance: random.Random) -> None:
    posts = random_posts(chance)
    by_channel = sorted(posts, key=lambda post: post.channel)  # some batches are of one channel only
    with TemporaryDirectory() as name:
        folder = Path(name)
        store = Store(folder / "facts")
        cut = chance.randrange(1, len(posts))
        for batch in (by_channel[:cut], by_channel[cut:], posts):
            bring(store, folder, batch)
        assert conversations(store) == expected(posts)
