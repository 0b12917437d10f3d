"""The fields of the records, as the readers and writers of every format see them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import MISSING, dataclass, fields
from functools import cache
from types import NoneType, UnionType
from typing import Any, get_args, get_origin, get_type_hints

from stancegraph import model


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a record."""

    name: str
    """The attribute's name."""
    key: str
    """What people write for it in a debate's files."""
    type: Any
    """The type of one value: str, int, bool, date, Decimal, Bounds, an enum or a record."""
    register: str | None
    """The register that a reference points into; None where it is no reference."""
    is_many: bool
    """Whether it holds a tuple."""
    is_required: bool
    """Whether it has no default."""
    default: Any
    """The default; None where there is none."""


@cache
def fields_of(record: type) -> tuple[Field, ...]:
    """Describe the fields of a record class in the order in which they are declared."""
    return tuple(_describe(record))


def _describe(record: type) -> Iterator[Field]:
    hints = get_type_hints(record, dict(vars(model)))
    for f in fields(record):
        kind, is_many = _one(hints[f.name])
        yield Field(
            name=f.name,
            key=f.metadata.get("key", f.name.replace("_", "-")),
            type=kind,
            register=f.metadata.get("to"),
            is_many=is_many,
            is_required=f.default is MISSING,
            default=None if f.default is MISSING else f.default,
        )


def _one(hint: Any) -> tuple[Any, bool]:
    if get_origin(hint) is tuple:
        return get_args(hint)[0], True
    if isinstance(hint, UnionType):
        return next(t for t in get_args(hint) if t is not NoneType), False
    return hint, False
