"""From the care record to the counts that the return on social service stands on."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from careworth.facts.engines import Engine
from careworth.measures import Question
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
    return MeasuredRequests(**row, first_day=_day(question.since or first, zone), last_day=_day(end, zone))


def _day(moment: datetime | None, zone: ZoneInfo) -> date | None:
    return None if moment is None else moment.astimezone(zone).date()
