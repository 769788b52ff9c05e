"""The section "Where the company stands": both axes, the matrix, reported beside measured, what to do."""

from collections.abc import Iterator
from datetime import date

import pyarrow as pa

from careworth.maturity import BORDER_BELOW, FORMULA, Peer, Profile, Score, texts
from careworth.report import charts
from careworth.report.blocks import (
    Block,
    Chart,
    Column,
    Definition,
    KeyFigure,
    KeyFigures,
    Number,
    Paragraph,
    Provenance,
    Section,
    Table,
)
from careworth.report.board._part import Part
from careworth.report.language import meant, say, spoken, tell, translated
from careworth.report.writing import COUNT, PERCENT, Unit, write_number

DEFINITION = Definition(measure="maturity", version=1, name=meant("Maturity, 0 to 100"), text=FORMULA)
_ITEMS = "maturity_items"
_ONE = Unit(decimals=1)
_MOST_STEPS = 8
_QUADRANTS = ("Observer", "Conservative", "Contender", "#SocialFirst")
"""Proper names: the same in every language."""
_AXES = {"investment": meant("Investment"), "innovation": meant("Innovation")}


def maturity_part(profile: Profile, peers: tuple[Peer, ...] = ()) -> Part:
    """The section, with the items as the rows behind its numbers."""
    blocks = [
        _figures(profile),
        _opening(profile),
        *_picture(profile, peers),
        *_measured(profile),
        *_steps(profile),
    ]
    return Part(
        section=Section(say("Where the company stands"), tuple(blocks)),
        definitions=(DEFINITION,),
        tables={_ITEMS: _rows(profile)},
    )


def _came_from() -> Provenance:
    return Provenance(measure=DEFINITION.measure, definition_version=DEFINITION.version, rows_csv=_ITEMS)


def _number(score: Score) -> Number:
    return Number(
        value=score.value,
        unit=Unit(name=say("of 100")),
        low=score.low if score.value is not None else None,
        high=score.high if score.value is not None else None,
        level=1.0,
        reason=translated(score.reason or ""),
        provenance=_came_from(),
    )


def _figures(profile: Profile) -> KeyFigures:
    figures = ((say("Investment"), profile.investment), (say("Innovation"), profile.innovation))
    return KeyFigures(
        tuple(
            KeyFigure(
                name,
                _number(score),
                tell("{known} of {items} items are known", known=str(score.known), items=str(score.items)),
            )
            for name, score in figures
        )
    )


def _opening(profile: Profile) -> Paragraph:
    if profile.quadrant is None:
        return tell("The quadrant cannot be told: {reason}.", reason=translated(profile.reason or ""))
    names = ", ".join((profile.quadrant, *profile.also_called))
    text = say(
        "The company stands in this quadrant: {names}. The chance that it does is {chance}.",
        names=names,
        chance=write_number(profile.probabilities[profile.quadrant], PERCENT),
    )
    if profile.border:
        least = write_number(BORDER_BELOW, PERCENT)
        text += f" {say('It is on the border: no quadrant reaches {share}.', share=least)}"
    return Paragraph((text, *_relative(profile)))


def _relative(profile: Profile) -> Iterator[str]:
    for one in profile.positions:
        if one.rank is not None:
            told: dict[str, str | int] = {
                "axis": say(_AXES[one.axis]),
                "rank": one.rank,
                "all": one.peers + 1,
            }
            if one.falling_behind:
                yield f" {say('{axis}: number {rank} of {all}, and falling behind.', **told)}"
            else:
                yield f" {say('{axis}: number {rank} of {all}.', **told)}"


def _picture(profile: Profile, peers: tuple[Peer, ...]) -> Iterator[Block]:
    standing = profile.standing
    if standing is None:
        return
    path = [charts.Dot(_month(one.on), one.investment, one.innovation) for one in profile.standings[:-1]]
    others = [
        charts.Dot(peer.name, last.investment, last.innovation)
        for peer in peers
        for last in (max(peer.path, key=lambda one: one.on),)
    ]
    here = charts.Dot(say("We"), *standing)
    axes = charts.Quadrants(x=say("Investment"), y=say("Innovation"), names=_QUADRANTS)
    picture = charts.matrix(here, axes, cloud=profile.points, path=path, peers=others)
    table = Table(
        title=say("How likely each quadrant is"),
        columns=(Column(say("Quadrant")), Column(say("Chance"), PERCENT)),
        rows=tuple(profile.probabilities.items()),
    )
    note = say("The cloud shows places that are as likely, given what is not known. Dots are earlier days.")
    yield Chart(
        title=say("{quadrant}: the place on both axes", quadrant=profile.quadrant or ""),
        picture=picture,
        table=table,
        note=note,
    )


def _month(day: date) -> str:
    return f"{spoken().months[day.month - 1]}\u00a0{day.year}"


def _measured(profile: Profile) -> Iterator[Table]:
    words = texts(profile.language)
    rows = tuple(
        (words.items[item.id].text, item.answered, item.measured.level, item.gap)
        for item in profile.items
        if item.measured is not None and item.measured.level is not None
    )
    if rows:
        yield Table(
            title=say("What people answered, and what the record shows"),
            columns=(
                Column(say("Item")),
                Column(say("Answered"), COUNT),
                Column(say("Measured"), COUNT),
                Column(say("Gap"), COUNT),
            ),
            rows=rows,
            rows_csv=_ITEMS,
            note=say("Levels from 0 to 4. A gap above 0: people think better of it than the record does."),
        )


def _steps(profile: Profile) -> Iterator[Table]:
    if profile.roadmap:
        yield Table(
            title=say("What to do next"),
            columns=(
                Column(say("Action")),
                Column(say("Points"), _ONE),
                Column(say("Weeks of one person"), COUNT),
                Column(say("Advice of")),
            ),
            rows=tuple(
                (step.text, step.gain, step.effort, step.source if step.kind == "published" else "")
                for step in profile.roadmap[:_MOST_STEPS]
            ),
            note=say("The most points for the effort first. Weeks are a guess of the project's."),
        )


def _rows(profile: Profile) -> pa.Table:
    words = texts(profile.language)
    columns = {
        "item": [item.id for item in profile.items],
        "text": [words.items[item.id].text for item in profile.items],
        "axis": [item.axis for item in profile.items],
        "weight": [item.weight for item in profile.items],
        "level": pa.array([item.level for item in profile.items], pa.int64()),
        "low": [item.low for item in profile.items],
        "high": [item.high for item in profile.items],
        "basis": [item.basis for item in profile.items],
        "answered": pa.array([item.answered for item in profile.items], pa.int64()),
        "measured": pa.array(
            [item.measured.value if item.measured else None for item in profile.items], pa.float64()
        ),
    }
    return pa.table(columns)
