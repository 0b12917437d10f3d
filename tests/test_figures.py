"""Figures of answers: marks stand where their values say, and everything can be read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from datetime import date
from importlib.resources import files
from itertools import combinations, pairwise
from pathlib import Path
from typing import Any
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

import pytest
from hypothesis import given
from hypothesis import strategies as st

from debates import graph_of, said
from stancegraph.answer.answer import Answer
from stancegraph.answer.figure import (
    Cell,
    Direction,
    Dot,
    Dots,
    Figure,
    Film,
    Frame,
    Grid,
    Line,
    Lines,
    Map,
    Node,
    Place,
    Point,
    Tie,
    Web,
)
from stancegraph.answer.position import Held
from stancegraph.errors import StanceError
from stancegraph.model import Polarity
from stancegraph.view.figures.axis import Axis, day_ticks, round_ticks, spread
from stancegraph.view.figures.drawing import draw_frames
from stancegraph.view.figures.drawn import Drawn, Paper, svg_element
from stancegraph.view.figures.film import FRAMES_AT_MOST, draw_strip
from stancegraph.view.figures.palette import (
    COLOURS,
    FOE,
    FOE_DASHES,
    FRIEND,
    SHAPES,
    ink_on,
    shade_of,
)
from stancegraph.view.figures.picture import drawn_of
from stancegraph.view.looks import LOOKS
from stancegraph.view.pictures.text_width import width_of
from stancegraph.view.words import words_of
from test_looks import BLINDNESS, contrast, lab

WIDE = Paper(width=920, words=words_of("en"))
NARROW = Paper(width=350, words=words_of("en"))
PAPERS = (WIDE, NARROW)

HOSTILE = ("</svg><script>document.title='owned'</script>", "\u202eesrever \"quoted\" & 'so'\nnext")
LONG = "W" * 300

DOTS = Dots(
    title="Who stands where",
    says="From against to for.",
    rows=(
        Dot(label="Poland", value=0.0, low=-1.0, high=1.0, group=0, text="on 3 options"),
        Dot(label="Germany", value=-2.0, before=2.0, group=1, note="moved", records=("s1", "s2")),
        Dot(label="Hungary", value=9.0, is_hollow=True, expected=1.0),
        Dot(label="Spain", value=None, text="unlocated"),
    ),
    axis="stance",
    low=-2,
    high=2,
    middle=0,
    groups=("East", "West"),
)
GRID = Grid(
    title="Pairs",
    says="",
    rows=("Poland", "Germany"),
    columns=("Poland", "Germany", "Spain"),
    cells=(
        Cell(row=0, column=1, value=-1, note="never the same side", records=("s1",)),
        Cell(row=1, column=2, value=0.5, text="½"),
    ),
    is_signed=True,
    ends=("opposite", "same side"),
    row_breaks=(1,),
)
LINES = Lines(
    title="Over time",
    says="",
    lines=(
        Line(
            label="modularity",
            points=(
                Point(at=date(2001, 1, 1), value=0.0, low=0.0, high=0.2),
                Point(at=date(2002, 1, 1), value=1.0, low=0.8, high=1.0),
                Point(at=date(2003, 1, 1), value=None),
                Point(at=date(2004, 1, 1), value=0.5, low=0.4, high=0.6),
                Point(at=date(2005, 1, 1), value=0.5, low=0.4, high=0.6),
            ),
        ),
        Line(
            label="level",
            points=(Point(at=date(2001, 1, 1), value=0.2), Point(at=date(2005, 1, 1), value=0.9)),
            is_steps=True,
        ),
    ),
    axis="modularity",
    low=0,
    high=1,
    breaks=((date(2002, 6, 1), "the change"),),
)
MAP = Map(
    title="A map",
    says="",
    places=(
        Place(label="Poland", x=-1, y=0, group=0),
        Place(label="Germany", x=1, y=0.5, group=1, note="far out"),
        Place(label="Spain", x=0, y=-0.5),
    ),
    across="first",
    up="second",
    directions=(Direction(label="alerts", x=1, y=1),),
    groups=("East", "West"),
)
WEB = Web(
    title="Two camps",
    says="",
    nodes=(
        Node(id="pol", label="Poland", group=0, size=1),
        Node(id="deu", label="Germany", group=0, is_fringe=True),
        Node(id="hun", label="Hungary", group=1, size=0),
        Node(id="usa", label="United States"),
    ),
    ties=(
        Tie(a="pol", b="deu", weight=0.8, note="on 4 of 5", records=("s1",)),
        Tie(a="pol", b="hun", weight=-0.6),
        Tie(a="deu", b="hun", weight=0.5, mark="odd"),
        Tie(a="usa", b="hun", weight=0.1, mark="faint"),
        Tie(a="usa", b="nobody", weight=1),
    ),
    groups=("East", "South"),
)
FILM = Film(
    title="Step by step",
    says="",
    frames=tuple(
        Frame(
            label=f"Step {n}",
            says="They listen.",
            shows=replace(DOTS, rows=(Dot(label="Poland", value=-2 + n * 0.4),)),
        )
        for n in range(11)
    ),
)
FIGURES: dict[str, Figure] = {
    "web": WEB,
    "grid": GRID,
    "dots": DOTS,
    "lines": LINES,
    "map": MAP,
    "film": FILM,
}
EMPTY: dict[str, Figure] = {
    "web": Web(title="t", says="", nodes=(), ties=()),
    "grid": Grid(
        title="t", says="", rows=(), columns=(), cells=(), is_signed=False, ends=("a", "b")
    ),
    "dots": Dots(title="t", says="", rows=(), axis="", low=0, high=0),
    "lines": Lines(title="t", says="", lines=(), axis="", low=0, high=0),
    "map": Map(title="t", says="", places=(), across="", up=""),
    "film": Film(title="t", says=""),
}


def answer_with(*figures: Figure) -> Answer[Held]:
    answer = graph_of(said("s1", "pol", "opt", "supports", "2024-05-01")).position("pol")
    return replace(answer, figures=figures)


def svg_of(drawn: Drawn) -> Element:
    return ElementTree.fromstring(ElementTree.tostring(svg_element(drawn, label="x")))


def mark_of(drawn: Drawn, name: str) -> Element:
    return next(m for m in svg_of(drawn).iter("g") if m.get("data-names") == name)


def placed(element: Element, x: float = 0, y: float = 0) -> Iterator[tuple[float, float, Element]]:
    """Yield the upright texts of a drawing with where they stand."""
    move = re.fullmatch(r"translate\(([-\d.]+) ([-\d.]+)\)", element.get("transform", ""))
    if element.get("transform") and not move:
        return
    x, y = (x + float(move[1]), y + float(move[2])) if move else (x, y)
    if element.tag.rpartition("}")[2] == "text":
        yield x + float(element.get("x", 0)), y + float(element.get("y", 0)), element
    for child in element:
        yield from placed(child, x, y)


def box_of(x: float, y: float, text: Element) -> tuple[float, float, float, float]:
    """Return the left, top, right and bottom of a text."""
    size = float(text.get("font-size", 0))
    width = width_of(text.text or "", size, bold=text.get("font-weight") == "700")
    left = x - {"middle": width / 2, "end": width}.get(text.get("text-anchor", ""), 0)
    return left, y - 0.72 * size, left + width, y + 0.1 * size


def lying_on_each_other(root: Element) -> list[tuple[str | None, str | None]]:
    texts = [(box_of(*found), found[2].text) for found in placed(root)]
    return [
        (a, b)
        for (one, a), (two, b) in combinations(texts, 2)
        if one[0] < two[2] and two[0] < one[2] and one[1] < two[3] and two[1] < one[3]
    ]


@pytest.mark.parametrize("paper", PAPERS, ids=["wide", "narrow"])
@pytest.mark.parametrize("kind", FIGURES)
def test_no_text_lies_on_another_or_leaves_the_drawing(kind: str, paper: Paper) -> None:
    drawn = drawn_of(FIGURES[kind], paper)
    root = svg_of(drawn)
    assert lying_on_each_other(root) == []
    boxes = [box_of(*found) for found in placed(root)]
    assert boxes
    assert min(b[0] for b in boxes) >= -0.5
    assert max(b[2] for b in boxes) <= drawn.width + 0.5


@pytest.mark.parametrize("kind", FIGURES)
def test_names_of_any_length_and_kind_are_text_within_the_drawing(kind: str) -> None:
    for name in (*HOSTILE, LONG):
        figure: Figure = FIGURES[kind]
        for known in ("Poland", "Germany", "modularity", "stance", "the change", "East", "Step 0"):
            figure = renamed(figure, known, name)
        drawn = drawn_of(figure, WIDE)
        markup = ElementTree.tostring(svg_element(drawn, label=name), encoding="unicode")
        assert "<script" not in markup
        assert "\u202e" not in markup
        right = [box_of(*found)[2] for found in placed(ElementTree.fromstring(markup))]
        assert max(right) <= drawn.width + 0.5


def renamed(value: Any, name: str, other: str) -> Any:
    """Return a figure with another name wherever one occurs."""
    if is_dataclass(value) and not isinstance(value, type):
        named = {f.name: renamed(getattr(value, f.name), name, other) for f in fields(value)}
        return replace(value, **named)
    if isinstance(value, tuple):
        return tuple(renamed(v, name, other) for v in value)
    return other if value == name else value


@pytest.mark.parametrize("paper", PAPERS, ids=["wide", "narrow"])
@pytest.mark.parametrize("kind", EMPTY)
def test_what_is_empty_is_drawn_empty(kind: str, paper: Paper) -> None:
    drawn = drawn_of(EMPTY[kind], paper)
    assert [*svg_of(drawn).iter("title")] == []
    assert "nan" not in ElementTree.tostring(svg_element(drawn, label="x"), encoding="unicode")
    assert drawn.width == paper.width


def test_a_dot_stands_where_its_value_says() -> None:
    drawn = drawn_of(DOTS, WIDE)
    ticks = {t.text: x for x, _, t in placed(svg_of(drawn)) if t.get("text-anchor") == "middle"}
    dot = mark_of(drawn, "Poland").find("circle")
    square = mark_of(drawn, "Germany").find("polygon")
    assert dot is not None
    assert square is not None
    assert float(dot.get("cx", 0)) == pytest.approx(ticks["0"], abs=0.1)
    xs = [float(p.split(",")[0]) for p in square.get("points", "").split()]
    # A square around the axis's left end, -2.
    assert (min(xs) + max(xs)) / 2 == pytest.approx(ticks["-2"], abs=0.1)


def test_ticks_may_come_in_any_order() -> None:
    ticks = ((2, "supports"), (0, "undecided"), (-2, "opposes"))
    found = [svg_of(drawn_of(replace(DOTS, ticks=t), WIDE)) for t in (ticks, ticks[::-1])]
    texts = [{t.text for _, _, t in placed(root)} for root in found]
    assert {"supports", "undecided", "opposes"} <= texts[0] == texts[1]


def test_an_interval_reaches_from_its_low_to_its_high_end() -> None:
    drawn = drawn_of(DOTS, WIDE)
    ticks = {t.text: x for x, _, t in placed(svg_of(drawn)) if t.get("text-anchor") == "middle"}
    bar = mark_of(drawn, "Poland").find("path")
    assert bar is not None
    found = re.match(r"M([\d.]+) [\d.]+H([\d.]+)", bar.get("d", ""))
    assert found
    assert float(found[1]) == pytest.approx(ticks["-1"], abs=0.1)
    assert float(found[2]) == pytest.approx(ticks["1"], abs=0.1)


def test_a_value_beyond_the_axis_stands_at_its_end_with_a_sign() -> None:
    drawn = drawn_of(DOTS, WIDE)
    ticks = {t.text: x for x, _, t in placed(svg_of(drawn)) if t.get("text-anchor") == "middle"}
    row = mark_of(drawn, "Hungary")
    dot = row.find("circle")
    assert dot is not None
    assert float(dot.get("cx", 0)) == pytest.approx(ticks["2"], abs=0.1)
    assert dot.get("fill") == "#fff"
    # The expected value's tick, and the sign that the value lies further out.
    assert len(row.findall("path")) == 2


def test_a_row_without_a_value_says_so_by_its_text_only() -> None:
    row = mark_of(drawn_of(DOTS, WIDE), "Spain")
    assert row.find("circle") is None
    assert [t.text for t in row.iter("text")] == ["Spain", "unlocated"]


def test_a_mark_tells_its_note_and_leads_to_its_records() -> None:
    row = mark_of(drawn_of(DOTS, WIDE), "Germany")
    assert row.get("data-records") == "s1 s2"
    assert row.findtext("title") == "Germany: moved"
    tie = mark_of(drawn_of(WEB, WIDE), "Poland | Germany")
    assert tie.get("data-records") == "s1"
    assert tie.findtext("title") == "Poland and Germany: on 4 of 5"


def test_a_cell_has_the_colour_of_its_value_and_below_zero_a_bar() -> None:
    root = svg_of(drawn_of(GRID, WIDE))
    cells = {m.get("data-at"): m for m in root.iter("g") if m.get("class") == "mark"}
    fills = {at: path.get("fill") for at, m in cells.items() for path in m.findall("path")}
    assert fills == {
        "0 1": LOOKS[Polarity.OPPOSES].fill,
        "1 2": shade_of(0.5, is_signed=True),
    }
    bars = [p for p in root.findall("path") if p.get("stroke")]
    assert len(bars) == 1
    assert bars[0].get("d", "").count("M") == 1
    assert (root.get("data-rows"), root.get("data-columns")) == (
        "Poland | Germany",
        "Poland | Germany | Spain",
    )


def test_a_break_parts_rows_of_a_grid() -> None:
    def tops(grid: Grid) -> list[float]:
        marks = (m for m in svg_of(drawn_of(grid, WIDE)).iter("g") if m.get("class") == "mark")
        paths = (p.get("d", "") for m in marks for p in m.findall("path"))
        return [float(re.split(r"[M h]", d)[2]) for d in paths]

    together, parted = tops(replace(GRID, row_breaks=())), tops(GRID)
    assert together[0] == parted[0]
    assert parted[1] - together[1] == pytest.approx(7)


def test_a_line_is_broken_where_too_little_is_known() -> None:
    lines = [
        p
        for p in svg_of(drawn_of(LINES, WIDE)).findall("path")
        if p.get("fill") == "none" and p.get("stroke") == COLOURS[0]
    ]
    assert [p.get("d", "").count("L") for p in lines] == [1, 1]


def test_steps_hold_until_the_next_point() -> None:
    line = next(
        p for p in svg_of(drawn_of(LINES, WIDE)).findall("path") if p.get("stroke") == COLOURS[1]
    )
    places = [tuple(map(float, p.split())) for p in line.get("d", "")[1:].split("L")]
    assert len(places) == 3
    assert places[1] == (places[2][0], places[0][1])


def test_a_point_stands_on_its_day_and_value() -> None:
    circles = [
        c
        for m in svg_of(drawn_of(LINES, WIDE)).iter("g")
        if m.get("data-names") == "modularity"
        for c in m.findall("circle")[1:]
    ]
    xs = [float(c.get("cx", 0)) for c in circles]
    ys = [float(c.get("cy", 0)) for c in circles]
    # 2001 to 2005 are 1,461 days, of which the first year has 365.
    assert (xs[1] - xs[0]) / (xs[3] - xs[0]) == pytest.approx(365 / 1461, abs=0.001)
    assert (ys[0] - ys[2]) / (ys[0] - ys[1]) == pytest.approx(0.5, abs=0.001)


def test_a_map_has_one_unit_across_and_up() -> None:
    drawn = drawn_of(MAP, WIDE)

    def at(name: str) -> tuple[float, float]:
        hit = mark_of(drawn, name).find("circle")
        assert hit is not None
        return float(hit.get("cx", 0)), float(hit.get("cy", 0))

    poland, germany = at("Poland"), at("Germany")
    # Two units to the right, half a unit up.
    assert germany[0] - poland[0] == pytest.approx(4 * (poland[1] - germany[1]), rel=0.01)
    assert germany[0] > poland[0]


def test_whom_there_is_no_room_to_name_is_listed() -> None:
    crowd = replace(MAP, places=tuple(Place(label=f"State {n}", x=0, y=0) for n in range(20)))
    drawn = drawn_of(crowd, WIDE)
    assert lying_on_each_other(svg_of(drawn)) == []
    named = {t.text for _, _, t in placed(svg_of(drawn))} & {p.label for p in crowd.places}
    assert named | {*drawn.unnamed} == {p.label for p in crowd.places}
    assert named.isdisjoint(drawn.unnamed)
    assert drawn.unnamed[0] in answer_with(crowd).picture().svg


def test_an_option_that_there_is_no_room_to_name_is_listed_too() -> None:
    same = tuple(Direction(label=f"option {n}", x=1, y=1) for n in range(12))
    drawn = drawn_of(replace(MAP, directions=same), WIDE)
    named = {t.text for _, _, t in placed(svg_of(drawn))} & {d.label for d in same}
    assert named
    assert named | {*drawn.unnamed} == {d.label for d in same}


def test_friends_are_whole_lines_and_foes_broken_ones() -> None:
    drawn = drawn_of(WEB, WIDE)
    friend = mark_of(drawn, "Poland | Germany").find("path")
    foe = mark_of(drawn, "Poland | Hungary").find("path")
    assert friend is not None
    assert foe is not None
    assert (friend.get("stroke"), friend.get("stroke-dasharray")) == (FRIEND, None)
    assert (foe.get("stroke"), foe.get("stroke-dasharray")) == (FOE, FOE_DASHES)


def test_what_contradicts_the_camps_is_thick_and_has_a_sign() -> None:
    drawn = drawn_of(WEB, WIDE)
    odd, plain = (mark_of(drawn, names) for names in ("Germany | Hungary", "Poland | Germany"))
    assert odd.find("circle") is not None
    assert plain.find("circle") is None
    thick = [float(m.find("path").get("stroke-width")) for m in (odd, plain)]  # type: ignore[union-attr, arg-type]
    assert thick[0] > thick[1]


def test_groups_stand_apart() -> None:
    nodes = tuple(Node(id=f"n{i}", label=f"State {i}", group=i % 2) for i in range(24))
    drawn = drawn_of(Web(title="", says="", nodes=nodes, ties=(), groups=("A", "B")), WIDE)
    marks = {n.group: [mark_of(drawn, m.label) for m in nodes if m.group == n.group] for n in nodes}
    xs = {
        group: [float(c.get("cx", 0)) for m in found for c in m.findall("circle")[:1]]
        for group, found in marks.items()
    }
    assert max(xs[0]) < min(xs[1])
    assert lying_on_each_other(svg_of(drawn)) == []


def test_friends_stand_next_to_each_other_in_their_ring() -> None:
    # A chain of friends: round a ring of six each is one step from the next.
    nodes = tuple(Node(id=f"n{i}", label=f"State {i}", group=0) for i in (3, 0, 5, 1, 4, 2))
    ties = tuple(Tie(a=f"n{i}", b=f"n{i + 1}", weight=1) for i in range(5))
    drawn = drawn_of(Web(title="", says="", nodes=nodes, ties=ties), WIDE)
    hits = [mark_of(drawn, f"State {i}").find("circle") for i in range(6)]
    at = [(float(c.get("cx", 0)), float(c.get("cy", 0))) for c in hits if c is not None]
    near = [abs(a[1] - b[1]) for a, b in pairwise(at)]
    step = sorted({y for _, y in at})
    assert max(near) <= step[1] - step[0] + 0.1


def web_of(*sizes: int) -> Web:
    """A network of groups of so many, each node tied to six others, some of them far away."""
    groups = [g for g, size in enumerate(sizes) for _ in range(size)]
    total = len(groups)
    nodes = tuple(Node(id=f"n{i}", label=f"State {i}", group=g) for i, g in enumerate(groups))
    ties = tuple(
        Tie(a=f"n{i}", b=f"n{(i + far) % total}", weight=1 - far / 10, mark="odd")
        for i in range(total)
        for far in (1, 2, 3, 5, 8, 13)
    )
    return Web(title="", says="", nodes=nodes, ties=ties, groups=tuple("ABCDE"))


def points_of(path: str) -> Iterator[tuple[float, float]]:
    """Yield points along a straight line or a quadratic curve."""
    numbers = [float(n) for n in re.findall(r"-?[\d.]+", path)]
    start, *between, end = [*zip(numbers[::2], numbers[1::2], strict=True)]
    middle = between[0] if between else ((start[0] + end[0]) / 2, (start[1] + end[1]) / 2)
    for n in range(41):
        t = n / 40
        a, b, c = (1 - t) ** 2, 2 * t * (1 - t), t**2
        yield (
            a * start[0] + b * middle[0] + c * end[0],
            a * start[1] + b * middle[1] + c * end[1],
        )


@pytest.mark.parametrize("paper", PAPERS, ids=["wide", "narrow"])
@pytest.mark.parametrize(
    "sizes", [(4, 2), (6,), (2, 1, 1), (12, 5, 3), (30, 3), (40, 17, 3), (9, 9, 9, 9, 9)], ids=str
)
def test_no_tie_crosses_a_name(sizes: tuple[int, ...], paper: Paper) -> None:
    root = svg_of(drawn_of(web_of(*sizes), paper))
    assert lying_on_each_other(root) == []
    names = [(box_of(*found), found[2].text or "") for found in placed(root)]
    boxes = [box for box, text in names if text.startswith("State") or text in "ABCDE"]
    assert len(boxes) >= sum(sizes)
    marks = [m for m in root.iter("g") if " | " in m.get("data-names", "")]
    assert marks
    # The key repeats the names of groups below the drawing, where no tie is.
    for drawn in marks:
        for x, y in points_of(drawn.find("path").get("d", "")):  # type: ignore[union-attr]
            assert not any(b[0] < x < b[2] and b[1] < y < b[3] for b in boxes)


def test_a_small_network_is_as_high_as_a_class_can_see() -> None:
    drawn = drawn_of(web_of(4, 2), WIDE)
    assert drawn.height > 0.25 * drawn.width


def test_of_many_odd_ties_each_is_fainter() -> None:
    def strongest(web: Web) -> float:
        marks = [m for m in svg_of(drawn_of(web, WIDE)).iter("g") if m.get("class") == "mark"]
        lines = [line for line in (m.find("path") for m in marks) if line is not None]
        return max(float(line.get("stroke-width", 0)) for line in lines)

    assert strongest(web_of(40, 40)) < strongest(web_of(4, 2)) / 2


@pytest.mark.parametrize("paper", PAPERS, ids=["wide", "narrow"])
def test_eighty_nodes_can_all_be_read(paper: Paper) -> None:
    nodes = tuple(Node(id=f"n{i}", label=f"State {i}", group=i % 3) for i in range(80))
    ties = tuple(Tie(a=f"n{i}", b=f"n{(7 * i + 3) % 80}", weight=0.5) for i in range(80))
    figure = Web(title="", says="", nodes=nodes, ties=ties, groups=("A", "B", "C"))
    assert lying_on_each_other(svg_of(drawn_of(figure, paper))) == []


def test_only_marks_move_in_a_film() -> None:
    found = [d for _, d in draw_frames(FILM, WIDE)]
    texts = {tuple((x, y, t.text) for x, y, t in placed(svg_of(d))) for d in found}
    assert len(texts) == 1
    xs = [float(mark_of(d, "Poland").find("circle").get("cx", 0)) for d in found]  # type: ignore[union-attr]
    steps = {round(b - a, 1) for a, b in pairwise(xs)}
    assert max(steps) - min(steps) < 0.3
    assert min(steps) > 10


def test_a_film_is_a_strip_of_at_most_eight_from_first_to_last() -> None:
    heads = [t.text for _, _, t in placed(svg_of(draw_strip(FILM, WIDE))) if t.text]
    shown = [h for h in heads if h.startswith("Step")]
    assert len(shown) == FRAMES_AT_MOST
    assert (shown[0], shown[-1]) == ("Step 0", "Step 10")


def test_nodes_of_a_film_stay_where_they_are() -> None:
    later = replace(WEB, ties=WEB.ties[:1], nodes=WEB.nodes[:3])
    film = Film(
        title="",
        says="",
        frames=(
            Frame(label="a", says="", shows=WEB),
            Frame(label="b", says="", shows=later),
        ),
    )
    one, two = (d for _, d in draw_frames(film, WIDE))
    for name in ("Poland", "Germany", "Hungary"):
        hits = [mark_of(d, name).find("circle") for d in (one, two)]
        assert len({(c.get("cx"), c.get("cy")) for c in hits if c is not None}) == 1


@pytest.mark.parametrize("kind", FIGURES)
def test_a_picture_says_what_it_is_of_and_how_to_make_it_again(kind: str, tmp_path: Path) -> None:
    answer = answer_with(FIGURES[kind])
    picture = answer.picture()
    root = ElementTree.fromstring(picture.svg)
    texts = " ".join(e.text or "" for e in root.iter() if e.tag.endswith("text"))
    for part in (FIGURES[kind].title, "As of 1 May 2024.", answer.reproduce):
        assert part in texts
    assert picture.svg == answer_with(FIGURES[kind]).picture().svg
    assert picture.save(tmp_path / "a.png").read_bytes().startswith(b"\x89PNG")


def test_an_answer_without_figures_has_no_picture() -> None:
    with pytest.raises(StanceError, match=r"no picture.*name a \.html file"):
        answer_with().picture()
    with pytest.raises(StanceError, match="no picture 2: there are 1, counted from 0"):
        answer_with(DOTS).picture(2)


# How figures look.


def test_colours_of_groups_are_seen_on_white_and_are_not_those_of_signs() -> None:
    # WCAG 2.2, 1.4.11: 3 to 1; 1.4.3 for names written in them: 4.5 to 1.
    for colour in COLOURS:
        assert contrast(colour, "#ffffff") >= 4.5
        assert colour not in (FRIEND, FOE)
    assert len({*SHAPES}) == len(SHAPES) == len(COLOURS)


@pytest.mark.parametrize("blindness", BLINDNESS)
def test_the_first_groups_are_told_apart_by_everybody(blindness: str) -> None:
    import numpy as np

    for one, other in combinations(COLOURS[:3], 2):
        # As in tests/test_looks.py, but groups have shapes beside: 2.3 is just noticeable.
        assert np.linalg.norm(lab(one, blindness) - lab(other, blindness)) > 15


@pytest.mark.parametrize("is_signed", [True, False])
def test_text_in_a_cell_can_be_read_on_any_shade(is_signed: bool) -> None:
    for step in range(-20, 21):
        shade = shade_of(step / 20, is_signed=is_signed)
        ink = {"#000": "#000000", "#fff": "#ffffff"}[ink_on(shade)]
        assert contrast(ink, shade) >= 4.5


@pytest.mark.parametrize("blindness", BLINDNESS)
def test_both_signs_of_a_shade_are_told_apart_by_everybody(blindness: str) -> None:
    import numpy as np

    for step in (0.25, 0.5, 0.75, 1):
        pair = (lab(shade_of(v, is_signed=True), blindness) for v in (step, -step))
        one, other = pair
        assert np.linalg.norm(one - other) > 15


# Axes.


NUMBERS = [
    (0, 1, 6, ["0", "0.2", "0.4", "0.6", "0.8", "1"]),
    (-1, 1, 5, ["-1", "-0.5", "0", "0.5", "1"]),
    (0, 37, 5, ["0", "10", "20", "30"]),
    (0.13, 0.14, 3, ["0.13", "0.135", "0.14"]),
    (5, 5, 4, ["5"]),
    (1, 152, 2, ["100"]),
]


@pytest.mark.parametrize(("low", "high", "most", "labels"), NUMBERS)
def test_ticks_are_round_numbers(low: float, high: float, most: int, labels: list[str]) -> None:
    assert [label for _, label in round_ticks(low, high, most)] == labels


DAYS = [
    (date(1946, 1, 1), date(2020, 1, 1), 5, ["1960", "1980", "2000", "2020"]),
    (date(2024, 1, 10), date(2024, 5, 3), 6, ["Feb 2024", "Mar 2024", "Apr 2024", "May 2024"]),
    (date(2024, 5, 22), date(2024, 6, 2), 4, ["22 May", "26 May", "30 May"]),
]


@pytest.mark.parametrize(("first", "last", "most", "labels"), DAYS)
def test_ticks_are_beginnings_of_years_and_months_or_days(
    first: date, last: date, most: int, labels: list[str]
) -> None:
    assert [label for _, label in day_ticks(first, last, most, words_of("en"))] == labels


FINITE = st.floats(-1e6, 1e6)


@given(FINITE, FINITE, st.integers(2, 12))
def test_ticks_are_few_and_within(one: float, other: float, most: int) -> None:
    low, high = sorted((one, other))
    ticks = [value for value, _ in round_ticks(low, high, most)]
    assert 1 <= len(ticks) <= most + 1
    room = 1e-6 * max(1.0, high - low)
    assert all(low - room <= value <= high + room for value in ticks)


@given(FINITE, FINITE, FINITE)
def test_a_place_on_an_axis_is_on_the_sheet(low: float, high: float, value: float) -> None:
    axis = Axis(min(low, high), max(low, high), 100, 300)
    assert 100 <= axis.at(value) <= 300


@given(st.lists(st.floats(0, 100), max_size=8))
def test_labels_are_spread_without_touching_and_in_order(wanted: list[float]) -> None:
    places = spread(wanted, 10, 0, 100)
    assert sorted(range(len(places)), key=lambda i: (places[i], i)) == sorted(
        range(len(wanted)), key=lambda i: (wanted[i], i)
    )
    found = sorted(places)
    assert all(b - a >= 10 - 1e-6 for a, b in pairwise(found))


def test_the_colours_of_sides_are_taken_from_one_place() -> None:
    colours = {c for look in LOOKS.values() for c in (look.colour, look.ink, look.tint, look.fill)}
    for file in files("stancegraph.view").joinpath("figures").iterdir():
        if file.name.endswith(".py"):
            found = {*re.findall(r"#[0-9a-f]{6}", file.read_text("utf-8").lower())}
            assert not found & (colours - {"#ffffff", "#e2e5e8"}), file.name
