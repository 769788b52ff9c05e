"""The words of the field, as types.

contact
    a handle that writes to us
customer
    a person in the company's books
channel
    a network: ``x``, ``mastodon``, ``bluesky`` ...
brand
    one of the company's own accounts on a channel
conversation
    the messages that belong together: on public networks a reply chain
message
    one thing that was written: *inbound* by a contact, *outbound* by the brand
request
    a message that asks for service
agent
    a person of the brand who answers, known by account or signature
measure, value
    our definition of a figure, and its number
"""

from dataclasses import dataclass
from datetime import datetime

NETWORKS = {
    "x": "X",
    "twitter": "Twitter",
    "mastodon": "Mastodon",
    "bluesky": "Bluesky",
    "whatsapp": "WhatsApp",
    "messenger": "Messenger",
    "instagram": "Instagram",
    "facebook": "Facebook",
    "telegram": "Telegram",
}
"""Channel -> how the network writes its name, in every language."""


@dataclass(frozen=True, slots=True)
class Deletion:
    """Word from a network that a message was taken back: its text is to be kept no longer."""

    channel: str
    external_id: str
    at: datetime | None = None
    """When it was taken back, aware and in UTC, where the network says."""


ATTACHMENT_KINDS = ("image", "video", "audio", "file", "location", "sticker")


@dataclass(frozen=True, slots=True)
class Attachment:
    """What a message holds beside its words. ``kind`` is one of ``ATTACHMENT_KINDS``."""

    kind: str
    address: str | None = None
    """Where it is: a URL (``geo:`` for a place), else the network's own name of the file."""
    alt: str | None = None
    """Words that stand for it: a description, the name of a file or place."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IncomingMessage:
    """One message as a network or an export gives it, before it is stored.

    Ids are text, whatever the network calls them: X ids do not fit a float and Bluesky ids are
    addresses. ``sent_at`` is aware and in UTC. What the source does not say is ``None``.
    """

    channel: str
    external_id: str
    author: str
    sent_at: datetime
    text: str
    inbound: bool | None = None
    """True when a contact wrote it, False when the brand did, None when only the handles can tell."""
    parent_external_id: str | None = None
    """The message that this one replies to, in the same channel."""
    thread_hint: str | None = None
    """The network's own name for the conversation, where it has one."""
    brand: str | None = None
    """Outbound: the account that wrote. Inbound: the account that was addressed."""
    agent: str | None = None
    private: bool = False
    automatic: bool = False
    """Written by a program, such as an automatic greeting; counted apart from people."""
    language: str | None = None
    tags: tuple[str, ...] = ()
    """What people tagged it with in the tool it comes from, for example ``service``."""
    handling_seconds: float | None = None
    """Time an agent spent on it, where the tool measured that."""
    attachments: tuple[Attachment, ...] = ()
