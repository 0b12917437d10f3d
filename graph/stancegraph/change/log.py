"""The log of a graph: who changed what and when, each entry with the digest of the one before."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from stancegraph.change.edits import HEADER, Change, Edit
from stancegraph.errors import StanceError
from stancegraph.model import REGISTERS, Debate
from stancegraph.read.journal import pending
from stancegraph.store.codec import from_json, to_json

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


Import = tuple[str, str, int]
"""Kind, files and number of records of an import."""


@dataclass(frozen=True, slots=True)
class Patch:
    """A piece of one of a debate's files that became another."""

    file: str
    at: int
    """The character at which the piece begins, from 0."""
    before: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One change as the log keeps it."""

    n: int
    """Its number, from 1."""
    time: datetime
    """When it was made, to the second."""
    who: str
    """Who made it."""
    did: str
    """What was done, in words."""
    edits: tuple[Edit, ...]
    undoes: int | None = None
    """The number of the change that it takes back."""
    patches: tuple[Patch, ...] = ()
    """What became of the text of a debate's files, so that taking it back restores each byte."""
    previous: str | None = None
    """The digest of the entry before; None for the first."""
    digest: str = ""
    """SHA-256, in hexadecimal, of all the rest of it; see `digest_of`."""


def entry_of(
    change: Change,
    log: Sequence[Entry],
    *,
    who: str,
    time: datetime,
    patches: Iterable[Patch] = (),
) -> Entry:
    """Return a change as the next entry of a log."""
    last = log[-1] if log else None
    entry = Entry(
        n=last.n + 1 if last else 1,
        time=time.astimezone(UTC).replace(microsecond=0),
        who=who,
        did=change.did,
        edits=change.edits,
        undoes=change.undoes,
        patches=tuple(patches),
        previous=last.digest if last else None,
    )
    return _sealed(entry, digest_of(entry))


def _sealed(entry: Entry, digest: str) -> Entry:
    fields = {name: getattr(entry, name) for name in Entry.__slots__}
    return Entry(**{**fields, "digest": digest})


def digest_of(entry: Entry) -> str:
    """Return the SHA-256 of an entry without its digest: of its JSON, keys sorted, no spaces."""
    told = _told(entry)
    text = json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return sha256(text.encode()).hexdigest()


def gaps_in(log: Iterable[Entry]) -> Iterator[str]:
    """Yield what shows that a log is not as it was written: one message for each broken entry."""
    last: Entry | None = None
    for entry in log:
        if digest_of(entry) != entry.digest:
            yield f"change {entry.n} is not as it was written: its digest differs"
        if entry.n != (last.n + 1 if last else 1):
            yield f"change {entry.n} does not follow {last.n if last else 'the beginning'}"
        elif entry.previous != (last.digest if last else None):
            yield f"change {entry.n} does not follow from the change before it: that one differs"
        last = entry


def is_undone(log: Iterable[Entry], entry: Entry) -> bool:
    """Tell whether a change was taken back, and that was not taken back in turn."""
    later = [e for e in log if e.n > entry.n]
    return any(e.undoes == entry.n and not is_undone(later, e) for e in later)


def is_cancelled(log: Iterable[Entry], entry: Entry, since: int) -> bool:
    """Tell whether a change and another one after `since` have taken each other back."""
    return is_undone(log, entry) or (entry.undoes or 0) > since


def _told(entry: Entry) -> dict[str, Any]:
    told: dict[str, Any] = {
        "n": entry.n,
        "time": _stamp(entry.time),
        "who": entry.who,
        "did": entry.did,
        "edits": [_told_edit(e) for e in entry.edits],
        "previous": entry.previous,
    }
    if entry.undoes is not None:
        told["undoes"] = entry.undoes
    if entry.patches:
        told["patches"] = [{f: getattr(p, f) for f in Patch.__slots__} for p in entry.patches]
    return told


def _told_edit(edit: Edit) -> dict[str, Any]:
    told = {"register": edit.register, "before": _plain(edit.before), "after": _plain(edit.after)}
    return told if edit.at is None else told | {"at": edit.at}


def _plain(record: Any) -> Any:
    return None if record is None else json.loads(to_json(record) or "{}")


def _stamp(time: datetime) -> str:
    return time.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def log_file_of(debate: Path) -> Path:
    """Return where the log of a debate's folder or file is kept: beside what it is about."""
    if debate.is_dir():
        return debate / "log.jsonl"
    return file_itself(debate).with_suffix(".log.jsonl")


def file_itself(debate: Path) -> Path:
    """Return the file that a link leads to; what is no link to a file, as it is."""
    return debate.resolve() if debate.is_symlink() and debate.is_file() else debate


def line_of(entry: Entry) -> str:
    """Return an entry as a line of a log's file."""
    return json.dumps({**_told(entry), "digest": entry.digest}, ensure_ascii=False) + "\n"


def read_log(debate: Path) -> tuple[Entry, ...]:
    """Read the log of a debate's folder or file; none is no entry.

    Raises StanceError for a line that is none of a log.
    """
    file = log_file_of(debate)
    try:
        data = pending(file.parent).get(file, file).read_bytes()
    except FileNotFoundError:
        return ()
    except OSError as error:
        raise StanceError(f"{file}: cannot be read: {error.strerror}") from None
    return entries_in(data, file)


def entries_in(data: bytes, file: Path) -> tuple[Entry, ...]:
    """Read the lines of a log's file as entries."""
    return tuple(
        _entry(line, file, number)
        for number, line in enumerate(data.split(b"\n"), 1)
        if line.strip()
    )


def _entry(line: bytes, file: Path, number: int) -> Entry:
    try:
        read = json.loads(line)
        json.dumps(read, ensure_ascii=False).encode()  # half a character is no text
        return Entry(
            n=int(read["n"]),
            time=datetime.fromisoformat(read["time"]),
            who=str(read["who"]),
            did=str(read["did"]),
            edits=tuple(
                _edit(e["register"], e["before"], e["after"], e.get("at")) for e in read["edits"]
            ),
            undoes=read.get("undoes"),
            patches=tuple(Patch(**p) for p in read.get("patches", ())),
            previous=read["previous"],
            digest=str(read["digest"]),
        )
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise StanceError(
            f"{file}:{number}: this is no entry of a log; 'stancegraph' alone writes there: "
            "put back the line as it was"
        ) from None


def _edit(register: str, before: Any, after: Any, at: int | None) -> Edit:
    cls = Debate if register == HEADER else REGISTERS[register]

    def record(told: Mapping[str, Any] | None) -> Any:
        return None if told is None else from_json(cls, json.dumps(told))

    return Edit(register, record(before), record(after), at)


def stored_log(connection: DuckDBPyConnection) -> tuple[Entry, ...]:
    """Read the log of a graph's file."""
    edits: dict[int, list[Edit]] = {}
    asked = 'SELECT change, register, "at", before, after FROM edit ORDER BY change, place'
    for n, register, at, before, after in connection.execute(asked).fetchall():
        was, now = (None if text is None else json.loads(text) for text in (before, after))
        edits.setdefault(n, []).append(_edit(register, was, now, at))
    asked = "SELECT n, time, who, did, undoes, previous, digest FROM change ORDER BY n"
    return tuple(
        Entry(
            n=n,
            time=time.replace(tzinfo=UTC),
            who=who,
            did=did,
            edits=tuple(edits.get(n, ())),
            undoes=undoes,
            previous=previous,
            digest=digest,
        )
        for n, time, who, did, undoes, previous, digest in connection.execute(asked).fetchall()
    )


def stored_last(connection: DuckDBPyConnection) -> tuple[Entry, ...]:
    """Return the last entry of the log of a graph's file, without its edits; nothing of none."""
    asked = "SELECT n, time, who, did, undoes, previous, digest FROM change ORDER BY n DESC LIMIT 1"
    names = ("n", "time", "who", "did", "undoes", "previous", "digest")
    rows = connection.execute(asked).fetchall()
    return tuple(Entry(**dict(zip(names, row, strict=True)), edits=()) for row in rows)


def imports_of(connection: DuckDBPyConnection) -> list[Import]:
    """Return what was imported into a graph's file, the first first."""
    asked = "SELECT kind, files, records FROM import ORDER BY n"
    return [(kind, files, n or 0) for kind, files, n in connection.execute(asked).fetchall()]


def store_entry(connection: DuckDBPyConnection, entry: Entry) -> None:
    """Add an entry to the log of a graph's file."""
    time = entry.time.astimezone(UTC).replace(tzinfo=None)
    connection.execute(
        "INSERT INTO change VALUES (?, ?, ?, ?, ?, ?, ?)",
        [entry.n, time, entry.who, entry.did, entry.undoes, entry.previous, entry.digest],
    )
    rows = [
        (entry.n, place, e.register, e.at, _text(e.before), _text(e.after))
        for place, e in enumerate(entry.edits)
    ]
    connection.executemany("INSERT INTO edit VALUES (?, ?, ?, ?, ?, ?)", rows)


def _text(record: Any) -> str | None:
    return None if record is None else to_json(record) or "{}"
