"""Texts of Django and allauth at our doors that their catalogues lack in a language of ours.

Named here, they get into our catalogues, which stand in front of theirs. A test asks the forms for others.
"""

from django.utils.translation import gettext_noop as _
from django.utils.translation import ngettext_lazy

TEXTS = (
    _("Authenticator code"),
    _("Be patient, you are sending too many requests."),
    _("Code"),
    _("Current Password"),
    _("Email"),
    _("Email address"),
    _("Enter a valid email address."),
    _("Forgot your password?"),
    _("Incorrect code."),
    _("Incorrect password."),
    _("Invalid login."),
    _("Invalid or expired key."),
    _("New Password"),
    _("New Password (again)"),
    _("No file was submitted."),
    _("Please type your current password."),
    _("Remember Me"),
    _("The email address and/or password you specified are not correct."),
    _("The email address is not assigned to any user account."),
    _("The new value must be different from the current one."),
    _("The password is too similar to the %(verbose_name)s."),
    _("The password reset token was invalid."),
    _("This account is currently inactive."),
    _("This password is too common."),
    _("Too many failed login attempts. Try again later."),
    _("You cannot deactivate two-factor authentication."),
    _("You cannot generate recovery codes without having two-factor authentication enabled."),
    _("You must type the same password each time."),
    _("Your password can’t be a commonly used password."),
    _("Your password can’t be too similar to your other personal information."),
)
COUNTED = (
    ngettext_lazy(
        "Ensure this value has at most %(limit_value)d character (it has %(show_value)d).",
        "Ensure this value has at most %(limit_value)d characters (it has %(show_value)d).",
        "limit_value",
    ),
    ngettext_lazy(
        "This password is too short. It must contain at least %d character.",
        "This password is too short. It must contain at least %d characters.",
        "min_length",
    ),
    ngettext_lazy(
        "Your password must contain at least %(min_length)d character.",
        "Your password must contain at least %(min_length)d characters.",
        "min_length",
    ),
)
