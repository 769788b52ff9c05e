"""How people come in: the first owner, invitations, the language of this browser."""

import hmac
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth import login
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from careworth.desk import actions
from careworth.desk.actions.people import digest
from careworth.desk.models import Invitation
from careworth.web.forms import NewPerson, Owner
from careworth.web.page import public
from careworth.web.setup import end_setup_token, setup_token

_BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@public
@require_http_methods(["GET", "POST"])
def start(request: HttpRequest, token: str = "") -> HttpResponseBase:
    """Choose the owner. Only with the token that the server printed, only while there is no owner."""
    if actions.owner_exists():
        return redirect("home")
    wanted = setup_token()
    if wanted is None or not hmac.compare_digest(token.encode(), wanted.encode()):
        return render(request, "start_closed.html", status=403)
    form = Owner(request.POST or None)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        person = actions.choose_owner(said["email"], said["name"], said["password"], get_language() or "en")
        end_setup_token()
        login(request, person, backend=_BACKEND)
        return redirect("home")
    return render(request, "start.html", {"form": form})


@public
@require_http_methods(["GET", "POST"])
def join(request: HttpRequest, secret: str) -> HttpResponseBase:
    """Accept an invitation: once, while it lasts."""
    now = timezone.now()
    invitation = Invitation.objects.filter(digest=digest(secret)).first()
    if invitation is None or invitation.used_at is not None or invitation.expires_at <= now:
        return render(request, "join_closed.html", status=410)
    form = NewPerson(request.POST or None, address=invitation.email)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        person = actions.accept_invitation(
            invitation, said["name"], said["password"], get_language() or "en", now
        )
        login(request, person, backend=_BACKEND)
        return redirect("home")
    return render(request, "join.html", {"form": form, "invitation": invitation})


@public
@require_POST
def language(request: HttpRequest) -> HttpResponseBase:
    """Remember the language in this browser, and with the person who is signed in."""
    chosen = request.POST.get("language", "")
    if chosen not in dict(settings.LANGUAGES):
        raise Http404
    if request.user.is_authenticated:
        actions.save_profile(request.user, request.user.name, chosen)
    target = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(target, {request.get_host()}, request.is_secure())
    parts = urlsplit(target)
    response = redirect(
        f"{parts.path}?{parts.query}" if safe and parts.query else parts.path if safe else "/"
    )
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        chosen,
        max_age=365 * 24 * 3600,
        samesite="Lax",
        secure=settings.LANGUAGE_COOKIE_SECURE,
        httponly=True,
    )
    return response


@public
@require_GET
def health(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok\n", content_type="text/plain")
