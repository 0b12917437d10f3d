from __future__ import annotations

import base64
import gzip
from pathlib import Path

import pytest
from click.testing import CliRunner

import stancegraph
from servers import Answering, Asked, Reply, free_port, serving
from stancegraph.cli import main
from stancegraph.errors import StanceError
from stancegraph.remote.asking import Select, all_rows, few, number, rows
from stancegraph.remote.credentials import PASSWORD, TOKEN, USER, authorization
from stancegraph.remote.endpoint import TIMEOUT, Endpoint, Request, parts_of
from stancegraph.remote.results import nquads_term, text_of, written_iri, written_text
from strategies import HOSTILE


@pytest.fixture(autouse=True)
def no_credentials(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in (USER, PASSWORD, TOKEN):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    monkeypatch.setenv(TIMEOUT, "0.3")


def always(reply: Reply) -> Answering:
    return lambda _: reply


PAGE = (
    b"<html><head><title>Oops</title><style>a{}</style></head><body>It <b>broke</b></body></html>"
)
FAULTS = {
    "silent": (Reply(is_silent=True), "was silent for 0.3 seconds; try again, or set"),
    "stalls": (Reply(body=b"?a\n1\n", hangs=True, short=2), "was silent for 0.3 seconds"),
    "drops": (Reply(drops=True), "broke off its answer after 0 bytes; nothing of it is used"),
    "short": (Reply(body=b"?a\n1\n22\n", short=3), "broke off its answer after 5 bytes"),
    "half-row": (Reply(body=b"?a\n1\n2"), "it breaks off in the line '2'"),
    "500": (
        Reply(500, "text/html", PAGE),
        r"answers 500 Internal Server Error: Oops It broke; try",
    ),
    "503": (Reply(503, body=b""), "answers 503 Service Unavailable; try again later"),
    "400": (
        Reply(400, "text/plain", b"no\nsuch\x1b[1m"),
        r"answers 400 Bad Request: no such \[1m;",
    ),
    "401": (Reply(401, body=b""), f"answers 401 Unauthorized; set {USER} and {PASSWORD}"),
    "404": (
        Reply(404, body=b""),
        "answers 404 Not Found; check the URL; that of queries often ends",
    ),
    "page": (Reply(200, "text/html", PAGE), "answers with text/html and not with text/tab-sep"),
    "lie": (
        Reply(body=PAGE + b"\n"),
        "answers with what is not text/tab-separated-values: its first line is",
    ),
    "json": (Reply(body=b'{"head": {}}\n'), "its first line is"),
    "header": (Reply(body=b"?b\n1\n"), r"its first line is '\?b' and not '\?a'"),
    "wide": (Reply(body=b"?a\n1\t2\n"), "its line 2 has 2 columns, not 1"),
    "utf-8": (Reply(body=b"?a\n\xff\n"), "it is not UTF-8"),
    "gzip": (Reply(body=b"nonsense", headers={"Content-Encoding": "gzip"}), "cannot be unpacked"),
    "cut gzip": (
        Reply(body=gzip.compress(b"?a\n1\n")[:-4], headers={"Content-Encoding": "gzip"}),
        "broke off its answer",
    ),
    "second gzip": (
        Reply(body=gzip.compress(b"?a\n1\n") * 2, headers={"Content-Encoding": "gzip"}),
        "broke off its answer",
    ),
    "gzip 500": (
        Reply(500, "text/plain", gzip.compress(b"no room"), {"Content-Encoding": "gzip"}),
        "answers 500 Internal Server Error: no room; try again later",
    ),
    "brotli": (Reply(headers={"Content-Encoding": "br"}), "an encoding that was not asked for"),
    "loop": (Reply(307, headers={"Location": "/query"}), "redirects more than 3 times"),
    "hanging redirect": (
        Reply(307, body=b"wait", headers={"Location": "http://a/"}, hangs=True, short=2),
        "redirects to 'http://a/', another server",
    ),
    "away": (
        Reply(307, headers={"Location": "http://localhost:1/query"}),
        "redirects to 'http://localhost:1/query', another server",
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_an_error_and_never_half_an_answer(fault: str) -> None:
    reply, message = FAULTS[fault]
    with serving(always(reply)) as server:
        endpoint = Endpoint(server.query)
        with pytest.raises(StanceError, match=message) as raised:
            list(rows(endpoint, "SELECT ?a {}", ["a"]))
        endpoint.close()
    assert str(raised.value).startswith(server.query)
    assert str(raised.value).isprintable()


@pytest.mark.parametrize("told", ["-1", "1.5", "9" * 5000, '"46"@en x', ""])
def test_what_is_no_number_is_no_count(told: str) -> None:
    with (
        serving(always(Reply(body=f"?n\n{told}\n".encode()))) as server,
        pytest.raises(StanceError, match=r"where one number is asked for|what is no RDF") as raised,
    ):
        number(Endpoint(server.query), "SELECT ?n {}")
    assert str(raised.value).startswith(server.query)


def test_texts_without_quotes_are_refused_and_the_server_is_named() -> None:
    # as RDF4J wrote them before 5.1.6, eclipse-rdf4j/rdf4j issue 5256
    with (
        serving(always(Reply(body=b"?id\nukraine-skies\n"))) as server,
        pytest.raises(StanceError, match="answers with what is no RDF: it has 'ukraine-skies'"),
    ):
        few(Endpoint(server.query), "SELECT ?id {}", ["id"])


def test_an_ipv6_address_needs_no_port() -> None:
    with pytest.raises(StanceError, match=r"http://\[::1\]/query (refuses|cannot be reached)"):
        Endpoint("http://[::1]/query").whole(Request())


@pytest.mark.parametrize(
    "cell", ["<a b>", '"a', "'''a'''", "<http://a/\\u0020>", "1 2", "_:", '"\\uD800"']
)
def test_what_is_no_term_is_refused(cell: str) -> None:
    with pytest.raises(StanceError, match="it has"):
        text_of(cell)


TERMS = [
    ("<http://a/b>", "http://a/b", "<http://a/b>"),
    ('"a\\tb\\"c\\u00e9"@en-GB', 'a\tb"cé', '"a\tb\\"cé"@en-GB'),
    ("'a'", "a", '"a"'),
    ('"1"^^<http://a/t>', "1", '"1"^^<http://a/t>'),
    ("-5", "-5", '"-5"^^<http://www.w3.org/2001/XMLSchema#integer>'),
    ("4.60", "4.60", '"4.60"^^<http://www.w3.org/2001/XMLSchema#decimal>'),
    ("1e6", "1e6", '"1e6"^^<http://www.w3.org/2001/XMLSchema#double>'),
    ("true", "true", '"true"^^<http://www.w3.org/2001/XMLSchema#boolean>'),
]
"""Cells, their texts, and the same terms in N-Quads, by hand from the grammars of the W3C."""


@pytest.mark.parametrize(("cell", "text", "quads"), TERMS)
def test_a_term_is_read_as_the_grammar_says(cell: str, text: str, quads: str) -> None:
    assert text_of(cell) == text
    assert nquads_term(cell) == quads
    assert text_of("") is None


@pytest.mark.parametrize("text", HOSTILE)
def test_a_text_in_a_query_cannot_leave_its_quotes(text: str) -> None:
    written = written_text(text)
    assert written.count("\n") == written.count("\t") == 0
    assert text_of(written) == text


@pytest.mark.parametrize(
    "iri", ["http://a/> } DROP ALL #", "no-scheme", "http://a/ b", "http://a/\\"]
)
def test_what_is_no_iri_does_not_get_into_a_query(iri: str) -> None:
    with pytest.raises(StanceError, match="is no IRI"):
        written_iri(iri)


def test_an_answer_that_is_cut_is_fetched_in_pages() -> None:
    found = [str(n) for n in range(7)]

    def capped(asked: Asked) -> Reply:
        query = asked.body.decode()
        if "COUNT" in query:
            return Reply(body=b"?n\n7\n")
        first = int(query.rpartition("OFFSET ")[2]) if "OFFSET" in query else 0
        return Reply(body="".join(f"{x}\n" for x in ["?a", *found[first : first + 3]]).encode())

    with serving(capped) as server:
        read = all_rows(Endpoint(server.query), Select(("a",), "?a ?b ?c"))
    assert [cell for (cell,) in read] == found


def test_an_answer_that_stays_cut_is_refused() -> None:
    def stuck(asked: Asked) -> Reply:
        is_count = b"COUNT" in asked.body
        return Reply(body=b"?n\n7\n" if is_count else b"?a\n0\n1\n2\n")

    with (
        serving(stuck) as server,
        pytest.raises(StanceError, match="counts 7 rows and gives 3; nothing of it is used"),
    ):
        all_rows(Endpoint(server.query), Select(("a",), "?a ?b ?c"))


def test_a_packed_answer_is_unpacked() -> None:
    reply = Reply(body=gzip.compress(b"?a\n1\n"), headers={"Content-Encoding": "gzip"})
    with serving(always(reply)) as server:
        assert list(rows(Endpoint(server.query), "SELECT", ["a"])) == [["1"]]
        assert server.asked[0].headers["accept-encoding"] == "gzip"


def test_a_redirect_to_another_path_of_the_server_is_followed() -> None:
    def moved(asked: Asked) -> Reply:
        if asked.path == "/query":
            return Reply(308, headers={"Location": "/sparql?x=1"})
        return Reply(body=b"?a\n1\n")

    with serving(moved) as server:
        assert list(rows(Endpoint(server.query), "SELECT", ["a"])) == [["1"]]
        assert [a.path for a in server.asked] == ["/query", "/sparql?x=1"]
        assert server.asked[1].body == b"SELECT"


def test_a_connection_that_was_kept_and_is_closed_is_made_anew() -> None:
    seen: list[Asked] = []

    def second_drops(asked: Asked) -> Reply:
        seen.append(asked)
        return Reply(drops=len(seen) == 2, body=b"?a\n1\n")

    with serving(second_drops) as server:
        endpoint = Endpoint(server.query)
        for _ in range(2):
            assert list(rows(endpoint, "SELECT", ["a"])) == [["1"]]
    assert len(seen) == 3


def test_a_server_that_is_not_there_is_named_with_the_remedy() -> None:
    url = f"http://127.0.0.1:{free_port()}/query"
    asked = CliRunner().invoke(main, ["who", "x", "-g", f"sparql:{url}"])
    assert (asked.exit_code, asked.stdout) == (1, "")
    assert asked.stderr == f"Error: {url} refuses the connection; is the server running there?\n"


def test_a_server_of_something_else_is_no_web_server() -> None:
    import socket
    import threading

    with socket.create_server(("127.0.0.1", 0)) as listening:
        url = f"http://127.0.0.1:{listening.getsockname()[1]}/query"

        def greet() -> None:
            connection, _ = listening.accept()
            with connection:
                connection.sendall(b"SSH-2.0-Other\r\n")

        thread = threading.Thread(target=greet)
        thread.start()
        with pytest.raises(
            StanceError, match=r"does not answer as a web server does: SSH-2\.0-Other"
        ):
            Endpoint(url).whole(Request())
        thread.join()


URLS = {
    "ftp://a/b": "begins with https:// or http:// and a host",
    "query": "begins with https:// or http:// and a host",
    "http://": "begins with https:// or http:// and a host",
    "http://a:b/": "is no URL of an endpoint",
    "http://a/b c": "a character that a URL cannot have",
    "http://a/\nb": "a character that a URL cannot have",
}


@pytest.mark.parametrize("url", URLS)
def test_what_is_no_url_is_refused(url: str) -> None:
    with pytest.raises(StanceError, match=URLS[url]):
        Endpoint(url)


def test_a_password_in_a_url_is_refused_and_not_shown() -> None:
    with pytest.raises(StanceError, match="'https://h/q' holds a user or a password") as raised:
        stancegraph.load("sparql:https://me:geheim@h/q")
    assert "geheim" not in str(raised.value)
    assert "STANCEGRAPH_ENDPOINT_TOKEN" in str(raised.value)


@pytest.mark.parametrize("given", ["soon", "0", "-1", "nan"])
def test_a_timeout_is_a_number_of_seconds(monkeypatch: pytest.MonkeyPatch, given: str) -> None:
    monkeypatch.setenv(TIMEOUT, given)
    with pytest.raises(StanceError, match=f"{TIMEOUT} is a number of seconds, up to a day, not"):
        Endpoint("http://127.0.0.1/")


def sent(url: str) -> str | None:
    return authorization(parts_of(url))


BASIC = "Basic " + base64.b64encode(b"me:geheim").decode()


def test_credentials_of_the_environment_go_to_the_server_that_is_asked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv(USER, "me")
    monkeypatch.setenv(PASSWORD, "geheim")
    assert sent("https://example.org/query") == sent("http://127.0.0.1:1/query") == BASIC
    monkeypatch.setenv(TOKEN, "t0ken")
    assert sent("https://example.org/query") == "Bearer t0ken"


def test_credentials_do_not_cross_a_network_unencrypted(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "netrc").write_text("machine example.org login me password geheim\n")
    assert sent("https://example.org/query") == BASIC
    assert sent("http://example.org/query") is None
    monkeypatch.setenv(TOKEN, "t0ken")
    with pytest.raises(StanceError, match=r"would travel to 'example\.org' unencrypted; use https"):
        sent("http://example.org/query")


def test_netrc_is_for_the_host_that_it_names(tmp_path: Path) -> None:
    (tmp_path / "netrc").write_text(
        "machine 127.0.0.1 login me password geheim\ndefault login you password other\n"
    )
    assert sent("http://127.0.0.1:99/query") == BASIC
    assert sent("https://example.org/query") is None


def test_a_broken_netrc_is_named_without_what_it_holds(tmp_path: Path) -> None:
    (tmp_path / "netrc").write_text("machine h login\nmacdef geheim")
    with pytest.raises(StanceError, match="netrc, line 2: this is not as a netrc is") as raised:
        sent("https://h/q")
    assert "geheim" not in str(raised.value)


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        (USER, "me", f"{USER} is set and {PASSWORD} is not"),
        (PASSWORD, "x", f"{PASSWORD} is set and {USER} is not"),
        (TOKEN, "a\r\nHost: b", f"{TOKEN} holds a line end"),
    ],
)
def test_half_or_broken_credentials_are_refused(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, message: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(StanceError, match=message):
        sent("https://example.org/query")


def test_credentials_are_sent_and_never_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(TOKEN, "geheim")

    def refusing(asked: Asked) -> Reply:
        if asked.path == "/away":
            return Reply(307, headers={"Location": f"http://localhost:{free_port()}/query"})
        return Reply(403, "text/plain", b"not you")

    with serving(refusing) as server:
        for path, told in (
            ("query", "not you; the credentials that were sent"),
            ("away", "another"),
        ):
            with pytest.raises(StanceError, match=told) as raised:
                stancegraph.load(f"sparql:{server.url}/{path}")
            assert "geheim" not in str(raised.value)
        assert [a.headers["authorization"] for a in server.asked] == ["Bearer geheim"] * 2
