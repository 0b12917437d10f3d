from __future__ import annotations

import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

import stancegraph
from debates import debate_of, said
from servers import Answering, Asked, Oxigraph, Reply, oxigraph, passing_on, serving
from stancegraph.cli import main
from stancegraph.errors import StanceError
from stancegraph.graph import Graph
from stancegraph.rdf.quads import nquads
from stancegraph.read.debate import load_reference
from stancegraph.remote.endpoint import Endpoint
from stancegraph.remote.publish import Publishing
from stancegraph.remote.writing import GraphStore, Update
from stancegraph.write.debate import debate_yaml

SKIES = "ukraine-skies"
HOME = f"https://w3id.org/stancegraph/id/{SKIES}"
GRAPHS = {HOME, f"{HOME}/positions", "https://w3id.org/stancegraph/id/reference"}


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Oxigraph]:
    with oxigraph(tmp_path_factory.mktemp("oxigraph")) as server:
        yield server


@pytest.fixture
def server(running: Oxigraph) -> Oxigraph:
    running.clear()
    return running


def published(url: str, *more: str) -> Result:
    return CliRunner().invoke(main, ["publish", url, *more])


def done(result: Result) -> str:
    assert result.exit_code == 0, result.output
    assert result.stdout == ""
    return result.stderr


def quads_of(server: Oxigraph) -> Counter[str]:
    """Count the quads of the server, but for what it says of publishing."""
    query = (
        "SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } "
        "FILTER (!STRENDS(STR(?g), '/publication')) } GROUP BY ?g"
    )
    return Counter({g: int(n) for g, n in (row.split("\t") for row in server.ask(query))})


def expected(graph: Graph) -> Counter[str]:
    """Count the quads that a graph has, by their names."""
    lines = b"".join(nquads(graph)).decode().split("\n")
    return Counter(line.rsplit(" ", 2)[1] for line in lines if line)


def asked(url: str) -> Any:
    return stancegraph.load(f"sparql:{url}").who("allied-interception").verdict


VERDICT = stancegraph.load(SKIES).who("allied-interception").verdict


@pytest.mark.parametrize("store", ["update", "gsp"])
def test_what_is_published_is_there_and_is_answered_from(server: Oxigraph, store: str) -> None:
    said_ = done(published(server.query, "--store", store, "--batch", "700"))
    assert quads_of(server) == expected(stancegraph.load(SKIES))
    assert {g[1:-1] for g in quads_of(server)} == GRAPHS
    assert said_.endswith(
        f"{server.query} has all 3,117 triples\n"
        f"ask it: stancegraph options -g sparql:{server.query}#{SKIES}\n"
    )
    assert asked(server.query) == VERDICT


def test_the_same_again_changes_nothing(server: Oxigraph) -> None:
    done(published(server.query))
    with serving(passing_on(server)) as proxy:
        told = done(published(proxy.query, "--update-url", f"{proxy.url}/update"))
        assert {a.path for a in proxy.asked} == {"/query"}
    assert "has all 3,117 triples already; nothing was written" in told


def test_a_dry_run_says_what_would_be_written(server: Oxigraph) -> None:
    result = published(server.query, "--dry-run")
    assert result.stdout == (
        "https://w3id.org/stancegraph/id/reference is written: 944 triples\n"
        f"{HOME}/positions is written: 316 triples\n"
        f"{HOME} is written: 1,857 triples\n"
    )
    assert server.ask("SELECT * { GRAPH ?g { ?s ?p ?o } }") == []


def debate_file(folder: Path, *polarities: str) -> str:
    """Write a debate of one record a polarity."""
    records = (
        said(f"rec-{n:02}", "pol", f"opt-{n}", p, "2024-05-01") for n, p in enumerate(polarities)
    )
    debate = debate_of(*records)
    # a source without digests, and no voices that need it
    actors = tuple(a for a in debate.actors if a.id not in ("pol", "deu", "usa", "fra", "hun"))
    path = folder / "debate.yaml"
    path.write_text(debate_yaml(replace(debate, actors=actors)), encoding="utf-8")
    return str(path)


@pytest.mark.parametrize("store", ["update", "gsp"])
def test_a_changed_graph_takes_the_place_of_the_old_one(
    server: Oxigraph, tmp_path: Path, store: str
) -> None:
    done(published(server.query, "-g", debate_file(tmp_path, "supports", "opposes", "opposes")))
    path = debate_file(tmp_path, "opposes", "opposes")
    refused = published(server.query, "-g", path)
    assert refused.exit_code == 1
    assert (
        "has another https://w3id.org/stancegraph/id/test-debate/positions, of " in refused.stderr
    )
    assert "add --replace to put yours in its place" in refused.stderr
    done(published(server.query, "-g", path, "--replace", "--store", store))
    assert quads_of(server) == expected(stancegraph.load(path))
    there = stancegraph.load(f"sparql:{server.query}")
    assert there.debate == stancegraph.load(path).debate
    assert [p.polarity for p in there.positions().values()] == ["opposes", "opposes"]


def test_of_a_changed_graph_only_what_changed_is_sent(server: Oxigraph, tmp_path: Path) -> None:
    done(published(server.query, "-g", debate_file(tmp_path, *["supports"] * 30)))
    path = debate_file(tmp_path, *["supports"] * 29, "opposes")
    with serving(passing_on(server)) as proxy:
        done(published(proxy.query, "-g", path, "--replace"))
        sent = sum(len(a.body) for a in proxy.asked if a.path == "/update")
    # one record of thirty; and of all positions the confidence, which Oxigraph writes its own way
    assert sent < len(b"".join(nquads(stancegraph.load(path)))) / 10
    assert stancegraph.load(f"sparql:{server.query}").debate == stancegraph.load(path).debate


def test_positions_that_are_none_any_more_go(server: Oxigraph, tmp_path: Path) -> None:
    done(published(server.query))
    done(published(server.query, "--as-of", "2000", "--replace"))
    assert quads_of(server)[f"<{HOME}/positions>"] == 0
    assert asked(server.query) == VERDICT


def test_a_debate_beside_another_leaves_it_alone(server: Oxigraph, tmp_path: Path) -> None:
    done(published(server.query))
    done(published(server.query, "-g", debate_file(tmp_path, "supports")))
    assert asked(f"{server.query}#{SKIES}") == VERDICT


def failing(upstream: Oxigraph, when: Callable[[int], bool], reply: Reply) -> Answering:
    """Answer as a server does, but for some of its updates, counted from 1."""
    count = iter(range(1, 10_000))

    def answer(request: Asked) -> Reply:
        if request.path == "/update" and when(next(count)):
            return reply
        return passing_on(upstream)(request)

    return answer


def test_a_server_that_fails_for_a_moment_is_asked_again(server: Oxigraph) -> None:
    refusal = Reply(503, "text/plain", b"a moment")
    with serving(failing(server, lambda n: n == 3, refusal)) as proxy:
        there = Endpoint(proxy.query)
        publishing = Publishing(
            stancegraph.load(SKIES), there, Update(Endpoint(f"{proxy.url}/update"))
        )
        publishing.pause = 0.01
        told: list[str] = []
        publishing.carry_out(publishing.plan(), 500, told.append)
    assert any(
        "answers 503 Service Unavailable: a moment; try again later; trying" in t for t in told
    )
    assert quads_of(server) == expected(stancegraph.load(SKIES))


def broken_off(server: Oxigraph, reply: Reply, batch: int = 500) -> StanceError:
    """Publish until the server fails for good after some batches."""
    with serving(failing(server, lambda n: n > 4, reply)) as proxy:
        publishing = Publishing(
            stancegraph.load(SKIES), Endpoint(proxy.query), Update(Endpoint(f"{proxy.url}/update"))
        )
        publishing.pause = 0.01
        with pytest.raises(StanceError) as raised:
            publishing.carry_out(publishing.plan(), batch, lambda _: None)
    return raised.value


FAILURES = {
    "500": (
        Reply(500, "text/plain", b"out of memory"),
        "answers 500 Internal Server Error: out of",
    ),
    "400": (Reply(400, "text/plain", b"no"), "answers 400 Bad Request: no"),
    "drop": (Reply(drops=True), "broke off its answer after 0 bytes"),
}


@pytest.mark.parametrize("failure", FAILURES)
def test_publishing_goes_on_where_it_broke_off(server: Oxigraph, failure: str) -> None:
    reply, message = FAILURES[failure]
    assert message in str(broken_off(server, reply))
    with pytest.raises(
        StanceError, match=r"holds only a part of .* 1,500 of 1,857 triples are sure; "
    ):
        asked(server.query)
    with serving(passing_on(server)) as proxy:
        told = done(published(proxy.query, "--batch", "500"))
        updates = [a.body for a in proxy.asked if a.path == "/update"]
    assert f"{HOME}: 1,857 of 1,857 triples" in told
    # two tell what begins and what ends, and 357, 944 and 316 triples are four batches of 500
    assert len(updates) == 6
    assert quads_of(server) == expected(stancegraph.load(SKIES))
    assert asked(server.query) == VERDICT


def test_publishing_goes_on_after_kill_9(server: Oxigraph) -> None:
    with serving(failing(server, lambda n: n > 3, Reply(is_silent=True))) as proxy:
        command = [sys.executable, "-m", "stancegraph", "publish", proxy.query, "--batch", "200"]
        process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
        until = time.monotonic() + 60
        while sum(a.path == "/update" for a in proxy.asked) < 4:
            assert time.monotonic() < until, "it does not get so far"
            time.sleep(0.02)
        process.kill()
        process.wait()
    with pytest.raises(
        StanceError, match=r"holds only a part of .*: 400 of 1,857 triples are sure"
    ):
        asked(server.query)
    done(published(server.query))
    assert quads_of(server) == expected(stancegraph.load(SKIES))
    assert asked(server.query) == VERDICT


def test_publishing_goes_on_after_the_server_was_killed(tmp_path: Path) -> None:
    with oxigraph(tmp_path) as server:
        assert "broke off" in str(broken_off(server, Reply(drops=True)))
        server.kill()
        down = published(server.query)
        assert down.exit_code == 1
        assert "refuses the connection; is the server running there?" in down.stderr
        server.start()
        done(published(server.query))
        assert quads_of(server) == expected(stancegraph.load(SKIES))
        assert asked(server.query) == VERDICT


def test_a_server_that_lost_what_it_took_is_written_anew(server: Oxigraph) -> None:
    broken_off(server, Reply(500))
    server.update(f"CLEAR GRAPH <{HOME}>")
    done(published(server.query))
    assert quads_of(server) == expected(stancegraph.load(SKIES))


def test_a_server_that_drops_triples_is_found_out(server: Oxigraph) -> None:
    def losing(request: Asked) -> Reply:
        if request.path == "/update" and b"/evidence/s07>" in request.body:
            lines = request.body.split(b"\n")
            kept = [x for x in lines if not x.startswith(f"<{HOME}/evidence/s07>".encode())]
            request = replace(request, body=b"\n".join(kept))
        return passing_on(server)(request)

    with serving(losing) as proxy:
        found = published(proxy.query)
    assert found.exit_code == 1
    assert f"triples in {HOME} and was sent 1,857; publish again" in found.stderr
    with pytest.raises(StanceError, match=r"holds only a part of"):
        asked(server.query)
    done(published(server.query))
    assert asked(server.query) == VERDICT


def test_a_graph_that_changes_while_it_is_read_is_not_mixed(server: Oxigraph) -> None:
    done(published(server.query))
    publication = f"<{HOME}/publication>"

    def changing(request: Asked) -> Reply:
        found = passing_on(server)(request)
        if b"/evidence/s07>" in request.body or b"conveys" in request.body:
            server.update(f"DELETE WHERE {{ GRAPH {publication} {{ ?s ?p ?o }} }}")
        return found

    with (
        serving(changing) as proxy,
        pytest.raises(
            StanceError, match="was written to since it was loaded; load it again, or run"
        ),
    ):
        asked(proxy.query)


def test_two_who_publish_at_once_do_not_both_succeed(server: Oxigraph, tmp_path: Path) -> None:
    done(published(server.query, "-g", debate_file(tmp_path, "supports")))
    mine, theirs = (
        Publishing(
            stancegraph.load(p), Endpoint(server.query), Update(Endpoint(f"{server.url}/update"))
        )
        for p in (debate_file(tmp_path, which) for which in ("opposes", "undecided"))
    )
    there = Update(Endpoint(f"{server.url}/update"))

    def meanwhile(_: str) -> None:
        there.tell(p.begun for p in theirs.plan())

    with pytest.raises(StanceError, match="is being published to by another"):
        mine.carry_out(mine.plan(), 10_000, meanwhile)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["http://127.0.0.1:1/sparql-here"], "is written to is not known; say so by --update-url"),
        (["http://127.0.0.1:1/x", "--store", "gsp"], "is not known; say so by --store-url"),
        (["http://127.0.0.1:1/query"], "refuses the connection; is the server running there?"),
        (["sparql:http://127.0.0.1:1/query"], "sparql: and #DEBATE are for -g, leave them out"),
        (["http://127.0.0.1:1/query#x"], "sparql: and #DEBATE are for -g, leave them out"),
        (
            ["http://127.0.0.1:1/query", "--store", "gsp", "--update-url", "http://127.0.0.1:1/"],
            "--store gsp does not write to --update-url; leave one of them out",
        ),
        (
            ["http://127.0.0.1:1/query", "--store", "update", "--store-url", "http://127.0.0.1:1/"],
            "--store update does not write to --store-url; leave one of them out",
        ),
        (
            ["http://a/", "--update-url", "http://a/u", "--store-url", "http://a/s"],
            "it is written by one way; give --update-url or --store-url",
        ),
        (["http://me:geheim@127.0.0.1:1/query"], "holds a user or a password"),
    ],
)
def test_a_wrong_place_is_named_with_the_remedy(arguments: list[str], message: str) -> None:
    found = published(*arguments)
    assert (found.exit_code, found.stdout) == (1, "")
    assert message in found.stderr
    assert "geheim" not in found.stderr
    assert "Traceback" not in found.output


@pytest.mark.parametrize("is_there", [False, True])
def test_a_url_of_another_dataset_is_found_out_before_much_is_written(
    server: Oxigraph, tmp_path: Path, is_there: bool
) -> None:
    if is_there:
        done(published(server.query, "-g", debate_file(tmp_path, "supports")))
    path = debate_file(tmp_path, "opposes")
    taken: list[Asked] = []

    def elsewhere(request: Asked) -> Reply:
        taken.append(request)
        return Reply(204, body=b"")

    with serving(elsewhere) as other:
        found = published(
            server.query, "-g", path, "--replace", "--update-url", f"{other.url}/update"
        )
    assert found.exit_code == 1
    assert f"does not show what is written to {other.url}/update; do both" in found.stderr
    assert len(taken) == 1


def test_texts_that_look_like_sparql_are_published_as_texts(
    server: Oxigraph, tmp_path: Path
) -> None:
    hostile = (r"\u0022 } } ; DROP ALL #", '" } } ; DROP ALL #', "a\\", '\\"\n}', "\x07\x1b")
    records = (
        replace(said(f"rec-{n:02}", "pol", f"opt-{n}", "supports", "2024-05-01"), gist=text)
        for n, text in enumerate(hostile)
    )
    graph = Graph(debate_of(*records), load_reference())
    for writer in (Update(Endpoint(f"{server.url}/update")), GraphStore(Endpoint(server.store))):
        server.clear()
        publishing = Publishing(graph, Endpoint(server.query), writer)
        publishing.carry_out(publishing.plan(), 100, lambda _: None)
        assert stancegraph.load(f"sparql:{server.query}").debate == graph.debate


def test_credentials_go_with_every_request_and_into_no_line(
    server: Oxigraph, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STANCEGRAPH_ENDPOINT_TOKEN", "geheim")
    with serving(passing_on(server)) as proxy:
        told = done(published(proxy.query))
        assert {a.headers["authorization"] for a in proxy.asked} == {"Bearer geheim"}
    assert "geheim" not in told
    assert "geheim" not in os.linesep.join(server.ask("SELECT ?o { GRAPH ?g { ?s ?p ?o } }"))


def test_a_graph_at_an_endpoint_can_be_published_to_another(
    server: Oxigraph, tmp_path: Path
) -> None:
    done(published(server.query))
    with oxigraph(tmp_path) as other:
        done(published(other.query, "-g", f"sparql:{server.query}"))
        assert quads_of(other) == quads_of(server)
        assert asked(other.query) == VERDICT


def test_the_reference_of_another_version_is_not_replaced_unasked(
    server: Oxigraph, tmp_path: Path
) -> None:
    done(published(server.query))
    older = load_reference()
    older = replace(older, actors=older.actors[:-1], memberships=())
    graph = Graph(debate_of(said("a", "pol", "opt", "supports")), older)
    there = Endpoint(server.query)
    plans = Publishing(graph, there, Update(Endpoint(f"{server.url}/update"))).plan()
    assert [p.aim.graph for p in plans if p.replaces] == [
        "https://w3id.org/stancegraph/id/reference"
    ]
