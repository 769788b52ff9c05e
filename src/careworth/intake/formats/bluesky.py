"""Bluesky: posts, and the answers of its interface and events of its stream that hold some.

Records (``listRecords``), views (``getPosts``, ``searchPosts``), feeds, threads, notifications and events
of the Jetstream; as one document or one a line. Posts that a feed shows beside its own, because those
reply to them, are taken once an answer.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial

from careworth.channels import bluesky
from careworth.channels._problem import PayloadProblem
from careworth.channels._values import Payload, mapping, optional_text
from careworth.intake.formats._base import Chunk, ReadOptions
from careworth.intake.formats._bluesky_events import row_of_event
from careworth.intake.formats._gather import Item, gather, sided, unknown
from careworth.intake.formats._json import Piece, pieces
from careworth.intake.formats._outline import keys_under, outline
from careworth.intake.formats._source import Source

WHAT = "a post of Bluesky or an answer that holds posts"

_LISTS = ("posts", "records", "notifications")
_REPOSTED = "app.bsky.feed.defs#reasonRepost"
_PLACES_OF_RECORDS = ("", "posts", "records", "notifications", "post", "feed.post", "thread.post")


class Bluesky:
    """Records that are no posts (likes, follows ...) are set aside as ``not-a-post``."""

    name = "bluesky"

    def claims(self, source: Source) -> bool:
        paths = outline(source.head())
        return {"did", "time_us", "kind"} <= paths or any(
            {"uri", "cid"} <= keys and bool(keys & {"record", "value"})
            for keys in (keys_under(paths, place) for place in _PLACES_OF_RECORDS)
        )

    def read(self, source: Source, options: ReadOptions) -> Iterator[Chunk]:
        def take(piece: Piece) -> Iterator[Item]:
            return _Answer(options.brands).items(piece)

        found = pieces(source, lines=options.lines, quick=partial(row_of_event, brands=options.brands))
        yield from gather(source, found, take, what=WHAT, known=options.lines)


@dataclass(frozen=True, slots=True)
class _Answer:
    """One answer of the network while it is read."""

    brands: frozenset[str]
    _seen: set[str] = field(default_factory=set)

    def items(self, piece: Piece) -> Iterator[Item]:
        keys = piece.members().keys()
        listed = next((name for name in _LISTS if name in keys), None)
        if "uri" in keys and keys & {"record", "value"}:
            yield from self._post(piece)
        elif "did" in keys and "kind" in keys:
            yield self._event(piece)
        elif "thread" in keys:
            yield from self._thread(_required(piece, "thread"))
        elif "feed" in keys:
            yield from self._feed(list(_required(piece, "feed").elements()))
        elif listed is not None:
            for part in _required(piece, listed).elements():
                yield from self._post(part)
        elif "post" in keys:
            yield from self._thread(piece) if keys & {"replies", "parent"} else self._feed([piece])
        else:
            raise unknown(WHAT)

    def _post(self, piece: Piece, *, beside: bool = False) -> Iterator[Item]:
        try:
            view = _object(piece)
            uri = optional_text(view.get("uri"))
            if beside and uri in self._seen:
                return
            self._seen.add(uri or "")
            yield self._message(view)
        except PayloadProblem as problem:
            yield piece.reject(problem.reason, problem.detail)

    def _message(self, view: Payload) -> Item:
        _refuse_placeholder(view)
        message = bluesky.post(view)
        if not self.brands:
            return message
        return sided(message, bluesky.names_of_author(view), bluesky.addressed(view), self.brands)

    def _event(self, piece: Piece) -> Item:
        try:
            event = _object(piece)
            return bluesky.deletion(event) or self._message(bluesky.view_of_event(event))
        except PayloadProblem as problem:
            return piece.reject(problem.reason, problem.detail)

    def _feed(self, entries: list[Piece]) -> Iterator[Item]:
        for entry in entries:
            yield from self._entry(entry)
        for entry in entries:
            reply = entry.member("reply")
            for name in ("root", "parent") if reply else ():
                view = reply.member(name) if reply else None
                if view is not None and view.members():
                    yield from self._post(view, beside=True)

    def _entry(self, entry: Piece) -> Iterator[Item]:
        reason, view = entry.member("reason"), entry.member("post")
        if view is None:
            yield entry.reject("not-a-post", "There is no post in the entry of the feed.")
        elif reason is not None and mapping(reason.value()).get("$type") == _REPOSTED:
            yield entry.reject("repost", "A repost repeats the post of another account.")
        else:
            yield from self._post(view)

    def _thread(self, node: Piece) -> Iterator[Item]:
        """Those above it from the first on, the post, then every branch of replies below it."""
        above: list[Piece] = []
        parent = node.member("parent")
        while parent is not None and parent.members():
            above.append(parent)
            parent = parent.member("parent")
        waiting = [node, *above]
        while waiting:
            current = waiting.pop()
            yield from self._post(current.member("post") or current)
            replies = current.member("replies")
            waiting.extend(reversed(list(replies.elements())) if replies else ())


def _required(piece: Piece, key: str) -> Piece:
    part = piece.member(key)
    if part is None or not (part.is_array or part.members()):
        raise unknown(WHAT)
    return part


def _object(piece: Piece) -> Payload:
    value = piece.value()
    if not isinstance(value, dict):
        raise PayloadProblem("not-a-post", "It is not an object.")
    return value


def _refuse_placeholder(view: Payload) -> None:
    """In threads and feeds something stands also for posts that cannot be shown."""
    if view.get("notFound") is True:
        raise PayloadProblem("not-found", "The post was deleted or cannot be found.")
    if view.get("blocked") is True:
        raise PayloadProblem("blocked", "One of the accounts has blocked the other.")
