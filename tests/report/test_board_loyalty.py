"""The board report of a company whose records are there: section, first page, pictures, self-check."""

import re
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from board_store import store_of, talk

from careworth.errors import ReportError
from careworth.facts.engines import DuckDBEngine
from careworth.measures import Question
from careworth.report import check_report, render_html
from careworth.report.blocks import Chart, Number, Section
from careworth.report.board import Board, compose, gather
from careworth.report.charts import Likeness, Staying, love_plot, retention_curves
from careworth.worth.loyalty import Loyalty, measure_loyalty
from loyalty_company import UNTIL, company


@pytest.fixture(scope="module")
def loyalty() -> Loyalty:
    return measure_loyalty(company(1, 3000).engine(), until=UNTIL)


def composed(folder: Path, loyalty: Loyalty | None) -> Board:
    store = store_of(folder, talk(40))
    snapshot = store.snapshot()
    evidence = gather(DuckDBEngine(snapshot.files), Question(), None)
    assert evidence.loyalty is None
    found = replace(evidence, loyalty=loyalty)
    return compose(found, snapshot, store.ledger(snapshot.version), title="What social care was worth")


@pytest.fixture(scope="module")
def board(loyalty: Loyalty, tmp_path_factory: pytest.TempPathFactory) -> Board:
    return composed(tmp_path_factory.mktemp("loyal"), loyalty)


def section(board: Board) -> Section:
    return next(one for one in board.report.sections if one.title == "What care did to customers")


def test_the_report_follows_from_the_rows_that_go_out_with_it(board: Board) -> None:
    check_report(board.report, board.tables)


def test_a_total_that_does_not_follow_from_the_customers_is_refused(board: Board) -> None:
    wrong = board.tables["loyalty_customers"].slice(1)
    with pytest.raises(ReportError, match="loyalty_customers"):
        check_report(board.report, {**board.tables, "loyalty_customers": wrong})


def test_no_customer_is_named_in_the_rows(board: Board) -> None:
    assert board.tables["loyalty_customers"].column_names == ["unit", "stage", "money"]


def test_the_first_page_says_it_in_a_sentence(board: Board, loyalty: Loyalty) -> None:
    parts = board.report.executive.changed[0].parts
    assert str(parts[0]).startswith("Customers with a trouble whom the team answered: About ")
    (total,) = (part for part in parts if isinstance(part, Number))
    assert loyalty.total is not None
    assert loyalty.total.money is not None
    assert total.value == loyalty.total.money[1]


def test_every_measure_has_its_sentence_and_every_chart_its_table(board: Board, loyalty: Loyalty) -> None:
    page = re.sub(r"<[^>]+>", "", render_html(board.report)).replace("\N{NO-BREAK SPACE}", " ")
    for measure in loyalty.measures:
        assert f"{measure.title}. " in page
    pictures = [block for block in section(board).blocks if isinstance(block, Chart)]
    assert [chart.title for chart in pictures] == [
        "Customers who stay, since the trouble",
        "What care changed, customers of 100",
        "The groups differed before, and are alike as compared",
    ]
    assert all(chart.table.rows and chart.picture.alt for chart in pictures)


def test_without_records_there_is_no_such_section(tmp_path: Path) -> None:
    titles = [one.title for one in composed(tmp_path, None).report.sections]
    assert "What care did to customers" not in titles


def test_a_company_too_small_to_compare_still_gets_its_report(tmp_path: Path) -> None:
    small = measure_loyalty(company(1, 60).engine(), until=UNTIL)
    board = composed(tmp_path, small)
    check_report(board.report, board.tables)
    assert "too few for this measure" in str(board.report.executive.changed[0].parts[0])


def staying(name: str, end: float) -> Staying:
    share = np.linspace(1.0, end, 13)
    return Staying(name, np.arange(13.0), share, np.maximum(share - 0.02, 0), np.minimum(share + 0.02, 1))


def test_curves_say_where_they_end() -> None:
    picture = retention_curves(staying("With", 0.8), staying("Without", 0.7), horizon=12.0)
    assert picture.alt.replace("\N{NO-BREAK SPACE}", " ") == (
        "With: 80% within 12 months; Without: 70% within 12 months."
    )
    for svg in (picture.wide, picture.narrow):
        texts = "".join(ElementTree.fromstring(svg).itertext())
        assert "With 80%" in texts
        assert "Without 70%" in texts


def test_curves_that_end_together_keep_their_labels_apart() -> None:
    picture = retention_curves(staying("With", 0.7), staying("Without", 0.7), horizon=12.0)
    heights = re.findall(r'translate\(\d+(?:\.\d)?,(\d+(?:\.\d)?)\)"[^>]*>(?:With|Without) 70%', picture.wide)
    assert len(heights) == 2
    assert abs(float(heights[0]) - float(heights[1])) > 12


def test_likeness_tells_before_and_after() -> None:
    picture = love_plot([Likeness("age", -0.5, 0.02), Likeness("plan", 0.2, -0.01)], limit=0.1)
    assert picture.alt == "age: 0.50 → 0.02; plan: 0.20 → 0.01."
