"""One debate behind an endpoint: its registers, and of its records those that are asked for."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import product
from typing import Any, cast

from rdflib import RDF, URIRef
from rdflib.term import Node

from stancegraph.answer.words import count
from stancegraph.errors import InvalidDebate, UnknownName
from stancegraph.model import REGISTERS, Debate, Evidence, Source, Stance
from stancegraph.rdf.read import Things, debate_from, things_of
from stancegraph.rdf.vocabulary import class_of, debate_iri, inside, property_of, term
from stancegraph.read.debate import load_reference
from stancegraph.remote.asking import (
    Select,
    all_rows,
    few,
    inside_graph,
    number,
    reading_terms,
)
from stancegraph.remote.endpoint import Endpoint, visible
from stancegraph.remote.publication import Publication, publications
from stancegraph.remote.results import term_of, text_of, written_iri, written_text
from stancegraph.schema import fields_of
from stancegraph.suggest import did_you_mean

_AT_ONCE = 1000
"""So many records are asked for in one query."""
_FEW = tuple(name for name in REGISTERS if name not in ("evidence", "sources"))
_TOLD = 10
"""So many problems of an endpoint's records are told."""


@dataclass(frozen=True, slots=True)
class Home:
    """Where a debate, or the reference registers, are at an endpoint."""

    id: str
    iri: str
    graph: str | None
    """The named graph that they are in; None where it is the default graph."""


class RemoteDebate:
    """A debate at an endpoint; what is fetched is whole, and of one state of the endpoint."""

    def __init__(self, endpoint: Endpoint, wanted: str | None = None) -> None:
        self.endpoint = endpoint
        known = publications(endpoint)
        self.home = _chosen(endpoint, known, wanted)
        self._reference = _reference_of(endpoint)
        self._state = self._state_of(known)
        _refuse_unfinished(endpoint, self._state)

    @property
    def positions_graph(self) -> str | None:
        """The named graph of the stored positions; None where all is in the default graph."""
        return str(inside(self.home.iri, "positions")) if self.home.graph else None

    @property
    def graphs(self) -> tuple[str, ...]:
        """The named graphs of the debate, its reference registers and its stored positions."""
        reference = self._reference.graph if self._reference else None
        return tuple(g for g in (self.home.graph, reference, self.positions_graph) if g)

    @cached_property
    def reference(self) -> Debate:
        """The registers of countries and memberships there, or else the shipped ones."""
        if self._reference is None:
            return load_reference()
        return self._debate(self._reference, self._reference_things)

    @cached_property
    def registers(self) -> Debate:
        """The debate without its sources and its evidence."""
        return self._debate(self.home, self._things)

    def sources(self, ids: Collection[str] | None = None) -> tuple[Source, ...]:
        """Return the sources, or those of some ids."""
        if ids is None:
            things = dict(self._members(self.home, ["sources"]))
        else:
            things = {}
            for some in _portions(sorted(ids)):
                named = " ".join(map(written_text, some))
                chosen = f"VALUES ?id {{ {named} }} ?r {_ID} ?id ; a {_class(Source)} ."
                things |= self._fetched(self.home, chosen)
        found = self._debate(self.home, {**self._header(self.home), **things}).sources
        missing = sorted({*(ids or ())} - {s.id for s in found})
        problems = (f"source {i!r} is not among the sources there" for i in missing)
        _raise_if_any(self.endpoint, list(problems))
        return found

    def evidence(self, records: Sequence[str]) -> tuple[Evidence, ...]:
        """Return the records of some IRIs, in the order of the debate."""
        things: dict[Node, Mapping[Node, Sequence[Node]]] = dict(self._header(self.home))
        for some in _portions(records):
            named = " ".join(map(written_iri, some))
            things |= self._fetched(self.home, f"VALUES ?r {{ {named} }}")
        found = self._debate(self.home, things).evidence
        if len(found) != len(records):
            raise self.endpoint.error(
                f"names {count(len(records), 'record')} and gives {len(found)}; ask again"
            )
        return found

    def about(
        self,
        holders: Collection[str] | None,
        options: Collection[str] | None,
        records: Collection[str] | None,
    ) -> list[str]:
        """Return the IRIs of the records that touch some actors and some options, of some ids."""
        chosen = []
        if records is not None:
            named = " ".join(written_text(i) for i in sorted(records))
            chosen.append([f"VALUES ?id {{ {named} }} ?r {_ID} ?id ."])
        if holders is not None:
            chosen.append(_touching("holder", "actors", self._iris("actors", holders)))
        if options is not None:
            chosen.append(_touching("option", "options", self._iris("options", options)))
        member = f"?r {_PART_OF} {written_iri(self.home.iri)} ; a {_EVIDENCE} ."
        # every branch is whole, so that each begins with the few that are named
        branches = (f"{{ {' '.join(branch)} {member} }}" for branch in product(*chosen))
        return [iri for (iri,) in self.texts(["r"], " UNION ".join(branches)) if iri]

    @cached_property
    def size(self) -> int:
        """How many stances there are."""
        return self.count(Stance)

    def count(self, record: type) -> int:
        """Count the things of a class in the debate's graph."""
        pattern = inside_graph(self.home.graph, f"?s a {_class(record)}")
        return number(self.endpoint, f"SELECT (COUNT(*) AS ?n) WHERE {{ {pattern} }}")

    @cached_property
    def last_day(self) -> date | None:
        """The latest day that any record can be of."""
        own = f"?e a {_EVIDENCE} ; {_NOT_AFTER} ?day ."
        published = (
            f"?e a {_EVIDENCE} ; {_SOURCE} ?source . ?source {_NOT_AFTER} ?day . "
            f"FILTER NOT EXISTS {{ ?e {_NOT_AFTER} ?own }}"
        )
        pattern = inside_graph(self.home.graph, f"{{ {own} }} UNION {{ {published} }}")
        asked = f"SELECT (MAX(STR(?day)) AS ?last) WHERE {{ {pattern} }}"
        found = [self._day(text) for (text,) in few(self.endpoint, asked, ["last"])]
        self.check_unchanged()
        return found[0] if found else None

    def heard(self, actors: Iterable[str], as_of: date | None) -> set[str]:
        """Return those of some actors of whom a stance is known, and still stands, at a date."""
        slug_of = {iri: slug for slug in actors for iri in self._iris("actors", [slug])}
        told = (
            f"?s {_HOLDER} ?actor . ?e {_CONVEYS} ?s . FILTER NOT EXISTS {{ ?e {_DEPRECATED} ?w }}"
        )
        if self._is_all_known(as_of):
            found = self.texts(["actor"], f"{_values('actor', slug_of)} FILTER EXISTS {{ {told} }}")
        else:
            found = self.texts(["actor"], f"{told} {self._known_at(as_of or date.max)}")
        return {slug_of[iri] for (iri,) in found if iri in slug_of}

    def _is_all_known(self, as_of: date | None) -> bool:
        """Tell whether every stance is known at a date and still stands."""
        if as_of is None:
            return True
        pattern = inside_graph(self.home.graph, f"?s {_UNTIL} ?until")
        ends = number(self.endpoint, f"SELECT (COUNT(*) AS ?n) WHERE {{ {pattern} }}")
        return not ends and (self.last_day or date.min) <= as_of

    def _known_at(self, as_of: date) -> str:
        day = written_text(as_of.isoformat())
        last = written_text((self.last_day or date.min).isoformat())
        return (
            f"?e {_SOURCE} ?source . OPTIONAL {{ ?e {_NOT_AFTER} ?own }} "
            f"OPTIONAL {{ ?source {_NOT_AFTER} ?published }} OPTIONAL {{ ?s {_UNTIL} ?until }} "
            f"FILTER (COALESCE(STR(?own), STR(?published), {last}) <= {day} "
            f"&& (!BOUND(?until) || {day} <= STR(?until)))"
        )

    def texts(
        self, columns: Sequence[str], pattern: str, expected: int | None = None
    ) -> list[tuple[str | None, ...]]:
        """Return all solutions of a pattern in the debate's graph, as texts."""
        asked = Select(tuple(columns), inside_graph(self.home.graph, pattern))
        found = all_rows(self.endpoint, asked, expected)
        self.check_unchanged()
        with reading_terms(self.endpoint):
            text = {cell: text_of(cell) for cell in {cell for row in found for cell in row}}
        return [tuple(text[cell] for cell in row) for row in found]

    def check_references(self, evidence: Iterable[Evidence]) -> None:
        """Refuse records that point to what is not in the registers."""
        known = {name: frozenset(self._known(name)) for name in _FEW}
        problems = [
            f"{self.home.iri}: record {e.id!r}: {what}"
            for e in evidence
            for what in _dangling(e, known)
        ]
        _raise_if_any(self.endpoint, problems)

    def _known(self, register: str) -> Iterator[str]:
        for debate in (self.registers, self.reference):
            yield from (r.id for r in getattr(debate, register) if hasattr(r, "id"))

    def _iris(self, register: str, slugs: Iterable[str]) -> list[str]:
        found = self._iri_of[REGISTERS[register]]
        return [iri for slug in slugs for iri in found.get(slug, ())]

    @cached_property
    def _iri_of(self) -> Mapping[type, Mapping[str, list[str]]]:
        """The IRIs of records, by class and id."""
        found: dict[type, dict[str, list[str]]] = {REGISTERS[name]: {} for name in _FEW}
        classes: dict[Node, type] = {class_of(record): record for record in found}
        for things in (self._things, self._reference_things):
            for node, about in things.items():
                for kind in classes.keys() & set(about.get(RDF.type, ())):
                    for slug in about.get(term("id"), ()):
                        found[classes[kind]].setdefault(str(slug), []).append(str(node))
        return found

    @cached_property
    def _things(self) -> Things:
        return self._members(self.home, _FEW)

    @cached_property
    def _reference_things(self) -> Things:
        return self._members(self._reference, _FEW) if self._reference else {}

    def _members(self, home: Home, registers: Iterable[str]) -> Things:
        classes = " ".join(_class(REGISTERS[name]) for name in registers)
        chosen = f"VALUES ?class {{ {classes} }} ?r a ?class ; {_PART_OF} {written_iri(home.iri)} ."
        return {**self._header(home), **self._fetched(home, chosen)}

    def _header(self, home: Home) -> Things:
        if home not in self._headers:
            iri = written_iri(home.iri)
            self._headers[home] = self._triples(home, f"VALUES ?s {{ {iri} }} ?s ?p ?o")
        return self._headers[home]

    @cached_property
    def _headers(self) -> dict[Home, Things]:
        return {}

    def _fetched(self, home: Home, chosen: str) -> Things:
        """Fetch all that is said of some records and of their parts."""
        return self._triples(home, f"{chosen} ?r {_PARTS} ?s . ?s ?p ?o")

    def _triples(self, home: Home, pattern: str) -> Things:
        found = all_rows(self.endpoint, Select(("s", "p", "o"), inside_graph(home.graph, pattern)))
        self.check_unchanged()
        with reading_terms(self.endpoint):
            return things_of(cast("tuple[Node, Node, Node]", tuple(map(term_of, r))) for r in found)

    def _debate(self, home: Home, things: Things) -> Debate:
        try:
            return debate_from(things, URIRef(home.iri))
        except InvalidDebate as error:
            _raise_if_any(self.endpoint, error.problems)
            raise

    def _day(self, text: str | None) -> date | None:
        try:
            return date.fromisoformat(text) if text else None
        except ValueError:
            raise self.endpoint.error(f"holds {text!r} where a day should be") from None

    def _state_of(self, known: Mapping[str, Publication]) -> tuple[Publication, ...]:
        """Return what is said of the graphs that answers are taken from."""
        return tuple(known[g] for g in self.graphs if g in known)

    def check_unchanged(self) -> None:
        """Refuse an answer that may be half of one state of the graph and half of the next."""
        if self._state_of(publications(self.endpoint)) != self._state:
            raise self.endpoint.error(
                "was written to since it was loaded; load it again, or run the command again"
            )


def _portions(names: Sequence[str]) -> Iterator[Sequence[str]]:
    """Yield names in portions that fit into a query."""
    return (names[first : first + _AT_ONCE] for first in range(0, len(names), _AT_ONCE))


def _class(record: Any) -> str:
    return written_iri(class_of(record))


def _term(name: str) -> str:
    return written_iri(term(name))


_ID, _PART_OF, _CONVEYS = _term("id"), _term("partOf"), _term("conveys")
_HOLDER, _SOURCE, _NOT_AFTER = _term("holder"), _term("source"), _term("notAfter")
_UNTIL = _term("declaredUntil")
_DEPRECATED, _EVIDENCE = _term("deprecatedBecause"), _class(Evidence)
_PARTS = f"(({_CONVEYS}|{_term('hasPart')})?/{_term('order')}?)"


def _values(name: str, iris: Iterable[str]) -> str:
    return f"VALUES ?{name} {{ {' '.join(written_iri(iri) for iri in iris)} }}"


def _touching(name: str, register: str, iris: Iterable[str]) -> list[str]:
    """Return the ways in which a record, or what it conveys, can point into a register."""
    values = _values(name, iris)
    own = {_pointer(Evidence, f.name) for f in fields_of(Evidence) if f.register == register}
    parts: list[type] = [f.type for f in fields_of(Evidence) if f.is_many]
    conveyed = {
        _pointer(part, f.name) for part in parts for f in fields_of(part) if f.register == register
    }
    return [
        *(f"{values} ?r {p} ?{name} ." for p in sorted(own)),
        *(
            f"{values} ?by_{name} {p} ?{name} . ?r {_CONVEYS} ?by_{name} ."
            for p in sorted(conveyed)
        ),
    ]


def _pointer(record: Any, field: str) -> str:
    return written_iri(property_of(record, field).iri)


def homes(endpoint: Endpoint, kind: str) -> dict[str, list[Home]]:
    """Return where the debates are, or whatever is of another class of the ontology, by id."""
    said = f"?home a {_term(kind)} ; {_ID} ?id ."
    query = (
        f"SELECT ?id ?home ?graph WHERE {{ {{ {said} }} UNION {{ GRAPH ?graph {{ {said} }} }} }}"
    )
    found: dict[str, list[Home]] = {}
    for id, iri, graph in few(endpoint, query, ["id", "home", "graph"]):
        found.setdefault(id or "", []).append(Home(id or "", iri or "", graph))
    return dict(sorted(found.items()))


def _only(endpoint: Endpoint, found: Sequence[Home]) -> Home:
    """Return the one home of a debate; StanceError where it has two."""
    # where the default graph is all graphs together, it is found there too
    named = [home for home in found if home.graph] or found
    if len(named) > 1:
        graphs = " and in ".join(sorted(home.graph or home.iri for home in named))
        raise endpoint.error(f"holds {named[0].id!r} more than once, in {graphs}; leave one there")
    return named[0]


def _chosen(endpoint: Endpoint, known: Mapping[str, Publication], wanted: str | None) -> Home:
    found = homes(endpoint, "Debate")
    if wanted is None and len(found) == 1:
        return _only(endpoint, next(iter(found.values())))
    half = [p for p in known.values() if wanted is None or p.graph == debate_iri(wanted)]
    if not found or (wanted and wanted not in found):
        _refuse_unfinished(endpoint, half)
    if not found:
        raise endpoint.error(
            "answers, but holds no debate of our model; "
            f"to write one: stancegraph publish {endpoint.url} -g GRAPH"
        )
    if wanted is None:
        raise endpoint.error(
            f"holds several debates: {', '.join(found)}; "
            f"choose one, as in sparql:{endpoint.url}#{next(iter(found))}"
        )
    if wanted not in found:
        hint = did_you_mean(wanted, found) or f"; it has {', '.join(found)}"
        raise UnknownName(f"{endpoint.url} holds no debate {wanted!r}{hint}")
    return _only(endpoint, found[wanted])


def _reference_of(endpoint: Endpoint) -> Home | None:
    found = homes(endpoint, "Reference")
    known = found.get("reference") or next(iter(found.values()), None)
    return _only(endpoint, known) if known else None


def _refuse_unfinished(endpoint: Endpoint, found: Iterable[Publication]) -> None:
    for p in found:
        if not p.is_whole:
            raise endpoint.error(
                f"holds only a part of {p.graph}: {p.written:,} of {p.size:,} triples are sure; "
                "it is being published or was left half done: run 'stancegraph publish' again"
            )


def _dangling(record: Any, known: Mapping[str, Collection[str]]) -> Iterator[str]:
    """Say which of a record's pointers lead nowhere."""
    for f in fields_of(record.__class__):
        value = getattr(record, f.name)
        for one in value if f.is_many else [value]:
            if one is not None and f.register and one not in known.get(f.register, (one,)):
                yield f"{f.key} {one!r} is not among the {f.register} there"
            elif hasattr(one, "__dataclass_fields__"):
                yield from _dangling(one, known)


def _raise_if_any(endpoint: Endpoint, problems: Sequence[str]) -> None:
    if not problems:
        return
    told = [visible(p) for p in problems[:_TOLD]]
    if len(problems) > _TOLD:
        told.append(f"and {len(problems) - _TOLD:,} more")
    raise InvalidDebate([f"{endpoint.url} holds records that cannot be read:", *told])
