"""What a new user does on the first day, in a real browser: without JavaScript, in English and in Urdu."""

import io
import json
import re
import zipfile
from pathlib import Path

import pytest
from house_browser import House, become_owner, context, figures, speak
from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.waits


def add_goal(page: Page, house: House, measure: str, target: str, text: str) -> None:
    page.goto(house.address + "/plan/goal/")
    page.fill("[name=objective]", "Customers who stay")
    page.fill("[name=text]", text)
    page.select_option("[name=measure]", measure)
    page.fill("[name=target]", target)
    page.fill("[name=due]", "2027-06-30")
    page.fill("[name=strategy]", "Be there when customers write")
    page.fill("[name=tactic]", "An evening shift")
    page.click("main form:not(.language) button")
    page.wait_for_url(house.address + "/plan/")


@pytest.mark.parametrize("language", ["en", "ur"])
def test_the_first_day(language: str, browser: Browser, house: House) -> None:
    with context(browser, "en", java_script_enabled=False) as visitor:
        page = visitor.new_page()
        become_owner(page, house)
        speak(page, house, language)
        assert page.get_attribute("html", "dir") == ("rtl" if language == "ur" else "ltr")
        figures(page, house)

        page.goto(house.address + "/")
        assert "EUR" in page.inner_text("main")

        page.goto(house.address + "/maturity/answers/")
        names = {box.get_attribute("name") for box in page.query_selector_all("input[type=radio]")}
        assert len(names) == 25
        for name in sorted(filter(None, names)):
            page.check(f"input[name={name}][value='1']")
        page.click("main form:not(.language) > button")
        page.wait_for_url(house.address + "/maturity/")
        assert page.query_selector("main svg") is not None
        assert len(page.query_selector_all("main table tbody tr, main ol li")) > 4

        add_goal(page, house, "first_reply_time", "45", "Half are answered within 45 minutes")
        add_goal(page, house, "answered_within_24h", "95", "Nearly all within a day")
        rows = page.query_selector_all("main section table tbody tr th")
        assert {"Half are answered within 45 minutes", "Nearly all within a day"} <= {
            row.inner_text() for row in rows
        }

        page.goto(house.address + "/reports/")
        page.click("#make ~ form button")
        page.wait_for_url(re.compile(r"/jobs/\d+/"))
        for _ in range(120):
            page.goto(house.address + "/reports/")
            if page.query_selector("a[href$='report.zip']"):
                break
            page.wait_for_timeout(500)
        link = page.get_attribute("a[href$='report.zip']", "href")
        answer = visitor.request.get(f"{house.address}{link}")
        assert answer.status == 200 and "attachment" in answer.headers["content-disposition"]
        with zipfile.ZipFile(io.BytesIO(answer.body())) as archive:
            names_in = {Path(name).name for name in archive.namelist()}
            told = json.loads(archive.read(next(n for n in archive.namelist() if n.endswith("report.json"))))
        assert {"report.html", "report.pdf", "report.json"} <= names_in
        assert told["title"]
