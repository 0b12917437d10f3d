"""What pages show of records and positions: plain values, ready for a template."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from stancegraph.answer.words import sentence
from stancegraph.graph import Graph
from stancegraph.model import Capacity, Evidence, Mode, Stance
from stancegraph.positions import Position
from stancegraph.view import phrases
from stancegraph.view.phrases import legible, strings


@dataclass(frozen=True, slots=True, kw_only=True)
class Conveyed:
    """One stance that a record conveys."""

    position: str
    """The id of the position it bears on."""
    holder: str
    stance: str
    level: str
    """The stance as a label."""
    option: str
    sure: str
    details: tuple[tuple[str, str], ...]
    """Reasons, conditions and limits, as label and text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One record as people read it."""

    id: str
    speaker: str
    role: str
    """Capacity, and how the source reports it."""
    gist: str
    stances: tuple[Conveyed, ...]
    when: str
    basis: str
    """How the coder knows, where the source prints no date."""
    details: tuple[tuple[str, str], ...]
    """Whatever else there is, as label and text."""
    source: str
    paragraph: str
    url: str | None
    deprecated: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One position as a row of the table, and as the head of the evidence panel."""

    id: str
    holder: str
    name: str
    kind: str
    stance: str
    level: str
    option: str
    is_hearsay: bool
    word: str
    """On whose word."""
    when: str
    gist: str
    records: tuple[str, ...]
    flags: tuple[tuple[str, str], ...]
    """Flag and label."""
    dissent: tuple[str, ...]
    sentence: str
    meta: tuple[tuple[str, str], ...]
    """Rule, confidence and since when, as label and text."""
    readings: tuple[tuple[str, str, str, str], ...]
    """Record, role, stance and speaker of all that was weighed."""


def position_id(holder: str, option: str) -> str:
    """Return the id under which pages know a position."""
    return f"{holder}@{option}"


def card_of(graph: Graph, evidence: Evidence) -> Card:
    """Return a record as people read it."""
    source = graph.sources[evidence.source]
    words = strings()
    when = graph.when(evidence)
    titles = [source.publisher, source.title]
    return Card(
        id=evidence.id,
        speaker=legible(graph.actors[evidence.speaker].name),
        role=_role(graph, evidence),
        gist=legible(evidence.gist),
        stances=tuple(_conveyed(graph, s) for s in evidence.stances),
        when=phrases.when(when),
        basis=legible(when.basis or ""),
        details=tuple((label, legible(text)) for label, text in _details(graph, evidence)),
        source=legible(": ".join(t for t in titles if t)),
        paragraph=words["paragraph"].format(n=evidence.paragraph),
        url=source.url if (source.url or "").startswith(("https://", "http://")) else None,
        deprecated=evidence.deprecated,
    )


def _role(graph: Graph, evidence: Evidence) -> str:
    """Say in what capacity somebody speaks, and how the source reports it."""
    capacity = _capacity(graph, evidence)
    if evidence.capacity is Capacity.AUTHOR and evidence.mode is Mode.NARRATIVE:
        return capacity
    return f"{capacity}, {strings()['modes'][evidence.mode]}"


def _capacity(graph: Graph, evidence: Evidence) -> str:
    """Say in what capacity somebody speaks, with the name of whom they bind."""
    if evidence.principal and evidence.principal != evidence.speaker:
        return f"for {phrases.name(graph.actors[evidence.principal])}"
    if evidence.capacity is Capacity.GOVERNMENT and evidence.principal:
        return "as a government"
    return str(strings()["capacities"][evidence.capacity])


def _conveyed(graph: Graph, stance: Stance) -> Conveyed:
    words = strings()
    debate = graph.debate
    parts = (
        (words["because"], stance.reasons, {a.id: a.name for a in debate.arguments}),
        (words["conditions"], stance.conditions, {c.id: c.name for c in debate.conditions}),
        (words["limits"], stance.limits, {x.id: x.name for x in debate.limits}),
    )
    return Conveyed(
        position=position_id(stance.holder, stance.option),
        holder=legible(graph.actors[stance.holder].name),
        stance=stance.polarity.value,
        level=phrases.level(stance.polarity),
        option=legible(graph.options[stance.option].name),
        sure=words["sure"][stance.certainty],
        details=tuple(
            (label, legible("; ".join(named.get(i, i) for i in ids)))
            for label, ids, named in parts
            if ids
        ),
    )


def _details(graph: Graph, evidence: Evidence) -> Iterable[tuple[str, str]]:
    words = strings()
    if evidence.via:
        via = graph.sources[evidence.via]
        yield words["source"], words["via"].format(source=via.publisher or via.title)
    if evidence.event:
        events = {e.id: e.name for e in graph.debate.events}
        yield words["event"], events.get(evidence.event, evidence.event)
    yield from phrases.conveyed(graph, evidence)
    if evidence.review:
        yield words["review"], evidence.review


def row_of(graph: Graph, position: Position) -> Row:
    """Return a position as a row of the table."""
    actor = graph.actors[position.holder]
    deciding = graph.evidence_by_id[position.decided_by[0]]
    flags = strings()["flags"]
    return Row(
        id=position_id(position.holder, position.option),
        holder=position.holder,
        name=legible(actor.name),
        kind=actor.kind.value,
        stance=position.polarity.value,
        level=phrases.level(position.polarity),
        option=position.option,
        is_hearsay=position.is_hearsay,
        word=sentence(phrases.ground(graph, position)),
        when=phrases.when(position.readings[0].when),
        gist=legible(deciding.gist),
        records=tuple(dict.fromkeys(r.evidence.id for r in position.readings)),
        flags=tuple((f.value, _flag(graph, position, f.value, flags)) for f in position.flags),
        dissent=tuple(_dissent(graph, position)),
        sentence=phrases.stands(graph, position),
        meta=tuple(_meta(position)),
        readings=tuple(
            (r.evidence.id, position.role_of(r), r.stance.polarity.value, r.evidence.speaker)
            for r in position.readings
        ),
    )


def _flag(graph: Graph, position: Position, flag: str, labels: dict[str, str]) -> str:
    if flag != "conditional":
        return labels[flag]
    named = {c.id: c.name for c in graph.debate.conditions}
    said = "; ".join(named.get(c, c) for c in position.conditions)
    return legible(f"{strings()['conditions']}: {said}")


def _dissent(graph: Graph, position: Position) -> Iterable[str]:
    for reading in position.readings:
        if reading.evidence.id in position.dissent:
            yield strings()["dissent_line"].format(
                speaker=legible(graph.actors[reading.evidence.speaker].name),
                stance=phrases.level(reading.stance.polarity).lower(),
            )


def _meta(position: Position) -> Iterable[tuple[str, str]]:
    words = strings()
    yield words["decided"], sentence(f"{position.rule.value}.")
    yield words["since"], phrases.when(position.since)
    value = words["confidence_value"].format(value=f"{position.confidence:.2f}")
    yield words["confidence"], value
