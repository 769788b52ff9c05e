"""What the pages show of the proof: figures computed once per state of the facts, and what they rest on."""

from django.db import models

from careworth.desk.models.people import Person


class Setting(models.Model):
    """A choice of the owner's; ``careworth.desk.choices`` says which there are."""

    name = models.CharField(max_length=40, primary_key=True)
    value = models.TextField()


class InputsVersion(models.Model):
    """The company's figures for the return, as a TOML text. The newest counts; none is ever changed."""

    text = models.TextField()
    saved_at = models.DateTimeField(auto_now_add=True)
    saved_by = models.ForeignKey(Person, models.SET_NULL, null=True)


class Figures(models.Model):
    """Everything that the pages show of one state of the facts, computed once.

    ``basis`` is the digest of the inputs, the calendar and the zone it was computed with.
    """

    version = models.BigIntegerField()
    basis = models.CharField(max_length=64)
    computed_at = models.DateTimeField(auto_now_add=True)
    content = models.JSONField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("version", "basis"), name="figures_once"),)
        ordering = ("-id",)


class ReportMade(models.Model):
    """A board report that was made, in a folder of its own under the data."""

    title = models.CharField(max_length=200)
    language = models.CharField(max_length=8)
    version = models.BigIntegerField()
    digest = models.CharField(max_length=64)
    headline = models.TextField()
    made_at = models.DateTimeField(auto_now_add=True)
    made_by = models.ForeignKey(Person, models.SET_NULL, null=True)

    class Meta:
        ordering = ("-id",)


class LoyaltyFigures(models.Model):
    """What care did to customers, computed once per version of the facts; ``content``: its plain values."""

    version = models.BigIntegerField(unique=True)
    computed_at = models.DateTimeField(auto_now_add=True)
    content = models.JSONField()

    class Meta:
        ordering = ("-version",)
