"""What imports skipped: where each record stands and why it could not be read."""

from collections.abc import Iterator
from typing import Any

import pyarrow as pa
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from careworth.desk import actions, place
from careworth.desk.access import Action
from careworth.errors import NoFacts
from careworth.intake.replay import dead_letters
from careworth.web.page import page, somebody
from careworth.web.views.prove import csv_lines

_COLUMNS = ["batch", "source", "line", "reason", "detail"]
_A_PAGE = 50


def _letters() -> pa.Table | None:
    """Those that no later batch has read again; None where there are no facts."""
    try:
        return dead_letters(place.store()).select(_COLUMNS)
    except NoFacts:
        return None


@page(Action.SEE_ROWS)
@require_GET
def skipped(request: HttpRequest) -> HttpResponseBase:
    found = _letters()
    rows = [] if found is None else found.to_pylist()
    for row in rows:
        row["source"] = row["source"].rsplit("/", 1)[-1]
    context = {"letters": Paginator(rows, _A_PAGE).get_page(request.GET.get("page")), "count": len(rows)}
    return render(request, "skipped.html", context)


@page(Action.SEE_ROWS)
@require_GET
def skipped_csv(request: HttpRequest) -> HttpResponseBase:
    found = _letters()
    actions.note(somebody(request), "took rows away", "skipped")
    response = StreamingHttpResponse(
        csv_lines(_COLUMNS, _rows(found)), content_type="text/csv; charset=utf-8"
    )
    response["Content-Disposition"] = 'attachment; filename="skipped.csv"'
    return response


def _rows(found: pa.Table | None) -> Iterator[list[Any]]:
    for row in [] if found is None else found.to_pylist():
        yield list(row.values())
