"""What an answer is: verdict, rows, evidence, flags and method, for people and for programs."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, is_dataclass
from datetime import date
from enum import Enum
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from stancegraph.model import (
    ActorKind,
    Capacity,
    Certainty,
    Evidence,
    EvidenceKind,
    Mode,
    Polarity,
    Stance,
)
from stancegraph.positions import Position, Reading

if TYPE_CHECKING:
    from stancegraph.answer.figure import Figure
    from stancegraph.graph import Graph
    from stancegraph.view.page import Page
    from stancegraph.view.pictures.picture import Picture

RowT = TypeVar("RowT", covariant=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation:
    """One record, or one stance of it, as evidence for an answer."""

    id: str
    """The record."""
    kind: EvidenceKind
    """Statement, action or vote."""
    speaker: str
    """Slug of who speaks or acts."""
    speaker_name: str
    capacity: Capacity
    """In what capacity."""
    principal: str | None
    """Whose words or deed it is in that capacity."""
    mode: Mode
    """How the source reports it."""
    holder: str | None
    """Whose stance; None for a record that conveys none."""
    holder_name: str | None
    holder_kind: ActorKind | None
    option: str | None
    polarity: Polarity | None
    certainty: Certainty | None
    tier: int | None
    """Whose word it is, 1 to 6."""
    source: str
    source_title: str
    paragraph: int
    digest: str | None
    """SHA-256 of the paragraph."""
    via: str | None
    """The earlier source on which the source relies."""
    gist: str
    """Our paraphrase."""
    date: datetime.date | None
    """The day, where it is known."""
    not_before: datetime.date | None
    not_after: datetime.date | None
    date_basis: str | None
    """How the coder knows the bounds, where the source prints no date."""
    reasons: tuple[str, ...]
    conditions: tuple[str, ...]
    limits: tuple[str, ...]
    conveys: tuple[str, ...]
    """What else the record conveys: claims, figures, framings, influences, predictions."""
    review: str | None
    """What a second coder should look at again."""
    deprecated: str | None
    """Why the record no longer counts."""


@dataclass(frozen=True, slots=True)
class Table:
    """Rows for people: as many cells in every row as there are columns."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer(Generic[RowT]):
    """An answer: the verdict first, then what it rests on."""

    question: str
    verdict: str
    as_of: date | None
    """The day for which it is given; None where no record is dated."""
    method: str
    row_class: type
    """The class of the rows, also where there are none."""
    rows: tuple[RowT, ...]
    evidence: tuple[Citation, ...]
    flags: tuple[str, ...]
    more: Mapping[str, Any]
    """Further parts, by name, that are keys of the JSON beside the common ones."""
    tables: tuple[Table, ...]
    """The rows as people read them."""
    notes: tuple[str, ...]
    """Silence, dissent and what was left out, in sentences."""
    reproduce: str
    """The command that gives this answer again."""
    figures: tuple[Figure, ...] = ()
    """What a page or a picture of it shows; programs have the rows."""

    def to_dict(self) -> dict[str, Any]:
        """Return the answer as the documented JSON object, of plain values only."""
        keys = ("question", "verdict", "as_of", "method", "rows", "evidence", "flags")
        head = {key: plain(getattr(self, key)) for key in keys}
        tail = {"notes": plain(self.notes), "reproduce": self.reproduce}
        return head | {k: plain(v) for k, v in self.more.items()} | tail

    def page(self, *, language: str = "en") -> Page:
        """Return the answer as a page: one file, with its pictures, tables and evidence."""
        from stancegraph.view.answer_page import answer_page

        return answer_page(self, language=language)

    def picture(self, n: int = 0, *, language: str = "en") -> Picture:
        """Return one of the answer's pictures, counted from 0; StanceError where there is none."""
        from stancegraph.view.figures.picture import picture_of

        return picture_of(self, n, language=language)

    def __str__(self) -> str:
        return self.verdict

    def _repr_html_(self) -> str:
        from stancegraph.answer.html import to_html

        return to_html(self)


def plain(value: Any) -> Any:
    """Turn dataclasses, enums, dates and tuples into what JSON has.

    >>> plain((date(2024, 5, 30), None))
    ['2024-05-30', None]
    """
    if is_dataclass(value) and not isinstance(value, type):
        return {f.name: plain(getattr(value, f.name)) for f in fields(value)}
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(k): plain(v) for k, v in value.items()}
    if isinstance(value, (tuple, list, set, frozenset)):
        return [plain(v) for v in value]
    return value


def cite(
    graph: Graph,
    evidence: Evidence,
    stance: Stance | None = None,
    reading: Reading | None = None,
) -> Citation:
    """Cite a record, for one of its stances where one is named, by its reading if at hand."""
    source = graph.sources[evidence.source]
    if stance and reading is None:
        reading = graph.reading_of.get((evidence.id, stance))
    when = reading.when if reading else graph.when(evidence)
    return Citation(
        id=evidence.id,
        kind=evidence.kind,
        speaker=evidence.speaker,
        speaker_name=graph.actors[evidence.speaker].name,
        capacity=evidence.capacity,
        principal=evidence.principal,
        mode=evidence.mode,
        holder=stance.holder if stance else None,
        holder_name=graph.actors[stance.holder].name if stance else None,
        holder_kind=graph.actors[stance.holder].kind if stance else None,
        option=stance.option if stance else None,
        polarity=stance.polarity if stance else None,
        certainty=stance.certainty if stance else None,
        tier=reading.tier if reading else None,
        source=evidence.source,
        source_title=source.title,
        paragraph=evidence.paragraph,
        digest=next((p.digest for p in source.paragraphs if p.n == evidence.paragraph), None),
        via=evidence.via,
        gist=evidence.gist,
        date=when.day,
        not_before=when.not_before,
        not_after=when.not_after,
        date_basis=when.basis,
        reasons=stance.reasons if stance else (),
        conditions=stance.conditions if stance else (),
        limits=stance.limits if stance else (),
        conveys=tuple(name for name in _CONVEYED if getattr(evidence, name)),
        review=evidence.review,
        deprecated=evidence.deprecated,
    )


_CONVEYED = ("claims", "figures", "framings", "influences", "predictions")


def cite_positions(graph: Graph, positions: Iterable[Position]) -> tuple[Citation, ...]:
    """Cite the records that decide positions, each followed by those that dissent."""
    cited: dict[tuple[str, str, str], Citation] = {}
    for position in positions:
        for reading in position.readings:
            evidence, stance = reading.evidence, reading.stance
            if evidence.id in (*position.decided_by, *position.dissent):
                key = (evidence.id, stance.holder, stance.option)
                cited.setdefault(key, cite(graph, evidence, stance, reading))
    return tuple(cited.values())


def flags_of(positions: Iterable[Position]) -> tuple[str, ...]:
    """Return the flags of positions, each once, in a fixed order."""
    found = {flag for p in positions for flag in p.flags}
    return tuple(sorted(flag.value for flag in found))
