"""Reports: made, read, taken away; briefings that go out by themselves."""

import io
import zipfile
from pathlib import Path

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from careworth.desk import actions, place, queries
from careworth.desk.access import Action, may
from careworth.desk.models import ReportMade
from careworth.web.forms import BriefingOrder, ReportOrder
from careworth.web.middleware import REPORT_POLICY
from careworth.web.page import page, somebody

_FILES = {"pdf": "application/pdf", "json": "application/json"}


@page(Action.READ_REPORTS)
@require_GET
def reports(request: HttpRequest) -> HttpResponseBase:
    person = somebody(request)
    form = ReportOrder(initial={"title": _("What social care was worth"), "language": get_language()})
    context = {
        "reports": queries.reports(person)[:50],
        "form": form,
        "may_make": may(person, Action.MAKE_REPORTS),
        "facts": place.store().exists(),
    }
    return render(request, "reports.html", context)


@page(Action.MAKE_REPORTS)
@require_POST
def make_report(request: HttpRequest) -> HttpResponseBase:
    form = ReportOrder(request.POST)
    if not form.is_valid():
        messages.error(request, _("A report needs a title of at most 200 letters."))
        return redirect("reports")
    job = actions.ask_for_report(somebody(request), form.cleaned_data["title"], form.cleaned_data["language"])
    return redirect("job", job.pk)


def _made(request: HttpRequest, number: int) -> tuple[ReportMade, Path]:
    made = get_object_or_404(queries.reports(somebody(request)), pk=number)
    folder = place.report_folder(made.pk)
    if not (folder / "report.json").is_file():
        raise Http404
    return made, folder


@page(Action.READ_REPORTS)
@require_GET
def report(request: HttpRequest, number: int) -> HttpResponseBase:
    """The page of the report, in a box of its own: it runs nothing and knows no session."""
    made, folder = _made(request, number)
    actions.note(somebody(request), "read a report", made.pk)
    response = HttpResponse((folder / "report.html").read_bytes(), content_type="text/html; charset=utf-8")
    response["Content-Security-Policy"] = REPORT_POLICY
    return response


@page(Action.READ_REPORTS)
@require_GET
def report_file(request: HttpRequest, number: int, kind: str) -> HttpResponseBase:
    made, folder = _made(request, number)
    if kind not in _FILES:
        raise Http404
    actions.note(somebody(request), "read a report", made.pk, file=kind)
    name = f"report-{made.pk}.{kind}"
    file = (folder / f"report.{kind}").open("rb")
    return FileResponse(file, as_attachment=True, filename=name, content_type=_FILES[kind])


@page(Action.SEE_ROWS)
@require_GET
def report_table(request: HttpRequest, number: int, name: str) -> HttpResponseBase:
    """The rows behind a number of the report, of that version."""
    made, folder = _made(request, number)
    known = {path.stem: path for path in (folder / "tables").glob("*.csv")}
    if name not in known:
        raise Http404
    actions.note(somebody(request), "took rows away", name, report=made.pk)
    return FileResponse(
        known[name].open("rb"), as_attachment=True, filename=f"{name}.csv", content_type="text/csv"
    )


@page(Action.SEE_ROWS)
@require_GET
def report_all(request: HttpRequest, number: int) -> HttpResponseBase:
    """The whole report with all its tables as one archive."""
    made, folder = _made(request, number)
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(folder.rglob("*.*")):
            archive.write(path, path.relative_to(folder))
    actions.note(somebody(request), "took rows away", "report", report=made.pk)
    written.seek(0)
    return FileResponse(written, as_attachment=True, filename=f"report-{made.pk}.zip")


@page(Action.BRIEF)
@require_http_methods(["GET", "POST"])
def briefings(request: HttpRequest) -> HttpResponseBase:
    person = somebody(request)
    form = BriefingOrder(request.POST or None, initial={"language": get_language()})
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        actions.save_briefing(
            person,
            title=said["title"],
            every=said["every"],
            recipients=said["recipients"],
            language=said["language"],
            first_at=said["first"],
        )
        messages.success(request, _("The briefing is set up."))
        return redirect("briefings")
    context = {
        "form": form,
        "briefings": queries.briefings(person).filter(active=True),
        "dispatches": queries.dispatches(person)[:50],
        "now": timezone.now(),
    }
    return render(request, "briefings.html", context)


@page(Action.BRIEF)
@require_POST
def end_briefing(request: HttpRequest, number: int) -> HttpResponseBase:
    person = somebody(request)
    actions.end_briefing(person, get_object_or_404(queries.briefings(person), pk=number))
    return redirect("briefings")
