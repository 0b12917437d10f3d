"""Answers as pages and pictures: everything is there, with and without scripts, for everybody."""

from __future__ import annotations

import csv
import io
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from html import unescape
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner, Result

from debates import graph_of, said
from opened import DESKTOP, PHONE, Opened, opening, overlapping
from stancegraph.answer import options
from stancegraph.answer.answer import Answer, Table
from stancegraph.answer.figure import Cell, Dot, Dots, Film, Frame, Node, Tie, Web
from stancegraph.cli import main
from stancegraph.graph import Graph, load
from stancegraph.model import Debate
from stancegraph.view.page import Page
from test_figures import EMPTY, FIGURES, GRID, HOSTILE, LONG, WEB, renamed

if TYPE_CHECKING:
    from playwright.sync_api import Browser

RULES = Path(__file__).parent / "oxlintrc.json"
AXE = "['wcag2a','wcag2aa','wcag21a','wcag21aa','wcag22aa','best-practice']"
MARKUP = "<img src=x onerror=document.title='owned'>"


def answered(*figures: Any) -> Answer[Any]:
    """The positions of one country on three records, with any figures."""
    graph = graph_of(
        said("s1", "pol", "alerts", "supports", "2024-05-01"),
        said("s2", "pol", "strikes", "opposes", "2024-05-03", by="expert"),
        said("s3", "pol", "alerts", "supports", by="paper"),
    )
    return replace(graph.position("pol"), figures=figures)


@pytest.fixture(scope="module")
def page() -> Page:
    web = replace(
        WEB,
        ties=(
            Tie(a="pol", b="deu", weight=0.8, note="on 4 of 5", records=("s2", "s1")),
            Tie(a="pol", b="hun", weight=-0.6),
        ),
    )
    film = Film(
        title="What if",
        says="Not a forecast.",
        frames=tuple(
            Frame(label=f"Step {n}", says=f"In step {n}.", shows=line(Dot(label="POL", value=n)))
            for n in range(4)
        ),
    )
    found = answered(web, FIGURES["map"], film)
    more = Table("Who else", ("Actor", "Record"), (("Poland", "s2, s1"), ("Nobody", "s9")))
    return replace(found, tables=(*found.tables, more)).page()


def line(*rows: Dot) -> Dots:
    return Dots(title="", says="", rows=rows, axis="", low=0, high=4)


@pytest.fixture(scope="module")
def tab_of_page(
    chromium: Browser, page: Page, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Opened]:
    with opening(chromium, page, tmp_path_factory.mktemp("page")) as found:
        yield found


@pytest.fixture
def opened(tab_of_page: Opened) -> Iterator[Opened]:
    """The page in one tab for all tests, each of which opens it anew."""
    yield tab_of_page
    assert tab_of_page.messages == []


def asked(*words: str) -> Result:
    return CliRunner(env={"COLUMNS": "100"}).invoke(main, words)


# What is written.


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


QUESTIONS = [
    ("who", "allied-interception"),
    ("align", "pol"),
    ("compare", "pol", "deu"),
    ("closer", "pol", "deu", "rou"),
    ("channels", "usa", "deu"),
    ("cohesion", "nato", "--by", "option"),
    ("position", "usa"),
    ("evidence", "--actor", "pol"),
    ("dissent",),
    ("options",),
    ("trace", "pol", "allied-interception"),
]


@pytest.mark.parametrize("words", QUESTIONS, ids=" ".join)
def test_every_question_has_a_page_with_verdict_rows_and_records(words: tuple[str, ...]) -> None:
    done = asked(*words, "-o", "a.html")
    assert done.exit_code == 0, done.output
    assert done.stderr == "wrote a.html: open it in any browser\n"
    html = Path("a.html").read_text("utf-8")
    answer = asked(*words, "-f", "markdown").stdout
    verdict = re.sub(r"\\(.)", r"\1", answer.split("\n")[0].strip("*"))
    found = re.search(r'<p id="verdict">(.*?)</p>', html)
    assert found
    assert unescape(re.sub(r"</?span[^>]*>", "", found[1])) == unescape(verdict)
    cited = set(re.findall(r"^- (\S+) ", answer, re.MULTILINE))
    assert {*re.findall(r'id="record-([^"]+)"', html)} == cited
    assert re.search(r"<code id=\"again\">stancegraph " + words[0], html)


def test_the_ending_of_a_file_says_what_is_written() -> None:
    for name in ("a.json", "a.csv", "a.md", "a.txt"):
        assert asked("options", "-o", name).stderr == f"wrote {name}\n"
    assert Path("a.json").read_text("utf-8").startswith("{")
    assert Path("a.csv").read_text("utf-8").startswith("option,")
    assert Path("a.md").read_text("utf-8").startswith("**")
    assert Path("a.txt").read_text("utf-8") == asked("options").stdout
    assert asked("options", "-f", "html").stdout == asked("options", "-f", "html").stdout
    assert asked("options", "-f", "html").stdout.startswith("<!DOCTYPE html>")


WRONG = [
    (["-o", "a.html", "-f", "json"], "'a.html' is not json: leave out --format, or name another"),
    (["-o", "a.csv", "-f", "html"], "'a.csv' is not html"),
    (["-o", "a.pdf"], "not written as .pdf: name a .html file, and print it"),
    (["-o", "no/a.html"], "cannot write no/a.html: No such file or directory"),
]


@pytest.mark.parametrize(("words", "told"), WRONG)
def test_a_name_that_contradicts_is_told_and_nothing_is_written(
    here: Path, words: list[str], told: str
) -> None:
    done = asked("trace", "pol", "allied-interception", *words)
    assert done.exit_code == 1
    assert told in done.stderr
    assert not any(here.iterdir())


def test_an_answer_that_cannot_be_drawn_says_so_and_names_the_page(here: Path) -> None:
    done = asked("trace", "pol", "allied-interception", "-o", "a.svg")
    assert done.exit_code == 1
    assert "no picture" in done.stderr
    assert "name a .html file" in done.stderr
    assert not any(here.iterdir())


def test_a_page_is_the_same_bytes_and_needs_nothing_else(page: Page) -> None:
    assert answered(*FIGURES.values()).page().html == answered(*FIGURES.values()).page().html
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', page.html)
    assert policy
    assert "unsafe" not in policy[1]
    assert not re.search(r"<(?:link|img|iframe|object|embed)\b", page.html)
    assert not re.search(r" style=|@import|url\((?!#)|\bfetch\(", page.html)


def test_large_figures_make_a_page_that_can_be_mailed() -> None:
    names = tuple(f"State number {n}" for n in range(120))
    cells = tuple(
        Cell(row=i, column=j, value=(i - j) / 120, note=f"{names[i]} and {names[j]}: 12 of 20")
        for i in range(120)
        for j in range(120)
    )
    grid = replace(GRID, rows=names, columns=names, cells=cells, row_breaks=(60,))
    nodes = tuple(Node(id=str(n), label=names[n], group=n % 4) for n in range(80))
    ties = tuple(
        Tie(a=str(n % 80), b=str((n * 7 + 1 + n // 80) % 80), weight=0.5, note="on 12 of 20")
        for n in range(400)
    )
    web = Web(title="", says="", nodes=nodes, ties=ties)
    assert len(answered(grid, web).page().html.encode()) < 3_000_000


def test_a_page_says_the_first_sentence_loud_and_the_others_less_so() -> None:
    first = "Romania and Poland lean to support it, by the word of others."
    html = replace(answered(), verdict=f"{first} None has spoken. So far.").page().html
    assert f'<span class="lead">{first}</span> None has spoken. So far.</p>' in html


def test_a_page_in_french_says_its_own_words_in_french() -> None:
    html = answered(*FIGURES.values()).page(language="fr").html
    assert '<html lang="fr">' in html
    assert "Comment cela a été fait" in html
    assert 'lang="en"' in html


def test_a_page_tells_nobody_in_which_folder_a_graph_is() -> None:
    answer = replace(answered(FIGURES["dots"]), reproduce="stancegraph position pol -g /home/a/b.x")
    for made in (answer.page().html, answer.picture().svg):
        assert "stancegraph position pol -g b.x" in made
        assert "/home/a" not in made


def test_a_notebook_shows_the_first_figure() -> None:
    assert "<svg" in answered(FIGURES["dots"])._repr_html_()
    assert "<svg" not in answered()._repr_html_()


def test_nothing_on_record_gets_a_page_that_says_so() -> None:
    nothing = Graph(Debate(id="empty", title="None"), Debate(id="reference", title="None"))
    html = options(nothing).page().html
    assert "No record is dated." in html
    assert "cites no single record" in html


def test_a_table_leads_to_the_records_that_it_names(page: Page) -> None:
    row = re.search(r"<tr>\s*<th[^>]*>Poland</th>(.*?)</tr>", page.html, re.DOTALL)
    assert row
    assert '<a href="#record-s2">s2</a>, <a href="#record-s1">s1</a>' in row[1]
    assert ">s9<" in page.html


def test_the_linter_finds_nothing_in_the_script(page: Page, tmp_path: Path) -> None:
    linter = shutil.which("oxlint", path=str(Path(sys.executable).parent))
    assert linter, "oxlint comes with the extra 'test'"
    script = tmp_path / "answer.js"
    own = re.findall(r"^<script>\n?(.*?)</script>", page.html, re.DOTALL | re.MULTILINE)[-1]
    # dom.js has functions that only other pages call, one of which calls one of theirs.
    script.write_text(f"const shortened = String;\n{own}", encoding="utf-8")
    found = subprocess.run(
        [linter, "-c", str(RULES), "-A", "no-unused-vars", str(script)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert found.returncode == 0, found.stdout


# In the browser, with the network off.


def test_pointing_tells_what_a_mark_is_and_marks_its_actor_everywhere(opened: Opened) -> None:
    tab = opened.go()
    tab.locator('#figure-2 .wide .mark[data-names="Poland"]').hover()
    assert tab.locator("#figure-2 .pointed").inner_text() == "Poland"
    assert "lit" in (
        tab.locator('#figure-1 .wide .mark[data-names="Poland"]').get_attribute("class") or ""
    )
    assert tab.locator("th.lit").inner_text() == "Poland"
    tab.keyboard.press("Escape")
    assert tab.locator(".lit").count() == 0


def test_a_click_leads_to_the_records_and_escape_comes_back(opened: Opened) -> None:
    tab = opened.go()
    tie = tab.locator('#figure-1 .wide .mark[data-names="Poland | Germany"]')
    assert tie.get_attribute("role") == "button"
    assert tie.get_attribute("aria-label") == "Poland and Germany: on 4 of 5"
    tie.dispatch_event("click")
    assert tab.locator(".card.lit").evaluate_all("cards => cards.map(c => c.id).sort()") == [
        "record-s1",
        "record-s2",
    ]
    assert tab.evaluate("document.activeElement.id") == "record-s2"
    tab.keyboard.press("Escape")
    assert tab.locator(".card.lit").count() == 0
    assert tab.evaluate("document.activeElement.dataset.names") == "Poland | Germany"


def test_arrow_keys_go_from_mark_to_mark_and_enter_opens(opened: Opened) -> None:
    tab = opened.go()
    assert tab.locator("#figure-1 .wide .mark[tabindex='0']").count() == 1
    tab.locator("#figure-1 .wide .mark[tabindex='0']").focus()
    for _ in range(20):
        if tab.evaluate("document.activeElement.dataset.names") == "Poland | Germany":
            break
        tab.keyboard.press("ArrowRight")
    assert "on 4 of 5" in tab.locator("#figure-1 .pointed").inner_text()
    tab.keyboard.press("Enter")
    assert tab.evaluate("document.activeElement.id") == "record-s2"


def test_an_actor_is_found_by_part_of_its_name(opened: Opened) -> None:
    tab = opened.go()
    tab.locator("#find").fill("germ")
    assert "Germany: marked in" in tab.locator("#notice").inner_text()
    assert tab.locator(".wide .mark.lit").count() == 3
    tab.locator("#find").fill("atlantis")
    assert "Nobody by that name" in tab.locator("#notice").inner_text()
    assert tab.locator(".lit").count() == 0


def test_a_film_plays_to_its_end_and_goes_back_by_hand(opened: Opened) -> None:
    tab = opened.go()
    tab.clock.install()
    told = tab.locator(".player output")
    assert told.inner_text() == "1 of 4: Step 0"
    assert tab.locator(".film .frame:visible").count() == 1
    tab.locator(".player .play").click()
    tab.clock.run_for(1700)
    assert told.inner_text() == "2 of 4: Step 1"
    tab.clock.run_for(10_000)
    assert told.inner_text() == "4 of 4: Step 3"
    assert "Play" in tab.locator(".player .play").inner_text()
    tab.locator(".player .back").click()
    assert told.inner_text() == "3 of 4: Step 2"
    tab.locator(".player .step").focus()
    tab.keyboard.press("ArrowLeft")
    assert told.inner_text() == "2 of 4: Step 1"


def test_a_figure_and_the_rows_are_saved(opened: Opened) -> None:
    tab = opened.go()
    with tab.expect_download() as download:
        tab.locator("#figure-1 .svg").click()
    assert download.value.suggested_filename == "position-1.svg"
    texts = " ".join(
        e.text or ""
        for e in ElementTree.fromstring(Path(download.value.path()).read_text("utf-8")).iter()
    )
    assert "Two camps" in texts
    assert "stancegraph position pol" in texts
    with tab.expect_download() as download:
        tab.locator("#figure-1 .png").click()
    assert Path(download.value.path()).read_bytes().startswith(b"\x89PNG")
    rows = list(csv.DictReader(io.StringIO(opened.saved("csv").decode("utf-8-sig"))))
    assert {row["option"] for row in rows} == {"alerts", "strikes"}


def test_without_script_everything_is_there(chromium: Browser, page: Page, tmp_path: Path) -> None:
    context = chromium.new_context(java_script_enabled=False, offline=True)
    tab = context.new_page()
    tab.goto(page.save(tmp_path / "page.html").as_uri())
    assert tab.locator(".film .frame:visible").count() == 4
    assert tab.locator(".film .frame h3:visible").count() == 4
    assert tab.locator("svg:visible").count() == 6
    assert tab.locator(".card:visible").count() == 2
    assert tab.locator(".player:visible, .pointed:visible, #copy:visible").count() == 0
    context.close()


def test_it_prints_what_it_says(opened: Opened) -> None:
    tab = opened.go()
    tab.emulate_media(media="print")
    for selector in ("#verdict", "#figure-1 .wide svg", ".film .frame h3", ".card", ".made"):
        assert tab.locator(selector).first.is_visible()
    assert tab.locator(".film .frame:visible").count() == 4
    assert not tab.locator(".actions").is_visible()
    assert len(re.findall(rb"/Type\s*/Page\b(?!s)", tab.pdf())) <= 5
    tab.emulate_media(media="screen")


def test_axe_finds_nothing_and_nothing_is_wider_than_the_screen(
    chromium: Browser, tmp_path: Path
) -> None:
    axe = files("axe_playwright_python").joinpath("axe.min.js").read_text("utf-8")
    with opening(chromium, answered(*FIGURES.values()).page(), tmp_path) as opened:
        tab = opened.go()
        for width, height in (PHONE, DESKTOP):
            tab.set_viewport_size({"width": width, "height": height})
            assert not opened.is_wider_than_the_screen
            assert overlapping(tab, ".cells th, .cells td, .card, .flag, h2") == []
        tab.evaluate(axe)
        found = tab.evaluate(f"axe.run(document, {{runOnly: {AXE}}})")
    assert [(v["id"], v["nodes"][0]["html"][:200]) for v in found["violations"]] == []
    assert len(found["passes"]) > 15


def test_hostile_text_is_text_and_what_is_empty_is_drawn(chromium: Browser, tmp_path: Path) -> None:
    figures: list[Any] = [*FIGURES.values()]
    for known, name in (("Poland", HOSTILE[0]), ("Germany", LONG), ("East", HOSTILE[1])):
        figures = [renamed(figure, known, name) for figure in figures]
    answer = replace(
        answered(*figures, *EMPTY.values()),
        verdict=MARKUP + "\x00" + HOSTILE[1],
        question=MARKUP + LONG,
        flags=(MARKUP,),
        notes=(MARKUP, LONG),
        method=MARKUP,
        tables=(Table(MARKUP, (MARKUP, "b"), ((MARKUP, LONG),)),),
    )
    page = answer.page()
    assert "<img src=x" not in page.html
    assert "\u202e" not in page.html
    with opening(chromium, page, tmp_path) as opened:
        tab = opened.go()
        assert tab.locator("img").count() == 0
        assert tab.locator("#verdict").inner_text().startswith(MARKUP)
        for width, height in (DESKTOP, PHONE):
            tab.set_viewport_size({"width": width, "height": height})
            assert not opened.is_wider_than_the_screen


def test_the_shipped_debate_is_read_on_a_phone(chromium: Browser, tmp_path: Path) -> None:
    with opening(chromium, load().align("pol").page(), tmp_path, PHONE) as opened:
        tab = opened.go()
        assert not opened.is_wider_than_the_screen
        assert tab.locator(".cells thead:visible").count() == 0
        assert tab.locator("#verdict").bounding_box()["y"] < 300  # type: ignore[index]
