"""Networks by command: DNA's own numbers from an imported database, in every format."""

from __future__ import annotations

import csv
import io
import json
import re
import tarfile
from pathlib import Path
from typing import Any

import duckdb
import networkx as nx
import numpy as np
import pytest
from click.testing import CliRunner, Result

import stancegraph
from stancegraph.cli import main
from stancegraph.discourse import Made
from stancegraph.measure.discourse import Network
from stancegraph.write.matrices import write_networks
from test_discourse_reference import (
    Row,
    cells_of,
    is_equal,
    needs_dna_compatible,
    reference_network,
)


def run(*words: str | Path) -> Result:
    return CliRunner(env={"COLUMNS": "100"}).invoke(main, [str(w) for w in words])


@pytest.fixture(scope="module")
def climate(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("dna") / "climate.duckdb"
    result = run("import", "dna", shared / "reference/dna/sample.dna", "-o", path)
    assert result.exit_code == 0, result.output
    return path


def options_of(row: Row) -> list[str]:
    """Return the options by which the command gives a result of DNA."""
    words = ["--rows", row["v1"], "--columns", row["v2"], "--aggregate", row["agg"]]
    words += ["--normalize", row["norm"], "--duplicates", row["dup"]]
    words += [] if row["q"] == "null" else ["--qualifier", row["q"]]
    for option, end in (("--from", "start"), ("--to", "stop")):
        day, month, year = row[f"{end}date"].split(".")
        words += [option, f"{year}-{month}-{day}T{row[f'{end}time']}"]
    words += ["--isolates"] if row["iso"] == "true" else []
    words += ["--dna-compatible"] if needs_dna_compatible(row) else []
    if row["exvar"]:
        choice = "--only" if row["invvalues"] == "true" else "--without"
        pairs = zip(row["exvar"].split("|"), row["exval"].split("|"), strict=True)
        words += [w for variable, value in pairs for w in (choice, f"{variable}={value}")]
    return words


def is_by_command(row: Row) -> bool:
    """Whether the command has the options: no filter by document apart, no mixes it refuses."""
    filters = (row[f"ex{field}"] for field in ("authors", "sources", "sections", "types"))
    one = row["type"] == "onemode"
    legal = (
        {"ignore", "congruence", "conflict", "subtract", "no", "average", "jaccard", "cosine"}
        if one
        else {"ignore", "subtract", "combine", "no", "activity", "prominence"}
    )
    return (
        row["window"] == "no"
        and not any(filters)
        and {row["agg"], row["norm"]} <= legal
        and row["file"].startswith("sample/")
        and row["v1"] not in ("id", "title")
        and "id" not in (row["v2"], row["q"])
    )


NO_PART_OF_A_NETWORK = ("output", "graph_name", "window", "engine", "master", "conf")


def test_the_command_gives_the_numbers_of_dna(climate: Path, shared: Path) -> None:
    from stancegraph.cli.network import _wanted
    from stancegraph.discourse import networks, prepared

    with tarfile.open(shared / "reference/dna/matrices.tar.xz") as archive:
        files = ((member.name, archive.extractfile(member)) for member in archive)
        results = {n.removeprefix("./"): f.read().decode() for n, f in files if f}
    with (shared / "reference/dna/index.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if is_by_command(row)]
    assert len(rows) > 500
    table = stancegraph.load(climate).statements()
    failed = []
    for row in rows:
        words = options_of(row)
        command = main.get_command(None, "network").get_command(  # type: ignore[union-attr, arg-type]
            None, "one" if row["type"] == "onemode" else "two"
        )
        context = command.make_context("x", [*words, "-o", "-"])
        asked = {k: v for k, v in context.params.items() if k not in NO_PART_OF_A_NETWORK}
        wanted = _wanted(is_one_mode=row["type"] == "onemode", span=None, **asked)
        (made,) = networks(prepared(table, wanted), wanted)
        _, _, cells = reference_network(results[row["file"]])
        if not is_equal(cells_of(made.network), cells):
            failed.append(row["file"])
    assert failed == []


def test_the_network_of_the_issue_is_written(climate: Path, tmp_path: Path) -> None:
    words = ["--rows", "organization", "--columns", "concept", "--qualifier", "agreement"]
    words += ["--aggregate", "subtract", "--normalize", "average", "--duplicates", "document"]
    words += ["--from", "2005-02-02", "--to", "2005-02-10", "--isolates"]
    result = run("network", "one", *words, "-g", climate, "-o", tmp_path / "n.csv")
    assert result.exit_code == 0, result.output
    rows = list(csv.reader((tmp_path / "n.csv").open(newline="")))
    # Four statements of the agency and six of the Senate after duplicates: DNA gives 0.8.
    assert rows[0][1:] == ["Alliance to Save Energy", "Environmental Protection Agency", "Senate"]
    assert rows[2][3] == "0.8"


HOSTILE = ("=1+1", 'say "no"', "a,b", "<b>&</b>", "bell\x07", "北京")


@pytest.fixture
def hostile() -> Made:
    matrix = np.arange(36, dtype=float).reshape(6, 6)
    return Made(Network(HOSTILE, tuple(f"{label} too" for label in HOSTILE), matrix - 5))


def test_csv_comes_back_and_runs_nothing(hostile: Made, tmp_path: Path) -> None:
    write_networks([hostile], tmp_path / "n.csv")
    rows = list(csv.reader(io.StringIO((tmp_path / "n.csv").read_text(encoding="utf-8"))))
    assert [row[0].removeprefix("'") for row in rows[1:]] == list(HOSTILE)
    assert rows[1][0] == "'=1+1"
    assert [[float(x) for x in row[1:]] for row in rows[1:]] == hostile.network.matrix.tolist()


@pytest.mark.parametrize(("suffix", "read"), [("graphml", nx.read_graphml), ("gexf", nx.read_gexf)])
def test_networks_come_back_through_networkx(
    hostile: Made, tmp_path: Path, suffix: str, read: Any
) -> None:
    write_networks([hostile], tmp_path / f"n.{suffix}")
    graph = read(tmp_path / f"n.{suffix}")
    assert graph.number_of_nodes() == 12
    assert graph.number_of_edges() == 35
    labels = {data["label"] for _, data in graph.nodes(data=True)}
    assert 'say "no"' in labels
    assert "bell\ufffd" in labels
    weights = sorted(data["weight"] for *_, data in graph.edges(data=True))
    assert weights == sorted(x for x in hostile.network.matrix.ravel().tolist() if x)


def test_dl_has_labels_and_all_cells(tmp_path: Path) -> None:
    network = Network(("a b", 'c"d'), ("a b", 'c"d'), np.array([[0.0, 0.5], [0.5, 0.0]]))
    write_networks([Made(network)], tmp_path / "n.dl")
    text = (tmp_path / "n.dl").read_text()
    assert text == 'dl n=2 format=fullmatrix\nlabels:\n"a b","c\'d"\ndata:\n0 0.5\n0.5 0\n'


def test_json_and_parquet_hold_all_windows(tmp_path: Path) -> None:
    network = Network(("a",), ("x",), np.array([[2.0]]))
    made = [Made(network, np.datetime64(f"2005-0{m}-01T00:00:00")) for m in (1, 2)]
    assert write_networks(made, tmp_path / "n.json") == (tmp_path / "n.json",)
    found = json.loads((tmp_path / "n.json").read_text())["windows"]
    assert [w["time"] for w in found] == ["2005-01-01T00:00:00", "2005-02-01T00:00:00"]
    assert found[0]["matrix"] == [[2.0]]
    write_networks(made, tmp_path / "n.parquet")
    rows = duckdb.read_parquet(str(tmp_path / "n.parquet")).fetchall()
    assert rows == [("a", "x", 2.0, "2005-01-01T00:00:00"), ("a", "x", 2.0, "2005-02-01T00:00:00")]


def test_other_formats_have_a_file_a_window(tmp_path: Path) -> None:
    network = Network(("a",), ("x",), np.array([[2.0]]))
    made = [Made(network, np.datetime64(f"2005-01-0{d}T00:00:00")) for d in (1, 2)]
    files = write_networks(made, tmp_path / "n.csv")
    assert [file.name for file in files] == ["n-2005-01-01.csv", "n-2005-01-02.csv"]


def test_our_own_debate_has_networks_too() -> None:
    result = run("network", "two", "--aggregate", "subtract", "-o", "-")
    assert result.exit_code == 0, result.output
    rows = {row[0]: row[1:] for row in csv.reader(io.StringIO(result.stdout))}
    # Germany opposes allied interception by one record: -2 on the scale from -2 to 2.
    assert rows["deu"][rows[""].index("allied-interception")] == "-2"


def test_windows_of_time_and_of_events(climate: Path, tmp_path: Path) -> None:
    base: list[str | Path] = [
        "network",
        "one",
        "--rows",
        "person",
        "--columns",
        "concept",
        "-g",
        climate,
    ]
    assert run(*base, "--window", "7days", "-o", tmp_path / "w.json").exit_code == 0
    assert run(*base, "--window", "10events", "-o", tmp_path / "e.json").exit_code == 0
    # 41 statements have 32 windows of ten.
    assert len(json.loads((tmp_path / "e.json").read_text())["windows"]) == 32
    smoothed = run(*base, "--window", "7days", "--kernel", "gaussian", "-o", tmp_path / "k.json")
    assert smoothed.exit_code == 0, smoothed.output


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--rows", "organisation"], "no variable 'organisation'"),
        (["--aggregate", "congruence", "--qualifier", "nobody"], "no variable 'nobody'"),
        (["--rows", "option"], "rows and columns are both 'option'"),
        (["--window", "3moons"], "a window is a number and one of"),
        (["--window", "0days"], "a window is a number and one of"),
        (["--kernel", "gaussian"], "a kernel needs a window of time"),
        (["--from", "yesterday"], "no time such as 2005-02-02"),
        (["--only", "option=nothing"], "has no label 'nothing'"),
        (["--at-least", "actor=few"], "--at-least takes VARIABLE=N"),
        (["--without", "actor"], "a filter is field=value"),
    ],
)
def test_what_makes_no_network_is_said(words: list[str], message: str) -> None:
    result = run("network", "one", *words, "-o", "-")
    assert result.exit_code == 1
    assert message in result.stderr


def test_an_ending_that_is_no_format_is_said(tmp_path: Path) -> None:
    result = run("network", "one", "-o", tmp_path / "n.png")
    assert result.exit_code == 1
    assert re.search(r"networks are written as \.csv, .*, not as '\.png'", result.stderr)


def test_the_event_list_has_a_row_a_statement(climate: Path, tmp_path: Path) -> None:
    assert run("event-list", "-g", climate, "-o", tmp_path / "e.csv").exit_code == 0
    rows = list(csv.DictReader((tmp_path / "e.csv").open(encoding="utf-8", newline="")))
    assert len(rows) == 41
    (first,) = [row for row in rows if row["statement_id"] == "sample-1"]
    assert (first["time"], first["person"]) == ("2005-01-26 00:00:00", "Joel Bluestein")
    assert run("event-list", "-g", climate, "-o", tmp_path / "e.parquet").exit_code == 0
    assert len(duckdb.read_parquet(str(tmp_path / "e.parquet")).fetchall()) == 41
    few = run("event-list", "-g", climate, "--only", "concept=nothing of it")
    assert few.exit_code == 1
