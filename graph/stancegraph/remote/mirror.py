"""What decides positions, fetched from an endpoint into the tables of a graph's file, in memory."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import Enum
from pathlib import Path
from typing import TypeVar

from stancegraph.answer.words import count
from stancegraph.errors import StanceError
from stancegraph.model import (
    Bounds,
    Capacity,
    Certainty,
    Evidence,
    EvidenceKind,
    Mode,
    Polarity,
    Stance,
)
from stancegraph.rdf.vocabulary import class_of, scheme_iri, slug_of, term
from stancegraph.remote.debate import RemoteDebate
from stancegraph.remote.results import natural, written_iri
from stancegraph.store.read import Store
from stancegraph.store.write import in_memory

EnumT = TypeVar("EnumT", bound=Enum)
Row = Sequence[str | None]
_LAST = 1 << 62
"""The place of what says none."""


class Mirror(Store):
    """The stances of a remote debate and of its records what decides between them, no words."""

    def __init__(self, there: RemoteDebate) -> None:
        evidence = _evidence_of(there)
        self._iris = tuple(evidence)
        debate = replace(
            there.registers, sources=there.sources(), evidence=tuple(evidence.values())
        )
        there.check_references(debate.evidence)
        super().__init__(Path(there.home.id), in_memory(debate, there.reference))

    def records(self, numbers: Iterable[int]) -> list[str]:
        """Return the IRIs of the records of some numbers."""
        return [self._iris[n] for n in numbers]

    def disputed_records(self) -> list[str]:
        """Return the IRIs of the records among which dissent can be."""
        where = self.disputed()
        found = self.rows(f"SELECT n FROM evidence WHERE {where.text} ORDER BY n", where.values)
        return self.records(n for (n,) in found)


def _evidence_of(there: RemoteDebate) -> dict[str, Evidence]:
    """Fetch all records without their words, by IRI, in the order of the debate."""
    rows = there.texts(_EVIDENCE.columns, _EVIDENCE.pattern, there.count(Evidence))
    told = there.texts(_STANCE.columns, _STANCE.pattern, there.size)
    stances: dict[str | None, list[tuple[int, str, Stance]]] = {}
    for evidence, iri, *row in told:
        stances.setdefault(evidence, []).append(_stance(there, iri or "", row))
    found = {}
    for iri, *row in sorted(rows, key=_place):
        mine = sorted(stances.pop(iri, ()), key=lambda s: s[:2])
        found[iri or ""] = _evidence(there, iri or "", row, tuple(s for _, _, s in mine))
    if len(found) != len(rows) or stances:
        raise there.endpoint.error(
            f"has {count(len(found), 'record')} in {count(len(rows), 'row')}: some say twice what "
            "can be said once, or convey a stance and are no evidence; publish the debate anew"
        )
    return found


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What is fetched of things of a class, a column each; some of it may be absent."""

    kind: type
    needed: tuple[str, ...]
    perhaps: tuple[str, ...]
    before: tuple[str, ...] = ()
    told: str = ""

    @property
    def columns(self) -> tuple[str, ...]:
        return (*self.before, "r", *self.needed, *self.perhaps)

    @property
    def pattern(self) -> str:
        needed = "".join(f" ; {written_iri(term(n))} ?{n}" for n in self.needed)
        perhaps = "".join(f" OPTIONAL {{ ?r {written_iri(term(n))} ?{n} }}" for n in self.perhaps)
        return f"{self.told}?r a {written_iri(class_of(self.kind))}{needed} .{perhaps}"


_EVIDENCE = _Wanted(
    Evidence,
    ("id", "evidenceKind", "source", "paragraphNumber", "speaker", "capacity", "mode"),
    ("position", "principal", "notBefore", "notAfter", "deprecatedBecause"),
)
_STANCE = _Wanted(
    Stance,
    ("holder", "option", "polarity"),
    ("position", "certainty", "declaredUntil"),
    ("e",),
    f"?e {written_iri(term('conveys'))} ?r . ",
)


def _place(row: Row) -> tuple[int, str]:
    """Return where a record stands in the debate, as `rdf.read` does: by position, then by IRI."""
    position = natural(row[_EVIDENCE.columns.index("position")])
    return (_LAST, row[0] or "") if position is None else (position, "")


def _evidence(there: RemoteDebate, iri: str, row: Row, stances: tuple[Stance, ...]) -> Evidence:
    id, kind, source, paragraph, speaker, capacity, mode, _, principal, *rest = row
    first, last, deprecated = rest
    try:
        return Evidence(
            id=id or "",
            kind=_value(EvidenceKind, kind),
            source=slug_of(source or ""),
            paragraph=int(paragraph or ""),
            speaker=slug_of(speaker or ""),
            capacity=_value(Capacity, capacity),
            principal=slug_of(principal) if principal else None,
            mode=_value(Mode, mode),
            gist="",
            when=Bounds(not_before=_day(first), not_after=_day(last)),
            stances=stances,
            deprecated=deprecated,
        )
    except ValueError as error:
        raise _unreadable(there, iri, error) from None


def _stance(there: RemoteDebate, iri: str, row: Row) -> tuple[int, str, Stance]:
    holder, option, polarity, position, certainty, until = row
    try:
        place = natural(position)
        return (
            _LAST if place is None else place,
            iri,
            Stance(
                holder=slug_of(holder or ""),
                option=slug_of(option or ""),
                polarity=_value(Polarity, polarity),
                certainty=_value(Certainty, certainty) if certainty else Certainty.UNSPECIFIED,
                until=_day(until),
            ),
        )
    except ValueError as error:
        raise _unreadable(there, iri, error) from None


def _unreadable(there: RemoteDebate, iri: str, error: ValueError) -> StanceError:
    return there.endpoint.error(f"holds a record that cannot be read: {iri}: {error}")


def _value(kind: type[EnumT], iri: str | None) -> EnumT:
    return kind((iri or "").removeprefix(f"{scheme_iri(kind)}-"))


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
