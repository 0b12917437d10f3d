"""The graph as networkx sees it, and as network programs read it."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from stancegraph.graph import Graph

if TYPE_CHECKING:
    import networkx


def to_networkx(graph: Graph, as_of: date | None = None) -> networkx.MultiDiGraph[str]:
    """Return actors and options as nodes; stances, positions and narrower options as edges.

    Every edge has `kind`: "stance" (holder to option, one a record, keyed by the record's id),
    "position" (holder to option, derived, keyed "position") or "broader" (option to option).
    `value` is the polarity on [-1, 1]; it is absent where a stance was not disclosed.
    """
    import networkx as nx

    day = as_of or graph.last_day
    network: nx.MultiDiGraph[str] = nx.MultiDiGraph(
        debate=graph.debate.id, as_of=day.isoformat() if day else ""
    )
    holders = dict.fromkeys(r.stance.holder for r in graph.readings)
    for actor in (graph.actors[h] for h in holders):
        network.add_node(actor.id, kind=actor.kind.value, label=actor.name)
    for option in graph.debate.options:
        network.add_node(option.id, kind="option", label=option.name, issue=option.issue)
    for option in graph.debate.options:
        if option.broader:
            network.add_edge(option.id, option.broader, key="broader", kind="broader")
    _add_stances(graph, network)
    _add_positions(graph, network, day)
    return network


def _add_stances(graph: Graph, network: networkx.MultiDiGraph[str]) -> None:
    for r in graph.readings:
        scaled = r.stance.polarity.scaled
        network.add_edge(
            r.stance.holder,
            r.stance.option,
            key=r.evidence.id,
            kind="stance",
            polarity=r.stance.polarity.value,
            certainty=r.stance.certainty.value,
            tier=r.tier,
            speaker=r.evidence.speaker,
            source=r.evidence.source,
            paragraph=r.evidence.paragraph,
            gist=r.evidence.gist,
            **({} if scaled is None else {"value": scaled}),
        )


def _add_positions(graph: Graph, network: networkx.MultiDiGraph[str], day: date | None) -> None:
    for p in graph.positions(day).values():
        scaled = p.polarity.scaled
        network.add_edge(
            p.holder,
            p.option,
            key="position",
            kind="position",
            polarity=p.polarity.value,
            tier=p.tier,
            confidence=p.confidence,
            hearsay=p.is_hearsay,
            contested=p.is_contested,
            decided_by=" ".join(p.decided_by),
            **({} if scaled is None else {"value": scaled}),
        )


def to_graphml(graph: Graph, as_of: date | None = None) -> str:
    """Return the network as GraphML, for Gephi, yEd, visone and others."""
    import networkx as nx

    return "\n".join(nx.generate_graphml(to_networkx(graph, as_of), named_key_ids=True)) + "\n"
