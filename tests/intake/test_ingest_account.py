"""Every record is accounted for; what cannot be read as a whole changes nothing."""

import gzip
import hashlib
import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from care_oracle import COLUMNS, NOW, Tweet, held, write_twcs

from careworth.errors import CareworthError, FormatError, InputError, MappingError, UnknownName
from careworth.facts.audit import audit
from careworth.facts.engines import DuckDBEngine
from careworth.facts.schema import DEAD_LETTERS
from careworth.facts.store import Store
from careworth.intake.formats import Chunk, ReadOptions
from careworth.intake.formats.twcs import Twcs
from careworth.intake.ingest import Ingested, ingest

HEADER = ",".join(COLUMNS)
DAY = "Tue Oct 31 22:10:47 +0000 2017"


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "data" / "facts")


def dead_letters(store: Store) -> list[dict[str, Any]]:
    engine = DuckDBEngine(store.snapshot().files)
    rows: list[dict[str, Any]] = engine.query("from dead_letters order by batch, source, line").to_pylist()
    engine.close()
    return rows


def bring(store: Store, *paths: Path, **more: Any) -> Ingested:
    """Ingest, with what must hold after every batch checked."""
    brought = ingest(store, list(paths), now=NOW, **more)
    for one in brought.sources:
        assert one.received == one.stored + one.duplicates + sum(one.skipped.values())
    rows = [row for row in store.ledger().to_pylist() if row["batch"] == brought.batch]
    assert {(row["source"], row["received"], row["stored"]) for row in rows} == {
        (one.source, one.received, one.stored) for one in brought.sources
    }
    letters = [row for row in dead_letters(store) if row["batch"] == brought.batch]
    assert len(letters) == sum(brought.skipped.values())
    assert audit(store).problems == ()
    assert not (store.folder / "staging").exists()
    return brought


DIRTY: list[tuple[bytes, str | None]] = [
    (f"1,115712,True,{DAY},hello,2,".encode(), None),
    (f'2,Acme,False,{DAY},"two\r\nlines",,1'.encode(), None),
    (b"3,115712,True,Tue Feb 30 22:10:47 +0000 2017,hello,,", "bad-date"),
    (f"4,115712,True,{DAY},caf\xe9,,".encode("latin-1"), "bad-encoding"),
    (f",115712,True,{DAY},hello,,".encode(), "missing-id"),
    (b"", None),
    (f"5,115712,True,{DAY},{'x' * (10 << 20)},,".encode(), "too-large"),
    (f"6,115712,True,{DAY},nul\0,,".encode(), "nul-bytes"),
    (f"7,115712,True,{DAY},cut".encode(), "wrong-columns"),
    (f'8,115712,True,{DAY},"never closed,,'.encode(), "open-quote"),
    (f"9,115712,perhaps,{DAY},hello,,".encode(), "bad-direction"),
    (f"10,,True,{DAY},hello,,".encode(), "missing-author"),
    (b"11,115712,True,,hello,,", "missing-date"),
    (f"1,115712,True,{DAY},hello again,,".encode(), None),
]


@pytest.mark.parametrize(("end", "mark"), [(b"\n", b""), (b"\r\n", b"\xef\xbb\xbf")])
def test_bad_rows_become_dead_letters_with_line_and_reason(
    store: Store, tmp_path: Path, end: bytes, mark: bytes
) -> None:
    content = mark + end.join([HEADER.encode(), *(raw for raw, _ in DIRTY)]) + end
    path = tmp_path / "dirty.csv.gz"
    path.write_bytes(gzip.compress(content))
    brought = bring(store, path)
    assert (brought.received, brought.stored, brought.duplicates) == (13, 2, 1)
    line, expected = 2, []
    for raw, reason in DIRTY:
        if reason is not None:
            expected.append((line, reason, raw))
        line += 1 + raw.count(b"\n")
    letters = dead_letters(store)
    found = [(row["line"], row["reason"], row["raw"].removesuffix(b"\r")) for row in letters]
    assert found == expected
    assert {row["header"] for row in letters} == {HEADER.encode()}
    assert {row["source"] for row in letters} == {str(path)}
    (row,) = store.ledger().to_pylist()
    assert (row["bytes"], row["digest"]) == (
        len(content),
        hashlib.sha256(content).hexdigest(),
    )
    assert json.loads(row["skipped"]) == brought.skipped


TWEETS = [
    Tweet("1", "115712", True, NOW, "@Acme help"),
    Tweet("2", "Acme", False, NOW.replace(minute=5), "@115712 gladly", "1"),
    Tweet("3", "115713", True, NOW, "@acme: me too", "404"),
]


def test_the_same_file_again_is_duplicates_only(store: Store, tmp_path: Path) -> None:
    path = write_twcs(tmp_path / "t.csv", TWEETS)
    first = bring(store, path)
    before = held(store)
    again = bring(store, path, path)
    assert (first.stored, again.received, again.stored, again.duplicates) == (3, 6, 0, 6)
    assert held(store) == before
    assert (first.version, again.version, again.batch) == (0, 1, 2)


def test_each_source_has_its_account(store: Store, tmp_path: Path) -> None:
    folder = tmp_path / "export"
    folder.mkdir()
    write_twcs(folder / "a.csv", TWEETS)
    write_twcs(folder / "b.csv", TWEETS[1:])
    (folder / "c.csv").write_text(HEADER + "\n", encoding="utf-8")
    (folder / "notes.txt").write_text("nothing for us", encoding="utf-8")
    brought = bring(store, folder)
    accounts = [(Path(one.source).name, one.received, one.stored, one.duplicates) for one in brought.sources]
    assert accounts == [("a.csv", 3, 3, 0), ("b.csv", 2, 0, 2), ("c.csv", 0, 0, 0)]
    assert [Path(name).name for name in brought.ignored] == ["notes.txt"]


def test_a_file_of_bad_rows_only_is_a_batch_too(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text(f"{HEADER}\n1,2\n3,4\n", encoding="utf-8")
    brought = bring(store, path)
    assert (brought.stored, brought.skipped, brought.conversations) == (0, {"wrong-columns": 2}, 0)
    assert bring(store, write_twcs(path, TWEETS)).conversations == 2


def test_a_brand_is_known_whatever_the_capitals_and_what_follows(store: Store, tmp_path: Path) -> None:
    bring(store, write_twcs(tmp_path / "t.csv", TWEETS))
    more = [
        Tweet(str(9 + at), "5", True, NOW, text)
        for at, text in enumerate(("thanks @ACME.", "@acme_x", "a@acme"))
    ]
    bring(store, write_twcs(tmp_path / "more.csv", more))
    assert held(store).brands == {"1": "Acme", "2": "Acme", "3": "Acme", "9": "Acme", "10": None, "11": None}


def fails(store: Store, *paths: Path, **more: Any) -> CareworthError:
    """The error of an ingest that must change nothing."""
    before = (store.snapshot(), held(store)) if store.exists() else None
    with pytest.raises(CareworthError) as caught:
        ingest(store, list(paths), now=NOW, **more)
    assert caught.value.hint
    assert before == ((store.snapshot(), held(store)) if store.exists() else None)
    assert not (store.folder / "staging").exists()
    return caught.value


BROKEN = {
    "cut.csv.gz": lambda packed: packed[:-20],
    "damaged.csv.gz": lambda packed: packed[:80] + b"\xff" * 20 + packed[100:],
    "picture.csv": lambda _: b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR",
    "empty.csv": lambda _: b"",
    "other.csv": lambda _: b"id,name\n1,2\n",
}


def test_what_is_not_what_it_claims_to_be_changes_nothing(store: Store, tmp_path: Path) -> None:
    good = write_twcs(tmp_path / "good.csv", TWEETS)
    packed = gzip.compress(good.read_bytes() * 50, mtime=0)
    for name, broken in BROKEN.items():
        path = tmp_path / name
        path.write_bytes(broken(packed))
        assert isinstance(fails(store, path), FormatError)
        assert isinstance(fails(store, path, form="twcs"), FormatError)
    bring(store, good)
    more = write_twcs(tmp_path / "more.csv", [Tweet("9", "1", True, NOW, "x")])
    assert isinstance(fails(store, more, tmp_path / "cut.csv.gz"), FormatError)


def test_what_was_named_but_cannot_be_used_changes_nothing(store: Store, tmp_path: Path) -> None:
    good = write_twcs(tmp_path / "good.csv", TWEETS)
    assert isinstance(fails(store, tmp_path / "missing.csv"), InputError)
    assert isinstance(fails(store, good, form="twc"), UnknownName)
    assert isinstance(fails(store, good, form="table"), MappingError)
    empty = tmp_path / "empty"
    empty.mkdir()
    assert "nothing to read" in fails(store, empty).sentence


def test_messages_that_do_not_say_who_the_brand_is_need_its_name(store: Store, tmp_path: Path) -> None:
    path, mapping = tmp_path / "t.csv", tmp_path / "m.toml"
    path.write_text("id,who,when,what\n1,@Acme,2023-05-06,hi\n2,ann,2023-05-06,hi\n", encoding="utf-8")
    mapping.write_text(
        '[columns]\nexternal_id="id"\nauthor="who"\nsent_at="when"\ntext="what"', encoding="utf-8"
    )
    assert "--brand" in fails(store, path, form="table", options=ReadOptions(mapping=mapping)).hint
    options = ReadOptions(brands=frozenset({"acme"}), mapping=mapping)
    assert bring(store, path, form="table", options=options).stored == 2
    assert held(store).brands == {"1": "@Acme", "2": None}


def test_a_source_that_breaks_behind_what_its_reader_reads_is_told(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The digest is of all bytes: a reader that stops early does not hide that the rest is broken."""
    packed = gzip.compress(write_twcs(tmp_path / "t.csv", TWEETS).read_bytes())
    path = tmp_path / "t.csv.gz"
    path.write_bytes(packed[:-4])
    monkeypatch.setattr(Twcs, "claims", lambda self, source: True)
    monkeypatch.setattr(Twcs, "read", lambda self, source, options: iter(()))
    assert isinstance(fails(store, path), FormatError)


def test_many_dead_letters_with_a_long_header(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text(f"{HEADER},{'x' * 50_000}\n" + "1,2\n" * 1100, encoding="utf-8")
    assert bring(store, path).skipped == {"wrong-columns": 1100}


def test_an_empty_chunk_is_nothing(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read = Twcs.read

    def with_gaps(self: Twcs, source: Any, options: ReadOptions) -> Any:
        for chunk in read(self, source, options):
            yield Chunk(chunk.messages.slice(0, 0))
            yield chunk

    monkeypatch.setattr(Twcs, "read", with_gaps)
    assert bring(store, write_twcs(tmp_path / "t.csv", TWEETS)).stored == 3


def test_dead_letters_are_kept_in_the_shape_of_the_schema(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text(f"{HEADER}\n1,2\n", encoding="utf-8")
    bring(store, path)
    engine = DuckDBEngine(store.snapshot().files)
    table = engine.query("from dead_letters")
    engine.close()
    assert pa.schema(table.schema).names == DEAD_LETTERS.schema.names
