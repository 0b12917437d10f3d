"""Who changed its position on what, from where to where, and between when."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Unpack

from stancegraph.answer.answer import Answer, Citation, cite, flags_of
from stancegraph.answer.history import Move, MoveKind, Step, histories, moves_of
from stancegraph.answer.movers import Shift, direction, in_order, shifts_of, successions
from stancegraph.answer.shared import left_out, method, metonyms_read, scoped
from stancegraph.answer.shift_figures import LISTED, figure, table, told_groups
from stancegraph.answer.words import STANDS, count, dated, listed, named, sentence, some
from stancegraph.scope import Scope, Which

if TYPE_CHECKING:
    from stancegraph.graph import Graph


_MANY = 20_000
"""From so many positions of the actors asked about on, only changes of side are sought."""

_TOLD = 3

_CITED = 6


def shifts(
    graph: Graph,
    *,
    actor: str | None = None,
    option: str | None = None,
    **which: Unpack[Which],
) -> Answer[Shift]:
    """Say who changed position on what, from where to where, when, and who did so first.

    An alliance or institution that is asked about stands for its members too.
    """
    from stancegraph.answer.ties import actors_called

    scope = graph.scope(**which)
    who = actors_called(graph, [actor], scope.as_of) if actor else None
    what = graph.option(option).id if option else None
    asked = _asked(graph, who, what, scope)
    is_whole = _is_sought_whole(graph, who, what, scope)
    known = histories(asked, scope)
    of_them = {
        key: steps
        for key, steps in known.items()
        if (who is None or key[0] in who) and (what is None or key[1] == what)
    }
    found, unordered = moves_of(of_them.values())
    ordered = in_order(graph, found)
    rows = shifts_of(asked, ordered)
    several = sum(_is_dated_twice(steps) for steps in of_them.values())
    return Answer(
        question=_question(graph, actor, what),
        verdict=_nobody_differs(graph)
        if not several and not is_whole
        else _verdict(asked, rows, len(of_them), several),
        as_of=scope.as_of,
        method=method(
            roll_up=scope.roll_up,
            own_words=scope.own_words,
            extra="positions derived on each day on which something became known, and each "
            "compared with the one before; no change is claimed where records have no known order",
        ),
        row_class=Shift,
        rows=rows,
        evidence=tuple(_cited(asked, ordered[:_CITED])),
        flags=_flags(ordered, several),
        more={
            "actor": graph.actor(actor).id if actor else None,
            "option": what,
            "comparable": several,
            "unordered": unordered,
            "successions": successions(rows),
            "roll_up": scope.roll_up,
        },
        tables=(table(rows),) if rows else (),
        notes=tuple(
            _notes(graph, asked, rows, unordered, several, scope, actor, is_whole=is_whole)
        ),
        reproduce=scoped(
            "shifts",
            *(("--actor", graph.actor(actor).id) if actor else ()),
            *(("--option", what) if what else ()),
            graph=graph,
            scope=scope,
        ),
        figures=(figure(rows),) if rows else (),
    )


def _asked(graph: Graph, who: set[str] | None, what: str | None, scope: Scope) -> Graph:
    """Return the records in question: of a large graph, those of some, or those that differ."""
    if not graph.is_large:
        return graph.about()
    if not _is_sought_whole(graph, who, what, scope):
        return graph.disputed()
    near = None
    if what:
        near = [what, *(o.id for o in graph.narrower(what) if scope.roll_up)]
    return graph.about(holders=who, options=near)


def _is_sought_whole(graph: Graph, who: set[str] | None, what: str | None, scope: Scope) -> bool:
    """Tell whether the records in question are few enough to be read all."""
    if not graph.is_large or what is not None:
        return True
    if who is None:
        return False
    held = graph.held(scope)
    asked = [n for n, actor in enumerate(held.actors) if actor in who]
    return sum(int((held.actor == n).sum()) for n in asked) < _MANY


def _is_dated_twice(steps: Sequence[Step]) -> bool:
    """Tell whether a position has records of more than one day, so that a change could show."""
    days = {r.when.not_after for s in steps if s.position for r in s.position.readings}
    return len(days - {None}) > 1


def _cited(graph: Graph, moves: Iterable[Move]) -> Iterator[Citation]:
    """Cite a record before and one after each change."""
    seen = set()
    for move in moves:
        for reading in (move.before.deciding[0], move.after.deciding[0]):
            key = (reading.evidence.id, reading.stance)
            if key not in seen:
                seen.add(key)
                yield cite(graph, reading.evidence, reading.stance)


def _flags(moves: Sequence[Move], several: int) -> tuple[str, ...]:
    found = flags_of(m.after for m in moves)
    return found if several else tuple(sorted({*found, "insufficient"}))


def _question(graph: Graph, actor: str | None, option: str | None) -> str:
    who = named(graph.actor(actor)) if actor else "anybody"
    where = f" on {option!r}" if option else ""
    return f"Did {who} change position{where}, and when?"


def _nobody_differs(graph: Graph) -> str:
    return (
        f"Nobody can be seen to change: no actor is on record on two sides of any of "
        f"{count(len(graph.options), 'option')}."
    )


def _verdict(graph: Graph, rows: Sequence[Shift], positions: int, several: int) -> str:
    of_side = [r for r in rows if r.kind in ("side", "reversal")]
    if not rows and not several:
        known = f"{count(positions, 'position')}, none" if positions else "no position"
        return (
            f"Too thin to say: {known} with records of two days, so that no change could show; it "
            "takes a second dated record of the same actor on the same option."
        )
    if not rows:
        held = count(several, "position")
        return (
            f"Nobody changed position: of {held} with records of several days "
            f"{'each stands' if several > 1 else 'it stands'} as it first stood."
        )
    if len(rows) <= _TOLD:
        return " ".join(sentence(_told(graph, r)) for r in rows)
    return " ".join(_summary(graph, rows, of_side, several))


def _told(graph: Graph, row: Shift) -> str:
    """Say one change in a sentence."""
    name = named(graph.actors[row.actor])
    if row.is_lapse:
        how = "is on record otherwise again, since what it declared for a time is over,"
    elif not row.is_own:
        how = "moved, or is only better known now,"
    else:
        how = {"side": "moved", "reversal": "went back"}.get(row.kind, _degree(row))
        how += ", by its own word or deed," if row.is_same_speaker else ", as another voice has it,"
    last, first = dated(row.last_before), dated(row.first_after)
    return (
        f"{name} {how} on {row.option}: from {STANDS[row.polarity_before]!r}{_if(row, True)} (last "
        f"on record {last}) to {STANDS[row.polarity]!r}{_if(row, False)} (first {first})."
    )


def _degree(row: Shift) -> str:
    if row.kind == "condition":
        return "changed its terms"
    is_firmer = abs(row.polarity.level or 0) > abs(row.polarity_before.level or 0)
    return "firmed up" if is_firmer else "softened"


def _if(row: Shift, is_before: bool) -> str:
    """Name the terms where they are what changed."""
    if set(row.conditions) == set(row.conditions_before):
        return ""
    terms = row.conditions_before if is_before else row.conditions
    if terms:
        return f" on terms ({', '.join(terms)})"
    return " with no terms named" if row.kind == "condition" else ""


def _summary(
    graph: Graph, rows: Sequence[Shift], of_side: Sequence[Shift], several: int
) -> Iterator[str]:
    movers, options = ({getattr(r, of) for r in of_side} for of in ("actor", "option"))
    if of_side:
        yield (
            f"{count(len(movers), 'actor')} changed side, {len(of_side)} times in all, on "
            f"{count(len(options), 'option')}: {told_groups(of_side)}."
        )
        yield _most_moved(of_side)
    else:
        yield "Nobody changed side."
    kinds = Counter(r.kind for r in rows)
    milder = [count(kinds[kind], one, many) for kind, one, many in _MILDER if kinds[kind]]
    if milder:
        yield sentence(f"{listed(milder)}.")
    yield (
        f"{sentence(count(several, 'position'))} {'has' if several == 1 else 'have'} records of "
        "several days, so that a change could show."
    )


_MILDER: tuple[tuple[MoveKind, str, str], ...] = (
    ("degree", "position became firmer or softer", "positions became firmer or softer"),
    ("condition", "position changed its terms", "positions changed their terms"),
)


def _most_moved(of_side: Sequence[Shift]) -> str:
    """Name the option on which most moved one way."""
    tally = Counter((r.option, direction(r.polarity_before, r.polarity)) for r in of_side)
    (option, way), most = min(tally.items(), key=lambda item: (-item[1], item[0]))
    to, fro = ("towards it", "away") if way > 0 else ("away from it", "towards it")
    return f"Most moves were on {option}: {most} {to}, {tally[option, -way]} {fro}."


def _notes(
    graph: Graph,
    asked: Graph,
    rows: Sequence[Shift],
    unordered: int,
    several: int,
    scope: Scope,
    actor: str | None,
    *,
    is_whole: bool,
) -> Iterator[str]:
    if actor:
        yield from metonyms_read((actor, graph.actor(actor)))
    yield from _told_orders(asked, rows)
    apart = sum(not r.is_same_speaker and r.is_own for r in rows)
    if apart:
        yield (
            f"In {count(apart, 'change')} one voice speaks for the actor before and another after: "
            "that shows who spoke last, and perhaps not that the actor changed its mind. Of a "
            "party or body such a change is left out of the order."
        )
    if unordered:
        yield (
            f"On {count(unordered, 'position')} records differ whose order the dates leave open: "
            "no change is claimed."
        )
    if graph.is_large and not several:
        yield (
            "Where each option is voted once, as a roll call is, nobody can change on it. When two "
            "drew nearer or apart: 'stancegraph change-points ACTOR --with ACTOR'; what is new "
            "between two days: 'stancegraph diff D1 D2'."
        )
    elif not is_whole:
        yield "Of this many records only changes of side are sought; with --option all are."
    if rows[LISTED:]:
        yield f"The first {LISTED} of {len(rows)} are shown: --format csv has all."
    if not graph.is_large:
        yield from left_out(asked, scope.as_of, own_words=scope.own_words)


def _told_orders(graph: Graph, rows: Sequence[Shift]) -> Iterator[str]:
    """Say who moved first and who then, on the options with most movers."""
    found = successions(rows)
    for of in found[:_TOLD]:
        parts: dict[int, list[str]] = {}
        for who, place, when in zip(of.actors, of.orders, of.first_after, strict=True):
            parts.setdefault(place, []).append(f"{named(graph.actors[who])} ({dated(when)})")
        told = "; then ".join(some(names, 4) for _, names in sorted(parts.items()))
        yield f"Towards {of.towards} on {of.option}: {told}."
    if found:
        rest = found[_TOLD:]
        more = f" --format json has {len(rest)} more as 'successions'." if rest else ""
        yield f"That is order in time only; it does not say why.{more}"
