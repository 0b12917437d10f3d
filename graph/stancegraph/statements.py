"""A debate's stances as a table of coded statements, for discourse networks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stancegraph.measure.discourse_statements import Statements, integer, text
from stancegraph.measure.discourse_statements import statements as table_of
from stancegraph.model import ActorKind

if TYPE_CHECKING:
    from stancegraph.graph import Graph


def statements_of(graph: Graph) -> Statements:
    """Return one row a stance, with what can be rows, columns and qualifier of a network.

    Labels are slugs. The qualifier is `polarity`, from -2 opposes to 2 supports; time is the latest
    day that a record can be of.
    """
    told = graph.readings
    evidence = [r.evidence for r in told]
    sources = [graph.sources[e.source] for e in evidence]
    holders = [graph.actors[r.stance.holder] for r in told]
    columns = {
        "actor": text([a.id for a in holders]),
        "country": text([a.id if a.kind is ActorKind.COUNTRY else a.country for a in holders]),
        "speaker": text([e.speaker for e in evidence]),
        "option": text([r.stance.option for r in told]),
        "issue": text([graph.options[r.stance.option].issue for r in told]),
        "capacity": text([e.capacity.value for e in evidence]),
        "kind": text([e.kind.value for e in evidence]),
        "mode": text([e.mode.value for e in evidence]),
        "source": text([e.source for e in evidence]),
        "document": text([e.source for e in evidence]),
        "title": text([s.title for s in sources]),
        "author": text(["; ".join(s.authors) for s in sources]),
        "polarity": integer([r.stance.polarity.level for r in told], span=(-2, 2)),
    }
    return table_of(
        columns,
        time=[r.when.not_after for r in told],
        document=[e.source for e in evidence],
        ids=[e.id for e in evidence],
        position=[e.paragraph for e in evidence],
    )
