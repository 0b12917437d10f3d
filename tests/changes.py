"""Changes for hypothesis: whatever people may do to a drawn debate."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from hypothesis import strategies as st

from stancegraph.change.edits import Change
from stancegraph.change.operations import added, deprecated, edited, merged, renamed
from stancegraph.model import REGISTERS, Debate
from stancegraph.schema import fields_of
from strategies import Pools, records_of, texts

WHEN = datetime(2024, 6, 1, 12, tzinfo=UTC)
SIGNED: Any = {"who": "Jane", "time": WHEN}


@st.composite
def changes(draw: st.DrawFn, debate: Debate, reference: Debate) -> Change:
    """Draw a change of a debate; it may break rules, and may not be possible (StanceError)."""
    named = [
        (register, record)
        for register in REGISTERS
        for record in getattr(debate, register)
        if hasattr(record, "id")
    ]
    pairs = [
        (f"{register}/{a.id}", b.id)
        for register in ("actors", "options")
        for a in getattr(debate, register)
        for b in getattr(debate, register)
        if a != b and getattr(a, "kind", None) == getattr(b, "kind", None)
    ]
    possible = ["header"] + ["rename", "edit", "add"] * bool(named) + ["merge"] * 3 * bool(pairs)
    possible += ["deprecate"] * bool(debate.evidence)
    match draw(st.sampled_from(possible)):
        case "header":
            return edited(debate, "debate", _header(draw, debate))
        case "merge":
            return merged(debate, reference, *draw(st.sampled_from(pairs)))
        case "deprecate":
            record = draw(st.sampled_from(debate.evidence))
            return deprecated(debate, [record.id], draw(texts))
        case what:
            register, record = draw(st.sampled_from(named))
            return _of_one(draw, debate, reference, register, record, what)


def _of_one(
    draw: st.DrawFn, debate: Debate, reference: Debate, register: str, record: Any, what: str
) -> Change:
    name = f"{register}/{record.id}"
    if what == "add":
        return added({register: [replace(record, id="new-id")]})
    if what == "rename":
        new = draw(st.sampled_from([record.id, "new-id", "qmz"]))
        to = draw(st.none() | texts) if hasattr(record, "name") else None
        return renamed(debate, reference, name, id=new, to=to)
    fresh = draw(records_of(record.__class__, _pools(debate), id=record.id))
    fields = [f.name for f in fields_of(record.__class__)]
    some = draw(st.lists(st.sampled_from(fields), min_size=1, max_size=3, unique=True))
    return edited(debate, name, replace(record, **{f: getattr(fresh, f) for f in some}))


def _header(draw: st.DrawFn, debate: Debate) -> Debate:
    nothing: dict[str, Any] = dict.fromkeys(REGISTERS, ())
    header: Debate = draw(records_of(Debate, _pools(debate), id=debate.id, **nothing))
    return header


def _pools(debate: Debate) -> Pools:
    ids = {
        register: [r.id for r in getattr(debate, register) if hasattr(r, "id")]
        for register in REGISTERS
    }
    return {**ids, "actors": [*ids["actors"], "pol", "deu", "nato"]}
