"""What the source did not say but the words do: who is the brand, who signed, where the reply sends to."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from careworth.enrich.moves import agent_signatures, asks_private, sends_elsewhere
from careworth.errors import InputError
from careworth.facts.schema import MESSAGES
from careworth.intake.formats import INCOMING

NUMBERED = ("message", "conversation", "parent", "batch")
"""Columns of a message that only the store can give."""

STAGED = pa.schema(
    [*(f for f in MESSAGES.schema if f.name not in NUMBERED), pa.field("mention", pa.string())]
)
"""A message but for its numbers. ``mention``: an account it addresses, which may prove to be a brand."""

_MENTION = r"(?:^|[^\w@])@(?P<handle>\w+(?:[.-]\w+)*(?:@\w+(?:[.-]\w+)*)?)"


def normalise(messages: pa.RecordBatch, brands: frozenset[str]) -> pa.RecordBatch:
    """Messages in the shape of ``STAGED``. Raises InputError when nobody can tell who the brand is."""
    columns = dict(zip(INCOMING.names, messages.columns, strict=True))
    inbound = _inbound(columns["inbound"], columns["author"], brands)
    outbound = pc.invert(inbound)
    replies = columns["text"].filter(outbound)
    columns["inbound"] = inbound
    signed = pc.replace_with_mask(pa.nulls(len(inbound), pa.string()), outbound, agent_signatures(replies))
    columns["agent"] = pc.if_else(
        outbound, pc.coalesce(columns["agent"], signed), pa.scalar(None, pa.string())
    )
    columns["brand"] = pc.if_else(
        outbound, pc.coalesce(columns["brand"], columns["author"]), columns["brand"]
    )
    columns["asks_private"] = _of_replies(asks_private(replies), outbound)
    columns["sends_elsewhere"] = _of_replies(sends_elsewhere(replies), outbound)
    columns["mention"] = _mention(columns["text"], pc.and_(inbound, pc.is_null(columns["brand"])))
    return pa.RecordBatch.from_arrays([columns[name] for name in STAGED.names], schema=STAGED)


def _inbound(inbound: pa.Array, author: pa.Array, brands: frozenset[str]) -> pa.Array:
    if inbound.null_count == 0:
        return inbound
    if not brands:
        raise InputError(
            "These messages do not say which of them the brand wrote.",
            hint="Name your own account: --brand NAME (several times for several accounts).",
        )
    ours = pc.is_in(pc.utf8_ltrim(pc.utf8_lower(author), "@"), pa.array(sorted(brands)))
    return pc.coalesce(inbound, pc.invert(ours))


def _of_replies(answers: pa.Array, outbound: pa.Array) -> pa.Array:
    nowhere = pa.array(np.zeros(len(outbound), bool))
    return pc.replace_with_mask(nowhere, outbound, pc.fill_null(answers, False))


def _mention(text: pa.Array, wanted: pa.Array) -> pa.Array:
    """The first account that each wanted text addresses."""
    found = pc.extract_regex(text.filter(wanted), _MENTION)
    handles = pc.struct_field(found, "handle")
    return pc.replace_with_mask(pa.nulls(len(text), pa.string()), wanted, handles)


def canonical_brand(brand: pa.Array, mention: pa.Array, known: pa.Array) -> pa.Array:
    """``brand``, else the known account that ``mention`` names, whatever its capitals."""
    place = pc.index_in(pc.utf8_lower(mention), pc.utf8_lower(known))
    return pc.coalesce(brand, known.take(place))
