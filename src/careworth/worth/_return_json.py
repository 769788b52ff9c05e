"""Results as plain dictionaries: numbers, texts, lists; days as ISO dates."""

from dataclasses import fields, is_dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from careworth.worth._return_framework import FrameworkCheck
from careworth.worth._return_objectives import Objective
from careworth.worth._return_results import PeriodReturn, ReturnOnService
from careworth.worth._return_simple import HIDDEN_ASSUMPTION, PlainAmounts, SimpleReturn

Plain = dict[str, Any]


def to_json(result: SimpleReturn | ReturnOnService | FrameworkCheck | Objective) -> Plain:
    """What ``json.dumps`` takes, in the shape that the command line prints.

    A return has gross, net and ratio for its period at the top and the same for a year under ``year``:
    numbers for the plain formula, ``{low, mid, high}`` for the estimate.
    """
    match result:
        case SimpleReturn():
            return _simple(result)
        case ReturnOnService():
            return _estimated(result)
        case FrameworkCheck():
            return _framework(result)
        case Objective():
            return _objective(result)


def _simple(result: SimpleReturn) -> Plain:
    return {
        "gross": _whole(result.gross),
        "net": _whole(result.net),
        "ratio": result.ratio,
        "period": result.period.value,
        "month": _amounts(result.month, result.ratio),
        "year": _amounts(result.year, result.ratio),
        "currency": result.currency,
        "solved": _whole(result.solved),
        "cost_per_request": _whole(result.cost_per_request),
        "investment": _whole(result.investment),
        "notes": [HIDDEN_ASSUMPTION],
    }


def _amounts(amounts: PlainAmounts, ratio: float) -> Plain:
    return {
        "gross": _whole(amounts.gross),
        "investment": _whole(amounts.investment),
        "net": _whole(amounts.net),
        "ratio": ratio,
    }


def _whole(amount: float) -> float | int:
    return int(amount) if amount.is_integer() else amount


def _estimated(result: ReturnOnService) -> Plain:
    whole = {field.name: _plain(getattr(result, field.name)) for field in fields(result)}
    whole["tornado"] = [{**_plain(swing), "swing": swing.swing} for swing in result.tornado]
    month, year = whole.pop("month"), whole.pop("year")
    if month is None:
        names = [field.name for field in fields(PeriodReturn) if field.name != "period"]
        month = {"period": "month", **dict.fromkeys(names)}
    return {**month, "year": year, **whole}


def _framework(check: FrameworkCheck) -> Plain:
    elements = [{"filled": element.filled, **_plain(element)} for element in check.elements]
    return {"complete": check.complete, "elements": elements}


def _objective(objective: Objective) -> Plain:
    measures = [{"available": measure.available, **_plain(measure)} for measure in objective.measures]
    return {**_plain(objective), "measures": measures}


def _plain(value: Any) -> Any:
    if is_dataclass(value):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if isinstance(value, date):
        return value.isoformat()
    return value.value if isinstance(value, StrEnum) else value
