"""Bluesky: posts as records, as views of them, and as events of the stream.

A post is known by its address ``at://<did>/app.bsky.feed.post/<key>``; accounts by a DID that stays and
a handle that may change.
"""

import re

from careworth.channels._problem import PayloadProblem
from careworth.channels._values import (
    Payload,
    identity,
    mapping,
    mappings,
    moment,
    optional_epoch,
    optional_identity,
    optional_text,
    words,
    written,
)
from careworth.terms import Attachment, Deletion, IncomingMessage

CHANNEL = "bluesky"
POST = "app.bsky.feed.post"

_ADDRESS = re.compile(r"at://([^/\s]+)/([^/\s]+)/([^/\s]+)")
_MENTION = re.compile(r"(?<![\w@/.])@(\w+(?:[.-]\w+)+)")
_NO_HANDLE = "handle.invalid"
_MENTION_TYPE = "app.bsky.richtext.facet#mention"


def post(view: Payload) -> IncomingMessage:
    """A post: ``uri`` with ``record`` (views and notifications) or ``value`` (records).

    The author is the handle where the network gives it, else the DID of the address. Raises
    PayloadProblem, among others ``not-a-post`` for likes, follows and every other kind of record.
    """
    uri = identity(view.get("uri"), "uri")
    address = _ADDRESS.fullmatch(uri)
    if address is None:
        raise PayloadProblem("bad-id", "The uri is not the address of a record.")
    record = _record(view)
    if record.get("$type", address[2]) != POST:
        raise PayloadProblem("not-a-post", "The record is of another kind than a post.")
    reply = mapping(record.get("reply"))
    languages = words(record.get("langs"))
    return IncomingMessage(
        channel=CHANNEL,
        external_id=uri,
        author=_handle(view) or address[1],
        sent_at=moment(record.get("createdAt"), "createdAt"),
        text=written(record.get("text")),
        parent_external_id=optional_identity(mapping(reply.get("parent")).get("uri")),
        thread_hint=optional_identity(mapping(reply.get("root")).get("uri")),
        language=optional_text(languages[0]) if len(languages) == 1 else None,
        attachments=attachments(record, view.get("embed")),
    )


def attachments(record: Payload, shown: object = None) -> tuple[Attachment, ...]:
    """Pictures and films of a record. ``shown``: how a view shows them, with addresses; a record alone has
    only the names of its files (CID). Cards of links and quoted posts are no attachments.
    """
    if not record.get("embed"):
        return ()
    named, seen = _media(record.get("embed")), _media(shown)
    addresses = [address for _, address, _ in seen] if len(seen) == len(named) else [None] * len(named)
    return tuple(
        Attachment(kind, there or name, alt)
        for (kind, name, alt), there in zip(named, addresses, strict=True)
    )


def _media(embed: object) -> list[tuple[str, str | None, str | None]]:
    """Kind, address and description of each; a post that is quoted beside them hides none."""
    held = mapping(embed)
    held = mapping(held.get("media")) or held
    pictures = [
        (
            "image",
            optional_text(one.get("fullsize")) or _blob(one.get("image")),
            optional_text(one.get("alt")),
        )
        for one in mappings(held.get("images"))
    ]
    film = optional_text(held.get("playlist")) or _blob(held.get("video"))
    return [*pictures, *([("video", film, optional_text(held.get("alt")))] if film else [])]


def _blob(value: object) -> str | None:
    return optional_text(mapping(mapping(value).get("ref")).get("$link"))


def deletion(event: Payload) -> Deletion | None:
    """What an event of the Jetstream says was taken back; None for all other events."""
    commit = mapping(event.get("commit"))
    did, key = optional_text(event.get("did")), optional_text(commit.get("rkey"))
    deletes = commit.get("operation") == "delete" and commit.get("collection") == POST
    if not deletes or event.get("kind") != "commit" or did is None or key is None:
        return None
    micros = event.get("time_us")
    at = optional_epoch(micros // 1000) if type(micros) is int else None
    return Deletion(CHANNEL, f"at://{did}/{POST}/{key}", at)


def view_of_event(event: Payload) -> Payload:
    """The record in an event of the Jetstream, as ``post`` wants it.

    Raises PayloadProblem ``not-a-post`` for events of accounts.
    """
    commit = mapping(event.get("commit"))
    did, collection, key = (
        optional_text(v) for v in (event.get("did"), commit.get("collection"), commit.get("rkey"))
    )
    if event.get("kind") != "commit" or collection != POST:
        raise PayloadProblem("not-a-post", "The event does not concern a post.")
    if did is None or key is None:
        raise PayloadProblem("missing-id", "The event does not say which record it is about.")
    return {"uri": f"at://{did}/{collection}/{key}", "record": commit.get("record")}


def names_of_author(view: Payload) -> list[str]:
    """What the author may be called: handle and DID."""
    did = mapping(view.get("author")).get("did") or _authority(view.get("uri"))
    return [name for name in (_handle(view), optional_text(did)) if name is not None]


def addressed(view: Payload) -> list[str]:
    """Handles and DIDs of the accounts mentioned, in their order; then whose post is answered.

    A facet counts bytes of UTF-8, not characters.
    """
    record = _record(view)
    text = record.get("text")
    if not isinstance(text, str):
        return []
    found: list[str] = []
    for start, end, did in sorted(_mentions(record)):
        found += [text.encode(errors="ignore")[start:end].decode(errors="ignore").removeprefix("@"), did]
    parent = _authority(mapping(mapping(record.get("reply")).get("parent")).get("uri"))
    return (found or _MENTION.findall(text)) + ([parent] if parent else [])


def _mentions(record: Payload) -> list[tuple[int, int, str]]:
    found: list[tuple[int, int, str]] = []
    for facet in mappings(record.get("facets")):
        place = mapping(facet.get("index"))
        start, end = place.get("byteStart"), place.get("byteEnd")
        for feature in mappings(facet.get("features")):
            did = feature.get("did")
            marked = feature.get("$type") == _MENTION_TYPE and isinstance(did, str)
            if marked and isinstance(start, int) and isinstance(end, int):
                found.append((start, end, str(did)))
    return found


def _record(view: Payload) -> Payload:
    return mapping(view.get("record", view.get("value")))


def _handle(view: Payload) -> str | None:
    handle = optional_text(mapping(view.get("author")).get("handle"))
    return None if handle == _NO_HANDLE else handle


def _authority(uri: object) -> str | None:
    address = _ADDRESS.fullmatch(uri) if isinstance(uri, str) else None
    return address[1] if address else None
