"""Small debates for tests, built from the few words that matter in each."""

from __future__ import annotations

from datetime import date
from typing import Any

from stancegraph.graph import Graph
from stancegraph.model import (
    Actor,
    ActorKind,
    Bounds,
    Capacity,
    Certainty,
    Debate,
    Evidence,
    EvidenceKind,
    Issue,
    Mode,
    Option,
    Paragraph,
    Polarity,
    Source,
    Stance,
)

COUNTRIES = ("pol", "deu", "usa", "fra", "hun")
PUBLISHED = date(2024, 6, 30)


def graph_of(*evidence: Evidence, broader: dict[str, str] | None = None) -> Graph:
    """Make a graph of records; its options are those that the records name."""
    return Graph(debate_of(*evidence, broader=broader), Debate(id="reference", title="None"))


def debate_of(*evidence: Evidence, broader: dict[str, str] | None = None) -> Debate:
    """Make a debate of records, with the countries and voices that they need."""
    above = broader or {}
    options = sorted({s.option for e in evidence for s in e.stances} | {*above, *above.values()})
    return Debate(
        id="test-debate",
        title="A test",
        actors=(
            *(Actor(id=c, kind=ActorKind.COUNTRY, name=c.upper()) for c in COUNTRIES),
            Actor(id="paper", kind=ActorKind.INSTITUTION, name="The Paper"),
            Actor(id="expert", kind=ActorKind.PERSON, name="An Expert"),
            Actor(id="deputy", kind=ActorKind.PERSON, name="A Deputy", country="pol"),
            Actor(id="voice", kind=ActorKind.UNNAMED, name="A Voice", source="report"),
            Actor(id="neighbours", kind=ActorKind.GROUP, name="The Neighbours"),
        ),
        issues=(Issue(id="issue", name="Issue", definition="An issue."),),
        options=tuple(
            Option(id=o, name=f"Do {o}", definition="It.", issue="issue", broader=above.get(o))
            for o in options
        ),
        sources=(
            Source(
                id="report",
                title="Report",
                when=Bounds(not_before=PUBLISHED, not_after=PUBLISHED),
                paragraphs=(Paragraph(n=1, digest="0" * 64),),
            ),
        ),
        evidence=evidence,
    )


def said(
    id: str,
    holder: str,
    option: str,
    polarity: str,
    day: str | None = None,
    *,
    by: str | None = None,
    kind: str = "statement",
    sure: str = "certain",
    **more: Any,
) -> Evidence:
    """Make a record of one stance: the holder's own, or told `by` another voice."""
    capacity, mode = _VOICES.get(by or "", (Capacity.FORMER_OFFICIAL, Mode.INDIRECT))
    is_own = by is None
    when = date.fromisoformat(day) if day else None
    return Evidence(
        id=id,
        kind=EvidenceKind(kind),
        source="report",
        paragraph=1,
        speaker=by or holder,
        capacity=Capacity.GOVERNMENT if is_own and holder in COUNTRIES else capacity,
        principal=holder if is_own and holder in COUNTRIES else None,
        mode=mode,
        gist=f"{holder} {polarity} {option}",
        when=Bounds(not_before=when, not_after=when),
        stances=(
            Stance(
                holder=holder,
                option=option,
                polarity=Polarity(polarity),
                certainty=Certainty(sure),
                **more,
            ),
        ),
    )


_VOICES = {
    "paper": (Capacity.AUTHOR, Mode.NARRATIVE),
    "voice": (Capacity.UNNAMED_OFFICIAL, Mode.INDIRECT),
    "deputy": (Capacity.LEGISLATOR, Mode.DIRECT),
}
