"""Long work: claimed by a conditional update, so two workers never do the same; no broker.

A job that runs asks at every step whether it was told to stop. One whose process was killed is found at
the next start and told as failed.
"""

import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeAlias

from django.db import transaction
from django.utils import timezone

from careworth.desk import loyalty, place, standing
from careworth.desk.actions.audit import note
from careworth.desk.choices import chosen
from careworth.desk.figures import basis, compute
from careworth.desk.models import Figures, Job, ReportMade
from careworth.desk.queries import current_inputs
from careworth.errors import CareworthError
from careworth.intake.formats import ReadOptions
from careworth.intake.ingest import SourceCount, ingest
from careworth.intake.records import RecordCount, bring_records
from careworth.report.board.publish import Order, publish

Work: TypeAlias = Callable[[Job], Mapping[str, Any]]


class Stopped(Exception):
    """Somebody asked the work to stop."""


def run_next() -> bool:
    """Do the oldest job that waits; False when there is none."""
    waiting = Job.objects.filter(state=Job.State.WAITING).order_by("id")
    for job in waiting[:5]:
        claimed = Job.objects.filter(pk=job.pk, state=Job.State.WAITING)
        if claimed.update(state=Job.State.RUNNING, began_at=timezone.now()):
            _run(Job.objects.get(pk=job.pk))
            return True
    return False


def fail_orphans() -> int:
    """At the start of the only worker: what seems to run was left behind by a process that ended."""
    return Job.objects.filter(state=Job.State.RUNNING).update(
        state=Job.State.FAILED,
        ended_at=timezone.now(),
        problem="The server ended while this was running.",
        hint="Start it again.",
    )


def _run(job: Job) -> None:
    try:
        result = WORK[Job.Kind(job.kind)](job)
    except Stopped:
        _end(job, Job.State.STOPPED)
    except CareworthError as problem:
        _end(job, Job.State.FAILED, problem=problem.sentence, hint=problem.hint)
    except Exception as problem:  # a worker that dies of one job would leave all others undone
        _end(job, Job.State.FAILED, problem=f"{type(problem).__name__}: {problem}")
        raise
    else:
        _end(job, Job.State.DONE, result=dict(result))


def _end(job: Job, state: Job.State, **fields: Any) -> None:
    Job.objects.filter(pk=job.pk).update(state=state, ended_at=timezone.now(), **fields)
    note(job.started_by, "work ended", job.pk, kind=job.kind, state=state)


def step(job: Job, done: int) -> None:
    """Note progress; raises Stopped when somebody asked for it."""
    Job.objects.filter(pk=job.pk).update(done=done)
    if Job.objects.filter(pk=job.pk, stop_asked=True).exists():
        raise Stopped


def _compute(job: Job) -> Mapping[str, Any]:
    step(job, 0)
    choices, inputs = chosen(), current_inputs()
    hours, zone = choices["hours"] or None, choices["zone"]
    version, content = compute(place.store(), inputs, hours, zone)
    step(job, 1)
    standing.compute(place.store(), version, hours, zone)
    with transaction.atomic():  # last: as long as these figures are of before, the pages say so
        Figures.objects.filter(version=version, basis=basis(inputs, hours, zone)).delete()
        kept = Figures.objects.create(version=version, basis=basis(inputs, hours, zone), content=content)
        Figures.objects.exclude(pk=kept.pk).delete()
    if loyalty.wanted(place.store(), timezone.now()):
        Job.objects.create(kind=Job.Kind.LOYALTY, started_by=job.started_by)
    return {"version": version}


def _loyalty(job: Job) -> Mapping[str, Any]:
    step(job, 0)
    kept = loyalty.compute(place.store(), lambda done: step(job, done))
    return {"version": kept.version}


def _import(job: Job) -> Mapping[str, Any]:
    folder = place.upload_folder(job.order["folder"])
    mapping = folder / "mapping.toml" if job.order.get("mapping") else None
    files = [folder / name for name in job.order["files"]]
    bring = _bring_records if job.order.get("holds") == "records" else _bring_messages
    try:
        sources = bring(job, files, mapping)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    Job.objects.create(kind=Job.Kind.COMPUTE, started_by=job.started_by)
    counts = {
        name: sum(getattr(one, name) for one in sources) for name in ("received", "stored", "duplicates")
    }
    return {**counts, "skipped": sum(sum(one.skipped.values()) for one in sources)}


def _bring_messages(job: Job, files: list[Path], mapping: Path | None) -> tuple[SourceCount, ...]:
    return ingest(
        place.store(),
        files,
        now=timezone.now(),
        form="table" if mapping is not None else None,
        options=ReadOptions(frozenset(job.order.get("brands", ())), mapping),
        progress=_progress(job),
    ).sources


def _bring_records(job: Job, files: list[Path], mapping: Path | None) -> tuple[RecordCount, ...]:
    return bring_records(
        place.store(), files, now=timezone.now(), mapping=mapping, progress=_progress(job)
    ).sources


def _progress(job: Job) -> Callable[[str, int], None]:
    def show(source: str, received: int) -> None:
        step(job, received)

    return show


def _report(job: Job) -> Mapping[str, Any]:
    step(job, 0)
    made = make_report(job.order["title"], job.order["language"])
    made.made_by = job.started_by
    made.save(update_fields=["made_by"])
    return {"report": made.pk}


def make_report(title: str, language: str) -> ReportMade:
    """Write the board report of the newest facts to a folder of its own."""
    choices = chosen()
    order = Order(
        title=title,
        inputs=current_inputs(),
        hours=choices["hours"] or None,
        notices=(choices["notice"],) if choices["notice"] else (),
        zone=choices["zone"],
        language=language,
        **standing.texts_of_report(),
    )
    made = ReportMade.objects.create(title=title, language=language, version=-1, digest="", headline="")
    try:
        out = publish(place.store(), order, place.report_folder(made.pk), now=timezone.now())
    except BaseException:
        made.delete()
        raise
    made.version, made.digest, made.headline = out.version, out.digest, out.headline
    made.save(update_fields=["version", "digest", "headline"])
    return made


WORK: Mapping[Job.Kind, Work] = {
    Job.Kind.COMPUTE: _compute,
    Job.Kind.IMPORT: _import,
    Job.Kind.REPORT: _report,
    Job.Kind.LOYALTY: _loyalty,
}
