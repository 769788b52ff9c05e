"""Labels of stored messages: with the batch, later, anew, and after a bad end."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from care_oracle import NOW, Tweet, write_twcs

from careworth.enrich.own import OwnLabeller, own_labeller
from careworth.enrich.quality import SHIPPED
from careworth.errors import InputError, MappingError, NoFacts
from careworth.facts.audit import audit
from careworth.facts.engines import DuckDBEngine
from careworth.facts.store import Store
from careworth.intake import labelling
from careworth.intake.ingest import ingest
from careworth.intake.labelling import label_batch, label_messages

LATER = datetime(2026, 2, 1, tzinfo=UTC)
FIRST = [
    Tweet(
        "1",
        "11",
        True,
        NOW,
        "@Acme my internet is down since yesterday, please help! call +1 555 010 9999",
        None,
    ),
    Tweet("2", "12", True, NOW, "thanks @acme for the great service, you made my day!", None),
    Tweet("3", "Acme", False, NOW.replace(minute=3), "we are on it", "1"),
]
SECOND = [
    Tweet("4", "13", True, NOW.replace(minute=5), "blue cell is the worst, three hours on hold", None),
    Tweet("5", "14", True, NOW.replace(minute=6), "good morning everyone", None),
]


@pytest.fixture
def world(tmp_path: Path) -> tuple[Store, Path, Path]:
    """A store with the first batch, the file of the second, and the folder of the company's own labels."""
    store = Store(tmp_path / "facts")
    first, second = tmp_path / "first.csv", tmp_path / "second.csv"
    write_twcs(first, FIRST)
    write_twcs(second, SECOND)
    ingest(store, [first], now=NOW)
    return store, second, tmp_path / "labels"


def labels_in(store: Store) -> dict[str, dict[str, object]]:
    engine = DuckDBEngine(store.snapshot().files)
    rows = engine.query("select m.external_id, l.* from labels l join messages m using (message)").to_pylist()
    engine.close()
    found = {row["external_id"]: row for row in rows}
    assert len(found) == len(rows)
    return found


def test_every_message_has_the_labels_of_its_text(world: tuple[Store, Path, Path]) -> None:
    store, _, folder = world
    done = label_messages(store, own_labeller(folder), now=LATER)
    assert (done.messages, done.anew, done.errors) == (3, False, SHIPPED)
    found = labels_in(store)
    assert [(found[i]["kind"], found[i]["tier"], found[i]["personal"]) for i in "12"] == [
        ("service", 1, True),
        ("marketing", 2, False),
    ]
    assert {row["version"] for row in found.values()} == {done.labels}
    assert found["1"]["topic"] is not None and found["2"]["topic"] is None
    assert audit(store).problems == ()


def test_only_what_has_no_labels_is_labelled(world: tuple[Store, Path, Path]) -> None:
    store, second, folder = world
    labeller = own_labeller(folder)
    label_messages(store, labeller, now=LATER)
    ingest(store, [second], now=NOW)
    done = label_messages(store, labeller, now=LATER)
    assert (done.messages, len(labels_in(store))) == (2, 5)
    again = label_messages(store, labeller, now=LATER)
    assert (again.messages, again.version) == (0, done.version)


def test_labels_come_with_their_batch(world: tuple[Store, Path, Path]) -> None:
    store, second, folder = world
    labeller = own_labeller(folder)
    label_messages(store, labeller, now=LATER)
    before = store.snapshot().version
    brought = ingest(store, [second], now=NOW, also=lambda batch, stored: label_batch(store, labeller, batch))
    assert brought.version == before + 1
    assert len(labels_in(store)) == 5
    assert audit(store).problems == ()


def test_a_change_labels_all_anew_and_the_old_labels_stay_readable(world: tuple[Store, Path, Path]) -> None:
    store, second, folder = world
    old = label_messages(store, own_labeller(folder), now=LATER)
    folder.mkdir()
    (folder / "names.txt").write_text("Blue Cell\n", encoding="utf-8")
    labeller = own_labeller(folder)
    ingest(store, [second], now=NOW, also=lambda batch, stored: label_batch(store, labeller, batch))
    assert len(labels_in(store)) == 3, "labels of two versions are never mixed"
    new = label_messages(store, labeller, now=LATER)
    assert (new.messages, new.anew) == (5, True)
    found = labels_in(store)
    assert [name for name, row in sorted(found.items()) if row["names_brand"]] == ["4"]
    assert {row["version"] for row in found.values()} == {new.labels} != {old.labels}
    engine = DuckDBEngine(store.snapshot(old.version).files)
    assert set(engine.query("from labels")["version"].to_pylist()) == {old.labels}
    engine.close()


@pytest.mark.parametrize("end", ["before the second piece", "before the ledger"])
def test_what_was_interrupted_goes_on(
    world: tuple[Store, Path, Path], end: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, second, folder = world
    ingest(store, [second], now=NOW)
    labeller = own_labeller(folder)
    stops = iter([None, "stop"] if end == "before the second piece" else ["stop"])

    def stopping(*_: object) -> None:
        if next(stops) is not None:
            raise KeyboardInterrupt
        tell(store, labeller, LATER)

    tell = labelling._tell_ledger
    with monkeypatch.context() as patch:
        patch.setattr(labelling, "PIECE", 1)
        patch.setattr(labelling, "_labelled", _one_by_one)
        patch.setattr(labelling, "_tell_ledger", stopping)
        with pytest.raises(KeyboardInterrupt):
            label_messages(store, labeller, now=LATER)
    kept = len(labels_in(store))
    assert kept == (1 if end == "before the second piece" else 0)
    done = label_messages(store, labeller, now=LATER)
    assert (done.messages, len(labels_in(store))) == (5 - kept, 5)
    assert audit(store).problems == ()


def _one_by_one(labeller: OwnLabeller, found: object) -> object:
    for batch in found:  # type: ignore[attr-defined]
        for i in range(batch.num_rows):
            one = batch.slice(i, 1)
            yield labelling.rows_of(one["message"], labeller.label(one["text"]), labeller.version)


def test_an_ingest_rolls_back_labels_that_no_ledger_names(world: tuple[Store, Path, Path]) -> None:
    store, second, folder = world
    labeller = own_labeller(folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(labelling, "_tell_ledger", _killed)
        with pytest.raises(KeyboardInterrupt):
            label_messages(store, labeller, now=LATER)
    ingest(store, [second], now=NOW)
    assert labels_in(store) == {}
    assert audit(store).problems == ()


def _killed(*_: object) -> None:
    raise KeyboardInterrupt


def test_no_facts(tmp_path: Path) -> None:
    with pytest.raises(NoFacts):
        label_messages(Store(tmp_path / "facts"), own_labeller(tmp_path), now=LATER)


def test_files_that_are_not_what_they_should_be(tmp_path: Path) -> None:
    (tmp_path / "names.txt").write_bytes(b"\xff\xfe")
    with pytest.raises(InputError, match="UTF-8"):
        own_labeller(tmp_path)
    (tmp_path / "names.txt").unlink()
    (tmp_path / "topics.toml").write_text("version = 1")
    with pytest.raises(MappingError):
        own_labeller(tmp_path)
