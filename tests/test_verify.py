"""`verify` finds what was broken, says where, and what it did not look at."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from hashlib import sha256
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

import duckdb
import pytest
from click.testing import CliRunner, Result
from hypothesis import HealthCheck, given, settings

import stancegraph
from roll_calls import graph_of_session
from servers import oxigraph
from stancegraph.cli import main
from stancegraph.errors import StanceError
from stancegraph.rdf.quads import nquads
from stancegraph.read.debate import load_debate, load_reference
from stancegraph.read.imported import Imported
from stancegraph.store.numbers import _TOLD, broken_rules
from stancegraph.store.write import Origin, add
from stancegraph.verify import verify
from strategies import debates
from test_docs import EXAMPLE, REPORT
from test_store import in_a_file

ORIGIN = Origin(kind="rdf", files="skies.trig", digest="0" * 64, options="")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Give the example of docs/data-format.md as a debate's folder."""
    made = tmp_path / "example"
    made.mkdir()
    (made / "debate.yaml").write_text(EXAMPLE, encoding="utf-8")
    return made


@pytest.fixture(scope="module")
def stored_skies(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("verify") / "skies.duckdb"
    add(path, [Imported(load_debate("ukraine-skies"))], load_reference(), ORIGIN)
    return path


@pytest.fixture
def stored(stored_skies: Path, tmp_path: Path) -> Path:
    """Give the shipped debate as a graph's file that may be broken."""
    return Path(shutil.copy(stored_skies, tmp_path / "skies.duckdb"))


def run(*words: str | Path) -> Result:
    return CliRunner(env={"COLUMNS": "300"}).invoke(main, [str(w) for w in words])


def problems(name: str | Path, **asked: Any) -> list[str]:
    found: list[str] = verify(str(name), shapes=False, **asked).more["problems"]
    return found


def test_what_is_shipped_is_what_it_says() -> None:
    answer = verify("ukraine-skies")
    assert answer.verdict == "ukraine-skies: no problem found in digests, references and shapes."
    assert answer.more["problems"] == []
    assert run("verify", "ukraine-skies", "--no-shacl").exit_code == 0


def test_what_was_not_checked_is_said() -> None:
    answer = verify("ukraine-skies", shapes=False)
    assert answer.notes == (
        "Only the form of digests was checked of semafor-skies: "
        "give the text with --text semafor-skies=FILE to compare them.",
        "The SHACL shapes were not applied, as asked.",
        "No change is logged: stancegraph has changed nothing since the graph was made.",
    )


def test_a_text_is_held_against_the_digests(folder: Path, tmp_path: Path) -> None:
    text = tmp_path / "report.txt"
    text.write_text(REPORT, encoding="utf-8")
    right = run("verify", folder, "--text", f"report={text}", "--no-shacl")
    assert (right.exit_code, right.stderr) == (0, "")
    text.write_text(REPORT.replace("the", "teh", 1), encoding="utf-8")
    wrong = run("verify", folder, "--text", f"report={text}", "--no-shacl", "-f", "json")
    assert wrong.exit_code == 1
    (problem,) = json.loads(wrong.stdout)["problems"]
    place = re.escape(f"{folder / 'debate.yaml'}:")
    assert re.fullmatch(
        rf"{place}\d+:\d+: no line after paragraph 0 of the text has this digest; recode it",
        problem,
    )


def test_a_debate_that_check_refuses_is_told_as_check_tells_it(folder: Path) -> None:
    file = folder / "debate.yaml"
    digest = sha256(b"").hexdigest()
    text = re.sub("[0-9a-f]{64}", digest[:-1], EXAMPLE, count=1)
    file.write_text(text, encoding="utf-8")
    result = run("verify", folder)
    assert (result.exit_code, result.stdout) == (1, "")
    assert re.fullmatch(
        rf"Error: {re.escape(str(file))}:\d+:\d+: digest {digest[:-1]!r} "
        "is not SHA-256 in 64 hexadecimal digits\n",
        result.stderr,
    )


def test_shapes_are_applied(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(dataset: object) -> list[str]:
        return ["example/evidence/s01: needs one gist"]

    monkeypatch.setattr("stancegraph.rdf.check_shapes", broken)
    answer = verify(str(folder))
    assert answer.verdict == f"{folder}: 1 problem found, in shapes."


BREAKS: dict[str, tuple[str, str]] = {
    "number of a record": (
        "UPDATE record SET n = 99 WHERE register = 'options' AND id = 'allied-interception'",
        "options allied-interception: number 99 stands where",
    ),
    "speaker": (
        "UPDATE evidence SET speaker = 9999 WHERE id = 's01'",
        "s01: speaker 9999 is the number of no record of actors",
    ),
    "source": (
        "UPDATE evidence SET source = NULL WHERE id = 's01'",
        "s01: source nothing is the number of no record of sources",
    ),
    "kind": (
        "UPDATE evidence SET kind = 'rumour' WHERE id = 's01'",
        "s01: kind 'rumour' is none of statement, action, vote",
    ),
    "id": (
        "UPDATE evidence SET id = 's02' WHERE id = 's01'",
        "evidence s02: the id is there 2 times",
    ),
    "level": (
        "UPDATE stance SET level = 3 WHERE place = 0 AND evidence = "
        "(SELECT n FROM evidence WHERE id = 's07')",
        "s07, stance 0: level 3 is none of -2 to 2",
    ),
    "holder": (
        "UPDATE stance SET holder = 9999 WHERE place = 1 AND evidence = "
        "(SELECT n FROM evidence WHERE id = 's07')",
        "s07, stance 1: holder 9999 is the number of no record of actors",
    ),
    "stance without record": (
        "UPDATE stance SET evidence = 9999 WHERE place = 1 AND evidence = "
        "(SELECT n FROM evidence WHERE id = 's07')",
        "stance: evidence 9999 is the number of no record of evidence",
    ),
    "JSON": (
        "UPDATE record SET record = '{' WHERE id = 'allied-interception'",
        "options allied-interception: record '{' is no JSON",
    ),
    "name": (
        "UPDATE record SET name = 'Other' WHERE id = 'kurt-volker'",
        "actors kurt-volker: name 'Other' is kept beside the record, which says 'Kurt Volker'",
    ),
    "tier": (
        "UPDATE stance SET tier = 1 WHERE place = 0 AND evidence = "
        "(SELECT n FROM evidence WHERE id = 's07')",
        "s07, stance 0: tier 1 is kept and 5 follows from its record",
    ),
    "counts": (
        "UPDATE evidence SET counts = false WHERE id = 's37'",
        "s37: counts False is kept beside the record, which says True",
    ),
    "day": (
        "UPDATE stance SET not_after = DATE '1999-01-01' WHERE evidence = (SELECT n FROM evidence "
        "WHERE id = 's37')",
        "s37, stance 0: not-after 1999-01-01 is kept and 2024-05-30 follows from its record",
    ),
    "label": (
        "INSERT INTO coded VALUES (0, 7, 7)",
        "coded of evidence number 0: variable 7 is the number of no variable",
    ),
    "attribute": (
        "INSERT INTO attribute VALUES ('actors', 'nobody', 'party', 'x')",
        "attribute party: it is of 'actors nobody', which is not there",
    ),
    "count": (
        "DELETE FROM stance WHERE evidence = (SELECT n FROM evidence WHERE id = 's37'); "
        "DELETE FROM evidence WHERE id = 's37'",
        "evidence has 36 rows, and imports and changes brought 37; import the sources again",
    ),
    "import's digest": (
        "UPDATE import SET digest = 'xyz'",
        "import 0, rdf of skies.trig: 'xyz' is not SHA-256 of its files",
    ),
    "reference": (
        'UPDATE record SET record = replace(record, \'"broader": "allied-interception"\', '
        "'\"broader\": \"allied-interceptor\"') WHERE register = 'options'",
        "options coalition-interception: broader 'allied-interceptor' is not known; "
        "did you mean 'allied-interception', ",
    ),
    "digest": (
        "UPDATE record SET record = regexp_replace(record, '[0-9a-f]{64}', 'abc') "
        "WHERE id = 'semafor-skies'",
        "sources semafor-skies: digest 'abc' is not SHA-256 in 64 hexadecimal digits",
    ),
    "class": (
        "UPDATE record SET record = replace(record, '\"person\"', '\"robot\"') "
        "WHERE id = 'kurt-volker'",
        "is no record of class Actor (ValueError: 'robot' is not a valid ActorKind); "
        "restore a copy, or import again",
    ),
}


@pytest.mark.parametrize(("broken", "message"), BREAKS.values(), ids=BREAKS)
def test_what_is_broken_in_a_file_is_found(stored: Path, broken: str, message: str) -> None:
    with duckdb.connect(stored) as connection:
        connection.execute(broken)
    assert message in problems(stored)[0]


def test_many_rows_alike_are_counted(stored: Path) -> None:
    with duckdb.connect(stored) as connection:
        connection.execute("UPDATE evidence SET speaker = 9999")
    found = problems(stored)
    assert len(found) == 6
    assert found[-1] == "and 32 more rows like the last"


def test_a_whole_file_has_no_problem(stored: Path) -> None:
    answer = verify(str(stored))
    assert answer.verdict == (
        f"{stored}: no problem found in numbers, digests, references, shapes and imports."
    )


def test_an_imported_file_is_known_by_its_digest(tmp_path: Path) -> None:
    table, graph = tmp_path / "t.csv", tmp_path / "t.duckdb"
    table.write_text("person,concept,agreement\nAnn,war,yes\n", encoding="utf-8")
    assert run("import", "table", table, "-o", graph).exit_code == 0
    assert problems(graph, files=[table]) == []
    table.write_text("person,concept,agreement\nAnn,war,no\n", encoding="utf-8")
    digest = sha256(table.read_bytes()).hexdigest()
    assert problems(graph, files=[table]) == [
        f"{table}: no import has its digest {digest}; it is not the file that was imported"
    ]


def test_files_are_of_imports_only(folder: Path) -> None:
    with pytest.raises(StanceError, match="it does not know what was imported into it"):
        verify(str(folder), files=[folder / "debate.yaml"])


def changed(graph: Path) -> None:
    """Make two changes."""
    words = ("deprecate", "--by", "Ann", "-g", graph, "--because")
    for reason, record in (("misquoted", "s01"), ("misread", "s02")):
        result = run(*words, reason, record)
        assert result.exit_code == 0, result.output


@pytest.fixture
def skies_folder(tmp_path: Path) -> Path:
    with as_file(files("stancegraph.data") / "ukraine-skies") as shipped:
        return Path(shutil.copytree(shipped, tmp_path / "skies"))


def forged(line: str) -> str:
    return line.replace("misquoted", "misheard")


LOGS: dict[str, tuple[Callable[[list[str]], list[str]], str]] = {
    "forged": (
        lambda lines: [forged(lines[0]), *lines[1:]],
        "change 1 is not as it was written: its digest differs",
    ),
    "cut out": (
        lambda lines: lines[1:],
        "change 2 does not follow the beginning",
    ),
    "changed order": (
        lambda lines: lines[::-1],
        "change 2 does not follow the beginning",
    ),
}


@pytest.mark.parametrize(("tamper", "message"), LOGS.values(), ids=LOGS)
def test_a_log_that_was_tampered_with_shows(
    skies_folder: Path, tamper: Callable[[list[str]], list[str]], message: str
) -> None:
    changed(skies_folder)
    assert problems(skies_folder) == []
    log = skies_folder / "log.jsonl"
    lines = log.read_text(encoding="utf-8").splitlines()
    log.write_text("".join(f"{line}\n" for line in tamper(lines)), encoding="utf-8")
    assert problems(skies_folder)[0] == message


def test_a_change_by_hand_is_noted_and_allowed(skies_folder: Path) -> None:
    changed(skies_folder)
    file = skies_folder / "evidence.yaml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("misread", "not his words", 1), encoding="utf-8")
    answer = verify(str(skies_folder), shapes=False)
    assert answer.more["problems"] == []
    noted = [n for n in answer.notes if "by hand" in n]
    place = re.escape(f"{file}:")
    assert len(noted) == 1
    assert re.fullmatch(
        rf"{place}\d+:\d+: s02 was changed by hand since change 2, which is allowed\.", noted[0]
    )


def test_a_record_of_a_file_that_is_not_as_its_change_left_it_shows(stored: Path) -> None:
    changed(stored)
    assert problems(stored) == []
    with duckdb.connect(stored) as connection:
        connection.execute("UPDATE evidence SET gist = 'Forged.' WHERE id = 's01'")
    assert problems(stored) == [
        "evidence s01: it is not as change 1 left it; "
        "something else than stancegraph wrote to the file"
    ]


def test_a_forged_change_in_a_file_shows(stored: Path) -> None:
    changed(stored)
    with duckdb.connect(stored) as connection:
        connection.execute("UPDATE change SET who = 'Bob' WHERE n = 1")
    assert problems(stored) == ["change 1 is not as it was written: its digest differs"]


def test_the_answer_as_people_read_it(stored: Path) -> None:
    with duckdb.connect(stored) as connection:
        connection.execute(BREAKS["kind"][0])
    result = run("verify", stored, "--no-shacl")
    assert result.exit_code == 1
    lines = [line for line in result.stdout.splitlines() if line.strip()]
    assert lines[0] == f"{stored}: 1 problem found, in numbers."
    assert any("s01: kind 'rumour' is none of statement, action, vote" in x for x in lines)
    assert "Traceback" not in result.output


@settings(
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    max_examples=8,
    deadline=None,
)
@given(debates())
def test_what_the_rules_derive_is_what_is_kept_of_any_debate(debate: Any) -> None:
    with in_a_file(debate, load_reference()) as graph:
        assert list(broken_rules(graph.store.rows)) == []
        told = graph.store.rows(f"SELECT name, due_tier, due_not_after FROM ({_TOLD}) WHERE counts")
        places = {(e.id, s): at for e in graph.debate.evidence for at, s in enumerate(e.stances)}
        assert sorted(told, key=str) == sorted(
            (
                (
                    f"{r.evidence.id}, stance {places[r.evidence.id, r.stance]}",
                    r.tier,
                    r.when.not_after,
                )
                for r in graph.readings
            ),
            key=str,
        )


def test_a_graph_at_an_endpoint_is_verified_by_its_records(tmp_path: Path) -> None:
    with oxigraph(tmp_path / "store") as server:
        server.load("".join(map(bytes.decode, nquads(stancegraph.load("ukraine-skies")))))
        name = f"sparql:{server.query}"
        answer = verify(name, shapes=False)
        assert answer.verdict == f"{name}: no problem found in digests and references."
        assert "A log is kept where a graph is changed: verify it there." in answer.notes


def test_parquet_is_verified_as_a_file_is(stored: Path, tmp_path: Path) -> None:
    folder = tmp_path / "parquet"
    assert run("export", "parquet", "-g", stored, "-o", folder).exit_code == 0
    answer = verify(str(folder), shapes=False)
    assert (
        answer.verdict == f"{folder}: no problem found in numbers, digests, references and imports."
    )


def test_votes_of_the_un_are_what_they_say(shared: Path, tmp_path: Path) -> None:
    graph = graph_of_session(shared, tmp_path, session=42, count=146)
    assert graph.is_large
    answer = verify(graph.name, files=[tmp_path / "votes.csv", tmp_path / "calls.csv"])
    assert answer.more["problems"] == []
    records = int(re.sub(r"\D.*", "", answer.rows[0].looked_at.replace(",", "")))
    assert records > 2 * graph.store.size  # each vote is a record and a stance
