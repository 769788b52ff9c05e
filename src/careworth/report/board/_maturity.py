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
from careworth.report.writing import COUNT, PERCENT, Unit, write_day, write_number

DEFINITION = Definition(measure="maturity", version=1, name="Maturity, 0 to 100", text=FORMULA)
_ITEMS = "maturity_items"
_POINTS = Unit(name="of 100")
_ONE = Unit(decimals=1)
_MOST_STEPS = 8
_QUADRANTS = charts.Quadrants(
    x="Investment", y="Innovation", names=("Observer", "Conservative", "Contender", "#SocialFirst")
)


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
        section=Section("Where the company stands", tuple(blocks)),
        definitions=(DEFINITION,),
        tables={_ITEMS: _rows(profile)},
    )


def _came_from() -> Provenance:
    return Provenance(measure=DEFINITION.measure, definition_version=DEFINITION.version, rows_csv=_ITEMS)


def _number(score: Score) -> Number:
    return Number(
        value=score.value,
        unit=_POINTS,
        low=score.low if score.value is not None else None,
        high=score.high if score.value is not None else None,
        level=1.0,
        reason=score.reason or "",
        provenance=_came_from(),
    )


def _figures(profile: Profile) -> KeyFigures:
    figures = (("Investment", profile.investment), ("Innovation", profile.innovation))
    return KeyFigures(
        tuple(
            KeyFigure(name, _number(score), Paragraph((f"{score.known} of {score.items} items are known",)))
            for name, score in figures
        )
    )


def _opening(profile: Profile) -> Paragraph:
    if profile.quadrant is None:
        return Paragraph((f"The quadrant cannot be told: {profile.reason}.",))
    also = f", also called {' or '.join(profile.also_called)}" if profile.also_called else ""
    sure = write_number(profile.probabilities[profile.quadrant], PERCENT)
    text = f"The company stands among the {profile.quadrant}{also}; the chance that it does is {sure}."
    if profile.border:
        text += f" It is on the border: no quadrant reaches {write_number(BORDER_BELOW, PERCENT)}."
    return Paragraph((text, *_relative(profile)))


def _relative(profile: Profile) -> Iterator[str]:
    for one in profile.positions:
        if one.rank is not None:
            place = f" On {one.axis} it is number {one.rank} of {one.peers + 1}"
            yield f"{place}{' and falling behind' if one.falling_behind else ''}."


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
    here = charts.Dot("We", *standing)
    picture = charts.matrix(here, _QUADRANTS, cloud=profile.points, path=path, peers=others)
    table = Table(
        title="How likely each quadrant is",
        columns=(Column("Quadrant"), Column("Chance", PERCENT)),
        rows=tuple(profile.probabilities.items()),
    )
    note = "The cloud shows places that are as likely, given what is not known. Dots are earlier days."
    yield Chart(title=f"{profile.quadrant}: the place on both axes", picture=picture, table=table, note=note)


def _month(day: date) -> str:
    return write_day(day).split("\u00a0", 1)[1]


def _measured(profile: Profile) -> Iterator[Table]:
    words = texts(profile.language)
    rows = tuple(
        (words.items[item.id].text, item.answered, item.measured.level, item.gap)
        for item in profile.items
        if item.measured is not None and item.measured.level is not None
    )
    if rows:
        yield Table(
            title="What people answered, and what the record shows",
            columns=(
                Column("Item"),
                Column("Answered", COUNT),
                Column("Measured", COUNT),
                Column("Gap", COUNT),
            ),
            rows=rows,
            rows_csv=_ITEMS,
            note="Levels from 0 to 4. A gap above 0: people think better of it than the record does.",
        )


def _steps(profile: Profile) -> Iterator[Table]:
    if profile.roadmap:
        yield Table(
            title="What to do next",
            columns=(
                Column("Action"),
                Column("Points", _ONE),
                Column("Weeks of one person", COUNT),
                Column("Advice of"),
            ),
            rows=tuple(
                (step.text, step.gain, step.effort, step.source if step.kind == "published" else "")
                for step in profile.roadmap[:_MOST_STEPS]
            ),
            note="The most points for the effort first. Weeks are a guess of the project's.",
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
