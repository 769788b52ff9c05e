"""Labels as rows of the facts."""

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from careworth.enrich.labels import Labels
from careworth.facts.schema import LABELS

SAID = pa.schema([field for field in LABELS.schema if field.name != "message"])
"""The columns of ``labels`` but for the number of the message, which only the store can give."""


def rows_of(message: pa.Array, labels: Labels, version: str) -> pa.RecordBatch:
    """The rows of the table ``labels`` for these messages, in their order."""
    return numbered(message, said_of(labels, version))


def numbered(message: pa.Array, said: pa.RecordBatch) -> pa.RecordBatch:
    """Rows of ``SAID`` with the numbers of their messages: rows of the table ``labels``."""
    columns = [message if name == "message" else said[name] for name in LABELS.schema.names]
    return pa.RecordBatch.from_arrays(columns, schema=LABELS.schema)


def said_of(labels: Labels, version: str) -> pa.RecordBatch:
    """A row of ``SAID`` for each text, in their order.

    Which personal data were found is not kept, only whether there are any.
    """
    topic = labels.topic
    columns = {
        "version": pa.repeat(version, len(labels)),
        "language": labels.language,
        "language_probability": _thousandths(labels.language_probability),
        "rtl": pa.array(labels.rtl),
        "kind": labels.kind,
        "kind_probability": _thousandths(labels.kind_probability),
        "request_probability": _thousandths(labels.request_probability),
        "tier": pa.array(labels.tier.astype(np.int64)),
        "tier1_probability": _thousandths(labels.tier1_probability),
        "urgent_probability": _thousandths(labels.urgent_probability),
        "sentiment": labels.sentiment,
        "sentiment_probability": _thousandths(labels.sentiment_probability),
        "topic": topic,
        "topic_probability": pc.if_else(topic.is_valid(), _thousandths(labels.topic_probability), None),
        "names_brand": pa.array(labels.names_brand),
        "personal": pa.array(labels.propose_private),
    }
    return pa.RecordBatch.from_arrays([columns[name] for name in SAID.names], schema=SAID)


def _thousandths(probability: npt.NDArray[np.float32]) -> pa.DoubleArray:
    """More digits would say nothing, cost most of the room, and differ from one processor to another."""
    return pa.array(np.round(probability.astype(np.float64), 3))
