"""What a page's script needs: all that is shown, as plain values."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import fields
from typing import Any

import numpy as np

from stancegraph.measure.agreement import MINIMUM_SHARED
from stancegraph.model import Actor, Event, Evidence, Option
from stancegraph.names import names_of
from stancegraph.positions import RULES, Position
from stancegraph.view import looks
from stancegraph.view.agreeing import Pairs
from stancegraph.view.content import Content, OptionText, nobody_said, said_at
from stancegraph.view.phrases import Phrases
from stancegraph.view.records import (
    Card,
    Conveyed,
    Row,
    card_of,
    position_id,
    row_of,
    title_of,
    url_of,
)
from stancegraph.view.shown import Shown, blocs_of
from stancegraph.view.summaries import summaries_at
from stancegraph.view.words import legible


def data_of(content: Content, kinds: Collection[str]) -> dict[str, Any]:
    """Return all that a page's script needs to draw some kinds of view, of plain values only."""
    shown, say = content.shown, content.say
    numbers: dict[Row, int] = {}
    steps = [*_steps(content, kinds, numbers)]
    bases: dict[str, int] = {}
    silence = {actor: number for number, actor in enumerate(_silence(content))}
    return {
        "title": legible(shown.graph.debate.title),
        "language": shown.graph.debate.language,
        "days": len(shown.days),
        "ownTiers": RULES.last_own_tier,
        "actors": {a: _actor(say, shown.graph.actors[a]) for a in _named(shown)},
        "options": {o.id: _option(shown, o, text, silence) for o, text in _texts(content)},
        "issues": content.issues,
        "rows": [_slim(row) for row in numbers],
        "steps": steps,
        "confidence": {position_id(*k): round(p.confidence, 2) for k, p in shown.positions.items()},
        "records": _records(content, bases),
        "bases": [*bases],
        "sources": {s: _source(content, s) for s in shown.sources},
        "events": {e: _event(say, event) for e, event in shown.events.items()},
        **({"matrix": _matrix(content)} if "matrix" in kinds else {}),
        "pairs": _pairs(content.pairs),
        "blocs": [*_blocs(content)],
        "summaries": {"agreement": content.summaries["agreement"]},
        "unsaid": nobody_said(shown, say.words),
        "note": content.note,
        **looks.data(),
        "least": MINIMUM_SHARED,
        "listsSilence": shown.lists_silence,
        "silence": [*_silence(content).items()],
    }


def _texts(content: Content) -> Iterator[tuple[Option, OptionText]]:
    return zip(content.shown.options, content.options, strict=True)


def _silence(content: Content) -> dict[str, str]:
    """Return the names of all who are silent on something, by slug."""
    return {a: name for o in content.options for a, name in o.silent}


def _named(shown: Shown) -> list[str]:
    """Return who holds a position or speaks in a record that is shown."""
    return sorted({*shown.actors, *(e.speaker for e in shown.records.values())})


def _actor(say: Phrases, actor: Actor) -> dict[str, Any]:
    label = say.label(actor.id)
    others = [n for n in map(legible, names_of(actor)) if n != label]
    return {"name": label, "kind": actor.kind.value, "also": others[:12]}


def _option(
    shown: Shown, option: Option, text: OptionText, silence: Mapping[str, int]
) -> dict[str, Any]:
    ids = {o.id for o in shown.options}
    return {
        "name": text.name,
        "definition": text.definition,
        "note": text.note,
        "narrower": [o.id for o in shown.narrower(option.id)],
        "broader": option.broader if option.broader in ids else None,
        "depth": _depth(shown, option),
        "silent": [silence[actor] for actor, _ in text.silent],
    }


def _depth(shown: Shown, option: Option) -> int:
    """Return how many options lie above one."""
    depth, above = 0, option.broader
    while above and depth < len(shown.graph.options):
        depth, above = depth + 1, shown.graph.options[above].broader
    return depth


def _matrix(content: Content) -> dict[str, Any]:
    actors, options = content.matrix
    of = [len(content.shown.actors), len(content.shown.options)]
    return {"actors": actors, "options": options, "of": of}


def _steps(
    content: Content, kinds: Collection[str], numbers: dict[Row, int]
) -> Iterator[dict[str, Any]]:
    """Yield the steps; rows are numbered as they come, and what stays is not said again."""
    shown, say = content.shown, content.say
    said: dict[str, tuple[str, str]] = {}
    told: Mapping[str, str] = {}
    before: Mapping[tuple[str, str], Position] = {}
    for step in shown.steps:
        rows = [row_of(say, p) for o in shown.options for p in step.on(o.id)]
        now = {o.id: said_at(shown, say, o.id, step) for o in shown.options}
        nothing = (nobody_said(shown, say.words), "")
        summaries = {k: s for k, s in summaries_at(shown, say, step).items() if k in kinds}
        yield {
            "day": step.day.isoformat() if step.day else None,
            "label": say.words.day(step.day) if step.day else say.words["when_unknown"],
            "rows": [numbers.setdefault(row, len(numbers)) for row in rows],
            "said": {o: text for o, text in now.items() if said.get(o, nothing) != text},
            "summaries": {k: text for k, text in summaries.items() if told.get(k) != text},
            "moves": [*_moves(before, step.positions)],
        }
        said, told, before = now, summaries, step.positions


def _moves(
    before: Mapping[tuple[str, str], Position], now: Mapping[tuple[str, str], Position]
) -> Iterator[tuple[str, str, str]]:
    """Yield what became of positions since the step before: which, how, and where it was before."""
    for key in sorted(now):
        was, position = before.get(key), now[key]
        if was is None:
            yield position_id(*key), "new", ""
        elif was.polarity is not position.polarity:
            is_own = position.change is not None and position.change.is_own
            yield position_id(*key), "moved" if is_own else "known", was.polarity.value


def _slim(row: Row) -> dict[str, Any]:
    """Return a row without what its records say, and without what is empty."""
    said_elsewhere = ("gist", "records", "dissent", "name", "kind", "level", "place", "when")
    return _without_empty(_fields(row), "holder", "option", *said_elsewhere)


def _records(content: Content, bases: dict[str, int]) -> dict[str, dict[str, Any]]:
    """Return the records by id; how the coder knows their days is said once, and numbered."""
    used, ids = content.shown.records, {o.id for o in content.shown.options}
    cards = {e: _card(content, used[e], ids) for e in sorted(used)}
    for card in cards.values():
        if "basis" in card:
            card["basis"] = bases.setdefault(card["basis"], len(bases))
    return cards


def _card(content: Content, evidence: Evidence, options: set[str]) -> dict[str, Any]:
    card = _fields(card_of(content.say, evidence))
    stances = [s for s in card["stances"] if s.position.rpartition("@")[2] in options]
    card["stances"] = [_without_empty(_fields(s)) for s in stances]
    for day in ("first", "last"):
        card[day] = card[day] and card[day].isoformat()
    return _without_empty(card)


def _fields(record: Row | Card | Conveyed) -> dict[str, Any]:
    """Return a record's fields by name, its values as they are."""
    return {f.name: getattr(record, f.name) for f in fields(record)}


def _without_empty(fields: Mapping[str, Any], *left_out: str) -> dict[str, Any]:
    return {k: v for k, v in fields.items() if k not in left_out and v not in ((), "", None, False)}


def _source(content: Content, source: str) -> dict[str, Any]:
    found = content.shown.graph.sources[source]
    return _without_empty({"title": title_of(found), "url": url_of(found)})


def _event(say: Phrases, event: Event) -> dict[str, Any]:
    first, last = event.when.not_before, event.when.not_after
    return {
        "name": legible(event.name),
        "when": say.words.when(event.when),
        "first": first.isoformat() if first else None,
        "last": last.isoformat() if last else None,
    }


def _pairs(pairs: Pairs) -> dict[str, Any]:
    """Return the counts below the diagonal, row by row."""
    below = np.tril_indices(len(pairs.actors), -1)
    return {
        "actors": pairs.actors,
        "of": pairs.of_actors,
        "shared": pairs.shared[below].tolist(),
        "same": pairs.same[below].tolist(),
        "opposite": pairs.opposite[below].tolist(),
    }


def _blocs(content: Content) -> Iterator[dict[str, Any]]:
    holders = content.shown.actors
    for bloc in blocs_of(content.shown):
        spells = content.shown.graph.spells(bloc.id)
        yield {
            "id": bloc.id,
            "name": content.words.label(bloc),
            "members": {
                m: [[d.isoformat() if d else None for d in spell] for spell in spells[m]]
                for m in holders
                if m in spells
            },
        }
