"""From evidence to a report and the tables that go out with it."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import pyarrow as pa

from careworth.facts.store import Snapshot
from careworth.measures.catalogue import MEASURES
from careworth.report.blocks import Definition, Report, Section
from careworth.report.board._evidence import SERVICE, Evidence
from careworth.report.board._executive import executive, headline
from careworth.report.board._loyalty import DEFINITION as LOYALTY
from careworth.report.board._loyalty import loyalty_section, loyalty_tables
from careworth.report.board._numbers import label
from careworth.report.board._part import Part
from careworth.report.board._service import service_section
from careworth.report.board._sources import RECEIVED, sources, sources_section
from careworth.report.board._worth import DEFINITION as RETURN
from careworth.report.board._worth import worth_section, worth_tables
from careworth.report.language import say, say_count, spoken
from careworth.report.writing import write_day, write_name

_NAMED = re.compile("|".join(rf"\b{name}\b" for name in MEASURES if "_" in name))
"""Names of measures inside the texts of others."""


@dataclass(frozen=True, slots=True)
class Board:
    """A composed report, the tables with the rows behind it, and its headline for a terminal."""

    report: Report
    tables: Mapping[str, pa.Table]
    headline: str


def compose(
    evidence: Evidence,
    snapshot: Snapshot,
    ledger: pa.Table,
    *,
    title: str,
    notices: tuple[str, ...] = (),
    parts: Sequence[Part] = (),
) -> Board:
    """The board report. ``ledger``: the rows of ``batches`` in that version; ``parts``: more sections."""
    brought = sources(ledger)
    framework, page = evidence.framework, executive(evidence)
    ours = (RETURN, *((LOYALTY,) if evidence.loyalty is not None else ()))
    theirs = (*(one for part in parts for one in part.definitions), RECEIVED)
    report = Report(
        title=title,
        subtitle=_subtitle(evidence),
        data_version=snapshot.version,
        data_day=evidence.day(evidence.last),
        executive=page,
        sections=tuple(_sections(evidence, brought, parts)),
        definitions=(*map(_said, ours), *map(_definition, _defined()), *map(_said, theirs)),
        notices=(*notices, *_span_notice(evidence)),
        draft=framework is None or not framework.complete,
        words=spoken(),
    )
    tables = {**evidence.rows, **worth_tables(evidence), "batches": brought}
    if evidence.loyalty is not None:
        tables |= loyalty_tables(evidence.loyalty)
    for part in parts:
        tables |= part.tables
    return Board(report, tables, headline(page, evidence))


def _sections(evidence: Evidence, brought: pa.Table, parts: Sequence[Part]) -> Iterator[Section]:
    yield worth_section(evidence)
    if evidence.loyalty is not None:
        yield loyalty_section(evidence.loyalty)
    yield service_section(evidence)
    yield from (part.section for part in parts)
    yield sources_section(brought)


def _subtitle(evidence: Evidence) -> str:
    first, last = (evidence.day(moment) for moment in (evidence.first, evidence.last))
    ends = {"first": write_day(first), "last": write_day(last)}
    span = write_day(first) if first == last else say("{first} to {last}", **ends)
    if not evidence.brands:
        return span
    others = len(evidence.brands) - 1
    brand = write_name(evidence.brands[0])
    if not others:
        return say("{brand}, {span}", brand=brand, span=span)
    return say_count(
        "{brand} and {count} other account, {span}",
        "{brand} and {count} other accounts, {span}",
        others,
        brand=brand,
        count=others,
        span=span,
    )


def _span_notice(evidence: Evidence) -> Iterator[str]:
    hours = evidence.question.hours
    if hours is not None:
        yield say("Times run on the clock of business hours: {name}.", name=hours.name or hours.zone)


def _defined() -> list[str]:
    """The measures of the report, and those that their definitions lean on."""
    named = {name for one in SERVICE for name in _NAMED.findall(MEASURES[one].text)}
    return [*SERVICE, *sorted(named - {*SERVICE})]


def _definition(name: str) -> Definition:
    measure = MEASURES[name]
    text = _NAMED.sub(lambda found: f"“{label(found[0])}”", say(measure.text))
    unit = say("Unit: {unit}.", unit=say(measure.unit))
    return Definition(measure=name, version=measure.version, name=label(name), text=f"{text} {unit}")


def _said(definition: Definition) -> Definition:
    return replace(definition, name=say(definition.name), text=say(definition.text))
