"""Who stands between whom in a network, by its groups, and what chance would give."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from stancegraph.answer.words import listed, named
from stancegraph.errors import StanceError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from stancegraph.answer.ties import Network
    from stancegraph.graph import Graph
    from stancegraph.measure.brokerage import Across, Brokerage

BLOCS, KIND = "blocs", "kind"
"""What groups can be of, beside memberships of organisations."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Broker:
    """How often an actor stands between two who are not friends, and what chance would give.

    Roles count a pair once each way, as other programs do; pairs of groups and foes once.
    """

    actor: str
    name: str
    group: str
    coordinator: int
    itinerant: int
    representative: int
    gatekeeper: int
    liaison: int
    total: int
    between_groups: int
    """Pairs, each once, of different groups: as gatekeeper and as liaison."""
    between_groups_expected: float
    p: float
    """How likely as many of different groups are by chance, with Holm's correction for all."""
    between_foes: int
    """Pairs, each once, that are foes; the others share too few options or are undecided."""
    coordinator_expected: float
    itinerant_expected: float
    representative_expected: float
    gatekeeper_expected: float
    liaison_expected: float
    total_expected: float
    coordinator_z: float | None
    """How many deviations above what is expected; None where nothing else is possible."""
    itinerant_z: float | None
    representative_z: float | None
    gatekeeper_z: float | None
    liaison_z: float | None
    total_z: float | None
    betweenness: float
    betweenness_rank: int

    @property
    def pairs(self) -> tuple[int, int, int, int]:
        """Pairs by role, each once: coordinator, itinerant, gatekeeper either way, liaison."""
        return self.coordinator // 2, self.itinerant // 2, self.gatekeeper, self.liaison // 2


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Stood:
    """A network, its groups and who stands between whom in it."""

    network: Network
    names: tuple[str, ...]
    camps: tuple[int, ...]
    groups: tuple[str, ...]
    brokerage: Brokerage
    betweenness: NDArray[np.float64]
    across: Across
    p: NDArray[np.float64]
    """Of as many pairs of different groups, adjusted."""
    open_pairs: int
    connected_pairs: int
    foes: NDArray[np.int64]
    is_proven: bool

    @property
    def has_few(self) -> bool:
        """Whether so few pairs are open that brokers have little to do."""
        return self.open_pairs <= self.connected_pairs * _FEW


def stood(graph: Graph, network: Network, by: str, seed: int) -> Stood:
    """Count between whom the actors of a network stand, by the groups asked for."""
    import numpy as np

    from stancegraph.measure.backbone import adjusted
    from stancegraph.measure.brokerage import across, betweenness, brokerage

    camps, groups, is_proven = _groups(graph, network, by, seed)
    friend = network.weight > 0
    roles = brokerage(friend, camps, is_mutual=True)
    apart = across(np.maximum(network.weight, 0), camps, seed=seed)
    paths = friend.astype(np.int64) @ friend
    np.fill_diagonal(paths, 0)
    connected = np.triu(paths > 0)
    return Stood(
        network=network,
        names=tuple(named(graph.actors[a]) for a in network.actors),
        camps=tuple(camps),
        groups=groups,
        brokerage=roles,
        betweenness=betweenness(network.weight),
        across=apart,
        p=adjusted(apart.p, "holm"),
        open_pairs=int((connected & ~friend).sum()),
        connected_pairs=int(connected.sum()),
        foes=_between(friend, network.weight < 0),
        is_proven=is_proven,
    )


def _between(friend: NDArray[np.bool_], wanted: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Count, for each actor, the pairs of its friends that are no friends and are wanted."""
    import numpy as np

    is_open = (wanted & ~friend).astype(np.float64)
    near = friend.astype(np.float64)
    return np.asarray(np.einsum("ij,jk,ik->i", near, is_open, near, optimize=True) / 2, np.int64)


def _groups(
    graph: Graph, network: Network, by: str, seed: int
) -> tuple[list[int], tuple[str, ...], bool]:
    """Return the group of each actor, the names of the groups, and whether they are proven."""
    from stancegraph.measure.coalitions import coalitions

    if by == BLOCS:
        found = coalitions(network.weight, seed=seed)
        camps = found.camps.tolist()
        return camps, _bloc_names(graph, network, camps), found.is_exact
    if by == KIND:
        labels = [graph.actors[a].kind.value for a in network.actors]
    else:
        labels = _memberships(graph, network, by)
    names = tuple(dict.fromkeys(labels))
    return [names.index(label) for label in labels], names, True


def _memberships(graph: Graph, network: Network, by: str) -> list[str]:
    """Return of what each actor is a member on the day of the question."""
    wanted = [name.strip() for name in by.split(",") if name.strip()]
    if not wanted:
        raise StanceError(f"groups by {by!r}: give {BLOCS}, {KIND} or names of organisations")
    organizations = [graph.actor(name) for name in wanted]
    members = {}
    for organization in organizations:
        found = graph.members(organization.id, network.scope.as_of)
        if not found:
            raise StanceError(
                f"no members of {organization.name} are on record; "
                "'stancegraph import memberships' adds them"
            )
        members[organization.name] = {m.id for m in found}
    labels = []
    for actor in network.actors:
        of = [name for name, inside in members.items() if actor in inside]
        neither = "not in it" if len(members) == 1 else "in none of them"
        labels.append(listed(of) if of else neither)
    return labels


def _bloc_names(graph: Graph, network: Network, camps: Sequence[int]) -> tuple[str, ...]:
    """Name each bloc after whoever has the strongest ties in it."""
    import numpy as np

    names = []
    for bloc in range(max(camps, default=-1) + 1):
        inside = np.flatnonzero(np.asarray(camps) == bloc)
        strength = network.weight[np.ix_(inside, inside)].sum(axis=1)
        first = graph.actors[network.actors[int(inside[strength.argmax()])]].name
        names.append(f"{first} +{len(inside) - 1}" if len(inside) > 1 else first)
    return tuple(names)


def rows_of(found: Stood) -> tuple[Broker, ...]:
    """Return a row an actor: those between most pairs of different groups first, then of all."""
    # Shares of ways add up only up to rounding.
    between = found.betweenness.round(9).tolist()
    rows = [
        Broker(
            actor=actor,
            name=found.names[n],
            group=found.groups[found.camps[n]],
            between_groups=int(found.across.count[n]),
            between_groups_expected=round(float(found.across.expected[n]), 6),
            p=round(float(found.p[n]), 6),
            between_foes=int(found.foes[n]),
            betweenness=between[n],
            betweenness_rank=1 + sum(b > between[n] for b in between),
            **_roles(found, n),
        )
        for n, actor in enumerate(found.network.actors)
    ]
    return tuple(
        sorted(rows, key=lambda r: (-r.between_groups, -r.total, -r.betweenness, r.name, r.actor))
    )


def _roles(found: Stood, n: int) -> dict[str, Any]:
    """Return count, expected count and z of each role of an actor, by the names of the fields."""
    from stancegraph.measure.brokerage import ROLES

    names = (*ROLES, "total")
    of = found.brokerage
    z = [None if math.isnan(value) else round(value, 6) for value in of.z[n].tolist()]
    return {
        **dict(zip(names, of.count[n].tolist(), strict=True)),
        **{
            f"{name}_expected": round(e, 6)
            for name, e in zip(names, of.expected[n].tolist(), strict=True)
        },
        **{f"{name}_z": value for name, value in zip(names, z, strict=True)},
    }


_FEW = 0.05
"""Below this share of open pairs a network has little for brokers to do."""
