"""CSV that neither breaks nor runs anything in a spreadsheet."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping
from typing import Any

from stancegraph.answer.answer import cite, plain
from stancegraph.graph import Graph

_RUNS = ("=", "+", "-", "@", "\t", "\r")


def to_csv(rows: Iterable[Mapping[str, Any]]) -> str:
    """Return rows of plain values as CSV with a header: UTF-8, comma, RFC 4180 quoting.

    A text that a spreadsheet would run as a formula gets an apostrophe in front. Lists of texts
    are joined by "; ", other nested values are JSON; a missing value is an empty cell.
    """
    rows = list(rows)
    out = io.StringIO(newline="")
    if rows:
        writer = csv.writer(out, lineterminator="\r\n")
        writer.writerow(rows[0])
        writer.writerows([_cell(value) for value in row.values()] for row in rows)
    return out.getvalue()


def _cell(value: Any) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case int() | float():
            return repr(value)
        case list() if all(isinstance(v, str) for v in value):
            text = "; ".join(value)
        case str():
            text = value
        case _:
            text = json.dumps(value, ensure_ascii=False)
    return f"'{text}" if text.startswith(_RUNS) else text


def stances_csv(graph: Graph) -> str:
    """Return the debate as CSV, one row a stance; records without stances have one row too."""
    pairs = ((e, stance) for e in graph.debate.evidence for stance in e.stances or [None])
    return to_csv(plain(cite(graph, *pair)) for pair in pairs)
