"""X: the archive that the owner of an account can download, as a folder or as a zip.

Its files are scripts: ``window.YTD.tweets.part0 = [...]``. Posts do not say whose they are; that stands in
``account.js`` beside them. Everything else in an archive holds no messages.
"""

import re
import zipfile
from codecs import BOM_UTF8
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

from careworth.channels import x
from careworth.channels._problem import PayloadProblem
from careworth.channels._values import Payload, mapping, optional_identity, optional_text
from careworth.errors import FormatError
from careworth.intake.formats._base import Chunk, ReadOptions
from careworth.intake.formats._gather import Item, gather, unknown
from careworth.intake.formats._json import Piece, read_document
from careworth.intake.formats._source import Source
from careworth.intake.formats._x_edits import note_versions, to_latest

WHAT = "a post or a conversation of an X archive"

_SCRIPT = re.compile(rb"\s*window\.YTD\.(\w+)\.part\d+\s*=\s*")
_POSTS = frozenset({"tweets", "tweet", "community_tweet"})
_CONVERSATIONS = frozenset({"direct_messages", "direct_messages_group"})


class XArchive:
    """The owner is the brand: posts are outbound, direct messages by their sender."""

    name = "x-archive"

    def claims(self, source: Source) -> bool:
        """Every script of an archive, also those without messages, so that a whole archive can be given."""
        return _part(source) is not None

    def read(self, source: Source, options: ReadOptions) -> Iterator[Chunk]:
        """No chunk at all for a script that holds no messages."""
        part = _part(source)
        if part is None:
            raise FormatError(
                f"{source} is not a script of an X archive: it does not begin with window.YTD.",
                hint="Give the unpacked archive, its zip, or data/tweets.js out of it.",
            )
        if part not in _POSTS | _CONVERSATIONS:
            return
        document = read_document(source, _SCRIPT)
        listed = list(document.elements()) if document.is_array else [document]
        if part in _POSTS:
            take = _Posts(_owner(source, options.brands), _latest_versions(listed)).items
        else:
            take = _Conversations(_owner(source, frozenset())).items
        yield from gather(source, listed, take, what=WHAT, header=document.buffer[: document.start])


@dataclass(frozen=True, slots=True)
class _Owner:
    """Whose archive it is."""

    handle: str
    number: str


@dataclass(frozen=True, slots=True)
class _Posts:
    owner: _Owner
    latest: Mapping[str, str]

    def items(self, piece: Piece) -> Iterator[Item]:
        try:
            message = x.post_v1(_post_of(piece), self.owner.handle)
        except PayloadProblem as problem:
            yield piece.reject(problem.reason, problem.detail)
            return
        if message.external_id in self.latest:
            yield piece.reject("edited", "A later version of the post is in the same file.")
        else:
            message = to_latest(message, self.latest)
            yield replace(message, inbound=False, brand=self.owner.handle)


@dataclass(frozen=True, slots=True)
class _Conversations:
    owner: _Owner

    def items(self, piece: Piece) -> Iterator[Item]:
        conversation = piece.member("dmConversation")
        listed = conversation.member("messages") if conversation else None
        if conversation is None or listed is None:
            raise unknown(WHAT)
        name = optional_identity(mapping(conversation.value()).get("conversationId"))
        for part in listed.elements():
            yield self._item(part, name)

    def _item(self, piece: Piece, conversation: str | None) -> Item:
        try:
            created = mapping(piece.value()).get("messageCreate")
            if created is None:
                raise PayloadProblem("not-a-post", "The event is not the creation of a message.")
            handles = {self.owner.number: self.owner.handle}
            message = x.archived_direct_message(mapping(created), conversation, handles)
        except PayloadProblem as problem:
            return piece.reject(problem.reason, problem.detail)
        inbound = mapping(created).get("senderId") != self.owner.number
        return replace(message, inbound=inbound, brand=self.owner.handle)


def _post_of(piece: Piece) -> Payload:
    """Older archives lack the wrapping ``tweet``."""
    payload = mapping(piece.value())
    return mapping(payload.get("tweet", payload))


def _latest_versions(listed: list[Piece]) -> dict[str, str]:
    latest: dict[str, str] = {}
    for piece in listed:
        with suppress(PayloadProblem):
            post = _post_of(piece)
            note_versions(x.post_v1(post, "owner").external_id, x.edit_history(post), latest)
    return latest


def _part(source: Source) -> str | None:
    """What kind of script it is: ``tweets``, ``follower`` ..."""
    script = _SCRIPT.match(source.head().removeprefix(BOM_UTF8))
    return script[1].decode() if script else None


def _owner(source: Source, brands: frozenset[str]) -> _Owner:
    """From ``account.js`` beside the source; of posts alone it can also be said by naming one brand."""
    account = _account(source)
    handle, number = optional_text(account.get("username")), optional_identity(account.get("accountId"))
    if handle is not None and number is not None:
        return _Owner(handle, number)
    if len(brands) == 1:
        return _Owner(next(iter(brands)), "")
    raise FormatError(
        f"Nothing says whose archive {source} is from: there is no account.js beside it.",
        hint="Give the archive whole; for tweets.js alone, name its account as the only brand.",
    )


def _account(source: Source) -> Payload:
    beside = _beside(source, "account.js")
    if beside is None:
        return {}
    first = next(read_document(beside, _SCRIPT).elements(), None)
    with suppress(PayloadProblem):
        return mapping(mapping(first.value()).get("account")) if first else {}
    return {}


def _beside(source: Source, name: str) -> Source | None:
    """The file of this name in the same folder, or the member of the same archive."""
    if source.member is None:
        path = source.path.with_name(name)
        return Source(path) if path.is_file() else None
    member = str(PurePosixPath(source.member).with_name(name))
    with zipfile.ZipFile(source.path) as archive:
        return Source(source.path, member) if member in archive.namelist() else None
