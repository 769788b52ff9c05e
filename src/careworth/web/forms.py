"""Forms. They check shape; what may be done is decided in ``careworth.desk.actions``."""

from datetime import timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth.password_validation import password_validators_help_texts, validate_password
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from careworth.desk.choices import CHOICES
from careworth.desk.models import ApiToken, Briefing, Person, Role
from careworth.errors import CareworthError


def _password(autocomplete: str = "new-password") -> forms.CharField:
    widget = forms.PasswordInput(attrs={"autocomplete": autocomplete})
    return forms.CharField(label=_("Password"), widget=widget, strip=False, max_length=200)


class _Coming(forms.Form):
    """Name and password of somebody who comes in."""

    name = forms.CharField(
        label=_("Name"), max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name", "dir": "auto"})
    )
    password = _password()

    def __init__(self, *args: Any, address: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.address = address
        self.fields["password"].help_text = " ".join(map(str, password_validators_help_texts()))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        email = cleaned.get("email", self.address)
        if password := cleaned.get("password"):
            try:
                validate_password(password, Person(email=email, name=cleaned.get("name", "")))
            except forms.ValidationError as problem:
                self.add_error("password", problem)
        return cleaned


class NewPerson(_Coming):
    """Who was invited: the address is known."""


class Owner(_Coming):
    email = forms.EmailField(
        label=_("E-mail address"), widget=forms.EmailInput(attrs={"autocomplete": "email", "dir": "ltr"})
    )
    field_order = ("name", "email", "password")


class Invite(forms.Form):
    email = forms.EmailField(label=_("E-mail address"), widget=forms.EmailInput(attrs={"dir": "ltr"}))
    role = forms.ChoiceField(label=_("Role"))

    def __init__(self, *args: Any, roles: list[Role], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"].initial = Role.VIEWER
        self.fields["role"].choices = [(role.value, role.label) for role in roles]  # type: ignore[attr-defined]


class Token(forms.Form):
    name = forms.CharField(label=_("What it is for"), max_length=80)
    scope = forms.ChoiceField(label=_("It may"), choices=ApiToken.Scope.choices)
    days = forms.IntegerField(label=_("Days until it ends"), min_value=1, max_value=366, initial=90)


class Profile(forms.Form):
    name = forms.CharField(
        label=_("Name"), max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name", "dir": "auto"})
    )
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)


class Settings(forms.Form):
    """One field for each choice, see ``careworth.desk.choices``."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for choice in CHOICES:
            widget = (
                forms.Textarea(attrs={"rows": 10, "dir": "ltr", "class": "code"}) if choice.long else None
            )
            self.fields[choice.name] = forms.CharField(
                label=str(choice.label),
                help_text=str(choice.help),
                required=False,
                max_length=20_000,
                widget=widget or forms.TextInput(attrs={"dir": "auto"}),
            )


class Inputs(forms.Form):
    text = forms.CharField(
        label=_("Figures, in TOML"),
        max_length=200_000,
        widget=forms.Textarea(attrs={"rows": 24, "dir": "ltr", "class": "code", "spellcheck": "false"}),
    )


class ReportOrder(forms.Form):
    title = forms.CharField(label=_("Title"), max_length=200, widget=forms.TextInput(attrs={"dir": "auto"}))
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)


class BriefingOrder(forms.Form):
    title = forms.CharField(label=_("Title"), max_length=120, widget=forms.TextInput(attrs={"dir": "auto"}))
    every = forms.ChoiceField(label=_("How often"), choices=Briefing.Every.choices)
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)
    first = forms.DateTimeField(
        label=_("First time, UTC"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local", "dir": "ltr"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"],
    )
    recipients = forms.CharField(
        label=_("To, one address a line"),
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 4, "dir": "ltr"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["first"].initial = timezone.now().replace(minute=0, second=0) + timedelta(days=1)

    def clean_recipients(self) -> list[str]:
        check = forms.EmailField()
        lines = [line.strip() for line in self.cleaned_data["recipients"].splitlines()]
        return [check.clean(line) for line in dict.fromkeys(lines) if line]


class _Files(forms.ClearableFileInput):
    allow_multiple_selected = True


class ManyFiles(forms.FileField):
    widget = _Files

    def clean(self, data: Any, initial: Any = None) -> Any:
        return [super(ManyFiles, self).clean(one, initial) for one in (data or [None])]


class Import(forms.Form):
    holds = forms.ChoiceField(
        label=_("What they hold"),
        choices=(("messages", _("Conversations")), ("records", _("The company’s records"))),
        help_text=_(
            "Records are what other systems know of customers: files named customers, identities, and so on."
        ),
    )
    exports = ManyFiles(label=_("Files"), help_text=_("Exports as they are: CSV, JSON, also as .gz or .zip."))
    mapping = forms.FileField(
        label=_("Mapping"),
        required=False,
        help_text=_("For a table of your own: a TOML file that says which column is what."),
    )
    brands = forms.CharField(
        label=_("Your accounts"),
        required=False,
        max_length=500,
        help_text=_("Needed for exports that do not say which messages are yours. Separate them by commas."),
        widget=forms.TextInput(attrs={"dir": "ltr"}),
    )

    def clean_brands(self) -> list[str]:
        names = self.cleaned_data["brands"].split(",")
        return [name.strip().lstrip("@").lower() for name in names if name.strip()]


def problem(form: forms.Form, error: CareworthError) -> None:
    """Show an error of ours at the top of a form."""
    form.add_error(None, f"{error.sentence} {error.hint}".strip())
