"""What care did to customers: seven measures against control groups, as the job kept them."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from careworth.desk import loyalty as kept
from careworth.desk import place, queries
from careworth.desk.access import Action, may
from careworth.report.language import speaking, spoken, translated, translated_sentences, words_of
from careworth.web import charts, names, writing
from careworth.web.page import page, somebody

_Plain = Mapping[str, Any]
_MORE = {"share": 100.0}
_DECIMALS = {"share": 1, "months": 2, "count": 2, "money": 2}
_GROUPS = {"with care": "Answered on social", "without": "Comparable, no contact"}


@page(Action.SEE_LOYALTY)
@require_GET
def loyalty(request: HttpRequest) -> HttpResponseBase:
    person = somebody(request)
    found = queries.loyalty(person)
    if found is None:
        context = {
            "missing": [(name, names.records(name)) for name in kept.missing(place.store())],
            "running": queries.running_jobs().exists(),
            "can_import": may(person, Action.IMPORT_DATA),
        }
        return render(request, "loyalty_empty.html", context)
    figures = queries.figures(person, Action.SEE_LOYALTY)
    with speaking(words_of(get_language() or "en")):
        context = {
            "figures": found,
            "can_import": may(person, Action.IMPORT_DATA),
            "stale": figures is not None and figures.version != found.version,
            "about": found.content,
            "opening": translated(found.content["time_zero"]),
            "total": _total(found.content["total"]),
            "measures": [_measure(*pair) for pair in found.content["measures"].items()],
            "curves": _curves(found.content["curves"]),
            "left_out": [(translated(why), count) for why, count in found.content["left_out"].items()],
            "notes": [translated_sentences(note) for note in found.content["notes"]],
        }
    return render(request, "loyalty.html", context)


def _total(total: _Plain | None) -> dict[str, Any] | None:
    if total is None or total["money"] is None:
        return None
    money = total["money"]
    return {
        "value": writing.number(money["value"]),
        "low": writing.number(money["low"]),
        "high": writing.number(money["high"]),
        "chart": charts.interval(money["low"], money["value"], money["high"]),
        "customers": total["customers"],
        "parts": [{**part, "text": _sentence(part)} for part in total["parts"]],
        "units": total["units"],
    }


def _measure(name: str, measure: _Plain) -> dict[str, Any]:
    """A measure as its section shows it; the checks are those of its first figure that was compared twice."""
    findings = [*measure["values"].values(), *measure["by_stage"].values()]
    first = next((one for one in findings if one["others"]), findings[0] if findings else None)
    return {
        "name": name,
        "title": translated(measure["title"]),
        "words": translated_sentences(measure["words"]),
        "missing": measure["missing"] is not None,
        "rows": [_row(one) for one in findings],
        "checked": None if first is None else _sentence(first),
        "checks": [] if first is None else list(_checks(first)),
    }


def _row(finding: _Plain) -> dict[str, Any]:
    def written(value: float | None) -> str:
        scale, decimals = _MORE.get(finding["unit"], 1.0), _DECIMALS[finding["unit"]]
        return "" if value is None else writing.number(scale * value, decimals)

    checks = finding["checks"]
    failed = [translated(check["name"]) for check in checks if check["passed"] is False]
    total = finding["total"] if finding["unit"] == "money" else None
    return {
        "text": _sentence(finding),
        "unit": names.effect_unit(finding["unit"]),
        "given": finding["value"] is not None,
        "reason": translated(finding["reason"] or ""),
        "value": written(finding["value"]),
        "low": written(finding["low"]),
        "high": written(finding["high"]),
        "matching": written(finding["others"][0]["value"]) if finding["others"] else "",
        "naive": written(finding.get("naive")),
        "total": "" if total is None else writing.number(total["value"]),
        "n": f"{writing.number(finding['n_treated'])} / {writing.number(finding['n_control'])}",
        "passed": sum(check["passed"] is True for check in checks),
        "failed": ", ".join(dict.fromkeys(failed)),
    }


def _sentence(named: _Plain) -> str:
    """What a finding or a part is, as the beginning of a sentence."""
    text = translated(named["text"])
    return text[:1].upper() + text[1:]


def _checks(finding: _Plain) -> Iterator[dict[str, Any]]:
    marks = {True: _("passed"), False: _("failed"), None: _("note")}
    for check in finding["checks"]:
        text = translated(check["text"])
        yield {
            "name": translated(check["name"]),
            "mark": marks[check["passed"]],
            "text": text,
            "translated": text != check["text"] or spoken().language == "en",
        }


def _curves(curves: _Plain) -> dict[str, Any] | None:
    """Both curves with their names and numbers; None where they were not drawn."""
    if set(curves) != set(_GROUPS):
        return None
    shares = [[row[1] for row in curves[name]] for name in _GROUPS]
    rows = [
        (writing.number(care[0]), [_share(care), _share(without)])
        for care, without in zip(*(curves[name] for name in _GROUPS), strict=True)
    ]
    return {"chart": charts.shares(shares), "rows": rows}


def _share(row: tuple[float, float, float, float]) -> tuple[str, str, str]:
    """The share of a month with its ends."""
    _month, share, low, high = row
    return writing.percent(share, 1), writing.percent(low, 1), writing.percent(high, 1)
