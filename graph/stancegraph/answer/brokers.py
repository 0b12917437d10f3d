"""Who stands between blocs, and between those who do not agree."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, Unpack

from stancegraph.answer.answer import Answer, Table
from stancegraph.answer.broker_figures import dots, web
from stancegraph.answer.brokering import BLOCS, KIND, Broker, Stood, rows_of, stood
from stancegraph.answer.known import Known, known
from stancegraph.answer.resting import flags_on, needed, rests_on
from stancegraph.answer.shared import method, scoped
from stancegraph.answer.short import CITED
from stancegraph.answer.tying import Tying
from stancegraph.answer.words import count, listed, named, sentence, some
from stancegraph.scope import Which

if TYPE_CHECKING:
    from stancegraph.answer.ties import Network
    from stancegraph.graph import Graph

ALPHA = 0.05


LEAST = 3
"""Fewer open pairs say little of who brokers."""


_SHOWN = 25


_ROLES_SAY = (
    "Roles, of whoever is a friend of two who are not friends: coordinator, all three in one "
    "group; itinerant, between two of another group; gatekeeper or representative, between "
    "its own group and another; liaison, between members of two other groups."
)


def brokers(
    graph: Graph,
    *,
    by: str = BLOCS,
    tying: Tying | None = None,
    seed: int = 0,
    **which: Unpack[Which],
) -> Answer[Broker]:
    """Say who stands between blocs, or between the members of organisations, more than by chance.

    `by` is "blocs", "kind", or the names of organisations with commas between: actors that are
    members of the same ones, on the day of the question, are then a group.
    """
    from stancegraph.answer.ties import network_of, thinness

    tying = tying or Tying()
    scope = graph.scope(**which)
    whole = network_of(graph, tying, scope)
    network = whole.tied()
    found = stood(graph, network, by, seed)
    thin = thinness(graph, whole) or _thin(found)
    rows = rows_of(found)
    told = _backing(graph, found, whole, rows, is_thin=bool(thin))
    evidence = told.evidence[:CITED]
    return Answer(
        question="Who stands between groups, and between those who are not friends?",
        verdict=thin or _verdict(found, rows),
        as_of=scope.as_of,
        method=method(
            roll_up=scope.roll_up,
            own_words=scope.own_words,
            extra=f"{tying.in_words}; only ties of friends; {_grouped(by, found)}; roles and what "
            "chance gives by Gould and Fernandez 1989, for ties without direction; p by draws "
            "with Holm's correction; betweenness by Freeman 1977, stronger ties shorter",
        ),
        row_class=Broker,
        rows=rows,
        evidence=evidence,
        flags=tuple(sorted({*_flags(found, is_thin=bool(thin)), *told.flags})),
        more={
            "by": by,
            "seed": seed,
            "actors": len(network.actors),
            "friends": int((network.weight > 0).sum()) // 2,
            "open_pairs": found.open_pairs,
            "connected_pairs": found.connected_pairs,
            "groups": _members(found),
        },
        tables=tuple(_tables(found, rows)),
        notes=tuple(_notes(found, whole, told.notes, is_thin=bool(thin))),
        reproduce=scoped(
            "brokers",
            *(("--by", by) if by != BLOCS else ()),
            *(("--seed", str(seed)) if seed else ()),
            *tying.as_words,
            graph=graph,
            scope=scope,
        ),
        figures=told.figures if thin else (dots(found, rows, evidence), web(found, rows, evidence)),
    )


def _flags(found: Stood, *, is_thin: bool) -> tuple[str, ...]:
    few = "insufficient" if is_thin else "thin" if found.open_pairs < LEAST else ""
    return tuple(sorted({*flags_on(found.network), *([few] if few else [])}))


def _grouped(by: str, found: Stood) -> str:
    if by == BLOCS:
        proven = "proven" if found.is_proven else "by search"
        source = "Bansal, Blum and Chawla 2004"
        return f"groups are the blocs that least weight of ties contradicts ({source}), {proven}"
    return "groups are kinds of actors" if by == KIND else f"groups are memberships of {by}"


def _thin(found: Stood) -> str | None:
    """Say why nobody can be a broker, if so."""
    friends = int((found.network.weight > 0).sum()) // 2
    if found.connected_pairs:
        return None
    size = f"{count(len(found.names), 'actor')} with {count(friends, 'tie')} of friends"
    return f"Too thin to say: {size}, and nobody is a friend of two others."


def _verdict(found: Stood, rows: Sequence[Broker]) -> str:
    if not found.open_pairs:
        pairs = f"all {count(found.connected_pairs, 'pair')} with a common friend"
        return f"Nobody is needed as a broker: {pairs} are friends themselves."
    if not rows[0].between_groups:
        return f"Nobody stands between groups. {_scene(found)}"
    who = f"{_leading(rows)} {_beyond_chance(rows)}"
    if found.has_few:
        return f"Hardly anybody needs a broker: {_scene(found)} {who} {_foes_of(rows[0])}"
    return f"{who} {_scene(found)} {_foes_of(rows[0])}"


def _scene(found: Stood) -> str:
    """Say how many could use a broker."""
    if found.connected_pairs == 1:
        return "The only two with a common friend are no friends themselves."
    are = "is" if found.open_pairs == 1 else "are"
    return (
        f"{count(found.connected_pairs, 'pair')} have a common friend; {found.open_pairs} of them "
        f"{are} open, not being friends themselves."
    )


def _leading(rows: Sequence[Broker]) -> str:
    """Say who stands between most pairs of different groups."""
    most, expected = rows[0].between_groups, rows[0].between_groups_expected
    leading = [r.name for r in rows if r.between_groups == most]
    stand = "stands" if len(leading) == 1 else "stand"
    each = "" if len(leading) == 1 else " each"
    return sentence(
        f"{some(leading, most=4)} {stand} between most pairs of different groups, {most}{each}, "
        f"where chance would give {expected:.1f}."
    )


def _beyond_chance(rows: Sequence[Broker]) -> str:
    rare = [r.name for r in rows if r.p <= ALPHA]
    if not rare:
        return "Nobody stands between groups more than chance would give."
    stand = "stands" if len(rare) == 1 else "stand"
    who = some(rare, most=4)
    return sentence(f"{who} {stand} between groups more than chance would give.")


def _foes_of(first: Broker) -> str:
    """Say how many of those between whom the first broker stands are foes."""
    foes = first.between_foes
    if not foes:
        return f"No two between whom {first.name} stands are foes."
    pairs = count(first.total // 2, "pair")
    are = "is" if foes == 1 else "are"
    return f"Of all {pairs} between whom {first.name} stands {foes} {are} foes."


def _members(found: Stood) -> list[dict[str, Any]]:
    return [
        {
            "group": name,
            "members": [
                a for a, camp in zip(found.network.actors, found.camps, strict=True) if camp == n
            ],
        }
        for n, name in enumerate(found.groups)
    ]


def _tables(found: Stood, rows: Sequence[Broker]) -> Iterator[Table]:
    shown = [r for r in rows if r.total][:_SHOWN]
    if not shown:
        return
    rest = len(rows) - len(shown)
    left = f"; {count(rest, 'other')} not shown: --format csv has all" if rest else ""
    yield Table(
        f"Brokers, by pairs of different groups{left}",
        ("Actor", "Group", "Across", "Chance", "p", "Foes", *_HEADS, "z", "Betw."),
        tuple(
            (
                sentence(r.name),
                r.group,
                str(r.between_groups),
                f"{r.between_groups_expected:.1f}",
                "<.001" if r.p < 0.001 else f"{r.p:.3f}".removeprefix("0"),
                str(r.between_foes),
                *(str(n) for n in r.pairs),
                "" if r.total_z is None else f"{r.total_z:+.1f}",
                f"{r.betweenness:.1f}",
            )
            for r in shown
        ),
    )


_HEADS = ("Coord.", "Itin.", "Gate", "Liaison")


def _notes(
    found: Stood,
    whole: Network,
    known: Sequence[str],
    *,
    is_thin: bool,
) -> Iterator[str]:
    if not is_thin:
        yield _ROLES_SAY
        yield (
            "Across counts the pairs of different groups; chance draws ties at random, while real "
            "ones cluster, so that many actors can be above it. z is of all roles together: read "
            "it as an order. Not friends is not foes: such a pair may share too few options to "
            "tell."
        )
    if found.has_few and not is_thin:
        yield (
            "Nearly all are friends of nearly all, so that who brokers says little; with --ties "
            "chance friends are those who agree beyond chance."
        )
    yield from known
    if is_thin:
        yield needed("A broker needs two friends who are no friends of each other", found.network)
    yield from rests_on(whole, found.network)


def _backing(
    graph: Graph, found: Stood, whole: Network, rows: Sequence[Broker], *, is_thin: bool
) -> Known:
    """Cite what ties the first broker to two whom it stands between, or what is known."""
    from stancegraph.answer.ties import cite_ties

    if is_thin:
        return known(graph, whole)
    if not (ends := _clearest(found, rows[0].actor)):
        return Known()
    a, b = ends
    cited = cite_ties(graph, found.network, [(rows[0].actor, a), (rows[0].actor, b)], each=3)
    names = [named(graph.actors[end]) for end in ends]
    return Known(cited, (f"The evidence shows {rows[0].name} between {listed(names)}.",))


def _clearest(found: Stood, actor: str) -> tuple[str, str] | None:
    """Return the two whom a broker stands between by the strongest ties, foes and groups first."""
    import numpy as np

    n = found.network.actors.index(actor)
    weight, camps = found.network.weight, np.asarray(found.camps)
    friends = np.flatnonzero(weight[n] > 0)
    best: tuple[tuple[float, ...], tuple[str, str]] | None = None
    for at, i in enumerate(friends.tolist()):
        for k in friends[at + 1 :].tolist():
            if weight[i, k] > 0:
                continue
            least = float(min(weight[n, i], weight[n, k]))
            key = (float(camps[i] != camps[k]), float(weight[i, k] < 0), least)
            if best is None or key > best[0]:
                best = key, (found.network.actors[i], found.network.actors[k])
    return best[1] if best else None
