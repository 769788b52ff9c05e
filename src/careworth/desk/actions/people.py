"""How people come in and what they may: the first owner, invitations, roles, tokens."""

import hashlib
import secrets
from datetime import datetime, timedelta

from django.core.exceptions import PermissionDenied
from django.db import transaction

from careworth.desk.access import GIVES, Action, allow
from careworth.desk.actions.audit import note
from careworth.desk.models import ApiToken, Invitation, Person, Role
from careworth.errors import InputError

INVITATION_LASTS = timedelta(days=7)
LONGEST_TOKEN = timedelta(days=366)


def digest(secret: str) -> str:
    """Secrets are long and random, so a plain digest is as good as a slow one."""
    return hashlib.sha256(secret.encode()).hexdigest()


def owner_exists() -> bool:
    return Person.objects.filter(role=Role.OWNER).exists()


@transaction.atomic
def choose_owner(email: str, name: str, password: str, language: str) -> Person:
    """The first person, who came with the token that the server printed. Works once."""
    if owner_exists():
        raise PermissionDenied("there is an owner")
    person = Person.objects.create_user(email, password, name=name, role=Role.OWNER, language=language)
    note(person, "became owner", person.email)
    return person


@transaction.atomic
def invite(person: Person, email: str, role: Role, now: datetime) -> str:
    """The secret of a new invitation, which is not kept and cannot be shown again."""
    allow(person, Action.MANAGE_PEOPLE)
    _may_give(person, role)
    address = email.strip().lower()
    if Person.objects.filter(email__iexact=address).exists():
        raise InputError("This person is here already.", hint="Change their role instead.")
    Invitation.objects.filter(email=address, used_at=None).delete()
    secret = secrets.token_urlsafe(32)
    expires = now + INVITATION_LASTS
    Invitation.objects.create(
        email=address, role=role, digest=digest(secret), invited_by=person, expires_at=expires
    )
    note(person, "invited", address, role=role)
    return secret


@transaction.atomic
def withdraw_invitation(person: Person, invitation: Invitation) -> None:
    allow(person, Action.MANAGE_PEOPLE)
    _may_give(person, Role(invitation.role))
    note(person, "withdrew an invitation", invitation.email)
    invitation.delete()


@transaction.atomic
def accept_invitation(
    invitation: Invitation, name: str, password: str, language: str, now: datetime
) -> Person:
    """The conditional update lets one of two simultaneous attempts in, not both."""
    open_still = Invitation.objects.filter(pk=invitation.pk, used_at=None, expires_at__gt=now)
    if not open_still.update(used_at=now):
        raise PermissionDenied("the invitation is used or over")
    person = Person.objects.create_user(
        invitation.email, password, name=name, role=invitation.role, language=language
    )
    note(person, "accepted an invitation", person.email, role=person.role)
    return person


@transaction.atomic
def change_person(person: Person, other: Person, role: Role, active: bool) -> None:
    """Change another's role or whether they may sign in. Nobody changes themselves."""
    allow(person, Action.MANAGE_PEOPLE)
    _may_give(person, Role(other.role))
    _may_give(person, role)
    if other.pk == person.pk:
        raise PermissionDenied("oneself")
    other.role, other.is_active = role, active
    other.save(update_fields=["role", "is_active"])
    note(person, "changed a person", other.email, role=role, active=active)


def _may_give(person: Person, role: Role) -> None:
    if role not in GIVES[Role(person.role)]:
        raise PermissionDenied(role)


@transaction.atomic
def make_token(person: Person, name: str, scope: str, days: int, now: datetime) -> str:
    """The token itself, which is not kept and cannot be shown again."""
    allow(person, Action.USE_TOKENS)
    lasts = min(timedelta(days=max(days, 1)), LONGEST_TOKEN)
    secret = f"careworth_{secrets.token_urlsafe(32)}"
    ApiToken.objects.create(
        person=person, name=name, scope=scope, digest=digest(secret), expires_at=now + lasts
    )
    note(person, "made a token", name, scope=scope, days=lasts.days)
    return secret


@transaction.atomic
def end_token(person: Person, token: ApiToken, now: datetime) -> None:
    if token.person_id != person.pk:
        allow(person, Action.MANAGE_PEOPLE)
    if ApiToken.objects.filter(pk=token.pk, ended_at=None).update(ended_at=now):
        note(person, "ended a token", token.name, of=token.person.email)


def token_holder(secret: str, now: datetime) -> ApiToken | None:
    """The token of a secret, if it counts still. When it was used is noted at most once a minute."""
    found = ApiToken.objects.select_related("person").filter(digest=digest(secret)).first()
    if found is None or found.ended_at is not None or found.expires_at <= now or not found.person.is_active:
        return None
    if found.last_used_at is None or now - found.last_used_at > timedelta(minutes=1):
        ApiToken.objects.filter(pk=found.pk).update(last_used_at=now)
    return found
