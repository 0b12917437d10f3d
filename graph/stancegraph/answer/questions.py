"""The questions that can be asked again: who, position, blocs, and those about pairs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from stancegraph.answer.findings import Asked, Case, Change, Findings, Key, alike, joined, known
from stancegraph.answer.pair_findings import align, compare
from stancegraph.answer.ties import (
    Network,
    among,
    network_of,
    sides_known,
    thinness,
    told_sides,
    weights_of,
)
from stancegraph.answer.tying import Tying
from stancegraph.answer.words import count, listed, named, some
from stancegraph.errors import StanceError
from stancegraph.positions import Reading
from stancegraph.scope import Scope
from stancegraph.suggest import did_you_mean

if TYPE_CHECKING:
    from stancegraph.graph import Graph


def asked(graph: Graph, question: str, names: Sequence[str], scope: Scope) -> Asked:
    """Understand a question by its name and arguments.

    Raises StanceError where nothing that can be varied is called so, or arguments do not fit it.
    """
    if question not in QUESTIONS:
        near = did_you_mean(question, QUESTIONS) or f"; there are {listed(QUESTIONS)}"
        raise StanceError(f"no question that can be varied is called {question!r}{near}")
    wanted, example, ask = QUESTIONS[question]
    if len(names) != len(wanted):
        raise StanceError(
            f"'sure {question}' takes {' '.join(wanted) or 'no name'}, as in 'stancegraph sure "
            f"{question} {example}".rstrip()
            + f"'; {count(len(names), 'name')} given"
        )
    return ask(graph, names, scope)


def _who(graph: Graph, names: Sequence[str], scope: Scope) -> Asked:
    chosen = graph.option(names[0])
    narrower = [o.id for o in graph.narrower(chosen.id)]
    near = {chosen.id, *(narrower if scope.roll_up else ())}
    part = graph.about(options=[chosen.id, *narrower])

    def is_about(reading: Reading) -> bool:
        return reading.option in near

    def findings(case: Case) -> Findings:
        on_it = (p for p in case.positions.values() if p.option == chosen.id)
        return {(p.holder,): SIDES[p.polarity.side] for p in on_it}

    def says(changed: Sequence[Change]) -> str:
        return _told_of_sides(
            changed,
            lambda change: named(part.actors[change.of[0]]),
            lambda names: f"of {names}",
            lambda names, side: f"{names} would be {side} it",
        )

    return Asked(
        words=("who", chosen.id),
        title=f"who stands where on {chosen.id!r}",
        compared="the side of each actor",
        unit="position",
        graph=part,
        scope=scope,
        readings=known(part, scope, is_about),
        is_about=is_about,
        findings=findings,
        says=says,
    )


def _position(graph: Graph, names: Sequence[str], scope: Scope) -> Asked:
    chosen = graph.actor(names[0])
    name, part = named(chosen), graph.about(holders=[chosen.id])

    def is_about(reading: Reading) -> bool:
        return reading.stance.holder == chosen.id

    def findings(case: Case) -> Findings:
        found = (p for p in case.positions.values() if p.holder == chosen.id)
        return {(p.option,): SIDES[p.polarity.side] for p in found}

    def says(changed: Sequence[Change]) -> str:
        return _told_of_sides(
            changed,
            lambda change: change.of[0],
            lambda options: f"of {name} on {options}",
            lambda options, side: f"{name} would be {side} {options}",
        )

    return Asked(
        words=("position", chosen.id),
        title=f"where {name} stands",
        compared="the side on each option",
        unit="position",
        graph=part,
        scope=scope,
        readings=known(part, scope, is_about),
        is_about=is_about,
        findings=findings,
        says=says,
    )


SIDES = {1: "for", 0: "undecided on", -1: "against", None: "silent by choice on"}
"""A side as a word before what it is about."""


def _told_of_sides(
    changed: Sequence[Change],
    name_of: Callable[[Change], str],
    of: Callable[[str], str],
    would_be: Callable[[str, str], str],
) -> str:
    """Say whose position would not be known, and whose would be another."""
    lost = [name_of(change) for change in changed if change.after is None]
    parts = [(f"no position {of(some(lost))} would be known", len(lost))] if lost else []
    for (before, later), group in alike(c for c in changed if c.after):
        names = some([name_of(change) for change in group])
        now = before.removesuffix(" on") if before else "not known"
        parts.append((f"{would_be(names, later or '')} (now {now})", len(group)))
    return joined(parts)


def _blocs(graph: Graph, names: Sequence[str], scope: Scope) -> Asked:
    """Understand the question which blocs there are: who is with whom, among those tied now."""
    if graph.is_large:
        raise StanceError(
            f"{graph.name} has too many records for 'sure blocs', which leaves out one at a time; "
            "'stancegraph blocs' says who is at the core of each, by drawing the evidence again"
        )
    part, network = graph.about(), network_of(graph, Tying(), scope)
    thin = thinness(graph, network)

    def is_about(reading: Reading) -> bool:
        return reading.stance.holder in network.actors

    def says(changed: Sequence[Change]) -> str:
        return joined(list(_told_of_blocs(graph, changed)))

    return Asked(
        words=("blocs",),
        title="which blocs there are",
        compared="who is in one bloc with whom",
        unit="pair",
        graph=part,
        scope=scope,
        readings=known(part, scope, is_about),
        is_about=is_about,
        findings=_Together(network).findings,
        says=says,
        pivots=network.actors,
        thin=" ".join((thin, *told_sides(graph, sides_known(graph, network)))) if thin else None,
    )


@dataclass(frozen=True, slots=True)
class _Together:
    """Who is in one bloc with whom; most records leave all ties, and so the blocs, as they are."""

    network: Network
    seen: dict[bytes, Findings] = field(default_factory=dict)

    def findings(self, case: Case) -> Findings:
        weight = weights_of(among(case.held, self.network.actors), Tying())
        ties = weight.tobytes()
        if ties not in self.seen:
            self.seen[ties] = dict.fromkeys(self._pairs(weight), "together")
        return self.seen[ties]

    def _pairs(self, weight: NDArray[np.float64]) -> Iterator[Key]:
        from stancegraph.measure.coalitions import coalitions

        tied = np.flatnonzero(weight.any(axis=0))
        if not len(tied):
            return
        camps = coalitions(weight[np.ix_(tied, tied)], seed=0).camps.tolist()
        of_camp = [(self.network.actors[n], c) for n, c in zip(tied.tolist(), camps, strict=True)]
        for n, (a, camp) in enumerate(of_camp):
            yield from ((a, b) for b, other in of_camp[n + 1 :] if camp == other)


def _told_of_blocs(graph: Graph, changed: Sequence[Change]) -> Iterator[tuple[str, int]]:
    """Say who would be in one bloc with whom, and who would no longer be."""
    for (_, later), group in alike(changed):
        would = "would be" if later else "would no longer be"
        for actor, others in _by_actor([change.of for change in group]):
            names = some([named(graph.actors[a]) for a in others], _NAMED)
            yield f"{named(graph.actors[actor])} {would} in one bloc with {names}", len(others)


_NAMED = 4


def _by_actor(pairs: Sequence[Key]) -> Iterator[tuple[str, list[str]]]:
    """Yield pairs by the actor that is in most of those left, and the others of its pairs."""
    left = list(pairs)
    while left:
        times = Counter(actor for pair in left for actor in pair)
        most = min(times, key=lambda actor: (-times[actor], actor))
        yield most, sorted(a for pair in left if most in pair for a in pair if a != most)
        left = [pair for pair in left if most not in pair]


Question = Callable[["Graph", Sequence[str], Scope], Asked]

QUESTIONS: Mapping[str, tuple[tuple[str, ...], str, Question]] = {
    "who": (("OPTION",), "allied-interception", _who),
    "position": (("ACTOR",), "usa", _position),
    "align": (("ACTOR",), "pol", align),
    "compare": (("ACTOR", "ACTOR"), "pol deu", compare),
    "blocs": ((), "", _blocs),
}
"""What can be varied: the arguments, an example of them, and what understands them."""
