"""Every text of the pages is translated, and no catalogue has a text that is gone."""

import re

import pytest

from careworth.web import catalogues


@pytest.mark.parametrize("language", catalogues.LANGUAGES)
def test_the_catalogue_is_complete(language: str) -> None:
    known = {(message.id, message.context): message for message in catalogues.read(language) if message.id}
    wanted = {(message.id, message.context) for message in catalogues.template() if message.id}
    assert set(known) == wanted, "run python -m careworth.web.catalogues and fill what is new"
    empty = [message.id for message in known.values() if not all(_forms(message.string))]
    assert empty == []


@pytest.mark.parametrize("language", catalogues.LANGUAGES)
def test_placeholders_and_marks_stay(language: str) -> None:
    for message in catalogues.read(language):
        if not message.id:
            continue
        given = _marks(_forms(message.id)[-1])
        for form in _forms(message.string):
            # One form may say "one" without its figure, but none may ask for what is not given.
            assert set(_marks(form)) <= set(given), message.id
        assert sorted(_marks(_forms(message.string)[-1])) == sorted(given), message.id


def test_plural_forms_are_those_of_the_language() -> None:
    assert {language: catalogues.read(language).num_plurals for language in catalogues.LANGUAGES} == {
        "id": 1,
        "it": 2,
        "ur": 2,
    }


def _forms(text: str | tuple[str, ...]) -> tuple[str, ...]:
    return text if isinstance(text, tuple) else (text,)


def _marks(text: str) -> list[str]:
    return re.findall(r"%\(\w+\)[sd]|</?\w+", text)
