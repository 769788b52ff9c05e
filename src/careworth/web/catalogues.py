"""Translations without any tool beside Python: extract, update, check, compile.

``python -m careworth.web.catalogues`` brings the catalogues up to date with the sources. Nothing compiled is
committed: a server compiles the catalogues when it starts.
"""

import hashlib
import io
import re
from pathlib import Path

from babel.messages import Catalog
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

HERE = Path(__file__).parent
LOCALE = HERE / "locale"
LANGUAGES = ("id", "it", "ur")
_PLURALS = {"id": "nplurals=1; plural=0;"}
"""Babel would give Indonesian two forms."""
_KEYWORDS = {
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "_": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}


def offered(language: str) -> bool:
    """Whether pages can be read in a language: English, and those that have a catalogue."""
    return language == "en" or _path(language).is_file()


def _path(language: str) -> Path:
    return LOCALE / language / "LC_MESSAGES" / "django.po"


def read(language: str) -> Catalog:
    with _path(language).open("rb") as file:
        return read_po(file, locale=language)


def compiled(folder: Path) -> Path:
    """A folder of compiled catalogues under ``folder``; its name is the digest of their sources."""
    sources = [_path(language) for language in LANGUAGES if _path(language).is_file()]
    digest = hashlib.sha256(b"".join(source.read_bytes() for source in sources)).hexdigest()[:16]
    made = folder / digest
    for source in sources:
        target = made / source.relative_to(LOCALE).with_suffix(".mo")
        if not target.is_file():
            target.parent.mkdir(parents=True, exist_ok=True)
            written = io.BytesIO()
            write_mo(written, read(source.parent.parent.name))
            target.write_bytes(written.getvalue())
    return made


def template() -> Catalog:
    """Every text of the sources that is to be translated."""

    catalog = Catalog(project="Careworth", charset="utf-8")
    for folder in (HERE, HERE.parent / "desk"):
        for file in sorted([*folder.rglob("*.html"), *folder.rglob("*.txt"), *folder.rglob("*.py")]):
            text = file.read_text(encoding="utf-8")
            if file.suffix != ".py":
                text = re.sub(r"^[ \t]+", "", templatize(text), flags=re.MULTILINE)
            where = str(file.relative_to(HERE.parent))
            for _line, message, comments, context in extract("python", io.BytesIO(text.encode()), _KEYWORDS):
                catalog.add(message, None, [(where, 0)], auto_comments=comments, context=context)
    return catalog


def update() -> None:
    """Add new texts and take out old ones. Nothing is guessed, so nothing is fuzzy."""
    wanted = template()
    for language in LANGUAGES:
        known = read(language) if _path(language).is_file() else Catalog(locale=language, charset="utf-8")
        known.update(wanted, no_fuzzy_matching=True, update_header_comment=False)
        known.obsolete.clear()
        _write(language, known)


def _write(language: str, catalog: Catalog) -> None:
    path = _path(language)
    path.parent.mkdir(parents=True, exist_ok=True)
    written = io.BytesIO()
    write_po(written, catalog, width=110, sort_output=True, no_location=True, omit_header=False)
    text = written.getvalue().decode()
    if language in _PLURALS:
        text = re.sub(r'"Plural-Forms: .*?\\n"', f'"Plural-Forms: {_PLURALS[language]}\\\\n"', text)
    text = text[text.index('msgid ""') :]  # what Babel writes before it marks every catalogue fuzzy
    text = re.sub(
        r'^"(POT-Creation-Date|PO-Revision-Date|Last-Translator|Generated-By): .*\n', "", text, flags=re.M
    )
    path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    update()
