"""The section "How customers were served"."""

from collections.abc import Mapping
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
    Table,
)
from careworth.report.board._evidence import Evidence, Row
from careworth.report.board._groups import by_agent, by_brand, by_channel
from careworth.report.board._numbers import PER_CENT_1, came_from, counted, label, number, unit_of
from careworth.report.language import say, tell
from careworth.report.writing import COUNT, write_day, write_number

Rows = Mapping[str, Row]

_REPLY = "first_reply_time"
_FIRST, _LAST = 0.05, 72.0
"""Hours, where the axis of waits begins and ends."""
_HORIZONS = ("1h", "4h", "24h", "72h")
_MOST_WEEKS = 104
_SHOWN = (
    ("next_response_time", "wait"),
    ("moved_to_private", "public conversation"),
    ("out_of_channel_rate", "answered conversation"),
    ("messages_per_conversation", "conversation"),
    ("handling_time", "timed conversation"),
)


def service_section(evidence: Evidence) -> Section:
    blocks: list[Block] = [_opening(evidence), _figures(evidence)]
    if _reaches(evidence.curve):
        blocks.append(_curves(evidence))
    blocks += [table for table in (group(evidence) for group in (by_channel, by_brand, by_agent)) if table]
    if any(evidence.by_week.values()):
        blocks.append(_volume(evidence))
    return Section(say("How customers were served"), tuple(blocks))


def _opening(evidence: Evidence) -> Paragraph:
    whole, tagged = evidence.whole, evidence.question.requests_only
    opened = counted("conversations", whole["conversations"], "conversation")
    came, went = (counted(name, whole[name], "message") for name in ("messages_in", "messages_out"))
    if not whole["answered"]["n"]:
        return tell("No customer opened a conversation. The company wrote {count}.", count=went)
    said = tell(
        " They wrote {came} in all, and people of the company wrote {went}. A person answered in {share} of "
        "the conversations. Those that nobody answered are not left out: they count in every share and every "
        "waiting time below.",
        came=came,
        went=went,
        share=number("answered", whole["answered"]),
    )
    if not tagged:
        return Paragraph((*tell("Customers opened {count}.", count=opened).parts, *said.parts))
    asked = tell("Customers asked for service in {count}.", count=opened)
    left = say("What people did not tag as a request for service is not in these figures.")
    return Paragraph((*asked.parts, *said.parts, f" {left}"))


def _figures(evidence: Evidence) -> KeyFigures:
    figures = [
        KeyFigure(
            label(name),
            number(name, evidence.whole[name]),
            tell("of {count}", count=counted(name, evidence.whole[name], of)),
        )
        for name, of in _SHOWN
        if evidence.whole[name]["value"] is not None
    ]
    backlog = KeyFigure(label("backlog"), number("backlog", evidence.whole["backlog"], Count()))
    return KeyFigures((*figures, backlog))


def _curves(evidence: Evidence) -> Chart:
    """The two halves in one picture where they can be compared, else the whole record."""
    whole, first, second = say("Whole record"), say("First half"), say("Second half")
    now, before = _curve(whole, evidence.curve), None
    shown: dict[str, Rows] = {whole: evidence.whole}
    if evidence.comparable:
        now, before = _curve(second, evidence.curve_now), _curve(first, evidence.curve_before)
        shown = {first: evidence.before, second: evidence.now, **shown}
    return Chart(
        title=_curve_title(evidence),
        picture=charts.response_curve(now, before, first=_FIRST),
        table=_within(shown),
        note=say(
            "The bands hold the true share with a probability of 95% (Kaplan-Meier: what was not yet "
            "answered counts for as long as it was watched). The steps of the time axis grow."
        ),
    )


def _within(shown: Mapping[str, Rows]) -> Table:
    spans = [rows[_REPLY]["within"] for rows in shown.values()]
    return Table(
        title=say("Share of conversations with a first reply"),
        columns=(
            Column(say("Within")),
            *(Column(name, PER_CENT_1, came_from(_REPLY)) for name in shown),
        ),
        rows=tuple(
            (horizon.replace("h", say(" h")), *(within[horizon] for within in spans)) for horizon in _HORIZONS
        ),
        rows_csv=_REPLY,
    )


def _curve_title(evidence: Evidence) -> str:
    def half_within(half: str) -> str | None:
        value = getattr(evidence, half)[_REPLY]["value"]
        return None if value is None else write_number(value, unit_of(_REPLY, value))

    before, now, whole = (half_within(half) for half in ("before", "now", "whole"))
    if evidence.comparable and before is not None and now is not None:
        if before == now:
            return say("The median first reply stayed at {now}", now=now)
        ends = {"before": before, "now": now}
        if evidence.now[_REPLY]["value"] < evidence.before[_REPLY]["value"]:
            return say(
                "The median first reply fell from {before} in the first half to {now} in the second", **ends
            )
        return say(
            "The median first reply rose from {before} in the first half to {now} in the second", **ends
        )
    if whole is not None:
        return say("Half of the customers had a first reply within {wait}", wait=whole)
    return say("Less than half of the customers had a reply")


def _reaches(steps: pa.Table) -> bool:
    """Whether there is anything to draw: waits longer than where the axis begins, or all answered."""
    return len(steps) > 0 and (steps["minutes"][-1].as_py() > 60 * _FIRST or steps["share"][-1].as_py() == 1)


def _curve(name: str, steps: pa.Table) -> charts.Curve:
    """From minutes to hours, beginning with nobody answered at the first instant.

    When all are answered nothing changes any more, however long one watches.
    """
    columns = [np.asarray(steps[key], dtype=float) for key in ("minutes", "share", "low", "high")]
    hours, share, low, high = (np.insert(column, 0, 0.0) for column in columns)
    if share[-1] == 1.0:
        hours = np.append(hours, max(hours[-1], 60 * _LAST))
        share, low, high = (np.append(column, column[-1]) for column in (share, low, high))
    return charts.Curve(name, hours / 60, share, low, high)


def _volume(evidence: Evidence) -> Chart:
    came, went = ({row["week"]: row["n"] for row in evidence.by_week[name]} for name in evidence.by_week)
    flows = [(week, came.get(week, 0), went.get(week, 0)) for week in _all_weeks(sorted({*came, *went}))]
    early, late = flows[:-_MOST_WEEKS], flows[-_MOST_WEEKS:]
    earlier = [(say("Earlier"), sum(one[1] for one in early), sum(one[2] for one in early))] if early else []
    return Chart(
        title=_volume_title(late),
        picture=charts.bars_over_time(
            [week for week, _, _ in late],
            charts.Series(say("messages received"), [received for _, received, _ in late]),
            charts.Series(say("messages sent"), [sent for _, _, sent in late]),
        ),
        table=Table(
            title=say("Messages by week"),
            columns=(
                Column(say("Week of")),
                Column(say("Received"), COUNT, came_from("messages_in", Count())),
                Column(say("Sent"), COUNT, came_from("messages_out", Count())),
            ),
            rows=(*earlier, *late),
            total=(say("Total"), *(evidence.whole[name]["n"] for name in evidence.by_week)),
            rows_csv="messages_in",
        ),
    )


def _volume_title(flows: list[tuple[date, int, int]]) -> str:
    week, most, _ = max(flows, key=lambda one: one[1])
    if len(flows) == 1 or not most:
        return say("Messages by week")
    count, day = write_number(most, COUNT), write_day(week)
    return say("Most messages, {count}, came in the week of {day}", count=count, day=day)


def _all_weeks(weeks: list[date]) -> list[date]:
    """Also those in which nothing was written."""
    count = (weeks[-1] - weeks[0]).days // 7 + 1
    return [weeks[0] + timedelta(days=7 * place) for place in range(count)]
