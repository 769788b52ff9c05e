"""The plan on one page, a goal more, and the whole of it as a text."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from careworth.desk import standing
from careworth.desk.access import Action, may
from careworth.desk.actions.standing import NewGoal, add_goal, save_plan
from careworth.errors import CareworthError
from careworth.measures import MEASURES
from careworth.plan import (
    Goal,
    GoalStatus,
    Place,
    Plan,
    check_plan,
    to_csv,
    to_toml,
    value_matrix,
)
from careworth.web import names, writing
from careworth.web.forms import problem
from careworth.web.page import page, somebody
from careworth.web.plan_words import finding_kind, finding_said, kind_name, place_name, state_name

_EMPTY = 'convention = "OGST"\n'


class GoalForm(forms.Form):
    objective = forms.CharField(
        label=gettext_lazy("What is to be achieved"),
        max_length=300,
        widget=forms.TextInput(attrs={"dir": "auto"}),
    )
    text = forms.CharField(
        label=gettext_lazy("Goal, in words"), max_length=300, widget=forms.TextInput(attrs={"dir": "auto"})
    )
    measure = forms.ChoiceField(label=gettext_lazy("Measure"))
    target = forms.FloatField(
        label=gettext_lazy("Target"),
        help_text=gettext_lazy("Shares in percent, waits in minutes."),
        widget=forms.NumberInput(attrs={"step": "any", "dir": "ltr"}),
    )
    due = forms.DateField(
        label=gettext_lazy("Due"), widget=forms.DateInput(attrs={"type": "date", "dir": "ltr"})
    )
    strategy = forms.CharField(
        label=gettext_lazy("Strategy: how"),
        max_length=300,
        required=False,
        widget=forms.TextInput(attrs={"dir": "auto"}),
    )
    tactic = forms.CharField(
        label=gettext_lazy("Tactic: what is done"),
        max_length=300,
        required=False,
        widget=forms.TextInput(attrs={"dir": "auto"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["measure"].choices = [  # type: ignore[attr-defined]
            (name, names.measure(name)) for name, measure in MEASURES.items() if measure.better != "neither"
        ]

    def goal(self) -> NewGoal:
        said = self.cleaned_data
        scale = 100 if MEASURES[said["measure"]].unit == "share" else 1
        return NewGoal(**{**said, "target": said["target"] / scale})


class PlanForm(forms.Form):
    text = forms.CharField(
        label=gettext_lazy("Plan, in TOML"),
        max_length=400_000,
        widget=forms.Textarea(attrs={"rows": 28, "dir": "ltr", "class": "code", "spellcheck": "false"}),
    )


@page(Action.SEE_PLAN)
@require_GET
def plan(request: HttpRequest) -> HttpResponseBase:
    person = somebody(request)
    saved = standing.current_plan(person)
    context: dict[str, Any] = {"may_edit": may(person, Action.EDIT_PLAN)}
    if saved is not None:
        read = standing.read(saved)
        found = standing.goal_statuses(saved)
        context |= {
            "plan": read,
            "computing": bool(read.goals) and not found,
            "objectives": [
                (name, objective, [_goal(key, goal, found.get(key)) for key, goal in _serving(read, name)])
                for name, objective in read.objectives.items()
            ],
            "strategies": [
                (one, [tactic for tactic in read.tactics.values() if name in tactic.strategies])
                for name, one in read.strategies.items()
            ],
            "components": list(_components(read, standing.component_places(saved))),
            "findings": [
                {"kind": finding_kind(one.kind), "where": one.where, "said": finding_said(one)}
                for one in check_plan(read, standing.channels())
            ],
        }
    return render(request, "plan/plan.html", context)


def _serving(read: Plan, objective: str) -> Iterator[tuple[str, Goal]]:
    return ((key, goal) for key, goal in read.goals.items() if objective in goal.objectives)


def _goal(key: str, goal: Goal, found: GoalStatus | None) -> dict[str, Any]:
    ahead = found.forecast if found is not None else None
    return {
        "text": goal.text or key,
        "baseline": _written(goal, goal.baseline),
        "now": _written(goal, found.value if found is not None else None),
        "target": _written(goal, goal.target),
        "due": goal.due,
        "state": state_name(found.state) if found is not None else "–",
        "expected": f"{_written(goal, ahead.low)} – {_written(goal, ahead.high)}"
        if ahead is not None
        else "–",
    }


def _written(goal: Goal, value: float | None) -> str:
    if value is None:
        return "–"
    if goal.measure is not None and goal.measure in MEASURES:
        return writing.value(goal.measure, value)
    return writing.number(value, 0 if value.is_integer() else 1)


def _components(read: Plan, placed: dict[str, Place]) -> Iterator[dict[str, Any]]:
    try:
        amounts = value_matrix(read).by_component
    except CareworthError:  # shares that do not add up: the findings below say so
        amounts = {}
    for name, one in read.components.items():
        place = placed.get(name)
        yield {
            "name": name,
            "kind": kind_name(one.kind),
            "purpose": one.purpose,
            "owner": one.owner,
            "departments": ", ".join(one.departments),
            "place": place_name(place.nearest) if place is not None and place.nearest else "–",
            "amount": writing.money(amounts[name], read.currency) if amounts.get(name) else "–",
        }


@page(Action.EDIT_PLAN)
@require_http_methods(["GET", "POST"])
def goal(request: HttpRequest) -> HttpResponseBase:
    form = GoalForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            add_goal(somebody(request), form.goal())
        except CareworthError as error:
            problem(form, error)
        else:
            messages.success(request, _("The goal is in the plan."))
            return redirect("plan")
    context = {
        "form": form,
        "heading": _("Add a goal"),
        "lead": _(
            "Its baseline is what the measure says now. Give the same words for what is to be achieved, "
            "and goals join."
        ),
    }
    return render(request, "plan/form.html", context)


@page(Action.EDIT_PLAN)
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest) -> HttpResponseBase:
    person = somebody(request)
    saved = standing.current_plan(person)
    form = PlanForm(request.POST or None, initial={"text": saved.text if saved is not None else _EMPTY})
    if request.method == "POST" and form.is_valid():
        try:
            save_plan(person, form.cleaned_data["text"])
        except CareworthError as error:
            problem(form, error)
        else:
            messages.success(request, _("The plan is saved."))
            return redirect("plan")
    lead = _("Everything a plan may hold: goals, strategies, tactics, components and what they brought.")
    return render(
        request, "plan/form.html", {"form": form, "heading": _("Edit the whole plan"), "lead": lead}
    )


@page(Action.SEE_PLAN)
@require_GET
def plan_file(request: HttpRequest, kind: str) -> HttpResponseBase:
    saved = standing.current_plan(somebody(request))
    if saved is None or kind not in ("toml", "csv"):
        raise Http404
    read = standing.read(saved)
    text, content = (to_csv(read), "text/csv") if kind == "csv" else (to_toml(read), "application/toml")
    response = HttpResponse(text, content_type=f"{content}; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="plan.{kind}"'
    return response
