"""Spark and the embedded engine give the same numbers, and the same errors."""

from __future__ import annotations

import os
import random
import shutil
import sys
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from click.testing import CliRunner, Result

import stancegraph
from debates import COUNTRIES, graph_of, said
from roll_calls import graph_of_session
from stancegraph.answer import Answer
from stancegraph.answer.measuring import MEASURED, Measuring
from stancegraph.answer.meeting import Meeting, met
from stancegraph.cli import main
from stancegraph.discourse import Wanted
from stancegraph.errors import StanceError, UnknownName
from stancegraph.graph import Graph
from stancegraph.measure.discourse import Aggregation, Design, Normalization
from stancegraph.measure.discourse_statements import Duplicates
from stancegraph.model import Evidence, Option
from stancegraph.scope import Scope
from stancegraph.store.parquet import write_parquet

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

    from stancegraph.spark.graph import SparkGraph

CONF = {
    "spark.driver.memory": "1g",
    "spark.sql.shuffle.partitions": "2",
    "spark.sql.adaptive.enabled": "false",
    # Compiling a query, by Spark and then by Java, takes longer than to answer it here.
    "spark.sql.codegen.wholeStage": "false",
    "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
}


@pytest.fixture(scope="module")
def spark() -> Iterator[SparkSession]:
    """One session of local Spark for all tests here."""
    try:
        from stancegraph.spark.session import session

        with session("local[2]", CONF) as started:
            yield started
    except StanceError as error:
        if os.environ.get("STANCEGRAPH_REQUIRE_ALL") == "1":
            pytest.fail(str(error))
        pytest.skip(str(error))


@pytest.fixture(scope="module")
def votes(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Graph:
    """The votes of the UN General Assembly of October 1987 to May 1988 in a file."""
    graph = graph_of_session(shared, tmp_path_factory.mktemp("un"), session=42, count=146)
    assert graph.is_large
    return graph


@pytest.fixture(scope="module")
def votes_in_spark(
    votes: Graph, spark: SparkSession, tmp_path_factory: pytest.TempPathFactory
) -> SparkGraph:
    return in_spark(votes, spark, tmp_path_factory.mktemp("parquet") / "un")


def run(*words: str) -> Result:
    return CliRunner().invoke(main, words)


def in_spark(graph: Graph, spark: SparkSession, folder: Path) -> SparkGraph:
    from stancegraph.spark.graph import SparkGraph

    write_parquet(graph, folder)
    return SparkGraph(spark, str(folder))


def told(answer: Answer[Any]) -> dict[str, Any]:
    return {k: v for k, v in answer.to_dict().items() if k != "reproduce"}


def near(found: Any, wanted: Any) -> bool:
    """Tell whether two answers are the same, their numbers to 1e-9."""
    if isinstance(wanted, float) and isinstance(found, float):
        return found == pytest.approx(wanted, abs=1e-9)
    if isinstance(wanted, dict):
        return found.keys() == wanted.keys() and all(near(found[k], wanted[k]) for k in wanted)
    if isinstance(wanted, list):
        return len(found) == len(wanted) and all(map(near, found, wanted))
    return bool(found == wanted)


def test_who_stands_with_the_us_in_all_votes_of_the_un_is_the_same(
    shared: Path, spark: SparkSession, tmp_path: Path
) -> None:
    data, file = shared / "data/unga_votes_voeten", tmp_path / "un.duckdb"
    files = [str(data / f"unga_{n}.csv.gz") for n in ("votes", "roll_calls")]
    done = run("import", "unvotes", *files, "-o", str(file))
    assert done.exit_code == 0, done.output
    votes = stancegraph.load(file)
    found = told(in_spark(votes, spark, tmp_path / "parquet").align("usa"))
    assert len(found["rows"]) > 190
    assert near(found, told(votes.align("usa")))


@pytest.fixture(scope="module")
def met_in_spark(votes_in_spark: SparkGraph) -> Meeting:
    """How the votes of the US meet those of all others: it is the same for every measure."""
    return votes_in_spark.meeting("usa", Measuring(), votes_in_spark.scope())


@pytest.mark.parametrize("measure", MEASURED)
def test_each_measure_of_the_us_and_all_others_is_the_same(
    votes: Graph, met_in_spark: Meeting, measure: Any
) -> None:
    by, there = Measuring(measure=measure), met_in_spark
    wanted = votes.meeting("usa", by, votes.scope())
    found = met(
        there.actors,
        there.options,
        there.mine,
        there.crossed,
        by,
        is_by_vote=there.is_by_vote,
    )
    assert found.actors == wanted.actors
    assert found.found is not None
    assert wanted.found is not None
    for name in ("value", "n", "low", "high", "agreement"):
        numbers, others = getattr(found.found, name), getattr(wanted.found, name)
        assert np.allclose(numbers, others, rtol=0, atol=1e-9, equal_nan=True)


def test_weights_dates_and_filters_narrow_the_votes_alike(
    votes: Graph, votes_in_spark: SparkGraph
) -> None:
    by = Measuring(measure="kappa", weight="confidence", half_life=3000)
    asked: dict[str, Any] = {
        "as_of": date(1988, 3, 1),
        "since": date(1987, 10, 15),
        "filters": {"importantvote": ("1",), "kind": ("vote",)},
    }
    found = told(votes_in_spark.align("usa", measuring=by, **asked))
    assert 3 < found["rows"][0]["shared"] < 20
    assert near(found, told(votes.align("usa", measuring=by, **asked)))


def test_two_states_in_the_un_are_compared_alike(votes: Graph, votes_in_spark: SparkGraph) -> None:
    found = told(votes_in_spark.compare("usa", "gbr"))
    assert found["shared"] > 130
    assert near(found, told(votes.compare("usa", "gbr")))


def test_who_voted_how_on_one_resolution_is_the_same(
    votes: Graph, votes_in_spark: SparkGraph
) -> None:
    option = next(iter(votes.options))
    found = told(votes_in_spark.who(option))
    assert len(found["rows"]) > 100
    assert near(found, told(votes.who(option)))


def made(graph: Graph, design: Design, **more: Any) -> list[Any]:
    (found,), in_words = graph.networks(Wanted(design=design, **more))
    network = found.network
    return [network.rows, network.columns, network.matrix.tolist(), in_words]


def test_a_network_of_the_un_is_the_same(votes: Graph, votes_in_spark: SparkGraph) -> None:
    design = Design("actor", "option", None, Aggregation.CONGRUENCE, Normalization.AVERAGE)
    asked: dict[str, Any] = {"is_one_mode": True, "since": "1987-11-15", "until": "1987-12-31"}
    found = made(votes_in_spark, design, **asked)
    assert len(found[0]) > 150
    assert near(found, made(votes, design, **asked))


OPTIONS = ("sky", "sky-near", "sky-far", "land")
BROADER = {"sky-near": "sky", "sky-far": "sky"}


def drawn(count: int, seed: int = 7) -> list[Evidence]:
    """Draw records of all that rules tell apart: hearsay, unknown days, nothing disclosed."""
    draw = random.Random(seed)
    return [
        said(
            f"s{n:03}",
            draw.choice(COUNTRIES),
            draw.choice(OPTIONS),
            draw.choice(
                ["supports", "leans-support", "undecided", "leans-oppose", "opposes"] * 3
                + ["not-disclosed"]
            ),
            draw.choice([None, "2021-01-01", "2024-05-01", "2024-05-02", "2024-05-30"]),
            by=draw.choice([None, None, None, "paper", "expert", "voice"]),
            kind=draw.choice(["statement", "action", "vote"]),
            sure=draw.choice(["certain", "probable", "possible", "unspecified"]),
        )
        for n in range(count)
    ]


@pytest.fixture(scope="module")
def told_of() -> Graph:
    """A debate in which most positions need the rules in full."""
    from dataclasses import replace

    graph = graph_of(*drawn(120))
    issue = graph.debate.options[0].issue
    options = tuple(
        Option(id=o, name=o, definition=o, issue=issue, broader=BROADER.get(o)) for o in OPTIONS
    )
    return Graph(replace(graph.debate, options=options), graph.reference)


@pytest.fixture(scope="module")
def told_of_in_spark(
    told_of: Graph, spark: SparkSession, tmp_path_factory: pytest.TempPathFactory
) -> SparkGraph:
    return in_spark(told_of, spark, tmp_path_factory.mktemp("drawn") / "g")


def counted(met: Meeting) -> dict[str, Any]:
    """Return what a meeting says, by the actor, of those who have something disclosed."""
    found: dict[str, Any] = {"mine": met.mine, "by vote": met.is_by_vote}
    for at, actor in enumerate(met.actors):
        numbers = (met.shared, met.same, met.opposite, met.own_shared, met.own_same)
        score = met.found.at(at) if met.found and met.shared[at] else None
        latest = [met.latest(actor, side) for side in (1, -1)]
        exact = (score.value, score.n, score.agreement) if score else None
        if met.shared[at]:
            found[actor] = [*(int(n[at]) for n in numbers), exact, latest]
    return found


@pytest.mark.parametrize(
    "scope",
    [
        Scope(as_of=date(2024, 5, 30)),
        Scope(as_of=date(2024, 5, 1), own_words=True),
        Scope(
            as_of=date(2024, 5, 30), since=date(2021, 1, 1), filters={"kind": ("vote", "action")}
        ),
        Scope(as_of=date(2024, 5, 30), roll_up=True),
    ],
    ids=["all", "own words", "narrowed", "rolled up"],
)
def test_the_rules_decide_alike_where_the_stances_are(
    told_of: Graph, told_of_in_spark: SparkGraph, scope: Scope
) -> None:
    by = Measuring(measure="s", weight="confidence", min_shared=1)
    found = counted(told_of_in_spark.meeting(COUNTRIES[0], by, scope))
    wanted = counted(told_of.meeting(COUNTRIES[0], by, scope))
    assert len(found) > 4
    assert found.keys() == wanted.keys()
    assert all(near(list(map(_listed, [found[k]])), list(map(_listed, [wanted[k]]))) for k in found)


def _listed(value: Any) -> Any:
    return [_listed(v) for v in value] if isinstance(value, (list, tuple)) else value


@pytest.mark.parametrize(
    ("design", "more"),
    [
        (
            Design("actor", "option", None, Aggregation.SUBTRACT, Normalization.JACCARD),
            {"is_one_mode": True, "duplicates": Duplicates.MONTH},
        ),
        (
            Design("speaker", "issue", "kind", Aggregation.CONGRUENCE, Normalization.COSINE),
            {"is_one_mode": True, "without": {"capacity": ("author",)}},
        ),
        (
            Design("country", "option", None, Aggregation.IGNORE, Normalization.COSINE),
            {"is_one_mode": True, "duplicates": Duplicates.DOCUMENT},
        ),
        (
            Design("actor", "option", None, Aggregation.COMBINE, Normalization.PROMINENCE),
            {"is_one_mode": False, "only": {"kind": ("vote", "action")}},
        ),
    ],
    ids=["subtract", "names", "ignore", "two-mode"],
)
def test_networks_of_all_kinds_are_the_same(
    told_of: Graph, told_of_in_spark: SparkGraph, tmp_path: Path, design: Design, more: Any
) -> None:
    embedded = stancegraph.load(told_of_in_spark.name)
    found = made(told_of_in_spark, design, **more)
    assert len(found[0]) > 1
    assert near(found, made(embedded, design, **more))


def test_a_small_graph_is_listed_as_the_embedded_engine_lists_it(
    spark: SparkSession, tmp_path: Path
) -> None:
    skies = stancegraph.load("ukraine-skies")
    found = in_spark(skies, spark, tmp_path / "skies")
    assert near(told(found.align("pol")), told(skies.align("pol")))
    rolled = [told(g.who("allied-interception", roll_up=True)) for g in (found, skies)]
    assert near(*rolled)


def test_the_command_says_by_which_engine_to_ask_again(told_of_in_spark: SparkGraph) -> None:
    name = told_of_in_spark.name
    by_spark = run("align", "pol", "-g", name, "--engine", "spark", "-f", "json")
    by_us = run("align", "pol", "-g", name, "-f", "json")
    assert by_spark.exit_code == 0
    assert by_spark.output.replace(" --engine spark", "") == by_us.output
    network = ("network", "two", "-g", name, "-o", "-")
    assert run(*network, "--engine", "spark").output == run(*network).output


@pytest.mark.parametrize(
    "ask",
    [
        lambda g: g.align("pl0"),
        lambda g: g.align("pol", filters={"kin": ("vote",)}),
        lambda g: g.align("pol", measuring=Measuring(weight="importance")),
        lambda g: g.who("no-such-option"),
        lambda g: g.networks(Wanted(design=Design("actr", "option"), is_one_mode=False)),
        lambda g: g.networks(Wanted(design=Design("option", "option"), is_one_mode=True)),
        lambda g: g.networks(
            Wanted(
                design=Design("actor", "option"), is_one_mode=False, only={"kind": ("statemen",)}
            )
        ),
    ],
    ids=["actor", "filter", "weight", "option", "variable", "rows that are columns", "label"],
)
def test_errors_are_the_same(told_of_in_spark: SparkGraph, ask: Callable[[Graph], object]) -> None:
    with pytest.raises(StanceError) as by_spark:
        ask(told_of_in_spark)
    with pytest.raises(StanceError) as embedded:
        ask(stancegraph.load(told_of_in_spark.name))
    assert type(by_spark.value) is type(embedded.value)
    assert str(by_spark.value) == str(embedded.value)


def test_an_error_of_spark_is_one_of_the_command(told_of_in_spark: SparkGraph) -> None:
    words = ("align", "pl0", "-g", told_of_in_spark.name)
    by_spark = run(*words, "--engine", "spark")
    assert by_spark.exit_code == 1
    assert by_spark.output == run(*words).output


@pytest.mark.parametrize(
    ("option", "value"),
    [("window", "x"), ("kernel", "x"), ("dna_compatible", True), ("at_least", {"actor": 2})],
)
def test_what_spark_does_not_make_is_refused(
    told_of_in_spark: SparkGraph, option: str, value: Any
) -> None:
    wanted = Wanted(design=Design("actor", "option"), is_one_mode=True, **{option: value})
    name = f"--{option.replace('_', '-')}"
    with pytest.raises(StanceError, match=f"makes no network with {name}; take --engine embedded"):
        told_of_in_spark.networks(wanted)


def test_all_positions_are_not_brought_here(told_of_in_spark: SparkGraph) -> None:
    with pytest.raises(StanceError, match="Spark answers align, compare, who and network"):
        told_of_in_spark.held(Scope())
    with pytest.raises(StanceError, match="ask the rest by --engine embedded"):
        told_of_in_spark.statements()


def test_half_a_graph_is_not_taken_for_a_whole(
    spark: SparkSession, told_of_in_spark: SparkGraph, tmp_path: Path
) -> None:
    from stancegraph.spark.graph import SparkGraph

    folder = tmp_path / "half"
    shutil.copytree(told_of_in_spark.name, folder)
    parts = sorted(folder.glob("stance/*/*.parquet"))
    shutil.copy(parts[0], parts[1])
    with pytest.raises(StanceError, match=r"'stance' has [0-9]+ rows and the manifest says 120"):
        SparkGraph(spark, str(folder))
    parts[0].unlink()
    with pytest.raises(StanceError, match=r"Spark cannot read 'stance' of .*half.*PATH_NOT_FOUND"):
        SparkGraph(spark, str(folder))
    shutil.copy(parts[1], folder / "label.parquet")
    with pytest.raises(StanceError, match="column 'variable' of 'label' is absent, not smallint"):
        SparkGraph(spark, str(folder))
    with pytest.raises(StanceError, match=r"nowhere is no graph as Parquet: .*PATH_NOT_FOUND"):
        SparkGraph(spark, str(tmp_path / "nowhere"))


def test_without_java_the_remedy_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    monkeypatch.delenv("JAVA_HOME", raising=False)
    done = run("align", "pol", "--engine", "spark")
    assert done.exit_code == 1
    assert "needs Java 17 or later, and there is no java on the path; install a JRE" in done.output


def test_without_spark_the_remedy_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyspark", None)
    done = run("align", "pol", "--engine", "spark")
    assert done.exit_code == 1
    assert done.output == "Error: --engine spark needs pyspark: pip install 'stancegraph[spark]'\n"


def test_settings_of_spark_need_the_engine_and_a_value() -> None:
    done = run("align", "pol", "--spark-master", "local[1]")
    assert done.output == "Error: --spark-master and --spark-conf are for --engine spark\n"
    done = run("align", "pol", "--engine", "spark", "--spark-conf", "memory")
    assert "takes KEY=VALUE, as in spark.driver.memory=8g, not 'memory'" in done.output


def test_unknown_names_are_told_with_what_there_is(told_of_in_spark: SparkGraph) -> None:
    wanted = Wanted(design=Design("actor", "opton"), is_one_mode=False)
    with pytest.raises(UnknownName, match="no variable 'opton'; did you mean 'option'"):
        told_of_in_spark.networks(wanted)
