from __future__ import annotations

import csv
import io
import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from debates import debate_of, graph_of, said
from opened import DESKTOP, PHONE, PROJECTOR, Opened, clipped, opening, overlapping
from stancegraph.errors import StanceError, UnknownName
from stancegraph.graph import Graph, load
from stancegraph.model import Condition, Debate
from stancegraph.view.page import Page

if TYPE_CHECKING:
    from playwright.sync_api import Browser

STILL = ("positions", "matrix", "agreement", "timeline")
"""The kinds that need no vis-network."""

KINDS = (*STILL, "network", "explore")

MARKUP = "<img src=x onerror=document.title='owned'>"
BREAKOUT = "</script><script>document.title='owned'</script>"
FORMULA = "=HYPERLINK(1)"
HOSTILE = [MARKUP, BREAKOUT, "\u202eesrever\u202c" + FORMULA, "{{ 7*7 }}", "W" * 10_000]


@pytest.fixture(scope="module")
def shipped() -> Graph:
    return load()


@pytest.fixture(scope="module")
def pages(shipped: Graph) -> dict[str, Page]:
    return {kind: shipped.view(kind) for kind in KINDS}


def hostile() -> Graph:
    """A debate in which every name, title, address and paraphrase is an attack."""
    debate = debate_of(
        said("e1", "pol", "opt", "supports", "2024-05-01", conditions=("first",)),
        said("e2", "pol", "opt", "opposes", "2024-05-03", by="expert"),
        said("e3", "deu", "opt", "opposes", "2024-05-05", by="expert"),
        said("e4", "usa", "other", "opposes", "2024-05-07"),
    )
    names: dict[str, str] = dict(zip(("pol", "deu", "expert", "usa"), HOSTILE[:4], strict=True))
    return Graph(
        replace(
            debate,
            title=BREAKOUT,
            actors=tuple(replace(a, name=names.get(a.id, HOSTILE[4])) for a in debate.actors),
            options=tuple(
                replace(o, name=f"{FORMULA} {MARKUP}", definition=BREAKOUT) for o in debate.options
            ),
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


def nothing() -> Graph:
    return Graph(Debate(id="empty", title="Nothing yet"), Debate(id="reference", title="None"))


def undated() -> Graph:
    """One actor, one record, and no day on anything."""
    debate = debate_of(said("e1", "pol", "opt", "supports"))
    sources = tuple(replace(s, when=type(s.when)()) for s in debate.sources)
    return Graph(replace(debate, sources=sources), Debate(id="reference", title="None"))


def without_library(html: str) -> str:
    start = html.find("/**\n* vis-network")
    return html if start < 0 else html[:start] + html[html.rindex("<script>") :]


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_input_gives_the_same_bytes(pages: dict[str, Page], kind: str) -> None:
    assert load().view(kind).html == pages[kind].html


@pytest.mark.parametrize("kind", STILL)
def test_a_page_without_the_network_is_small(
    pages: dict[str, Page], shipped: Graph, kind: str
) -> None:
    assert len(pages[kind].html.encode()) < 150_000
    assert len(shipped.view(kind, language="fr").html.encode()) < 150 * 1024


def test_a_page_with_the_network_is_not_large(pages: dict[str, Page], shipped: Graph) -> None:
    assert len(pages["network"].html.encode()) < 700_000
    assert len(shipped.view("network", language="fr").html.encode()) < 700_000


@pytest.mark.parametrize("kind", KINDS)
def test_a_page_names_nothing_to_load(pages: dict[str, Page], kind: str) -> None:
    own = without_library(pages[kind].html)
    assert not re.search(r"<(?:link|img|iframe|object|embed)\b", own)
    assert not re.search(r"""(?:src|action)\s*=\s*["']?https?:""", own)
    assert not re.search(r"@import|url\((?!#)|sourceMappingURL|\bfetch\(|XMLHttpRequest", own)


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_runs_that_the_policy_does_not_name(pages: dict[str, Page], kind: str) -> None:
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', pages[kind].html)
    assert policy
    assert "default-src &#39;none&#39;" in policy[1]
    assert "unsafe" not in policy[1]
    elements = re.findall("^<(?:script|style)>", pages[kind].html, re.MULTILINE)
    assert policy[1].count("sha256-") == len(elements) > 1


def test_the_table_has_every_position_with_its_ground_and_place(
    shipped: Graph, pages: dict[str, Page]
) -> None:
    for option in shipped.options:
        for position in shipped.positions_on(option):
            row = re.search(
                rf'<tr data-position="{position.holder}@{option}">(.*?)</tr>',
                pages["matrix"].html,
                re.DOTALL,
            )
            assert row
            assert f'class="chip {position.polarity}' in row[1]
            deciding = position.deciding[0].evidence
            assert f"{deciding.source} ¶{deciding.paragraph}" in row[1]
            assert all(r.evidence.id in row[1] for r in position.readings)


@pytest.mark.parametrize("kind", KINDS)
def test_an_empty_debate_gets_a_page_that_says_so(
    chromium: Browser, tmp_path: Path, kind: str
) -> None:
    with opening(chromium, nothing().view(kind), tmp_path) as opened:
        tab = opened.go()
        said_ = tab.locator("#verdict").inner_text()
        assert said_ in ("Nothing on record here.", AGREEMENT_OF_NOTHING)
        assert tab.locator("#view [data-at]").count() == 0


AGREEMENT_OF_NOTHING = (
    "No two actors have spoken on the same option, so nobody can be set against anybody."
)


THIN = {
    "positions": "POL supports it",
    "matrix": "1 actor and 1 option: 1 of 1 cells are filled",
    "agreement": AGREEMENT_OF_NOTHING,
    "timeline": "Nothing on record is dated.",
    "network": "POL supports it",
    "explore": "POL supports it",
}


@pytest.mark.parametrize("kind", KINDS)
def test_one_undated_record_gets_a_page_that_says_so(
    chromium: Browser, tmp_path: Path, kind: str
) -> None:
    with opening(chromium, undated().view(kind), tmp_path) as opened:
        tab = opened.go()
        assert THIN[kind] in tab.locator("#verdict").inner_text()
        assert not tab.locator("#time").is_visible()


def test_an_unknown_kind_or_language_is_told_with_what_there_is(shipped: Graph) -> None:
    with pytest.raises(UnknownName, match="no view is called 'matirx'; did you mean 'matrix'"):
        shipped.view("matirx")
    with pytest.raises(UnknownName, match="no page speaks 'xx'"):
        shipped.view("matrix", language="xx")


def test_a_page_is_saved_whole_or_not_at_all(tmp_path: Path, pages: dict[str, Page]) -> None:
    target = tmp_path / "page.html"
    assert pages["matrix"].save(target) == target
    assert target.read_text("utf-8") == pages["matrix"].html
    with pytest.raises(StanceError, match=r"cannot write .*page\.html: No such file"):
        pages["matrix"].save(tmp_path / "absent" / "page.html")
    assert [p.name for p in tmp_path.iterdir()] == ["page.html"]


def test_a_notebook_and_a_web_page_show_it_in_a_frame(pages: dict[str, Page]) -> None:
    frame = pages["matrix"]._repr_html_()
    assert frame.startswith("<iframe srcdoc=")
    assert frame.count("<") == 2
    assert pages["matrix"].embed('a"b.html').startswith('<iframe src="a&quot;b.html" title="')


# In the browser, with the network off.


@pytest.fixture
def opened(
    chromium: Browser, tmp_path: Path, pages: dict[str, Page], kind: str
) -> Iterator[Opened]:
    with opening(chromium, pages[kind], tmp_path) as found:
        yield found


def of(*kinds: str) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("kind", kinds)


@of("positions")
def test_a_click_shows_who_said_it_when_and_where(opened: Opened) -> None:
    tab = opened.go()
    tab.locator('[data-at="deu@allied-interception"]').click()
    said_ = opened.panel()
    for part in (
        "Germany opposes it, on the word of Kurt Volker (former official) only.",
        "Kurt Volker",
        "former official, reported",
        "by 2 June 2024",
        "paragraph 4",
        "our paraphrase",
        "could pull NATO into the war",
    ):
        assert part in said_
    assert "at=deu" in tab.url


@of("positions")
def test_dissent_stands_beside_what_decides(opened: Opened) -> None:
    opened.go("#at=pol%40allied-interception")
    panel = opened.tab.locator("#panel")
    assert panel.locator(".card.decides").get_attribute("data-record") == "s13"
    assert panel.locator(".card.dissents").get_attribute("data-record") == "s06"


@of("positions")
def test_own_words_are_filled_and_hearsay_is_hollow(opened: Opened) -> None:
    tab = opened.go()
    for at, own in (("ukr@interception-from-outside", True), ("deu@allied-interception", False)):
        shape = tab.locator(f'[data-at="{at}"] svg :is(circle, rect, polygon)').first
        assert (shape.get_attribute("fill") != "#fff") is own


@of("positions")
def test_everybody_stands_in_the_column_of_their_own_record(opened: Opened, shipped: Graph) -> None:
    tab = opened.go()
    for holder, option in shipped.positions():
        stance = shipped.positions()[holder, option].polarity
        cell = tab.locator(f'td:has([data-at="{holder}@{option}"])')
        assert stance in (cell.get_attribute("class") or "")


@of("matrix", "agreement")
def test_arrow_keys_move_between_filled_cells(opened: Opened) -> None:
    tab = opened.go()
    first = tab.locator("td[tabindex='0']")
    start = first.get_attribute("data-at")
    first.focus()
    tab.keyboard.press("ArrowDown")
    moved = tab.evaluate("document.activeElement.dataset.at")
    assert moved
    assert moved != start
    tab.keyboard.press("Enter")
    assert tab.evaluate("document.activeElement.id") == "panel"
    assert tab.locator(f'td[data-at="{moved}"]').get_attribute("aria-selected") == "true"
    assert tab.locator("#panel .close").is_visible()
    tab.keyboard.press("Escape")
    assert tab.locator("#panel .close").count() == 0
    assert tab.evaluate("document.activeElement.dataset.at") == moved


@of("agreement")
def test_few_shared_options_leave_a_cell_empty(opened: Opened) -> None:
    tab = opened.go()
    assert "Insufficient" in tab.locator("#verdict").inner_text()
    cell = tab.locator('td[data-at="deu~usa"]')
    assert cell.inner_text().strip() == ""
    assert cell.get_attribute("aria-label") == (
        "Germany and United States: insufficient, 1 shared option"
    )
    cell.click()
    assert "same side" in opened.panel()


@of("timeline")
def test_a_mark_opens_its_record_and_bounds_are_bars(opened: Opened) -> None:
    tab = opened.go()
    tab.locator('[data-at="s32|usa@us-weapons-in-russia"]').click()
    assert tab.locator("#panel .lit").get_attribute("data-record") == "s32"
    lane = tab.locator('[data-lane="usa@us-weapons-in-russia"]')
    assert lane.locator(".bounds").count() == 2
    assert lane.locator(".bounds.open").count() == 1
    assert lane.locator(".stretch.opposes").count() == 1
    dated = tab.locator('[data-lane="dnk@f16-in-russia"]')
    assert dated.locator(".bounds").count() == 0


@of("timeline", "positions", "matrix")
def test_the_slider_goes_back_to_what_was_known(opened: Opened) -> None:
    tab = opened.go()
    tab.locator("#day").focus()
    for _ in range(2):
        tab.keyboard.press("ArrowLeft")
    assert tab.locator("#day-label").inner_text() == "29 May 2024"
    assert "day=2024-05-29" in tab.url
    tab.evaluate("location.hash += '&at=usa%40us-weapons-in-russia'")
    tab.locator("#panel .says").wait_for()
    assert "opposes it, by what it did" in opened.panel()


@of("positions")
def test_playing_starts_at_the_first_day_and_stops_at_the_last(opened: Opened) -> None:
    tab = opened.go()
    tab.clock.install()
    tab.locator("#play").click()
    assert tab.locator("#day-label").inner_text() == "22 May 2024"
    assert "Ukraine" in tab.locator("#moves").inner_text()
    tab.clock.run_for(1500)
    assert tab.locator("#day-label").inner_text() == "27 May 2024"
    tab.clock.run_for(10_000)
    assert tab.locator("#day-label").inner_text() == "2 June 2024"
    assert "Play" in tab.locator("#play").inner_text()


@of("positions")
def test_an_earlier_day_is_early_in_every_word(opened: Opened) -> None:
    tab = opened.go("#day=2024-05-22")
    # Only Ukraine had spoken by then, and on one of the narrower options.
    assert tab.locator("#tables tr[data-position]").evaluate_all(
        "rows => rows.map(r => r.dataset.position)"
    ) == ["ukr@interception-from-outside"]
    assert "No state or organisation" in tab.locator("#verdict").inner_text()
    silent = tab.locator('section[data-option="allied-interception"] .silent').inner_text()
    assert "Germany" in silent
    assert "Ukraine" not in silent
    assert "Nothing on record from 33" in opened.panel()


@of("matrix", "timeline")
def test_a_summary_is_that_of_the_day_shown(opened: Opened) -> None:
    tab = opened.go("#day=2024-05-29")
    text = tab.locator("#verdict").inner_text()
    assert "3 of 182" in text or "29 May 2024" in text
    assert "supports" not in text


@of("explore")
def test_agreement_is_of_the_last_day_whatever_the_slider_says(opened: Opened) -> None:
    tab = opened.go("#view=agreement&day=2024-05-22&at=deu~usa")
    assert tab.locator("#view tbody tr").count() == 13
    assert "same side" in opened.panel()
    svg = opened.saved("svg").decode()
    assert "What was known by" not in svg
    assert not tab.locator("#time").is_visible()


def test_a_bloc_at_an_early_day_leaves_no_other_rows(
    chromium: Browser, tmp_path: Path, shipped: Graph
) -> None:
    with opening(chromium, shipped.view("positions"), tmp_path) as opened:
        tab = opened.go("#bloc=european-union&day=2024-05-22")
        assert tab.locator("#tables tr[data-position]").count() == 0
        told = tab.locator("#hidden-count").inner_text()
        assert "Only European Union" in told


def test_chosen_actors_are_said_to_be_chosen(
    chromium: Browser, tmp_path: Path, shipped: Graph
) -> None:
    page = shipped.view("positions", actors=["deu", "hun"], options=["allied-interception"])
    with opening(chromium, page, tmp_path) as opened:
        tab = opened.go()
        assert "Chosen are Germany and Hungary" in tab.locator(".subtitle").inner_text()
        assert "Nothing on record from 1" in opened.panel()
        svg = ET.fromstring(opened.saved("svg"))
        told = " ".join(e.text or "" for e in svg.iter("{http://www.w3.org/2000/svg}text"))
        assert "Chosen are Germany and Hungary" in told
    only = shipped.view("positions", actors=["hun"], options=["allied-interception"])
    with opening(chromium, only, tmp_path) as opened:
        assert "None of the states and organisations chosen" in opened.go().inner_text("#verdict")


def test_a_long_picture_prints_on_several_pages_cut_between_rows(
    chromium: Browser, tmp_path: Path
) -> None:
    graph = graph_of(*(said(f"e{i}", "pol", f"opt{i:03}", "supports") for i in range(90)))
    with opening(chromium, graph.view("positions"), tmp_path) as opened:
        tab = opened.go()
        tab.evaluate("dispatchEvent(new Event('beforeprint'))")
        ends = tab.evaluate(
            """[...document.querySelectorAll('#sheet > svg:not(.store)')].map(
                (svg) => svg.viewBox.baseVal.y + svg.viewBox.baseVal.height)"""
        )
        lines = tab.evaluate(
            """[...document.querySelectorAll('#sheet-body svg line')].map(
                (l) => Number(l.getAttribute('y1')) + Number(l.closest('svg').getAttribute('y')))"""
        )
        assert len(ends) > 2
        assert all(any(abs(end - line) < 1 for line in lines) for end in ends[:-1])


def test_fewer_than_three_days_are_not_played(chromium: Browser, tmp_path: Path) -> None:
    graph = graph_of(said("e1", "pol", "opt", "supports", "2024-05-01"))
    with opening(chromium, graph.view("timeline"), tmp_path) as opened:
        tab = opened.go()
        assert not tab.locator("#time").is_visible()
        assert "fewer than three" in tab.locator("#verdict").inner_text()


@of("positions", "matrix", "timeline")
def test_a_filter_hides_and_says_how_many(opened: Opened) -> None:
    tab = opened.go()
    tab.locator('[data-value="hearsay"] input').uncheck()
    # Hearsay are s28, s13, s06, s07 twice, s14 and s10.
    assert tab.locator("#hidden-count").inner_text() == (
        "7 of 21 positions are hidden by the filters (Hollow: somebody else\u2019s word). "
        "The sentence above speaks of all."
    )
    assert tab.locator('#view [data-at*="deu@allied-interception"]').count() == 0
    assert not tab.locator('tr[data-position="deu@allied-interception"]').is_visible()
    tab.locator("#reset").click()
    assert tab.locator('#view [data-at*="deu@allied-interception"]').count() == 1


def test_a_bloc_is_that_of_the_day_shown(chromium: Browser, tmp_path: Path) -> None:
    from datetime import date

    from stancegraph.model import ActorKind, Membership

    graph = graph_of(
        said("e1", "pol", "opt", "supports", "2024-05-01"),
        said("e2", "deu", "opt", "supports", "2024-05-01"),
        said("e3", "usa", "opt", "supports", "2024-05-05"),
        said("e4", "fra", "opt", "supports", "2024-05-09"),
    )
    union = replace(graph.debate.actors[0], id="union", kind=ActorKind.ALLIANCE, name="Union")
    members = (
        Membership(member="pol", organization="union", since=date(2024, 5, 4)),
        Membership(member="deu", organization="union", until=date(2024, 5, 4)),
    )
    debate = replace(graph.debate, actors=(*graph.debate.actors, union), memberships=members)
    page = Graph(debate, graph.reference).view("positions")
    with opening(chromium, page, tmp_path) as opened:
        tab = opened.go("#bloc=union")
        assert tab.locator("#view [data-at]").evaluate_all("es => es.map(e => e.dataset.at)") == [
            "pol@opt"
        ]
        tab = opened.go("#bloc=union&day=2024-05-01")
        assert tab.locator("#view [data-at]").evaluate_all("es => es.map(e => e.dataset.at)") == [
            "deu@opt"
        ]


QUESTIONS = [
    ("Poland", "Poland"),
    ("warsaw", "Poland"),
    ("turkiye", "Nothing on record here."),
    ("ürkiye", "Nobody and nothing"),
    ("who opposes shoot over ukraine", "Germany and United States"),
    ("who supports alerts?", "Yehor Cherniev"),
    ("who is silent on alerts", "Albania"),
    ("who is undecided as NATO", "First European official"),
]


@of("positions")
@pytest.mark.parametrize(("asked", "found"), QUESTIONS)
def test_questions_find_who_stands_where(opened: Opened, asked: str, found: str) -> None:
    tab = opened.go()
    tab.locator("#find").fill(asked)
    assert found in tab.locator("#found li").first.inner_text()


@of("matrix")
def test_what_is_found_can_be_taken_by_keyboard(opened: Opened) -> None:
    tab = opened.go()
    tab.locator("#find").fill("denm")
    tab.keyboard.press("Enter")
    assert "Denmark" in opened.panel()
    tab.locator("#panel .name").first.click()
    assert "Denmark supports it" in opened.panel()


@of("explore")
def test_tabs_show_the_same_choice_in_every_view(opened: Opened) -> None:
    tab = opened.go("#at=pol%40allied-interception")
    for kind in STILL:
        tab.locator(f"#tab-{kind}").click()
        assert tab.locator(f"#tab-{kind}").get_attribute("aria-selected") == "true"
        assert tab.locator("#panel h2").inner_text() == "Poland"
    tab.locator("#tab-timeline").press("ArrowLeft")
    assert tab.evaluate("document.activeElement.id") == "tab-network"


@of("positions")
def test_a_link_restores_all_that_was_chosen(opened: Opened) -> None:
    tab = opened.go("#option=strategic-ambiguity&at=fra%40strategic-ambiguity&hide=kind%3Aunnamed")
    assert "France" in tab.locator("#panel .says").inner_text()
    assert tab.locator("#option").input_value() == "strategic-ambiguity"
    assert not tab.locator('[data-value="unnamed"] input').is_checked()
    again = tab.url.partition("#")[2]
    tab = opened.go(f"#{again}")
    assert tab.url.partition("#")[2] == again


@of("positions")
@pytest.mark.parametrize(
    "at", ["#option=__proto__", "#at=constructor", "#option=%3Cb%3E&at=%7C", "#day=x&bloc=y&at=~"]
)
def test_a_strange_link_opens_the_page_as_it_is(opened: Opened, at: str) -> None:
    tab = opened.go(at)
    assert tab.locator("#option").input_value() == "allied-interception"


@of(*STILL, "network")
def test_what_is_seen_is_saved_as_a_picture(
    opened: Opened, pages: dict[str, Page], kind: str
) -> None:
    opened.go()
    svg = ET.fromstring(opened.saved("svg"))
    text = " ".join("".join(e.itertext()) for e in svg.iter() if e.tag.endswith("}text"))
    assert pages[kind].title in text
    assert "As of 2 June 2024." in text
    assert "Semafor" in text
    for name in ("Germany", "Romania"):
        assert name in text
    ids = {e.tag.rpartition("}")[2] for e in svg.iter()}
    assert not ids & {"script", "foreignObject", "image", "style"}
    png = opened.saved("png")
    assert png.startswith(b"\x89PNG")
    assert int.from_bytes(png[16:20], "big") == 2 * int(float(svg.attrib["width"]))


@of("positions", "matrix", "timeline")
def test_what_is_seen_is_saved_as_a_table(opened: Opened) -> None:
    tab = opened.go("#hide=word%3Ahearsay")
    rows = list(csv.DictReader(io.StringIO(opened.saved("csv").decode("utf-8-sig"))))
    assert {row["Actor"] for row in rows} >= {"Ukraine", "Denmark"}
    assert "Germany" not in {row["Actor"] for row in rows}
    assert tab.locator("#hidden-count").inner_text().startswith("7 of 21")


@of("agreement")
def test_every_pair_is_a_row_of_the_saved_table(opened: Opened) -> None:
    opened.go()
    rows = list(csv.reader(io.StringIO(opened.saved("csv").decode("utf-8-sig"))))
    assert len(rows) == 1 + 13 * 12 // 2
    assert ["Germany", "United States", "1", "0", "1"] in rows


@of(*STILL, "network", "explore")
def test_it_prints_on_one_page(opened: Opened) -> None:
    opened.go()
    pdf = opened.tab.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b(?!s)", pdf)) == 1


AXE = "['wcag2a','wcag2aa','wcag21a','wcag21aa','wcag22aa','best-practice']"


@of(*KINDS)
@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
@pytest.mark.parametrize("at", ["", "#at=pol%40allied-interception"], ids=["plain", "chosen"])
def test_axe_finds_nothing(
    chromium: Browser,
    tmp_path: Path,
    pages: dict[str, Page],
    kind: str,
    size: tuple[int, int],
    at: str,
) -> None:
    axe = files("axe_playwright_python").joinpath("axe.min.js").read_text("utf-8")
    with opening(chromium, pages[kind], tmp_path, size) as opened:
        tab = opened.go(at)
        tab.evaluate(axe)
        found = tab.evaluate(f"axe.run(document, {{runOnly: {AXE}}})")
    told = [(v["id"], v["nodes"][0]["html"][:200]) for v in found["violations"]]
    assert told == []
    assert len(found["passes"]) > 15


@of(*KINDS)
@pytest.mark.parametrize("size", [DESKTOP, PHONE, PROJECTOR, (720, 450)])
def test_nothing_is_wider_than_the_screen(
    chromium: Browser, tmp_path: Path, pages: dict[str, Page], kind: str, size: tuple[int, int]
) -> None:
    # 720 pixels are what a desktop has when text is at 200%.
    with opening(chromium, pages[kind], tmp_path, size) as opened:
        opened.go("#at=pol%40allied-interception")
        assert not opened.is_wider_than_the_screen


LABELS = {
    "positions": ".actor bdi, .actor small, .actor .mark, .positions th .name",
    "matrix": ".grid thead th > div, .grid tbody th, .grid .cell",
    "agreement": ".grid thead th > div, .grid tbody th, .grid .cell",
    "timeline": ".tick, .event > span:last-child, .lane-name .name, .lanes h3",
}


@of(*STILL)
@pytest.mark.parametrize("size", [DESKTOP, PHONE, PROJECTOR])
def test_no_labels_lie_on_each_other(
    chromium: Browser, tmp_path: Path, pages: dict[str, Page], kind: str, size: tuple[int, int]
) -> None:
    with opening(chromium, pages[kind], tmp_path, size) as opened:
        assert overlapping(opened.go(), LABELS[kind]) == []
        assert clipped(opened.tab, ".actor, .grid th, .grid thead th > div, .grid .cell") == []


@of("positions")
def test_without_script_the_tables_say_it_all(
    chromium: Browser, pages: dict[str, Page], tmp_path: Path, kind: str
) -> None:
    context = chromium.new_context(java_script_enabled=False, offline=True)
    tab = context.new_page()
    tab.goto(pages[kind].save(tmp_path / "page.html").as_uri())
    assert "Germany" in tab.locator("#verdict").inner_text()
    assert tab.locator("noscript").is_visible()
    assert not tab.locator("#panel").is_visible()
    assert tab.locator("section.option:visible").count() == 14
    context.close()


@pytest.mark.parametrize("kind", KINDS)
def test_hostile_text_is_text(chromium: Browser, tmp_path: Path, kind: str) -> None:
    page = hostile().view(kind)
    own = without_library(page.html)
    assert "<img src=x" not in own
    assert "</script><script>document" not in own
    assert "\u202e" not in own
    assert 'href="javascript:' not in own
    for size in (DESKTOP, PHONE):
        with opening(chromium, page, tmp_path, size) as opened:
            tab = opened.go("#option=opt&at=pol%40opt")
            assert tab.locator("#panel h2").inner_text() == MARKUP
            assert BREAKOUT in tab.locator("#panel .gist").first.inner_text()
            assert tab.locator("img").count() == 0
            assert tab.evaluate("document.title").replace(BREAKOUT, "") != "owned"
            assert not opened.is_wider_than_the_screen
            ET.fromstring(opened.saved("svg"))
            table = opened.saved("csv").decode("utf-8-sig")
            cells = [c for row in csv.reader(io.StringIO(table)) for c in row]
            assert not [c for c in cells if c.startswith(("=", "+", "-", "@"))]


@of("positions")
def test_a_list_that_was_opened_stays_open(opened: Opened) -> None:
    tab = opened.go()
    tab.locator("#view summary").first.click()
    tab.locator('[data-at="deu@allied-interception"]').click()
    assert tab.locator("#view details[open]").count() == 1


def test_the_debates_own_words_are_marked_as_of_its_language(shipped: Graph) -> None:
    french = shipped.view("positions", language="fr").html
    assert '<h3 lang="en">Shoot down Russian missiles over Ukraine</h3>' in french
    assert 'lang="en"' not in shipped.view("positions").html.replace('<html lang="en">', "")
