"""A graph's file of every format that was ever written still opens.

tests/formats holds one of each, of the shipped debate, gzipped. One of the present format is made
by `python tests/formats/make.py`; the older ones were made by the versions that wrote them.
"""

from __future__ import annotations

import gzip
import os
import re
import stat
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import duckdb
import pytest
from click.testing import CliRunner

import stancegraph
from stancegraph.cli import main
from stancegraph.errors import StanceError
from stancegraph.store.file import format_now, opened, writing
from stancegraph.store.tables import FORMAT, TABLES

KEPT = Path(__file__).with_name("formats")
FORMATS = tuple(str(n) for n in range(1, int(FORMAT) + 1))
OLDER = FORMATS[:-1]
TYPES = "SELECT table_name, column_name, data_type FROM duckdb_columns() WHERE NOT internal"


def put(form: str, folder: Path, name: str = "g.duckdb") -> Path:
    """Unpack the file of a format into a folder."""
    path = folder / name
    path.write_bytes(gzip.decompress((KEPT / f"format-{form}.duckdb.gz").read_bytes()))
    return path


def answers(graph: str | Path) -> list[dict[str, Any]]:
    loaded = stancegraph.load(graph)
    asked = (loaded.who("allied-interception"), loaded.align("Poland"), loaded.evidence())
    return [{k: v for k, v in a.to_dict().items() if k != "reproduce"} for a in asked]


def columns(path: Path) -> list[tuple[Any, ...]]:
    with duckdb.connect(path, read_only=True) as connection:
        return sorted(connection.execute(TYPES).fetchall())


def test_a_file_of_every_format_is_kept() -> None:
    assert sorted(p.name for p in KEPT.glob("*.gz")) == [f"format-{n}.duckdb.gz" for n in FORMATS]


@pytest.mark.parametrize("form", FORMATS)
def test_a_file_of_every_format_answers_as_the_debate_does(form: str, tmp_path: Path) -> None:
    path = put(form, tmp_path)
    assert answers(path) == answers("ukraine-skies")
    assert format_now(path) == FORMAT


@pytest.mark.parametrize("form", FORMATS)
def test_after_opening_it_has_the_tables_of_the_present_format(form: str, tmp_path: Path) -> None:
    path = put(form, tmp_path)
    opened(path).close()
    with duckdb.connect(tmp_path / "new.duckdb") as connection:
        connection.execute(TABLES)
    assert columns(path) == columns(tmp_path / "new.duckdb")


@pytest.mark.parametrize("form", OLDER)
def test_the_older_file_is_kept_byte_for_byte(form: str, tmp_path: Path) -> None:
    path = put(form, tmp_path, "un votes.duckdb")
    before = path.read_bytes()
    path.chmod(0o640)
    opened(path).close()
    kept = tmp_path / f"un votes.format-{form}.duckdb"
    assert kept.read_bytes() == before
    assert sorted(os.listdir(tmp_path)) == sorted([path.name, kept.name])
    assert stat.S_IMODE(path.stat().st_mode) == stat.S_IMODE(kept.stat().st_mode) == 0o640


def test_where_the_older_file_is_kept_is_told_once(tmp_path: Path) -> None:
    path = put("1", tmp_path)
    asked = ["log", "-g", str(path)]
    assert CliRunner().invoke(main, asked).stderr == (
        f"{path} was of the older format '1'; it is kept as {tmp_path / 'g.format-1.duckdb'}\n"
    )
    assert CliRunner().invoke(main, asked).stderr == ""


@pytest.mark.parametrize("form", OLDER)
def test_a_writer_migrates_too(form: str, tmp_path: Path) -> None:
    path = put(form, tmp_path)
    with writing(path) as connection:
        connection.execute("INSERT INTO attribute VALUES ('options', 'x', 'body', 'GA')")
    assert format_now(path) == FORMAT
    assert (tmp_path / f"g.format-{form}.duckdb").exists()


def test_a_copy_that_is_there_is_not_overwritten(tmp_path: Path) -> None:
    path, other = put("1", tmp_path), tmp_path / "g.format-1.duckdb"
    before = path.read_bytes()
    other.write_bytes(b"what somebody keeps under this name")
    opened(path).close()
    assert other.read_bytes() == b"what somebody keeps under this name"
    assert (tmp_path / "g.format-1-2.duckdb").read_bytes() == before


def test_a_migration_that_was_killed_is_made_again_with_one_copy(tmp_path: Path) -> None:
    path = put("1", tmp_path)
    (tmp_path / "g.format-1.duckdb").write_bytes(path.read_bytes())
    (tmp_path / ".g.duckdb.part").write_bytes(path.read_bytes()[:5000])
    (tmp_path / ".g.format-1.duckdb.part").write_bytes(b"half")
    opened(path).close()
    assert sorted(os.listdir(tmp_path)) == ["g.duckdb", "g.format-1.duckdb"]


def test_what_another_program_left_beside_an_older_file_is_not_lost(tmp_path: Path) -> None:
    path = put("1", tmp_path)
    left_beside(path, "INSERT INTO attribute VALUES ('options', 'x', 'body', 'GA')")
    with closing(opened(path)) as connection:
        assert connection.execute("SELECT value FROM attribute").fetchall() == [("GA",)]
    assert sorted(os.listdir(tmp_path)) == ["g.duckdb", "g.format-1.duckdb"]


def left_beside(path: Path, sql: str) -> None:
    """Let a DuckDB program commit to a file and be killed, so that a .wal stays."""
    program = (
        "import duckdb, os, sys\n"
        "c = duckdb.connect(sys.argv[1])\n"
        "c.execute(sys.argv[2])\n"
        "os.kill(os.getpid(), 9)\n"
    )
    subprocess.run([sys.executable, "-c", program, str(path), sql], check=False)
    assert path.with_name(f"{path.name}.wal").exists()


@pytest.fixture
def shelf() -> Iterator[Path]:
    """Give a folder into which everybody may look and nobody but root may put anything."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o555)
        yield Path(folder)
        Path(folder).chmod(0o755)


def test_an_older_file_that_cannot_be_migrated_is_told(shelf: Path, tmp_path: Path) -> None:
    shelf.chmod(0o755)
    path, other = put("1", shelf), put("1", tmp_path)
    shelf.chmod(0o555)
    program = (
        "import os, sys, stancegraph\n"
        "stancegraph.load(sys.argv[1])\n"  # all that is needed is imported now
        "if os.geteuid() == 0: os.setuid(65534)\n"
        "try: stancegraph.load(sys.argv[2])\n"
        "except stancegraph.StanceError as error: print(error)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(other), str(path)],
        capture_output=True,
        text=True,
        check=True,
    )
    assert re.fullmatch(
        r".*g\.duckdb has the older format '1' and is brought to '2' when it is opened, which "
        r"failed: cannot write .*g\.duckdb: Permission denied; open it in a folder that can be "
        r"written to\n",
        done.stdout,
    ), done.stderr
    assert os.listdir(shelf) == ["g.duckdb"]


def with_format(path: Path, form: str | None) -> Path:
    with duckdb.connect(path) as connection:
        connection.execute("DELETE FROM graph WHERE name = 'format'")
        if form is not None:
            connection.execute("INSERT INTO graph VALUES ('format', ?)", [form])
    return path


def test_a_file_from_a_newer_version_is_refused_and_stays_as_it_was(tmp_path: Path) -> None:
    path = with_format(put(FORMAT, tmp_path), "3")
    before = path.read_bytes()
    told = CliRunner().invoke(main, ["who", "allied-interception", "-g", str(path)])
    assert (told.exit_code, told.stdout) == (1, "")
    assert told.stderr == (
        f"Error: {path} has format '3' and this version reads '2'; a newer version of stancegraph "
        "wrote it: update yours\n"
    )
    with pytest.raises(StanceError, match="newer version"), writing(path):
        pass
    assert path.read_bytes() == before
    assert os.listdir(tmp_path) == ["g.duckdb"]


@pytest.mark.parametrize("form", ["0", "-1", "", "two", "1; DROP TABLE graph", None])
def test_a_file_of_a_format_that_never_was_is_refused(form: str | None, tmp_path: Path) -> None:
    path = with_format(put(FORMAT, tmp_path), form)
    with pytest.raises(StanceError, match=r"has format .* reads '2'; import the sources again"):
        stancegraph.load(path)


def cut(content: bytes) -> bytes:
    return content[: len(content) // 2]


def only_its_first_kilobytes(content: bytes) -> bytes:
    return content[:5000]


def without_its_header(content: bytes) -> bytes:
    return b"\0" * 4096 + content[4096:]


def of_noise(content: bytes) -> bytes:
    return content[:12_288] + bytes(range(256)) * (len(content[12_288:]) // 256)


DAMAGES = (cut, only_its_first_kilobytes, without_its_header, of_noise)


@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize("form", FORMATS)
def test_a_damaged_file_is_refused_and_not_migrated(
    form: str, damage: Callable[[bytes], bytes], tmp_path: Path
) -> None:
    path = put(form, tmp_path)
    path.write_bytes(damage(path.read_bytes()))
    before = path.read_bytes()
    with pytest.raises(StanceError, match=r"g\.duckdb"):
        stancegraph.load(path)
    assert path.read_bytes() == before
