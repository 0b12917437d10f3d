"""Matrix and agreement in the browser: names are shortened, not cut, and stay in sight."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from debates import debate_of, graph_of, said
from opened import DESKTOP, PHONE, Opened, clipped, opening, overlapping
from stancegraph.graph import Graph, load
from stancegraph.model import Debate
from stancegraph.view.page import Page

if TYPE_CHECKING:
    from playwright.sync_api import Browser

NAMES = ".grid thead th > div, .grid tbody th"
LONG = "Let the {n}th committee of the whole decide on what is to be done about it " * 4


def wide(n_options: int, *, name: str = LONG) -> Graph:
    """Two countries on many options, all of which have a long name; they agree on the even ones."""
    debate = debate_of(
        *(said(f"p{o}", "pol", f"o{o}", "supports") for o in range(n_options)),
        *(
            said(f"d{o}", "deu", f"o{o}", "opposes" if o % 2 else "supports")
            for o in range(n_options)
        ),
    )
    options = tuple(replace(o, name=name.format(n=i).strip()) for i, o in enumerate(debate.options))
    actors = tuple(
        replace(a, name=f"Committee of {LONG}".format(n=1).strip()) if a.id == "pol" else a
        for a in debate.actors
    )
    return Graph(
        replace(debate, options=options, actors=actors), Debate(id="reference", title="None")
    )


@pytest.fixture
def opened(chromium: Browser, tmp_path: Path, page: Page) -> Iterator[Opened]:
    with opening(chromium, page, tmp_path) as found:
        yield found


SIZES = [(6, 70), (16, 46), (24, 28)]
"""How many columns there are, and how many letters of a name are shown above them."""


@pytest.mark.parametrize(("columns", "letters"), SIZES)
@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_a_long_name_is_shortened_and_can_be_read_in_full(
    chromium: Browser, tmp_path: Path, columns: int, letters: int, size: tuple[int, int]
) -> None:
    graph = wide(columns)
    with opening(chromium, graph.view("matrix"), tmp_path, size) as opened:
        tab = opened.go()
        head = tab.locator(".grid thead bdi")
        assert head.count() == columns
        full = {o.name for o in graph.debate.options}
        for shown, title in zip(
            head.all_inner_texts(),
            head.evaluate_all("es => es.map(e => e.title)"),
            strict=True,
        ):
            assert len(shown) <= letters
            assert shown.endswith("…")
            assert title in full
        row = tab.locator(".grid tbody bdi[title]")
        assert len(row.inner_text()) <= 60
        assert clipped(tab, NAMES) == []
        assert overlapping(tab, f"{NAMES}, .grid .cell") == []


@pytest.mark.parametrize("letter", ["W", "国"])
def test_a_name_of_the_widest_letters_is_not_cut(
    chromium: Browser, tmp_path: Path, letter: str
) -> None:
    graph = wide(24, name=letter * 300)
    with opening(chromium, graph.view("matrix"), tmp_path) as opened:
        assert clipped(opened.go(), NAMES) == []
        assert overlapping(opened.tab, f"{NAMES}, .grid .cell") == []


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_rows_keep_their_names_when_scrolled_sideways(
    chromium: Browser, tmp_path: Path, size: tuple[int, int]
) -> None:
    with opening(chromium, wide(60).view("matrix"), tmp_path, size) as opened:
        tab = opened.go()
        name = tab.locator(".grid tbody th").first
        before = name.bounding_box()
        tab.locator("#view .scroll").evaluate("e => e.scrollTo(200, 0)")
        assert tab.locator("#view .scroll").evaluate("e => e.scrollLeft") > 100
        after = name.bounding_box()
        assert before
        assert after
        assert abs(before["x"] - after["x"]) <= 2
        # What scrolls goes below it.
        at = [after["x"] + 5, after["y"] + after["height"] / 2]
        top = tab.evaluate(
            "([x, y]) => document.elementFromPoint(x, y).closest('th, td').tagName", at
        )
        assert top == "TH"
        assert name.evaluate("e => getComputedStyle(e).backgroundColor") == "rgb(255, 255, 255)"


def test_a_small_cell_of_agreement_tells_its_sign_without_colour(
    chromium: Browser, tmp_path: Path
) -> None:
    numbers = range(22)
    records = [
        said(f"{a}-{o}", f"land-{a}", f"o{o}", "opposes" if a % 2 else "supports")
        for a in numbers
        for o in range(3)
    ]
    debate = graph_of(*records).debate
    actors = tuple(replace(debate.actors[0], id=f"land-{a}", name=f"Land {a}") for a in numbers)
    own = tuple(replace(e, principal=e.speaker) for e in debate.evidence)
    graph = Graph(
        replace(debate, actors=actors, evidence=own), Debate(id="reference", title="None")
    )
    with opening(chromium, graph.view("agreement"), tmp_path) as opened:
        tab = opened.go()
        assert tab.locator('td[data-at="land-0~land-2"]').inner_text() == "++"
        assert tab.locator('td[data-at="land-0~land-1"]').inner_text() == "\u2212\u2212"
        assert clipped(tab, f"{NAMES}, .grid .cell") == []


def test_the_columns_of_a_saved_table_have_names_of_their_own(
    chromium: Browser, tmp_path: Path
) -> None:
    for language in ("en", "fr"):
        page = load().view("agreement", language=language)
        with opening(chromium, page, tmp_path) as opened:
            opened.go()
            saved = opened.saved("csv").decode("utf-8-sig")
            head = next(csv.reader(io.StringIO(saved)))
            assert len(set(head)) == len(head) == 5


@pytest.mark.parametrize("kind", ["matrix", "positions"])
def test_what_a_debate_calls_things_is_in_its_language(
    chromium: Browser, tmp_path: Path, kind: str
) -> None:
    options = {
        "matrix": ".grid thead bdi",
        "positions": ".positions th .name bdi, .positions tbody:nth-of-type(n + 2) .issue th",
    }
    for language, told in (("fr", "en"), ("en", None)):
        with opening(chromium, load().view(kind, language=language), tmp_path) as opened:
            names = opened.go().locator(options[kind])
            assert names.count() > 10
            told_as = set(names.evaluate_all("es => es.map(e => e.getAttribute('lang'))"))
            assert told_as == {told}


def test_long_names_in_positions_are_shortened(chromium: Browser, tmp_path: Path) -> None:
    with opening(chromium, wide(2).view("positions"), tmp_path) as opened:
        tab = opened.go()
        assert max(map(len, tab.locator(".actor bdi").all_inner_texts())) == 80
        assert max(map(len, tab.locator(".positions th .name").all_inner_texts())) == 140
        assert tab.locator(".positions th .name bdi[title]").count() == 2
