"""Make a file of the present format for the tests: the shipped debate, and a change taken back.

Run: python tests/formats/make.py, once for each format, by the last version that writes it.
"""

from __future__ import annotations

import gzip
import tempfile
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TypedDict

import duckdb

from stancegraph.change.home import home_of
from stancegraph.change.operations import added, undone
from stancegraph.read.debate import load_debate, load_reference
from stancegraph.read.imported import Imported
from stancegraph.store.tables import FORMAT
from stancegraph.store.write import Origin, add


class By(TypedDict):
    """Who makes a change, and when."""

    who: str
    time: datetime


HERE = Path(__file__).parent
BY = By(who="tester", time=datetime(2024, 7, 1, tzinfo=UTC))


def main() -> None:
    """Write format-N.duckdb.gz; small blocks make it a fifth of the size."""
    with tempfile.TemporaryDirectory() as folder:
        made, small = Path(folder) / "made.duckdb", Path(folder) / "small.duckdb"
        origin = Origin(kind="debate", files="ukraine-skies", digest="", options="")
        debate = load_debate("ukraine-skies")
        add(made, [Imported(debate)], load_reference(), origin)
        home = home_of(made)
        home.make(added({"evidence": [replace(debate.evidence[0], id="again")]}), **BY)
        home.make(undone(home.part(["again"]), home.log), **BY)
        with duckdb.connect() as connection:
            connection.execute("ATTACH ? AS made (READ_ONLY)", [str(made)])
            connection.execute("ATTACH ? AS small (BLOCK_SIZE 16384)", [str(small)])
            connection.execute("COPY FROM DATABASE made TO small")
        packed = gzip.compress(small.read_bytes(), mtime=0)
        (HERE / f"format-{FORMAT}.duckdb.gz").write_bytes(packed)


if __name__ == "__main__":
    main()
