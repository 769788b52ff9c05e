"""Worth, measures with their rows, sources, and the figures that a company states."""

import csv
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from careworth.desk import actions, place, queries
from careworth.desk.access import Action, may
from careworth.desk.choices import chosen
from careworth.desk.models import Figures
from careworth.errors import CareworthError
from careworth.facts.engines import DuckDBEngine
from careworth.measures import MEASURES, BusinessHours, Question
from careworth.measures import rows as rows_behind
from careworth.web import charts, sentences, writing
from careworth.web.forms import Inputs, problem
from careworth.web.page import page, somebody

_SERVICE = ("first_reply_time", "answered_within_1h", "out_of_channel_rate")
_RUN_BY_SPREADSHEETS = ("=", "+", "-", "@", "\t", "\r")


def _empty(request: HttpRequest) -> HttpResponseBase:
    """No figures yet: say what to do, or that they are on their way."""
    person = somebody(request)
    facts = place.store().exists()
    running = queries.running_jobs().first()
    can_import = may(person, Action.IMPORT_DATA)
    return render(request, "empty.html", {"facts": facts, "running": running, "can_import": can_import})


def as_of(figures: Figures) -> dict[str, Any]:
    """What every page with figures says of them: their version, and whether something has changed since."""
    stale = queries.stale(figures)
    return {"figures": figures, "stale": stale, "computing": stale and queries.computing()}


@page(Action.SEE_WORTH)
@require_GET
def home(request: HttpRequest) -> HttpResponseBase:
    figures = queries.figures(somebody(request))
    if figures is None:
        return _empty(request)
    content = figures.content
    context = {
        **as_of(figures),
        "content": content,
        "worth": _worth(content["worth"]),
        "service": [_figure(name, content) for name in _SERVICE],
        "changes": list(sentences.changes(content)),
        "actions": list(sentences.actions(content)),
        "weeks": _weeks(content),
    }
    return render(request, "home.html", context)


def _worth(worth: dict[str, Any] | None) -> dict[str, Any] | None:
    if worth is None or worth["year"] is None:
        return None
    low, mid, high = (worth["year"][end] for end in ("low", "mid", "high"))
    written = [writing.money(amount, worth["currency"]) for amount in (low, mid, high)]
    positive = worth["positive"]
    return {
        "mid": written[1],
        "low": written[0],
        "high": written[2],
        "chart": charts.interval(low, mid, high),
        "positive": None if positive is None else _chance(positive),
        "drivers": [
            {
                "text": driver["text"],
                "low": writing.money(min(driver["at_low"], driver["at_high"]), worth["currency"]),
                "high": writing.money(max(driver["at_low"], driver["at_high"]), worth["currency"]),
            }
            for driver in worth["drivers"]
        ],
    }


def _chance(probability: float) -> str:
    """A share of simulated draws is never quite nothing or all."""
    if probability > 0.99:
        return _("more than %(share)s") % {"share": writing.percent(0.99)}
    if probability < 0.01:
        return _("less than %(share)s") % {"share": writing.percent(0.01)}
    return writing.percent(probability)


def _figure(name: str, content: dict[str, Any]) -> dict[str, Any]:
    row = content["service"][name]
    goals = (content["worth"] or {}).get("goals", ())
    goal = next((goal for goal in goals if goal["measure"] == name), None)
    return {
        "name": name,
        "row": row,
        "count": writing.conversations(row["n"]),
        "ranged": row.get("low") is not None and row.get("high") is not None,
        "goal": goal,
    }


def _weeks(content: dict[str, Any]) -> dict[str, Any]:
    received = {row["week"]: row["n"] for row in content["weeks"]["messages_in"]}
    sent = {row["week"]: row["n"] for row in content["weeks"]["messages_out"]}
    days = sorted({*received, *sent})
    rows = [(day, received.get(day, 0), sent.get(day, 0)) for day in days]
    series = [[row[1] for row in rows], [row[2] for row in rows]]
    return {"chart": charts.weeks(series), "rows": rows, "first": days[:1], "last": days[-1:]}


@page(Action.SEE_MEASURES)
@require_GET
def measures(request: HttpRequest) -> HttpResponseBase:
    figures = queries.figures(somebody(request), Action.SEE_MEASURES)
    if figures is None:
        return _empty(request)
    listed = [(name, figures.content["measures"][name]["whole"]) for name in MEASURES]
    return render(request, "measures.html", {**as_of(figures), "content": figures.content, "listed": listed})


@page(Action.SEE_MEASURES)
@require_GET
def measure(request: HttpRequest, name: str) -> HttpResponseBase:
    figures, found = _measure(request, name)
    context = {
        **as_of(figures),
        "content": figures.content,
        "measure": MEASURES[name],
        "found": found,
        "chart": charts.weeks([[row["value"] or 0 for row in found["months"]]]),
        "may_see_rows": may(somebody(request), Action.SEE_ROWS),
    }
    return render(request, "measure.html", context)


def _measure(request: HttpRequest, name: str) -> tuple[Figures, dict[str, Any]]:
    figures = queries.figures(somebody(request), Action.SEE_MEASURES)
    if figures is None or name not in figures.content["measures"]:
        raise Http404
    return figures, figures.content["measures"][name]


@page(Action.SEE_ROWS)
@require_GET
def measure_rows(request: HttpRequest, name: str) -> HttpResponseBase:
    figures, found = _measure(request, name)
    return render(request, "measure_rows.html", {**as_of(figures), "name": name, "rows": found["rows"]})


@page(Action.SEE_ROWS)
@require_GET
def measure_csv(request: HttpRequest, name: str) -> HttpResponseBase:
    """Every row behind a number, straight from the version of the facts that the page shows."""
    figures, _found = _measure(request, name)
    choices = chosen()
    calendar = BusinessHours.parse(choices["hours"]) if choices["hours"] else None
    asked = Question(hours=calendar, zone_name=choices["zone"])
    asked = replace(asked, requests_only=figures.content["requests_only"])
    engine = DuckDBEngine(place.store().snapshot(figures.version).files)
    try:
        table = rows_behind(engine, MEASURES[name], asked)
    finally:
        engine.close()
    actions.note(somebody(request), "took rows away", name, rows=table.num_rows, version=figures.version)
    batches = table.to_batches(max_chunksize=5000)
    rows = (list(row.values()) for batch in batches for row in batch.to_pylist())
    response = StreamingHttpResponse(
        csv_lines(table.column_names, rows), content_type="text/csv; charset=utf-8"
    )
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response


class _Line:
    """What ``csv.writer`` writes to: hands each line on."""

    def write(self, line: str) -> str:
        return line


def csv_lines(columns: list[str], rows: Iterator[list[Any]]) -> Iterator[str]:
    """Texts that a spreadsheet would run as a formula get an apostrophe in front."""
    writer = csv.writer(_Line())
    yield writer.writerow(columns)
    for row in rows:
        yield writer.writerow([_harmless(value) for value in row])


def _harmless(value: Any) -> Any:
    return f"'{value}" if isinstance(value, str) and value.startswith(_RUN_BY_SPREADSHEETS) else value


@page(Action.SEE_SOURCES)
@require_GET
def sources(request: HttpRequest) -> HttpResponseBase:
    figures = queries.figures(somebody(request), Action.SEE_SOURCES)
    if figures is None:
        return _empty(request)
    content = figures.content
    context = {
        **as_of(figures),
        "audit": content["audit"],
        "accounts": content["accounts"],
        "batches": list(reversed(content["batches"])),
        "skipped": sum(content["audit"]["skipped"].values()),
        "may_see_rows": may(somebody(request), Action.SEE_ROWS),
    }
    return render(request, "sources.html", context)


@page(Action.SEE_INPUTS)
@require_http_methods(["GET", "POST"])
def inputs(request: HttpRequest) -> HttpResponseBase:
    person = somebody(request)
    history = queries.inputs_history(person)[:10]
    newest = history[0] if history else None
    form = Inputs(request.POST or None, initial={"text": newest.text if newest else ""})
    if request.method == "POST" and form.is_valid():
        try:
            actions.save_inputs(person, form.cleaned_data["text"])
            messages.success(request, _("Saved. The figures are being computed again."))
            return redirect("inputs")
        except CareworthError as error:
            problem(form, error)
    may_edit = may(person, Action.EDIT_INPUTS)
    return render(request, "inputs.html", {"form": form, "history": history, "may_edit": may_edit})
