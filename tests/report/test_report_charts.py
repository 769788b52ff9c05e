import math
import re
from collections.abc import Callable
from datetime import date, timedelta
from xml.etree import ElementTree

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from careworth.errors import ReportError
from careworth.report import COUNT, ENGLISH, HOURS, PERCENT, Picture, money
from careworth.report.charts import (
    PALETTE,
    Bar,
    Curve,
    Dot,
    Driver,
    Quadrants,
    Range,
    Series,
    bars_over_time,
    horizontal_bars,
    matrix,
    ranges,
    response_curve,
    tornado,
)
from careworth.report.charts._drawing import tick_labels, ticks

DOLLARS = money("$")
SVG = "{http://www.w3.org/2000/svg}"
TWO_YEARS = [date(2024, 1, 1) + timedelta(weeks=index) for index in range(104)]


def long_curve(name: str, count: int = 5000) -> Curve:
    hours = np.geomspace(0.01, 72, count)
    share = np.linspace(0, 0.9, count)
    return Curve(name, hours, share, share * 0.98, np.minimum(1, share * 1.02))


QUADRANTS = Quadrants(
    x="Investment", y="Innovation", names=("Observer", "Conservative", "Contender", "#SocialFirst")
)
CHARTS: dict[str, Callable[[], Picture]] = {
    "curve": lambda: response_curve(long_curve("Now"), long_curve("Before")),
    "weeks": lambda: bars_over_time(
        TWO_YEARS, Series("received", np.arange(104) * 9.7), Series("answered", np.arange(104) * 9.1)
    ),
    "ranges": lambda: ranges(
        [Range(f"Part {i} of the worth", i, i - 2, i + 2) for i in range(12)], unit=DOLLARS
    ),
    "bars": lambda: horizontal_bars([Bar(f"Topic {i}", i * 3.0) for i in range(12)], unit=COUNT),
    "matrix": lambda: matrix(
        Dot("We", 61, 97),
        QUADRANTS,
        cloud=np.random.default_rng(1).uniform(0, 100, (4000, 2)),
        path=[Dot("January 2025", 2, 3), Dot("July 2025", 99, 50)],
        peers=[Dot("A rival of ours", 98, 2), Dot("Another", 1, 99)],
    ),
    "tornado": lambda: tornado(
        [Driver(f"Input {i}", ("1", "2"), 100 - i, 100 + i) for i in range(1, 9)], mid=100, unit=DOLLARS
    ),
}


@pytest.fixture(scope="module", params=CHARTS)
def picture(request: pytest.FixtureRequest) -> Picture:
    return CHARTS[request.param]()


def drawings(picture: Picture) -> list[ElementTree.Element]:
    return [ElementTree.fromstring(svg) for svg in (picture.wide, picture.narrow)]


def test_a_drawing_is_one_image_that_says_its_message(picture: Picture) -> None:
    for root in drawings(picture):
        assert root.get("role") == "img"
        assert root.get("aria-label") == root.findtext(f"{SVG}title") == picture.alt
        assert re.search(r"\d", picture.alt)
        assert picture.alt.endswith(".")


def test_a_drawing_is_small_and_points_nowhere(picture: Picture) -> None:
    for svg in (picture.wide, picture.narrow):
        assert len(svg.encode()) < 20_000
        assert "href" not in svg
        assert svg.count("//") == svg.count("http://www.w3.org/2000/svg") == 1


def test_a_drawing_uses_the_palette_and_the_font_of_the_page(picture: Picture) -> None:
    allowed = {*PALETTE.values(), "none", "transparent"}
    for root in drawings(picture):
        for element in root.iter():
            assert element.get("fill", "none") in allowed
            assert element.get("stroke", "none") in allowed
            assert element.get("font-family") is None


def test_the_narrow_drawing_is_as_wide_as_a_telephone(picture: Picture) -> None:
    widths = [float(str(root.get("viewBox")).split()[2]) for root in drawings(picture)]
    assert widths == [680, 340]


def placed(root: ElementTree.Element) -> list[tuple[str, float, str]]:
    """(text, x on the sheet, anchor) of every text; groups are only ever moved."""
    found: list[tuple[str, float, str]] = []

    def visit(element: ElementTree.Element, left: float) -> None:
        moved = re.match(r"translate\((-?[\d.]+)", element.get("transform", ""))
        left += float(moved[1]) if moved else 0.0
        if element.tag == f"{SVG}text":
            found.append(("".join(element.itertext()), left, element.get("text-anchor", "start")))
        for child in element:
            visit(child, left)

    visit(root, 0.0)
    return found


def test_no_text_runs_off_the_sheet(picture: Picture) -> None:
    for root in drawings(picture):
        width = float(str(root.get("viewBox")).split()[2])
        for text, x, anchor in placed(root):
            length = 6.0 * len(text)
            start = {"start": x, "middle": x - length / 2, "end": x - length}[anchor]
            assert start >= -2, text
            assert start + length <= width + 2, text


def bar_widths(svg: str) -> list[float]:
    paths = re.findall(rf'd="M[-\d.]+,[-\d.]+h([-\d.]+)v[-\d.]+h[^"]+" fill="{PALETTE["accent"]}"', svg)
    return [abs(float(width)) for width in paths]


@settings(max_examples=8, deadline=None)
@given(st.lists(st.integers(1, 10_000), min_size=2, max_size=6))
def test_bars_are_as_long_as_their_values(values: list[int]) -> None:
    drawn = horizontal_bars([Bar(f"b{i}", value) for i, value in enumerate(values)], unit=COUNT)
    for svg in (drawn.wide, drawn.narrow):
        widths = bar_widths(svg)
        assert len(widths) == len(values)
        scale = max(widths) / max(values)
        for width, value in zip(widths, values, strict=True):
            assert width == pytest.approx(value * scale, abs=0.2)


def test_two_series_differ_by_more_than_colour() -> None:
    curves = CHARTS["curve"]().wide
    dashes = [tag for tag in re.findall(r"<path [^>]*>", curves) if "stroke-dasharray" in tag]
    assert len(dashes) == 1
    assert PALETTE["second"] in dashes[0]
    assert PALETTE["accent"] not in dashes[0]


@settings(max_examples=6, deadline=None)
@given(st.lists(st.floats(0.01, 71), min_size=1, max_size=30), st.integers(0, 10))
def test_the_text_of_a_curve_counts_as_one_would_by_hand(hours: list[float], unanswered: int) -> None:
    total = len(hours) + unanswered
    times = sorted(hours)
    share = [(place + 1) / total for place in range(len(times))]
    steps = ([0.0, *times, 72.0], [0.0, *share, share[-1]])
    alt = response_curve(Curve("Now", *steps, steps[1], steps[1]), marks=(4, 24, 72)).alt
    for mark in (4, 24, 72):
        counted = sum(hour <= mark for hour in hours) / total
        assert f"{counted:.0%} within {mark}\u00a0h" in alt
    if 2 * len(hours) >= total:
        median = times[math.ceil(total / 2) - 1]
        wait = f"{median:.1f}\u00a0h" if median >= 3 else f"{60 * median:.0f}\u00a0min"
        assert f"half within {wait}" in alt
    else:
        assert "less than half by 72.0\u00a0h" in alt


def test_an_answer_at_the_mark_is_within_it() -> None:
    share = [0.0, 0.4, 0.6, 0.6]
    alt = response_curve(Curve("Now", [0, 1, 24, 72], share, share, share)).alt
    assert "40% within 1\u00a0h, 40% within 4\u00a0h, 60% within 24\u00a0h" in alt


def test_a_curve_says_nothing_beyond_its_end() -> None:
    alt = response_curve(Curve("Now", [0, 2, 30], [0, 0.4, 0.4], [0, 0.3, 0.3], [0, 0.5, 0.5])).alt
    assert "24\u00a0h" in alt
    assert "72\u00a0h" not in alt


def test_a_tornado_names_the_strongest_driver_first() -> None:
    drivers = [Driver("weak", ("1", "2"), 99, 101), Driver("strong", ("1", "2"), 120, 80)]
    drawn = tornado(drivers, mid=100, unit=DOLLARS)
    assert (
        drawn.alt
        == "The result of $100 moves most with strong, from $80 to $120; then weak, from $99 to $101."
    )
    assert drawn.wide.index(">strong<") < drawn.wide.index(">weak<")


def test_weeks_name_totals_ends_and_peak() -> None:
    weeks = [date(2026, 1, 5), date(2026, 1, 12), date(2026, 1, 19)]
    alt = bars_over_time(weeks, Series("received", [10, 30, 20]), Series("answered", [8, 20, 20])).alt
    assert "60 received, from 10 in the week of 5\u00a0January\u00a02026 to 20" in alt
    assert "48 answered" in alt
    assert "most received: 30 in the week of 12\u00a0January\u00a02026" in alt


def test_whole_things_have_whole_ticks() -> None:
    drawn = bars_over_time([date(2026, 1, 5)], Series("received", [1]), Series("answered", [0]))
    for root in drawings(drawn):
        assert [text for text, *_ in placed(root) if re.fullmatch(r"[\d.]+", text)] == ["0", "1"]


def test_intervals_are_seen_and_drawn_to_scale() -> None:
    """The widest one takes a good part of the sheet, and each is as long as its range."""
    drawn = ranges([Range("Saved", 70, 57, 85), Range("Spent", -32, -34, -30)], unit=COUNT)
    found = re.findall(r'<line [^>]*x2="([\d.]+)"[^>]*stroke-opacity', drawn.wide)
    lengths = [float(length) for length in found]
    assert lengths[0] / lengths[1] == pytest.approx(28 / 4, rel=0.05)
    assert lengths[0] > 60


NASTY = "a'b\"c <b>&amp; \\ {{x}} \x07\x00 اردو 😀\n"


def test_names_are_text_whatever_they_hold() -> None:
    drawn = horizontal_bars([Bar(NASTY, 3), Bar("plain", 2)], unit=COUNT)
    for root in drawings(drawn):
        texts = " ".join(text for text, *_ in placed(root))
        assert "a'b\"c <b>&amp; \\ {{x}}" in texts


def test_there_is_no_chart_of_nothing() -> None:
    with pytest.raises(ReportError, match="ranges has no values"):
        ranges([], unit=COUNT)
    with pytest.raises(ReportError, match="a tornado"):
        tornado([Driver("x", ("1", "2"), math.nan, 2)], mid=1, unit=COUNT)
    with pytest.raises(ReportError, match="Now"):
        response_curve(Curve("Now", [], [], [], []))


@given(st.floats(-1e6, 1e6), st.floats(0.1, 1e9), st.integers(1, 6))
def test_ticks_are_round_and_inside(low: float, span: float, wanted: int) -> None:
    high = low + span
    values = ticks(low, high, wanted)
    slack = span * 1e-6
    assert all(low - slack <= value <= high + slack for value in values)
    assert len(values) <= wanted + 1
    steps = np.diff(values)
    if steps.size:
        assert np.allclose(steps, steps[0], rtol=1e-3)
        assert f"{steps[0]:.0e}"[0] in "125"


def test_ticks_have_the_decimals_they_need_and_no_more() -> None:
    assert list(tick_labels((0, 0.125, 0.25), PERCENT, ENGLISH).values()) == ["0.0%", "12.5%", "25.0%"]
    assert list(tick_labels((1, 4), HOURS, ENGLISH).values()) == ["1\u00a0h", "4\u00a0h"]


@pytest.mark.parametrize(
    ("x", "y", "name"),
    [(49.9, 49.9, "Observer"), (50, 0, "Conservative"), (0, 50, "Contender"), (50, 50, "#SocialFirst")],
)
def test_the_matrix_says_in_which_quadrant_each_stands(x: float, y: float, name: str) -> None:
    picture = matrix(Dot("We", x, y), QUADRANTS, peers=[Dot("They", 10, 10)])
    we = f"We: {name}, Investment {x:.0f}, Innovation {y:.0f}"
    assert picture.alt == f"{we}; They: Observer, Investment 10, Innovation 10."


def test_the_matrix_refuses_a_place_that_is_no_number() -> None:
    with pytest.raises(ReportError, match="the matrix"):
        matrix(Dot("We", math.nan, 1), QUADRANTS)
