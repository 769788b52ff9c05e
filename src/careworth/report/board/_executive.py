"""The first page: the worth, three figures of service, what changed, what to do."""

from collections.abc import Iterator

from careworth.report.blocks import Executive, KeyFigure, Paragraph
from careworth.report.board._evidence import Evidence, Row
from careworth.report.board._numbers import count_of, number
from careworth.report.board._worth import worth_chart, worth_number
from careworth.report.writing import PERCENT, write_day, write_number

_MOST_ACTIONS = 4


def executive(evidence: Evidence) -> Executive:
    whole, worth = evidence.whole, evidence.worth
    return Executive(
        worth=KeyFigure(
            "What the service is worth, net, in a year", worth_number(evidence), _worth_note(evidence)
        ),
        chart=worth_chart(worth) if worth is not None and worth.year is not None else None,
        service=(
            KeyFigure(
                "First reply, median",
                number("first_reply_time", whole["first_reply_time"]),
                Paragraph(("of ", count_of("first_reply_time", whole["first_reply_time"]), " conversations")),
            ),
            KeyFigure("Answered within 1 hour", number("answered_within_1h", whole["answered_within_1h"])),
            KeyFigure(
                "Sent to a dearer channel", number("out_of_channel_rate", whole["out_of_channel_rate"])
            ),
        ),
        changed=tuple(_changes(evidence)),
        actions=tuple(_actions(evidence))[:_MOST_ACTIONS],
    )


def _worth_note(evidence: Evidence) -> Paragraph | None:
    worth = evidence.worth
    if worth is None:
        return Paragraph(("State your figures in a file and add --inputs FILE.toml.",))
    if worth.probability_net_positive is None:
        return None
    chance = write_number(worth.probability_net_positive, PERCENT)
    return Paragraph((f"Above zero with a probability of {chance}, under the stated assumptions.",))


def _changes(evidence: Evidence) -> Iterator[Paragraph]:
    """The second half of the span beside the first; what may be chance is said to be so."""
    for name, label in (
        ("first_reply_time", "The median first reply"),
        ("answered_within_1h", "The share answered within an hour"),
        ("out_of_channel_rate", "The share sent to another channel"),
    ):
        before, now = evidence.before[name], evidence.now[name]
        if before["value"] is None or now["value"] is None:
            continue
        went = "went from" if before["value"] != now["value"] else "stayed at"
        sure = "" if _apart(before, now) else " The ranges overlap: it may be chance."
        yield Paragraph((f"{label} {went} ", number(name, before), " to ", number(name, now), f".{sure}"))
    before, now = evidence.before["conversations"]["n"], evidence.now["conversations"]["n"]
    if before:
        more = "more" if now >= before else "fewer"
        change = write_number(abs(now / before - 1), PERCENT)
        since = write_day(evidence.middle.date())
        yield Paragraph((f"Customers opened {change} {more} conversations from {since} on than before.",))


def _apart(before: Row, now: Row) -> bool:
    if any(row.get(end) is None for row in (before, now) for end in ("low", "high")):
        return False
    return bool(now["high"] < before["low"] or before["high"] < now["low"])


def _actions(evidence: Evidence) -> Iterator[Paragraph]:
    """What the company planned first, then what the figures suggest."""
    if evidence.inputs is not None:
        for action in evidence.inputs.framework.actions:
            yield Paragraph(
                (f"{action.action} ({action.owner}, by {write_day(action.by)}): {action.finding}.",)
            )
    yield from _slowest_channel(evidence)
    worth = evidence.worth
    if worth is not None and worth.tornado:
        driver = worth.tornado[0]
        yield Paragraph(
            (f"Measure what the result depends on most: {driver.text[0].lower()}{driver.text[1:]}.",)
        )
    if worth is not None and worth.requests is not None and (worth.requests.guess_share or 0) > 0.1:
        share = write_number(worth.requests.guess_share or 0.0, PERCENT)
        yield Paragraph((f"Tag conversations: {share} of the counted requests rest on a guess.",))


def _slowest_channel(evidence: Evidence) -> Iterator[Paragraph]:
    rows = [
        row
        for row in evidence.by_channel["answered_within_1h"]
        if row["n"] >= 30 and row["value"] is not None
    ]
    if len(rows) < 2:
        return
    worst, best = min(rows, key=lambda row: row["value"]), max(rows, key=lambda row: row["value"])
    if worst["value"] < best["value"] - 0.1:
        yield Paragraph(
            (
                f"Look at {worst['channel']}: within an hour ",
                number("answered_within_1h", worst),
                f" are answered there, on {best['channel']} ",
                number("answered_within_1h", best),
                ".",
            )
        )


def headline(evidence: Evidence) -> str:
    """The report in two sentences, for a terminal."""
    page = executive(evidence)
    worth = page.worth.number
    if worth.value is None:
        first = f"No return can be stated: {worth.reason}."
    else:
        value, low, high = (
            write_number(one or 0.0, worth.unit) for one in (worth.value, worth.low, worth.high)
        )
        first = f"The service is worth {value} a year, net (likely {low} to {high})."
    response = page.service[0].number
    if response.value is None:
        return first
    count, wait = evidence.whole["conversations"]["n"], write_number(response.value, response.unit)
    return f"{first} Half of {count:,} conversations had a first reply within {wait}."
