"""What a result stands on, said in full: its assumptions and what a reader must know."""

from collections.abc import Iterator, Sequence
from itertools import chain

from careworth.worth._return_lines import ChannelCost
from careworth.worth._return_model import Model
from careworth.worth._return_quantity import Kind, Quantity
from careworth.worth._return_requests import Driver, MeasuredCount, MeasuredRequests, counted
from careworth.worth._return_results import Assumption

_INDEPENDENT = "The ranges are independent of each other: none is high because another one is."
_FULL_FOLLOW_UP = (
    "A failure, a request that comes back, is charged its whole follow-up cost, also where the customer "
    "would have contacted us anyway."
)


def assumptions(model: Model, measured: MeasuredRequests | None) -> tuple[Assumption, ...]:
    """Every figure the result was made from, in the order of the calculation, then the ways of counting."""
    known = counted(measured) if measured is not None and isinstance(model.count, MeasuredCount) else ()
    failures = model.inputs.failures
    return (
        *(_of_driver(driver) for driver in (*known, *model.drivers())),
        *_of_mix("channels", model.inputs.channels),
        *(() if failures is None else _of_mix("failures", failures.channels)),
        *chain.from_iterable(
            _of_concurrency(f"investment.{line.name}", line.concurrency, line.hours) for line in model.staff
        ),
        *_ways(model),
    )


def notes(model: Model, measured: MeasuredRequests | None) -> tuple[str, ...]:
    """Warnings, each one sentence."""
    return tuple(_notes(model, measured))


def _notes(model: Model, measured: MeasuredRequests | None) -> Iterator[str]:
    inputs = model.inputs
    if measured is not None and inputs.requests.typed is not None:
        typed = inputs.requests.typed.solved.mode
        yield f"The typed count of {typed:g} solved requests is set aside: they were measured."
    for driver in model.drivers():
        if driver.quantity.kind is Kind.GUESS and driver.quantity.exact:
            yield f"{driver.name} is a guess without a range, so the result looks surer than it is."
    if inputs.failures is None:
        yield "Requests that come back by a dearer channel are not subtracted: [failures] is not given."
        return
    rest = 1 - sum(line.share for line in inputs.failures.channels)
    if rest > 1e-6:
        yield f"Of the failures {rest:.2%} cost nothing: the channels that are stated take the rest."


def _of_driver(driver: Driver) -> Assumption:
    figure = driver.quantity
    return Assumption(
        driver.name,
        driver.text,
        figure.low,
        figure.mode,
        figure.high,
        driver.unit,
        _source(figure),
        figure.kind,
    )


def _of_mix(where: str, channels: Sequence[ChannelCost]) -> Iterator[Assumption]:
    """What is said of a channel has the source of its cost."""
    what = "requests that come back" if where == "failures" else "avoided contacts"
    for line in channels:
        name, text = f"{where}.{line.name}", f"Share of {what}: {line.name}"
        yield _exact(f"{name}.share", text, line.share, "share", line.cost)
        yield from _of_concurrency(name, line.concurrency, line.cost)


def _of_concurrency(name: str, number: float, figure: Quantity) -> Iterator[Assumption]:
    if number > 1:
        text = f"{name.partition('.')[2]}: contacts an agent has at the same time"
        yield _exact(f"{name}.concurrency", text, number, "contacts", figure)


def _ways(model: Model) -> Iterator[Assumption]:
    ways = [("counting", text) for text in model.count.remarks]
    if model.inputs.failures is not None:
        ways.append(("failures", _FULL_FOLLOW_UP))
    for name, text in (*ways, ("draws", _INDEPENDENT)):
        yield Assumption(name, text, None, None, None, "", "how it is calculated", Kind.GUESS)


def _exact(name: str, text: str, number: float, unit: str, stated_with: Quantity) -> Assumption:
    return Assumption(name, text, number, number, number, unit, _source(stated_with), stated_with.kind)


def _source(figure: Quantity) -> str:
    if figure.as_of is None:
        return figure.source
    return f"{figure.source}, {figure.as_of}".removeprefix(", ")
