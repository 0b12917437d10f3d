"""Broken files for tests: a mark stands in the text before what a problem has to point at."""

from __future__ import annotations

from pathlib import Path

import pytest

from stancegraph.errors import InvalidDebate
from stancegraph.read.debate import load_debate

MARK = "»"


def problems_of(path: Path) -> list[str]:
    """Read a debate that is broken, and return what is said of it."""
    with pytest.raises(InvalidDebate) as caught:
        load_debate(path)
    return caught.value.problems


def assert_problems(folder: Path, files: dict[str, str], messages: list[str]) -> None:
    """Compare all that is said of files with the messages, each at its mark."""
    for name, text in files.items():
        (folder / name).write_text(text.replace(MARK, ""), encoding="utf-8")
    places = [place for name, text in files.items() for place in _places(folder / name, text)]
    expected = [f"{at}: {message}" for at, message in zip(places, messages, strict=True)]
    assert problems_of(folder) == expected


def _places(file: Path, text: str) -> list[str]:
    """Return file, line and column of the marks, counted from 1 as if they were not there."""
    parts = text.split(MARK)
    before = ["".join(parts[:n]) for n in range(1, len(parts))]
    return [f"{file}:{b.count(chr(10)) + 1}:{len(b) - b.rfind(chr(10))}" for b in before]
