"""Inputs that the tests of the return on service share."""

from datetime import date
from typing import Any

from hypothesis import strategies as st

from careworth.worth import (
    ChannelCost,
    CostKind,
    Failures,
    Kind,
    MeasuredRequests,
    Period,
    Quantity,
    RequestInputs,
    ReturnInputs,
    Spending,
    StaffTime,
    TypedRequests,
)

DAY = date(2024, 3, 31)

CLICKFOX = (
    ("call", 0.40, 15),
    ("web", 0.25, 0.25),
    ("e-mail", 0.17, 3),
    ("chat", 0.15, 5),
    ("branch", 0.02, 20),
)


def between(low: float, mode: float, high: float) -> Quantity:
    return Quantity(low=low, mode=mode, high=high)


def sourced(low: float, mode: float, high: float) -> Quantity:
    return Quantity(low=low, mode=mode, high=high, kind=Kind.STATED, source="finance", as_of=DAY)


def exactly(value: float) -> Quantity:
    return sourced(value, value, value)


def channel(name: str, share: float, cost: Quantity, concurrency: float = 1.0) -> ChannelCost:
    return ChannelCost(name=name, share=share, cost=cost, concurrency=concurrency)


def clickfox_channels() -> tuple[ChannelCost, ...]:
    return tuple(channel(name, share, exactly(cost)) for name, share, cost in CLICKFOX)


def spending(amount: Quantity, period: Period = Period.MONTH, name: str = "tool") -> Spending:
    return Spending(name=name, kind=CostKind.TOOLS, amount=amount, period=period)


def typed(solved: Quantity, handled: float | None = None, period: Period = Period.MONTH) -> RequestInputs:
    return RequestInputs(typed=TypedRequests(solved=solved, period=period, handled=handled))


def plain_inputs(solved: float = 100, cost: float = 20, investment: float = 500) -> ReturnInputs:
    """The worked example, every figure known exactly and every request a contact otherwise."""
    return ReturnInputs(
        currency="USD",
        requests=typed(exactly(solved)),
        would_have_contacted=exactly(1),
        channels=(channel("phone", 1, exactly(cost)),),
        investment=(spending(exactly(investment)),),
    )


def may(**changes: Any) -> MeasuredRequests:
    """1,000 conversations of May 2024: 600 tagged, 450 of them service."""
    counts: dict[str, Any] = {
        "opened": 1000,
        "answered": 800,
        "sent_out_of_channel": 100,
        "tagged": 600,
        "tagged_service": 450,
        "first_day": date(2024, 5, 1),
        "last_day": date(2024, 5, 31),
    }
    return MeasuredRequests(**{**counts, **changes})


def shares_of_requests(is_request: Quantity, solved: Quantity) -> RequestInputs:
    return RequestInputs(share_that_are_requests=is_request, solved_when_answered=solved)


def ranges(most: float, least: float = 0) -> st.SearchStrategy[Quantity]:
    number = st.floats(least, most, allow_subnormal=False)
    return st.lists(number, min_size=3, max_size=3).map(lambda three: sourced(*sorted(three)))


@st.composite
def rich_inputs(draw: st.DrawFn) -> ReturnInputs:
    """Three channels, failures, tools and staff with every figure in a range; to be measured with ``may``."""
    cut = sorted(draw(st.lists(st.floats(0, 1), min_size=2, max_size=2)))
    shares = (cut[0], cut[1] - cut[0], 1 - cut[1])
    return ReturnInputs(
        currency="EUR",
        requests=shares_of_requests(draw(ranges(1)), draw(ranges(1))),
        would_have_contacted=draw(ranges(1)),
        channels=tuple(
            channel(name, share, draw(ranges(50)), draw(st.floats(1, 4)))
            for name, share in zip(("phone", "e-mail", "chat"), shares, strict=True)
        ),
        failures=Failures(
            share=draw(ranges(1)),
            channels=(channel("phone", 0.5, draw(ranges(50))), channel("chat", 0.3, draw(ranges(9)), 2)),
        ),
        investment=(
            spending(draw(ranges(5000, 1)), draw(st.sampled_from(Period))),
            StaffTime(
                name="team",
                hours=draw(ranges(200)),
                rate=draw(ranges(60)),
                period=draw(st.sampled_from(Period)),
                concurrency=draw(st.floats(1, 3)),
            ),
        ),
    )
