"""What the pages say in sentences: verdicts, grounds and dates, from one file of strings."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from importlib.resources import files
from itertools import groupby
from typing import Any

from stancegraph.answer.words import count, day, listed, named, sentence
from stancegraph.graph import Graph
from stancegraph.model import Actor, ActorKind, Bounds, Evidence, Polarity
from stancegraph.positions import Position, Reading

_OVERRIDES = dict.fromkeys(
    (*range(0x20), 0x7F, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A))
)
_NAMES_AT_MOST = 6


@cache
def strings() -> dict[str, Any]:
    """Return all words of the pages that are not data."""
    text = files("stancegraph.view").joinpath("templates", "strings.en.json").read_text("utf-8")
    found: dict[str, Any] = json.loads(text)
    return found


def legible(text: str) -> str:
    r"""Drop control characters, with which a name could turn round the sentence it stands in.

    >>> legible("Poland\u202e!")
    'Poland!'
    """
    return text.translate(_OVERRIDES)


def name(actor: Actor) -> str:
    """Return an actor's name as it stands in a sentence."""
    return legible(named(actor))


def verb(polarity: Polarity, subjects: int) -> str:
    """Return what so many subjects do about an option.

    >>> verb(Polarity.LEANS_OPPOSE, 1), verb(Polarity.UNDECIDED, 2)
    ('leans against it', 'are undecided')
    """
    return str(strings()["verbs"][polarity][subjects != 1])


def when(bounds: Bounds) -> str:
    """Say when something happened, as far as that is known.

    >>> from datetime import date
    >>> when(Bounds(not_before=date(2024, 5, 30), not_after=date(2024, 6, 2)))
    'between 30 May and 2 June 2024'
    """
    words = strings()
    first, last = bounds.not_before, bounds.not_after
    if first and last:
        if first == last:
            return day(first)
        start = day(first)
        if first.year == last.year:
            start = start.removesuffix(f" {first.year}")
        return str(words["when_between"]).format(first=start, last=day(last))
    if last:
        return str(words["when_by"]).format(last=day(last))
    return str(words["when_after"]).format(first=day(first)) if first else words["when_unknown"]


def told(graph: Graph, position: Position) -> str:
    """Say in two or three words whose hearsay a position is; nothing where it is none."""
    if not position.is_hearsay:
        return ""
    words = strings()["told"]
    speakers = _speakers(graph, position)
    first = str(words[str(position.tier)]).format(speaker=legible(speakers[0].name))
    if len(speakers) == 1:
        return first
    return str(words["more"]).format(told=first, n=len(speakers) - 1)


def _speakers(graph: Graph, position: Position) -> list[Actor]:
    """Return who tells what decides a position, each once."""
    return [graph.actors[s] for s in dict.fromkeys(e.speaker for e in _deciding(graph, position))]


def _deciding(graph: Graph, position: Position) -> list[Evidence]:
    return [graph.evidence_by_id[e] for e in position.decided_by]


def ground(graph: Graph, position: Position) -> str:
    """Say on whose word a position rests: "on the word of Kurt Volker (former official) only"."""
    words, tier = strings()["grounds"], str(position.tier)
    holder = graph.actors[position.holder]
    is_people = holder.kind in (ActorKind.PERSON, ActorKind.UNNAMED, ActorKind.GROUP)
    evidence = _deciding(graph, position)[0]
    if position.tier == 3 and evidence.speaker != position.holder:
        tier = "3_spoken"
    return str(words[tier]).format(
        whose="their" if is_people else "its",
        who="they" if is_people else "it",
        speaker=listed(map(name, _speakers(graph, position))),
        capacity=strings()["capacities"][evidence.capacity],
    )


def stands(graph: Graph, position: Position) -> str:
    """Say in a sentence where a holder stands, on whose word, and who has it otherwise."""
    holder = graph.actors[position.holder]
    said = f"{name(holder)} {verb(position.polarity, _size(holder))}, {ground(graph, position)}."
    otherwise = [r for r in position.readings if r.evidence.id in position.dissent]
    if otherwise:
        parts = listed(dict.fromkeys(_otherwise(graph, r) for r in otherwise))
        said += " " + str(strings()["otherwise_line"]).format(parts=parts)
    return sentence(said)


def _otherwise(graph: Graph, reading: Reading) -> str:
    holder = graph.actors[reading.stance.holder]
    return str(strings()["otherwise"]).format(
        speaker=name(graph.actors[reading.evidence.speaker]),
        holder=name(holder),
        verb=verb(reading.stance.polarity, _size(holder)),
    )


def _size(actor: Actor) -> int:
    """Return how many an actor is, for the verb: a group is more than one."""
    return 2 if actor.kind is ActorKind.GROUP else 1


def verdict(graph: Graph, found: Sequence[Position]) -> str:
    """Say in a sentence or two where the states and organisations stand, and on whose word."""
    states = [p for p in found if graph.is_state_or_body(p.holder)]
    if not states:
        return str(strings()["no_states_line"])
    return " ".join((sentence(f"{_parts(graph, states)}."), _hearsay(graph, states))).strip()


def voices(graph: Graph, found: Sequence[Position]) -> str:
    """Say in a sentence where single voices stand; nothing where there are none."""
    single = [p for p in found if not graph.is_state_or_body(p.holder)]
    if not single:
        return ""
    return str(strings()["voices_line"]).format(parts=_parts(graph, single))


def below(graph: Graph, found: Sequence[Position], narrower: Iterable[Position]) -> str:
    """Name those who stand on narrower options only; nothing where there is nobody."""
    counted = {p.holder for p in found}
    holders = dict.fromkeys(p.holder for p in narrower if p.holder not in counted)
    if not holders:
        return ""
    names = listed(name(graph.actors[h]) for h in holders)
    return str(strings()["below_line"]).format(names=names)


def _parts(graph: Graph, found: Sequence[Position]) -> str:
    """Say who stands where, actors of one stance together, as numbers where they are many."""
    groups = [(p, [*g]) for p, g in groupby(found, key=lambda p: p.polarity)]
    sizes = {p: sum(_size(graph.actors[x.holder]) for x in g) for p, g in groups}
    return "; ".join(f"{_who(graph, g)} {verb(p, sizes[p])}" for p, g in groups)


def _who(graph: Graph, found: Sequence[Position]) -> str:
    if len(found) > _NAMES_AT_MOST:
        return str(len(found))
    return listed(name(graph.actors[p.holder]) for p in found)


def _hearsay(graph: Graph, found: Sequence[Position]) -> str:
    hearsay = sorted((p for p in found if p.is_hearsay), key=lambda p: (p.tier, p.decided_by))
    if not hearsay:
        return str(strings()["own_line" if len(found) > 1 else "own_line_one"])
    parts = [
        f"{_who(graph, [*group])} {alone}"
        for alone, group in groupby(hearsay, key=lambda p: _alone(graph, p))
    ]
    key = "hearsay_only_line" if len(hearsay) == len(found) > 1 else "hearsay_line"
    return str(strings()[key]).format(parts="; ".join(parts))


def _alone(graph: Graph, position: Position) -> str:
    return str(strings()["alone"][str(position.tier)]).format(
        speaker=listed(map(name, _speakers(graph, position))),
        capacity=strings()["capacities"][_deciding(graph, position)[0].capacity],
    )


def subtitle(parts: Iterable[str]) -> str:
    """Join the parts of the line below the title."""
    return sentence(" · ".join(p for p in parts if p))


def conveyed(graph: Graph, evidence: Evidence) -> Iterator[tuple[str, str]]:
    """Yield what a record conveys beside stances, as label and sentence."""
    words = strings()
    debate = graph.debate
    frames = {f.id: f.name for f in debate.frames}
    yield from ((words["also"], c.says) for c in evidence.claims)
    for figure in evidence.figures:
        told = words["figure"].format(value=figure.value, unit=figure.unit, of=figure.of)
        yield words["also"], told
    for framing in evidence.framings:
        key = "frames_not" if framing.denied else "frames"
        said = words[key].format(frame=frames.get(framing.frame, framing.frame))
        yield name(graph.actors[framing.holder]), said
    yield from ((words["also"], i.says) for i in evidence.influences)
    yield from ((words["also"], words["expects"].format(says=p.says)) for p in evidence.predictions)


def records(n: int) -> str:
    """Return a number of records in words."""
    return count(n, "record")


def level(polarity: Polarity) -> str:
    """Return a stance as a label."""
    return str(strings()["stances"][polarity.value])
