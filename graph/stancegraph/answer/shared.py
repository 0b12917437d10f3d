"""What several answers say in the same words."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING

from stancegraph.answer.words import CAPACITIES, count, day
from stancegraph.positions import RULES, Position, after

if TYPE_CHECKING:
    from stancegraph.graph import Graph


def teller(graph: Graph, position: Position) -> str:
    """Say on whose word a position rests: "own words (Emmanuel Macron)"."""
    evidence = position.readings[0].evidence
    speaker = graph.actors[evidence.speaker].name
    match position.tier:
        case 1:
            return "own vote"
        case 2:
            return "own action"
        case 3:
            return "own words" if evidence.speaker == position.holder else f"own words ({speaker})"
        case 4:
            return f"the source's account ({speaker})"
        case _:
            return f"hearsay of {speaker} ({CAPACITIES[evidence.capacity]})"


def method(*, roll_up: bool = False, own_words: bool = False, extra: str = "") -> str:
    """Say in a line how positions were derived."""
    parts = [f"Positions by {RULES.title}"]
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
    parts = ["stancegraph", verb, *words, "-g", graph.name]
    parts += ["--as-of", as_of.isoformat()] if as_of else []
    parts += ["--roll-up"] if roll_up else []
    parts += ["--own-words"] if own_words else []
    return shlex.join(parts)


def records_left_out(graph: Graph, as_of: date | None) -> Iterator[str]:
    """Say how many stances are left out because they may be of a later day."""
    later = after(graph.readings, as_of)
    if later:
        last = max(r.known_by for r in later)
        yield (
            f"{count(len(later), 'stance')} may be of a later day and "
            f"{'is' if len(later) == 1 else 'are'} left out; "
            f"--as-of {last.isoformat()} counts all ({day(last)})."
        )
