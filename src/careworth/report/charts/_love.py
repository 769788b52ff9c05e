"""How unlike two groups are on each thing known of them, before and after they are made alike."""

from collections.abc import Sequence
from dataclasses import dataclass

from careworth.report.blocks import Picture
from careworth.report.charts._drawing import ACCENT, PAPER, SECOND, Datum, Spec, finite, layer, picture
from careworth.report.charts._rows import padded, row_sheet
from careworth.report.writing import Unit, spoken, write_number

_UNIT = Unit(decimals=2)


@dataclass(frozen=True, slots=True)
class Likeness:
    """The groups' difference on one thing, in standard deviations: as they came, and as compared."""

    name: str
    before: float
    after: float


def love_plot(rows: Sequence[Likeness], *, limit: float) -> Picture:
    """Draw a hollow point before and a full one after for each row; ``limit`` is what passes as alike."""
    words = spoken()
    edges = finite([(abs(row.before), abs(row.after)) for row in rows], "likeness")
    data: list[Datum] = [
        {
            "name": row.name,
            "x": abs(row.after),
            "start": abs(row.before),
            "strong": False,
            "value": "",
            "span": " → ".join(write_number(abs(end), _UNIT, words) for end in (row.before, row.after)),
        }
        for row in rows
    ]
    sentences = (words.alt_row.format(name=row["name"], value=row["span"]) for row in data)
    alt = words.listing.join(sentences) + "."
    domain = padded([0.0, limit, *edges.ravel().tolist()])
    return picture(
        lambda narrow: row_sheet(data, _marks, domain, unit=_UNIT, narrow=narrow, words=words, zero=limit),
        alt,
    )


def _marks(rows: list[Datum], x: Spec, y: Spec, shift: int) -> list[Spec]:
    line = {"x": {"field": "start", **x}, "x2": {"field": "x"}, "y": y}
    before, after = ({"x": {"field": field, **x}, "y": y} for field in ("start", "x"))
    return [
        layer("rule", rows, line, stroke=SECOND, strokeWidth=1, yOffset=shift),
        layer(
            "point", rows, before, fill=PAPER, stroke=SECOND, strokeWidth=2, size=70, opacity=1, yOffset=shift
        ),
        layer(
            "point",
            rows,
            after,
            fill=ACCENT,
            stroke=PAPER,
            strokeWidth=1.5,
            size=90,
            opacity=1,
            yOffset=shift,
        ),
    ]
