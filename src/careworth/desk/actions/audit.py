"""The audit log is written here and nowhere else."""

from typing import Any

from careworth.desk.models import AuditEntry, Person


def note(person: Person | None, deed: str, about: object = "", **detail: Any) -> AuditEntry:
    """Add a line. ``detail`` holds no secret and no message of a customer's."""
    return AuditEntry.objects.create(
        person=person,
        email=person.email if person is not None else "",
        deed=deed,
        about=str(about)[:200],
        detail=detail,
    )
