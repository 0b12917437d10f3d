"""Make a graph of any size as Parquet, from a seed: votes of camps never quite of one mind.

Run: python benchmarks/generate.py STANCES FOLDER [--seed 1], as in 1e6 /tmp/million.

What is made, so that sizes compare: 2,000 actors; an option for each 1,000 stances, at least 100.
An option is voted on on one day of 1950 to 2019, in the order of its number, and each actor votes
with a chance of one half, so that half of the matrix is filled. Each actor is of one of eight
camps. A camp has a lean on each option, drawn anew; an actor votes with its camp seven times in
ten, abstains twice, and votes against it once. Every stance is a vote of its own record: tier 1,
certain, of a day. Options are made and written in blocks, so that memory does not grow with the
size.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from stancegraph.store.parquet import made_whole, write_manifest, write_parquet

if TYPE_CHECKING:
    from numpy.typing import NDArray

ACTORS, CAMPS, FILL = 2_000, 8, 0.5
FIRST, LAST = 1950, 2019
STANCES_A_BLOCK = 2_000_000


def main() -> None:
    """Generate what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("stances", type=float, help="about how many")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    made = generate(int(asked.stances), asked.folder, seed=asked.seed)
    print(f"{asked.folder}: {made:,} stances")


def generate(stances: int, folder: Path, *, seed: int = 1) -> int:
    """Write a graph of about so many stances; return how many there are."""
    options = max(100, round(stances / (ACTORS * FILL)))
    actors = min(ACTORS, max(10, round(stances / (options * FILL))))
    random = np.random.default_rng(seed)
    camp = random.integers(CAMPS, size=actors)
    with made_whole(folder) as part:
        rows = _registers(part, actors, options)
        at = 0
        for year, block in _blocks(options, actors):
            vote = _votes(random, camp, len(block))
            n = _write(part, year, block, vote, at, rows)
            at += n
        write_manifest(part, rows)
    return at


def _blocks(options: int, actors: int) -> Iterator[tuple[int, NDArray[Any]]]:
    """Yield the options of each year, in blocks of bounded size."""
    year = FIRST + np.arange(options) * (LAST - FIRST + 1) // options
    size = max(1, round(STANCES_A_BLOCK / (actors * FILL)))
    for one in np.unique(year).tolist():
        numbers = np.flatnonzero(year == one)
        for start in range(0, len(numbers), size):
            yield one, numbers[start : start + size]


def _votes(random: np.random.Generator, camp: NDArray[Any], options: int) -> NDArray[Any]:
    """Return options by actors: 2, 0 or -2, and -128 where an actor does not vote."""
    lean = random.choice(np.array([-2, 2], dtype=np.int8), size=(options, CAMPS))[:, camp]
    mind = random.random(lean.shape, dtype=np.float32)
    level = np.where(mind < 0.7, lean, np.where(mind < 0.9, 0, -lean)).astype(np.int8)
    level[random.random(lean.shape, dtype=np.float32) >= FILL] = -128
    return level


def _write(
    folder: Path,
    year: int,
    block: NDArray[Any],
    vote: NDArray[Any],
    at: int,
    rows: dict[str, int],
) -> int:
    """Write the votes on some options of a year; return how many there are."""
    import duckdb

    option, holder = np.nonzero(vote != -128)
    first = block[0]
    day = np.datetime64(f"{year}-01-01", "D") + (block - first) * 365 // max(1, len(block))
    told = {
        "n": np.arange(at, at + len(option), dtype=np.int32),
        "holder": holder.astype(np.int32),
        "option": block[option].astype(np.int32),
        "level": vote[option, holder],
        "day": day[option].astype("datetime64[s]"),
    }
    with duckdb.connect() as connection:
        connection.register("told", told)
        for table, question in (("evidence", _EVIDENCE), ("stance", _STANCE)):
            name = f"{table}/year={year:04}/part-{first}.parquet"
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            written = connection.sql(question)
            written.write_parquet(str(folder / name), compression="zstd", row_group_size=122_880)
            rows[name] = len(option)
    return len(option)


_EVIDENCE = """
SELECT n, concat('v', option, '-', holder) AS id, 'vote' AS kind, 0::INTEGER AS source,
       option + 1 AS paragraph, holder AS speaker, 'government' AS capacity, holder AS principal,
       'direct' AS mode, NULL::VARCHAR AS gist, day::TIMESTAMP AS time, day::DATE AS not_before,
       day::DATE AS not_after, true AS counts, NULL::VARCHAR AS more
FROM told ORDER BY n
"""
_STANCE = """
SELECT n AS evidence, 0::SMALLINT AS place, holder, option, level, 'certain' AS certainty,
       1::TINYINT AS tier, day::DATE AS not_before, day::DATE AS not_after, NULL::DATE AS until,
       true AS counts, NULL::VARCHAR AS more
FROM told ORDER BY option, holder
"""


def _registers(folder: Path, actors: int, options: int) -> dict[str, int]:
    """Write all tables but the two large ones, as a graph without records has them."""
    from stancegraph.graph import Graph
    from stancegraph.model import Actor, ActorKind, Debate, Issue, Option, Source

    told = Debate(
        id="generated",
        title="Generated votes",
        actors=tuple(
            Actor(id=f"a{n:04}", kind=ActorKind.COUNTRY, name=f"State {n}") for n in range(actors)
        ),
        issues=(Issue(id="all", name="All", definition="Everything that is voted on."),),
        options=tuple(
            Option(id=f"o{n:06}", name=f"Resolution {n}", definition="What it says.", issue="all")
            for n in range(options)
        ),
        sources=(Source(id="votes", title="Generated votes"),),
    )
    nobody = Debate(id="reference", title="None")
    empty = folder / "empty"
    rows = dict(write_parquet(Graph(told, nobody), empty))
    for name in [name for name in rows if "/" not in name]:
        (empty / name).replace(folder / name)
    for file in sorted(empty.rglob("*"), reverse=True):
        file.rmdir() if file.is_dir() else file.unlink()
    empty.rmdir()
    return {name: count for name, count in rows.items() if "/" not in name}


if __name__ == "__main__":
    main()
