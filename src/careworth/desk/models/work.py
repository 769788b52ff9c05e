"""Long work, and briefings that go out by themselves."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from careworth.desk.models.people import Person


class Job(models.Model):
    """Work that takes longer than a page may. A row is the queue, the progress and the history."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        RUNNING = "running", _("Running")
        DONE = "done", _("Done")
        FAILED = "failed", _("Failed")
        STOPPED = "stopped", _("Stopped")

    class Kind(models.TextChoices):
        COMPUTE = "compute", _("Compute the figures")
        IMPORT = "import", _("Import conversations")
        REPORT = "report", _("Make a report")
        LOYALTY = "loyalty", _("Compute loyalty")

    kind = models.CharField(max_length=12, choices=Kind.choices)
    order = models.JSONField(default=dict)
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING, db_index=True)
    done = models.BigIntegerField(default=0)
    stop_asked = models.BooleanField(default=False)
    result = models.JSONField(default=dict)
    problem = models.TextField(blank=True)
    hint = models.TextField(blank=True)
    started_by = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="jobs")
    asked_at = models.DateTimeField(auto_now_add=True)
    began_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-id",)

    @property
    def over(self) -> bool:
        return self.state not in (self.State.WAITING, self.State.RUNNING)


class Briefing(models.Model):
    """A report that is mailed at a fixed time of a week or month."""

    class Every(models.TextChoices):
        WEEK = "week", _("Every week")
        MONTH = "month", _("Every month")

    title = models.CharField(max_length=120)
    every = models.CharField(max_length=8, choices=Every.choices)
    recipients = models.TextField(help_text="Addresses, one a line.")
    language = models.CharField(max_length=8)
    next_at = models.DateTimeField()
    active = models.BooleanField(default=True)
    made_by = models.ForeignKey(Person, models.SET_NULL, null=True)


class Dispatch(models.Model):
    """What was sent to whom: one row a recipient; ``problem`` says why it did not go out."""

    briefing = models.ForeignKey(Briefing, models.CASCADE, related_name="dispatches")
    at = models.DateTimeField(auto_now_add=True)
    recipient = models.EmailField()
    subject = models.CharField(max_length=200)
    digest = models.CharField(max_length=64)
    problem = models.TextField(blank=True)

    class Meta:
        ordering = ("-id",)
