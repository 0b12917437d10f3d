"""CSV that neither breaks nor runs anything in a spreadsheet."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import Field, fields
from typing import Any

from stancegraph.answer.answer import Citation, cite, plain
from stancegraph.graph import Graph
from stancegraph.model import Bounds

_RUNS = ("=", "+", "-", "@", "\t", "\r")


def to_csv(rows: Iterable[Mapping[str, Any]], header: Iterable[str]) -> str:
    """Return rows of plain values as CSV: UTF-8, comma, RFC 4180 quoting.

    A text that a spreadsheet would run as a formula gets an apostrophe in front. Lists of texts
    are joined by "; ", bounds have a column for each end, other nested values are JSON; a missing
    value is an empty cell.
    """
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(header)
    writer.writerows([_cell(value) for value in _flat(row)] for row in rows)
    return out.getvalue()


def cells_csv(rows: Iterable[Iterable[Any]]) -> str:
    """Return rows of cells as CSV, by the rules of `to_csv`."""
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\r\n").writerows([map(_cell, row) for row in rows])
    return out.getvalue()


def columns_of(row_class: type) -> list[str]:
    """Return the columns that rows of a class have.

    >>> from stancegraph.answer.position import Step
    >>> columns_of(Step)[-3:]
    ['when_not_before', 'when_not_after', 'role']
    """
    return [name for f in fields(row_class) for name in _names(f)]


def _names(f: Field[Any]) -> list[str]:
    is_bounds = f.type in (Bounds, "Bounds")
    return [f"{f.name}_{end}" for end in _ENDS] if is_bounds else [f.name]


_ENDS = ("not_before", "not_after")


def _flat(row: Mapping[str, Any]) -> Iterator[Any]:
    for value in row.values():
        if isinstance(value, Mapping) and {*_ENDS} <= value.keys():
            yield from (value[end] for end in _ENDS)
        else:
            yield value


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
    return to_csv((plain(cite(graph, *pair)) for pair in pairs), header=columns_of(Citation))
