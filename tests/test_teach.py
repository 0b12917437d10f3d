"""The lessons hold: each command runs and says what its plan says, each sheet has answers."""

from __future__ import annotations

import re
import shlex
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from stancegraph.cli import main
from stancegraph.graph import load
from stancegraph.view.kinds import KINDS
from stancegraph.view.pages import content_for
from stancegraph.view.story import check_story, load_story

TEACH = Path(__file__).parents[1] / "docs/teach"
LESSONS = sorted(TEACH.glob("[0-9]-*.md"))
PLANS = [p for p in LESSONS if not p.name.endswith("-sheet.md")]
SHEETS = [p for p in LESSONS if p.name.endswith("-sheet.md")]
STORIES = sorted(TEACH.glob("*.yaml"))


def commands(page: Path) -> list[tuple[str, list[str]]]:
    """Return the commands of a page, each with the lines that its answer is said to have."""
    found: list[tuple[str, list[str]]] = []
    text = page.read_text(encoding="utf-8")
    for block in re.findall(r"^```console\n(.*?)^```$", text, flags=re.MULTILINE | re.DOTALL):
        for line in block.splitlines():
            if line.startswith("$ "):
                found.append((line.removeprefix("$ stancegraph "), []))
            else:
                found[-1][1].append(line)
    return found


STEPS = [
    (page.name, words, said)
    for page in (TEACH / "README.md", *PLANS)
    for words, said in commands(page)
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the lessons, in which pages may be written."""
    return Path(shutil.copytree(TEACH, tmp_path_factory.mktemp("lessons") / "teach"))


def test_there_are_three_lessons_of_each_kind() -> None:
    for kind in (PLANS, SHEETS, STORIES):
        assert [path.name[0] for path in kind] == ["1", "2", "3"]


@pytest.mark.parametrize(("page", "words", "said"), STEPS, ids=[words for _, words, _ in STEPS])
def test_a_step_of_a_lesson_says_what_its_plan_says(
    page: str, words: str, said: list[str], folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder)
    done = CliRunner(env={"COLUMNS": "200"}).invoke(main, shlex.split(words))
    assert done.exit_code == 0, (page, done.output)
    printed = " ".join(done.output.split())
    assert [line for line in said if " ".join(line.split()) not in printed] == []


@pytest.mark.parametrize("page", PLANS, ids=lambda p: p.name)
def test_a_plan_fills_45_minutes_without_a_gap(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    spans = [(int(a), int(b)) for a, b in re.findall(r"^\| (\d+) to (\d+) \|", text, re.MULTILINE)]
    assert spans[0][0] == 0
    assert spans[-1][1] == 45
    assert [b for _, b in spans[:-1]] == [a for a, _ in spans[1:]]


@pytest.mark.parametrize("page", PLANS, ids=lambda p: p.name)
def test_a_plan_runs_more_than_it_tells(page: Path) -> None:
    steps = commands(page)
    assert len(steps) >= 4
    assert all(said for words, said in steps if not words.startswith("view"))
    assert "## What to look for" in page.read_text(encoding="utf-8")


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda p: p.name)
def test_every_question_of_a_sheet_has_a_hidden_answer(sheet: Path) -> None:
    parts = re.split(r"^\*\*(\d+)\.\*\* ", sheet.read_text(encoding="utf-8"), flags=re.MULTILINE)
    numbers, questions = parts[1::2], parts[2::2]
    assert numbers == [str(n + 1) for n in range(len(questions))]
    assert len(questions) >= 5
    for question in questions:
        assert re.search(
            r"<details><summary>[^<]+</summary>\n\n\S.*</details>", question, re.DOTALL
        )


@pytest.mark.parametrize("path", STORIES, ids=lambda p: p.name)
def test_a_story_fits_the_shipped_debate_and_asks_at_each_step(path: Path) -> None:
    story = load_story(path)
    check_story(story, content_for(load("ukraine-skies"), language="en"), KINDS)
    assert all(step.ask and step.answer for step in story.steps)
