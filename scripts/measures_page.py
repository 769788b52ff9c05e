"""Write docs/measures.md from the catalogue: ``python scripts/measures_page.py``."""

from pathlib import Path

from careworth.measures import MEASURES, Measure

PAGE = Path(__file__).resolve().parents[1] / "docs" / "measures.md"

TOP = """# Measures

Every measure is a population (which rows count) and a summary (what is made of them). Both are SQL texts in
`src/careworth/measures/sql/`; `careworth measures NAME --sql` prints what runs, `careworth rows NAME` the
rows that were counted. Changes of definitions are listed in [changed-measures.md](changed-measures.md).

Times are in minutes and never rounded. Waits run on the wall clock or, with `--hours`, on the clock of
[business hours](business-hours.md). A conversation that was not yet answered counts for as long as it was
watched (until the last message of its brand on that channel); it is never dropped. Intervals are 95 %.

Counts of nothing are 0; all other values of nothing are absent, with a reason.

| measure | unit | better | nothing |
|---|---|---|---|
"""

SUMMARIES = {
    "count": "number of rows",
    "mean": "mean of `amount`; the total stands beside it; interval by the normal distribution",
    "share": "share of rows with `hit` = 1; interval by Wilson",
    "duration": "Kaplan-Meier median; the plain median, p90 and mean of the answered, and the shares within "
    "1, 4, 24 and 72 h, stand beside it",
    "within": "Kaplan-Meier share answered by then; Greenwood's interval on the scale of log(-log)",
    "corrected": "rows that people tagged as `hit`, and of the others the share that there is by the known "
    "errors of the labels (Rogan and Gladen); interval by Lang and Reiczigel",
    "mean_wait": "mean over the answered; interval by the normal distribution",
    "waiting": "number of rows that are open at the end of the period",
}


def page() -> str:
    """The whole page."""
    lines = [
        f"| [`{one.name}`](#{one.name}) | {one.unit} | {one.better} | {one.nothing} |"
        for one in MEASURES.values()
    ]
    return TOP + "\n".join(lines) + "\n\n" + "\n".join(map(_entry, MEASURES.values()))


def _entry(measure: Measure) -> str:
    return f"""## {measure.name}

{measure.text}

Version {measure.version}, in {measure.unit}. Summary: {SUMMARIES[measure.summary]}. Population:

```sql
{measure.population_sql().strip()}
```
"""


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
