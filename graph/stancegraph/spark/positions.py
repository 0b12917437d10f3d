"""Positions and how they meet, derived where the stances are: by the rules of the other engine.

Stances of one holder on one option are brought together by Spark; `store.held.settled` decides
most in arrays, `positions.positions_of` the rest, and `answer.meeting.crossed` lets them meet, all
inside Spark. What leaves it is a count for each two levels of each actor, and the stances of the
one actor asked about, whose positions are decided here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from itertools import groupby
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from stancegraph.answer.measuring import Measuring
from stancegraph.answer.meeting import Crossed, Meeting, crossed, met
from stancegraph.columns import Held, held_of
from stancegraph.model import (
    Bounds,
    Capacity,
    Certainty,
    Evidence,
    EvidenceKind,
    Mode,
    Option,
    Stance,
)
from stancegraph.positions import RULES, VOTE, Reading, positions_of
from stancegraph.scope import Scope
from stancegraph.spark.store import SparkStore
from stancegraph.store.held import DAYS, TOLD, settled
from stancegraph.store.read import POLARITY_OF

if TYPE_CHECKING:
    import pyarrow
    from pyspark.sql import Column, DataFrame

Columns = Mapping[str, NDArray[Any]]
Decide = Callable[[Columns], Held]
_STANCES_A_PART = 1_000_000
"""About so many stances are decided at a time."""
_CROSSED = (
    "actor int, a tinyint, b tinyint, by_vote boolean, is_own boolean, count bigint, "
    "weight double, square double, day date, option int"
)
_ALIKE = ("actor", "a", "b", "by_vote", "is_own")
"""What entries that are counted together have in common."""
_ALL = -128
"""Stands for a level in the entries that count the positions of an actor, shared or not."""


def meeting(
    store: SparkStore,
    actor: str,
    measuring: Measuring,
    scope: Scope,
    option_weights: Mapping[str, float] | None = None,
) -> Meeting:
    """Count how one actor's positions meet those of all, as `answer.meeting` does."""
    actors, options = store.slugs("actors"), store.slugs("options")
    pairs = _Pairs(store, scope)
    me = actors.index(actor) if actor in actors else -1
    mine = pairs.held(me)
    weights = None
    if option_weights is not None:
        weights = np.array([option_weights.get(o, 0.0) for o in options])

    def cross(held: Held) -> pyarrow.RecordBatch:
        others = held.where(held.actor != me)
        return _batch(held, crossed(mine, others, measuring, scope, weights))

    return _met(pairs.summed(cross), mine, actors, options, measuring)


class _Pairs:
    """The stances that a scope lets count, as the pairs of holder and option that they are of."""

    def __init__(self, store: SparkStore, scope: Scope) -> None:
        from pyspark.sql import functions as f

        self._store = store
        self._as_of = scope.as_of
        self._space = len(store.slugs("actors")), len(store.slugs("options"))
        told = _told(store, scope)
        survey = told.agg(f.max("not_after").alias("last"), f.bool_or(_is_odd()).alias("has_odd"))
        (found,) = store.tables.arrow(survey).to_pylist()
        last, self._has_odd = found["last"], bool(found["has_odd"])
        self._told = _known(told, scope, last) if scope.as_of else told

    def held(self, holder: int) -> Held:
        """Return the positions of one holder, whose stances come here."""
        from pyspark.sql import functions as f

        told = self._told.where(f.col("holder") == holder)
        decide = self._judge() if self._has_odd else self._settle()
        return decide(
            _plain(self._store.tables.arrow(self._named(told) if self._has_odd else told))
        )

    def summed(self, cross: Callable[[Held], pyarrow.RecordBatch]) -> Columns:
        """Return what all positions come to, entries alike counted together."""
        from pyspark.sql import functions as f

        entries = self._decided(cross)
        latest = f.max(f.struct("day", "option")).alias("last")
        sums = [f.sum(name).alias(name) for name in ("count", "weight", "square")]
        alike = entries.groupBy(*_ALIKE).agg(*sums, latest)
        asked = alike.select(*_ALIKE, "count", "weight", "square", "last.day", "last.option")
        return _plain(self._store.tables.arrow(asked))

    def _decided(self, cross: Callable[[Held], pyarrow.RecordBatch]) -> DataFrame:
        """Return what the positions of all cross."""
        told = self._told
        if not self._has_odd:
            return self._parted(told, self._settle(), cross)
        odd = told.where(_is_odd()).select("holder", "option").distinct()
        plain = told.join(odd, ["holder", "option"], "left_anti")
        rest = told.join(odd, ["holder", "option"], "left_semi")
        return self._parted(plain, self._settle(), cross).unionByName(
            self._parted(self._named(rest), self._judge(), cross)
        )

    def _named(self, told: DataFrame) -> DataFrame:
        """Give stances the ids of their records, by which the rules break ties."""
        ids = self._store.tables.asked("SELECT n AS evidence, id FROM evidence")
        return told.join(ids, "evidence")

    def _settle(self) -> Decide:
        as_of, space = self._as_of, self._space
        return lambda found: settled(found, as_of, space)[0]

    def _judge(self) -> Decide:
        as_of = self._as_of
        return lambda found: _judged(found, as_of)

    def _parted(
        self, told: DataFrame, decide: Decide, cross: Callable[[Held], pyarrow.RecordBatch]
    ) -> DataFrame:
        """Bring together what is of one holder and option, and decide part by part."""
        import pyarrow

        def decided(batches: Iterable[pyarrow.RecordBatch]) -> Iterator[pyarrow.RecordBatch]:
            found = list(batches)
            if found:
                yield cross(decide(_plain(pyarrow.Table.from_batches(found))))

        cores = self._store.tables.spark.sparkContext.defaultParallelism
        parts = max(cores, -(-self._store.size // _STANCES_A_PART))
        return told.repartition(parts, "holder", "option").mapInArrow(decided, _CROSSED)


def _told(store: SparkStore, scope: Scope) -> DataFrame:
    """Return the stances that dates and filters let count, on the option that each counts for."""
    from pyspark.sql import functions as f

    conditions = store.within(scope)
    told = store.tables.asked(
        f"{TOLD} WHERE {' AND '.join(c.text for c in conditions)}",
        [value for c in conditions for value in c.values],
    )
    told = told.withColumn("said_on", f.col("option"))
    if not scope.roll_up:
        return told
    import pyarrow

    pairs = np.array(_broadest(store), dtype=np.int32).reshape(-1, 2)
    top = store.tables.given(
        {"said_on": pyarrow.array(pairs[:, 0]), "top": pyarrow.array(pairs[:, 1])}
    )
    rolled = told.join(f.broadcast(top), "said_on", "left")
    return rolled.withColumn("option", f.coalesce("top", "option")).drop("top")


def _broadest(store: SparkStore) -> list[tuple[int, int]]:
    """Return the options that have a broader one, with the broadest of all above each."""
    options: tuple[Option, ...] = store.register("options")
    broader = {o.id: o.broader for o in options}
    number = {o.id: n for n, o in enumerate(options)}
    found = []
    for option in options:
        top = option.id
        while above := broader[top]:
            top = above
        if top != option.id:
            found.append((number[option.id], number[top]))
    return found


def _known(told: DataFrame, scope: Scope, last: date | None) -> DataFrame:
    """Return the stances that are known, and still stand, on the day of the question."""
    from pyspark.sql import functions as f

    day = f.lit(scope.as_of)
    is_known = f.coalesce("not_after", f.lit(last or date.min)) <= day
    return told.where(is_known & (f.col("until").isNull() | (f.col("until") >= day)))


def _is_odd() -> Column:
    """Tell which stances need the rules in full: hearsay, of no one day, not disclosed, rolled up.

    Whether they are the only ones of their holder makes no difference to what the rules say.
    """
    from pyspark.sql import functions as f

    is_of_a_day = f.coalesce(f.col("not_before") == f.col("not_after"), f.lit(False))
    return (
        (f.col("tier") > RULES.last_own_tier)
        | ~is_of_a_day
        | (f.col("level") == _ALL)
        | (f.col("option") != f.col("said_on"))
    )


def _judged(found: Columns, as_of: date | None) -> Held:
    """Decide pairs of holder and option by the rules in full."""
    order = np.lexsort((found["option"], found["holder"]))
    rows = zip(*(found[name][order].tolist() for name in _JUDGED), strict=True)
    positions = [
        position
        for _, group in groupby(rows, key=lambda row: row[:2])
        for position in positions_of([_reading(*row) for row in group], as_of).values()
    ]
    holders, options = {p.holder for p in positions}, {p.option for p in positions}
    held = held_of(positions, sorted(holders), sorted(options))
    who, what = (np.array([int(x) for x in s], np.int32) for s in (held.actors, held.options))
    return replace(
        held,
        actor=who[held.actor] if len(who) else held.actor,
        option=what[held.option] if len(what) else held.option,
    )


_JUDGED = (
    *("holder", "option", "said_on", "id", "level", "tier", "certainty"),
    *("not_before", "not_after"),
)
_CERTAINTIES = tuple(Certainty)


def _reading(
    holder: int,
    option: int,
    said_on: int,
    id: str,
    level: int,
    tier: int,
    certainty: int,
    not_before: date | None,
    not_after: date | None,
) -> Reading:
    """Return of a stance what a position depends on; slugs are numbers here."""
    when = Bounds(not_before=not_before, not_after=not_after)
    return Reading(
        evidence=Evidence(
            id=id,
            kind=EvidenceKind.STATEMENT,
            source="",
            paragraph=0,
            speaker="",
            capacity=Capacity.OWN,
            mode=Mode.DIRECT,
            gist="",
            when=when,
        ),
        stance=Stance(
            holder=str(holder),
            option=str(said_on),
            polarity=POLARITY_OF[None if level == _ALL else level],
            certainty=_CERTAINTIES[certainty],
        ),
        option=str(option),
        tier=tier,
        when=when,
    )


def _plain(table: pyarrow.Table) -> dict[str, NDArray[Any]]:
    """Return columns as arrays, days as days."""
    found = {}
    for name in table.column_names:
        column = table.column(name)
        is_day = name in (*DAYS, "day")
        found[name] = column.to_numpy().astype("datetime64[D]") if is_day else column.to_numpy()
    return found


def _names(schema: str) -> list[str]:
    return [part.split()[0] for part in schema.split(", ")]


def _batch(held: Held, found: Crossed) -> pyarrow.RecordBatch:
    """Return what crosses, summed, and of each actor how many positions it has, by vote or not."""
    entries = {name: getattr(found, name) for name in _names(_CROSSED)}
    by_vote = held.tier == VOTE
    count = len(held)
    whole = {
        "actor": held.actor,
        "a": np.full(count, _ALL),
        "b": np.full(count, _ALL),
        "by_vote": by_vote,
        "is_own": np.zeros(count, dtype=bool),
        "count": np.ones(count, dtype=np.int64),
        "weight": np.zeros(count),
        "square": np.zeros(count),
        "day": np.full(count, np.datetime64("NaT"), dtype="datetime64[D]"),
        "option": np.full(count, -1),
    }
    both = {name: np.concatenate([entries[name], whole[name]]) for name in entries}
    return _rows(_CROSSED, _summed(both))


def _summed(entries: Columns) -> Columns:
    """Count entries that are alike together, with the last option of the latest day of each."""
    key = entries["actor"].astype(np.int64)
    for name, size in (("a", 256), ("b", 256), ("by_vote", 2), ("is_own", 2)):
        key = key * size + entries[name].astype(np.int64) + (128 if size == 256 else 0)
    day = np.where(np.isnat(entries["day"]), np.datetime64(date.min), entries["day"])
    order = np.lexsort((entries["option"], day, key))
    last = (
        order[np.flatnonzero(np.r_[key[order][1:] != key[order][:-1], True])] if len(key) else order
    )
    number = np.unique(key, return_inverse=True)[1]
    sums = {
        name: np.bincount(number, entries[name], len(last))
        for name in ("count", "weight", "square")
    }
    return {name: sums[name] if name in sums else part[last] for name, part in entries.items()}


def _rows(schema: str, columns: Columns) -> pyarrow.RecordBatch:
    """Return arrays as rows of a schema; NaT is null."""
    import pyarrow

    types = {
        "int": pyarrow.int32(),
        "tinyint": pyarrow.int8(),
        "boolean": pyarrow.bool_(),
        "bigint": pyarrow.int64(),
        "double": pyarrow.float64(),
        "date": pyarrow.date32(),
    }
    named = (part.split() for part in schema.split(", "))
    found = {name: _array(columns[name], types[kind]) for name, kind in named}
    return pyarrow.RecordBatch.from_pydict(found)


def _array(values: NDArray[Any], kind: Any) -> pyarrow.Array:
    import pyarrow

    if values.dtype.kind == "M":
        return pyarrow.array(values.astype("datetime64[D]"), kind)
    return pyarrow.array(values).cast(kind, safe=False)


def _met(
    entries: Columns,
    mine: Held,
    actors: tuple[str, ...],
    options: tuple[str, ...],
    measuring: Measuring,
) -> Meeting:
    """Measure what crosses, the actors by slug."""
    is_whole = entries["a"] == _ALL
    present = sorted((actors[n], n) for n in {*entries["actor"][is_whole].tolist()})
    number = np.zeros(len(actors), dtype=np.int32)
    number[[n for _, n in present]] = np.arange(len(present))
    shared = {name: part[~is_whole] for name, part in entries.items()}
    found = Crossed(**{name: shared[name] for name in _names(_CROSSED)})
    found = replace(
        found,
        actor=number[found.actor],
        a=found.a.astype(np.int64),
        b=found.b.astype(np.int64),
    )
    by_vote = entries["by_vote"][is_whole].astype(bool)
    return met(
        tuple(slug for slug, _ in present),
        options,
        len(mine),
        found,
        measuring,
        is_by_vote=bool(len(by_vote)) and bool(by_vote.all()),
    )
