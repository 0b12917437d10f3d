from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

import pytest

from debates import debate_of, said
from opened import DESKTOP, PHONE, Opened, opening
from stancegraph.graph import Graph, load
from stancegraph.model import Debate
from stancegraph.view.page import Page

if TYPE_CHECKING:
    from playwright.sync_api import Browser
    from playwright.sync_api import Page as Tab

KINDS = ("positions", "matrix", "agreement", "timeline", "network", "explore")
SIZES = pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])

DASH = "\N{EN DASH}"

FOCUS = """() => {
    const e = document.activeElement;
    return e.id || e.dataset.at || e.dataset.to || e.tagName;
}"""
HAS_RING = "document.activeElement.matches(':focus-visible')"


@pytest.fixture(scope="module")
def shipped() -> Graph:
    return load()


@pytest.fixture(scope="module")
def pages(shipped: Graph) -> dict[str, Page]:
    return {kind: shipped.view(kind) for kind in KINDS}


def focused(tab: Tab) -> str:
    """Return the id of what has the focus, or what it stands for."""
    found: str = tab.evaluate(FOCUS)
    return found


def told(tab: Tab) -> str:
    """Return what is announced of the choice."""
    return tab.locator("#told").text_content() or ""


# What can be chosen: the kind of view, where to open it, what to press, and where Escape leads.
CHOICES = [
    ("positions", "", '[data-at="deu@allied-interception"]', "deu@allied-interception"),
    ("positions", "", '#view [data-to="@alert-sharing"]', "@alert-sharing"),
    ("positions", "", '#panel [data-to="deu@allied-interception"]', "deu@allied-interception"),
    ("positions", "#day=2024-05-29", "#moves [data-to]", ""),
    ("matrix", "", 'td[data-at="deu@allied-interception"]', "deu@allied-interception"),
    ("agreement", "", 'td[data-at="deu~usa"]', "deu~usa"),
    ("timeline", "", '[data-at="s32|usa@us-weapons-in-russia"]', "s32|usa@us-weapons-in-russia"),
    ("timeline", "", '#view [data-to="dnk@f16-in-russia"]', "dnk@f16-in-russia"),
]


@pytest.mark.parametrize(("kind", "at", "thing", "home"), CHOICES)
@SIZES
def test_enter_goes_to_the_evidence_and_escape_comes_back(
    chromium: Browser,
    tmp_path: Path,
    pages: dict[str, Page],
    kind: str,
    at: str,
    thing: str,
    home: str,
    size: tuple[int, int],
) -> None:
    with opening(chromium, pages[kind], tmp_path, size) as opened:
        tab = opened.go(at)
        tab.locator(thing).first.press("Enter")
        assert focused(tab) == "panel"
        assert tab.evaluate(HAS_RING)
        tab.keyboard.press("Escape")
        assert focused(tab) == home or not home
        assert focused(tab) != "BODY"


@SIZES
def test_back_to_the_option_comes_back_to_what_was_chosen(
    chromium: Browser, tmp_path: Path, pages: dict[str, Page], size: tuple[int, int]
) -> None:
    with opening(chromium, pages["positions"], tmp_path, size) as opened:
        tab = opened.go()
        tab.locator('[data-at="deu@allied-interception"]').press(" ")
        assert focused(tab) == "panel"
        tab.locator("#panel .close").press("Enter")
        assert focused(tab) == "deu@allied-interception"
        assert told(tab) == ""


def test_the_network_is_entered_and_left_as_any_view(
    chromium: Browser, tmp_path: Path, pages: dict[str, Page]
) -> None:
    with opening(chromium, pages["network"], tmp_path) as opened:
        tab = opened.go()
        tab.locator("#actors").focus()
        tab.keyboard.press("ArrowDown")
        assert focused(tab) == "actors"
        tab.keyboard.press("Enter")
        assert focused(tab) == "panel"
        tab.keyboard.press("Escape")
        assert focused(tab) == "actors"
        # The list reads its items itself: nothing tells them again.
        assert told(tab) == ""


def test_a_choice_by_mouse_leaves_the_focus_where_it_is(
    chromium: Browser, tmp_path: Path, pages: dict[str, Page]
) -> None:
    with opening(chromium, pages["positions"], tmp_path) as opened:
        tab = opened.go()
        tab.locator('[data-at="deu@allied-interception"]').click()
        assert focused(tab) == "deu@allied-interception"
        tab.locator('#view [data-to="@alert-sharing"]').click()
        assert focused(tab) == "@alert-sharing"
        tab.locator("#panel .who [data-to]").first.click()
        assert focused(tab) == "panel"
        tab.locator("#panel .close").click()
        assert focused(tab).endswith("@alert-sharing")


def test_a_cell_that_was_left_is_the_one_to_come_back_to(
    chromium: Browser, tmp_path: Path, pages: dict[str, Page]
) -> None:
    with opening(chromium, pages["matrix"], tmp_path) as opened:
        tab = opened.go()
        tab.locator("td[tabindex='0']").focus()
        tab.keyboard.press("ArrowDown")
        cell = focused(tab)
        tab.keyboard.press("Enter")
        tab.keyboard.press("Escape")
        assert focused(tab) == cell
        tab.keyboard.press("Shift+Tab")
        tab.keyboard.press("Tab")
        assert focused(tab) == cell


SENTENCES = [
    (
        "deu@allied-interception",
        "Shoot down Russian missiles over Ukraine: "
        "Germany opposes it, on the word of Kurt Volker (former official) only.",
    ),
    ("deu@", "Germany: 1 position"),
    ("deu~usa", "Germany and United States: insufficient, 1 shared option"),
    ("^kurt-volker", "What Kurt Volker says about others here"),
    (
        "@alert-sharing",
        "Share alerts about missile attacks: "
        "No state or organisation has a position on this option.",
    ),
]


@pytest.mark.parametrize(("at", "sentence"), SENTENCES)
def test_what_was_chosen_is_announced(
    chromium: Browser, tmp_path: Path, pages: dict[str, Page], at: str, sentence: str
) -> None:
    with opening(chromium, pages["network"], tmp_path) as opened:
        tab = opened.go("#mode=whole")
        assert tab.locator("#told").get_attribute("role") == "status"
        assert told(tab) == ""
        tab.evaluate("(at) => window.stancegraph.choose(at)", at)
        assert told(tab) == sentence


def test_the_verdict_tells_itself_and_only_when_it_is_another(
    chromium: Browser, tmp_path: Path, pages: dict[str, Page]
) -> None:
    with opening(chromium, pages["positions"], tmp_path) as opened:
        tab = opened.go()
        tab.evaluate(
            """() => {
                window.written = 0;
                const count = new MutationObserver(() => { window.written += 1; });
                for (const id of ["verdict", "voices", "verdict-option", "hidden-count"])
                    count.observe(document.getElementById(id), { childList: true });
            }"""
        )
        tab.locator('[data-at="deu@allied-interception"]').press("Enter")
        assert told(tab).startswith("Shoot down Russian missiles over Ukraine: Germany opposes it")
        assert tab.evaluate("window.written") == 0
        tab.locator('#view [data-to="@alert-sharing"]').press("Enter")
        assert tab.evaluate("window.written") > 0
        assert told(tab) == ""


def test_more_keeps_the_focus_and_tells(chromium: Browser, tmp_path: Path, shipped: Graph) -> None:
    names = [c for c in shipped.reference.actors if c.kind == "country"][:20]
    debate = debate_of(said("e1", "pol", "opt", "supports", "2024-05-01"))
    spoken = debate.evidence[0]
    stance = spoken.stances[0]
    evidence = tuple(
        replace(
            spoken,
            id=f"x{i}",
            speaker=c.id,
            principal=c.id if spoken.principal else None,
            stances=(replace(stance, holder=c.id),),
        )
        for i, c in enumerate(names)
    )
    graph = Graph(
        replace(debate, actors=tuple(names), evidence=evidence),
        Debate(id="reference", title="None"),
    )
    with opening(chromium, graph.view("positions"), tmp_path) as opened:
        tab = opened.go()
        assert tab.locator("#view .actor").count() == 14
        tab.locator(".more").press("Enter")
        assert tab.locator("#view .actor").count() == 20
        assert focused(tab) == tab.locator("#view .actor").nth(14).get_attribute("data-at")
        assert told(tab) == "6 more are shown."


# Playing.


def is_playing(tab: Tab) -> bool:
    return "Pause" in tab.locator("#play").inner_text()


@pytest.mark.parametrize("leave", ["#tab-matrix", "#reset", "link"])
def test_playing_stops_where_the_reader_goes_elsewhere(
    chromium: Browser, tmp_path: Path, pages: dict[str, Page], leave: str
) -> None:
    with opening(chromium, pages["explore"], tmp_path) as opened:
        tab = opened.go("#view=positions")
        tab.clock.install()
        tab.locator("#play").click()
        tab.clock.run_for(1500)
        assert is_playing(tab)
        if leave == "link":
            tab.evaluate("location.hash = '#view=positions&option=alert-sharing'")
            tab.wait_for_function("document.getElementById('option').value === 'alert-sharing'")
        else:
            tab.locator(leave).click()
        day = tab.locator("#day-label").text_content()
        assert not is_playing(tab)
        tab.clock.run_for(5000)
        assert tab.locator("#day-label").text_content() == day


def test_where_nothing_shall_move_play_goes_on_by_one_day_a_press(
    chromium: Browser, tmp_path: Path, pages: dict[str, Page]
) -> None:
    page = pages["positions"]
    with opening(chromium, page, tmp_path, reduced_motion="reduce") as opened:
        tab = opened.go()
        tab.clock.install()
        assert "Next day" in tab.locator("#play").inner_text()
        days = []
        for _ in range(2):
            tab.locator("#play").press("Enter")
            tab.clock.run_for(5000)
            days.append(tab.locator("#day-label").inner_text())
        assert days == ["22 May 2024", "27 May 2024"]
        assert focused(tab) == "play"


# The small screen.

LOW = [
    ("positions", '#view [data-at="dnk@f16-in-russia"]'),
    ("matrix", 'td[data-at="usa@us-weapons-in-russia"]'),
    ("agreement", 'td[data-at="deu~usa"]'),
    ("timeline", '[data-at="s32|usa@us-weapons-in-russia"]'),
]


@pytest.mark.parametrize(("kind", "thing"), LOW)
def test_the_evidence_does_not_cover_what_was_chosen(
    chromium: Browser, tmp_path: Path, pages: dict[str, Page], kind: str, thing: str
) -> None:
    with opening(chromium, pages[kind], tmp_path, PHONE) as opened:
        tab = opened.go()
        tab.locator(thing).scroll_into_view_if_needed()
        tab.locator(thing).click()
        chosen, panel = tab.locator(thing).bounding_box(), tab.locator("#panel").bounding_box()
        assert chosen
        assert panel
        assert chosen["y"] >= 0
        assert chosen["y"] + chosen["height"] <= panel["y"]
        assert 0 <= chosen["x"] <= PHONE[0] - chosen["width"]


def test_a_node_of_the_network_is_seen_above_its_evidence(
    chromium: Browser, tmp_path: Path, pages: dict[str, Page]
) -> None:
    with opening(chromium, pages["network"], tmp_path, PHONE) as opened:
        tab = opened.go()
        for at in ("deu@allied-interception", "rou@allied-interception"):
            tab.evaluate("(at) => window.stancegraph.choose(at)", at)
            box = tab.evaluate("window.stancegraph.picture.boxOfChoice()")
            panel = tab.locator("#panel").bounding_box()
            assert panel
            assert box["top"] >= 0
            assert box["bottom"] <= panel["y"]


# Filters.


def test_a_filter_that_is_set_stays_where_it_can_be_taken_back(
    chromium: Browser, tmp_path: Path, pages: dict[str, Page]
) -> None:
    with opening(chromium, pages["positions"], tmp_path) as opened:
        # On the first day nobody opposes anything.
        tab = opened.go("#day=2024-05-22")
        box = tab.locator('[data-filter="stance"][data-value="opposes"]')
        assert not box.is_visible()
        tab = opened.go("#day=2024-05-22&hide=stance%3Aopposes")
        assert box.is_visible()
        assert not box.locator("input").is_checked()


# Text of another size, and of another language.


@pytest.mark.parametrize("kind", KINDS)
def test_text_of_twice_the_size_is_no_wider_than_the_screen(
    chromium: Browser, tmp_path: Path, pages: dict[str, Page], kind: str
) -> None:
    with opening(chromium, pages[kind], tmp_path) as opened:
        tab = opened.go("#at=pol%40allied-interception")
        size = "parseFloat(getComputedStyle(document.getElementById('verdict')).fontSize)"
        before = tab.evaluate(size)
        tab.evaluate("document.documentElement.style.fontSize = '200%'")
        assert tab.evaluate(size) == 2 * before
        assert not opened.is_wider_than_the_screen


def test_no_size_of_text_is_in_pixels() -> None:
    for file in files("stancegraph.view").joinpath("templates").iterdir():
        if file.name.endswith(".css"):
            text = file.read_text("utf-8")
            sizes = [
                p for p in text.replace("}", ";").split(";") if "font-size:" in p or "font:" in p
            ]
            assert [s for s in sizes if "px" in s.rpartition("font")[2]] == [], file.name


def test_words_of_the_debate_are_marked_with_its_language(
    chromium: Browser, tmp_path: Path, shipped: Graph
) -> None:
    page = shipped.view("positions", language="fr")
    with opening(chromium, page, tmp_path) as opened:
        tab = opened.go("#at=deu%40allied-interception")
        spoken = "(e) => e.closest('[lang]').lang"
        for part in ("#view tr[data-option] > th .name bdi", ".gist span", "#verdict-option"):
            assert tab.locator(part).first.evaluate(spoken) == "en", part
        for part in (".panel .role", "#verdict", ".panel .says"):
            assert tab.locator(part).first.evaluate(spoken) == "fr", part


# All of it by Tab.

REACHABLE = """() => [...document.querySelectorAll(
    'a[href], button, input, select, summary, [tabindex="0"]')]
    .filter((e) => e.checkVisibility() && e.tabIndex >= 0 && !e.disabled)
    .map((e, i) => {
        e.dataset.stop = i;
        const part = e.closest('.skip, .top, nav, .side, .centre, .panel, .below, .data-note');
        return [i, part.tagName === 'NAV' ? 'nav' : part.classList[0]];
    })"""


@pytest.mark.parametrize("kind", KINDS)
@SIZES
def test_tab_reaches_everything_in_the_order_of_the_page(
    chromium: Browser, tmp_path: Path, pages: dict[str, Page], kind: str, size: tuple[int, int]
) -> None:
    with opening(chromium, pages[kind], tmp_path, size) as opened:
        tab = opened.go("#at=deu%40allied-interception")
        stops: list[tuple[int, str]] = tab.evaluate(REACHABLE)
        seen: list[int] = []
        for _ in range(len(stops) + 5):
            tab.keyboard.press("Tab")
            stop = tab.evaluate("document.activeElement.dataset.stop")
            if stop is None:
                continue
            assert tab.evaluate(HAS_RING)
            if int(stop) in seen:
                break
            seen.append(int(stop))
        assert sorted(seen) == [i for i, _ in stops]
        assert seen == sorted(seen)
        parts = list(dict.fromkeys(part for _, part in stops))
        order = ["skip", "top", "nav", "side", "centre", "panel", "below", "data-note"]
        assert parts == [part for part in order if part in parts]


def test_the_link_to_the_tables_keeps_what_was_chosen(
    chromium: Browser, tmp_path: Path, pages: dict[str, Page]
) -> None:
    with opening(chromium, pages["positions"], tmp_path) as opened:
        tab = opened.go("#option=strategic-ambiguity&at=fra%40strategic-ambiguity")
        tab.locator(".skip").press("Enter")
        assert focused(tab) == "tables"
        assert tab.locator("#option").input_value() == "strategic-ambiguity"


# The finder.

ASKED = [
    ("Germany vs Poland", f"Germany {DASH} Poland", "deu~pol"),
    ("germany and pol", f"Germany {DASH} Poland", "deu~pol"),
    ("Kurt", "Kurt Volker", "^kurt-volker"),
    ("Albania", "Nothing on record here.", "alb@"),
    ("US", "United States", "usa@"),
    ("shooting", "Shoot down Russian missiles over Ukraine", "@allied-interception"),
    (
        "does Germany support shooting over Ukraine",
        "Germany on “Shoot down Russian missiles over Ukraine”\nOpposes · hearsay",
        "deu@allied-interception",
    ),
    ("does Germany support alerts", "nothing on record", "@alert-sharing"),
    ("what does Denmark say", "Supports", "dnk@f16-in-russia"),
]


@pytest.mark.parametrize(("asked", "answer", "at"), ASKED)
def test_whoever_asks_is_answered(
    chromium: Browser, tmp_path: Path, pages: dict[str, Page], asked: str, answer: str, at: str
) -> None:
    with opening(chromium, pages["positions"], tmp_path) as opened:
        tab = opened.go()
        tab.locator("#find").fill(asked)
        assert answer in tab.locator("#found li").first.inner_text()
        tab.keyboard.press("Enter")
        assert focused(tab) == "panel"
        state = dict(parse_qsl(tab.url.partition("#")[2]))
        assert state.get("at", f"@{state['option']}") == at


def test_names_are_found_by_the_beginnings_of_their_words(opened_positions: Opened) -> None:
    found = _found(opened_positions, "US")
    assert not any("Russian missiles over" in item for item in found)
    assert _found(opened_positions, "ussian")[0].startswith("Nobody")


def test_answers_read_as_a_question_and_names(opened_positions: Opened) -> None:
    assert _found(opened_positions, "who opposes shoot over ukraine")[0] == (
        "Who opposes “Shoot down Russian missiles over Ukraine”?\nGermany and United States"
    )
    assert _found(opened_positions, "who opposes alerts")[0].endswith("\nnobody on record")
    assert "1 position\n" in _found(opened_positions, "Germany")[0] + "\n"


def test_who_is_silent_is_counted_for_the_day_shown(opened_positions: Opened) -> None:
    asked = "who is silent on shoot over ukraine"
    last = _found(opened_positions, asked)[0]
    opened_positions.go("#day=2024-05-22")
    first = _found(opened_positions, asked)[0]

    def silent(answer: str) -> int:
        return 5 + int(answer.rpartition(" and ")[2].removesuffix(" more"))

    assert silent(first) > silent(last)


def test_the_hint_names_somebody_who_is_there(opened_positions: Opened) -> None:
    hint = opened_positions.tab.locator("#find").get_attribute("placeholder") or ""
    actor, _, rest = hint.partition(" · ")
    assert rest == "who opposes …"
    assert actor in opened_positions.tab.locator("#view").inner_text()


@pytest.mark.parametrize("asked", ["Allemagne et Pologne", "Allemagne contre Pologne"])
def test_french_pairs_are_understood(
    chromium: Browser, tmp_path: Path, shipped: Graph, asked: str
) -> None:
    with opening(chromium, shipped.view("positions", language="fr"), tmp_path) as opened:
        opened.go()
        assert _found(opened, asked)[0].startswith(f"Allemagne {DASH} Pologne\n")


@pytest.fixture
def opened_positions(chromium: Browser, tmp_path: Path, pages: dict[str, Page]) -> Iterator[Opened]:
    with opening(chromium, pages["positions"], tmp_path) as opened:
        opened.go()
        yield opened


def _found(opened: Opened, asked: str) -> list[str]:
    opened.tab.locator("#find").fill(asked)
    return opened.tab.locator("#found li").all_inner_texts()


AXE = "['wcag2a','wcag2aa','wcag21a','wcag21aa','wcag22aa','best-practice']"
MORE_STATES = [
    ("explore", "#view=matrix&at=deu%40"),
    ("explore", "#view=positions&at=%5Ekurt-volker"),
    ("explore", "#view=agreement&at=deu~pol"),
    ("explore", "#view=timeline&day=2024-05-29"),
]


@pytest.mark.parametrize(("kind", "at"), MORE_STATES)
@SIZES
def test_axe_finds_nothing_in_other_states(
    chromium: Browser,
    tmp_path: Path,
    pages: dict[str, Page],
    kind: str,
    at: str,
    size: tuple[int, int],
) -> None:
    axe = files("axe_playwright_python").joinpath("axe.min.js").read_text("utf-8")
    with opening(chromium, pages[kind], tmp_path, size) as opened:
        tab = opened.go(at)
        tab.evaluate(axe)
        found = tab.evaluate(f"axe.run(document, {{runOnly: {AXE}}})")
        labelled = tab.locator("#view").get_attribute("aria-labelledby")
        assert labelled == tab.locator("[role=tab][aria-selected=true]").get_attribute("id")
    assert [(v["id"], v["nodes"][0]["html"][:200]) for v in found["violations"]] == []
