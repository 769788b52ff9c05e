"""A report as files: one page, one PDF, its data, and the rows behind its numbers."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import pyarrow as pa

from careworth.errors import ReportError
from careworth.report._csv import write_csv
from careworth.report.blocks import Report
from careworth.report.check import check_report
from careworth.report.html import render_html
from careworth.report.json import render_json
from careworth.report.pdf import render_pdf


@dataclass(frozen=True, slots=True)
class ReportFiles:
    html: Path
    pdf: Path
    json: Path
    tables: tuple[Path, ...]


def write_report(
    report: Report, tables: Mapping[str, pa.Table], out: Path, *, fonts: Path | None = None
) -> ReportFiles:
    """Check the report against ``tables`` (by name) and write it to the folder ``out``.

    Everything is made beside ``out`` first, so a report that fails leaves the one before it as it was.
    ``out`` may hold an earlier report: its files are replaced, and tables that this one lacks are removed.
    ``fonts`` is a folder of fonts for the PDF (see ``render_pdf``).

    Raises:
        ReportError: the report contradicts its rows, or ``out`` holds something that is no report.
    """
    check_report(report, tables)
    if out.is_dir() and any(out.iterdir()) and not (out / "report.json").is_file():
        raise ReportError(f"The folder {out} is not empty and holds no report.", hint="Name another folder.")
    out.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=out.parent, prefix=f".{out.name}-") as made:
        _make(report, tables, Path(made), fonts)
        return _move(Path(made), out)


def _make(report: Report, tables: Mapping[str, pa.Table], folder: Path, fonts: Path | None) -> None:
    (folder / "tables").mkdir()
    for name, table in tables.items():
        write_csv(table, folder / "tables" / f"{name}.csv")
    (folder / "report.json").write_text(render_json(report), encoding="utf-8")
    (folder / "report.pdf").write_bytes(render_pdf(report, fonts=fonts))
    (folder / "report.html").write_text(render_html(report), encoding="utf-8")


def _move(made: Path, out: Path) -> ReportFiles:
    """The page comes last, so that it never points to rows that are not there yet."""
    (out / "tables").mkdir(parents=True, exist_ok=True)
    tables = tuple(sorted((made / "tables").iterdir()))
    moved = tuple(table.replace(out / "tables" / table.name) for table in tables)
    json, pdf, html = (
        made.joinpath(name).replace(out / name) for name in ("report.json", "report.pdf", "report.html")
    )
    for stale in set((out / "tables").glob("*.csv")) - set(moved):
        stale.unlink()
    return ReportFiles(html, pdf, json, moved)
