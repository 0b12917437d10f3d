"""Pictures of blocs: who agrees with whom, and which ties do not fit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from stancegraph.answer.figure import Cell, Grid, Node, Tie, Web
from stancegraph.answer.ties import Network, Values
from stancegraph.answer.words import count, sentence
from stancegraph.measure.seriation import seriated

if TYPE_CHECKING:
    from stancegraph.answer.answer import Citation
    from stancegraph.answer.blocs import Bloc, Member
    from stancegraph.answer.camps import Division
    from stancegraph.answer.dividing import Divided
    from stancegraph.answer.figure import Figure

_SHOWN_IN_GRID = 60
_SHOWN_IN_WEB = 60
_FRIENDS_EACH = 3
_FOES_EACH = 2
_ODD = 24
_TIES_IN_WEB = 400


def figures_of(
    found: Divided, records: Mapping[tuple[str, str], Sequence[Citation]]
) -> Iterator[Figure]:
    """Yield the agreement of all pairs, and the blocs with what ties and parts them.

    `records` are those cited of odd ties.
    """
    yield _grid(found)
    yield _web(found, records)


def _chosen(parts: Sequence[Bloc], most: int) -> list[str]:
    """Choose the best known of each bloc, from each in proportion and at least one."""
    total = sum(b.size for b in parts)
    if total <= most:
        return [a for b in parts for a in b.members]
    kept = [a for b in parts for a in b.members[: max(1, round(b.size * most / total))]]
    return kept[:most]


def _grid(found: Divided) -> Grid:
    """Show the agreement of every two, bloc by bloc, like beside like."""
    network, bloc = found.division.network, found.division.bloc
    order = _in_order(found.division, set(_chosen(found.parts, _SHOWN_IN_GRID)))
    breaks = tuple(i + 1 for i, (a, b) in enumerate(pairwise(order)) if bloc[a] != bloc[b])
    names = tuple(found.graph.actors[network.actors[n]].name for n in order)
    return Grid(
        title="Who agrees with whom, bloc by bloc",
        says=f"{sentence(count(len(found.parts), 'group'))}, with lines between them: agreement "
        "inside; less of it, or disagreement, across.",
        rows=names,
        columns=names,
        cells=tuple(
            _cell(network, names, order, i, j)
            for i in range(len(order))
            for j in range(len(order))
            if i != j and network.weight[order[i], order[j]]
        ),
        is_signed=True,
        ends=_ENDS[network.tying.ties],
        row_breaks=breaks,
        column_breaks=breaks,
        note="Like stand beside like inside a bloc. An empty cell is no tie: too few shared "
        f"options, or as much agreement as disagreement.{_left_out(network, len(order))}",
    )


def _in_order(division: Division, chosen: set[str]) -> list[int]:
    """Order the chosen bloc by bloc, in each like beside like."""
    weight, order = division.network.weight, list[int]()
    for bloc in range(division.count):
        members = [n for n in division.members(bloc) if division.network.actors[n] in chosen]
        order += [members[i] for i in seriated(weight[np.ix_(members, members)])]
    return order


def _left_out(network: Network, shown: int) -> str:
    left = len(network.actors) - shown
    are = "is" if left == 1 else "are"
    return f" The best known of each bloc are shown: {left} {are} left out." if left else ""


_ENDS = {
    "net": ("opposite sides on all", "same side on all"),
    "chance": ("the opposite of agreement", "full agreement"),
}


def _cell(network: Network, names: Sequence[str], order: Sequence[int], i: int, j: int) -> Cell:
    a, b = order[i], order[j]
    return Cell(
        row=i,
        column=j,
        value=_bounded(network.weight[a, b]),
        text=f"{network.weight[a, b]:+.2f}",
        note=f"{names[i]} and {names[j]}: {_met(network, a, b)}.",
    )


def _met(network: Network, a: int, b: int) -> str:
    met = network.meetings
    same, opposite, shared = (int(m[a, b]) for m in (met.same, met.opposite, met.shared))
    return f"same side on {same} of {count(shared, 'shared option')}, opposite on {opposite}"


def _bounded(weight: float) -> float:
    return round(min(1.0, max(-1.0, float(weight))), 4)


def _web(found: Divided, records: Mapping[tuple[str, str], Sequence[Citation]]) -> Web:
    """Show the blocs apart, with the strongest ties of each actor and those that are odd."""
    network = found.division.network
    at = {a: n for n, a in enumerate(network.actors)}
    shown = [at[a] for a in _chosen(found.parts, _SHOWN_IN_WEB)]
    ends = found.division.found.odd
    odd = set(zip(ends.first.tolist(), ends.second.tolist(), strict=True))
    ties = _drawn_ties(network.weight, shown, odd)
    of_ties = int(np.count_nonzero(np.triu(network.weight[np.ix_(shown, shown)], 1)))
    drawn = (
        f"{len(ties)} of {of_ties} ties among them are drawn: each actor's strongest, and the "
        "heaviest odd ones."
    )
    return Web(
        title="The blocs, and the ties that do not fit",
        says=f"{sentence(count(len(found.parts), 'group'))} apart; marked are friends across and "
        f"foes inside, {count(len(odd), 'odd tie')} in all.",
        nodes=tuple(_nodes(found, shown)),
        ties=tuple(_tie(network, pair, odd, records) for pair in ties),
        groups=tuple(f"{b.number}: {found.called(b)}" for b in found.parts),
        note=f"{drawn if len(ties) < of_ties else ''}{_left_out(network, len(shown))}".strip(),
    )


def _nodes(found: Divided, shown: Sequence[int]) -> Iterator[Node]:
    """Yield actors, the larger the more and stronger their ties."""
    network = found.division.network
    row_of = {r.actor: r for r in found.rows}
    strength = np.abs(network.weight).sum(axis=1)
    for n in shown:
        row = row_of[network.actors[n]]
        yield Node(
            id=row.actor,
            label=row.name,
            group=int(found.division.bloc[n]),
            size=round(float(strength[n] / strength.max()), 4),
            is_fringe=row.role == "fringe",
            note=_told_member(row),
        )


def _tie(
    network: Network,
    pair: tuple[int, int],
    odd: set[tuple[int, int]],
    records: Mapping[tuple[str, str], Sequence[Citation]],
) -> Tie:
    i, j = pair
    a, b = network.actors[i], network.actors[j]
    return Tie(
        a=a,
        b=b,
        weight=_bounded(network.weight[i, j]),
        mark="odd" if pair in odd else "plain",
        note=sentence(f"{_met(network, i, j)}."),
        records=tuple(c.id for c in records.get((a, b), ())),
    )


def _told_member(row: Member) -> str:
    sure = "" if row.membership is None else f", with the rest in {row.membership:.0%} of draws"
    return f"{row.name}: {row.role} of bloc {row.bloc}{sure}; {count(row.ties, 'tie')}."


def _drawn_ties(
    weight: Values, shown: Sequence[int], odd: set[tuple[int, int]]
) -> list[tuple[int, int]]:
    """Choose all ties, or else of each actor the strongest, and the heaviest odd ones."""
    plainly = weight.round(9).tolist()
    every = [(min(a, b), max(a, b)) for i, a in enumerate(shown) for b in shown[i + 1 :]]
    ties = sorted(pair for pair in every if weight[pair])
    if len(ties) <= _TIES_IN_WEB:
        return ties
    heavy = sorted((p for p in ties if p in odd), key=lambda p: (-abs(plainly[p[0]][p[1]]), p))
    kept = set(heavy[:_ODD])
    for a in shown:
        by = sorted(shown, key=lambda b: (-plainly[a][b], b))
        friends = [b for b in by if plainly[a][b] > 0][:_FRIENDS_EACH]
        foes = [b for b in reversed(by) if plainly[a][b] < 0][:_FOES_EACH]
        kept |= {(min(a, b), max(a, b)) for b in (*friends, *foes)}
    return sorted(kept)[:_TIES_IN_WEB]
