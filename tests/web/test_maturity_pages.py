"""The checklist, the profile and the plan, as people use them without any script."""

import re
from collections.abc import Callable
from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.utils import timezone

from careworth.desk import jobs, standing
from careworth.desk.actions import make_token
from careworth.desk.actions.standing import GivenAnswer, NewGoal, add_goal, save_answers, save_plan
from careworth.desk.models import AuditEntry, Figures, MaturityAnswer, MaturityDay, Person, PlanVersion, Role
from careworth.desk.place import store
from careworth.errors import InputError
from careworth.maturity import ITEMS, Answers
from careworth.plan import parse_csv, parse_plan

TODAY = date(2026, 3, 31)


def text_of(page: bytes) -> str:
    """What a reader sees: no markup, single blanks."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.decode().split("<main")[1]))


@pytest.fixture
def measured(figures: Figures) -> None:
    standing.compute(store(), figures.version, None, "UTC")


def test_the_empty_page_says_what_to_do(client: Client) -> None:
    page = text_of(client.get("/maturity/").content)
    assert "Nobody has answered the checklist yet." in page
    assert "0 of 12 items are known" in page and "possible: 0 to 100 of 100" in page


def test_answers_give_a_quadrant_and_a_road_map(client: Client, measured: None) -> None:
    form = client.get("/maturity/answers/").content.decode()
    assert form.count("<fieldset") == len(ITEMS)
    given = {f"level_{name}": "4" for name in ITEMS} | {"level_training": "1", "evidence_budget": "plan.pdf"}
    response = client.post("/maturity/answers/", {**given, "department": "care"}, follow=True)
    page = text_of(response.content)
    assert "Your answers are saved." in page and "#SocialFirst: the chance" in page
    assert "Train support teams, with review of what is sent" in page
    again = client.get("/maturity/answers/").content.decode()
    assert 'name="level_training" value="1" checked' in again and 'value="plan.pdf"' in again
    assert MaturityDay.objects.get().investment > 80
    assert AuditEntry.objects.filter(deed="answered the checklist").exists()


def test_measured_levels_stand_beside_the_answers(client: Client, measured: None) -> None:
    client.post("/maturity/answers/", {"level_answering_first": "4"})
    assert "Your record shows level" in client.get("/maturity/answers/").content.decode()
    profile = standing.profile(Person.objects.get(), "en", TODAY)
    item = next(item for item in profile.items if item.id == "answering_first")
    assert item.basis == "measured" and item.answered == 4 and item.gap is not None and item.gap > 0


def test_people_of_several_departments_disagree_in_the_open(
    person: Callable[..., Person], browser_of: Callable[[Person], Client]
) -> None:
    one, other = person(Role.AGENT), person(Role.MANAGER)
    save_answers(one, "care", {"budget": GivenAnswer(0)}, TODAY)
    save_answers(other, "<b>marketing</b>", {"budget": GivenAnswer(4, "plan")}, TODAY)
    page = browser_of(one).get("/maturity/")
    assert "Where people disagree" in text_of(page.content)
    assert b"<b>marketing" not in page.content and b"&lt;b&gt;marketing" in page.content
    save_answers(other, "", {"budget": GivenAnswer(None)}, TODAY)
    assert [row.person for row in MaturityAnswer.objects.all()] == [one]


def test_what_the_form_does_not_offer_is_no_answer(client: Client) -> None:
    client.post("/maturity/answers/", {"level_budget": "9", "level_training": "x", "level_followers": "4"})
    assert not MaturityAnswer.objects.exists()


def test_the_answers_leave_as_a_file_that_scores_alike(client: Client, owner: Person) -> None:
    save_answers(owner, "care", {"budget": GivenAnswer(3, "plan"), "software": GivenAnswer(2)}, TODAY)
    text = client.get("/maturity/answers.toml").content.decode()
    assert Answers.parse(text) == standing.answers()


def test_a_viewer_sees_and_does_not_write(person: Callable[..., Person]) -> None:
    viewer = person(Role.VIEWER)
    standing.profile(viewer, "en", TODAY)
    for write in (
        lambda: save_answers(viewer, "", {"budget": GivenAnswer(1)}, TODAY),
        lambda: save_plan(viewer, 'convention = "OGST"'),
    ):
        with pytest.raises(PermissionDenied):
            write()
    with pytest.raises(PermissionDenied):
        standing.profile(person(Role.EXECUTIVE), "en", TODAY)


GOAL = {
    "objective": "Lower churn",
    "text": "Two thirds within an hour",
    "measure": "answered_within_1h",
    "target": "66",
    "due": "2030-12-31",
    "strategy": "Evenings",
    "tactic": "A late shift",
}


def test_two_goals_tied_to_measures_make_a_plan(client: Client, figures: Figures) -> None:
    assert "There is no plan yet." in text_of(client.get("/plan/").content)
    assert client.post("/plan/goal/", GOAL).status_code == 302
    second = {**GOAL, "text": "Half within 30 minutes", "measure": "first_reply_time", "target": "30"}
    page = text_of(client.post("/plan/goal/", second, follow=True).content)
    assert "The goal is in the plan." in page and "is being computed" in page
    while jobs.run_next():
        pass
    plan = parse_plan(PlanVersion.objects.order_by("-id")[0].text)
    assert [goal.target for goal in plan.goals.values()] == [0.66, 30]
    assert plan.goals["goal1"].baseline == figures.content["measures"]["answered_within_1h"]["whole"]["value"]
    assert len(plan.objectives) == len(plan.strategies) == len(plan.tactics) == 1
    page = text_of(client.get("/plan/").content)
    assert "Every rule is kept." in page and "is being computed" not in page
    assert re.search(r"on track|at risk|off track|reached", page)
    assert parse_csv(client.get("/plan/plan.csv").content.decode()) == plan
    assert parse_plan(client.get("/plan/plan.toml").content.decode()) == plan


def test_a_goal_without_a_baseline_is_refused(owner: Person) -> None:
    new = NewGoal(objective="o", text="g", measure="answered", target=0.9, due=date(2030, 1, 1))
    with pytest.raises(InputError, match="no value yet"):
        add_goal(owner, new)


def test_a_plan_that_cannot_be_read_is_told_with_the_line_and_not_kept(client: Client) -> None:
    page = text_of(client.post("/plan/edit/", {"text": 'convention = "OGST"\n[goals.x]\naim = 3'}).content)
    assert "line 2, goals.x" in page and not PlanVersion.objects.exists()


def test_a_plan_with_broken_rules_is_kept_and_says_what_to_mend(client: Client, figures: Figures) -> None:
    text = (
        'convention = "GSOT"\n[objectives.x]\ntext = "<i>x</i>"\n[components.page]\nkind = "brand_profile"\n'
        'channel = "x"\n[outcomes.o]\nvalue = "sales"\namount = 5\ncomponents = ["page"]\n'
        'shares = { page = 0.5 }\nsource = "s"\n'
    )
    page = client.post("/plan/edit/", {"text": text}, follow=True).content
    said = text_of(page)
    assert "has no target" in said and "serves no objective" in said and "shares that do not add to 1" in said
    assert b"<i>x</i>" not in page


def test_the_report_tells_of_answers_and_plan(owner: Person, figures: Figures) -> None:
    assert standing.texts_of_report() == {}
    save_answers(owner, "", {"budget": GivenAnswer(3)}, timezone.now().date())
    save_plan(owner, 'convention = "OGST"')
    assert set(standing.texts_of_report()) == {"answers", "plan"}


def test_what_if_stands_in_the_address_and_more_people_help(client: Client, measured: None) -> None:
    assert "Work it out" in text_of(client.get("/maturity/what-if/").content)
    asked = {"more_agents": 3, "first": 0, "last": 24, "handling_minutes": 9, "spending_month": 100}
    page = text_of(client.get("/maturity/what-if/", {**asked, "agent_hour": 20, "worth": 2}).content)
    now, then = re.search(r"\(simulated\) (\d+)% .*? (\d+)% ", page).groups()  # type: ignore[union-attr]
    assert int(then) > int(now)
    assert "Net a month" in page
    wrong = text_of(
        client.get(
            "/maturity/what-if/", {**asked, "first": 9, "last": 9, "agent_hour": 0, "worth": 0}
        ).content
    )
    assert "no span of a day" in wrong


def test_programs_read_and_write_the_same(owner: Person, measured: None) -> None:
    secret = make_token(owner, "a program", "write", 1, timezone.now())
    ask = {"headers": {"Authorization": f"Bearer {secret}"}, "content_type": "application/json"}
    browser = Client()
    answers = {"answers": {"budget": {"level": 3, "evidence": "plan"}}, "department": "care"}
    assert browser.put("/api/maturity/answers", answers, **ask).status_code == 200
    profile = browser.get("/api/maturity", **ask).json()
    assert {"investment", "innovation", "quadrant", "probabilities", "border", "items", "roadmap"} <= set(
        profile
    )
    assert next(one for one in profile["items"] if one["id"] == "budget")["answered"] == 3
    assert browser.get("/api/plan", **ask).status_code == 404
    assert browser.put("/api/plan", {"text": 'convention = "OGST"'}, **ask).status_code == 200
    assert browser.get("/api/plan", **ask).json()["findings"][0]["rule"] == "no-objective"
    for address, body in (
        ("/api/maturity/answers", {"answers": {"followers": {"level": 3}}}),
        ("/api/maturity/answers", {"answers": {"budget": {"level": 9}}}),
        ("/api/plan", {"text": "convention = 3"}),
    ):
        assert browser.put(address, body, **ask).status_code == 422
