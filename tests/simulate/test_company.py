"""A simulated company tells the truth about itself, and tempts whoever compares carelessly."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from careworth.errors import InputError
from careworth.facts.engines import DuckDBEngine
from careworth.facts.records import RECORDS
from careworth.facts.store import Store
from careworth.intake.formats import ReadOptions
from careworth.intake.ingest import ingest
from careworth.intake.records import bring_records
from careworth.measures import MEASURES
from careworth.simulate import Difficulty, SimulatedCompany, simulate_company, write_company
from careworth.simulate.customers._books import inputs_toml
from careworth.simulate.customers._drawn import dice_of, drawn
from careworth.simulate.customers._records import Books
from careworth.simulate.customers._talk import Talk, links, talk
from careworth.simulate.customers._world import END, MONTH, Calendar
from careworth.worth import ReturnInputs, StaffTime, check_framework

NOW = datetime(2026, 1, 1, tzinfo=UTC)


@cache
def company(customers: int = 3000, effects: float = 1.0) -> SimulatedCompany:
    return simulate_company(7, customers, difficulty=Difficulty(effects=effects))


def months(of: str) -> str:
    stayed = "coalesce(epoch_us(c.left_at), 9e18) - epoch_us(t.at)"
    return (
        f"select avg(least({stayed}, 365 * 864e8)) / 864e8 / 30.4375 as n "
        f"from troubles t join customers c using (customer) where {of}"
    )


CARED = (
    "exists (from conversations v join identities i using (channel, contact) where i.customer = t.customer "
    "and v.first_response_at is not null)"
)


def leaves(found: Mapping[str, Any]) -> list[float]:
    """All numbers of a nest of values."""
    flat: list[float] = []
    for value in found.values():
        flat += leaves(value) if isinstance(value, Mapping) else [value] if value is not None else []
    return flat


def test_the_naive_comparison_is_wrong() -> None:
    """Ever answered against never: who lives to be answered late has stayed longer, care or not."""
    made = company(40_000, 0.0)
    engine = DuckDBEngine({})
    for name in ("troubles", "customers", "identities"):
        engine.register(name, made.records[name])
    engine.register("conversations", made.conversations)
    kept, other = (engine.query(months(of))["n"][0].as_py() for of in (CARED, f"not {CARED}"))
    engine.close()
    assert made.truth["values"]["m1_retention"]["per_customer_months"] == 0
    assert abs(kept - other) > 0.15


def test_care_that_does_nothing_has_no_effect_at_all() -> None:
    made = company(effects=0.0)
    values = {k: dict(v) for k, v in made.truth["values"].items()}
    values["m6_cross_sell"].pop("attributed_sales")
    assert set(leaves(values)) == {0.0}
    assert made.truth["total"]["money"] == 0


def test_the_parts_add_up_to_the_total() -> None:
    truth = company().truth
    assert sum(truth["total"]["parts"].values()) == pytest.approx(truth["total"]["money"])
    values, n = truth["values"], truth["exposed"]
    for measure, part in (
        ("m1_retention", "margin"),
        ("m2_operating_cost", "contact_saving"),
        ("m6_cross_sell", "service_margin"),
    ):
        assert values[measure]["money_per_customer"] * n == pytest.approx(truth["total"]["parts"][part])


def test_care_keeps_customers_and_makes_them_ask_more() -> None:
    values = company(20_000).truth["values"]
    assert values["m1_retention"]["per_customer_months"] > 0
    assert values["m2_operating_cost"]["contacts_per_customer"] > 0
    assert values["m2_operating_cost"]["money_per_customer"] < 0
    assert values["m5_rants"]["share_rate"] < 0
    assert all(v["requests_avoided_month"] > 0 for v in values["m7_process"].values())


def test_the_strength_of_effects_is_a_dial() -> None:
    weak, strong = (company(8000, effects).truth["values"] for effects in (0.5, 2.0))
    for measure, name in (("m1_retention", "per_customer_months"), ("m3_self_help", "visit_share")):
        assert 0 < weak[measure][name] < strong[measure][name]


def test_links_are_wrong_as_often_as_they_say() -> None:
    made = simulate_company(3, 60_000, difficulty=Difficulty(wrong_links=0.2), with_messages=False)
    owner = {
        contact: number for number, contact in enumerate(made.records["identities"]["contact"].to_pylist())
    }
    right = simulate_company(3, 60_000, difficulty=Difficulty(wrong_links=0.0), with_messages=False)
    true = dict(
        zip(
            right.records["identities"]["contact"].to_pylist(),
            right.records["identities"]["customer"].to_pylist(),
            strict=True,
        )
    )
    said = made.records["identities"]["customer"].to_pylist()
    wrong = np.array([said[number] != true[contact] for contact, number in owner.items()])
    doubt = 1 - made.records["identities"]["probability"].to_numpy()
    assert wrong.mean() == pytest.approx(doubt.mean(), abs=4 * np.sqrt(0.16 / len(wrong)))


def test_whoever_is_asked_after_the_end_of_the_record_is_not_in_it() -> None:
    """Answers of the last day are followed by a survey a day later, when nobody writes it down any more."""
    world = drawn(5, 1000, Difficulty())
    said = talk(world, dice_of(5, "talk"))
    late = replace(said, answered=np.where(np.arange(len(said)) % 2, END - 0.5, said.answered))
    linked = links(late, 1000, Difficulty(), dice_of(5, "links"))
    tables = dict(Books(world, late, linked, Calendar(2023)).tables())
    assert tables["surveys"]["at"].null_count == 0
    kinds = tables["surveys"]["kind"].to_pylist()
    assert 0 < kinds.count("csat") <= np.isfinite(said.answered).sum() // 10 + 1


def test_the_same_seed_writes_the_same_bytes(tmp_path: Path) -> None:
    for name in ("a", "b"):
        write_company(simulate_company(5, 500), tmp_path / name)
    files = sorted(p.relative_to(tmp_path / "a") for p in (tmp_path / "a").rglob("*") if p.is_file())
    assert len(files) == len(RECORDS) - 1 + 5
    for file in files:
        assert (tmp_path / "a" / file).read_bytes() == (tmp_path / "b" / file).read_bytes()
    other = simulate_company(6, 500)
    assert other.records["customers"] != simulate_company(5, 500).records["customers"]


def test_intake_takes_every_row_and_finds_the_conversations_that_were_played(tmp_path: Path) -> None:
    made = simulate_company(5, 1000)
    write_company(made, tmp_path)
    store = Store(tmp_path / "data" / "facts")
    options = ReadOptions(mapping=tmp_path / "mapping.toml")
    ingest(store, [tmp_path / "messages.parquet"], now=NOW, form="table", options=options)
    brought = bring_records(store, [tmp_path / "records"], now=NOW)
    assert [(one.table, one.received, one.stored) for one in brought.sources] == [
        (name, made.records[name].num_rows, made.records[name].num_rows)
        for name in (one.table for one in brought.sources)
    ]
    assert len(brought.sources) == len(made.records)
    names = [name for name in made.conversations.column_names if name != "conversation"]
    asked = f"select {', '.join(names)} from conversations order by opened_at, contact"
    engine = DuckDBEngine(store.snapshot().files)
    found = engine.query(asked)
    engine.close()
    played = made.conversations.select(names).sort_by([("opened_at", "ascending"), ("contact", "ascending")])
    assert found.to_pylist() == played.to_pylist()


def test_the_books_give_a_return_with_nothing_left_to_state(tmp_path: Path) -> None:
    made = simulate_company(5, 1000)
    write_company(made, tmp_path)
    stated = ReturnInputs.load(tmp_path / "inputs.toml")
    assert sum(one.share for one in stated.channels) == pytest.approx(1)
    checked = check_framework(stated, known_measures=MEASURES)
    assert checked.complete, checked
    hours = np.nansum(made.messages["handling_minutes"].to_numpy()) / 60
    paid = next(one.hours for one in stated.investment if isinstance(one, StaffTime))
    assert hours < paid.mode * END / MONTH < 2 * hours


def test_a_company_to_which_nobody_wrote_has_books_too() -> None:
    none = Talk(*(np.empty(0, dtype) for dtype in (int, float, float, float, int, int)))
    assert ReturnInputs.parse(inputs_toml(none, np.empty(0), 2023)).currency == "EUR"


def test_the_folder_says_that_it_is_simulated(tmp_path: Path) -> None:
    write_company(company(), tmp_path)
    assert "SIMULATED" in (tmp_path / "README.txt").read_text(encoding="utf-8")
    written = json.loads((tmp_path / "truth.json").read_text(encoding="utf-8"))
    assert written["values"] == company().truth["values"]
    assert "simulated" in written["about"]


@pytest.mark.parametrize(
    ("seed", "customers", "year"), [(-1, 1000, 2023), (1, 499, 2023), (1, 3_000_000, 2023), (1, 1000, 9999)]
)
def test_what_cannot_be_simulated_is_refused(seed: int, customers: int, year: int) -> None:
    with pytest.raises(InputError):
        simulate_company(seed, customers, year=year)
