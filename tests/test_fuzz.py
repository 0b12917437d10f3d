"""Whatever is in a file, a reader reads it or says what is wrong; it does nothing else."""

from __future__ import annotations

import json
import os
import random
import signal
import sqlite3
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from functools import cache
from pathlib import Path
from types import FrameType
from typing import Any, NoReturn

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from readers import CORPUS, READERS, TOLD
from stancegraph.read.debate import load_debate, load_reference
from stancegraph.read.imported import Imported
from stancegraph.store.write import Origin, add

LONGEST = 20
"""Seconds after which a reader of a small file hangs."""

KEPT = sorted(p for name in READERS for p in CORPUS.glob(f"{name}/*"))

HOSTILE = (
    *("", " ", "\x00", "\x1b[2J", "\u202e", "\ufeff", "\ufffe", "\U0010ffff", "\u0660", "²", "--5"),
    *("NaN", "inf", "-inf", "1e999", "-0", "0x10", "9" * 20, "9" * 5000, "-1", "1.5", "1_000"),
    *("9999-99-99", "0000-01-01", "9999-12-31", "0001-01-01", "2024-02-30", "2024", "12:00"),
    *("../../etc/passwd", "/dev/zero", "CON", "http://127.0.0.1:9/", "file:///etc/passwd"),
    *("=cmd()", "@sum", "+1", "-1+1", "'", '"', '"""', "\\", "\\ud800", "\\u0000", "\\N", "%s"),
    *("<script>", "</script>", "&x;", "<!DOCTYPE x>", "]]>", "{{7*7}}", "${x}", "; DROP TABLE x"),
    *("null", "true", "[]", "{}", "[[", "{", "a" * 2000, "(" * 300, "[" * 300, "{a: " * 40),
    *('"\\ud800"', '"\\u202e"', '"\\x00"', '"\\ud83d\\ude00"', "[[]]", '[["http://127.0.0.1:9/"]]'),
    *("reference", "nato", "usa", "supports", "not-disclosed", "\n", "\r", "\t", "\x85", "\u2028"),
)
"""What is put where something else was expected."""


@contextmanager
def alone(name: str, content: bytes) -> Iterator[Path]:
    """Give a file in a folder of its own, where nothing may be left behind."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / f"input{READERS[name].ending}"
        file.write_bytes(content)
        yield file
        assert os.listdir(folder) == [file.name]
        assert file.read_bytes() == content


def hangs(number: int, frame: FrameType | None) -> NoReturn:
    raise TimeoutError(f"a reader took over {LONGEST} s")


def try_to_read(name: str, content: bytes) -> bool:
    """Read a content; return whether it was accepted. Other errors than those for users pass."""
    signal.signal(signal.SIGALRM, hangs)
    with alone(name, content) as file:
        signal.alarm(LONGEST)
        try:
            READERS[name].read(file)
        except TOLD as error:
            said = str(error)
            assert said.strip()
            assert len(said) < 20_000
            return False
        finally:
            signal.alarm(0)
        return True


@pytest.mark.parametrize("kept", KEPT, ids=[f"{p.parent.name}-{p.name}" for p in KEPT])
def test_what_once_was_a_fault_is_none_now(kept: Path) -> None:
    is_accepted = try_to_read(kept.parent.name, kept.read_bytes())
    is_good = kept.name.startswith("seed") and not {"remote", "service"} & {*kept.stem.split("-")}
    assert is_accepted or not is_good


def test_every_reader_has_seeds() -> None:
    assert all(seeds(name) for name in READERS)


@cache
def seeds(name: str) -> tuple[bytes, ...]:
    if name == "graph":
        return (small_graph(),)
    there = (p for p in KEPT if p.parent.name == name and p.name.startswith("seed"))
    return tuple(p.read_bytes() for p in there)


def small_graph() -> bytes:
    """Return the example debate as a graph's file of small blocks."""
    with tempfile.TemporaryDirectory() as folder:
        whole, small = Path(folder) / "whole.duckdb", Path(folder) / "small.duckdb"
        debate = load_debate(CORPUS / "debate/seed-example.yaml")
        add(whole, [Imported(debate)], load_reference(), Origin("test", "x", "0" * 64, ""))
        with duckdb.connect() as connection:
            connection.execute(f"ATTACH '{whole}' AS whole (READ_ONLY)")
            connection.execute(f"ATTACH '{small}' AS small (BLOCK_SIZE 16384)")
            connection.execute("COPY FROM DATABASE whole TO small")
        return small.read_bytes()


Mutation = Callable[[bytes, random.Random], bytes]


def cut(data: bytes, rng: random.Random) -> bytes:
    """Take a piece out, or put it in twice."""
    a, b = sorted(rng.randrange(len(data) + 1) for _ in range(2))
    return data[:a] + data[a:b] * rng.choice((0, 0, 2)) + data[b:]


def flip(data: bytes, rng: random.Random) -> bytes:
    """Change some bytes."""
    changed = bytearray(data)
    for _ in range(rng.randrange(1, 6) if data else 0):
        changed[rng.randrange(len(data))] = rng.randrange(256)
    return bytes(changed)


def word(data: bytes, rng: random.Random) -> bytes:
    """Put something hostile in the place of a word, or of what stands between two."""
    text = data.decode(errors="replace")
    ends = [i for i, c in enumerate(text) if not c.isalnum()] or [0]
    a = rng.choice(ends)
    b = next((e for e in ends if e > a), len(text))
    new = rng.choice(HOSTILE)
    return (text[: a + rng.randrange(2)] + new + text[b:]).encode(errors="replace")


def line(data: bytes, rng: random.Random) -> bytes:
    """Move, repeat or drop lines."""
    lines = data.split(b"\n")
    a, b = rng.randrange(len(lines)), rng.randrange(len(lines))
    lines[a:a] = [lines[b]] * rng.choice((1, 2, 50))
    return b"\n".join(lines[: rng.choice((len(lines), b + 1))])


TEXT: tuple[Mutation, ...] = (cut, flip, word, word, word, line)


def tree(data: bytes, rng: random.Random) -> bytes:
    """Put something else into the place of a value of a JSON document."""
    try:
        whole = json.loads(data)
    except ValueError:
        return data
    places = [*_places(whole)]
    holder, key = rng.choice(places or [([whole], 0)])
    value: Any = rng.choice([None, True, 10**30, -1, 1.5, [], {}, [[]], [[{}]], {"@context": []}])
    inside: list[Any] = [[holder[key]], {"x": holder[key]}]
    holder[key] = rng.choice([value, rng.choice(HOSTILE), "\ud800", *inside])
    return json.dumps(whole).encode()


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    keys = (
        range(len(value)) if isinstance(value, list) else value if isinstance(value, dict) else ()
    )
    for key in list(keys):
        yield value, key
        yield from _places(value[key])


_TABLES = "SELECT name FROM sqlite_master WHERE type = 'table'"


def database(data: bytes, rng: random.Random) -> bytes:
    """Change cells of an SQLite database to what its application would never write."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "x"
        file.write_bytes(data)
        try:
            with closing(sqlite3.connect(file)) as connection:
                table = rng.choice([*connection.execute(_TABLES)])[0]
                columns = [r[1] for r in connection.execute(f'PRAGMA table_info("{table}")')]
                value = rng.choice([None, b"\xff", -1, 2**62, 1.5, "", "x", rng.choice(HOSTILE)])
                changed = f'UPDATE "{table}" SET "{rng.choice(columns)}" = ?'
                rest = rng.choice(["", " WHERE rowid = 1"])
                kinds = [(changed + rest, [value]), (f'DELETE FROM "{table}"', []),
                         (f'DROP TABLE "{table}"', [])]  # fmt: skip
                connection.execute(*rng.choice(kinds[:1] * 8 + kinds[1:]))
                connection.commit()
        except (sqlite3.Error, IndexError, UnicodeError):
            return data
        return file.read_bytes()


def tables(data: bytes, rng: random.Random) -> bytes:
    """Change a graph's tables to what an attacker may make of them."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "x"
        file.write_bytes(data)
        try:
            with duckdb.connect(file) as connection:
                asked = "SELECT table_name, column_name FROM duckdb_columns() ORDER BY ALL"
                table, column = rng.choice(connection.execute(asked).fetchall())
                value = rng.choice([None, -1, 2**31 - 1, 2**40, "9999-12-31", rng.choice(HOSTILE)])
                rest = rng.choice(["", " WHERE rowid = 0"])
                connection.execute(f'UPDATE "{table}" SET "{column}" = ?{rest}', [value])
                for text in rng.choice([[], [], [], [], *_SHAPES]):
                    connection.execute(text.format(table, column))
        except duckdb.Error:
            return data
        return file.read_bytes()


_SHAPES = (
    ['DROP TABLE "{0}"'],
    ['DELETE FROM "{0}"'],
    ['INSERT INTO "{0}" SELECT * FROM "{0}"'],
    ['ALTER TABLE "{0}" DROP COLUMN "{1}"'],
    ['ALTER TABLE "{0}" ALTER "{1}" TYPE VARCHAR'],
    ['ALTER TABLE "{0}" RENAME TO kept', 'CREATE VIEW "{0}" AS SELECT * FROM kept'],
    ["CREATE MACRO list_position(a, b) AS 99"],
)


_UNPACKED = (OSError, ValueError, EOFError, NotImplementedError, RuntimeError)


def packed(data: bytes, rng: random.Random) -> bytes:
    """Change one of the files in a zip file."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "x"
        file.write_bytes(data)
        try:
            with zipfile.ZipFile(file) as old:
                parts = {i.filename: old.read(i) for i in old.infolist()}
            chosen = rng.choice([*parts])
        except (zipfile.BadZipFile, zlib.error, LookupError, *_UNPACKED):
            return data
        parts[chosen] = rng.choice(TEXT)(parts[chosen], rng)
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new:
            for name, part in parts.items():
                new.writestr(name, part)
        return file.read_bytes()


MUTATIONS: dict[str, tuple[Mutation, ...]] = {
    "popolo": (*TEXT, tree, tree),
    "jsonld": (*TEXT, tree, tree),
    "log": (*TEXT, tree, tree, tree),
    "manifest": (*TEXT, tree, tree),
    "dna": (cut, flip, database, database, database),
    "excel": (cut, flip, packed, packed, packed),
    "parquet": (cut, flip),
    "graph": (tables,),
}


@st.composite
def contents(draw: st.DrawFn, name: str) -> bytes:
    """Draw a seed of a reader, changed a few times."""
    data: bytes = draw(st.sampled_from(seeds(name)))
    rng = random.Random(draw(st.integers(0, 2**32)))
    for _ in range(draw(st.integers(1, 4))):
        data = rng.choice(MUTATIONS.get(name, TEXT))(data, rng)
    return data


DRAWN = [name for name in READERS if name != "parquet"]
EXAMPLES = int(os.environ.get("STANCEGRAPH_FUZZ", "15"))


@pytest.mark.parametrize("name", DRAWN)
def test_a_reader_reads_or_says_what_is_wrong(name: str) -> None:
    @settings(
        max_examples=EXAMPLES,
        derandomize=True,
        deadline=None,
        database=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )
    @given(contents(name))
    def reads(content: bytes) -> None:
        try_to_read(name, content)

    reads()
