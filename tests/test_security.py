"""What others give us is data: it is read or refused, and nothing in it is obeyed."""

from __future__ import annotations

import bz2
import gzip
import importlib
import inspect
import io
import lzma
import os
import pkgutil
import re
import shutil
import signal
import socket
import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import NoReturn

import duckdb
import openpyxl
import pytest
from click.testing import CliRunner, Result

import stancegraph
from debates import graph_of, said
from readers import READERS, TOLD
from stancegraph.cli import main
from stancegraph.cli.render import echo
from stancegraph.errors import StanceError
from stancegraph.rdf import serialize, to_rdf
from stancegraph.read.debate import load_debate, load_reference
from stancegraph.read.imported import Imported
from stancegraph.store.file import opened, writing
from stancegraph.store.write import Origin, add
from stancegraph.stored import StoredGraph
from stancegraph.suggest import did_you_mean
from test_fuzz import alone, seeds

ROOT = Path(__file__).parents[1]
ROWS = re.findall(
    r"^\| ([^|]+) \| ([^|]+) \| ([^|]+) \| (.+) \|$",
    (ROOT / "docs/security.md").read_text(encoding="utf-8").partition("\n## ")[0],
    flags=re.MULTILINE,
)[2:]
ORIGIN = Origin(kind="test", files="x", digest="0" * 64, options="")
TABLE = "id,person,concept,agreement\n1,Ann,war,yes\n"


def run(*words: str | Path) -> Result:
    result = CliRunner().invoke(main, [str(w) for w in words])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def test_the_page_has_its_rows() -> None:
    assert len(ROWS) > 30


@pytest.mark.parametrize("row", ROWS, ids=[r[1][:40] for r in ROWS])
def test_every_threat_has_a_test_that_is_there(row: tuple[str, str, str, str]) -> None:
    named = re.findall(r"`(test_\w+)\.py::(test_\w+)`", row[3])
    assert named
    for file, test in named:
        text = (ROOT / "tests" / f"{file}.py").read_text(encoding="utf-8")
        assert re.search(rf"^def {test}\(", text, flags=re.MULTILINE), (file, test)


@pytest.mark.parametrize("name", READERS)
def test_no_reader_opens_a_connection(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*address: object) -> NoReturn:
        raise AssertionError(f"connects to {address}")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    for content in seeds(name):
        with alone(name, content) as file:
            try:
                READERS[name].read(file)
            except TOLD:
                assert b"127.0.0.1" in content


@pytest.mark.parametrize(
    "text",
    [
        '{"@context": "URL", "@id": "x"}',
        '{"@context": ["URL"], "@id": "x"}',
        '{"@context": [["URL"]], "@id": "x"}',
        '{"@context": {"@import": "URL"}, "@id": "x"}',
        '{"@context": {"t": {"@id": "x", "@context": "URL"}}, "t": {"a": 1}}',
        '{"@context": {}, "@graph": [[{"@context": ["URL"]}]]}',
        '{"@context": {"g": "@graph"}, "g": [[[{"@context": {"@import": "file:///etc/passwd"}}]]]}',
    ],
)
def test_a_context_elsewhere_is_never_fetched(text: str, tmp_path: Path) -> None:
    file = tmp_path / "x.jsonld"
    file.write_text(text.replace("URL", "http://127.0.0.1:9/c"), encoding="utf-8")
    result = run("import", "rdf", file, "-o", tmp_path / "g.duckdb")
    assert result.exit_code == 1
    assert "is not fetched; put it into the document" in result.stderr


def test_rdf_as_xml_is_not_read(tmp_path: Path) -> None:
    file = tmp_path / "x.rdf"
    file.write_text('<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>')
    result = run("import", "rdf", file, "-o", tmp_path / "g.duckdb")
    assert "RDF is read from .ttl, .trig, .nq, .jsonld, not '.rdf'" in result.stderr


def test_a_record_that_points_nowhere_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "x.nq"
    whole = next(iter(seeds("nquads"))).decode()
    file.write_text(whole.replace("actors/jane-doe>", "actors/john-doe>"), encoding="utf-8")
    file.write_text(re.sub("speaker> .*actors/[a-z-]+>", lambda m: m[0][:-4] + "xyz>", whole))
    result = run("import", "rdf", file, "-o", tmp_path / "g.duckdb")
    assert result.exit_code == 1
    assert "is not known" in result.stderr


@pytest.fixture(scope="module")
def skies(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("security") / "skies.duckdb"
    add(path, [Imported(load_debate("ukraine-skies"))], load_reference(), ORIGIN)
    return path


@pytest.fixture
def foreign(skies: Path, tmp_path: Path) -> Path:
    """Give a graph's file that is an attacker's to change, and a secret beside it."""
    (tmp_path / "secret.txt").write_text("the secret")
    return Path(shutil.copy(skies, tmp_path / "foreign.duckdb"))


def test_a_foreign_database_reads_no_other_file(foreign: Path) -> None:
    secret = foreign.with_name("secret.txt")
    foreign.unlink()
    with duckdb.connect(foreign) as connection:
        connection.execute(
            f"CREATE VIEW graph AS SELECT 'format' AS name, content AS value "
            f"FROM read_text('{secret}')"
        )
    with pytest.raises(StanceError, match="holds no stancegraph graph") as caught:
        stancegraph.load(foreign).tally()
    assert "the secret" not in str(caught.value)


def test_a_view_in_a_graphs_file_reads_no_other_file(foreign: Path) -> None:
    secret = foreign.with_name("secret.txt")
    with duckdb.connect(foreign) as connection:
        connection.execute("ALTER TABLE record RENAME TO kept")
        connection.execute(
            f"CREATE VIEW record AS SELECT * REPLACE ((SELECT content FROM read_text('{secret}')) "
            "AS name) FROM kept"
        )
    result = run("who", "allied-interception", "-g", foreign)
    assert result.exit_code == 1
    assert "the secret" not in result.output


REACHING = (
    "SELECT * FROM read_text('/etc/hostname')",
    "COPY (SELECT 1) TO 'out.csv'",
    "ATTACH 'other.duckdb'",
    "INSTALL httpfs",
    "LOAD httpfs",
    "SET enable_external_access = true",
    "SET autoload_known_extensions = true",
)


@pytest.mark.parametrize("asked", REACHING)
def test_a_connection_reaches_nothing_but_its_file(
    asked: str, foreign: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(foreign.parent)
    reader = opened(foreign)
    with pytest.raises((duckdb.PermissionException, duckdb.InvalidInputException)):
        reader.execute(asked)
    reader.close()
    with pytest.raises(StanceError, match="cannot be written"), writing(foreign) as writer:
        writer.execute(asked)
    assert sorted(os.listdir()) == ["foreign.duckdb", "secret.txt"]


ODD = (
    "UPDATE evidence SET speaker = 9999",
    "UPDATE evidence SET kind = 'rumour'",
    "UPDATE stance SET option = -5",
    "UPDATE record SET record = '{' WHERE register = 'options'",
    "UPDATE record SET record = '[]' WHERE register = 'options'",
    "UPDATE record SET n = n + 1 WHERE register = 'actors'",
    "ALTER TABLE evidence DROP COLUMN mode",
    "ALTER TABLE stance ALTER level TYPE VARCHAR; UPDATE stance SET level = 'x'",
    "DROP TABLE stance",
)


@pytest.mark.parametrize("broken", ODD)
def test_a_graphs_file_that_is_broken_is_told_and_no_traceback(broken: str, foreign: Path) -> None:
    with duckdb.connect(foreign) as connection:
        connection.execute(broken)
    for question in (["who", "allied-interception"], ["align", "pol"], ["evidence"], ["options"]):
        result = run(*question, "-g", foreign)
        assert result.exit_code in (0, 1)
        assert result.exit_code == 0 or result.stderr.startswith("Error: ")
    assert run("verify", foreign, "--no-shacl").exit_code == 1


def test_no_text_reaches_sql(tmp_path: Path) -> None:
    evil = "x'); DROP TABLE record; --"
    table, graph = tmp_path / "t.csv", tmp_path / "g.duckdb"
    table.write_text(f'id,person,concept,agreement,"{evil}"\n1,"{evil}","{evil}",yes,"{evil}"\n')
    assert run("import", "table", table, "-o", graph).exit_code == 0
    found = run("who", evil, "-g", graph, "-f", "json")
    assert (found.exit_code, found.stderr) == (0, "")
    with closing(StoredGraph(graph)) as whole:
        for field in (evil, "holder"):
            assert len(whole.held(whole.scope(filters={field: ("' OR 1=1 --",)}))) == 0
        assert len(whole.held(whole.scope(filters={evil: (evil,)}))) == 1
    refused = run("align", evil, "-g", graph, "--filter", "' OR 1=1")
    assert 'records have no field "\' OR 1"' in refused.stderr
    assert run("verify", graph).exit_code == 0


def test_a_parquet_file_of_a_starred_name_is_itself(tmp_path: Path) -> None:
    names = ("a-secret.parquet", "a*.parquet")
    with duckdb.connect() as connection:
        for name, who in zip(names, ("Secret", "Ann"), strict=True):
            one = tmp_path / "one.parquet"
            connection.execute(
                f"COPY (SELECT '{who}' AS person, 'war' AS concept, 'yes' AS agreement) TO '{one}'"
            )
            one.rename(tmp_path / name)
    graph = tmp_path / "g.duckdb"
    assert run("import", "table", tmp_path / "a*.parquet", "-o", graph).exit_code == 0
    assert [e.speaker for e in stancegraph.load(graph).debate.evidence] == ["ann"]


BOMB = TABLE.encode() + b"1,Ann,war,yes\n" * 200_000


def zipped(content: bytes, name: str = "t.csv") -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr(name, content)
    return out.getvalue()


PACKED: dict[str, Callable[[bytes], bytes]] = {
    "gz": gzip.compress,
    "bz2": bz2.compress,
    "xz": lzma.compress,
    "zip": zipped,
}


@pytest.mark.parametrize("kind", PACKED)
def test_what_unpacks_to_much_more_is_refused(kind: str, tmp_path: Path) -> None:
    bomb = tmp_path / f"t.csv.{kind}"
    bomb.write_bytes(PACKED[kind](BOMB))
    result = run("import", "table", bomb, "-o", tmp_path / "g.duckdb")
    assert result.exit_code == 1
    assert "it unpacks to over 200 times its size" in result.stderr
    assert os.listdir(tmp_path) == [bomb.name]


def test_a_name_in_a_zip_file_leads_nowhere(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    packed = tmp_path / "in/t.csv.zip"
    packed.write_bytes(zipped(TABLE.encode(), "../../evil.csv"))
    assert run("import", "table", packed, "-o", tmp_path / "g.duckdb").exit_code == 0
    assert sorted(os.listdir(tmp_path)) == ["g.duckdb", "in"]
    assert os.listdir(tmp_path / "in") == ["t.csv.zip"]


def workbook(change: Callable[[bytes], bytes]) -> bytes:
    """Return a workbook whose sheet was changed."""
    book, out = openpyxl.Workbook(), io.BytesIO()
    for line in TABLE.split():
        book.worksheets[0].append(line.split(","))
    book.save(out)
    changed = io.BytesIO()
    with zipfile.ZipFile(out) as old, zipfile.ZipFile(changed, "w") as new:
        for part in old.namelist():
            new.writestr(part, change(old.read(part)) if part.endswith(".xml") else old.read(part))
    return changed.getvalue()


LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10 if n else "ha" * 10}">' for n in range(10))


@pytest.mark.parametrize(
    ("entities", "name"),
    [(LAUGHS, "l9"), ('<!ENTITY secret SYSTEM "file:///etc/hostname">', "secret")],
    ids=["ever more", "a file"],
)
def test_entities_of_a_workbook_are_not_expanded(entities: str, name: str, tmp_path: Path) -> None:
    def change(part: bytes) -> bytes:
        body = re.sub(rb"^<\?xml[^>]*>\s*", b"", part).replace(b"Ann", f"&{name};".encode())
        root = re.match(rb"<([\w:]+)", body)
        assert root
        return b"<!DOCTYPE " + root[1] + b" [" + entities.encode() + b"]>" + body

    file = tmp_path / "t.xlsx"
    file.write_bytes(workbook(change))
    result = run("import", "table", file, "-o", tmp_path / "g.duckdb")
    hostname = Path("/etc/hostname")
    assert result.exit_code == 1
    assert not hostname.exists() or hostname.read_text().strip() not in result.output


@pytest.mark.parametrize("name", ["evidence.yaml", "x.yml"])
def test_a_device_or_a_pipe_in_a_debate_is_not_read(name: str, tmp_path: Path) -> None:
    (tmp_path / "debate.yaml").write_text("debate: {id: abc, title: T}\n")
    (tmp_path / name).symlink_to("/dev/zero")
    result = run("check", tmp_path)
    assert result.exit_code == 1
    assert "a device or a pipe, which may never end; put a file there" in result.stderr


def test_ids_do_not_name_files(tmp_path: Path) -> None:
    evil = "../../evil"
    debate = graph_of(said("e01", "pol", "opt", "supports", "2024-05-01")).debate
    (tmp_path / "in").mkdir()
    file = tmp_path / "in" / "x.nq"
    file.write_text(serialize(to_rdf(replace(debate, id=evil)), "nquads"))
    graph = tmp_path / "in" / "g.duckdb"
    assert run("import", "rdf", file, "-o", graph).exit_code == 0
    assert stancegraph.load(graph).debate.id == evil
    assert run("view", "--all", "-g", graph, "-o", tmp_path / "out").exit_code == 0
    assert sorted(os.listdir(tmp_path)) == ["in", "out"]
    assert {p.suffix for p in (tmp_path / "out").iterdir()} == {".html", ".svg"}


def test_what_is_no_graph_is_not_written_over(tmp_path: Path) -> None:
    table, notes = tmp_path / "t.csv", tmp_path / "notes.txt"
    table.write_text(TABLE)
    notes.write_text("my notes " * 2000)
    result = run("import", "table", table, "-o", notes)
    assert result.exit_code == 1
    assert notes.read_text() == "my notes " * 2000


HOSTILE = "\x1b[2J\x9b31m\u202eevil\u2066\x07"


@pytest.mark.parametrize(
    "header", [f"person,concept,{HOSTILE}", f"person,concept,agreement,{HOSTILE}"]
)
def test_a_message_cannot_rewrite_the_terminal(header: str, tmp_path: Path) -> None:
    table = tmp_path / "t.csv"
    table.write_text(f"{header}\nAnn,war,{HOSTILE},\n", encoding="utf-8")
    result = run("import", "table", table, "-o", tmp_path / "g.duckdb")
    assert result.exit_code == 1
    assert "evil" in result.stderr or "[2J" in result.stderr
    assert not set(HOSTILE) & set(result.output) - set("[2J31mevil")


def test_notes_of_an_import_cannot_rewrite_the_terminal(tmp_path: Path) -> None:
    table = tmp_path / "t.csv"
    table.write_text(f"date,subject,relation,object\n2014-01-01,Peru,{HOSTILE},Chile\n")
    result = run("import", "events", table, "-o", tmp_path / "g.duckdb")
    assert result.exit_code == 0
    assert "evil" in result.stdout
    assert not set(HOSTILE) & set(result.output) - set("[2J31mevil")


class Terminal(io.StringIO):
    """Standard output that is a terminal."""

    def isatty(self) -> bool:
        return True


def test_exact_formats_are_made_safe_for_a_terminal_only(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    echo(f"{HOSTILE}\tb\n", nl=False)
    assert capsys.readouterr().out == f"{HOSTILE}\tb\n"
    shown = Terminal()
    monkeypatch.setattr("sys.stdout", shown)
    echo(f"{HOSTILE}\tb\n", nl=False)
    assert shown.getvalue() == "\ufffd[2J\ufffd31m\ufffdevil\ufffd\ufffd    b\n"


Search = Callable[[str], object]


def patterns() -> Iterator[tuple[str, Search]]:
    """Yield every way in which a module of ours looks for a pattern that it keeps."""
    for found in pkgutil.walk_packages(stancegraph.__path__, "stancegraph."):
        if found.name.endswith("__main__") or ".spark" in found.name:
            continue
        module = importlib.import_module(found.name)
        source = inspect.getsource(module)
        for name, value in vars(module).items():
            if isinstance(value, re.Pattern) and isinstance(value.pattern, str):
                for way in {*re.findall(rf"\b{name}\.(\w+)\(", source)}:
                    yield f"{found.name}.{name}.{way}", _WAYS[way](value)


_WAYS: dict[str, Callable[[re.Pattern[str]], Search]] = {
    "fullmatch": lambda p: p.fullmatch,
    "match": lambda p: p.match,
    "search": lambda p: p.search,
    "findall": lambda p: p.findall,
    "finditer": lambda p: lambda text: [*p.finditer(text)],
    "split": lambda p: p.split,
    "sub": lambda p: lambda text: p.sub("", text),
}


LONG = 60_000
ATTACKS = (
    *("a", "0", " ", "-", "_", ".", "#", "=", "(", '"', "'", "\\", "/", "\n", "\t", "é", "%"),
    *(
        "a-",
        "0-",
        "a ",
        "# ",
        "a=",
        "(a",
        "\\\\",
        "\n ",
        "a.b",
        "//",
        "''",
        '""',
        "{}",
        "<a",
        "?a ",
    ),
)


def test_no_pattern_takes_longer_than_its_text_is_long() -> None:
    trying = ["", ""]

    def stuck(*_: object) -> NoReturn:
        raise AssertionError("{} backtracks on {!r}".format(*trying))

    signal.signal(signal.SIGALRM, stuck)
    found = list(patterns())
    for name, look_for in found:
        for attack in ATTACKS:
            for start, end in (("", ""), ("# ", ""), ("", "\x00"), ("# ", "\x00")):
                trying[:] = name, attack
                signal.alarm(10)
                look_for(f"{start}{attack * (LONG // len(attack))}{end}")
                signal.alarm(0)
    assert len(found) > 30


def test_long_words_are_not_compared() -> None:
    assert did_you_mean("allied-interceptor", ["allied-interception", "x" * 10**6]) == (
        "; did you mean 'allied-interception'?"
    )
    assert did_you_mean("x" * 201, ["x" * 200]) == ""


def test_json_of_answers_is_no_script_on_a_page() -> None:
    graph = graph_of(said("e01", "pol", "opt", "supports", "2024-05-01", sure="certain"))
    evil = "</script><script>alert(1)</script>"
    page = graph.view("positions", title=evil).html
    assert evil not in page
