"""Who stands with whom: one actor against all others, and two actors option by option."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Literal, get_args

from stancegraph.answer.answer import Answer, Table, cite_positions
from stancegraph.answer.shared import command, left_out, method, metonyms_read, teller
from stancegraph.answer.words import STANDS, count, listed, named, percent, sentence, with_article
from stancegraph.errors import StanceError
from stancegraph.measure.agreement import MINIMUM_SHARED, Agreement, agreement
from stancegraph.measure.interval import jeffreys
from stancegraph.model import Actor, ActorKind, Polarity
from stancegraph.positions import Position

if TYPE_CHECKING:
    from stancegraph.graph import Graph

Relation = Literal["agree", "differ", "open", "undisclosed", "only-first", "only-second"]


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
    """agree: same side; differ: opposite; open: one or both undecided; undisclosed; or only one."""
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
    """insufficient, same side, other side, mixed, open or not settled."""


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
    positions = _by_holder(graph, day, roll_up=roll_up, own_words=own_words)
    rows = sorted(_alignments(graph, chosen, positions), key=_nearest_first)
    apart = _sharing_nothing(graph, chosen, positions, rows)
    pairs = [(who, s.option) for r in rows for s in r.options for who in (chosen.id, r.actor)]
    cited = [positions[who][option] for who, option in dict.fromkeys(pairs)]
    states = [r for r in rows if graph.is_state_or_body(r.actor)]
    voices = [r for r in rows if r not in states]
    return Answer(
        question=f"Who stands with {named(chosen)}?",
        verdict=_verdict(chosen, states or rows, positions.get(chosen.id, {})),
        as_of=day,
        method=method(roll_up=roll_up, own_words=own_words, extra=_MEASURE),
        row_class=Alignment,
        rows=tuple(rows),
        evidence=cite_positions(graph, cited),
        flags=tuple(sorted(_flags(cited, is_enough=any(r.agreement is not None for r in rows)))),
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
            *metonyms_read((actor, chosen)),
            *([f"With no option in common: {', '.join(apart)}."] if apart else []),
            *left_out(graph, day, own_words=own_words),
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
    positions = _by_holder(graph, day, roll_up=roll_up, own_words=own_words)
    of_a, of_b = positions.get(a.id, {}), positions.get(b.id, {})
    options = [o for o in graph.options if o in of_a or o in of_b]
    rows = sorted((_shared(graph, o, of_a.get(o), of_b.get(o)) for o in options), key=_telling)
    found = _agreement(of_a, of_b)
    own = _agreement(_spoken(of_a), _spoken(of_b))
    cited = [of[r.option] for r in rows for of in (of_a, of_b) if r.option in of]
    return Answer(
        question=f"Where do {named(a)} and {named(b)} agree and differ?",
        verdict=_pair_verdict(a, b, found, rows),
        as_of=day,
        method=method(roll_up=roll_up, own_words=own_words, extra=_MEASURE),
        row_class=SharedOption,
        rows=tuple(rows),
        evidence=cite_positions(graph, cited),
        flags=tuple(sorted(_flags(cited, is_enough=found.is_sufficient))),
        more={
            "a": a.id,
            "b": b.id,
            "agreement": found.share,
            "interval": found.interval,
            "shared": found.shared,
            "same": found.same,
            "opposite": found.opposite,
            "own_shared": own.shared,
            "own_same": own.same,
            "measure": "agreement",
            "value": found.share,
            "roll_up": roll_up,
        },
        tables=(_pair_table(graph, a, b, rows, of_a, of_b),) if rows else (),
        notes=(
            *metonyms_read((first, a), (second, b)),
            *left_out(graph, day, own_words=own_words),
        ),
        reproduce=command(
            "compare", a.id, b.id, graph=graph, as_of=day, roll_up=roll_up, own_words=own_words
        ),
    )


_Held = Mapping[str, Position]
"""The positions of one actor, by option."""


def _by_holder(
    graph: Graph, day: date | None, *, roll_up: bool, own_words: bool
) -> dict[str, dict[str, Position]]:
    """Return positions by holder and option.

    When narrower options count for broader ones, only the broadest are compared, so that no
    record counts twice.
    """
    found: dict[str, dict[str, Position]] = {}
    for (holder, option), p in graph.positions(day, roll_up=roll_up, own_words=own_words).items():
        if not (roll_up and graph.options[option].broader):
            found.setdefault(holder, {})[option] = p
    return found


def _values(of_actor: _Held) -> dict[str, float]:
    scaled = ((option, p.polarity.scaled) for option, p in of_actor.items())
    return {option: value for option, value in scaled if value is not None}


def _agreement(a: _Held, b: _Held) -> Agreement:
    return agreement(_values(a), _values(b))


def _alignments(graph: Graph, chosen: Actor, positions: Mapping[str, _Held]) -> Iterator[Alignment]:
    mine = positions.get(chosen.id, {})
    for other, theirs in positions.items():
        found = _agreement(mine, theirs)
        if other != chosen.id and found.shared:
            yield _alignment(graph, graph.actors[other], found, mine, theirs)


def _alignment(
    graph: Graph,
    other: Actor,
    found: Agreement,
    mine: _Held,
    theirs: _Held,
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


def _spoken(positions: _Held) -> dict[str, Position]:
    return {option: p for option, p in positions.items() if not p.is_hearsay}


def _word(found: Agreement) -> str:
    if found.interval is None:
        return "insufficient"
    if not found.same and not found.opposite:
        return "open"
    if found.interval[0] > _HALF:
        return "same side"
    if jeffreys(found.opposite, found.shared)[0] > _HALF:
        return "other side"
    return "mixed" if found.same and found.opposite else "not settled"


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
    if a is None:
        return "only-second"
    if b is None:
        return "only-first"
    if a.polarity.side is None or b.polarity.side is None:
        return "undisclosed"
    product = a.polarity.side * b.polarity.side
    return "agree" if product > 0 else "differ" if product < 0 else "open"


_ORDER: tuple[Relation, ...] = get_args(Relation)


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
    graph: Graph, chosen: Actor, positions: Iterable[str], rows: Iterable[Alignment]
) -> list[str]:
    holders = set(positions) - {chosen.id, *(r.actor for r in rows)}
    return sorted(graph.actors[h].name for h in holders)


def _flags(cited: Iterable[Position], *, is_enough: bool) -> set[str]:
    found = {flag.value for p in cited for flag in p.flags}
    return found if is_enough else found | {"insufficient"}


def _verdict(chosen: Actor, rows: Sequence[Alignment], mine: _Held) -> str:
    name = named(chosen)
    if not mine:
        return sentence(f"{name} has no position on any option, so it stands with nobody we know.")
    if not rows:
        options = count(len(mine), "option")
        return sentence(f"{name} has a position on {options}, and nobody else has one on the same.")
    enough = [r for r in rows if r.agreement is not None]
    if not enough:
        return _thin_verdict(name, rows)
    sided = [r for r in enough if r.same or r.opposite]
    if not sided:
        return sentence(f"{name} is on no side of any option that it shares with enough others.")
    near = [r for r in sided if r.agreement == sided[0].agreement]
    far = [r for r in sided if r.agreement == sided[-1].agreement]
    text = f"Nearest to {name}: {_ranked(near)}."
    return text if near == far else f"{text} Farthest: {_ranked(far)}."


def _ranked(rows: Sequence[Alignment]) -> str:
    return listed(
        f"{with_article(r.name)}, same side on {r.same} of {r.shared} shared options, "
        f"{percent(r.agreement or 0.0, r.interval or (0.0, 1.0))}"
        for r in rows
    )


def _thin_verdict(name: str, rows: Sequence[Alignment]) -> str:
    most = max(r.shared for r in rows)
    start = (
        f"Insufficient: {name} shares at most {count(most, 'option')} with anyone, "
        f"and a share needs {MINIMUM_SHARED}."
    )
    groups = {
        "on the same side so far": [r for r in rows if r.same > r.opposite],
        "on the other side so far": [r for r in rows if r.opposite > r.same],
        "as often on the same side as on the other": [r for r in rows if r.same == r.opposite > 0],
        _why_open(name, rows): [r for r in rows if not r.same and not r.opposite],
    }
    parts = [
        f"{words}: {listed(with_article(r.name) for r in found)}"
        for words, found in groups.items()
        if found
    ]
    return f"{sentence(start)} {sentence('; '.join(parts))}."


def _why_open(name: str, rows: Sequence[Alignment]) -> str:
    open_options = [s for r in rows if not r.same and not r.opposite for s in r.options]
    if all(s.a is Polarity.UNDECIDED for s in open_options):
        return f"on neither side, as {name} itself is undecided"
    return "on neither side, as one of the two is undecided"


def _pair_verdict(a: Actor, b: Actor, found: Agreement, rows: Sequence[SharedOption]) -> str:
    names = sentence(f"{named(a)} and {named(b)}")
    if not found.shared:
        spoke = [named(x) for x, only in ((a, "only-first"), (b, "only-second"))
                 if any(r.relation == only for r in rows)]  # fmt: skip
        rest = f"; {listed(spoke)} spoke on other options" if spoke else ""
        return f"Insufficient: {names} share no option{rest}."
    parts = [f"on the same side of {found.same}"]
    parts += [f"on opposite sides of {found.opposite}"] if found.opposite else []
    parts += [f"one or both undecided on {found.open}"] if found.open else []
    shared = f"{names} share {count(found.shared, 'option')}: {listed(parts)}"
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
    of_a: _Held,
    of_b: _Held,
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
