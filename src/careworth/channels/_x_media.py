"""Pictures, films and places of posts and direct messages of X, in both generations of its interfaces."""

from collections.abc import Mapping
from typing import TypeAlias

from careworth.channels._values import Payload, mapping, mappings, optional_text, point, words
from careworth.terms import Attachment

Media: TypeAlias = Mapping[str, Payload]
"""What stands under ``includes.media`` of an answer, by its key."""

_KINDS = {"photo": "image", "video": "video", "animated_gif": "video"}


def attachments_v2(payload: Payload, media: Media) -> tuple[Attachment, ...]:
    """Those of a post or direct message of version 2, which names them by key, or holds them where a program
    has flattened the answer. Of those that the answer does not include not even the kind is known: they are
    left out.
    """
    held = payload.get("attachments")
    if not held:
        return ()
    keys = words(mapping(held).get("media_keys"))
    whole = mappings(mapping(held).get("media"))
    return tuple(map(_attachment, whole or [media[key] for key in keys if key in media]))


def attachments_v1(post: Payload) -> tuple[Attachment, ...]:
    """Those of a post of version 1.1; ``extended_entities`` hold all, ``entities`` the first."""
    whole = mapping(post.get("extended_tweet")) or post
    for key in ("extended_entities", "entities"):
        if found := mappings(mapping(whole.get(key)).get("media")):
            return tuple(map(_attachment, found))
    return ()


def attachments_of_data(data: Payload) -> tuple[Attachment, ...]:
    """That of a direct message of version 1.1 (``message_data``): it has one at most."""
    held = mapping(data.get("attachment"))
    if held.get("type") == "media":
        return (_attachment(mapping(held.get("media"))),)
    if held.get("type") == "location":
        return (_place(mapping(held.get("location"))),)
    return ()


def attachments_archived(message: Payload) -> tuple[Attachment, ...]:
    """Those of a direct message of an archive: bare addresses, of which only films tell what they are."""
    addresses = words(message.get("mediaUrls"))
    return tuple(Attachment("video" if "video" in one else "image", one) for one in addresses)


def media_of(listed: object) -> Media:
    """``includes.media`` by key."""
    return {str(one["media_key"]): one for one in mappings(listed) if "media_key" in one}


def _attachment(one: Payload) -> Attachment:
    address = _film(one) or optional_text(one.get("url" if "media_key" in one else "media_url_https"))
    alt = optional_text(one.get("alt_text")) or optional_text(one.get("ext_alt_text"))
    return Attachment(_KINDS.get(str(one.get("type")), "file"), address, alt)


def _film(one: Payload) -> str | None:
    """The finest version that is a file; a playlist has no rate."""
    versions = mappings(one.get("variants") or mapping(one.get("video_info")).get("variants"))
    rated = [(v.get("bit_rate", v.get("bitrate")), optional_text(v.get("url"))) for v in versions]
    files = [(rate, url) for rate, url in rated if isinstance(rate, int) and url is not None]
    return max(files)[1] if files else None


def _place(location: Payload) -> Attachment:
    """A place shared by its name, or a point."""
    shared = mapping(location.get("shared_place"))
    name = optional_text(mapping(shared.get("place")).get("full_name"))
    at = mapping(mapping(location.get("shared_coordinate")).get("coordinates")).get("coordinates")
    longitude, latitude = at if isinstance(at, list) and len(at) == 2 else (None, None)
    return Attachment("location", point(latitude, longitude), name)
