import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from careworth.report import Paragraph, Report, Section, Words, render_html
from careworth.report.charts import PALETTE


class Page(HTMLParser):
    """What a browser would find: ids, links, headings, and whatever would make it ask for more."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.headings: list[int] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self.tags.append((tag, found))
        if found.get("id"):
            self.ids.append(str(found["id"]))
        if tag == "a":
            self.links.append(str(found["href"]))
        if re.fullmatch(r"h[1-6]", tag):
            self.headings.append(int(tag[1]))

    def first(self, tag: str) -> dict[str, str | None]:
        return next(found for name, found in self.tags if name == tag)


@pytest.fixture(scope="module")
def text(report: Report) -> str:
    return render_html(report)


@pytest.fixture(scope="module")
def page(text: str) -> Page:
    return Page(text)


def test_the_page_needs_nothing_else(text: str, page: Page) -> None:
    assert len(text.encode()) < 300_000
    assert not {"script", "link", "img", "iframe", "object", "base"} & {tag for tag, _ in page.tags}
    for _, found in page.tags:
        assert "src" not in found
        assert "srcset" not in found
        assert not [name for name in found if name.startswith("on")]
    assert set(re.findall(r"[a-z]+://[^\"' )]+", text)) == {"http://www.w3.org/2000/svg"}
    assert "@import" not in text
    assert "url(" not in text


def test_every_link_leads_to_a_part_of_the_page_or_to_rows(page: Page, rows: dict[str, object]) -> None:
    assert len(page.ids) == len(set(page.ids))
    targets = {f"#{one}" for one in page.ids} | {f"tables/{name}.csv" for name in rows}
    assert set(page.links) <= targets
    assert {"#main", "#definition-first_response", "tables/conversations.csv"} <= set(page.links)


def test_headings_and_landmarks_are_in_order(page: Page) -> None:
    assert page.headings[0] == 1
    assert page.headings.count(1) == 1
    steps = zip(page.headings, page.headings[1:], strict=False)
    assert all(after <= before + 1 for before, after in steps)
    assert {"header", "main", "nav", "footer"} <= {tag for tag, _ in page.tags}
    assert page.links[0] == "#main"


def test_the_first_page_says_worth_service_changes_and_actions_before_anything_else(text: str) -> None:
    order = ["$412,000", "$268,000 to $556,000", "90% interval", "2,829", "27%", "not given"]
    order += ["fewer than 30 customers were asked", "What changed", "What to do", "Contents"]
    places = [text.index(word, text.index("<main")) for word in order]
    assert places == sorted(places)


def test_every_chart_has_its_table_and_both_drawings(text: str) -> None:
    figures = re.findall(r'<figure class="chart">.*?</figure>', text, re.DOTALL)
    assert len(figures) == 5
    for figure in figures:
        assert figure.count('role="img"') == 2
        assert "<table>" in figure


def test_a_table_that_may_scroll_can_be_reached_by_keyboard(page: Page) -> None:
    boxes = [found for tag, found in page.tags if tag == "div" and found.get("class") == "table"]
    tables = [tag for tag, _ in page.tags if tag == "table"]
    assert len(boxes) == len(tables)
    assert all(box["tabindex"] == "0" and box["role"] == "region" and box["aria-label"] for box in boxes)


HOSTILE = "<script>alert(1)</script> \"quoted\" & 'x' {{ 7 * 7 }} {% raw %}"


def test_texts_are_never_markup(report: Report) -> None:
    section = Section(HOSTILE, (Paragraph((HOSTILE,)),))
    text = render_html(replace(report, title=HOSTILE, notices=(HOSTILE,), sections=(section,)))
    assert "<script" not in text
    assert "{{ 7 * 7 }}" in text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text


def test_direction_and_language_are_those_of_the_words(report: Report, page: Page) -> None:
    assert page.first("html") == {"lang": "en", "dir": "ltr"}
    urdu = Words(language="ur", direction="rtl", contents="فہرست", range="{low} سے {high}")
    text = render_html(replace(report, title="سماجی نگہداشت کی مالیت", words=urdu))
    assert Page(text).first("html") == {"lang": "ur", "dir": "rtl"}
    assert "سماجی نگہداشت کی مالیت" in text
    assert "\u2066$268,000\u2069 سے \u2066$556,000\u2069" in text
    assert '<h2 id="contents">فہرست</h2>' in text


def test_a_draft_says_so(report: Report, text: str) -> None:
    assert "Draft" not in text
    assert "Draft" in render_html(replace(report, draft=True))


def luminance(colour: str) -> float:
    channels = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_contrast_is_enough_in_light_and_in_dark(text: str) -> None:
    """WCAG 2.2: 4.5 for texts (1.4.3), 3 for what a chart is made of (1.4.11)."""
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    light, dark = (
        dict(re.findall(r"--(\w+): (#\w{6});", block))
        for block in re.findall(r":root \{(.*?)\}", text, re.DOTALL)[:2]
    )
    assert {name: light[name] for name in PALETTE} == PALETTE
    for colours in (light, dark):
        for surface in ("paper", "wash"):
            for words in ("ink", "soft", "accent"):
                assert contrast(colours[words], colours[surface]) >= 4.5
        assert contrast(colours["second"], colours["paper"]) >= 3


def test_the_same_report_is_the_same_page(report: Report, text: str) -> None:
    assert render_html(report) == text
