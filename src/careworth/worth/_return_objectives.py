"""Objectives to pick one from; each brings its measures and its formula."""

from dataclasses import dataclass

from careworth.errors import UnknownName
from careworth.worth._return_quantity import did_you_mean


@dataclass(frozen=True, slots=True)
class ObjectiveMeasure:
    """A measure by its name; ``reason`` says why it cannot be computed here, None when it can."""

    name: str
    reason: str | None = None

    @property
    def available(self) -> bool:
        return self.reason is None


@dataclass(frozen=True, slots=True)
class Objective:
    """What social service is to achieve, the measures that show it and how they are worked out."""

    name: str
    title: str
    text: str
    measures: tuple[ObjectiveMeasure, ...]
    formula: str


_NO_SURVEYS = "No answers to surveys are taken in yet; type the figure in from the survey tool."

_OBJECTIVES = (
    Objective(
        "satisfaction",
        "Satisfied customers",
        "Customers who were helped on social say that they are content (CSAT) or would recommend us (NPS).",
        (ObjectiveMeasure("csat", _NO_SURVEYS), ObjectiveMeasure("nps", _NO_SURVEYS)),
        "csat = satisfied answers ÷ answers; "
        "nps = share of answers 9 and 10 − share of answers 0 to 6, on a scale from 0 to 10",
    ),
    Objective(
        "response_time",
        "Quick answers",
        "Customers wait less, for the first answer or on average, and fewer are left without one.",
        (
            ObjectiveMeasure("first_response_time"),
            ObjectiveMeasure("first_reply_time"),
            ObjectiveMeasure("average_response_time"),
            *(ObjectiveMeasure(f"answered_within_{hours}h") for hours in (1, 4, 24, 72)),
        ),
        "first_response_time = first answer by a person − first request, unanswered ones held as censored; "
        "first_reply_time = the same to a person's first message anywhere in the conversation; "
        "average_response_time = total of the response times ÷ answers; "
        "answered_within_1h (4h, 24h, 72h) = conversations answered within so many hours ÷ conversations",
    ),
    Objective(
        "handling_time",
        "Less work a request",
        "Agents need less time for a request, from first reading to the last answer.",
        (ObjectiveMeasure("handling_time"),),
        "handling_time = time agents spent on conversations ÷ conversations handled",
    ),
    Objective(
        "deflected_requests",
        "Fewer contacts on dearer channels",
        "Requests solved on social do not become calls, e-mails or chats.",
        (ObjectiveMeasure("deflected_requests"), ObjectiveMeasure("out_of_channel_rate")),
        "deflected_requests = requests solved on social × probability of a contact otherwise; "
        "net = deflected_requests × mean cost elsewhere − cost of failures that come back − investment",
    ),
)


def objectives() -> tuple[Objective, ...]:
    """All objectives there are."""
    return _OBJECTIVES


def objective(name: str) -> Objective:
    """The objective of this name. Raises UnknownName, which also knows the objective of a measure."""
    for item in _OBJECTIVES:
        if item.name == name:
            return item
    for item in _OBJECTIVES:
        if any(measure.name == name for measure in item.measures):
            raise UnknownName(f"“{name}” is a measure.", hint=f"Its objective is “{item.name}”.")
    raise UnknownName(
        f"There is no objective “{name}”.", hint=did_you_mean(name, [item.name for item in _OBJECTIVES])
    )


def objective_measures() -> tuple[str, ...]:
    """The names of all measures that an objective brings."""
    return tuple(measure.name for item in _OBJECTIVES for measure in item.measures)
