"""Briefings that are due: a report is made, mailed to everybody on the list, and each mail is noted."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils import translation

from careworth.desk import mail, place
from careworth.desk.actions.audit import note
from careworth.desk.actions.proof import after
from careworth.desk.choices import chosen
from careworth.desk.jobs import make_report
from careworth.desk.models import Briefing, Dispatch
from careworth.errors import CareworthError


def send_due(now: datetime) -> int:
    """How many briefings went out. Moving the next time first is the claim: nobody gets one twice."""
    sent = 0
    zone = ZoneInfo(chosen()["zone"])
    for briefing in Briefing.objects.filter(active=True, next_at__lte=now).order_by("next_at"):
        following = briefing.next_at
        while following <= now:
            following = after(following, briefing.every, zone)
        claimed = Briefing.objects.filter(pk=briefing.pk, next_at=briefing.next_at, active=True)
        if claimed.update(next_at=following):
            _send(briefing)
            sent += 1
    return sent


def _send(briefing: Briefing) -> None:
    recipients = briefing.recipients.split()
    try:
        with translation.override(briefing.language):
            made = make_report(briefing.title, briefing.language)
    except CareworthError as problem:
        _note(briefing, recipients, "", problem.sentence)
        return
    for recipient in recipients:
        problem_text = ""
        try:
            mail.briefing(recipient, briefing.title, made.headline, place.report_folder(made.pk))
        except OSError as problem:  # smtplib's errors are OSErrors
            problem_text = str(problem)
        _note(briefing, [recipient], made.digest, problem_text)
    note(briefing.made_by, "sent a briefing", briefing.title, recipients=len(recipients))


def _note(briefing: Briefing, recipients: list[str], digest: str, problem: str) -> None:
    Dispatch.objects.bulk_create(
        Dispatch(
            briefing=briefing, recipient=recipient, subject=briefing.title, digest=digest, problem=problem
        )
        for recipient in recipients
    )
