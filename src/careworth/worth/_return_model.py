"""The calculation itself: from the values of the drivers to the money of one month."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from careworth.worth._return_inputs import ReturnInputs
from careworth.worth._return_lines import ChannelCost, Spending, StaffTime
from careworth.worth._return_quantity import MONTHS_PER_YEAR, Numbers
from careworth.worth._return_requests import Driver, RequestCount, Values
from careworth.worth._return_results import Part

WOULD_HAVE_CONTACTED = "counterfactual.would_have_contacted"
FAILURE_SHARE = "failures.share"


@dataclass(frozen=True, slots=True)
class Flow:
    """Money of one month; each of shape (draws,)."""

    gross: Numbers
    failure_cost: Numbers
    investment: Numbers

    @property
    def net(self) -> Numbers:
        return self.gross - self.failure_cost - self.investment


@dataclass(frozen=True, slots=True)
class Model:
    """net = solved × would have contacted × mean cost − handled × failure share × follow-up cost − C.

    The full follow-up cost is charged, also for those who would have contacted us anyway: the net is
    rather too low than too high.
    """

    inputs: ReturnInputs
    count: RequestCount

    def drivers(self) -> tuple[Driver, ...]:
        probability = Driver(
            WOULD_HAVE_CONTACTED,
            "Share of solved requests that would have become a contact",
            "probability",
            self.inputs.would_have_contacted,
        )
        return (
            *self.count.drivers,
            probability,
            *self._channel_drivers("channels", self.inputs.channels, "Cost of a contact"),
            *self._failure_drivers(),
            *(driver for line in self.inputs.investment for driver in self._investment_drivers(line)),
        )

    def month(self, values: Values) -> Flow:
        gross = self.deflected_requests(values) * self.cost_per_request(values)
        failure_cost = self._failed(values) * self._follow_up_cost(values)
        return Flow(gross, failure_cost, self._investment(values))

    def deflected_requests(self, values: Values) -> Numbers:
        return self.count.solved(values) * values[WOULD_HAVE_CONTACTED]

    def cost_per_request(self, values: Values) -> Numbers:
        return _mean_cost("channels", self.inputs.channels, values)

    def parts(self, modes: Values) -> tuple[Part, ...]:
        """The lines that gross, failure cost and investment are made of; ``modes`` of shape (1,)."""
        contacts = self.deflected_requests(modes)
        failed = self._failed(modes)
        saved = [
            Part("gross", line.name, float((contacts * cost)[0]))
            for line, cost in _costs("channels", self.inputs.channels, modes)
        ]
        lost = [
            Part("failure_cost", line.name, float((failed * cost)[0]))
            for line, cost in _costs("failures", self._failure_channels, modes)
        ]
        spent = [
            Part("investment", line.name, float(_line_amount(line, modes)[0]))
            for line in self.inputs.investment
        ]
        return (*saved, *lost, *spent)

    @property
    def staff(self) -> tuple[StaffTime, ...]:
        return tuple(line for line in self.inputs.investment if isinstance(line, StaffTime))

    @property
    def _failure_channels(self) -> tuple[ChannelCost, ...]:
        return () if self.inputs.failures is None else self.inputs.failures.channels

    def _failed(self, values: Values) -> Numbers:
        handled = self.count.handled(values)
        if self.inputs.failures is None or handled is None:
            return np.zeros_like(values[WOULD_HAVE_CONTACTED])
        return handled * values[FAILURE_SHARE]

    def _follow_up_cost(self, values: Values) -> Numbers:
        return _mean_cost("failures", self._failure_channels, values)

    def _investment(self, values: Values) -> Numbers:
        total = np.zeros_like(values[WOULD_HAVE_CONTACTED])
        for line in self.inputs.investment:
            total = total + _line_amount(line, values)
        return total

    def _channel_drivers(self, where: str, channels: Sequence[ChannelCost], text: str) -> tuple[Driver, ...]:
        unit = f"{self.inputs.currency} a contact"
        return tuple(
            Driver(_cost_name(where, line), f"{text}: {line.name}", unit, line.cost) for line in channels
        )

    def _failure_drivers(self) -> tuple[Driver, ...]:
        if self.inputs.failures is None:
            return ()
        text = "Share of answered requests that come back elsewhere"
        share = Driver(FAILURE_SHARE, text, "share", self.inputs.failures.share)
        return (
            share,
            *self._channel_drivers("failures", self._failure_channels, "Cost of a request that comes back"),
        )

    def _investment_drivers(self, line: Spending | StaffTime) -> tuple[Driver, ...]:
        money, where = self.inputs.currency, f"investment.{line.name}"
        if isinstance(line, Spending):
            return (Driver(f"{where}.amount", line.name, f"{money} a {line.period}", line.amount),)
        return (
            Driver(f"{where}.hours", f"{line.name}: hours", f"hours a {line.period}", line.hours),
            Driver(f"{where}.rate", f"{line.name}: rate", f"{money} an hour", line.rate),
        )


def expected_cost(channels: Sequence[ChannelCost]) -> float:
    """Mean cost of a contact over a mix of channels: Σ share × most likely cost ÷ concurrency."""
    return sum(line.share * line.cost.mode / line.concurrency for line in channels)


def _cost_name(where: str, line: ChannelCost) -> str:
    return f"{where}.{line.name}.cost"


def _costs(where: str, channels: Sequence[ChannelCost], values: Values) -> list[tuple[ChannelCost, Numbers]]:
    return [(line, line.share * values[_cost_name(where, line)] / line.concurrency) for line in channels]


def _mean_cost(where: str, channels: Sequence[ChannelCost], values: Values) -> Numbers:
    total = np.zeros_like(values[WOULD_HAVE_CONTACTED])
    for _line, cost in _costs(where, channels, values):
        total = total + cost
    return total


def _line_amount(line: Spending | StaffTime, values: Values) -> Numbers:
    where, scale = f"investment.{line.name}", line.period.per_year / MONTHS_PER_YEAR
    if isinstance(line, Spending):
        return values[f"{where}.amount"] * scale
    return values[f"{where}.hours"] * values[f"{where}.rate"] / line.concurrency * scale
