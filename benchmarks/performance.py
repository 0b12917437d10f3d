"""Run all benchmarks on this machine and write docs/performance.md from what they print.

Run: python benchmarks/performance.py VOTES ROLL_CALLS ISSUES, being unga_votes.csv.gz and the other
two files of that data set.
"""

from __future__ import annotations

import argparse
import os
import platform
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
PAGE = HERE.parent / "docs" / "performance.md"
HEAD = """# Performance

Made by `python benchmarks/performance.py unga_votes.csv.gz unga_roll_calls.csv.gz
unga_issues.csv.gz`, the data of the R package unvotes (870,109 votes of the UN General
Assembly), on a machine with {cores} cores and Python {python}. Figures of one section are of one
run: compare them with each other, not with those of another machine.
"""
SECTIONS = (
    (
        "Counting every pair",
        "pairs.py",
        "How often every two actors agree and differ. The kernel is chosen by how much of the "
        "matrix is filled; the table of densities shows where it changes. The last column says "
        "what was asked for.",
    ),
    (
        "Discourse networks",
        "discourse.py",
        "Networks of coded statements. Discourse Network Analyzer 3.0.11.5 took 6.5 seconds for "
        "congruence of 200 actors, 1,000 concepts and 100,000 statements, measured elsewhere.",
    ),
    ("Importing and asking", "imports.py", "A million votes into a graph's file, and out of it."),
    (
        "Changing",
        "changing.py",
        "One statement more in a graph of a million votes, and asking again.",
    ),
    (
        "SPARQL and RDF",
        "sparql.py",
        "Writing a million votes as RDF against reading the same bytes by pyoxigraph; loading and "
        "the shipped queries by both engines, which says where `rdf.sparql.COMFORTABLE` stands.",
    ),
    (
        "How an alliance hangs together",
        "dynamics.py",
        "Balance, coalitions, maps and brokers on networks of states and on votes of the United "
        "Nations, beside other formulations and programs; CPU seconds of all threads. `shared` is "
        "the folder that has the data sets, unga_votes_voeten and cow_signed among them, below "
        "`data`, and values of other programs in `reference`.",
    ),
    (
        "Looking",
        "views.py",
        "The network of a large graph in headless Chromium without a GPU, against stock pyvis on "
        "the same graph: seconds until it is drawn in full, and frames a second while the view is "
        "dragged. While dragging, ours is a still picture of itself, redrawn sharply on release. "
        "'At its lightest' is pyvis with physics off and our places; as it comes, it simulates. "
        "Ours carries the evidence too, hence its size.",
    ),
    ("Starting", "start.py", "What a small question costs beside importing the library it needs."),
)


def main() -> None:
    """Run each benchmark and write the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs=3, type=Path)
    files = [str(file) for file in parser.parse_args().files]
    needs = {"pairs.py": files[:1], "dynamics.py": [str(Path(files[0]).absolute().parents[2])]}
    needs |= dict.fromkeys(("imports.py", "changing.py", "sparql.py"), files)
    parts = [HEAD.format(cores=os.cpu_count(), python=platform.python_version())]
    for title, script, text in SECTIONS:
        given = needs.get(script, [])
        command = [sys.executable, str(HERE / script), *given]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        shown = " ".join(["python", f"benchmarks/{script}", *(Path(f).name for f in given)])
        parts.append(
            f"\n## {title}\n\n{text}\n\n```console\n$ {shown}\n{done.stdout.rstrip()}\n```\n"
        )
    PAGE.write_text("".join(parts), encoding="utf-8")


if __name__ == "__main__":
    main()
