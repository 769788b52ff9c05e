"""Files, folders, gzip and zip: what is found in them, and broken ones."""

import gzip
import os
import zipfile
from pathlib import Path

import pytest

from careworth.errors import CareworthError, FormatError, InputError
from careworth.intake.formats._source import Source, find_sources

TEXT = b"first line\nsecond line\n" * 5000


def contents(source: Source) -> bytes:
    with source.open() as stream:
        return stream.read()


def zipped(path: Path, **members: bytes) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name.replace("__", "/").replace("_", "."), content)
    return path


def test_a_folder_is_searched_in_a_fixed_order(tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "plain.csv").write_bytes(TEXT)
    (tmp_path / "a.csv.gz").write_bytes(gzip.compress(TEXT))
    zipped(tmp_path / "c.zip", x__y_csv=TEXT, z_csv_gz=gzip.compress(TEXT))
    found = find_sources([tmp_path])
    assert [str(one.path.relative_to(tmp_path)) for one in found] == [
        "a.csv.gz",
        "b/plain.csv",
        "c.zip",
        "c.zip",
    ]
    assert [one.member for one in found] == [None, None, "x/y.csv", "z.csv.gz"]
    assert [one.name for one in found] == ["a.csv", "plain.csv", "y.csv", "z.csv"]
    assert {contents(one) for one in found} == {TEXT}
    assert {one.head() for one in found} == {TEXT[: 64 * 1024]}


def broken(tmp_path: Path, kind: str) -> Path:
    path = tmp_path / f"t.{kind.split()[-1]}"
    packed = gzip.compress(TEXT, mtime=0)
    archive = zipped(tmp_path / "whole.zip", t_csv=TEXT).read_bytes()
    content = {
        "no gz": b"this is not compressed",
        "cut gz": packed[:-20],
        "damaged gz": packed[:60] + b"\xff" * 20 + packed[80:],
        "wrong sum gz": packed[:-8] + b"\0\0\0\0" + packed[-4:],
        "no zip": b"this is not compressed",
        "cut zip": archive[:-30],
        "damaged zip": archive[:60] + b"\xff" * 20 + archive[80:],
    }
    path.write_bytes(content[kind])
    return path


@pytest.mark.parametrize(
    "kind", ["no gz", "cut gz", "damaged gz", "wrong sum gz", "no zip", "cut zip", "damaged zip"]
)
def test_broken_compression_is_told(tmp_path: Path, kind: str) -> None:
    path = broken(tmp_path, kind)
    with pytest.raises(FormatError) as caught:
        contents(find_sources([path])[0])
    assert str(path) in caught.value.sentence
    assert caught.value.hint


def test_an_encrypted_member_is_told(tmp_path: Path) -> None:
    path = zipped(tmp_path / "t.zip", t_csv=TEXT)
    content = bytearray(path.read_bytes())
    for header, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(header) + flags] |= 1
    path.write_bytes(content)
    with pytest.raises(FormatError, match="cannot be unpacked"):
        contents(find_sources([path])[0])


def test_what_cannot_be_read_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="There is no file or folder"):
        find_sources([tmp_path / "missing"])
    gone = Source(tmp_path / "gone")
    with pytest.raises(CareworthError, match="gone cannot be read"):
        contents(gone)


def test_a_pipe_is_told_at_once(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(InputError, match="is neither a file nor a folder"):
        find_sources([tmp_path / "pipe"])
    assert find_sources([tmp_path]) == []
