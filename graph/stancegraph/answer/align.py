"""Who stands with whom: one actor against all others, and two actors option by option."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Literal

from stancegraph.answer.answer import Answer, Table, cite_positions
from stancegraph.answer.shared import command, method, records_left_out, teller
from stancegraph.answer.words import STANDS, count, listed, named, percent, sentence, with_article
from stancegraph.errors import StanceError
from stancegraph.measure.agreement import MINIMUM_SHARED, Agreement, agreement
from stancegraph.model import Actor, ActorKind, Polarity
from stancegraph.positions import Position, Positions

if TYPE_CHECKING:
    from stancegraph.graph import Graph

Relation = Literal["agree", "differ", "open", "only-first", "only-second"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedOption:
    """An option on which one or both of two actors have a position."""

    option: str
    name: str
    a: Polarity | None
    """Polarity of the first actor; None where it has no position."""
    b: Polarity | None
    """Polarity of the second actor."""
    relation: Relation
    """agree: same side; differ: opposite sides; open: one or both undecided; or only one spoke."""
    a_hearsay: bool | None
    b_hearsay: bool | None
    a_decided_by: tuple[str, ...]
    b_decided_by: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Alignment:
    """How far one other actor stands with the actor asked about."""

    actor: str
    name: str
    kind: ActorKind
    agreement: float | None
    """Share of the shared options with both on the same side; None where insufficient."""
    interval: tuple[float, float] | None
    """Jeffreys' 95% interval of that share."""
    shared: int
    """Options on which both have a position."""
    same: int
    """Options with both on the same side."""
    opposite: int
    """Options with one for and one against."""
    own_shared: int
    """Shared options on which both spoke or acted for themselves."""
    own_same: int
    """Those of them with both on the same side."""
    options: tuple[SharedOption, ...]
    """The shared options."""
    verdict: str
    """insufficient, same side, other side or mixed."""


def align(
    graph: Graph,
    actor: str,
    *,
    as_of: date | None = None,
    roll_up: bool = False,
    own_words: bool = False,
) -> Answer[Alignment]:
    """Say who stands with an actor, over the options that both have a position on."""
    chosen = graph.actor(actor)
    day = as_of or graph.last_day
    positions = graph.positions(day, roll_up=roll_up, own_words=own_words)
    rows = sorted(_alignments(graph, chosen, positions), key=_nearest_first)
    apart = _sharing_nothing(graph, chosen, positions, rows)
    pairs = [(who, s.option) for r in rows for s in r.options for who in (chosen.id, r.actor)]
    states = [r for r in rows if graph.is_state_or_body(r.actor)]
    voices = [r for r in rows if r not in states]
    return Answer(
        question=f"Who stands with {named(chosen)}?",
        verdict=_verdict(chosen, rows, states, _of(positions, chosen.id)),
        as_of=day,
        method=method(roll_up=roll_up, own_words=own_words, extra=_MEASURE),
        rows=tuple(rows),
        evidence=cite_positions(graph, [positions[p] for p in dict.fromkeys(pairs)]),
        flags=tuple(sorted(_flags(rows, positions, pairs))),
        more={"actor": chosen.id, "measure": "agreement", "roll_up": roll_up},
        tables=tuple(
            t
            for t in (
                _table("States and organisations", states),
                _table("Voices that bind no state", voices),
            )
            if t.rows
        ),
        notes=(
            *([f"With no option in common: {', '.join(apart)}."] if apart else []),
            *records_left_out(graph, day),
        ),
        reproduce=command(
            "align", chosen.id, graph=graph, as_of=day, roll_up=roll_up, own_words=own_words
        ),
    )


_MEASURE = (
    "agreement is the share of shared options with both on the same side, Jeffreys 95% interval; "
    f"below {MINIMUM_SHARED} shared options insufficient"
)


def compare(
    graph: Graph,
    first: str,
    second: str,
    *,
    as_of: date | None = None,
    roll_up: bool = False,
    own_words: bool = False,
) -> Answer[SharedOption]:
    """Say where two actors agree and differ, and on what only one of them has spoken."""
    a, b = graph.actor(first), graph.actor(second)
    if a.id == b.id:
        raise StanceError(f"{first!r} and {second!r} are both {a.name}; name two actors")
    day = as_of or graph.last_day
    positions = graph.positions(day, roll_up=roll_up, own_words=own_words)
    of_a, of_b = _of(positions, a.id), _of(positions, b.id)
    options = [o for o in graph.options if o in of_a or o in of_b]
    rows = sorted((_shared(graph, o, of_a.get(o), of_b.get(o)) for o in options), key=_telling)
    found = _agreement(of_a, of_b)
    cited = [of[r.option] for r in rows for of in (of_a, of_b) if r.option in of]
    return Answer(
        question=f"Where do {named(a)} and {named(b)} agree and differ?",
        verdict=_pair_verdict(a, b, found, rows),
        as_of=day,
        method=method(roll_up=roll_up, own_words=own_words, extra=_MEASURE),
        rows=tuple(rows),
        evidence=cite_positions(graph, cited),
        flags=tuple(sorted(_pair_flags(found, cited))),
        more={
            "a": a.id,
            "b": b.id,
            "agreement": found.share,
            "interval": found.interval,
            "shared": found.shared,
            "same": found.same,
            "opposite": found.opposite,
            "measure": "agreement",
            "value": found.share,
            "roll_up": roll_up,
        },
        tables=(_pair_table(graph, a, b, rows, of_a, of_b),) if rows else (),
        notes=tuple(records_left_out(graph, day)),
        reproduce=command(
            "compare", a.id, b.id, graph=graph, as_of=day, roll_up=roll_up, own_words=own_words
        ),
    )


def _of(positions: Positions, actor: str) -> dict[str, Position]:
    return {option: p for (holder, option), p in positions.items() if holder == actor}


def _values(of_actor: Mapping[str, Position]) -> dict[str, float]:
    scaled = ((option, p.polarity.scaled) for option, p in of_actor.items())
    return {option: value for option, value in scaled if value is not None}


def _agreement(a: Mapping[str, Position], b: Mapping[str, Position]) -> Agreement:
    return agreement(_values(a), _values(b))


def _alignments(graph: Graph, chosen: Actor, positions: Positions) -> Iterator[Alignment]:
    mine = _of(positions, chosen.id)
    for other in dict.fromkeys(holder for holder, _ in positions if holder != chosen.id):
        theirs = _of(positions, other)
        found = _agreement(mine, theirs)
        if found.shared:
            yield _alignment(graph, graph.actors[other], found, mine, theirs)


def _alignment(
    graph: Graph,
    other: Actor,
    found: Agreement,
    mine: Mapping[str, Position],
    theirs: Mapping[str, Position],
) -> Alignment:
    own = _agreement(_spoken(mine), _spoken(theirs))
    both = [o for o in graph.options if o in _values(mine) and o in _values(theirs)]
    return Alignment(
        actor=other.id,
        name=other.name,
        kind=other.kind,
        agreement=found.share,
        interval=found.interval,
        shared=found.shared,
        same=found.same,
        opposite=found.opposite,
        own_shared=own.shared,
        own_same=own.same,
        options=tuple(_shared(graph, o, mine[o], theirs[o]) for o in both),
        verdict=_word(found),
    )


def _spoken(positions: Mapping[str, Position]) -> dict[str, Position]:
    return {option: p for option, p in positions.items() if not p.is_hearsay}


def _word(found: Agreement) -> str:
    if found.interval is None:
        return "insufficient"
    low, high = found.interval
    if low > _HALF:
        return "same side"
    return "other side" if high < _HALF else "mixed"


_HALF = 0.5


def _shared(graph: Graph, option: str, a: Position | None, b: Position | None) -> SharedOption:
    return SharedOption(
        option=option,
        name=graph.options[option].name,
        a=a.polarity if a else None,
        b=b.polarity if b else None,
        relation=_relation(a, b),
        a_hearsay=a.is_hearsay if a else None,
        b_hearsay=b.is_hearsay if b else None,
        a_decided_by=a.decided_by if a else (),
        b_decided_by=b.decided_by if b else (),
    )


def _relation(a: Position | None, b: Position | None) -> Relation:
    if a is None or a.polarity.side is None:
        return "only-second"
    if b is None or b.polarity.side is None:
        return "only-first"
    product = a.polarity.side * b.polarity.side
    return "agree" if product > 0 else "differ" if product < 0 else "open"


_ORDER: tuple[Relation, ...] = ("agree", "differ", "open", "only-first", "only-second")


def _telling(row: SharedOption) -> tuple[int, str]:
    return _ORDER.index(row.relation), row.option


def _nearest_first(row: Alignment) -> tuple[bool, float, int, int, str]:
    return (
        row.agreement is None,
        -(row.agreement or 0.0),
        -(row.same - row.opposite),
        -row.shared,
        row.name,
    )


def _sharing_nothing(
    graph: Graph, chosen: Actor, positions: Positions, rows: Iterable[Alignment]
) -> list[str]:
    holders = {holder for holder, _ in positions} - {chosen.id, *(r.actor for r in rows)}
    return sorted(graph.actors[h].name for h in holders)


def _flags(
    rows: Sequence[Alignment], positions: Positions, pairs: Iterable[tuple[str, str]]
) -> set[str]:
    found = {flag.value for pair in pairs for flag in positions[pair].flags}
    if all(r.agreement is None for r in rows):
        found.add("insufficient")
    return found


def _pair_flags(found: Agreement, cited: Iterable[Position]) -> set[str]:
    flags = {flag.value for p in cited for flag in p.flags}
    return flags if found.is_sufficient else flags | {"insufficient"}


def _verdict(
    chosen: Actor,
    rows: Sequence[Alignment],
    states: Sequence[Alignment],
    mine: Mapping[str, Position],
) -> str:
    name = named(chosen)
    if not mine:
        return sentence(f"{name} has no position on any option, so it stands with nobody we know.")
    if not rows:
        options = count(len(mine), "option")
        return sentence(f"{name} has a position on {options}, and nobody else has one on the same.")
    enough = [r for r in rows if r.agreement is not None]
    if not enough:
        return _thin_verdict(name, states or rows)
    near, far = enough[0], enough[-1]
    text = f"Nearest to {name}: {_ranked(near)}."
    return text if near is far else f"{text} Farthest: {_ranked(far)}."


def _ranked(row: Alignment) -> str:
    share = percent(row.agreement or 0.0, row.interval or (0.0, 1.0))
    return f"{row.name}, same side on {row.same} of {row.shared} shared options, {share}"


def _the(row: Alignment) -> str:
    return with_article(row.name)


def _thin_verdict(name: str, rows: Sequence[Alignment]) -> str:
    most = max(r.shared for r in rows)
    start = (
        f"Insufficient: {name} shares at most {count(most, 'option')} with anyone, "
        f"and a share needs {MINIMUM_SHARED}."
    )
    with_, against = (
        [_the(r) for r in rows if r.same > r.opposite],
        [_the(r) for r in rows if r.opposite > r.same],
    )
    undecided = [_the(r) for r in rows if r.same == r.opposite]
    parts = [
        *([f"on the same side so far: {listed(with_)}"] if with_ else []),
        *([f"on the other: {listed(against)}"] if against else []),
        *([f"neither, as one of the two is undecided: {listed(undecided)}"] if undecided else []),
    ]
    return f"{sentence(start)} {sentence('; '.join(parts))}."


def _pair_verdict(a: Actor, b: Actor, found: Agreement, rows: Sequence[SharedOption]) -> str:
    names = sentence(f"{named(a)} and {named(b)}")
    if not found.shared:
        spoke = [named(x) for x, only in ((a, "only-first"), (b, "only-second"))
                 if any(r.relation == only for r in rows)]  # fmt: skip
        rest = f"; {listed(spoke)} spoke on other options" if spoke else ""
        return f"Insufficient: {names} share no option{rest}."
    parts = f"{found.same} on the same side, {found.opposite} opposite, {found.open} open"
    shared = f"{names} share {count(found.shared, 'option')}: {parts}"
    if found.share is None or found.interval is None:
        return f"Insufficient: {shared}; a share needs {MINIMUM_SHARED}."
    return f"{shared}. Agreement {percent(found.share, found.interval)}."


def _table(title: str, rows: Iterable[Alignment]) -> Table:
    return Table(
        title,
        ("Actor", "Same side", "Agreement", "Own words alone", "Shared options"),
        tuple(
            (
                r.name,
                f"{r.same} of {r.shared}",
                percent(r.agreement, r.interval) if r.agreement is not None and r.interval
                else r.verdict,
                f"{r.own_same} of {r.own_shared}" if r.own_shared else "none shared",
                ", ".join(f"{s.option} ({s.relation})" for s in r.options),
            )
            for r in rows
        ),
    )  # fmt: skip


def _pair_table(
    graph: Graph,
    a: Actor,
    b: Actor,
    rows: Iterable[SharedOption],
    of_a: Mapping[str, Position],
    of_b: Mapping[str, Position],
) -> Table:
    words = {"only-first": f"only {a.name}", "only-second": f"only {b.name}"}

    def cell(position: Position | None) -> str:
        if position is None:
            return "silent"
        return f"{STANDS[position.polarity]}, {teller(graph, position)}"

    return Table(
        "Option by option",
        ("Option", "", a.name, b.name),
        tuple(
            (
                r.option,
                words.get(r.relation, r.relation),
                cell(of_a.get(r.option)),
                cell(of_b.get(r.option)),
            )
            for r in rows
        ),
    )
