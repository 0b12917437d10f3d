from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import stancegraph
from debates import COUNTRIES, debate_of, graph_of, said
from stancegraph.answer.options import _counted, _counted_in_arrays
from stancegraph.columns import Held
from stancegraph.errors import StanceError, UnknownName
from stancegraph.graph import Graph
from stancegraph.measure.levels import MISSING
from stancegraph.model import Debate, EvidenceKind, Mode
from stancegraph.read.debate import load_debate, load_reference
from stancegraph.read.imported import Attribute, Imported, Names, Rows, Stances, Variable
from stancegraph.scope import Scope
from stancegraph.store.read import Store
from stancegraph.store.write import Added, Origin, add, is_repeated
from stancegraph.stored import StoredGraph
from strategies import debates

NOBODY = Debate(id="reference", title="None")
ORIGIN = Origin(kind="test", files="a.csv", digest="1", options="")


def stored(path: Path, *parts: Imported, reference: Debate = NOBODY) -> StoredGraph:
    add(path, parts, reference, ORIGIN)
    graph = stancegraph.load(path)
    assert isinstance(graph, StoredGraph)
    return graph


@contextmanager
def in_a_file(debate: Debate, reference: Debate = NOBODY) -> Iterator[StoredGraph]:
    with tempfile.TemporaryDirectory() as folder:
        graph = stored(Path(folder) / "g.duckdb", Imported(debate), reference=reference)
        yield graph
        graph.store.close()


def entries(held: Held) -> list[tuple[Any, ...]]:
    """Return positions as rows, whatever the codes."""
    columns = zip(
        (held.actors[n] for n in held.actor),
        (held.options[n] for n in held.option),
        held.level.tolist(),
        held.tier.tolist(),
        held.day.astype(str).tolist(),
        (round(c, 12) for c in held.confidence.tolist()),
        strict=True,
    )
    return sorted(columns)


@settings(suppress_health_check=[HealthCheck.too_slow], max_examples=15, deadline=None)
@given(debates())
def test_a_debate_comes_back_from_a_file_as_it_went_in(debate: Debate) -> None:
    once = replace(
        debate,
        tenures=tuple(dict.fromkeys(debate.tenures)),
        memberships=tuple(dict.fromkeys(debate.memberships)),
    )
    with in_a_file(debate, load_reference()) as graph:
        assert graph.debate == once
        assert graph.reference.actors == load_reference().actors


DAYS = st.sampled_from([None, "2024-05-01", "2024-05-02", "2021-01-01", "2024-06-30"])
TOLD = st.builds(
    said,
    id=st.just("x"),
    holder=st.sampled_from(COUNTRIES[:2]),
    option=st.sampled_from(["opt", "other"]),
    polarity=st.sampled_from(
        ["supports", "leans-support", "undecided", "leans-oppose", "opposes", "not-disclosed"]
    ),
    day=DAYS,
    by=st.sampled_from([None, None, None, "paper", "expert", "voice"]),
    kind=st.sampled_from(["statement", "action", "vote"]),
    sure=st.sampled_from(["certain", "probable", "unspecified"]),
)
SCOPES = st.builds(
    Scope,
    as_of=st.sampled_from([None, date(2024, 5, 1), date(2024, 6, 30), date(2026, 1, 1)]),
    since=st.sampled_from([None, date(2024, 5, 1)]),
    filters=st.sampled_from([{}, {"kind": ("vote", "action")}, {"speaker": ("pol",)}]),
    own_words=st.booleans(),
)


@settings(max_examples=30, deadline=None)
@given(st.lists(TOLD, max_size=8), SCOPES)
def test_positions_in_arrays_are_those_of_the_rules(told: list[Any], scope: Scope) -> None:
    records = [replace(e, id=f"s{n:02}") for n, e in enumerate(told)]
    memory = graph_of(*records)
    asked = replace(scope, as_of=scope.as_of or memory.last_day)
    with in_a_file(debate_of(*records)) as graph:
        assert graph.last_day == memory.last_day
        assert entries(graph.held(asked)) == entries(memory.held(asked))


def test_the_answers_of_a_file_are_those_of_the_debate(tmp_path: Path) -> None:
    debate = load_debate("ukraine-skies")
    path = tmp_path / "skies.duckdb"
    here = stored(path, Imported(debate), reference=load_reference())
    there = stancegraph.load("ukraine-skies")

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

    assert answers(here) == answers(there)


def test_options_are_counted_alike_in_arrays_and_one_by_one() -> None:
    graph = stancegraph.load("ukraine-skies")
    scope = graph.scope()
    one_by_one = _counted(graph, graph.positions(scope.as_of).values())
    in_arrays = _counted_in_arrays(graph, scope)
    assert {o: +c for o, c in in_arrays.items() if +c} == one_by_one


def votes(**changes: Any) -> Imported:
    """Three votes by two countries on two options, as columns."""
    debate = debate_of(
        said("a1", "pol", "opt-a", "supports"), said("a2", "pol", "opt-b", "opposes")
    )
    fields: dict[str, Any] = {
        "ids": ["v1", "v2", "v3"],
        "kind": EvidenceKind.VOTE,
        "mode": Mode.DIRECT,
        "source": Names.all_of("report", 3),
        "paragraph": np.array([2, 3, 4], dtype=np.int32),
        "speaker": Names.of(["pol", "deu", "pol"]),
        "capacity": Names.all_of("government", 3),
        "principal": Names.of(["pol", "deu", "pol"]),
        "time": np.array(["2020-01-01T10:30:00", "2020-01-01", "NaT"], dtype="datetime64[s]"),
        "stances": (
            Stances(
                Names.of(["pol", "deu", "pol"]),
                Names.of(["opt-a", "opt-a", "opt-b"]),
                np.array([2, -2, 0], dtype=np.int8),
            ),
        ),
        "variables": (Variable("topic", "text", Names.of(["arms", "peace", None])),),
    }
    return Imported(
        replace(debate, evidence=()),
        Rows(**fields | changes),
        (
            Attribute("options", "opt-a", "body", "GA"),
            Attribute("options", "opt-b", "body", "SC; GA"),
            Attribute("options", "opt-a", "important", "1"),
            Attribute("options", "opt-b", "important", ""),
        ),
    )


def test_rows_become_records(tmp_path: Path) -> None:
    graph = stored(tmp_path / "g.duckdb", votes())
    first, _, last = graph.debate.evidence
    assert (first.id, first.kind, first.paragraph) == ("v1", EvidenceKind.VOTE, 2)
    assert first.gist == "POL voted for Do opt-a."
    assert last.gist == "POL abstained on Do opt-b."
    assert first.when.day == date(2020, 1, 1)
    assert last.when.day is None
    assert entries(graph.held(graph.scope())) == entries(
        graph_of(*graph.debate.evidence).held(graph.scope())
    )


def test_rows_are_filtered_by_what_the_file_says_of_options_and_by_variables(
    tmp_path: Path,
) -> None:
    graph = stored(tmp_path / "g.duckdb", votes())

    def left(**filters: tuple[str, ...]) -> int:
        return len(graph.held(graph.scope(filters=filters)))

    assert (left(body=("GA",)), left(body=("SC",)), left(topic=("peace",))) == (3, 1, 1)
    assert left(body=("GA",), topic=("peace",)) == 1
    with pytest.raises(UnknownName, match="no field 'bodi'; did you mean 'body'"):
        left(bodi=("GA",))


def test_options_weigh_by_their_numbers_only(tmp_path: Path) -> None:
    graph = stored(tmp_path / "g.duckdb", votes())
    assert graph.option_weights("important") == {"opt-a": 1.0}
    with pytest.raises(UnknownName, match="holds no numbers"):
        graph.option_weights("body")
    with pytest.raises(UnknownName, match="no field 'imported'; did you mean 'important'"):
        graph.option_weights("imported")


def test_a_part_holds_what_is_asked_and_knows_who_is_silent(tmp_path: Path) -> None:
    graph = stored(tmp_path / "g.duckdb", votes())
    part = graph.about(options=["opt-b"])
    assert [e.id for e in part.debate.evidence] == ["v3"]
    assert [a.id for a in part.silent("opt-b")] == ["deu"]
    assert [e.id for e in graph.about(holders=["deu"]).debate.evidence] == ["v2"]
    assert [e.id for e in graph.about(records=["v1", "v9"]).debate.evidence] == ["v1"]


def test_the_same_import_is_known_again(tmp_path: Path) -> None:
    path = tmp_path / "g.duckdb"
    assert not is_repeated(path, ORIGIN)
    add(path, [votes()], NOBODY, ORIGIN)
    assert is_repeated(path, ORIGIN)
    assert not is_repeated(path, replace(ORIGIN, digest="2"))


def test_records_that_are_there_are_not_added_again(tmp_path: Path) -> None:
    path = tmp_path / "g.duckdb"
    add(path, [votes()], NOBODY, ORIGIN)
    again = add(path, [votes()], NOBODY, replace(ORIGIN, digest="2"))
    assert again == Added({}, 0, 3)
    assert Store(path).size == 3


def test_a_record_that_differs_is_refused_and_nothing_changes(tmp_path: Path) -> None:
    path = tmp_path / "g.duckdb"
    add(path, [votes()], NOBODY, ORIGIN)
    changed = votes(paragraph=np.array([2, 3, 9], dtype=np.int32))
    with pytest.raises(StanceError, match=r"1 records? .*the first is 'v3'"):
        add(path, [changed], NOBODY, replace(ORIGIN, digest="2"))
    assert Store(path).size == 3


def test_a_changed_stance_is_a_record_that_differs(tmp_path: Path) -> None:
    path = tmp_path / "g.duckdb"
    add(path, [votes()], NOBODY, ORIGIN)
    rows = votes().rows
    assert rows
    (told,) = rows.stances
    turned = replace(told, level=np.array([2, 2, 0], dtype=np.int8))
    with pytest.raises(StanceError, match=r"the first is 'v2'"):
        add(path, [votes(stances=(turned,))], NOBODY, replace(ORIGIN, digest="2"))


def test_what_fails_on_the_way_leaves_no_file(tmp_path: Path) -> None:
    with pytest.raises(StanceError, match="no actor 'mars' is in the graph"):
        add(tmp_path / "g.duckdb", [votes(speaker=Names.of(["mars"] * 3))], NOBODY, ORIGIN)
    assert os.listdir(tmp_path) == []


def test_what_fails_on_the_way_leaves_the_file_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "g.duckdb"
    add(path, [votes()], NOBODY, ORIGIN)
    bad = votes(ids=["w1", "w2", "w3"], speaker=Names.of(["mars"] * 3))
    with pytest.raises(StanceError, match="'mars'"):
        add(path, [votes(ids=["x1", "x2", "x3"]), bad], NOBODY, replace(ORIGIN, digest="2"))
    assert Store(path).size == 3
    assert os.listdir(tmp_path) == ["g.duckdb"]


@pytest.mark.parametrize(
    ("content", "message"),
    [(b"", "no DuckDB file"), (b"not a database" * 999, "no DuckDB file")],
)
def test_a_file_that_is_no_graph_is_named(tmp_path: Path, content: bytes, message: str) -> None:
    path = tmp_path / "g.duckdb"
    path.write_bytes(content)
    with pytest.raises(StanceError, match=rf"g\.duckdb.*{message}"):
        stancegraph.load(path)


def test_a_database_of_others_is_no_graph(tmp_path: Path) -> None:
    duckdb.connect(tmp_path / "g.duckdb").close()
    with pytest.raises(StanceError, match="holds no stancegraph graph"):
        stancegraph.load(tmp_path / "g.duckdb")


def test_a_coded_record_is_one_statement_whoever_holds_it(tmp_path: Path) -> None:
    rows = votes().rows
    assert rows
    (told,) = rows.stances
    also = replace(told, holder=Names.of(["expert", "expert", None]))
    table = stored(tmp_path / "g.duckdb", votes(stances=(told, also))).statements()
    # v3 has no variable, so each of its stances is a statement; it has one.
    assert len(table) == 3
    topic = table.column("topic")
    assert [topic.labels[c] if c >= 0 else None for c in topic.codes] == ["peace", "arms", None]
    actor = table.column("actor")
    assert [actor.labels[c] for c in actor.codes] == ["deu", "pol", "pol"]
    levels = table.column("polarity")
    assert levels.span == (-2, 2)
    assert [levels.labels[c] for c in levels.codes] == ["-2", "2", "0"]


def test_variables_may_be_called_anything(tmp_path: Path) -> None:
    names = ("seq", "Topic", "topic", 'a "b"; DROP TABLE coded; --', "v0")
    variables = tuple(Variable(n, "text", Names.of([n, None, "x"])) for n in names)
    table = stored(tmp_path / "g.duckdb", votes(variables=variables)).statements()
    assert {n: table.column(n).labels for n in names} == {n: tuple(sorted((n, "x"))) for n in names}


def test_a_statement_without_a_stance_is_in_the_table(tmp_path: Path) -> None:
    rows = votes().rows
    assert rows
    (told,) = rows.stances
    level = np.array([MISSING, -2, 0], dtype=np.int8)
    graph = stored(tmp_path / "g.duckdb", votes(stances=(replace(told, level=level),)))
    assert graph.statements().column("polarity").codes.tolist().count(-1) == 1
