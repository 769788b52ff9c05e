"""What a page is: a view with the one action that it needs. A test holds that no page lacks it."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeAlias, cast

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import get_language, get_language_bidi
from django.utils.translation import gettext_lazy as _

from careworth.desk.access import Action, allow, may
from careworth.desk.choices import chosen
from careworth.desk.models import Person

P = ParamSpec("P")
View: TypeAlias = Callable[Concatenate[HttpRequest, P], HttpResponseBase]

PUBLIC = "public"


def page(action: Action) -> Callable[[View[P]], View[P]]:
    """Only for those who are signed in and may do ``action``."""

    def decorate(view: View[P]) -> View[P]:
        @wraps(view)
        def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            allow(somebody(request), action)
            return view(request, *args, **kwargs)

        guarded.action = action  # type: ignore[attr-defined]
        return cast(View[P], guarded)

    return decorate


def public(view: View[P]) -> View[P]:
    """For everybody. Rare, and said out loud."""
    view.action = PUBLIC  # type: ignore[attr-defined]
    return view


def somebody(request: HttpRequest) -> Person:
    """Who asks. Only for pages that demand somebody who is signed in."""
    return cast(Person, request.user)


@dataclass(frozen=True, slots=True)
class Link:
    """A place in the menu: where it leads, its name, and what a person must be allowed to do."""

    view: str
    title: str | Promise
    action: Action


MENU: tuple[tuple[str | Promise, tuple[Link, ...]], ...] = (
    (
        _("Prove"),
        (
            Link("home", _("Worth"), Action.SEE_WORTH),
            Link("measures", _("Measures"), Action.SEE_MEASURES),
            Link("loyalty", _("Loyalty"), Action.SEE_LOYALTY),
            Link("sources", _("Sources"), Action.SEE_SOURCES),
            Link("inputs", _("Figures you state"), Action.SEE_INPUTS),
        ),
    ),
    (
        _("Plan"),
        (
            Link("maturity", _("Maturity"), Action.SEE_MATURITY),
            Link("plan", _("Plan"), Action.SEE_PLAN),
        ),
    ),
    (
        _("Tell"),
        (
            Link("reports", _("Reports"), Action.READ_REPORTS),
            Link("briefings", _("Briefings"), Action.BRIEF),
        ),
    ),
    (
        _("Run"),
        (
            Link("import", _("Import"), Action.IMPORT_DATA),
            Link("jobs", _("Work in progress"), Action.SEE_JOBS),
            Link("people", _("People"), Action.MANAGE_PEOPLE),
            Link("tokens", _("API tokens"), Action.USE_TOKENS),
            Link("audit", _("Audit log"), Action.SEE_AUDIT),
            Link("settings", _("Settings"), Action.MANAGE_SETTINGS),
        ),
    ),
)
"""The menu. A new page adds its ``Link`` here."""


def everywhere(request: HttpRequest) -> dict[str, Any]:
    """What the frame of every page needs."""
    language = get_language() or "en"
    known: dict[str, Any] = {
        "language": language,
        "direction": "rtl" if get_language_bidi() else "ltr",
        "nastaliq": settings.CAREWORTH_NASTALIQ,
    }
    person = getattr(request, "user", None)
    if not isinstance(person, Person):
        return known
    match = request.resolver_match
    menu = [
        (title, [link for link in links if may(person, link.action)])
        for title, links in MENU
        if any(may(person, link.action) for link in links)
    ]
    choices = chosen()
    return {
        **known,
        "menu": menu,
        "here": match.view_name.split("-")[0] if match else "",
        "company": choices["company"],
        "notice": choices["notice"],
        "person": person,
    }


def refused(request: HttpRequest, exception: Exception | None = None) -> HttpResponseBase:
    return render(request, "refused.html", status=403)


def broken(request: HttpRequest) -> HttpResponseBase:
    """Something that nobody foresaw. Asks nothing of the tables: they may be what is broken."""
    if request.path.startswith("/api/"):
        return JsonResponse({"detail": "Something went wrong; the log of the server says what."}, status=500)
    language = get_language() or "en"
    known = {
        "language": language,
        "direction": "rtl" if get_language_bidi() else "ltr",
        "now": timezone.now(),
    }
    return HttpResponse(render_to_string("broken.html", known), status=500)


def too_many(request: HttpRequest) -> HttpResponseBase:
    """Somebody tries too often: guesses at a password, for one."""
    return render(request, "too_many.html", status=429)


def missing(request: HttpRequest, exception: Exception | None = None) -> HttpResponseBase:
    return render(request, "missing.html", status=404)
