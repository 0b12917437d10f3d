"""Who is tied to whom: the signed network of agreement that blocs, balance and brokers are of."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from stancegraph.answer.answer import Citation, cite_positions
from stancegraph.answer.tying import Tying
from stancegraph.answer.words import count, listed, named, sentence, some, stands_on
from stancegraph.columns import Held, held_of
from stancegraph.errors import StanceError
from stancegraph.measure.bootstrap import cluster_draws
from stancegraph.model import ActorKind
from stancegraph.scope import Scope
from stancegraph.suggest import did_you_mean

if TYPE_CHECKING:
    from stancegraph.graph import Graph
    from stancegraph.positions import Position, Reading

Values = NDArray[np.float64]
Counts = NDArray[np.int64]

LEAST_ACTORS = 3
"""With fewer states and organisations than this, all who have positions are actors."""

AT_ONCE = 4096
"""So many options are counted at once, whatever there are."""

LEAST_SOURCES = 3
"""From so many sources on documents are drawn again, below options."""


@dataclass(frozen=True, slots=True, eq=False)
class Meetings:
    """On how many options any two actors meet: square and symmetric, the diagonal 0."""

    shared: Counts
    """Options on which both have a position."""
    same: Counts
    """Those with both on one side; of recorded votes, two abstentions too."""
    opposite: Counts


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Network:
    """A signed network of actors, and what it was counted from."""

    actors: tuple[str, ...]
    """Slugs, in the order of their names."""
    meetings: Meetings
    weight: Values
    """In [-1, 1]: above 0 friends, below 0 foes, 0 no tie."""
    held: Held
    """The positions of these actors only, with all options."""
    scope: Scope
    tying: Tying
    left_out: int = field(default=0)
    """Actors with positions that are not in it: persons, groups and unnamed voices by default."""

    @property
    def is_tied(self) -> NDArray[np.bool_]:
        """Which actors have a tie."""
        return np.asarray((self.weight != 0).any(axis=1))

    @property
    def ties(self) -> int:
        """How many ties there are."""
        return int(np.count_nonzero(np.triu(self.weight, 1)))

    def of(self, kept: Sequence[int] | Counts) -> Network:
        """Return the network of some of its actors, by their numbers."""
        at = np.asarray(kept, dtype=np.int64)
        block = np.ix_(at, at)
        squares = (getattr(self.meetings, name)[block] for name in Meetings.__slots__)
        numbers = np.full(len(self.actors), -1)
        numbers[at] = np.arange(len(at))
        part = self.held.where(numbers[self.held.actor] >= 0)
        actors = tuple(self.actors[i] for i in at)
        renumbered = replace(part, actors=actors, actor=numbers[part.actor].astype(np.int32))
        return replace(
            self,
            actors=actors,
            meetings=Meetings(*squares),
            weight=self.weight[block],
            held=renumbered,
        )

    def tied(self) -> Network:
        """Return the network without actors that have no tie."""
        return self.of(np.flatnonzero(self.is_tied))


def network_of(graph: Graph, tying: Tying, scope: Scope) -> Network:
    """Count who agrees with whom on how many options, and tie those who share enough.

    Raises UnknownName for an actor that nobody is called, StanceError for a kind there is none of.
    """
    held = graph.held(scope)
    holders = [held.actors[n] for n in np.unique(held.actor).tolist()]
    chosen = _chosen(graph, tying, holders, scope.as_of)
    actors = tuple(sorted(chosen, key=lambda a: (graph.actors[a].name, a)))
    part = among(held, actors)
    return Network(
        actors=actors,
        meetings=meetings_of(part),
        weight=weights_of(part, tying),
        held=part,
        scope=scope,
        tying=tying,
        left_out=len(holders) - len(actors),
    )


def _chosen(graph: Graph, tying: Tying, holders: Sequence[str], day: date | None) -> Sequence[str]:
    known = tuple(kind.value for kind in ActorKind)
    for kind in tying.kinds:
        if kind not in known:
            hint = did_you_mean(kind, known)
            there = f"{' There' if hint else '; there'} are {', '.join(known)}"
            raise StanceError(f"no kind of actor {kind!r}{hint}{there}")
    if tying.kinds:
        holders = [a for a in holders if graph.actors[a].kind.value in tying.kinds]
    if tying.actors:
        wanted = actors_called(graph, tying.actors, day)
        return [a for a in holders if a in wanted]
    states = [a for a in holders if graph.is_state_or_body(a)]
    return holders if tying.kinds or len(states) < LEAST_ACTORS else states


def actors_called(graph: Graph, names: Iterable[str], day: date | None) -> set[str]:
    """Return the actors of some names, with the members of alliances and institutions on a day."""
    found = [graph.actor(name) for name in names]
    blocs = [a for a in found if a.kind in (ActorKind.ALLIANCE, ActorKind.INSTITUTION)]
    members = (m.id for bloc in blocs for m in graph.members(bloc.id, day))
    return {*(a.id for a in found), *members}


def among(held: Held, actors: Sequence[str]) -> Held:
    """Return the positions of some actors, numbered in their order."""
    number_of = {actor: n for n, actor in enumerate(actors)}
    numbers = np.array([number_of.get(a, -1) for a in held.actors], dtype=np.int32)
    part = held.where(numbers[held.actor] >= 0) if len(held) else held
    return replace(part, actors=tuple(actors), actor=numbers[part.actor])


def meetings_of(held: Held, times: Values | None = None) -> Meetings:
    """Count on how many options every two actors meet; `times` says how often each option counts.

    Undecided actors do not agree, but two recorded abstentions are one recorded deed.
    """
    shared, same, opposite = np.zeros((3, len(held.actors), len(held.actors)))
    for level, is_vote, often in _blocks(held, times):
        known, pro, con = (x.astype(np.float32) for x in _sides(level))
        abstained = ((level == 0) & is_vote).astype(np.float32)
        shared += (known * often) @ known.T
        same += (pro * often) @ pro.T + (con * often) @ con.T + (abstained * often) @ abstained.T
        opposite += (pro * often) @ con.T
    opposite = opposite + opposite.T
    for square in (shared, same, opposite):
        np.fill_diagonal(square, 0)
    return Meetings(*(square.round().astype(np.int64) for square in (shared, same, opposite)))


def _sides(level: NDArray[np.float32]) -> tuple[NDArray[np.bool_], ...]:
    return np.isfinite(level), level > 0, level < 0


def _blocks(
    held: Held, times: Values | None
) -> Iterator[tuple[NDArray[np.float32], NDArray[np.bool_], NDArray[np.float32]]]:
    """Yield levels, a row an actor, some options at a time; NaN where there is no position."""
    often = np.ones(len(held.options)) if times is None else times
    used = np.flatnonzero((np.bincount(held.option, minlength=len(often)) > 1) & (often > 0))
    column_of = np.full(len(often), -1, dtype=np.int64)
    column_of[used] = np.arange(len(used))
    column = column_of[held.option]
    for start in range(0, len(used), AT_ONCE):
        options = used[start : start + AT_ONCE]
        here = (column >= start) & (column < start + len(options))
        at = held.actor[here], column[here] - start
        level = np.full((len(held.actors), len(options)), np.nan, dtype=np.float32)
        level[at] = held.level[here]
        is_vote = np.zeros(level.shape, dtype=bool)
        is_vote[at] = held.is_vote[here]
        yield level, is_vote, often[options].astype(np.float32)


def weights_of(held: Held, tying: Tying, times: Values | None = None) -> Values:
    """Return the weight of the tie of every two actors, 0 where they share too few options."""
    least = max(1, tying.min_shared)
    if tying.ties == "net":
        met = meetings_of(held, times)
        net = (met.same - met.opposite).astype(np.float64)
        found = np.divide(net, met.shared, out=np.zeros_like(net), where=met.shared >= least)
    else:
        shared, beyond = _beyond_chance(held, times)
        found = np.where(shared >= least, beyond, 0.0)
    np.fill_diagonal(found, 0)
    return found


def _beyond_chance(held: Held, times: Values | None) -> tuple[Values, Values]:
    """Return shared options and Scott's pi, squared, of every two actors, 0 without variation.

    1 - sum (x - y)^2 / (sum x^2 + sum y^2 - (sum x + sum y)^2 / 2n) over shared options.
    """
    size = len(held.actors)
    n, products, sums, squares = np.zeros((4, size, size))
    for level, _, often in _blocks(held, times):
        known = np.isfinite(level).astype(np.float32)
        x = np.nan_to_num(level) * known
        n += (known * often) @ known.T
        products += (x * often) @ x.T
        sums += (x * often) @ known.T
        squares += (x**2 * often) @ known.T
    apart = squares + squares.T - 2 * products
    both = sums + sums.T
    by_chance = squares + squares.T - np.divide(both**2, 2 * n, out=np.zeros_like(n), where=n > 0)
    varies = by_chance > 1e-9
    pi = 1 - np.divide(apart, by_chance, out=np.ones_like(n), where=varies)
    return n, np.where(varies, pi, 0.0)


@dataclass(frozen=True, slots=True, eq=False)
class Drawn:
    """The weights of a network whose evidence was drawn again, one matrix a draw."""

    weights: Iterator[Values]
    unit: Literal["documents", "options"]
    """What was drawn, with replacement."""


def drawn_again(graph: Graph, network: Network, *, draws: int, seed: int) -> Drawn:
    """Draw the evidence of a network again: its documents where it has several, else its options.

    What one document reports depends on itself, so that documents are drawn as wholes; of one
    source, or where each option has a record of its own as a roll call has, options are.
    """
    readings = () if graph.is_large else _readings(graph, network)
    sources = sorted({r.evidence.source for r in readings})
    if len(sources) < LEAST_SOURCES:
        return Drawn(_by_option(network, draws, seed), "options")
    return Drawn(_by_document(graph, network, readings, sources, draws, seed), "documents")


def _readings(graph: Graph, network: Network) -> tuple[Reading, ...]:
    actors = set(network.actors)
    return tuple(r for r in graph.narrowed(network.scope) if r.stance.holder in actors)


def _by_option(network: Network, draws: int, seed: int) -> Iterator[Values]:
    """Yield weights from the options of each draw, of those on which somebody has a position."""
    options, held = np.zeros(len(network.held.options)), np.unique(network.held.option)
    for times in cluster_draws(len(held), draws=draws, seed=seed).T:
        options[held] = times
        yield weights_of(network.held, network.tying, options)


def _by_document(
    graph: Graph,
    network: Network,
    readings: Sequence[Reading],
    sources: Sequence[str],
    draws: int,
    seed: int,
) -> Iterator[Values]:
    """Yield weights from the documents of each draw; a rule by the latest knows no repetition."""
    number_of = {source: n for n, source in enumerate(sources)}
    options = set(network.held.options)
    for times in cluster_draws(len(sources), draws=draws, seed=seed).T:
        drawn = (r for r in readings if times[number_of[r.evidence.source]])
        found = graph.derived_from(drawn, network.scope).values()
        held = held_of(
            (p for p in found if p.option in options), network.actors, network.held.options
        )
        yield weights_of(held, network.tying)


def cite_ties(
    graph: Graph, network: Network, pairs: Iterable[tuple[str, str]], *, each: int = 2
) -> tuple[Citation, ...]:
    """Cite what ties pairs of actors: the positions on the latest options that they share.

    Of friends the options on which they are on one side, of foes those on which they are not.
    """
    wanted = [key for a, b in pairs for key in _telling(network, a, b)[:each]]
    keys = [(holder, option) for a, b, option in wanted for holder in (a, b)]
    found = positions_at(graph, network.scope, keys)
    return cite_positions(graph, (found[key] for key in dict.fromkeys(keys) if key in found))


def _telling(network: Network, a: str, b: str) -> list[tuple[str, str, str]]:
    """Return the options that made a tie what it is, the latest first."""
    held = network.held
    i, j = network.actors.index(a), network.actors.index(b)
    mine, yours = (np.flatnonzero(held.actor == n) for n in (i, j))
    both, at, to = np.intersect1d(held.option[mine], held.option[yours], return_indices=True)
    x, y = held.level[mine[at]].astype(int), held.level[yours[to]].astype(int)
    days = held.day[mine[at]].astype(np.int64)  # NaT is the least number
    told = x * y > 0 if network.weight[i, j] > 0 else x * y < 0
    order = sorted(np.flatnonzero(told).tolist(), key=lambda n: (-int(days[n]), int(both[n])))
    return [(a, b, held.options[both[n]]) for n in order]


def positions_at(
    graph: Graph, scope: Scope, keys: Iterable[tuple[str, str]]
) -> dict[tuple[str, str], Position]:
    """Return the positions of some holders on some options, loading only their records."""
    wanted = list(dict.fromkeys(keys))
    if not wanted:
        return {}
    holders, options = ({key[n] for key in wanted} for n in (0, 1))
    part = graph.about(holders=holders, options=options) if graph.is_large else graph
    found = part.positions_in(scope)
    return {key: found[key] for key in wanted if key in found}


def thinness(graph: Graph, network: Network) -> str | None:
    """Say why a network is too thin to say anything of it; None where it has ties among three."""
    if network.is_tied.sum() >= LEAST_ACTORS:
        return None
    actors, least = len(network.actors), network.tying.min_shared
    if actors < 2:
        whose = named(graph.actors[network.actors[0]]) if actors else "nobody"
        return f"Too thin to say: {'only ' if actors else ''}{whose} has positions here."
    told = f"Too thin to say: {count(actors, 'actor')} with positions"
    shared = np.triu(network.meetings.shared, 1)
    if not shared.any():
        return f"{told}, no two of which share an option."
    i, j = (int(n) for n in np.unravel_index(shared.argmax(), shared.shape))
    most, enough = int(shared.max()), int((shared >= least).sum())
    names = listed([named(graph.actors[network.actors[n]]) for n in (i, j)])
    nobody = f"no two of which share {count(least, 'option')}"
    few = f"of which {count(enough, 'pair')} {'shares' if enough == 1 else 'share'} as many as"
    reach = f"{few} {count(least, 'option')}" if enough else nobody
    return f"{told}, {reach}; {names} share most, {most}."


def sides_known(graph: Graph, network: Network, *, most: int = 2) -> tuple[Position, ...]:
    """Return the positions on the options that part the actors of a network most."""
    held = network.held
    size = len(held.options)
    pro, con = (
        np.bincount(held.option[k], minlength=size) for k in (held.level > 0, held.level < 0)
    )
    order = np.lexsort((np.arange(size), -(pro + con), -np.minimum(pro, con)))
    options = [int(n) for n in order[:most] if pro[n] and con[n]]
    keys = [
        (held.actors[a], held.options[n])
        for n in options
        for a in held.actor[held.option == n].tolist()
    ]
    found = positions_at(graph, network.scope, keys)
    return tuple(sorted(found.values(), key=lambda p: (p.option, p.polarity.rank, p.holder)))


def told_sides(graph: Graph, positions: Iterable[Position]) -> Iterator[str]:
    """Say who stands where, an option a sentence."""
    by_option: dict[str, list[Position]] = {}
    for p in positions:
        by_option.setdefault(p.option, []).append(p)
    for option, held in by_option.items():
        by_stance: dict[str, list[Position]] = {}
        for p in held:
            by_stance.setdefault(p.polarity, []).append(p)
        parts = []
        for of in by_stance.values():
            names = [named(graph.actors[p.holder]) for p in of]
            hearsay = " by others' word only" if all(p.is_hearsay for p in of) else ""
            says = stands_on(of[0].polarity, "it", subjects=len(of))
            parts.append(f"{some(names)} {says}{hearsay}")
        yield f"Known of {option}: {sentence('; '.join(parts))}."
