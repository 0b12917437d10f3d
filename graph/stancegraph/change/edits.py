"""What a change is: records before and after it, one edit each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from stancegraph.model import REGISTERS, Debate
from stancegraph.schema import Field, fields_of

HEADER = "debate"
"""The name under which a debate's own fields are edited, beside the registers."""


@dataclass(frozen=True, slots=True)
class Edit:
    """One record before and after; None where it was not there, or is no longer."""

    register: str
    """Its register, or `HEADER`."""
    before: Any
    after: Any
    at: int | None = None
    """Where in its register a record stood that goes, or is put; at the end where None."""

    @property
    def id(self) -> str | None:
        """The record's id before; after, where it is new; None where it has none."""
        return getattr(self.before or self.after, "id", None)

    @property
    def inverse(self) -> Edit:
        """The edit that takes this one back."""
        return Edit(self.register, self.after, self.before, self.at)

    @property
    def is_in_place(self) -> bool:
        """Whether the record is there before and after."""
        return self.before is not None and self.after is not None


@dataclass(frozen=True, slots=True)
class Change:
    """Edits that are made together or not at all."""

    did: str
    """What was done, in words: "merged 'a' into 'b'"."""
    edits: tuple[Edit, ...]
    undoes: int | None = None
    """The number of the change that this one takes back."""


@cache
def own_fields(record: type) -> tuple[Field, ...]:
    """Describe the fields of a record class; of a debate only those of its header."""
    is_header = record is Debate
    return tuple(f for f in fields_of(record) if not (is_header and f.name in REGISTERS))


def header_of(debate: Debate) -> Debate:
    """Return what a debate says of itself, without its records."""
    nothing: dict[str, Any] = dict.fromkeys(REGISTERS, ())
    return replace(debate, **nothing)


def applied(debate: Debate, edits: Iterable[Edit]) -> Debate:
    """Return a debate as it is after some edits; each finds its record as it is before."""
    by_register: dict[str, list[Edit]] = {}
    for edit in edits:
        by_register.setdefault(edit.register, []).append(edit)
    for edit in by_register.pop(HEADER, []):
        records: dict[str, Any] = {name: getattr(debate, name) for name in REGISTERS}
        debate = replace(edit.after, **records)
    changed: dict[str, Any] = {
        r: _edited(getattr(debate, r), found) for r, found in by_register.items()
    }
    return replace(debate, **changed)


def _edited(records: Sequence[Any], edits: Sequence[Edit]) -> tuple[Any, ...]:
    """Change and drop records where they stand, then put new ones where they belong."""
    left = {at: edit for at, edit in zip(places_of(records, edits), edits, strict=True) if at >= 0}
    kept = [left[n].after if n in left else r for n, r in enumerate(records)]
    found = [r for r in kept if r is not None]
    new = [e for e in edits if e.before is None]
    for edit in sorted(new, key=lambda e: len(records) + len(new) if e.at is None else e.at):
        found.insert(len(found) if edit.at is None else edit.at, edit.after)
    return tuple(found)


def places_of(records: Sequence[Any], edits: Iterable[Edit]) -> list[int]:
    """Return where the record of each edit stands; -1 for one that is not there before.

    Of equal records, as memberships can be, each edit takes another one.
    """
    standing: dict[Any, list[int]] = {}
    for n, record in enumerate(records):
        standing.setdefault(key_of(record), []).append(n)
    found = []
    for edit in edits:
        free = standing[key_of(edit.before)] if edit.before is not None else [-1]
        place = edit.at if edit.at in free else free[0]
        found.append(place)
        if edit.before is not None:
            free.remove(place)
    return found


def key_of(record: Any) -> Any:
    """Return what tells a record from others of its register: its id, or all of it."""
    return getattr(record, "id", None) or record
