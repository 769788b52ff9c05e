"""What a board is told when there is little, much, nothing or something odd to tell."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from board_store import NOW, START, Row, store_of, talk

from careworth.facts.engines import DuckDBEngine
from careworth.facts.store import Store
from careworth.intake.ingest import ingest
from careworth.measures import BusinessHours, Question
from careworth.report import Paragraph, Section, Table, check_report, render_html, render_pdf
from careworth.report.blocks import Chart, Checklist, KeyFigures
from careworth.report.board import Board, compose, gather
from careworth.report.board.publish import Order, publish
from careworth.simulate import simulate_care_year
from careworth.worth import ReturnInputs

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@pytest.fixture(scope="module")
def stated(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The inputs of the simulated company."""
    year = simulate_care_year(1, tmp_path_factory.mktemp("inputs") / "sim", conversations=200)
    return year.inputs.read_text(encoding="utf-8")


@dataclass(frozen=True)
class Made:
    board: Board
    page: str
    """The page without markup; what breaks no line is written with plain blanks."""


def compose_of(store: Store, inputs: str | None = None, question: Question | None = None) -> Made:
    snapshot = store.snapshot()
    engine = DuckDBEngine(snapshot.files)
    try:
        read = None if inputs is None else ReturnInputs.parse(inputs)
        evidence = gather(engine, question or Question(), read)
    finally:
        engine.close()
    board = compose(evidence, snapshot, store.ledger(), title="Worth of care")
    check_report(board.report, board.tables)
    html = render_html(board.report)
    assert len(html.encode()) < 300_000
    assert set(re.findall(r"[a-z]+://[^\"' )]+", html)) <= {"http://www.w3.org/2000/svg"}
    text = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", html.split("<main")[1]))
    return Made(board, text.replace("\u00a0", " "))


@pytest.fixture(scope="module")
def plain_store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """Sixty conversations on one channel in 25 days, all answered after 20 minutes, none tagged."""
    return store_of(tmp_path_factory.mktemp("plain"), talk(60))


@pytest.fixture(scope="module")
def plain(plain_store: Store) -> Made:
    return compose_of(plain_store)


def table(made: Made, title: str) -> Table:
    return next(block for block in blocks(made.board) if isinstance(block, Table) and block.title == title)


def blocks(board: Board) -> list[Any]:
    return [block for section in board.report.sections for block in section.blocks]


def section(board: Board, title: str) -> Section:
    return next(one for one in board.report.sections if one.title == title)


def test_without_inputs_it_says_why_there_is_no_worth_and_how_to_state_it(plain: Made) -> None:
    assert plain.board.report.draft
    assert plain.board.report.executive.worth.number.value is None
    assert "What the service costs was not stated." in plain.page
    assert "--inputs FILE.toml" in plain.page
    assert plain.board.headline.startswith("No return can be stated: What the service costs was not stated. ")
    assert not [block for block in blocks(plain.board) if isinstance(block, Checklist)]


def test_one_conversation(tmp_path: Path, stated: str) -> None:
    made = compose_of(store_of(tmp_path, talk(1, wait=5 * MINUTE)), stated)
    assert "Customers opened 1↓rows: conversations.csv conversation." in made.page.replace(" ↓", "↓")
    assert made.board.headline.endswith("The median first reply of 1 conversation took 5.0\u00a0min.")
    assert "The record covers 1 day: the year is taken to be like that." in made.page
    assert "The two halves of the record hold too little to be compared." in made.page


def test_nobody_answered(tmp_path: Path, stated: str) -> None:
    made = compose_of(store_of(tmp_path, talk(60, wait=None)), stated)
    first = made.board.report.executive.service[0].number
    assert first.value is None
    assert first.reason == "fewer than half were answered while they were watched"
    assert "Less than half of the customers had a reply" in made.page
    worth = made.board.report.executive.worth.number
    assert worth.value is not None and worth.value < 0


def test_one_quiet_conversation(tmp_path: Path) -> None:
    made = compose_of(store_of(tmp_path, talk(1, wait=None)))
    charts = [block for block in blocks(made.board) if isinstance(block, Chart)]
    assert [chart.title for chart in charts] == ["Messages by week"]


def test_only_the_company_wrote(tmp_path: Path, stated: str) -> None:
    news = {"id": "n", "at": START.isoformat(), "author": "@care", "text": "news", "channel": "x"}
    store = store_of(tmp_path, [{**news, "brand": "@care", "direction": "out"}])
    made = compose_of(store, stated)
    assert "No customer opened a conversation. The company wrote 1" in made.page
    assert made.board.headline == "No return can be stated: No customer opened a conversation."


def test_two_days_give_one_bar_and_no_comparison(tmp_path: Path, stated: str) -> None:
    made = compose_of(store_of(tmp_path, talk(60, every=40 * MINUTE)), stated)
    assert table_of_weeks(made) == [(START.date(), 60, 60)]
    assert "The record covers 2 days: the year is taken to be like that." in made.page


def table_of_weeks(made: Made) -> list[Any]:
    chart = next(one for one in blocks(made.board) if isinstance(one, Chart) and "week" in one.table.title)
    return list(chart.table.rows)


def test_halves_are_compared_and_what_may_be_chance_is_said(tmp_path: Path) -> None:
    early = talk(60, wait=8 * HOUR, every=8 * HOUR, answer="call us by phone on 0800 12345")
    late = talk(30, wait=10 * MINUTE, every=16 * HOUR, start=START + 20 * DAY, name="l")
    made = compose_of(store_of(tmp_path, early + late, talk(1, name="e", start=START + 40 * DAY)))
    news = ["".join(written(part) for part in one.parts) for one in made.board.report.executive.changed]
    assert news[0].startswith("In the second half, from 23\u00a0March\u00a02025 on, there were 32 ")
    assert news[0].endswith(", 46% fewer than in the first.")  # than 59
    assert news[1] == "The median first reply fell from 480 to 10."
    assert "The median first reply fell from 8.0 h in the first half to 10 min in the second" in made.page


def written(part: Any) -> str:
    return part if isinstance(part, str) else f"{part.value:.0f}"


def test_halves_that_do_not_differ_stay(plain: Made) -> None:
    assert "The median first reply stayed at 20 min" in plain.page


def test_one_channel_needs_no_table_of_channels(plain: Made) -> None:
    assert "By channel" not in plain.page


def test_the_slow_channel_is_named(tmp_path: Path) -> None:
    slow = talk(40, channel="mastodon", wait=5 * HOUR, name="m")
    made = compose_of(store_of(tmp_path, talk(40, wait=5 * MINUTE), slow))
    assert "Look at Mastodon: within an hour 0%" in made.page
    assert [row[:3] for row in table(made, "By channel").rows] == [("Mastodon", 40, 40), ("X", 40, 40)]


def test_many_brands_are_cut_to_the_largest_and_the_others_together(tmp_path: Path, stated: str) -> None:
    rows = [row for place in range(52) for row in talk(52 - place, brand=f"@b{place:02}", name=f"{place}-")]
    made = compose_of(store_of(tmp_path, rows), stated)
    found = table(made, "By brand")
    assert found.rows[0][:2] == ("@b00", 52)
    assert found.rows[-1][:2] == ("40 others", sum(range(1, 41)))
    assert found.total is not None and found.total[1] == sum(range(1, 53))
    assert "@b00 and 51 other accounts" in made.board.report.subtitle


def test_brands_of_real_companies(shared_data: Path, tmp_path: Path, stated: str) -> None:
    store = Store(tmp_path / "facts")
    ingest(store, [shared_data / "twcs-multibrand" / "twcs_multibrand.csv.gz"], now=NOW, form="twcs")
    made = compose_of(store, stated)
    assert len(table(made, "By brand").rows) == 13
    assert "51 other accounts" in made.board.report.subtitle


@pytest.mark.parametrize(
    ("tagged", "words", "opened"),
    [(9, "Customers opened", 49), (45, "Customers asked for service in", 45)],
)
def test_figures_are_of_requests_where_most_conversations_are_tagged(
    tmp_path: Path, tagged: int, words: str, opened: int
) -> None:
    made = compose_of(store_of(tmp_path, talk(40) + talk(tagged, name="t", tags="service")))
    assert words in made.page
    assert made.board.tables["conversations"].num_rows == opened


def test_a_long_record_is_cut_to_its_last_weeks(tmp_path: Path) -> None:
    made = compose_of(store_of(tmp_path, talk(300, every=7 * DAY)))
    weeks = table_of_weeks(made)
    assert weeks[0] == ("Earlier", 196, 196)
    assert len(weeks) == 105


def test_many_sources_are_told_by_format(tmp_path: Path) -> None:
    made = compose_of(store_of(tmp_path, *[talk(2, name=f"{place}-") for place in range(13)]))
    assert table(made, "Records by format").rows == (("13 sources", "table", 52, 52, 0, 0, ""),)


def test_large_amounts_are_written_short(tmp_path: Path, stated: str) -> None:
    dear = stated.replace("36000, mode = 42000, high = 50000", "36e12, mode = 42e12, high = 50e12")
    made = compose_of(store_of(tmp_path, talk(60, every=6 * DAY)), dear)
    assert re.search(r"IDR [\d,.]+ trillion", made.page)
    assert not re.search(r"worth IDR [\d,]{20,}", made.board.headline)


def test_a_service_that_costs_more_than_it_saves_says_so(tmp_path: Path, stated: str) -> None:
    cost = r"cost = \{ low = \d+, mode = \d+, high = \d+ \}"
    poor = re.sub(cost, "cost = { low = 1, mode = 2, high = 3 }", stated)
    made = compose_of(store_of(tmp_path, talk(60, every=6 * DAY)), poor)
    assert made.board.headline.startswith("The service is worth −IDR\u00a0")
    assert "A year of the service costs more than it saves, in IDR" in made.page
    assert "above zero is less than 1%" in made.page
    assert "It would have to be" in made.page


def test_a_sure_thing_is_more_than_99_percent(tmp_path: Path, stated: str) -> None:
    made = compose_of(store_of(tmp_path, talk(600, every=HOUR)), stated)
    assert "The chance that it is above zero is more than 99%, if the stated assumptions hold." in made.page
    assert "100%, if" not in made.page


def test_an_incomplete_framework_is_a_draft_that_says_what_it_needs(plain_store: Store, stated: str) -> None:
    made = compose_of(plain_store, stated.split("[[framework.targets]]")[0])
    assert made.board.report.draft
    checklist = next(block for block in blocks(made.board) if isinstance(block, Checklist))
    assert checklist.benchmarks is not None
    assert checklist.targets is None
    assert "Targets that say how and when still need: [[framework.targets]]" in made.page


ODD: tuple[Callable[[], list[Row]], ...] = (
    lambda: talk(40, brand="پی ٹی سی ایل", agent="عائشہ"),
    lambda: talk(30, brand="客服中心", agent="田中", channel="wechat", name="w"),
    lambda: talk(30, brand='<b>&"x', agent="J<i>", channel="l'été <x>", name="h"),
)


def test_names_in_any_script_are_shown_and_are_only_text(tmp_path: Path, stated: str) -> None:
    store = store_of(tmp_path, *[make() for make in ODD])
    made = publish(store, Order(inputs=stated), tmp_path / "out", now=NOW)
    html = made.files.html.read_text(encoding="utf-8")
    assert "\u2068پی ٹی سی ایل\u2069 and 2 other accounts, 3\u00a0March\u00a02025" in html
    assert "田中" in html
    assert "<i>" not in html
    assert made.files.pdf.read_bytes().startswith(b"%PDF")


def test_days_and_the_middle_are_those_of_the_zone(tmp_path: Path) -> None:
    start = datetime(2025, 2, 28, 20, tzinfo=UTC)
    store = store_of(tmp_path, talk(60, every=DAY, start=start))
    there = compose_of(store, question=Question(zone_name="Asia/Jakarta"))
    assert there.board.report.subtitle == "@care, 1\u00a0March\u00a02025 to 29\u00a0April\u00a02025"
    assert there.board.report.data_day.isoformat() == "2025-04-29"


def test_business_hours_are_named(plain_store: Store) -> None:
    hours = BusinessHours.parse('name = "Desk"\nzone = "Asia/Jakarta"\n[week]\nmonday = ["08:00-18:00"]\n')
    made = compose_of(plain_store, question=Question(hours=hours))
    assert made.board.report.notices == ("Times run on the clock of business hours: Desk.",)


@pytest.mark.parametrize("wait", [timedelta(seconds=30), 9 * DAY])
def test_waits_of_any_length_can_be_drawn(tmp_path: Path, wait: timedelta) -> None:
    made = compose_of(store_of(tmp_path, talk(50, wait=wait)))
    assert render_pdf(made.board.report).startswith(b"%PDF")
    figures = [block for block in blocks(made.board) if isinstance(block, KeyFigures)]
    assert len(figures) == 1


def test_every_sentence_begins_with_a_capital_and_ends(tmp_path: Path, stated: str) -> None:
    rows = talk(120, wait=50 * MINUTE) + talk(50, channel="bluesky", name="b")
    made = compose_of(store_of(tmp_path, rows), stated)
    page = made.board.report.executive
    paragraphs = [block for block in blocks(made.board) if isinstance(block, Paragraph)]
    for paragraph in (*page.changed, *page.actions, *paragraphs):
        first, last = paragraph.parts[0], paragraph.parts[-1] or paragraph.parts[-2]
        assert isinstance(first, str) and first[0].isupper(), paragraph
        assert isinstance(last, str) and last.endswith("."), paragraph
    assert section(made.board, "What service was worth").blocks
