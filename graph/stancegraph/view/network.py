"""The page on which one option at a time is drawn as a network, with the evidence behind it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from stancegraph.answer.words import day
from stancegraph.graph import Graph
from stancegraph.model import ActorKind, Option
from stancegraph.positions import RULES, Position
from stancegraph.view import phrases
from stancegraph.view.drawing import LOOKS, Scene, drawn
from stancegraph.view.page import Page, render
from stancegraph.view.phrases import legible, strings
from stancegraph.view.pyvis import library
from stancegraph.view.records import Card, Row, card_of, row_of

_STYLES = ("style.css", "network.css")
_SCRIPTS = ("dom.js", "glyphs.js", "picture.js", "panel.js", "finder.js", "network.js")


@dataclass(frozen=True, slots=True)
class OptionText:
    """One option in words and as a table."""

    id: str
    name: str
    definition: str
    note: str
    verdict: str
    voices: str
    silent: tuple[str, ...]
    rows: tuple[Row, ...]
    narrower: tuple[str, ...]
    broader: str | None
    depth: int
    n: int


def network_page(
    graph: Graph, *, option: str | None = None, as_of: date | None = None, title: str | None = None
) -> Page:
    """Draw who stands where on one option at a time, with the evidence a click away.

    The page opens on `option`, by default the one on which most positions are on record.
    """
    as_of = as_of or graph.last_day
    positions = {o.id: graph.positions_on(o.id, as_of) for o in graph.debate.options}
    chosen = graph.option(option).id if option else _fullest(positions)
    scenes = {o.id: _scene(graph, o, positions) for o in graph.debate.options}
    texts = {o: _text(graph, scene, as_of) for o, scene in scenes.items()}
    heading = legible(title or f"{strings()['heading']} {graph.debate.title}")
    return render(
        "network.html",
        title=heading,
        styles=_STYLES,
        scripts=_SCRIPTS,
        libraries=[library()],
        data=_data(graph, chosen, texts, scenes),
        subtitle=_subtitle(graph, as_of),
        chosen=chosen,
        options=texts,
        issues=_issues(graph),
        cards=_cards(graph, positions),
        looks={p.value: asdict(look) for p, look in LOOKS.items()},
        kinds=[k.value for k in ActorKind],
    )


def _fullest(positions: Mapping[str, Sequence[Position]]) -> str | None:
    """Return the option with most positions, of several the first."""
    return max(positions, key=lambda o: len(positions[o]), default=None)


def _scene(graph: Graph, option: Option, positions: Mapping[str, tuple[Position, ...]]) -> Scene:
    below = [(o, positions[o.id]) for o in graph.narrower(option.id) if positions[o.id]]
    return Scene(option, ((option, positions[option.id]), *below))


def _text(graph: Graph, scene: Scene, as_of: date | None) -> OptionText:
    option, found = scene.bands[0]
    below = [p for _, narrower in scene.bands[1:] for p in narrower]
    broader = graph.options[option.broader] if option.broader else None
    return OptionText(
        id=option.id,
        name=legible(option.name),
        definition=legible(option.definition),
        note=legible(option.note or ""),
        verdict=phrases.verdict(graph, found),
        voices=f"{phrases.voices(graph, found)} {phrases.below(graph, found, below)}".strip(),
        silent=tuple(legible(a.name) for a in graph.silent(option.id, as_of)),
        rows=tuple(row_of(graph, p) for p in found),
        narrower=tuple(o.id for o in graph.narrower(option.id)),
        broader=broader.id if broader else None,
        depth=_depth(graph, option),
        n=len(found),
    )


def _depth(graph: Graph, option: Option) -> int:
    """Return how many options lie above one."""
    depth, above = 0, option.broader
    while above and depth < len(graph.options):
        depth, above = depth + 1, graph.options[above].broader
    return depth


def _issues(graph: Graph) -> list[tuple[str, list[str]]]:
    """Return every issue's name with its options, narrower ones right below their broad one."""
    return [
        (legible(i.name), list(_in_order(graph, i.id)))
        for i in graph.debate.issues
        if any(o.issue == i.id for o in graph.debate.options)
    ]


def _in_order(graph: Graph, issue: str) -> Iterator[str]:
    own = [o for o in graph.debate.options if o.issue == issue]
    tops = [o for o in own if o.broader not in {x.id for x in own}]
    seen: set[str] = set()
    for top in tops:
        for option in (top, *graph.narrower(top.id)):
            if option.id not in seen and option.issue == issue:
                seen.add(option.id)
                yield option.id


def _subtitle(graph: Graph, as_of: date | None) -> str:
    words = strings()
    read = [s for s in graph.debate.sources if s.paragraphs] or list(graph.debate.sources)
    names = [f"{s.publisher}, “{s.title}”" if s.publisher else s.title for s in read[:3]]
    names += [f"{len(read) - 3} more"] if len(read) > 3 else []
    return phrases.subtitle(
        (
            words["subtitle_sources"].format(sources=legible("; ".join(names))) if names else "",
            words["subtitle_day"].format(day=day(as_of)) if as_of else "",
            phrases.records(len(graph.debate.evidence)),
            words["subtitle_rules"].format(rules=RULES.title),
        ),
    )


def _cards(graph: Graph, positions: Mapping[str, Iterable[Position]]) -> list[Card]:
    """Return every record on which a position rests or that speaks against one."""
    used = {r.evidence.id for found in positions.values() for p in found for r in p.readings}
    return [card_of(graph, e) for e in graph.debate.evidence if e.id in used]


def _data(
    graph: Graph,
    chosen: str | None,
    texts: Mapping[str, OptionText],
    scenes: Mapping[str, Scene],
) -> dict[str, Any]:
    """Return all that the page's script needs."""
    return {
        "chosen": chosen,
        "options": {
            o.id: {k: v for k, v in asdict(o).items() if k not in ("rows", "id")}
            for o in texts.values()
        },
        "positions": {row.id: _slim(row) for o in texts.values() for row in o.rows},
        "scenes": {o: drawn(graph, s) for o, s in scenes.items()},
        "speakers": {s: legible(graph.actors[s].name) for s in _speaking(scenes.values())},
        "looks": {p.value: asdict(look) for p, look in LOOKS.items()},
        "t": strings(),
    }


def _slim(row: Row) -> dict[str, Any]:
    left_out = ("id", "gist", "records", "dissent")
    return {k: v for k, v in asdict(row).items() if k not in left_out}


def _speaking(scenes: Iterable[Scene]) -> list[str]:
    return sorted({r.evidence.speaker for s in scenes for p in s.positions for r in p.readings})
