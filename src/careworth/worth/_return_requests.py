"""A: how many requests were solved on social, and how much of that count is a guess."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np

from careworth.errors import WorthError
from careworth.worth._return_lines import RequestInputs, TypedRequests
from careworth.worth._return_quantity import (
    MONTHS_PER_YEAR,
    Kind,
    Numbers,
    Quantity,
    checked,
    months_from,
)

IS_REQUEST = "requests.share_that_are_requests"
SOLVED_WHEN_ANSWERED = "requests.solved_when_answered"
SOLVED = "requests.solved"

_OF_LABELS = (
    "Of {} conversations without a tag, labels say how many ask for service; their share is corrected for "
    "the known errors of labels."
)

Values = Mapping[str, Numbers]
"""The numbers of every driver by its name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasuredRequests:
    """What the care record holds about one period; all are counts of conversations.

    ``opened`` by customers; of these ``answered`` by a person of the brand; of the answered
    ``sent_out_of_channel``, told to go elsewhere. Of the opened ``tagged`` carry any tag that people set,
    and of these ``tagged_service`` one that says it asks for service; ``service_answered`` and
    ``service_sent_out_of_channel`` count the same as above among these, where that is known: what is no
    request is answered less often, so the rates of all conversations make service look worse than it is.
    ``labelled`` is the share of those without a tag that ask for service, as labels of their opening
    messages say, corrected for the labels' errors. ``first_day`` and ``last_day`` both belong to the period;
    without them the counts cannot be scaled to a month.

    Raises WorthError when a count is negative or larger than the count it is part of.
    """

    opened: int
    answered: int
    sent_out_of_channel: int
    tagged: int
    tagged_service: int
    service_answered: int | None = None
    service_sent_out_of_channel: int | None = None
    labelled: Quantity | None = None
    first_day: date | None = None
    last_day: date | None = None
    source: str = "the care record"

    def __post_init__(self) -> None:
        parts = (
            ("answered", "opened"),
            ("sent_out_of_channel", "answered"),
            ("tagged", "opened"),
            ("tagged_service", "tagged"),
            ("service_answered", "tagged_service"),
            ("service_sent_out_of_channel", "service_answered"),
        )
        checked(self.opened, "opened")
        for part, whole in parts:
            if getattr(self, part) is None or getattr(self, whole) is None:
                continue
            if checked(getattr(self, part), part) > getattr(self, whole):
                raise WorthError(
                    f"{part} is {getattr(self, part)} and {whole} {getattr(self, whole)}: "
                    f"{part} counts some of {whole} and cannot be more."
                )
        if self.first_day is not None and self.last_day is not None and self.last_day < self.first_day:
            raise WorthError(f"The measured period ends on {self.last_day}, before {self.first_day}.")

    @property
    def rates(self) -> tuple[float, float]:
        """Shares of the requests that were answered, and that were answered and not sent elsewhere."""
        whole, answered, sent = self.opened, self.answered, self.sent_out_of_channel
        if self.by_service:
            whole, answered = self.tagged_service, int(self.service_answered or 0)
            sent = int(self.service_sent_out_of_channel or 0)
        return (answered / whole, (answered - sent) / whole) if whole > 0 else (0.0, 0.0)

    @property
    def by_service(self) -> bool:
        """Whether the rates are those of the conversations tagged as service."""
        given = self.service_answered is not None and self.service_sent_out_of_channel is not None
        return given and self.tagged_service > 0

    @property
    def months(self) -> float | None:
        """Length of the period, or None when it is not stated."""
        if self.first_day is None or self.last_day is None:
            return None
        return months_from(self.first_day, self.last_day)


@dataclass(frozen=True, slots=True)
class Driver:
    """A figure of the calculation: its name is the place in the inputs where it is stated."""

    name: str
    text: str
    unit: str
    quantity: Quantity


class MeasuredCount:
    """Requests per month, counted from the care record.

    ``remarks`` are what the count takes for granted without a figure.
    """

    source = "measured"

    def __init__(self, measured: MeasuredRequests, months: float, drivers: tuple[Driver, ...]) -> None:
        self._measured = measured
        self._months = months
        self.drivers = drivers
        like = "those tagged as service" if measured.by_service else "all conversations"
        self.remarks: tuple[str, ...] = (
            f"Requests are answered, and sent elsewhere, as often as {like} are.",
        )
        if measured.labelled is not None:
            self.remarks += (_OF_LABELS.format(measured.opened - measured.tagged),)

    def solved(self, values: Values) -> Numbers:
        _, kept = self._measured.rates
        return self._requests(values) * kept * values[SOLVED_WHEN_ANSWERED]

    def handled(self, values: Values) -> Numbers | None:
        answered, _ = self._measured.rates
        return self._requests(values) * answered

    def guess_share(self, values: Values) -> Numbers | None:
        """The share of the requests that rests on a guess about untagged conversations, not on labels."""
        if self._measured.labelled is not None:
            return np.zeros_like(values[SOLVED_WHEN_ANSWERED])
        requests = self._requests(values)
        if not np.all(requests > 0):
            return None
        return 1 - self._measured.tagged_service / self._months / requests

    @property
    def text(self) -> str:
        seen = self._measured
        return (
            f"{seen.opened} conversations were opened from {seen.first_day} to {seen.last_day} "
            f"(months: {self._months:.4g}): {seen.tagged_service} tagged as service, "
            f"{seen.tagged - seen.tagged_service} tagged as something else, "
            f"{seen.opened - seen.tagged} without a tag; {seen.answered} were answered, "
            f"{seen.sent_out_of_channel} of these sent elsewhere."
        )

    def _requests(self, values: Values) -> Numbers:
        requests = np.full_like(values[SOLVED_WHEN_ANSWERED], self._measured.tagged_service)
        untagged = self._measured.opened - self._measured.tagged
        if untagged > 0:
            requests = requests + untagged * values[IS_REQUEST]
        return requests / self._months


class TypedCount:
    """Requests per month that somebody typed in, in the same shape."""

    source = "typed"
    remarks = ("The count of solved requests was typed in; no care record stands behind it.",)

    def __init__(self, typed: TypedRequests) -> None:
        self._scale = typed.period.per_year / MONTHS_PER_YEAR
        self._handled = typed.handled
        text = "Requests solved on social, typed in"
        self.drivers = (Driver(SOLVED, text, f"requests a {typed.period}", typed.solved),)

    def solved(self, values: Values) -> Numbers:
        return values[SOLVED] * self._scale

    def handled(self, values: Values) -> Numbers | None:
        if self._handled is None:
            return None
        return np.full_like(values[SOLVED], self._handled * self._scale)

    def guess_share(self, values: Values) -> Numbers | None:
        return None

    @property
    def text(self) -> str:
        return "The count was typed in, not measured."


RequestCount = MeasuredCount | TypedCount


def request_count(inputs: RequestInputs, measured: MeasuredRequests | None) -> RequestCount | str:
    """How the requests are counted, or a reason why they cannot be. What was measured goes before what
    was typed."""
    if measured is not None:
        return _measured_count(inputs, measured)
    if inputs.typed is not None:
        return TypedCount(inputs.typed)
    return "No requests were measured, and requests.solved does not state a count."


def _measured_count(inputs: RequestInputs, measured: MeasuredRequests) -> RequestCount | str:
    months = measured.months
    if months is None:
        return "The measured period is not stated, so its counts cannot be scaled to a month."
    if inputs.solved_when_answered is None:
        return f"{SOLVED_WHEN_ANSWERED} is not stated: an answer alone does not solve a request."
    drivers = [
        Driver(
            SOLVED_WHEN_ANSWERED,
            "Share solved of the requests answered and kept here",
            "share",
            inputs.solved_when_answered,
        )
    ]
    untagged = measured.opened - measured.tagged
    if untagged > 0:
        share = inputs.share_that_are_requests if measured.labelled is None else measured.labelled
        if share is None:
            return (
                f"{untagged} of {measured.opened} conversations carry no tag, and {IS_REQUEST} is not stated."
            )
        text = "Share of untagged conversations that ask for service"
        drivers.insert(0, Driver(IS_REQUEST, text, "share", share))
    return MeasuredCount(measured, months, tuple(drivers))


def counted(measured: MeasuredRequests) -> tuple[Driver, ...]:
    """The counts themselves, as figures that are known exactly."""
    texts = {
        "opened": "Conversations opened by customers",
        "answered": "Conversations answered by a person",
        "sent_out_of_channel": "Answered conversations sent to another channel",
        "tagged": "Conversations tagged by people",
        "tagged_service": "Conversations tagged as asking for service",
    }
    source = f"{measured.source}, {measured.first_day} to {measured.last_day}"
    return tuple(
        Driver(
            f"measured.{name}",
            text,
            "conversations",
            Quantity.exactly(getattr(measured, name), kind=Kind.MEASURED, source=source),
        )
        for name, text in texts.items()
    )
