"""Records are accounted for row by row, whatever form they come in."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from careworth.errors import FormatError, InputError, MappingError, UnknownName
from careworth.facts.audit import audit
from careworth.facts.engines import DuckDBEngine
from careworth.facts.store import Store
from careworth.intake.ingest import ReadOptions
from careworth.intake.records import Recorded, bring, bring_records
from careworth.intake.replay import dead_letters, replay

NOW = datetime(2025, 6, 1, tzinfo=UTC)
CUSTOMERS = """customer,joined_at,left_at,margin_month,plan,AGE,city
c1,2024-01-05,,10.5,basic,33,Rome
c2,2024-02-05,2024-05-01,12,plus,41,
c2,2024-02-05,2024-05-01,12,plus,41,
c3,2024-02-05,2023-05-01,12,plus,41,
c2,2024-02-06,,12,plus,41,
c4,2034-02-05,,12,plus,41,
c5,soon,,12,plus,41,
,2024-01-01,,,,,
c6,2024-01-01,,abc,,,
"""


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "data" / "facts")


def write(folder: Path, name: str, text: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def brought(store: Store, *paths: Path, **more: object) -> Recorded:
    return bring_records(store, list(paths), now=NOW, **more)  # type: ignore[arg-type]


def asked(store: Store, text: str) -> list[dict[str, object]]:
    engine = DuckDBEngine(store.snapshot().files)
    try:
        return list(engine.query(text).to_pylist())
    finally:
        engine.close()


def test_every_row_is_accounted_for(store: Store, tmp_path: Path) -> None:
    file = write(tmp_path, "customers.csv", CUSTOMERS)
    one = brought(store, file).sources[0]
    assert (one.received, one.stored, one.duplicates) == (9, 2, 1)
    assert one.skipped == {
        "bad-date": 1,
        "bad-margin-month": 1,
        "date-after-today": 1,
        "left-before-joined": 1,
        "missing-customer": 1,
        "second-row": 1,
    }
    letters = dead_letters(store)
    assert letters["line"].to_pylist() == [5, 6, 7, 8, 9, 10]
    assert letters["raw"].to_pylist()[0] == b"c3,2024-02-05,2023-05-01,12,plus,41,"
    rows = asked(
        store, "select customer, left_at is null as here, margin_month from customers order by customer"
    )
    assert [tuple(row.values()) for row in rows] == [("c1", True, 10.5), ("c2", False, 12.0)]
    assert audit(store).problems == ()


def test_the_same_file_twice_changes_nothing(store: Store, tmp_path: Path) -> None:
    write(tmp_path / "in", "customers.csv", CUSTOMERS)
    write(tmp_path / "in", "purchases.csv", "customer,at,amount\nc1,2024-03-01,5\nc1,2024-03-01,6\n")
    brought(store, tmp_path / "in")
    before = [asked(store, f"from {name} order by all") for name in ("customers", "purchases")]
    again = brought(store, tmp_path / "in")
    assert [one.stored for one in again.sources] == [0, 0]
    assert [asked(store, f"from {name} order by all") for name in ("customers", "purchases")] == before
    assert audit(store).problems == ()


def test_what_the_books_say_now_renews_what_they_said(store: Store, tmp_path: Path) -> None:
    brought(store, write(tmp_path, "customers.csv", "customer,joined_at\na,2024-01-01\nb,2024-01-01\n"))
    later = "customer,joined_at,left_at\na,2024-01-01,2025-01-01\nb,2024-01-01,\nc,2024-02-01,\n"
    one = brought(store, write(tmp_path, "customers.csv", later)).sources[0]
    assert (one.stored, one.renewed, one.duplicates) == (2, 1, 1)
    rows = asked(
        store, "select customer, left_at is not null as gone, batch from customers order by customer"
    )
    assert [tuple(row.values()) for row in rows] == [("a", True, 2), ("b", False, 1), ("c", False, 2)]
    first = DuckDBEngine(store.snapshot(0).files)
    assert first.query("select count(left_at) as n from customers")["n"].to_pylist() == [0]
    first.close()
    assert audit(store).problems == ()


def test_rows_with_an_id_are_named_by_it_and_others_by_all_they_say(store: Store, tmp_path: Path) -> None:
    text = "customer,at,amount,id\nc,2024-03-01,5,\nc,2024-03-01,5,\nc,2024-03-01,5,x\nc,2024-03-01,9,x\n"
    one = brought(store, write(tmp_path, "purchases.csv", text)).sources[0]
    assert (one.stored, one.duplicates) == (2, 2)
    again = brought(store, write(tmp_path, "purchases.csv", "customer,at,amount,id\nc,2024-04-01,1,x\n"))
    assert again.sources[0].duplicates == 1


def test_a_mapping_names_columns_and_makes_traits(store: Store, tmp_path: Path) -> None:
    file = write(tmp_path, "Kunden.csv", "Nr;seit;Alter;Ort\n7;01.02.2024;40;Rome\n8;01.03.2024;;Oslo\n")
    mapping = write(
        tmp_path,
        "map.toml",
        'table = "customers"\n[columns]\ncustomer = "Nr"\njoined_at = "seit"\n[constants]\nplan = "basic"\n'
        '[traits]\nAlter = "age"\nOrt = "city"\n[time]\nformat = "%d.%m.%Y"\nzone = "Europe/Rome"\n',
    )
    one = brought(store, file, mapping=mapping).sources[0]
    assert (one.table, one.stored, one.traits) == ("customers", 2, 3)
    traits = asked(
        store, "select customer, name, number, label, epoch_us(known_at) as us from traits order by all"
    )
    joined = int(datetime(2024, 1, 31, 23, tzinfo=UTC).timestamp()) * 10**6
    assert [tuple(row.values()) for row in traits] == [
        ("7", "age", 40.0, None, joined),
        ("7", "city", None, "Rome", joined),
        ("8", "city", None, "Oslo", joined + 29 * 86_400 * 10**6),
    ]


def test_parquet_and_json_lines_are_read_alike(store: Store, tmp_path: Path) -> None:
    moments = pa.array([datetime(2024, 3, 1, tzinfo=UTC)] * 2, pa.timestamp("us", "UTC"))
    table = pa.table({"customer": ["a", "b"], "at": moments, "kind": ["nps", "csat"], "score": [9, 7]})
    pq.write_table(table, tmp_path / "surveys.parquet")
    write(
        tmp_path,
        "shares.jsonl",
        '{"customer": "a", "at": "2024-03-01", "sentiment": -1}\n{"customer": "a"}\n',
    )
    found = brought(store, tmp_path / "surveys.parquet", tmp_path / "shares.jsonl")
    assert {one.table: (one.stored, one.skipped) for one in found.sources} == {
        "surveys": (1, {"bad-score": 1}),
        "shares": (1, {"missing-at": 1}),
    }


@pytest.mark.parametrize(
    ("name", "text", "reason"),
    [
        ("identities", "channel,contact,customer,probability\nx,@a,c,0\n", "bad-probability"),
        ("identities", "channel,contact,customer,probability\nx,@a,c,1.01\n", "bad-probability"),
        ("traits", "customer,name,known_at,number,label\nc,age,2024-01-01,,\n", "bad-value"),
        ("margins", "customer,month,margin\nc,2024-01-02,4\n", "bad-month"),
        (
            "subscriptions",
            "customer,service,started_at,ended_at\nc,tv,2024-02-01,2024-01-01\n",
            "ended-before-started",
        ),
        ("shares", "customer,at,sentiment\nc,2024-01-01,2\n", "bad-sentiment"),
        ("shares", "customer,at,sentiment\nc,2024-01-01,0.5\n", "bad-sentiment"),
        ("surveys", "customer,at,kind,score\nc,2024-01-01,ces,3\n", "bad-kind"),
        ("surveys", "customer,at,kind,score,test\nc,2024-01-01,nps,3,perhaps\n", "bad-test"),
        ("purchases", "customer,at,amount\nc,2024-01-01,nan\n", "bad-amount"),
    ],
)
def test_impossible_rows_are_dead_letters(
    name: str, text: str, reason: str, store: Store, tmp_path: Path
) -> None:
    one = brought(store, write(tmp_path, f"{name}.csv", text)).sources[0]
    assert one.skipped == {reason: 1} and one.stored == 0


def test_dead_letters_can_be_read_again(store: Store, tmp_path: Path) -> None:
    text = "customer,joined_at\na,01.02.2024\nb,2024-02-01\n"
    brought(store, write(tmp_path, "customers.csv", text))
    mapping = write(tmp_path, "map.toml", '[time]\nformat = "%d.%m.%Y"\n')
    done = replay(store, now=NOW, options=ReadOptions(mapping=mapping))
    assert done.refused == ()
    assert asked(store, "select count(*) as n from customers") == [{"n": 2}]
    assert dead_letters(store).num_rows == 0
    assert audit(store).problems == ()


def test_what_a_killed_batch_wrote_is_rolled_back(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = write(tmp_path, "customers.csv", CUSTOMERS)

    def killed(*_: object) -> int:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(bring, "enter", killed)
        with pytest.raises(KeyboardInterrupt):
            brought(store, file)
    assert not store.exists()
    one = brought(store, file)
    assert (one.batch, one.sources[0].stored) == (1, 2)
    assert asked(store, "select count(*) as n from customers") == [{"n": 2}]
    assert audit(store).problems == ()


def test_what_cannot_be_read_as_a_whole_changes_nothing(store: Store, tmp_path: Path) -> None:
    with pytest.raises(FormatError, match="has no joined_at, without which there are no customers"):
        brought(store, write(tmp_path, "customers.csv", "customer,since\na,2024-01-01\n"))
    with pytest.raises(FormatError, match="nothing to read"):
        brought(store, write(tmp_path, "kunden.csv", "customer\na\n"))
    with pytest.raises(UnknownName, match="no table 'clients'"):
        brought(store, tmp_path / "kunden.csv", table="clients")
    with pytest.raises(MappingError, match="has no column 'Seit'"):
        mapping = write(tmp_path, "map.toml", '[columns]\njoined_at = "Seit"\n')
        brought(store, tmp_path / "customers.csv", mapping=mapping)
    with pytest.raises(MappingError, match="only customers have"):
        mapping = write(tmp_path, "map.toml", 'table = "shares"\n[traits]\nx = "y"\n')
        brought(store, tmp_path / "customers.csv", mapping=mapping)
    with pytest.raises(InputError):
        brought(store, write(tmp_path, "purchases.csv", ""))
    assert not store.exists()


def test_the_ledger_keeps_messages_and_records_apart(store: Store, tmp_path: Path) -> None:
    brought(store, write(tmp_path, "customers.csv", "customer,joined_at\na,2024-01-01\n"))
    row = store.ledger().to_pylist()[0]
    assert row["format"] == "records:customers"
    assert set(json.loads(row["versions"])) == {"customers"}


def test_rows_of_unknown_customers_are_kept_and_told(store: Store, tmp_path: Path) -> None:
    brought(store, write(tmp_path, "purchases.csv", "customer,at,amount\na,2024-03-01,5\nb,2024-03-01,6\n"))
    assert audit(store).unknown_customers == {"purchases": 2}
    brought(store, write(tmp_path, "customers.csv", "customer,joined_at\na,2024-01-01\n"))
    found = audit(store)
    assert (found.unknown_customers, found.problems) == ({"purchases": 1}, ())
