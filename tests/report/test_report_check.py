from dataclasses import replace
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from careworth.errors import ReportError
from careworth.report import (
    COUNT,
    Checklist,
    Column,
    Count,
    KeyFigure,
    KeyFigures,
    Number,
    Paragraph,
    Provenance,
    Report,
    Section,
    Sum,
    Table,
    check_report,
)

Rows = dict[str, pa.Table]
ROWS = {"calls": pa.table({"minutes": [3, 5, None], "solved": [True, False, True]})}


def source(
    total: Count | Sum | None, measure: str = "cost", version: int = 1, rows: str = "calls"
) -> Provenance:
    return Provenance(measure=measure, definition_version=version, rows_csv=rows, total=total)


def number(value: float | None, total: Count | Sum | None = None, **more: Any) -> Number:
    return Number(value=value, unit=COUNT, provenance=source(total), **more)


def holding(report: Report, *blocks: Any) -> Report:
    return replace(report, sections=(Section("Calls", blocks),))


def problem(report: Report, rows: Rows, *blocks: Any) -> str:
    with pytest.raises(ReportError) as caught:
        check_report(holding(report, *blocks), {**rows, **ROWS})
    return caught.value.sentence


def figure(one: Number) -> KeyFigures:
    return KeyFigures((KeyFigure("Calls handled", one),))


def test_the_sample_agrees_with_its_rows(report: Report, rows: Rows) -> None:
    check_report(report, rows)


@pytest.mark.parametrize(
    ("value", "total"), [(3, Count()), (8, Sum("minutes")), (8.0, Sum("minutes")), (2, Sum("solved"))]
)
def test_totals_that_follow_from_the_rows_pass(
    report: Report, rows: Rows, value: float, total: Count | Sum
) -> None:
    check_report(holding(report, figure(number(value, total))), {**rows, **ROWS})


def test_a_wrong_total_names_number_values_and_file(report: Report, rows: Rows) -> None:
    assert problem(report, rows, figure(number(9, Sum("minutes")))) == (
        "“Calls handled” is stated as 9, but tables/calls.csv gives 8 (the sum of “minutes”)."
    )
    assert problem(report, rows, Paragraph(("We had ", number(4, Count())))) == (
        "“Calls” is stated as 4, but tables/calls.csv gives 3 (rows)."
    )


def test_a_row_that_is_lost_on_the_way_is_found(report: Report, rows: Rows) -> None:
    short = {**rows, "conversations": rows["conversations"].slice(1)}
    with pytest.raises(ReportError, match=r"stated as 3120, but tables/conversations\.csv gives 3119"):
        check_report(report, short)


@given(st.lists(st.integers(-(10**9), 10**9), max_size=20), st.integers(-3, 3))
def test_only_the_sum_itself_passes(report: Report, values: list[int], off: int) -> None:
    tables = dict.fromkeys(("conversations", "worth", "weeks", "investment"), ROWS["calls"])
    tables["calls"] = pa.table({"minutes": pa.array(values, pa.int64())})
    one = holding(report, figure(number(sum(values) + off, Sum("minutes"))))
    one = replace(
        one, executive=replace(one.executive, worth=KeyFigure("w", number(0.0)), service=(), chart=None)
    )
    one = replace(one, executive=replace(one.executive, changed=(), actions=()))
    if off == 0:
        check_report(one, tables)
    else:
        with pytest.raises(ReportError, match="Calls handled"):
            check_report(one, tables)


def test_a_large_sum_is_held_to_the_unit(report: Report, rows: Rows) -> None:
    big = {**rows, "calls": pa.table({"minutes": [20_000_000_001, 1]})}
    one = holding(report, figure(number(20_000_000_001, Sum("minutes"))))
    with pytest.raises(ReportError, match="20000000002"):
        check_report(one, big)


def table(**change: Any) -> Table:
    whole = Table(
        title="By team",
        columns=(Column("Team"), Column("Calls", COUNT, source(Count()))),
        rows=(("a", 1), ("b", 2)),
        total=("All", 3),
        rows_csv="calls",
    )
    return replace(whole, **change)


def test_shown_rows_total_row_and_exported_rows_have_to_agree(report: Report, rows: Rows) -> None:
    check_report(holding(report, table()), {**rows, **ROWS})
    assert "“By team: Calls, total” is stated as 4" in problem(report, rows, table(total=("All", 4)))
    assert "rows shown” is stated as 5" in problem(report, rows, table(rows=(("a", 1), ("b", 4))))


@pytest.mark.parametrize(
    ("block", "sentence"),
    [
        (figure(number(None)), "neither a value nor a reason"),
        (figure(number(float("nan"))), "no number"),
        (figure(number(1, low=0.0)), "one end only"),
        (figure(number(1, low=2, high=1)), "ends below where it begins"),
        (figure(replace(number(1), provenance=source(None, measure="luck"))), "names the measure “luck”"),
        (figure(replace(number(1), provenance=source(None, version=9))), "version 9 of “cost”"),
        (figure(replace(number(1), provenance=source(None, rows="gone"))), "tables/gone.csv"),
        (figure(number(1, Sum("hours"))), "“hours”, which tables/calls.csv does not have"),
        (table(rows=(("a", 1, 2),), total=None), "do not fit its columns"),
        (table(rows_csv="gone"), "tables/gone.csv"),
        (table(rows=(("a", float("inf")),), total=None), "no number"),
        (
            Checklist(goals="g", benchmarks="b", targets="t", metrics="m", analysis="a"),
            "lacks its investment",
        ),
    ],
)
def test_what_does_not_fit_is_named(report: Report, rows: Rows, block: Any, sentence: str) -> None:
    assert sentence in problem(report, rows, block)


def test_a_draft_may_lack_elements_of_the_framework(report: Report, rows: Rows) -> None:
    check_report(replace(holding(report, Checklist()), draft=True), rows)


def test_names_cannot_leave_the_folder(report: Report, rows: Rows) -> None:
    with pytest.raises(ReportError, match="cannot be a name"):
        check_report(report, {**rows, "../secret": ROWS["calls"]})


def test_all_problems_are_told_at_once(report: Report, rows: Rows) -> None:
    told = problem(report, rows, figure(number(9, Count())), figure(number(None)))
    assert len(told.splitlines()) == 2
