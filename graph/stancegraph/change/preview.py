"""What a change would do, for people to see before it is made."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from stancegraph.answer.words import STANDS
from stancegraph.change.edits import HEADER, Change, Edit, own_fields
from stancegraph.graph import Graph
from stancegraph.positions import Position
from stancegraph.schema import Field, fields_of
from stancegraph.write.debate import flow_yaml


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One field of one record, before and after."""

    register: str
    record: str
    """Its id, before; for a membership or tenure whom it is about."""
    field: str
    """The key that people write; none for a record that is new or goes."""
    before: str | None
    """As it stands in a debate's file; None where it was not there."""
    after: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """The position of an actor on an option, before and after."""

    holder: str
    option: str
    before: str
    after: str


def differences(edits: Iterable[Edit]) -> Iterator[Difference]:
    """Yield every field that some edits change; of a new or lost record only that it is."""
    for edit in edits:
        record = _name(edit)
        if edit.before is None or edit.after is None:
            there = _shown(edit.before or edit.after)
            before, after = (None, there) if edit.before is None else (there, None)
            yield Difference(
                register=edit.register, record=record, field="", before=before, after=after
            )
            continue
        for field, was, now in _fields(edit.before, edit.after):
            yield Difference(
                register=edit.register, record=record, field=field, before=was, after=now
            )


def _fields(
    before: Any, after: Any, within: str = ""
) -> Iterator[tuple[str, str | None, str | None]]:
    """Yield what differs, by key, in lists of as many records before and after one by one."""
    for f in own_fields(after.__class__):
        was, now = getattr(before, f.name), getattr(after, f.name)
        if was == now:
            continue
        key = f"{within}{f.key}"
        if f.is_many and hasattr(f.type, "__dataclass_fields__") and len(was) == len(now):
            for one, other in zip(was, now, strict=True):
                yield from _fields(one, other, f"{key}.")
        else:
            yield key, _written(f, before), _written(f, after)


def _written(f: Field, record: Any) -> str | None:
    value = getattr(record, f.name)
    if not f.is_required and value == f.default:
        return None
    if isinstance(value, tuple) and f.type is str:
        return f"[{', '.join(value)}]"
    return str(value) if isinstance(value, str | date | int) else flow_yaml(f.name, record)


def _name(edit: Edit) -> str:
    if edit.register == HEADER:
        return HEADER
    record = edit.before or edit.after
    if edit.id:
        return edit.id
    return ", ".join(getattr(record, f.name) for f in fields_of(record.__class__) if f.register)


def _shown(record: Any) -> str:
    """Return what people know a record by: its name, title, or paraphrase."""
    for name in ("name", "title", "gist"):
        if text := getattr(record, name, None):
            return str(text)
    return ", ".join(getattr(record, f.name) for f in fields_of(record.__class__) if f.register)


def moves(change: Change, before: Graph, after: Graph) -> tuple[Move, ...]:
    """Return the positions that a change alters, each at the last day of the records.

    What passes over from one that goes to one that stays is told of the latter only.
    """
    ids = {
        (e.register, e.before.id): e.after.id
        for e in change.edits
        if e.is_in_place and e.register in ("actors", "options")
    }
    was = {
        (ids.get(("actors", holder), holder), ids.get(("options", option), option)): _stands(p)
        for (holder, option), p in before.positions().items()
    }
    now = {key: _stands(p) for key, p in after.positions().items()}
    keys = sorted(
        k for k in was.keys() | now.keys() if k[0] in after.actors and k[1] in after.options
    )
    return tuple(
        Move(
            holder=after.actors[h].name,
            option=after.options[o].name,
            before=was.get((h, o), _NONE),
            after=now.get((h, o), _NONE),
        )
        for h, o in keys
        if was.get((h, o)) != now.get((h, o))
    )


_NONE = "no position"


def _stands(position: Position) -> str:
    flags = ", ".join(flag.value for flag in position.flags)
    return f"{STANDS[position.polarity]} ({flags})" if flags else STANDS[position.polarity]
