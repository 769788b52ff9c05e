"""Files that prove answers: taken in with limits, kept under names of ours, removed by who brought them."""

import hashlib
import secrets
from collections.abc import Iterable
from pathlib import PurePath

from django.core.exceptions import PermissionDenied
from django.db import transaction

from careworth.desk import place
from careworth.desk.access import Action, allow, may
from careworth.desk.actions.audit import note
from careworth.desk.models import EvidenceFile, PeersVersion, Person
from careworth.errors import InputError
from careworth.maturity import ITEMS, parse_peers
from careworth.shapes import known

LARGEST = 10_000_000
"""Bytes of one file."""
MOST = 200
"""Files of one installation's checklist."""
BEGINNINGS = {
    ".pdf": (b"%PDF-",),
    ".png": (b"\x89PNG\r\n\x1a\n",),
    ".jpg": (b"\xff\xd8\xff",),
    ".jpeg": (b"\xff\xd8\xff",),
    ".docx": (b"PK\x03\x04",),
    ".xlsx": (b"PK\x03\x04",),
    ".pptx": (b"PK\x03\x04",),
    ".odt": (b"PK\x03\x04",),
    ".ods": (b"PK\x03\x04",),
    ".csv": (),
    ".txt": (),
    ".md": (),
}
"""Ending -> how such a file begins; texts have no mark, but hold no zero byte."""


@transaction.atomic
def keep_evidence(person: Person, item: str, name: str, chunks: Iterable[bytes]) -> EvidenceFile:
    """Keep an uploaded file for an item. Raises InputError for one that is too large or of another kind."""
    allow(person, Action.ANSWER_MATURITY)
    known([item], ITEMS, "items")
    shown = PurePath(name.replace("\\", "/")).name[-200:] or "file"
    if EvidenceFile.objects.count() >= MOST:
        raise InputError(f"{MOST} files are kept already.", hint="Remove some before you bring more.")
    content = _read(shown, chunks)
    _check(shown, content)
    key = secrets.token_hex(16)
    target = place.evidence_file(key)
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(content)
    kept = EvidenceFile.objects.create(
        item=item,
        name=shown,
        key=key,
        size=len(content),
        digest=hashlib.sha256(content).hexdigest(),
        person=person,
        by=str(person),
    )
    note(person, "brought evidence", shown, item=item)
    return kept


def _read(name: str, chunks: Iterable[bytes]) -> bytes:
    content = bytearray()
    for chunk in chunks:
        content += chunk
        if len(content) > LARGEST:
            raise InputError(f"{name} is larger than 10 MB.", hint="Bring a smaller file, or a link to it.")
    return bytes(content)


def _check(name: str, content: bytes) -> None:
    """Whether the content is what the ending says."""
    ending = PurePath(name).suffix.lower()
    marks = BEGINNINGS.get(ending)
    if marks is None:
        kinds = ", ".join(sorted(one.removeprefix(".") for one in BEGINNINGS))
        raise InputError(f"{name} is of a kind that is not taken.", hint=f"Kinds are {kinds}.")
    if (marks and not content.startswith(marks)) or (not marks and b"\0" in content):
        raise InputError(f"{name} is not what its ending says.", hint="Save it again from its program.")


@transaction.atomic
def remove_evidence(person: Person, file: EvidenceFile) -> None:
    """Who brought a file removes it, and whoever manages people."""
    allow(person, Action.ANSWER_MATURITY)
    if not may_remove(person, file):
        raise PermissionDenied("somebody else's file")
    note(person, "removed evidence", file.name, item=file.item)
    key = file.key
    file.delete()
    transaction.on_commit(lambda: place.evidence_file(key).unlink(missing_ok=True))


def may_remove(person: Person, file: EvidenceFile) -> bool:
    own = file.person_id == person.pk and may(person, Action.ANSWER_MATURITY)
    return own or may(person, Action.MANAGE_PEOPLE)


@transaction.atomic
def save_peers(person: Person, text: str) -> PeersVersion:
    """Keep where others stand; raises InputError for what cannot be read."""
    allow(person, Action.EDIT_PLAN)
    parse_peers(text)
    saved = PeersVersion.objects.create(text=text, saved_by=person)
    note(person, "saved the peers", saved.pk)
    return saved
