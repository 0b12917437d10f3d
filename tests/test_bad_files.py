"""Files that are broken give one clear error, or counted skips, and never half a graph."""

from __future__ import annotations

import bz2
import gzip
import io
import json
import lzma
import os
import zipfile
from collections.abc import Iterator
from pathlib import Path

import duckdb
import openpyxl
import pytest
from click.testing import CliRunner

from stancegraph.cli import main

GOOD: dict[str, str] = {
    "table": (
        "id,date,person,concept,agreement\n1,2003-03-18,Ann,war,yes\n2,2003-03-19,Bob,war,no\n"
    ),
    "unvotes": "rcid,country,country_code,vote\n3,France,FR,yes\n3,Peru,PE,no\n",
    "events": "date,subject,relation,object\n2014-01-01,Peru,Reject,Chile\n",
    "memberships": "member,organization,since,until\nPeru,nato,1999,2014\n",
    "offices": "person,office,country,since,until\nAnn,Leader,Peru,1999,2014\n",
}
FIELDS = {kind: text.split("\n", 1)[0].split(",") for kind, text in GOOD.items()}
LAST = {kind: text.strip().rsplit("\n", 1)[1].split(",") for kind, text in GOOD.items()}

Case = tuple[str, str, bytes]
"""Kind of import, file name, content."""


def changed(kind: str, field: str, value: str) -> bytes:
    """Return the good file with another value in its last row."""
    row = [
        value if name == field else cell
        for name, cell in zip(FIELDS[kind], LAST[kind], strict=True)
    ]
    return (GOOD[kind].strip().rsplit("\n", 1)[0] + "\n" + ",".join(row) + "\n").encode()


def damaged_text(kind: str) -> Iterator[Case]:
    good = GOOD[kind].encode()
    header, rest = good.split(b"\n", 1)
    first = header.split(b",")[0]
    yield kind, "empty.csv", b""
    yield kind, "header-only.csv", header + b"\n"
    yield kind, "blank-rows.csv", header + b"\n\n,,,\n"
    yield kind, "garbage.csv", bytes(range(256)) * 40
    yield kind, "nul.csv", good.replace(b"e", b"\x00")
    yield kind, "twice.csv", header + b"," + first + b"\n" + rest.replace(b"\n", b",x\n")
    yield kind, "unnamed.csv", header.replace(first, b"", 1) + b"\n" + rest
    yield kind, "other-header.csv", b"alpha,beta\n1,2\n"
    yield kind, "one-column.csv", b"word\nhello\n"
    yield kind, "long-row.csv", good + b"1,2,3,4,5,6,7,8,9\n"
    yield kind, "short-row.csv", good + b"1\n"
    yield kind, "huge-field.csv", good + b'"' + b"x" * 1_100_000 + b"\n"
    yield kind, "cut-gzip.csv.gz", gzip.compress(good * 500)[:-12]
    yield kind, "no-gzip.csv.gz", good
    yield kind, "cut-bzip.csv.bz2", bz2.compress(good * 500)[:-12]
    yield kind, "cut-xz.csv.xz", lzma.compress(good * 500)[:-12]
    yield kind, "no-zip.csv.zip", good
    yield kind, "two-files.csv.zip", zipped({"a.csv": good, "b.csv": good})
    yield kind, "no-excel.xlsx", good
    yield kind, "no-parquet.parquet", good
    yield kind, "cut-parquet.parquet", parquet(GOOD[kind])[:-9]
    yield kind, "old.xls", good
    yield kind, "picture.png", b"\x89PNG\r\n\x1a\n" + good
    yield kind, "no-suffix", good
    yield kind, "cut-utf16.csv", ("\ufeff" + GOOD[kind]).encode("utf-16-le")[:-1]


def damaged_excel(kind: str) -> Iterator[Case]:
    rows = [line.split(",") for line in GOOD[kind].strip().split("\n")]
    whole = excel(rows)
    for share in (0.1, 0.5, 0.9):
        yield kind, f"cut-{share}.xlsx", whole[: int(len(whole) * share)]
    yield kind, "no-rows.xlsx", excel(rows[:1])
    yield kind, "no-cells.xlsx", excel([])
    yield kind, "formula.xlsx", excel([rows[0], ["=A1&B1", *rows[1][1:]]])
    yield kind, "bomb.xlsx", zipped({"xl/workbook.xml": b"0" * 60_000_000})
    yield kind, "no-workbook.xlsx", zipped({"hello.txt": b"hello"})
    yield kind, "twice.xlsx", excel([[*rows[0], rows[0][0]], [*rows[1], "x"]])


def wrong_cells() -> Iterator[Case]:
    words: dict[str, dict[str, tuple[str, ...]]] = {
        "table": {
            "agreement": ("maybe", "NaN", "inf", "", "3", "1e9", "yes!", "0x1"),
            "date": ("18/03/2003", "2003-13-01", "NaN", "yesterday", "2003-02-30", "18 March", "1"),
            "concept": ("",),
            "person": ("",),
            "id": ("1", ""),
        },
        "unvotes": {"vote": ("maybe", "", "1", "NaN", "ja")},
        "events": {
            "date": ("", "x", "2014-13-01", "NaN", "01/02/2014"),
            "subject": ("",),
            "relation": ("",),
            "object": ("",),
        },
        "memberships": {
            "since": ("x", "1999-13", "NaN", "inf", "2020"),
            "until": ("x", "1980", "2014-02-30"),
        },
        "offices": {"since": ("x", "NaN", "2020"), "until": ("x", "1980"), "person": ("",)},
    }
    for kind, fields in words.items():
        for field, values in fields.items():
            for at, value in enumerate(values):
                yield kind, f"{field}-{at}.csv", changed(kind, field, value)


POPOLO = {
    "nothing": b"",
    "no-json": b"{",
    "list": b"[]",
    "text": b'"persons"',
    "other": b'{"hello": 1}',
    "no-list": b'{"persons": {}}',
    "no-object": b'{"persons": [1]}',
    "no-id": b'{"persons": [{"name": "Ann"}]}',
    "no-name": b'{"persons": [{"id": "1"}]}',
    "name-number": b'{"persons": [{"id": "1", "name": {}}]}',
    "stranger": b'{"memberships": [{"person_id": "x", "organization_id": "y"}]}',
    "bad-date": json.dumps(
        {
            "persons": [{"id": "p", "name": "Ann"}],
            "organizations": [{"id": "o", "name": "House"}],
            "memberships": [{"person_id": "p", "organization_id": "o", "start_date": "x"}],
        }
    ).encode(),
    "no-votes": b'{"vote_events": [{"id": "v", "votes": {}}]}',
    "vote-number": b'{"vote_events": [{"id": "v", "votes": [1]}]}',
    "vote-word": b'{"vote_events": [{"id": "v", "votes": [{"voter_id": "p", "option": "hm"}]}]}',
    "voter": b'{"vote_events": [{"id": "v", "votes": [{"voter_id": "p", "option": "yes"}]}]}',
    "no-event-id": b'{"vote_events": [{"votes": []}]}',
    "latin": '{"persons": [{"id": "1", "name": "Zoë"}]}'.encode("latin-1"),
    "deep": b"[" * 100_000,
    "twice": json.dumps(
        {
            "persons": [{"id": "p", "name": "Ann"}],
            "vote_events": [{"id": "v", "votes": [{"voter_id": "p", "option": "yes"}] * 2}],
        }
    ).encode(),
}
RDF = {
    "empty.ttl": b"",
    "garbage.ttl": b"<<<>>> nonsense",
    "latin.ttl": "<a> <b> 'Zoë' .".encode("latin-1"),
    "others.ttl": b"<http://a.example/x> <http://a.example/y> 1 .",
    "garbage.trig": b"{{{",
    "garbage.nq": b"hello",
    "garbage.jsonld": b"{",
    "remote.jsonld": b'{"@context": "http://a.example/context"}',
    "cut.jsonld": b'{"@context": {}, "@graph": [',
    "other.txt": b"hello",
}
DNA = {
    "empty.dna": b"",
    "garbage.dna": b"hello" * 999,
    "header.dna": b"SQLite format 3\x00" + b"\x00" * 4000,
    "csv.dna": GOOD["table"].encode(),
}


def all_cases() -> list[Case]:
    cases = [c for kind in GOOD for c in (*damaged_text(kind), *damaged_excel(kind))]
    cases += wrong_cells()
    cases += [("popolo", f"{name}.json", content) for name, content in POPOLO.items()]
    cases += [("rdf", name, content) for name, content in RDF.items()]
    cases += [("dna", name, content) for name, content in DNA.items()]
    return cases


def zipped(files: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in files.items():
            packed.writestr(name, content)
    return out.getvalue()


def excel(rows: list[list[str]]) -> bytes:
    book, out = openpyxl.Workbook(), io.BytesIO()
    for row in rows:
        book.worksheets[0].append(row)
    book.save(out)
    return out.getvalue()


def parquet(text: str) -> bytes:
    header, *rows = (line.split(",") for line in text.strip().split("\n"))
    values = ", ".join("(" + ", ".join(f"'{cell}'" for cell in row) + ")" for row in rows)
    names = ", ".join(f'"{name}"' for name in header)
    file = Path(os.environ.get("TMPDIR", "/tmp")) / f"stancegraph-{os.getpid()}.parquet"
    with duckdb.connect() as connection:
        connection.execute(
            f"COPY (SELECT * FROM (VALUES {values}) AS t({names})) TO '{file}' (FORMAT parquet)"
        )
    content = file.read_bytes()
    file.unlink()
    return content


CASES = all_cases()


def test_there_are_many() -> None:
    assert len(CASES) >= 200
    assert len({(kind, name) for kind, name, _ in CASES}) == len(CASES)


@pytest.mark.parametrize(
    ("kind", "name", "content"), CASES, ids=[f"{kind}-{name}" for kind, name, _ in CASES]
)
def test_a_broken_file_gives_one_clear_error(
    tmp_path: Path, kind: str, name: str, content: bytes
) -> None:
    (tmp_path / "in").mkdir()
    file, graph = tmp_path / "in" / name, tmp_path / "g.duckdb"
    file.write_bytes(content)
    result = CliRunner().invoke(main, ["import", kind, str(file), "-o", str(graph)])
    assert result.exit_code == 1
    assert isinstance(result.exception, SystemExit), result.exception
    assert result.stderr.startswith("Error: ")
    assert name in result.stderr
    assert "Traceback" not in result.stderr
    assert len(result.stderr) < 3_000
    assert os.listdir(tmp_path) == ["in"]


ROWS = list(wrong_cells())


@pytest.mark.parametrize(
    ("kind", "name", "content"), ROWS, ids=[f"{kind}-{name}" for kind, name, _ in ROWS]
)
def test_a_bad_row_can_be_left_out_and_is_counted(
    tmp_path: Path, kind: str, name: str, content: bytes
) -> None:
    file, graph = tmp_path / name, tmp_path / "g.duckdb"
    file.write_bytes(content)
    words = ["import", kind, str(file), "-o", str(graph), "--skip-bad"]
    result = CliRunner().invoke(main, words)
    assert result.exit_code == 0, result.output
    assert "skipped 1 rows in all" in result.stdout
    number = len(GOOD[kind].strip().split("\n"))
    assert f"skipped: {file}, row {number}: " in result.stdout


@pytest.mark.parametrize("kind", GOOD)
def test_the_good_file_is_good(tmp_path: Path, kind: str) -> None:
    for name, content in (
        ("good.csv", GOOD[kind].encode()),
        ("good.csv.gz", gzip.compress(GOOD[kind].encode())),
        ("good.xlsx", excel([line.split(",") for line in GOOD[kind].strip().split("\n")])),
        ("good.parquet", parquet(GOOD[kind])),
    ):
        (tmp_path / name).write_bytes(content)
        graph = tmp_path / f"{name}.duckdb"
        result = CliRunner().invoke(main, ["import", kind, str(tmp_path / name), "-o", str(graph)])
        assert result.exit_code == 0, (name, result.output)


@pytest.mark.parametrize("share", [0.2, 0.5, 0.8, 0.99])
def test_a_cut_database_of_dna_is_said_to_be_damaged(
    tmp_path: Path, shared: Path, share: float
) -> None:
    whole = (shared / "data/dna_sample/sample.dna").read_bytes()
    file = tmp_path / "cut.dna"
    file.write_bytes(whole[: int(len(whole) * share)])
    result = CliRunner().invoke(
        main, ["import", "dna", str(file), "-o", str(tmp_path / "g.duckdb")]
    )
    assert result.exit_code == 1
    assert "damaged" in result.stderr
    assert os.listdir(tmp_path) == ["cut.dna"]
