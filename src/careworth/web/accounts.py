"""How allauth behaves here: nobody signs up by themselves; what happens to accounts is noted."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.signals import password_changed, password_reset
from allauth.mfa.signals import authenticator_added, authenticator_removed, authenticator_reset
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.dispatch import receiver
from django.http import HttpRequest

from careworth.desk.actions import note


class Accounts(DefaultAccountAdapter):  # type: ignore[misc]  # allauth has no types
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False


class Elsewhere(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """Signing in with the company's own server opens no account: somebody has to have been invited."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        return False


@receiver(user_logged_in)
def _in(sender: object, request: HttpRequest, user: Any, **_: Any) -> None:
    note(user, "signed in")


@receiver(user_logged_out)
def _out(sender: object, request: HttpRequest, user: Any, **_: Any) -> None:
    if user is not None:
        note(user, "signed out")


@receiver(user_login_failed)
def _failed(sender: object, credentials: dict[str, Any], **_: Any) -> None:
    note(None, "failed to sign in", credentials.get("email") or credentials.get("username") or "")


@receiver([password_changed, password_reset])
def _password(sender: object, user: Any, **_: Any) -> None:
    note(user, "changed their password")


@receiver([authenticator_added, authenticator_reset])
def _added(sender: object, user: Any, **_: Any) -> None:
    note(user, "added a second factor")


@receiver(authenticator_removed)
def _removed(sender: object, user: Any, **_: Any) -> None:
    note(user, "removed a second factor")
