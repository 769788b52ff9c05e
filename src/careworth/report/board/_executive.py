"""The first page: the worth, three figures of service, what changed, what to do."""

from collections.abc import Iterator
from dataclasses import dataclass

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
from careworth.report.language import meant, say, tell, translated
from careworth.report.writing import COUNT, PERCENT, write_day, write_number, write_range

_MOST_ACTIONS = 4
_FEWEST_OF_A_CHANNEL = 30
_WHOLE_YEAR = 330
"""Days; a shorter record may lack a season."""


@dataclass(frozen=True, slots=True)
class _Change:
    """How a measure is said to have gone."""

    same: str
    fell: str
    rose: str


_CHANGES = {
    "first_reply_time": _Change(
        meant("The median first reply stayed at {now}."),
        meant("The median first reply fell from {before} to {now}"),
        meant("The median first reply rose from {before} to {now}"),
    ),
    "answered_within_1h": _Change(
        meant("The share answered within an hour stayed at {now}."),
        meant("The share answered within an hour fell from {before} to {now}"),
        meant("The share answered within an hour rose from {before} to {now}"),
    ),
    "out_of_channel_rate": _Change(
        meant("The share sent to another channel stayed at {now}."),
        meant("The share sent to another channel fell from {before} to {now}"),
        meant("The share sent to another channel rose from {before} to {now}"),
    ),
}


def executive(evidence: Evidence) -> Executive:
    worth = evidence.worth
    return Executive(
        worth=KeyFigure(
            say("Worth of the service in a year, after all its costs"),
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
        return tell("State it in a file and make the report with --inputs FILE.toml.")
    if worth.probability_net_positive is None:
        return None
    likely = say(
        "The chance that it is above zero is {chance}, if the stated assumptions hold.",
        chance=chance(worth.probability_net_positive),
    )
    days = (evidence.day(evidence.last) - evidence.day(evidence.first)).days + 1
    if days >= _WHOLE_YEAR:
        return Paragraph((likely,))
    span = f"{days} {plural('day', days)}"
    return Paragraph(
        (f"{likely} {say('The record covers {span}: the year is taken to be like that.', span=span)}",)
    )


def _figure(evidence: Evidence, name: str, of: str) -> KeyFigure:
    """A figure with how many things it looked at and the goal that was set for it."""
    row = evidence.whole[name]
    goals = evidence.inputs.framework.goals if evidence.inputs is not None else ()
    goal = next((goal for goal in goals if goal.measure == name), None)
    count = counted(name, row, of)
    if goal is None:
        return KeyFigure(label(name), number(name, row), tell("of {count}", count=count))
    aim = {"value": write_value(name, goal.value), "day": write_day(goal.by)}
    return KeyFigure(
        label(name), number(name, row), tell("of {count}; goal: {value} by {day}", count=count, **aim)
    )


def _changes(evidence: Evidence) -> Iterator[Paragraph]:
    """What care did to customers, then the second half of the span beside the first; what may be chance
    is said to be so."""
    if evidence.loyalty is not None:
        yield loyalty_sentence(evidence.loyalty)
    if not evidence.comparable:
        yield tell("The two halves of the record hold too little to be compared.")
        return
    yield _volume(evidence)
    for name in _CHANGES:
        before, now = evidence.before[name], evidence.now[name]
        if before["value"] is not None and now["value"] is not None:
            yield _change(name, number(name, before), number(name, now), _apart(before, now))


def _volume(evidence: Evidence) -> Paragraph:
    before, now = (half["conversations"] for half in (evidence.before, evidence.now))
    ratio = now["n"] / before["n"] - 1
    noun = "request" if evidence.question.requests_only else "conversation"
    more = meant("In the second half, from {day} on, there were {count}, {share} more than in the first.")
    fewer = meant("In the second half, from {day} on, there were {count}, {share} fewer than in the first.")
    return tell(
        more if ratio >= 0 else fewer,
        day=write_day(evidence.day(evidence.middle)),
        count=(number("conversations", now), f" {plural(noun, now['n'])}"),
        share=write_number(abs(ratio), PERCENT),
    )


def _change(name: str, before: Number, now: Number, sure: bool) -> Paragraph:
    assert before.value is not None and now.value is not None
    said = _CHANGES[name]
    if write_number(now.value, now.unit) == write_number(before.value, before.unit):
        return tell(said.same, now=now)
    text = said.fell if now.value < before.value else said.rose
    told = tell(text, before=before, now=now)
    return Paragraph((*told.parts, say(".") if sure else say("; this may be chance.")))


def _apart(before: Row, now: Row) -> bool:
    if any(row.get(end) is None for row in (before, now) for end in ("low", "high")):
        return False
    return bool(now["high"] < before["low"] or before["high"] < now["low"])


def _actions(evidence: Evidence) -> Iterator[Paragraph]:
    """What the company planned first, then what the figures suggest."""
    if evidence.inputs is not None:
        for action in evidence.inputs.framework.actions:
            plan, why, who = (capital(text) for text in (action.action, action.finding, action.owner))
            day = write_day(action.by)
            yield tell("{plan}. {why}. {who}, by {day}.", plan=plan, why=why, who=who, day=day)
    yield from _slowest_channel(evidence)
    worth = evidence.worth
    if worth is None:
        yield tell("State what the service costs, so that its worth can be told.")
        return
    if worth.tornado:
        yield tell(
            "Find out more about “{text}”: no other stated figure moves the worth as much.",
            text=translated(worth.tornado[0].text),
        )
    guessed = worth.requests.guess_share if worth.requests is not None else None
    if guessed is not None and guessed > 0.1:
        share = write_number(guessed, PERCENT)
        yield tell("Tag more conversations: {share} of the counted requests rest on a guess.", share=share)


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
        yield tell(
            "Look at {worst}: within an hour {low} are answered there, on {best} {high}.",
            worst=channel_name(worst["channel"]),
            low=number("answered_within_1h", worst),
            best=channel_name(best["channel"]),
            high=number("answered_within_1h", best),
        )


def headline(page: Executive, evidence: Evidence) -> str:
    """The report in two sentences, for a terminal."""
    worth = page.worth.number
    if worth.value is None or worth.low is None or worth.high is None:
        first = say("No return can be stated: {reason}", reason=worth.reason)
    else:
        first = say(
            "The service is worth {value} a year, net (likely {range}).",
            value=write_number(worth.value, worth.unit),
            range=write_range(worth.low, worth.high, worth.unit),
        )
    reply = page.service[0].number
    if reply.value is None:
        return first
    count = evidence.whole["conversations"]["n"]
    second = say(
        "The median first reply of {count} took {wait}.",
        count=f"{write_number(count, COUNT)} {plural('conversation', count)}",
        wait=write_number(reply.value, reply.unit),
    )
    return f"{first} {second}"
