"""Mastodon and servers that speak its interface: statuses.

Ids and account names hold for the server that was asked: an account of that server has no domain.
"""

import re
from urllib.parse import urlsplit

from careworth.channels._html import text_of_html
from careworth.channels._problem import PayloadProblem
from careworth.channels._values import (
    Payload,
    identity,
    mapping,
    mappings,
    moment,
    optional_identity,
    optional_text,
    written,
)
from careworth.terms import Attachment, Deletion, IncomingMessage

CHANNEL = "mastodon"

_KINDS = {"image": "image", "video": "video", "gifv": "video", "audio": "audio"}

_MENTION = re.compile(r"(?<![\w@/.])@(\w+(?:[.-]\w+)*(?:@\w+(?:[.:-]\w+)*)?)")


def status(payload: Payload, thread_hint: str | None = None) -> IncomingMessage:
    """A status as message. A content warning stands as a paragraph of its own before the text.

    Raises PayloadProblem, among others ``reblog``: a boost says nothing of its own.
    """
    external_id = identity(payload.get("id"))
    if payload.get("reblog") is not None:
        raise PayloadProblem("reblog", "A boost repeats the status of another account.")
    account = mapping(payload.get("account"))
    author = optional_text(account.get("acct"))
    if author is None:
        raise PayloadProblem("missing-author", "The status has no account with a name (acct).")
    return IncomingMessage(
        channel=CHANNEL,
        external_id=external_id,
        author=author,
        sent_at=moment(payload.get("created_at"), "created_at"),
        text=_text(payload),
        parent_external_id=optional_identity(payload.get("in_reply_to_id")),
        thread_hint=thread_hint,
        private=payload.get("visibility") == "direct",
        automatic=account.get("bot") is True,
        language=optional_text(payload.get("language")),
        attachments=attachments(payload),
    )


def deletion(event: Payload) -> Deletion | None:
    """The status that an event of the streaming interface says was deleted; None for all other events."""
    if event.get("event") != "delete":
        return None
    return Deletion(CHANNEL, identity(event.get("payload"), "payload"))


def attachments(payload: Payload) -> tuple[Attachment, ...]:
    """The media of a status; of a kind that the server does not know either, a file."""
    return tuple(
        Attachment(
            _KINDS.get(str(one.get("type")), "file"),
            optional_text(one.get("url")) or optional_text(one.get("remote_url")),
            optional_text(one.get("description")),
        )
        for one in mappings(payload.get("media_attachments"))
    )


def names_of_author(payload: Payload) -> list[str]:
    """What the author may be called: as the server says it, and with the server's own domain."""
    account = mapping(payload.get("account"))
    return _names(account.get("acct"), account.get("url") or account.get("uri"))


def addressed(payload: Payload) -> list[str]:
    """What the mentioned accounts may be called, in the order of the mentions."""
    mentions = mappings(payload.get("mentions"))
    if mentions:
        return [name for m in mentions for name in _names(m.get("acct"), m.get("url"))]
    content = payload.get("content")
    return _MENTION.findall(text_of_html(content)) if isinstance(content, str) else []


def _text(payload: Payload) -> str:
    warning = optional_text(payload.get("spoiler_text"))
    text = text_of_html(written(payload.get("content")))
    return "\n\n".join(part for part in (warning and warning.strip(), text) if part)


def _names(account: object, url: object) -> list[str]:
    name = optional_text(account)
    if name is None:
        return []
    host = _host(url) if "@" not in name and isinstance(url, str) else ""
    return [name, f"{name}@{host}"] if host else [name]


def _host(url: str) -> str:
    try:
        return urlsplit(url).netloc
    except ValueError:
        return ""
