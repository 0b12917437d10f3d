"""A graph in a DuckDB file that can be asked: it loads only what a question is about."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from stancegraph.graph import Graph
from stancegraph.model import Actor, Debate, Membership, Option, Source
from stancegraph.positions import Position, Reading
from stancegraph.scope import Scope
from stancegraph.store.read import EVERYTHING, Condition, Store

if TYPE_CHECKING:
    from stancegraph.columns import Held
    from stancegraph.measure.discourse_statements import Statements

LARGE = 20_000
"""From so many stances on, answers count rather than list."""

_FEW = ("issues", "arguments", "conditions", "limits", "frames", "events")
"""Registers that stay small however many stances there are."""


class StoredGraph(Graph):
    """A graph's file; `debate` reads all of it, questions read what they are about."""

    def __init__(self, path: Path) -> None:
        self.store = Store(path)
        self.name = str(path)
        self._derived = {}

    def close(self) -> None:
        """Let go of the file, so that it can be written to."""
        self.store.close()

    @cached_property
    def _registers(self) -> Debate:
        return self.store.registers(is_reference=False)

    @cached_property
    def reference(self) -> Debate:
        """The shipped registers as they were when the file was made."""
        return self.store.registers(is_reference=True)

    @cached_property
    def debate(self) -> Debate:
        """All that the file holds."""
        return replace(self._registers, evidence=self.store.evidence(EVERYTHING))

    @property
    def is_large(self) -> bool:
        """Whether there are too many stances to list."""
        return self.store.size >= LARGE

    @cached_property
    def actors(self) -> Mapping[str, Actor]:
        """Every actor, by slug."""
        return {a.id: a for a in self.store.register("actors")}

    @cached_property
    def options(self) -> Mapping[str, Option]:
        """Every option, by slug."""
        return {o.id: o for o in self._registers.options}

    @cached_property
    def sources(self) -> Mapping[str, Source]:
        """Every source, by slug."""
        return {s.id: s for s in self._registers.sources}

    @cached_property
    def last_day(self) -> date | None:
        """The latest day of any record."""
        return self.store.last_day

    def about(
        self,
        *,
        holders: Collection[str] | None = None,
        options: Collection[str] | None = None,
        records: Collection[str] | None = None,
    ) -> Graph:
        """Return a graph with the records of some actors, on some options, of some ids."""
        return Part(self, self.store.about(holders, options, records), options or ())

    @property
    def own_memberships(self) -> tuple[Membership, ...]:
        """The memberships that were imported."""
        return self.store.register("memberships", is_reference=False)

    def disputed(self) -> Graph:
        """Return a graph with the records among which dissent can be."""
        return Part(self, self.store.disputed())

    def held(self, scope: Scope) -> Held:
        """Return the positions that the records of a scope add up to, as arrays."""
        from stancegraph.store.held import held

        if scope.roll_up and any(o.broader for o in self.options.values()):
            return super().held(scope)
        return held(self.store, scope, lambda numbers: self._decided(numbers, scope))

    def _decided(self, numbers: Any, scope: Scope) -> Mapping[Any, Position]:
        part = Part(self, self.store.numbered(numbers))
        readings = part.narrowed(scope) if scope.is_narrowed else part.readings
        return part.derived_from(readings, scope)

    def statements(self) -> Statements:
        """Return the coded statements as columns, a row a record and option."""
        from stancegraph.store.statements import statements

        return statements(self.store)

    def option_weights(self, field: str) -> Mapping[str, float]:
        """Return the numbers that options have as an attribute."""
        return self.store.weights(field)


class Part(Graph):
    """Some records of a stored graph, in memory; it knows what the whole does."""

    def __init__(self, whole: StoredGraph, where: Condition, options: Collection[str] = ()) -> None:
        evidence = whole.store.evidence(where)
        if whole.is_large:
            named = {s.option for e in evidence for s in e.stances} | {*options}
            few: dict[str, Any] = {name: whole.store.register(name) for name in _FEW}
            registers = Debate(
                **whole.store.header,
                **few,
                options=whole.store.some("options", named),
                sources=whole.store.some("sources", {e.source for e in evidence}),
            )
        else:
            registers = whole._registers
        super().__init__(replace(registers, evidence=evidence), whole.reference, whole.name)
        self._whole = whole
        self._where = where

    @property
    def is_large(self) -> bool:
        """Whether the whole has too many stances to list."""
        return self._whole.is_large

    @cached_property
    def actors(self) -> Mapping[str, Actor]:
        """Every actor, by slug."""
        return self._whole.actors

    @property
    def own_memberships(self) -> tuple[Membership, ...]:
        """The memberships of the whole."""
        return self._whole.own_memberships

    @cached_property
    def last_day(self) -> date | None:
        """The latest day of any record of the whole."""
        return self._whole.last_day

    def narrowed(self, scope: Scope) -> Iterator[Reading]:
        """Yield the readings that the dates and filters of a scope let count."""
        kept = self._whole.store.matching(self._where, scope)
        for reading in self.readings:
            stance = reading.stance
            if (reading.evidence.id, stance.holder, stance.option) in kept:
                yield reading

    def silent(self, option: str, as_of: date | None = None) -> tuple[Actor, ...]:
        """Return who has a position elsewhere in the whole, but none on this option."""
        day = as_of or self.last_day
        found = {a.id: a for a in super().silent(option, day)}
        near = {option, *(o.id for o in self.narrower(option))}
        heard = {holder for holder, of in self.positions(day) if of in near}
        elsewhere = (a for a in self._whole.store.heard(day) if self.is_state_or_body(a))
        found |= {a: self.actors[a] for a in elsewhere if a not in heard}
        return tuple(sorted(found.values(), key=lambda a: a.name))

    def option_weights(self, field: str) -> Mapping[str, float]:
        """Return the numbers that options have as an attribute."""
        return self._whole.option_weights(field)
