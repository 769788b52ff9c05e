"""Labels as rows of the facts."""

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from careworth.enrich.labels import Labels
from careworth.facts.schema import LABELS


def rows_of(message: pa.Array, labels: Labels, version: str) -> pa.RecordBatch:
    """The rows of the table ``labels`` for these messages, in their order.

    Which personal data were found is not kept, only whether there are any.
    """
    topic = labels.topic
    columns = {
        "message": message,
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
    return pa.RecordBatch.from_arrays([columns[name] for name in LABELS.schema.names], schema=LABELS.schema)


def _thousandths(probability: npt.NDArray[np.float32]) -> pa.DoubleArray:
    """More digits would say nothing, cost most of the room, and differ from one processor to another."""
    return pa.array(np.round(probability.astype(np.float64), 3))
