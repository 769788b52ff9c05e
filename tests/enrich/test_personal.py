"""Personal data in a text. Numbers are from ranges that are kept for examples."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from careworth.enrich._clean import as_column
from careworth.enrich._personal import is_card, kinds_of, personal_mask


def kinds(text: str) -> str | None:
    found: str | None = kinds_of(personal_mask(as_column([text])))[0].as_py()
    return found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("my card is 4111 1111 1111 1111", "card"),
        ("card 5555-5555-5555-4444, exp 04/29", "card"),
        ("call me on +44 20 7946 0958", "phone"),
        ("nomor saya 0812-3456-7890", "phone"),
        ("mera number 03001234567 hai", "phone"),
        ("(212) 555-0143", "phone"),
        ("il mio numero è +39 06 5550 1234", "phone"),
        ("write to a.b+c@example.co.uk please", "email"),
        ("I live at 221b Baker Street", "address"),
        ("my postcode is SW1A 1AA", "address"),
        ("alamat saya Jl. Merdeka No. 12", "address"),
        ("abito in via Roma 12", "address"),
        ("vivo en Calle Mayor 5", "address"),
        ("moro na Rua das Flores, 120", "address"),
        ("j'habite 12 rue de la Paix", "address"),
        ("ich wohne in der Hauptstraße 5", "address"),
        ("مکان نمبر 12 گلی نمبر 4", "address"),
        ("شارع الملك فهد 20", "address"),
        ("मकान नंबर 12", "address"),
        ("4111111111111111 and me@example.org", "card,email"),
        # long numbers that are none of these
        ("order 1234567812345678", None),
        ("card 4111 1111 1111 1112", None),
        ("tracking 1Z9998880122", None),
        ("flight 4521 at 10:30, gate 22", None),
        ("booking 3456789012", None),
        ("tail number N366SW", None),
        ("I waited 3 weeks on the road", None),
        ("$1,234.00 for 2 nights", None),
        ("it was 2017-10-31 22:10", None),
        ("@someone look", None),
        ("", None),
    ],
)
def test_kinds(text: str, found: str | None) -> None:
    assert kinds(text) == found


def checked(body: list[int]) -> str:
    """A number with Luhn's check digit, computed the long way."""
    for last in range(10):
        total = 0
        for position, digit in enumerate(reversed([*body, last])):
            value = digit * 2 if position % 2 else digit
            total += value - 9 if value > 9 else value
        if total % 10 == 0:
            return "".join(map(str, [*body, last]))
    raise AssertionError


BODIES = st.lists(st.integers(0, 9), min_size=12, max_size=17).map(lambda digits: [4, *digits])


@given(BODIES, st.integers(0, 12), st.integers(1, 9))
def test_one_wrong_digit_is_no_card(body: list[int], place: int, change: int) -> None:
    number = checked(body)
    assert is_card(number)
    wrong = number[: place + 1] + str((int(number[place + 1]) + change) % 10) + number[place + 2 :]
    assert not is_card(wrong)


@pytest.mark.parametrize("number", ["", "4", "411111111111", "41111111111111111111", "0000000000000000"])
def test_what_cannot_be_a_card(number: str) -> None:
    assert not is_card(number)


def test_every_mask_has_its_kinds() -> None:
    said = kinds_of(np.arange(16, dtype=np.uint8)).to_pylist()
    assert said[0] is None
    assert said[15] == "card,phone,email,address"
    assert len(set(said)) == 16
