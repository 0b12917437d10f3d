"""The same graph gives the same bytes, whatever the process, its hash seed and the folder."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from test_docs import EXAMPLE

EXPORTS = ("turtle", "trig", "nquads", "jsonld", "graphml", "csv", "yaml")
ANSWERS = ("table", "json", "csv", "markdown")
CODED = """id,date,person,organization,concept,agreement,note
1,2003-03-18,Ann,Lab,war,yes,b
2,2003-03-19,Bob,Lab,war,no,a
3,2003-03-20,Cid,Con,peace,yes,
"""
MAKE = """
import sys
from click.testing import CliRunner
from stancegraph.cli import main
for line in sys.stdin:
    result = CliRunner().invoke(main, line.split())
    assert result.exit_code == 0, (line, result.output)
"""


def commands() -> list[str]:
    """Return what writes every kind of file: of a debate, and of a graph's file."""
    found = ["import table coded.csv -o coded.duckdb"]
    for of in ("example", "coded.duckdb"):
        stem = of.split(".")[0]
        found += [f"export {form} -g {of} -o {stem}.{form}" for form in EXPORTS]
        found += [f"options -g {of} -f {style} -o {stem}-options.{style}" for style in ANSWERS]
        found += [f"verify {of} --no-shacl -f json -o {stem}-verified.json"]
        found += [f"export parquet -g {of} -o {stem}-parquet"]
    found += ["view --all -g example -o views", "view positions -g example -o positions.png"]
    return [*found, "view agreement -g coded.duckdb -o coded.html"]


def made(folder: Path, seed: int) -> dict[str, bytes]:
    """Make every kind of file in a folder and a process of its own."""
    (folder / "example").mkdir(parents=True)
    (folder / "example" / "debate.yaml").write_text(EXAMPLE, encoding="utf-8")
    (folder / "coded.csv").write_text(CODED, encoding="utf-8")
    subprocess.run(
        [sys.executable, "-c", MAKE],
        input="\n".join(commands()),
        cwd=folder,
        env=os.environ | {"PYTHONHASHSEED": str(seed), "TMPDIR": str(folder.parent)},
        text=True,
        check=True,
    )
    files = sorted(p for p in folder.rglob("*") if p.is_file())
    return {str(p.relative_to(folder)): p.read_bytes() for p in files}


@pytest.fixture(scope="module")
def twice(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, bytes]]:
    made_in = tmp_path_factory.mktemp("bytes")
    return [made(made_in / name, seed) for name, seed in (("here", 1), ("far" * 9, 77))]


def test_all_that_is_exported_has_the_same_bytes_again(twice: list[dict[str, bytes]]) -> None:
    one, two = twice
    assert one.keys() == two.keys()
    assert len(one) > 40
    differing = [n for n in one if one[n] != two[n] and not n.endswith(".duckdb")]
    assert differing == []


def test_an_import_makes_the_same_tables_again(
    twice: list[dict[str, bytes]], tmp_path: Path
) -> None:
    tables = []
    for n, files in enumerate(twice):
        file = tmp_path / f"{n}.duckdb"
        file.write_bytes(files["coded.duckdb"])
        with duckdb.connect(file, read_only=True) as connection:
            names = [t for (t,) in connection.execute("SELECT table_name FROM duckdb_tables() "
                                                      "ORDER BY ALL").fetchall()]  # fmt: skip
            tables.append({t: connection.execute(f"FROM {t}").fetchall() for t in names})
    assert tables[0] == tables[1]
    assert len(tables[0]["evidence"]) == 3
