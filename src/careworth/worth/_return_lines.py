"""The lines of what a person states: requests (A), channels (B), investment (C) and the framework."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from careworth.errors import WorthError
from careworth.worth._return_quantity import Period, Quantity, checked

_SHARES_TOLERANCE = 1e-6


@dataclass(frozen=True, slots=True, kw_only=True)
class TypedRequests:
    """A count of solved requests that somebody typed in, per ``period``: no record stands behind it.

    ``handled`` is how many requests were answered on social, solved or not, in the same period.
    """

    solved: Quantity
    period: Period
    handled: float | None = None

    def __post_init__(self) -> None:
        if self.handled is not None:
            self.solved.at_most(checked(self.handled, "handled"), "solved")


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestInputs:
    """A: what has to be known beside the care record to count the requests solved on social.

    ``share_that_are_requests`` is the share of untagged conversations that ask for service;
    ``solved_when_answered`` the share of requests that are solved, of those that were answered and not
    sent elsewhere. Both from 0 to 1.
    """

    share_that_are_requests: Quantity | None = None
    solved_when_answered: Quantity | None = None
    typed: TypedRequests | None = None

    def __post_init__(self) -> None:
        for name in ("share_that_are_requests", "solved_when_answered"):
            share: Quantity | None = getattr(self, name)
            if share is not None:
                share.at_most(1, name)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelCost:
    """B, one line: what a contact costs on a dearer channel and how many of the contacts go there.

    ``cost`` is that of a contact which has an agent's whole attention; it is divided by
    ``concurrency``, the number of contacts an agent has at the same time (1 on the phone).
    """

    name: str
    share: float
    cost: Quantity
    concurrency: float = 1.0

    def __post_init__(self) -> None:
        checked(self.share, "share", most=1)
        if checked(self.concurrency, "concurrency") < 1:
            raise WorthError(f"concurrency is {self.concurrency:g}: an agent has at least one contact.")
        if not self.cost.source or self.cost.as_of is None:
            raise WorthError(f"The cost of {self.name} needs a source and the date it was true.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Failures:
    """Requests that were handled on social and nevertheless come back by a dearer channel.

    ``share`` is their share (0 to 1) of the requests handled on social. The shares of ``channels`` may
    add to less than 1: the rest costs nothing.
    """

    share: Quantity
    channels: tuple[ChannelCost, ...]

    def __post_init__(self) -> None:
        self.share.at_most(1, "share")
        check_names(self.channels, "failures.channels")
        total = sum(channel.share for channel in self.channels)
        if total > 1 + _SHARES_TOLERANCE:
            raise WorthError(
                f"The shares of the channels on which failures come back add to {total:.6g}, "
                f"which is {total - 1:.6g} too much.",
                hint="They may add to less than 1, not to more.",
            )


class CostKind(StrEnum):
    TOOLS = "tools"
    STAFF = "staff"
    ADVERTISING = "advertising"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Spending:
    """C, one line: money spent per period."""

    name: str
    kind: CostKind
    amount: Quantity
    period: Period


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffTime:
    """C, one line: hours per period × money per hour ÷ concurrency.

    ``concurrency`` is 1 for paid hours. Where the hours are handling times added up over conversations
    that an agent has side by side, it is how many those are.
    """

    name: str
    hours: Quantity
    rate: Quantity
    period: Period
    concurrency: float = 1.0

    def __post_init__(self) -> None:
        if checked(self.concurrency, "concurrency") < 1:
            raise WorthError(f"concurrency is {self.concurrency:g}: an agent has at least one contact.")

    @property
    def kind(self) -> CostKind:
        return CostKind.STAFF


@dataclass(frozen=True, slots=True, kw_only=True)
class Goal:
    """A number to reach by a date, and the business result it serves."""

    measure: str
    business_result: str
    value: float
    by: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Benchmark:
    """What others reach on a measure: who says so and for which year."""

    measure: str
    value: float
    source: str
    year: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """How and until when a measure is to be moved."""

    measure: str
    how: str
    when: date


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackedMeasure:
    """A measure that progress is followed with, and where it stood on a day."""

    measure: str
    baseline: float
    as_of: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """What a number showed, what is done about it, by whom and until when."""

    finding: str
    action: str
    owner: str
    by: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Framework:
    """What the six elements of the framework are filled from, beside the investment."""

    goals: tuple[Goal, ...] = ()
    benchmarks: tuple[Benchmark, ...] = ()
    targets: tuple[Target, ...] = ()
    measures: tuple[TrackedMeasure, ...] = ()
    actions: tuple[Action, ...] = ()


def check_names(lines: Sequence[ChannelCost] | Sequence[Spending | StaffTime], where: str) -> None:
    if not lines:
        raise WorthError(f"{where} is empty: at least one line is needed.")
    names = [line.name for line in lines]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise WorthError(f"{where} has “{twice[0]}” more than once; give each line its own name.")


def check_shares(channels: Sequence[ChannelCost]) -> None:
    off = sum(channel.share for channel in channels) - 1
    if abs(off) > _SHARES_TOLERANCE:
        raise WorthError(
            f"The shares of the channels add to {1 + off:.6g}, which is {abs(off):.6g} too "
            f"{'much' if off > 0 else 'little'}; they must add to 1."
        )
