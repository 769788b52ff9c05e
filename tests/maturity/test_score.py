import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from maturity_facts import all_at

from careworth.errors import UnknownName
from careworth.maturity import (
    AXES,
    BORDER_BELOW,
    ITEMS,
    LANGUAGES,
    RECOMMENDATIONS,
    TOP,
    Answer,
    Answers,
    assess,
    texts,
    to_json,
)

NAMED_INVESTMENT = {
    *("staff_dedicated", "time_invested", "executives_briefed", "budget", "dedicated_team", "wide_buy_in"),
    *("executive_sponsor", "training", "spending_plan", "staffing_to_volume", "tools_by_proof"),
    "specialised_teams",
}
"""What FIELD 1.3's sources name: money and commitment."""
NAMED_INNOVATION = {
    *("early_adoption", "in_channel_resolution", "channel_presence", "software", "private_messages"),
    *("integrations", "proactive_service", "contact_buttons", "live_messaging", "agents_empowered"),
    *("comparable_measures", "social_share"),
}
ONE = st.builds(
    Answer,
    level=st.integers(0, TOP),
    evidence=st.sampled_from(["", "file.pdf"]),
    by=st.sampled_from(["A", "B"]),
)
ANSWERS = st.dictionaries(st.sampled_from(list(ITEMS)), st.lists(ONE, min_size=1, max_size=3)).map(
    lambda given: Answers({name: tuple(many) for name, many in given.items()})
)


def test_every_item_that_the_sources_name_is_asked() -> None:
    investment = {item.id for item in ITEMS.values() if item.axis == "investment"}
    innovation = {item.id for item in ITEMS.values() if item.axis == "innovation"}
    assert investment == NAMED_INVESTMENT
    assert innovation == NAMED_INNOVATION | {"answering_first"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_texts_are_whole_and_of_their_own_language(language: str) -> None:
    words, english = texts(language), texts("en")
    assert words.items.keys() == ITEMS.keys()
    assert words.recommendations.keys() == RECOMMENDATIONS.keys()
    for name, one in words.items.items():
        assert len({*one.levels, one.text, one.action}) == TOP + 3, name
        if language != "en":
            assert not {*one.levels, one.text, one.action} & {
                *english.items[name].levels,
                english.items[name].text,
            } - {"No"}, name


def test_a_language_without_texts_is_refused() -> None:
    with pytest.raises(UnknownName, match="no texts in 'fr'"):
        texts("fr")


@pytest.mark.parametrize(
    ("investment", "innovation", "quadrant", "alias"),
    [
        (0, 0, "Observer", ()),
        (4, 0, "Conservative", ()),
        (0, 4, "Contender", ("Participant", "Competitor")),
        (4, 4, "#SocialFirst", ("Leader",)),
    ],
)
def test_corners(investment: int, innovation: int, quadrant: str, alias: tuple[str, ...]) -> None:
    profile = assess(all_at(investment, innovation))
    assert (profile.quadrant, profile.also_called) == (quadrant, alias)
    assert profile.probabilities[quadrant] > 0.99 and not profile.border
    assert (profile.investment.value, profile.innovation.value) == (25 * investment, 25 * innovation)


def test_the_formula_by_hand() -> None:
    """budget has weight 3, training 2: 100 (3 x 4 + 2 x 1) / (4 x 5) = 70."""
    profile = assess(Answers({"budget": (Answer(4, "plan"),), "training": (Answer(1, "guide"),)}))
    weight = sum(item.weight for item in ITEMS.values() if item.axis == "investment")
    assert profile.investment.value == 70
    assert profile.investment.low == pytest.approx(100 * 14 / (4 * weight))
    assert profile.investment.high == pytest.approx(100 * (14 + 4 * (weight - 5)) / (4 * weight))
    assert (profile.innovation.value, profile.innovation.low, profile.innovation.high) == (None, 0, 100)
    assert profile.quadrant is None and profile.reason == "no item of innovation is known"


def test_in_the_middle_no_quadrant_is_likely_enough() -> None:
    profile = assess(all_at(2, 2))
    assert profile.border and max(profile.probabilities.values()) < BORDER_BELOW


def test_nothing_answered_is_not_zero() -> None:
    profile = assess(Answers())
    assert profile.investment.value is None and profile.quadrant is None and profile.border
    assert profile.roadmap == () and profile.path.effort is None


def test_disagreement_is_shown_and_widens_the_interval() -> None:
    answers = {"budget": (Answer(0, "x", "Ana", "care"), Answer(4, "x", "Ben", "finance"), Answer(1, "x"))}
    profile = assess(Answers(answers))
    budget = next(item for item in profile.items if item.id == "budget")
    assert (budget.level, budget.low, budget.high, budget.disagreement) == (1, 0, 4, 4)
    assert [one.by for one in budget.answers] == ["Ana", "Ben", ""]
    agreed = assess(Answers({"budget": (Answer(1, "x"),)}))
    assert profile.investment.high > agreed.investment.high
    assert profile.investment.low < agreed.investment.low


@settings(max_examples=60, deadline=None)
@given(answers=ANSWERS)
def test_same_input_same_output_and_value_inside_interval(answers: Answers) -> None:
    first, second = assess(answers), assess(answers)
    assert to_json(first) == to_json(second)
    for axis in AXES:
        score = getattr(first, axis)
        assert 0 <= score.low <= score.high <= 100
        assert score.value is None or score.low - 1e-9 <= score.value <= score.high + 1e-9
    assert sum(first.probabilities.values()) == pytest.approx(1)


@settings(max_examples=60, deadline=None)
@given(answers=ANSWERS, data=st.data())
def test_raising_a_level_never_lowers_the_score(answers: Answers, data: st.DataObject) -> None:
    places = [
        (name, place)
        for name, many in answers.by_item.items()
        for place, one in enumerate(many)
        if one.level < TOP
    ]
    if not places:
        return
    name, place = data.draw(st.sampled_from(places))
    many = list(answers.by_item[name])
    many[place] = Answer(many[place].level + 1, many[place].evidence)
    before, after = assess(answers), assess(Answers({**answers.by_item, name: tuple(many)}))
    for axis in AXES:
        old, new = getattr(before, axis), getattr(after, axis)
        assert new.low >= old.low and new.high >= old.high
        assert old.value is None or new.value >= old.value


@settings(max_examples=60, deadline=None)
@given(answers=ANSWERS, data=st.data())
def test_leaving_an_answer_out_never_narrows_the_interval(answers: Answers, data: st.DataObject) -> None:
    if not answers.by_item:
        return
    name = data.draw(st.sampled_from(sorted(answers.by_item)))
    fewer = assess(Answers({one: many for one, many in answers.by_item.items() if one != name}))
    whole = assess(answers)
    for axis in AXES:
        assert getattr(fewer, axis).low <= getattr(whole, axis).low + 1e-9
        assert getattr(fewer, axis).high >= getattr(whole, axis).high - 1e-9


@settings(max_examples=60, deadline=None)
@given(answers=ANSWERS)
def test_the_road_map_holds_open_items_only_and_all_published_advice(answers: Answers) -> None:
    profile = assess(answers)
    finished = {item.id for item in profile.items if item.finished}
    assert not finished & {name for step in profile.roadmap for name in step.items}
    for one, two in itertools.pairwise(profile.roadmap):
        assert one.gain_per_effort >= two.gain_per_effort
    published = {step.id for step in profile.roadmap if step.kind == "published"}
    advised = {
        name
        for name, one in RECOMMENDATIONS.items()
        if one.quadrant == profile.quadrant and not finished.issuperset(one.items)
    }
    assert published == advised


def test_at_the_top_nothing_is_left_to_do() -> None:
    profile = assess(all_at(4, 4))
    assert profile.roadmap == () and profile.path.steps == () and profile.path.effort == 0


def _path_by_trying(levels: dict[str, int]) -> float:
    """The least effort over every way to raise the items of one axis to the cut."""
    need = 2 * sum(ITEMS[name].weight for name in levels)
    best = float("inf")
    for ends in itertools.product(*(range(level, TOP + 1) for level in levels.values())):
        if sum(ITEMS[name].weight * end for name, end in zip(levels, ends, strict=True)) >= need:
            rises = zip(levels.items(), ends, strict=True)
            best = min(best, sum(ITEMS[name].effort * (end - level) for (name, level), end in rises))
    return best


@settings(max_examples=25, deadline=None)
@given(
    levels=st.dictionaries(
        st.sampled_from([name for name, item in ITEMS.items() if item.axis == "investment"]),
        st.integers(0, TOP),
        min_size=1,
        max_size=4,
    )
)
def test_the_cheapest_path_is_that_of_trying_all(levels: dict[str, int]) -> None:
    answers = {name: (Answer(level, "x"),) for name, level in levels.items()}
    answers["software"] = (Answer(4, "x"),)
    path = assess(Answers(answers)).path
    assert path.effort == _path_by_trying(levels)
    for step in path.steps:
        assert step.start == levels[step.item] < step.end <= TOP
