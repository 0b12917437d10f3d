"""Publishing a graph: in batches that can be resumed, and never whole before all of it is there."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from hashlib import sha256
from itertools import groupby, islice
from time import sleep
from typing import Literal

from stancegraph.errors import StanceError
from stancegraph.graph import Graph
from stancegraph.rdf.quads import nquads
from stancegraph.rdf.vocabulary import inside
from stancegraph.remote.asking import Select, all_rows, inside_graph, number, reading_terms
from stancegraph.remote.endpoint import Endpoint, Unanswered
from stancegraph.remote.publication import WHOLE, Publication, publications
from stancegraph.remote.results import nquads_term
from stancegraph.remote.writing import Writer

COMPARED = 1_000_000
"""A graph of up to so many triples is compared with what is there; a larger one is written anew."""
_TRIES = 4

Way = Literal["kept", "continued", "changed", "written"]
"""How a graph gets there: it is there, from where it was left, by what differs, or anew."""
Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be done for one named graph."""

    aim: Publication
    """The graph as it shall be when it is whole."""
    way: Way
    present: int
    """How many triples of it the server has."""
    told: Publication | None
    """What the server says of it."""

    @property
    def begun(self) -> Publication:
        """What is to be said of the graph before anything of it changes."""
        is_continued = self.way == "continued" and self.told
        return self.told if is_continued and self.told else replace(self.aim, written=0)

    @property
    def replaces(self) -> bool:
        """Whether something else is there, that was not left by this very publication."""
        is_ours = self.told is not None and self.told.digest == self.aim.digest
        return bool(self.present) and not is_ours


class Publishing:
    """A graph on its way to a server, which is asked at one URL and written to at another."""

    def __init__(
        self, graph: Graph, there: Endpoint, writer: Writer, as_of: date | None = None
    ) -> None:
        self._graph = graph
        self._as_of = as_of
        self._there = there
        self._writer = writer
        self.pause = 1.0
        """Seconds before a second try; twice as many before each further."""

    def plan(self) -> tuple[Plan, ...]:
        """Say what is to be done, graph by graph, from what the server has."""
        told = publications(self._there)
        return tuple(self._planned(aim, told.get(aim.graph)) for aim in self._aims())

    def carry_out(self, plans: Sequence[Plan], batch: int, progress: Progress) -> None:
        """Write what is planned. Until all is there, the server says of each graph that it is not.

        StanceError where something else comes out than was planned; what is written stays, and
        publishing again goes on from there.
        """
        due = {p.aim.graph: p for p in plans if p.way != "kept"}
        if not due:
            return
        self._persist(partial(self._writer.tell, [p.begun for p in due.values()]), progress)
        self._check_seen(due.values())
        for plan in due.values():
            if plan.way == "changed":
                self._change(plan, batch, progress)
            elif plan.present and not plan.begun.written:
                self._persist(partial(self._writer.empty, plan.aim.graph), progress)
        for graph, lines in self._lines() if {p.way for p in due.values()} - {"changed"} else ():
            if graph in due and due[graph].way != "changed":
                self._write(due[graph], lines, batch, progress)
        self._check(due.values())
        whole = [replace(p.aim, status=WHOLE) for p in due.values()]
        self._persist(partial(self._writer.tell, whole), progress)

    def _aims(self) -> list[Publication]:
        """Return the graphs as they shall be, the debate's own last: it is whole when all are."""
        sums: dict[str, tuple[str, int]] = {}
        home = ""
        for graph, lines in self._lines():
            home = home or graph
            digest, size = sha256(), 0
            for line in lines:
                digest.update(line.encode())
                size += 1
            sums[graph] = digest.hexdigest(), size
        # where nothing is held any more, what was there goes
        sums.setdefault(str(inside(home, "positions")), (sha256().hexdigest(), 0))
        order = sorted(sums, key=lambda graph: graph == home)
        return [Publication(g, *sums[g], written=sums[g][1]) for g in order]

    def _planned(self, aim: Publication, told: Publication | None) -> Plan:
        present = self._count(aim.graph)
        is_same = told is not None and told.digest == aim.digest
        way: Way = "written"
        if is_same and told and told.is_whole and present == aim.size:
            way = "kept"
        elif is_same and told and 0 < told.written <= present:
            way = "continued"
        elif present and max(present, aim.size) <= COMPARED and self._writer.removes:
            way = "changed"
        return Plan(aim, way, present, told)

    def _count(self, graph: str) -> int:
        pattern = inside_graph(graph, "?s ?p ?o")
        return number(self._there, f"SELECT (COUNT(*) AS ?n) WHERE {{ {pattern} }}")

    def _lines(self) -> Iterator[tuple[str, Iterator[str]]]:
        """Yield the named graphs in their order, each with its triples as lines."""
        quads = (
            line.decode()
            for part in nquads(self._graph, self._as_of)
            for line in part.split(b"\n")
            if line
        )
        for name, found in groupby(quads, key=lambda quad: quad.rsplit(" ", 2)[1]):
            yield name[1:-1], (f"{quad.removesuffix(f' {name} .')} .\n" for quad in found)

    def _lines_of(self, graph: str) -> Iterator[str]:
        for name, lines in self._lines():
            if name == graph:
                yield from lines
                return

    def _write(self, plan: Plan, lines: Iterator[str], batch: int, progress: Progress) -> None:
        """Write a graph from its first triple on, or from where it was left."""
        aim, written = plan.aim, plan.begun.written
        for some in _batches(islice(lines, written, None), batch):
            written += len(some)
            then = replace(aim, written=written)
            self._persist(partial(self._writer.add, some, then), progress)
            progress(f"{aim.graph}: {written:,} of {aim.size:,} triples")

    def _change(self, plan: Plan, batch: int, progress: Progress) -> None:
        """Take out what the graph has no more, then put in what it has not yet."""
        graph = plan.aim.graph
        there = self._present(graph)
        gone = there.difference(self._lines_of(graph))
        for lines in _batches(sorted(gone), batch):
            self._persist(partial(self._writer.remove, graph, lines), progress)
        new = (line for line in self._lines_of(graph) if line not in there)
        count = 0
        for lines in _batches(new, batch):
            count += len(lines)
            self._persist(partial(self._writer.add, lines, plan.begun), progress)
        progress(f"{graph}: {len(gone):,} triples taken out, {count:,} put in")

    def _present(self, graph: str) -> set[str]:
        """Return the triples that the server has in a graph, as lines."""
        found = all_rows(self._there, Select(("s", "p", "o"), inside_graph(graph, "?s ?p ?o")))
        with reading_terms(self._there):
            return {f"{' '.join(map(nquads_term, row))} .\n" for row in found}

    def _check_seen(self, plans: Iterable[Plan]) -> None:
        """See that what is written to one URL is seen at the other, before much is written."""
        told = publications(self._there)
        for plan in plans:
            seen = told.get(plan.aim.graph)
            if seen == plan.told and seen != plan.begun:
                raise self._there.error(
                    f"does not show what is written to {self._writer.endpoint.url}; "
                    "do both URLs belong to one dataset?"
                )

    def _check(self, plans: Iterable[Plan]) -> None:
        """See that the server has what was sent, and that nobody else writes there."""
        told = publications(self._there)
        for plan in plans:
            aim, found = plan.aim, told.get(plan.aim.graph)
            if found is None or found.digest != aim.digest:
                raise self._there.error(
                    f"is being published to by another: {aim.graph}; let one finish, then publish"
                )
            present = self._count(aim.graph)
            if present != aim.size:
                again = replace(aim, written=0)
                self._writer.tell([again])
                raise self._there.error(
                    f"has {present:,} triples in {aim.graph} and was sent {aim.size:,}; "
                    "publish again, it is then written from its beginning"
                )

    def _persist(self, act: Callable[[], None], progress: Progress) -> None:
        """Act, and where the server does not answer try again some times; it does no harm twice."""
        for tried in range(1, _TRIES + 1):
            try:
                return act()
            except Unanswered as error:
                if tried == _TRIES:
                    raise
                wait = self.pause * 2 ** (tried - 1)
                progress(f"{error}; trying again in {wait:g} s")
                sleep(wait)
        return None


def refuse_to_replace(there: Endpoint, plans: Iterable[Plan]) -> None:
    """Refuse to put a graph in the place of another that nobody said may go."""
    for plan in plans:
        if plan.replaces:
            raise StanceError(
                f"{there.url} has another {plan.aim.graph}, of {plan.present:,} triples; "
                "add --replace to put yours in its place"
            )


def writing_url(url: str, name: str) -> str | None:
    """Return where a server that is asked at /query or /sparql is by custom written to."""
    path, _, last = url.partition("?")[0].rpartition("/")
    return f"{path}/{name}" if last in ("query", "sparql") else None


def _batches(lines: Iterable[str], size: int) -> Iterator[list[str]]:
    rest = iter(lines)
    while found := list(islice(rest, size)):
        yield found
