"""The Kaggle set "Customer Support on Twitter" (``twcs.csv``), and files cut from it."""

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

import pyarrow as pa
import pyarrow.compute as pc

from careworth.channels.x import ESCAPED
from careworth.intake.formats._base import INCOMING, Chunk, ReadOptions
from careworth.intake.formats._columns import holding, to_chunk
from careworth.intake.formats._csv_table import guess_delimiter, read_csv, split_header
from careworth.intake.formats._mapping import ColumnMapping
from careworth.intake.formats._source import Source
from careworth.intake.formats._twitter_time import TWITTER_TIME

MAPPING = ColumnMapping(
    columns={
        "external_id": "tweet_id",
        "author": "author_id",
        "inbound": "inbound",
        "sent_at": "created_at",
        "text": "text",
        "parent_external_id": "in_response_to_tweet_id",
    },
    constants={"channel": "x"},
    time_format=TWITTER_TIME,
)


class Twcs:
    """Agents write under the handle of the brand, customers under a number."""

    name = "twcs"

    def claims(self, source: Source) -> bool:
        first = source.head().split(b"\n", 1)[0].strip()
        try:
            names = split_header(first, guess_delimiter(first))
        except ValueError:  # no text, or no CSV
            return False
        return set(MAPPING.columns.values()) <= set(names)

    def read(self, source: Source, options: ReadOptions) -> Iterator[Chunk]:
        return map(_unescaped, read_csv(source, MAPPING, partial(to_chunk, MAPPING)))


def _unescaped(chunk: Chunk) -> Chunk:
    """The set holds its texts as X gave them, ``&amp;`` and all."""
    place = INCOMING.get_field_index("text")
    texts = chunk.messages.column(place)
    escaped = holding(texts, "&")
    if not escaped.any():
        return chunk
    plain = texts.filter(pa.array(escaped))
    for code, sign in ESCAPED:
        plain = pc.replace_substring(plain, code, sign)
    texts = pc.replace_with_mask(texts, pa.array(escaped), plain)
    return replace(chunk, messages=chunk.messages.set_column(place, INCOMING.field(place), texts))
