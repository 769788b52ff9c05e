import hashlib
import os
import re
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from careworth.report import Paragraph, Report, Section, Words, render_pdf

NASTY = (
    '#panic("x") #set page(width: 1cm) $ x_1 $ * _ ` = heading @ref <label> // no /* no */ \\ " ] } ~ -- ... '
    "https://example.org/a_b 'q' \u2028 a\u00adb"
)


def with_text(report: Report, text: str) -> Report:
    return replace(report, sections=(Section(text, (Paragraph((text,)),)),), notices=(text,))


def pages(pdf: bytes) -> int:
    return len(re.findall(rb"/Type */Page\b", pdf))


@pytest.fixture(scope="module")
def pdf(report: Report) -> bytes:
    return render_pdf(report)


def test_the_file_is_an_accessible_pdf_with_title_and_day(pdf: bytes) -> None:
    assert pdf.startswith(b"%PDF-1.7")
    assert b"<pdfuaid:part>1</pdfuaid:part>" in pdf
    assert b"What social care was worth</rdf:li>" in pdf
    assert b"2026-07-05" in pdf
    assert len(pdf) < 400_000


def test_every_number_leads_to_its_rows(pdf: bytes, rows: dict[str, object]) -> None:
    for name in rows:
        assert f"(tables/{name}.csv)".encode() in pdf


def test_the_same_report_is_the_same_file_in_any_process(pdf: bytes) -> None:
    code = (
        "import hashlib; from report_sample import northwind; from careworth.report import render_pdf; "
        "print(hashlib.sha256(render_pdf(northwind()[0])).hexdigest())"
    )
    paths = os.pathsep.join([str(Path(__file__).parent), *sys.path])
    environment = {**os.environ, "PYTHONPATH": paths, "PYTHONHASHSEED": "7", "TZ": "Asia/Karachi"}
    made = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
    )
    assert made.stdout.strip() == hashlib.sha256(pdf).hexdigest()


def test_markup_in_texts_is_only_text(report: Report) -> None:
    plain = render_pdf(with_text(report, "plain"))
    nasty = render_pdf(replace(with_text(report, NASTY), title="#panic($) \\ <b> ]"))
    assert pages(plain) == pages(nasty) == 2
    assert b"#panic($) \\ &lt;b&gt; ]" in nasty


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="needs pdftotext")
def test_texts_can_be_read_back_letter_by_letter(report: Report, tmp_path: Path) -> None:
    path = tmp_path / "nasty.pdf"
    path.write_bytes(
        render_pdf(with_text(report, '#panic("x") $ x_1 $ *a* _b_ `c` = @ref <label> // \\ ] -- ~'))
    )
    read = subprocess.run(["pdftotext", str(path), "-"], capture_output=True, text=True, check=True).stdout
    assert read.count('#panic("x") $ x_1 $ *a* _b_ `c` = @ref <label> // \\ ] -- ~') >= 3
    assert "Page 2 / 2" in read
    assert "Data version 41" in read


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="needs pdftotext")
def test_a_pictograph_without_a_font_is_named(report: Report, tmp_path: Path) -> None:
    path = tmp_path / "faces.pdf"
    path.write_bytes(render_pdf(with_text(report, "thanks 🤗\ufe0f ok\x00\x07")))
    read = subprocess.run(["pdftotext", str(path), "-"], capture_output=True, text=True, check=True).stdout
    assert "thanks [hugging face] ok" in read


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="needs pdftotext")
def test_letters_without_a_font_are_boxes_and_a_sentence_says_so(report: Report, tmp_path: Path) -> None:
    """Also where the machine itself has a font for them, as many have for Thai."""
    path = tmp_path / "thai.pdf"
    path.write_bytes(render_pdf(with_text(report, "care บริการ team")))
    read = subprocess.run(["pdftotext", str(path), "-"], capture_output=True, text=True, check=True).stdout
    assert "care □□□□□ team" in read
    assert "Letters for which this file has no font are shown as □" in read


def test_right_to_left_pages_are_made_too(report: Report) -> None:
    hebrew = Words(language="he", direction="rtl", contents="תוכן", executive="בדקה אחת")
    assert pages(render_pdf(replace(report, title="שירות", words=hebrew))) >= 3
