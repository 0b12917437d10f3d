from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pyoxigraph as ox
import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rdflib import Dataset, Literal

import stancegraph
from changes import SIGNED, changes
from debates import PUBLISHED, debate_of, graph_of, said
from stancegraph.change.edits import Change, header_of
from stancegraph.change.home import Home, home_of
from stancegraph.change.operations import (
    added,
    deprecated,
    edited,
    merged,
    renamed,
    to_undo,
    undone,
)
from stancegraph.cli import main
from stancegraph.errors import StanceError
from stancegraph.model import ActorKind, Bounds, Debate, Polarity
from stancegraph.rdf import Table, query, results_text
from stancegraph.rdf.kept import folder_of, kept
from stancegraph.rdf.oxigraph import embedded, load
from stancegraph.rdf.quads import nquads
from stancegraph.rdf.sparql import COMFORTABLE, filled, queryable
from stancegraph.read.debate import load_reference
from stancegraph.read.imported import Imported
from stancegraph.store.file import writing as opened_to_write
from stancegraph.store.lock import tell
from stancegraph.store.write import Origin, add
from stancegraph.stored import StoredGraph
from strategies import debates
from test_quads import rows_of
from test_rdf import REFUSED

NOBODY = Debate(id="reference", title="None")
MAY, JUNE = date(2024, 5, 1), date(2024, 6, 1)
POLISH = said("e01", "pol", "opt", "supports", str(MAY))
GERMAN = said("e02", "deu", "opt", "opposes", str(JUNE))
HOLDERS = "SELECT ?who { ?p a sg:Position ; sg:holder/dcterms:identifier ?who } ORDER BY ?who"


class Large(StoredGraph):
    """A graph's file that counts as large."""

    @property
    def is_large(self) -> bool:
        return True


def made(path: Path, *evidence: Any, digest: str = "1") -> Path:
    origin = Origin(kind="test", files="a", digest=digest, options="")
    add(path, [Imported(debate_of(*evidence))], NOBODY, origin)
    return path


@contextmanager
def opened(path: Path) -> Iterator[StoredGraph]:
    graph = Large(path)
    yield graph
    graph.close()


@contextmanager
def heard() -> Iterator[list[str]]:
    """Collect what the user is told."""
    messages: list[str] = []
    before = tell.set(messages.append)
    yield messages
    tell.reset(before)


def holders(store: Dataset | ox.Store) -> list[Any]:
    found = query(store, HOLDERS)
    assert isinstance(found, Table)
    return [who for (who,) in found.rows]


def days(path: Path) -> list[str]:
    return sorted(f.name for f in folder_of(path).iterdir())


def test_a_small_graph_is_in_memory() -> None:
    store = embedded(graph_of(POLISH))
    assert holders(store) == ["pol"]


def test_the_index_of_a_large_file_is_built_once_beside_it(tmp_path: Path) -> None:
    path = made(tmp_path / "g.duckdb", POLISH, GERMAN)
    with opened(path) as graph, heard() as messages:
        assert holders(embedded(graph)) == ["deu", "pol"]
        assert messages == [
            f"building the index of {path} for SPARQL; later questions find it built",
            "sorting it",
        ]
        assert holders(embedded(graph)) == ["deu", "pol"]
        assert len(messages) == 2
    assert days(path) == ["2024-06-01"]


def fresh(graph: StoredGraph, as_of: date | None = None) -> set[ox.Quad]:
    """Return the quads of an index that is built now."""
    store = ox.Store()
    load(store, nquads(graph, as_of))
    return set(store)


FRENCH = replace(said("e03", "fra", "opt", "supports", str(MAY), by="expert"), gist="")
HUNGARIAN = said("e04", "hun", "other", "opposes", "2024-05-15", sure="possible")
WHOLE = (POLISH, FRENCH, HUNGARIAN, GERMAN)
LATER = said("e05", "fra", "opt", "opposes", "2024-05-20")

Making = Callable[[Debate], Change]


def undoing(home: Home, n: int | None = None) -> None:
    edits = to_undo(home.log, n).edits
    home.make(undone(home.part(edits=edits), home.log, n), **SIGNED)


def changing(path: Path, *steps: Making | None) -> None:
    """Make changes of a file one after the other; None takes the last one back."""
    home = home_of(path)
    for step in steps:
        if step is None:
            undoing(home)
        else:
            home.make(step(home.part([e.id for e in WHOLE])), **SIGNED)


def add_later(debate: Debate) -> Change:
    return added({"evidence": [LATER]})


def add_last(debate: Debate) -> Change:
    return added({"evidence": [said("e05", "fra", "opt", "opposes", "2024-06-30", kind="vote")]})


def oppose(debate: Debate) -> Change:
    stance = replace(POLISH.stances[0], polarity=Polarity.OPPOSES)
    return edited(debate, "e01", replace(POLISH, stances=(stance,)))


def deprecate(debate: Debate) -> Change:
    return deprecated(debate, ["e01"], "misquoted")


def merge(debate: Debate) -> Change:
    return merged(debate, NOBODY, "hun", "fra")


def rename(debate: Debate) -> Change:
    return renamed(debate, NOBODY, "other", id="another")


def entitle(debate: Debate) -> Change:
    return edited(debate, "debate", replace(header_of(debate), title="Another test"))


def describe(debate: Debate) -> Change:
    (issue,) = debate.issues
    return edited(debate, "issue", replace(issue, definition='Of "another" sort.'))


STEPS: dict[str, tuple[Making | None, ...]] = {
    "added": (add_later,),
    "added and taken back": (add_later, None),
    "edited": (oppose,),
    "deprecated": (deprecate,),
    "actors merged": (merge,),
    "actors merged and taken back": (merge, None),
    "an option's id": (rename,),
    "the title": (entitle,),
    "a register": (describe,),
    "all at once": (add_later, oppose, merge, rename, deprecate, None, entitle, describe),
}


@pytest.mark.parametrize(
    ("steps", "as_of"),
    [
        *((steps, None) for steps in STEPS.values()),
        (STEPS["all at once"], MAY),
        (STEPS["all at once"], date(2025, 1, 1)),
        ((add_last,), MAY),
    ],
)
def test_an_index_is_kept_in_step_with_its_file(
    tmp_path: Path, steps: tuple[Making | None, ...], as_of: date | None
) -> None:
    path = made(tmp_path / "g.duckdb", *WHOLE)
    with opened(path) as graph:
        before = kept(graph, as_of)
        was = set(before)
    changing(path, *steps)
    with opened(path) as graph, heard() as messages:
        assert set(kept(graph, as_of)) == fresh(graph, as_of)
        assert messages == [f"{path} was changed: its index for SPARQL is brought up to date"]
        kept(graph, as_of)
    assert set(before) == was  # who reads the old one goes on
    assert len(days(path)) == 1


def test_the_indexes_of_two_days_are_both_kept_in_step(tmp_path: Path) -> None:
    path = made(tmp_path / "g.duckdb", *WHOLE)
    with opened(path) as graph:
        for day in (None, MAY):
            kept(graph, day)
    changing(path, oppose)
    with opened(path) as graph, heard() as messages:
        for day in (None, MAY):
            assert set(kept(graph, day)) == fresh(graph, day)
    assert "sorting it" not in messages
    assert days(path) == ["2024-05-01", "2024-06-01"]


KILLED = """
import os, signal, sys
from pathlib import Path
from stancegraph.rdf.kept import kept
from test_oxigraph import Large

left = int(sys.argv[2])
rename = Path.rename

def killed(old, new):
    global left
    if left == 0:
        os.kill(os.getpid(), signal.SIGKILL)
    left -= 1
    return rename(old, new)

Path.rename = killed
kept(Large(Path(sys.argv[1])))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="nothing is killed so there")
@pytest.mark.parametrize("renames", [0, 1])
def test_a_kill_while_an_index_is_brought_up_to_date_harms_nothing(
    tmp_path: Path, renames: int
) -> None:
    path = made(tmp_path / "g.duckdb", *WHOLE)
    with opened(path) as graph:
        kept(graph)
    changing(path, oppose)
    code = [sys.executable, "-c", KILLED, str(path), str(renames)]
    here = {**os.environ, "PYTHONPATH": str(Path(__file__).parent)}
    assert subprocess.run(code, env=here).returncode == -signal.SIGKILL
    with opened(path) as graph:
        assert set(kept(graph)) == fresh(graph)
    assert days(path) == ["2024-06-01"]


def publish_later(debate: Debate) -> Change:
    (source,) = debate.sources
    when = Bounds(not_before=PUBLISHED, not_after=date(2024, 7, 1))
    return edited(debate, "report", replace(source, when=when))


def speak(debate: Debate) -> Change:
    return edited(debate, "debate", replace(header_of(debate), language="fr"))


def regroup(debate: Debate) -> Change:
    paper = next(a for a in debate.actors if a.id == "paper")
    return edited(debate, "paper", replace(paper, kind=ActorKind.GROUP))


BUILT: dict[str, Making] = {
    "a later last day": add_last,
    "the day of a source": publish_later,
    "the language": speak,
    "who a voice is": regroup,
}


@pytest.mark.parametrize("step", BUILT.values(), ids=BUILT)
def test_an_index_is_built_again_where_more_is_other_than_the_log_names(
    tmp_path: Path, step: Making
) -> None:
    path = made(tmp_path / "g.duckdb", *WHOLE)
    with opened(path) as graph:
        kept(graph)
    changing(path, step)
    with opened(path) as graph, heard() as messages:
        assert set(kept(graph)) == fresh(graph)
    assert "sorting it" in messages


def test_words_made_of_names_are_other_when_the_names_are(tmp_path: Path) -> None:
    path = tmp_path / "g.duckdb"
    rows = rows_of(["v1", "v2", "v3"], [None] * 3)
    add(path, [rows], NOBODY, Origin(kind="test", files="a", digest="1", options=""))
    with opened(path) as graph:
        kept(graph)
    home = home_of(path)
    for change, is_built in (({"id": "another"}, False), ({"to": "Another"}, True)):
        part = home.part(pointing_to=["opt-b"])
        home.make(renamed(part, NOBODY, "opt-b", **change), **SIGNED)
        with opened(path) as graph, heard() as messages:
            assert set(kept(graph)) == fresh(graph)
        assert ("sorting it" in messages) == is_built


def test_an_index_is_built_again_when_the_undated_begins_to_count(tmp_path: Path) -> None:
    path = tmp_path / "g.duckdb"
    debate = debate_of(POLISH, said("e04", "hun", "other", "opposes"), GERMAN)
    (report,) = debate.sources
    undated = replace(debate, sources=(replace(report, when=Bounds()),))
    add(path, [Imported(undated)], NOBODY, Origin(kind="test", files="a", digest="1", options=""))
    with opened(path) as graph:
        assert holders(kept(graph, MAY)) == ["pol"]
    changing(path, lambda debate: deprecated(debate, ["e02"], "misquoted"))
    with opened(path) as graph:
        # the last of the dated ones is of MAY now, and from then on the undated one counts
        assert holders(kept(graph, MAY)) == ["hun", "pol"]
        assert set(kept(graph, MAY)) == fresh(graph, MAY)


@settings(
    max_examples=8,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(debates(), st.data())
def test_after_any_changes_an_index_is_as_if_it_were_built_then(
    drawn: Debate, data: st.DataObject
) -> None:
    debate = replace(
        drawn,
        tenures=tuple(dict.fromkeys(drawn.tenures)),
        memberships=tuple(dict.fromkeys(drawn.memberships)),
    )
    whole = load_reference()
    few = tuple(a for a in whole.actors if a.id in ("pol", "deu", "nato"))
    reference = replace(whole, actors=few, memberships=())
    with TemporaryDirectory() as folder:
        path = Path(folder) / "g.duckdb"
        add(
            path,
            [Imported(debate)],
            reference,
            Origin(kind="test", files="a", digest="1", options=""),
        )
        with opened(path) as graph:
            kept(graph)
        home = home_of(path)
        for _ in range(data.draw(st.integers(1, 3))):
            with suppress(StanceError):
                part = home.part([e.id for e in debate.evidence])
                home.make(data.draw(changes(part, reference)), **SIGNED)
        if home.log:
            with suppress(StanceError):
                undoing(home)
        with opened(path) as graph:
            assert set(kept(graph)) == fresh(graph)


def test_the_index_is_built_again_when_the_file_has_changed(tmp_path: Path) -> None:
    path = made(tmp_path / "g.duckdb", POLISH)
    with opened(path) as graph:
        assert holders(embedded(graph)) == ["pol"]
    french = said("e03", "fra", "opt", "opposes", str(MAY))
    made(path, POLISH, french, digest="2")
    with opened(path) as graph:
        assert holders(embedded(graph)) == ["fra", "pol"]
    assert days(path) == ["2024-05-01"]


def test_each_day_has_an_index_and_the_last_other_day_is_kept(tmp_path: Path) -> None:
    path = made(tmp_path / "g.duckdb", POLISH, GERMAN)
    with opened(path) as graph:
        assert holders(embedded(graph, MAY)) == ["pol"]
        assert holders(embedded(graph)) == ["deu", "pol"]
        assert days(path) == ["2024-06-01"]
        assert holders(embedded(graph, MAY)) == ["pol"]
        assert days(path) == ["2024-05-01", "2024-06-01"]
        assert holders(embedded(graph, date(2024, 5, 15))) == ["pol"]
        assert days(path) == ["2024-05-15", "2024-06-01"]


def test_what_a_kill_leaves_of_a_build_is_not_read(tmp_path: Path) -> None:
    path = made(tmp_path / "g.duckdb", POLISH)
    # killed before its stamp was written, and before it was moved into place
    for name in ("2024-05-01", ".2024-05-01.1.part"):
        (folder_of(path) / name).mkdir(parents=True)
        ox.Store(folder_of(path) / name / "quads").flush()
    with opened(path) as graph:
        assert holders(embedded(graph)) == ["pol"]
    assert days(path) == ["2024-05-01"]


@pytest.mark.parametrize("name", ["state", "rules", "version", "engine", "day"])
def test_an_index_of_anything_else_is_stale(tmp_path: Path, name: str) -> None:
    path = made(tmp_path / "g.duckdb", POLISH)
    with opened(path) as graph, heard() as messages:
        kept(graph)
        stamp = folder_of(path) / "2024-05-01" / "stamp.json"
        stamp.write_text(json.dumps(json.loads(stamp.read_text()) | {name: "another"}))
        kept(graph)
    assert messages.count("sorting it") == 2


def test_several_read_an_index_at_once(tmp_path: Path) -> None:
    path = made(tmp_path / "g.duckdb", POLISH)
    with opened(path) as one, opened(path) as other:
        stores = [embedded(one), embedded(other), embedded(one)]
        assert [holders(store) for store in stores] == [["pol"]] * 3


def test_where_no_index_can_be_kept_it_is_temporary_and_said(tmp_path: Path) -> None:
    path = made(tmp_path / "g.duckdb", POLISH)
    folder_of(path).write_text("in the way")
    with opened(path) as graph, heard() as messages:
        assert holders(embedded(graph)) == ["pol"]
    assert messages[0].startswith(f"no index can be kept ({folder_of(path)}: File exists); ")
    assert folder_of(path).read_text() == "in the way"


def test_what_is_wrong_with_the_graph_is_said_and_no_index_is_left(tmp_path: Path) -> None:
    path = made(tmp_path / "g.duckdb", POLISH)
    with opened_to_write(path) as connection:
        connection.execute("INSERT INTO evidence SELECT * REPLACE (9 AS n) FROM evidence")
    with opened(path) as graph, pytest.raises(StanceError, match="several records are called"):
        embedded(graph)
    assert days(path) == []


def test_an_index_that_is_broken_says_how_it_is_mended(tmp_path: Path) -> None:
    path = made(tmp_path / "g.duckdb", POLISH)
    with opened(path) as graph:
        kept(graph)
        (folder_of(path) / "2024-05-01" / "quads" / "CURRENT").write_text("nonsense")
        with pytest.raises(StanceError, match=r"2024-05-01 cannot be read.*remove it"):
            kept(graph)


def test_the_engine_is_rdflib_while_a_graph_is_small() -> None:
    few = [said(f"e{n}", "pol", f"o{n}", "supports", str(MAY)) for n in range(3)]
    assert isinstance(queryable(graph_of(*few)), Dataset)
    many = replace(POLISH, stances=POLISH.stances * (COMFORTABLE + 1))
    assert isinstance(queryable(graph_of(many)), ox.Store)


@pytest.mark.parametrize(("text", "message"), REFUSED)
def test_what_rdflib_refuses_oxigraph_is_not_asked(text: str, message: str) -> None:
    store = embedded(graph_of(POLISH))
    before = set(store)
    with pytest.raises(StanceError, match=message):
        query(store, text)
    assert set(store) == before


BOTH = [
    "SELECT * { ?e a sg:Evidence ; dcterms:identifier ?id } ORDER BY ?id",
    "SELECT ?p ?o { ?e a sg:Evidence ; ?p ?o } ORDER BY ?p ?o",
    "SELECT ?c { ?p sg:confidence ?c } ORDER BY ?c",
    "SELECT (COUNT(*) AS ?n) FROM <https://w3id.org/stancegraph/id/test-debate> { ?s ?p ?o }",
    "SELECT (COUNT(*) AS ?n) FROM NAMED <https://w3id.org/stancegraph/id/test-debate> { ?s ?p ?o }",
    "SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g ORDER BY ?g",
    "SELECT ?s (COUNT(*) AS ?n) { ?s a sg:Nothing } GROUP BY ?s",
    "SELECT (COUNT(*) AS ?n) { ?s a sg:Nothing }",
    "SELECT ('SERVICE <x> {}' AS ?x) { } # SERVICE <x> {}",
    "ASK { ?e sg:gist ?gist FILTER (LANG(?gist) = 'en') }",
    "CONSTRUCT { ?s ?p ?o } WHERE { ?s a sg:Position ; ?p ?o }",
    "DESCRIBE <https://w3id.org/stancegraph/id/test-debate/evidence/e01>",
]


@pytest.mark.parametrize("text", BOTH)
def test_both_engines_give_the_same_bytes(text: str) -> None:
    graph = graph_of(POLISH, said("e02", "deu", "opt", "opposes", str(JUNE), sure="possible"))
    theirs, ours = (
        results_text(graph.to_rdf(), text, "json"),
        results_text(embedded(graph), text, "json"),
    )
    assert ours == theirs
    if text.startswith("SELECT"):
        assert results_text(embedded(graph), text, "csv") == results_text(
            graph.to_rdf(), text, "csv"
        )


HOSTILE = ['e01" } ; DROP ALL #', "e01\\", "'''", '"""', "a\nb", "?id", "<x>", "e01"]


@pytest.mark.parametrize("value", HOSTILE)
@pytest.mark.parametrize("columns", ["?gist", "?id ?gist"])
def test_a_value_is_a_value_in_both_engines(value: str, columns: str) -> None:
    graph = graph_of(POLISH)
    text = f"SELECT {columns} {{ ?e sg:gist ?gist ; dcterms:identifier ?id }} # ?id is '?id'"
    answers = [
        query(asked, text, {"id": Literal(value)}) for asked in (graph.to_rdf(), embedded(graph))
    ]
    assert answers[0] == answers[1]
    assert isinstance(answers[0], Table)
    assert len(answers[0].rows) == (value == "e01")


def test_values_take_the_place_of_variables_only() -> None:
    text = "SELECT ?a { ?a <?id> '?id' ; ?p $id FILTER (?idle < ?id) } # ?id"
    assert filled(text, {"id": Literal('"')}) == (
        'SELECT ?a { ?a <?id> \'?id\' ; ?p "\\"" FILTER (?idle < "\\"") } # ?id'
    )


ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"


def test_a_query_that_takes_too_long_is_given_up() -> None:
    done = CliRunner().invoke(main, ["sparql", ENDLESS, "--timeout", "0.5"])
    assert (done.exit_code, done.output) == (
        1,
        "Error: no answer within 0.5 s; ask for less, as by LIMIT, or give --timeout more\n",
    )


ASK = """
import sys, time
from stancegraph.cli import sparql
from stancegraph.rdf import query
import stancegraph
from stancegraph.rdf.oxigraph import embedded, load
from stancegraph.rdf.quads import nquads
store = embedded(stancegraph.load())
print("asking", flush=True)
sparql._within(None, lambda: query(store, sys.argv[1]))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="signals are sent otherwise there")
def test_ctrl_c_ends_a_query_in_the_middle_of_oxigraph() -> None:
    asking = subprocess.Popen(
        [sys.executable, "-c", ASK, ENDLESS], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    try:
        assert asking.stdout
        assert asking.stdout.readline() == b"asking\n"
        time.sleep(0.3)
        assert asking.poll() is None
        os.kill(asking.pid, signal.SIGINT)
        _, told = asking.communicate(timeout=60)
        assert told.splitlines()[-1] == b"KeyboardInterrupt"
    finally:
        asking.kill()


def test_a_shipped_query_finds_its_actor_by_any_name() -> None:
    by_name = CliRunner().invoke(main, ["sparql", "position", "--with", "actor=Poland"])
    by_slug = CliRunner().invoke(main, ["sparql", "position", "--with", "actor=pol"])
    assert by_name.exit_code == 0
    assert by_name.output == by_slug.output
    assert "partial-cover" in by_name.output


WRONG = [
    (["who"], "the query asks for option: add --with option=..."),
    (["who", "--with", "option"], "--with takes NAME=VALUE, as in actor=pol, not 'option'"),
    (["who", "--with", "option=alied-interception"], "did you mean 'allied-interception'"),
    (["changes", "--with", "optoin=x"], "the query has no variable ?optoin, which --with gives"),
]


@pytest.mark.parametrize(("words", "message"), WRONG)
def test_what_is_wrong_with_a_value_is_said(words: list[str], message: str) -> None:
    done = CliRunner().invoke(main, ["sparql", *words])
    assert done.exit_code == 1
    assert done.output.startswith("Error: ")
    assert message in done.output


NO_QUERY = [
    ("asked.rq", "asked.rq: there is no such file; --list shows the shipped queries"),
    ("folder/asked", "folder/asked: there is no such file; --list shows the shipped queries"),
    ("xyzzy", "no shipped query is called 'xyzzy'; 'stancegraph sparql --list' shows all"),
]


@pytest.mark.parametrize(("name", "message"), NO_QUERY)
def test_what_is_no_query_is_said(name: str, message: str) -> None:
    done = CliRunner().invoke(main, ["sparql", name])
    assert (done.exit_code, done.output) == (1, f"Error: {message}\n")


def test_a_value_of_ones_own_query_is_bound_as_it_is() -> None:
    text = "SELECT ?gist { ?record dcterms:identifier ?id ; sg:gist ?gist }"
    done = CliRunner().invoke(main, ["sparql", text, "--with", "?id=s07", "-f", "csv"])
    assert done.output == (
        "gist\nThe US and Germany resist because it could pull NATO into the war.\n\n"
    )


def test_the_loaded_graph_is_as_the_file_was(tmp_path: Path) -> None:
    path = made(tmp_path / "g.duckdb", POLISH)
    graph = stancegraph.load(path)
    assert holders(queryable(graph)) == ["pol"]
