from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import stancegraph
from debates import COUNTRIES, debate_of, graph_of, said
from servers import Asked, Oxigraph, Reply, oxigraph, passing_on, serving
from stancegraph.answer import Answer
from stancegraph.cli import main
from stancegraph.errors import InvalidDebate, StanceError, UnknownName
from stancegraph.graph import Graph
from stancegraph.model import Bounds, Debate
from stancegraph.rdf import query, query_text, results_text, serialize, shipped_queries
from stancegraph.rdf.quads import nquads
from stancegraph.rdf.sparql import parameters_of
from stancegraph.read.debate import load_debate, load_reference
from stancegraph.remote.graph import RemoteGraph
from stancegraph.scope import Scope
from strategies import debates

Question = Callable[[Graph], Answer[Any]]
QUESTIONS: dict[str, Question] = {
    "who": lambda g: g.who("allied-interception"),
    "who rolled up": lambda g: g.who("allied-interception", roll_up=True),
    "who early": lambda g: g.who("allied-interception", as_of=date(2024, 5, 1)),
    "align": lambda g: g.align("Poland"),
    "align since": lambda g: g.align("pol", since=date(2024, 1, 1), filters={"mode": ["indirect"]}),
    "align rolled up": lambda g: g.align("usa", roll_up=True),
    "compare": lambda g: g.compare("pol", "usa"),
    "closer": lambda g: g.closer("hun", "pol", "deu"),
    "channels": lambda g: g.channels("pol", "deu"),
    "cohesion": lambda g: g.cohesion("nato"),
    "position": lambda g: g.position("usa"),
    "trace": lambda g: g.trace("pol", "allied-interception"),
    "evidence of an actor": lambda g: g.evidence(actor="pol"),
    "evidence on an option": lambda g: g.evidence(option="allied-interception"),
    "evidence of both": lambda g: g.evidence(actor="usa", option="allied-interception"),
    "evidence by id": lambda g: g.evidence(ids=["s07", "s11"]),
    "evidence": lambda g: g.evidence(),
    "dissent": lambda g: g.dissent(),
    "options": lambda g: g.tally(),
}
SKIES = "ukraine-skies"


def quads_of(graph: Graph) -> str:
    return b"".join(nquads(graph)).decode()


def answer(graph: Graph, question: Question) -> dict[str, Any]:
    """Return an answer without the command that names its graph."""
    return {k: v for k, v in question(graph).to_dict().items() if k != "reproduce"}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Oxigraph]:
    with oxigraph(tmp_path_factory.mktemp("oxigraph")) as running:
        yield running


@pytest.fixture(scope="module")
def skies(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Oxigraph]:
    with oxigraph(tmp_path_factory.mktemp("skies")) as running:
        running.load(quads_of(stancegraph.load(SKIES)))
        yield running


@pytest.fixture(scope="module")
def here() -> Graph:
    return stancegraph.load(SKIES)


@pytest.fixture(scope="module")
def there(skies: Oxigraph) -> RemoteGraph:
    return RemoteGraph(skies.query)


@pytest.fixture(scope="module")
def dataset(here: Graph) -> Any:
    return here.to_rdf()


@contextmanager
def at_an_endpoint(server: Oxigraph, *graphs: Graph) -> Iterator[RemoteGraph]:
    server.clear()
    for graph in graphs:
        server.load(quads_of(graph))
    graph = stancegraph.load(f"sparql:{server.query}")
    assert isinstance(graph, RemoteGraph)
    yield graph
    graph.close()


@pytest.mark.parametrize("name", QUESTIONS)
def test_an_endpoint_answers_as_the_debate_does(skies: Oxigraph, here: Graph, name: str) -> None:
    there = stancegraph.load(f"sparql:{skies.query}")
    assert answer(there, QUESTIONS[name]) == answer(here, QUESTIONS[name])


WRONG: dict[str, Question] = {
    "actor": lambda g: g.align("Polnad"),
    "option": lambda g: g.who("allied-interceptoin"),
    "ambiguous": lambda g: g.who("ukraine"),
    "record": lambda g: g.evidence(ids=["s99"]),
    "field": lambda g: g.align("pol", filters={"body": ["GA"]}),
}


@pytest.mark.parametrize("name", WRONG)
def test_an_endpoint_errs_as_the_debate_does(skies: Oxigraph, here: Graph, name: str) -> None:
    told = []
    for graph in (stancegraph.load(f"sparql:{skies.query}"), here):
        with pytest.raises(StanceError) as raised:
            WRONG[name](graph)
        told.append(str(raised.value).partition(";")[0])
    assert told[0] == told[1]


def test_all_of_a_debate_comes_back(skies: Oxigraph) -> None:
    there, here = stancegraph.load(f"sparql:{skies.query}"), stancegraph.load(SKIES)
    assert there.debate == here.debate
    assert there.reference == here.reference
    assert there.last_day == here.last_day
    assert serialize(there.to_rdf(), "trig") == serialize(here.to_rdf(), "trig")


@pytest.mark.parametrize(
    "command",
    [
        ["export", "csv"],
        ["export", "graphml"],
        ["export", "yaml"],
        ["network", "one", "-o", "-"],
        ["event-list"],
        ["sparql", "SELECT ?id { ?s a sg:Debate ; dcterms:identifier ?id }", "-f", "csv"],
    ],
)
def test_the_other_commands_say_the_same(skies: Oxigraph, command: list[str]) -> None:
    there = CliRunner().invoke(main, [*command, "-g", f"sparql:{skies.query}"])
    here = CliRunner().invoke(main, [*command, "-g", SKIES])
    assert (there.exit_code, here.exit_code) == (0, 0)
    assert there.stdout == here.stdout != ""


def test_a_page_is_the_same_byte_by_byte(skies: Oxigraph) -> None:
    pages = [stancegraph.load(g).view("network") for g in (f"sparql:{skies.query}", SKIES)]
    assert pages[0].html == pages[1].html


COMPLETE = [name for name in shipped_queries() if not parameters_of(query_text(name))]
"""The shipped queries that need no value given."""


@pytest.mark.parametrize("name", COMPLETE)
def test_a_shipped_query_has_the_same_rows(there: RemoteGraph, dataset: Any, name: str) -> None:
    found, expected = there.query(query_text(name)), query(dataset, query_text(name))
    assert _cells(found) == _cells(expected) != []


def _cells(table: Any) -> list[tuple[str, ...]]:
    """Return rows as texts, numbers by their value: 0 and 0.0 are one."""
    return sorted(
        tuple(str(float(c)) if isinstance(c, int | Decimal) else str(c) for c in row)
        for row in table.rows
    )


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("ASK { ?s a sg:Debate }", "json"),
        ("SELECT ?id { ?s a sg:Debate ; dcterms:identifier ?id }", "json"),
        ("SELECT ?id { ?s a sg:Debate ; dcterms:identifier ?id }", "csv"),
        ("CONSTRUCT { ?s a sg:Debate } WHERE { ?s a sg:Debate } # SERVICE", "json"),
    ],
)
def test_a_query_of_ones_own_is_answered_as_here(
    skies: Oxigraph, dataset: Any, text: str, form: str
) -> None:
    there = RemoteGraph(skies.query)
    assert there.results_text(text, form) == results_text(dataset, text, form)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("SELECT * { SERVICE <http://127.0.0.1/> { ?s ?p ?o } }", "SERVICE would ask another"),
        (r"SELECT * { \u0053ERVICE <http://127.0.0.1/> { } }", "SERVICE would ask another"),
        (r"SELECT * { ?s a sg:a\# . SERVICE sg:x { } }", "SERVICE would ask another"),
        (r"SELECT * { ?s a sg:a\' . SERVICE sg:x { } ?s a sg:b\' }", "SERVICE would ask another"),
        ("DROP ALL", "answers 400"),
        ("SELEC ?a {}", "answers 400"),
    ],
)
def test_a_query_that_would_do_more_is_refused(skies: Oxigraph, text: str, message: str) -> None:
    with pytest.raises(StanceError, match=message):
        RemoteGraph(skies.query).query(text)


def test_positions_of_another_day_are_not_taken_for_those_asked(skies: Oxigraph) -> None:
    graph = RemoteGraph(skies.query)
    asked = "ASK { ?p a sg:Position }"
    assert graph.query(asked, as_of=date(2024, 6, 2)) is True
    with pytest.raises(
        StanceError, match="they are of 2024-06-02, not of 2023-01-01; publish them"
    ):
        graph.query(asked, as_of=date(2023, 1, 1))


@settings(
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
    max_examples=8,
    deadline=None,
)
@given(debates())
def test_hostile_texts_come_back_as_they_went(server: Oxigraph, debate: Debate) -> None:
    here = Graph(debate, load_reference())
    with at_an_endpoint(server, here) as there:
        assert there.debate == debate  # 46 is 46.0: Oxigraph drops zeros


DAYS = st.sampled_from([None, "2024-05-01", "2024-05-02", "2021-01-01", "2024-06-30"])
TOLD = st.builds(
    said,
    id=st.just("x"),
    holder=st.sampled_from(COUNTRIES[:2]),
    option=st.sampled_from(["opt", "other"]),
    polarity=st.sampled_from(["supports", "undecided", "leans-oppose", "not-disclosed"]),
    day=DAYS,
    by=st.sampled_from([None, None, "paper", "expert", "voice"]),
    kind=st.sampled_from(["statement", "action", "vote"]),
    until=st.sampled_from([None, None, date(2024, 5, 20)]),
)


@settings(
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
    max_examples=10,
    deadline=None,
)
@given(
    st.lists(TOLD, min_size=1, max_size=6),
    st.sampled_from([None, date(2024, 5, 1), date(2026, 1, 1)]),
    st.sampled_from([{}, {"kind": ("vote", "action")}, {"speaker": ("pol",)}]),
)
def test_stances_without_words_make_the_same_positions(
    server: Oxigraph, told: list[Any], as_of: date | None, filters: dict[str, tuple[str, ...]]
) -> None:
    here = graph_of(*(replace(e, id=f"s{n:02}") for n, e in enumerate(told)))
    scope = Scope(as_of=as_of or here.last_day, filters=filters)
    with at_an_endpoint(server, here) as there, pytest.MonkeyPatch.context() as patch:
        assert there.last_day == here.last_day
        assert [a.id for a in there.about(options=["opt"]).silent("opt", as_of)] == [
            a.id for a in here.silent("opt", as_of)
        ]
        patch.setattr("stancegraph.remote.graph.LARGE", 1)
        assert entries(there, scope) == entries(here, scope)
        assert (
            answer(there, lambda g: g.dissent())["rows"]
            == answer(here, lambda g: g.dissent())["rows"]
        )


def entries(graph: Graph, scope: Scope) -> list[tuple[Any, ...]]:
    held = graph.held(scope)
    return sorted(
        zip(
            (held.actors[n] for n in held.actor),
            (held.options[n] for n in held.option),
            held.level.tolist(),
            held.tier.tolist(),
            held.day.astype(str).tolist(),
            (round(c, 12) for c in held.confidence.tolist()),
            strict=True,
        )
    )


@pytest.fixture(scope="module")
def votes(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Import 1,200 votes of the General Assembly, and the roll calls that they are of."""
    import csv
    import gzip

    folder = tmp_path_factory.mktemp("votes")
    source = shared / "data" / "unga_votes_voeten"
    kept: set[str] = set()
    for name, size in (("unga_votes", 1_200), ("unga_roll_calls", None)):
        with gzip.open(source / f"{name}.csv.gz", "rt", encoding="utf-8", newline="") as file:
            header, *found = csv.reader(file)
        found = found[:size] if size else [row for row in found if row[0] in kept]
        kept |= {row[0] for row in found}
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([header, *found])
    graph = folder / "un.duckdb"
    files = [str(folder / f"{name}.csv") for name in ("unga_votes", "unga_roll_calls")]
    done = CliRunner().invoke(main, ["import", "unvotes", *files, "-o", str(graph)])
    assert done.exit_code == 0, done.output
    return graph


@pytest.fixture(scope="module")
def assembly(votes: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Oxigraph]:
    with oxigraph(tmp_path_factory.mktemp("assembly")) as running:
        running.load(quads_of(stancegraph.load(votes)))
        yield running


def test_votes_align_at_an_endpoint_as_in_a_file(
    assembly: Oxigraph, votes: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def asked(g: Graph) -> list[dict[str, Any]]:
        return [answer(g, q) for q in (lambda g: g.align("usa"), lambda g: g.compare("usa", "gbr"))]

    here = asked(stancegraph.load(votes))
    assert asked(stancegraph.load(f"sparql:{assembly.query}")) == here
    monkeypatch.setattr("stancegraph.remote.graph.LARGE", 600)
    monkeypatch.setattr("stancegraph.stored.LARGE", 600)
    large = asked(stancegraph.load(votes))
    assert asked(stancegraph.load(f"sparql:{assembly.query}")) == large


def test_a_question_fetches_what_it_is_about(assembly: Oxigraph, votes: Path) -> None:
    option = next(iter(stancegraph.load(votes).options))
    asked: dict[str, Question] = {"who": lambda g: g.who(option), "all": lambda g: g.evidence()}
    sent = {}
    for name, question in asked.items():
        with serving(passing_on(assembly)) as proxy:
            question(stancegraph.load(f"sparql:{proxy.query}"))
            sent[name] = proxy.sent
            assert len(proxy.asked) < 40
    # one option of two dozen, and the registers
    assert sent["who"] < sent["all"] / 4


def test_a_discourse_answers_as_its_file_does(
    server: Oxigraph, shared: Path, tmp_path: Path
) -> None:
    path = tmp_path / "d.duckdb"
    sample = str(shared / "data" / "dna_sample" / "sample.dna")
    done = CliRunner().invoke(main, ["import", "dna", sample, "-o", str(path)])
    assert done.exit_code == 0, done.output
    here = stancegraph.load(path)
    first, option = here.tally().rows[0].option, next(iter(here.options))
    holders = sorted({s.holder for e in here.debate.evidence for s in e.stances})
    asked: list[Question] = [
        lambda g: g.who(option),
        lambda g: g.align(holders[0]),
        lambda g: g.compare(*holders[:2]),
        lambda g: g.position(holders[0]),
        lambda g: g.dissent(),
        lambda g: g.tally(),
        lambda g: g.who(first),
    ]
    with at_an_endpoint(server, here) as there:
        assert [answer(there, q) for q in asked] == [answer(here, q) for q in asked]


def test_one_of_several_debates_is_chosen_by_name(server: Oxigraph) -> None:
    other = Graph(
        replace(debate_of(said("a", "pol", "opt", "supports")), id="other"), load_reference()
    )
    with (
        pytest.raises(
            StanceError, match=r"holds several debates: other, ukraine-skies; choose one"
        ),
        at_an_endpoint(server, stancegraph.load(SKIES), other),
    ):
        pass
    assert stancegraph.load(f"sparql:{server.query}#other").debate == other.debate
    skies = stancegraph.load(f"sparql:{server.query}#{SKIES}")
    assert skies.debate == load_debate(SKIES)
    with pytest.raises(UnknownName, match="holds no debate 'othr'; did you mean 'other'"):
        stancegraph.load(f"sparql:{server.query}#othr")


def test_a_debate_that_is_there_twice_is_not_chosen_by_chance(server: Oxigraph) -> None:
    quads = quads_of(stancegraph.load(SKIES))
    with at_an_endpoint(server, stancegraph.load(SKIES)):
        server.load(quads.replace(f"{GRAPH} .\n", "<http://example.org/copy> .\n"))
    with pytest.raises(StanceError, match=r"holds 'ukraine-skies' more than once, in .*; leave"):
        stancegraph.load(f"sparql:{server.query}")


def test_the_undated_counts_from_the_last_day_of_the_whole_on(server: Oxigraph) -> None:
    debate = debate_of(
        said("e1", "pol", "other", "supports", "2024-04-01"),
        said("e2", "hun", "other", "opposes"),
        said("e3", "deu", "opt", "opposes", "2024-06-01"),
    )
    (report,) = debate.sources
    debate = replace(debate, sources=(replace(report, when=Bounds()),))
    with at_an_endpoint(server, Graph(debate, load_reference())) as graph:
        early = graph.who("other", as_of=date(2024, 5, 15))
        assert early.verdict == "POL supports 'Do other'."
        assert graph.who("other").verdict == "POL supports 'Do other'; HUN opposes it."


def test_a_url_without_its_prefix_is_met_with_the_remedy() -> None:
    with pytest.raises(StanceError, match=r"as in sparql:http://127\.0\.0\.1:1/query"):
        stancegraph.load("http://127.0.0.1:1/query")


def test_an_endpoint_without_a_debate_says_how_to_get_one_there(server: Oxigraph) -> None:
    with (
        pytest.raises(StanceError, match="answers, but holds no debate of our model; to write one"),
        at_an_endpoint(server),
    ):
        pass


def test_an_error_that_quotes_the_endpoint_cannot_move_the_cursor(server: Oxigraph) -> None:
    with at_an_endpoint(server, stancegraph.load(SKIES)) as graph:
        hostile = "\\u001B[2J\\u202E"
        server.update(f'INSERT DATA {{ GRAPH {GRAPH} {{ {RECORD} <{SG}mode> "{hostile}" }} }}')
        with pytest.raises(InvalidDebate, match="has 2 values") as raised:
            graph.who("allied-interception")
    assert all(line.isprintable() for line in str(raised.value).splitlines())
    assert r"\x1b[2J\u202e" in str(raised.value)


def test_threads_can_ask_at_once(skies: Oxigraph) -> None:
    there = stancegraph.load(f"sparql:{skies.query}")
    names = ["compare", "who", "trace", "evidence on an option"] * 2
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda name: answer(there, QUESTIONS[name]), names))
    here = stancegraph.load(SKIES)
    assert found == [answer(here, QUESTIONS[name]) for name in names]


def test_the_default_graph_may_hold_the_debate(server: Oxigraph) -> None:
    server.clear()
    triples = serialize(stancegraph.load(SKIES).to_rdf(), "turtle")
    server.send("/store?default", triples, "text/turtle")
    there = stancegraph.load(f"sparql:{server.query}")
    assert there.debate == load_debate(SKIES)
    assert isinstance(there, RemoteGraph)
    assert there.query("ASK { ?s a sg:Position }") is True


RECORD = "<https://w3id.org/stancegraph/id/ukraine-skies/evidence/s07>"
SG = "https://w3id.org/stancegraph/ontology#"
GRAPH = "<https://w3id.org/stancegraph/id/ukraine-skies>"
BROKEN = {
    f"DELETE WHERE {{ GRAPH {GRAPH} {{ {RECORD} <{SG}gist> ?o }} }}": "lacks .*#gist",
    f"INSERT DATA {{ GRAPH {GRAPH} {{ {RECORD} <{SG}gist> 'b' }} }}": "has 2 values of",
    f"INSERT DATA {{ GRAPH {GRAPH} {{ {RECORD} <{SG}mode> 'b' }} }}": "takes an IRI, not b",
    f"INSERT DATA {{ GRAPH {GRAPH} {{ {RECORD} <{SG}principal> <http://a/xyz> }} }}": (
        "record 's07': for 'xyz' is not among the actors there"
    ),
}


@pytest.mark.parametrize("update", BROKEN)
def test_a_record_that_cannot_be_read_is_named(server: Oxigraph, update: str) -> None:
    with at_an_endpoint(server, stancegraph.load(SKIES)) as graph:
        server.update(update)
        with pytest.raises(InvalidDebate, match="holds records that cannot be read:") as raised:
            graph.who("allied-interception")
    assert pytest.raises(InvalidDebate, match=BROKEN[update]).matches(raised.value)


def test_an_endpoint_that_cuts_its_answers_is_read_whole(skies: Oxigraph) -> None:
    def capped(asked: Asked) -> Reply:
        found = passing_on(skies)(asked)
        lines = found.body.splitlines(keepends=True)
        return replace(found, body=b"".join(lines[:401]))

    with serving(capped) as proxy:
        there = stancegraph.load(f"sparql:{proxy.query}")
        assert there.debate == load_debate(SKIES)
        assert any(b"OFFSET" in a.body for a in proxy.asked)
