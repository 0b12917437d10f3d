"""A source's text, where it is at hand: digests of its paragraphs, and sentences copied from it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from hashlib import sha256
from typing import Any

from stancegraph.check import Path, Problem
from stancegraph.errors import UnknownName
from stancegraph.model import REGISTERS, Debate
from stancegraph.schema import fields_of
from stancegraph.suggest import did_you_mean

COPIED_WORDS = 8
"""So many words in a row shared with a source count as copied."""

_OURS = {"gist", "says", "of", "definition", "note", "nothing", "review", "description"}


def digest(paragraph: str) -> str:
    r"""Return the digest that locates a paragraph.

    SHA-256 of its text in Unicode NFC as UTF-8, without a leading bullet and outer white space,
    runs of white space as one space.

    >>> digest("  •  Two\n words ") == digest("Two words")
    True
    """
    text = unicodedata.normalize("NFC", " ".join(paragraph.split())).removeprefix("• ")
    return sha256(text.encode()).hexdigest()


def check_text(debate: Debate, source: str, text: str) -> list[Problem]:
    """Hold a debate against the text of one of its sources; UnknownName if it has no such source.

    Finds paragraphs whose digest no line of the text has, or only out of order, and our own
    sentences that share eight words in a row with it.
    """
    index = next((i for i, s in enumerate(debate.sources) if s.id == source), None)
    if index is None:
        hint = did_you_mean(source, [s.id for s in debate.sources])
        raise UnknownName(f"no source is called {source!r}{hint}")
    return [*_misplaced(debate, index, text), *_copied(debate, text)]


def _misplaced(debate: Debate, index: int, text: str) -> Iterator[Problem]:
    lines = iter([digest(line) for line in text.splitlines() if line.strip()])
    found = True
    for position, paragraph in enumerate(debate.sources[index].paragraphs):
        if found and paragraph.digest not in lines:
            path = ("sources", index, "paragraphs", position, "digest")
            yield Problem(
                path, f"no line after paragraph {position} of the text has this digest; recode it"
            )
            found = False


def _copied(debate: Debate, text: str) -> Iterator[Problem]:
    words = _words(text)
    runs = {tuple(words[i : i + COPIED_WORDS]) for i in range(len(words) - COPIED_WORDS + 1)}
    yield from _copied_text(debate.description, "description", ("description",), debate.id, runs)
    for register in REGISTERS:
        for index, record in enumerate(getattr(debate, register)):
            yield from _copied_in(record, (register, index), getattr(record, "id", register), runs)


def _copied_in(record: Any, path: Path, name: str, runs: set[tuple[str, ...]]) -> Iterator[Problem]:
    for f in fields_of(record.__class__):
        value = getattr(record, f.name)
        if f.name in _OURS:
            yield from _copied_text(value, f.key, (*path, f.name), name, runs)
        elif f.is_many:
            for i, item in enumerate(value):
                if hasattr(item, "__dataclass_fields__"):
                    yield from _copied_in(item, (*path, f.name, i), name, runs)


def _copied_text(
    text: str | None, key: str, path: Path, name: str, runs: set[tuple[str, ...]]
) -> Iterator[Problem]:
    words = _words(text or "")
    if any(tuple(words[i : i + COPIED_WORDS]) in runs for i in range(len(words))):
        message = f"the {key} of {name!r} shares {COPIED_WORDS} words in a row with the source"
        yield Problem(path, f"{message}; paraphrase it")


def _words(text: str) -> list[str]:
    """Return the words of a text in lower case, without punctuation.

    >>> _words("Whether it's done...")
    ['whether', 'its', 'done']
    """
    return re.findall(
        r"\w+", re.sub("['\u2019]", "", unicodedata.normalize("NFC", text).casefold())
    )
