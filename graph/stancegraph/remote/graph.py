"""A graph behind a SPARQL endpoint that can be asked: it fetches what a question is about."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any

from stancegraph import names
from stancegraph.graph import Graph
from stancegraph.model import Actor, Debate, Membership, Option, Source
from stancegraph.positions import Position
from stancegraph.remote.debate import RemoteDebate
from stancegraph.remote.endpoint import Endpoint
from stancegraph.scope import Scope
from stancegraph.stored import LARGE

if TYPE_CHECKING:
    from stancegraph.columns import Held
    from stancegraph.measure.discourse_statements import Statements
    from stancegraph.rdf.sparql import Table, Triples
    from stancegraph.remote.mirror import Mirror


class RemoteGraph(Graph):
    """A debate at an endpoint; `debate` fetches all of it, questions what they are about.

    Positions that are stored there are not used: ours are derived from the records, by our rules.
    """

    def __init__(self, url: str) -> None:
        """Name the endpoint, and after '#' the debate where it holds several."""
        address, _, wanted = url.partition("#")
        self.there = RemoteDebate(Endpoint(address), wanted or None)
        self.name = f"sparql:{url}"
        self._derived = {}

    def close(self) -> None:
        """Let go of the connection."""
        self.there.endpoint.close()

    @cached_property
    def reference(self) -> Debate:
        """The registers of countries and memberships that are there."""
        return self.there.reference

    @cached_property
    def debate(self) -> Debate:
        """All that the endpoint holds of the debate."""
        part = Part(self, self.there.about(None, None, None))
        return replace(part.debate, sources=tuple(self.sources.values()))

    @property
    def is_large(self) -> bool:
        """Whether there are too many stances to list."""
        return self.there.size >= LARGE

    @cached_property
    def options(self) -> Mapping[str, Option]:
        """Every option, by slug."""
        return {o.id: o for o in self.there.registers.options}

    @cached_property
    def actors(self) -> Mapping[str, Actor]:
        """Every actor, by slug."""
        own = self.there.registers.actors
        return {a.id: a for a in (*self.reference.actors, *own)}

    @cached_property
    def sources(self) -> Mapping[str, Source]:
        """Every source, by slug."""
        return {s.id: s for s in self.there.sources()}

    @cached_property
    def last_day(self) -> date | None:
        """The latest day of any record."""
        return self.there.last_day

    @property
    def own_memberships(self) -> tuple[Membership, ...]:
        """The memberships that the debate itself records."""
        return self.there.registers.memberships

    def option(self, name: str) -> Option:
        """Find an option by slug, name or unambiguous part of it; UnknownName otherwise."""
        return names.option_called(name, self.options.values())

    @cached_property
    def _children(self) -> Mapping[str, frozenset[str]]:
        return Graph(self.there.registers, self.reference)._children

    def narrower(self, option: str) -> tuple[Option, ...]:
        """Return the options below one, at any depth, in the order in which they are declared."""
        return Graph(self.there.registers, self.reference).narrower(option)

    def about(
        self,
        *,
        holders: Collection[str] | None = None,
        options: Collection[str] | None = None,
        records: Collection[str] | None = None,
    ) -> Graph:
        """Return a graph with the records that touch some actors and options, of some ids."""
        return Part(self, self.there.about(holders, options, records))

    def disputed(self) -> Graph:
        """Return a graph with the records among which dissent can be."""
        return Part(self, self._mirror.disputed_records()) if self.is_large else self

    def held(self, scope: Scope) -> Held:
        """Return the positions that the records of a scope add up to, as arrays.

        Of many stances only what decides them is fetched.
        """
        from stancegraph.store.held import held

        if not self.is_large or (scope.roll_up and any(o.broader for o in self.options.values())):
            return super().held(scope)
        return held(self._mirror, scope, lambda numbers: self._decided(numbers, scope))

    def statements(self) -> Statements:
        """Return the stances as a table of coded statements, for discourse networks."""
        from stancegraph.store.statements import statements

        return statements(self._mirror) if self.is_large else super().statements()

    def query(self, text: str, as_of: date | None = None) -> Table | Triples | bool:
        """Have SPARQL answered by the endpoint, over the debate's graphs as they are stored."""
        from stancegraph.remote.sparql import query

        return query(self.there, text, as_of)

    def results_text(self, text: str, form: str, as_of: date | None = None) -> str:
        """Have SPARQL answered, as W3C results in "json" or "csv"."""
        from stancegraph.remote.sparql import results_text

        return results_text(self.there, text, form, as_of)

    def last_day_in(self, scope: Scope) -> date | None:
        """Return the latest day of the stances that a scope lets count."""
        return self._mirror.undated_from(scope)

    @cached_property
    def _mirror(self) -> Mirror:
        from stancegraph.remote.mirror import Mirror

        return Mirror(self.there)

    def _decided(self, numbers: Iterable[int], scope: Scope) -> Mapping[Any, Position]:
        part = Part(self, self._mirror.records(numbers))
        readings = part.narrowed(scope) if scope.is_narrowed else part.readings
        return part.derived_from(readings, scope)


class Part(Graph):
    """Some records of a remote graph, in memory; it knows what the whole does."""

    def __init__(self, whole: RemoteGraph, records: list[str]) -> None:
        evidence = whole.there.evidence(records)
        whole.there.check_references(evidence)
        named = {e.source for e in evidence} | {e.via for e in evidence if e.via}
        registers = replace(whole.there.registers, evidence=evidence)
        sources = whole.there.sources(named)
        super().__init__(replace(registers, sources=sources), whole.reference, whole.name)
        self._whole = whole

    @property
    def is_large(self) -> bool:
        """Whether the whole has too many stances to list."""
        return self._whole.is_large

    def undated_from(self, scope: Scope) -> date | None:
        """Return the day from which the undated counts, by the records of the whole."""
        has_undated = any(r.when.not_after is None for r in self.readings)
        if not has_undated or scope.as_of is None or (self.last_day or date.min) <= scope.as_of:
            return None  # all counts
        return self._whole.last_day_in(scope)

    @cached_property
    def last_day(self) -> date | None:
        """The latest day of any record of the whole."""
        return self._whole.last_day

    def silent(self, option: str, as_of: date | None = None) -> tuple[Actor, ...]:
        """Return who has a position elsewhere in the whole, but none on this option."""
        day = as_of or self.last_day
        found = {a.id: a for a in super().silent(option, day)}
        near = {option, *(o.id for o in self.narrower(option))}
        heard = {holder for holder, of in self.positions(day) if of in near}
        asked = [a for a in self.actors if self.is_state_or_body(a) and a not in heard]
        found |= {a: self.actors[a] for a in self._whole.there.heard(asked, day)}
        return tuple(sorted(found.values(), key=lambda a: a.name))
