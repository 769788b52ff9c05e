"""careworth ingest: real exports, archives, folders, and what is refused."""

import gzip
import os
import shutil
import zipfile
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from cli_runs import answer, refused, run


def _adds_up(account: dict[str, Any]) -> bool:
    return bool(
        account["received"] == account["stored"] + account["duplicates"] + sum(account["skipped"].values())
    )


def test_a_folder_of_real_conversations_twice(shared_data: Path, tmp_path: Path) -> None:
    folder = shared_data / "twcs-multibrand"
    first = answer("ingest", folder, "--data", tmp_path)
    assert (first["received"], first["stored"], first["duplicates"]) == (2509, 2509, 0)
    assert (first["skipped"], first["conversations"], first["batch"]) == ({}, 731, 1)
    assert first["ignored"] == [str(folder / "README.md")]
    again = run("ingest", folder, "--data", tmp_path)
    assert "received 2,509 = stored 0 + duplicates 2,509 + skipped 0" in again.stdout
    assert "731 conversations" in again.stdout and "in no format we know: README.md." in again.stdout
    assert again.stdout.startswith("Batch 2") and again.stderr == ""


def test_plain_gzip_and_zip_are_one_and_the_same(twcs: Path, tmp_path: Path) -> None:
    head = b"".join(gzip.decompress(twcs.read_bytes()).splitlines(keepends=True)[:1])
    row = b"1,Acme,False,Tue Oct 31 22:10:47 +0000 2017,hello,,2\n"
    (tmp_path / "few.csv").write_bytes(head + row)
    (tmp_path / "few.csv.gz").write_bytes(gzip.compress(head + row))
    with zipfile.ZipFile(tmp_path / "few.zip", "w") as archive:
        archive.writestr("inner/few.csv", head + row)
        archive.writestr("inner/few.csv.gz", gzip.compress(head + row))
        archive.writestr("notes.txt", "nothing")
    files = [tmp_path / name for name in ("few.csv", "few.csv.gz", "few.zip")]
    account = answer("ingest", *files, "--data", tmp_path / "data")
    assert (account["received"], account["stored"], account["duplicates"]) == (4, 1, 3)
    assert len(account["sources"]) == 4
    assert account["ignored"] == [f"{tmp_path / 'few.zip'}!notes.txt"]


def test_an_x_archive_as_folder_and_as_zip(shared_data: Path, tmp_path: Path) -> None:
    folder = shared_data / "social-json" / "x-archive"
    packed = shutil.make_archive(str(tmp_path / "archive"), "zip", folder)
    unpacked = answer("ingest", folder, "--data", tmp_path / "one")
    zipped = answer("ingest", packed, "--data", tmp_path / "two")
    names = ("received", "stored", "duplicates", "skipped", "conversations")
    assert unpacked["stored"] > 0
    assert [unpacked[name] for name in names] == [zipped[name] for name in names]


def test_every_sample_of_a_known_format_can_be_ingested(shared_data: Path, tmp_path: Path) -> None:
    """All samples of networks in one batch: had one been refused, nothing would be stored."""
    account = answer("ingest", shared_data / "social-json", "--brand", "@Nobody", "--data", tmp_path)
    stored: Counter[str] = Counter()
    for source in account["sources"]:
        assert _adds_up(source), source["source"]
        stored[source["format"]] += source["stored"]
    assert set(stored) == {"bluesky", "mastodon", "meta", "x-archive", "x-v2"} and min(stored.values()) > 0
    assert _adds_up(account) and sum(stored.values()) == account["stored"]


@pytest.mark.parametrize(
    "sample", ["x-v2/two_tweets.jsonl", "mastodon/home_tl_1_get.json", "bluesky/post_record.json"]
)
def test_where_nothing_says_who_the_brand_is_it_is_asked_for(
    sample: str, shared_data: Path, tmp_path: Path
) -> None:
    path = shared_data / "social-json" / sample
    assert "--brand NAME" in refused("ingest", path, "--data", tmp_path, "--json")


def test_a_brand_may_be_written_as_it_likes(tmp_path: Path) -> None:
    table = tmp_path / "table.csv"
    table.write_text("id,who,at,words\n1,kim,2025-01-01T10:00Z,@Acme hi\n2,Acme,2025-01-01T11:00Z,yes\n")
    mapping = tmp_path / "mapping.toml"
    mapping.write_text('[columns]\nexternal_id="id"\nauthor="who"\nsent_at="at"\ntext="words"\n')
    answer("ingest", table, "--mapping", mapping, "--brand", "@ACME", "--data", tmp_path / "data")
    counts = {
        measure: answer("measures", measure, "--data", tmp_path / "data")[0]["rows"][0]["n"]
        for measure in ("messages_in", "messages_out")
    }
    assert counts == {"messages_in": 1, "messages_out": 1}


def test_the_folder_of_facts_by_the_environment(year: Path, tmp_path: Path) -> None:
    place = {"CAREWORTH_DATA": str(tmp_path / "here")}
    run("ingest", year / "messages.csv.gz", "--mapping", year / "mapping.toml", env=place)
    assert (tmp_path / "here" / "facts").is_dir()
    assert "200" in run("doctor", env=place).stdout
    run("measures", "answered", code=2, env={"CAREWORTH_DATA": str(tmp_path / "elsewhere")})


def test_nothing_is_stored_when_one_file_of_a_batch_is_broken(twcs: Path, tmp_path: Path) -> None:
    cut = tmp_path / "cut.csv.gz"
    cut.write_bytes(twcs.read_bytes()[:50_000])
    assert "not a whole compressed file" in refused(
        "ingest", twcs, cut, "--data", tmp_path / "data", "--json"
    )
    assert "There are no facts" in refused("measures", "--data", tmp_path / "data")
    assert answer("ingest", twcs, "--data", tmp_path / "data")["stored"] == 2509


def _write(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


@pytest.mark.parametrize(
    ("content", "name", "options", "sentence"),
    [
        (b"no archive", "a.zip", [], "is not a zip archive"),
        (b"no archive", "a.csv.gz", [], "is not a whole compressed file"),
        (bytes(range(256)), "a.dat", [], "none of the formats"),
        (bytes(range(128, 256)), "a.csv", ["--format", "twcs"], "does not start with a line of column names"),
        (bytes(range(256)), "a.json", ["--format", "x-v2"], "is not JSON"),
        (bytes(range(256)), "a.js", ["--format", "x-archive"], "not a script of an X archive"),
        (b"", "a.csv", [], "none of the formats"),
        (b"a,b\n1,2\n", "a.csv", ["--format", "table"], "a mapping is needed"),
        (b"a,b\n1,2\n", "a.csv", ["--format", "twitter"], "There is no format"),
    ],
)
def test_files_that_cannot_be_read(
    content: bytes, name: str, options: list[str], sentence: str, tmp_path: Path
) -> None:
    path = _write(tmp_path / name, content)
    assert sentence in refused("ingest", path, *options, "--data", tmp_path / "data", "--json")


@pytest.mark.parametrize(
    ("mapping", "told"),
    [
        ("[columns\n", "is not TOML"),
        ('[columns]\nexternal_id = "id"\n', "does not say which column is"),
        ('[columns]\nauthr = "who"\n', "Did you mean 'author'?"),
        (
            '[columns]\nexternal_id="id"\nauthor="who"\nsent_at="at"\ntext="text"\n[time]\nzone="Mars"\n',
            "there is no time zone",
        ),
        ('[columns]\nexternal_id="id"\nauthor="who"\nsent_at="at"\ntext="words"\n', "has no column"),
    ],
)
def test_mistakes_in_a_mapping(mapping: str, told: str, tmp_path: Path) -> None:
    table = _write(tmp_path / "table.csv", b"id,who,at,text\n1,kim,2025-01-01,hi\n")
    file = _write(tmp_path / "mapping.toml", mapping.encode())
    assert told in refused("ingest", table, "--mapping", file, "--brand", "x", "--data", tmp_path / "data")


def test_a_mapping_is_for_tables_only(year: Path, tmp_path: Path) -> None:
    words = ("ingest", year / "messages.csv.gz", "--mapping", year / "mapping.toml", "--data", tmp_path)
    assert "A mapping is for a table" in refused(*words, "--format", "twcs")


def test_paths_that_are_not_there(tmp_path: Path) -> None:
    assert "There is no file or folder" in refused(
        "ingest", tmp_path / "nothing", "--data", tmp_path / "data"
    )
    (tmp_path / "mapping.toml").mkdir()
    result = run("ingest", tmp_path, "--mapping", tmp_path / "mapping.toml", code=2)
    assert "is a directory" in result.stderr and result.stdout == ""


def test_facts_cannot_lie_under_a_file(year: Path, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    words = ("ingest", year / "messages.csv.gz", "--mapping", year / "mapping.toml")
    assert "Nothing can be written" in refused(*words, "--data", tmp_path / "file" / "data")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_folder_that_may_not_be_read(tmp_path: Path) -> None:
    folder = tmp_path / "closed"
    folder.mkdir(mode=0)
    words = ("--data", tmp_path / "data")
    assert "There is nothing to read" in refused("ingest", folder, *words)
    assert "Permission denied" in refused("ingest", folder / "export.csv", *words)
