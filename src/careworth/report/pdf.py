"""The report as an accessible PDF (PDF/UA-1) that depends on nothing of the machine it is made on."""

import json
import re
import unicodedata
from dataclasses import asdict, fields
from importlib.resources import files
from pathlib import Path
from typing import Any

import typst

from careworth.report._lettering import lifted
from careworth.report._view import view
from careworth.report.blocks import Picture, Report
from careworth.report.charts import PALETTE
from careworth.report.writing import Words

_FONT = "Libertinus Serif"
"""Comes with typst, so that the same report is the same file everywhere."""
_BROUGHT = Path(__file__).parent / "fonts"
_UNSHOWN = re.compile(r'the text `"((?:[^"\\]|\\.)+)"` could not be displayed')
_ESCAPE = re.compile(r"\\u\{([0-9a-f]+)\}")
_TEXT = re.compile(r"<text [^>]*>")
_RIM = re.compile(r' (?:stroke|stroke-width|paint-order)="[^"]*"')
_BOX = "□"
_CONTROLS = {code: None for code in range(32) if chr(code) not in "\t\n"} | {127: None}


def render_pdf(report: Report, *, fonts: Path | None = None) -> bytes:
    """The same report gives the same bytes.

    ``fonts`` is a folder of fonts for scripts that the built-in ones lack, by default those that ``make
    font`` brought. Fonts of the system are not used, because the file would differ by machine. Pictographs
    that no font has are named in brackets; letters that no font has are shown as boxes, and a sentence at the
    top says so.
    """
    fonts = fonts or (_BROUGHT if _BROUGHT.is_dir() else None)
    data = _translated(_data(report, fonts), _CONTROLS)
    shown: dict[int, str] = {}
    while True:
        told = _translated(data, shown)
        if _BOX in shown.values():
            told["notices"].append(report.words.unshown.format(sign=_BOX).translate(shown))
        try:
            return _compile(told, fonts)
        except typst.TypstError as error:
            missing = "".join(_unescaped(text) for text in _UNSHOWN.findall(error.diagnostic))
            more = _shown("".join(sign for sign in missing if ord(sign) not in shown))
            if not more:
                raise
            shown |= more  # marks that stood on a letter are missing only once the letter is a box


def _compile(data: Any, fonts: Path | None) -> bytes:
    return typst.compile(
        files("careworth.report").joinpath("templates/report.typ").read_bytes(),
        format="pdf",
        font_paths=typst.Fonts(include_system_fonts=False, font_paths=[fonts] if fonts else []),
        pdf_standards="ua-1",
        sys_inputs={"report": json.dumps(data)},
    )


def _data(report: Report, fonts: Path | None) -> Any:
    day = report.data_day
    data = view(report) | {
        "words": _said(report.words),
        "colours": PALETTE,
        "fonts": [_FONT, *_families(fonts)],
        "date": (day.year, day.month, day.day),
    }
    drawing = _lettered if report.words.direction == "rtl" else _drawing
    return json.loads(json.dumps(data, default=drawing))


def _said(words: Words) -> dict[str, Any]:
    """The fixed words; sentences stand in the report already."""
    every = {field.name: getattr(words, field.name) for field in fields(words)}
    return {name: text for name, text in every.items() if isinstance(text, str)}


def _drawing(picture: Picture) -> dict[str, str]:
    """The wide drawing in the font of the file, and without rims on its texts, which typst paints on top."""
    bare = _TEXT.sub(lambda tag: _RIM.sub("", tag[0]), picture.wide)
    return {"svg": bare.replace("<svg ", f'<svg font-family="{_FONT}" ', 1), "alt": picture.alt}


def _lettered(picture: Picture) -> dict[str, Any]:
    """The drawing and its texts apart, for scripts whose letters join."""
    svg, size, letters = lifted(picture.wide)
    return {"svg": svg, "alt": picture.alt, "size": size, "letters": list(map(asdict, letters))}


def _families(fonts: Path | None) -> list[str]:
    if fonts is None:
        return []
    found = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[fonts])
    return found.families()


def _translated(data: Any, table: dict[int, Any]) -> Any:
    """The same structure with ``str.translate`` applied to every text in it."""
    if isinstance(data, str):
        return data.translate(table)
    if isinstance(data, list):
        return [_translated(item, table) for item in data]
    if isinstance(data, dict):
        return {key: _translated(value, table) for key, value in data.items()}
    return data


def _shown(missing: str) -> dict[int, str]:
    """What stands for each character that no font has: a box, its name, or nothing where it has no shape."""
    return {ord(character): _stand_in(character) for character in missing}


def _stand_in(character: str) -> str:
    match unicodedata.category(character)[0]:
        case "L" | "N":
            return _BOX
        case "S":
            return f"[{unicodedata.name(character, '?').lower()}]"
    return ""


def _unescaped(text: str) -> str:
    return _ESCAPE.sub(lambda code: chr(int(code[1], 16)), text)
