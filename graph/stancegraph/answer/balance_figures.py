"""The picture of balance: two sides, and the ties that they do not explain."""

from __future__ import annotations

from collections.abc import Sequence

from stancegraph.answer.answer import Citation
from stancegraph.answer.balancing import KINDS, Measured, OddTie
from stancegraph.answer.figure import Node, Tie, Web
from stancegraph.answer.words import count, listed


def web(found: Measured, rows: Sequence[OddTie], evidence: Sequence[Citation]) -> Web:
    """Show both sides, with the odd ties marked."""
    import numpy as np

    from stancegraph.answer.drawn import drawn_of

    at = {actor: n for n, actor in enumerate(found.ids)}
    odd = {(at[r.a], at[r.b]): r for r in rows}
    size = np.abs(found.network)
    rank = size / size.max(initial=1e-300)
    for i, j in odd:
        rank[i, j] = rank[j, i] = rank[i, j] + 1
    drawn = drawn_of(rank)
    lines = "" if found.is_told else "Whole lines are friends, broken ones foes. "
    groups = tuple(_side_name(found, side) for side in found.sides)
    return Web(
        title="Two sides, and the ties that they do not explain",
        says=_web_says(found, rows),
        nodes=tuple(_node(found, n) for n in drawn.actors),
        ties=tuple(_tie(found, i, j, odd.get((i, j)), evidence) for i, j in drawn.ties),
        groups=groups if found.sides[1] else groups[:1],
        note=f"{lines}The larger, the more unbalanced triangles an actor is in. "
        f"{drawn.left_out}".strip(),
    )


def _node(found: Measured, n: int) -> Node:
    most = max(1, int(found.strain.sum(axis=1).max(initial=0)))
    strain = int(found.strain[n].sum())
    triangles = count(strain // 2, "unbalanced triangle")
    return Node(
        id=found.ids[n],
        label=found.label(n),
        group=int(found.shown.camps[n]),
        size=strain / most,
        note=f"{found.told(found.names[n])} is in {triangles}.",
    )


def _tie(found: Measured, i: int, j: int, row: OddTie | None, evidence: Sequence[Citation]) -> Tie:
    from stancegraph.answer.drawn import records_of

    weight = float(found.network[i, j])
    return Tie(
        a=found.ids[i],
        b=found.ids[j],
        weight=round(max(-1.0, min(1.0, weight)), 6),
        mark="odd" if row else "plain",
        note=_tie_note(found, i, j, row),
        records=records_of(evidence, found.ids[i], found.ids[j]),
    )


def _web_says(found: Measured, rows: Sequence[OddTie]) -> str:
    sizes = " and ".join(str(len(side)) for side in found.sides)
    return (
        f"Two sides of {sizes} actors explain {found.ties - len(rows)} of "
        f"{count(found.ties, 'tie')}; {count(len(rows), 'tie is', 'ties are')} odd."
    )


def _side_name(found: Measured, side: Sequence[int]) -> str:
    """Name a side after whoever has the strongest friends in it."""
    if not side:
        return "Nobody"
    friends = {n: float(found.network[n, side].clip(min=0).sum()) for n in side}
    first = max(side, key=lambda n: (friends[n], -n))
    others = count(len(side) - 1, "other")
    return f"{found.label(first)} and {others}" if len(side) > 1 else found.label(first)


def _tie_note(found: Measured, i: int, j: int, row: OddTie | None) -> str:
    weight = float(found.network[i, j])
    kind = "friends" if weight > 0 else "foes"
    odd = f"; odd: {KINDS[row.kind]}" if row else ""
    both = listed([found.names[i], found.names[j]])
    return found.told(f"{both} are {kind} ({weight:+.2f}){odd}.")
