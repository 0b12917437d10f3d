from __future__ import annotations

import csv
import io
import json
import re
import threading
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rdflib import DCTERMS, RDF, Dataset, Graph, Literal, Namespace, URIRef, Variable
from rdflib.compare import isomorphic
from werkzeug.test import Client, TestResponse

import stancegraph
from debates import debate_of, said
from serving import BASE, asking
from stancegraph.model import Debate
from stancegraph.rdf.sparql import query_text
from stancegraph.read.imported import Imported
from stancegraph.serve.outline import outline_of
from stancegraph.serve.visitors import Visitors
from stancegraph.store.write import Origin, add

JSON, XML = "application/sparql-results+json", "application/sparql-results+xml"
CSV, TSV = "text/csv", "text/tab-separated-values"
TURTLE, NT = "text/turtle", "application/n-triples"
RDF_XML, JSON_LD = "application/rdf+xml", "application/ld+json"
FORM, QUERY = "application/x-www-form-urlencoded", "application/sparql-query"
SELECT, ASK = "SELECT * { ?s ?p ?o } LIMIT 1", "ASK { ?s ?p ?o }"
CONSTRUCT, DESCRIBE = (
    "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o } LIMIT 2",
    f"DESCRIBE <{BASE}x>",
)
SKIES, REFERENCE = f"{BASE}ukraine-skies", f"{BASE}reference"
COUNT = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
COUNT_NAMED = "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }"

NOBODY = Debate(id="reference", title="None")
ORIGIN = Origin(kind="test", files="a.csv", digest="1", options="")
MARKUP = "<img src=x onerror=document.title='owned'>"
BREAKOUT = "</textarea></script><script>document.title='owned'</script>"

SD = Namespace("http://www.w3.org/ns/sparql-service-description#")
VOID = Namespace("http://rdfs.org/ns/void#")
FOAF = Namespace("http://xmlns.com/foaf/0.1/")


@pytest.fixture(scope="module")
def client() -> Iterator[Client]:
    with asking("ukraine-skies", rows=50, query_length=5_000) as client:
        yield client


@pytest.fixture(scope="module")
def dataset() -> Dataset:
    return stancegraph.load().to_rdf()


def ask(client: Client, text: str, accept: str = JSON, **parameters: Any) -> TestResponse:
    address = "/sparql?" + urlencode({"query": text, **parameters}, doseq=True)
    return client.get(address, headers={"Accept": accept})


def number(answered: TestResponse) -> int:
    assert answered.status_code == 200, answered.text
    ((binding,),) = [b.values() for b in answered.get_json(force=True)["results"]["bindings"]]
    return int(binding["value"])


# The cases of SPARQL 1.1 Protocol for queries: how each is sent, and the status that the section
# of the recommendation (https://www.w3.org/TR/sparql11-protocol/) asks for.
PROTOCOL: dict[str, tuple[dict[str, Any], set[int]]] = {
    "query by GET, 2.1.1": ({"query_string": {"query": SELECT}}, {200}),
    "query by POST of a form, 2.1.2": ({"method": "POST", "data": {"query": SELECT}}, {200}),
    "query by POST directly, 2.1.3": (
        {"method": "POST", "data": SELECT, "content_type": QUERY},
        {200},
    ),
    "a form that tells its encoding, 2.1.2": (
        {
            "method": "POST",
            "data": urlencode({"query": SELECT}),
            "content_type": f"{FORM}; charset=UTF-8",
        },
        {200},
    ),
    "one default graph by GET, 2.1.4": (
        {"query_string": {"query": SELECT, "default-graph-uri": SKIES}},
        {200},
    ),
    "several default graphs by GET, 2.1.4": (
        {"query_string": {"query": SELECT, "default-graph-uri": [SKIES, REFERENCE]}},
        {200},
    ),
    "graphs of both kinds by a form, 2.1.4": (
        {
            "method": "POST",
            "data": {
                "query": SELECT,
                "default-graph-uri": [SKIES],
                "named-graph-uri": [SKIES, REFERENCE],
            },
        },
        {200},
    ),
    "graphs in the address of a direct POST, 2.1.3": (
        {
            "method": "POST",
            "query_string": {"default-graph-uri": SKIES},
            "data": SELECT,
            "content_type": QUERY,
        },
        {200},
    ),
    "PUT is no operation, 2.1": ({"method": "PUT", "data": {"query": SELECT}}, {405}),
    "DELETE is no operation, 2.1": ({"method": "DELETE"}, {405}),
    "PATCH is no operation, 2.1": ({"method": "PATCH", "data": SELECT}, {405}),
    "two queries, 2.1": ({"query_string": {"query": [ASK, ASK]}}, {400}),
    "two queries in a form, 2.1": ({"method": "POST", "data": {"query": [ASK, ASK]}}, {400}),
    "no query but a graph, 2.1": ({"query_string": {"default-graph-uri": SKIES}}, {400}),
    "a form without a query, 2.1": ({"method": "POST", "data": {"other": SELECT}}, {400}),
    "an empty query, 2.1.7": ({"query_string": {"query": ""}}, {400}),
    "no SPARQL, 2.1.7": ({"query_string": {"query": "SELECT * { ?s"}}, {400}),
    "a type of media that is none, 2.1": (
        {"method": "POST", "data": SELECT, "content_type": "text/plain"},
        {400, 415},
    ),
    "a body without a type, 2.1": (
        {"method": "POST", "data": urlencode({"query": SELECT}).encode()},
        {400, 415},
    ),
    "a query in UTF-16, 2.1.3": (
        {
            "method": "POST",
            "data": SELECT.encode("utf-16"),
            "content_type": f"{QUERY}; charset=UTF-16",
        },
        {400, 415},
    ),
    "bytes that are no UTF-8, 2.1.3": (
        {"method": "POST", "data": b"ASK { ?s ?p '\xff' }", "content_type": QUERY},
        {400},
    ),
    "bytes that are no UTF-8 in an address, 2.1.1": ({"query_string": "query=ASK%20%FF"}, {400}),
    "an update by GET, 2.2": ({"query_string": {"update": "CLEAR ALL"}}, {400, 403}),
    "an update by a form, 2.2.1": ({"method": "POST", "data": {"update": "CLEAR ALL"}}, {403}),
    "an update directly, 2.2.2": (
        {"method": "POST", "data": "CLEAR ALL", "content_type": "application/sparql-update"},
        {403},
    ),
    "an update in a query's place, 2.1": (
        {"query_string": {"query": "INSERT DATA { <x:a> <x:b> <x:c> }"}},
        {400},
    ),
    "query and update at once, 2.1": (
        {"method": "POST", "data": {"query": ASK, "update": "CLEAR ALL"}},
        {400, 403},
    ),
    "a query in the address and one in the body, 2.1.3": (
        {
            "method": "POST",
            "query_string": {"query": ASK},
            "data": SELECT,
            "content_type": QUERY,
        },
        {400},
    ),
}


@pytest.mark.parametrize("case", PROTOCOL)
def test_the_protocol_is_kept(client: Client, case: str) -> None:
    request, statuses = PROTOCOL[case]
    answered = client.open("/sparql", headers={"Accept": JSON}, **request)
    assert answered.status_code in statuses, answered.text
    if answered.status_code == 200:
        assert answered.mimetype == JSON
        assert len(answered.get_json(force=True)["results"]["bindings"]) == 1
    else:
        assert answered.mimetype == "text/plain"
        assert len(answered.text.splitlines()) == 1


# query, Accept, the media type of the answer; None where there is none, RFC 9110 section 12.5.1
NEGOTIATION: list[tuple[str, str, str | None]] = [
    *((SELECT, media, media) for media in (JSON, XML, CSV, TSV)),
    *((CONSTRUCT, media, media) for media in (TURTLE, NT, RDF_XML, JSON_LD)),
    *((ASK, media, media) for media in (JSON, XML)),
    (SELECT, "*/*", JSON),
    (SELECT, "", JSON),
    (ASK, "*/*", JSON),
    (CONSTRUCT, "*/*", TURTLE),
    (DESCRIBE, "*/*", TURTLE),
    (SELECT, f"{JSON};q=0.1, {CSV};q=0.9", CSV),
    (SELECT, f"{CSV};q=0, */*", JSON),
    (SELECT, f"{JSON};q=0, */*;q=0.1", XML),
    (SELECT, "text/*", CSV),
    (SELECT, f"{CSV}; charset=utf-8", CSV),  # as our own Content-Type has it
    (SELECT, f"{JSON}; charset=utf-8; q=0.5, {XML};q=0.4", JSON),
    (SELECT, "application/json", "application/json"),
    (SELECT, "application/xml", "application/xml"),
    (SELECT, f"{RDF_XML}, {XML};q=0.5", XML),
    (CONSTRUCT, f"{XML}, {RDF_XML};q=0.5", RDF_XML),
    (SELECT, f"{XML},{RDF_XML}", XML),  # what rdflib sends
    (SELECT, "text/html;q=0.5, application/json", "application/json"),
    (SELECT, "text/html", "text/html"),
    (SELECT, "image/png", None),
    (SELECT, TURTLE, None),
    (CONSTRUCT, CSV, None),
    (ASK, CSV, None),
    (ASK, f"{CSV}, {TSV};q=0.5", None),
    (SELECT, "*/*;q=0", None),
]


@pytest.mark.parametrize(("text", "accept", "media"), NEGOTIATION)
def test_the_form_is_the_one_that_is_liked_best(
    client: Client, text: str, accept: str, media: str | None
) -> None:
    answered = ask(client, text, accept)
    assert answered.status_code == (200 if media else 406), answered.text
    if media:
        assert answered.mimetype == media
        assert "Accept" in answered.headers["Vary"]


@pytest.mark.parametrize("form", ["json", "xml", "csv", "tsv"])
def test_a_link_can_name_the_form(client: Client, form: str) -> None:
    answered = ask(client, SELECT, "text/html", format=form)
    assert answered.mimetype == {"json": JSON, "xml": XML, "csv": CSV, "tsv": TSV}[form]
    assert ask(client, SELECT, format="ods").status_code == 400


def rows_of(dataset: Dataset, text: str) -> list[str]:
    """Answer a query of one column by rdflib."""
    return [str(row[Variable("id")]) for row in dataset.query(text).bindings]


def test_all_forms_of_a_table_say_the_same(client: Client, dataset: Dataset) -> None:
    # rdflib on the same query and the same graph is the other program
    text = "SELECT ?id { ?x a sg:Issue ; dcterms:identifier ?id } ORDER BY ?id"
    expected = rows_of(dataset, text)
    assert len(expected) > 1
    bindings = ask(client, text, JSON).get_json(force=True)["results"]["bindings"]
    assert [b["id"]["value"] for b in bindings] == expected
    tree = ET.fromstring(ask(client, text, XML).data)
    assert [
        e.text for e in tree.iter("{http://www.w3.org/2005/sparql-results#}literal")
    ] == expected
    rows = list(csv.reader(io.StringIO(ask(client, text, CSV).text)))
    assert rows == [["id"], *([value] for value in expected)]
    lines = ask(client, text, TSV).text.splitlines()
    assert lines == ["?id", *(f'"{value}"' for value in expected)]


def test_all_forms_of_triples_say_the_same(client: Client, dataset: Dataset) -> None:
    text = "CONSTRUCT { ?o dcterms:identifier ?i } WHERE { ?o a sg:Option ; dcterms:identifier ?i }"
    expected = dataset.query(text).graph
    assert expected is not None
    assert len(expected) > 5
    for media, form in ((TURTLE, "turtle"), (NT, "nt"), (RDF_XML, "xml"), (JSON_LD, "json-ld")):
        found = Graph().parse(data=ask(client, text, media).data, format=form)
        assert isomorphic(found, expected)


def test_the_default_graph_is_all_graphs_together(client: Client, dataset: Dataset) -> None:
    assert number(ask(client, COUNT)) == len({(s, p, o) for s, p, o, _ in dataset.quads()})


@pytest.mark.parametrize("graph", [SKIES, REFERENCE, f"{SKIES}/positions"])
def test_a_graph_can_be_asked_alone(client: Client, dataset: Dataset, graph: str) -> None:
    expected = len(dataset.graph(URIRef(graph)))
    assert 0 < expected < number(ask(client, COUNT))
    assert number(ask(client, COUNT, **{"default-graph-uri": graph})) == expected
    assert number(ask(client, f"SELECT (COUNT(*) AS ?n) FROM <{graph}> {{ ?s ?p ?o }}")) == expected
    named = f"SELECT (COUNT(*) AS ?n) FROM NAMED <{graph}> {{ GRAPH ?g {{ ?s ?p ?o }} }}"
    assert number(ask(client, named)) == expected
    assert number(ask(client, COUNT_NAMED, **{"named-graph-uri": graph})) == expected


def test_the_graphs_of_the_request_are_all_that_is_asked(client: Client, dataset: Dataset) -> None:
    # 2.1.4: the dataset of the protocol comes before that of the query, and holds nothing else
    both: dict[str, Any] = {"default-graph-uri": [SKIES, REFERENCE]}
    expected = len({*dataset.graph(URIRef(SKIES)), *dataset.graph(URIRef(REFERENCE))})
    assert number(ask(client, COUNT, **both)) == expected
    assert number(ask(client, COUNT_NAMED, **both)) == 0
    assert number(ask(client, COUNT, **{"named-graph-uri": SKIES})) == 0
    text = f"SELECT (COUNT(*) AS ?n) FROM <{REFERENCE}> {{ ?s ?p ?o }}"
    expected = len(dataset.graph(URIRef(SKIES)))
    assert number(ask(client, text, **{"default-graph-uri": SKIES})) == expected


def test_the_word_from_elsewhere_names_no_graph(client: Client) -> None:
    text = f'# FROM <x:y>\n{COUNT[:-1]} FILTER(STR(?o) != "FROM <x:y>" || ?from = 1) }}'
    assert number(ask(client, text)) == number(ask(client, COUNT))


def test_a_graph_that_is_not_here_is_refused_not_empty(client: Client) -> None:
    wrong = f"{BASE}ukraine-skys"
    for answered in (
        ask(client, COUNT, **{"default-graph-uri": wrong}),
        ask(client, COUNT, **{"named-graph-uri": wrong}),
        ask(client, f"SELECT * FROM <{wrong}> {{ ?s ?p ?o }}"),
    ):
        assert answered.status_code == 400
        assert f"there is no graph '{wrong}' here" in answered.text
        assert f"did you mean '{SKIES}'" in answered.text


ERRORS = [
    ("SELECT * {\n  ?s ?p ?o .\n  FILTER(?o == 1) }", "line 3, column 14: at '= 1) }'"),
    ("SELEC * { ?s ?p ?o }", "line 1, column 1: at 'SELEC * { ?s ?p ?o }'"),
    ("SELECT * { FILTER(foo(1)) }", "line 1, column 19: at 'foo(1)) }'"),
    ("SELECT * { ?s ?p ?o } ORDER ?o", "line 1, column 29: at '?o'"),
    ("SELECT * {} ; SELECT * {}", "line 1, column 13: at '; SELECT * {}'"),
    ("SELECT * {\n  ?s ?p", "line 2, column 8: it ends too early"),
    ("SELECT * { ?s foo:bar ?o }", "prefix 'foo:' is not declared; add PREFIX foo: <...>"),
    ("DROP ALL", "this is an update"),
    ("SELECT * {" + "{" * 200 + "}" * 200 + "}", "nested 201 deep; 100 is the limit"),
]


@pytest.mark.parametrize(("text", "why"), ERRORS)
def test_what_is_no_query_is_told_where(client: Client, text: str, why: str) -> None:
    answered = ask(client, text)
    assert answered.status_code == 400
    assert why in answered.text


def test_a_query_that_ends_its_process_is_answered_and_others_too(client: Client) -> None:
    # so many signs one after the other overflow the stack of the engine's parser
    answered = client.post("/sparql", data={"query": "ASK { FILTER(" + "!" * 4_000 + "true) }"})
    assert answered.status_code in (200, 503)
    assert number(ask(client, COUNT)) > 0


# SERVICE in every place and dress, SPARQL 1.1 Federated Query section 4
SERVICES = [
    "SELECT * { SERVICE <URL> { ?s ?p ?o } }",
    "SELECT * { service <URL> { ?s ?p ?o } }",
    "SELECT * { SERVICE SILENT <URL> { ?s ?p ?o } }",
    "SELECT * { SERVICE<URL>{ ?s ?p ?o } }",
    "SELECT * { SERVICE # a comment\n <URL> { ?s ?p ?o } }",
    "SELECT * { SERVICE\n#\n# more\nSILENT<URL> { ?s ?p ?o } }",
    "SELECT * { ?s ?p ?o OPTIONAL { { SERVICE <URL> { ?a ?b ?c } } } }",
    "SELECT * { { SELECT ?s { SERVICE <URL> { ?s ?p ?o } } } }",
    "SELECT * { FILTER EXISTS { SERVICE <URL> { ?s ?p ?o } } }",
    "ASK { VALUES ?where { <URL> } SERVICE ?where { ?s ?p ?o } }",
    "ASK { BIND(IRI('URL') AS ?where) SERVICE $where { ?s ?p ?o } }",
    "PREFIX there: <URL> ASK { SERVICE there: { ?s ?p ?o } }",
    "ASK { ?s ?p 5SERVICE <URL> { ?a ?b ?c } }",
    # what "<" begins depends on who reads it: an IRI, or a comparison with a text or a comment
    "ASK { ?a ?p ?b FILTER(?a<'>') SERVICE <URL> { ?s ?p ?o } FILTER(?b='x') }",
    "ASK { ?a ?p ?b FILTER(?a<?b)#>'''\n SERVICE <URL> { ?s ?p ?o } #'''\n }",
    "CONSTRUCT { ?s ?p ?o } WHERE { SERVICE <URL> { ?s ?p ?o } }",
    "DESCRIBE ?s { SERVICE <URL> { ?s ?p ?o } }",
]


@pytest.fixture(scope="module")
def tripwire() -> Iterator[tuple[str, list[str]]]:
    """A server on this machine that notes whoever asks it."""
    asked: list[str] = []

    class Note(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_error(500)

        do_POST = do_GET  # noqa: N815  (its name for it)

        def log_message(self, format: str, *args: Any) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Note)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/sparql", asked
    server.shutdown()
    server.server_close()


def test_the_tripwire_notes_what_the_engine_would_ask(tripwire: tuple[str, list[str]]) -> None:
    # without this the next test could pass because nothing ever arrives there
    import pyoxigraph

    address, asked = tripwire
    list(pyoxigraph.Store().query(SERVICES[2].replace("URL", address)))  # type: ignore[arg-type]
    assert asked.pop() == "/sparql"


@pytest.mark.parametrize("text", SERVICES)
def test_no_other_machine_is_asked(
    client: Client, tripwire: tuple[str, list[str]], text: str
) -> None:
    address, asked = tripwire
    answered = ask(client, text.replace("URL", address))
    assert answered.status_code == 403
    assert "SERVICE, in line " in answered.text
    assert asked == []


PARTS = (
    *("SERVICE ", "SILENT", "<URL>", "?a", "ex:", "5", "ASK", "BIND(1 AS ?x)", "FILTER("),
    *("{", "}", ")", " . ", "=", "<", ">", "\\", "#", "\n", "'", '"', "'''", '"""'),
)


@given(st.lists(st.sampled_from(PARTS), max_size=25))
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_what_passes_the_guard_asks_nobody(
    tripwire: tuple[str, list[str]], parts: list[str]
) -> None:
    import pyoxigraph

    from stancegraph.serve.outline import check_stays_here
    from stancegraph.serve.refusal import Refused

    address, asked = tripwire
    text = ("PREFIX ex: <URL> ASK { " + "".join(parts) + " {} }").replace("URL", address)
    try:
        check_stays_here(text)
    except Refused:
        return
    with suppress(SyntaxError, OSError, RuntimeError):
        pyoxigraph.Store().query(text)
    assert asked == []


def test_a_variable_may_be_called_service(client: Client) -> None:
    assert ask(client, "SELECT ?service { ?service a sg:Option } LIMIT 1").status_code == 200


@pytest.mark.parametrize(
    "text",
    ["a-" * 50_000, '"a\\' * 33_000, "'''" * 33_333, "<a" * 50_000, "#" * 100_000, ":" * 100_000],
)
def test_long_nonsense_has_an_outline(text: str) -> None:
    # each would take minutes were any part of it read again and again
    assert outline_of(text).graphs == ()


@pytest.mark.parametrize("accept", [JSON, XML, CSV, TSV])
@pytest.mark.parametrize(
    "text", ["{ ?s ?p ?o }", '{ ?s ?p ?x BIND("a,b\\r\\n},{\\"<result>" AS ?o) }']
)
def test_an_answer_has_all_its_rows_or_none(client: Client, text: str, accept: str) -> None:
    assert ask(client, f"SELECT ?s ?o {text} LIMIT 50", accept).status_code == 200
    answered = ask(client, f"SELECT ?s ?o {text} LIMIT 51", accept)
    assert answered.status_code == 403
    assert answered.text.startswith("the answer has more than 50 rows, and is not given in part")


@pytest.mark.parametrize("accept", [TURTLE, NT, RDF_XML, JSON_LD])
def test_a_graph_has_all_its_triples_or_none(client: Client, accept: str) -> None:
    text = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o } LIMIT "
    assert ask(client, f"{text}50", accept).status_code == 200
    answered = ask(client, f"{text}51", accept)
    assert answered.status_code == 403
    assert answered.text.startswith("the answer has more than 50 triples")


def test_rows_without_values_are_rows_too(client: Client) -> None:
    text = "SELECT ?nothing { ?s ?p ?o } LIMIT "
    assert ask(client, f"{text}50").status_code == 200
    assert ask(client, f"{text}51").status_code == 403


def test_a_large_answer_is_refused_and_says_how_to_page() -> None:
    with asking("ukraine-skies", answer_bytes=2_000, processes=1) as client:
        answered = ask(client, "SELECT * { ?s ?p ?o }")
        assert answered.status_code == 403
        assert "the answer is larger than 2,000 bytes" in answered.text
        assert "LIMIT and OFFSET" in answered.text
        assert ask(client, SELECT).status_code == 200


def test_a_query_has_a_length(client: Client) -> None:
    long = f"{ASK} # {'x' * 5_000}"
    assert ask(client, long).status_code == 414
    answered = client.post("/sparql", data={"query": long})
    assert answered.status_code == 413
    assert answered.text == "the query has 5,019 characters; 5,000 is the limit\n"


def test_a_client_that_has_the_answer_gets_no_other(client: Client) -> None:
    first = ask(client, SELECT)
    assert first.headers["Cache-Control"] == "no-cache"
    tag = first.headers["ETag"]
    again = client.get(
        "/sparql", query_string={"query": SELECT}, headers={"Accept": JSON, "If-None-Match": tag}
    )
    assert (again.status_code, again.data) == (304, b"")
    assert ask(client, SELECT, XML).headers["ETag"] != tag
    assert ask(client, f"{SELECT} ").headers["ETag"] != tag


@pytest.mark.parametrize("of", ["NOW()", "RAND()", "uuid()", "STRUUID()"])
def test_what_is_another_each_time_is_not_kept(client: Client, of: str) -> None:
    assert "ETag" not in ask(client, f"SELECT ({of} AS ?x) {{}}").headers


def test_a_refusal_is_not_kept(client: Client) -> None:
    assert ask(client, "SELECT").headers["Cache-Control"] == "no-store"


def test_head_says_what_get_would_say(client: Client) -> None:
    get, head = ask(client, SELECT), client.head("/sparql", query_string={"query": SELECT})
    assert (head.status_code, head.data) == (200, b"")
    assert head.headers["Content-Length"] == str(len(get.data))


def test_options_and_refused_methods_tell_what_is_allowed(client: Client) -> None:
    told = client.options("/sparql")
    assert (told.status_code, told.headers["Allow"]) == (204, "GET, HEAD, POST, OPTIONS")
    assert client.put("/sparql").headers["Allow"] == "GET, HEAD, POST, OPTIONS"
    assert client.post("/").status_code == 405
    assert client.post("/").headers["Allow"] == "GET, HEAD, OPTIONS"


@pytest.mark.parametrize("path", ["/nothing", "/sparql/", "/../etc/passwd", "/data"])
def test_there_is_nothing_elsewhere(client: Client, path: str) -> None:
    answered = client.get(path)
    assert answered.status_code == 404
    assert "there is /, /sparql, /.well-known/void" in answered.text


HOSTILE_ACCEPT = [
    "," * 1000,
    ";q=" * 500,
    "text/csv;q=nan",
    "text/csv;q=1e999",
    "text/csv;q=-1",
    'text/csv;"' + "\\" * 500,
    "*/csv",
    "\u00fc/\u00fc".encode().decode("latin-1"),
    "a/b;" * 2000,
    "'; DROP TABLE x; --",
]


@pytest.mark.parametrize("accept", HOSTILE_ACCEPT)
def test_no_accept_header_breaks_anything(client: Client, accept: str) -> None:
    assert ask(client, SELECT, accept).status_code in (200, 406)


@given(st.text(max_size=60))
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_no_text_breaks_anything(client: Client, text: str) -> None:
    answered = client.post("/sparql", data={"query": text.encode("utf-8", "replace")})
    assert answered.status_code in (200, 400, 403)


def test_an_error_names_no_path_of_the_machine(tmp_path: Path) -> None:
    file = tmp_path / "graph.duckdb"
    add(file, [Imported(debate_of(said("e1", "pol", "opt", "supports")))], NOBODY, ORIGIN)
    with asking(file, processes=1) as client:
        assert number(ask(client, COUNT)) > 0
        file.write_text("no graph")
        texts = [
            ask(client, COUNT).text,
            ask(client, "SELECT").text,
            client.get("/").text,
            client.get("/nothing").text,
            ask(client, COUNT, **{"default-graph-uri": "x:y"}).text,
            client.get("/sparql", headers={"Accept": TURTLE}).text,
            client.get("/sparql", headers={"Accept": "text/html"}).text,
        ]
    assert not any(str(tmp_path) in text or "Traceback" in text for text in texts)


def test_a_name_that_leads_here_is_not_ours(client: Client) -> None:
    # DNS rebinding: evil.example resolves to this machine, and its page asks in its own name
    for host in ("evil.example", "evil.example:3330", "localhost.evil.example", "", "[evil]"):
        answered = client.get("/sparql", query_string={"query": SELECT}, headers={"Host": host})
        assert answered.status_code == 421, host
        assert "bindings" not in answered.text
    for host in ("localhost:3330", "127.0.0.1", "[::1]:3330", "192.0.2.7:80", "LOCALHOST"):
        answered = client.get("/sparql", query_string={"query": SELECT}, headers={"Host": host})
        assert answered.status_code == 200, host


def test_pages_of_others_may_not_ask(client: Client) -> None:
    for headers in (
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors"},
    ):
        answered = client.post("/sparql", data={"query": SELECT}, headers=headers)
        assert answered.status_code == 403
        assert "Access-Control-Allow-Origin" not in answered.headers
    own = client.post("/sparql", data={"query": SELECT}, headers={"Origin": "http://localhost"})
    assert own.status_code == 200
    link = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}
    assert client.get("/sparql", headers={**link, "Accept": "text/html"}).status_code == 200


def test_pages_of_a_site_may_ask_where_that_is_allowed() -> None:
    friend = "https://friend.example"
    visitors = Visitors(names=frozenset({"graph.example"}), origins=frozenset({friend}))
    with asking("ukraine-skies", visitors=visitors, processes=1) as client:
        asked = {"Origin": friend, "Host": "graph.example", "Access-Control-Request-Method": "POST"}
        before = client.options("/sparql", headers=asked)
        assert before.headers["Access-Control-Allow-Origin"] == friend
        assert before.headers["Access-Control-Allow-Methods"] == "GET, HEAD, POST, OPTIONS"
        answered = client.post("/sparql", data={"query": SELECT}, headers=asked)
        assert answered.status_code == 200
        assert answered.headers["Access-Control-Allow-Origin"] == friend
        assert "Origin" in answered.headers.getlist("Vary")
        other = client.post(
            "/sparql", data={"query": SELECT}, headers={"Origin": "https://x.example"}
        )
        assert other.status_code == 403
        assert "Access-Control-Allow-Origin" not in other.headers


def test_every_answer_forbids_what_browsers_guess(client: Client) -> None:
    for answered in (ask(client, SELECT), ask(client, "?"), client.get("/"), client.get("/x")):
        assert answered.headers["X-Content-Type-Options"] == "nosniff"
        assert answered.headers["X-Frame-Options"] == "DENY"
        assert answered.headers["Cross-Origin-Resource-Policy"] == "same-origin"


@pytest.mark.parametrize(
    ("accept", "form"),
    [(TURTLE, "turtle"), (RDF_XML, "xml"), (JSON_LD, "json-ld"), (NT, "nt"), ("*/*", "turtle")],
)
def test_the_endpoint_describes_itself(client: Client, accept: str, form: str) -> None:
    # SPARQL 1.1 Service Description, section 2: GET without a query gives RDF about the service
    answered = client.get("/sparql", headers={"Accept": accept})
    assert answered.status_code == 200
    told = Graph().parse(data=answered.data, format=form)
    (service,) = told.subjects(RDF.type, SD.Service)
    assert service == told.value(service, SD.endpoint) == URIRef("http://localhost/sparql")
    assert told.value(service, SD.supportedLanguage) == SD.SPARQL11Query
    assert (service, SD.feature, SD.BasicFederatedQuery) not in told
    assert (service, SD.feature, SD.UnionDefaultGraph) in told
    assert len(list(told.objects(service, SD.resultFormat))) == 8
    dataset = told.value(service, SD.defaultDataset)
    names = {told.value(g, SD.name) for g in told.objects(dataset, SD.namedGraph)}
    assert names == {URIRef(g) for g in (SKIES, REFERENCE, f"{SKIES}/positions")}


def test_void_counts_as_rdflib_does(client: Client, dataset: Dataset) -> None:
    told = Graph().parse(data=client.get("/.well-known/void").data, format="turtle")
    (document,) = told.subjects(RDF.type, VOID.DatasetDescription)
    about = told.value(document, FOAF.primaryTopic)
    triples = {(s, p, o) for s, p, o, _ in dataset.quads()}
    expected = {
        VOID.triples: len(triples),
        VOID.distinctSubjects: len({s for s, _, _ in triples}),
        VOID.distinctObjects: len({o for _, _, o in triples}),
        VOID.properties: len({p for _, p, _ in triples}),
        VOID.classes: len({o for _, p, o in triples if p == RDF.type}),
        VOID.entities: len({s for s, _, _ in triples if str(s).startswith(BASE)}),
    }
    assert {p: told.value(about, p) for p in expected} == {
        p: Literal(n) for p, n in expected.items()
    }
    assert told.value(about, DCTERMS.license) is None  # nobody has said one
    assert told.value(about, DCTERMS.title) == Literal(stancegraph.load().debate.title)
    parts = {
        str(told.value(part, SD.name)): int(str(told.value(part, VOID.triples)))
        for part in told.objects(about, VOID.subset)
    }
    graphs = (SKIES, REFERENCE, f"{SKIES}/positions")
    assert parts == {g: len(dataset.graph(URIRef(g))) for g in graphs}
    by_class = {
        told.value(part, VOID["class"]): told.value(part, VOID.entities)
        for part in told.objects(about, VOID.classPartition)
    }
    options = {s for s, p, o in triples if p == RDF.type and str(o).endswith("#Option")}
    assert by_class[URIRef("https://w3id.org/stancegraph/ontology#Option")] == Literal(len(options))
    by_property = {
        told.value(part, VOID.property): told.value(part, VOID.triples)
        for part in told.objects(about, VOID.propertyPartition)
    }
    assert by_property[RDF.type] == Literal(sum(p == RDF.type for _, p, _ in triples))


def test_a_browser_gets_a_page_with_question_and_answer(client: Client, dataset: Dataset) -> None:
    text = "SELECT ?id { ?x a sg:Issue ; dcterms:identifier ?id } ORDER BY ?id"
    page = ask(client, text, "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8")
    assert page.status_code == 200
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]
    assert "script-src" not in page.headers["Content-Security-Policy"]
    for value in rows_of(dataset, text):
        assert f"<bdi>{value}</bdi>" in page.text
    assert "<script" not in page.text


def test_the_page_has_questions_that_suit_its_graph(client: Client, tmp_path: Path) -> None:
    ours = "Who opposes shooting down missiles over Ukraine"
    assert ours in client.get("/sparql", headers={"Accept": "text/html"}).text
    file = tmp_path / "graph.duckdb"
    add(file, [Imported(debate_of(said("e1", "pol", "opt", "supports")))], NOBODY, ORIGIN)
    with asking(file, processes=1) as other:
        page = other.get("/sparql", headers={"Accept": "text/html"}).text
        assert ours not in page
        (address,) = re.findall(r'href="([^"]+)">Who stands where on an option,', page)
        (hint,) = re.findall(
            r"# For one option, write (VALUES .* }) behind WHERE {",
            other.get(address, headers={"Accept": "text/html"}).text.replace("&#34;", '"'),
        )
        text = query_text("who").replace("WHERE {", f"WHERE {{ {hint}")
        assert len(rows(ask(other, text))) == 0
        text = text.replace("allied-interception", "opt")
        assert [row["actor"]["value"] for row in rows(ask(other, text))] == ["pol"]


def rows(answered: TestResponse) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = answered.get_json(force=True)["results"]["bindings"]
    return found


def test_the_page_says_when_it_shows_a_part(client: Client) -> None:
    # the limit of rows is 50 here, and holds for files; the page shows its first 500
    page = ask(client, "SELECT ?s ?p ?o { ?s ?p ?o }", "text/html").text
    assert "The first 500 rows" in page
    assert page.count("<tr>") == 501
    assert "1 row<" in ask(client, SELECT, "text/html").text


def test_the_page_shows_errors_with_their_status(client: Client) -> None:
    page = ask(client, "SELECT * {\n ?s", "text/html")
    assert page.status_code == 400
    assert 'role="alert"' in page.text
    assert "line 2, column 4" in page.text


def test_what_is_asked_and_answered_is_text_on_the_page(client: Client, tmp_path: Path) -> None:
    page = ask(client, f"SELECT * {{ ?s ?p '{BREAKOUT}' }}", "text/html").text
    assert BREAKOUT not in page
    assert "&lt;/textarea&gt;&lt;/script&gt;" in page
    debate = debate_of(said("e1", "pol", "opt", "supports"))
    hostile = replace(
        debate,
        title=BREAKOUT,
        actors=tuple(replace(a, name=MARKUP) for a in debate.actors),
    )
    file = tmp_path / f"{MARKUP}.duckdb"
    add(file, [Imported(hostile)], NOBODY, ORIGIN)
    with asking(file, processes=1) as other:
        page = ask(other, "SELECT ?s ?o { ?s ?p ?o }", "text/html").text
        assert MARKUP not in page
        assert BREAKOUT not in page
        assert "&lt;img src=x onerror=" in page
        described = other.get("/.well-known/void", headers={"Accept": JSON_LD}).text
        assert BREAKOUT in json.dumps(json.loads(described)).replace('\\"', '"')


def test_without_sparql_there_is_the_page_only() -> None:
    from stancegraph.serve.app import App
    from stancegraph.serve.home import Home
    from stancegraph.serve.limits import Limits
    from stancegraph.serve.pool import Pool

    home, limits = Home("ukraine-skies"), Limits(processes=1)
    pool = Pool(home, limits, embeds=False)
    pool.start()
    try:
        client = Client(App(pool, home, limits, Visitors(), answers_queries=False))
        assert client.get("/sparql").status_code == 404
        assert client.get("/").data == stancegraph.load().view("explore").html.encode()
    finally:
        pool.close()
