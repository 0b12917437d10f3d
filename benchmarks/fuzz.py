"""Feed readers what nobody would write, guided by coverage, and keep what they cannot take.

A finding is an input for which a reader raises anything but an error for the user. Each kind of
it, by where it was raised, is written to tests/corpus/READER/ once; tests/test_fuzz.py replays all.

Run: pip install atheris && python benchmarks/fuzz.py popolo --minutes 10
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
import traceback
from hashlib import sha256
from pathlib import Path

import atheris

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

with atheris.instrument_imports(include=["stancegraph", "ruamel", "rdflib", "pyparsing"]):
    from readers import CORPUS, READERS, TOLD

SLOW = 10
"""Seconds for one input from which it is a finding too."""


class Fuzzing:
    """One reader under fire."""

    def __init__(self, name: str, minutes: float, folder: Path) -> None:
        self.name = name
        self.inputs = 0
        self.accepted = 0
        self.found: set[str] = set()
        self._end = time.monotonic() + 60 * minutes
        self._file = folder / f"input{READERS[name].ending}"

    def try_one(self, data: bytes) -> None:
        """Read one input; keep it if it is a finding of a new kind; stop when the time is over."""
        start = time.monotonic()
        if start > self._end:
            self._stop()
        self.inputs += 1
        self._file.write_bytes(data)
        try:
            READERS[self.name].read(self._file)
            self.accepted += 1
        except TOLD:
            pass
        except Exception as error:
            self._keep(data, _place(error), error)
        if time.monotonic() - start > SLOW:
            self._keep(data, "slow", None)

    def _keep(self, data: bytes, place: str, error: Exception | None) -> None:
        if place in self.found:
            return
        self.found.add(place)
        ending = READERS[self.name].ending
        target = CORPUS / self.name / f"found-{sha256(data).hexdigest()[:8]}{ending}"
        target.write_bytes(data)
        print(f"{self.name}: {place} -> {target.name}", flush=True)
        if error:
            print("".join(traceback.format_exception(error)[-3:]), flush=True)

    def _stop(self) -> None:
        counts = f"{self.inputs:,} inputs, {self.accepted:,} of them accepted"
        print(f"{self.name}: {counts}, {len(self.found)} findings", flush=True)
        self._file.unlink(missing_ok=True)
        os._exit(0)


def _place(error: Exception) -> str:
    """Name the kind of a finding: the error's class and the last line of ours that raised it."""
    ours = [f for f in traceback.extract_tb(error.__traceback__) if "stancegraph" in f.filename]
    last = ours[-1] if ours else traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__} at {Path(last.filename).name}:{last.lineno}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("reader", choices=sorted(READERS))
    parser.add_argument("--minutes", type=float, default=10)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        seen = Path(folder) / "seen"
        seen.mkdir()
        fuzzing = Fuzzing(asked.reader, asked.minutes, Path(folder))
        words = [sys.argv[0], "-max_len=30000", "-timeout=60", "-verbosity=0", "-seed=1"]
        atheris.Setup([*words, str(seen), str(CORPUS / asked.reader)], fuzzing.try_one)
        atheris.Fuzz()


if __name__ == "__main__":
    main()
