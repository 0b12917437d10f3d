from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing, suppress
from http.client import HTTPException
from importlib.resources import files
from pathlib import Path
from queue import SimpleQueue
from typing import TYPE_CHECKING
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

import pytest
from click.testing import CliRunner
from rdflib import RDF, URIRef, Variable
from rdflib.plugins.stores.sparqlstore import SPARQLStore
from werkzeug.test import TestResponse

import stancegraph
from debates import COUNTRIES, debate_of, said
from opened import DESKTOP, PHONE
from servers import absent
from serving import BASE, RUNAWAY, Served, asking, members_of_session, serving
from stancegraph.cli import main
from stancegraph.model import Debate
from stancegraph.read.imported import Imported
from stancegraph.serve.pool import Pool
from stancegraph.store.write import Origin, add
from stancegraph.stored import LARGE

if TYPE_CHECKING:
    from playwright.sync_api import Browser

COUNT = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
STANCES = "SELECT (COUNT(*) AS ?n) { ?x a sg:Stance }"
AXE = "['wcag2a','wcag2aa','wcag21a','wcag21aa','wcag22aa','best-practice']"
NOBODY = Debate(id="reference", title="None")


@pytest.fixture(scope="module")
def server() -> Iterator[Served]:
    with serving("--sparql", "--timeout", "60") as served:
        yield served


def asked(address: str, text: str, **headers: str) -> tuple[int, str]:
    """Ask over the network; return the status and what came."""
    request = Request(address, urlencode({"query": text}).encode(), headers)
    try:
        with urlopen(request, timeout=30) as answered:
            return answered.status, answered.read().decode()
    except HTTPError as error:
        return error.code, error.read().decode()


def interrupted(address: str) -> None:
    """Ask what runs on until the server ends, which tells so if it still can."""
    with suppress(OSError, HTTPException):
        assert asked(address, RUNAWAY) == (503, "the server is ending\n")


def number(answered: tuple[int, str]) -> int:
    status, text = answered
    assert status == 200, text
    ((binding,),) = [b.values() for b in json.loads(text)["results"]["bindings"]]
    return int(binding["value"])


def test_rdflib_asks_it_as_any_endpoint(server: Served) -> None:
    expected = stancegraph.load().to_rdf()
    store = SPARQLStore(server.sparql)
    option = URIRef("https://w3id.org/stancegraph/ontology#Option")
    text = f"SELECT ?x WHERE {{ ?x a <{option}> }}"
    found_ids = {row[Variable("x")] for row in store.query(text).bindings}
    assert found_ids == set(expected.subjects(RDF.type, option))
    assert bool(store.query(f"ASK {{ ?x a <{option}> }}"))
    found = {triple for triple, _ in store.triples((None, RDF.type, option))}
    assert found == set(expected.triples((None, RDF.type, option)))
    graph = store.query(f"CONSTRUCT WHERE {{ ?x a <{option}> }}").graph
    assert graph is not None
    assert set(graph) == found
    store.method = "POST"
    assert len(store.query(text)) == len(found)


def test_curl_asks_it_as_any_endpoint(server: Served, tmp_path: Path) -> None:
    curl = shutil.which("curl")
    if not curl:
        absent("curl is not installed")

    def run(*words: str) -> str:
        command = [curl, "--silent", "--show-error", "--noproxy", "*", *words, server.sparql]
        return subprocess.run(command, capture_output=True, check=True).stdout.decode()

    query = tmp_path / "question.rq"
    query.write_text("SELECT ?id { ?x a sg:Issue ; dcterms:identifier ?id } ORDER BY ?id")
    expected = sorted(issue.id for issue in stancegraph.load().debate.issues)
    assert len(expected) > 1
    lines = run("-H", "Accept: text/csv", "--data-urlencode", f"query@{query}").split("\r\n")
    assert lines == ["id", *expected, ""]
    direct = ("-H", "Content-Type: application/sparql-query", "--data-binary", f"@{query}")
    found = json.loads(run(*direct))["results"]["bindings"]
    assert [row["id"]["value"] for row in found] == expected
    assert "sd:Service" in run()
    too_long = tmp_path / "long.rq"
    too_long.write_text(f"ASK {{}} # {'x' * 2_000_000}")
    status = ("-o", str(tmp_path / "answer"), "-w", "%{http_code}")
    assert run(*status, "--data-urlencode", f"query@{too_long}") == "413"


def test_a_runaway_query_is_stopped_and_the_next_one_answered() -> None:
    with asking("ukraine-skies", seconds=1, processes=1, answer_bytes=10**12) as client:
        for text, accept in (
            (RUNAWAY, "*/*"),
            ("SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }", "text/csv"),  # stopped while written
        ):
            headers = {"Accept": accept}
            stopped = client.post("/sparql", data={"query": text}, headers=headers)
            while stopped.text.startswith("too many"):  # the process is not there again yet
                stopped = client.post("/sparql", data={"query": text}, headers=headers)
            assert stopped.status_code == 503
            assert stopped.text.startswith("the query was stopped after 1 seconds")
        while client.post("/sparql", data={"query": "ASK {}"}).status_code != 200:
            pass


def test_others_are_answered_while_a_query_runs_away() -> None:
    said_at_last: list[str] = []
    with asking("ukraine-skies", seconds=3600, processes=2) as client:
        runaway = threading.Thread(
            target=lambda: said_at_last.append(client.post("/sparql", data={"query": RUNAWAY}).text)
        )
        runaway.start()
        for _ in range(3):
            answered = client.post("/sparql", data={"query": COUNT})
            assert number((answered.status_code, answered.text)) > 0
        assert runaway.is_alive()
    runaway.join()
    assert said_at_last == ["the server is ending\n"]


def test_too_many_at_once_are_told_so_at_once() -> None:
    answered: SimpleQueue[TestResponse] = SimpleQueue()
    with asking("ukraine-skies", seconds=3600, processes=1, waiting=1) as client:

        def ask() -> None:
            answered.put(client.post("/sparql", data={"query": RUNAWAY}))

        threads = [threading.Thread(target=ask) for _ in range(5)]
        for thread in threads:
            thread.start()
        for _ in range(3):  # one runs and one waits
            refused = answered.get()
            assert refused.status_code == 503
            assert refused.text.startswith("too many queries are running or waiting")
            assert refused.headers["Retry-After"] == "5"
    for thread in threads:
        thread.join()
    assert [answered.get().text for _ in range(2)] == ["the server is ending\n"] * 2


def test_many_ask_at_once_and_each_gets_its_answer(server: Served) -> None:
    found: dict[int, int] = {}

    def ask(n: int) -> None:
        found[n] = number(asked(server.sparql, f"SELECT ({n} * 2 AS ?n) {{}}"))

    threads = [threading.Thread(target=ask, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == {n: 2 * n for n in range(8)}


def test_a_query_cannot_take_all_memory() -> None:
    everything = "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } ORDER BY ?a ?d ?g"
    with asking("ukraine-skies", seconds=60, processes=1, memory_bytes=50_000_000) as client:
        answered = client.post("/sparql", data={"query": everything})
        assert answered.status_code == 503
        assert "memory" in answered.text
        assert client.post("/sparql", data={"query": "ASK {}"}).status_code == 200


@pytest.mark.parametrize("by", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_with_all_its_processes(by: signal.Signals) -> None:
    with serving("--sparql") as served:
        leader = served.process.pid
        running = threading.Thread(target=interrupted, args=(served.sparql,))
        running.start()
        assert number(asked(served.sparql, COUNT)) > 0
        assert len(members_of_session(leader)) > 2
        assert served.end(by) == (0, "")
        running.join()
        assert are_gone(leader)


def are_gone(leader: int) -> bool:
    """Tell whether a program's processes are gone, or go within some seconds."""
    pause = threading.Event()
    return any(not members_of_session(leader) or pause.wait(0.1) for _ in range(100))


def test_no_process_outlives_a_server_that_is_killed() -> None:
    with serving("--sparql") as served:
        leader = served.process.pid
        running = threading.Thread(target=interrupted, args=(served.sparql,))
        running.start()
        assert number(asked(served.sparql, COUNT)) > 0
        served.process.kill()
        served.process.wait()
        running.join()
        assert are_gone(leader)


def test_it_listens_on_this_machine_only_unless_told_otherwise(server: Served) -> None:
    port = int(server.address.rstrip("/").rpartition(":")[2])
    assert server.address == f"http://127.0.0.1:{port}/"
    others = [info[4][0] for info in socket.getaddrinfo(socket.gethostname(), port)]
    for address in {str(a) for a in others if not str(a).startswith("127.") and a != "::1"}:
        with pytest.raises(OSError):  # noqa: PT011  (refused, or not reachable)
            socket.create_connection((address, port), timeout=2).close()


def test_it_warns_when_everybody_on_the_network_can_read() -> None:
    with serving("--host", "0.0.0.0") as served:
        assert "localhost" in served.address
        with urlopen(served.address, timeout=30) as page:
            assert b"Protecting Ukraine" in page.read()
        status, complaints = served.end()
    assert status == 0
    assert complaints.startswith("everybody on the network who reaches port ")


def test_a_port_that_is_taken_is_told() -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        port = str(taken.getsockname()[1])
        result = CliRunner().invoke(main, ["serve", "--port", port])
    assert result.exit_code == 1
    assert result.output == (
        f"Error: cannot serve at 127.0.0.1:{port}: Address already in use; "
        "choose another --port, or 0 for any that is free\n"
    )


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--host", "no.such.host.invalid"], "--host 'no.such.host.invalid' is no address"),
        (["--host", "192.0.2.1", "--port", "0"], "cannot serve at 192.0.2.1:0"),
        (["-g", "none.duckdb", "--port", "0"], "none.duckdb does not exist"),
        (["-g", "ukraine-skys", "--port", "0"], "did you mean 'ukraine-skies'?"),
        (["-g", "sparql:http://127.0.0.1:1/sparql"], "is served already"),
        (["--allow-origin", "*"], "--allow-origin takes a site as https://example.org, not '*'"),
    ],
)
def test_what_cannot_be_served_is_told(options: list[str], message: str) -> None:
    result = CliRunner().invoke(main, ["serve", *options])
    assert result.exit_code == 1
    assert message in result.output


def graph_file(folder: Path, *ids: str) -> Path:
    """Write a graph's file of records with some ids, each of one stance."""
    file = folder / "graph.duckdb"
    records = [said(id, "pol", f"option-{id}", "supports") for id in ids]
    origin = Origin(kind="test", files="a.csv", digest="-".join(ids), options="")
    add(file, [Imported(debate_of(*records))], NOBODY, origin)
    return file


WRITER = """
import sys
from pathlib import Path
from stancegraph.store.file import writing

with writing(Path(sys.argv[1])) as connection:
    connection.execute("DELETE FROM stance WHERE evidence = 0")
    connection.execute("DELETE FROM evidence WHERE n = 0")
    print("writing", flush=True)
    sys.stdin.readline()
print("written", flush=True)
"""


HOLDER = """
import sys
import duckdb

with duckdb.connect(sys.argv[1]) as connection:
    connection.execute("BEGIN")
    connection.execute("DELETE FROM stance WHERE evidence = 0")
    print("writing", flush=True)
    sys.stdin.readline()
    connection.execute("COMMIT")
"""
"""Another program that opens the file to write, as any client of DuckDB can."""


def test_it_says_what_is_waited_for(tmp_path: Path) -> None:
    # the index of a large graph can take minutes
    file = tmp_path / "graph.duckdb"
    large = debate_of(
        *(
            said(f"{country}-{n}", country, f"option-{n}", "supports")
            for country in COUNTRIES
            for n in range(LARGE // len(COUNTRIES))
        )
    )
    add(file, [Imported(large)], NOBODY, Origin(kind="test", files="a.csv", digest="1", options=""))
    with serving("--sparql", "-g", file) as served:
        status, complaints = served.end()
    assert status == 0
    assert complaints.startswith(f"building the index of {file} for SPARQL")


def test_it_answers_beside_a_writer_and_then_from_the_new_state(tmp_path: Path) -> None:
    file = graph_file(tmp_path, "one", "two", "three")
    with asking(file, processes=2, patience=60) as client:

        def stances() -> tuple[int, str]:
            answered = client.post("/sparql", data={"query": STANCES})
            return number((answered.status_code, answered.text)), answered.headers["ETag"]

        before, tag = stances()
        assert before == 3
        command = [sys.executable, "-c", WRITER, str(file)]
        pipe = subprocess.PIPE
        with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True) as writer:
            assert writer.stdin
            assert writer.stdout
            # the server does not keep the file: the writer gets in
            assert writer.stdout.readline() == "writing\n"
            assert [stances()[0] for _ in range(4)] == [3] * 4
            writer.stdin.write("\n")
            writer.stdin.flush()
            assert writer.stdout.readline() == "written\n"
        for _ in range(4):  # each of the processes
            assert stances()[0] == 2
        assert stances()[1] != tag


def test_it_answers_while_a_change_takes_long_to_be_read(tmp_path: Path) -> None:
    # without patience every change is one that takes too long
    file = graph_file(tmp_path, "one")
    with asking(file, processes=2, patience=0) as client:

        def stances() -> int:
            answered = client.post("/sparql", data={"query": STANCES})
            return number((answered.status_code, answered.text))

        assert stances() == 1
        graph_file(tmp_path, "two", "three")
        seen = [stances()]
        while seen[-1] != 3:
            assert seen[-1] == 1
            seen.append(stances())
        assert seen[0] == 1


def test_a_process_that_was_ended_while_others_hold_the_file_comes_back(tmp_path: Path) -> None:
    file = graph_file(tmp_path, "one", "two", "three")
    with asking(file, processes=1, seconds=1) as client:
        command = [sys.executable, "-c", HOLDER, str(file)]
        pipe = subprocess.PIPE
        with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True) as writer:
            assert writer.stdin
            assert writer.stdout
            assert writer.stdout.readline() == "writing\n"
            assert client.post("/sparql", data={"query": RUNAWAY}).status_code == 503
            # no process has the graph any more, and none can read it
            assert client.post("/sparql", data={"query": STANCES}).status_code == 503
            writer.stdin.write("\n")
            writer.stdin.flush()
            writer.wait()
        while (answered := client.post("/sparql", data={"query": STANCES})).status_code == 503:
            pass
        assert number((answered.status_code, answered.text)) == 2


def test_an_answer_leaves_no_file_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with asking("ukraine-skies", seconds=1, rows=10, processes=1) as client:
        for text in (COUNT, "SELECT * { ?s ?p ?o }", "SELECT", RUNAWAY):
            client.post("/sparql", data={"query": text}).close()
        client.get("/", headers={"Accept": "text/html"}).close()
        assert [f for folder in tmp_path.iterdir() for f in folder.iterdir()] == []
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("size", [DESKTOP, PHONE])
def test_the_page_can_be_used_by_everybody(
    chromium: Browser, server: Served, size: tuple[int, int]
) -> None:
    width, height = size
    context = chromium.new_context(viewport={"width": width, "height": height})
    tab = context.new_page()
    complaints: list[str] = []
    requests: list[str] = []
    tab.on("console", lambda m: complaints.append(m.text))
    tab.on("pageerror", lambda e: complaints.append(str(e)))
    tab.on("request", lambda r: requests.append(r.url))

    axe = files("axe_playwright_python").joinpath("axe.min.js").read_text("utf-8")

    def check() -> None:
        assert tab.evaluate("document.documentElement.scrollWidth <= innerWidth")
        tab.evaluate(axe)
        found = tab.evaluate(f"axe.run(document, {{runOnly: {AXE}}})")
        assert [(v["id"], v["nodes"][0]["html"][:200]) for v in found["violations"]] == []
        assert len(found["passes"]) > 15

    tab.goto(server.sparql)
    check()
    tab.get_by_label("Query").fill("SELECT ?id { ?x a sg:Issue ; dcterms:identifier ?id }")
    tab.get_by_role("button", name="Ask").click()
    tab.get_by_role("heading", name=" rows").wait_for()
    issues = {issue.id for issue in stancegraph.load().debate.issues}
    assert {cell.inner_text() for cell in tab.locator(".answer td").all()} == issues
    check()
    tab.get_by_role("link", name="Who opposes shooting").first.click()
    tab.locator('a[aria-current="page"]').wait_for()
    assert tab.locator(".answer td").count() > 0
    described = urlencode({"query": f"DESCRIBE <{BASE}ukraine-skies/actors/kurt-volker>"})
    tab.goto(f"{server.sparql}?{described}")
    tab.get_by_role("heading", name=" triples").wait_for()
    check()
    assert complaints == []
    assert all(url.startswith(server.address) for url in requests)
    # a status of 400 is told on the console too; the page says why
    tab.get_by_label("Query").fill("SELECT")
    tab.get_by_role("button", name="Ask").click()
    assert "line 1, column 7" in tab.get_by_role("alert").inner_text()
    context.close()


def test_the_graphs_page_works_when_it_is_served(chromium: Browser, server: Served) -> None:
    context = chromium.new_context()
    tab = context.new_page()
    complaints: list[str] = []
    tab.on("console", lambda m: complaints.append(m.text))
    tab.on("pageerror", lambda e: complaints.append(str(e)))
    tab.goto(server.address)
    tab.wait_for_function("document.documentElement.classList.contains('on')")
    assert tab.locator("#verdict").inner_text()
    assert complaints == []
    context.close()


def test_a_pool_of_a_graph_that_cannot_be_read_leaves_no_process(tmp_path: Path) -> None:
    from stancegraph.errors import StanceError
    from stancegraph.serve.home import Home
    from stancegraph.serve.limits import Limits

    before = set(members_of_session(os.getsid(0)))
    with pytest.raises(StanceError, match="does not exist"):
        Pool(Home(str(tmp_path / "none.duckdb")), Limits()).start()
    left = set(members_of_session(os.getsid(0))) - before
    assert all("resource_tracker" in Path(f"/proc/{p}/cmdline").read_text() for p in left)
