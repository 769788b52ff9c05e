"""X: answers of its interface, version 2, posts of version 1.1, and what its webhooks deliver.

One answer or delivery a file or a line, or one post a line. Posts that an answer includes beside those that
were asked for are taken too, for they are what others reply to; each counts once an answer.
"""

import re
from collections.abc import Iterator, Mapping
from contextlib import suppress

from careworth.channels import x
from careworth.channels._problem import PayloadProblem
from careworth.intake.formats._base import Chunk, ReadOptions, Rejected
from careworth.intake.formats._gather import Item, gather, sided
from careworth.intake.formats._json import Piece, pieces
from careworth.intake.formats._outline import keys_under, outline
from careworth.intake.formats._source import Source
from careworth.intake.formats._x_deliveries import is_delivery, objects
from careworth.intake.formats._x_edits import note_versions, to_latest
from careworth.intake.formats._x_objects import SAYS_SOMETHING, WHAT, Found
from careworth.terms import Deletion, IncomingMessage

_MARKS_OF_VERSION_2 = frozenset({"author_id", "conversation_id", "edit_history_tweet_ids"})
_SEVERAL_VERSIONS = re.compile(rb'"edit_history_tweet_ids"\s*:\s*\[\s*"\d+"\s*,')


class XV2:
    """Retweets and outdated versions of edited posts are set aside; replies to those go to the latest."""

    name = "x-v2"

    def claims(self, source: Source) -> bool:
        paths = outline(source.head())
        included = keys_under(paths, "includes.tweets") & _MARKS_OF_VERSION_2
        delivery = is_delivery(keys_under(paths, ""), keys_under(paths, "data"))
        posts = any(_are_of_post(keys_under(paths, place)) for place in ("", "data"))
        deletions = {"tweet", "event_at"} <= keys_under(paths, "data.delete")
        return bool(included) or delivery or posts or deletions

    def read(self, source: Source, options: ReadOptions) -> Iterator[Chunk]:
        """The source is read twice: the first time only for posts that were edited."""
        latest = _latest_versions(source, options.lines)

        def take(piece: Piece) -> Iterator[Item]:
            return (_item(found, latest, options.brands) for found in objects(piece))

        found = pieces(source, lines=options.lines)
        yield from gather(source, found, take, what=WHAT, known=options.lines)


def _are_of_post(keys: frozenset[str]) -> bool:
    version_1 = {"id_str", "created_at"} <= keys and bool(keys & {"text", "full_text"})
    version_2 = {"id", "text"} <= keys and bool(keys & _MARKS_OF_VERSION_2)
    private = {"id", "event_type"} <= keys and bool(keys & {"dm_conversation_id", "sender_id"})
    return version_1 or version_2 or private


def _item(found: Found | Deletion | Rejected, latest: Mapping[str, str], brands: frozenset[str]) -> Item:
    if not isinstance(found, Found):
        return found
    try:
        message = _message(found)
    except PayloadProblem as problem:
        return found.reject(problem)
    if message.external_id in latest:
        return found.reject(PayloadProblem("edited", "A later version of the post is in the same file."))
    message = to_latest(message, latest)
    if not brands:
        return message
    writer = [name for name in (message.author, x.number_of_author(found.payload)) if name is not None]
    addressed = x.addressed(found.payload, found.handles)
    return sided(message, writer, addressed, brands)


def _message(found: Found) -> IncomingMessage:
    payload = found.payload
    if "event_type" in payload:
        return x.direct_message(payload, found.handles, found.media)
    if "message_create" in payload:
        return x.direct_message_v1(payload, found.handles)
    if not payload.keys() & SAYS_SOMETHING:
        raise PayloadProblem("not-a-post", "The object is an account, or something else that is no post.")
    if "id_str" in payload or "user" in payload:
        return x.post_v1(payload)
    return x.post_v2(payload, found.handles, found.media)


def _latest_versions(source: Source, lines: bool) -> dict[str, str]:
    """The latest version in the source of every outdated one."""
    latest: dict[str, str] = {}
    for piece in pieces(source, lines=lines):
        if not isinstance(piece, Piece) or not _SEVERAL_VERSIONS.search(
            piece.buffer, piece.start, piece.stop
        ):
            continue
        with suppress(PayloadProblem):
            for found in objects(piece):
                if isinstance(found, Found):
                    _note_versions(found, latest)
    return latest


def _note_versions(found: Found, latest: dict[str, str]) -> None:
    history = x.edit_history(found.payload)
    if len(history) > 1:
        with suppress(PayloadProblem):
            note_versions(_message(found).external_id, history, latest)
