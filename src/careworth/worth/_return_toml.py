"""The parts of the TOML file of inputs; docs/return-on-service.md is its manual."""

from careworth.errors import WorthError
from careworth.worth._return_lines import (
    Action,
    Benchmark,
    ChannelCost,
    CostKind,
    Failures,
    Framework,
    Goal,
    RequestInputs,
    Spending,
    StaffTime,
    Target,
    TrackedMeasure,
    TypedRequests,
)
from careworth.worth._return_objectives import objective
from careworth.worth._return_quantity import Period, Quantity
from careworth.worth._return_table import Table

_REQUEST_KEYS = ("share_that_are_requests", "solved_when_answered", "solved", "handled", "period")
_CHANNEL_KEYS = ("name", "share", "cost", "concurrency", "source", "date", "kind")
_INVESTMENT_KEYS = ("name", "kind", "amount", "hours", "rate", "concurrency", "period")


class Periods:
    """The period of each count and amount: its own, or that of the file.

    Where one of them states another period than the file, all have to: a figure that says nothing might
    be meant for either.
    """

    def __init__(self, file: Table) -> None:
        self._of_file = file.choice("period", Period) if "period" in file else None
        lines = file.tables("investment", _INVESTMENT_KEYS)
        if "requests" in file and "solved" in (requests := file.table("requests", _REQUEST_KEYS)):
            lines.append(requests)
        stated = [(line, line.choice("period", Period)) for line in lines if "period" in line]
        silent = [line for line in lines if "period" not in line]
        other = [(line, period) for line, period in stated if period is not self._of_file]
        if silent and other and self._of_file is not None:
            line, period = other[0]
            raise WorthError(
                f"Mixed periods: {line.place('period')} is {period}, the file's is {self._of_file}, and "
                f"{silent[0].place('period')} is not stated.",
                hint="State the period of each of them, then they are converted.",
            )

    def of(self, line: Table) -> Period:
        if "period" in line:
            return line.choice("period", Period)
        if self._of_file is None:
            raise WorthError(
                f"{line.place('period')} is missing, and the file states no period either.",
                hint='Write period = "month" at the top, or in each line its own.',
            )
        return self._of_file


def read_requests(file: Table, periods: Periods) -> RequestInputs:
    table = file.table("requests", _REQUEST_KEYS)
    if "solved" not in table:
        for key in ("handled", "period"):
            if key in table:
                raise WorthError(f"{table.place(key)} belongs to a typed count, and solved is missing.")
    is_request, solved = (_optional(table, key) for key in _REQUEST_KEYS[:2])
    typed = _typed(table, periods) if "solved" in table else None
    with table.naming():
        return RequestInputs(share_that_are_requests=is_request, solved_when_answered=solved, typed=typed)


def _typed(table: Table, periods: Periods) -> TypedRequests:
    solved, period = table.quantity("solved"), periods.of(table)
    handled = table.number("handled") if "handled" in table else None
    with table.naming():
        return TypedRequests(solved=solved, period=period, handled=handled)


def _optional(table: Table, key: str) -> Quantity | None:
    return table.quantity(key) if key in table else None


def read_channels(parent: Table) -> tuple[ChannelCost, ...]:
    return tuple(_channel(table) for table in parent.tables("channels", _CHANNEL_KEYS))


def _channel(table: Table) -> ChannelCost:
    name, share = table.text("name"), table.number("share")
    cost, concurrency = table.quantity("cost", stated_beside=True), _concurrency(table)
    with table.naming():
        return ChannelCost(name=name, share=share, cost=cost, concurrency=concurrency)


def _concurrency(table: Table) -> float:
    return table.number("concurrency") if "concurrency" in table else 1.0


def read_failures(file: Table) -> Failures | None:
    if "failures" not in file:
        return None
    table = file.table("failures", ("share", "channels"))
    share, channels = table.quantity("share"), read_channels(table)
    with table.naming():
        return Failures(share=share, channels=channels)


def read_investment(file: Table, periods: Periods) -> tuple[Spending | StaffTime, ...]:
    return tuple(_line(table, periods) for table in file.tables("investment", _INVESTMENT_KEYS))


def _line(table: Table, periods: Periods) -> Spending | StaffTime:
    name, kind, period = table.text("name"), table.choice("kind", CostKind), periods.of(table)
    timed = [key for key in ("hours", "rate", "concurrency") if key in table]
    if kind is not CostKind.STAFF or "amount" in table:
        if timed:
            raise WorthError(
                f"{table.place(timed[0])} cannot stand here.",
                hint='A line has an amount, or with kind = "staff" hours and a rate.',
            )
        return Spending(name=name, kind=kind, amount=table.quantity("amount"), period=period)
    hours, rate, concurrency = table.quantity("hours"), table.quantity("rate"), _concurrency(table)
    with table.naming():
        return StaffTime(name=name, hours=hours, rate=rate, period=period, concurrency=concurrency)


def read_objective(file: Table) -> str | None:
    if "objective" not in file:
        return None
    table = file.table("objective", ("name",))
    with table.naming("name"):
        return objective(table.text("name")).name


def read_framework(file: Table) -> Framework:
    if "framework" not in file:
        return Framework()
    table = file.table("framework", ("goals", "benchmarks", "targets", "measures", "actions"))
    return Framework(
        goals=tuple(map(_goal, table.tables("goals", ("measure", "business_result", "value", "date")))),
        benchmarks=tuple(map(_benchmark, table.tables("benchmarks", ("measure", "value", "source", "year")))),
        targets=tuple(map(_target, table.tables("targets", ("measure", "how", "date")))),
        measures=tuple(map(_tracked, table.tables("measures", ("measure", "baseline", "date")))),
        actions=tuple(map(_action, table.tables("actions", ("finding", "action", "owner", "date")))),
    )


def _goal(table: Table) -> Goal:
    return Goal(
        measure=table.text("measure"),
        business_result=table.text("business_result"),
        value=table.number("value"),
        by=table.day("date"),
    )


def _benchmark(table: Table) -> Benchmark:
    return Benchmark(
        measure=table.text("measure"),
        value=table.number("value"),
        source=table.text("source"),
        year=table.whole("year"),
    )


def _target(table: Table) -> Target:
    return Target(measure=table.text("measure"), how=table.text("how"), when=table.day("date"))


def _tracked(table: Table) -> TrackedMeasure:
    return TrackedMeasure(
        measure=table.text("measure"), baseline=table.number("baseline"), as_of=table.day("date")
    )


def _action(table: Table) -> Action:
    return Action(
        finding=table.text("finding"),
        action=table.text("action"),
        owner=table.text("owner"),
        by=table.day("date"),
    )
