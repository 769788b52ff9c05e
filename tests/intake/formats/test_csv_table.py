"""CSV files as people have them: headers, marks, line ends, encodings, separators."""

import codecs
from pathlib import Path

import pytest
from network_files import read
from table_files import DAY, HEADER, MAPPING, table

from careworth.errors import FormatError
from careworth.intake.formats import _csv
from careworth.intake.formats._source import Source
from careworth.intake.formats.twcs import Twcs

ROWS = f'1,ann,{DAY},hello,\r\n\r\n2,bob,{DAY},"two\r\nlines, one comma",1\r\n3,cy,never,hello,1\r\n'


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", [b"", codecs.BOM_UTF8])
@pytest.mark.parametrize("block", [1, 7, 4 << 20])
def test_marks_line_ends_and_blocks_change_nothing(
    tmp_path: Path, end: str, mark: bytes, block: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_csv, "BLOCK_BYTES", block)
    content = mark + (HEADER + "\r\n" + ROWS).replace("\r\n", end).encode()
    found = table(tmp_path / "t.csv", content)
    assert [row["external_id"] for row in found.messages] == ["1", "2"]
    assert found.messages[1]["text"] == "two\r\nlines, one comma".replace("\r\n", end)
    assert [(one.line, one.reason) for one in found.rejected] == [(6, "bad-date")]
    assert {chunk.header for chunk in found.chunks} == {HEADER.encode()}


def test_dead_letters_stand_in_the_order_of_the_file(tmp_path: Path) -> None:
    bad = f'1,a,never,x,\n2,a,{DAY},x,,,\n3,a,{DAY},"x,\n4,a,{DAY},\0,\n5,a,never,x,\n6,a,{DAY},x,\n'
    found = table(tmp_path / "t.csv", f"{HEADER}\n{bad}".encode())
    assert [(one.line, one.reason) for one in found.rejected] == [
        (2, "bad-date"),
        (3, "wrong-columns"),
        (4, "open-quote"),
        (5, "nul-bytes"),
        (6, "bad-date"),
    ]
    assert found.ids == ["6"]


@pytest.mark.parametrize("delimiter", [";", "\t", "|"])
def test_the_separator_is_guessed_from_the_header(tmp_path: Path, delimiter: str) -> None:
    row = f"1,ann,{DAY},hello,"
    found = table(tmp_path / "t.csv", f"{HEADER}\n{row}\n".replace(",", delimiter).encode())
    assert found.ids == ["1"]


def test_the_separator_of_the_mapping_wins(tmp_path: Path) -> None:
    content = f"id;who;when;what;to;x,y,z,a,b,c,d\n1;ann;{DAY};hello;;\n"
    assert table(tmp_path / "t.csv", content.encode(), MAPPING + '[file]\ndelimiter = ";"').ids == ["1"]


@pytest.mark.parametrize("encoding", ["latin-1", "cp1252", "utf-16", "utf-16-le", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("block", [1, 4 << 20])
def test_other_encodings(tmp_path: Path, encoding: str, block: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_csv, "BLOCK_BYTES", block)
    content = f'{HEADER}\n1,josé,{DAY},"é\u0085ü",\n2,josé,never,é,\n'
    mapping = MAPPING + f'[file]\nencoding = "{encoding}"'
    found = table(tmp_path / "t.csv", content.encode(encoding, "replace"), mapping)
    assert found.messages[0]["author"] == "josé"
    assert found.messages[0]["text"][0] + found.messages[0]["text"][-1] == "éü"
    assert [(one.line, one.reason) for one in found.rejected] == [(3, "bad-date")]


def test_a_dead_letter_of_another_encoding_can_be_read_again_with_the_same_mapping(tmp_path: Path) -> None:
    mapping = MAPPING + '[file]\nencoding = "latin-1"'
    found = table(tmp_path / "t.csv", f"{HEADER}\n1,josé,never,é,\n".encode("latin-1"), mapping)
    again = found.chunks[0].header + b"\n" + found.rejected[0].raw.replace(b"never", DAY.encode()) + b"\n"
    assert table(tmp_path / "again.csv", again, mapping).messages[0]["author"] == "josé"


def test_a_byte_that_the_encoding_does_not_know_costs_its_record_only(tmp_path: Path) -> None:
    content = f"{HEADER}\n1,a,{DAY},x,\n2,a,{DAY},\x81,\n3,a,{DAY},é,\n".encode("latin-1")
    found = table(tmp_path / "t.csv", content, MAPPING + '[file]\nencoding = "cp1252"')
    assert found.ids == ["1", "3"]
    assert [(one.line, one.reason) for one in found.rejected] == [(3, "bad-encoding")]


def test_a_name_of_a_column_may_hold_a_line_end(tmp_path: Path) -> None:
    content = f'"id",who,when,"what\nthey said",to\n1,ann,{DAY},hello,\n2,ann,never,hello,\n'
    found = table(tmp_path / "t.csv", content.encode(), MAPPING.replace('"what"', '"what\\nthey said"'))
    assert found.ids == ["1"]
    assert found.rejected[0].line == 4


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "has no column"),
        (b"id,who,when,what\n", "has no column 'to'; it has id, who, when, what"),
        (b"id,who,when,what,to,to\n", "two columns of the same name"),
        (b"PK\x03\x04\xff\xfe\n", "does not start with a line of column names"),
        (f"{HEADER}\r1,a,{DAY},x,\r".encode(), "does not start with a line of column names"),
        (b"x" * 100_000 + b"\n", "does not start with a line of column names"),
        (HEADER.encode("utf-16"), "is UTF-16 text"),
        (f"{HEADER}\n1,a".encode("utf-16") + b"\0", "is UTF-16 text"),
    ],
)
def test_what_is_no_table_stops_with_a_sentence(tmp_path: Path, content: bytes, sentence: str) -> None:
    with pytest.raises(FormatError) as caught:
        table(tmp_path / "t.csv", content)
    assert sentence in caught.value.sentence
    assert caught.value.hint


def test_a_file_cut_in_the_middle_of_a_character_of_utf_16(tmp_path: Path) -> None:
    content = f"{HEADER}\n1,a,{DAY},x,\n".encode("utf-16")
    with pytest.raises(FormatError, match="is not in the encoding utf-16"):
        table(tmp_path / "t.csv", content + b"x", MAPPING + '[file]\nencoding = "utf-16"')


TWCS = "tweet_id,author_id,inbound,created_at,text,response_tweet_id,in_response_to_tweet_id"
TWEET = "Tue Oct 31 22:10:47 +0000 2017"


@pytest.mark.parametrize("mark", [b"", codecs.BOM_UTF8])
@pytest.mark.parametrize("delimiter", [",", ";"])
def test_twcs_is_known_by_its_columns(tmp_path: Path, mark: bytes, delimiter: str) -> None:
    content = f"{TWCS}\n2,Acme,False,{TWEET},hello,,1\n1,115712,True,{TWEET},help,2,\n"
    path = tmp_path / "anything"
    path.write_bytes(mark + content.replace(",", delimiter).encode())
    found = read(Twcs(), path)
    assert found.ids == ["2", "1"]
    assert [row["parent_external_id"] for row in found.messages] == ["1", None]
    assert [row["inbound"] for row in found.messages] == [False, True]
    assert {row["channel"] for row in found.messages} == {"x"}


@pytest.mark.parametrize(
    "content", [b"", b"\xff\xfe\0", b"tweet_id,text\n", TWCS.upper().encode(), b'{"a": 1}', b'"a\r"b\r\n']
)
def test_twcs_claims_nothing_else(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "twcs.csv"
    path.write_bytes(content)
    assert not Twcs().claims(Source(path))


def test_twcs_texts_are_what_people_wrote(tmp_path: Path) -> None:
    path = tmp_path / "twcs.csv"
    path.write_text(f"{TWCS}\n1,7,True,{TWEET},R&amp;B &lt;3 &amp;lt; &copy;,,\n2,7,True,{TWEET},plain,,\n")
    assert [row["text"] for row in read(Twcs(), path).messages] == ["R&B <3 &lt; &copy;", "plain"]
