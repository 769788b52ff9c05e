"""Tables of the service by channel, by brand and by agent."""

from collections.abc import Callable

from careworth.report.blocks import Cell, Column, Count, Sum, Table
from careworth.report.board._evidence import Evidence, Row, Rows
from careworth.report.board._numbers import PER_CENT_1, came_from, cell, channel_name, column_unit
from careworth.report.language import meant, say
from careworth.report.writing import COUNT

_FEWEST_OF_AN_AGENT = 20
_MOST = 12
_TITLES = {
    "channel": (meant("By channel"), meant("Channel")),
    "brand": (meant("By brand"), meant("Brand")),
}


def by_channel(evidence: Evidence) -> Table | None:
    """None where there is one channel only, which is then the whole."""
    if len(evidence.by_channel["conversations"]) < 2:
        return None
    return _by_group(evidence, "channel", evidence.by_channel, channel_name)


def by_brand(evidence: Evidence) -> Table | None:
    """None where brands are but accounts, one on each channel."""
    if len(evidence.by_brand["conversations"]) <= len(evidence.by_channel["conversations"]):
        return None
    return _by_group(evidence, "brand", evidence.by_brand, str)


def _by_group(evidence: Evidence, key: str, rows: Rows, written: Callable[[str], str]) -> Table:
    """The largest groups, and all smaller ones together, so that counts add up."""
    by = {name: {row[key]: row for row in found} for name, found in rows.items()}
    names = sorted(by["conversations"], key=lambda name: (-by["conversations"][name]["n"], name or ""))
    unit = column_unit(cell(by["first_reply_time"].get(name)) for name in names[:_MOST])
    unknown = say("not known")
    shown = [(unknown if name is None else written(name), *_cells(by, name)) for name in names[:_MOST]]
    title, heading = _TITLES[key]
    return Table(
        title=say(title),
        columns=(
            Column(say(heading)),
            Column(say("Conversations"), COUNT, came_from("conversations", Count())),
            Column(say("Answered"), COUNT, came_from("answered", Sum("hit"))),
            Column(say("First reply, median"), unit, came_from("first_reply_time")),
            Column(say("Within an hour"), PER_CENT_1, came_from("answered_within_1h")),
            Column(say("Sent elsewhere"), PER_CENT_1, came_from("out_of_channel_rate")),
        ),
        rows=(*shown, *_others(by, names[_MOST:])),
        total=(say("All"), *_cells({name: {None: row} for name, row in evidence.whole.items()}, None)),
        rows_csv="first_reply_time",
    )


def _cells(by: dict[str, dict[str | None, Row]], name: str | None) -> tuple[Cell, ...]:
    return (
        by["conversations"][name]["n"],
        cell(by["answered"].get(name), "hits"),
        cell(by["first_reply_time"].get(name)),
        cell(by["answered_within_1h"].get(name)),
        cell(by["out_of_channel_rate"].get(name)),
    )


def _others(by: dict[str, dict[str | None, Row]], names: list[str | None]) -> list[tuple[Cell, ...]]:
    if not names:
        return []
    opened = sum(by["conversations"][name]["n"] for name in names)
    answered = sum(by["answered"][name]["hits"] for name in names)
    return [(say("{count} others", count=len(names)), opened, answered, None, None, None)]


def by_agent(evidence: Evidence) -> Table | None:
    rows = [row for row in evidence.by_agent if row["agent"] and row["n"] >= _FEWEST_OF_AN_AGENT]
    rows = sorted(rows, key=lambda row: (-row["n"], row["agent"]))[:_MOST]
    if len(rows) < 2:
        return None
    medians, p90s = ([row[key] for row in rows] for key in ("median_answered", "p90_answered"))
    return Table(
        title=say("By the agent who answered first"),
        columns=(
            Column(say("Agent")),
            Column(say("Conversations"), COUNT),
            Column(say("First reply, median"), column_unit(medians), came_from("first_reply_time")),
            Column(say("9 of 10 within"), column_unit(p90s), came_from("first_reply_time")),
        ),
        rows=tuple((row["agent"], row["n"], row["median_answered"], row["p90_answered"]) for row in rows),
        rows_csv="first_reply_time",
        note=say(
            "Agents with {fewest} conversations or more, {most} at most. Who begins in the morning meets the "
            "waits of the night: the figures describe, they do not rank.",
            fewest=_FEWEST_OF_AN_AGENT,
            most=_MOST,
        ),
    )
