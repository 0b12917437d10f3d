"""Who stands with whom: one actor against all others, and two actors option by option."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Unpack, get_args

from stancegraph.answer.answer import Answer, Citation, Table, cite_positions
from stancegraph.answer.measuring import Measuring
from stancegraph.answer.pictured import alignments
from stancegraph.answer.shared import left_out, method, metonyms_read, scoped, teller
from stancegraph.answer.words import (
    STANDS,
    count,
    day,
    listed,
    named,
    percent,
    sentence,
    with_article,
)
from stancegraph.errors import StanceError
from stancegraph.measure.agreement import MINIMUM_SHARED
from stancegraph.measure.interval import jeffreys
from stancegraph.model import Actor, ActorKind, Polarity
from stancegraph.positions import VOTE, Position
from stancegraph.scope import Scope, Which

if TYPE_CHECKING:
    from stancegraph.answer.meeting import Meeting
    from stancegraph.columns import Held
    from stancegraph.graph import Graph
    from stancegraph.measure.bootstrap import Bootstrap

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
    """Options with both on the same side; of recorded votes, both abstentions too."""
    opposite: int
    """Options with one for and one against."""
    own_shared: int
    """Shared options on which both spoke or acted for themselves."""
    own_same: int
    """Those of them with both on the same side."""
    value: float | None
    """The measure asked for; None where insufficient, or undefined for want of variation."""
    value_interval: tuple[float, float] | None
    """Its 95% interval."""
    n: float
    """On how many options it rests; with weights, on how many effectively."""
    raw_agreement: float | None
    """The share of identical levels, beside which a measure corrected for chance is read."""
    options: tuple[SharedOption, ...]
    """The shared options; none where there are too many to list, which compare does."""
    verdict: str
    """insufficient, same side, other side, mixed, open or not settled."""


def align(
    graph: Graph, actor: str, *, measuring: Measuring | None = None, **which: Unpack[Which]
) -> Answer[Alignment]:
    """Say who stands with an actor, over the options that both have a position on."""
    chosen, by, scope = graph.actor(actor), measuring or Measuring(), graph.scope(**which)
    met = graph.meeting(chosen.id, by, scope)
    listed_ = {} if graph.is_large else _by_holder(graph, scope)
    rows = sorted(_alignments(graph, met, chosen, by, listed_), key=_nearest_first)
    apart = sorted(
        graph.actors[h].name for h in {*met.actors} - {chosen.id, *(r.actor for r in rows)}
    )
    pairs = [(who, s.option) for r in rows for s in r.options for who in (chosen.id, r.actor)]
    cited = [listed_[who][option] for who, option in dict.fromkeys(pairs)]
    states = [r for r in rows if graph.is_state_or_body(r.actor)]
    voices = [r for r in rows if r not in states]
    return Answer(
        question=f"Who stands with {named(chosen)}?",
        verdict=_verdict(chosen, states or rows, met.mine, by),
        as_of=scope.as_of,
        method=_method(scope, by, is_by_vote=met.is_by_vote),
        row_class=Alignment,
        rows=tuple(rows),
        evidence=cite_positions(graph, cited)
        if listed_
        else _telling_votes(graph, met, chosen.id, states, scope),
        flags=tuple(sorted(_flags(cited, is_enough=any(r.shared >= by.min_shared for r in rows)))),
        more={
            "actor": chosen.id,
            "measure": by.measure,
            "measure_full_name": by.full_name,
            "roll_up": scope.roll_up,
        },
        tables=tuple(
            t
            for t in (
                _table("States and organisations", *_ends(states), by),
                _table("Voices that bind no state", *_ends(voices), by),
            )
            if t.rows
        ),
        notes=(
            *metonyms_read((actor, chosen)),
            *([f"With no option in common: {_some(apart)}."] if apart else []),
            *(
                [f"The shared options are too many to list: compare {chosen.id} with one of them."]
                if graph.is_large and rows
                else left_out(graph, scope.as_of, own_words=scope.own_words)
                if not graph.is_large
                else []
            ),
        ),
        reproduce=_again("align", chosen.id, graph=graph, scope=scope, by=by),
        figures=alignments(states or rows, f"Who stands with {named(chosen)}"),
    )


def _some(names: Sequence[str]) -> str:
    rest = len(names) - _NAMED
    return ", ".join(names[:_NAMED]) + (f" and {rest} more" if rest > 0 else "")


_NAMED = 20


def _method(scope: Scope, by: Measuring, *, is_by_vote: bool) -> str:
    extra = [by.in_words]
    if is_by_vote and by.measure == "agreement":
        extra.append("two abstentions in recorded votes are the same deed")
    extra += [f"records of {day(scope.since)} or later"] if scope.since else []
    extra += [f"only {n} {' or '.join(w)}" for n, w in scope.filters.items()]
    return method(roll_up=scope.roll_up, own_words=scope.own_words, extra="; ".join(extra))


def _again(verb: str, *words: str, graph: Graph, scope: Scope, by: Measuring) -> str:
    """Return the command that gives an answer again, with all that narrows and measures."""
    told = Measuring()
    options = (
        *(("--measure", by.measure) if by.measure != told.measure else ()),
        *(("--distance", by.distance) if by.distance else ()),
        *(("--weight", by.weight) if by.weight else ()),
        *(("--half-life", f"{by.half_life:g}") if by.half_life else ()),
        *(("--min-shared", str(by.min_shared)) if by.min_shared != told.min_shared else ()),
    )
    return scoped(verb, *words, *options, graph=graph, scope=scope)


def compare(
    graph: Graph,
    first: str,
    second: str,
    *,
    measuring: Measuring | None = None,
    draws: int = 0,
    seed: int = 0,
    **which: Unpack[Which],
) -> Answer[SharedOption]:
    """Say where two actors agree and differ, and on what only one of them has spoken.

    With `draws`, also where the measure may lie were the documents drawn again so many times.
    """
    a, b = graph.actor(first), graph.actor(second)
    if a.id == b.id:
        raise StanceError(f"{first!r} and {second!r} are both {a.name}; name two actors")
    from stancegraph.answer.meeting import meeting

    by, scope = measuring or Measuring(), graph.scope(**which)
    graph = graph.about(holders=[a.id, b.id])
    positions, held = _by_holder(graph, scope), graph.held(scope)
    of_a, of_b = positions.get(a.id, {}), positions.get(b.id, {})
    options = [o for o in graph.options if o in of_a or o in of_b]
    rows = sorted((_shared(graph, o, of_a.get(o), of_b.get(o)) for o in options), key=_telling)
    weights = graph.option_weights(by.weighing_field) if by.weighing_field else None
    met = meeting(held, a.id, by, scope, weights)
    pair = next((r for r in _alignments(graph, met, a, by, {}) if r.actor == b.id), None)
    found = pair or _nothing(b)
    again = _drawn_again(graph, held, (a, b), by, of_a, draws=draws, seed=seed) if pair else None
    cited = [of[r.option] for r in rows for of in (of_a, of_b) if r.option in of]
    return Answer(
        question=f"Where do {named(a)} and {named(b)} agree and differ?",
        verdict=_pair_verdict(a, b, found, rows, by) + (_drawn_words(again) if again else ""),
        as_of=scope.as_of,
        method=_method(scope, by, is_by_vote=held.is_by_vote),
        row_class=SharedOption,
        rows=tuple(rows),
        evidence=cite_positions(graph, cited[:_CITED] if graph.is_large else cited),
        flags=tuple(sorted(_flags(cited, is_enough=found.shared >= by.min_shared))),
        more={
            "a": a.id,
            "b": b.id,
            "agreement": found.agreement,
            "interval": found.interval,
            "shared": found.shared,
            "same": found.same,
            "opposite": found.opposite,
            "own_shared": found.own_shared,
            "own_same": found.own_same,
            "measure": by.measure,
            "measure_full_name": by.full_name,
            "value": found.value,
            "value_interval": found.value_interval,
            "n": found.n,
            "raw_agreement": found.raw_agreement,
            "bootstrap": again,
            "roll_up": scope.roll_up,
        },
        tables=(_pair_table(graph, a, b, rows[:_LISTED], of_a, of_b),) if rows else (),
        notes=(
            *metonyms_read((first, a), (second, b)),
            *([f"The first {_LISTED} are shown: --format csv has all."] if rows[_LISTED:] else []),
            *left_out(graph, scope.as_of, own_words=scope.own_words),
        ),
        reproduce=_again("compare", a.id, b.id, graph=graph, scope=scope, by=by),
    )


def _drawn_again(
    graph: Graph,
    held: Held,
    pair: tuple[Actor, Actor],
    by: Measuring,
    of_a: _Held,
    *,
    draws: int,
    seed: int,
) -> Bootstrap | None:
    """Draw documents again; where there are too few of them, options are taken for documents."""
    if not draws:
        return None
    if by.weight or by.half_life:
        raise StanceError("--bootstrap draws documents that weigh the same: leave out the weights")
    from stancegraph.answer.meeting import drawn_again

    documents = {o: p.deciding[0].evidence.source for o, p in of_a.items()}
    if len({*documents.values()}) < MINIMUM_SHARED:
        documents = {o: o for o in of_a}
    first, second = (actor.id for actor in pair)
    return drawn_again(held, first, second, by, documents, draws=draws, seed=seed)


def _drawn_words(found: Bootstrap) -> str:
    if found.low is None or found.high is None:
        return ""
    return f" With documents drawn again {found.draws} times: {found.low:.2f} to {found.high:.2f}."


_LISTED = 100
"""So many options are in the table that people read."""
_CITED = 6
"""So many positions are cited from a large graph."""


_Held = Mapping[str, Position]
"""The positions of one actor, by option."""


def _by_holder(graph: Graph, scope: Scope) -> dict[str, dict[str, Position]]:
    """Return positions by holder and option.

    When narrower options count for broader ones, only the broadest are compared, so that no
    record counts twice.
    """
    found: dict[str, dict[str, Position]] = {}
    for (holder, option), p in graph.positions_in(scope).items():
        if not (scope.roll_up and graph.options[option].broader):
            found.setdefault(holder, {})[option] = p
    return found


def _alignments(
    graph: Graph,
    met: Meeting,
    chosen: Actor,
    by: Measuring,
    positions: Mapping[str, _Held],
) -> Iterator[Alignment]:
    for at, other in enumerate(met.actors):
        if other != chosen.id and met.shared[at]:
            yield _alignment(graph, graph.actors[other], met, at, by, positions, chosen.id)


def _alignment(
    graph: Graph,
    other: Actor,
    met: Meeting,
    at: int,
    by: Measuring,
    positions: Mapping[str, _Held],
    chosen: str,
) -> Alignment:
    shared, same, opposite = (int(x[at]) for x in (met.shared, met.same, met.opposite))
    is_enough = shared >= by.min_shared
    score = met.found.at(at) if met.found and is_enough else None
    interval = jeffreys(same, shared) if is_enough else None
    mine, theirs = positions.get(chosen, {}), positions.get(other.id, {})
    both = (
        [o for o in graph.options if _is_told(mine.get(o)) and _is_told(theirs.get(o))]
        if mine
        else []
    )
    return Alignment(
        actor=other.id,
        name=other.name,
        kind=other.kind,
        agreement=same / shared if is_enough else None,
        interval=interval,
        shared=shared,
        same=same,
        opposite=opposite,
        own_shared=int(met.own_shared[at]),
        own_same=int(met.own_same[at]),
        value=score.value if score else None,
        value_interval=score.interval if score else None,
        n=score.n if score else float(shared),
        raw_agreement=score.agreement if score else None,
        options=tuple(_shared(graph, o, mine[o], theirs[o]) for o in both),
        verdict=word_of(same, opposite, shared, interval),
    )


def _is_told(position: Position | None) -> bool:
    return position is not None and position.polarity.level is not None


def _nothing(other: Actor) -> Alignment:
    return Alignment(
        actor=other.id,
        name=other.name,
        kind=other.kind,
        agreement=None,
        interval=None,
        shared=0,
        same=0,
        opposite=0,
        own_shared=0,
        own_same=0,
        value=None,
        value_interval=None,
        n=0.0,
        raw_agreement=None,
        options=(),
        verdict="insufficient",
    )


def _telling_votes(
    graph: Graph, met: Meeting, chosen: str, rows: Sequence[Alignment], scope: Scope
) -> tuple[Citation, ...]:
    """Cite of a large graph the latest agreement with the nearest and difference with the last."""
    enough = [r for r in rows if r.value is not None]
    asked = [
        (row.actor, option)
        for row, side in zip((*enough[:1], *enough[-1:]), (1, -1), strict=False)
        if (option := met.latest(row.actor, side))
    ]
    if not asked:
        return ()
    part = graph.about(
        holders=[chosen, *(who for who, _ in asked)], options=[option for _, option in asked]
    )
    found = part.positions_in(scope)
    pairs = dict.fromkeys((w, option) for who, option in asked for w in (chosen, who))
    return cite_positions(part, [found[pair] for pair in pairs if pair in found])


def word_of(same: int, opposite: int, shared: int, interval: tuple[float, float] | None) -> str:
    """Say how two actors stand to each other; the interval is that of the share on one side."""
    if interval is None:
        return "insufficient"
    if not same and not opposite:
        return "open"
    if interval[0] > _HALF:
        return "same side"
    if jeffreys(opposite, shared)[0] > _HALF:
        return "other side"
    return "mixed" if same and opposite else "not settled"


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
    if product == 0 and a.tier == b.tier == VOTE and a.polarity is b.polarity:
        return "agree"
    return "agree" if product > 0 else "differ" if product < 0 else "open"


_ORDER: tuple[Relation, ...] = get_args(Relation)


def _telling(row: SharedOption) -> tuple[int, str]:
    return _ORDER.index(row.relation), row.option


def _nearest_first(row: Alignment) -> tuple[bool, float, int, int, str]:
    return (
        row.value is None,
        -(row.value or 0.0),
        -(row.same - row.opposite),
        -row.shared,
        row.name,
    )


def _flags(cited: Iterable[Position], *, is_enough: bool) -> set[str]:
    found = {flag.value for p in cited for flag in p.flags}
    return found if is_enough else found | {"insufficient"}


def _verdict(chosen: Actor, rows: Sequence[Alignment], mine: int, by: Measuring) -> str:
    name = named(chosen)
    if not mine:
        return sentence(f"{name} has no position on any option, so it stands with nobody we know.")
    if not rows:
        options = count(mine, "option")
        return sentence(f"{name} has a position on {options}, and nobody else has one on the same.")
    if all(r.shared < by.min_shared for r in rows):
        return _thin_verdict(name, rows, by)
    enough = [r for r in rows if r.value is not None]
    sided = [r for r in enough if r.same or r.opposite]
    if not sided:
        return sentence(f"{name} is on no side of any option that it shares with enough others.")
    near = [r for r in sided if r.value == sided[0].value]
    far = [r for r in sided if r.value == sided[-1].value]
    text = f"Nearest to {name}: {_ranked(near, by)}."
    return text if near == far else f"{text} Farthest: {_ranked(far, by)}."


def _ranked(rows: Sequence[Alignment], by: Measuring) -> str:
    return listed(
        f"{with_article(r.name)}, {_score(r, by)}same side on {r.same} of {r.shared} shared "
        f"options, {percent(r.agreement or 0.0, r.interval or (0.0, 1.0))}"
        for r in rows
    )


def _score(row: Alignment, by: Measuring) -> str:
    """Say the measure where it is not the agreement that is said anyway."""
    return "" if by == Measuring(min_shared=by.min_shared) else f"{_measured(row, by)}, "


def _measured(row: Alignment, by: Measuring) -> str:
    """Return a measure of one pair as people read it."""
    if row.shared < by.min_shared:
        return row.verdict
    if row.value is None or row.value_interval is None:
        return "undefined (no variation)"
    if by.measure == "agreement":
        return percent(row.value, row.value_interval)
    low, high = row.value_interval
    return f"{by.measure} {row.value:.2f} ({low:.2f} to {high:.2f})"


def _thin_verdict(name: str, rows: Sequence[Alignment], by: Measuring) -> str:
    most = max(r.shared for r in rows)
    start = (
        f"Insufficient: {name} shares at most {count(most, 'option')} with anyone, "
        f"and a share needs {by.min_shared}."
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


def _pair_verdict(
    a: Actor, b: Actor, found: Alignment, rows: Sequence[SharedOption], by: Measuring
) -> str:
    names = sentence(f"{named(a)} and {named(b)}")
    if not found.shared:
        spoke = [named(x) for x, only in ((a, "only-first"), (b, "only-second"))
                 if any(r.relation == only for r in rows)]  # fmt: skip
        rest = f"; {listed(spoke)} spoke on other options" if spoke else ""
        return f"Insufficient: {names} share no option{rest}."
    rest_open = found.shared - found.same - found.opposite
    parts = [f"on the same side of {found.same}"]
    parts += [f"on opposite sides of {found.opposite}"] if found.opposite else []
    parts += [f"one or both undecided on {rest_open}"] if rest_open else []
    shared = f"{names} share {count(found.shared, 'option')}: {listed(parts)}"
    if found.agreement is None or found.interval is None:
        return f"Insufficient: {shared}; a share needs {by.min_shared}."
    measured = _score(found, by).removesuffix(", ")
    more = f" {sentence(measured)}." if measured else ""
    return f"{shared}. Agreement {percent(found.agreement, found.interval)}.{more}"


def _ends(rows: Sequence[Alignment]) -> tuple[Sequence[Alignment], str]:
    """Return the nearest and the farthest where there are too many to read, and say so."""
    if len(rows) <= 2 * _AT_EACH_END:
        return rows, ""
    told = f", the nearest and farthest {_AT_EACH_END} of {len(rows)} (--format csv has all)"
    return [*rows[:_AT_EACH_END], *rows[-_AT_EACH_END:]], told


_AT_EACH_END = 25


def _table(title: str, rows: Sequence[Alignment], told: str, by: Measuring) -> Table:
    measured = _score(rows[0], by) if rows else ""
    columns = ["Actor", "Same side", "Agreement", "Own words alone", "Shared options"]
    shown = [
        [
            r.name,
            f"{r.same} of {r.shared}",
            percent(r.agreement, r.interval) if r.agreement is not None and r.interval
            else r.verdict,
            f"{r.own_same} of {r.own_shared}" if r.own_shared else "none shared",
            ", ".join(f"{s.option} ({s.relation})" for s in r.options),
        ]
        for r in rows
    ]  # fmt: skip
    if measured:
        columns[2:2] = [sentence(by.measure), "Raw agreement"]
        for row, cells in zip(rows, shown, strict=True):
            raw = "" if row.raw_agreement is None else f"{row.raw_agreement:.0%}"
            cells[2:2] = [_measured(row, by).removeprefix(f"{by.measure} "), raw]
    return Table(title + told, tuple(columns), tuple(map(tuple, shown)))


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
