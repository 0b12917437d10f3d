"""The answer on blocs: divided, or too thin to be."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from stancegraph.answer.answer import Answer, flags_of
from stancegraph.answer.bloc_figures import figures_of
from stancegraph.answer.bloc_words import TOLD, notes_of, tables_of, verdict_of
from stancegraph.answer.blocs import Bloc, Member, Misfit, Role
from stancegraph.answer.camps import (
    CITED,
    CORE,
    FEWER,
    NAMED,
    OFTEN_TIED,
    Again,
    Division,
    Mark,
    best_known,
    called,
    cited,
    divided,
    divided_again,
    draws_of,
    marks_of,
    mean_between,
)
from stancegraph.answer.known import known
from stancegraph.answer.resting import is_thin, left_out_of
from stancegraph.answer.shared import method, scoped
from stancegraph.answer.ties import (
    LEAST_ACTORS,
    Network,
    cite_ties,
    positions_at,
    sides_known,
    thinness,
)
from stancegraph.answer.words import count
from stancegraph.measure.coalitions import signed_modularity
from stancegraph.measure.partition import SECONDS, STARTS

if TYPE_CHECKING:
    from stancegraph.graph import Graph
    from stancegraph.positions import Position

_ROWS = 25


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """How blocs are sought."""

    at_most: int | None
    draws: int
    starts: int
    seconds: float
    seed: int
    words: tuple[str, ...] = field(default=())
    """The words of a command line that ask for it, beyond the defaults."""


def asked_for(
    network: Network,
    at_most: int | None,
    draws: int | None,
    starts: int | None,
    seconds: float | None,
    seed: int,
) -> Asked:
    """Fill in what was not said, and keep what was for asking again."""
    words = [f"--blocs={at_most}"] if at_most is not None else []
    words += [f"--draws={draws}"] if draws is not None else []
    words += [f"--starts={starts}"] if starts not in (None, STARTS) else []
    words += [f"--seconds={seconds:g}"] if seconds not in (None, SECONDS) else []
    words += [f"--seed={seed}"] if seed else []
    return Asked(
        at_most=at_most,
        draws=draws_of(network, draws),
        starts=STARTS if starts is None else starts,
        seconds=SECONDS if seconds is None else seconds,
        seed=seed,
        words=tuple(words),
    )


def divided_or_thin(graph: Graph, network: Network, asked: Asked) -> Answer[Member]:
    """Answer which blocs a network has, or why that cannot be said."""
    thin = thinness(graph, network)
    return _thin(graph, network, asked, thin) if thin else _divided(graph, network, asked)


QUESTION = "Which blocs are there, and what sets each apart?"


def _thin(graph: Graph, network: Network, asked: Asked, thin: str) -> Answer[Member]:
    """Say why there is nothing to divide, and what is known."""
    found = known(graph, network)
    least = count(LEAST_ACTORS, "actor")
    needed = f"Blocs need {least} or more that share enough options to be tied{FEWER}."
    return Answer(
        question=QUESTION,
        verdict=" ".join((thin, *found.notes[:1])),
        as_of=network.scope.as_of,
        method=_method(network, asked, ""),
        row_class=Member,
        rows=tuple(_untied(graph, network)),
        evidence=found.evidence[:CITED],
        flags=("insufficient", *flags_of(sides_known(graph, network))),
        more=_more(network, asked, None),
        tables=(),
        figures=found.figures,
        notes=(needed, *found.notes[1:], *left_out_of(network)),
        reproduce=_reproduce(graph, network, asked),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Divided:
    """What came out of dividing a network."""

    graph: Graph
    network: Network
    """Whole, with those who have no tie."""
    asked: Asked
    division: Division
    unit: str
    """What was drawn again; nothing without draws."""
    rows: tuple[Member, ...]
    """Who is tied."""
    untied: tuple[Member, ...]
    parts: tuple[Bloc, ...]
    odd: tuple[Misfit, ...]

    @property
    def modularity(self) -> float | None:
        """How much more friends, and less foes, the blocs hold than chance would give."""
        return signed_modularity(self.division.network.weight, self.division.bloc)

    def called(self, bloc: Bloc, most: int = NAMED) -> str:
        """Name a bloc by its core."""
        return called(self.graph, bloc.members, bloc.core, most)


def _sought(graph: Graph, network: Network, asked: Asked) -> Divided:
    """Divide a network, and again as often as it is drawn again."""
    division = divided(
        network,
        at_most=asked.at_most,
        starts=asked.starts,
        seconds=asked.seconds,
        seed=asked.seed,
    )
    again = (
        divided_again(graph, division, at_most=asked.at_most, draws=asked.draws, seed=asked.seed)
        if asked.draws
        else None
    )
    rows = tuple(_members(graph, division, again))
    return Divided(
        graph=graph,
        network=network,
        asked=asked,
        division=division,
        unit=again.unit if again else "",
        rows=rows,
        untied=tuple(_untied(graph, network)),
        parts=tuple(_blocs(graph, division, rows)),
        odd=tuple(_odd_ties(division)),
    )


def _divided(graph: Graph, network: Network, asked: Asked) -> Answer[Member]:
    found = _sought(graph, network, asked)
    heaviest = [(o.a, o.b) for o in found.odd[:2]]
    records = {p: cite_ties(graph, found.division.network, [p], each=1) for p in heaviest}
    told_odd = tuple(dict.fromkeys(c for of in records.values() for c in of[:2]))
    positions = _told_by(found)
    flags = () if graph.is_large else flags_of(positions)
    thin = ("thin",) if is_thin(network) and "thin" not in flags else ()
    return Answer(
        question=QUESTION,
        verdict=" ".join(verdict_of(found)),
        as_of=network.scope.as_of,
        method=_method(network, asked, found.unit),
        row_class=Member,
        rows=(*found.rows, *found.untied),
        evidence=(*cited(graph, positions)[: CITED - len(told_odd)], *told_odd),
        flags=(*thin, *flags),
        more=_more(network, asked, found),
        tables=tuple(tables_of(found)),
        notes=tuple(notes_of(found)),
        reproduce=_reproduce(graph, network, asked),
        figures=tuple(figures_of(found, records)),
    )


def _members(graph: Graph, division: Division, again: Again | None) -> Iterator[Member]:
    """Yield the tied actors: bloc by bloc, in each the surest first."""
    network, sizes = division.network, division.sizes
    nothing = np.full(len(network.actors), np.nan)
    membership, tied = (again.membership, again.tied) if again else (nothing, nothing)
    sure = np.nan_to_num(membership * (tied >= OFTEN_TIED)).round(9)
    ties = (network.weight != 0).sum(axis=1)
    for n in np.lexsort((np.arange(len(sure)), -sure, division.bloc)).tolist():
        is_alone = bool(sizes[division.bloc[n]] == 1)
        yield Member(
            actor=network.actors[n],
            name=graph.actors[network.actors[n]].name,
            bloc=int(division.bloc[n]) + 1,
            role=_role(is_alone=is_alone, sure=float(sure[n]) if again else None),
            membership=None if np.isnan(membership[n]) else round(float(membership[n]), 6),
            tied_draws=round(float(tied[n]), 6) if again else None,
            ties=int(ties[n]),
        )


def _role(*, is_alone: bool, sure: float | None) -> Role:
    if is_alone:
        return "alone"
    if sure is None:
        return "member"
    return "core" if sure >= CORE else "fringe"


def _untied(graph: Graph, network: Network) -> Iterator[Member]:
    for actor, is_tied in zip(network.actors, network.is_tied, strict=True):
        if not is_tied:
            name = graph.actors[actor].name
            yield Member(
                actor=actor,
                name=name,
                bloc=None,
                role="untied",
                membership=None,
                tied_draws=None,
                ties=0,
            )


def _blocs(graph: Graph, division: Division, rows: Sequence[Member]) -> Iterator[Bloc]:
    weight = division.network.weight
    for bloc in range(division.count):
        members = division.members(bloc)
        others = np.flatnonzero(division.bloc != bloc).tolist()
        core = {r.actor for r in rows if r.role == "core"}
        known = tuple(best_known(graph, division.network, members))
        yield Bloc(
            number=bloc + 1,
            size=len(members),
            members=known,
            core=tuple(a for a in known if a in core),
            within=mean_between(weight, members, members),
            across=mean_between(weight, members, others),
            defining=marks_of(graph, division, bloc),
        )


def _odd_ties(division: Division) -> Iterator[Misfit]:
    """Yield the ties that the blocs do not explain, the heaviest first."""
    odd, actors = division.found.odd, division.network.actors
    for n in np.lexsort((odd.second, odd.first, -np.abs(odd.weight).round(9))).tolist():
        yield Misfit(a=actors[odd.first[n]], b=actors[odd.second[n]], weight=float(odd.weight[n]))


def _told_by(found: Divided) -> list[Position]:
    """Return positions on the option that marks each bloc: of two members and two others."""
    told = [b for b in found.parts if b.size > 1][:TOLD]
    each = 2 if len(told) <= CITED // 4 else 1
    keys = [key for b in told for mark in b.defining[:1] for key in _standing(found, b, mark, each)]
    positions = positions_at(found.graph, found.network.scope, keys)
    return [positions[key] for key in dict.fromkeys(keys) if key in positions]


def _standing(found: Divided, bloc: Bloc, mark: Mark, each: int) -> list[tuple[str, str]]:
    """Return who of a bloc is on its side of an option, and who of the others is not."""
    network, number = found.division.network, found.division.bloc + 1
    held = network.held
    here = np.flatnonzero(held.option == held.options.index(mark.option))
    level = dict(zip(held.actor[here].tolist(), held.level[here].tolist(), strict=True))
    sign = 1 if mark.stance == "supports" else -1
    inside = [n for n in level if number[n] == bloc.number and level[n] * sign > 0]
    others = [n for n in level if number[n] != bloc.number and level[n] * sign <= 0]
    against = [n for n in others if level[n] * sign < 0] or others
    core = [n for n in inside if network.actors[n] in bloc.core] or inside
    known = [best_known(found.graph, network, part)[:each] for part in (core, against)]
    return [(actor, mark.option) for part in known for actor in part]


def _method(network: Network, asked: Asked, unit: str) -> str:
    scope = network.scope
    into = f" into at most {asked.at_most}" if asked.at_most is not None else ""
    drawn = (
        f"; {unit} drawn again {count(asked.draws, 'time')}, seed {asked.seed}; core: with the "
        f"others of its bloc in {CORE:.0%} or more, on average, of the draws that tie both, and "
        f"tied in {OFTEN_TIED:.0%} or more of all (Field and Welsh 2007)"
    )
    return method(
        roll_up=scope.roll_up,
        own_words=scope.own_words,
        extra=f"{network.tying.in_words}; correlation clustering{into}: the least weight of foes "
        "in one bloc and friends in two (Bansal, Blum and Chawla 2004); signed modularity (Gomez, "
        f"Jensen and Arenas 2009){drawn if unit else ''}",
    )


def _more(network: Network, asked: Asked, found: Divided | None) -> dict[str, object]:
    return {
        "blocs": found.parts if found else (),
        **_numbers(found),
        "at_most": asked.at_most,
        "draws": asked.draws if found else 0,
        "drawn": (found.unit or None) if found else None,
        "starts": asked.starts,
        "seed": asked.seed,
        "ties": network.tying.ties,
        "min_shared": network.tying.min_shared,
        "roll_up": network.scope.roll_up,
    }


_NUMBERS = ("modularity", "odd_count", "odd_weight", "odd_share", "odd_ties", "is_exact", "bound")


def _numbers(found: Divided | None) -> dict[str, object]:
    if found is None:
        return {**dict.fromkeys(_NUMBERS), "odd_ties": ()}
    weight, best = found.division.network.weight, found.division.found
    numbers = (
        found.modularity,
        len(found.odd),
        best.value,
        best.value / float(np.abs(np.triu(weight)).sum()),
        found.odd[:_ROWS],
        best.is_exact,
        best.bound,
    )
    return dict(zip(_NUMBERS, numbers, strict=True))


def _reproduce(graph: Graph, network: Network, asked: Asked) -> str:
    words = (*asked.words, *network.tying.as_words)
    return scoped("blocs", *words, graph=graph, scope=network.scope)
