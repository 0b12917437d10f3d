"""The camps of every option: who has which place in its picture, whatever day it shows."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from stancegraph.model import Option, Polarity
from stancegraph.positions import Position, Reading
from stancegraph.view import crowded, layout
from stancegraph.view.content import Content
from stancegraph.view.layout import Band, Block, Layout
from stancegraph.view.records import position_id
from stancegraph.view.words import legible

NAME_WIDTH, TOLD_WIDTH, OPTION_WIDTH, NARROW_WIDTH = 17, 22, 25, 15
"""Characters in a line of an actor's name, of whose word it is, of an option, and on a phone."""

_LINES, _TOLD_LINES, _OPTION_LINES = 3, 2, 4


@dataclass(frozen=True, slots=True)
class _Slot:
    """A holder in one column of an option, on all the days on which it stands there."""

    rank: int
    name: str
    block: Block

    def also(self, other: _Slot) -> _Slot:
        """Return a slot that has room for either."""
        mine, theirs = self.block, other.block
        block = replace(
            mine,
            small_lines=max(mine.small_lines, theirs.small_lines),
            edges=max(mine.edges, theirs.edges),
        )
        return replace(self, block=block)


def scenes_of(content: Content) -> dict[str, dict[str, Any]]:
    """Return the layouts of every option with the narrower ones below it.

    A holder has a place of its own in each column in which it ever stands, so that on any day it
    can be drawn where it stood, and nothing else has to give way.
    """
    found = [*map(_by_option, (step.positions for step in content.shown.steps))]
    bands = {
        o.id: _band(content, o, [on.get(o.id, ()) for on in found]) for o in content.shown.options
    }
    return {o.id: _scene(_stack(content, o, bands)) for o in content.shown.options}


def _by_option(
    positions: Mapping[tuple[str, str], Position],
) -> dict[str, list[Position]]:
    found: dict[str, list[Position]] = {}
    for (_, option), position in sorted(positions.items()):
        found.setdefault(option, []).append(position)
    return found


def _stack(content: Content, option: Option, bands: Mapping[str, Band]) -> list[Band]:
    """Return an option's band and, below it, those of its narrower options that have holders."""
    below = (bands[o.id] for o in content.shown.narrower(option.id))
    return [bands[option.id], *(replace(b, is_main=False) for b in below if any(b.columns))]


def _scene(bands: Sequence[Band]) -> dict[str, Any]:
    """Return a scene's layouts: for a wide screen and a phone, without and with who says so."""
    is_crowd = crowded.is_crowd(bands)
    wide, tall = (crowded.wide, crowded.tall) if is_crowd else (layout.wide, layout.tall)
    quiet = [replace(b, speakers=()) for b in bands]
    shapes: dict[str, Layout] = {"wide": wide(quiet), "tall": tall(quiet)}
    if any(b.speakers for b in bands) and not is_crowd:
        shapes |= {"wideFull": wide(bands), "tallFull": tall(bands)}
    ids = [*shapes["wide"].spots]
    speakers = [s.id for b in bands for s in b.speakers]
    return {n: layout.to_data(s, [*ids, *speakers]) for n, s in shapes.items()} | {
        "ids": [*ids, *([] if is_crowd else speakers)],
        "isCrowd": is_crowd,
    }


def _band(content: Content, option: Option, days: Sequence[Sequence[Position]]) -> Band:
    slots: list[dict[str, _Slot]] = [{} for _ in range(5)]
    for position in (p for day in days for p in day):
        column, slot = layout.COLUMN[position.polarity], _slot(content, position)
        known = slots[column].get(slot.block.id)
        slots[column][slot.block.id] = known.also(slot) if known else slot
    speakers = dict.fromkeys(s for day in days for s in speakers_only(day))
    lines = content.words.label
    actors = content.shown.graph.actors
    return Band(
        Block(option_id(option.id), len(option_lines(option)) or 1),
        tuple(tuple(s.block for s in _in_order(c.values())) for c in slots),
        tuple(Block(f"^{s}@{option.id}", len(name_lines(lines(actors[s]))) or 1) for s in speakers),
    )


def _in_order(slots: Iterable[_Slot]) -> list[_Slot]:
    return sorted(slots, key=lambda s: (s.rank, s.name, s.block.id))


def _slot(content: Content, position: Position) -> _Slot:
    name = content.say.label(position.holder)
    block = Block(
        slot_id(position),
        len(name_lines(name)) or 1,
        len(told_lines(content.say.told(position))),
        len(parallels(position)),
    )
    return _Slot(position.polarity.rank, name, block)


def slot_id(position: Position) -> str:
    """Return the name of the place that a holder has in the column of its position."""
    column = layout.COLUMN[position.polarity]
    return f"{position_id(position.holder, position.option)}#{column}"


def option_id(option: str) -> str:
    """Return the id under which pages know an option."""
    return f"@{option}"


def name_lines(name: str) -> list[str]:
    """Break an actor's name into a few short lines; the panel and the table have all of it."""
    return _wrapped(name, NAME_WIDTH, _LINES)


def told_lines(told: str) -> list[str]:
    """Break into lines whose word it is."""
    return _wrapped(told, TOLD_WIDTH, _TOLD_LINES)


def option_lines(option: Option, width: int = OPTION_WIDTH) -> list[str]:
    """Break an option's name into lines that fit its box."""
    return _wrapped(option.name, width, _OPTION_LINES)


def _wrapped(text: str, width: int, lines: int) -> list[str]:
    short = legible(text)[: width * (lines + 2)]
    return textwrap.wrap(short, width, max_lines=lines, placeholder=" …")


def _cut(name: str) -> str:
    """Cut a name to one line, within a word rather than after the first of two."""
    return name if len(name) <= NARROW_WIDTH + 1 else f"{name[:NARROW_WIDTH].rstrip()}…"


def speakers_only(found: Iterable[Position]) -> list[str]:
    """Return those who only speak about or for others here, each near those spoken of."""
    found = list(found)
    holders = {p.holder for p in found}
    columns: dict[str, list[int]] = {}
    for p in found:
        for r in p.readings:
            columns.setdefault(r.evidence.speaker, []).append(layout.COLUMN[p.polarity])
    speakers = sorted(columns, key=lambda s: sum(columns[s]) / len(columns[s]))
    return [s for s in speakers if s not in holders]


def parallels(position: Position) -> list[list[Reading]]:
    """Return the readings by role and stance, the deciding first: each group is one line."""
    groups: dict[tuple[str, Polarity], list[Reading]] = {}
    for reading in position.readings:
        key = (position.role_of(reading), reading.stance.polarity)
        groups.setdefault(key, []).append(reading)
    return list(groups.values())


def labels_of(content: Content) -> dict[str, dict[str, list[str]]]:
    """Return the lines of all labels that take more than one, or less than all of their text."""
    shown, say = content.shown, content.say
    names = {say.label(a) for step in shown.steps for a in _named(step.positions.values())}
    told = {say.told(p) for step in shown.steps for p in step.positions.values()}
    options = {legible(o.name): o for o in shown.options}
    events = {legible(e.name) for e in shown.events.values()}
    lines = {
        "names": {n: name_lines(n) for n in names},
        "told": {t: told_lines(t) for t in told if t},
        "options": {n: option_lines(o) for n, o in options.items()},
        "narrow": {n: option_lines(o, NARROW_WIDTH) for n, o in options.items()},
        "single": {n: [_cut(n)] for n in names},
        "events": {n: _wrapped(n, OPTION_WIDTH, _LINES) for n in events},
    }
    return {
        kind: {t: found[t] for t in sorted(found) if found[t] != [t]}
        for kind, found in lines.items()
    }


def _named(positions: Iterable[Position]) -> Iterator[str]:
    for p in positions:
        yield p.holder
        yield from (r.evidence.speaker for r in p.readings)
