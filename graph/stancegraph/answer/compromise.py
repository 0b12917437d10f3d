"""What could carry those who are for one option and those who are for another."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Unpack

from stancegraph.answer.answer import Answer, Citation, cite_positions, flags_of
from stancegraph.answer.replies import near_options
from stancegraph.answer.shared import method, scoped
from stancegraph.answer.short import CITED, OF_LEVEL, first_records, label_of
from stancegraph.answer.two_camps import (
    NAMED,
    Camps,
    Candidate,
    camps_of,
    candidate,
    candidates,
    known_of,
    relations_of,
    trades,
)
from stancegraph.answer.two_camps_told import camps_told, figures_of, notes_of, tables_of
from stancegraph.answer.words import count, sentence, size_of, stands_on
from stancegraph.errors import StanceError
from stancegraph.model import Polarity
from stancegraph.positions import Position
from stancegraph.scope import Which

if TYPE_CHECKING:
    from stancegraph.graph import Graph


MOST = 50
"""So many candidates at most, unless told otherwise."""


def compromise(
    graph: Graph, first: str, second: str, *, most: int = MOST, **which: Unpack[Which]
) -> Answer[Candidate]:
    """Say which option on record could carry those who are for one option and for another.

    Silence on an option is unknown and never consent. Raises StanceError where both are one option.
    """
    a, b = graph.option(first).id, graph.option(second).id
    if a == b:
        raise StanceError(f"{first!r} and {second!r} are one option, {a!r}: name two")
    camps = camps_of(graph, a, b, graph.scope(**which))
    ranked, accepted = candidates(camps)
    chosen = [camps.held.options[n] for n in ranked[:most]]
    known = known_of(camps, (a, b, *chosen))
    relations = relations_of(camps)
    rows = tuple(
        candidate(camps, n, relations[option], known[option])
        for n, option in zip(ranked, chosen, strict=False)
    )
    held = [p for found in known.values() for p in found]
    return Answer(
        question=f"What could carry those for {_called(graph, a)} and for {_called(graph, b)}?",
        verdict=" ".join(filter(None, (_who_binds(camps), *_found(camps, rows, accepted)))),
        as_of=camps.scope.as_of,
        method=method(
            roll_up=camps.scope.roll_up,
            own_words=camps.scope.own_words,
            extra="candidates in order: near the two, no opposition on record in either camp, "
            "support in both, support, less opposition elsewhere, own words; silence counts as "
            "unknown",
        ),
        row_class=Candidate,
        rows=rows,
        evidence=_evidence(camps, known),
        flags=_flags(camps, rows, held),
        more={
            "options": (a, b),
            "for_both": camps.both,
            "for_first": camps.first,
            "for_second": camps.second,
            "for_neither": camps.neither,
            "accepted": accepted,
            "trades": tuple(trades(camps)),
            "roll_up": camps.scope.roll_up,
        },
        tables=tuple(t for t in tables_of(camps, rows) if t.rows),
        notes=tuple(notes_of(camps, len(ranked), rows)),
        reproduce=scoped(
            "compromise",
            a,
            b,
            *((f"--most={most}",) if most != MOST else ()),
            graph=graph,
            scope=camps.scope,
        ),
        figures=figures_of(camps, rows),
    )


def _evidence(camps: Camps, known: Mapping[str, Sequence[Position]]) -> tuple[Citation, ...]:
    """Cite some of each camp on either option, then what is known of the first candidates."""
    a, b, *others = known
    wanted = (
        [p for p in known[a] if p.holder in (*camps.first, *camps.both)],
        [p for p in known[b] if p.holder in (*camps.second, *camps.both)],
        [p for p in known[a] if p.holder in camps.second],
        [p for p in known[b] if p.holder in camps.first],
        [p for o in (a, b) for p in known[o] if p.holder in camps.neither],
    )
    most = 4 if sum(map(len, known.values())) > CITED else CITED
    first = [p for group in wanted for p in group[:most]]
    then = [p for option in others for p in known[option][:most]]
    cited = [c for p in (*first, *then) for c in first_records(cite_positions(camps.graph, [p]), 2)]
    return first_records(cited)


def _called(graph: Graph, option: str) -> str:
    return repr(option) if not graph.is_large else f"{option!r} ({graph.options[option].name})"


def _who_binds(camps: Camps) -> str:
    """Say where no state or organisation is a party."""
    if any(camps.graph.is_state_or_body(x) for x in camps.parties) or not camps.parties:
        return ""
    return "Only voices that bind no state are on record on either."


def _found(camps: Camps, rows: Sequence[Candidate], accepted: int) -> Iterator[str]:
    a, b = camps.options
    if not (camps.first or camps.second or camps.both):
        yield (
            f"Insufficient: nobody on record is for {a} or for {b}, so that there is nothing to "
            "bring together."
        )
    elif not camps.first and not camps.second:
        yield (
            f"There is nothing to compromise between: whoever is on record for {a} or for {b} is "
            f"for both, {camps.names(camps.both)}."
        )
    elif not camps.first:
        yield _one_sided(camps, a, b, camps.second)
    elif not camps.second:
        yield _one_sided(camps, b, a, camps.first)
    else:
        yield camps_told(camps)
    yield _narrower(camps)
    yield _neither(camps)
    yield _hearsay(camps)
    if camps.first and camps.second:
        yield _nearest(camps, rows, accepted)
    elif not camps.both and (near := [c for c in rows if c.relation != "elsewhere"]):
        name = label_of(camps.graph, near[0].option)
        yield f"The nearest of what else is on record is {name}: {_stand(camps, near[0], ())}."


def _one_sided(camps: Camps, one: str, other: str, rest: Sequence[str]) -> str:
    """Say what is so where nobody is for one option alone."""
    if camps.both:
        return (
            f"All who are on record for {one} are for {other} too: {camps.names(camps.both)}. So "
            f"no bridge is needed to {other}; on record for {other} only: {camps.names(rest)}."
        )
    told = _with_stances(camps, rest)
    told = told if len(rest) <= NAMED else f"for {other} are {told}"
    return (
        f"Insufficient: nobody on record is for {one}, so that there is no second camp to carry. "
        f"{sentence(told)}."
    )


def _narrower(camps: Camps) -> str:
    """Say where one of the two is a form of the other."""
    a, b = camps.options
    nearness = near_options(camps.graph, a).get(b)
    if nearness is None:
        return ""
    broad, narrow = (a, b) if nearness == "narrower" else (b, a)
    apart = "" if camps.scope.roll_up else "; a position on the one is none on the other"
    return f"Of the two, {narrow} is a form of {broad}{apart}."


def _hearsay(camps: Camps) -> str:
    """Say of whom only others tell, and on what."""
    if not any(camps.hearsay):
        return ""
    own = {x for n in (0, 1) for x in camps.parties if camps.is_own(x, n)}
    if not own and len(camps.parties) > 1:
        return "None of them has spoken for itself on either."
    told = (
        f"{camps.names([x for x in camps.parties if x in of])} on {option}"
        for option, of in zip(camps.options, camps.hearsay, strict=True)
        if of
    )
    return f"By others' word only: {'; '.join(told)}."


def _neither(camps: Camps) -> str:
    """Say who is on record on one of the two, and for neither."""
    if not camps.neither:
        return ""
    return f"On record, and for neither: {_with_stances(camps, camps.neither)}."


def _with_stances(camps: Camps, actors: Sequence[str]) -> str:
    """Name actors, with where they stand on the two where they are few."""
    if len(actors) > NAMED:
        return f"{camps.names(actors)} ({len(actors)})"
    alike: dict[tuple[int | None, ...], list[str]] = {}
    for actor in actors:
        levels = (camps.stance(actor, 0), camps.stance(actor, 1))
        alike.setdefault(levels, []).append(actor)
    return "; ".join(
        f"{camps.names(of)} {_stances(camps, levels, of)}" for levels, of in alike.items()
    )


def _stances(camps: Camps, levels: Sequence[int | None], actors: Sequence[str]) -> str:
    """Say where actors stand on the two, support first."""
    subjects = sum(size_of(camps.graph.actors[x]) for x in actors)
    if levels[0] is not None and levels[0] == levels[1]:
        return stands_on(OF_LEVEL[levels[0]], " and ".join(camps.options), subjects=subjects)
    known = [(x, o) for x, o in zip(levels, camps.options, strict=True) if x is not None]
    known.sort(key=lambda part: -part[0])
    return " and ".join(stands_on(OF_LEVEL[x], o, subjects=subjects) for x, o in known)


def _nearest(camps: Camps, rows: Sequence[Candidate], accepted: int) -> str:
    """Name the option that could carry both camps, or what comes nearest to it."""
    near = [c for c in rows if c.relation != "elsewhere"]
    if not near:
        return (
            "On no other option of the same issue, narrower or broader is any of them on record, "
            "so that nothing can be said of what would carry both."
        )
    top = near[0]
    name, stand = label_of(camps.graph, top.option), _stand(camps, top, _silent(camps, top))
    if top.is_accepted:
        is_one = len({o.issue for o in camps.graph.options.values()}) == 1
        wide = "of all options, whatever they are about" if camps.graph.is_large and is_one else ""
        more = f", and {count(accepted - 1, 'other')}" if accepted > 1 else ""
        return (
            f"Backed in both camps and opposed in neither, {wide or 'as far as the record goes'}, "
            f"is {name}{more}: {stand}."
        )
    none = "No option on record is backed in both camps and opposed in neither"
    if top.first.known or top.second.known:
        return f"{none}; the nearest is {name}: {stand}."
    return f"{none}. On the nearest, {name}, neither camp is on record: {_stand(camps, top, ())}."


def _stand(camps: Camps, c: Candidate, silent: Sequence[str]) -> str:
    """Say who of all is for a candidate, undecided, against, and which of them are silent."""
    splits = (c.first, c.second, c.others)
    parts = []
    for name, polarity in (
        ("support", Polarity.SUPPORTS),
        ("undecided", Polarity.UNDECIDED),
        ("oppose", Polarity.OPPOSES),
    ):
        actors = [x for t in splits for x in getattr(t, name)]
        if actors:
            subjects = sum(size_of(camps.graph.actors[x]) for x in actors)
            told = stands_on(polarity, subjects=subjects)
            n = f" ({len(actors)})" if len(actors) > NAMED else ""
            parts.append(f"{camps.names(actors)}{n} {told}")
    if c.hearsay:
        parts.append(f"by others' word only: {camps.names(c.hearsay)}")
    if silent:
        parts.append(f"nothing is known from {camps.names(silent)}")
    return "; ".join(parts)


def _silent(camps: Camps, c: Candidate) -> list[str]:
    known = {*c.first.known, *c.second.known, *c.others.known}
    return [x for x in camps.parties if x not in known]


def _flags(
    camps: Camps, rows: Sequence[Candidate], positions: Iterable[Position]
) -> tuple[str, ...]:
    is_enough = camps.both or (camps.first and camps.second)
    needs_one = bool(camps.first and camps.second)
    is_known = any(c.support for c in rows if c.relation != "elsewhere")
    flags = flags_of(positions)
    return flags if is_enough and (is_known or not needs_one) else ("insufficient", *flags)
