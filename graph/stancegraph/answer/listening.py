"""Who is taken to listen to whom in a what-if, and where each weight comes from: an assumption."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from stancegraph.answer.following import DIGITS
from stancegraph.answer.ties import among, weights_of
from stancegraph.answer.words import count, day, listed, named, some
from stancegraph.errors import StanceError
from stancegraph.measure.signed import Values
from stancegraph.model import Actor, ActorKind, Evidence, Influence
from stancegraph.suggest import did_you_mean

if TYPE_CHECKING:
    from stancegraph.answer.tying import Tying
    from stancegraph.columns import Held
    from stancegraph.graph import Graph
    from stancegraph.scope import Scope

KINDS: dict[str, str] = {
    "records": "records that tell that one follows another",
    "alliances": "members of one alliance listen to each other",
    "agreement": "who agrees on other options listens to each other",
}
"""From what the weights can come, beside a table of the user's own."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Source:
    """What one kind of knowledge says of who listens to whom."""

    name: str
    """Of `KINDS`, or the path of a table."""
    weights: Values
    """A row an actor that listens, a column an actor that is heard; 0 for not at all."""
    says: str
    """What a weight is, in words."""
    records: tuple[Evidence, ...] = ()
    """The records that it rests on."""
    beside: tuple[str, ...] = ()
    """What could not be used, and what would help, in sentences."""
    assumed: tuple[str, ...] = ()
    """What was assumed to use it, in sentences."""

    @property
    def pairs(self) -> int:
        """How many listen to how many: the weights above 0."""
        return int(np.count_nonzero(self.weights))


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Listening:
    """Who listens to whom, as shares of an actor's attention."""

    actors: tuple[str, ...]
    sources: tuple[Source, ...]
    weights: Values
    """Rows add up to 1, or to 0 for who listens to nobody."""

    @property
    def in_use(self) -> tuple[Source, ...]:
        """The sources that give any weight."""
        return tuple(s for s in self.sources if s.pairs)

    def heard_by(self, actor: int) -> list[tuple[str, float]]:
        """Return to whom an actor listens and how much, most first."""
        row = self.weights[actor].round(DIGITS)
        heard = sorted(np.flatnonzero(row).tolist(), key=lambda n: (-row[n], self.actors[n]))
        return [(self.actors[n], float(row[n])) for n in heard]

    def because(self, actor: int) -> list[str]:
        """Return the names of the sources of an actor's weights."""
        return [s.name for s in self.in_use if s.weights[actor].any()]


Groups = Mapping[str, tuple[str, ...]]
"""Actors by the group that they are taken to be, in a what-if only."""


def listening_of(
    graph: Graph,
    actors: Sequence[str],
    option: str,
    *,
    held: Held,
    told: Iterable[Evidence],
    listen: Sequence[str],
    groups: Groups,
    tying: Tying,
    scope: Scope,
) -> Listening:
    """Return who listens to whom: each source as shares, averaged over those that tell of an actor.

    Raises StanceError for a source that there is none of, and for groups that no source needs.
    """
    makers = {
        "records": lambda: _by_records(graph, actors, option, told, groups, scope),
        "alliances": lambda: _by_alliances(graph, actors, scope.as_of),
        "agreement": lambda: _by_agreement(held, actors, option, tying),
    }
    names = list(dict.fromkeys(listen or KINDS))
    if groups and "records" not in names:
        raise StanceError(
            "--as states whom a group means that records tell of, but --listen leaves records out: "
            "add --listen records"
        )
    sources = [makers[n]() if n in makers else _by_table(graph, actors, n) for n in names]
    return Listening(
        actors=tuple(actors),
        sources=tuple(sources),
        weights=_averaged([s.weights for s in sources], len(actors)),
    )


def _averaged(weights: Iterable[Values], size: int) -> Values:
    """Return the mean of the shares of each actor over the sources that have any for it."""
    total, told = np.zeros((size, size)), np.zeros((size, 1))
    for matrix in weights:
        sums = matrix.sum(axis=1, keepdims=True)
        total += np.divide(matrix, sums, out=np.zeros_like(total), where=sums > 0)
        told += sums > 0
    return np.divide(total, told, out=np.zeros_like(total), where=told > 0)


def _by_records(
    graph: Graph,
    actors: Sequence[str],
    option: str,
    told: Iterable[Evidence],
    groups: Groups,
    scope: Scope,
) -> Source:
    """Let who is said to be moved listen to who moves it; a group moves only whom it is said to."""
    found = [(e, i) for e in told for i in e.influences if _counts(graph, e, i, option, scope)]
    _check_groups(graph, groups, [i for _, i in found])
    weights, used, beside = np.zeros((len(actors), len(actors))), {}, []
    number_of = {actor: n for n, actor in enumerate(actors)}
    for evidence, influence in found:
        pairs = [p for p in _pairs(influence, groups) if number_of.keys() >= {*p}]
        for moved, mover in pairs:
            weights[number_of[moved], number_of[mover]] = 1
        if pairs:
            used[evidence.id] = evidence
        else:
            beside.append(_unused(graph, evidence, influence, groups))
    return Source(
        name="records",
        weights=weights,
        says=_says(tuple(used)),
        records=tuple(used.values()),
        beside=tuple(dict.fromkeys(beside)),
        assumed=tuple(_assumed(graph, groups)),
    )


def _pairs(influence: Influence, groups: Groups) -> list[tuple[str, str]]:
    """Return who is moved and by whom, with whom groups are taken to be."""
    moves = groups.get(influence.moves, (influence.moves,))
    by = groups.get(influence.by, (influence.by,))
    return [(moved, mover) for moved in moves for mover in by if moved != mover]


def _says(used: Sequence[str]) -> str:
    if not used:
        return "no record tells that one of these follows another"
    return f"who is said to follow another listens to it ({some(used, 4)})"


def _counts(
    graph: Graph, evidence: Evidence, influence: Influence, option: str, scope: Scope
) -> bool:
    """Tell whether an influence is told by the day asked about, on this option or on all."""
    if evidence.deprecated or influence.option not in (None, option):
        return False
    if any(_field(evidence, name) not in (None, *of) for name, of in scope.filters.items()):
        return False
    if scope.own_words and not {influence.by, influence.moves} & _speaks(evidence):
        return False
    when = graph.when(evidence)
    is_late = scope.as_of and when.not_after and when.not_after > scope.as_of
    is_early = scope.since and (when.not_before or date.min) < scope.since
    return not is_late and not is_early


def _field(evidence: Evidence, name: str) -> str | None:
    """Return what a record has in a field that it can be filtered by; None for one of stances."""
    fields = {
        "kind": evidence.kind.value,
        "source": evidence.source,
        "speaker": evidence.speaker,
        "capacity": evidence.capacity.value,
        "mode": evidence.mode.value,
        "principal": evidence.principal,
    }
    return fields.get(name)


def _speaks(evidence: Evidence) -> set[str | None]:
    return {evidence.speaker, evidence.principal}


def _unused(graph: Graph, evidence: Evidence, influence: Influence, groups: Groups) -> str:
    """Say why an influence counts for nothing here, and what would let it count."""
    moved, mover = (graph.actors[a] for a in (influence.moves, influence.by))
    told = f"{named(moved)} {'are' if moved.kind is ActorKind.GROUP else 'is'} said to follow"
    told = f"{told} {named(mover)} ({evidence.id})"
    unnamed = [a for a in (moved, mover) if a.kind is ActorKind.GROUP and a.id not in groups]
    if not unnamed:
        return f"Not used: {told}, but not both are among those asked about."
    group = unnamed[0]
    return (
        f"Not used: {told}, and nobody belongs to {named(group)} by name. Whom you take for it "
        f"you can state, as in --as {group.id}=eu or --as {group.id}=deu,pol."
    )


def _check_groups(graph: Graph, groups: Groups, influences: Iterable[Influence]) -> None:
    known = sorted({a for i in influences for a in (i.by, i.moves)})
    for group in groups:
        if group not in known:
            there_are = f"there are {', '.join(known)}" if known else "there is none"
            raise StanceError(
                f"no record tells whom {group!r} moves or follows, so it cannot stand in --as"
                f"{did_you_mean(group, known)}; of such records' actors {there_are}"
            )


def _assumed(graph: Graph, groups: Groups) -> Iterator[str]:
    for group, members in groups.items():
        names = some([named(graph.actors[a]) for a in members])
        yield f"{names} {'is' if len(members) == 1 else 'are'} taken for {graph.actors[group].name}"


def groups_of(graph: Graph, texts: Iterable[str], as_of: date | None) -> dict[str, tuple[str, ...]]:
    """Read "group=actor,actor" texts; an alliance or institution stands for its members.

    Raises StanceError for a text of another form, UnknownName for an actor that nobody is called.
    """
    found: dict[str, tuple[str, ...]] = {}
    for text in texts:
        name, equals, members = text.partition("=")
        names = [n.strip() for n in members.split(",") if n.strip()]
        if not equals or not name.strip() or not names:
            raise StanceError(f"--as is group=actors, as in european-nations=deu,pol, not {text!r}")
        group = graph.actor(name.strip()).id
        every = (a for n in names for a in _members(graph, graph.actor(n), as_of))
        found[group] = tuple(dict.fromkeys((*found.get(group, ()), *every)))
    return found


def _members(graph: Graph, actor: Actor, as_of: date | None) -> Iterable[str]:
    is_bloc = actor.kind in (ActorKind.ALLIANCE, ActorKind.INSTITUTION)
    members = graph.members(actor.id, as_of) if is_bloc else ()
    return [a.id for a in members] or [actor.id]


def _by_alliances(graph: Graph, actors: Sequence[str], as_of: date | None) -> Source:
    """Let members of one alliance or institution listen to each other, once for each they share."""
    number_of = {actor: n for n, actor in enumerate(actors)}
    joined: dict[str, set[int]] = {}
    for m in (*graph.reference.memberships, *graph.own_memberships):
        is_over = as_of and m.until and m.until < as_of
        is_ahead = as_of and m.since and m.since > as_of
        if m.member in number_of and not is_over and not is_ahead:
            joined.setdefault(m.organization, set()).add(number_of[m.member])
    weights = np.zeros((len(actors), len(actors)))
    shared = sorted(o for o, members in joined.items() if len(members) > 1)
    for organization in shared:
        members = sorted(joined[organization])
        weights[np.ix_(members, members)] += 1
    np.fill_diagonal(weights, 0)
    names = some([named(graph.actors[o]) for o in shared])
    when = f" on {day(as_of)}" if as_of else ""
    says = f"fellow members of {names}{when} listen to each other"
    more = ", weighted by how many of them they share" if len(shared) > 1 else ", all alike"
    return Source(
        name="alliances",
        weights=weights,
        says=f"{says}{more}" if shared else "no two share an alliance",
    )


def _by_agreement(held: Held, actors: Sequence[str], option: str, tying: Tying) -> Source:
    """Let those listen to each other who agree on the other options, by how much they do."""
    is_other = np.array([o != option for o in held.options], dtype=bool)
    part = held.where(is_other[held.option]) if len(held) else held
    weights = np.maximum(weights_of(among(part, actors), tying), 0)
    says = (
        f"those who mostly agree on the other options listen to each other; {tying.in_words}"
        if weights.any()
        else f"no two mostly agree on {count(tying.min_shared, 'other option')} or more"
    )
    return Source(name="agreement", weights=weights, says=says)


def _by_table(graph: Graph, actors: Sequence[str], name: str) -> Source:
    """Take the weights from a table of the user's own; actors that are not asked about drop out."""
    path = Path(name)
    if not name.strip() or (not path.exists() and not path.suffix):
        raise StanceError(
            f"nobody listens by {name!r}{did_you_mean(name, KINDS)}; give {listed(KINDS, 'or')}, "
            "or the path of a table with the columns from, to, weight"
        )
    stated = _stated(graph, path)
    number_of = {actor: n for n, actor in enumerate(actors)}
    weights = np.zeros((len(actors), len(actors)))
    used = [pair for pair in stated if number_of.keys() >= {*pair}]
    for listener, heard in used:
        weights[number_of[listener], number_of[heard]] = stated[listener, heard]
    rest = len(stated) - len(used)
    note = f"{name}: {count(rest, 'row')} not used, of actors that are not asked about."
    return Source(
        name=name,
        weights=weights,
        says="as your own table states it",
        beside=(note,) if rest else (),
    )


def _stated(graph: Graph, path: Path) -> dict[tuple[str, str], float]:
    """Read how much one listens to another from a table, whose rows may call them by any name."""
    from stancegraph.read.imported import InvalidFile
    from stancegraph.read.influence_file import load_influence

    weights: dict[tuple[str, str], float] = {}
    row_of: dict[tuple[str, str], int] = {}
    for line in load_influence(path):
        try:
            pair = graph.actor(line.listener).id, graph.actor(line.heard).id
        except StanceError as error:
            raise InvalidFile(f"{path}, row {line.row}: {error}") from None
        if pair in row_of:
            raise InvalidFile(
                f"{path}, row {line.row}: {line.listener!r} listens to {line.heard!r} in row "
                f"{row_of[pair]} already; keep one of the two"
            )
        row_of[pair], weights[pair] = line.row, line.weight
    return weights
