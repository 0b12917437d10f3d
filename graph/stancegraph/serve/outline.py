"""What can be told of a query's text before an engine reads it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from stancegraph.serve.refusal import Refused


@dataclass(frozen=True, slots=True)
class Outline:
    """What matters of a query to somebody who does not read it as a whole."""

    words: frozenset[str]
    """Its bare words, in upper case: no names, variables, texts and comments."""
    names_dataset: bool
    """Whether it says by FROM which graphs it is about."""
    graphs: tuple[str, ...]
    """The IRIs that stand behind FROM and FROM NAMED; names with a prefix are left out."""
    undeclared: tuple[str, ...]
    """The prefixes that it uses and does not declare."""
    depth: int
    """How deep its brackets nest."""

    @property
    def is_steady(self) -> bool:
        """Whether the same graph gives the same answer at any time."""
        return not self.words & _UNSTEADY


_UNSTEADY = frozenset({"NOW", "RAND", "UUID", "STRUUID", "BNODE"})

# SPARQL 1.1 Query Language, section 19.8, terminals; what a name may be is told loosely. What is
# not closed reaches as far as it can, and no part is read twice: long nonsense is read quickly.
_TOKEN = re.compile(
    r"""
    \#[^\n\r]*+
    | <(?P<iri>[^<>"{}|^`\\\x00-\x20]*+)>
    | \"{3}(?:[^"\\]|\\.|"(?!""))*+(?:\"{3})?  |  "(?:[^"\\\n\r]|\\.)*+"?
    | '{3}(?:[^'\\]|\\.|'(?!''))*+(?:'{3})?  |  '(?:[^'\\\n\r]|\\.)*+'?
    | [?$@][\w-]++
    | (?P<prefix>[\w.-]*+):[\w.:%\\-]*+
    | (?P<word>[\w.-]++)
    | (?P<open>[({\[])
    | (?P<close>[)}\]])
    """,
    re.VERBOSE | re.DOTALL,
)


def outline_of(text: str) -> Outline:
    """Return the outline of a query, or of whatever else a text is."""
    words: set[str] = set()
    graphs: list[str] = []
    used, declared = dict[str, None](), {"_"}
    before = ("", "")
    depth = deepest = 0
    for kind, token in _tokens(text):
        depth += (kind == "open") - (kind == "close")
        deepest = max(deepest, depth)
        if kind == "word":
            words.add(token)
        elif kind == "prefix" and before[1] == "PREFIX":
            declared.add(token)
        elif kind == "prefix":
            used[token] = None
        elif kind == "iri" and (before[1] == "FROM" or before == ("FROM", "NAMED")):
            graphs.append(token)
        before = (before[1], token if kind == "word" else "")
    undeclared = tuple(prefix for prefix in used if prefix not in declared)
    return Outline(frozenset(words), "FROM" in words, tuple(graphs), undeclared, deepest)


def _tokens(text: str) -> Iterator[tuple[str, str]]:
    for found in _TOKEN.finditer(text):
        if kind := found.lastgroup:
            yield kind, found[kind].upper() if kind == "word" else found[kind]


_GAP = r"(?:\s|\#[^\n\r]*+)*+"
_SERVICE = re.compile(
    rf"(?<![?$])SERVICE{_GAP}(?:SILENT\b|<|[?$]|[\w.-]*:)", re.IGNORECASE | re.VERBOSE
)


def check_stays_here(text: str) -> None:
    """Refuse a query that could ask another machine.

    SERVICE has to be spelled out, and what it asks follows it; so both are looked for wherever
    they stand. To tell first whether that is in a text or a comment would take reading "<" as the
    engine does, and a reading that differs would let a query through.
    """
    found = _SERVICE.search(text)
    if found:
        line = text.count("\n", 0, found.start()) + 1
        raise Refused(
            403,
            f"SERVICE, in line {line}, would ask another machine, which this endpoint never does; "
            "leave it out, or ask that machine yourself",
        )
