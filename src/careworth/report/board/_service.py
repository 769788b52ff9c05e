"""The section "How customers were served"."""

from datetime import date, timedelta

import numpy as np
import pyarrow as pa

from careworth.report import charts
from careworth.report.blocks import (
    Block,
    Chart,
    Column,
    Count,
    KeyFigure,
    KeyFigures,
    Paragraph,
    Section,
    Sum,
    Table,
)
from careworth.report.board._evidence import Evidence, Row
from careworth.report.board._numbers import (
    AS_HOURS,
    MINUTES,
    PER_CENT_1,
    came_from,
    cell,
    count_of,
    number,
    unit_of,
)
from careworth.report.writing import COUNT, Unit, write_day, write_number

HORIZONS = ("1h", "4h", "24h", "72h")
_FEWEST_ROWS_OF_AN_AGENT = 20


def service_section(evidence: Evidence) -> Section:
    blocks: list[Block] = [_opening(evidence), _figures(evidence)]
    if len(evidence.curve_now) and len(evidence.curve_before):
        blocks.append(_curves(evidence))
    blocks += [_volume(evidence), _by_channel(evidence)]
    if (agents := _by_agent(evidence)) is not None:
        blocks.append(agents)
    return Section("How customers were served", tuple(blocks))


def _opening(evidence: Evidence) -> Paragraph:
    whole = evidence.whole
    return Paragraph(
        (
            "Customers asked for service in " if evidence.question.requests_only else "Customers opened ",
            number("conversations", whole["conversations"], Count()),
            " conversations and wrote ",
            number("messages_in", whole["messages_in"], Count()),
            " messages; people of the brand wrote ",
            number("messages_out", whole["messages_out"], Count()),
            ". In ",
            number("answered", whole["answered"]),
            " of the conversations a person answered at all; those without an answer stay in every figure "
            "of time below.",
        )
    )


def _figures(evidence: Evidence) -> KeyFigures:
    shown = (
        ("Next response, once answered", "next_response_time"),
        ("Moved to a private message", "moved_to_private"),
        ("Sent to another channel", "out_of_channel_rate"),
        ("Messages in a conversation", "messages_per_conversation"),
        ("Handling time of a conversation", "handling_time"),
        ("Waiting at the end", "backlog"),
    )
    return KeyFigures(
        tuple(
            KeyFigure(
                label,
                number(name, evidence.whole[name], Count() if name == "backlog" else None),
                None
                if name == "backlog"
                else Paragraph(("of ", count_of(name, evidence.whole[name]), " counted")),
            )
            for label, name in shown
            if evidence.whole[name]["value"] is not None
        )
    )


def _curves(evidence: Evidence) -> Chart:
    now, before = evidence.now["first_reply_time"], evidence.before["first_reply_time"]
    names = _half_names(evidence)
    return Chart(
        title=_curve_title(now, before),
        picture=charts.response_curve(
            _curve(names[1], evidence.curve_now), _curve(names[0], evidence.curve_before), first=0.05
        ),
        table=Table(
            title="Share of conversations with a first reply",
            columns=(
                Column("Within"),
                Column(names[0], PER_CENT_1),
                Column(names[1], PER_CENT_1),
                Column("Whole period", PER_CENT_1, came_from("first_reply_time")),
            ),
            rows=tuple(
                (
                    horizon.replace("h", " h"),
                    before["within"][horizon],
                    now["within"][horizon],
                    evidence.whole["first_reply_time"]["within"][horizon],
                )
                for horizon in HORIZONS
            ),
            rows_csv="first_reply_time",
        ),
        note="Kaplan-Meier estimates with 95% bands: what was not yet answered counts for as long as it was "
        "watched. The time axis is logarithmic.",
    )


def _curve_title(now: Row, before: Row) -> str:
    if now["value"] is None or before["value"] is None:
        return "How soon customers got a first reply"
    unit = unit_of("first_reply_time", max(now["value"], before["value"]))
    change = f"{write_number(before['value'], unit)} before, {write_number(now['value'], unit)} now"
    return f"Half of the customers had a first reply within: {change}"


def _half_names(evidence: Evidence) -> tuple[str, str]:
    middle = evidence.middle.date()
    return f"Before {write_day(middle)}", f"From {write_day(middle)}"


def _curve(name: str, steps: pa.Table) -> charts.Curve:
    """From minutes to hours, beginning with nobody answered at the first instant."""
    columns = [np.asarray(steps[key], dtype=float) for key in ("minutes", "share", "low", "high")]
    hours, share, low, high = (np.insert(column, 0, 0.0) for column in columns)
    return charts.Curve(name, hours / 60, share, low, high)


def _volume(evidence: Evidence) -> Chart:
    came, went = ({row["week"]: row["n"] for row in evidence.by_week[name]} for name in evidence.by_week)
    weeks = _all_weeks(sorted({*came, *went}))
    received, sent = [came.get(week, 0) for week in weeks], [went.get(week, 0) for week in weeks]
    peak = weeks[int(np.argmax(received))]
    return Chart(
        title=f"Messages by week; most came in the week of {write_day(peak)}",
        picture=charts.bars_over_time(
            weeks, charts.Series("messages received", received), charts.Series("messages sent", sent)
        ),
        table=Table(
            title="Messages by week",
            columns=(
                Column("Week of"),
                Column("Received", COUNT, came_from("messages_in", Count())),
                Column("Sent by people", COUNT, came_from("messages_out", Count())),
            ),
            rows=tuple(zip(weeks, received, sent, strict=True)),
            total=("Total", sum(received), sum(sent)),
            rows_csv="messages_in",
        ),
    )


def _all_weeks(weeks: list[date]) -> list[date]:
    """Also those in which nothing was written."""
    if not weeks:
        return []
    count = (weeks[-1] - weeks[0]).days // 7 + 1
    return [weeks[0] + timedelta(days=7 * place) for place in range(count)]


def _by_channel(evidence: Evidence) -> Table:
    by = {name: {row["channel"]: row for row in rows} for name, rows in evidence.by_channel.items()}
    channels = sorted(by["conversations"], key=lambda name: -by["conversations"][name]["n"])
    whole = evidence.whole
    waits = [cell(by["first_reply_time"].get(name)) for name in channels]
    unit = _wait_unit([wait for wait in waits if isinstance(wait, float)])
    return Table(
        title="By channel",
        columns=(
            Column("Channel"),
            Column("Conversations", COUNT, came_from("conversations", Count())),
            Column("Answered", COUNT, came_from("answered", Sum("hit"))),
            Column("Median first reply", unit, came_from("first_reply_time")),
            Column("Within 1 h", PER_CENT_1, came_from("answered_within_1h")),
            Column("Sent elsewhere", PER_CENT_1, came_from("out_of_channel_rate")),
        ),
        rows=tuple(
            (
                name,
                by["conversations"][name]["n"],
                cell(by["answered"].get(name), "hits"),
                cell(by["first_reply_time"].get(name)),
                cell(by["answered_within_1h"].get(name)),
                cell(by["out_of_channel_rate"].get(name)),
            )
            for name in channels
        ),
        total=(
            "All",
            whole["conversations"]["n"],
            whole["answered"]["hits"],
            whole["first_reply_time"]["value"],
            whole["answered_within_1h"]["value"],
            whole["out_of_channel_rate"]["value"],
        ),
        rows_csv="first_reply_time",
    )


def _wait_unit(waits: list[float]) -> Unit:
    return AS_HOURS if waits and max(waits) >= 180 else MINUTES


def _by_agent(evidence: Evidence) -> Table | None:
    rows = [row for row in evidence.by_agent if row["agent"] and row["n"] >= _FEWEST_ROWS_OF_AN_AGENT]
    rows = sorted(rows, key=lambda row: -row["n"])[:12]
    if len(rows) < 2:
        return None
    waits = [row["median_answered"] for row in rows if row["median_answered"] is not None]
    return Table(
        title="By the agent who answered first",
        columns=(
            Column("Agent"),
            Column("Conversations", COUNT),
            Column("Median first reply", _wait_unit(waits), came_from("first_reply_time")),
            Column("p90", _wait_unit([row["p90_answered"] for row in rows if row["p90_answered"]])),
        ),
        rows=tuple((row["agent"], row["n"], row["median_answered"], row["p90_answered"]) for row in rows),
        rows_csv="first_reply_time",
        note=f"Agents with {_FEWEST_ROWS_OF_AN_AGENT} conversations or more. Who works nights meets longer "
        "waits: these figures describe, they do not rank.",
    )
