from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from debates import graph_of, said
from stancegraph.errors import StanceError
from stancegraph.graph import Graph, load
from stancegraph.model import Condition, Debate
from stancegraph.view import layout
from stancegraph.view.layout import Band, Block
from stancegraph.view.network import network_page
from stancegraph.view.page import Page

if TYPE_CHECKING:
    from playwright.sync_api import Browser
    from playwright.sync_api import Page as Tab

MARKUP = "<img src=x onerror=document.title='owned'>"
BREAKOUT = "</script><script>document.title='owned'</script>"
HOSTILE = [MARKUP, BREAKOUT, "\u202eesrever\u202c", "{{ 7*7 }}", "W" * 10_000]


@pytest.fixture(scope="module")
def shipped() -> Graph:
    return load()


@pytest.fixture(scope="module")
def page(shipped: Graph) -> Page:
    return network_page(shipped)


@pytest.fixture(scope="module")
def small() -> Graph:
    """Five countries, one in each column; hearsay, dissent and a narrower option."""
    return graph_of(
        said("e1", "pol", "opt", "supports"),
        said("e2", "pol", "opt", "opposes", by="expert"),
        said("e3", "deu", "opt", "opposes", by="expert"),
        said("e4", "usa", "opt", "leans-oppose"),
        said("e5", "fra", "opt", "leans-support"),
        said("e6", "hun", "opt", "undecided"),
        said("e7", "hun", "narrow", "supports"),
        broader={"narrow": "opt"},
    )


def data_of(page: Page) -> dict[str, Any]:
    found = re.search(r'id="data">(.*?)</script>', page.html, re.DOTALL)
    assert found
    data: dict[str, Any] = json.loads(found[1])
    return data


def hostile() -> Graph:
    """A debate in which every name, title and paraphrase is an attack."""
    debate = graph_of(
        said("e1", "pol", "opt", "supports", conditions=("first",)),
        said("e2", "pol", "opt", "opposes", by="expert"),
        said("e3", "deu", "opt", "opposes", by="expert"),
    ).debate
    names = {"pol": HOSTILE[0], "deu": HOSTILE[1], "expert": HOSTILE[2], "usa": HOSTILE[3]}
    return Graph(
        replace(
            debate,
            title=BREAKOUT,
            actors=tuple(replace(a, name=names.get(a.id, HOSTILE[4])) for a in debate.actors),
            options=tuple(replace(o, name=MARKUP, definition=BREAKOUT) for o in debate.options),
            issues=tuple(replace(i, name=BREAKOUT) for i in debate.issues),
            conditions=(Condition(id="first", name=MARKUP, definition=BREAKOUT),),
            sources=tuple(
                replace(s, title=MARKUP, url="javascript:document.title='owned'")
                for s in debate.sources
            ),
            evidence=tuple(replace(e, gist=BREAKOUT + MARKUP) for e in debate.evidence),
        ),
        Debate(id="reference", title="None"),
    )


def test_the_same_input_gives_the_same_bytes(page: Page) -> None:
    assert network_page(load()).html == page.html


def test_the_shipped_debate_is_one_small_file_that_loads_nothing(page: Page) -> None:
    assert len(page.html.encode()) < 700_000
    own = page.html.replace(_library(page), "")
    assert not re.search(r"<(?:link|img|iframe|object|embed)\b", own)
    assert not re.search(r"""(?:src|action)\s*=\s*["']?https?:""", own)
    assert not re.search(r"@import|url\(|sourceMappingURL|\bfetch\(|XMLHttpRequest", own)


def _library(page: Page) -> str:
    return page.html[page.html.index("/**\n * vis-network") : page.html.rindex("<script>")]


def test_nothing_runs_that_the_policy_does_not_name(page: Page) -> None:
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', page.html)
    assert policy
    assert "default-src &#39;none&#39;" in policy[1]
    assert "unsafe" not in policy[1]
    elements = re.findall("^<(?:script|style)>", page.html, re.MULTILINE)
    assert policy[1].count("sha256-") == len(elements) == 3


def test_everybody_stands_in_the_column_of_their_own_position(shipped: Graph, page: Page) -> None:
    for option, scene in data_of(page)["scenes"].items():
        zones = {z["column"]: z["box"] for z in scene["wide"]["zones"] if z["kind"] == "column"}
        band = {option, *(o.id for o in shipped.narrower(option))}
        expected = {
            f"{p.holder}@{p.option}": layout.COLUMN[p.polarity]
            for o in band
            for p in shipped.positions_on(o)
        }
        drawn = {n["id"]: n["column"] for n in scene["nodes"] if n["role"] == "holder"}
        assert drawn == expected
        for holder, column in expected.items():
            left, _, width, _ = zones[column]
            assert left <= scene["wide"]["spots"][holder][0] <= left + width


def test_a_holder_is_not_moved_by_what_others_say(small: Graph) -> None:
    nodes = {n["id"]: n for n in data_of(network_page(small))["scenes"]["opt"]["nodes"]}
    assert nodes["pol@opt"]["stance"] == "supports"
    assert nodes["pol@opt"]["own"] is True
    assert nodes["pol@opt"]["marks"] == ["≠"]
    assert nodes["deu@opt"]["own"] is False
    assert nodes["deu@opt"]["small"] == ["told by An Expert"]


def test_dissent_is_a_line_of_its_own_in_its_own_colour(small: Graph) -> None:
    edges = data_of(network_page(small))["scenes"]["opt"]["edges"]
    lines = {e["id"]: e for e in edges if e["from"] == "pol@opt"}
    assert lines["e1|pol@opt"]["role"] == "decides"
    assert lines["e2|pol@opt"]["role"] == "dissents"
    assert lines["e2|pol@opt"]["arrows"]["to"]["type"] == "bar"
    assert lines["e2|pol@opt"]["color"] != lines["e1|pol@opt"]["color"]
    assert lines["e2|pol@opt"]["width"] < lines["e1|pol@opt"]["width"]
    assert lines["e2|pol@opt"]["to"] != lines["e1|pol@opt"]["to"]


def test_a_narrower_option_is_drawn_under_its_own_name(small: Graph) -> None:
    scene = data_of(network_page(small))["scenes"]["opt"]
    nodes = {n["id"]: n for n in scene["nodes"]}
    assert nodes["hun@opt"]["stance"] == "undecided"
    assert nodes["hun@narrow"]["option"] == "narrow"
    assert scene["wide"]["spots"]["@narrow"][1] > scene["wide"]["spots"]["@opt"][1]


def test_the_page_opens_on_the_fullest_option_or_the_one_asked_for(small: Graph) -> None:
    assert data_of(network_page(small))["chosen"] == "opt"
    assert data_of(network_page(small, option="Do narrow"))["chosen"] == "narrow"


def test_sentences_say_who_stands_where_and_on_whose_word(small: Graph) -> None:
    data = data_of(network_page(small))
    assert data["positions"]["deu@opt"]["sentence"] == (
        "DEU opposes it, on the word of An Expert (former official) only."
    )
    assert data["positions"]["pol@opt"]["sentence"] == (
        "POL supports it, in its own words. But An Expert has it that POL opposes it."
    )
    assert data["options"]["opt"]["verdict"] == (
        "POL supports it; FRA leans to support it; HUN is undecided; USA leans against it; "
        "DEU opposes it. Hearsay: DEU on the word of An Expert (former official) alone."
    )


def test_a_table_row_has_all_that_the_picture_shows(shipped: Graph, page: Page) -> None:
    for option in shipped.options:
        for position in shipped.positions_on(option):
            row = re.search(
                rf'<tr data-position="{position.holder}@{option}">(.*?)</tr>', page.html, re.DOTALL
            )
            assert row
            assert f'class="chip {position.polarity}' in row[1]
            assert all(f"#record-{r.evidence.id}" in row[1] for r in position.readings)
            assert all(f'id="record-{r.evidence.id}"' in page.html for r in position.readings)


def test_hostile_text_is_text(tmp_path: Path) -> None:
    html = network_page(hostile()).html
    own = html[: html.index("/**\n * vis-network")]
    assert "<img src=x" not in own
    assert "</script><script>document" not in own
    assert "\u202e" not in own
    assert 'href="javascript:' not in own
    assert "49" not in re.findall(r"<td[^>]*>\s*(\d+)\s*<", own)


def test_a_page_is_saved_whole_or_not_at_all(tmp_path: Path, small: Graph) -> None:
    target = tmp_path / "page.html"
    page = network_page(small)
    assert page.save(target) == target
    assert target.read_text("utf-8") == page.html
    with pytest.raises(StanceError, match=r"cannot write .*page\.html: No such file"):
        page.save(tmp_path / "absent" / "page.html")
    assert [p.name for p in tmp_path.iterdir()] == ["page.html"]


def test_a_notebook_shows_the_page_in_a_frame_of_its_own(page: Page) -> None:
    frame = page._repr_html_()
    assert frame.startswith("<iframe srcdoc=")
    assert frame.count("<") == 2


@pytest.mark.parametrize("n", [0, 1, 3, 7, 40, 150])
def test_no_two_glyphs_share_a_place(n: int) -> None:
    columns = tuple(tuple(Block(f"{c}-{i}", 2, 1) for i in range(n + c)) for c in range(5))
    band = Band(Block("@o", 2), columns)
    for shape in (layout.wide([band]), layout.tall([band])):
        spots = [(s.x, s.y) for s in shape.spots.values()]
        assert len(spots) == 1 + sum(map(len, columns))
        assert all(abs(a[0] - b[0]) + abs(a[1] - b[1]) > 25 for a, b in combinations(spots, 2))
        assert all(0 <= y <= shape.height for _, y in spots)
        assert all(abs(x - shape.centre) <= shape.width / 2 for x, _ in spots)


class Opened:
    """A page opened from a file without network, and what it did."""

    def __init__(self, tab: Tab, file: Path) -> None:
        self.tab = tab
        self.address = file.as_uri()
        self.requests: list[str] = []
        self.messages: list[str] = []
        tab.on("request", lambda r: self.requests.append(r.url))
        tab.on("console", lambda m: self.messages.append(m.text))
        tab.on("pageerror", lambda e: self.messages.append(str(e)))

    def go(self, at: str = "") -> Tab:
        self.tab.goto(self.address + at)
        self.tab.locator("#panel h2").wait_for()
        self.tab.wait_for_timeout(100)
        return self.tab

    def boxes(self) -> dict[str, dict[str, list[float]]]:
        """Where glyphs and names are, in pixels of the picture."""
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
        position = {"x": (left + right) / 2, "y": (top + bottom) / 2}
        self.tab.locator("#network canvas").click(position=position)  # type: ignore[arg-type]
        self.tab.wait_for_timeout(400)


@pytest.fixture
def opened(chromium: Browser, page: Page, tmp_path: Path) -> Iterator[Opened]:
    yield from _opened(chromium, page, tmp_path, 1440, 900)


@pytest.fixture
def phone(chromium: Browser, page: Page, tmp_path: Path) -> Iterator[Opened]:
    yield from _opened(chromium, page, tmp_path, 390, 844)


def _opened(
    chromium: Browser, page: Page, folder: Path, width: int, height: int
) -> Iterator[Opened]:
    context = chromium.new_context(viewport={"width": width, "height": height}, offline=True)
    opened = Opened(context.new_page(), page.save(folder / "page.html"))
    yield opened
    context.close()
    assert opened.messages == []
    assert {r.partition("#")[0] for r in opened.requests} == {opened.address}


def test_a_click_shows_the_evidence(opened: Opened) -> None:
    tab = opened.go()
    opened.click("deu@allied-interception")
    panel = tab.locator("#panel")
    assert panel.locator(".says").inner_text() == (
        "Germany opposes it, on the word of Kurt Volker (former official) only."
    )
    assert "could pull NATO into the war" in panel.inner_text()
    assert "paragraph 4" in panel.inner_text()
    assert "at=deu" in tab.url


def test_a_click_on_a_line_shows_the_record_that_it_stands_for(opened: Opened) -> None:
    tab = opened.go()
    at = tab.evaluate(
        """() => { const {edges} = stancegraph.picture.network.body;
            const line = edges['s06|pol@allied-interception'];
            const middle = {x: (line.from.x + line.to.x) / 2, y: (line.from.y + line.to.y) / 2};
            return stancegraph.picture.network.canvasToDOM(middle); }"""
    )
    tab.locator("#network canvas").click(position=at)
    tab.wait_for_selector("#panel .lit")
    assert "Kurt Volker" in tab.locator("#panel .lit").inner_text()
    assert tab.locator("#panel .lit.dissents").count() == 1


def test_the_keyboard_reaches_the_same_evidence(opened: Opened) -> None:
    tab = opened.go()
    tab.locator("#actors").focus()
    for _ in range(9):
        tab.keyboard.press("ArrowDown")
        if "Germany" in tab.locator("#panel h2").inner_text():
            break
    assert "could pull NATO into the war" in tab.locator("#panel").inner_text()
    active = tab.locator("#actors").get_attribute("aria-activedescendant")
    assert active == "actor-deu@allied-interception"
    tab.keyboard.press("Enter")
    assert tab.evaluate("document.activeElement.id") == "panel"
    tab.keyboard.press("Escape")
    assert tab.locator("#panel .says").count() == 0


def test_everything_can_be_reached_by_tab(opened: Opened) -> None:
    tab = opened.go()
    reached = set()
    for _ in range(40):
        tab.keyboard.press("Tab")
        reached.add(tab.evaluate("document.activeElement.id"))
    assert reached >= {"png", "csv", "copy", "print", "reset", "option", "find", "actors"}
    assert reached >= {"speakers", "zoom-in", "zoom-out", "zoom-fit"}


def test_another_option_changes_verdict_picture_and_table(opened: Opened) -> None:
    tab = opened.go()
    tab.locator("#option").select_option("strategic-ambiguity")
    assert "France supports it" in tab.locator("#verdict").inner_text()
    assert tab.locator("section.option:visible").count() == 1
    assert "fra@strategic-ambiguity" in opened.boxes()
    assert "deu@allied-interception" not in opened.boxes()
    assert "option=strategic-ambiguity" in tab.url


def test_searching_finds_actors_and_options(opened: Opened) -> None:
    tab = opened.go()
    tab.locator("#find").fill("denm")
    assert "Denmark" in tab.locator("#found li").first.inner_text()
    tab.keyboard.press("Enter")
    assert "Denmark supports it" in tab.locator("#panel .says").inner_text()
    assert "f16" in tab.url
    tab.locator("#find").fill("nobody at all")
    assert "Nobody" in tab.locator("#found").inner_text()


def test_a_filter_hides_and_says_how_many(opened: Opened) -> None:
    tab = opened.go()
    tab.locator('[data-value="hearsay"] input').uncheck()
    tab.wait_for_timeout(100)
    assert "deu@allied-interception" not in opened.boxes()
    assert "yehor-cherniev@allied-interception" in opened.boxes()
    assert "hidden by the filters" in tab.locator("#hidden-count").inner_text()
    assert not tab.locator('tr[data-position="deu@allied-interception"]').is_visible()
    tab.locator("#reset").click()
    tab.wait_for_timeout(100)
    assert "deu@allied-interception" in opened.boxes()


def test_those_who_say_so_appear_on_demand(opened: Opened) -> None:
    tab = opened.go()
    volker = "kurt-volker@allied-interception:speaker"
    assert volker not in opened.boxes()
    tab.locator("#speakers").check()
    tab.wait_for_timeout(100)
    opened.click(volker)
    text = tab.locator("#panel").inner_text()
    assert "What Kurt Volker says about others here" in text
    assert all(name in text for name in ("Germany", "Poland", "Romania", "United States"))


def test_a_link_restores_option_choice_and_filters(opened: Opened) -> None:
    opened.go("#option=strategic-ambiguity&at=fra%40strategic-ambiguity&hide=kind%3Aunnamed")
    assert "France" in opened.tab.locator("#panel .says").inner_text()
    assert opened.tab.locator("#option").input_value() == "strategic-ambiguity"
    assert "european-official-2@strategic-ambiguity" not in opened.boxes()


@pytest.mark.parametrize("at", ["#option=__proto__", "#at=constructor", "#option=%3Cb%3E&at=%7C"])
def test_a_strange_link_opens_the_page_as_it_is(opened: Opened, at: str) -> None:
    opened.go(at)
    assert opened.tab.locator("#option").input_value() == "allied-interception"


def test_the_table_can_be_saved(opened: Opened) -> None:
    tab = opened.go()
    with tab.expect_download() as download:
        tab.locator("#csv").click()
    text = Path(download.value.path()).read_text("utf-8-sig")
    assert '"Germany","Country","Opposes"' in text


@pytest.mark.parametrize("option", ["allied-interception", "joint-air-defence", "announced-limits"])
@pytest.mark.parametrize("device", ["opened", "phone"])
def test_no_names_overlap(request: pytest.FixtureRequest, device: str, option: str) -> None:
    opened: Opened = request.getfixturevalue(device)
    opened.go(f"#option={option}&speakers=1")
    boxes = [(i, b) for i, found in opened.boxes().items() for b in found.values()]
    for (one, a), (other, b) in combinations(boxes, 2):
        apart = a[2] <= b[0] or b[2] <= a[0] or a[3] <= b[1] or b[3] <= a[1]
        assert one == other or apart, f"{one} overlaps {other}"
    width = opened.tab.locator("#network").bounding_box()["width"]  # type: ignore[index]
    assert all(b[0] >= 0 and b[2] <= width for _, b in boxes)


def test_a_phone_scrolls_down_only_and_reads_well(phone: Opened) -> None:
    tab = phone.go()
    assert tab.evaluate("document.documentElement.scrollWidth") <= 390
    assert tab.evaluate("stancegraph.picture.network.getScale()") > 0.85
    phone.click("deu@allied-interception")
    box = tab.locator("#panel").bounding_box()
    assert box
    assert box["y"] + box["height"] == pytest.approx(844, abs=2)


def test_print_shows_verdict_picture_and_table_only(opened: Opened) -> None:
    tab = opened.go()
    tab.emulate_media(media="print")
    for hidden in (".actions", ".side", "#panel", ".zoom", ".cards"):
        assert not tab.locator(hidden).is_visible()
    for shown in ("#verdict", "#network canvas", "section.option:visible table >> nth=0"):
        assert tab.locator(shown).is_visible()


def test_without_script_the_tables_say_it_all(
    chromium: Browser, page: Page, tmp_path: Path
) -> None:
    context = chromium.new_context(java_script_enabled=False, offline=True)
    tab = context.new_page()
    tab.goto(page.save(tmp_path / "page.html").as_uri())
    assert "Germany" in tab.locator("#verdict").inner_text()
    assert tab.locator("noscript").is_visible()
    assert not tab.locator("#panel").is_visible()
    assert tab.locator("section.option:visible").count() == 14
    context.close()


def test_hostile_names_do_nothing_and_show_as_text(chromium: Browser, tmp_path: Path) -> None:
    for opened in _opened(chromium, network_page(hostile()), tmp_path, 1440, 900):
        tab = opened.go("#option=opt&at=pol%40opt&speakers=1")
        assert tab.locator("#panel h2").inner_text() == MARKUP
        assert BREAKOUT in tab.locator("#panel .gist").first.inner_text()
        assert tab.locator("img").count() == 0
        assert "owned" not in tab.title().replace(BREAKOUT, "")
        opened.click("deu@opt")
        assert tab.locator("#panel h2").inner_text() == BREAKOUT
        tab.locator("#find").fill("<img")
        assert MARKUP in tab.locator("#found").inner_text()
        assert tab.evaluate("document.documentElement.scrollWidth") <= 1440
