"""Tables that are not CSV: JSON lines and Parquet, and what is wrong with them."""

import codecs
import gzip
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from network_files import Read
from table_files import DAY, MAPPING, table

from careworth.errors import FormatError, MappingError
from careworth.intake.formats._base import ReadOptions
from careworth.intake.formats._source import Source
from careworth.intake.formats.table import Table

MOMENT = datetime(2023, 5, 6, 7, 8, 9, tzinfo=UTC)


def line(**values: Any) -> bytes:
    return json.dumps({"id": "1", "who": "ann", "when": DAY, "what": "hello", **values}).encode()


def test_json_lines(tmp_path: Path) -> None:
    lines = [line(to=7), b"", b"  ", line(id=2**70, what="über\n"), line(id=None), line(when="never")]
    found = table(tmp_path / "t.jsonl", codecs.BOM_UTF8 + b"\r\n".join(lines))
    assert found.ids == ["1", str(2**70)]
    assert [row["parent_external_id"] for row in found.messages] == ["7", None]
    assert [row["sent_at"] for row in found.messages] == [MOMENT, MOMENT]
    assert [(one.line, one.reason) for one in found.rejected] == [(5, "missing-id"), (6, "bad-date")]
    assert [one.raw for one in found.rejected] == lines[4:]


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        (b'{"id": "2", "wh', "bad-json"),
        (b"[1, 2]", "bad-json"),
        (b"null", "bad-json"),
        (b"[" * 100_000, "bad-json"),
        (b'{"id": "2\xff"}', "bad-encoding"),
        (b'{"id": "2\0"}', "bad-json"),
        (line(what="a\0b"), "nul-bytes"),
        (line(what="x" * (10 << 20)), "too-large"),
    ],
)
def test_a_bad_line_costs_that_line(tmp_path: Path, bad: bytes, reason: str) -> None:
    found = table(tmp_path / "t.jsonl", line() + b"\n\n" + bad + b"\n" + line(id="3"))
    assert found.ids == ["1", "3"]
    assert [(one.line, one.reason, one.raw) for one in found.rejected] == [(3, reason, bad)]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"id,who\n1,2\n", "does not hold JSON lines"),
        (b"\x89PNG\r\n\x1a\n\xff\xff\n", "does not hold JSON lines"),
        (b'[{"id": 1}]\n', "does not hold JSON lines"),
        (line().replace(b'"who"', b'"whom"'), "has no column 'who'; it has id, whom, when, what"),
    ],
)
def test_what_is_no_such_table_stops_with_a_sentence(tmp_path: Path, content: bytes, sentence: str) -> None:
    with pytest.raises(FormatError) as caught:
        table(tmp_path / "t.jsonl", content)
    assert sentence in caught.value.sentence


def test_lists_numbers_and_objects_become_text(tmp_path: Path) -> None:
    mapping = MAPPING.replace("[constants]", 'tags = "tags"\nhandling_seconds = "took"\n[constants]')
    found = table(tmp_path / "t.jsonl", line(tags=["Service", "b"], took=1.5, what={"a": [1]}), mapping)
    row = found.messages[0]
    assert (row["tags"], row["handling_seconds"], row["text"]) == ("service,b", 1.5, '{"a":[1]}')


def parquet(path: Path, **columns: pa.Array) -> Read:
    plain = {"id": ["1"], "who": ["ann"], "when": [DAY], "what": ["hello"], "to": ["7"]}
    pq.write_table(pa.table({**plain, **columns}), path)
    return table(path, path.read_bytes())


@pytest.mark.parametrize(
    "when",
    [
        pa.array([MOMENT], pa.timestamp("ns", "Asia/Jakarta")),
        pa.array([MOMENT.replace(tzinfo=None)], pa.timestamp("ns")),
        pa.array([MOMENT.replace(tzinfo=None)], pa.timestamp("s")),
        pa.array([DAY]).dictionary_encode(),
    ],
    ids=str,
)
def test_parquet(tmp_path: Path, when: pa.Array) -> None:
    found = parquet(tmp_path / "t.parquet", when=when, to=pa.array([7]), id=pa.array([2**62]))
    assert found.messages[0]["sent_at"] == MOMENT
    assert (found.ids, found.messages[0]["parent_external_id"]) == ([str(2**62)], "7")


def test_times_of_parquet_without_a_zone_are_of_the_zone_of_the_mapping(tmp_path: Path) -> None:
    path = tmp_path / "t.parquet"
    parquet(path, when=pa.array([MOMENT.replace(tzinfo=None)], pa.timestamp("us")))
    found = table(path, path.read_bytes(), MAPPING + '[time]\nzone = "Asia/Jakarta"')
    assert found.messages[0]["sent_at"].hour == 0


def test_a_row_of_parquet_that_is_no_message_comes_back_as_a_line_of_json(tmp_path: Path) -> None:
    found = parquet(tmp_path / "t.parquet", id=pa.array([None], pa.string()), to=pa.array([["a", "b"]]))
    assert [(one.line, one.reason) for one in found.rejected] == [(1, "missing-id")]
    raw = found.rejected[0].raw.replace(b'"id":null', b'"id":"5"')
    again = table(tmp_path / "again.jsonl", raw)
    assert (again.ids, again.messages[0]["parent_external_id"]) == (["5"], "a,b")


def test_parquet_that_cannot_be_read(tmp_path: Path) -> None:
    path = tmp_path / "t.parquet"
    parquet(path, what=pa.array(["x" * 5000]))
    whole = path.read_bytes()
    for content in (b"", b"no parquet", whole[:-10], whole[:4] + b"\xff" * 300 + whole[304:]):
        with pytest.raises(FormatError, match=r"cannot be read as Parquet"):
            table(path, content)
    with pytest.raises(FormatError, match="cannot be read as Parquet"):
        parquet(path, what=pa.array([{"deep": 1}]))
    with pytest.raises(FormatError, match="has no column 'to'"):
        pq.write_table(pa.table({name: [DAY] for name in ("id", "who", "when", "what")}), path)
        table(path, path.read_bytes())


def test_a_compressed_table_is_known_by_the_name_inside(tmp_path: Path) -> None:
    assert table(tmp_path / "t.jsonl.gz", gzip.compress(line())).ids == ["1"]


def test_without_a_mapping_a_table_says_what_is_missing(tmp_path: Path) -> None:
    source = Source(tmp_path / "t.csv")
    assert not Table().claims(source)
    with pytest.raises(MappingError, match="a mapping is needed") as caught:
        list(Table().read(source, ReadOptions()))
    assert "--mapping" in caught.value.hint
