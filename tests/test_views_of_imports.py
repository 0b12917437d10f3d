"""Every view of what people bring: a database of DNA, and a million votes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from opened import DESKTOP, PHONE, opening
from stancegraph.cli import main
from stancegraph.stored import StoredGraph
from stancegraph.view.kinds import KINDS, PAGES_ONLY

if TYPE_CHECKING:
    from playwright.sync_api import Browser

VOTES = ("unga_votes.csv.gz", "unga_roll_calls.csv.gz", "unga_issues.csv.gz")
NAMES = {"dna": "Senate", "un": "Afghanistan"}
"""An actor that has to be on the page of each."""


@pytest.fixture(scope="module")
def graphs(
    shared: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, StoredGraph]]:
    folder = tmp_path_factory.mktemp("graphs")
    data = shared / "data"
    files = {
        "dna": ["dna", str(data / "dna_sample" / "sample.dna")],
        "un": ["unvotes", *(str(data / "unga_votes_voeten" / name) for name in VOTES)],
    }
    found = {}
    for name, words in files.items():
        target = folder / f"{name}.duckdb"
        result = CliRunner().invoke(main, ["import", *words, "-o", str(target)])
        assert result.exit_code == 0, result.output
        found[name] = StoredGraph(target)
    yield found
    for graph in found.values():
        graph.close()


@pytest.mark.parametrize("kind", [k for k in KINDS if k != "story"])
@pytest.mark.parametrize("name", NAMES)
def test_every_page_opens_and_names_whom_it_shows(
    chromium: Browser, tmp_path: Path, graphs: dict[str, StoredGraph], name: str, kind: str
) -> None:
    page = graphs[name].view(kind)
    for size in (DESKTOP, PHONE):
        with opening(chromium, page, tmp_path, size) as opened:
            tab = opened.go()
            assert tab.locator("#verdict").inner_text() != ""
            assert NAMES[name] in tab.locator("main").inner_text()
            assert not opened.is_wider_than_the_screen
    if name == "un":
        assert "of 870,109 positions, on the 16 of 6,203 options that divide most" in page.html


@pytest.mark.parametrize("kind", [k for k in KINDS if k not in PAGES_ONLY])
@pytest.mark.parametrize("name", NAMES)
def test_every_picture_is_drawn(graphs: dict[str, StoredGraph], name: str, kind: str) -> None:
    picture = graphs[name].picture(kind)
    assert picture.svg.startswith("<?xml")
    assert picture.png(zoom=0.5).startswith(b"\x89PNG")


def test_the_evidence_of_a_vote_is_the_vote(
    chromium: Browser, tmp_path: Path, graphs: dict[str, StoredGraph]
) -> None:
    with opening(chromium, graphs["un"].view("matrix"), tmp_path) as opened:
        tab = opened.go()
        tab.locator("#view td[data-at]").first.click()
        panel = opened.panel()
        assert "by its own vote" in panel
        assert "paragraph" in panel
