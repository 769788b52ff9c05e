"""The files the shipped models were trained from can be read, whole."""

import importlib.util
import random
import sys
from pathlib import Path
from types import ModuleType

import pytest

PATH = Path(__file__).resolve().parents[2] / "scripts" / "own_texts.py"


@pytest.fixture(scope="module")
def own_texts() -> ModuleType:
    spec = importlib.util.spec_from_file_location("own_texts", PATH)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["own_texts"] = module
    spec.loader.exec_module(module)
    return module


def test_all_languages_of_care_are_there(own_texts: ModuleType) -> None:
    care = {"en", "id", "ur", "ur-Latn", "it", "es", "pt", "fr", "de", "ar", "hi", "hi-Latn"}
    assert care | {"ms"} == set(own_texts.languages())


def test_every_slot_is_filled_and_every_label_known(own_texts: ModuleType) -> None:
    rng = random.Random(3)
    for language in own_texts.languages():
        for item in own_texts.texts(language, rng, per_line=3, per_word=1):
            assert item.text.strip()
            assert not set("{}|") & set(item.text)
            assert item.kind in ("service", "marketing", "noise", "-")
            assert item.tier in ("1", "2", "-")
            assert item.sentiment in ("negative", "neutral", "positive", "-")


def test_slots(own_texts: ModuleType) -> None:
    text = own_texts.filled("{a|b {place}} in {place}", {"place": ["rome"]}, random.Random(1))
    assert text in ("a in rome", "b rome in rome")


def test_same_seed_same_texts(own_texts: ModuleType) -> None:
    once, again = (list(own_texts.texts("it", random.Random(7))) for _ in range(2))
    assert once == again


def test_every_danger_has_a_theme_and_every_language_the_same(own_texts: ModuleType) -> None:
    for language in set(own_texts.languages()) - {"ms"}:
        texts = list(own_texts.texts(language, random.Random(5), per_line=1, per_word=0))
        assert {item.topic == "urgent" for item in texts if item.theme} == {True}, language
        assert all(item.theme for item in texts if item.topic == "urgent"), language
        assert len({item.theme for item in texts} - {""}) >= 20, language
