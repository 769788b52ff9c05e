"""The audit log is written here and nowhere else."""

from contextvars import ContextVar
from typing import Any

from careworth.desk.models import AuditEntry, Person

ASKED_FROM: ContextVar[str | None] = ContextVar("asked_from", default=None)
"""The network address of who asks, set for the time of a request; None for what the server does by itself."""


def note(person: Person | None, deed: str, about: object = "", **detail: Any) -> AuditEntry:
    """Add a line. ``detail`` holds no secret and no message of a customer's."""
    return AuditEntry.objects.create(
        person=person,
        email=person.email if person is not None else "",
        deed=deed,
        about=str(about)[:200],
        detail=detail,
        address=ASKED_FROM.get(),
    )
