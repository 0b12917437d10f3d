"""What is drawn of one option: its nodes and edges, and how a stance, a kind and a word look."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from stancegraph.graph import Graph
from stancegraph.model import Option, Polarity
from stancegraph.positions import Position, Reading
from stancegraph.view import layout, phrases
from stancegraph.view.layout import Band, Block
from stancegraph.view.phrases import legible, strings
from stancegraph.view.pyvis import network_data
from stancegraph.view.records import position_id

_NAME_WIDTH, _NAME_LINES, _SMALL_WIDTH, _BOX_WIDTH = 17, 3, 22, 25


@dataclass(frozen=True, slots=True)
class Look:
    """How a stance is drawn: its sign is in the colour, in the dashes and in the arrowhead."""

    colour: str
    dashes: tuple[int, ...]
    head: str


LOOKS: Mapping[Polarity, Look] = {
    Polarity.SUPPORTS: Look("#004f83", (), "arrow"),
    Polarity.LEANS_SUPPORT: Look("#2a7fbf", (12, 5), "arrow"),
    Polarity.UNDECIDED: Look("#62676e", (2, 5), "circle"),
    Polarity.NOT_DISCLOSED: Look("#62676e", (1, 9), "none"),
    Polarity.LEANS_OPPOSE: Look("#c26a00", (10, 4, 2, 4), "bar"),
    Polarity.OPPOSES: Look("#9c3500", (6, 4), "bar"),
}
"""Blue for, orange against: told apart by all common kinds of colour blindness."""

_DISSENT_DASHES = [3, 6]
_SPEAKER_COLOUR = "#a9b0b9"


@dataclass(frozen=True, slots=True)
class Scene:
    """One option with its narrower ones, and who stands where on each."""

    option: Option
    bands: tuple[tuple[Option, tuple[Position, ...]], ...]
    """The option itself first, then the narrower ones on which anybody has a position."""

    @property
    def positions(self) -> tuple[Position, ...]:
        """All positions that are drawn."""
        return tuple(p for _, found in self.bands for p in found)


def drawn(graph: Graph, scene: Scene) -> dict[str, Any]:
    """Return one option's nodes and edges, as pyvis gives them, with their layouts."""
    bands = [_band(graph, scene, option, found) for option, found in scene.bands]
    quiet = [replace(b, speakers=()) for b in bands]
    headings = {c: strings()["stances"][p.value] for c, p in enumerate(_heading_order())}
    shapes = {
        "wide": layout.wide(quiet),
        "tall": layout.tall(quiet),
        "wideFull": layout.wide(bands),
        "tallFull": layout.tall(bands),
    }
    drawn = network_data(_nodes(graph, scene, shapes["wideFull"]), _edges(scene))
    return drawn | {name: layout.to_data(s, headings) for name, s in shapes.items()}


def _heading_order() -> list[Polarity]:
    return sorted(layout.HEADINGS, key=layout.COLUMN.__getitem__)


def _band(graph: Graph, scene: Scene, option: Option, found: Sequence[Position]) -> Band:
    columns: list[list[Block]] = [[] for _ in range(5)]
    for p in found:
        name = graph.actors[p.holder].name
        told = phrases.told(graph, p)
        block = _block(_node_id(p), name, told, len(_parallels(p)))
        columns[layout.COLUMN[p.polarity]].append(block)
    speakers = [
        _block(_speaker_id(s, option.id), graph.actors[s].name) for s in _speakers_only(found)
    ]
    return Band(
        Block(_option_id(option.id), len(_wrapped(option.name, _BOX_WIDTH, 4)) or 1),
        tuple(map(tuple, columns)),
        tuple(speakers),
        is_main=option is scene.option,
    )


def _block(node: str, name: str, told: str = "", edges: int = 0) -> Block:
    lines, small_lines = _wrapped(name, _NAME_WIDTH), _wrapped(told, _SMALL_WIDTH, 2)
    return Block(node, len(lines), len(small_lines), edges)


def _node_id(position: Position) -> str:
    return position_id(position.holder, position.option)


def _option_id(option: str) -> str:
    return f"@{option}"


def _speaker_id(speaker: str, option: str) -> str:
    return f"{speaker}@{option}:speaker"


def _port_id(position: Position, index: int) -> str:
    """Return the id of the point at which one of a holder's edges meets the option."""
    return f"{_node_id(position)}:port{index}"


def _wrapped(text: str, width: int, lines: int = _NAME_LINES) -> list[str]:
    """Break a label into a few short lines; what does not fit is in the panel and the table."""
    return textwrap.wrap(
        legible(text)[: width * (lines + 2)], width, max_lines=lines, placeholder=" …"
    )


def _speakers_only(found: Sequence[Position]) -> list[str]:
    """Return those who only speak about or for others here, each near those spoken of."""
    holders = {p.holder for p in found}
    columns: dict[str, list[int]] = {}
    for p in found:
        for r in p.readings:
            columns.setdefault(r.evidence.speaker, []).append(layout.COLUMN[p.polarity])
    speakers = sorted(columns, key=lambda s: sum(columns[s]) / len(columns[s]))
    return [s for s in speakers if s not in holders]


def _nodes(graph: Graph, scene: Scene, shape: layout.Layout) -> Iterator[dict[str, Any]]:
    for option, found in scene.bands:
        lines = _wrapped(option.name, _BOX_WIDTH, 4) or [option.id]
        place = _place(shape, _option_id(option.id))
        yield place | {
            "role": "option",
            "lines": lines,
            "label": " ".join(lines),
            "main": option is scene.option,
            "option": option.id,
        }
        for p in found:
            yield _place(shape, _node_id(p)) | _holder(graph, p)
            for i in range(len(_parallels(p))):
                yield {"id": _port_id(p, i), "label": " ", "role": "port", "shape": "custom"}
        for s in _speakers_only(found):
            yield _place(shape, _speaker_id(s, option.id)) | _speaker(graph, s)


def _speaker(graph: Graph, speaker: str) -> dict[str, Any]:
    actor = graph.actors[speaker]
    lines = _wrapped(actor.name, _NAME_WIDTH) or [speaker]
    return {
        "role": "speaker",
        "speaker": speaker,
        "kind": actor.kind.value,
        "label": " ".join(lines),
        "lines": lines,
        "color": _SPEAKER_COLOUR,
        "hidden": True,
    }


def _place(shape: layout.Layout, node: str) -> dict[str, Any]:
    spot = shape.spots[node]
    return {"id": node, "x": round(spot.x), "y": round(spot.y), "shape": "custom"}


def _holder(graph: Graph, position: Position) -> dict[str, Any]:
    actor = graph.actors[position.holder]
    lines = _wrapped(actor.name, _NAME_WIDTH) or [position.holder]
    marks = ("≠" if position.is_contested else "", "if" if position.conditions else "")
    return {
        "role": "holder",
        "label": " ".join(lines),
        "lines": lines,
        "small": _wrapped(phrases.told(graph, position), _SMALL_WIDTH, 2),
        "kind": actor.kind.value,
        "stance": position.polarity.value,
        "column": layout.COLUMN[position.polarity],
        "color": LOOKS[position.polarity].colour,
        "own": not position.is_hearsay,
        "marks": [m for m in marks if m],
        "option": position.option,
    }


def _edges(scene: Scene) -> Iterator[dict[str, Any]]:
    for option, found in scene.bands:
        drawn = {s: _speaker_id(s, option.id) for s in _speakers_only(found)}
        drawn |= {p.holder: _node_id(p) for p in found}
        for p in found:
            yield from (_line(p, readings, i) for i, readings in enumerate(_parallels(p)))
            for speaker in dict.fromkeys(r.evidence.speaker for r in p.readings):
                if speaker != p.holder:
                    yield _says(drawn[speaker], p)


def _parallels(position: Position) -> list[list[Reading]]:
    """Return the readings by role and stance, the deciding first: each group is one edge."""
    groups: dict[tuple[str, Polarity], list[Reading]] = {}
    for reading in position.readings:
        key = (position.role_of(reading), reading.stance.polarity)
        groups.setdefault(key, []).append(reading)
    return list(groups.values())


def _line(position: Position, readings: Sequence[Reading], index: int) -> dict[str, Any]:
    """Draw what decides a position as its line, and what else is on record beside it."""
    role = position.role_of(readings[0])
    look = LOOKS[readings[0].stance.polarity]
    width = 1.9 if position.is_hearsay else 3.4
    return {
        "id": f"{readings[0].evidence.id}|{_node_id(position)}",
        "from": _node_id(position),
        "to": _port_id(position, index),
        "role": role,
        "records": [r.evidence.id for r in readings],
        "stance": readings[0].stance.polarity.value,
        "color": look.colour,
        "width": width if role == "decides" else 1.5,
        "dashes": _DISSENT_DASHES
        if role in ("dissents", "superseded")
        else list(look.dashes) or False,
        "arrows": {"to": {"enabled": look.head != "none", "type": look.head, "scaleFactor": 0.7}},
        "arrowStrikethrough": look.head == "bar",
    }


def _says(speaker: str, position: Position) -> dict[str, Any]:
    node = _node_id(position)
    return {
        "id": f"{speaker}|{node}",
        "from": speaker,
        "to": node,
        "role": "says",
        "color": _SPEAKER_COLOUR,
        "width": 1.2,
        "hidden": True,
        "arrows": "",
    }
