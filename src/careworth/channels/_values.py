"""Single values of a payload, checked: every network leaves some out or sends another type."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from careworth.channels._problem import PayloadProblem

Payload = Mapping[str, Any]

LARGEST_SAFE_INTEGER = 2**53
"""Above this a number that went through JavaScript has lost digits."""

_EPOCH = datetime.fromtimestamp(0, UTC)
_MILLISECONDS = 10**11
"""From here on a number cannot be meant in seconds (the year 5138): it is in milliseconds."""

_MOMENT = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d")


def mapping(value: object) -> Payload:
    """The object itself, or an empty one for anything else."""
    return value if isinstance(value, (dict, Mapping)) else {}  # a dict is known at once, a Mapping is not


def mappings(value: object) -> list[Payload]:
    """The objects of a list; none for anything else."""
    return [item for item in value if isinstance(item, Mapping)] if isinstance(value, list) else []


def words(value: object) -> list[str]:
    """The texts of a list; none for anything else."""
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []


def optional_text(value: object) -> str | None:
    """A text that is not blank, else ``None``."""
    return value if isinstance(value, str) and value.strip() and "\0" not in value else None


def optional_epoch(value: object) -> datetime | None:
    """As ``epoch``, ``None`` for what is no moment."""
    try:
        return epoch(value)
    except PayloadProblem:
        return None


def optional_moment(value: object) -> datetime | None:
    """As ``moment``, ``None`` for what is no moment."""
    try:
        return moment(value)
    except PayloadProblem:
        return None


def point(latitude: object, longitude: object) -> str | None:
    """The address of a place on the earth (RFC 5870), in degrees; None when one of them is no number."""
    if isinstance(latitude, int | float) and isinstance(longitude, int | float):
        return f"geo:{latitude},{longitude}"
    return None


def identity(value: object, what: str = "id") -> str:
    """An id as text with all its digits. Raises PayloadProblem ``missing-id`` or ``bad-id``."""
    if value is None or value == "":
        raise PayloadProblem("missing-id", f"The object has no {what}.")
    if isinstance(value, int) and not isinstance(value, bool):
        if not 0 <= value <= LARGEST_SAFE_INTEGER:
            raise PayloadProblem(
                "bad-id", f"The {what} is a number that may have lost digits; it must be text."
            )
        return str(value)
    text = optional_text(value)
    if text is None:
        raise PayloadProblem("bad-id", f"The {what} is not text.")
    return text.strip()


def optional_identity(value: object) -> str | None:
    """An id as text, ``None`` when it is absent or cannot be trusted."""
    if value is None:  # so often that an exception would cost more than the rest of the message
        return None
    try:
        return identity(value)
    except PayloadProblem:
        return None


def written(value: object) -> str:
    """What somebody wrote; empty is allowed, for a picture alone is a message too."""
    if value is None:
        raise PayloadProblem("missing-text", "The object has no text.")
    if not isinstance(value, str):
        raise PayloadProblem("bad-text", "The text is not a string.")
    if "\0" in value:
        raise PayloadProblem("nul-bytes", "The text holds a NUL character, which no database keeps.")
    return value


def moment(value: object, what: str = "date") -> datetime:
    """A date and time of ISO 8601 in UTC; one without a zone is in UTC already.

    Digits beyond the microsecond are cut. Raises PayloadProblem ``missing-date`` or ``bad-date``.
    """
    if value is None:
        raise PayloadProblem("missing-date", f"The object has no {what}.")
    if isinstance(value, str) and _MOMENT.match(value):
        try:
            parsed = datetime.fromisoformat(value.upper())
            return parsed.replace(tzinfo=UTC) if parsed.tzinfo is None else parsed.astimezone(UTC)
        except (ValueError, OverflowError):
            pass
    raise PayloadProblem("bad-date", f"The {what} is not a date and time of ISO 8601.")


def epoch(value: object, what: str = "date") -> datetime:
    """A number of seconds or milliseconds since 1970, as a number or as text, in UTC.

    Raises PayloadProblem ``missing-date`` or ``bad-date``.
    """
    if value is None:
        raise PayloadProblem("missing-date", f"The object has no {what}.")
    digits = value if isinstance(value, str) else str(value) if type(value) is int else ""
    if digits.isascii() and digits.isdigit() and len(digits) <= 15:
        number = int(digits)
        return _EPOCH + timedelta(milliseconds=number if number >= _MILLISECONDS else 1000 * number)
    raise PayloadProblem("bad-date", f"The {what} is not a number of seconds or milliseconds since 1970.")
