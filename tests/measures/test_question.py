"""A question: its zone, its keys, and what cannot be asked."""

import pytest

from careworth.errors import CareworthError, InputError, UnknownName
from careworth.measures import BusinessHours, Question

ROME = BusinessHours.parse('zone = "Europe/Rome"\n[week]\nmonday = ["09:00-18:00"]\n')


@pytest.mark.parametrize(
    ("hours", "name", "zone"),
    [
        (None, None, "UTC"),
        (ROME, None, "Europe/Rome"),
        (None, "Asia/Jakarta", "Asia/Jakarta"),
        (ROME, "Asia/Jakarta", "Asia/Jakarta"),
    ],
)
def test_the_zone_is_the_one_named_else_that_of_the_calendar(
    hours: BusinessHours | None, name: str | None, zone: str
) -> None:
    assert Question(hours=hours, zone_name=name).zone == zone


@pytest.mark.parametrize("name", ["", "Asia", "asia/jakarta", "localtime", "UTC'; drop table messages; --"])
def test_a_zone_that_is_none(name: str) -> None:
    with pytest.raises(InputError) as caught:
        Question(zone_name=name)
    assert caught.value.hint


def test_the_zone_meant_is_guessed() -> None:
    with pytest.raises(InputError, match="Jakrta") as caught:
        Question(zone_name="Asia/Jakrta")
    assert "Asia/Jakarta" in caught.value.hint


@pytest.mark.parametrize("by", [("team",), ("day", "week"), ("day", "team")])
def test_keys_that_cannot_be(by: tuple[str, ...]) -> None:
    with pytest.raises(UnknownName) as caught:
        Question(by=by)  # type: ignore[arg-type]
    assert isinstance(caught.value, CareworthError) and caught.value.hint
