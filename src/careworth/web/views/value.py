"""The value matrix: component by value, by stage of life and by unit, under a rule of attribution."""

from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_GET

from careworth.desk import standing
from careworth.desk.access import Action
from careworth.errors import CareworthError
from careworth.plan import RULES, VALUES, Plan, ValueMatrix, value_matrix
from careworth.report.language import speaking, translated, words_of
from careworth.web import writing
from careworth.web.page import page, somebody
from careworth.web.plan_words import kind_name, rule_name, stage_name, value_name


@page(Action.SEE_PLAN)
@require_GET
def value(request: HttpRequest) -> HttpResponseBase:
    saved = standing.current_plan(somebody(request))
    rule = next((one for one in RULES if one == request.GET.get("rule")), RULES[0])
    context: dict[str, Any] = {"rules": [(one, rule_name(one), one == rule) for one in RULES]}
    if saved is not None:
        read = standing.read(saved)
        try:
            context |= _told(read, value_matrix(read, rule))
        except CareworthError as error:
            context["problem"] = f"{error.sentence} {error.hint}".strip()
    return render(request, "plan/value.html", context)


def _told(read: Plan, matrix: ValueMatrix) -> dict[str, Any]:
    def money(amount: float) -> str:
        return writing.money(amount, matrix.currency)

    cells = {(cell.component, cell.value): cell for cell in matrix.cells}
    with speaking(words_of(get_language() or "en")):
        units = [(translated(name), money(amount)) for name, amount in matrix.by_unit.items()]
        prior = translated(matrix.prior_source)
    return {
        "values": [value_name(one) for one in VALUES],
        "rows": [
            {
                "name": name,
                "kind": kind_name(component.kind),
                "cells": [
                    (money(cell.amount), False) if cell.amount is not None else (str(cell.prior), True)
                    for cell in (cells[name, one] for one in VALUES)
                ],
                "total": money(matrix.by_component.get(name, 0.0)),
            }
            for name, component in read.components.items()
        ],
        "totals": [money(matrix.by_value.get(one, 0.0)) for one in VALUES],
        "total": money(matrix.total),
        "measured": bool(matrix.total),
        "stages": [(stage_name(name), money(amount)) for name, amount in matrix.by_stage.items()],
        "units": units,
        "direct": money(matrix.direct),
        "assisted": money(matrix.assisted),
        "prior": prior,
    }
