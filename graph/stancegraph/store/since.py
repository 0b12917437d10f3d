"""What was changed in a graph's file since an earlier state of it, by its log."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Any

from stancegraph.change.edits import HEADER, Edit
from stancegraph.model import REGISTERS, Debate
from stancegraph.store.codec import from_json

if TYPE_CHECKING:
    from stancegraph.store.read import Store

Edits = tuple[Edit, ...]
"""The edits of one change."""


def place_in_log(store: Store) -> dict[str, Any]:
    """Return the last change of a file and all that was imported, in values that JSON has."""
    last = store.rows("SELECT n, digest FROM change ORDER BY n DESC LIMIT 1")
    imports = store.rows("SELECT kind, digest, options, records FROM import ORDER BY n")
    return {"change": list(last[0]) if last else None, "imports": [list(row) for row in imports]}


def changes_since(store: Store, place: Any) -> Sequence[Edits] | None:
    """Return the changes after a place in a file's log, the oldest first; at least one.

    None where the log does not lead from there to here: after an import, or where something else
    than stancegraph wrote the file.
    """
    now = place_in_log(store)
    if not isinstance(place, dict) or place.get("imports") != now["imports"]:
        return None
    n, digest = place.get("change") or (0, None)
    if n and store.rows("SELECT digest FROM change WHERE n = ?", [n]) != [(digest,)]:
        return None
    asked = 'SELECT change, register, "at", before, after FROM edit WHERE change > ?'
    rows = store.rows(f"{asked} ORDER BY change, place", [n])
    return [tuple(map(_edit, of)) for _, of in groupby(rows, lambda row: row[0])] or None


def _edit(row: Sequence[Any]) -> Edit:
    _, register, at, before, after = row
    record = Debate if register == HEADER else REGISTERS[register]
    was, now = (None if text is None else from_json(record, text) for text in (before, after))
    return Edit(register, was, now, at)
