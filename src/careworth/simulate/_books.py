"""What the simulated company's books say: the figures for the return on social service."""

from datetime import date

from careworth.simulate._company import Company
from careworth.simulate._truth import YearTruth

SOURCE = "simulated company's own books"
_EXTRA_TIME = 1.3
"""Paid hours for each hour that the tool measured: reading, notes, breaks."""


def inputs_toml(
    company: Company, year: int, true: YearTruth, handling_hours: float, conversations: int
) -> str:
    """Requests, costs, investment and the six elements of the framework, in rupiah a month.

    ``handling_hours`` is what the tool measured in the whole year. Money that a larger company would
    spend more of grows with ``conversations``.
    """
    size = conversations / 6000
    hours = handling_hours * _EXTRA_TIME / 12
    return _BOOKS.format(
        name=company.name,
        source=SOURCE,
        closed=date(year, 12, 31),
        low_hours=round(hours * 0.9, 1),
        hours=round(hours, 1),
        high_hours=round(hours * 1.2, 1),
        tools=round(700_000 * size),
        advertising=round(250_000 * size),
        training=round(100_000 * size),
        half_year=date(year, 6, 30),
        spring=date(year + 1, 3, 31),
        summer=date(year + 1, 6, 30),
        year=year,
        wait=_minutes(true.quarters[f"{year}-Q2"].median_wait_hours),
        within=round(true.quarters[f"{year}-Q2"].answered_within["1"] or 0.0, 3),
        away=round(true.quarters[f"{year}-Q2"].sent_out_of_channel_share or 0.0, 3),
    )


def _minutes(hours: float | None) -> int:
    """A wait that half of the requests never saw the end of is noted as three days."""
    return round(60 * (72.0 if hours is None else hours))


_BOOKS = """\
# Figures for the return on social service of {name}.
# Everything here is simulated: no company has these costs.

currency = "IDR"
period = "month"

[requests.share_that_are_requests]
low = 0.6
mode = 0.7
high = 0.8
source = "sample of 200 conversations, {source}"
date = {closed}

[requests.solved_when_answered]
low = 0.74
mode = 0.8
high = 0.87
source = "sample of 150 conversations, {source}"
date = {closed}

[counterfactual.would_have_contacted]
low = 0.5
mode = 0.68
high = 0.85
source = "survey of 400 customers, {source}"
date = {half_year}

[[channels]]
name = "phone"
share = 0.62
cost = {{ low = 36000, mode = 42000, high = 50000 }}
source = "{source}"
date = {closed}

[[channels]]
name = "chat"
share = 0.24
cost = {{ low = 38000, mode = 46000, high = 54000 }}
concurrency = 2.0
source = "{source}"
date = {closed}

[[channels]]
name = "shop"
share = 0.14
cost = {{ low = 65000, mode = 80000, high = 100000 }}
source = "{source}"
date = {closed}

[failures.share]
low = 0.04
mode = 0.07
high = 0.12
source = "sample of 150 conversations, {source}"
date = {closed}

[[failures.channels]]
name = "phone"
share = 0.70
cost = {{ low = 36000, mode = 42000, high = 50000 }}
source = "{source}"
date = {closed}

[[failures.channels]]
name = "shop"
share = 0.20
cost = {{ low = 65000, mode = 80000, high = 100000 }}
source = "{source}"
date = {closed}

[[investment]]
name = "inbox tool and seats"
kind = "tools"
amount = {{ value = {tools}, source = "{source}", date = {closed} }}

[[investment]]
name = "social care team"
kind = "staff"
hours = {{ low = {low_hours}, mode = {hours}, high = {high_hours}, source = "{source}", date = {closed} }}
rate = {{ low = 32000, mode = 36000, high = 40000, source = "{source}", date = {closed} }}

[[investment]]
name = "posts that announce the service"
kind = "advertising"
amount = {{ value = {advertising}, source = "{source}", date = {closed} }}

[[investment]]
name = "training"
kind = "other"
amount = {{ value = {training}, source = "{source}", date = {closed} }}

[objective]
name = "deflected_requests"

[[framework.goals]]
measure = "first_reply_time"
business_result = "fewer customers who leave after a fault"
value = 45
date = {summer}

[[framework.goals]]
measure = "answered_within_1h"
business_result = "fewer second contacts by phone"
value = 0.6
date = {summer}

[[framework.goals]]
measure = "out_of_channel_rate"
business_result = "a lower cost of each solved request"
value = 0.1
date = {summer}

[[framework.benchmarks]]
measure = "first_reply_time"
value = 90
source = "made-up panel of telecom companies"
year = {year}

[[framework.benchmarks]]
measure = "answered_within_1h"
value = 0.5
source = "made-up panel of telecom companies"
year = {year}

[[framework.benchmarks]]
measure = "out_of_channel_rate"
value = 0.15
source = "made-up panel of telecom companies"
year = {year}

[[framework.targets]]
measure = "first_reply_time"
how = "keep the evening shift and open at 10:00 on public holidays"
date = {spring}

[[framework.targets]]
measure = "answered_within_1h"
how = "two more agents on call when a network fault begins"
date = {spring}

[[framework.targets]]
measure = "out_of_channel_rate"
how = "let agents check identities by direct message"
date = {summer}

[[framework.measures]]
measure = "first_reply_time"
baseline = {wait}
date = {half_year}

[[framework.measures]]
measure = "answered_within_1h"
baseline = {within}
date = {half_year}

[[framework.measures]]
measure = "out_of_channel_rate"
baseline = {away}
date = {half_year}

[[framework.actions]]
finding = "since it began the typical wait has fallen by hours"
action = "make the evening shift permanent"
owner = "head of customer care"
date = {spring}

[[framework.actions]]
finding = "faults leave more requests without an answer than any other day"
action = "call agents in when the network centre reports a fault"
owner = "team lead of social care"
date = {spring}
"""
