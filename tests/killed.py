"""Operations on graphs at rest, each in a process of its own that can be killed at any moment.

Run as a program it reads orders, a JSON object a line, and forks a process for each, so that what
they import is imported once.
"""

from __future__ import annotations

import json
import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import stancegraph
from debates import COUNTRIES, debate_of, said
from stancegraph.change.edits import Change
from stancegraph.change.home import home_of
from stancegraph.change.operations import added, merged
from stancegraph.model import Debate
from stancegraph.read.debate import load_debate, load_reference
from stancegraph.read.imported import Imported
from stancegraph.store.file import opened, writing
from stancegraph.store.write import Origin, add
from stancegraph.write.debate import debate_yaml, write_debate
from stancegraph.write.files import write_file
from stancegraph.write.table import stances_csv

NOON = datetime(2024, 7, 1, 12, tzinfo=UTC)
ALL = debate_of(
    said("pol-1", "pol", "opt-a", "supports", "2024-05-01"),
    said("deu-1", "deu", "opt-a", "opposes", "2024-05-02"),
    said("usa-1", "usa", "opt-b", "supports", "2024-05-03"),
    *(said(f"hun-{n:03}", "hun", f"opt-{n:03}", "opposes", "2024-05-04") for n in range(30)),
)
FIRST = replace(ALL, actors=tuple(a for a in ALL.actors if a.id not in COUNTRIES))
SECOND = Debate(
    id="second",
    title="More",
    evidence=(said("fra-1", "fra", "opt-b", "opposes", "2024-06-01"),),
)
NEW = said("pol-2", "pol", "opt-b", "leans-support", "2024-06-02")
Step = Callable[[Path], object]


def origin(name: str) -> Origin:
    return Origin(kind="test", files=f"{name}.csv", digest=name, options="")


def import_first(root: Path) -> None:
    add(root / "g.duckdb", [Imported(FIRST)], load_reference(), origin("first"))


def import_second(root: Path) -> None:
    add(root / "g.duckdb", [Imported(SECOND)], load_reference(), origin("second"))


def write_folder(root: Path) -> None:
    write_debate(FIRST, root / "debate")


def write_folder_again(root: Path) -> None:
    debate = load_debate(root / "debate")
    write_debate(replace(debate, evidence=debate.evidence + SECOND.evidence), root / "debate")


def change(graph: Path, wish: Callable[[Debate, Debate], Change]) -> None:
    home = home_of(graph)
    made = wish(home.part(["pol-1", "opt-000", "opt-001"], pointing_to=["opt-000"]), home.reference)
    home.make(made, who="tester", time=NOON)


def add_one(graph: Path) -> None:
    change(graph, lambda debate, reference: added({"evidence": [NEW]}))


def merge_options(graph: Path) -> None:
    change(graph, lambda debate, reference: merged(debate, reference, "opt-000", "opt-001"))


def export_csv(root: Path) -> None:
    write_file(root / "out.csv", stances_csv(stancegraph.load(root / "g.duckdb")))


def export_yaml(root: Path) -> None:
    write_file(root / "out.yaml", debate_yaml(load_debate(root / "debate")))


STEPS: dict[str, dict[str, Step]] = {
    "file": {
        "import": import_first,
        "add": lambda root: add_one(root / "g.duckdb"),
        "merge": lambda root: merge_options(root / "g.duckdb"),
        "import into": import_second,
        "export": export_csv,
    },
    "folder": {
        "write": write_folder,
        "add": lambda root: add_one(root / "debate"),
        "merge": lambda root: merge_options(root / "debate"),
        "write again": write_folder_again,
        "export": export_yaml,
    },
}
"""What can be done with a graph, one step after the other, by where it is kept."""


def die_at(call: int) -> None:
    """Let this process be killed before a call, by number, of what changes names on the disk."""
    left = [call]

    def counted(real: Callable[..., Any]) -> Callable[..., Any]:
        def run(*words: Any, **options: Any) -> Any:
            left[0] -= 1
            if not left[0]:
                os.kill(os.getpid(), signal.SIGKILL)
            return real(*words, **options)

        return run

    for name in ("fsync", "replace", "unlink", "open", "copy_file_range", "sendfile", "write"):
        setattr(os, name, counted(getattr(os, name)))


def hold(path: Path) -> None:
    """Write to a graph's file until a file called "go" is beside it; then commit."""
    with writing(path) as connection:
        connection.execute("INSERT INTO attribute VALUES ('options', 'opt-a', 'body', 'GA')")
        (path.parent / "held").touch()
        while not (path.parent / "go").exists():
            time.sleep(0.01)


def add_many(path: Path, name: str, count: int) -> None:
    """Add records to a graph's file, one after the other."""
    for n in range(count):
        record = said(f"{name}{n}", "pol", "opt-a", "supports", "2024-05-01")
        one = Imported(replace(FIRST, evidence=(record,)))
        add(path, [one], load_reference(), origin(f"{name}{n}"))


def migrate(path: Path) -> None:
    opened(path).close()


def perform(order: dict[str, Any]) -> None:
    if "limit" in order:
        resource.setrlimit(resource.RLIMIT_FSIZE, (order["limit"], order["limit"]))
    if "call" in order:
        die_at(order["call"])
    match order:
        case {"step": [home, name], "root": root}:
            STEPS[home][name](Path(root))
        case {"hold": path}:
            hold(Path(path))
        case {"migrate": path}:
            migrate(Path(path))
        case {"add": path, "name": name, "count": count}:
            add_many(Path(path), name, count)


class Nursery:
    """A process that forks others, as told."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, __file__],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=os.environ | {"PYTHONPATH": str(Path(__file__).parent)},
        )
        assert self._answer() == "ready"

    def _answer(self) -> str:
        assert self._process.stdout
        return self._process.stdout.readline().strip()

    def _tell(self, order: dict[str, Any]) -> str:
        assert self._process.stdin
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        return self._answer()

    def start(self, **order: Any) -> int:
        """Start a process; return its number."""
        return int(self._tell(order))

    def end_of(self, pid: int) -> tuple[int, str]:
        """Wait for a process; return its exit status, or minus the signal, and what went wrong."""
        status, _, text = self._tell({"wait": pid}).partition(" ")
        return os.waitstatus_to_exitcode(int(status)), json.loads(text)

    def run(self, **order: Any) -> tuple[int, str]:
        """Run a process to its end."""
        return self.end_of(self.start(**order))

    def close(self) -> None:
        self._process.kill()
        self._process.wait()


@contextmanager
def nursery() -> Iterator[Nursery]:
    opened_one = Nursery()
    try:
        yield opened_one
    finally:
        opened_one.close()


def main() -> None:
    """Fork a process for each order; DuckDB opens nothing here, for its threads would be lost."""
    for module in ("duckdb", "numpy", "stancegraph.store.change", "stancegraph.store.migrate"):
        __import__(module)
    load_reference()
    pipes: dict[int, int] = {}
    print("ready", flush=True)
    for line in sys.stdin:
        order = json.loads(line)
        if "wait" in order:
            pid = order["wait"]
            with os.fdopen(pipes.pop(pid)) as errors:
                _, status = os.waitpid(pid, 0)
                print(status, json.dumps(errors.read()), flush=True)
            continue
        reading, writing_ = os.pipe()
        pid = os.fork()
        if pid:
            os.close(writing_)
            pipes[pid] = reading
            print(pid, flush=True)
            continue
        try:
            perform(order)
        except BaseException as error:
            os.write(writing_, f"{type(error).__name__}: {error}".encode())
            os._exit(1)
        os._exit(0)


if __name__ == "__main__":
    main()
