"""Import, work in progress, people, tokens, the audit log, settings, one's own profile."""

import json
import logging
import secrets
from collections.abc import Iterator
from pathlib import PurePath
from typing import Any

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from careworth.desk import actions, mail, place, queries
from careworth.desk.access import GIVES, Action, visible_jobs, visible_tokens
from careworth.desk.choices import chosen
from careworth.desk.models import Role
from careworth.errors import CareworthError
from careworth.web.forms import Import, Invite, Profile, Settings, Token, problem
from careworth.web.page import page, somebody
from careworth.web.views.prove import csv_lines

_LOG = logging.getLogger(__name__)
_AUDIT_COLUMNS = ["at", "email", "address", "deed", "about", "detail"]


@page(Action.IMPORT_DATA)
@require_http_methods(["GET", "POST"])
def bring(request: HttpRequest) -> HttpResponseBase:
    form = Import(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        order = {**_keep(said["exports"], said["mapping"]), "brands": said["brands"], "holds": said["holds"]}
        job = actions.ask_for_import(somebody(request), order)
        return redirect("job", job.pk)
    return render(request, "import.html", {"form": form})


def _keep(files: "list[UploadedFile[Any]]", mapping: "UploadedFile[Any] | None") -> dict[str, Any]:
    """Write uploads to a folder of their own, each in a numbered one below it: files of records are known by
    their names. Only the last part of a name is kept."""
    name = secrets.token_hex(8)
    folder = place.upload_folder(name)
    folder.mkdir(parents=True)
    kept = [f"{at}/{PurePath(file.name or 'file').name}" for at, file in enumerate(files)]
    pairs = [*zip(kept, files, strict=True), *([("mapping.toml", mapping)] if mapping else [])]
    for target, file in pairs:
        (folder / target).parent.mkdir(exist_ok=True)
        with (folder / target).open("wb") as out:
            for chunk in file.chunks():
                out.write(chunk)
    return {"folder": name, "files": kept, "mapping": mapping is not None}


@page(Action.IMPORT_DATA)
@require_POST
def recompute(request: HttpRequest) -> HttpResponseBase:
    return redirect("job", actions.ask_for_figures(somebody(request)).pk)


@page(Action.SEE_JOBS)
@require_GET
def jobs(request: HttpRequest) -> HttpResponseBase:
    found = visible_jobs(somebody(request)).select_related("started_by")[:50]
    return render(request, "jobs.html", {"jobs": found})


@page(Action.SEE_JOBS)
@require_GET
def job(request: HttpRequest, number: int) -> HttpResponseBase:
    """A page that comes again by itself until the work is over."""
    found = get_object_or_404(visible_jobs(somebody(request)), pk=number)
    response = render(request, "job.html", {"job": found})
    if not found.over:
        response["Refresh"] = "2"
    return response


@page(Action.SEE_JOBS)
@require_POST
def stop_job(request: HttpRequest, number: int) -> HttpResponseBase:
    person = somebody(request)
    found = get_object_or_404(visible_jobs(person), pk=number)
    actions.stop_job(person, found, timezone.now())
    return redirect("job", number)


@page(Action.MANAGE_PEOPLE)
@require_http_methods(["GET", "POST"])
def people(request: HttpRequest) -> HttpResponseBase:
    person = somebody(request)
    roles = [role for role in Role if role in GIVES[Role(person.role)]]
    form = Invite(request.POST or None, roles=roles)
    link, mailed = "", False
    if request.method == "POST" and form.is_valid():
        try:
            secret = actions.invite(
                person, form.cleaned_data["email"], Role(form.cleaned_data["role"]), timezone.now()
            )
            link = request.build_absolute_uri(reverse("join", args=[secret]))
            mailed = _mailed(form.cleaned_data["email"], link)
        except CareworthError as error:
            problem(form, error)
    context = {
        "form": form,
        "link": link,
        "mailed": mailed,
        "people": queries.people(person),
        "manageable": set(queries.manageable(person).values_list("pk", flat=True)),
        "invitations": queries.open_invitations(person, timezone.now()),
        "roles": roles,
    }
    return render(request, "people.html", context)


def _mailed(address: str, link: str) -> bool:
    """Whether the mail went out. The invitation holds either way, and its link is on the page."""
    try:
        mail.invitation(address, link)
    except OSError:  # smtplib's errors are OSErrors
        _LOG.exception("an invitation could not be mailed")
        return False
    return True


@page(Action.MANAGE_PEOPLE)
@require_POST
def change_person(request: HttpRequest, number: int) -> HttpResponseBase:
    person = somebody(request)
    other = get_object_or_404(queries.manageable(person), pk=number)
    role = Role(request.POST["role"]) if request.POST.get("role") in Role.values else Role(other.role)
    actions.change_person(person, other, role, request.POST.get("active") == "yes")
    messages.success(request, _("Saved."))
    return redirect("people")


@page(Action.MANAGE_PEOPLE)
@require_POST
def withdraw(request: HttpRequest, number: int) -> HttpResponseBase:
    person = somebody(request)
    found = get_object_or_404(queries.open_invitations(person, timezone.now()), pk=number)
    actions.withdraw_invitation(person, found)
    return redirect("people")


@page(Action.USE_TOKENS)
@require_http_methods(["GET", "POST"])
def tokens(request: HttpRequest) -> HttpResponseBase:
    person, secret = somebody(request), ""
    form = Token(request.POST or None)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        secret = actions.make_token(person, said["name"], said["scope"], said["days"], timezone.now())
        form = Token()
    found = visible_tokens(person).filter(ended_at=None).select_related("person").order_by("-id")
    return render(request, "tokens.html", {"form": form, "secret": secret, "tokens": found})


@page(Action.USE_TOKENS)
@require_POST
def end_token(request: HttpRequest, number: int) -> HttpResponseBase:
    person = somebody(request)
    actions.end_token(person, get_object_or_404(visible_tokens(person), pk=number), timezone.now())
    return redirect("tokens")


@page(Action.SEE_AUDIT)
@require_GET
def audit(request: HttpRequest) -> HttpResponseBase:
    pages = Paginator(queries.audit_log(somebody(request)), 50)
    return render(request, "audit.html", {"entries": pages.get_page(request.GET.get("page"))})


@page(Action.SEE_AUDIT)
@require_GET
def audit_csv(request: HttpRequest) -> HttpResponseBase:
    person = somebody(request)
    actions.note(person, "took the audit log away")
    lines = csv_lines(_AUDIT_COLUMNS, _audit_rows(queries.audit_log(person)))
    response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="audit.csv"'
    return response


def _audit_rows(entries: Any) -> Iterator[list[Any]]:
    for entry in entries.order_by("id").iterator(chunk_size=2000):
        detail = json.dumps(entry.detail, sort_keys=True)
        yield [entry.at.isoformat(), entry.email, entry.address or "", entry.deed, entry.about, detail]


@page(Action.MANAGE_SETTINGS)
@require_http_methods(["GET", "POST"])
def settings_page(request: HttpRequest) -> HttpResponseBase:
    form = Settings(request.POST or None, initial=chosen())
    if request.method == "POST" and form.is_valid():
        try:
            actions.save_settings(somebody(request), form.cleaned_data)
            messages.success(request, _("Saved. The figures are being computed again."))
            return redirect("settings")
        except CareworthError as error:
            problem(form, error)
    return render(request, "settings.html", {"form": form})


@page(Action.OWN_PROFILE)
@require_http_methods(["GET", "POST"])
def profile(request: HttpRequest) -> HttpResponseBase:
    person = somebody(request)
    form = Profile(request.POST or None, initial={"name": person.name, "language": person.language or "en"})
    if request.method == "POST" and form.is_valid():
        actions.save_profile(person, form.cleaned_data["name"], form.cleaned_data["language"])
        return redirect("profile")
    return render(request, "profile.html", {"form": form})
