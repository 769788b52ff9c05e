"""Every read that pages and the API share. Who may read is asked first."""

from datetime import datetime

from django.db.models import QuerySet

from careworth.desk import place
from careworth.desk.access import GIVES, Action, allow
from careworth.desk.choices import chosen
from careworth.desk.figures import basis
from careworth.desk.models import (
    AuditEntry,
    Briefing,
    Dispatch,
    Figures,
    InputsVersion,
    Invitation,
    Job,
    LoyaltyFigures,
    Person,
    ReportMade,
    Role,
)
from careworth.facts.schema import BATCHES


def figures(person: Person, action: Action = Action.SEE_WORTH) -> Figures | None:
    """The newest figures, None before the first were computed."""
    allow(person, action)
    return Figures.objects.first()


def loyalty(person: Person) -> LoyaltyFigures | None:
    """What care did to customers as last computed; None where no version of the facts could tell."""
    allow(person, Action.SEE_LOYALTY)
    return LoyaltyFigures.objects.first()


def stale(found: Figures) -> bool:
    """Whether facts, inputs or settings have changed since these figures were computed."""
    return found.basis != current_basis() or found.version != place.store().version(BATCHES)


def computing() -> bool:
    """Whether figures are being computed, or will be as soon as what is before them is done."""
    return running_jobs().filter(kind=Job.Kind.COMPUTE).exists()


def current_basis() -> str:
    choices = chosen()
    return basis(current_inputs(), choices["hours"] or None, choices["zone"])


def current_inputs() -> str | None:
    newest = InputsVersion.objects.order_by("-id").first()
    return None if newest is None else newest.text


def inputs_history(person: Person) -> QuerySet[InputsVersion]:
    allow(person, Action.SEE_INPUTS)
    return InputsVersion.objects.select_related("saved_by").order_by("-id")


def reports(person: Person) -> QuerySet[ReportMade]:
    """Those that are finished: one that is being written has no version of the facts yet."""
    allow(person, Action.READ_REPORTS)
    return ReportMade.objects.filter(version__gte=0).select_related("made_by")


def people(person: Person) -> QuerySet[Person]:
    allow(person, Action.MANAGE_PEOPLE)
    return Person.objects.order_by("email")


def manageable(person: Person) -> QuerySet[Person]:
    """Whom a person may change: others, whose role they could hand out."""
    return people(person).filter(role__in=GIVES[Role(person.role)]).exclude(pk=person.pk)


def open_invitations(person: Person, now: datetime) -> QuerySet[Invitation]:
    allow(person, Action.MANAGE_PEOPLE)
    return Invitation.objects.filter(used_at=None, expires_at__gt=now).order_by("-id")


def audit_log(person: Person) -> QuerySet[AuditEntry]:
    allow(person, Action.SEE_AUDIT)
    return AuditEntry.objects.all()


def briefings(person: Person) -> QuerySet[Briefing]:
    allow(person, Action.BRIEF)
    return Briefing.objects.order_by("next_at")


def dispatches(person: Person) -> QuerySet[Dispatch]:
    allow(person, Action.BRIEF)
    return Dispatch.objects.select_related("briefing")


def running_jobs() -> QuerySet[Job]:
    return Job.objects.filter(state__in=(Job.State.WAITING, Job.State.RUNNING))
