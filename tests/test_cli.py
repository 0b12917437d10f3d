from __future__ import annotations

import csv
import io
import json
import re
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from stancegraph.cli import COMMANDS, main


def run(*words: str, width: int = 100) -> Result:
    return CliRunner(env={"COLUMNS": str(width)}).invoke(main, list(words))


def said(*words: str, width: int = 100) -> str:
    result = run(*words, width=width)
    assert result.exit_code == 0, result.output
    return result.stdout


def asked(*words: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(said(*words, "--format", "json"))
    return found


QUESTIONS = [
    ("who", "allied-interception"),
    ("align", "pol"),
    ("compare", "pol", "deu"),
    ("position", "usa"),
    ("evidence", "--actor", "pol"),
    ("dissent",),
    ("options",),
    ("trace", "pol", "allied-interception"),
]
COMMON_KEYS = ["question", "verdict", "as_of", "method", "rows", "evidence", "flags"]
EVIDENCE_KEYS = {
    *("id", "speaker", "capacity", "mode", "holder", "option", "polarity", "source"),
    *("paragraph", "gist", "date", "not_before", "not_after"),
}


@pytest.mark.parametrize("words", QUESTIONS, ids=lambda words: words[0])
def test_json_has_the_documented_keys(words: tuple[str, ...]) -> None:
    answer = asked(*words)
    assert list(answer)[:7] == COMMON_KEYS
    assert answer["as_of"] == "2024-06-02"
    assert answer["rows"]
    assert all(set(e) >= EVIDENCE_KEYS for e in answer["evidence"])


@pytest.mark.parametrize(
    ("words", "keys"),
    [
        (("align", "pol"), "actor name agreement interval shared same options verdict"),
        (
            ("who", "allied-interception"),
            "actor name polarity tier certainty confidence hearsay contested decided_by dissent",
        ),
    ],
)
def test_json_rows_have_the_documented_keys(words: tuple[str, ...], keys: str) -> None:
    assert all(set(keys.split()) <= set(row) for row in asked(*words)["rows"])


def test_compare_has_its_numbers_at_the_top() -> None:
    answer = asked("compare", "pol", "deu")
    keys = ("agreement", "interval", "shared", "same", "measure", "value")
    assert {k: answer[k] for k in keys} == {
        "agreement": None,
        "interval": None,
        "shared": 1,
        "same": 0,
        "measure": "agreement",
        "value": None,
    }


@pytest.mark.parametrize("words", QUESTIONS, ids=lambda words: words[0])
@pytest.mark.parametrize("width", [60, 80, 120])
def test_tables_keep_to_the_width_of_the_screen(words: tuple[str, ...], width: int) -> None:
    lines = said(*words, width=width).splitlines()
    assert max(map(len, lines)) <= width


@pytest.mark.parametrize("words", QUESTIONS, ids=lambda words: words[0])
def test_what_an_answer_says_reproduces_it_does(words: tuple[str, ...]) -> None:
    answer = asked(*words)
    again = answer["reproduce"].split()
    assert again[0] == "stancegraph"
    assert asked(*again[1:]) == answer


@pytest.mark.parametrize("words", QUESTIONS, ids=lambda words: words[0])
def test_csv_has_one_line_a_row(words: tuple[str, ...]) -> None:
    rows = list(csv.reader(io.StringIO(said(*words, "--format", "csv"))))
    assert len(rows) - 1 == len(asked(*words)["rows"])
    assert {len(row) for row in rows} == {len(rows[0])}


def test_csv_of_no_rows_still_has_its_header() -> None:
    (header,) = csv.reader(io.StringIO(said("who", "coalition-interception", "-f", "csv")))
    assert header[:3] == ["actor", "name", "kind"]
    assert {"since_not_before", "since_not_after"} <= set(header)


TABLED = [words for words in QUESTIONS if words[0] != "evidence"]


@pytest.mark.parametrize("words", TABLED, ids=lambda words: words[0])
def test_markdown_tables_are_regular(words: tuple[str, ...]) -> None:
    lines = [x for x in said(*words, "--format", "markdown").splitlines() if x.startswith("|")]
    assert lines
    assert all(re.fullmatch(r"\|.*\|", line) for line in lines)


def test_output_is_written_to_a_file_whole(tmp_path: Path) -> None:
    target = tmp_path / "answer.json"
    result = run("who", "allied-interception", "-f", "json", "-o", str(target))
    assert (result.exit_code, result.stdout) == (0, "")
    assert json.loads(target.read_text(encoding="utf-8")) == asked("who", "allied-interception")
    assert [p.name for p in tmp_path.iterdir()] == ["answer.json"]


ERRORS = [
    (("who", "alied-interception"), "Error: no option is called 'alied-interception'; did you"),
    (("who", "interception"), "Error: 'interception' is part of 5 options; which of: allied"),
    (("align", "Brussels"), "Error: no actor is called 'Brussels'"),
    (("align", "Polnd"), "Error: no actor is called 'Polnd'; did you mean 'Poland', 'pol' or"),
    (("who", "x", "-g", "skies"), "Error: no shipped debate and no file or folder is called 's"),
    (("evidence", "s99"), "Error: no record is called 's99'; did you mean"),
    (("check", "nowhere"), "Error: no shipped debate and no file or folder is called 'nowhere'"),
    (("new", "."), "Error: . exists and is not empty; name a new folder"),
    (("check", "ukraine-skies", "--text", "x"), "Error: --text takes SOURCE=FILE"),
    (("check", "ukraine-skies", "--text", "x=/nowhere"), "Error: /nowhere: cannot be read as"),
    (("export", "csv", "-o", "/nowhere/x.csv"), "Error: cannot write /nowhere/x.csv: No such"),
]


@pytest.mark.parametrize(
    ("words", "message"), ERRORS, ids=lambda x: None if isinstance(x, str) else " ".join(x)
)
def test_an_error_is_one_clear_message(words: tuple[str, ...], message: str) -> None:
    result = run(*words)
    assert result.exit_code == 1
    assert result.stderr.startswith(message)
    assert "Traceback" not in result.output


def test_a_wrong_command_gets_a_suggestion() -> None:
    result = run("aling", "pol")
    assert result.exit_code == 2
    assert "no command is called 'aling'; did you mean 'align'?" in result.stderr


def test_a_wrong_date_is_refused_with_an_example() -> None:
    result = run("who", "allied-interception", "--as-of", "2024-02-30")
    assert result.exit_code == 2
    assert "'2024-02-30' is not a date such as 2024-06-02" in result.stderr


def test_as_of_an_earlier_day_says_what_is_left_out() -> None:
    answer = asked("position", "usa", "--as-of", "2024-05-29")
    assert [(r["option"], r["polarity"]) for r in answer["rows"]] == [
        ("us-weapons-in-russia", "opposes")
    ]
    assert any("Left out as perhaps of a later day: " in note for note in answer["notes"])


def test_new_makes_a_debate_that_passes_check(tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    assert "next: stancegraph check" in said("new", str(folder))
    assert "no problem found" in said("check", str(folder))
    assert "Germany opposes" in said("who", "shoot-down", "-g", str(folder))


def test_check_prints_every_problem_and_fails(tmp_path: Path) -> None:
    file = tmp_path / "bad.yaml"
    file.write_text("debate: {id: bad-one, title: Bad}\noptoins: []\nactors: [{id: x}]\n")
    result = run("check", str(file))
    assert result.exit_code == 1
    lines = result.stderr.removeprefix("Error: ").splitlines()
    assert [line.removeprefix(f"{file}:").split(": ")[0] for line in lines] == [
        "2:1", "3:10", "3:10",
    ]  # fmt: skip
    assert "did you mean 'options'" in lines[0]


def test_debates_lists_what_is_shipped() -> None:
    assert said("debates").startswith("ukraine-skies  Protecting Ukraine's skies\n")


@pytest.mark.parametrize("command", COMMANDS)
def test_help_of_every_command_ends_with_an_example(command: str) -> None:
    text = said(command, "--help")
    assert text.splitlines()[-1].startswith(f"  Example: stancegraph {command}")
    shown = COMMANDS[command][1]
    assert shown.rstrip(".") in " ".join(text.split())


def test_graphml_export_reads_back_with_signs(tmp_path: Path) -> None:
    import networkx as nx

    target = tmp_path / "skies.graphml"
    said("export", "graphml", "-o", str(target))
    network = nx.read_graphml(target, force_multigraph=True)
    edge = network.edges["deu", "allied-interception", "position"]
    assert (edge["value"], edge["hearsay"]) == (-1.0, True)


def test_csv_export_has_a_row_for_each_stance_and_bare_record() -> None:
    rows = list(csv.DictReader(io.StringIO(said("export", "csv"))))
    assert len({row["id"] for row in rows}) == 37
    assert sum(bool(row["polarity"]) for row in rows) == 24


def test_yaml_export_is_a_debate_again(tmp_path: Path) -> None:
    target = tmp_path / "again.yaml"
    said("export", "yaml", "-o", str(target))
    assert (
        asked("who", "allied-interception")["rows"]
        == (asked("who", "allied-interception", "-g", str(target))["rows"])
    )


HOSTILE = "=cmd|' /C calc'!A0 <script>alert(1)</script> \x1b[31m [bold]x[/bold] | `a` \u202e"


@pytest.fixture
def hostile(tmp_path: Path) -> str:
    file = tmp_path / "hostile.yaml"
    text = json.dumps(HOSTILE)
    file.write_text(
        f"""
debate: {{id: hostile, title: {text}}}
actors: [{{id: actor-one, kind: person, name: {text}}}]
issues: [{{id: issue, name: {text}, definition: {text}}}]
options: [{{id: option-one, name: {text}, definition: {text}, issue: issue}}]
sources:
  - {{id: source, title: {text}, when: 2024-01-01, paragraphs: [{{n: 1, digest: {"0" * 64}}}]}}
evidence:
  - {{id: e01, at: 1, speaker: actor-one, as: own, reported: direct, gist: {text},
     stances: [{{option: option-one, is: supports}}]}}
""",
        encoding="utf-8",
    )
    return str(file)


def test_hostile_text_never_reaches_a_terminal_as_commands(hostile: str) -> None:
    printed = said("who", "option-one", "-g", hostile)
    assert "\x1b" not in printed
    assert "\u202e" not in printed
    assert "[bold]x[/bold]" in printed


def test_hostile_text_never_starts_a_spreadsheet_cell(hostile: str) -> None:
    for words in (("who", "option-one", "-f", "csv"), ("export", "csv")):
        cells = [c for row in csv.reader(io.StringIO(said(*words, "-g", hostile))) for c in row]
        assert any(c.startswith("'=cmd") for c in cells)
        assert not any(c.startswith(("=", "+", "@")) for c in cells)


def test_hostile_text_stays_text_in_markdown(hostile: str) -> None:
    printed = said("who", "option-one", "-g", hostile, "-f", "markdown")
    assert "<script>" not in printed
    assert r"\<script\>" in printed


HEAVY = ("rdflib", "networkx", "pyvis", "scipy", "numpy", "pyshacl", "jinja2")


@pytest.mark.parametrize(
    ("words", "banned"),
    [
        (["--help"], (*HEAVY, "rich", "ruamel", "stancegraph.model")),
        (["who", "allied-interception"], HEAVY),
        (["align", "pol"], set(HEAVY) - {"numpy"}),
    ],
    ids=["help", "who", "align"],
)
def test_a_small_question_imports_nothing_heavy(words: list[str], banned: Iterable[str]) -> None:
    code = (
        "import sys; from stancegraph.cli import main; main(sys.argv[1:], standalone_mode=False);"
        "print('MODULES', *sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, *words], capture_output=True, text=True, check=True
    )
    loaded = {m for line in done.stdout.splitlines() if line.startswith("MODULES")
              for m in line.split()}  # fmt: skip
    assert not loaded & set(banned)


def test_python_m_runs_the_same_command_line() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "stancegraph", "--help"], capture_output=True, text=True, check=True
    )
    assert done.stdout.startswith("Usage: stancegraph [OPTIONS] COMMAND")
