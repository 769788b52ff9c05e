"""What a server does with facts that are there: figures of them, and the inputs of the last report."""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from django.utils import timezone

from careworth.desk import loyalty, place
from careworth.desk.models import Figures, InputsVersion, Job, Setting
from careworth.desk.queries import running_jobs
from careworth.errors import NoFacts
from careworth.facts.schema import BATCHES, REPORTS
from careworth.facts.store import Store


def begin(data: Path) -> None:
    """Ask for figures where there are none of the newest facts. Twice is once."""
    store = Store(data / "facts")
    if not store.exists():
        return
    _take_last_report(store)
    newest = Figures.objects.first()
    try:
        version = store.snapshot().version
    except NoFacts:
        return
    computing = running_jobs().filter(kind=Job.Kind.COMPUTE, state=Job.State.WAITING)
    if (newest is None or newest.version != version) and not computing.exists():
        Job.objects.create(kind=Job.Kind.COMPUTE)
    elif loyalty.wanted(store, timezone.now()):
        Job.objects.create(kind=Job.Kind.LOYALTY)


@dataclass(slots=True)
class Lookout:
    """Sees to it that facts which others bring in (a stream, the command line) get figures too.

    Once for each version of the facts: where the computing fails, trying again would not help. Between two
    looks lies a minute, or ten times what the last figures took: a stream brings new facts all the time.
    """

    seen: int | None = None
    due: float = 0.0

    def look(self, now: float) -> None:
        """``now``: seconds of a clock that only goes forward."""
        if now < self.due:
            return
        self.due = now + max(60.0, 10 * _last_took().total_seconds())
        version = place.store().version(BATCHES)
        if version != self.seen:
            self.seen = version
            begin(place.data())


def _last_took() -> timedelta:
    last = Job.objects.filter(kind=Job.Kind.COMPUTE, state=Job.State.DONE).first()
    if last is None or last.began_at is None or last.ended_at is None:
        return timedelta(0)
    return last.ended_at - last.began_at


def _take_last_report(store: Store) -> None:
    """An installation that has chosen nothing yet starts with what its last report was made from."""
    if Setting.objects.exists() or InputsVersion.objects.exists():
        return
    made = store.rows(REPORTS)
    if not made:
        return
    last = max(made, key=lambda row: row["at"])
    if last["inputs"]:
        InputsVersion.objects.create(text=last["inputs"])
    values = {"zone": last["zone"], "hours": last["hours"], "notice": last["notices"]}
    for name, value in values.items():
        if value:
            Setting.objects.create(name=name, value=value)
