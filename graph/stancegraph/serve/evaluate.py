"""A question put to the engine: its answer in a form, within the limits."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from io import TextIOWrapper
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, TypeVar, cast

from stancegraph.rdf.vocabulary import base, prefixes
from stancegraph.serve.forms import (
    SOLUTIONS,
    TRIPLES,
    YES_OR_NO,
    chosen_or_refused,
    format_of_solutions,
    format_of_triples,
)
from stancegraph.serve.limits import Limits
from stancegraph.serve.outline import Outline, check_stays_here, outline_of
from stancegraph.serve.question import Answer, Cell, Question, Shown
from stancegraph.serve.refusal import Refused
from stancegraph.serve.wrong import why_not
from stancegraph.suggest import did_you_mean

if TYPE_CHECKING:
    from pyoxigraph import QueryBoolean, QuerySolutions, QueryTriples, Store, Triple

    Found = QuerySolutions | QueryTriples | QueryBoolean

T = TypeVar("T")

_LEAST_ROW = 2
"""The fewest bytes that a row of an answer takes."""


def answer(store: Store, question: Question, limits: Limits, file: Path) -> Answer:
    """Write the answer to a question into a file; Refused where it cannot be had whole."""
    from pyoxigraph import QuerySolutions, QueryTriples

    outline = _checked(question, limits)
    found = _found(store, question, outline)
    with file.open("wb") as opened:
        into = _Bounded(opened, limits.answer_bytes)
        if isinstance(found, QueryTriples):
            media = chosen_or_refused(question.accept, tuple(TRIPLES))
            _write_triples(found, media, into, limits.rows)
        else:
            is_table = isinstance(found, QuerySolutions)
            media = chosen_or_refused(question.accept, tuple(SOLUTIONS if is_table else YES_OR_NO))
            found.serialize(into.file, format=format_of_solutions(media))
    if isinstance(found, QuerySolutions) and into.size > _LEAST_ROW * limits.rows:
        _check_rows(file, media, limits.rows)
    return Answer(media, into.size, outline.is_steady)


def sketch(store: Store, question: Question, limits: Limits, rows: int) -> Shown:
    """Return so much of the answer to a question as a page shows."""
    from pyoxigraph import QuerySolutions, QueryTriples

    found = _found(store, question, _checked(question, limits))
    if isinstance(found, QuerySolutions):
        columns = tuple(v.value for v in found.variables)
        listed, is_whole = _first(found, rows)
        table = tuple(tuple(_cell(row[c]) for c in columns) for row in listed)
        return Shown(columns, table, is_whole)
    if isinstance(found, QueryTriples):
        triples, is_whole = _first(found, rows)
        triples.sort(key=str)  # the engine has no order of its own
        table = tuple((_cell(t.subject), _cell(t.predicate), _cell(t.object)) for t in triples)
        return Shown(("subject", "property", "value"), table, is_whole, is_graph=True)
    return Shown((), (), is_whole=True, verdict=bool(found))


def _first(found: Iterable[T], count: int) -> tuple[list[T], bool]:
    """Return the first so many, and whether these are all."""
    listed: list[T] = []
    for one in found:
        if len(listed) == count:
            return listed, False
        listed.append(one)
    return listed, True


def _checked(question: Question, limits: Limits) -> Outline:
    """Return the outline of a query that may be put to the engine; Refused otherwise."""
    check_stays_here(question.text)
    outline = outline_of(question.text)
    if outline.depth > limits.depth:
        raise Refused(400, f"the query is nested {outline.depth} deep; {limits.depth} is the limit")
    return outline


def _found(store: Store, question: Question, outline: Outline) -> Found:
    _refuse_unknown_graphs(store, question, outline)
    dataset: dict[str, Any] = {}
    if question.names_dataset:
        dataset = {
            "default_graph": _named(question.default_graphs),
            "named_graphs": _named(question.named_graphs),
        }
    elif not outline.names_dataset:
        # with FROM it would put all graphs in the place of those that are named
        dataset = {"use_default_graph_as_union": True}
    try:
        return store.query(question.text, prefixes=dict(prefixes()), **dataset)
    except SyntaxError as error:
        raise Refused(400, why_not(question.text, outline, str(error))) from None


def _named(iris: Iterable[str]) -> list[Any]:
    from pyoxigraph import NamedNode

    try:
        return [NamedNode(iri) for iri in iris]
    except ValueError as error:
        raise Refused(400, f"a graph is named by an absolute IRI: {error}") from None


def _refuse_unknown_graphs(store: Store, question: Question, outline: Outline) -> None:
    """Refuse graphs that are not here: an empty answer would look as if nothing were so."""
    asked = (*question.default_graphs, *question.named_graphs)
    wanted = asked if question.names_dataset else outline.graphs
    if not wanted:
        return
    known = [graph.value for graph in store.named_graphs() if hasattr(graph, "value")]
    for name in wanted:
        if name not in known:
            hint = did_you_mean(name, known) or f"; there are {', '.join(sorted(known)) or 'none'}"
            raise Refused(400, f"there is no graph {name!r} here, and none is fetched{hint}")


class _Bounded:
    """A file that takes so many bytes and no more."""

    def __init__(self, file: IO[bytes], limit: int) -> None:
        self._file = file
        self._limit = limit
        self.size = 0

    @property
    def file(self) -> IO[bytes]:
        """Itself as a file: the engine asks no more of one than writing and flushing."""
        return cast("IO[bytes]", self)

    def write(self, part: bytes) -> int:
        self.size += len(part)
        if self.size > self._limit:
            raise Refused(
                403,
                f"the answer is larger than {self._limit:,} bytes; ask for fewer columns, "
                "or page with ORDER BY, LIMIT and OFFSET",
            )
        return self._file.write(part)

    def flush(self) -> None:
        self._file.flush()


def _write_triples(found: QueryTriples, media: str, into: _Bounded, limit: int) -> None:
    from pyoxigraph import serialize

    form = format_of_triples(media)
    names = dict(prefixes()) if form.file_extension in ("ttl", "rdf") else None
    serialize(_limited(found, limit), into.file, format=form, prefixes=names)


def _limited(triples: Iterable[Triple], limit: int) -> Iterator[Triple]:
    for n, triple in enumerate(triples):
        if n == limit:
            raise _too_many(limit, "triples")
        yield triple


def _check_rows(file: Path, media: str, limit: int) -> None:
    """Refuse an answer that has too many rows; they are counted as its readers would."""
    if _count_rows(file, media) > limit:
        raise _too_many(limit, "rows")


def _count_rows(file: Path, media: str) -> int:
    from pyoxigraph import QueryBoolean, parse_query_results

    with file.open("rb") as opened:
        if SOLUTIONS[media] == "csv":
            return sum(1 for _ in csv.reader(TextIOWrapper(opened, "utf-8", newline=""))) - 1
        found = parse_query_results(opened, format=format_of_solutions(media))
        return 1 if isinstance(found, QueryBoolean) else sum(1 for _ in found)


def _too_many(limit: int, what: str) -> Refused:
    return Refused(
        403,
        f"the answer has more than {limit:,} {what}, and is not given in part; page with "
        "ORDER BY, LIMIT and OFFSET, or start the server with a larger --max-rows",
    )


def _cell(value: Any) -> Cell | None:
    from pyoxigraph import Literal, NamedNode

    if isinstance(value, NamedNode):
        more = f"DESCRIBE {value}" if value.value.startswith(base()) else None
        return Cell(_compact(value.value), whole=value.value, more=more)
    if isinstance(value, Literal):
        kind = _compact(value.datatype.value)
        return Cell(value.value, note=value.language or (kind if kind != "xsd:string" else None))
    return None if value is None else Cell(str(value))


def _compact(iri: str) -> str:
    """Return an IRI as short as people write it."""
    if iri.startswith(base()):
        return iri.removeprefix(base())
    for prefix, namespace in prefixes().items():
        if iri.startswith(namespace):
            return f"{prefix}:{iri.removeprefix(namespace)}"
    return iri
