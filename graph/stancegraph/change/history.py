"""The log as an answer: who changed what and when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC
from typing import Any

from stancegraph.answer.answer import Answer, Table
from stancegraph.answer.words import count
from stancegraph.change.edits import HEADER, Edit
from stancegraph.change.log import Entry, Import
from stancegraph.change.preview import Difference, differences


@dataclass(frozen=True, slots=True, kw_only=True)
class Logged:
    """One line of the log."""

    n: int | None
    """The change's number, by which it can be taken back; None for an import."""
    time: str | None
    """When, in UTC; imports are not dated."""
    who: str | None
    did: str
    records: int
    """How many records it touched or brought."""
    undoes: int | None
    """The change that it takes back."""
    undone_by: int | None
    """The change that takes it back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LoggedField:
    """One field that a change altered."""

    n: int
    """The change."""
    time: str
    who: str
    register: str
    record: str
    """Its id, before."""
    field: str
    before: str | None
    after: str | None


def history(
    log: Sequence[Entry], imports: Sequence[Import], record: str | None, again: str
) -> Answer[Logged]:
    """Tell who changed what and when, the latest first; of one record, if asked, all by any id."""
    entries = _touching(log, record)
    back = {e.undoes: e.n for e in log}
    rows = [_logged(e, back.get(e.n)) for e in reversed(entries)]
    if record is None:
        rows += [_imported(*i) for i in reversed(imports)]
    columns = ("change", "time", "who", "did", "records", "taken back by")
    cells = [
        (_word(r.n), _word(r.time), _word(r.who), r.did, str(r.records), _word(r.undone_by))
        for r in rows
    ]
    table = Table("Changes, the latest first", columns, tuple(cells))
    answer = _answer(log, entries, record, Logged, rows, (table,) if rows else (), again)
    if record is not None or not imports:
        return answer
    return replace(answer, verdict=f"{answer.verdict[:-1]}, after {count(len(imports), 'import')}.")


def details(log: Sequence[Entry], record: str | None, again: str) -> Answer[LoggedField]:
    """Tell every field that was changed, as it was and as it became, the latest change first."""
    entries = _touching(log, record)
    ids = _ids(log, record)
    rows = [
        LoggedField(
            n=e.n,
            time=_stamp(e),
            who=e.who,
            **{f: getattr(d, f) for f in Difference.__slots__},
        )
        for e in reversed(entries)
        for d in differences(edit for edit in e.edits if ids is None or _names(edit) & ids)
    ]
    columns = ("change", "register", "record", "field", "before", "after")
    cells = tuple(
        (str(r.n), r.register, r.record, r.field, _word(r.before), _word(r.after)) for r in rows
    )
    table = Table("Fields, the latest change first", columns, cells)
    return _answer(log, entries, record, LoggedField, rows, (table,) if rows else (), again)


def _answer(
    log: Sequence[Entry],
    entries: Sequence[Entry],
    record: str | None,
    row_class: type,
    rows: Sequence[Any],
    tables: tuple[Table, ...],
    again: str,
) -> Answer[Any]:
    touched = f" touched {record!r}" if record else ""
    verdict = f"{count(len(entries), 'change')}{touched or ' on record'}."
    return Answer(
        question=f"Who changed {record or 'what'}, and when?",
        verdict=verdict[:1].upper() + verdict[1:],
        as_of=log[-1].time.date() if log else None,
        method="The log as it is kept with the graph: nothing in it is ever overwritten, and what "
        "is changed by hand is not in it.",
        row_class=row_class,
        rows=tuple(rows),
        evidence=(),
        flags=(),
        more={},
        tables=tables,
        notes=(),
        reproduce=again,
    )


def _touching(log: Sequence[Entry], record: str | None) -> list[Entry]:
    ids = _ids(log, record)
    return [e for e in log if ids is None or any(_names(edit) & ids for edit in e.edits)]


def _ids(log: Sequence[Entry], record: str | None) -> set[str] | None:
    """Return all ids that a record had, before it was renamed and after."""
    if record is None:
        return None
    ids = {record}
    for _ in log:
        more = {
            n for e in log for x in e.edits if x.is_in_place and (m := _names(x)) & ids for n in m
        }
        if more <= ids:
            break
        ids |= more
    return ids


def _names(edit: Edit) -> set[str]:
    if edit.register == HEADER:
        return {HEADER}
    records = [r for r in (edit.before, edit.after) if r is not None]
    ids = {str(r.id) for r in records if hasattr(r, "id")}
    return ids | {f"{edit.register}/{id}" for id in ids}


def _logged(entry: Entry, undone_by: int | None) -> Logged:
    return Logged(
        n=entry.n,
        time=_stamp(entry),
        who=entry.who,
        did=entry.did,
        records=len(entry.edits),
        undoes=entry.undoes,
        undone_by=undone_by,
    )


def _stamp(entry: Entry) -> str:
    return entry.time.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S")


def _imported(kind: str, files: str, records: int) -> Logged:
    return Logged(
        n=None,
        time=None,
        who=None,
        did=f"imported {kind}: {files}",
        records=records,
        undoes=None,
        undone_by=None,
    )


def _word(value: object) -> str:
    return "" if value is None else str(value)
