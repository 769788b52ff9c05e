"""Where the company stands and what it plans: answers, the path over time, versions of the plan."""

from django.db import models

from careworth.desk.models.people import Person


class MaturityAnswer(models.Model):
    """One person's level for one item; ``by`` stays when the person goes."""

    person = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="answers")
    by = models.CharField(max_length=254)
    department = models.CharField(max_length=120, blank=True)
    item = models.CharField(max_length=60)
    level = models.PositiveSmallIntegerField()
    evidence = models.TextField(blank=True)
    saved_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("person", "item"), name="one_answer_a_person"),)
        ordering = ("item", "id")


class MaturityDay(models.Model):
    """Where the answers of a day placed the company: the path over time."""

    on = models.DateField(unique=True)
    investment = models.FloatField()
    innovation = models.FloatField()

    class Meta:
        ordering = ("on",)


class PlanVersion(models.Model):
    """The plan as a TOML text. The newest counts; none is ever changed."""

    text = models.TextField()
    saved_at = models.DateTimeField(auto_now_add=True)
    saved_by = models.ForeignKey(Person, models.SET_NULL, null=True)


class StandingFigures(models.Model):
    """What the facts say for maturity and plan, computed once per version of the facts and of the plan."""

    version = models.BigIntegerField()
    plan = models.ForeignKey(PlanVersion, models.CASCADE, null=True)
    content = models.JSONField()


class PeersVersion(models.Model):
    """Where others stand, as a TOML text. The newest counts; none is ever changed."""

    text = models.TextField()
    saved_at = models.DateTimeField(auto_now_add=True)
    saved_by = models.ForeignKey(Person, models.SET_NULL, null=True)


class EvidenceFile(models.Model):
    """A file that proves an answer. It lies under the data as ``key``, a random name nobody chooses."""

    item = models.CharField(max_length=60)
    name = models.CharField(max_length=200)
    key = models.CharField(max_length=32, unique=True)
    size = models.BigIntegerField()
    digest = models.CharField(max_length=64)
    person = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="evidence")
    by = models.CharField(max_length=254)
    uploaded_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("item", "id")
