"""From the model to RDF: a debate, its reference registers and its positions as named graphs."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, is_dataclass
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Any, TypeAlias

from rdflib import RDF, Dataset, Literal, URIRef

from stancegraph.errors import StanceError
from stancegraph.model import REGISTERS, Actor, Bounds, Debate, Evidence, Paragraph, Polarity
from stancegraph.positions import RULES, Position, last_day
from stancegraph.rdf.vocabulary import (
    Property,
    class_of,
    debate_iri,
    inside,
    kind_class,
    prefixes,
    property_of,
    term,
    value_iri,
)
from stancegraph.schema import Field, fields_of

Triple: TypeAlias = tuple[URIRef, URIRef, URIRef | Literal]

REFERENCE = "reference"
"""The debate that the reference registers are, for those who do not pass it."""

_LANGUAGE_TAG = re.compile(r"[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*")  # RFC 5646, loosely


def to_rdf(
    debate: Debate,
    *,
    reference: Debate | None = None,
    positions: Iterable[Position] = (),
    as_of: date | None = None,
) -> Dataset:
    """Return a debate as RDF, one named graph each for it, the reference and the positions.

    An actor that the debate does not define itself is taken for one of the reference registers.
    `as_of` is the day that the positions are derived for, by default the last of their records.
    StanceError where two records of a register have one id, for RDF would merge them.
    """
    writer = Writer.of(debate, reference.id if reference else REFERENCE)
    dataset = Dataset(default_union=True)
    for prefix, namespace in prefixes().items():
        dataset.bind(prefix, namespace, replace=True)
    _fill(dataset, writer.home, writer.debate(debate, class_of(Debate)))
    if reference is not None:
        referred = Writer.of(reference, reference.id)
        _fill(dataset, referred.home, referred.debate(reference, term("Reference")))
    if derived := tuple(positions):
        name = inside(writer.home, "positions")
        _fill(dataset, name, writer.positions(name, derived, as_of))
    return dataset


def _fill(dataset: Dataset, name: URIRef, triples: Iterable[Triple]) -> None:
    graph = dataset.graph(name)
    if len(graph):
        raise StanceError(TAKEN.format(name))
    for triple in triples:
        graph.add(triple)


TAKEN = "a debate cannot have the id of its reference registers; it is {}"


@dataclass(frozen=True, slots=True)
class Writer:
    """What one has to know of a debate to write any of its records."""

    home: URIRef
    reference: URIRef
    language: str | None
    own: Mapping[str, frozenset[str]]

    @classmethod
    def of(cls, debate: Debate, reference: str) -> Writer:
        """Return the writer of a debate whose other actors are those of a reference."""
        own = {register: _ids(debate, register) for register in REGISTERS}
        tag = debate.language if _LANGUAGE_TAG.fullmatch(debate.language) else None
        return cls(debate_iri(debate.id), debate_iri(reference), tag, own)

    def debate(self, debate: Debate, kind: URIRef) -> Iterator[Triple]:
        """Yield a debate with all its records."""
        yield from self.header(debate, kind)
        for register in REGISTERS:
            for n, record in enumerate(getattr(debate, register), 1):
                yield from self.member(register, record, n)

    def header(self, debate: Debate, kind: URIRef) -> Iterator[Triple]:
        """Yield what a debate says of itself, without its records."""
        yield self.home, RDF.type, kind
        yield from self._fields(debate, self.home, skip=REGISTERS)

    def member(self, register: str, record: Any, n: int) -> Iterator[Triple]:
        """Yield the record that is the n-th of a register."""
        iri = inside(self.home, register, getattr(record, "id", n))
        yield iri, term("partOf"), self.home
        yield from self._record(record, iri, n)

    def _record(self, record: Any, iri: URIRef, position: int) -> Iterator[Triple]:
        yield iri, RDF.type, class_of(record.__class__)
        yield iri, term("position"), Literal(position)
        yield from self._fields(record, iri)
        if isinstance(record, Actor | Evidence):
            yield iri, RDF.type, kind_class(record.kind)
        if isinstance(record, Evidence):
            source = self.named("sources", record.source)
            yield iri, term("hasTarget"), inside(source, "paragraph", record.paragraph)

    def _fields(self, record: Any, iri: URIRef, skip: Iterable[str] = ()) -> Iterator[Triple]:
        for f in fields_of(record.__class__):
            value = getattr(record, f.name)
            if f.name in skip:
                continue
            if f.type is Bounds:
                yield from self._fields(value, iri)
            elif f.is_required or value != f.default or isinstance(value, Enum):
                yield from self._field(property_of(record.__class__, f.name), f, value, iri)

    def _field(self, known: Property, f: Field, value: Any, iri: URIRef) -> Iterator[Triple]:
        if is_dataclass(f.type):
            yield from self._children(known, f, value, iri)
        elif f.is_many:
            yield from self._values(known, [self._term(known, f, v) for v in value], iri)
        else:
            yield iri, known.iri, self._term(known, f, value)

    def _children(
        self, known: Property, f: Field, records: Iterable[Any], iri: URIRef
    ) -> Iterator[Triple]:
        for n, record in enumerate(records, 1):
            child = inside(iri, f.name.removesuffix("s"), n)
            yield iri, known.iri, child
            yield from self._record(record, child, n)
            if isinstance(record, Paragraph):
                yield child, term("hasSource"), iri

    def _values(
        self, known: Property, values: list[URIRef | Literal], iri: URIRef
    ) -> Iterator[Triple]:
        """Yield the values, and their order where sorting would not bring it back."""
        for value in values:
            yield iri, known.iri, value
        if values == sorted(set(values), key=str):
            return
        order = inside(iri, "order", known.iri.rpartition("#")[2].rpartition("/")[2])
        yield iri, term("order"), order
        yield order, RDF.type, term("Order")
        yield order, term("orderOf"), known.iri
        for n, value in enumerate(values, 1):
            yield order, RDF[f"_{n}"], value

    def _term(self, known: Property, f: Field, value: Any) -> URIRef | Literal:
        if f.register:
            return self.named(f.register, value)
        if isinstance(value, Enum):
            return value_iri(value)
        if known.namespace:
            return inside(known.namespace, value)
        if isinstance(value, Decimal):
            # as printed: "46.0" stays so, and no exponent, which xsd:decimal has not
            return Literal(format(value, "f"), datatype=known.datatype, normalize=False)
        if isinstance(value, str):
            return Literal(value, lang=self.language if known.is_tagged else None)
        return Literal(value, datatype=known.datatype)

    def named(self, register: str, slug: str) -> URIRef:
        """Return the IRI of the record that a reference points to."""
        is_elsewhere = register == "actors" and slug not in self.own[register]
        return inside(self.reference if is_elsewhere else self.home, register, slug)

    def positions(
        self, name: URIRef, positions: Collection[Position], as_of: date | None
    ) -> Iterator[Triple]:
        """Yield derived positions, each in full and as one direct triple."""
        day = as_of or last_day(r for p in positions for r in p.readings)
        yield from self.position_set(name, day)
        for position in positions:
            yield from self.position(name, position)

    def position_set(self, name: URIRef, day: date | None) -> Iterator[Triple]:
        """Yield what positions have in common: their debate, rules and day."""
        yield name, RDF.type, term("PositionSet")
        yield name, term("derivedFrom"), self.home
        yield name, term("ruleSet"), Literal(RULES.title)
        if day:
            yield name, term("asOf"), Literal(day)

    def position(self, name: URIRef, position: Position) -> Iterator[Triple]:
        """Yield one derived position of a set, in full and as one direct triple."""
        holder = self.named("actors", position.holder)
        option = self.named("options", position.option)
        if position.polarity in _DIRECT:
            yield holder, term(_DIRECT[position.polarity]), option
        iri = inside(name, position.holder, position.option)
        yield iri, term("partOf"), name
        yield iri, term("holder"), holder
        yield iri, term("option"), option
        yield from self._position(position, iri)

    def _position(self, position: Position, iri: URIRef) -> Iterator[Triple]:
        yield iri, RDF.type, term("Position")
        yield iri, term("polarity"), value_iri(position.polarity)
        yield iri, term("certainty"), value_iri(position.certainty)
        yield iri, term("tier"), Literal(position.tier)
        confidence = Decimal(f"{position.confidence:.4f}")
        yield iri, term("confidence"), Literal(confidence, normalize=False)
        yield iri, term("rule"), Literal(position.rule.value)
        for flag in position.flags:
            yield iri, term("flag"), Literal(flag.value)
        yield from self._fields(position.since, iri)
        if position.change:
            record = self.named("evidence", position.change.evidence)
            yield iri, term("changedFrom"), value_iri(position.change.polarity)
            yield iri, term("changeRecord"), record
            yield iri, term("isOwnChange"), Literal(position.change.is_own)
        for record_id in position.decided_by:
            yield iri, term("derivedFrom"), self.named("evidence", record_id)
        for record_id in position.dissent:
            yield iri, term("dissent"), self.named("evidence", record_id)
        for record_id in position.superseded:
            yield iri, term("superseded"), self.named("evidence", record_id)


def _ids(debate: Debate, register: str) -> frozenset[str]:
    ids = Counter(r.id for r in getattr(debate, register) if hasattr(r, "id"))
    twice = [slug for slug, n in ids.items() if n > 1]
    if twice:
        raise StanceError(f"{register} of {debate.id!r}: several records are called {twice[0]!r}")
    return frozenset(ids)


_DIRECT = {
    Polarity.SUPPORTS: "supports",
    Polarity.LEANS_SUPPORT: "leansSupport",
    Polarity.UNDECIDED: "undecidedOn",
    Polarity.LEANS_OPPOSE: "leansOppose",
    Polarity.OPPOSES: "opposes",
}
