"""Pictures without a browser: who stands where is there, legible, and the same every time."""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

import pytest

from debates import graph_of, said
from stancegraph.errors import StanceError, UnknownName
from stancegraph.graph import Graph, load
from stancegraph.model import (
    Actor,
    ActorKind,
    Bounds,
    Condition,
    Debate,
    Event,
    Option,
)
from stancegraph.view.content import Content, content_of
from stancegraph.view.pictures import grid, timeline
from stancegraph.view.pictures.picture import PICTURES, Picture, picture
from stancegraph.view.pictures.raster import SIDE_AT_MOST
from stancegraph.view.pictures.text_width import width_of, wrapped
from stancegraph.view.shown import shown_of
from stancegraph.view.words import words_of

SVG = "{http://www.w3.org/2000/svg}"
MARKUP = "<img src=x onerror=document.title='owned'>"
BREAKOUT = "</text></svg><script>document.title='owned'</script>"
HOSTILE = [MARKUP, BREAKOUT, "\u202eesrever\u202c\ud800", "]]>&amp;{{ 7*7 }}", "W" * 10_000]
TAGS = {
    *("svg", "title", "desc", "g", "rect", "path", "text", "circle", "ellipse", "polygon"),
    *("defs", "linearGradient", "stop"),
}


def content_for(graph: Graph, option: str | None = None) -> Content:
    options = [option] if option else []
    return content_of(shown_of(graph, options=options), words_of("en"))


@pytest.fixture(scope="module")
def shipped() -> Content:
    return content_for(load())


@pytest.fixture(scope="module")
def small() -> Content:
    """Five countries, one in each column; hearsay, dissent, a condition and a narrower option."""
    return content_for(small_graph())


def small_graph() -> Graph:
    return graph_of(
        said("e1", "pol", "opt", "supports", "2024-01-05"),
        said("e2", "pol", "opt", "opposes", "2024-01-07", by="expert"),
        said("e3", "deu", "opt", "opposes", "2024-02-01", by="expert"),
        said("e4", "usa", "opt", "leans-oppose", "2024-03-01", conditions=("first",)),
        said("e5", "fra", "opt", "leans-support", "2024-03-02"),
        said("e6", "hun", "opt", "undecided", "2024-03-03", kind="vote"),
        said("e7", "hun", "narrow", "supports", "2024-03-04", kind="action"),
        broader={"narrow": "opt"},
    )


def hostile() -> Content:
    """A debate in which every name and title is an attack."""
    debate = small_graph().debate
    names: dict[str, str] = dict(zip(("pol", "deu", "expert", "usa"), HOSTILE, strict=False))
    return content_for(
        Graph(
            replace(
                debate,
                title=BREAKOUT,
                actors=tuple(replace(a, name=names.get(a.id, HOSTILE[4])) for a in debate.actors),
                options=tuple(
                    replace(o, name=name)
                    for o, name in zip(debate.options, (MARKUP, HOSTILE[4]), strict=True)
                ),
                issues=tuple(replace(i, name=BREAKOUT) for i in debate.issues),
                conditions=(Condition(id="first", name=MARKUP, definition=BREAKOUT),),
                sources=tuple(replace(s, title=HOSTILE[4]) for s in debate.sources),
                events=(
                    Event(
                        id="event",
                        name=HOSTILE[4],
                        when=debate.evidence[0].when,
                    ),
                ),
            ),
            Debate(id="reference", title="None"),
        )
    )


STANCES = ("supports", "leans-support", "undecided", "leans-oppose", "opposes", "not-disclosed")
LONG = (
    "Kingdom of Upper and Lower {n}",
    "Sir Bartholomew-Featherstonehaugh {n}",
    "Żółć-Übermaß {n}",
    "国家代表团第 {n} 号",
    "{n}",
)
KINDS = tuple(ActorKind)


def large(n_actors: int, n_options: int, every: int = 3) -> Content:
    """Many actors of all kinds with long names; who stands where follows from their numbers."""
    records = [
        said(
            f"r{a}-{o}",
            f"a{a}",
            f"o{o}",
            STANCES[(a * 7 + o * 3 + a // 5) % 6],
            f"2024-{1 + (a + o) % 12:02}-{1 + a % 28:02}",
            by="expert" if (a + o) % 4 == 0 else None,
            kind=("statement", "action", "vote")[a % 3],
            sure=("certain", "probable", "possible")[o % 3],
        )
        for a in range(n_actors)
        for o in range(n_options)
        if (a + o) % every == 0 or o == 0
    ]
    dissent = [said(f"d{a}", f"a{a}", "o0", "opposes", by="voice") for a in range(0, n_actors, 4)]
    debate = graph_of(*records, *dissent).debate
    actors = tuple(
        Actor(
            id=f"a{a}",
            kind=KINDS[a % len(KINDS)],
            name=LONG[a % len(LONG)].format(n=a),
            source="report" if KINDS[a % len(KINDS)] is ActorKind.UNNAMED else None,
        )
        for a in range(n_actors)
    )
    options = tuple(
        Option(
            id=f"o{o}",
            name=f"Let {LONG[o % len(LONG)].format(n=o)} decide on what is to be done",
            definition="It.",
            issue="issue",
        )
        for o in range(n_options)
    )
    return content_for(
        Graph(
            replace(debate, actors=(*debate.actors, *actors), options=options),
            Debate(id="reference", title="None"),
        )
    )


@dataclass(frozen=True)
class Box:
    """Where a text is, as wide as it is estimated to be."""

    text: str
    left: float
    top: float
    right: float
    bottom: float


def root_of(made: Picture) -> Element:
    return ElementTree.fromstring(made.svg)


def texts_of(made: Picture) -> str:
    return " ".join(t.text or "" for t in root_of(made).iter(f"{SVG}text"))


def boxes_of(made: Picture) -> list[Box]:
    return [*_boxes(root_of(made), (1, 0, 0, 1, 0, 0))]


Matrix = tuple[float, float, float, float, float, float]


def _boxes(element: Element, matrix: Matrix) -> Iterator[Box]:
    for name, numbers in re.findall(r"(\w+)\(([^)]*)\)", element.get("transform", "")):
        matrix = _times(matrix, name, [float(x) for x in numbers.split()])
    if element.tag == f"{SVG}text":
        yield _box(element, matrix)
    for child in element:
        yield from _boxes(child, matrix)


def _times(matrix: Matrix, name: str, numbers: list[float]) -> Matrix:
    a, b, c, d, e, f = matrix
    if name == "translate":
        x, y = numbers
        return (a, b, c, d, a * x + c * y + e, b * x + d * y + f)
    if name == "rotate" and numbers == [-90]:
        return (-c, -d, a, b, e, f)
    if name == "rotate":
        return matrix
    assert name == "scale"
    (s,) = numbers
    return (a * s, b * s, c * s, d * s, e, f)


def _box(element: Element, matrix: Matrix) -> Box:
    a, b, c, d, e, f = matrix
    text, size = element.text or "", float(element.get("font-size", 0))
    width = width_of(text, size, bold=element.get("font-weight") == "700")
    shift = {"middle": width / 2, "end": width}.get(element.get("text-anchor", ""), 0)
    left, base = float(element.get("x", 0)) - shift, float(element.get("y", 0))
    corners = [
        (x, y) for x in (left, left + width) for y in (base - 0.74 * size, base + 0.2 * size)
    ]
    xs = [a * x + c * y + e for x, y in corners]
    ys = [b * x + d * y + f for x, y in corners]
    return Box(text, min(xs), min(ys), max(xs), max(ys))


def check_legible(made: Picture) -> None:
    """No text overlaps another one, and none runs out of the sheet."""
    boxes = sorted(boxes_of(made), key=lambda b: b.top)
    slack = 0.2
    for box in boxes:
        assert box.left >= 0, box
        assert box.right <= made.width, box
        assert box.top >= 0, box
        assert box.bottom <= made.height, box
    for i, box in enumerate(boxes):
        for other in boxes[i + 1 :]:
            if other.top >= box.bottom - slack:
                break
            apart = box.right <= other.left + slack or other.right <= box.left + slack
            assert apart, f"{box} overlaps {other}"


@pytest.mark.parametrize("kind", PICTURES)
def test_the_same_input_gives_the_same_bytes(shipped: Content, kind: str) -> None:
    assert picture(content_for(load()), kind).svg == picture(shipped, kind).svg


def test_a_png_is_the_same_every_time(small: Content) -> None:
    assert picture(small, "positions").png() == picture(small, "positions").png()


@pytest.mark.parametrize("kind", PICTURES)
def test_a_picture_says_what_it_shows_to_those_who_do_not_see_it(
    shipped: Content, kind: str
) -> None:
    root = root_of(picture(shipped, kind))
    assert root.get("role") == "img"
    assert root.findtext(f"{SVG}title") == picture(shipped, kind).title
    verdict = shipped.summaries.get(kind) or "Germany and the United States oppose it"
    told = root.findtext(f"{SVG}desc") or ""
    assert verdict.partition(";")[0][:90] in told


@pytest.mark.parametrize("kind", ["positions", "matrix", "agreement", "timeline"])
def test_every_actor_that_is_shown_is_named(shipped: Content, kind: str) -> None:
    texts = texts_of(picture(shipped, kind))
    for actor in shipped.shown.actors:
        assert shipped.say.label(actor) in texts


def test_the_network_names_all_on_its_option_and_below(shipped: Content) -> None:
    texts = texts_of(picture(shipped, "network"))
    for name in ("Germany", "United States", "Romania", "Poland", "Yehor Cherniev", "NATO"):
        assert name in texts
    assert "Denmark" not in texts


@pytest.mark.parametrize("kind", PICTURES)
def test_day_source_and_key_are_on_the_sheet(shipped: Content, kind: str) -> None:
    texts = texts_of(picture(shipped, kind))
    assert "As of 2 June 2024." in texts
    assert "Inside the NATO debate" in texts
    assert "Country" in texts
    assert ("Supports" if kind != "agreement" else "Same side") in texts


@pytest.mark.parametrize("kind", PICTURES)
def test_labels_of_the_shipped_debate_do_not_overlap(shipped: Content, kind: str) -> None:
    check_legible(picture(shipped, kind))


@pytest.mark.parametrize("kind", PICTURES)
@pytest.mark.parametrize(("actors", "options"), [(9, 5), (30, 24), (70, 45)])
def test_labels_of_larger_debates_do_not_overlap(actors: int, options: int, kind: str) -> None:
    check_legible(picture(large(actors, options), kind))


@pytest.mark.parametrize("kind", PICTURES)
def test_hostile_text_is_text_and_stays_in_its_place(kind: str) -> None:
    made = picture(hostile(), kind)
    root = root_of(made)
    assert {e.tag.removeprefix(SVG) for e in root.iter()} <= TAGS
    assert not any(k.startswith("on") or "href" in k for e in root.iter() for k in e.attrib)
    assert not re.search("[\u202a-\u202e\ud800-\udfff\x00-\x08]", made.svg)
    assert len(made.svg) < 80_000
    assert "W" * 150 not in texts_of(made)
    assert len(root.findtext(f"{SVG}desc") or "") <= 4_000
    check_legible(made)
    assert made.png(1).startswith(b"\x89PNG")


@pytest.mark.parametrize("kind", PICTURES)
def test_nothing_on_record_is_said(kind: str) -> None:
    made = picture(content_for(graph_of()), kind)
    assert "Nothing on record" in texts_of(made)
    check_legible(made)


@pytest.mark.parametrize("kind", PICTURES)
def test_one_actor_without_any_date_can_be_drawn(kind: str) -> None:
    debate = graph_of(said("e1", "pol", "opt", "supports")).debate
    undated = replace(debate, sources=tuple(replace(s, when=Bounds()) for s in debate.sources))
    made = picture(content_for(Graph(undated, Debate(id="reference", title="None"))), kind)
    assert "POL" in texts_of(made)
    check_legible(made)
    if kind == "timeline":
        assert "day not known" in texts_of(made)


def test_everybody_stands_in_the_column_of_their_own_position(small: Content) -> None:
    boxes = {b.text: b for b in reversed(boxes_of(picture(small, "positions")))}
    columns = {
        "Supports": "POL",
        "Leans to support": "FRA",
        "Leans against": "USA",
        "Opposes": "DEU",
    }
    for head, name in columns.items():
        assert round(boxes[name].left - boxes[head].left) == 22  # The width of the shape.


def test_hearsay_is_hollow_and_dashed(small: Content) -> None:
    filled = rects(picture(small, "matrix"), "fill", "#004f83")
    hollow = [r for r in rects(picture(small, "matrix"), "fill", "#fff") if r.get("stroke")]
    assert len(filled) == 2 + 1  # POL on opt, HUN on narrow, and the key.
    assert [r.get("stroke") for r in hollow] == ["#9c3500", "#4d5560"]  # DEU, and the key.
    assert all(r.get("stroke-dasharray") for r in hollow)


def rects(made: Picture, name: str, value: str) -> list[Element]:
    return [e for e in root_of(made).iter(f"{SVG}rect") if e.get(name) == value]


def test_a_number_counts_the_records_where_there_are_several(small: Content) -> None:
    texts = [b.text for b in boxes_of(picture(small, "matrix"))]
    assert texts.count("2") == 1 + 1  # POL on opt has two records; the key explains it.


def test_fewer_than_three_shared_options_are_not_agreement() -> None:
    records = [
        said(f"{who}{o}", who, f"o{o}", "supports", "2024-01-01")
        for who, n in (("pol", 4), ("deu", 3), ("usa", 2))
        for o in range(n)
    ]
    made = picture(content_for(graph_of(*records)), "agreement")
    texts = [b.text for b in boxes_of(made)]
    assert texts.count("3/3") == 2
    assert not any(t.endswith("/2") for t in texts)
    assert "Fewer than 3 shared options" in texts
    dotted = rects(made, "stroke-dasharray", "1.6 2")
    assert len(dotted) == 4 + 1  # The US with two others, both ways, and the key.


def test_being_undecided_together_is_not_agreement() -> None:
    records = [
        said(f"{who}{o}", who, f"o{o}", "undecided", "2024-01-01")
        for who in ("pol", "deu")
        for o in range(3)
    ]
    texts = [b.text for b in boxes_of(picture(content_for(graph_of(*records)), "agreement"))]
    assert texts.count("0/3") == 2


def test_two_days_are_too_few_to_show_how_positions_moved() -> None:
    graph = graph_of(
        said("e1", "pol", "opt", "supports", "2024-01-01"),
        said("e2", "deu", "opt", "opposes", "2024-01-02"),
    )
    made = picture(content_for(graph), "timeline")
    assert "too few to show how positions moved" in texts_of(made)
    assert not [p for p in root_of(made).iter(f"{SVG}path") if p.get("stroke-width") == "5"]


def test_the_timeline_draws_a_move_as_two_stretches() -> None:
    graph = graph_of(
        said("e1", "pol", "opt", "opposes", "2024-01-01"),
        said("e2", "pol", "opt", "supports", "2024-02-01"),
        said("e3", "deu", "opt", "opposes", "2024-03-01"),
    )
    paths = root_of(picture(content_for(graph), "timeline")).iter(f"{SVG}path")
    stretches = [p.get("stroke") for p in paths if p.get("stroke-width") == "5"]
    assert stretches == ["#9c3500", "#004f83"]  # What is known on the last day only is a mark.


@pytest.mark.parametrize("kind", ["matrix", "agreement", "timeline"])
def test_what_is_left_out_is_said(kind: str) -> None:
    made = picture(large(210, 62, 9), kind)
    texts = texts_of(made)
    if kind == "matrix":
        assert f"The {grid.ROWS_AT_MOST} actors with most positions, of 210." in texts
        assert f"The {grid.COLUMNS_AT_MOST} options with most positions, of 62." in texts
    elif kind == "agreement":
        assert f"The {grid.COLUMNS_AT_MOST} actors with most positions, of 210." in texts
    else:
        assert f"Drawn are {timeline.LANES_AT_MOST} of " in texts


def test_of_very_many_on_one_option_the_first_are_named_and_all_are_counted() -> None:
    records = [said(f"r{a}", f"a{a}", "opt", "supports", "2024-01-01") for a in range(200)]
    debate = graph_of(*records).debate
    actors = tuple(
        Actor(id=f"a{a}", kind=ActorKind.COUNTRY, name=f"Country {a:03}") for a in range(200)
    )
    graph = Graph(
        replace(debate, actors=(*debate.actors, *actors)), Debate(id="reference", title="None")
    )
    texts = [b.text for b in boxes_of(picture(content_for(graph), "positions"))]
    assert "200" in texts
    assert "186 more" in texts
    assert sum(t.startswith("Country 0") for t in texts) == 14


def test_a_title_of_ones_own_heads_the_picture(small: Content) -> None:
    made = picture(small, "matrix", title="Lesson <1>")
    assert made.title == "Lesson <1>"
    assert "Lesson <1>" in texts_of(made)


def test_an_unknown_kind_is_refused_with_a_suggestion(small: Content) -> None:
    with pytest.raises(UnknownName, match=r"no picture of 'matrx'.*matrix"):
        picture(small, "matrx")


def size_of(png: bytes) -> tuple[int, int]:
    width, height = struct.unpack_from(">II", png, 16)
    return width, height


def test_a_png_is_twice_as_large_unless_asked_otherwise(small: Content) -> None:
    made = picture(small, "matrix")
    assert made.png().startswith(b"\x89PNG\r\n\x1a\n")
    assert size_of(made.png()) == (2 * made.width, 2 * made.height)
    assert size_of(made.png(1)) == (made.width, made.height)


def plain(width: int, height: int) -> Picture:
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}"/>'
    return Picture(svg, "Plain", width, height)


def test_a_large_png_is_made_as_large_as_can_be_opened() -> None:
    assert size_of(plain(10_000, 10).png())[0] == SIDE_AT_MOST


def test_an_absurdly_large_png_is_refused_with_the_remedy() -> None:
    with pytest.raises(StanceError, match=r"20000 by 10 pixels is too large .* save it as \.svg"):
        plain(20_000, 10).png()


def test_a_picture_is_saved_by_its_ending_whole_or_not_at_all(
    tmp_path: Path, small: Content
) -> None:
    made = picture(small, "matrix")
    assert made.save(tmp_path / "m.svg").read_text("utf-8") == made.svg
    assert made.save(tmp_path / "m.PNG").read_bytes() == made.png()
    with pytest.raises(StanceError, match=r"name it \.svg or \.png"):
        made.save(tmp_path / "m.gif")
    with pytest.raises(StanceError, match=r"cannot write .*m\.svg: No such file"):
        made.save(tmp_path / "absent" / "m.svg")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["m.PNG", "m.svg"]


def test_a_notebook_shows_the_picture(small: Content) -> None:
    made = picture(small, "matrix")
    assert made._repr_svg_() == made.svg


def test_a_name_in_another_script_is_drawn_too() -> None:
    debate = graph_of(said("e1", "pol", "opt", "supports", "2024-01-01")).debate
    named = tuple(replace(a, name="波兰") if a.id == "pol" else a for a in debate.actors)
    graph = Graph(replace(debate, actors=named), Debate(id="reference", title="None"))
    assert picture(content_for(graph), "positions").png(1).startswith(b"\x89PNG")


def test_no_word_is_narrower_than_in_helvetica() -> None:
    # Helvetica.afm: P 667, o 556, l 222, a 556, n 556, d 556; bold: 667, 611, 278, 556, 611, 611.
    assert width_of("Poland", 1000) >= 3113
    assert width_of("Poland", 1000, bold=True) >= 3334
    assert width_of("…", 1000) >= 1000


@pytest.mark.parametrize(
    "text", ["a b c d e f", "W" * 10_000, "国" * 50, "", "e\u0301" * 90, "🇵🇱" * 9]
)
@pytest.mark.parametrize("width", [3, 40, 200])
def test_no_line_is_wider_than_asked(text: str, width: float) -> None:
    lines = wrapped(text, width, 12, most=3)
    assert len(lines) <= 3
    assert all(width_of(line, 12) <= max(width, 12) for line in lines)


def test_a_long_word_breaks_after_its_hyphen() -> None:
    assert wrapped("Sir Bartholomew-Featherstonehaugh", 110, 12) == (
        "Sir Bartholomew-",
        "Featherstonehaugh",
    )
    assert wrapped("Sir Bartholomew-Featherstonehaugh", 110, 12, most=1) == ("Sir Bartholomew-…",)


def test_stances_differ_in_dashes_or_head_without_colour() -> None:
    from stancegraph.view.looks import LOOKS

    shapes = sorted((look.dashes, look.head) for look in LOOKS.values())
    assert all(a != b for a, b in pairwise(shapes))
