"""Writes about figures, reports, briefings and settings."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction

from careworth.desk.access import Action, allow
from careworth.desk.actions.audit import note
from careworth.desk.choices import CHOICES
from careworth.desk.models import Briefing, InputsVersion, Job, Person, Setting
from careworth.errors import InputError
from careworth.measures import BusinessHours
from careworth.measures import Question as ChecksZone
from careworth.worth import ReturnInputs


@transaction.atomic
def save_inputs(person: Person, text: str) -> InputsVersion:
    """Keep figures for the return that can be read; raises InputError for those that cannot."""
    allow(person, Action.EDIT_INPUTS)
    ReturnInputs.parse(text)
    saved = InputsVersion.objects.create(text=text, saved_by=person)
    note(person, "saved figures for the return", saved.pk)
    _ask(person, Job.Kind.COMPUTE, {})
    return saved


@transaction.atomic
def save_settings(person: Person, values: Mapping[str, str]) -> None:
    allow(person, Action.MANAGE_SETTINGS)
    zone, hours = values.get("zone", ""), values.get("hours", "").strip()
    if zone:
        ChecksZone(zone_name=zone)
    if hours:
        BusinessHours.parse(hours)
    for choice in CHOICES:
        if choice.name in values:
            value = values[choice.name].strip() or choice.default
            Setting.objects.update_or_create(name=choice.name, defaults={"value": value})
    note(person, "changed the settings", ", ".join(sorted(values)))
    _ask(person, Job.Kind.COMPUTE, {})


@transaction.atomic
def save_profile(person: Person, name: str, language: str) -> None:
    allow(person, Action.OWN_PROFILE)
    person.name, person.language = name, language
    person.save(update_fields=["name", "language"])
    note(person, "changed their profile")


@transaction.atomic
def ask_for_figures(person: Person) -> Job:
    allow(person, Action.IMPORT_DATA)
    return _ask(person, Job.Kind.COMPUTE, {})


@transaction.atomic
def ask_for_import(person: Person, order: Mapping[str, Any]) -> Job:
    """``order``: the folder of the upload, the names of the files, the format and the mapping."""
    allow(person, Action.IMPORT_DATA)
    return _ask(person, Job.Kind.IMPORT, order)


@transaction.atomic
def ask_for_report(person: Person, title: str, language: str) -> Job:
    allow(person, Action.MAKE_REPORTS)
    return _ask(person, Job.Kind.REPORT, {"title": title, "language": language})


def _ask(person: Person, kind: Job.Kind, order: Mapping[str, Any]) -> Job:
    job = Job.objects.create(kind=kind, order=dict(order), started_by=person)
    note(person, "asked for work", job.pk, kind=kind)
    return job


@transaction.atomic
def stop_job(person: Person, job: Job, now: datetime) -> None:
    """One that waits stops at once, one that runs at its next step, one that is over stays as it is."""
    allow(person, Action.SEE_JOBS)
    waiting = Job.objects.filter(pk=job.pk, state=Job.State.WAITING)
    running = Job.objects.filter(pk=job.pk, state=Job.State.RUNNING)
    stopped = waiting.update(state=Job.State.STOPPED, stop_asked=True, ended_at=now)
    if stopped or running.update(stop_asked=True):
        note(person, "stopped work", job.pk)


@transaction.atomic
def save_briefing(
    person: Person, *, title: str, every: str, recipients: list[str], language: str, first_at: datetime
) -> Briefing:
    allow(person, Action.BRIEF)
    if not recipients:
        raise InputError("A briefing needs somebody to go to.", hint="Write addresses, one a line.")
    made = Briefing.objects.create(
        title=title,
        every=every,
        recipients="\n".join(recipients),
        language=language,
        next_at=first_at,
        made_by=person,
    )
    note(person, "set up a briefing", title, every=every, recipients=len(recipients))
    return made


@transaction.atomic
def end_briefing(person: Person, briefing: Briefing) -> None:
    allow(person, Action.BRIEF)
    Briefing.objects.filter(pk=briefing.pk).update(active=False)
    note(person, "ended a briefing", briefing.title)


def after(moment: datetime, every: str, zone: ZoneInfo) -> datetime:
    """The next moment of a schedule at the same local time; a month without that day takes its last."""
    local = moment.astimezone(zone)
    if every == Briefing.Every.WEEK:
        naive = local.replace(tzinfo=None)
        return datetime.fromordinal(naive.toordinal() + 7).replace(
            hour=local.hour, minute=local.minute, tzinfo=zone
        )
    year, month = (local.year + 1, 1) if local.month == 12 else (local.year, local.month + 1)
    day = min(local.day, _days_in(year, month))
    return local.replace(year=year, month=month, day=day)


def _days_in(year: int, month: int) -> int:
    following = datetime(year + month // 12, month % 12 + 1, 1)  # noqa: DTZ001 - only counted
    return following.toordinal() - datetime(year, month, 1).toordinal()  # noqa: DTZ001
