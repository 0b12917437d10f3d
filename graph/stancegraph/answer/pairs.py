"""Two actors measured against a third, and over channels: closer, channels."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Unpack

from stancegraph.answer.answer import Answer, Table
from stancegraph.answer.measuring import Measuring
from stancegraph.answer.shared import method, metonyms_read, scoped
from stancegraph.answer.words import count, listed, named, percent, sentence
from stancegraph.errors import StanceError
from stancegraph.measure.agreement import MINIMUM_SHARED
from stancegraph.measure.interval import jeffreys
from stancegraph.model import Actor, EvidenceKind
from stancegraph.scope import Scope, Which

if TYPE_CHECKING:
    from stancegraph.graph import Graph


@dataclass(frozen=True, slots=True, kw_only=True)
class Nearness:
    """How far one actor agrees with another."""

    actor: str
    name: str
    same: int
    """Options with both on the same side."""
    shared: int
    """Options on which both have a position."""
    agreement: float | None
    """Share of the two; None where insufficient."""
    interval: tuple[float, float] | None
    """Jeffreys' 95% interval."""


def closer(
    graph: Graph, actor: str, first: str, second: str, **which: Unpack[Which]
) -> Answer[Nearness]:
    """Say which of two actors a third agrees with more, and how sure that is."""
    chosen, b, c = graph.actor(actor), graph.actor(first), graph.actor(second)
    if len({chosen.id, b.id, c.id}) < 3:
        raise StanceError("name three different actors: whose side, and the two to choose from")
    scope = graph.scope(**which)
    part = graph.about(holders=[chosen.id, b.id, c.id])
    rows = tuple(_nearness(part, chosen, other, scope) for other in (b, c))
    probability = _probability(rows)
    return Answer(
        question=f"Is {named(chosen)} nearer to {named(b)} or to {named(c)}?",
        verdict=_verdict(chosen, b, c, rows, probability),
        as_of=scope.as_of,
        method=method(
            roll_up=scope.roll_up,
            own_words=scope.own_words,
            extra="the probability that one share is the larger, Jeffreys prior, the two taken as "
            f"independent; below {MINIMUM_SHARED} shared options insufficient",
        ),
        row_class=Nearness,
        rows=rows,
        evidence=(),
        flags=() if probability is not None else ("insufficient",),
        more={"actor": chosen.id, "probability": probability, "roll_up": scope.roll_up},
        tables=(
            Table(
                "Options on the same side",
                ("Actor", "Same side", "Agreement"),
                tuple((r.name, f"{r.same} of {r.shared}", _share(r)) for r in rows),
            ),
        ),
        notes=tuple(metonyms_read((actor, chosen), (first, b), (second, c))),
        reproduce=scoped("closer", chosen.id, b.id, c.id, graph=graph, scope=scope),
    )


def _nearness(graph: Graph, chosen: Actor, other: Actor, scope: Scope) -> Nearness:
    from stancegraph.answer.meeting import meeting

    held = graph.held(scope)
    if {chosen.id, other.id} <= {*held.actors}:
        met = meeting(held, chosen.id, Measuring(), scope)
        at = met.actors.index(other.id)
        same, shared = int(met.same[at]), int(met.shared[at])
    else:
        same = shared = 0
    is_enough = shared >= MINIMUM_SHARED
    return Nearness(
        actor=other.id,
        name=other.name,
        same=same,
        shared=shared,
        agreement=same / shared if is_enough else None,
        interval=jeffreys(same, shared) if is_enough else None,
    )


def _probability(rows: tuple[Nearness, ...]) -> float | None:
    """Return the probability that the first is the nearer; None where one is insufficient."""
    b, c = rows
    if b.agreement is None or c.agreement is None:
        return None
    from stancegraph.measure.nearer import probability_nearer

    return probability_nearer(b.same, b.shared, c.same, c.shared)


def _share(row: Nearness) -> str:
    if row.agreement is None or row.interval is None:
        return "insufficient"
    return percent(row.agreement, row.interval)


def _verdict(
    chosen: Actor, b: Actor, c: Actor, rows: tuple[Nearness, ...], probability: float | None
) -> str:
    told = listed(f"{r.same} of {count(r.shared, 'shared option')} with {r.name}" for r in rows)
    if probability is None:
        return (
            f"Insufficient: {named(chosen)} is on the same side on {told}, "
            f"and a share needs {MINIMUM_SHARED}."
        )
    near, sure = (b, probability) if probability >= 0.5 else (c, 1 - probability)
    if sure < _SURE:
        start = f"Not settled: {named(chosen)} is nearer to {named(near)} with probability"
    else:
        start = sentence(f"{named(chosen)} is nearer to {named(near)}, with probability")
    return f"{start} {_rounded(sure)}: on the same side on {told}."


_SURE = 0.9


def _rounded(probability: float) -> str:
    """Return a probability that is never said to be certainty."""
    return f"{probability:.0%}" if probability < 0.995 else "above 99%"


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """How far two actors agree in speech, in action or in votes alone."""

    channel: EvidenceKind
    same: int
    opposite: int
    shared: int
    agreement: float | None
    """Share of the same side; None where insufficient."""
    interval: tuple[float, float] | None


def channels(graph: Graph, first: str, second: str, **which: Unpack[Which]) -> Answer[Channel]:
    """Say whether two actors agree alike in what they say, do and vote."""
    a, b = graph.actor(first), graph.actor(second)
    if a.id == b.id:
        raise StanceError(f"{first!r} and {second!r} are both {a.name}; name two actors")
    scope = graph.scope(**which)
    part = graph.about(holders=[a.id, b.id])
    rows = tuple(_channel(part, a, b, kind, scope) for kind in EvidenceKind)
    used = [r for r in rows if r.shared]
    return Answer(
        question=f"Do {named(a)} and {named(b)} agree alike in speech, action and vote?",
        verdict=_channels_verdict(a, b, used),
        as_of=scope.as_of,
        method=method(
            roll_up=scope.roll_up,
            own_words=True,
            extra="each channel's positions are derived from its own records alone; "
            f"below {MINIMUM_SHARED} shared options insufficient",
        ),
        row_class=Channel,
        rows=rows,
        evidence=(),
        flags=() if any(r.agreement is not None for r in rows) else ("insufficient",),
        more={"a": a.id, "b": b.id, "roll_up": scope.roll_up},
        tables=(
            Table(
                "By channel",
                ("Channel", "Same side", "Opposite", "Agreement"),
                tuple(
                    (
                        _NAMES[r.channel],
                        f"{r.same} of {r.shared}",
                        str(r.opposite),
                        percent(r.agreement, r.interval)
                        if r.agreement is not None and r.interval
                        else "insufficient" if r.shared else "nothing shared",
                    )
                    for r in rows
                ),
            ),
        ),
        notes=tuple(metonyms_read((first, a), (second, b))),
        reproduce=scoped("channels", a.id, b.id, graph=graph, scope=scope),
    )  # fmt: skip


_NAMES = {
    EvidenceKind.STATEMENT: "speech",
    EvidenceKind.ACTION: "action",
    EvidenceKind.VOTE: "vote",
}


def _channel(graph: Graph, a: Actor, b: Actor, kind: EvidenceKind, scope: Scope) -> Channel:
    from stancegraph.answer.meeting import meeting

    alone = replace(scope, own_words=True, filters={**scope.filters, "kind": (kind.value,)})
    held = graph.held(alone)
    same = opposite = shared = 0
    if {a.id, b.id} <= {*held.actors}:
        met = meeting(held, a.id, Measuring(), alone)
        at = met.actors.index(b.id)
        same, opposite, shared = (int(x[at]) for x in (met.same, met.opposite, met.shared))
    is_enough = shared >= MINIMUM_SHARED
    return Channel(
        channel=kind,
        same=same,
        opposite=opposite,
        shared=shared,
        agreement=same / shared if is_enough else None,
        interval=jeffreys(same, shared) if is_enough else None,
    )


def _channels_verdict(a: Actor, b: Actor, used: list[Channel]) -> str:
    names = sentence(f"{named(a)} and {named(b)}")
    if not used:
        return f"Insufficient: {names} share no option in any channel by their own words or deeds."
    told = listed(f"on {r.same} of {r.shared} in {_NAMES[r.channel]}" for r in used)
    start = f"{names} are on the same side {told}"
    if len(used) == 1:
        return f"{start}; there is only one channel, so nothing to set beside it."
    enough = [r for r in used if r.agreement is not None and r.interval]
    apart = [(x, y) for i, x in enumerate(enough) for y in enough[i + 1 :] if _is_apart(x, y)]
    if len(enough) < 2:
        return f"{start}; a share in two channels needs {MINIMUM_SHARED} shared options in each."
    if not apart:
        return f"{start}; the channels do not differ beyond chance."
    x, y = apart[0]
    return f"{start}; {_NAMES[x.channel]} and {_NAMES[y.channel]} differ beyond chance."


def _is_apart(x: Channel, y: Channel) -> bool:
    """Tell whether the intervals of two channels do not meet."""
    if x.interval is None or y.interval is None:
        return False
    return x.interval[0] > y.interval[1] or y.interval[0] > x.interval[1]
