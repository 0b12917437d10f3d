"""The pictures of brokers: between how many each stands, and in which network."""

from __future__ import annotations

from collections.abc import Sequence

from stancegraph.answer.answer import Citation
from stancegraph.answer.brokering import Broker, Stood
from stancegraph.answer.figure import Dot, Dots, Node, Tie, Web
from stancegraph.answer.words import count, listed, sentence

_DOTS = 30


def dots(found: Stood, rows: Sequence[Broker], evidence: Sequence[Citation]) -> Dots:
    """Show how many pairs each stands between, beside what chance would give."""
    shown = [r for r in rows if r.total][:_DOTS]
    most = max([1.0, *(max(r.between_groups, r.between_groups_expected) for r in shown)])
    numbers = {name: n for n, name in enumerate(found.groups)}
    rest = len(rows) - len(shown)
    left = f" Not drawn: {count(rest, 'other actor')}." if rest else ""
    return Dots(
        title="Between how many pairs of different groups each stands",
        says=f"{sentence(shown[0].name)} leads by pairs of different groups, "
        f"with {shown[0].between_groups}."
        if shown
        else "Nobody stands between others.",
        rows=tuple(_dot(r, numbers[r.group], _cited_of(evidence, r, rows[0])) for r in shown),
        axis="pairs of different groups, friends of the actor but not of each other",
        low=0,
        high=float(most),
        groups=found.groups,
        expected_means="what ties drawn by chance would give",
        note=f"At the end of a row, of how many pairs in all.{left}",
    )


def _dot(row: Broker, group: int, records: tuple[str, ...]) -> Dot:
    pairs = count(row.total // 2, "pair")
    roles = "{} as coordinator, {} as itinerant, {} as gatekeeper, {} as liaison".format(*row.pairs)
    return Dot(
        label=sentence(row.name),
        value=row.between_groups,
        expected=round(row.between_groups_expected, 3),
        group=group,
        records=records,
        text=f"{row.between_groups} of {pairs}",
        note=f"{sentence(row.name)} stands between {pairs}: {roles}.",
    )


def _cited_of(evidence: Sequence[Citation], row: Broker, first: Broker) -> tuple[str, ...]:
    """Return the records that show the first broker; no others are cited."""
    return tuple(dict.fromkeys(c.id for c in evidence)) if row is first else ()


def web(found: Stood, rows: Sequence[Broker], evidence: Sequence[Citation]) -> Web:
    """Show who is a friend of whom, brokers large."""
    import numpy as np

    from stancegraph.answer.drawn import drawn_of, records_of

    weight = found.network.weight
    of = {r.actor: r for r in rows}
    size = np.array([of[a].between_groups for a in found.network.actors], dtype=np.float64)
    rank = np.maximum(weight, 0) * (1 + np.maximum(size[:, None], size) / max(1.0, size.max()))
    drawn = drawn_of(rank)
    return Web(
        title="Friends, and who stands between groups",
        says=f"{sentence(rows[0].name)} stands between most pairs of different groups.",
        nodes=tuple(
            Node(
                id=found.network.actors[n],
                label=of[found.network.actors[n]].name.removeprefix("the "),
                group=found.camps[n],
                size=float(size[n] / max(1.0, size.max())),
                note=f"{sentence(found.names[n])} stands between "
                f"{count(int(size[n]), 'pair')} of different groups.",
            )
            for n in drawn.actors
        ),
        ties=tuple(
            Tie(
                a=found.network.actors[i],
                b=found.network.actors[j],
                weight=round(float(weight[i, j]), 6),
                note=sentence(
                    f"{listed([found.names[i], found.names[j]])} agree ({weight[i, j]:+.2f})."
                ),
                records=records_of(evidence, found.network.actors[i], found.network.actors[j]),
            )
            for i, j in drawn.ties
        ),
        groups=found.groups,
        note="The larger, the more pairs of different groups an actor stands between. Only friends "
        f"are drawn. {drawn.left_out}".strip(),
    )
