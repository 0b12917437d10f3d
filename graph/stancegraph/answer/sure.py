"""What would change an answer, and on what it rests most."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Unpack

from stancegraph.answer.answer import Answer
from stancegraph.scope import Which

if TYPE_CHECKING:
    from stancegraph.graph import Graph

HALF_LIVES = (90.0, 180.0, 365.0)
"""Days."""
MOST_RECORDS = 2000
"""So many single records are left out, one at a time."""
DRAWS = 1000

Kind = Literal[
    "source",
    "voice",
    "record",
    "hearsay",
    "unnamed",
    "unsure",
    "review",
    "old",
    "year",
    "half-life",
]
"""What is left out, or how positions are weighed; in the order in which they are told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """The question asked again in one way, and what came out otherwise."""

    kind: Kind
    what: str
    """The source, record, voice, year or half-life; else the same as the kind."""
    label: str
    """What was done, in words."""
    records: tuple[str, ...]
    """The records that were left out; none where they are too many to list."""
    left_out: int
    """How many stances were left out."""
    changed: int
    """How many of the findings are others then, or none any more."""
    of: int
    """How many findings there are."""
    new: int
    """How many there would be besides."""
    says: str
    """What would change; empty where nothing does."""
    is_changed: bool
    """Whether anything changes."""
    turns: int
    """How many verdicts on pairs are among the changed findings, where pairs are compared."""


def sure(
    graph: Graph,
    question: str,
    *names: str,
    half_lives: Sequence[float] = HALF_LIVES,
    most_records: int = MOST_RECORDS,
    draws: int = DRAWS,
    seed: int = 0,
    **which: Unpack[Which],
) -> Answer[Tried]:
    """Ask a question again without each record, source and the like; say what would change.

    `question` is who, position, align, compare or blocs, and `names` are its arguments. `draws` and
    `seed` are for the interval of the coders' agreement.
    """
    from stancegraph.answer.asking_again import asked_again

    return asked_again(
        graph,
        question,
        *names,
        half_lives=half_lives,
        most_records=most_records,
        draws=draws,
        seed=seed,
        **which,
    )
