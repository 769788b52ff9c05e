"""Facebook: posts on a page and comments below them, as Meta delivers them to webhooks (field ``feed``)."""

from collections.abc import Iterator

from careworth.channels._problem import PayloadProblem
from careworth.channels._values import (
    Payload,
    epoch,
    identity,
    mapping,
    optional_epoch,
    optional_identity,
    optional_text,
    words,
)
from careworth.terms import Attachment, Deletion, IncomingMessage

CHANNEL = "facebook"

_POSTS = frozenset({"post", "status", "photo", "video", "share"})
_OTHER_VERBS = {
    "edited": ("edited", "It changes an earlier text; the first version stays."),
    "edit": ("edited", "It changes an earlier text; the first version stays."),
}


def post(value: Payload, account: str) -> IncomingMessage:
    """A post or comment that was added; ``account`` is the number of the page.

    A comment of a customer right below a post opens a conversation: below a post of the page stand comments
    of many people who have nothing to do with each other. The page's own comment there answers the post.
    Raises PayloadProblem: ``reaction``, ``edited``, ``not-a-post``.
    """
    _refuse_others(value)
    writer = optional_identity(mapping(value.get("from")).get("id"))
    if writer is None:
        raise PayloadProblem("missing-author", "It does not say who wrote it.")
    comment = _is_comment(value)
    inbound = writer != account
    parent = optional_identity(value.get("parent_id")) if comment else None
    opens = inbound and parent == optional_identity(value.get("post_id"))
    return IncomingMessage(
        channel=CHANNEL,
        external_id=_identity(value),
        author=writer,
        sent_at=epoch(value.get("created_time"), "created_time"),
        text=optional_text(value.get("message")) or "",
        inbound=inbound,
        parent_external_id=None if opens else parent,
        brand=account,
        attachments=tuple(_attachments(value)),
    )


def deletion(value: Payload) -> Deletion | None:
    """The post or comment that was removed; None for all else, such as reactions that were taken back."""
    if value.get("verb") != "remove" or not (_is_comment(value) or str(value.get("item")) in _POSTS):
        return None
    return Deletion(CHANNEL, _identity(value), optional_epoch(value.get("created_time")))


def _is_comment(value: Payload) -> bool:
    return value.get("item") == "comment"


def _identity(value: Payload) -> str:
    return identity(value.get("comment_id" if _is_comment(value) else "post_id"))


def _attachments(value: Payload) -> Iterator[Attachment]:
    """Photos and films. Of a post with one of them ``link`` is its address, of others that of a page."""
    item = value.get("item")
    photos = words(value.get("photos")) or words([value.get("photo")])
    if not photos and item == "photo":
        photos = words([value.get("link")])
    yield from (Attachment("image", photo) for photo in photos)
    film = optional_text(value.get("video")) or (item == "video" and optional_text(value.get("link")))
    if film:
        yield Attachment("video", film)


def _refuse_others(value: Payload) -> None:
    item, verb = optional_text(value.get("item")), optional_text(value.get("verb"))
    if item in ("reaction", "like"):
        raise PayloadProblem("reaction", "Somebody reacts to a post or comment.")
    if verb in _OTHER_VERBS:
        raise PayloadProblem(*_OTHER_VERBS[verb])
    if verb != "add" or not (item == "comment" or item in _POSTS):
        raise PayloadProblem("not-a-post", "It is neither a new post nor a new comment.")
