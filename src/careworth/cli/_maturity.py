"""careworth maturity"""

from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from careworth.cli._options import (
    data_option,
    engine_of,
    engine_option,
    json_option,
    question,
    settings,
    store_of,
)
from careworth.cli._print import cell, print_json, print_table
from careworth.errors import InputError
from careworth.maturity import (
    BORDER_BELOW,
    FORMULA,
    Answers,
    MeasuredLevel,
    Present,
    Profile,
    Score,
    Standing,
    assess,
    items_json,
    load_change,
    load_peers,
    measured_levels,
    to_json,
)
from careworth.maturity import present as present_of
from careworth.maturity import template as empty_answers
from careworth.maturity import what_if as compare

_FILE = click.Path(path_type=Path, dir_okay=False)

language_option = click.option(
    "--language", default="en", show_default=True, metavar="CODE", help="Texts in en, id, ur or it."
)


@click.group()
def maturity() -> None:
    """Where you stand on two axes, Investment and Innovation, and what to do next."""


@maturity.command()
@language_option
@json_option
def items(language: str, as_json: bool) -> None:
    """The items: levels, weights and sources."""
    found = items_json(language)
    if as_json:
        print_json(found)
        return
    for one in found:
        click.echo(
            f"{click.style(one['id'], bold=True)} ({one['axis']}, weight {one['weight']}): {one['text']}"
        )
        for level, meaning in enumerate(one["levels"]):
            click.echo(f"  {level}  {meaning}")
        click.echo(f"  source: {one['source']}\n")


@maturity.command()
@language_option
def template(language: str) -> None:
    """An empty file of answers, to be filled in."""
    click.echo(empty_answers(language), nl=False)


@maturity.command()
@click.argument("answers", metavar="ANSWERS.toml", type=_FILE)
@click.option(
    "--earlier", "earlier", type=_FILE, multiple=True, metavar="FILE.toml", help="Answers of an earlier day."
)
@click.option("--peers", type=_FILE, metavar="FILE.toml", help="Where others stand.")
@click.option("--since", metavar="WHEN", help="Measured from this day on.")
@click.option("--until", metavar="WHEN", help="Measured before this day.")
@click.option("--seed", default=1, show_default=True, help="Seed of the draws.")
@language_option
@data_option
@engine_option
@json_option
def score(
    answers: Path,
    earlier: tuple[Path, ...],
    peers: Path | None,
    since: str | None,
    until: str | None,
    seed: int,
    language: str,
    data: Path | None,
    engine: str | None,
    as_json: bool,
) -> None:
    """Score and road map of your answers.

    Where your own facts hold a measure for an item, its level stands beside the answer.
    """
    given = Answers.load(answers)
    profile = assess(
        given,
        _measured(data, engine, since, until),
        earlier=_standings(earlier),
        peers=load_peers(peers) if peers is not None else (),
        on=datetime.now(UTC).date(),
        language=language,
        seed=seed,
    )
    if as_json:
        print_json(to_json(profile))
        return
    _tell(profile)


@maturity.command("what-if")
@click.argument("answers", metavar="ANSWERS.toml", type=_FILE)
@click.argument("change", metavar="CHANGE.toml", type=_FILE)
@click.option("--since", metavar="WHEN", help="Measured from this day on.")
@click.option("--until", metavar="WHEN", help="Measured before this day.")
@click.option("--seed", default=1, show_default=True, help="Seed of the simulation.")
@data_option
@engine_option
@json_option
def what_if(
    answers: Path,
    change: Path,
    since: str | None,
    until: str | None,
    seed: int,
    data: Path | None,
    engine: str | None,
    as_json: bool,
) -> None:
    """What other staff, tools or levels would change."""
    wanted = load_change(change)
    profile = assess(Answers.load(answers), _measured(data, engine, since, until), seed=seed)
    result = compare(profile, wanted, _present(data, engine, since, until, wanted.target_minutes), seed)
    if as_json:
        print_json(asdict(result))
        return
    names = ("investment", "innovation", "quadrant", "staffed_hours_week", "occupancy", "staff_cost")
    rows = [(name, cell(getattr(result.now, name)), cell(getattr(result.then, name))) for name in names]
    rows += [
        (name, _ranged(getattr(result.now, name)), _ranged(getattr(result.then, name)))
        for name in ("answered_in_time", "mean_wait")
    ]
    print_table(f"What if (in time: {result.target_minutes} minutes)", ("", "now", "then"), rows)
    if result.cost_month is not None:
        click.echo(f"\nCost: {cell(result.cost_month)} {result.currency} a month more.")
    if result.net_month is not None:
        click.echo(f"Net: {_ranged(result.net_month)} {result.currency} a month.")
    for note in result.notes:
        click.echo(f"Note: {note}")


def _ranged(value: Any) -> str:
    return "–" if value is None else f"{cell(value.value)} ({cell(value.low)} to {cell(value.high)})"


def _has_facts(data: Path | None, url: str | None) -> bool:
    if settings(data, url).engine is not None or store_of(data).exists():
        return True
    if data is not None:
        raise InputError(f"There are no facts in {data}.", hint="Bring some in: careworth ingest PATH")
    return False


def _measured(
    data: Path | None, url: str | None, since: str | None, until: str | None
) -> dict[str, MeasuredLevel]:
    """Levels from the facts, where there are any."""
    if not _has_facts(data, url):
        return {}
    engine = engine_of(data, url)
    try:
        return measured_levels(engine, question(since=since, until=until))
    finally:
        engine.close()


def _present(
    data: Path | None, url: str | None, since: str | None, until: str | None, target: int
) -> Present | None:
    if not _has_facts(data, url):
        return None
    engine = engine_of(data, url)
    try:
        return present_of(engine, question(since=since, until=until), target)
    finally:
        engine.close()


def _standings(paths: tuple[Path, ...]) -> list[Standing]:
    standings = []
    for path in paths:
        given = Answers.load(path)
        profile = assess(given)
        if given.taken_on is None or profile.standing is None:
            raise InputError(
                f"{path} has no day, or no answer on one of the axes.",
                hint="Write taken_on = 2026-03-31 at its top.",
            )
        standings.append(Standing(given.taken_on, *profile.standing))
    return standings


def _tell(profile: Profile) -> None:
    scores = [(name, *_score(getattr(profile, name))) for name in ("investment", "innovation")]
    print_table("Maturity, 0 to 100", ("axis", "value", "low", "high", "items known"), scores)
    if profile.quadrant is None:
        click.echo(f"\nNo quadrant: {profile.reason}.")
    else:
        names = ", ".join(profile.also_called)
        click.echo(f"\nQuadrant: {profile.quadrant}" + (f" (also called {names})" if names else ""))
    likely = ", ".join(f"{name} {100 * share:.0f} %" for name, share in profile.probabilities.items())
    click.echo(f"How likely: {likely}")
    if profile.border:
        click.echo(f"On the border: no quadrant reaches {100 * BORDER_BELOW:.0f} %.")
    rows = [
        (
            item.id,
            item.level,
            item.answered,
            item.measured.level if item.measured else None,
            item.gap,
            _told(item),
        )
        for item in profile.items
    ]
    print_table("\nItems", ("item", "level", "answered", "measured", "gap", "note"), rows)
    steps = [
        (step.text, step.gain, step.effort, step.gain_per_effort, step.kind) for step in profile.roadmap[:12]
    ]
    print_table("\nRoad map", ("action", "gain", "weeks", "gain a week", "kind"), steps)
    _tell_path(profile)
    for one in profile.positions:
        if one.rank is not None:
            click.echo(
                f"{one.axis}: rank {one.rank} of {one.peers + 1}"
                + ("; falling behind" if one.falling_behind else "")
            )
    click.echo(f"\nFormula: {FORMULA}")


def _score(score: Score) -> tuple[Any, ...]:
    return score.value, score.low, score.high, f"{score.known} of {score.items}"


def _told(item: Any) -> str:
    if item.disagreement:
        levels = ", ".join(f"{one.by or one.department or 'someone'} {one.level}" for one in item.answers)
        return f"answers differ: {levels}"
    if item.measured is not None and item.measured.reason:
        return f"not measured: {item.measured.reason}"
    return ""


def _tell_path(profile: Profile) -> None:
    path = profile.path
    if path.effort is None:
        click.echo(f"\nNo way to #SocialFirst can be told: {path.reason}.")
    elif not path.steps:
        click.echo("\nBoth axes are at the top quadrant's edge or beyond.")
    else:
        steps = [(step.text, step.start, step.end, step.effort) for step in path.steps]
        print_table(
            f"\nCheapest way to #SocialFirst: {path.effort:g} weeks", ("action", "from", "to", "weeks"), steps
        )
