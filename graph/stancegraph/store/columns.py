"""Records and rows as the columns of the tables of a graph's file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from stancegraph.errors import StanceError
from stancegraph.measure.levels import MISSING
from stancegraph.model import ActorKind, Debate, EvidenceKind
from stancegraph.positions import readings_of
from stancegraph.read.imported import Names, Rows, Stances
from stancegraph.store.codec import to_json

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

Part = Mapping[str, NDArray[Any]]

_OWN_TIERS = {EvidenceKind.VOTE: 1, EvidenceKind.ACTION: 2, EvidenceKind.STATEMENT: 3}
_NAMED, _UNNAMED = 5, 6
IN_COLUMNS = (
    *("id", "kind", "source", "paragraph", "speaker", "capacity", "principal", "mode", "gist"),
    *("stances",),
)
"""Fields of evidence that have columns of their own."""
STANCE_COLUMNS = ("holder", "option", "polarity", "certainty", "until")


@dataclass(frozen=True, slots=True, eq=False)
class Numbers:
    """The number of every record that evidence points to, by its slug; and who is unnamed."""

    actors: Mapping[str, int]
    options: Mapping[str, int]
    sources: Mapping[str, int]
    unnamed: frozenset[str]
    published: Mapping[str, tuple[date | None, date | None]]
    """When a source was published: first and last day."""

    @classmethod
    def of(cls, connection: DuckDBPyConnection) -> Numbers:
        """Read them from a graph's file."""

        def numbers(register: str) -> dict[str, int]:
            asked = "SELECT id, n FROM record WHERE register = ?"
            return dict(connection.execute(asked, [register]).fetchall())

        unnamed = connection.execute(
            "SELECT id FROM record WHERE register = 'actors' AND record->>'kind' = ?",
            [ActorKind.UNNAMED.value],
        ).fetchall()
        published = connection.execute(
            "SELECT id, (w->>'not_before')::DATE, (w->>'not_after')::DATE FROM "
            "(SELECT id, record->'when' AS w FROM record WHERE register = 'sources')"
        ).fetchall()
        return cls(
            actors=numbers("actors"),
            options=numbers("options"),
            sources=numbers("sources"),
            unnamed=frozenset(id for (id,) in unnamed),
            published={id: (first, last) for id, first, last in published},
        )


@dataclass(frozen=True, slots=True, eq=False)
class Columns:
    """New evidence and stances, joined by `seq`; and the codes of the variables."""

    evidence: Part
    stance: Part
    coded: Part
    """A column v0, v1, ... for each variable: names of files' columns need not be apart in SQL."""
    variables: tuple[tuple[str, str, tuple[str, ...]], ...]
    """Name, type and labels."""

    @property
    def count(self) -> int:
        """How many records there are."""
        return len(self.evidence["seq"])

    def tables(self) -> Iterator[tuple[str, Part]]:
        """Yield the parts by name."""
        yield from (("evidence", self.evidence), ("stance", self.stance), ("coded", self.coded))


def columns_of_rows(rows: Rows, numbers: Numbers) -> Columns:
    """Return rows as columns, names as numbers."""
    count = len(rows)
    at = np.arange(count, dtype=np.int32)
    speaker = _numbered(rows.speaker, numbers.actors, "actor")
    principal = _numbered(rows.principal, numbers.actors, "actor")
    first = _seconds(rows.time.astype("datetime64[D]"))
    last = first if rows.last_day is None else _seconds(rows.last_day)
    evidence = {
        "seq": at,
        "id": _texts(rows.ids),
        "kind": _same(rows.kind.value, count),
        "source": _numbered(rows.source, numbers.sources, "source"),
        "paragraph": rows.paragraph.astype(np.int32),
        "speaker": speaker,
        "capacity": _texts(rows.capacity.labels)[rows.capacity.codes],
        "principal": principal,
        "mode": _same(rows.mode.value, count),
        "gist": _texts(rows.gist or [None]) if rows.gist else _same(None, count),
        "time": _seconds(rows.time),
        "not_before": first,
        "not_after": last,
        "counts": np.ones(count, dtype=bool),
        "more": _same(None, count),
    }
    when = _published_if_undated(rows, first, last, numbers)
    told = [
        _stance_part(s, place, rows, numbers, (speaker, principal), when)
        for place, s in enumerate(rows.stances)
    ]
    coded = {"seq": at} | {f"v{n}": v.column.codes for n, v in enumerate(rows.variables)}
    variables = tuple((v.name, v.type, v.column.labels) for v in rows.variables)
    return Columns(evidence, _stacked(told), coded, variables)


_STANCE = {
    "seq": "i4",
    "place": "i2",
    "holder": "i4",
    "option": "i4",
    "level": "i1",
    "certainty": "O",
    "tier": "i1",
    "not_before": "M8[s]",
    "not_after": "M8[s]",
    "until": "M8[s]",
    "counts": "?",
    "more": "O",
}


def _stacked(parts: Sequence[Part]) -> Part:
    return {
        name: np.concatenate([part[name] for part in parts]).astype(kind)
        if parts
        else np.array([], dtype=kind)
        for name, kind in _STANCE.items()
    }


def _stance_part(
    stances: Stances,
    place: int,
    rows: Rows,
    numbers: Numbers,
    tellers: tuple[NDArray[np.int32], NDArray[np.int32]],
    when: tuple[NDArray[Any], NDArray[Any]],
) -> Part:
    holder = _numbered(stances.holder, numbers.actors, "actor")
    option = _numbered(stances.option, numbers.options, "option")
    told = np.flatnonzero((stances.level != MISSING) & (holder >= 0) & (option >= 0))
    is_own = (holder == tellers[0]) | (holder == tellers[1])
    unnamed = np.array([slug in numbers.unnamed for slug in (*rows.speaker.labels, "")])
    tier = np.where(
        is_own, _OWN_TIERS[rows.kind], np.where(unnamed[rows.speaker.codes], _UNNAMED, _NAMED)
    )
    return {
        "seq": told,
        "place": np.full(len(told), place),
        "holder": holder[told],
        "option": option[told],
        "level": stances.level[told],
        "certainty": _same(stances.certainty.value, len(told)),
        "tier": tier[told],
        "not_before": when[0][told],
        "not_after": when[1][told],
        "until": np.full(len(told), "NaT", dtype="datetime64[s]"),
        "counts": np.ones(len(told), dtype=bool),
        "more": _same(None, len(told)),
    }


def _published_if_undated(
    rows: Rows, first: NDArray[Any], last: NDArray[Any], numbers: Numbers
) -> tuple[NDArray[Any], NDArray[Any]]:
    """Take the last day of publication for what has no date of its own (`dates.when_of`)."""
    published = [numbers.published.get(s, (None, None))[1] for s in rows.source.labels]
    ends = _days([*published, None])[rows.source.codes]
    return first, np.where(np.isnat(last), ends, last)


def columns_of_evidence(debate: Debate, reference: Debate, numbers: Numbers) -> Columns:
    """Return the records of a debate as columns; what has no column as JSON."""
    evidence = debate.evidence
    actors = {a.id: a for a in (*reference.actors, *debate.actors)}
    at_of = {e.id: at for at, e in enumerate(evidence)}
    days = [(e.when.not_before, e.when.not_after) for e in evidence]
    told = {(r.evidence.id, r.stance): r for r in readings_of(debate, actors)}
    pairs = [
        (e, place, s, told.get((e.id, s))) for e in evidence for place, s in enumerate(e.stances)
    ]
    when = [r.when if r else e.when for e, _, _, r in pairs]
    exact = [b if b == a else None for b, a in days]
    return Columns(
        {
            "seq": np.arange(len(evidence), dtype=np.int32),
            "id": _texts([e.id for e in evidence]),
            "kind": _texts([e.kind.value for e in evidence]),
            "source": _all_numbered([e.source for e in evidence], numbers.sources),
            "paragraph": np.array([e.paragraph for e in evidence], dtype=np.int32),
            "speaker": _all_numbered([e.speaker for e in evidence], numbers.actors),
            "capacity": _texts([e.capacity.value for e in evidence]),
            "principal": _all_numbered([e.principal for e in evidence], numbers.actors),
            "mode": _texts([e.mode.value for e in evidence]),
            "gist": _texts([e.gist for e in evidence]),
            "time": _days(exact),
            "not_before": _days([d[0] for d in days]),
            "not_after": _days([d[1] for d in days]),
            "counts": np.array([not e.deprecated for e in evidence], dtype=bool),
            "more": _texts([to_json(e, IN_COLUMNS) for e in evidence]),
        },
        {
            "seq": np.array([at_of[e.id] for e, *_ in pairs], dtype=np.int32),
            "place": np.array([place for _, place, _, _ in pairs], dtype=np.int16),
            "holder": _all_numbered([s.holder for _, _, s, _ in pairs], numbers.actors),
            "option": _all_numbered([s.option for _, _, s, _ in pairs], numbers.options),
            "level": np.array(
                [MISSING if s.polarity.level is None else s.polarity.level for _, _, s, _ in pairs],
                dtype=np.int8,
            ),
            "certainty": _texts([s.certainty.value for _, _, s, _ in pairs]),
            "tier": np.array([r.tier if r else 0 for *_, r in pairs], dtype=np.int8),
            "not_before": _days([w.not_before for w in when]),
            "not_after": _days([w.not_after for w in when]),
            "until": _days([s.until for _, _, s, _ in pairs]),
            "counts": np.array([r is not None for *_, r in pairs], dtype=bool),
            "more": _texts([to_json(s, STANCE_COLUMNS) for _, _, s, _ in pairs]),
        },
        {"seq": np.arange(len(evidence), dtype=np.int32)},
        (),
    )


def _numbered(names: Names, numbers: Mapping[str, int], what: str) -> NDArray[np.int32]:
    """Turn codes into the numbers that the file's records have; -1 stays."""
    for label in names.labels:
        if label not in numbers:
            raise StanceError(f"no {what} {label!r} is in the graph")
    known = np.array([*(numbers[label] for label in names.labels), -1], dtype=np.int32)
    found: NDArray[np.int32] = known[names.codes]
    return found


def _all_numbered(slugs: Iterable[str | None], numbers: Mapping[str, int]) -> NDArray[np.int32]:
    return np.array([-1 if s is None else numbers[s] for s in slugs], dtype=np.int32)


def _texts(texts: Sequence[str | None]) -> NDArray[Any]:
    found = np.empty(len(texts), dtype=object)
    found[:] = texts
    return found


def _same(text: str | None, count: int) -> NDArray[Any]:
    return np.full(count, text, dtype=object)


def _days(days: Sequence[date | None]) -> NDArray[Any]:
    """Return days as seconds, which is what DuckDB reads."""
    return _seconds(np.array([d or np.datetime64("NaT") for d in days], dtype="datetime64[D]"))


def _seconds(times: NDArray[Any]) -> NDArray[Any]:
    return times.astype("datetime64[s]")
