"""Why a text is no query, from what the engine says of it."""

from __future__ import annotations

import re

from stancegraph.rdf.vocabulary import prefixes
from stancegraph.serve.outline import Outline

_SHOWN = 80
_CHANGES = frozenset({"INSERT", "DELETE", "LOAD", "CLEAR", "DROP", "CREATE", "ADD", "MOVE", "COPY"})
_ASKS = frozenset({"SELECT", "ASK", "CONSTRUCT", "DESCRIBE"})
_PLACE = re.compile(
    r"error at (?P<line>\d+):(?P<column>\d+): expected (?:one of )?(?P<expected>.*)", re.DOTALL
)


def why_not(text: str, outline: Outline, error: str) -> str:
    """Say where a text stops being a query, or what else it is."""
    if outline.words & _CHANGES and not outline.words & _ASKS:
        return "this is an update, and nothing is changed here; ask with SELECT or ASK"
    unknown = [prefix for prefix in outline.undeclared if prefix not in prefixes()]
    if unknown:
        return f"prefix {unknown[0] + ':'!r} is not declared; add PREFIX {unknown[0]}: <...>"
    place = _PLACE.match(error)
    if not place:
        return f"this is no SPARQL query: {error[:_SHOWN]}"
    line, column = int(place["line"]), _column(int(place["column"]), place["expected"])
    # the engine counts one line more after the last
    near = [*text.split("\n"), ""][line - 1][column - 1 :].strip()
    what = f"at {near[:_SHOWN]!r}" if near else "it ends too early"
    return f"the query goes wrong in line {line}, column {column}: {what}"


def _column(column: int, expected: str) -> int:
    """Return where a query goes wrong: a keyword that is missing moves the place by its length."""
    words = [word for word in expected.split(", ") if word != "[_]"]
    are_keywords = all(re.fullmatch(r"[A-Za-z]\w+", word) for word in words)
    return max(1, column - min(map(len, words))) if words and are_keywords else column
