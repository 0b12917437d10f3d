"""Coded statements of a graph's file as the columns of a discourse network."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stancegraph.measure.discourse_statements import Column, Statements, boolean, integer
from stancegraph.measure.discourse_statements import statements as table_of
from stancegraph.model import ActorKind, Polarity
from stancegraph.store.read import Store

_ROWS = """
FROM evidence AS e LEFT JOIN (
    SELECT * FROM stance WHERE place = 0 OR evidence NOT IN (SELECT evidence FROM coded)
) AS s ON s.evidence = e.n WHERE e.counts ORDER BY e.n, s.place
"""
"""A row a stance; but a record that was coded by variables is one statement, whoever holds it."""

_LEVELS = [p.level for p in Polarity if p.level is not None]


def statements(store: Store) -> Statements:
    """Return the statements with what the model says of each, and every coded variable."""
    read = store.arrays(
        "SELECT e.n, e.id, e.kind, e.source, e.paragraph, e.speaker, e.capacity, e.mode, "
        "coalesce(e.time, s.not_after, e.not_after)::TIMESTAMP_S AS time, "
        "coalesce(s.holder, -1) AS holder, coalesce(s.option, -1) AS option, "
        f"coalesce(s.level, -128) AS level {_ROWS}"
    )
    read = {name: _plain(part) for name, part in read.items()}
    columns = {
        name: _names(read[column], labels) for name, (column, labels) in numbered(store).items()
    }
    columns |= {name: _texts(read[name]) for name in TEXTS}
    columns |= {POLARITY: _polarity(read["level"])}
    columns = {name: columns[name] for name in MODELLED}
    columns |= {
        name: _names(read["source"], labels) for name, labels in of_documents(store).items()
    }
    columns |= _variables(store, read["n"])
    return table_of(
        columns,
        time=read["time"],
        document=read["source"],
        ids=read["id"],
        position=_position(columns, read["paragraph"]),
    )


MODELLED = (
    *("actor", "speaker", "country", "option", "issue", "capacity", "kind", "mode", "document"),
    *("polarity", "source"),
)
"""What every graph's statements have, in the order in which event lists have it."""
TEXTS = ("capacity", "kind", "mode")
"""What is told in words of each record."""
POLARITY = "polarity"


def numbered(store: Store) -> dict[str, tuple[str, Sequence[str | None]]]:
    """Return what is told in numbers: by name the column, and what each number stands for."""
    actors, sources = store.slugs("actors"), store.slugs("sources")
    return {
        "actor": ("holder", actors),
        "speaker": ("speaker", actors),
        "country": ("holder", _countries(store)),
        "option": ("option", store.slugs("options")),
        "issue": ("option", [o.issue for o in store.register("options")]),
        "document": ("source", sources),
        "source": ("source", sources),
    }


def _position(columns: Mapping[str, Column], paragraph: NDArray[Any]) -> NDArray[Any]:
    """Return where in its document a statement begins: to the character where that was coded."""
    start = columns.get("start")
    if start is None or start.levels is None or (start.codes < 0).any():
        return paragraph
    return start.levels[start.codes]


def _plain(part: NDArray[Any]) -> NDArray[Any]:
    if not isinstance(part, np.ma.MaskedArray):
        return part
    filled: NDArray[Any] = part.filled(np.datetime64("NaT") if part.dtype.kind == "M" else 0)
    return filled


def _names(numbers: NDArray[Any], labels: Sequence[str | None]) -> Column:
    """Return numbers as a column of the labels that occur, in the order of their characters."""
    known = [*labels, None]
    distinct = sorted(label for n in np.unique(numbers).tolist() if (label := known[n]))
    distinct = list(dict.fromkeys(distinct))
    code = {label: at for at, label in enumerate(distinct)}
    codes = np.array([code.get(label or "", -1) for label in known], dtype=np.int64)
    return Column(codes[numbers], tuple(distinct))


def _texts(texts: NDArray[Any]) -> Column:
    labels, codes = np.unique(texts.astype(str), return_inverse=True)
    return Column(codes.astype(np.int64), tuple(labels.tolist()))


def _countries(store: Store) -> list[str | None]:
    """Return the country of every actor: itself, or the one it belongs to."""
    return [a.id if a.kind is ActorKind.COUNTRY else a.country for a in store.register("actors")]


def polarities() -> Column:
    """Return the scale of levels, of no statements; its ends are declared, whatever occurs."""
    scale = integer(_LEVELS, span=(min(_LEVELS), max(_LEVELS)))
    return replace(scale, codes=np.empty(0, dtype=np.int64))


def _polarity(level: NDArray[np.int8]) -> Column:
    scale = polarities()
    order = {int(label): code for code, label in enumerate(scale.labels)}
    codes = np.array([order.get(n, -1) for n in range(-128, 128)], dtype=np.int64)
    return replace(scale, codes=codes[level.astype(np.int64) + 128])


def of_documents(store: Store) -> dict[str, list[str | None]]:
    """Return what is known of each document: its attributes, title and author."""
    documents = store.register("sources")
    at = {document.id: n for n, document in enumerate(documents)}
    fields: dict[str, list[str | None]] = {
        "title": [d.title for d in documents],
        "author": ["; ".join(d.authors) for d in documents],
    }
    told = store.rows("SELECT id, name, value FROM attribute WHERE register = 'sources'")
    for id, name, value in told:
        if id in at and name not in _LONG:
            fields.setdefault(name, [None] * len(documents))[at[id]] = value
    return fields


_LONG = ("text", "notes", "time")
"""What is no category, or is told apart from the others anyway."""


def _variables(store: Store, evidence: NDArray[Any]) -> dict[str, Column]:
    """Return what was coded for each statement; texts that are long are no categories."""
    found = store.rows(VARIABLES)
    return {name: _variable(store, n, kind, evidence) for n, name, kind in found}


VARIABLES = "SELECT n, name, type FROM variable WHERE type <> 'long text' ORDER BY n"


def labels_of(store: Store, number: int) -> list[str]:
    """Return the labels of a variable, each at its number."""
    found = store.rows("SELECT label FROM label WHERE variable = ? ORDER BY n", [number])
    return [label for (label,) in found]


def scale_of(kind: str, labels: Sequence[str]) -> Column:
    """Return labels that are numbers as a scale, with the code of each."""
    return (boolean if kind == "boolean" else integer)([int(label) for label in labels])


def _variable(store: Store, number: int, kind: str, evidence: NDArray[Any]) -> Column:
    labels = labels_of(store, number)
    coded = store.arrays("SELECT evidence, label FROM coded WHERE variable = ?", [number])
    codes = np.full(int(evidence.max(initial=-1)) + 1, -1, dtype=np.int64)
    codes[coded["evidence"]] = coded["label"]
    codes = codes[evidence]
    if kind == "text":
        return _names(codes, labels)
    scale = scale_of(kind, labels)
    ranks = np.array([*scale.codes.tolist(), -1], dtype=np.int64)
    return replace(scale, codes=ranks[codes])
