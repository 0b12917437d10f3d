"""A graph's file as RDF text, some thousand records at a time."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import cached_property
from itertools import count
from typing import TYPE_CHECKING, Any

from stancegraph.errors import StanceError
from stancegraph.model import Stance
from stancegraph.positions import Reading, positions_of, readings_of
from stancegraph.rdf.pattern import (
    Pattern,
    PositionKind,
    RecordKind,
    StanceKind,
    pattern_of_positions,
    pattern_of_records,
)
from stancegraph.rdf.quads import NQuads, escaped, of_reference, of_registers, written
from stancegraph.rdf.vocabulary import inside, segment
from stancegraph.rdf.write import Writer
from stancegraph.scope import Scope
from stancegraph.store.read import POLARITY_OF, Condition

if TYPE_CHECKING:
    from stancegraph.stored import StoredGraph

RECORDS = 5_000
"""So many records are read at a time."""
STANCES = 20_000
"""Positions are derived of the holders of about so many stances at a time."""


class StoredQuads:
    """The text of a graph's file in a form of RDF, its positions derived for a day."""

    def __init__(self, graph: StoredGraph, day: date | None, form: NQuads) -> None:
        self._graph, self._store, self._day, self._form = graph, graph.store, day, form
        self._registers = graph.store.registers(is_reference=False)
        self._writer = Writer.of(self._registers, graph.reference.id)
        self._name = inside(self._writer.home, "positions")
        self._evidence_iri = form.iri(inside(self._writer.home, "evidence"))
        self._name_iri = form.iri(self._name)
        self._actor_ids, self._option_ids = (self._store.slugs(r) for r in ("actors", "options"))
        self._actors, self._options, self._sources = (
            [form.iri(self._writer.named(register, slug)) for slug in self._store.slugs(register)]
            for register in ("actors", "options", "sources")
        )
        self._actor_steps, self._option_steps = (
            [segment(slug) for slug in ids] for ids in (self._actor_ids, self._option_ids)
        )
        self._patterns: dict[RecordKind | PositionKind, Pattern] = {}

    def blocks(self) -> Iterator[str]:
        """Yield the text of one record after the other."""
        self._refuse_twice()
        yield from of_registers(self._writer, self._registers, self._form)
        yield from self._all_records()
        yield from of_reference(self._writer, self._graph.reference, self._form)
        yield from self._all_positions()

    def records(self, ids: Collection[str]) -> Iterator[str]:
        """Yield the text of the records of some ids."""
        found = self._store.rows(_PLACES, [sorted(ids)])
        for low in range(0, len(found), RECORDS):
            numbers, places = zip(*found[low : low + RECORDS], strict=True)
            yield from self._records(Condition(_NUMBERED, (list(numbers),)), places)

    def positions(self, pairs: Collection[tuple[str, str]]) -> Iterator[str]:
        """Yield the text of the positions of some holders on some options."""
        holders, options = (
            {slug: n for n, slug in enumerate(ids)} for ids in (self._actor_ids, self._option_ids)
        )
        known = sorted((holders[h], options[o]) for h, o in pairs if h in holders and o in options)
        for low in range(0, len(known), RECORDS):
            some = list(zip(*known[low : low + RECORDS], strict=True))
            yield from self._positions(Condition(_ON, tuple(map(list, some))))

    def position_set(self) -> str:
        """Return the text of what all positions have in common."""
        triples = self._writer.position_set(self._name, self._day)
        return written(self._form, triples, self._name)

    def _refuse_twice(self) -> None:
        for (id,) in self._store.rows(_TWICE):
            raise StanceError(
                f"evidence of {self._registers.id!r}: several records are called {id!r}"
            )

    def _all_records(self) -> Iterator[str]:
        places = count(1)
        ((first, last),) = self._store.rows("SELECT min(n), max(n) FROM evidence")
        for low in range(first or 0, -1 if last is None else last + 1, RECORDS):
            yield from self._records(Condition(_SPAN, (low, low + RECORDS)), places)

    def _records(self, where: Condition, places: Iterable[int]) -> Iterator[str]:
        """Yield records in their order; what has more than columns by the ordinary writer.

        The condition is on the number of a record, for which it has "{}".
        """
        of_evidence, of_stances = where.text.format("n"), where.text.format("evidence")
        told = _by_record(self._store.rows(_TOLD.format(of_stances), where.values))
        rich_ones = Condition(_RICH.format(of_evidence, of_stances), where.values * 2)
        rich = {e.id: e for e in self._store.evidence(rich_ones)}
        rows = self._store.rows(_ROWS.format(of_evidence), where.values)
        for row, place in zip(rows, places, strict=False):
            if row[1] in rich:
                triples = self._writer.member("evidence", rich[row[1]], place)
                yield written(self._form, triples, self._writer.home)
            else:
                yield self._record(row, told.get(row[0], []), place)

    def _record(self, row: Sequence[Any], told: Sequence[Sequence[Any]], place: int) -> str:
        _, id, kind, source, paragraph, speaker, capacity, principal, mode, gist, *days = row
        words = [f"{self._evidence_iri}/{segment(id)}", escaped(id), str(place)]
        words += (self._sources[source], paragraph, self._actors[speaker])
        words.append("" if principal is None else self._actors[principal])
        words.append(escaped(self._gist(kind, speaker, told) if gist is None else gist))
        words += days
        stances = []
        for _, holder, option, level, certainty, until in told:
            words += (self._actors[holder], self._options[option], until)
            stances.append(StanceKind(level, certainty, until is not None))
        first, last = (day is not None for day in days)
        is_bound = principal is not None
        common = RecordKind(kind, capacity, mode, is_bound, first, last, tuple(stances))
        return self._pattern(common).filled(words)

    def _gist(self, kind: str, speaker: int, told: Sequence[Sequence[Any]]) -> str:
        """Say what a row says that has no words of its own; its first stance is enough for that."""
        stances = [
            Stance(holder="", option=self._option_ids[option], polarity=POLARITY_OF[level])
            for _, _, option, level, _, _ in told[:1]
        ]
        return self._store.gist(kind, speaker, stances)

    def _all_positions(self) -> Iterator[str]:
        """Yield the positions, by holder and option."""
        is_first = True
        for span in _spans(self._store.rows(_HELD)):
            for text in self._positions(Condition(_HELD_BY, span)):
                if is_first:
                    yield self.position_set()
                    is_first = False
                yield text

    def _positions(self, where: Condition) -> Iterator[str]:
        """Yield the positions that rest on some stances, which are all of their pairs."""
        values = (*where.values, self._day, self._undated_from, self._day, self._day)
        pairs = self._store.rows(_PAIRS.format(where.text), values)
        yield from (self._position(pair) for pair in pairs if pair[2])
        yield from self._derived([pair[:2] for pair in pairs if not pair[2]])

    @cached_property
    def _undated_from(self) -> date:
        return self._store.undated_from(Scope()) or date.min

    def _position(self, pair: Sequence[Any]) -> str:
        """Write a position that rests on one stance."""
        holder, option, _, record, *common = pair
        steps = (self._actor_steps[holder], self._option_steps[option])
        words = (
            "/".join((self._name_iri, *steps)),
            self._actors[holder],
            self._options[option],
            f"{self._evidence_iri}/{segment(record)}",
        )
        return self._pattern(PositionKind(*common)).filled(words)

    def _derived(self, pairs: Sequence[Sequence[int]]) -> Iterator[str]:
        """Write positions that rest on several stances, or on one that needs the rules in full."""
        if not pairs:
            return
        holders, options = zip(*pairs, strict=True)
        records = self._store.evidence(Condition(_OF_PAIRS, (holders, options)))
        wanted = {(self._actor_ids[h], self._option_ids[o]) for h, o in pairs}
        part = replace(self._registers, evidence=records)
        readings = [
            r
            for r in readings_of(part, self._graph.actors)
            if (r.stance.holder, r.option) in wanted and self._is_known(r)
        ]
        for position in positions_of(readings, self._day).values():
            triples = self._writer.position(self._name, position)
            yield written(self._form, triples, self._name)

    def _is_known(self, reading: Reading) -> bool:
        """Tell whether a reading counts; an undated one does from the last day of all others on."""
        return self._day is None or (reading.when.not_after or self._undated_from) <= self._day

    def _pattern(self, kind: RecordKind | PositionKind) -> Pattern:
        if kind not in self._patterns:
            if isinstance(kind, RecordKind):
                made = pattern_of_records(kind, self._writer, self._form)
            else:
                made = pattern_of_positions(kind, self._day, self._name, self._writer, self._form)
            self._patterns[kind] = made
        return self._patterns[kind]


def _by_record(told: Iterable[Sequence[Any]]) -> Mapping[int, list[Sequence[Any]]]:
    found: dict[int, list[Sequence[Any]]] = {}
    for row in told:
        found.setdefault(row[0], []).append(row)
    return found


def _spans(held: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Divide the holders, each with the number of its stances, into runs of not too many."""
    low, size, high = None, 0, 0
    for holder, stances in held:
        if low is not None and size + stances > STANCES:
            yield low, high
            low, size = None, 0
        low = holder if low is None else low
        size, high = size + stances, holder
    if low is not None:
        yield low, high


_TWICE = "SELECT id FROM evidence GROUP BY id HAVING count(*) > 1 LIMIT 1"

_ROWS = (
    "SELECT n, id, kind, source, paragraph::VARCHAR, speaker, capacity, principal, mode, gist, "
    "not_before::VARCHAR, not_after::VARCHAR FROM evidence WHERE {} ORDER BY n"
)
_TOLD = (
    "SELECT evidence, holder, option, level, certainty, until::VARCHAR FROM stance "
    "WHERE {} ORDER BY evidence, place"
)
_RICH = (
    "{} AND (more IS NOT NULL OR n IN (SELECT evidence FROM stance WHERE more IS NOT NULL AND {}))"
)
_SPAN = "{0} >= ? AND {0} < ?"
_NUMBERED = "{} IN (SELECT unnest(?::INTEGER[]))"
_PLACES = (
    "SELECT n, place FROM (SELECT n, id, row_number() OVER (ORDER BY n) AS place FROM evidence) "
    "WHERE id IN (SELECT unnest(?::VARCHAR[])) ORDER BY n"
)
_HELD = "SELECT holder, count(*) FROM stance WHERE counts GROUP BY holder ORDER BY holder"

# Whether a position rests on one stance, of a record that is all in columns and dated; and which.
_PAIRS = """
WITH live AS (
    SELECT * FROM stance WHERE counts AND {} AND (?::DATE IS NULL OR
        (coalesce(not_after, ?) <= ? AND (until IS NULL OR until >= ?)))
)
SELECT holder, option,
    count(*) = 1 AND bool_and(live.more IS NULL AND evidence.more IS NULL AND
        evidence.not_after IS NOT NULL),
    any_value(id), any_value(level), any_value(certainty), any_value(tier),
    any_value(live.not_before), any_value(live.not_after)
FROM live JOIN evidence ON evidence.n = live.evidence
GROUP BY holder, option ORDER BY holder, option
"""
_HELD_BY = "holder BETWEEN ? AND ?"
_ON = "(holder, option) IN (SELECT unnest(?::INTEGER[]), unnest(?::INTEGER[]))"
_OF_PAIRS = f"n IN (SELECT evidence FROM stance WHERE counts AND {_ON})"
