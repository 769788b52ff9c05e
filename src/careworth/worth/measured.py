"""From the care record to the counts that the return on social service stands on."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from careworth.facts.engines import Engine
from careworth.measures import MEASURES, Question, values
from careworth.worth._return_quantity import Kind, Quantity
from careworth.worth._return_requests import MeasuredRequests

_COUNTS = """
select count(*) as opened,
       count(first_reply_at) as answered,
       count(case when first_reply_at is not null then sent_elsewhere_at end) as sent_out_of_channel,
       count(case when tagged then 1 end) as tagged,
       count(case when tagged_service then 1 end) as tagged_service,
       count(case when tagged_service then first_reply_at end) as service_answered,
       count(case when tagged_service and first_reply_at is not null then sent_elsewhere_at end)
           as service_sent_out_of_channel,
       min(opened_at) as first_at,
       max(opened_at) as last_at
from conversations
where opened_by_customer{limits}
"""


def measured_requests(engine: Engine, question: Question) -> MeasuredRequests:
    """Counts of conversations that customers opened in the span of a question.

    The period is what was asked for; an end that was left open is that of the first or last conversation.
    Where all conversations without a tag have labels, these say how many of them ask for service.
    """
    limits = "".join(
        f" and @micros(opened_at) {sign} {int(moment.timestamp() * 1_000_000)}"
        for sign, moment in ((">=", question.since), ("<", question.until))
        if moment is not None
    )
    row = engine.query(engine.dialect.render(_COUNTS.replace("{limits}", limits))).to_pylist()[0]
    first, last = row.pop("first_at"), row.pop("last_at")
    zone = ZoneInfo(question.zone)
    end = question.until - timedelta(microseconds=1) if question.until is not None else last
    return MeasuredRequests(
        **row,
        labelled=_by_labels(engine, question, row),
        first_day=_day(question.since or first, zone),
        last_day=_day(end, zone),
    )


def _by_labels(engine: Engine, question: Question, counts: Mapping[str, int]) -> Quantity | None:
    """The share of the conversations without a tag that ask for service, corrected for the labels' errors.

    None where labels cannot say: some have none, or their errors are not known.
    """
    untagged = counts["opened"] - counts["tagged"]
    span = Question(since=question.since, until=question.until)
    [table] = values(engine, [MEASURES["requests"]], span)
    [found] = table.rows
    if untagged == 0 or found["n"] < counts["opened"] or found["value"] is None:
        return None
    low, mode, high = (
        min(max((found[end] - counts["tagged_service"]) / untagged, 0.0), 1.0)
        for end in ("low", "value", "high")
    )
    source = f"labels {', '.join(table.labels)}, corrected for their known errors"
    return Quantity(low=low, mode=mode, high=high, kind=Kind.MEASURED, source=source)


def _day(moment: datetime | None, zone: ZoneInfo) -> date | None:
    return None if moment is None else moment.astimezone(zone).date()
