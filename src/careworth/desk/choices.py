"""What the owner can choose about the installation, as data."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from careworth.desk.models import Setting


@dataclass(frozen=True, slots=True)
class Choice:
    name: str
    label: str | Promise
    help: str | Promise
    default: str = ""
    long: bool = False


CHOICES = (
    Choice("company", _("Company"), _("Stands on every page and report.")),
    Choice("zone", _("Time zone"), _("Days and weeks begin in it, such as Asia/Jakarta."), "UTC"),
    Choice("notice", _("Notice"), _("A sentence at the top of pages and reports, such as: simulated data.")),
    Choice(
        "hours",
        _("Business hours"),
        _("A calendar in TOML. Waits then run on its clock. Empty: the clock on the wall."),
        long=True,
    ),
)


def chosen() -> dict[str, str]:
    """Name -> value; the default where nothing was chosen."""
    said = dict(Setting.objects.values_list("name", "value"))
    return {choice.name: said.get(choice.name, choice.default) for choice in CHOICES}
