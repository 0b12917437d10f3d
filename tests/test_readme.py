"""What the README says is true: its commands run, its answer is the one that prints."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner

from stancegraph.cli import main

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
COMMANDS = re.findall(r"^\| `stancegraph ([^`]+)`", README, flags=re.MULTILINE)


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", README, flags=re.MULTILINE | re.DOTALL)


def test_the_answer_shown_is_the_one_that_prints() -> None:
    (block,) = [b for b in blocks("console") if b.startswith("$ stancegraph trace")]
    command, _, shown = block.partition("\n")
    words = shlex.split(command.removeprefix("$ stancegraph "))
    printed = CliRunner(env={"COLUMNS": "100"}).invoke(main, words).stdout
    assert shown.splitlines() == [line.rstrip() for line in printed.splitlines()]


def test_the_two_commands_are_one_line_each() -> None:
    first, second = blocks("sh")
    assert first.count("\n") == second.count("\n") == 1
    assert "pip install" in first
    assert "pytest" in second


def test_the_python_example_runs(capsys: pytest.CaptureFixture[str]) -> None:
    (block,) = blocks("python")
    exec(block, {})
    assert "Romania 0 of 1 insufficient" in capsys.readouterr().out


def test_every_command_has_its_line() -> None:
    from stancegraph.cli import COMMANDS as ALL

    assert {c.split()[0] for c in COMMANDS} == set(ALL)


SERVERS = ("serve", "publish")
"""Run by the tests of their own."""


@pytest.mark.parametrize("command", [c for c in COMMANDS if c.split()[0] not in SERVERS])
def test_a_command_of_the_table_runs(
    command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("coded.csv").write_text("person,concept,agreement\nAnn,war,yes\nBob,war,no\n")
    if "-g my.duckdb" in command:
        CliRunner().invoke(main, ["import", "table", "coded.csv", "-o", "my.duckdb"])
    if "-g skies.yaml" in command:
        Path("more.yaml").write_text("issues: [{id: more, name: More, definition: More of it.}]\n")
        CliRunner().invoke(main, ["export", "yaml", "-o", "skies.yaml"])
        CliRunner().invoke(main, ["deprecate", "s01", "-g", "skies.yaml", "--because", "a slip"])
    words = shlex.split(command.replace("DEBATE", "ukraine-skies").replace("DIR", "my-debate"))
    result = CliRunner().invoke(main, words)
    assert result.exit_code == 0, result.output


FILES = {
    "sample.dna": "dna_sample",
    "iraq2003_statements.csv": "iraq2003",
    "unga_votes.csv.gz": "unga_votes_voeten",
    "unga_roll_calls.csv.gz": "unga_votes_voeten",
    "unga_issues.csv.gz": "unga_votes_voeten",
}


def test_what_people_have_goes_to_a_table_and_a_network(
    shared: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for name, folder in FILES.items():
        Path(name).symlink_to(shared / "data" / folder / name)
    section = README.split("## Bring what you have")[1].split("\n## ")[0]
    found = re.findall(r"^```console\n(.*?)^```$", section, flags=re.MULTILINE | re.DOTALL)
    commands = "".join(found).replace("\\\n", " ").splitlines()
    assert len(commands) == 9
    for command in commands:
        result = CliRunner().invoke(main, shlex.split(command.removeprefix("$ stancegraph ")))
        assert result.exit_code == 0, (command, result.output)
    for written in ("climate.graphml", "iraq.csv", "un.graphml"):
        assert Path(written).stat().st_size > 1_000


def test_links_lead_somewhere() -> None:
    links = re.findall(r"\]\(([^)#]+)\)", README)
    assert links
    assert [link for link in links if "://" not in link and not (ROOT / link).exists()] == []
