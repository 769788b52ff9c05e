"""The first page: the worth, three figures of service, what changed, what to do."""

from collections.abc import Iterator

from careworth.report.blocks import Executive, KeyFigure, Number, Paragraph
from careworth.report.board._evidence import Evidence, Row
from careworth.report.board._loyalty import loyalty_sentence
from careworth.report.board._numbers import (
    capital,
    chance,
    channel_name,
    counted,
    label,
    number,
    plural,
    write_value,
)
from careworth.report.board._worth import worth_chart, worth_number
from careworth.report.writing import PERCENT, write_day, write_number, write_range

_MOST_ACTIONS = 4
_FEWEST_OF_A_CHANNEL = 30
_WHOLE_YEAR = 330
"""Days; a shorter record may lack a season."""


def executive(evidence: Evidence) -> Executive:
    worth = evidence.worth
    return Executive(
        worth=KeyFigure(
            "Worth of the service in a year, after all its costs",
            worth_number(evidence),
            _worth_note(evidence),
        ),
        chart=worth_chart(worth) if worth is not None and worth.year is not None else None,
        service=(
            _figure(evidence, "first_reply_time", "conversation"),
            _figure(evidence, "answered_within_1h", "conversation"),
            _figure(evidence, "out_of_channel_rate", "answered conversation"),
        ),
        changed=tuple(_changes(evidence)),
        actions=tuple(_actions(evidence))[:_MOST_ACTIONS],
    )


def _worth_note(evidence: Evidence) -> Paragraph | None:
    worth = evidence.worth
    if worth is None:
        return Paragraph(("State it in a file and make the report with --inputs FILE.toml.",))
    if worth.probability_net_positive is None:
        return None
    likely = f"The chance that it is above zero is {chance(worth.probability_net_positive)}"
    days = (evidence.day(evidence.last) - evidence.day(evidence.first)).days + 1
    short = f" The record covers {days} {plural('day', days)}: the year is taken to be like that."
    return Paragraph((f"{likely}, if the stated assumptions hold.{short if days < _WHOLE_YEAR else ''}",))


def _figure(evidence: Evidence, name: str, of: str) -> KeyFigure:
    """A figure with how many things it looked at and the goal that was set for it."""
    row = evidence.whole[name]
    goals = evidence.inputs.framework.goals if evidence.inputs is not None else ()
    goal = next((goal for goal in goals if goal.measure == name), None)
    aim = f"; goal: {write_value(name, goal.value)} by {write_day(goal.by)}" if goal is not None else ""
    return KeyFigure(label(name), number(name, row), Paragraph(("of ", *counted(name, row, of), aim)))


def _changes(evidence: Evidence) -> Iterator[Paragraph]:
    """What care did to customers, then the second half of the span beside the first; what may be chance
    is said to be so."""
    if evidence.loyalty is not None:
        yield loyalty_sentence(evidence.loyalty)
    if not evidence.comparable:
        yield Paragraph(("The two halves of the record hold too little to be compared.",))
        return
    yield _volume(evidence)
    for name, subject in (
        ("first_reply_time", "The median first reply"),
        ("answered_within_1h", "The share answered within an hour"),
        ("out_of_channel_rate", "The share sent to another channel"),
    ):
        before, now = evidence.before[name], evidence.now[name]
        if before["value"] is not None and now["value"] is not None:
            yield _change(subject, number(name, before), number(name, now), _apart(before, now))


def _volume(evidence: Evidence) -> Paragraph:
    before, now = (half["conversations"] for half in (evidence.before, evidence.now))
    ratio = now["n"] / before["n"] - 1
    compared = f"{write_number(abs(ratio), PERCENT)} {'more' if ratio >= 0 else 'fewer'} than in the first"
    noun = "request" if evidence.question.requests_only else "conversation"
    since = write_day(evidence.day(evidence.middle))
    return Paragraph(
        (
            f"In the second half, from {since} on, there were ",
            number("conversations", now),
            f" {plural(noun, now['n'])}, {compared}.",
        )
    )


def _change(subject: str, before: Number, now: Number, sure: bool) -> Paragraph:
    assert before.value is not None and now.value is not None
    if write_number(now.value, now.unit) == write_number(before.value, before.unit):
        return Paragraph((f"{subject} stayed at ", now, "."))
    went = "fell" if now.value < before.value else "rose"
    doubt = "" if sure else "; this may be chance"
    return Paragraph((f"{subject} {went} from ", before, " to ", now, f"{doubt}."))


def _apart(before: Row, now: Row) -> bool:
    if any(row.get(end) is None for row in (before, now) for end in ("low", "high")):
        return False
    return bool(now["high"] < before["low"] or before["high"] < now["low"])


def _actions(evidence: Evidence) -> Iterator[Paragraph]:
    """What the company planned first, then what the figures suggest."""
    if evidence.inputs is not None:
        for action in evidence.inputs.framework.actions:
            plan, why, who = (capital(text) for text in (action.action, action.finding, action.owner))
            yield Paragraph((f"{plan}. {why}. {who}, by {write_day(action.by)}.",))
    yield from _slowest_channel(evidence)
    worth = evidence.worth
    if worth is None:
        yield Paragraph(("State what the service costs, so that its worth can be told.",))
        return
    if worth.tornado:
        text = worth.tornado[0].text
        yield Paragraph((f"Find out more about “{text}”: no other stated figure moves the worth as much.",))
    guessed = worth.requests.guess_share if worth.requests is not None else None
    if guessed is not None and guessed > 0.1:
        share = write_number(guessed, PERCENT)
        yield Paragraph((f"Tag more conversations: {share} of the counted requests rest on a guess.",))


def _slowest_channel(evidence: Evidence) -> Iterator[Paragraph]:
    rows = [
        row
        for row in evidence.by_channel["answered_within_1h"]
        if row["n"] >= _FEWEST_OF_A_CHANNEL and row["value"] is not None
    ]
    if len(rows) < 2:
        return
    worst, best = min(rows, key=lambda row: row["value"]), max(rows, key=lambda row: row["value"])
    if worst["value"] < best["value"] - 0.1:
        yield Paragraph(
            (
                f"Look at {channel_name(worst['channel'])}: within an hour ",
                number("answered_within_1h", worst),
                f" are answered there, on {channel_name(best['channel'])} ",
                number("answered_within_1h", best),
                ".",
            )
        )


def headline(page: Executive, evidence: Evidence) -> str:
    """The report in two sentences, for a terminal."""
    worth = page.worth.number
    if worth.value is None or worth.low is None or worth.high is None:
        first = f"No return can be stated: {worth.reason}"
    else:
        likely = write_range(worth.low, worth.high, worth.unit)
        first = f"The service is worth {write_number(worth.value, worth.unit)} a year, net (likely {likely})."
    reply = page.service[0].number
    if reply.value is None:
        return first
    count, wait = evidence.whole["conversations"]["n"], write_number(reply.value, reply.unit)
    return f"{first} The median first reply of {count:,} {plural('conversation', count)} took {wait}."
