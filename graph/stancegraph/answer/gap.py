"""What stands between an option and unanimity."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Unpack

from stancegraph.answer.answer import Answer, Citation, Table, cite, cite_positions, flags_of
from stancegraph.answer.gap_figures import figures_of
from stancegraph.answer.replies import ANSWERING, How, Reply, framers_of, replies
from stancegraph.answer.shared import left_out, method, scoped, teller
from stancegraph.answer.short import CITED, first_records
from stancegraph.answer.unanimity import Asked, Stand, asked_of, stand_of, unique, word_of
from stancegraph.answer.words import (
    STANDS,
    count,
    listed,
    named,
    sentence,
    size_of,
    some,
    stands_on,
)
from stancegraph.answer.words import day as written
from stancegraph.model import Claim, Prediction
from stancegraph.positions import Position
from stancegraph.scope import Which

if TYPE_CHECKING:
    from stancegraph.graph import Graph


_SHOWN = 25
"""So many rows are in a table that people read."""

_MANY = 12
"""Of more holdouts than this it is told of which organisations they are members."""

_BESIDE = 10
"""So many of those beside are in their table."""

_NAMED = 6
"""More holdouts than these are not named again."""

_REASONS = 3
"""So many reasons, and conditions, are in the verdict."""


def gap(
    graph: Graph, option: str, *, among: str | None = None, **which: Unpack[Which]
) -> Answer[Stand]:
    """Say who stands between an option and unanimity, why, and what speaks to their reasons.

    Unanimity is that of the members of an alliance on the day: of `among`, or else of the debate's
    own. Where there is none, it is that of the states and organisations with a position on it.
    """
    chosen = graph.option(option)
    asked = asked_of(graph, chosen.id, among, graph.scope(**which))
    said = replies(asked.records, asked.near, asked.holdouts, asked.positions.values())
    rows = tuple(stand_of(asked, p, said) for p in (*asked.needed, *asked.beside))
    alliance, scope = asked.alliance, asked.scope
    return Answer(
        question=f"What stands between {chosen.id!r} ({chosen.name}) and unanimity?",
        verdict=_verdict(asked, said),
        as_of=scope.as_of,
        method=method(
            roll_up=scope.roll_up,
            own_words=scope.own_words,
            extra="what speaks to a reason are records that deny a frame of the option, or of one "
            "above or below it, or argue about it; which answers which is for the reader to judge",
        ),
        row_class=Stand,
        rows=rows,
        evidence=_evidence(asked, said),
        flags=flags_of(asked.needed) if asked.needed else ("insufficient",),
        more={
            "option": chosen.id,
            "among": alliance.id if alliance else None,
            "members": len(asked.members) if alliance else None,
            "holdouts": tuple(p.holder for p in asked.holdouts),
            "silent": tuple(a.id for a in asked.silent),
            "replies": said,
            "roll_up": scope.roll_up,
        },
        tables=tuple(t for t in _tables(asked, rows, said) if t.rows),
        notes=tuple(_notes(asked, said)),
        reproduce=scoped(
            "gap",
            chosen.id,
            *(("--among", alliance.id) if among and alliance else ()),
            graph=graph,
            scope=scope,
        ),
        figures=figures_of(asked, _who_stands(asked) if asked.needed else _nobody(asked)),
    )


def _verdict(asked: Asked, said: Sequence[Reply]) -> str:
    if not asked.needed:
        return _nobody(asked)
    parts = [_who_stands(asked), *_itself(asked), *_needs(asked)]
    parts += [*_reasons(asked.holdouts, asked), *_spoken_to(asked, said)]
    return " ".join(parts)


def _nobody(asked: Asked) -> str:
    """Say that nobody who is asked has a position, and what is known instead."""
    whose = f"{named(asked.alliance)}'s {len(asked.members)} members" if asked.alliance else None
    who = f"none of {whose}" if whose else "no state or organisation"
    start = (
        f"Insufficient: {who} has a position on {asked.what}, so that nobody is known to stand in "
        "its way, and nobody to be for it."
    )
    itself = asked.alliance.id if asked.alliance else None
    others = [p for p in asked.beside if p.holder != itself]
    beside = [f"Others: {'; '.join(_alike(asked, others))}."] if others else []
    near = sum(p.option != asked.option for p in asked.positions.values())
    is_ = "is" if near == 1 else "are"
    known = [f"On options next to it {count(near, 'position')} {is_} on record, below."]
    return " ".join([start, *_itself(asked), *beside, *(known if near else [])])


def _who_stands(asked: Asked) -> str:
    """Say how many have a position, on whose word, and which."""
    told = sum(p.is_hearsay for p in asked.needed)
    n = len(asked.needed)
    has = "has" if n == 1 else "have"
    word = {0: "", n: f", {'all ' if n > 1 else ''}by others' word only"}.get(
        told, f", {told} of them by others' word only"
    )
    if asked.alliance:
        members = f"{named(asked.alliance)}'s {count(len(asked.members), 'member')}"
        if n == len(asked.members):
            start = f"All of {members} have a position on {asked.what}{word}"
        else:
            start = f"Of {members} {n} {has} a position on {asked.what}{word}"
    else:
        kind = ("actor", "actors")
        if all(asked.graph.is_state_or_body(p.holder) for p in asked.needed):
            kind = ("state or organisation", "states and organisations")
        start = f"{count(n, *kind)} {has} a position on {asked.what}{word}"
    parts: list[str] = []
    for polarity, group in groupby(asked.needed, key=lambda p: p.polarity):
        held = list(group)
        names = asked.names(p.holder for p in held)
        subjects = sum(size_of(asked.graph.actors[p.holder]) for p in held)
        of = f" ({len(held)})" if len(held) > len(parts) + 6 else ""
        parts.append(f"{names}{of} {stands_on(polarity, subjects=subjects)}")
    return f"{start}: {'; '.join(parts)}."


def _itself(asked: Asked) -> Iterator[str]:
    """Say where the alliance stands as a body, which is none of its members."""
    for p in asked.beside:
        if asked.alliance and p.holder == asked.alliance.id:
            yield f"{asked.alliance.name} itself {stands_on(p.polarity)}{word_of(p)}."


def _needs(asked: Asked) -> Iterator[str]:
    """Say who would have to move or to speak."""
    silent = len(asked.silent)
    if silent and asked.alliance:
        yield f"{silent} {'is' if silent == 1 else 'are'} silent, and silence is no consent."
    if asked.holdouts:
        quiet = ", and the silent to speak" if silent and asked.alliance else ""
        n = len(asked.holdouts)
        who = asked.names(p.holder for p in asked.holdouts)
        who = who if n <= _NAMED else f"the {n} who do not support it"
        yield f"Unanimity needs {who} to move{quiet}."
    elif silent and asked.alliance:
        yield "Nobody on record stands in its way; unanimity needs the silent to speak."
    else:
        yield "Nobody on record stands in its way."


def _reasons(holdouts: Sequence[Position], asked: Asked) -> Iterator[str]:
    """Say why those who hold out do, on which conditions they would not, and on whose word."""
    of: dict[tuple[str, bool], list[str]] = {}
    for p in holdouts:
        for reason in p.reasons:
            of.setdefault((reason, p.is_hearsay), []).append(p.holder)
    for (reason, is_told), held in list(of.items())[:_REASONS]:
        told = ", as others tell" if is_told else ""
        yield f"Reason of {asked.names(held)}{told}: {asked.argument(reason)!r}."
    if len(of) > _REASONS:
        yield f"{count(len(of) - _REASONS, 'more reason')} below."
    conditions = {c.id: c.name for c in asked.graph.debate.conditions}
    for p in [p for p in holdouts if p.conditions][:_REASONS]:
        names = listed(repr(conditions[c]) for c in p.conditions)
        told = ", as others tell" if p.is_hearsay else ""
        yield f"Condition of {named(asked.graph.actors[p.holder])}{told}: {names}."


def _spoken_to(asked: Asked, said: Sequence[Reply]) -> Iterator[str]:
    """Say how many records speak to the reasons, and whose they are."""
    speaking = [r for r in said if r.how in ANSWERING and r.to]
    ids = unique(r.evidence for r in speaking)
    has_reason = any(p.reasons for p in asked.holdouts)
    if ids:
        whose = asked.names(unique(r.whose for r in speaking))
        near = unique(f"{r.nearness} {r.option}" for r in speaking if r.nearness != "itself")
        is_near = all(r.nearness != "itself" for r in speaking)
        on = f", of the {listed(near)}" if is_near else ""
        speaks = "speaks" if len(ids) == 1 else "speak"
        yield f"{count(len(ids), 'record')} {speaks} to that: {some(ids)} ({whose}{on})."
    elif has_reason:
        yield "No record on this option, or on one above or below it, speaks against that."


def _evidence(asked: Asked, said: Sequence[Reply]) -> tuple[Citation, ...]:
    """Cite who holds out, then what speaks to them, then who supports and who stands beside."""
    held = [p for p in asked.needed if p not in asked.holdouts]
    first = cite_positions(asked.graph, asked.holdouts[:CITED])
    first = first_records(first, CITED // 2 if said else CITED)
    rest = cite_positions(asked.graph, [*held[:CITED], *asked.beside[:CITED]])
    record = {e.id: e for e in asked.records}
    ids = unique(r.evidence for r in said if r.evidence not in {c.id for c in (*first, *rest)})
    order = sorted(ids, key=lambda i: not any(r.evidence == i and r.to for r in said))
    speaking = (cite(asked.graph, record[i]) for i in order)
    return first_records((*first, *speaking, *rest))


def _tables(asked: Asked, rows: Sequence[Stand], said: Sequence[Reply]) -> Iterator[Table]:
    needed = [r for r in rows if r.is_needed]
    whose = asked.alliance.name if asked.alliance else "Those with a position"
    yield _stands_table(asked, f"{whose}, opposition first", needed)
    beside = [r for r in rows if not r.is_needed]
    more = f", the first {_BESIDE} of {len(beside)}" if beside[_BESIDE:] else ""
    yield _stands_table(asked, f"Others with a position on it{more}", beside[:_BESIDE])
    yield _near_table(asked)
    yield _replies_table(asked, said)


def _stands_table(asked: Asked, title: str, rows: Sequence[Stand]) -> Table:
    return Table(
        title,
        ("Actor", "Stands", "On whose word", "Because", "If, only", "Spoken to by", "Before"),
        tuple(
            (
                r.name,
                STANDS[r.stands],
                sentence(teller(asked.graph, asked.positions[r.actor, asked.option])),
                "; ".join([*r.reasons, *_frames(asked, r)]),
                "; ".join([*(f"if {c}" for c in r.conditions), *(f"only {x}" for x in r.limits)]),
                ", ".join(r.answered_by),
                f"{STANDS[r.was]} ({r.was_by})" if r.was else "",
            )
            for r in rows[:_SHOWN]
        ),
    )


def _frames(asked: Asked, row: Stand) -> Iterator[str]:
    """Say in which frames an actor, or else whom, sees the option."""
    for frame in row.frames:
        by = [a for a in framers_of(asked.records, asked.near, row.actor, frame) if a != row.actor]
        yield f"seen as {frame}{f' by {asked.names(by)}' if by else ''}"


def _near_table(asked: Asked) -> Table:
    """Say where those who hold out, and others, stand on the options next to this one."""
    rows = []
    holdouts = unique(p.holder for p in asked.holdouts)
    for option, nearness in asked.near.items():
        found = [p for p in asked.positions.values() if p.option == option]
        if option == asked.option:
            continue
        theirs = [p for p in found if p.holder in holdouts]
        quiet = [a for a in holdouts if a not in {p.holder for p in theirs}]
        whom = f" from {asked.names(quiet)}" if theirs else ""
        silence = [f"nothing{whom}"] if quiet else []
        others = [p for p in found if p not in theirs]
        if not silence and not found:
            continue
        told = [*map(asked.told, theirs), *silence]
        rows.append((option, nearness, "; ".join(told), "; ".join(map(asked.told, others))))
    return Table(
        "On the options next to it",
        ("Option", "Which is", "Those who do not support this one", "Others"),
        tuple(rows[:_SHOWN]),
    )


_SAYS: Mapping[How, str] = {
    "denies": "denies that it is",
    "argues for": "argues for it:",
    "same reason": "gives the same reason:",
    "besides": "brings up:",
}


def _replies_table(asked: Asked, said: Sequence[Reply]) -> Table:
    """List what is said, the records of one voice that say the same together."""
    order = list(_SAYS)
    together: dict[tuple[str, How, str, str], list[Reply]] = {}
    for r in sorted(said, key=lambda r: (not r.to, order.index(r.how))):
        together.setdefault((r.whose, r.how, r.matter, r.option), []).append(r)
    return Table(
        "What is said about it, and to whose reasons that may speak",
        ("Record", "Whose word", "Says", "Of which option", "Speaks to"),
        tuple(
            (
                ", ".join(r.evidence for r in found),
                asked.graph.actors[found[0].whose].name,
                _says(asked, found[0]),
                "this one"
                if found[0].nearness == "itself"
                else f"{found[0].nearness}: {found[0].option}",
                ", ".join(asked.graph.actors[a].name for a in found[0].to),
            )
            for found in list(together.values())[:_SHOWN]
        ),
    )


def _says(asked: Asked, reply: Reply) -> str:
    by = f", as {asked.names(reply.framed_by)} would have it" if reply.framed_by else ""
    return f"{_SAYS[reply.how]} {asked.argument(reply.matter)!r}{by}"


def _notes(asked: Asked, said: Sequence[Reply]) -> Iterator[str]:
    if asked.alliance and asked.members_on and asked.members_on != asked.scope.as_of:
        yield f"Members are those of {written(asked.members_on)}, the day of the vote."
    yield from _silence(asked)
    yield from _changes(asked)
    yield from _contested(asked)
    yield from _named_conditions(asked)
    yield from _memberships(asked)
    if len(asked.needed) > _SHOWN:
        yield f"The first {_SHOWN} of {len(asked.needed)} are shown: --format csv has all."
    if any(r.to for r in said):
        yield (
            "Records do not say which other they answer; what speaks to a reason is listed, and "
            "whether it meets it is for the reader to judge."
        )
    if asked.graph.is_large:
        return
    scope = asked.scope
    yield from left_out(asked.graph, scope.as_of, own_words=scope.own_words, options=asked.near)


def _silence(asked: Asked) -> Iterator[str]:
    """Name the silent, and say where they stand on an option next to it."""
    names = [a.name for a in asked.silent]
    if not names:
        return
    if not asked.alliance:
        yield f"On record on other options, and not on this one: {some(names, 12)}."
    elif len(names) < len(asked.members):
        yield f"Silent on it, {len(names)} of {len(asked.members)} members: {', '.join(names)}."
    quiet = {a.id for a in asked.silent}
    for option in asked.near:
        found = [p for p in asked.positions.values() if p.option == option and p.holder in quiet]
        if found:
            yield f"Of the silent, on {option}: {'; '.join(_alike(asked, found))}."


def _alike(asked: Asked, positions: Sequence[Position]) -> Iterator[str]:
    """Say where actors stand on one option, opposition first, those who stand alike together."""

    def likeness(p: Position) -> tuple[int, bool]:
        return -p.polarity.rank, p.is_hearsay

    is_all_told = len(positions) > 1 and all(p.is_hearsay for p in positions)
    for _, group in groupby(sorted(positions, key=likeness), key=likeness):
        alike = list(group)
        holders = sorted((p.holder for p in alike), key=lambda a: asked.graph.actors[a].name)
        subjects = sum(size_of(asked.graph.actors[a]) for a in holders)
        word = "" if is_all_told else word_of(alike[0])
        yield f"{asked.names(holders)} {stands_on(alike[0].polarity, subjects=subjects)}{word}"
    if is_all_told:
        yield "all by others' word only"


def _changes(asked: Asked) -> Iterator[str]:
    moved = [p for p in asked.needed if p.change]
    for p in moved[:_NAMED]:
        if p.change:
            how = "it moved itself" if p.change.is_own else "only what is known of it changed"
            yield (
                f"{sentence(named(asked.graph.actors[p.holder]))}: {STANDS[p.change.polarity]} "
                f"({p.change.evidence}) before, {STANDS[p.polarity]} ({some(p.decided_by, 2)}) "
                f"now; {how}."
            )
    if moved[_NAMED:]:
        yield f"{len(moved) - _NAMED} more stood elsewhere before: --format json has them."


def _contested(asked: Asked) -> Iterator[str]:
    for p in asked.needed[:_SHOWN]:
        for r in [r for r in p.readings if r.evidence.id in p.dissent][:2]:
            yield (
                f"Dissent on {named(asked.graph.actors[p.holder])}: "
                f"{named(asked.graph.actors[r.evidence.speaker])} says that it "
                f"{stands_on(r.stance.polarity)} ({r.evidence.id})."
            )


def _named_conditions(asked: Asked) -> Iterator[str]:
    """Say which conditions voices name that are nobody's own."""
    names = {c.id: c.name for c in asked.graph.debate.conditions}
    found: dict[str, list[str]] = {}
    for e in asked.records:
        parts: tuple[Claim | Prediction, ...] = (*e.claims, *e.predictions)
        for part in parts:
            if not set(part.options).isdisjoint(asked.near):
                for condition in part.conditions:
                    speaker = named(asked.graph.actors[e.speaker])
                    found.setdefault(condition, []).append(f"{speaker}, {e.id}")
    if found:
        told = (f"{names[c]!r} ({some(by)})" for c, by in found.items())
        yield f"Conditions that voices name, and nobody has as its own: {'; '.join(told)}."


def _memberships(asked: Asked) -> Iterator[str]:
    """Say of many who hold out to which organisations they belonged."""
    if len(asked.holdouts) <= _MANY:
        return
    graph, holders = asked.graph, {p.holder for p in asked.holdouts}
    everywhere = (*graph.reference.memberships, *graph.own_memberships)
    parts = []
    for organization in sorted({m.organization for m in everywhere}):
        members = {m.id for m in graph.members(organization, asked.day)}
        if found := members & holders:
            name = named(graph.actors[organization])
            share = "all" if len(found) == len(members) else f"{len(found)} of the"
            parts.append(f"{share} {len(members)} members of {name}")
    if parts:
        yield f"Among those who do not support it are {listed(parts)} of that day."
