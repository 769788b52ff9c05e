"""Reports in every language: each text is translated, keeps what stands in it, and is really used."""

import ast
import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from board_store import NOW, store_of, talk

from careworth import report as package
from careworth.facts.store import Store
from careworth.maturity import FORMULA
from careworth.measures import MEASURES
from careworth.report import Report, Words, render_pdf
from careworth.report.board._compose import _defined
from careworth.report.board.publish import Order, as_it_was, publish
from careworth.report.language import (
    LANGUAGES,
    say,
    say_count,
    speaking,
    tell,
    translated,
    translated_sentences,
    words_of,
)
from careworth.report.writing import PERCENT, Unit, write_number
from careworth.worth.loyalty import Loyalty, measure_loyalty
from loyalty_company import UNTIL, company

ANSWERS = "[answers.budget]\nlevel = 3\n[answers.in_channel_resolution]\nlevel = 1\n"
PLAN = """
convention = "OGST"
[objectives.loyalty]
text = "lower churn"
[goals.fast]
text = "an hour"
objectives = ["loyalty"]
measure = "answered_within_1h"
unit = "share"
baseline = 0.1
target = 0.99
due = 2030-12-31
"""
OTHERS = [language for language in LANGUAGES if language != "en"]


def said() -> set[str]:
    """Every text that the sources say, and those of the measures that a report defines."""
    found = {FORMULA, *(MEASURES[name].text for name in _defined())}
    for file in Path(package.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            name = node.func.id if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) else ""
            if name in ("say", "tell", "meant", "say_count"):
                texts = node.args[: 2 if name == "say_count" else 1]  # type: ignore[attr-defined]
                found |= {text.value for text in texts if isinstance(text, ast.Constant)}
    return found


@pytest.mark.parametrize("language", OTHERS)
def test_every_text_is_translated(language: str) -> None:
    words = words_of(language)
    assert said() - set(words.texts) == set()
    assert not [text for text, into in {**words.texts, **words.patterns}.items() if not into.strip()]


@pytest.mark.parametrize("language", OTHERS)
def test_what_stands_in_a_text_stays_in_it(language: str) -> None:
    words = words_of(language)
    for text, into in {**words.texts, **words.patterns}.items():
        assert sorted(re.findall(r"\{\w+\}", text)) == sorted(re.findall(r"\{\w+\}", into)), text


@pytest.mark.parametrize("language", OTHERS)
def test_the_fixed_words_are_all_there(language: str) -> None:
    words, english = words_of(language), Words()
    assert words.language == language
    assert words.direction == ("rtl" if language == "ur" else "ltr")
    for name in ("contents", "executive", "changed", "actions", "definitions", "missing", "unshown", "draft"):
        assert getattr(words, name) != getattr(english, name)
    assert len(words.months) == len(words.months_short) == 12


def test_all_languages_have_the_same_texts() -> None:
    keys = [(set(words_of(one).texts), set(words_of(one).patterns)) for one in OTHERS]
    assert keys == [keys[0]] * len(OTHERS)


def test_numbers_have_the_marks_of_the_language_and_a_word_follows_its_number() -> None:
    with speaking(words_of("it")):
        assert write_number(1234.5, Unit(decimals=1)) == "1.234,5"
        assert say_count("{count} other account", "x", 1, count=1) == "1 other account", "unknown: as it is"
    with speaking(words_of("ur")):
        assert write_number(4.3, Unit(decimals=1, suffix=" گھنٹے")) == "\u20664.3\u2069\u00a0گھنٹے"
        assert write_number(0.12, PERCENT) == "\u206612%\u2069"
        assert "\u2068Phone\u2069" in say("{brand}, {span}", brand="Phone", span="2026")
    assert write_number(1234.5, Unit(decimals=1)) == "1,234.5", "afterwards it is English again"


def test_a_translation_may_move_what_stands_in_it() -> None:
    with speaking(words_of("ur")):
        assert tell("more than {share}", share="5").parts == ("5 سے زیادہ",)


@pytest.fixture(scope="module")
def loyalty() -> Loyalty:
    return measure_loyalty(company(4, 4000).engine(), until=UNTIL)


@pytest.mark.parametrize("language", OTHERS)
def test_what_loyalty_says_is_known_by_its_pattern(language: str, loyalty: Loyalty) -> None:
    with speaking(words_of(language)):
        for measure in loyalty.measures:
            assert translated(measure.title) != measure.title
            told = translated_sentences(measure.words)
            left = re.search(r"\b(About|likely between|No difference|That is|Its worth|a customer)\b", told)
            assert left is None, told
            for finding in (*measure.findings, *measure.stages):
                assert translated(finding.text) != finding.text
                assert not [one.name for one in finding.effect.checks if translated(one.name) == one.name]
                assert not [one.text for one in finding.effect.checks if translated(one.text) == one.text]
        assert all(translated(note) != note for note in (*loyalty.notes, loyalty.time_zero))
        assert all(translated(why) != why for why in loyalty.left_out)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    return store_of(tmp_path_factory.mktemp("facts"), talk(60))


@pytest.mark.parametrize("language", OTHERS)
def test_a_report_is_in_the_language_that_was_asked_for(language: str, store: Store, tmp_path: Path) -> None:
    made = publish(store, Order(answers=ANSWERS, plan=PLAN, language=language), tmp_path / "report", now=NOW)
    page = made.files.html.read_text(encoding="utf-8")
    assert f'<html lang="{language}" dir="{words_of(language).direction}">' in page
    shown = re.sub(r"<[^>]+>", " ", page.split("<main")[1])
    for english in (
        "What changed",
        "First reply",
        "What service was worth",
        "Unit:",
        "Goal",
    ):
        assert english not in shown
    with speaking(words_of(language)):
        assert say("What service was worth") in shown
    assert made.files.pdf.read_bytes().startswith(b"%PDF")


def test_a_report_made_again_keeps_its_language(store: Store, tmp_path: Path) -> None:
    later = NOW + timedelta(days=1)  # than the reports of other tests on this store
    made = publish(store, Order(answers=ANSWERS, plan=PLAN, language="id"), tmp_path / "report", now=later)
    assert as_it_was(store, made.version, Order()).language == "id"


def test_without_a_font_letters_and_their_marks_become_boxes(report: Report, tmp_path: Path) -> None:
    (tmp_path / "fonts").mkdir()
    urdu = replace(report, words=words_of("ur"), title="قِطعۂ اَوّل")
    assert render_pdf(urdu, fonts=tmp_path / "fonts").startswith(b"%PDF")
