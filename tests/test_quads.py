from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pyoxigraph as ox
import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rdflib import Dataset, Literal
from rdflib.plugins.serializers.nt import _quoteLiteral as quoted_by_rdflib

import stancegraph
from debates import COUNTRIES, debate_of, graph_of, said
from roll_calls import graph_of_session
from stancegraph.cli import main
from stancegraph.errors import StanceError
from stancegraph.graph import Graph
from stancegraph.measure.levels import MISSING
from stancegraph.model import Bounds, Debate, EvidenceKind, Mode
from stancegraph.rdf import from_rdf, parse
from stancegraph.rdf.quads import PART, NQuads, nquads, turtle
from stancegraph.read.debate import load_debate, load_reference
from stancegraph.read.imported import Imported, Names, Rows, Stances
from stancegraph.store.read import SHIPPED
from stancegraph.store.write import Origin, add
from stancegraph.stored import StoredGraph
from strategies import HOSTILE, debates

NOBODY = Debate(**SHIPPED)

Quad = tuple[str, str, Any, str | None]


def quads_of(dataset: Dataset) -> set[Quad]:
    """Return the quads of a dataset of rdflib as plain values."""
    found = dataset.quads((None, None, None, None))
    return {(str(s), str(p), _value(o), str(g)) for s, p, o, g in found}


def _value(node: Any) -> Any:
    if not isinstance(node, Literal):
        return str(node)
    return str(node), (node.language or "").lower(), str(node.datatype or "")


def quads_in(parts: Iterable[bytes], form: ox.RdfFormat = ox.RdfFormat.N_QUADS) -> set[Quad]:
    """Return what another program reads in a text, as plain values."""
    return {
        (
            q.subject.value,
            q.predicate.value,
            _theirs(q.object),
            getattr(q.graph_name, "value", None),
        )
        for q in ox.parse(b"".join(parts), format=form)
    }


def _theirs(term: Any) -> Any:
    if not isinstance(term, ox.Literal):
        return term.value
    is_typed = not term.language and not term.datatype.value.endswith("#string")
    return term.value, (term.language or "").lower(), term.datatype.value if is_typed else ""


def triples(quads: Iterable[Quad]) -> set[tuple[Any, ...]]:
    return {quad[:3] for quad in quads}


@contextmanager
def stored(*parts: Imported, reference: Debate = NOBODY) -> Iterator[StoredGraph]:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "g.duckdb"
        add(path, parts, reference, Origin(kind="test", files="a", digest="1", options=""))
        graph = stancegraph.load(path)
        assert isinstance(graph, StoredGraph)
        yield graph
        graph.close()


def check_alike(graph: Graph, as_of: date | None = None) -> None:
    """The streamed text has the quads that the ordinary writer puts into a dataset."""
    expected = quads_of(graph.to_rdf(as_of))
    assert quads_in(nquads(graph, as_of)) == expected
    assert triples(quads_in(turtle(graph, as_of), ox.RdfFormat.TURTLE)) == triples(expected)


def test_the_shipped_debate_streams_as_it_is() -> None:
    check_alike(stancegraph.load("ukraine-skies"))


def test_the_shipped_debate_in_a_file_streams_as_it_is() -> None:
    debate, reference = load_debate("ukraine-skies"), load_reference()
    with stored(Imported(debate), reference=reference) as graph:
        check_alike(graph)
        found = parse(b"".join(nquads(graph)).decode(), "nquads")
        assert from_rdf(found) == debate
        assert quads_in(nquads(graph)) == quads_in(nquads(Graph(debate, reference)))


def test_a_file_knows_what_the_shipped_registers_say_of_themselves() -> None:
    reference = load_reference()
    assert {name: getattr(reference, name) for name in SHIPPED} == dict(SHIPPED)


@settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(debates())
def test_any_debate_streams_from_memory_and_from_a_file(debate: Debate) -> None:
    once = replace(
        debate,
        tenures=tuple(dict.fromkeys(debate.tenures)),
        memberships=tuple(dict.fromkeys(debate.memberships)),
    )
    whole = load_reference()
    few = tuple(a for a in whole.actors if a.id in ("pol", "deu", "nato"))
    reference = replace(whole, actors=few, memberships=())
    check_alike(Graph(once, reference))
    with stored(Imported(once), reference=reference) as graph:
        check_alike(graph)


TOLD = st.builds(
    said,
    id=st.just("x"),
    holder=st.sampled_from(COUNTRIES[:2]),
    option=st.sampled_from(["opt", "other"]),
    polarity=st.sampled_from(["supports", "undecided", "leans-oppose", "opposes", "not-disclosed"]),
    day=st.sampled_from([None, "2024-05-01", "2024-05-02", "2021-01-01", "2024-06-30"]),
    by=st.sampled_from([None, None, "paper", "expert", "voice"]),
    kind=st.sampled_from(["statement", "action", "vote"]),
    until=st.sampled_from([None, None, date(2024, 5, 30)]),
)


@settings(max_examples=12, deadline=None)
@given(st.lists(TOLD, max_size=8), st.sampled_from([None, date(2024, 5, 1), date(2026, 1, 1)]))
def test_positions_stream_by_the_rules_in_full(told: list[Any], as_of: date | None) -> None:
    records = [replace(e, id=f"s{n:02}") for n, e in enumerate(told)]
    in_memory = Graph(debate_of(*records), NOBODY)
    with stored(Imported(debate_of(*records))) as graph:
        assert quads_in(nquads(graph, as_of)) == quads_of(in_memory.to_rdf(as_of))


def test_the_undated_counts_from_the_last_day_of_the_whole_on() -> None:
    undated = said("e2", "hun", "other", "opposes")
    dated = said("e1", "pol", "other", "supports", "2024-04-01")
    last = said("e3", "deu", "opt", "opposes", "2024-06-01")
    debate = debate_of(dated, undated, last)
    (report,) = debate.sources
    debate = replace(debate, sources=(replace(report, when=Bounds()),))
    early = date(2024, 5, 15)
    with stored(Imported(debate)) as graph:
        check_alike(graph, early)
        for asked in (graph, Graph(debate, NOBODY)):
            assert asked.who("other", as_of=early).verdict == "POL supports 'Do other'."
            assert asked.who("other").verdict == "POL supports 'Do other'; HUN opposes it."


HOSTILE_IDS = ['q"<>#?', "..", "{0}", "a b", "ä/ö%", "\\n", "a\nb", "@en", "\U0001f680", "v-1_~.x"]


def rows_of(ids: list[str], gists: list[str | None], **changes: Any) -> Imported:
    """Rows by two countries on two options, with whatever ids and gists."""
    count = len(ids)
    actors = Names.of([("pol", "deu")[n % 2] for n in range(count)])
    days = ["2020-01-01", "2021-02-03", "NaT"]
    fields: dict[str, Any] = {
        "ids": ids,
        "kind": EvidenceKind.VOTE,
        "mode": Mode.DIRECT,
        "source": Names.all_of("report", count),
        "paragraph": np.arange(count, dtype=np.int32),
        "speaker": actors,
        "capacity": Names.all_of("government", count),
        "principal": Names.of(["pol" if n % 2 == 0 else None for n in range(count)]),
        "time": np.array([days[n % 3] for n in range(count)], dtype="datetime64[s]"),
        "gist": gists,
        "stances": (
            Stances(
                actors,
                Names.of([("opt-a", "opt-b")[n % 2] for n in range(count)]),
                np.array([(2, -1, 0, MISSING)[n % 4] for n in range(count)], dtype=np.int8),
            ),
        ),
    }
    debate = debate_of(said("a", "pol", "opt-a", "supports"), said("b", "pol", "opt-b", "opposes"))
    return Imported(replace(debate, evidence=()), Rows(**fields | changes))


def test_rows_with_hostile_ids_and_texts_stream_as_they_are() -> None:
    gists = [None if n % 5 == 0 else text for n, text in enumerate(HOSTILE)]
    ids = [HOSTILE_IDS[n] if n < len(HOSTILE_IDS) else f"r{n}" for n in range(len(gists))]
    with stored(rows_of(ids, gists)) as graph:
        check_alike(graph)
        check_alike(graph, date(2020, 6, 1))


def test_records_of_two_stances_stream_as_they_are() -> None:
    one = rows_of(["v1", "v2", "v3"], [None] * 3)
    assert one.rows
    (told,) = one.rows.stances
    also = replace(told, option=Names.all_of("opt-b", 3), holder=Names.of(["deu", "deu", None]))
    with stored(rows_of(["v1", "v2", "v3"], [None] * 3, stances=(told, also))) as graph:
        check_alike(graph)


def test_an_import_of_dnas_own_sample_streams_as_it_is(shared: Path, tmp_path: Path) -> None:
    path = tmp_path / "dna.duckdb"
    words = ["import", "dna", str(shared / "data/dna_sample/sample.dna"), "-o", str(path)]
    assert CliRunner().invoke(main, words).exit_code == 0
    check_alike(stancegraph.load(path))


def test_roll_calls_of_the_united_nations_stream_as_they_are(shared: Path, tmp_path: Path) -> None:
    graph = graph_of_session(shared, tmp_path, session=74, count=3)
    check_alike(graph)
    check_alike(graph, date(2019, 12, 1))


def test_the_same_graph_gives_the_same_bytes_in_small_parts() -> None:
    with stored(rows_of([f"v{n}" for n in range(1200)], [None] * 1200)) as graph:
        parts = list(nquads(graph))
        assert b"".join(parts) == b"".join(nquads(graph))
        assert b"".join(turtle(graph)) == b"".join(turtle(graph))
        # a part ends with the record that fills it, and a record here takes some kilobytes
        assert len(parts) > 1
        assert max(map(len, parts)) < PART + 10_000


def test_every_line_of_nquads_is_sorted_away_to_the_text_of_a_small_export() -> None:
    graph = graph_of(said("e01", "pol", "opt", "supports", "2024-05-01"))
    done = CliRunner().invoke(main, ["export", "nquads"])
    streamed = CliRunner().invoke(main, ["export", "nquads", "--stream"])
    assert sorted(streamed.output.splitlines()) == done.output.splitlines()
    assert b"".join(nquads(graph)).endswith(b" .\n")


@pytest.mark.parametrize("text", HOSTILE)
def test_a_text_is_escaped_as_rdflib_escapes_it(text: str) -> None:
    for literal in (Literal(text), Literal(text, lang="en")):
        assert NQuads().term(literal) == quoted_by_rdflib(literal)


def test_two_records_of_one_id_are_refused() -> None:
    with (
        stored(rows_of(["v1", "v1"], [None] * 2)) as graph,
        pytest.raises(StanceError, match="several records are called 'v1'"),
    ):
        list(nquads(graph))


def test_a_graph_named_like_its_reference_is_refused() -> None:
    graph = Graph(replace(debate_of(), id="reference"), NOBODY)
    with pytest.raises(StanceError, match="cannot have the id of its reference"):
        list(nquads(graph))


def test_export_streams_into_a_file_or_not_at_all(tmp_path: Path) -> None:
    target = tmp_path / "skies.ttl"
    done = CliRunner().invoke(main, ["export", "turtle", "--stream", "-o", str(target)])
    assert done.exit_code == 0
    assert [f.name for f in tmp_path.iterdir()] == ["skies.ttl"]
    expected = triples(quads_of(stancegraph.load("ukraine-skies").to_rdf()))
    assert triples(quads_in([target.read_bytes()], ox.RdfFormat.TURTLE)) == expected


def test_what_cannot_be_streamed_is_refused() -> None:
    done = CliRunner().invoke(main, ["export", "trig", "--stream"])
    assert (done.exit_code, done.output) == (
        1,
        "Error: --stream writes turtle or nquads, not trig; leave it out\n",
    )
