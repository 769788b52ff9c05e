"""Formulas that others publish and that a reader may want to compare with."""

from dataclasses import dataclass

from careworth.worth._return_quantity import checked


@dataclass(frozen=True, slots=True)
class Figure:
    """What a formula gives: a value with its unit, or ``None`` with a reason.

    ``formula`` is the formula in words and ``source`` who published it.
    """

    value: float | None
    unit: str
    formula: str
    source: str
    reason: str | None = None


def return_percent(gain: float, cost: float) -> Figure:
    """(gain − cost) ÷ cost × 100, both in one currency for one period."""
    formula, source = "(gain − cost) ÷ cost × 100", "the general definition of return on investment"
    gain, cost = checked(gain, "gain"), checked(cost, "cost")
    if cost == 0:
        return Figure(None, "%", formula, source, "There is no cost to divide by.")
    return Figure((gain - cost) / cost * 100, "%", formula, source)


def cost_per_resolution(
    hourly_rate: float,
    overhead_per_hour: float,
    share_of_time_on_social: float,
    resolutions_per_hour: float,
    *,
    downtime_share: float = 0.0,
) -> Figure:
    """What one resolution on social costs, in the currency of the rate and the overhead.

    ``resolutions_per_hour`` are those of an hour of work; ``downtime_share`` (0 to 1) is the part of a
    paid hour that is not work. Where the resolutions were counted over paid hours, downtime is in them
    already and must be 0.
    """
    formula = "(rate + overhead) × share of time on social ÷ (resolutions per hour × (1 − downtime))"
    source = "Dan Gingiss, Winning at Social Customer Care; where downtime enters is our reading"
    paid = checked(hourly_rate, "hourly rate") + checked(overhead_per_hour, "overhead per hour")
    on_social = checked(share_of_time_on_social, "share of time on social", most=1)
    worked = 1 - checked(downtime_share, "downtime share", most=1)
    resolutions = checked(resolutions_per_hour, "resolutions per hour") * worked
    if resolutions == 0:
        return Figure(
            None, "money", formula, source, "Nothing was resolved, so there is nothing to divide by."
        )
    return Figure(paid * on_social / resolutions, "money", formula, source)


def directly_deflected_requests(
    questions_answered: float, share_by_super_users: float, direct_rate: float
) -> Figure:
    """Requests that did not come to us because another customer answered the one who asked.

    Per the period of ``questions_answered``; the shares are from 0 to 1.
    """
    answered = checked(questions_answered, "questions answered")
    by_users = checked(share_by_super_users, "share answered by super-users", most=1)
    rate = checked(direct_rate, "direct rate", most=1)
    formula = "questions answered × share answered by super-users × direct rate"
    return Figure(answered * by_users * rate, "requests", formula, _COMMUNITY)


def indirectly_deflected_requests(questions_answered: float, indirect_rate: float) -> Figure:
    """Requests that did not come to us because someone else read the answer; rate from 0 to 1."""
    answered = checked(questions_answered, "questions answered")
    rate = checked(indirect_rate, "indirect rate", most=1)
    return Figure(answered * rate, "requests", "questions answered × indirect rate", _COMMUNITY)


def deflected_requests_saving(deflected_requests: float, cost_per_call: float) -> Figure:
    """What those requests would have cost as calls, per their period, in the currency of the cost."""
    saving = checked(deflected_requests, "deflected requests") * checked(cost_per_call, "cost per call")
    return Figure(saving, "money", "deflected requests × cost per call", _COMMUNITY)


_COMMUNITY = "Kathy Herrmann and Natalie Petouhoff, Social Customer Service ROI"


def resolution_time(total_response_minutes: float, enquiries: float) -> Figure:
    """Mean minutes spent on answering one enquiry."""
    formula, source = (
        "total response minutes ÷ enquiries",
        "Altimeter Group, Social Marketing Analytics, 2010",
    )
    minutes, count = (
        checked(total_response_minutes, "total response minutes"),
        checked(enquiries, "enquiries"),
    )
    if count == 0:
        return Figure(None, "minutes", formula, source, "There were no enquiries.")
    return Figure(minutes / count, "minutes", formula, source)


def share_after_label_errors(flagged_share: float, recall: float, false_alarm_rate: float) -> Figure:
    """The true share of requests behind the share that a classifier flags as such, all from 0 to 1.

    ``recall`` is the share of true requests that it flags, ``false_alarm_rate`` the share of all other
    messages that it flags too, both measured on messages that people labelled. Use it for
    ``share_that_are_requests`` where a program, not a person, looked at the untagged conversations.
    """
    formula = "(flagged share − false alarm rate) ÷ (recall − false alarm rate), held within 0 and 1"
    source = "Rogan and Gladen, American Journal of Epidemiology 107, 1978"
    flagged = checked(flagged_share, "flagged share", most=1)
    found, false = checked(recall, "recall", most=1), checked(false_alarm_rate, "false alarm rate", most=1)
    if found <= false:
        return Figure(None, "share", formula, source, "The classifier is no better than chance.")
    return Figure(min(max((flagged - false) / (found - false), 0.0), 1.0), "share", formula, source)
