"""What is other at a second day than at a first: positions, and how far pairs agree."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Literal

from stancegraph.answer.align import word_of
from stancegraph.answer.answer import Citation, cite, flags_of
from stancegraph.answer.history import is_at_odds, is_later, kind_of, terms_of
from stancegraph.answer.tying import Tying
from stancegraph.measure.agreement import MINIMUM_SHARED
from stancegraph.measure.interval import jeffreys
from stancegraph.model import Bounds, Polarity
from stancegraph.positions import Flag, Position
from stancegraph.scope import Scope

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from stancegraph.answer.ties import Meetings
    from stancegraph.columns import Held
    from stancegraph.graph import Graph


Kind = Literal[
    "side", "degree", "condition", "new", "lapsed", "contested", "settled", "stale", "unordered"
]
"""What is other: the side, how firm, the terms, that there is a position, that records disagree,
that it grew old; or another side by records of which none is surely the later."""

KINDS: Mapping[Kind, tuple[str, str]] = {
    "side": ("change of side", "changes of side"),
    "unordered": ("difference of side in no known order", "differences of side in no known order"),
    "degree": ("position firmer or softer", "positions firmer or softer"),
    "condition": ("position on other terms", "positions on other terms"),
    "new": ("new position", "new positions"),
    "lapsed": ("position lapsed", "positions lapsed"),
    "contested": ("position became contested", "positions became contested"),
    "settled": ("position no longer contested", "positions no longer contested"),
    "stale": ("position became stale", "positions became stale"),
}
"""How a number of each is said, the most telling kind first."""

LEAST_SHARED = 20
"""So many options two actors must share before and after, for their agreement to be compared."""

MOST_PAIRS = 12
"""So many pairs of a large graph are named."""

_CITED = 8

_LOADED = 500
"""So many changed positions of a large graph are loaded with their records."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One thing that is other at the second day than at the first."""

    actor: str
    name: str
    option: str
    kind: Kind
    polarity_before: Polarity | None
    """At the first day; None where there was no position."""
    polarity: Polarity | None
    """At the second day; None where it lapsed."""
    is_surely_after: bool
    """Whether it surely happened after the first day; else it may only have become known."""
    is_hearsay: bool
    conditions_before: tuple[str, ...]
    """What it was tied to: conditions and limits."""
    conditions: tuple[str, ...]
    evidence_before: tuple[str, ...]
    evidence: tuple[str, ...]
    when: Bounds
    """When the deciding record of the second day is of; of what lapsed, that of the first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PairDifference:
    """How far two actors agreed at the first day, at the second, and on what came in between."""

    a: str
    b: str
    shared_before: int
    same_before: int
    shared: int
    same: int
    shared_between: int
    """Options on which both took a position in between only."""
    same_between: int
    verdict_before: str
    """insufficient, same side, other side, mixed, open or not settled, as of align."""
    verdict: str


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Found:
    """What is other, and what it was counted from."""

    rows: Sequence[Difference]
    counts: Counter[Kind]
    """By kind, of all; of a large graph the rows have some only."""
    before: int
    """Positions at the first day."""
    after: int
    new_options: tuple[str, ...]
    new_actors: tuple[str, ...]
    new_by_actor: Mapping[str, int]
    evidence: tuple[Citation, ...]
    flags: tuple[str, ...]
    is_whole: bool
    """Whether all kinds of differences were looked for."""


def of_all(graph: Graph, then: Scope, now: Scope, who: set[str] | None) -> Found:
    """Compare all positions."""
    part = graph.about()
    old, new = (
        {k: p for k, p in part.positions_in(scope).items() if who is None or k[0] in who}
        for scope in (then, now)
    )
    order = {kind: n for n, kind in enumerate(KINDS)}
    rows = sorted(
        (r for key in {*old, *new} for r in _rows(part, old.get(key), new.get(key), then.as_of)),
        key=lambda r: (order[r.kind], r.name, r.actor, r.option),
    )
    fresh = [key for key in new if key not in old]
    options, actors = {key[1] for key in old}, {key[0] for key in old}
    shown = [(old.get((r.actor, r.option)), new.get((r.actor, r.option))) for r in rows]
    return Found(
        rows=rows,
        counts=Counter(r.kind for r in rows),
        before=len(old),
        after=len(new),
        new_options=tuple(o for o in part.options if o in {o for _, o in new} - options),
        new_actors=_by_name(graph, {a for a, _ in new} - actors),
        new_by_actor=_most(Counter(a for a, _ in fresh)),
        evidence=tuple(_cite(part, shown[:_CITED])),
        flags=flags_of(p for _, p in shown if p),
        is_whole=True,
    )


def of_large(graph: Graph, then: Scope, now: Scope, who: set[str] | None) -> Found:
    """Compare positions as arrays; load those on another side or level, and those that lapsed."""
    import numpy as np

    held = tuple(_of(graph.held(scope), who) for scope in (then, now))
    old, new = (_keys(part, held) for part in held)
    both, at, to = np.intersect1d(old, new, assume_unique=True, return_indices=True)
    level, level_now = held[0].level[at], held[1].level[to]
    moved = both[np.sign(level) != np.sign(level_now)]
    degree = both[(np.sign(level) == np.sign(level_now)) & (level != level_now)]
    gone, fresh = _without(old, new), _without(new, old)
    keys = _named(np.concatenate([moved, degree, gone])[:_LOADED], held)
    part = graph.about(holders={k[0] for k in keys}, options={k[1] for k in keys})
    before, after = (part.positions_in(scope) for scope in (then, now))
    kinds = ("side", "unordered", "degree", "lapsed")
    rows = [
        row
        for key in keys
        for row in _rows(part, before.get(key), after.get(key), then.as_of)
        if row.kind in kinds
    ]
    counts: Counter[Kind] = Counter(r.kind for r in rows)
    if len(moved) + len(degree) + len(gone) > _LOADED:
        counts = Counter({"side": len(moved), "degree": len(degree), "lapsed": len(gone)})
    counts["new"] = len(fresh)
    holders = (fresh // max(1, len(held[1].options))).tolist()
    options = np.setdiff1d(held[1].option, held[0].option)
    return Found(
        rows=rows,
        counts=counts,
        before=len(old),
        after=len(new),
        new_options=tuple(held[1].options[n] for n in options.tolist()),
        new_actors=_by_name(graph, _present(held[1]) - _present(held[0])),
        new_by_actor=_most(Counter(held[1].actors[n] for n in holders)),
        evidence=tuple(_cite(part, [(before.get(k), after.get(k)) for k in keys[:_CITED]])),
        flags=(),
        is_whole=False,
    )


def _most(counts: Counter[str]) -> dict[str, int]:
    """Return counts with the largest first, in an order that does not depend on the input's."""
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))


def _by_name(graph: Graph, actors: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(actors, key=lambda a: (graph.actors[a].name, a)))


def _present(held: Held) -> set[str]:
    import numpy as np

    return {held.actors[n] for n in np.unique(held.actor).tolist()}


def _of(held: Held, who: set[str] | None) -> Held:
    import numpy as np

    if who is None:
        return held
    return held.where(np.array([a in who for a in held.actors], dtype=bool)[held.actor])


def _without(keys: NDArray[np.int64], others: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the keys that are not among others, in order; none comes twice in either."""
    import numpy as np

    return np.sort(np.setdiff1d(keys, others, assume_unique=True))


def _keys(part: Held, held: tuple[Held, ...]) -> NDArray[np.int64]:
    """Give every position the number of its holder and option, the same in both parts."""
    import numpy as np

    number_of = {a: n for n, a in enumerate(held[1].actors)}
    number_of |= {a: len(number_of) + n for n, a in enumerate(held[0].actors) if a not in number_of}
    numbers = np.array([number_of[a] for a in part.actors], dtype=np.int64)
    return np.asarray(numbers[part.actor] * max(1, len(part.options)) + part.option)


def _named(keys: NDArray[np.int64], held: tuple[Held, ...]) -> list[tuple[str, str]]:
    """Return the holders and options that numbers of positions stand for."""
    actors = (*held[1].actors, *(a for a in held[0].actors if a not in held[1].actors))
    width = max(1, len(held[1].options))
    return [(actors[k // width], held[1].options[k % width]) for k in keys.tolist()]


def _rows(
    graph: Graph, old: Position | None, new: Position | None, first: date | None
) -> Iterator[Difference]:
    """Yield what is other in one position."""
    for kind in _kinds_of(old, new):
        told = new or old
        if told:
            start = told.deciding[0].when.not_before
            yield Difference(
                actor=told.holder,
                name=graph.actors[told.holder].name,
                option=told.option,
                kind=kind,
                polarity_before=old.polarity if old else None,
                polarity=new.polarity if new else None,
                is_surely_after=bool(first and start and start > first) or kind in _BY_TIME,
                is_hearsay=told.is_hearsay,
                conditions_before=terms_of(old) if old else (),
                conditions=terms_of(new) if new else (),
                evidence_before=old.decided_by if old else (),
                evidence=new.decided_by if new else (),
                when=told.deciding[0].when,
            )


_BY_TIME = ("lapsed", "stale")
"""What happens by time passing alone."""


def _kinds_of(old: Position | None, new: Position | None) -> Iterator[Kind]:
    if old is None or new is None:
        yield "new" if old is None else "lapsed"
        return
    if not is_at_odds(old) and not is_at_odds(new):
        match kind_of(old, new):
            case "side" | "reversal":
                yield "side" if is_later(new, old) else "unordered"
            case "degree":
                yield "degree"
            case "condition":
                yield "condition"
            case None:
                pass
    if old.is_contested != new.is_contested:
        yield "contested" if new.is_contested else "settled"
    if Flag.STALE in new.flags and Flag.STALE not in old.flags:
        yield "stale"


def _cite(
    graph: Graph, pairs: Iterable[tuple[Position | None, Position | None]]
) -> Iterator[Citation]:
    """Cite what decided each position at both days."""
    seen = set()
    for pair in pairs:
        for position in filter(None, pair):
            reading = position.deciding[0]
            key = (reading.evidence.id, reading.stance)
            if key not in seen:
                seen.add(key)
                yield cite(graph, reading.evidence, reading.stance)


def pairs_of(
    graph: Graph, then: Scope, now: Scope, who: set[str] | None
) -> tuple[PairDifference, ...]:
    """Return the pairs of actors whose agreement became other.

    Of a small graph, where the word for it is another one; of a large graph, those that share
    enough before and in between, and agree there most or least of what they did before.
    """
    import numpy as np

    from stancegraph.answer.ties import among, meetings_of, network_of

    actors = network_of(graph, Tying(), now).actors
    held = tuple(among(graph.held(scope), actors) for scope in (then, now))
    old, new = (_keys(part, held) for part in held)
    parts = (*held, held[1].where(~np.isin(new, old)))
    before, after, between = (meetings_of(part) for part in parts)
    is_asked = np.array([who is None or a in who for a in actors], dtype=bool)
    asked = np.triu(is_asked[:, None] | is_asked, 1)
    picked = _compared(before, between, asked) if graph.is_large else np.argwhere(asked)
    found = (
        PairDifference(
            a=actors[i],
            b=actors[j],
            shared_before=int(before.shared[i, j]),
            same_before=int(before.same[i, j]),
            shared=int(after.shared[i, j]),
            same=int(after.same[i, j]),
            shared_between=int(between.shared[i, j]),
            same_between=int(between.same[i, j]),
            verdict_before=_word(before, i, j),
            verdict=_word(after, i, j),
        )
        for i, j in picked.tolist()
    )
    return tuple(p for p in found if graph.is_large or p.verdict != p.verdict_before)


def _compared(before: Meetings, between: Meetings, asked: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Return the pairs whose agreement in between differs most from that before."""
    import numpy as np

    enough = asked & (before.shared >= LEAST_SHARED) & (between.shared >= LEAST_SHARED)
    pairs = np.argwhere(enough)
    moved = np.abs(
        between.same[enough] / between.shared[enough] - before.same[enough] / before.shared[enough]
    )
    return pairs[np.argsort(-moved.round(9), kind="stable")[:MOST_PAIRS]]


def _word(met: Meetings, i: int, j: int) -> str:
    same, opposite, shared = (int(x[i, j]) for x in (met.same, met.opposite, met.shared))
    return word_of(
        same, opposite, shared, jeffreys(same, shared) if shared >= MINIMUM_SHARED else None
    )


def shares(pair: PairDifference) -> tuple[float, float]:
    """Return the share of options on the same side, before and in between."""
    return (
        pair.same_before / max(1, pair.shared_before),
        pair.same_between / max(1, pair.shared_between),
    )
