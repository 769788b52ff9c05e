import tomllib
from datetime import date
from pathlib import Path

import pytest

from careworth.errors import FormatError, InputError, UnknownName
from careworth.maturity import ITEMS, LANGUAGES, Answer, Answers, answers_text, load_peers, template


def test_one_person_and_several() -> None:
    text = """
taken_on = 2026-03-31
[answers.budget]
level = 3
evidence = "plan.pdf"
[[answers.training]]
level = 1
by = "Ana"
department = "care"
[[answers.training]]
level = 4
"""
    found = Answers.parse(text)
    assert found.taken_on == date(2026, 3, 31)
    assert found.by_item["budget"] == (Answer(3, "plan.pdf"),)
    assert found.by_item["training"] == (Answer(1, by="Ana", department="care"), Answer(4))


@pytest.mark.parametrize(
    ("text", "kind", "told"),
    [
        ("[answers.budgets]\nlevel = 1", UnknownName, r"line 1, answers: there is no 'budgets'.*budget\?"),
        ("\n\n[answers.budget]\nlevel = 5", InputError, r"line 4, answers.budget.level: expected `int` <= 4"),
        ("[answers.budget]\nlevel = -1", InputError, "line 2.*>= 0"),
        ("[answers.budget]\nlevel = 2.5", InputError, "line 2.*got `float`"),
        ("[answers.budget]\nlevel = true", InputError, "line 2.*got `bool`"),
        ('[answers.budget]\nevidence = "x"', InputError, "line 1.*missing required field `level`"),
        ("[answers.budget]\nlevel = 1\nfollowers = 100000", UnknownName, "line 1.*there is no 'followers'"),
        (
            "[[answers.budget]]\nlevel = 1\n[[answers.budget]]\nlevel = 9",
            InputError,
            "line 4, answers.budget.level",
        ),
        ("[answers.budget]\nlevel = \n", FormatError, "line 2"),
        ("[answers]\nbudget = 3", InputError, "answers.budget: expected"),
        ("answers = 3", InputError, "answers is not a table"),
        ('taken_on = "today"', InputError, "taken_on is not a day"),
        ("volume = 9", UnknownName, "there is no 'volume'"),
    ],
)
def test_bad_answers_are_refused_with_the_line(text: str, kind: type[Exception], told: str) -> None:
    with pytest.raises(kind, match=told):
        Answers.parse(text)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_template_is_empty_and_holds_every_item_once_its_marks_are_taken_away(language: str) -> None:
    text = template(language)
    assert tomllib.loads(text) == {}
    filled = text.replace("#[answers", "[answers").replace("#level = ", "level = 2")
    filled = filled.replace("#evidence", "evidence").replace("#by", "by").replace("#department", "department")
    assert Answers.parse(filled).by_item.keys() == ITEMS.keys()


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"none\.toml cannot be read"):
        Answers.load(tmp_path / "none.toml")


def test_peers_with_an_impossible_score(tmp_path: Path) -> None:
    path = tmp_path / "peers.toml"
    path.write_text('[[peers]]\nname = "B"\npath = [{ on = 2026-01-01, investment = 140, innovation = 3 }]')
    with pytest.raises(InputError, match=r"line 3.*peers.*<= 100"):
        load_peers(path)


def test_answers_are_written_and_read_again() -> None:
    given = {"budget": (Answer(3, 'a "plan"\n\x7f', "علی", "care"), Answer(0)), "software": (Answer(1),)}
    for answers in (Answers(given, date(2026, 3, 31), "Kopi"), Answers()):
        assert Answers.parse(answers_text(answers)) == answers
