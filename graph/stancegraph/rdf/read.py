"""From RDF back to the model: a debate, or the reference registers, out of a dataset."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import is_dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import Enum
from typing import Any

from rdflib import RDF, Dataset, URIRef
from rdflib.term import Node

from stancegraph.errors import InvalidDebate, UnknownName
from stancegraph.model import REGISTERS, Bounds, Debate
from stancegraph.rdf.vocabulary import (
    Property,
    class_of,
    property_of,
    scheme_iri,
    slug_of,
    term,
)
from stancegraph.schema import Field, fields_of
from stancegraph.suggest import did_you_mean

Things = Mapping[Node, Mapping[Node, Sequence[Node]]]
"""What is said of each subject: by property, its values."""

_PLACE = re.compile("[0-9]{1,9}")
_DECIMAL = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)")


def from_rdf(dataset: Dataset, debate: str | None = None) -> Debate:
    """Return the debate of a dataset; `debate` names it where there are several.

    InvalidDebate says what is missing or cannot be read; positions are left out, for they are
    derived. UnknownName where there is no such debate.
    """
    return _read(dataset, class_of(Debate), debate)


def reference_from_rdf(dataset: Dataset, reference: str | None = None) -> Debate:
    """Return the reference registers of a dataset, as `from_rdf` does a debate."""
    return _read(dataset, term("Reference"), reference)


def _read(dataset: Dataset, kind: URIRef, wanted: str | None) -> Debate:
    things = _things(dataset)
    homes = {
        str(things[node][term("id")][0]): node
        for node in things
        if kind in things[node].get(RDF.type, ()) and term("id") in things[node]
    }
    return debate_from(
        things, homes[_choose(homes, wanted, slug_of(kind).rpartition("#")[2].lower())]
    )


def debate_from(things: Things, home: Node) -> Debate:
    """Read the debate at a node, with as many of its records as are there.

    InvalidDebate says what is missing or cannot be read.
    """
    reader = _Reader(things)
    debate = reader.debate(home)
    if debate is None or reader.problems:
        raise InvalidDebate(reader.problems)
    return debate


def _choose(found: Iterable[str], wanted: str | None, what: str) -> str:
    ids = sorted(found)
    if wanted is None and len(ids) == 1:
        return ids[0]
    if wanted is None:
        has = f"several: {', '.join(ids)}; name one" if ids else "none of class sg:Debate"
        raise UnknownName(f"the dataset has no single {what}, but {has}")
    if wanted not in ids:
        hint = did_you_mean(wanted, ids) or f"; it has {', '.join(ids) or 'none'}"
        raise UnknownName(f"the dataset has no {what} {wanted!r}{hint}")
    return wanted


def _things(dataset: Dataset) -> Things:
    return things_of((s, p, o) for s, p, o, _ in dataset.quads((None, None, None, None)))


def things_of(triples: Iterable[tuple[Node, Node, Node]]) -> Things:
    """Index triples by subject and property; values sorted, so that order has one meaning."""
    found: dict[Node, dict[Node, set[Node]]] = {}
    for s, p, o in triples:
        found.setdefault(s, {}).setdefault(p, set()).add(o)
    return {s: {p: sorted(v, key=str) for p, v in of.items()} for s, of in found.items()}


class _Reader:
    """Reads records and keeps what is wrong with them."""

    def __init__(self, things: Things) -> None:
        self.problems: list[str] = []
        self._things = things

    def debate(self, home: Node) -> Debate | None:
        """Read the debate at a node with all that is part of it."""
        members: dict[Node, list[Node]] = {}
        for node, about in self._things.items():
            if home in about.get(term("partOf"), ()):
                for kind in about.get(RDF.type, ()):
                    members.setdefault(kind, []).append(node)
        registers: dict[str, Any] = {
            register: self._records(record, members.get(class_of(record), ()))
            for register, record in REGISTERS.items()
        }
        values = self._fields(Debate, home, skip=REGISTERS)
        return None if values is None else Debate(**(values | registers))

    def _records(self, record: Any, nodes: Iterable[Node]) -> tuple[Any, ...]:
        found = [(self._position(n), self._record(record, n)) for n in nodes]
        return tuple(r for _, r in sorted(found, key=lambda pair: pair[0]) if r is not None)

    def _position(self, node: Node) -> tuple[int, str]:
        """Return the place of a record among its like; those without one come last, by IRI."""
        found = self._about(node, term("position"))
        text = str(found[0]) if found else ""
        return (int(text), "") if _PLACE.fullmatch(text) else (len(self._things), str(node))

    def _record(self, record: Any, node: Node) -> Any:
        values = self._fields(record, node)
        return None if values is None else record(**values)

    def _fields(self, record: Any, node: Node, skip: Iterable[str] = ()) -> dict[str, Any] | None:
        """Return the values of a record's fields; None where one cannot be read."""
        before = len(self.problems)
        values: dict[str, Any] = {}
        for f in fields_of(record):
            if f.name in skip:
                continue
            if f.type is Bounds:
                values[f.name] = Bounds(**(self._fields(Bounds, node) or {}))
            elif found := self._field(property_of(record, f.name), f, node):
                values[f.name] = found if f.is_many else found[0]
            elif f.is_required:
                self._say(node, f"lacks {property_of(record, f.name).iri}")
        return values if len(self.problems) == before else None

    def _field(self, known: Property, f: Field, node: Node) -> tuple[Any, ...]:
        found, part = self._about(node, known.iri), f.type
        if is_dataclass(f.type):
            kind = class_of(part)
            return self._records(part, [n for n in found if kind in self._about(n, RDF.type)])
        if f.is_many:
            found = self._ordered(known.iri, node, found)
        elif len(found) > 1:
            self._say(node, f"has {len(found)} values of {known.iri}; keep one")
        return tuple(self._value(known, f, node, value) for value in found)

    def _ordered(self, iri: URIRef, node: Node, values: Sequence[Node]) -> Sequence[Node]:
        """Put values into their written order; those that it does not know come last."""
        for order in self._about(node, term("order")):
            if iri in self._about(order, term("orderOf")):
                about = self._things[order]
                numbered = sorted((int(n), v[0]) for p, v in about.items() if (n := _number_of(p)))
                listed = [v for _, v in numbered if v in values]
                return listed + [v for v in values if v not in listed]
        return values

    def _value(self, known: Property, f: Field, node: Node, value: Node) -> Any:
        if isinstance(value, URIRef) != known.is_link:
            expected = "a literal" if isinstance(value, URIRef) else "an IRI"
            self._say(node, f"{known.iri} takes {expected}, not {value!s}")
            return None
        try:
            str(value).encode()  # an escape can name half a character, which no UTF-8 has
            return _convert(f, known, str(value))
        except (ValueError, KeyError, InvalidOperation):
            self._say(node, f"{known.iri} cannot be {str(value)!r}")
            return None

    def _about(self, node: Node, iri: URIRef) -> Sequence[Node]:
        return self._things.get(node, {}).get(iri, ())

    def _say(self, node: Node, message: str) -> None:
        self.problems.append(f"{node}: {message}")


def _number_of(member: Node) -> str | None:
    """Return n of the container membership property rdf:_n."""
    number = str(member).removeprefix(f"{RDF}_")
    return number if _PLACE.fullmatch(number) else None


def _convert(f: Field, known: Property, text: str) -> Any:
    if f.register or known.namespace:
        return slug_of(text)
    if issubclass(f.type, Enum):
        return f.type(text.removeprefix(f"{scheme_iri(f.type)}-"))
    return _CONVERT[f.type](text)


def _flag(text: str) -> bool:
    # the lexical space of xsd:boolean
    return {"true": True, "1": True, "false": False, "0": False}[text]


def _decimal(text: str) -> Decimal:
    # the lexical space of xsd:decimal, which has no exponent: a short one can be a long number
    if not _DECIMAL.fullmatch(text):
        raise ValueError(text)
    return Decimal(text)


_CONVERT: Mapping[type, Callable[[str], Any]] = {
    bool: _flag,
    date: date.fromisoformat,
    Decimal: _decimal,
    int: int,
    str: str,
}
