"""What several answers say in the same words."""

from __future__ import annotations

import shlex
from collections.abc import Container, Iterator
from datetime import date
from typing import TYPE_CHECKING

from stancegraph.answer.words import CAPACITIES, TIERS, count, listed, named
from stancegraph.model import Actor, Capacity, Evidence
from stancegraph.names import is_metonym
from stancegraph.positions import RULES, Position, after, expired
from stancegraph.scope import Scope

if TYPE_CHECKING:
    from stancegraph.graph import Graph


def teller(graph: Graph, position: Position) -> str:
    """Say on whose word a position rests: "own words (Emmanuel Macron)"."""
    told = {r.evidence.speaker: r.evidence for r in position.deciding}
    names = [_voice(graph, position, e) for e in told.values()]
    differ = ", who differ" if len({r.side for r in position.deciding}) > 1 else ""
    via = f", on {listed(position.via)}" if position.via else ""
    match position.tier:
        case 1 | 2:
            words = TIERS[position.tier]
        case 3:
            is_itself = set(told) == {position.holder}
            words = "own words" if is_itself else f"own words ({listed(names)})"
        case 4:
            words = f"the source's account ({listed(names)})"
        case _:
            words = f"hearsay of {listed(names)}"
    return f"{words}{differ}{via}"


def _voice(graph: Graph, position: Position, evidence: Evidence) -> str:
    """Name a speaker, and its capacity where that is not understood."""
    name = graph.actors[evidence.speaker].name
    is_plain = position.tier <= _ACCOUNT or evidence.capacity is Capacity.UNNAMED_OFFICIAL
    return name if is_plain else f"{name} ({CAPACITIES[evidence.capacity]})"


_ACCOUNT = 4


def metonyms_read(*pairs: tuple[str, Actor]) -> Iterator[str]:
    """Say which of the names asked about are places that stand for an actor."""
    for name, actor in pairs:
        if is_metonym(name, actor):
            yield f"{name!r} is read as {named(actor)}."


def method(*, roll_up: bool = False, own_words: bool = False, extra: str = "") -> str:
    """Say in a line how positions were derived."""
    parts = [f"Positions by rule set {RULES.title}"]
    if own_words:
        parts.append("own words and deeds only, hearsay left out")
    if roll_up:
        parts.append("stances on narrower options counted for the broader ones (--roll-up)")
    if extra:
        parts.append(extra)
    return "; ".join(parts) + "."


def command(
    verb: str,
    *words: str,
    graph: Graph,
    as_of: date | None,
    roll_up: bool = False,
    own_words: bool = False,
) -> str:
    """Return the command line that gives an answer again, quoted for a shell."""
    parts = ["stancegraph", verb, *words, "-g", graph.name, *graph.asked_by]
    parts += ["--as-of", as_of.isoformat()] if as_of else []
    parts += ["--roll-up"] if roll_up else []
    parts += ["--own-words"] if own_words else []
    return shlex.join(parts)


def scoped(verb: str, *words: str, graph: Graph, scope: Scope) -> str:
    """Return the command line that gives an answer again, with all that narrows it."""
    since = ("--from", scope.since.isoformat()) if scope.since else ()
    wanted = (f"{name}={value}" for name, values in scope.filters.items() for value in values)
    filters = (word for text in wanted for word in ("--filter", text))
    return command(
        verb,
        *words,
        *since,
        *filters,
        graph=graph,
        as_of=scope.as_of,
        roll_up=scope.roll_up,
        own_words=scope.own_words,
    )


def left_out(
    graph: Graph, as_of: date | None, *, own_words: bool = False, options: Container[str] = ()
) -> Iterator[str]:
    """Say how many stances, on these options or on all, are left out, and why."""
    readings = [r for r in graph.readings if not options or r.option in options]
    later = after(readings, as_of)
    if later:
        last = max((r.known_by for r in later), default=date.min)
        hint = f"; --as-of {last.isoformat()} counts them" if last > date.min else ""
        yield f"Left out as perhaps of a later day: {count(len(later), 'stance')}{hint}."
    if over := expired(readings, as_of):
        yield f"Left out as declared for a time now over: {count(len(over), 'stance')}."
    told = [r for r in readings if RULES.is_hearsay(r.tier)]
    if own_words and told:
        yield f"Left out as hearsay (--own-words): {count(len(told), 'stance')}."
