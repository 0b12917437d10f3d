"""What is shown of very much: the first records, options by a name that fits, marks in cells."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from stancegraph.model import Polarity

if TYPE_CHECKING:
    from stancegraph.answer.answer import Citation
    from stancegraph.graph import Graph

CITED = 12
"""So many records are cited by an answer that could cite hundreds."""

OF_LEVEL = {p.level: p for p in Polarity if p.level is not None}
"""A polarity by its level."""


def first_records(citations: Iterable[Citation], most: int = CITED) -> tuple[Citation, ...]:
    """Return the citations of the first so many records."""
    kept: dict[str, list[Citation]] = {}
    for c in citations:
        if c.id in kept or len(kept) < most:
            kept.setdefault(c.id, []).append(c)
    return tuple(c for of in kept.values() for c in of)


def label_of(graph: Graph, option: str, most: int = 40) -> str:
    """Return a slug, with the name where there are so many options that slugs are numbers."""
    if not graph.is_large:
        return option
    return f"{option} {shortened(graph.options[option].name, most)}"


def shortened(name: str, most: int) -> str:
    """Return a name of at most about so many characters, on one line.

    >>> shortened("A/RES/74/19 (Oceans and the law of the sea)", 24)
    'A/RES/74/19 (Oceans and…)'
    """
    name = " ".join(name.split())
    if len(name) <= most:
        return name
    cut = name[: most - 1].rstrip()
    return f"{cut}…{')' if cut.count('(') > cut.count(')') else ''}"


def marks(level: int, *, is_hearsay: bool, is_wide: bool) -> str:
    """Return what stands in a cell of a figure, beside its colour.

    >>> marks(0, is_hearsay=True, is_wide=True), marks(0, is_hearsay=False, is_wide=False)
    ('undecided, told', '?')
    """
    parts = [] if level else ["undecided" if is_wide else "?"]
    parts += ["told"] if is_hearsay else []
    return (", " if is_wide else " ").join(parts)
