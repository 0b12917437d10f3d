from __future__ import annotations

import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from stancegraph.cli import main
from stancegraph.view.kinds import KINDS, PAGES_ONLY


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def view(*words: str) -> Result:
    return CliRunner().invoke(main, ["view", *words])


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_written_as_a_page(kind: str) -> None:
    result = view(kind, "-o", "page.html")
    assert result.exit_code == 0, result.output
    assert result.stderr == "wrote page.html: open it in any browser\n"
    assert Path("page.html").read_text("utf-8").startswith("<!DOCTYPE html>")


@pytest.mark.parametrize("kind", [k for k in KINDS if k not in PAGES_ONLY])
def test_still_kinds_are_drawn_without_a_browser(kind: str) -> None:
    assert view(kind, "-o", "a.svg").exit_code == 0
    assert view(kind, "-o", "a.png").exit_code == 0
    assert Path("a.svg").read_text("utf-8").startswith("<?xml")
    assert Path("a.png").read_bytes().startswith(b"\x89PNG\r\n\x1a\n")
    printed = view(kind, "-o", "-", "--format", "svg")
    assert printed.stdout_bytes == Path("a.svg").read_bytes()


def test_all_kinds_go_into_a_folder_with_an_index(here: Path) -> None:
    result = view("--all", "-o", "skies")
    assert result.exit_code == 0, result.output
    written = {p.name for p in (here / "skies").iterdir()}
    assert written == {
        "index.html",
        *(f"{kind}.html" for kind in KINDS),
        *(f"{kind}.svg" for kind in KINDS if kind not in PAGES_ONLY),
    }
    index = (here / "skies" / "index.html").read_text("utf-8")
    assert set(re.findall(r'href="([^"]+)"', index)) == {f"{kind}.html" for kind in KINDS}
    assert "script-src" in index
    assert result.stderr.splitlines()[-1].startswith("wrote 7 views into skies: open")


def test_a_shipped_story_that_does_not_fit_is_left_out_of_all(here: Path) -> None:
    assert view("--all", "-o", "part", "--option", "alert-sharing").exit_code == 0
    assert not (here / "part" / "story.html").exists()


def test_a_page_says_how_to_make_it_again() -> None:
    view("matrix", "-o", "page.html", "--option", "alert-sharing", "--actors", "nato, ukr")
    found = Path("page.html").read_text("utf-8")
    again = (
        "stancegraph view matrix -g ukraine-skies --option=alert-sharing --as-of=2024-06-02 "
        "&#39;--actors=nato, ukr&#39; -o matrix.html"
    )
    assert again in found


def test_embedding_prints_a_frame_of_the_file() -> None:
    result = view("matrix", "-o", "my page.html", "--embed")
    assert result.stdout.startswith('<iframe src="my%20page.html" title="Actors and options')


def test_a_page_is_opened_where_asked(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    launched: list[str] = []
    monkeypatch.setattr("click.launch", launched.append)
    view("matrix", "-o", "page.html", "--open")
    assert launched == [str(here / "page.html")]


def test_a_page_speaks_french() -> None:
    assert view("-o", "page.html", "--lang", "fr").exit_code == 0
    page = Path("page.html").read_text("utf-8")
    assert '<html lang="fr">' in page
    assert "Pologne" in page


def test_of_a_large_graph_as_many_are_drawn_as_asked_for() -> None:
    view("-o", "page.html", "--limit", "5")
    assert "Shown are 5 of 21 positions" in Path("page.html").read_text("utf-8")


WRONG = [
    (["matirx", "-o", "a.html"], 2, "'matirx' is not one of"),
    (["-o", "a.pdf"], 1, "'a.pdf' ends in none of .html, .svg and .png"),
    (["-o", "a.svg", "--format", "html"], 1, "'a.svg' is not html: leave out --format"),
    (["matrix", "--all", "-o", "x"], 1, "--all writes every kind: leave out 'matrix', or --all"),
    (["--all", "-o", "-"], 1, "--all writes a folder: name one instead of '-'"),
    (["--class", "-o", "a.html"], 1, "--story and --class go with story, explore or --all"),
    (
        ["story", "-o", "a.html", "--as-of", "2024-05-25"],
        1,
        "the story that comes with 'ukraine-skies' does not fit what is chosen",
    ),
    (["story", "-o", "a.svg"], 1, "'story' is a page to click through: name a .html file for it"),
    (["-o", "a.html", "--option", "f61"], 1, "no option is called 'f61'"),
    (["-o", "a.html", "--actors", "pol,germny"], 1, "did you mean 'Germany'?"),
    (["-o", "a.html", "--lang", "xx"], 1, "no page speaks 'xx'; there are en, fr"),
    (["-o", "no/a.html"], 1, "cannot write no/a.html: No such file or directory"),
    (["-o", "-", "--embed"], 1, "--embed frames a page's file: name a .html file"),
    (["--all", "-o", "x", "--embed"], 1, "leave out --format and --embed"),
    (["story", "-o", "a.html", "--story", "no.yaml"], 1, "no.yaml"),
    (["-o", "a.html", "-g", "nowhere"], 1, "nowhere"),
]


@pytest.mark.parametrize(("words", "code", "said"), WRONG)
def test_what_is_wrong_is_told_and_nothing_is_written(
    here: Path, words: list[str], code: int, said: str
) -> None:
    result = view(*words)
    assert result.exit_code == code
    assert said in " ".join(result.stderr.split())
    assert not any(here.iterdir())
