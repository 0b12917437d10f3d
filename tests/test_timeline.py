"""The timeline, as page and picture: marks on their days, nothing later than the day shown."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree import ElementTree

import pytest

from debates import debate_of, graph_of, said
from opened import DESKTOP, PHONE, PROJECTOR, Opened, opening, overlapping
from stancegraph.graph import Graph
from stancegraph.model import Actor, ActorKind, Bounds, Debate, Event, Evidence
from stancegraph.view.content import Content, content_of
from stancegraph.view.pages import view
from stancegraph.view.pictures.picture import picture
from stancegraph.view.shown import shown_of
from stancegraph.view.story import InvalidStory, check_story, load_story, story_data
from stancegraph.view.words import words_of

if TYPE_CHECKING:
    from playwright.sync_api import Browser
    from playwright.sync_api import Page as Tab

SVG = "{http://www.w3.org/2000/svg}"
SIZES = pytest.mark.parametrize("size", [DESKTOP, PHONE, PROJECTOR])


def content_for(graph: Graph, as_of: date | None = None) -> Content:
    return content_of(shown_of(graph, as_of=as_of), words_of("en"))


def drawn(content: Content) -> ElementTree.Element:
    return ElementTree.fromstring(picture(content, "timeline").svg)


def with_actors(*records: Evidence, names: dict[str, str]) -> Graph:
    debate = debate_of(*records)
    actors = tuple(Actor(id=a, kind=ActorKind.COUNTRY, name=n) for a, n in names.items())
    return Graph(
        replace(debate, actors=(*debate.actors, *actors)), Debate(id="reference", title="None")
    )


def with_events(*records: Evidence, **days: tuple[str | None, str | None]) -> Graph:
    """A graph with events, each with the first and the last day that it can be of."""
    events = tuple(
        Event(
            id=name,
            name=f"The {name}",
            when=Bounds(
                not_before=date.fromisoformat(first) if first else None,
                not_after=date.fromisoformat(last) if last else None,
            ),
        )
        for name, (first, last) in days.items()
    )
    return Graph(replace(debate_of(*records), events=events), Debate(id="reference", title="None"))


@dataclass(frozen=True)
class Box:
    """Where an element stands on the page."""

    x: float
    y: float
    width: float
    height: float


def box_of(tab: Tab, selector: str) -> Box:
    found = tab.locator(selector).bounding_box()
    assert found
    return Box(**found)


MANY = 170
"""More positions than the page draws, 150 of them in support, ten against; one of these moved."""


def many() -> Graph:
    records = [
        said(
            f"r{a:03}",
            f"a{a:03}",
            "big" if a < 160 else "small",
            "supports" if a < 150 else "opposes",
            f"2024-03-{1 + a % 28:02}",
        )
        for a in range(MANY)
    ]
    before = said("before", "a169", "small", "supports", "2024-01-05")
    own = tuple(replace(r, speaker=r.stances[0].holder) for r in (*records, before))
    return with_actors(*own, names={f"a{a:03}": f"Actor {a:03}" for a in range(MANY)})


def lanes_of(opened: Opened) -> list[str]:
    found: list[str] = opened.tab.locator("[data-lane]").evaluate_all(
        "lanes => lanes.map(lane => lane.dataset.lane)"
    )
    return found


def test_of_too_many_lanes_a_cross_section_is_drawn_and_said(
    chromium: Browser, tmp_path: Path
) -> None:
    with opening(chromium, many().view("timeline"), tmp_path) as opened:
        opened.go()
        lanes = lanes_of(opened)
        assert len(lanes) == 120
        assert "a169@small" in lanes  # It moved.
        # All else is the option in question: 119 of 160, of whom the last ten oppose it.
        assert all(lane.endswith("@big") for lane in lanes if lane != "a169@small")
        assert 6 <= sum(lane >= "a150" for lane in lanes) - 1 <= 8
        told = "Drawn are 120 of 170 positions"
        assert told in opened.tab.locator("#honest").inner_text()
        assert told in re.sub("<[^>]*>", "", opened.saved("svg").decode())


def test_the_table_has_the_records_of_lanes_that_are_not_drawn(
    chromium: Browser, tmp_path: Path
) -> None:
    with opening(chromium, many().view("timeline"), tmp_path) as opened:
        opened.go()
        rows = list(csv.DictReader(io.StringIO(opened.saved("csv").decode("utf-8-sig"))))
        assert len({row["Actor"] for row in rows}) == MANY
        assert len(rows) == MANY + 1


def test_a_lane_that_is_chosen_is_drawn(chromium: Browser, tmp_path: Path) -> None:
    with opening(chromium, many().view("timeline"), tmp_path) as opened:
        opened.go("#option=big&at=a165%40small")
        assert "a165@small" in lanes_of(opened)


def crowded() -> Graph:
    """Three records of one day, twenty on days that follow each other, one on another side."""
    return graph_of(
        *(said(f"same{i}", "deu", "opt", "supports", "2024-01-15") for i in range(3)),
        said("later", "deu", "opt", "supports", "2024-06-01"),
        *(said(f"row{i:02}", "pol", "opt", "supports", f"2024-03-{1 + i:02}") for i in range(20)),
        said("other", "pol", "opt", "opposes", "2024-03-02"),
        said("early", "usa", "opt", "supports", "2023-01-01"),
    )


@SIZES
def test_marks_stand_on_their_days_and_apart(
    chromium: Browser, tmp_path: Path, size: tuple[int, int]
) -> None:
    with opening(chromium, crowded().view("timeline"), tmp_path, size) as opened:
        tab = opened.go()
        boxes = [box_of(tab, f'.record[data-at="same{i}|deu@opt"]') for i in range(3)]
        assert len({round(box.x) for box in boxes}) == 1
        assert len({round(box.y) for box in boxes}) == 3
        assert overlapping(tab, ".record") == []
        sizes = tab.locator(".record").evaluate_all(
            "marks => marks.map(m => [m.offsetWidth, m.offsetHeight])"
        )
        assert all(min(pair) >= 24 for pair in sizes)
        # Nothing is cut off by the edge of the track.
        assert tab.locator(".record").evaluate_all(
            """marks => marks.every((m) => {
                const [a, b] = [m, m.closest(".track")].map((e) => e.getBoundingClientRect());
                return a.left >= b.left && a.right <= b.right && a.top >= b.top
                    && a.bottom <= b.bottom;
            })"""
        )


def test_marks_are_placed_anew_when_the_window_gets_narrower(
    chromium: Browser, tmp_path: Path
) -> None:
    with opening(chromium, crowded().view("timeline"), tmp_path, PROJECTOR) as opened:
        tab = opened.go()
        tab.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
        tab.wait_for_timeout(200)
        assert overlapping(tab, ".record") == []


def test_of_too_many_marks_the_deciding_and_the_differing_are_drawn_and_the_rest_counted(
    chromium: Browser, tmp_path: Path
) -> None:
    with opening(chromium, crowded().view("timeline"), tmp_path, PHONE) as opened:
        lane = opened.go().locator('[data-lane="pol@opt"]')
        shown = lane.locator(".record").evaluate_all("ms => ms.map(m => m.dataset.at)")
        assert {"row19|pol@opt", "other|pol@opt"} <= {*shown}
        told = re.search(r"(\d+) more records", lane.locator(".lane-name").inner_text())
        assert told
        assert int(told[1]) + len(shown) == 21


def test_the_picture_draws_no_mark_on_another_and_counts_the_rest() -> None:
    root = drawn(content_for(crowded()))
    # The last one is that of the key.
    marks = sorted([*places_of(root, STATEMENT)], key=lambda place: place[1])[:-1]
    assert all(abs(x - a) >= 20 or abs(y - b) >= 20 for (x, y), (a, b) in combinations(marks, 2))
    texts = " ".join(t.text or "" for t in root.iter(f"{SVG}text"))
    told = re.search(r"(\d+) more records", texts)
    assert told
    assert int(told[1]) + len(marks) == 26


STATEMENT = "M11 3a8 8 0 1 1 0 16a8 8 0 1 1 0-16Z"


def places_of(
    element: ElementTree.Element, shape: str, at: tuple[float, float] = (0, 0)
) -> Iterator[tuple[float, float]]:
    """Yield where a shape is drawn."""
    moved = re.fullmatch(r"translate\(([-\d.]+) ([-\d.]+)\)", element.get("transform", ""))
    x, y = (at[0] + float(moved[1]), at[1] + float(moved[2])) if moved else at
    if element.get("d") == shape:
        yield x, y
    for child in element:
        yield from places_of(child, shape, (x, y))


def three_days() -> Graph:
    return graph_of(
        said("e1", "pol", "opt", "supports", "2024-01-01"),
        said("e2", "deu", "opt", "opposes", "2024-02-01"),
        said("e3", "usa", "opt", "opposes", "2024-03-01"),
    )


@SIZES
@pytest.mark.parametrize("day", ["2024-02-01", "2024-03-01"])
def test_lines_end_at_the_day_that_is_shown(
    chromium: Browser, tmp_path: Path, size: tuple[int, int], day: str
) -> None:
    with opening(chromium, three_days().view("timeline"), tmp_path, size) as opened:
        tab = opened.go(f"#day={day}")
        cursor = box_of(tab, ".cursor")
        lines = tab.locator(".stretch").evaluate_all(
            "ls => ls.map(l => l.getBoundingClientRect().right)"
        )
        # Of what became known on that very day there is only the mark.
        assert len(lines) == (1 if day == "2024-02-01" else 2)
        assert all(abs(right - cursor.x) < 2 for right in lines)


def test_lines_of_the_picture_end_at_the_day_asked_about() -> None:
    root = drawn(content_for(three_days()))
    paths = [*root.iter(f"{SVG}path")]
    (cursor,) = (p.get("d", "") for p in paths if p.get("stroke-dasharray") == "1.5 3")
    lines = [p.get("d", "") for p in paths if p.get("stroke-width") == "5"]
    assert len(lines) == 2
    # The track begins 224 from the left.
    ends = [float(d.partition("H")[2]) + 224 for d in lines]
    assert ends == pytest.approx([float(cursor[1:].partition(" ")[0])] * 2, abs=0.2)


DAYS: dict[str, tuple[str | None, str | None]] = {
    "talk": ("2024-01-10", "2024-01-12"),
    "summit": ("2024-02-25", "2024-03-02"),
    "war": ("2024-01-20", None),
    "sequel": ("2024-05-01", None),
    "rumour": (None, None),
}


def eventful() -> Graph:
    return with_events(
        said("e1", "pol", "opt", "supports", "2024-01-01"),
        said("e2", "deu", "opt", "opposes", "2024-02-01"),
        said("e3", "usa", "opt", "opposes", "2024-04-01"),
        **DAYS,
    )


@pytest.mark.parametrize(
    ("as_of", "known"),
    [
        ("2024-01-11", {"rumour"}),
        ("2024-01-12", {"rumour", "talk"}),
        ("2024-03-01", {"rumour", "talk", "war"}),
        ("2024-04-01", {"rumour", "talk", "war", "summit"}),
    ],
)
def test_an_event_is_known_once_it_has_surely_happened(as_of: str, known: set[str]) -> None:
    content = content_for(eventful(), date.fromisoformat(as_of))
    assert content.shown.events.keys() == known
    texts = " ".join(t.text or "" for t in drawn(content).iter(f"{SVG}text"))
    for name in DAYS:
        assert (f"The {name}" in texts) == (name in known - {"rumour"})


def test_the_page_shows_the_events_of_the_day_that_is_shown(
    chromium: Browser, tmp_path: Path
) -> None:
    with opening(chromium, view(eventful(), "timeline"), tmp_path) as opened:
        for day, known in (
            ("2024-01-01", []),
            ("2024-02-01", ["!talk", "!war"]),
            ("2024-04-01", ["!talk", "!war", "!summit"]),
        ):
            events = opened.go(f"#day={day}").locator(".event")
            assert sorted(events.evaluate_all("es => es.map(e => e.dataset.at)")) == sorted(known)


def test_an_event_has_one_name_in_data_address_and_panel(chromium: Browser, tmp_path: Path) -> None:
    with opening(chromium, eventful().view("timeline"), tmp_path) as opened:
        tab = opened.go("#at=!summit")
        assert "The summit" in opened.panel()
        tab.locator('[data-at="!talk"]').click()
        assert "The talk" in opened.panel()
        assert "at=%21talk" in tab.url
        opened.go("#at=!summit&day=2024-02-01")
        assert "The summit" not in opened.panel()
        opened.go("#at=!__proto__")
        assert "How to read this" in opened.panel()


def test_a_story_and_an_address_call_an_event_the_same(tmp_path: Path) -> None:
    file = tmp_path / "story.md"
    file.write_text("# a\n## b\nshow: view=timeline at=!summit\n", encoding="utf-8")
    story = load_story(file)
    check_story(story, content_for(eventful()), ["timeline"])
    assert story_data(story)["steps"][0]["show"] == {"at": "!summit"}
    with pytest.raises(InvalidStory, match=r"event 'summit' is not known"):
        check_story(story, content_for(eventful(), date(2024, 3, 1)), ["timeline"])


@SIZES
def test_the_day_that_is_shown_strikes_through_no_label(
    chromium: Browser, tmp_path: Path, size: tuple[int, int]
) -> None:
    # Every other day would have its label, these among them.
    records = [
        said(f"e{d}", "pol", f"o{d % 4}", "supports", f"2024-01-{d:02}") for d in range(1, 8)
    ]
    with opening(chromium, graph_of(*records).view("timeline"), tmp_path, size) as opened:
        for day in (2, 4, 6):
            tab = opened.go(f"#day=2024-01-{day:02}")
            assert tab.locator(".tick").count() >= 1
            assert overlapping(tab, ".tick, .cursor") == []


def test_two_days_and_a_later_one_asked_about_are_too_few(
    chromium: Browser, tmp_path: Path
) -> None:
    graph = graph_of(
        said("e1", "pol", "opt", "supports", "2024-01-01"),
        said("e2", "deu", "opt", "opposes", "2024-02-01"),
    )
    later = date(2024, 6, 1)
    paths = drawn(content_for(graph, later)).iter(f"{SVG}path")
    assert not [p for p in paths if p.get("stroke-width") == "5"]
    with opening(chromium, graph.view("timeline", as_of=later), tmp_path) as opened:
        tab = opened.go()
        assert "fewer than three" in tab.locator("#verdict").inner_text()
        assert tab.locator(".record").count() == 2
        assert tab.locator(".stretch").count() == 0


def test_what_has_no_day_stands_apart_from_the_days(chromium: Browser, tmp_path: Path) -> None:
    debate = debate_of(
        said("e1", "pol", "opt", "supports", "2024-01-01"),
        said("e2", "deu", "opt", "opposes"),
    )
    undated = replace(debate, sources=tuple(replace(s, when=Bounds()) for s in debate.sources))
    graph = Graph(undated, Debate(id="reference", title="None"))
    for size in (DESKTOP, PHONE):
        with opening(chromium, graph.view("timeline"), tmp_path, size) as opened:
            tab = opened.go()
            selectors = ('[data-at="e2|deu@opt"]', ".cursor", ".tick >> text=day not known")
            mark, cursor, label = (box_of(tab, selector) for selector in selectors)
            assert mark.x > cursor.x + 12
            assert label.x < mark.x < label.x + label.width


def test_a_long_name_is_shortened_in_its_lane_and_whole_in_title_and_panel(
    chromium: Browser, tmp_path: Path
) -> None:
    name = " ".join(["Committee"] * 30)
    graph = with_actors(
        replace(said("e1", "long", "opt", "supports", "2024-01-01"), speaker="long"),
        names={"long": name},
    )
    options = tuple(replace(o, name=name.replace("Comm", "Subcomm")) for o in graph.debate.options)
    graph = Graph(replace(graph.debate, options=options), graph.reference)
    with opening(chromium, graph.view("timeline"), tmp_path, PHONE) as opened:
        tab = opened.go()
        for place, most in ((".lane-name .name", 80), (".lanes h3 .name", 120)):
            link = tab.locator(place)
            text = link.inner_text()
            assert text.endswith("…")
            assert most - 12 < len(text) <= most
            whole = link.locator("[title]").get_attribute("title") or ""
            assert whole.startswith(text[:-1])
            assert len(whole) >= len(name)
        assert box_of(tab, "[data-lane]").height < 160
        tab.locator(".lane-name .name").click()
        assert tab.locator("#panel h2").inner_text() == name
