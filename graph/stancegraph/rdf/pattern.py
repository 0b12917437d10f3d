"""What the ordinary writer makes of one record, as a pattern for those that differ in few words.

A record with marks in the place of these words is written as any other is; where the marks stand
in its triples, there go the words of the others.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from operator import itemgetter
from typing import NamedTuple

from rdflib import Literal, URIRef

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
from stancegraph.positions import Reading, positions_of
from stancegraph.rdf.quads import NQuads
from stancegraph.rdf.vocabulary import inside
from stancegraph.rdf.write import Triple, Writer

_PLACE = "\0"
"""Stands before and after the number of a place; no IRI and no word of ours has it."""


class Pattern:
    """A text with places for words; a place can occur more than once."""

    def __init__(self, text: str) -> None:
        self._pieces = text.split(_PLACE)
        self._words = itemgetter(*map(int, self._pieces[1::2]))

    def filled(self, words: Sequence[str]) -> str:
        """Return the text with each word in its places."""
        pieces = self._pieces.copy()
        pieces[1::2] = self._words(words)
        return "".join(pieces)


class StanceKind(NamedTuple):
    """What a stance has in common with others of one pattern."""

    level: int | None
    certainty: str
    is_limited: bool
    """Whether it was declared for a time."""


class RecordKind(NamedTuple):
    """What a record of evidence has in common with others of one pattern."""

    kind: str
    capacity: str
    mode: str
    has_principal: bool
    has_first: bool
    """Whether the first day it can be of is known."""
    has_last: bool
    stances: tuple[StanceKind, ...]


class PositionKind(NamedTuple):
    """What a position that rests on one stance has in common with others of one pattern."""

    level: int | None
    certainty: str
    tier: int
    first: date | None
    """The first day that its record can be of."""
    last: date | None


_FIRST, _LAST = date(1, 1, 1), date(1, 1, 2)
_NUMBER, _PARAGRAPH = -1, -2  # those of stances, which are no marks, begin at 1


def pattern_of_records(kind: RecordKind, writer: Writer, form: NQuads) -> Pattern:
    """Return the pattern of a kind of records.

    Its places: the record's IRI, id and number; the source's IRI and the paragraph; the speaker's
    and the principal's IRI; gist, first and last day; then for each stance the holder's and the
    option's IRI, and the last day that it was declared for.
    """
    record, source = inside(writer.home, "evidence", "record"), writer.named("sources", "source")
    iris = {
        record: _place(0),
        source: _place(3),
        inside(source, "paragraph", _PARAGRAPH): f"{_place(3)}/paragraph/{_place(4)}",
        writer.named("actors", "speaker"): _place(5),
        writer.named("actors", "principal"): _place(6),
    }
    literals = {
        Literal("record"): _place(1),
        Literal(_NUMBER): _place(2),
        Literal(_PARAGRAPH): _place(4),
        Literal("gist", lang=writer.language): _place(7),
        Literal(_FIRST): _place(8),
        Literal(_LAST): _place(9),
    }
    for n in range(len(kind.stances)):
        iris[inside(record, "stance", n + 1)] = f"{_place(0)}/stance/{n + 1}"
        iris[writer.named("actors", f"holder-{n}")] = _place(10 + 3 * n)
        iris[writer.named("options", f"option-{n}")] = _place(11 + 3 * n)
        literals[Literal(_until(n))] = _place(12 + 3 * n)
    triples = writer.member("evidence", _marked_record(kind), _NUMBER)
    return _pattern(triples, iris, literals, writer.home, form)


def _place(number: int) -> str:
    return f"{_PLACE}{number}{_PLACE}"


def _until(n: int) -> date:
    return date.fromordinal(_LAST.toordinal() + 1 + n)


def _marked_record(kind: RecordKind) -> Evidence:
    return Evidence(
        id="record",
        kind=EvidenceKind(kind.kind),
        source="source",
        paragraph=_PARAGRAPH,
        speaker="speaker",
        capacity=Capacity(kind.capacity),
        principal="principal" if kind.has_principal else None,
        mode=Mode(kind.mode),
        gist="gist",
        when=Bounds(
            not_before=_FIRST if kind.has_first else None,
            not_after=_LAST if kind.has_last else None,
        ),
        stances=tuple(_marked_stance(stance, n) for n, stance in enumerate(kind.stances)),
    )


def _marked_stance(kind: StanceKind, n: int) -> Stance:
    return Stance(
        holder=f"holder-{n}",
        option=f"option-{n}",
        polarity=next(p for p in Polarity if p.level == kind.level),
        certainty=Certainty(kind.certainty),
        until=_until(n) if kind.is_limited else None,
    )


def pattern_of_positions(
    kind: PositionKind, day: date | None, name: URIRef, writer: Writer, form: NQuads
) -> Pattern:
    """Return the pattern of a kind of positions, derived for a day, in the graph of a name.

    Its places: the IRIs of the position, the holder, the option and the record.
    """
    stance = _marked_stance(StanceKind(kind.level, kind.certainty, is_limited=False), 0)
    when = Bounds(not_before=kind.first, not_after=kind.last)
    reading = Reading(_marked_record(_ANY), stance, stance.option, kind.tier, when)
    (position,) = positions_of([reading], day).values()
    iris = {
        inside(name, stance.holder, stance.option): _place(0),
        writer.named("actors", stance.holder): _place(1),
        writer.named("options", stance.option): _place(2),
        writer.named("evidence", reading.evidence.id): _place(3),
    }
    return _pattern(writer.position(name, position), iris, {}, name, form)


_ANY = RecordKind(
    kind=EvidenceKind.STATEMENT.value,
    capacity=Capacity.OWN.value,
    mode=Mode.DIRECT.value,
    has_principal=False,
    has_first=False,
    has_last=False,
    stances=(),
)


def _pattern(
    triples: Iterable[Triple],
    iris: Mapping[URIRef, str],
    literals: Mapping[Literal, str],
    graph: URIRef,
    form: NQuads,
) -> Pattern:
    """Write triples with places where marks are."""

    def word(node: URIRef | Literal) -> str:
        if isinstance(node, URIRef):
            return f"<{iris[node]}>" if node in iris else form.term(node)
        text = form.term(node)
        return text.replace(str(node), literals[node], 1) if node in literals else text

    said = dict.fromkeys(triples)
    return Pattern(form.block(((word(s), word(p), word(o)) for s, p, o in said), graph))
