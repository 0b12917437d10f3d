"""Records as JSON and back: every field that is not at its default."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Any, TypeVar

from stancegraph.answer.answer import plain
from stancegraph.errors import StanceError
from stancegraph.schema import Field, fields_of

RecordT = TypeVar("RecordT")
_SHOWN = 80


class BadRecord(StanceError, ValueError):
    """JSON that makes no record of its class: something else than stancegraph wrote it."""


def to_json(record: Any, without: Collection[str] = ()) -> str | None:
    """Return the fields of a record as JSON text, some left out; None where all have defaults.

    >>> from stancegraph.model import Issue
    >>> to_json(Issue(id="skies", name="Skies", definition="What to do"), without=["id"])
    '{"name": "Skies", "definition": "What to do"}'
    """
    kept = (f for f in fields_of(record.__class__) if f.name not in without)
    values = ((f, getattr(record, f.name)) for f in kept)
    found = {f.name: _written(v) for f, v in values if f.is_required or v != f.default}
    return json.dumps(found, ensure_ascii=False) if found else None


def _written(value: Any) -> Any:
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, tuple):
        return [_written(v) for v in value]
    if hasattr(value, "__dataclass_fields__"):
        return json.loads(to_json(value) or "{}")
    return plain(value)


def from_json(record_class: type[RecordT], text: str | None, **known: Any) -> RecordT:
    """Make a record of JSON text and of fields that are known already; BadRecord of other text."""
    kind: type = record_class
    try:
        found: Mapping[str, Any] = json.loads(text) if text else {}
        read = {f.name: _read(f, found[f.name]) for f in fields_of(kind) if f.name in found}
        return record_class(**{**read, **known})
    except BadRecord:
        raise
    except (ValueError, LookupError, TypeError, AttributeError, ArithmeticError) as error:
        shown = repr(text if text is None or len(text) < _SHOWN else f"{text[:_SHOWN]}...")
        why = f"{error.__class__.__name__}: {error}"[:_SHOWN]
        raise BadRecord(f"{shown} is no record of class {kind.__name__} ({why})") from None


def _read(f: Field, value: Any) -> Any:
    return tuple(_one(f.type, v) for v in value) if f.is_many else _one(f.type, value)


def _one(kind: Any, value: Any) -> Any:
    if value is None:
        return value
    if kind in (str, int, bool):
        if not isinstance(value, kind):
            raise TypeError(f"{value!r} is no {kind.__name__}")
        return value
    if kind is date:
        return date.fromisoformat(value)
    if kind is Decimal:
        return Decimal(value)
    if issubclass(kind, Enum):
        return kind(value)
    return from_json(kind, json.dumps(value))
