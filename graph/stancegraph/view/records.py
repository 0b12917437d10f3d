"""What pages show of records and positions: plain values, ready for a template."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from stancegraph.answer.words import sentence
from stancegraph.model import Capacity, Evidence, Mode, Source, Stance
from stancegraph.positions import Position
from stancegraph.view.phrases import Phrases
from stancegraph.view.words import legible


@dataclass(frozen=True, slots=True, kw_only=True)
class Conveyed:
    """One stance that a record conveys."""

    position: str
    """The id of the position it bears on."""
    stance: str
    sure: str
    details: tuple[tuple[str, str], ...]
    """Reasons, conditions and limits, as label and text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One record as people read it."""

    kind: str
    by: str
    """The speaker's slug."""
    role: str
    """Capacity, and how the source reports it."""
    gist: str
    stances: tuple[Conveyed, ...]
    when: str
    first: date | None
    """The earliest day it can be of; None when unknown."""
    last: date | None
    """The latest day it can be of; None when unknown."""
    basis: str
    """How the coder knows, where the source prints no date."""
    details: tuple[tuple[str, str], ...]
    """Whatever else there is, as label and text."""
    source: str
    """The source's slug."""
    paragraph: str
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
    sure: str
    """How surely the deciding record conveys it."""
    is_hearsay: bool
    word: str
    """On whose word."""
    told: str
    """Whose word it is, in two or three words; empty where it is the holder's own."""
    when: str
    gist: str
    place: str
    """Where the deciding record is found: source and paragraph."""
    records: tuple[str, ...]
    flags: tuple[tuple[str, str], ...]
    """Flag and label."""
    dissent: tuple[str, ...]
    sentence: str
    rule: str
    """The name of the rule that decided."""
    since: str
    """Since when the holder has been on this side, as far as is known."""
    readings: tuple[tuple[str, str, str, str, int], ...]
    """Record, role, stance, speaker and tier of all that was weighed."""


def position_id(holder: str, option: str) -> str:
    """Return the id under which pages know a position."""
    return f"{holder}@{option}"


def card_of(say: Phrases, evidence: Evidence) -> Card:
    """Return a record as people read it."""
    graph, words = say.graph, say.words
    when = graph.when(evidence)
    return Card(
        kind=evidence.kind.value,
        by=evidence.speaker,
        role=_role(say, evidence),
        gist=legible(evidence.gist),
        stances=tuple(_conveyed(say, s) for s in evidence.stances),
        when=words.when(when),
        first=when.not_before,
        last=when.not_after,
        basis=legible(when.basis or ""),
        details=tuple((label, legible(text)) for label, text in _details(say, evidence)),
        source=evidence.source,
        paragraph=words.say("paragraph", n=evidence.paragraph),
        deprecated=evidence.deprecated,
    )


def title_of(source: Source) -> str:
    """Return publisher and title."""
    return legible(": ".join(t for t in (source.publisher, source.title) if t))


def url_of(source: Source) -> str | None:
    """Return the address of a source that a browser may open; None where there is none."""
    return source.url if (source.url or "").startswith(("https://", "http://")) else None


def _role(say: Phrases, evidence: Evidence) -> str:
    """Say in what capacity somebody speaks, and how the source reports it."""
    capacity = _capacity(say, evidence)
    if evidence.capacity is Capacity.AUTHOR and evidence.mode is Mode.NARRATIVE:
        return capacity
    return f"{capacity}, {say.words['modes'][evidence.mode]}"


def _capacity(say: Phrases, evidence: Evidence) -> str:
    """Say in what capacity somebody speaks, with the name of whom they bind."""
    if evidence.principal and evidence.principal != evidence.speaker:
        return say.words.say("for_principal", who=say.name(evidence.principal))
    if evidence.capacity is Capacity.GOVERNMENT and evidence.principal:
        return str(say.words["as_government"])
    return str(say.words["capacities"][evidence.capacity])


def _conveyed(say: Phrases, stance: Stance) -> Conveyed:
    words, debate = say.words, say.graph.debate
    parts = (
        (words["because"], stance.reasons, {a.id: a.name for a in debate.arguments}),
        (words["conditions"], stance.conditions, {c.id: c.name for c in debate.conditions}),
        (words["limits"], stance.limits, {x.id: x.name for x in debate.limits}),
    )
    return Conveyed(
        position=position_id(stance.holder, stance.option),
        stance=stance.polarity.value,
        sure=words["sure"][stance.certainty],
        details=tuple(
            (label, legible("; ".join(named.get(i, i) for i in ids)))
            for label, ids, named in parts
            if ids
        ),
    )


def _details(say: Phrases, evidence: Evidence) -> Iterable[tuple[str, str]]:
    graph, words = say.graph, say.words
    if evidence.via:
        via = graph.sources[evidence.via]
        yield words["source"], words.say("via", source=via.publisher or via.title)
    if evidence.event:
        events = {e.id: e.name for e in graph.debate.events}
        yield words["event"], events.get(evidence.event, evidence.event)
    yield from say.conveyed(evidence)
    if evidence.review:
        yield words["review"], evidence.review


def row_of(say: Phrases, position: Position) -> Row:
    """Return a position as a row of the table."""
    graph, words = say.graph, say.words
    flags, deciding = words["flags"], position.deciding[0].evidence
    return Row(
        id=position_id(position.holder, position.option),
        holder=position.holder,
        name=say.label(position.holder),
        kind=graph.actors[position.holder].kind.value,
        stance=position.polarity.value,
        level=words.level(position.polarity),
        option=position.option,
        sure=position.certainty.value,
        is_hearsay=position.is_hearsay,
        word=sentence(say.ground(position)),
        told=say.told(position),
        when=words.when(position.readings[0].when),
        gist=legible(deciding.gist),
        place=f"{deciding.source} ¶{deciding.paragraph}",
        records=tuple(dict.fromkeys(r.evidence.id for r in position.readings)),
        flags=(
            *((f.value, _flag(say, position, f.value, flags)) for f in position.flags),
            *_limits(say, position),
        ),
        dissent=tuple(_dissent(say, position)),
        sentence=say.stands(position),
        rule=position.rule.name,
        since=words.when(position.since),
        readings=tuple(
            (
                r.evidence.id,
                position.role_of(r),
                r.stance.polarity.value,
                r.evidence.speaker,
                r.tier,
            )
            for r in position.readings
        ),
    )


def _flag(say: Phrases, position: Position, flag: str, labels: dict[str, str]) -> str:
    if flag != "conditional":
        return labels[flag]
    named = {c.id: c.name for c in say.graph.debate.conditions}
    said = "; ".join(named.get(c, c) for c in position.conditions)
    return legible(f"{say.words['conditions']}{say.words['colon']} {said}")


def _limits(say: Phrases, position: Position) -> Iterable[tuple[str, str]]:
    """Yield how far a position goes, where it goes only so far."""
    named = {x.id: x.name for x in say.graph.debate.limits}
    if position.limits:
        said = "; ".join(named.get(x, x) for x in position.limits)
        yield "limited", legible(f"{say.words['limits']}{say.words['colon']} {said}")


def _dissent(say: Phrases, position: Position) -> Iterable[str]:
    for reading in position.readings:
        if reading.evidence.id in position.dissent:
            yield say.words.say(
                "dissent_line",
                speaker=say.label(reading.evidence.speaker),
                stance=say.words.level(reading.stance.polarity).lower(),
            )
