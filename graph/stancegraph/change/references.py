"""What points to a record, and how it is made to point to another."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import is_dataclass, replace
from typing import Any

from stancegraph.change.edits import own_fields
from stancegraph.model import REGISTERS, Debate
from stancegraph.schema import Field


def references_of(record: Any) -> Iterator[tuple[str, str]]:
    """Yield every register and id that a record points to, at any depth."""
    for f in own_fields(record.__class__):
        value = getattr(record, f.name)
        for one in value if f.is_many else (value,):
            if f.register and one is not None:
                yield f.register, one
            elif is_dataclass(one) and not isinstance(one, type):
                yield from references_of(one)


def pointed(record: Any, register: str, old: str, new: str) -> Any:
    """Return a record that points to `new` wherever it pointed to `old`; each once in a list."""
    found = {}
    for f in own_fields(record.__class__):
        value = getattr(record, f.name)
        changed = _pointed_in(f, value, register, old, new)
        if changed != value:
            found[f.name] = changed
    return replace(record, **found) if found else record


def _pointed_in(f: Field, value: Any, register: str, old: str, new: str) -> Any:
    def one(v: Any) -> Any:
        if f.register == register and v == old:
            return new
        return pointed(v, register, old, new) if _is_record(v) else v

    if not f.is_many:
        return one(value)
    changed = tuple(one(v) for v in value)
    # Only what the change makes equal is put together: what was there twice before stays.
    return tuple(dict.fromkeys(changed)) if changed != value and f.register else changed


def _is_record(value: Any) -> bool:
    return is_dataclass(value) and not isinstance(value, type)


def pointing_to(debate: Debate, register: str, id: str) -> Iterator[tuple[str, int, Any]]:
    """Yield the register, place and record of all that points to a record, the header's first."""
    if (register, id) in set(references_of(debate)):
        yield "debate", 0, debate
    for name in REGISTERS:
        for at, record in enumerate(getattr(debate, name)):
            if (register, id) in references_of(record):
                yield name, at, record
