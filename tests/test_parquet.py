"""A graph as a folder of Parquet: the same answers, whole or refused, and documented."""

from __future__ import annotations

import json
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import duckdb
import pytest
from click.testing import CliRunner

import stancegraph
from debates import graph_of, said
from stancegraph.cli import main
from stancegraph.errors import StanceError
from stancegraph.graph import Graph
from stancegraph.store.file import opened, writing
from stancegraph.store.parquet import MANIFEST, TABLE_NAMES, columns_of, is_parquet, write_parquet
from stancegraph.stored import StoredGraph

DOCS = Path(__file__).parents[1] / "docs"


@pytest.fixture
def skies(tmp_path: Path) -> Path:
    """The shipped debate as Parquet."""
    folder = tmp_path / "skies"
    write_parquet(stancegraph.load("ukraine-skies"), folder)
    return folder


def answers(graph: Graph) -> list[dict[str, Any]]:
    asked = [
        graph.who("allied-interception"),
        graph.align("Poland"),
        graph.compare("pol", "usa"),
        graph.position("usa"),
        graph.trace("pol", "allied-interception"),
        graph.evidence(actor="pol"),
        graph.dissent(),
        graph.tally(),
    ]
    return [{k: v for k, v in a.to_dict().items() if k != "reproduce"} for a in asked]


def test_the_answers_of_parquet_are_those_of_the_debate(skies: Path) -> None:
    graph = stancegraph.load(skies)
    assert isinstance(graph, StoredGraph)
    assert answers(graph) == answers(stancegraph.load("ukraine-skies"))


def test_a_debate_comes_back_from_parquet_as_it_went_in(skies: Path) -> None:
    here, there = stancegraph.load(skies), stancegraph.load("ukraine-skies")
    assert here.debate == there.debate
    assert here.reference.actors == there.reference.actors


def digests(folder: Path) -> dict[str, str]:
    files = sorted(f for f in folder.rglob("*") if f.is_file())
    return {str(f.relative_to(folder)): sha256(f.read_bytes()).hexdigest() for f in files}


def test_the_same_graph_gives_the_same_bytes(skies: Path, tmp_path: Path) -> None:
    write_parquet(stancegraph.load("ukraine-skies"), tmp_path / "again")
    assert digests(tmp_path / "again") == digests(skies)


def test_records_lie_in_the_year_that_they_are_surely_of(tmp_path: Path) -> None:
    graph = graph_of(
        said("a", "pol", "opt", "supports", "2023-12-31"),
        said("b", "pol", "opt", "opposes", "2024-01-01"),
        said("c", "deu", "opt", "opposes", None),
    )
    rows = write_parquet(graph, tmp_path / "g")
    counted = {name: count for name, count in rows.items() if "/" in name}
    # A stance that has no day of its own is of 2024 by its source; the record says no day.
    assert counted == {
        "stance/year=2023/part-0.parquet": 1,
        "stance/year=2024/part-0.parquet": 2,
        "evidence/year=2023/part-0.parquet": 1,
        "evidence/year=2024/part-0.parquet": 1,
        "evidence/year=__HIVE_DEFAULT_PARTITION__/part-0.parquet": 1,
    }


def test_a_graph_without_records_can_be_written_and_asked(tmp_path: Path) -> None:
    write_parquet(graph_of(), tmp_path / "g")
    assert stancegraph.load(tmp_path / "g").align("pol").rows == ()


def test_a_folder_with_something_in_it_is_not_written_into(skies: Path, tmp_path: Path) -> None:
    before = digests(skies)
    with pytest.raises(StanceError, match="skies exists and is not empty; name a new folder"):
        write_parquet(stancegraph.load("ukraine-skies"), skies)
    assert digests(skies) == before
    assert [p.name for p in tmp_path.iterdir()] == ["skies"]


def test_what_is_no_folder_cannot_be_written_into(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StanceError, match="cannot be written"):
        write_parquet(stancegraph.load("ukraine-skies"), tmp_path / "file" / "g")


def test_a_kill_while_writing_leaves_no_folder(tmp_path: Path) -> None:
    """The process is killed when it has written the records and not yet the manifest."""
    program = (
        "import os, signal, sys, stancegraph\n"
        "from stancegraph.store import parquet\n"
        "parquet.write_manifest = lambda *a: os.kill(os.getpid(), signal.SIGKILL)\n"
        "parquet.write_parquet(stancegraph.load(), sys.argv[1])\n"
    )
    done = subprocess.run([sys.executable, "-c", program, str(tmp_path / "g")], check=False)
    assert done.returncode == -signal.SIGKILL
    assert not (tmp_path / "g").exists()
    write_parquet(stancegraph.load("ukraine-skies"), tmp_path / "g")
    assert is_parquet(tmp_path / "g")


def first(folder: Path, table: str) -> Path:
    return next(iter(sorted(folder.glob(f"{table}*"))), folder).joinpath(
        *(["year=2024", "part-0.parquet"] if table in ("stance", "evidence") else [])
    )


def without_a_file(folder: Path) -> None:
    first(folder, "stance").unlink()


def without_a_manifest(folder: Path) -> None:
    (folder / MANIFEST).unlink()


def with_another_manifest(folder: Path) -> None:
    (folder / MANIFEST).write_text('{"kind": 1}')


def of_another_format(folder: Path) -> None:
    told = json.loads((folder / MANIFEST).read_text())
    (folder / MANIFEST).write_text(json.dumps({**told, "format": "99"}))


def with_a_file_elsewhere(folder: Path) -> None:
    told = json.loads((folder / MANIFEST).read_text())
    told["rows"]["../../etc/passwd"] = 1
    (folder / MANIFEST).write_text(json.dumps(told))


def without_a_table(folder: Path) -> None:
    told = json.loads((folder / MANIFEST).read_text())
    del told["rows"]["label.parquet"]
    (folder / MANIFEST).write_text(json.dumps(told))


def cut_short(folder: Path) -> None:
    file = first(folder, "stance")
    file.write_bytes(file.read_bytes()[:-20])


def rewritten(question: str) -> Callable[[Path], None]:
    """Replace a file of stances by what a question makes of it."""

    def rewrite(folder: Path) -> None:
        file = first(folder, "stance")
        with duckdb.connect() as connection:
            stance = connection.read_parquet(str(file), hive_partitioning=False)
            made = stance.query("stance", question)
            assert made is not None
            made.write_parquet(f"{file}.new")
        Path(f"{file}.new").replace(file)

    return rewrite


@pytest.mark.parametrize(
    ("harm", "message"),
    [
        (without_a_file, "1 of the files of .* are absent, as .*year=2024/part-0.parquet: copy it"),
        (without_a_manifest, "manifest.json cannot be read; write it again with"),
        (with_another_manifest, "manifest.json is no manifest"),
        (of_another_format, "has format '99' and this version reads '2'; write it again"),
        (with_a_file_elsewhere, "names '../../etc/passwd', which is no table's file"),
        (without_a_table, "manifest.json names no file of 'label'"),
        (cut_short, "cannot be read as Parquet"),
        (
            rewritten("SELECT * FROM stance LIMIT 3"),
            "has 3 rows and the manifest says [0-9]+: copy it again as a whole",
        ),
        (
            rewritten("SELECT * EXCLUDE tier FROM stance"),
            r"part-0.parquet has no column 'tier' \(TINYINT\)",
        ),
        (
            rewritten("SELECT * REPLACE (level::VARCHAR AS level) FROM stance"),
            "part-0.parquet: column 'level' is VARCHAR, not TINYINT",
        ),
        (rewritten("SELECT *, 1 AS more2 FROM stance"), "has other columns than evidence, place"),
    ],
)
def test_no_half_or_foreign_graph_is_taken_for_a_whole(
    skies: Path, harm: Callable[[Path], None], message: str
) -> None:
    harm(skies)
    with pytest.raises(StanceError, match=message):
        stancegraph.load(skies)


def test_nothing_outside_the_folder_can_be_read(skies: Path, tmp_path: Path) -> None:
    (tmp_path / "secret.csv").write_text("a,b\n1,2\n")
    connection = opened(skies)
    with pytest.raises(duckdb.PermissionException):
        connection.execute(f"FROM read_csv('{tmp_path / 'secret.csv'}')")
    with pytest.raises(duckdb.PermissionException):
        connection.execute("LOAD httpfs")
    with pytest.raises(duckdb.InvalidInputException):
        connection.execute("SET enable_external_access = true")


def test_a_folder_of_parquet_is_written_once(skies: Path) -> None:
    message = "Parquet, which is written once: change the graph"
    with pytest.raises(StanceError, match=message), writing(skies):
        pass


def test_the_command_writes_what_every_command_reads(tmp_path: Path) -> None:
    run = CliRunner(env={"COLUMNS": "300"}).invoke
    folder = str(tmp_path / "g")
    done = run(main, ["export", "parquet", "-o", folder])
    assert done.exit_code == 0
    assert re.fullmatch(r"wrote .*g: \d+ stances of \d+ records\n", done.stderr)
    here = run(main, ["align", "pol", "-g", folder])
    assert here.output.replace(folder, "ukraine-skies") == run(main, ["align", "pol"]).output
    done = run(main, ["export", "parquet"])
    assert (done.exit_code, done.stdout) == (1, "")
    assert "Error: Parquet is a folder of files: name a new one" in done.stderr


def test_the_documented_columns_are_those_of_the_tables() -> None:
    text = (DOCS / "parquet.md").read_text(encoding="utf-8")
    tables = re.split(r"^### `(\w+)", text, flags=re.MULTILINE)[1:]
    documented = {
        name: dict(re.findall(r"^\| `(\w+)` \| (\w+) \|", part, flags=re.MULTILINE))
        for name, part in zip(tables[::2], tables[1::2], strict=True)
    }
    assert documented == columns_of()
    assert [*documented] == [*columns_of()] == [*TABLE_NAMES]


def test_parquet_can_be_exported_again(skies: Path, tmp_path: Path) -> None:
    write_parquet(stancegraph.load(skies), tmp_path / "again")
    assert answers(stancegraph.load(tmp_path / "again")) == answers(stancegraph.load(skies))


def test_a_copy_elsewhere_is_the_same_graph(skies: Path, tmp_path: Path) -> None:
    shutil.copytree(skies, tmp_path / "it's [a] *")
    assert answers(stancegraph.load(tmp_path / "it's [a] *")) == answers(stancegraph.load(skies))
