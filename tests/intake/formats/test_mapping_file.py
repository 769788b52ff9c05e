"""Mapping files: what they may say, and the sentence when they say something else."""

from pathlib import Path

import pytest

from careworth.errors import MappingError
from careworth.intake.formats._mapping import FIELDS, ColumnMapping, load_mapping

COLUMNS = """
[columns]
external_id = "id"
author = "who"
sent_at = "when"
text = "what"
"""


def load(folder: Path, content: str | bytes) -> ColumnMapping:
    path = folder / "mapping.toml"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return load_mapping(path)


def test_the_smallest_mapping_names_four_columns(tmp_path: Path) -> None:
    mapping = load(tmp_path, COLUMNS)
    assert mapping.columns == {"external_id": "id", "author": "who", "sent_at": "when", "text": "what"}
    assert (mapping.time_format, mapping.zone, mapping.encoding, mapping.delimiter) == (
        "iso",
        "UTC",
        "utf-8",
        None,
    )


def test_everything_a_mapping_can_say(tmp_path: Path) -> None:
    mapping = load(
        tmp_path,
        COLUMNS
        + """
        [constants]
        channel = "mail"
        private = true
        [direction]
        column = "way"
        inbound = ["From Customer ", "IN"]
        outbound = ["to customer"]
        [time]
        format = "%d.%m.%Y %H:%M"
        zone = "Asia/Jakarta"
        [file]
        delimiter = ";"
        encoding = "cp1252"
        """,
    )
    assert mapping.columns["inbound"] == "way"
    assert mapping.constants == {"channel": "mail", "private": "true"}
    assert mapping.inbound_words == {"from customer", "in"}
    assert mapping.outbound_words == {"to customer"}
    assert (mapping.time_format, mapping.zone) == ("%d.%m.%Y %H:%M", "Asia/Jakarta")
    assert (mapping.delimiter, mapping.encoding) == (";", "cp1252")


@pytest.mark.parametrize(
    ("added", "sentence", "hint"),
    [
        ('autor = "x"', "'autor' is not a field in [columns]", "Did you mean 'author'?"),
        ('zzz = "x"', "'zzz' is not a field in [columns]", "Known are: channel, "),
        ("[tyme]", "'tyme' is not a section", "Did you mean 'time'?"),
        ('[time]\nfromat = "iso"', "'fromat' is not a key of [time]", "Did you mean 'format'?"),
        ('[file]\nencodng = "x"', "'encodng' is not a key of [file]", "Did you mean 'encoding'?"),
        ('[direction]\ncolum = "x"', "'colum' is not a key of [direction]", "Did you mean 'column'?"),
        ('[constants]\nauthor = "x"', "'author' is not a field in [constants]", "Known are: channel, "),
        ('[direction]\ninbound = "in"', "inbound in [direction] is not a list", "Write inbound = "),
        ('[time]\nzone = "Asia/Jakarat"', "there is no time zone 'Asia/Jakarat'", "Asia/Jakarta"),
        ('[time]\nzone = "Europe"', "there is no time zone 'Europe'", "Asia/Jakarta"),
        ('[time]\nzone = "../secret"', "there is no time zone '../secret'", "Asia/Jakarta"),
        ('[time]\nformat = "epoch-millis"', "'epoch-millis' is not a format", "'epoch-milliseconds'?"),
        ('[time]\nformat = "ISO"', "'ISO' is not a format of times", "Did you mean 'iso'?"),
        ('[time]\nformat = "%d.%m.%Y %Q"', "'%d.%m.%Y %Q' is not a format of times", "Write iso, "),
        ('[time]\nformat = "%H:%M"', "does not give a whole date", "Write iso, "),
        ('[file]\nencoding = "klingon"', "there is no encoding 'klingon'", "latin-1"),
        ('[file]\nencoding = "base64"', "there is no encoding 'base64'", "latin-1"),
        ('[file]\ndelimiter = ", "', "the delimiter ', ' is not one character", '";"'),
        ('[file]\ndelimiter = "\\""', "is not one character", '";"'),
    ],
)
def test_what_a_mapping_cannot_say_is_named(tmp_path: Path, added: str, sentence: str, hint: str) -> None:
    with pytest.raises(MappingError) as caught:
        load(tmp_path, COLUMNS + added)
    assert sentence in caught.value.sentence
    assert str(tmp_path / "mapping.toml") in caught.value.sentence
    assert hint in caught.value.hint


@pytest.mark.parametrize("needed", ["external_id", "author", "sent_at", "text"])
def test_a_column_that_is_needed_is_asked_for(tmp_path: Path, needed: str) -> None:
    lines = [line for line in COLUMNS.splitlines() if not line.startswith(needed)]
    with pytest.raises(MappingError, match=f"does not say which column is '{needed}'"):
        load(tmp_path, "\n".join(lines))


@pytest.mark.parametrize("content", [b"columns: id", b"\xff\xfe", b'columns = "id"', b"time = 5\n[columns]"])
def test_what_is_no_mapping_is_told_with_an_example(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(MappingError) as caught:
        load(tmp_path, content)
    assert "[columns]" in caught.value.hint


@pytest.mark.parametrize("name", ["", "missing.toml"])
def test_a_mapping_that_cannot_be_read(tmp_path: Path, name: str) -> None:
    with pytest.raises(MappingError, match="cannot be read"):
        load_mapping(tmp_path / name)


def test_the_names_of_all_fields_are_known(tmp_path: Path) -> None:
    every = "[columns]\n" + "\n".join(f'{name} = "{name}"' for name in FIELDS)
    assert set(load(tmp_path, every).columns) == set(FIELDS)
