"""What a server does with facts that are there: figures of them, and the inputs of the last report."""

from pathlib import Path

from careworth.desk.models import Figures, InputsVersion, Job, Setting
from careworth.desk.queries import running_jobs
from careworth.errors import NoFacts
from careworth.facts.schema import REPORTS
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
