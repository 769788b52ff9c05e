"""A board report whose tables were changed after it was composed is not written."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pytest
from board_store import START, store_of, talk

from careworth.errors import ReportError
from careworth.facts.engines import DuckDBEngine
from careworth.measures import Question
from careworth.report import check_report, write_report
from careworth.report.board import Board, compose, gather
from careworth.simulate import simulate_care_year
from careworth.worth import ReturnInputs

HOUR = timedelta(hours=1)


@pytest.fixture(scope="module")
def board(tmp_path_factory: pytest.TempPathFactory) -> Board:
    folder = tmp_path_factory.mktemp("check")
    inputs = ReturnInputs.load(simulate_care_year(1, folder / "sim", conversations=200).inputs)
    public = talk(40, answer="please call us on 0800 123 by phone")
    private = talk(30, channel="mastodon", name="m", wait=2 * HOUR, start=START + HOUR)
    unanswered = talk(5, name="n", wait=None, start=START + 300 * HOUR)
    store = store_of(folder, public + unanswered, private)
    snapshot = store.snapshot()
    engine = DuckDBEngine(snapshot.files)
    evidence = gather(engine, Question(), inputs)
    engine.close()
    return compose(evidence, snapshot, store.ledger(), title="Worth")


def shorter(table: pa.Table) -> pa.Table:
    """Without its last row; without the last hit where hits add up, for one that is none is not missed."""
    hits = table["hit"].to_pylist() if "hit" in table.column_names else []
    place = max((place for place, hit in enumerate(hits) if hit), default=table.num_rows - 1)
    return pa.concat_tables([table.slice(0, place), table.slice(place + 1)])


def test_what_was_composed_passes(board: Board) -> None:
    check_report(board.report, board.tables)


TABLES = (
    *("answered", "backlog", "batches", "conversations", "first_reply_time", "messages_in", "messages_out"),
    *("moved_to_private", "out_of_channel_rate", "return_parts"),
)


@pytest.mark.parametrize("name", TABLES)
def test_a_row_that_is_missing_is_found(board: Board, name: str) -> None:
    with pytest.raises(ReportError, match=rf"tables/{name}\.csv gives"):
        check_report(board.report, {**board.tables, name: shorter(board.tables[name])})


def test_a_row_too_many_is_found(board: Board) -> None:
    rows = board.tables["conversations"]
    more = {**board.tables, "conversations": pa.concat_tables([rows, rows.slice(0, 1)])}
    with pytest.raises(ReportError, match=r"is stated as 75, but tables/conversations\.csv gives 76"):
        check_report(board.report, more)


def test_an_amount_that_was_changed_is_found(board: Board) -> None:
    parts = board.tables["return_parts"]
    place = parts.column_names.index("amount_a_year")
    changed = parts.set_column(place, "amount_a_year", pc.add(parts["amount_a_year"], 1.0))
    with pytest.raises(ReportError, match=r"return_parts\.csv gives"):
        check_report(board.report, {**board.tables, "return_parts": changed})


def test_a_table_that_is_gone_or_a_definition_of_another_version_is_found(board: Board) -> None:
    fewer = {name: rows for name, rows in board.tables.items() if name != "messages_in"}
    with pytest.raises(ReportError, match="not among the tables"):
        check_report(board.report, fewer)
    older = tuple(replace(one, version=0) for one in board.report.definitions)
    with pytest.raises(ReportError, match="defines version 0"):
        check_report(replace(board.report, definitions=older), board.tables)


def test_nothing_is_written_of_a_report_that_contradicts_its_rows(board: Board, tmp_path: Path) -> None:
    tables = {**board.tables, "messages_in": shorter(board.tables["messages_in"])}
    with pytest.raises(ReportError):
        write_report(board.report, tables, tmp_path / "out")
    assert list(tmp_path.iterdir()) == []
