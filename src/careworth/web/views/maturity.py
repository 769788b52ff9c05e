"""Where the company stands: the profile, and the checklist that people answer."""

from collections.abc import Callable, Iterator
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from careworth.desk import queries, standing
from careworth.desk.access import Action, may
from careworth.desk.actions.evidence import keep_evidence
from careworth.desk.actions.standing import GivenAnswer, save_answers
from careworth.errors import CareworthError
from careworth.maturity import (
    ALIASES,
    AXES,
    FORMULA,
    ITEMS,
    LANGUAGES,
    TOP,
    Change,
    MeasuredLevel,
    Money,
    Profile,
    Range,
    WhatIf,
    answers_text,
    texts,
)
from careworth.maturity import what_if as compare
from careworth.report.language import say, speaking, words_of
from careworth.web import writing
from careworth.web.forms import problem
from careworth.web.matrix import matrix
from careworth.web.page import page, somebody
from careworth.web.views.prove import as_of

_MOST_STEPS = 10
_MOST_LETTERS = 2000
_RAISED = 3
"""Items whose level a what-if may change at once."""
_QUICK_RUNS, _QUICK_CONVERSATIONS = 3, 2000
"""A page may take a tenth of a second; the command line makes more and longer runs."""


def _language() -> str:
    code = (get_language() or "en").split("-")[0]
    return code if code in LANGUAGES else "en"


def _axis(name: str) -> str:
    return {"investment": _("Investment"), "innovation": _("Innovation")}[name]


@page(Action.SEE_MATURITY)
@require_GET
def maturity(request: HttpRequest) -> HttpResponseBase:
    person = somebody(request)
    profile = standing.profile(person, _language(), timezone.now().date())
    quadrant = profile.quadrant
    context = {
        **_as_of(request),
        "profile": profile,
        "nothing": not any(item.answers for item in profile.items),
        "quadrant": quadrant,
        "chance": writing.percent(profile.probabilities[quadrant]) if quadrant is not None else "",
        "scores": [_score(name, profile) for name in AXES],
        "picture": matrix(profile, standing.peers()),
        "positions": list(positions(profile)),
        "chances": [
            (name, ", ".join(ALIASES[name]), writing.percent(share))
            for name, share in profile.probabilities.items()
        ],
        "steps": [
            {
                "text": step.text,
                "gain": writing.number(step.gain, 1),
                "effort": step.effort,
                "kind": step.kind,
                "source": step.source,
            }
            for step in profile.roadmap[:_MOST_STEPS]
        ],
        "path": profile.path.steps,
        "compared": list(_compared(profile)),
        "differing": list(_differing(profile)),
        "formula": formula(),
        "may_answer": may(person, Action.ANSWER_MATURITY),
    }
    return render(request, "maturity/maturity.html", context)


def _as_of(request: HttpRequest) -> dict[str, Any]:
    """Levels and demand that the facts show are computed with the figures."""
    figures = queries.figures(somebody(request), Action.SEE_MATURITY)
    return {} if figures is None else as_of(figures)


def formula() -> str:
    with speaking(words_of(_language())):
        return say(FORMULA)


def positions(profile: Profile) -> Iterator[dict[str, Any]]:
    """Where the company stands among its peers on each axis; nothing where there are none."""
    for one in profile.positions:
        if one.rank is not None:
            yield {
                "axis": _axis(one.axis),
                "rank": one.rank,
                "of": one.peers + 1,
                "before": one.rank_before,
                "change": _points(one.change),
                "peers_change": _points(one.peers_change),
                "falling": one.falling_behind,
            }


def _score(name: str, profile: Profile) -> dict[str, Any]:
    score = getattr(profile, name)
    fields = ("value", "low", "high", "known", "items")
    return {"title": _axis(name), **{field: getattr(score, field) for field in fields}}


def _compared(profile: Profile) -> Iterator[dict[str, Any]]:
    words = texts(profile.language)
    for item in profile.items:
        if item.measured is not None:
            yield {
                "text": words.items[item.id].text,
                "answered": item.answered,
                "measured": item.measured.level,
                "gap": item.gap,
                "value": _value(item.measured),
            }


def _value(measured: MeasuredLevel) -> str:
    if measured.value is None:
        return _("not measured")
    if measured.unit == "share":
        return writing.percent(measured.value)
    return writing.wait(measured.value) if measured.unit == "minutes" else writing.number(measured.value, 1)


def _differing(profile: Profile) -> Iterator[dict[str, Any]]:
    words = texts(profile.language)
    for item in profile.items:
        if item.disagreement:
            yield {"text": words.items[item.id].text, "answers": item.answers}


@page(Action.ANSWER_MATURITY)
@require_http_methods(["GET", "POST"])
def answers(request: HttpRequest) -> HttpResponseBase:
    person = somebody(request)
    if request.method == "POST":
        department = request.POST.get("department", "").strip()[:120]
        given = {name: _given(request, name) for name in ITEMS}
        save_answers(person, department, given, timezone.now().date())
        if not _keep_files(request):
            return redirect("maturity-answers")
        messages.success(request, _("Your answers are saved."))
        return redirect("maturity")
    mine, others = standing.answers_of(person), standing.answers_of_others(person)
    measured, words, files = standing.measured(), texts(_language()), standing.files()
    axes = [
        (
            _axis(axis),
            [
                {
                    "id": name,
                    "text": words.items[name].text,
                    "levels": list(enumerate(words.items[name].levels)),
                    "level": mine[name].level if name in mine else None,
                    "evidence": mine[name].evidence if name in mine else "",
                    "others": others.get(name, []),
                    "files": files.get(name, []),
                    "measured": measured[name].level if name in measured else None,
                }
                for name, item in ITEMS.items()
                if item.axis == axis
            ],
        )
        for axis in AXES
    ]
    department = next((one.department for one in mine.values() if one.department), "")
    return render(request, "maturity/answers.html", {"axes": axes, "department": department})


def _keep_files(request: HttpRequest) -> bool:
    """Keep what was uploaded as evidence; False, with a message, when a file cannot be taken."""
    kept = True
    for name in ITEMS:
        for file in request.FILES.getlist(f"file_{name}"):
            try:
                keep_evidence(somebody(request), name, file.name or "", file.chunks())
            except CareworthError as error:
                kept = False
                messages.error(request, f"{error.sentence} {error.hint}".strip())
    return kept


def _given(request: HttpRequest, name: str) -> GivenAnswer:
    """What was posted for an item; a level that is none of the form's counts as not known."""
    said = request.POST.get(f"level_{name}", "")
    level = int(said) if said in {str(one) for one in range(TOP + 1)} else None
    return GivenAnswer(level, request.POST.get(f"evidence_{name}", "").strip()[:_MOST_LETTERS])


class WhatIfForm(forms.Form):
    more_agents = forms.IntegerField(
        label=gettext_lazy("Agents more on duty (fewer: below 0)"), initial=1, min_value=-50, max_value=50
    )
    first = forms.IntegerField(label=gettext_lazy("From hour"), initial=8, min_value=0, max_value=23)
    last = forms.IntegerField(label=gettext_lazy("Until hour"), initial=20, min_value=1, max_value=24)
    handling_minutes = forms.FloatField(
        label=gettext_lazy("Minutes of work for a conversation"),
        help_text=gettext_lazy("Empty: as your record measured it."),
        required=False,
        min_value=0.1,
        max_value=600,
    )
    spending_month = forms.FloatField(label=gettext_lazy("Tools more, a month"), initial=0)
    agent_hour = forms.FloatField(label=gettext_lazy("Cost of an agent’s hour"), initial=0, min_value=0)
    worth = forms.FloatField(
        label=gettext_lazy("Worth of one more conversation answered within an hour"), initial=0, min_value=0
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        words = texts(_language())
        items = [("", _("none")), *((name, words.items[name].text) for name in ITEMS)]
        levels = [("", "–"), *((str(level), str(level)) for level in range(TOP + 1))]
        for number in range(1, _RAISED + 1):
            told = {"number": number}
            self.fields[f"item{number}"] = forms.ChoiceField(
                label=_("Item that changes, %(number)s") % told, choices=items, required=False
            )
            self.fields[f"level{number}"] = forms.ChoiceField(
                label=_("Its new level, %(number)s") % told, choices=levels, required=False
            )

    def levels(self) -> dict[str, int]:
        """Item -> its new level, where both were chosen."""
        said = self.cleaned_data
        pairs = [(said[f"item{number}"], said[f"level{number}"]) for number in range(1, _RAISED + 1)]
        return {item: int(level) for item, level in pairs if item and level}

    def change(self) -> Change:
        said = self.cleaned_data
        return Change(
            levels=self.levels(),
            more_agents=said["more_agents"],
            hours=(said["first"], said["last"]),
            handling_minutes=said["handling_minutes"],
            spending_month=said["spending_month"],
            money=Money("", said["agent_hour"], (said["worth"],) * 3),
        )


@page(Action.SEE_MATURITY)
@require_GET
def what_if(request: HttpRequest) -> HttpResponseBase:
    """Nothing is kept: what is asked stands in the address."""
    form = WhatIfForm(request.GET or None)
    context: dict[str, Any] = {"form": form, **_as_of(request)}
    if request.GET and form.is_valid():
        profile = standing.profile(somebody(request), _language(), timezone.now().date())
        try:
            result = compare(
                profile,
                form.change(),
                standing.present(),
                runs=_QUICK_RUNS,
                conversations=_QUICK_CONVERSATIONS,
            )
        except CareworthError as error:
            problem(form, error)
        else:
            context |= {"rows": list(_compared_rows(result)), "simulated": result.then.answered_in_time}
    return render(request, "maturity/what_if.html", context)


def _compared_rows(result: WhatIf) -> Iterator[tuple[str, str, str]]:
    now, then = result.now, result.then
    yield _("Investment"), _points(now.investment), _points(then.investment)
    yield _("Innovation"), _points(now.innovation), _points(then.innovation)
    yield _("Quadrant"), now.quadrant or "–", then.quadrant or "–"
    yield (
        _("Staffed hours a week"),
        writing.number(now.staffed_hours_week),
        writing.number(then.staffed_hours_week),
    )
    if now.answered_in_time is None or then.answered_in_time is None:
        return
    shares = [_spread(one.answered_in_time, writing.percent) for one in (now, then)]
    waits = [_spread(one.mean_wait, writing.wait) for one in (now, then)]
    yield _("Answered within an hour (simulated)"), shares[0], shares[1]
    yield _("Mean wait (simulated)"), waits[0], waits[1]
    if result.measured_in_time is not None:
        yield _("Answered within an hour (measured)"), writing.percent(result.measured_in_time), "–"
    yield _("Cost a month, change"), "–", writing.number(result.cost_month or 0.0)
    if result.net_month is not None:
        yield _("Net a month"), "–", _spread(result.net_month, writing.number)


def _points(value: float | None) -> str:
    return "–" if value is None else writing.number(value)


def _spread(given: Range | None, write: Callable[[float], str]) -> str:
    return "–" if given is None else f"{write(given.value)} ({write(given.low)} – {write(given.high)})"


@page(Action.SEE_MATURITY)
@require_GET
def answers_file(request: HttpRequest) -> HttpResponseBase:
    """Everybody's answers as ``careworth maturity score`` reads them."""
    response = HttpResponse(answers_text(standing.answers()), content_type="application/toml; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="answers.toml"'
    return response
