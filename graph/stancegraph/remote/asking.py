"""Questions to a SPARQL 1.1 endpoint, and all of their answers: none is cut without being seen."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from stancegraph.remote.endpoint import Endpoint, Request
from stancegraph.remote.results import (
    MEDIA_TYPE,
    BadResults,
    natural,
    rows_of,
    text_of,
    written_iri,
)

if TYPE_CHECKING:
    from collections.abc import Generator

_WRONG_PLACE = "the URL of queries often ends in /query or /sparql"


@dataclass(frozen=True, slots=True)
class Select:
    """A SELECT without duplicates: its variables and what must hold of them."""

    columns: tuple[str, ...]
    pattern: str

    @property
    def text(self) -> str:
        """The query."""
        named = " ".join(f"?{c}" for c in self.columns)
        return f"SELECT DISTINCT {named} WHERE {{ {self.pattern} }}"

    @property
    def counting(self) -> str:
        """The query of how many rows it has."""
        return f"SELECT (COUNT(*) AS ?n) WHERE {{ {{ {self.text} }} }}"

    def page(self, size: int, first: int) -> str:
        """Return the query of some of its rows, in an order that does not change."""
        order = " ".join(f"?{c}" for c in self.columns)
        return f"{self.text} ORDER BY {order} LIMIT {size} OFFSET {first}"


def rows(endpoint: Endpoint, query: str, columns: Sequence[str]) -> Iterator[list[str]]:
    """Ask, and yield the cells of each row as they come."""
    request = Request(
        "POST", query.encode("utf-8", "replace"), "application/sparql-query", MEDIA_TYPE
    )
    kind, pieces = endpoint.answer(request)
    with closing(cast("Generator[bytes]", pieces)):
        if kind != MEDIA_TYPE:
            raise endpoint.error(f"answers with {kind} and not with {MEDIA_TYPE}; {_WRONG_PLACE}")
        try:
            yield from rows_of(pieces, columns)
        except BadResults as error:
            endpoint.close()
            raise endpoint.error(f"answers with what is not {MEDIA_TYPE}: {error}") from None


def few(endpoint: Endpoint, query: str, columns: Sequence[str]) -> list[tuple[str | None, ...]]:
    """Ask for few rows; return the texts of their terms, None for those that are absent."""
    with reading_terms(endpoint):
        return [tuple(map(text_of, row)) for row in rows(endpoint, query, columns)]


@contextmanager
def reading_terms(endpoint: Endpoint) -> Iterator[None]:
    """Name the endpoint in an error about a term that is none."""
    try:
        yield
    except BadResults as error:
        raise endpoint.error(f"answers with what is no RDF: {error}") from None


def number(endpoint: Endpoint, query: str) -> int:
    """Ask for one number, ?n."""
    found = few(endpoint, query, ["n"])
    counted = natural(found[0][0]) if len(found) == 1 else None
    if counted is None:
        raise endpoint.error(f"answers {found!r} where one number is asked for")
    return counted


def all_rows(
    endpoint: Endpoint, asked: Select, expected: int | None = None
) -> list[tuple[str, ...]]:
    """Return every row of an answer, no two of which are alike.

    They are counted first, unless it is known how many there must be, and fetched in pages as large
    as the endpoint lets an answer be.
    """
    expected = number(endpoint, asked.counting) if expected is None else expected
    found = _shared(rows(endpoint, asked.text, asked.columns))
    if 0 < len(found) < expected:
        size, found = len(found), []
        for first in range(0, expected, size):
            found += _shared(rows(endpoint, asked.page(size, first), asked.columns))
    if len(found) != expected or len(set(found)) != expected:
        raise endpoint.error(_miscounted(len(set(found)), expected))
    return found


def _shared(read: Iterable[list[str]]) -> list[tuple[str, ...]]:
    """Keep rows, each text that they share once."""
    known: dict[str, str] = {}
    return [tuple(known.setdefault(cell, cell) for cell in row) for row in read]


def _miscounted(came: int, expected: int) -> str:
    return (
        f"counts {expected:,} rows and gives {came:,}; nothing of it is used: ask again, "
        "and if it stays so, its limit of rows may be the reason, or records that lack a part"
    )


def inside_graph(graph: str | None, pattern: str) -> str:
    """Put a pattern into a named graph; None is the default graph."""
    return f"GRAPH {written_iri(graph)} {{ {pattern} }}" if graph else pattern
