from __future__ import annotations

import re
from collections.abc import Callable
from importlib.resources import files
from itertools import combinations, pairwise, product
from operator import attrgetter
from typing import TYPE_CHECKING

import numpy as np
import pytest
from numpy.typing import NDArray

from debates import graph_of, said
from opened import opening
from stancegraph.graph import load
from stancegraph.model import Polarity
from stancegraph.view.looks import LOOKS, MARKS, SHARES, Look, marks_of, steps_of_agreement

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser

FOR = (Polarity.SUPPORTS, Polarity.LEANS_SUPPORT)
AGAINST = (Polarity.LEANS_OPPOSE, Polarity.OPPOSES)

# Machado, Oliveira and Fernandes 2009, table 1, severity 1.0, on linear RGB;
# https://doi.org/10.1109/TVCG.2009.113
BLINDNESS = {
    "none": np.eye(3),
    "protanopia": np.array(
        [
            [0.152286, 1.052583, -0.204868],
            [0.114503, 0.786281, 0.099216],
            [-0.003882, -0.048116, 1.051998],
        ]
    ),
    "deuteranopia": np.array(
        [
            [0.367322, 0.860646, -0.227968],
            [0.280085, 0.672501, 0.047413],
            [-0.011820, 0.042940, 0.968881],
        ]
    ),
    "tritanopia": np.array(
        [
            [1.255528, -0.076749, -0.178779],
            [-0.078411, 0.930809, 0.147602],
            [0.004733, 0.691367, 0.303900],
        ]
    ),
}

# sRGB to XYZ under D65: IEC 61966-2-1.
TO_XYZ = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])


def linear(colour: str) -> NDArray[np.float64]:
    channels = np.array([int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)])
    return np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)


def luminance(colour: str) -> float:
    """Relative luminance, as WCAG 2.2 defines it."""
    return float(TO_XYZ[1] @ linear(colour))


def contrast(one: str, other: str) -> float:
    """Contrast ratio, as WCAG 2.2 defines it."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def lab(colour: str, blindness: str) -> NDArray[np.float64]:
    """CIE 1976 L*a*b* of a colour as somebody sees it."""
    seen = np.clip(BLINDNESS[blindness] @ linear(colour), 0, 1)
    x, y, z = (
        v ** (1 / 3) if v > 0.008856 else 7.787 * v + 16 / 116
        for v in TO_XYZ @ seen / (TO_XYZ @ np.ones(3))
    )
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


def test_luminance_and_lab_are_those_of_the_standards() -> None:
    # WCAG: white on black is 21 to 1; CIE: sRGB red is L 53.2, a 80.1, b 67.2.
    assert contrast("#ffffff", "#000000") == pytest.approx(21)
    assert lab("#ff0000", "none") == pytest.approx([53.2, 80.1, 67.2], abs=0.2)


@pytest.mark.parametrize("look", LOOKS.values(), ids=LOOKS)
def test_a_stance_can_be_seen_and_its_words_be_read(look: Look) -> None:
    # WCAG 2.2, 1.4.11: 3 to 1 for what is not text; 1.4.3: 4.5 to 1 for text.
    for behind in ("#ffffff", look.tint):
        assert contrast(look.colour, behind) >= 3
        assert contrast(look.ink, behind) >= 4.5
    assert contrast(look.on, look.fill) >= 4.5


@pytest.mark.parametrize("blindness", BLINDNESS)
@pytest.mark.parametrize("colour_of", [*map(attrgetter, ("colour", "ink", "fill"))], ids=repr)
@pytest.mark.parametrize(("one", "other"), [*product(FOR, AGAINST)])
def test_for_and_against_are_told_apart_by_everybody(
    one: Polarity, other: Polarity, colour_of: Callable[[Look], str], blindness: str
) -> None:
    apart = lab(colour_of(LOOKS[one]), blindness) - lab(colour_of(LOOKS[other]), blindness)
    # 2.3 is just noticeable (Mahy 1994); neighbours in a legend need several times that.
    assert np.linalg.norm(apart) > 25


def test_a_stance_is_told_by_more_than_its_colour() -> None:
    for one, other in combinations(LOOKS.values(), 2):
        assert (one.dashes, one.head) != (other.dashes, other.head)
        assert one.symbol != other.symbol
    assert {LOOKS[p].head for p in FOR} & {LOOKS[p].head for p in AGAINST} == set()


def test_the_colours_of_sides_are_in_one_place() -> None:
    colours = {
        c
        for p in (*FOR, *AGAINST)
        for c in (LOOKS[p].colour, LOOKS[p].ink, LOOKS[p].tint, LOOKS[p].fill)
    }
    view = files("stancegraph.view")
    for folder in (view, view.joinpath("templates"), view.joinpath("pictures")):
        for file in folder.iterdir():
            if file.name != "looks.py" and file.name.endswith((".py", ".css", ".js", ".html")):
                found = set(re.findall(r"#[0-9a-f]{6}", file.read_text("utf-8").lower()))
                assert not found & colours, file.name


def test_a_page_has_the_colours_under_its_policy(chromium: Browser, tmp_path: Path) -> None:
    page = graph_of(said("e1", "pol", "opt", "leans-oppose")).view("positions")
    look = LOOKS[Polarity.LEANS_OPPOSE]
    with opening(chromium, page, tmp_path) as opened:
        column = opened.go().locator("#view td.leans-oppose")
        value = "(e, name) => getComputedStyle(e).getPropertyValue(name)"
        assert column.evaluate(value, "--leans-oppose") == look.colour
        assert column.evaluate(value, "--stance") == look.colour
        assert column.evaluate(value, "--stance-ink") == look.ink
        assert column.evaluate(value, "--stance-on") == look.on


def test_every_share_of_agreement_has_a_look() -> None:
    assert all(end < later for (end, _), (later, _) in pairwise(SHARES))
    assert SHARES[-1][0] > 1
    assert [(start, end) for start, end, _ in steps_of_agreement()] == [
        (0, 20),
        (20, 40),
        (40, 60),
        (60, 80),
        (80, 100),
    ]


def test_flags_that_must_not_be_overlooked_have_a_mark() -> None:
    flags = [("limited", "Only: here"), ("superseded", ""), ("contested", "")]
    assert marks_of(flags) == ("contested", "limited")
    assert len(set(MARKS.values())) == len(MARKS)


def test_a_position_within_limits_is_marked_everywhere(chromium: Browser, tmp_path: Path) -> None:
    # Denmark: "military targets only".
    graph = load()
    with opening(chromium, graph.view("positions"), tmp_path) as opened:
        chip = opened.go().locator('[data-at="dnk@f16-in-russia"]')
        assert chip.locator(".mark").inner_text().split() == ["≤", "Within", "limits", "only"]
    with opening(chromium, graph.view("matrix"), tmp_path) as opened:
        cell = opened.go().locator('td[data-at="dnk@f16-in-russia"]')
        assert "≤" in cell.inner_text()
        assert "Within limits only" in opened.tab.locator("#view .scale").inner_text()
    for kind in ("positions", "matrix"):
        assert "Within limits only" in graph.picture(kind).svg


def test_the_key_has_only_the_marks_that_occur() -> None:
    page = load().view("positions").html
    key = re.findall(r"<fieldset class=\"marks.*?</fieldset>", page, re.DOTALL)[0]
    assert "Records disagree" in key
    assert "Within limits only" in key
    assert "Only on a condition" not in key
    plain = graph_of(said("e1", "pol", "opt", "supports")).view("positions").html
    assert '<fieldset class="marks' not in plain
