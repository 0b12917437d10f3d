"""A graph in a DuckDB file that can be asked: it loads only what a question is about."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import date
from functools import cached_property, wraps
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

from stancegraph import answer
from stancegraph.graph import Graph
from stancegraph.model import REGISTERS, Actor, Debate, Membership, Option, Source
from stancegraph.positions import Position, Reading
from stancegraph.scope import Scope
from stancegraph.store.file import state_of
from stancegraph.store.lock import Busy
from stancegraph.store.read import EVERYTHING, Condition, Store

if TYPE_CHECKING:
    from stancegraph.answer.measuring import Measuring
    from stancegraph.answer.meeting import Meeting
    from stancegraph.columns import Held
    from stancegraph.measure.discourse_statements import Statements
    from stancegraph.store.renewal import Earlier, Kept

LARGE = 20_000
"""From so many stances on, answers count rather than list."""

_FEW = ("issues", "arguments", "conditions", "limits", "frames", "events")
"""Registers that stay small however many stances there are."""


KEPT_SCOPES = 4
"""Of so many scopes, those asked about last, positions are kept."""

_READ_OF = {
    "_registers": {*REGISTERS, "debate"} - {"evidence"},
    "reference": {"reference"},
    "actors": {"actors"},
    "options": {"options"},
    "sources": {"sources"},
}
"""What is kept once it was read, and of which registers it is."""


class StoredGraph(Graph):
    """A graph's file; `debate` reads all of it, questions read what they are about.

    It stays as it was when it was loaded, whoever changes the file; `current` is the graph as the
    file is now, and its questions (`who`, `align`, `view` and the others) are about that one. Each
    is answered from one state. Threads may share it.
    """

    def __init__(self, path: Path, store: Store | None = None) -> None:
        self.store = store or Store(path)
        self.name = str(path)
        self._derived = {}
        self._newest: StoredGraph | None = None
        self._renewing = Lock()
        self._kept: list[Kept] = []
        self._earlier: list[Earlier] = []

    def close(self) -> None:
        """Let go of the file."""
        if self._newest:
            self._newest.store.close()
        self.store.close()

    def current(self) -> StoredGraph:
        """Return the graph as its file is now: itself, as long as nobody changed it.

        What was derived and did not change is taken over. While another program has the file open
        to write in it, which ours never do, the graph stays what it was.
        """
        with self._renewing:
            newest = self._newest or self
            if state_of(self.store.path) != newest.store.state:
                with suppress(Busy):
                    newest = self._newest = newest._renewed()
            return newest

    def _renewed(self) -> StoredGraph:
        from stancegraph.store.renewal import Earlier, renewal

        later = type(self)(self.store.path)
        found = renewal(self.store, later.store)
        if found:
            here = [Earlier(kept, self.last_day, frozenset()) for kept in self._kept]
            earlier = (*here, *self._earlier)[:KEPT_SCOPES]
            later._earlier = [e.and_then(found.pairs) for e in earlier]
            self._kept = []
            same = {n for n, read_of in _READ_OF.items() if not read_of & found.registers}
            later.__dict__.update((n, self.__dict__[n]) for n in same & self.__dict__.keys())
        return later

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
        return super().held(scope) if self._rolls_up(scope) else self._positions(scope).held

    def meeting(self, actor: str, measuring: Measuring, scope: Scope) -> Meeting:
        """Count how one actor's positions meet those of all others, as a measure needs it.

        What was counted before a change is counted anew for what the change touched only.
        """
        from stancegraph.answer.meeting import is_unweighted, meeting

        if self._rolls_up(scope) or not is_unweighted(measuring):
            return super().meeting(actor, measuring, scope)
        kept = self._positions(scope)
        return meeting(kept.held, actor, measuring, scope, tally=kept.tally(actor))

    def _rolls_up(self, scope: Scope) -> bool:
        return scope.roll_up and any(o.broader for o in self.options.values())

    def _positions(self, scope: Scope) -> Kept:
        from stancegraph.store.held import held
        from stancegraph.store.renewal import Kept

        for found in self._kept:
            if found.scope == scope:
                return found
        earlier = next((e for e in self._earlier if e.serves(scope, self.last_day)), None)

        def derive(numbers: Any) -> Mapping[Any, Position]:
            return self._decided(numbers, scope)

        if earlier:
            kept = earlier.renewed(self.store, scope, derive)
        else:
            kept = Kept(scope, held(self.store, scope, derive))
        self._kept = [kept, *self._kept][:KEPT_SCOPES]
        return kept

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


def _of_now(ask: Callable[..., Any]) -> Callable[..., Any]:
    """Let a question to a graph be answered by what its file is now."""

    @wraps(ask)
    def asked(graph: StoredGraph, *words: Any, **which: Any) -> Any:
        return ask(graph.current(), *words, **which)

    return asked


_MAKING = ("view", "picture", "to_networkx", "to_rdf")
for _name, _ask in vars(Graph).items():
    if _name in _MAKING or getattr(_ask, "__module__", "").startswith(answer.__name__):
        setattr(StoredGraph, _name, _of_now(_ask))


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
    def asked_by(self) -> tuple[str, ...]:
        """The options of a command line by which the whole is asked."""
        return self._whole.asked_by

    @property
    def own_memberships(self) -> tuple[Membership, ...]:
        """The memberships of the whole."""
        return self._whole.own_memberships

    @cached_property
    def last_day(self) -> date | None:
        """The latest day of any record of the whole."""
        return self._whole.last_day

    def undated_from(self, scope: Scope) -> date | None:
        """Return the day from which the undated counts, by the records of the whole."""
        if scope.as_of is None or (self.last_day and self.last_day <= scope.as_of):
            return None  # all counts
        return self._whole.store.undated_from(scope)

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
