"""A board report of Northwind Telecom, a company that does not exist, with the rows behind every number."""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pyarrow as pa

from careworth.report import blocks as b
from careworth.report import charts
from careworth.report.writing import COUNT, HOURS, PERCENT, Unit, money

DOLLARS = money("$")
TOPICS = ("Billing", "No connection", "Delivery of devices", "Change of contract", "Praise and thanks")
NETWORKS = ("Bluesky", "Facebook", "Mastodon", "X")
START = date(2026, 1, 5)
WEEKS = [START + timedelta(weeks=index) for index in range(26)]
WORTH = (
    ("Customers kept who would have left", 301_000, 180_000, 430_000),
    ("Requests kept out of the telephone queue", 154_000, 118_000, 190_000),
    ("Additional services bought", 21_000, -14_000, 60_000),
    ("Calls after answers that did not help", -64_000, -85_000, -45_000),
)


@dataclass(frozen=True, slots=True)
class Requests:
    """Arrays (n,): week and topic and network as indices, hours to the answer (inf: none in 72 h)."""

    week: np.ndarray
    topic: np.ndarray
    network: np.ndarray
    hours: np.ndarray


def draw(seed: int = 11, count: int = 3120) -> Requests:
    rng = np.random.default_rng(seed)
    week = np.sort(rng.choice(26, count, p=_season()))
    hours = rng.lognormal(np.log(2.3), 1.6, count)
    hours[(hours > 72) | (rng.random(count) < 0.07)] = np.inf
    topic = rng.choice(5, count, p=(0.34, 0.28, 0.17, 0.13, 0.08))
    return Requests(week, topic, rng.choice(4, count, p=(0.18, 0.34, 0.12, 0.36)), hours)


def _season() -> np.ndarray:
    weight = 1 + 0.25 * np.sin(np.arange(26) / 3.2) + np.where(np.arange(26) == 9, 0.7, 0)
    return weight / weight.sum()


def tables(requests: Requests) -> dict[str, pa.Table]:
    answered = np.isfinite(requests.hours)
    conversations = {
        "conversation": [f"c{index:05d}" for index in range(len(requests.hours))],
        "week": pa.array([WEEKS[index] for index in requests.week]),
        "network": [NETWORKS[index] for index in requests.network],
        "topic": [TOPICS[index] for index in requests.topic],
        "answered": answered,
        "first_response_hours": pa.array(requests.hours, mask=~answered),
    }
    return {
        "conversations": pa.table(conversations),
        "weeks": pa.table(
            {
                "week": pa.array(WEEKS),
                "received": np.bincount(requests.week, minlength=26),
                "answered": np.bincount(requests.week[answered], minlength=26),
            }
        ),
        "worth": pa.table(
            {"part": [row[0] for row in WORTH], "dollars": pa.array([row[1] for row in WORTH], pa.int64())}
        ),
        "investment": pa.table(
            {"item": ["Tools", "Hours of 9 agents", "Advertising"], "dollars": [24_000, 131_000, 6_000]}
        ),
    }


def _from(measure: str, rows: str, total: b.Count | b.Sum | None = None, version: int = 1) -> b.Provenance:
    return b.Provenance(measure=measure, definition_version=version, rows_csv=rows, total=total)


RECEIVED = _from("requests_received", "conversations", b.Count(), 2)
ANSWERED = _from("requests_answered", "conversations", b.Sum("answered"), 2)
RESPONSE = _from("first_response", "conversations", None, 3)
SUM_OF_PARTS = _from("worth", "worth", b.Sum("dollars"))
COST = _from("cost", "investment", b.Sum("dollars"))

DEFINITIONS = (
    b.Definition(
        measure="worth",
        version=1,
        name="Worth of social care",
        text="Margin of customers kept above a matched control group, plus contacts kept out of dearer "
        "channels, plus additional services, minus contacts that came back. Parts that describe the same "
        "customer are counted once.",
    ),
    b.Definition(
        measure="requests_received",
        version=2,
        name="Requests received",
        text="Conversations whose first inbound message asks for service, counted in the week of that "
        "message (Coordinated Universal Time).",
    ),
    b.Definition(
        measure="requests_answered",
        version=2,
        name="Requests answered",
        text="Requests with at least one message by a person of the brand within 72 hours.",
    ),
    b.Definition(
        measure="first_response",
        version=3,
        name="First response time",
        text="From the first inbound request to the first outbound message by a person; automatic replies "
        "are left out. Requests without an answer are censored, not dropped (Kaplan and Meier).",
    ),
    b.Definition(
        measure="cost", version=1, name="Cost of social care", text="Tools, hours at their rate, ads."
    ),
)


def executive(requests: Requests) -> b.Executive:
    answered = int(np.isfinite(requests.hours).sum())
    hour = float((requests.hours <= 1).mean())
    return b.Executive(
        worth=b.KeyFigure(
            "Worth of social care in the half-year", _worth(), b.Paragraph(("It cost ", _cost(), "."))
        ),
        chart=worth_chart(),
        service=(
            b.KeyFigure(
                "Requests answered within 72 hours",
                b.Number(value=answered, unit=COUNT, provenance=ANSWERED),
                b.Paragraph(("of ", _received(requests), " received")),
            ),
            b.KeyFigure(
                "Answered within 1 hour",
                b.Number(value=hour, unit=PERCENT, low=hour - 0.014, high=hour + 0.014, provenance=RESPONSE),
            ),
            b.KeyFigure(
                "Satisfied with the answer",
                b.Number(
                    value=None, unit=PERCENT, reason="fewer than 30 customers were asked", provenance=RESPONSE
                ),
            ),
        ),
        changed=(
            b.Paragraph(("Half of the requests now have an answer within ", _median(requests), ".")),
            b.Paragraph(("A network fault in March nearly doubled the volume for one week.",)),
            b.Paragraph(("Social care was opened on Bluesky and Mastodon.",)),
        ),
        actions=(
            b.Paragraph(("Staff the evening shift: late answers are mostly asked for after 18:00.",)),
            b.Paragraph(("Put the billing answers on the help page: they are a third of all requests.",)),
            b.Paragraph(("Keep the control group for one more half-year, so that the range narrows.",)),
        ),
    )


def _received(requests: Requests) -> b.Number:
    return b.Number(value=len(requests.hours), unit=COUNT, provenance=RECEIVED)


def _cost() -> b.Number:
    return b.Number(value=161_000, unit=DOLLARS, provenance=COST)


def _median(requests: Requests) -> b.Number:
    middle = float(np.median(requests.hours))
    return b.Number(value=middle, unit=HOURS, low=middle - 0.2, high=middle + 0.2, provenance=RESPONSE)


def _worth() -> b.Number:
    total = sum(row[1] for row in WORTH)
    return b.Number(value=total, unit=DOLLARS, low=268_000, high=556_000, provenance=SUM_OF_PARTS)


def worth_chart() -> b.Chart:
    total = charts.Range("Worth of social care", sum(row[1] for row in WORTH), 268_000, 556_000, strong=True)
    return b.Chart(
        title="Most of the worth is customers who stayed",
        picture=charts.ranges([*(charts.Range(*row) for row in WORTH), total], unit=DOLLARS),
        table=b.Table(
            title="Parts of the worth, with 90% intervals",
            columns=(
                b.Column("Part"),
                b.Column("Worth", DOLLARS, SUM_OF_PARTS),
                b.Column("Low", DOLLARS),
                b.Column("High", DOLLARS),
            ),
            rows=WORTH,
            total=("Total", total.value, total.low, total.high),
            rows_csv="worth",
        ),
        note="The range of the sum is narrower than the ranges together, for the parts vary independently.",
    )


def tornado_chart() -> b.Chart:
    drivers = (
        charts.Driver("Share that would have telephoned", ("40%", "70%"), 352_000, 460_000),
        charts.Driver("Margin of a customer per month", ("$17", "$22"), 368_000, 447_000),
        charts.Driver("Cost of a telephone call", ("$6.10", "$8.80"), 389_000, 438_000),
        charts.Driver("Cost of an agent's hour", ("$24", "$31"), 425_000, 396_000),
    )
    return b.Chart(
        title="The worth stays above $350,000 whichever single assumption is wrong",
        picture=charts.tornado(drivers, mid=412_000, unit=DOLLARS),
        table=b.Table(
            title="Worth when one assumption moves",
            columns=(
                b.Column("Assumption"),
                b.Column("From"),
                b.Column("To"),
                b.Column("Worth at the low end", DOLLARS),
                b.Column("Worth at the high end", DOLLARS),
            ),
            rows=tuple((one.name, *one.inputs, one.at_low, one.at_high) for one in drivers),
        ),
    )


def volume_chart(rows: dict[str, pa.Table]) -> b.Chart:
    weeks = rows["weeks"].to_pydict()
    received, answered = weeks["received"], weeks["answered"]
    return b.Chart(
        title="Answers kept up with requests, except in the week of the network fault",
        picture=charts.bars_over_time(
            WEEKS, charts.Series("received", received), charts.Series("answered", answered)
        ),
        table=b.Table(
            title="Requests by week",
            columns=(
                b.Column("Week of"),
                b.Column("Received", COUNT, _from("requests_received", "weeks", b.Sum("received"), 2)),
                b.Column("Answered", COUNT, _from("requests_answered", "weeks", b.Sum("answered"), 2)),
            ),
            rows=tuple(zip(WEEKS, received, answered, strict=True)),
            total=("Total", sum(received), sum(answered)),
            rows_csv="weeks",
        ),
    )


def curve(name: str, hours: np.ndarray) -> charts.Curve:
    """With one common end of observation, Kaplan and Meier is the plain share answered by then."""
    times = np.sort(hours[np.isfinite(hours)])
    share = np.arange(1, times.size + 1) / hours.size
    times, share = np.append(np.insert(times, 0, 0), 72), np.append(np.insert(share, 0, 0), share[-1])
    half = 1.645 * np.sqrt(share * (1 - share) / hours.size)
    return charts.Curve(name, times, share, np.clip(share - half, 0, 1), np.clip(share + half, 0, 1))


def response_chart(requests: Requests) -> b.Chart:
    now, before = (
        curve("This half-year", requests.hours),
        curve("Half-year before", draw(12, 2400).hours * 2.6),
    )
    marks = (1, 4, 24, 72)
    shares = [tuple(float((hours <= mark).mean()) for mark in marks) for hours in _both(requests)]
    return b.Chart(
        title="Answers come in less than half the time they took",
        picture=charts.response_curve(now, before, marks=marks),
        table=b.Table(
            title="Share of requests answered",
            columns=(
                b.Column("Within", Unit(suffix=" h")),
                b.Column("This half-year", Unit(scale=100, suffix="%", decimals=1), RESPONSE),
                b.Column("Half-year before", Unit(scale=100, suffix="%", decimals=1)),
            ),
            rows=tuple(zip(marks, *shares, strict=True)),
            rows_csv="conversations",
        ),
        note="Bands are 90% intervals. The time axis is logarithmic.",
    )


def _both(requests: Requests) -> tuple[np.ndarray, np.ndarray]:
    return requests.hours, draw(12, 2400).hours * 2.6


def topic_chart(requests: Requests) -> b.Chart:
    counts = np.bincount(requests.topic, minlength=5).tolist()
    rows = tuple(zip(TOPICS, counts, strict=True))
    return b.Chart(
        title="A third of the requests are about bills",
        picture=charts.horizontal_bars([charts.Bar(*row) for row in rows], unit=COUNT),
        table=b.Table(
            title="Requests by topic",
            columns=(b.Column("Topic"), b.Column("Requests", COUNT, RECEIVED)),
            rows=rows,
            total=("Total", sum(counts)),
            rows_csv="conversations",
        ),
    )


def network_table(requests: Requests) -> b.Table:
    def row(index: int) -> tuple[b.Cell, ...]:
        hours = requests.hours[requests.network == index]
        return (
            NETWORKS[index],
            hours.size,
            int(np.isfinite(hours).sum()),
            float(np.median(hours)),
            float((hours <= 1).mean()),
        )

    rows = tuple(row(index) for index in range(4))
    return b.Table(
        title="Service by network",
        columns=(
            b.Column("Network"),
            b.Column("Received", COUNT, RECEIVED),
            b.Column("Answered", COUNT, ANSWERED),
            b.Column("Median first response", HOURS, RESPONSE),
            b.Column("Within 1 h", PERCENT),
        ),
        rows=rows,
        total=("All", sum(line[1] for line in rows), sum(line[2] for line in rows), None, None),
        rows_csv="conversations",
    )


FRAMEWORK = b.Checklist(
    investment="$161,000: tools, agents' hours at their full rate, advertising.",
    goals="Fewer customers leave; fewer calls for the same question.",
    benchmarks="The half-year before, and the matched control group.",
    targets="35% answered within an hour by December 2026.",
    metrics="First response, share answered, customers kept, contacts kept out of the telephone queue.",
    analysis="Three actions on the first page, each with the number it should move.",
)
ASSUMPTIONS = b.Assumptions(
    (
        b.Assumption(
            text="Share of solved requests that would have become a telephone call",
            value=0.55,
            low=0.4,
            high=0.7,
            unit=PERCENT,
            source="Survey of 212 customers, May 2026",
        ),
        b.Assumption(
            text="Cost of a telephone call",
            value=7.4,
            low=6.1,
            high=8.8,
            unit=money("$", 2),
            source="Finance, ledger of 2025",
        ),
        b.Assumption(
            text="Margin of a customer per month",
            value=19.5,
            low=17,
            high=22,
            unit=money("$", 2),
            source="Finance, price list of January 2026",
        ),
    )
)


def sections(requests: Requests, rows: dict[str, pa.Table]) -> tuple[b.Section, ...]:
    worth = (
        "Social care cost ",
        _cost(),
        " and brought its worth in four parts, each held against customers who had the same trouble in the "
        "same week and did not write to us.",
    )
    return (
        b.Section(
            "What care was worth",
            (b.Paragraph(worth), tornado_chart(), ASSUMPTIONS, FRAMEWORK),
        ),
        b.Section(
            "How we served",
            (
                b.Paragraph(("We received ", _received(requests), " requests on four networks.")),
                response_chart(requests),
                volume_chart(rows),
                network_table(requests),
            ),
        ),
        b.Section("What customers asked", (topic_chart(requests),)),
    )


def northwind() -> tuple[b.Report, dict[str, pa.Table]]:
    requests = draw()
    rows = tables(requests)
    report = b.Report(
        title="What social care was worth",
        subtitle="Northwind Telecom (simulated), January to June 2026",
        data_version=41,
        data_day=date(2026, 7, 5),
        executive=executive(requests),
        sections=sections(requests, rows),
        definitions=DEFINITIONS,
        notices=("Every number here is simulated. Northwind Telecom does not exist.",),
    )
    return report, rows
