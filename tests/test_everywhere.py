"""The main commands say the same of a folder, a file, Parquet and an endpoint."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator, Mapping
from importlib.resources import as_file, files
from typing import Any

import pytest
from click.testing import CliRunner, Result

from servers import oxigraph
from stancegraph.cli import main
from stancegraph.read.debate import load_debate, load_reference
from stancegraph.read.imported import Imported
from stancegraph.store.write import Origin, add

HOMES = ("file", "parquet", "endpoint")


def ran(*words: str) -> Result:
    return CliRunner(env={"COLUMNS": "120"}).invoke(main, words)


@pytest.fixture(scope="module")
def homes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mapping[str, str]]:
    """The shipped debate at four kinds of places, as -g takes them."""
    at = tmp_path_factory.mktemp("homes")
    folder, file, parquet = at / "skies", at / "skies.duckdb", at / "skies.parquet"
    with as_file(files("stancegraph.data") / "ukraine-skies") as shipped:
        shutil.copytree(shipped, folder)
    origin = Origin(kind="test", files="skies", digest="0", options="")
    add(file, [Imported(load_debate("ukraine-skies"))], load_reference(), origin)
    with oxigraph(at / "server") as server:
        for words in (
            ("export", "parquet", "-g", str(folder), "-o", str(parquet)),
            ("publish", server.query, "-g", str(folder)),
        ):
            done = ran(*words)
            assert done.exit_code == 0, done.output
        yield {
            "folder": str(folder),
            "file": str(file),
            "parquet": str(parquet),
            "endpoint": f"sparql:{server.query}",
        }


QUESTIONS: tuple[tuple[str, ...], ...] = (
    ("who", "allied-interception"),
    ("who", "allied-interception", "--roll-up", "--own-words"),
    ("align", "Poland"),
    ("align", "usa", "--as-of", "2024-05-30", "--measure", "kappa"),
    ("align", "deu", "--filter", "kind=statement", "--from", "2024-05-01"),
    ("compare", "pol", "deu"),
    ("closer", "pol", "deu", "rou"),
    ("channels", "usa", "deu"),
    ("cohesion", "nato"),
    ("position", "usa"),
    ("evidence", "--actor", "pol"),
    ("dissent",),
    ("options",),
    ("trace", "pol", "allied-interception"),
)


@pytest.mark.parametrize("home", HOMES)
@pytest.mark.parametrize("question", QUESTIONS, ids=" ".join)
def test_a_question_has_one_answer(
    question: tuple[str, ...], home: str, homes: Mapping[str, str]
) -> None:
    def answer(at: str) -> dict[str, Any]:
        done = ran(*question, "-g", at, "--format", "json")
        assert done.exit_code == 0, done.output
        found: dict[str, Any] = json.loads(done.stdout)
        assert found["reproduce"].find(at.split("/")[-1]) > 0
        return {k: v for k, v in found.items() if k != "reproduce"}

    assert answer(homes[home]) == answer(homes["folder"])


SLIPS: tuple[tuple[str, ...], ...] = (
    ("who", "allied-interceptoin"),
    ("align", "Polnd"),
    ("compare", "pol", "PL"),
    ("position", "nobody"),
    ("evidence", "--actor", "Polnd"),
    ("trace", "pol", "no-such-option"),
    ("align", "pol", "--filter", "sort=vote"),
    ("align", "pol", "--filter", "vote"),
    ("align", "pol", "--weight", "gravity"),
    ("align", "pol", "--as-of", "2024-06", "--to", "2024-05"),
    ("network", "one", "--rows", "actr", "-o", "-"),
    ("cohesion", "natoo"),
)


@pytest.mark.parametrize("home", HOMES)
@pytest.mark.parametrize("slip", SLIPS, ids=" ".join)
def test_a_slip_is_told_alike(slip: tuple[str, ...], home: str, homes: Mapping[str, str]) -> None:
    here, there = ran(*slip, "-g", homes[home]), ran(*slip, "-g", homes["folder"])
    assert here.exit_code == there.exit_code == 1
    assert here.stderr == there.stderr
    assert here.stdout == there.stdout == ""


@pytest.mark.parametrize("home", HOMES)
@pytest.mark.parametrize(
    "words",
    [
        ("network", "one", "--aggregate", "subtract", "-o", "-"),
        ("network", "two", "--rows", "speaker", "--aggregate", "combine", "-o", "-"),
        ("sparql", "who-opposes-interception", "--format", "csv"),
        ("sparql", "silent-allies", "--format", "json"),
        ("export", "csv"),
        ("export", "nquads"),
        ("export", "turtle"),
        ("export", "yaml"),
        ("export", "graphml"),
        ("view", "-o", "-"),
    ],
    ids=" ".join,
)
def test_what_is_written_is_the_same(
    words: tuple[str, ...], home: str, homes: Mapping[str, str]
) -> None:
    def written(at: str) -> str:
        done = ran(*words, "-g", at)
        assert done.exit_code == 0, done.stderr
        return re.sub(r"skies\.(duckdb|parquet)|sparql:\S+/query", "skies", done.stdout)

    assert written(homes[home]) == written(homes["folder"])


REFUSED = {
    "parquet": "is a folder of Parquet, which is written once; change the graph that it was",
    "endpoint": "is read-only here; change the graph it was published from, then publish it again",
}


@pytest.mark.parametrize("home", REFUSED)
@pytest.mark.parametrize(
    "words",
    [
        ("deprecate", "s07", "--because", "a mistake"),
        ("rename", "kurt-volker", "--id", "k-volker"),
        ("merge", "kurt-volker", "william-taylor", "--yes"),
        ("undo",),
    ],
    ids=" ".join,
)
def test_what_cannot_be_changed_says_so(
    words: tuple[str, ...], home: str, homes: Mapping[str, str]
) -> None:
    done = ran(*words, "-g", homes[home])
    assert done.exit_code == 1
    assert REFUSED[home] in done.stderr


def test_a_network_of_an_endpoint_says_that_it_has_no_variables(homes: Mapping[str, str]) -> None:
    for words in (("network", "one", "-o", "-"), ("event-list",)):
        said = {home: ran(*words, "-g", at).stderr for home, at in homes.items()}
        assert "variables of an import are not in RDF" in said.pop("endpoint")
        assert set(said.values()) == {""}
