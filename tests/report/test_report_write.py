import csv
import json
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from careworth.errors import ReportError
from careworth.report import Report, write_report
from careworth.report._csv import write_csv

Rows = dict[str, pa.Table]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, report: Report, rows: Rows) -> Path:
    out = tmp_path_factory.mktemp("reports") / "board"
    write_report(report, rows, out)
    return out


def names(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


def test_a_report_is_four_kinds_of_files(folder: Path, rows: Rows) -> None:
    tables = {f"tables/{name}.csv" for name in rows}
    assert names(folder) == {"report.html", "report.pdf", "report.json"} | tables
    assert [path.name for path in folder.parent.iterdir()] == ["board"]


def test_exported_rows_add_up_to_what_the_report_states(folder: Path) -> None:
    with (folder / "tables/conversations.csv").open(encoding="utf-8", newline="") as file:
        read = list(csv.DictReader(file))
    assert len(read) == 3120
    assert sum(row["answered"] == "true" for row in read) == 2829
    assert sum(row["first_response_hours"] != "" for row in read) == 2829


def test_numbers_are_numbers_in_the_data(folder: Path, report: Report) -> None:
    data = json.loads((folder / "report.json").read_text(encoding="utf-8"))
    assert (data["kind"], data["format"], data["data_version"], data["data_day"]) == (
        "report",
        1,
        41,
        "2026-07-05",
    )
    worth = data["executive"]["worth"]["number"]
    assert (worth["value"], worth["low"], worth["high"]) == (412_000, 268_000, 556_000)
    assert worth["provenance"]["total"] == {"kind": "sum", "column": "dollars"}
    assert data["executive"]["service"][2]["number"]["value"] is None
    chart = data["sections"][1]["blocks"][2]
    assert chart["table"]["rows"][0] == ["2026-01-05", 114, 104]
    assert chart["picture"]["alt"] == report.sections[1].blocks[2].picture.alt
    assert data["definitions"][0]["text"] == report.definitions[0].text


def test_a_report_that_fails_leaves_the_one_before(folder: Path, report: Report, rows: Rows) -> None:
    before = {name: (folder / name).read_bytes() for name in names(folder)}
    wrong = {**rows, "worth": rows["worth"].slice(1)}
    formless = {**rows, "more": pa.table({"of": [[1, 2]]})}
    with pytest.raises(ReportError, match=r"worth\.csv"):
        write_report(report, wrong, folder)
    with pytest.raises(ReportError, match="no form in CSV"):
        write_report(report, formless, folder)
    assert {name: (folder / name).read_bytes() for name in names(folder)} == before
    assert [path.name for path in folder.parent.iterdir()] == ["board"]


def test_writing_again_replaces_the_report_and_its_old_tables(
    tmp_path: Path, report: Report, rows: Rows
) -> None:
    out = tmp_path / "new" / "board"
    first = write_report(report, {**rows, "extra": pa.table({"x": [1]})}, out)
    assert out / "tables/extra.csv" in first.tables
    pdf = first.pdf.read_bytes()
    second = write_report(report, rows, out)
    assert "tables/extra.csv" not in names(out)
    assert all(path.is_file() for path in (second.html, second.pdf, second.json, *second.tables))
    assert second.pdf.read_bytes() == pdf


def test_a_folder_of_something_else_is_left_alone(tmp_path: Path, report: Report, rows: Rows) -> None:
    (tmp_path / "tables").mkdir()
    (tmp_path / "tables" / "mine.csv").write_text("x")
    with pytest.raises(ReportError, match="holds no report"):
        write_report(report, rows, tmp_path)
    assert names(tmp_path) == {"tables/mine.csv"}


def read(table: pa.Table, folder: Path) -> list[list[str]]:
    write_csv(table, folder / "t.csv")
    with (folder / "t.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def test_a_spreadsheet_runs_no_cell_and_numbers_stay_numbers(tmp_path: Path) -> None:
    texts = ["=1+1", "+49", "-x", "@sum", "\tx", "a=b", "", "اردو, “x”\nline"]
    table = pa.table({"=text": texts, "n": [-1.5, *[2.0] * 7], "d": pa.array(texts).dictionary_encode()})
    heading, *lines = read(table, tmp_path)
    assert heading == ["'=text", "n", "d"]
    escaped = ["'=1+1", "'+49", "'-x", "'@sum", "'\tx", *texts[5:]]
    assert [line[0] for line in lines] == [line[2] for line in lines] == escaped
    assert lines[0][1] == "-1.5"


def test_times_say_their_zone_and_nothing_is_empty(tmp_path: Path) -> None:
    moment = datetime(2026, 3, 1, 12, tzinfo=UTC)
    table = pa.table({"at": pa.array([moment, None], pa.timestamp("us", "UTC")), "b": [True, None]})
    assert read(table, tmp_path)[1:] == [["2026-03-01 12:00:00.000000Z", "true"], ["", ""]]


def test_a_column_without_a_form_in_csv_is_named(tmp_path: Path) -> None:
    with pytest.raises(ReportError, match="“tags” holds list"):
        write_csv(pa.table({"tags": [["a"]]}), tmp_path / "t.csv")


@given(st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=12), max_size=8))
def test_only_the_beginning_of_a_text_is_ever_touched(
    tmp_path_factory: pytest.TempPathFactory, texts: list[str]
) -> None:
    lines = read(pa.table({"x": pa.array(texts, pa.string())}), tmp_path_factory.getbasetemp())[1:]
    expected = [f"'{text}" if text[:1] in tuple("=+-@\t\r") else text for text in texts]
    assert [line[0] if line else "" for line in lines] == expected
