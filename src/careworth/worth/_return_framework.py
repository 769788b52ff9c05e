"""The six elements without which a return on service convinces nobody, and which of them are there."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from careworth.worth._return_inputs import ReturnInputs
from careworth.worth._return_lines import (
    Benchmark,
    CostKind,
    Framework,
    Target,
    TrackedMeasure,
)
from careworth.worth._return_objectives import objective_measures
from careworth.worth._return_quantity import did_you_mean

_COSTS = (CostKind.TOOLS, CostKind.STAFF, CostKind.ADVERTISING)


@dataclass(frozen=True, slots=True)
class Element:
    """One of the six. ``found`` says what fills it, ``missing`` what would still be needed; no
    ``missing``, no gap."""

    name: str
    text: str
    found: tuple[str, ...]
    missing: tuple[str, ...]

    @property
    def filled(self) -> bool:
        return not self.missing


@dataclass(frozen=True, slots=True)
class FrameworkCheck:
    """The six elements in their order."""

    elements: tuple[Element, ...]

    @property
    def complete(self) -> bool:
        return all(element.filled for element in self.elements)

    @property
    def missing(self) -> tuple[Element, ...]:
        return tuple(element for element in self.elements if not element.filled)


def check_framework(inputs: ReturnInputs, *, known_measures: Collection[str] = ()) -> FrameworkCheck:
    """Which elements the inputs fill. They are filled by content, each goal asks for its own:
    a benchmark, a target and a followed measure.

    ``known_measures`` are the names that a measure may have beside those the objectives bring.
    """
    known = {*objective_measures(), *known_measures}
    framework = inputs.framework
    return FrameworkCheck(
        (
            _investment(inputs),
            _goals(framework, known),
            _benchmarks(framework),
            _targets(framework),
            _measures(framework, known),
            _analysis(framework),
        )
    )


def _investment(inputs: ReturnInputs) -> Element:
    kinds = {line.kind for line in inputs.investment}
    return Element(
        "investment",
        "The true investment: tools, hours of people, advertising",
        tuple(f"{line.name} ({line.kind})" for line in inputs.investment),
        tuple(
            f'[[investment]] with kind = "{kind}"; an amount of 0 is an answer too'
            for kind in _COSTS
            if kind not in kinds
        ),
    )


def _goals(framework: Framework, known: Collection[str]) -> Element:
    missing = [*_unknown((goal.measure for goal in framework.goals), known)]
    if not framework.goals:
        missing.append("[[framework.goals]] with measure, business_result, value and date")
    return Element(
        "goals",
        "Goals aligned with business results",
        tuple(f"{g.measure} at {g.value:g} by {g.by}, for {g.business_result}" for g in framework.goals),
        tuple(missing),
    )


def _benchmarks(framework: Framework) -> Element:
    return Element(
        "benchmarks",
        "Benchmarks that define success",
        tuple(f"{b.measure}: {b.value:g} ({b.source}, {b.year})" for b in framework.benchmarks),
        _for_each_goal(framework, "benchmarks", "value, source and year", framework.benchmarks),
    )


def _targets(framework: Framework) -> Element:
    return Element(
        "targets",
        "Targets that say how and when",
        tuple(f"{t.measure}: {t.how}, by {t.when}" for t in framework.targets),
        _for_each_goal(framework, "targets", "how and date", framework.targets),
    )


def _measures(framework: Framework, known: Collection[str]) -> Element:
    gaps = _for_each_goal(framework, "measures", "baseline and date", framework.measures)
    return Element(
        "measures",
        "Measures that show progress",
        tuple(f"{m.measure}: {m.baseline:g} on {m.as_of}" for m in framework.measures),
        (*_unknown((m.measure for m in framework.measures), known), *gaps),
    )


def _analysis(framework: Framework) -> Element:
    missing = "[[framework.actions]] with finding, action, owner and date"
    return Element(
        "analysis",
        "Analysis that turns numbers into actions",
        tuple(f"{a.finding}: {a.action} ({a.owner}, by {a.by})" for a in framework.actions),
        () if framework.actions else (missing,),
    )


def _for_each_goal(
    framework: Framework, key: str, rest: str, entries: Sequence[Benchmark | Target | TrackedMeasure]
) -> tuple[str, ...]:
    if not entries:
        return (f"[[framework.{key}]] with measure, {rest}",)
    there = {entry.measure for entry in entries}
    wanted = dict.fromkeys(goal.measure for goal in framework.goals)
    return tuple(
        f'[[framework.{key}]] with measure = "{measure}", {rest}: a goal is set for it'
        for measure in wanted
        if measure not in there
    )


def _unknown(names: Iterable[str], known: Collection[str]) -> Iterator[str]:
    for name in dict.fromkeys(names):
        if name not in known:
            yield f"a measure that exists instead of “{name}”. {did_you_mean(name, known)}"
