"""The posts, messages and accounts in answers of the X interface, each with its place in the file."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from careworth.channels import x
from careworth.channels._problem import PayloadProblem
from careworth.channels._values import Payload, mapping, mappings, optional_identity
from careworth.channels._x_media import Media, media_of
from careworth.intake.formats._base import Rejected
from careworth.intake.formats._gather import Around, enclosed, unknown
from careworth.intake.formats._json import Piece
from careworth.terms import Deletion

WHAT = "an answer of the X interface or a post of it"

SAYS_SOMETHING = frozenset({"text", "full_text", "author_id", "edit_history_tweet_ids"})
_IS_NAMED = frozenset({"id", "id_str", "created_at"})
_IS_DATA = frozenset({"text", "username", "event_type", "author_id"})


@dataclass(frozen=True, slots=True)
class Found:
    """One object, where it stands, and the handles and media that are known with it."""

    piece: Piece
    payload: Payload
    handles: x.Handles
    around: Around | None = None
    """What has to stand around it to be read again."""
    media: Media = field(default_factory=dict)

    def reject(self, problem: PayloadProblem) -> Rejected:
        rejected = self.piece.reject(problem.reason, problem.detail)
        return rejected if self.around is None else enclosed(rejected, self.around)


@dataclass(frozen=True, slots=True)
class _Included:
    """What an answer holds beside its posts."""

    handles: x.Handles = field(default_factory=dict)
    media: Media = field(default_factory=dict)


def objects(piece: Piece) -> Iterator[Found | Deletion | Rejected]:
    """All objects of an answer, or the post that the piece itself is.

    Posts that stand beside those asked for, under ``includes`` or inside another post, come once each.
    Raises PayloadProblem when the piece is nothing of X.
    """
    members = piece.members()
    keys = members.keys()
    data = piece.member("data")
    if "delete" in keys:
        yield deleted(piece)
    elif data is not None and "delete" in data.members():
        yield deleted(data, lambda raw: {"data": raw})
    elif "data" in keys:
        yield from of_answer(data, piece.member("includes"))
    elif (keys & SAYS_SOMETHING and len(keys & (SAYS_SOMETHING | _IS_NAMED)) > 1) or {
        "id",
        "event_type",
    } <= keys:
        yield from _with_referenced(piece, _Included(), set())
    elif "errors" in keys:
        yield piece.reject("network-error", "The network sent a notice of an error instead of posts.")
    elif "meta" not in keys:
        raise unknown(WHAT)


def deleted(event: Piece, around: Around | None = None) -> Deletion | Rejected:
    """What an event says was deleted; a dead letter where it does not say what."""
    try:
        gone = x.deletion(mapping(event.value()))
        if gone is None:
            raise PayloadProblem("missing-id", "The event does not say which post was deleted.")
        return gone
    except PayloadProblem as problem:
        rejected = event.reject(problem.reason, problem.detail)
        return rejected if around is None else enclosed(rejected, around)


def of_answer(data: Piece | None, includes: Piece | None) -> Iterator[Found | Rejected]:
    """The objects asked for, then the posts that stand beside them. PayloadProblem when they are neither."""
    if data is None or not _is_data(data):
        raise unknown(WHAT)
    media = includes.member("media") if includes else None
    included = _Included(_handles(data, includes), media_of(_decoded(media)))
    seen: set[str] = set()
    for part in _each(data):
        yield from _with_referenced(part, included, seen)
    tweets = includes.member("tweets") if includes else None
    for part in _each(tweets) if tweets else ():
        yield from _with_referenced(part, included, seen, beside=True)


def _with_referenced(
    piece: Piece, included: _Included, seen: set[str], *, beside: bool = False
) -> Iterator[Found | Rejected]:
    """The post, then whole posts that stand inside it, as programs write them that flatten answers."""
    try:
        payload = piece.value()
    except PayloadProblem as problem:
        yield piece.reject(problem.reason, problem.detail)
        return
    if not isinstance(payload, dict):
        yield piece.reject("not-a-post", "It is not an object.")
        return
    number = optional_identity(payload.get("id_str") or payload.get("id"))
    if beside and number in seen:
        return
    if number is not None:
        seen.add(number)
    yield Found(piece, payload, included.handles, media=included.media)
    if any("text" in reference for reference in mappings(payload.get("referenced_tweets"))):
        yield from _inside(piece, included, seen)


def _inside(piece: Piece, included: _Included, seen: set[str]) -> Iterator[Found | Rejected]:
    references = piece.member("referenced_tweets")
    for part in references.elements() if references else ():
        if "text" in part.members():
            yield from _with_referenced(part, included, seen, beside=True)


def _is_data(data: Piece) -> bool:
    """Whether posts, messages or accounts stand there, and not the answer to some command."""
    first = next(_each(data), None)
    keys = first.members().keys() if first else frozenset({"id", "text"})
    return "id" in keys and bool(keys & _IS_DATA)


def _handles(data: Piece, includes: Piece | None) -> dict[str, str]:
    users = includes.member("users") if includes else None
    first = next(_each(data), None)
    asked_for_users = first is not None and "username" in first.members()
    return x.handles_of([*_decoded(users), *(_decoded(data) if asked_for_users else [])])


def _decoded(piece: Piece | None) -> list[Payload]:
    try:
        return mappings([part.value() for part in _each(piece)] if piece else [])
    except PayloadProblem:
        return []


def _each(piece: Piece) -> Iterator[Piece]:
    yield from piece.elements() if piece.is_array else iter([piece])
