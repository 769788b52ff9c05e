"""A report of the past is the same report: same bytes, from the facts and the record alone."""

import csv
import gzip
import io
import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from board_store import NOW

from careworth.facts.store import Store
from careworth.intake.formats import ReadOptions
from careworth.intake.ingest import ingest
from careworth.report.board.publish import Order, Published, as_it_was, publish
from careworth.simulate import CareYear, simulate_care_year

NOTICE = "Everything in this report is simulated."
ZONE = "Asia/Jakarta"
ANSWERS = """
[answers.budget]
level = 3
[answers.in_channel_resolution]
level = 1
"""
PLAN = """
convention = "OGST"
currency = "IDR"
[objectives.loyalty]
text = "lower churn"
[goals.fast]
text = "answered within an hour"
objectives = ["loyalty"]
measure = "answered_within_1h"
unit = "share"
baseline = 0.1
target = 0.99
due = 2030-12-31
[goals.nps]
text = "recommended"
unit = "points"
baseline = 51
target = 59
due = 2030-12-31
[components.page]
kind = "brand_profile"
[components.forum]
kind = "customer_community"
[outcomes.orders]
value = "sales"
amount = 1000.7
components = ["page", "forum"]
units = { retail = 0.7, web = 0.3 }
source = "order codes"
"""


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> CareYear:
    return simulate_care_year(7, tmp_path_factory.mktemp("year") / "sim", conversations=300)


@pytest.fixture(scope="module")
def order(year: CareYear) -> Order:
    inputs = year.inputs.read_text(encoding="utf-8")
    return Order(inputs=inputs, notices=(NOTICE,), zone=ZONE, answers=ANSWERS, plan=PLAN)


@pytest.fixture(scope="module")
def folder(year: CareYear, order: Order) -> Path:
    """Two batches: a report of the first, then the second, then the first again, from the record alone."""
    folder = year.messages.parent.parent
    store = Store(folder / "facts")
    _bring(store, year, folder / "early.csv.gz", slice(0, 700))
    publish(store, order, folder / "then", now=NOW)
    _bring(store, year, folder / "late.csv.gz", slice(700, None))
    publish(store, order, folder / "newest", now=NOW + timedelta(days=30))
    again = as_it_was(store, 0, Order())
    publish(store, again, folder / "again", now=NOW + timedelta(days=60), version=0)
    return folder


def _bring(store: Store, year: CareYear, path: Path, part: slice) -> None:
    header, *rows = gzip.decompress(year.messages.read_bytes()).decode().splitlines(keepends=True)
    path.write_bytes(gzip.compress("".join([header, *rows[part]]).encode()))
    ingest(store, [path], now=NOW, form="table", options=ReadOptions(mapping=year.mapping))


def files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_report_as_of_a_version_is_the_same_to_the_byte(folder: Path) -> None:
    then, again, newest = (files(folder / name) for name in ("then", "again", "newest"))
    assert {"report.html", "report.pdf", "report.json", "tables/first_reply_time.csv"} <= set(then)
    assert again == then
    assert newest["report.json"] != then["report.json"]
    assert newest["tables/messages_in.csv"] != then["tables/messages_in.csv"]


def test_what_was_not_given_again_comes_from_the_record(folder: Path, order: Order) -> None:
    store = Store(folder / "facts")
    assert as_it_was(store, 0, Order()) == order
    assert as_it_was(store, 0, Order(title="Mine", zone="UTC")).title == "Mine"
    assert as_it_was(store, 0, Order(zone="UTC")).zone == "UTC"
    assert as_it_was(store, 99, Order()) == Order()


@pytest.fixture(scope="module")
def made(folder: Path, order: Order) -> Published:
    return publish(Store(folder / "facts"), order, folder / "newest", now=NOW)


@pytest.fixture(scope="module")
def data(made: Published) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(made.files.json.read_text(encoding="utf-8"))
    return found


def test_the_demo_is_complete_and_no_draft(data: dict[str, Any]) -> None:
    assert data["draft"] is False
    (checklist,) = of_kind(data, "checklist")
    elements = ("investment", "goals", "benchmarks", "targets", "metrics", "analysis")
    assert all(checklist[name] for name in elements)
    assert "First reply, median: 45\u00a0min by 30\u00a0June\u00a02026" in checklist["goals"]
    assert data["notices"] == [NOTICE]


def test_days_are_those_of_the_zone(data: dict[str, Any]) -> None:
    assert data["subtitle"].endswith("1\u00a0January\u00a02025 to 31\u00a0December\u00a02025")
    assert data["data_day"] == "2025-12-31"


def test_the_headline_says_worth_and_wait(made: Published, data: dict[str, Any]) -> None:
    figure = data["executive"]["worth"]["number"]
    found = re.fullmatch(
        r"The service is worth IDR\u00a0([\d,.]+) a year, net \(likely IDR\u00a0([\d,.]+) to ([\d,.]+)\)\. "
        r"The median first reply of (\d+) conversations took (\d+)\u00a0min\.",
        made.headline,
    )
    assert found is not None, made.headline
    value, low, high = (float(text.replace(",", "")) for text in found.groups()[:3])
    assert (value, low, high) == (round(figure["value"]), round(figure["low"]), round(figure["high"]))
    assert int(found[4]) == len(exported(made, "first_reply_time"))
    assert int(found[5]) == round(data["executive"]["service"][0]["number"]["value"])


def exported(made: Published, name: str) -> list[dict[str, str]]:
    path = made.files.json.parent / "tables" / f"{name}.csv"
    return list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"))))


def of_kind(item: Any, kind: str) -> Iterator[dict[str, Any]]:
    if isinstance(item, dict):
        if item.get("kind") == kind:
            yield item
        for value in item.values():
            yield from of_kind(value, kind)
    elif isinstance(item, list):
        for value in item:
            yield from of_kind(value, kind)


def total_of(made: Published, provenance: dict[str, Any]) -> float:
    rows = exported(made, provenance["rows_csv"])
    if provenance["total"]["kind"] == "count":
        return len(rows)
    return sum(float(row[provenance["total"]["column"]] or 0) for row in rows)


def test_every_number_has_a_definition_and_rows_that_agree(made: Published, data: dict[str, Any]) -> None:
    defined = {one["measure"]: one["version"] for one in data["definitions"]}
    numbers = list(of_kind(data["executive"], "number")) + list(of_kind(data["sections"], "number"))
    assert len(numbers) > 30
    counted = 0
    for number in numbers:
        provenance = number["provenance"]
        assert defined[provenance["measure"]] == provenance["definition_version"]
        assert exported(made, provenance["rows_csv"]), provenance
        if provenance["total"] is not None:
            assert number["value"] == total_of(made, provenance), provenance
            counted += 1
    assert counted > 10


def test_every_total_of_a_table_is_that_of_the_exported_rows(made: Published, data: dict[str, Any]) -> None:
    columns = [
        (column["provenance"], [row[place] for row in table["rows"]], table["total"][place])
        for table in of_kind(data["sections"], "table")
        for place, column in enumerate(table["columns"])
        if column["provenance"] is not None and column["provenance"]["total"] is not None
    ]
    assert len(columns) >= 9
    for provenance, cells, stated in columns:
        assert sum(cells) == pytest.approx(stated)
        assert stated == pytest.approx(total_of(made, provenance))


def test_what_nobody_tagged_as_a_request_is_not_in_the_figures(made: Published, year: CareYear) -> None:
    assert 0 < len(exported(made, "conversations")) < year.truth.year.conversations
    channels = {row["channel"] for row in exported(made, "conversations")}
    text = made.files.html.read_text(encoding="utf-8")
    assert len(channels) == 4
    assert all(f"<bdi>{name}</bdi>" in text for name in ("X", "Mastodon", "Bluesky", "E-mail"))


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="needs pdftotext")
def test_what_a_board_reads_first_is_on_the_first_page(made: Published) -> None:
    read = subprocess.run(["pdftotext", str(made.files.pdf), "-"], capture_output=True, text=True, check=True)
    pages = read.stdout.split("\f")
    assert len(pages) - 1 <= 9
    assert "What to do" in pages[0]
    assert "What service was worth" not in pages[0]
    assert pages[1].startswith("What service was worth")


def test_maturity_and_plan_have_sections_of_their_own(folder: Path, made: Published) -> None:
    report = json.loads(made.files.json.read_text(encoding="utf-8"))
    titles = [section["title"] for section in report["sections"]]
    assert titles[2:4] == ["Where the company stands", "The plan"]
    page = re.sub(r"<[^>]+>", " ", made.files.html.read_text(encoding="utf-8"))
    assert "recommended (points)".capitalize() in page and "51 → 59" in page
    assert "Conservative" in page and "rules are broken" in page
    rows = (folder / "newest" / "tables" / "plan_units.csv").read_text(encoding="utf-8")
    assert '"retail",700.49' in rows and '"web",300.21' in rows
    assert "in_channel_resolution" in (folder / "newest" / "tables" / "maturity_items.csv").read_text()
