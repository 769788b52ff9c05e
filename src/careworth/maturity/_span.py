"""The span of a question as a condition of SQL."""

from datetime import datetime

from careworth.measures import Question


def micros(moment: datetime) -> int:
    return int(moment.timestamp() * 1_000_000)


def limits(question: Question, moment: str) -> str:
    """`` and ...`` for the column of a moment; empty where the question has no ends."""
    return "".join(
        f" and @micros({moment}) {sign} {micros(end)}"
        for sign, end in ((">=", question.since), ("<", question.until))
        if end is not None
    )
