"""The pages are up to date, and what they show works."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

import stancegraph
from stancegraph.errors import InvalidDebate
from stancegraph.read.debate import load_debate
from stancegraph.source_text import check_text, digest

DOCS = Path(__file__).parents[1] / "docs"
FORMAT = (DOCS / "data-format.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", FORMAT, flags=re.MULTILINE | re.DOTALL)


(REPORT,) = blocks("text")
(EXAMPLE,) = blocks("yaml")
SLIPS = re.findall(r"^\| `([^`|]+)` \| `([^`|]+)` \| (?!\[)(.+) \|$", FORMAT, flags=re.MULTILINE)


def test_the_generated_parts_are_up_to_date() -> None:
    done = subprocess.run(
        [sys.executable, DOCS / "generate.py", "--check"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_stale_page_is_named_and_written_anew(tmp_path: Path) -> None:
    for name in ("generate.py", "cli.md", "data-format.md"):
        (tmp_path / name).write_bytes((DOCS / name).read_bytes())
    stale = (
        (tmp_path / "cli.md").read_text(encoding="utf-8").replace("--own-words", "--their-words")
    )
    (tmp_path / "cli.md").write_text(stale, encoding="utf-8")
    command = [sys.executable, str(tmp_path / "generate.py")]
    found = subprocess.run([*command, "--check"], capture_output=True, text=True, check=False)
    assert (found.returncode, found.stdout) == (
        1,
        "cli.md is stale; run: python docs/generate.py\n",
    )
    assert subprocess.run(command, check=True, capture_output=True).stdout == b"wrote cli.md\n"
    assert (tmp_path / "cli.md").read_bytes() == (DOCS / "cli.md").read_bytes()


def test_the_example_answers_as_the_page_says(tmp_path: Path) -> None:
    (tmp_path / "debate.yaml").write_text(EXAMPLE, encoding="utf-8")
    graph = stancegraph.load(tmp_path)
    rows = {row.actor: row for row in graph.who("shoot-down-near-border").rows}
    assert (rows["pol"].hearsay, rows["deu"].hearsay) == (False, True)


def test_the_example_has_the_digests_of_its_report(tmp_path: Path) -> None:
    (tmp_path / "debate.yaml").write_text(EXAMPLE, encoding="utf-8")
    assert check_text(load_debate(tmp_path), "report", REPORT) == []


def test_the_lines_that_make_digests_make_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("report.txt").write_text(REPORT, encoding="utf-8")
    (block,) = blocks("python")
    exec(block, {})
    assert capsys.readouterr().out.split() == [digest(line) for line in REPORT.splitlines()]


@pytest.mark.parametrize(("right", "wrong", "message"), SLIPS, ids=[s[1] for s in SLIPS])
def test_a_slip_is_told_as_the_page_says(
    right: str, wrong: str, message: str, tmp_path: Path
) -> None:
    assert right in EXAMPLE
    (tmp_path / "debate.yaml").write_text(EXAMPLE.replace(right, wrong, 1), encoding="utf-8")
    with pytest.raises(InvalidDebate) as caught:
        load_debate(tmp_path)
    assert message in [p.split(": ", 1)[1] for p in caught.value.problems]


def test_the_page_shows_slips() -> None:
    assert len(SLIPS) == 10


def test_links_lead_somewhere() -> None:
    for page in DOCS.glob("*.md"):
        text = page.read_text(encoding="utf-8")
        anchors = {
            re.sub(r"[^\w -]", "", title).lower().replace(" ", "-")
            for title in re.findall(r"^#+ (.+)$", text, flags=re.MULTILINE)
        }
        for link in re.findall(r"\]\(([^)\s]+)\)", text):
            if link.startswith("#"):
                assert link[1:] in anchors, f"{page.name}: {link}"
            elif "://" not in link:
                assert (DOCS / link.partition("#")[0]).exists(), f"{page.name}: {link}"


def test_every_module_of_the_answers_is_in_the_table_of_the_architecture() -> None:
    page = (DOCS / "architecture.md").read_text(encoding="utf-8")
    table = page.split("## Where a question is answered")[1].split("\n## ")[0]
    folder = Path(stancegraph.__file__).parent / "answer"
    modules = {path.stem for path in folder.glob("*.py")} - {"__init__"}
    assert set(re.findall(r"`([a-z_]+)`", table)) - {"answer"} == modules - {"answer"}
