from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from careworth.report import COUNT, HOURS, PERCENT, Unit, Words, money
from careworth.report.writing import write_cell, write_day, write_name, write_number, write_range

MILLIONS = Unit(decimals=1, scale=1e-6, prefix="IDR ", suffix=" million")
ITALIAN = Words(language="it", thousands=".", decimal=",", range="da {low} a {high}")


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (1204, COUNT, "1,204"),
        (0, COUNT, "0"),
        (-1204.5, money("$", 2), "−$1,204.50"),
        (0.271, PERCENT, "27%"),
        (2.76, HOURS, "2.8\u00a0h"),
        (-0.001, PERCENT, "0%"),
        (1_000_000, money("Rs "), "Rs\u00a01,000,000"),
    ],
)
def test_numbers_are_written_with_sign_unit_and_groups(value: float, unit: Unit, text: str) -> None:
    assert write_number(value, unit) == text


def test_a_language_brings_its_own_separators() -> None:
    assert write_number(-1234567.891, money("€", 2), ITALIAN) == "−€1.234.567,89"
    assert write_range(1000, 2500, COUNT, ITALIAN) == "da 1.000 a 2.500"


def test_a_cell_leaves_the_unit_to_its_heading() -> None:
    assert write_cell(0.5, PERCENT) == "50"
    assert PERCENT.heading == "%"
    assert Unit(suffix=" h", name="hours").heading == "hours"


def test_in_right_to_left_text_a_number_is_kept_together() -> None:
    urdu = Words(language="ur", direction="rtl", range="{low} سے {high}")
    assert write_number(-5, money("$"), urdu) == "\u2066−$5\u2069"
    assert write_range(1, 2, COUNT, urdu) == "\u2068\u20661\u2069 سے \u20662\u2069\u2069"


@pytest.mark.parametrize(
    ("low", "high", "unit", "text"),
    [
        (56.6e6, 84.8e6, MILLIONS, "IDR\u00a056.6 to 84.8\u00a0million"),
        (-1e6, 3e6, MILLIONS, "−IDR\u00a01.0 to IDR\u00a03.0\u00a0million"),
        (-17.3e6, -8.2e6, MILLIONS, "−IDR\u00a017.3 to −IDR\u00a08.2\u00a0million"),
        (268_000, 556_000, money("$"), "$268,000 to $556,000"),
        (0.42, 0.46, PERCENT, "42 to 46%"),
        (1.5, 2, HOURS, "1.5 to 2.0\u00a0h"),
    ],
)
def test_the_ends_of_a_range_share_their_unit(low: float, high: float, unit: Unit, text: str) -> None:
    assert write_range(low, high, unit) == text


def test_a_bare_unit_keeps_signs_and_loses_words() -> None:
    assert write_number(1.2e6, MILLIONS.bare) == "1.2"
    assert write_number(0.5, PERCENT.bare) == "50%"
    assert write_number(5, money("$").bare) == "$5"
    assert MILLIONS.heading == "IDR million"


def test_a_name_in_another_direction_keeps_to_itself() -> None:
    assert write_name("@care") == "@care"
    assert write_name("پی ٹی سی ایل") == "\u2068پی ٹی سی ایل\u2069"


def test_days_are_written_in_words_that_do_not_break() -> None:
    assert write_day(date(2026, 7, 5)) == "5\u00a0July\u00a02026"


@given(st.floats(-1e12, 1e12), st.integers(0, 4))
def test_what_is_written_reads_back_as_the_rounded_value(value: float, decimals: int) -> None:
    text = write_number(value, Unit(decimals=decimals))
    read = Decimal(text.replace(",", "").replace("−", "-"))
    assert read == Decimal(value).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_EVEN)
    assert not text.startswith("−0") or read != 0
