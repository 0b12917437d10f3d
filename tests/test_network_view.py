from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from debates import graph_of, said
from opened import DESKTOP, PHONE, Opened, opening
from stancegraph.graph import Graph, load
from stancegraph.model import ActorKind, Debate, Event, Evidence
from stancegraph.view import crowded, layout
from stancegraph.view.agreement_map import apart, stressed
from stancegraph.view.layout import Band, Block
from stancegraph.view.page import Page

if TYPE_CHECKING:
    from playwright.sync_api import Browser
    from playwright.sync_api import Page as Tab

MODES = ("option", "actor", "agreement", "whole")
SETTLED = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
SVG = "{http://www.w3.org/2000/svg}"
MARKUP = "<img src=x onerror=document.title='owned'>"
BREAKOUT = "</script><script>document.title='owned'</script>"


@pytest.fixture(scope="module")
def shipped() -> Graph:
    return load()


@pytest.fixture(scope="module")
def page(shipped: Graph) -> Page:
    return shipped.view("network")


@pytest.fixture(scope="module")
def small() -> Graph:
    """Five countries, one in each column; hearsay, dissent, a move and a narrower option."""
    graph = graph_of(
        said("e0", "pol", "opt", "leans-support", "2024-05-01"),
        said("e1", "pol", "opt", "supports", "2024-05-10"),
        said("e2", "pol", "opt", "opposes", "2024-05-11", by="expert"),
        said("e3", "deu", "opt", "opposes", "2024-05-05", by="expert"),
        said("e4", "usa", "opt", "leans-oppose", "2024-05-05", kind="vote"),
        said("e5", "fra", "opt", "leans-support", "2024-05-12"),
        said("e6", "hun", "opt", "undecided", "2024-05-12"),
        said("e7", "hun", "narrow", "supports", "2024-05-12", kind="action"),
        said("e8", "usa", "other", "opposes", "2024-05-12"),
        broader={"narrow": "opt"},
    )
    summit = Event(id="summit", name="The Summit", when=graph.debate.evidence[0].when)
    evidence = (replace(e, event="summit" if e.id == "e4" else None) for e in graph.debate.evidence)
    debate = replace(graph.debate, events=(summit,), evidence=tuple(evidence))
    return Graph(debate, Debate(id="reference", title="None"))


def data_of(page: Page) -> dict[str, Any]:
    found = re.search(r'id="data">(.*?)</script>', page.html, re.DOTALL)
    assert found
    data: dict[str, Any] = json.loads(found[1])
    return data


def spots_of(scene: dict[str, Any], name: str = "wide") -> dict[str, list[int]]:
    return dict(zip(scene["ids"], scene[name]["at"], strict=False))


# Where everything stands: computed in Python.


def test_the_page_of_the_shipped_debate_is_under_700_kilobytes(page: Page) -> None:
    assert len(page.html.encode()) < 700_000


def test_everybody_has_a_place_in_the_column_of_every_stance_it_ever_had(small: Graph) -> None:
    scene = data_of(small.view("network"))["network"]["scenes"]["opt"]
    spots = spots_of(scene)
    assert {i for i in spots if not i.startswith(("@", "^"))} == {
        "pol@opt#1",
        "pol@opt#0",
        "deu@opt#4",
        "usa@opt#3",
        "fra@opt#1",
        "hun@opt#2",
        "hun@narrow#0",
    }
    columns = {z[4]: z[:4] for z in scene["wide"]["zones"] if z[5] == "column"}
    for slot, (x, _, _) in spots.items():
        if "#" in slot:
            left, _, width, _ = columns[int(slot[-1])]
            assert left <= x <= left + width


def test_nobody_has_a_place_where_it_never_stood(shipped: Graph, page: Page) -> None:
    for option, scene in data_of(page)["network"]["scenes"].items():
        ever = {
            f"{p.holder}@{p.option}#{layout.COLUMN[p.polarity]}"
            for o in (option, *(o.id for o in shipped.narrower(option)))
            for day in (*{r.known_by for r in shipped.readings if r.when.not_after}, None)
            for p in shipped.positions_on(o, day)
        }
        assert {i for i in scene["ids"] if "#" in i} <= ever


def test_a_narrower_option_lies_below_the_broad_one(small: Graph) -> None:
    spots = spots_of(data_of(small.view("network"))["network"]["scenes"]["opt"])
    assert spots["@narrow"][1] > spots["@opt"][1]


@pytest.mark.parametrize("n", [0, 1, 3, 7, 40, 150])
def test_no_two_glyphs_share_a_place(n: int) -> None:
    columns = tuple(tuple(Block(f"{c}-{i}", 2, 1) for i in range(n + c)) for c in range(5))
    band = Band(Block("@o", 2), columns)
    for lay_out in (layout.wide, layout.tall, crowded.wide, crowded.tall):
        shape = lay_out([band])
        spots = [(s.x, s.y) for s in shape.spots.values()]
        assert len(spots) == 1 + sum(map(len, columns))
        assert all(abs(a[0] - b[0]) + abs(a[1] - b[1]) > 20 for a, b in combinations(spots, 2))
        assert all(0 <= y <= shape.height for _, y in spots)
        assert all(abs(x - shape.centre) <= shape.width / 2 for x, _ in spots)


def test_a_crowd_has_one_line_for_each_camp() -> None:
    sizes = (90, 0, 20, 0, 70)
    columns = tuple(tuple(Block(f"{c}-{i}", 1) for i in range(n)) for c, n in enumerate(sizes))
    shape = crowded.wide([Band(Block("@o", 2), columns)])
    assert list(shape.hubs) == ["@o#0", "@o#2", "@o#4"]
    starts = [shape.hubs[hub][0][0] for hub in shape.hubs]
    assert starts == sorted(starts)


def test_those_who_agree_stand_nearer_than_those_who_do_not() -> None:
    # Two camps of three: every pair within agrees on four of four, across on none of four.
    camps = np.array([1, 1, 1, -1, -1, -1])
    signed = 4.0 * np.outer(camps, camps)
    np.fill_diagonal(signed, 0)
    place = stressed(signed, np.abs(signed))
    distance = np.linalg.norm(place[:, None] - place[None], axis=2)
    within = distance[np.outer(camps, camps) > 0]
    across = distance[np.outer(camps, camps) < 0]
    assert within.max() < across.min()
    assert {np.sign(x) for x in place[:3, 0]} == {-1.0}
    assert {np.sign(x) for x in place[3:, 0]} == {1.0}


@pytest.mark.parametrize("n", [1, 2, 30, 120])
def test_boxes_that_are_pushed_apart_do_not_overlap(n: int) -> None:
    heights = np.array([60.0 + 17 * (i % 3) for i in range(n)])
    start = np.column_stack([np.sin(np.arange(n)) * 300, np.cos(np.arange(n) * 3) * 200])
    place = apart(start, heights)
    for (a, h), (b, k) in combinations(zip(place, heights, strict=True), 2):
        assert abs(a[0] - b[0]) > 127 or abs(a[1] - b[1]) > (h + k) / 2 - 1


def test_pairs_that_are_only_undecided_have_no_tie() -> None:
    graph = graph_of(
        said("e1", "pol", "opt", "undecided"),
        said("e2", "deu", "opt", "undecided"),
        said("e3", "usa", "opt", "supports"),
        said("e4", "fra", "opt", "supports"),
    )
    drawn = data_of(graph.view("network"))["network"]["agreement"]
    assert [(e["at"], e["sign"], e["n"]) for e in drawn["edges"]] == [("fra~usa", "same", 1)]


def test_two_that_agree_here_and_differ_there_have_two_ties() -> None:
    graph = graph_of(
        *(said(f"p{o}", "pol", f"o{o}", "supports") for o in range(4)),
        *(said(f"d{o}", "deu", f"o{o}", "supports" if o else "opposes") for o in range(4)),
    )
    edges = data_of(graph.view("network"))["network"]["agreement"]["edges"]
    ties = {e["sign"]: e for e in edges}
    assert {sign: e["n"] for sign, e in ties.items()} == {"same": 3, "opposite": 1}
    assert ties["same"]["smooth"]["type"] != ties["opposite"]["smooth"]["type"]
    assert ties["same"]["width"] > ties["opposite"]["width"]
    assert ties["opposite"]["dashes"]
    assert {end["type"] for end in ties["opposite"]["arrows"].values()} == {"bar"}


def test_a_tie_on_too_few_options_is_thin(page: Page) -> None:
    edges = data_of(page)["network"]["agreement"]["edges"]
    assert edges
    assert {e["width"] for e in edges} == {1.2}


def test_everything_at_once_has_a_cell_for_each() -> None:
    graph = crowd()
    whole = data_of(graph.view("network"))["network"]["whole"]
    assert whole["isCrowd"]
    assert whole["nodes"] == 161
    cells = [tuple(at) for at in whole["crowd"]["spots"].values()]
    assert len(set(cells)) == len(cells) == 161


def crowd() -> Graph:
    """One option with more holders than can be read at once."""
    graph = graph_of(said("yes", "pol", "opt", "supports"), said("no", "pol", "opt", "opposes"))
    pol = next(a for a in graph.debate.actors if a.id == "pol")
    numbers = range(160)
    debate = replace(
        graph.debate,
        actors=tuple(replace(pol, id=f"land-{i}", name=f"Land {i}") for i in numbers),
        evidence=tuple(_by(f"land-{i}", graph.debate.evidence[i % 3 == 0]) for i in numbers),
    )
    return Graph(debate, Debate(id="reference", title="None"))


def _by(actor: str, record: Evidence) -> Evidence:
    stances = tuple(replace(s, holder=actor) for s in record.stances)
    return replace(record, id=f"of-{actor}", speaker=actor, principal=actor, stances=stances)


# In the browser, with the network off.


class Drawn(Opened):
    """The network in a tab: where its glyphs and names are, and how to reach them."""

    def look(self, at: str = "") -> Tab:
        tab = self.go(at)
        tab.evaluate(SETTLED)
        return tab

    def boxes(self) -> dict[str, dict[str, list[float]]]:
        """Return where glyphs and names are, in pixels of the picture."""
        self.tab.evaluate(SETTLED)
        found: dict[str, dict[str, list[float]]] = self.tab.evaluate(
            """() => Object.fromEntries([...stancegraph.drawn].map(([id, boxes]) => [id,
                Object.fromEntries(Object.entries(boxes).filter(([, b]) => b).map(([k, b]) => {
                    const at = (x, y) => stancegraph.picture.network.canvasToDOM({x, y});
                    const [from, to] = [at(b[0], b[1]), at(b[2], b[3])];
                    return [k, [from.x, from.y, to.x, to.y]];
                }))]))"""
        )
        return found

    def click(self, node: str) -> None:
        left, top, right, bottom = self.boxes()[node]["glyph"]
        self.press((left + right) / 2, (top + bottom) / 2)

    def press(self, x: float, y: float) -> None:
        before = self.tab.url
        self.tab.locator("#network canvas").click(position={"x": x, "y": y})
        # A click waits a moment in case it becomes a double one.
        self.tab.wait_for_url(lambda url: url != before)

    def middle(self, edge: str) -> tuple[float, float]:
        """Return the middle of a line, in pixels of the picture."""
        at = self.tab.evaluate(
            """(id) => { const line = stancegraph.picture.network.body.edges[id];
                const middle = {x: (line.from.x + line.to.x) / 2, y: (line.from.y + line.to.y) / 2};
                return stancegraph.picture.network.canvasToDOM(middle); }""",
            edge,
        )
        return at["x"], at["y"]


@pytest.fixture
def opened(chromium: Browser, page: Page, tmp_path: Path) -> Iterator[Drawn]:
    yield from drawing(chromium, page, tmp_path)


@pytest.fixture
def phone(chromium: Browser, page: Page, tmp_path: Path) -> Iterator[Drawn]:
    yield from drawing(chromium, page, tmp_path, PHONE)


def drawing(
    chromium: Browser, page: Page, folder: Path, size: tuple[int, int] = DESKTOP
) -> Iterator[Drawn]:
    with opening(chromium, page, folder, size) as opened:
        opened.__class__ = Drawn
        assert isinstance(opened, Drawn)
        yield opened


def test_a_click_on_a_node_shows_the_evidence(opened: Drawn) -> None:
    tab = opened.look()
    opened.click("deu@allied-interception")
    assert tab.locator("#panel .says").inner_text() == (
        "Germany opposes it, on the word of Kurt Volker (former official) only."
    )
    assert "could pull NATO into the war" in opened.panel()
    assert "paragraph 4" in opened.panel()


def test_a_click_on_a_line_shows_the_record_that_it_stands_for(opened: Drawn) -> None:
    tab = opened.look()
    opened.press(*opened.middle("s06|pol@allied-interception"))
    assert "Kurt Volker" in tab.locator("#panel .lit").inner_text()
    assert tab.locator("#panel .lit.dissents").count() == 1


def test_dissent_is_a_line_of_its_own_in_its_own_colour(
    chromium: Browser, small: Graph, tmp_path: Path
) -> None:
    for opened in drawing(chromium, small.view("network", options=["opt"]), tmp_path):
        tab = opened.look()
        lines = tab.evaluate(
            """['e1', 'e2'].map((id) => { const e = stancegraph.picture.edge(id + '|pol@opt');
                return [e.role, e.colour, e.arrows.to.type, e.width, e.to]; })"""
        )
        (decides, one, arrow, thick, here), (dissents, other, bar, thin, there) = lines
        assert (decides, dissents) == ("decides", "dissents")
        assert (arrow, bar) == ("arrow", "bar")
        assert one != other
        assert thick > thin
        assert here != there


def test_a_holder_is_not_moved_by_what_others_say(
    chromium: Browser, small: Graph, tmp_path: Path
) -> None:
    for opened in drawing(chromium, small.view("network", options=["opt"]), tmp_path):
        tab = opened.look()
        pol, deu = (tab.evaluate(f"stancegraph.picture.node('{a}@opt')") for a in ("pol", "deu"))
        assert (pol["stance"], pol["own"], pol["marks"]) == ("supports", True, ["≠"])
        assert (deu["own"], deu["small"]) == (False, ["told by An Expert"])


def test_on_an_earlier_day_everybody_stands_where_it_stood(
    chromium: Browser, small: Graph, tmp_path: Path
) -> None:
    for opened in drawing(chromium, small.view("network", options=["opt"]), tmp_path):
        tab = opened.look("#day=2024-05-01")
        first = opened.boxes()
        assert {i for i in first if not i.startswith("@")} == {"pol@opt"}
        tab.locator("#day").fill("4")
        last = opened.boxes()
        assert {"pol@opt", "deu@opt", "usa@opt", "fra@opt", "hun@opt"} <= last.keys()
        assert last["pol@opt"]["glyph"][0] < first["pol@opt"]["glyph"][0]
        assert last["@opt"] == first["@opt"]


def test_the_keyboard_reaches_the_same_evidence(opened: Drawn) -> None:
    tab = opened.look()
    tab.locator("#actors").focus()
    for _ in range(9):
        tab.keyboard.press("ArrowDown")
        if "Germany" in tab.locator("#panel h2").inner_text():
            break
    assert "could pull NATO into the war" in opened.panel()
    active = tab.locator("#actors").get_attribute("aria-activedescendant")
    chosen = tab.locator(f"#{active}")
    assert chosen.get_attribute("aria-selected") == "true"
    assert "Germany: Country, Opposes, hearsay" in (chosen.text_content() or "")
    tab.keyboard.press("Enter")
    assert tab.evaluate("document.activeElement.id") == "panel"
    tab.keyboard.press("Escape")
    assert tab.locator("#panel .says").count() == 0


def test_the_list_has_the_focus_after_each_step(opened: Drawn) -> None:
    tab = opened.look("#mode=actor")
    tab.locator("#actors").focus()
    tab.keyboard.press("ArrowDown")
    tab.keyboard.press("ArrowDown")
    assert tab.evaluate("document.activeElement.id") == "actors"
    outline = tab.evaluate("getComputedStyle(document.querySelector('.stage')).outlineStyle")
    assert outline == "solid"


def test_every_tool_can_be_reached_by_tab(opened: Drawn) -> None:
    tab = opened.look()
    reached = set()
    for _ in range(60):
        tab.keyboard.press("Tab")
        reached.add(tab.evaluate("document.activeElement.id"))
    assert reached >= {"mode", "actors", "speakers", "zoom-in", "zoom-out", "zoom-fit"}


def test_another_option_changes_verdict_and_picture(opened: Drawn) -> None:
    tab = opened.look()
    tab.locator("#option").select_option("strategic-ambiguity")
    assert "France supports it" in tab.locator("#verdict").inner_text()
    assert "fra@strategic-ambiguity" in opened.boxes()
    assert "deu@allied-interception" not in opened.boxes()


def test_what_a_filter_hides_is_not_drawn(opened: Drawn) -> None:
    tab = opened.look()
    tab.locator('[data-value="hearsay"] input').uncheck()
    assert "deu@allied-interception" not in opened.boxes()
    assert "yehor-cherniev@allied-interception" in opened.boxes()
    assert "hidden by the filters" in tab.locator("#hidden-count").inner_text()
    tab.locator("#reset").click()
    assert "deu@allied-interception" in opened.boxes()


def test_those_who_say_so_appear_on_demand(opened: Drawn) -> None:
    tab = opened.look()
    volker = "^kurt-volker@allied-interception"
    assert volker not in opened.boxes()
    tab.locator("#speakers").check()
    opened.click(volker)
    assert "What Kurt Volker says about others here" in opened.panel()
    assert all(n in opened.panel() for n in ("Germany", "Poland", "Romania", "United States"))


def test_one_actor_has_its_records_speakers_and_events_about_it(
    chromium: Browser, small: Graph, tmp_path: Path
) -> None:
    for opened in drawing(chromium, small.view("network"), tmp_path):
        opened.look("#mode=actor&actor=usa")
        boxes = opened.boxes()
        assert {"usa@", "@opt", "@other", "e4|usa@opt", "e8|usa@other", "!summit"} <= boxes.keys()
        actor = boxes["usa@"]["glyph"]
        assert all(boxes[o]["glyph"][0] > actor[2] for o in ("@opt", "@other"))
        opened.look("#mode=actor&actor=pol")
        boxes = opened.boxes()
        assert boxes["@opt"]["glyph"][2] < boxes["pol@"]["glyph"][0]
        assert "^expert@pol@opt:1" in boxes
        own, told = (
            opened.tab.evaluate(f"stancegraph.picture.node('{record}|pol@opt').own")
            for record in ("e1", "e2")
        )
        assert (own, told) == (True, False)


def test_the_actor_in_the_middle_is_the_one_that_is_chosen(opened: Drawn) -> None:
    tab = opened.look("#mode=actor&actor=pol")
    assert tab.locator("#verdict-option").inner_text() == "Poland"
    tab.locator("#ego").select_option("deu")
    assert "deu@" in opened.boxes()
    assert tab.locator("#verdict").inner_text() == (
        "Opposes: “Shoot down Russian missiles over Ukraine”. On 1 of 1 by the word of others only."
    )
    assert "actor=deu" in tab.url


def test_all_modes_work_beside_the_other_kinds(
    chromium: Browser, shipped: Graph, tmp_path: Path
) -> None:
    for opened in drawing(chromium, shipped.view("explore"), tmp_path):
        for mode in MODES:
            opened.look(f"#view=network&mode={mode}&actor=yehor-cherniev")
            no_overlap(opened)
        tab = opened.tab
        tab.locator("#tab-matrix").click()
        tab.locator("#tab-network").click()
        assert tab.locator("#mode").input_value() == "whole"
        assert "yehor-cherniev@" in opened.boxes()


def test_agreement_is_told_as_insufficient_where_it_is(opened: Drawn) -> None:
    tab = opened.look("#mode=agreement")
    assert tab.locator("#verdict").inner_text().startswith("Insufficient: of 78 pairs")
    assert not tab.locator("#time").is_visible()
    tie = tab.evaluate(
        """stancegraph.picture.state.scene.edges
            .find((e) => e.at.split('~').sort().join() === 'deu,rou').id"""
    )
    opened.press(*opened.middle(tie))
    assert "insufficient, 1 shared option" in opened.panel()


def test_everything_at_once_fades_what_is_not_chosen(opened: Drawn) -> None:
    tab = opened.look("#mode=whole&at=usa%40")
    shades = tab.evaluate(
        """['usa@direct-involvement', 'fra@strategic-ambiguity']
            .map((id) => stancegraph.picture.edge(id).color.opacity)"""
    )
    assert shades[0] == 1
    assert shades[1] < 0.2


def test_more_than_can_be_read_opens_on_one_option_and_says_so(
    chromium: Browser, tmp_path: Path
) -> None:
    for opened in drawing(chromium, crowd().view("network"), tmp_path):
        tab = opened.look()
        assert tab.locator("#mode").input_value() == "option"
        assert "would be 161 nodes and 160 lines" in tab.locator("#honest").inner_text()
        assert len(opened.boxes()) == 161
        tab.locator("#mode").select_option("whole")
        tab.evaluate(SETTLED)
        assert tab.locator("#verdict").inner_text().startswith("160 actors and 1 option")
        spot = tab.evaluate(
            """stancegraph.picture.network.canvasToDOM((([x, y]) => ({x, y}))(
                JSON.parse(document.getElementById('data').textContent)
                    .network.whole.crowd.spots['land-7@']))"""
        )
        opened.press(spot["x"], spot["y"])
        assert tab.locator("#panel h2").inner_text() == "Land 7"
        picture = ET.fromstring(opened.saved("svg"))
        assert {"Land 7", "Land 159"} <= {e.text for e in picture.iter(f"{SVG}text")}


def test_a_crowd_can_be_dragged(chromium: Browser, tmp_path: Path) -> None:
    for opened in drawing(chromium, crowd().view("network"), tmp_path):
        tab = opened.look("#mode=whole")
        view = "stancegraph.picture.network.getViewPosition()"
        before = tab.evaluate(view)
        box = tab.locator("#network").bounding_box()
        assert box
        tab.mouse.move(box["x"] + 60, box["y"] + 60)
        tab.mouse.down()
        tab.mouse.move(box["x"] + 160, box["y"] + 60, steps=5)
        tab.mouse.up()
        tab.evaluate(SETTLED)
        assert tab.evaluate(view)["x"] < before["x"]


def test_a_link_restores_mode_actor_and_speakers(opened: Drawn) -> None:
    tab = opened.look("#mode=actor&actor=fra&at=fra%40strategic-ambiguity")
    assert tab.locator("#mode").input_value() == "actor"
    assert tab.locator("#ego").input_value() == "fra"
    assert "France" in opened.panel()
    opened.look("#speakers=1&hide=kind%3Aunnamed&option=strategic-ambiguity")
    assert tab.locator("#speakers").is_checked()
    assert "european-official-2@strategic-ambiguity" not in opened.boxes()


@pytest.mark.parametrize("at", ["#mode=__proto__", "#mode=actor&actor=constructor", "#at=%7C"])
def test_a_strange_link_opens_the_page_as_it_is(opened: Drawn, at: str) -> None:
    opened.look(at)
    assert opened.tab.locator("#mode").input_value() in MODES
    assert opened.boxes()


@pytest.mark.parametrize("mode", MODES)
def test_the_table_has_what_is_drawn(opened: Drawn, mode: str) -> None:
    opened.look(f"#mode={mode}&actor=pol")
    rows = opened.saved("csv").decode("utf-8-sig").splitlines()
    # On the option and those below it; Poland's; pairs of thirteen actors; all positions.
    assert len(rows) - 1 == {"option": 10, "actor": 2, "agreement": 78, "whole": 21}[mode]


@pytest.mark.parametrize("mode", MODES)
def test_the_saved_picture_has_the_names_and_lines_of_the_canvas(opened: Drawn, mode: str) -> None:
    tab = opened.look(f"#mode={mode}&actor=yehor-cherniev")
    picture = ET.fromstring(opened.saved("svg"))
    words = {e.text for e in picture.iter(f"{SVG}text")}
    labels = tab.evaluate("stancegraph.picture.state.scene.nodes.flatMap((n) => n.lines)")
    assert set(labels) <= words
    lines = tab.evaluate("stancegraph.picture.state.scene.edges.map((e) => e.colour)")
    strokes = [e.get("stroke") for e in picture.iter(f"{SVG}path")]
    assert len(lines) > 0
    assert all(strokes.count(colour) >= lines.count(colour) for colour in set(lines))
    assert all("NaN" not in (e.get("d") or "") for e in picture.iter(f"{SVG}path"))
    assert not [*picture.iter(f"{SVG}image")]


@pytest.mark.parametrize("at", [*MODES, "actor&actor=pol", "actor&actor=yehor-cherniev"])
@pytest.mark.parametrize("device", ["opened", "phone"])
def test_no_names_overlap(request: pytest.FixtureRequest, device: str, at: str) -> None:
    opened: Drawn = request.getfixturevalue(device)
    opened.look(f"#mode={at}&speakers=1")
    no_overlap(opened)


@pytest.mark.parametrize("option", ["joint-air-defence", "announced-limits"])
@pytest.mark.parametrize("device", ["opened", "phone"])
def test_no_names_of_an_option_overlap(
    request: pytest.FixtureRequest, device: str, option: str
) -> None:
    opened: Drawn = request.getfixturevalue(device)
    opened.look(f"#option={option}&speakers=1")
    no_overlap(opened)


@pytest.mark.parametrize("size", [DESKTOP, PHONE])
def test_no_names_of_a_crowd_overlap(
    chromium: Browser, tmp_path: Path, size: tuple[int, int]
) -> None:
    for opened in drawing(chromium, crowd().view("network"), tmp_path, size):
        opened.look()
        no_overlap(opened)


def test_marks_stand_before_the_names_of_a_crowd(chromium: Browser, tmp_path: Path) -> None:
    debate = crowd().debate
    told = said("told", "land-1", "opt", "opposes", by="expert")
    expert = replace(debate.actors[0], id="expert", kind=ActorKind.PERSON, name="An Expert")
    limited = tuple(replace(s, limits=("here",)) for s in debate.evidence[2].stances)
    evidence = (*debate.evidence[:2], replace(debate.evidence[2], stances=limited), told)
    graph = Graph(
        replace(
            debate,
            actors=(*debate.actors, expert),
            evidence=(*evidence, *debate.evidence[3:]),
        ),
        Debate(id="reference", title="None"),
    )
    for opened in drawing(chromium, graph.view("network"), tmp_path):
        opened.look()
        texts = {e.text or "" for e in ET.fromstring(opened.saved("svg")).iter()}
        marked = {t for t in texts if re.fullmatch(r"\W+ Land \d+", t)}
        assert marked == {"≠ Land 1", "≤ Land 2"}


def no_overlap(opened: Drawn) -> None:
    """Check that no glyph or name lies on another's, and that all are within the picture."""
    boxes = [(i, b) for i, found in opened.boxes().items() for b in found.values()]
    assert len(boxes) > 1
    for (one, a), (other, b) in combinations(boxes, 2):
        apart = a[2] <= b[0] + 1 or b[2] <= a[0] + 1 or a[3] <= b[1] + 1 or b[3] <= a[1] + 1
        assert one == other or apart, f"{one} overlaps {other}"
    width = opened.tab.locator("#network").bounding_box()["width"]  # type: ignore[index]
    assert all(b[0] >= -1 and b[2] <= width + 1 for _, b in boxes)


@pytest.mark.parametrize("mode", MODES)
def test_a_phone_scrolls_down_only_and_reads_well(phone: Drawn, mode: str) -> None:
    tab = phone.look(f"#mode={mode}")
    assert not phone.is_wider_than_the_screen
    assert tab.evaluate("stancegraph.picture.network.getScale()") > 0.85


def test_the_canvas_is_hidden_from_those_who_cannot_see_it(opened: Drawn) -> None:
    tab = opened.look()
    assert tab.locator("#network").get_attribute("aria-hidden") == "true"
    assert tab.locator("#actors").get_attribute("aria-describedby") == "verdict"
    assert tab.locator("#actors li").count() == 10


def test_hostile_names_are_drawn_and_listed_as_text(chromium: Browser, tmp_path: Path) -> None:
    for opened in drawing(chromium, hostile().view("network"), tmp_path):
        tab = opened.look("#at=pol%40opt&speakers=1")
        assert tab.locator("#panel h2").inner_text() == MARKUP
        opened.click("deu@opt")
        assert tab.locator("#panel h2").inner_text() == BREAKOUT
        for mode in MODES:
            tab.locator("#mode").select_option(mode)
            tab.evaluate(SETTLED)
            ET.fromstring(opened.saved("svg"))
        assert tab.locator("img").count() == 0
        assert "owned" not in tab.title().replace(BREAKOUT, "")
        assert not opened.is_wider_than_the_screen


def hostile() -> Graph:
    """A debate in which every name and paraphrase is an attack."""
    debate = graph_of(
        said("e1", "pol", "opt", "supports"),
        said("e2", "pol", "opt", "opposes", by="expert"),
        said("e3", "deu", "opt", "opposes", by="expert"),
    ).debate
    names = {"pol": MARKUP, "deu": BREAKOUT, "expert": "\u202eesrever\u202c", "usa": "{{ 7*7 }}"}
    return Graph(
        replace(
            debate,
            title=BREAKOUT,
            actors=tuple(replace(a, name=names.get(a.id, "W" * 10_000)) for a in debate.actors),
            options=tuple(replace(o, name=MARKUP, definition=BREAKOUT) for o in debate.options),
            evidence=tuple(replace(e, gist=BREAKOUT + MARKUP) for e in debate.evidence),
        ),
        Debate(id="reference", title="None"),
    )


def test_an_empty_graph_opens_in_every_mode(chromium: Browser, tmp_path: Path) -> None:
    empty = Graph(replace(graph_of().debate, options=()), Debate(id="reference", title="None"))
    for opened in drawing(chromium, empty.view("network"), tmp_path):
        for mode in MODES:
            opened.look(f"#mode={mode}")
            assert opened.boxes() == {}
