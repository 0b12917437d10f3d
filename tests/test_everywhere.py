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
    ("blocs", "--min-shared", "1", "--draws", "5"),
    ("outliers", "--actors", "nato", "--min-shared", "1", "--draws", "5"),
    ("balance",),
    ("balance", "--kind", "country", "--min-shared", "1", "--weighted"),
    ("brokers", "--min-shared", "1", "--by", "kind"),
    ("backbone", "--min-shared", "1", "--correction", "none"),
    (
        "polarization",
        "--min-shared",
        "1",
        "--kind",
        "country",
        "--kind",
        "person",
        "--window",
        "7d",
    ),
    ("map", "--fewest", "1", "--dimensions", "2", "--kind", "country", "--kind", "person"),
    ("shifts", "--actor", "usa", "--own-words"),
    ("diff", "2024-05-29", "2024-06-02", "--actor", "pol", "--filter", "kind=statement"),
    ("stale", "--as-of", "2026-01-01"),
    ("change-points", "pol", "--with", "deu"),
    ("gap", "allied-interception", "--among", "eu", "--roll-up"),
    ("bundles", "--min-shared", "1", "--by", "net"),
    ("compromise", "allied-interception", "interception-from-outside"),
    ("whatif", "usa supports allied-interception", "--as", "european-nations=eu", "--silent"),
    ("sure", "who", "allied-interception"),
    ("sure", "position", "usa"),
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
    ("blocs", "--actors", "natto"),
    ("balance", "--kind", "county"),
    ("brokers", "--by", "natoo"),
    ("polarization", "--window", "5 years"),
    ("map", "--anchor", "Polnd"),
    ("shifts", "--actor", "Polnd"),
    ("diff", "2024", "2023"),
    ("change-points", "pol", "--with", "PL"),
    ("gap", "allied-interception", "--among", "pol"),
    ("compromise", "f16-in-russia", "f16-in-russia"),
    ("whatif", "usa likes allied-interception"),
    ("whatif", "usa supports allied-interception", "--as", "western-countries=deu"),
    ("sure", "who", "allied-interceptoin"),
    ("trace", "pol", "allied-interception", "-f", "svg"),
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
        ("who", "allied-interception", "-f", "html"),
        ("position", "usa", "-f", "svg"),
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
