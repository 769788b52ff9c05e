from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from plan_sample import TEXT

from careworth.errors import CareworthError, FormatError, InputError, UnknownName
from careworth.plan import (
    CONVENTIONS,
    KINDS,
    STAGES,
    VALUES,
    Component,
    Goal,
    Objective,
    Outcome,
    Plan,
    Reading,
    Strategy,
    Tactic,
    parse_csv,
    parse_plan,
    to_csv,
    to_toml,
)

WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
NAMES = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=6)
MANY = st.lists(NAMES, max_size=3).map(tuple)
NUMBERS = st.floats(-1e9, 1e9)
DAYS = st.none() | st.dates()
SHARES = st.dictionaries(NAMES, st.floats(0, 1), max_size=3)


def entries(shape: Any, **fields: Any) -> st.SearchStrategy[dict[str, Any]]:
    return st.dictionaries(NAMES, st.builds(shape, **fields), max_size=2)


PLANS = st.builds(
    Plan,
    convention=st.sampled_from(CONVENTIONS),
    title=WORDS,
    currency=WORDS,
    objectives=entries(Objective, text=WORDS),
    goals=entries(
        Goal,
        text=WORDS,
        objectives=MANY,
        unit=st.none() | NAMES,
        baseline=st.none() | NUMBERS,
        baseline_on=DAYS,
        target=st.none() | NUMBERS,
        due=DAYS,
        measure=st.none() | NAMES,
        channel=st.none(),
        brand=st.none(),
        values=st.lists(st.builds(Reading, on=st.dates(), value=NUMBERS), max_size=2).map(tuple),
    ),
    strategies=entries(Strategy, text=WORDS, goals=MANY),
    tactics=entries(Tactic, text=WORDS, strategies=MANY, owner=WORDS),
    components=entries(
        Component,
        kind=st.sampled_from(KINDS),
        purpose=WORDS,
        owner=WORDS,
        departments=MANY,
        stages=st.lists(st.sampled_from(STAGES), max_size=2).map(tuple),
        objectives=MANY,
        goals=MANY,
        channel=st.none() | NAMES,
        brand=st.none() | NAMES,
    ),
    outcomes=entries(
        Outcome,
        value=st.sampled_from(VALUES),
        amount=NUMBERS,
        components=MANY,
        source=NAMES,
        direct=st.booleans(),
        shares=SHARES,
        units=SHARES,
    ),
)


@settings(max_examples=80, deadline=None)
@given(plan=PLANS)
def test_what_is_written_and_read_again_is_the_same(plan: Plan) -> None:
    assert parse_plan(to_toml(plan)) == plan
    assert parse_csv(to_csv(plan)) == plan


def test_the_conventions_swap_two_words_and_lose_nothing() -> None:
    plan = parse_plan(TEXT)
    swapped = to_toml(plan, "GSOT")
    assert "[objectives.nps]" in swapped and 'goals = ["loyalty", "praise"]' in swapped
    assert "[goals.loyalty]" in swapped and 'objectives = ["nps", "fast"]' in swapped
    again = parse_plan(swapped)
    assert again.goals == plan.goals and again.objectives == plan.objectives
    assert to_toml(again, "OGST") == to_toml(plan)
    assert parse_csv(to_csv(plan, "GSOT")).goals == plan.goals


def test_one_goal_serves_two_objectives() -> None:
    goal = parse_plan(TEXT).goals["nps"]
    assert goal.objectives == ("loyalty", "praise")
    assert (goal.baseline, goal.target, goal.due) == (51, 59, date(2026, 12, 31))


def test_a_spreadsheet_runs_nothing() -> None:
    plan = Plan("OGST", objectives={"=1+1": Objective("=HYPERLINK(1)")})
    assert ",=" not in to_csv(plan)
    assert parse_csv(to_csv(plan)) == plan


@pytest.mark.parametrize(
    ("text", "kind", "told"),
    [
        ("title = 'x'", InputError, r"convention is missing.*OGST.*GSOT"),
        ('convention = "GOTS"', InputError, "convention is 'GOTS'"),
        ('convention = "OGST"\n[goal.x]', UnknownName, "there is no 'goal'.*goals"),
        (
            'convention = "OGST"\n[goals.x]\ntext = "x"\ntarget = "59"',
            InputError,
            r"line 4, goals\.x\.target",
        ),
        ('convention = "OGST"\n[goals.x]\ntext = "x"\ntarget = nan', InputError, r"line 4, goals\.x\.target"),
        ('convention = "OGST"\n[goals.x]\ntext = "x"\naim = 3', UnknownName, "line 2, goals.x.*'aim'"),
        (
            'convention = "GSOT"\n[objectives.x]\ntext = "x"\ndue = 3',
            InputError,
            r"line 4, objectives\.x\.due",
        ),
        ('convention = "OGST"\n[components.x]\nkind = "blog"', InputError, "line 3.*blog"),
        ('convention = "OGST"\ngoals = 3', InputError, "goals is not a table"),
        ("convention = ", FormatError, "not a TOML file"),
    ],
)
def test_bad_plans_are_refused_with_the_line(text: str, kind: type[Exception], told: str) -> None:
    with pytest.raises(kind, match=told):
        parse_plan(text)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("a,b\n", "no plan as CSV"),
        ("level,id,text\ngoals,x,y\n", "convention is missing"),
        ("level,id,text\nplan,OGST,\ngoal,x,y\n", "there is no 'goal'"),
        ("level,id,target\nplan,OGST,\ngoals,x,much\n", "row 3, goals x"),
        ("level,id,text\nplan,OGST,\ngoals,,y\n", "row 3 has no id"),
        ("level,id,colour\nplan,OGST,\n", "there is no 'colour'"),
    ],
)
def test_bad_csv_is_refused_with_the_row(text: str, told: str) -> None:
    with pytest.raises(CareworthError, match=told):
        parse_csv(text)
