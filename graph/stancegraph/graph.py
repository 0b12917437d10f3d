"""A debate and its reference registers as one graph that can be asked."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Unpack

from stancegraph import answer, dates, names, positions
from stancegraph import scope as scopes
from stancegraph.check import summary
from stancegraph.errors import StanceError, UnknownName
from stancegraph.model import (
    Actor,
    ActorKind,
    Bounds,
    Debate,
    Evidence,
    Membership,
    Option,
    Source,
    Stance,
)
from stancegraph.positions import Position, Positions, Reading
from stancegraph.read.debate import DEFAULT, load_debate, load_reference
from stancegraph.scope import Scope, Which
from stancegraph.suggest import did_you_mean

if TYPE_CHECKING:
    import networkx
    import rdflib

    from stancegraph.answer.measuring import Measuring
    from stancegraph.answer.meeting import Meeting
    from stancegraph.columns import Held
    from stancegraph.discourse import Made, Wanted
    from stancegraph.measure.discourse_statements import Statements
    from stancegraph.view.page import Page
    from stancegraph.view.pages import Choice
    from stancegraph.view.pictures.picture import Picture


def load(path: str | Path = DEFAULT) -> Graph:
    """Load a graph: a shipped debate by its name, or else by path or URL.

    A path is that of a debate's file or folder, of a graph's file, or of a folder of Parquet that
    `export parquet` wrote; "sparql:URL" is a SPARQL 1.1 endpoint that holds our model.
    """
    from stancegraph.store.file import is_store

    if str(path).startswith("sparql:"):
        from stancegraph.remote.graph import RemoteGraph

        return RemoteGraph(str(path).removeprefix("sparql:"))
    if str(path).startswith(("http://", "https://")):
        raise StanceError(f"a server is named by 'sparql:' before its URL, as in sparql:{path}")
    if is_store(path):
        from stancegraph.stored import StoredGraph

        return StoredGraph(Path(path))
    return Graph(load_debate(path), load_reference(), str(path))


Spell = tuple[date | None, date | None]
"""First and last day; None where open or unknown."""


class Graph:
    """A debate that can be asked; nothing in it changes once it is made."""

    def __init__(self, debate: Debate, reference: Debate, name: str | None = None) -> None:
        self._debate = debate
        self._reference = reference
        self.name = name or debate.id
        self._derived: dict[tuple[date | None, bool, bool], Positions] = {}

    @cached_property
    def debate(self) -> Debate:
        """The registers and records."""
        return self._debate

    @cached_property
    def reference(self) -> Debate:
        """The shipped registers of countries, organisations and memberships."""
        return self._reference

    @property
    def asked_by(self) -> tuple[str, ...]:
        """The options of a command line, beside its name, by which the graph is asked."""
        return ()

    @property
    def is_large(self) -> bool:
        """Whether an answer should count rather than list, and cite a few records only."""
        return False

    def about(
        self,
        *,
        holders: Collection[str] | None = None,
        options: Collection[str] | None = None,
        records: Collection[str] | None = None,
    ) -> Graph:
        """Return a graph with at least the records of some actors, on some options, of some ids.

        A debate that is in memory is returned as it is.
        """
        return self

    def disputed(self) -> Graph:
        """Return a graph with at least the records among which dissent can be."""
        return self

    @cached_property
    def actors(self) -> Mapping[str, Actor]:
        """Every actor of the debate and of the reference registers, by slug."""
        return {a.id: a for a in (*self.reference.actors, *self.debate.actors)}

    @cached_property
    def options(self) -> Mapping[str, Option]:
        """Every option, by slug."""
        return {o.id: o for o in self.debate.options}

    @cached_property
    def evidence_by_id(self) -> Mapping[str, Evidence]:
        """Every record, by id."""
        return {e.id: e for e in self.debate.evidence}

    @cached_property
    def sources(self) -> Mapping[str, Source]:
        """Every source, by slug."""
        return {s.id: s for s in self.debate.sources}

    @cached_property
    def readings(self) -> tuple[Reading, ...]:
        """Every stance of every record that counts."""
        return positions.readings_of(self.debate, self.actors)

    @cached_property
    def reading_of(self) -> Mapping[tuple[str, Stance], Reading]:
        """The reading of each stance, by the record that conveys it and the stance."""
        return {(r.evidence.id, r.stance): r for r in self.readings}

    @cached_property
    def last_day(self) -> date | None:
        """The latest day of any record: the day that answers are given for by default."""
        days = (self.when(e).not_after for e in self.debate.evidence)
        return max(filter(None, days), default=None)

    def positions(
        self, as_of: date | None = None, *, roll_up: bool = False, own_words: bool = False
    ) -> Positions:
        """Derive all positions at a date, by default the last day of the records.

        With `roll_up` a stance on a narrower option counts for the broader ones too; with
        `own_words` hearsay is left out. Each is derived once: an answer asks for it many times.
        """
        asked = (as_of or self.last_day, roll_up, own_words)
        if asked not in self._derived:
            self._derived[asked] = MappingProxyType(self._derive(*asked))
        return self._derived[asked]

    def _derive(
        self, as_of: date | None, roll_up: bool, own_words: bool
    ) -> dict[tuple[str, str], Position]:
        scope = Scope(as_of=as_of, roll_up=roll_up, own_words=own_words)
        return self.derived_from(self.readings, scope)

    def derived_from(
        self, readings: Iterable[Reading], scope: Scope
    ) -> dict[tuple[str, str], Position]:
        """Derive positions from some readings, at the day and by the options of a scope."""
        if scope.own_words:
            readings = positions.own_only(readings)
        if scope.roll_up:
            broader = {o.id: o.broader for o in self.debate.options}
            readings = positions.rolled_up(readings, broader)
        from_day = self.undated_from(scope)
        return positions.positions_of(readings, scope.as_of, undated_from=from_day)

    def undated_from(self, scope: Scope) -> date | None:
        """Return the day from which the undated counts; None where the records at hand tell."""
        return None

    def scope(self, **which: Unpack[Which]) -> Scope:
        """Fill in which records count: by default all, as of the day of the last."""
        asked = Scope(**which)
        return asked if asked.as_of else replace(asked, as_of=self.last_day)

    def narrowed(self, scope: Scope) -> Iterator[Reading]:
        """Yield the readings that the dates and filters of a scope let count."""
        return scopes.narrowed(self.readings, scope, self.options)

    def positions_in(self, scope: Scope) -> Positions:
        """Return the positions that the records of a scope add up to."""
        if scope.is_narrowed:
            return self.derived_from(self.narrowed(scope), scope)
        return self.positions(scope.as_of, roll_up=scope.roll_up, own_words=scope.own_words)

    def option_weights(self, field: str) -> Mapping[str, float]:
        """Return the numbers that options have as an attribute; UnknownName where there is none."""
        raise UnknownName(scopes.unknown_weight(field))

    def statements(self) -> Statements:
        """Return the stances as a table of coded statements, for discourse networks."""
        from stancegraph.statements import statements_of

        return statements_of(self)

    def networks(self, wanted: Wanted) -> tuple[list[Made], str]:
        """Make the discourse networks that are wanted; say of how many statements they are."""
        from stancegraph.discourse import networks, prepared, with_default_qualifier

        table = self.statements()
        wanted = with_default_qualifier(table.columns, wanted)
        found = prepared(table, wanted)
        return list(networks(found, wanted)), found.in_words

    def held(self, scope: Scope) -> Held:
        """Return the positions that the records of a scope add up to, as arrays.

        When narrower options count for broader ones, only the broadest are given, so that no
        record counts twice.
        """
        from stancegraph.columns import held_of

        found = self.positions_in(scope)
        top = [o.id for o in self.options.values() if not (scope.roll_up and o.broader)]
        counted = set(top)
        holders = sorted({holder for holder, option in found if option in counted})
        return held_of((p for p in found.values() if p.option in counted), holders, top)

    def meeting(self, actor: str, measuring: Measuring, scope: Scope) -> Meeting:
        """Count how one actor's positions meet those of all others, as a measure needs it."""
        from stancegraph.answer.meeting import meeting

        field = measuring.weighing_field
        weights = self.option_weights(field) if field else None
        return meeting(self.held(scope), actor, measuring, scope, weights)

    def positions_on(
        self,
        option: str,
        as_of: date | None = None,
        *,
        roll_up: bool = False,
        own_words: bool = False,
    ) -> tuple[Position, ...]:
        """Return the positions of all holders on one option, supporters first, then by name."""
        found = self.positions(as_of, roll_up=roll_up, own_words=own_words).values()
        on_it = [p for p in found if p.option == option]
        return tuple(sorted(on_it, key=lambda p: (p.polarity.rank, self.actors[p.holder].name)))

    def narrower(self, option: str) -> tuple[Option, ...]:
        """Return the options below one, at any depth, in the order in which they are declared."""
        below: set[str] = set()
        found = self._children.get(option, frozenset())
        while found:
            below |= found
            found = frozenset().union(*(self._children.get(o, ()) for o in found)) - below
        if not below:
            return ()
        return tuple(o for o in self.options.values() if o.id in below - {option})

    @cached_property
    def _children(self) -> Mapping[str, frozenset[str]]:
        """The options right below each that has any."""
        children: dict[str, set[str]] = {}
        for o in self.options.values():
            if o.broader:
                children.setdefault(o.broader, set()).add(o.id)
        return {option: frozenset(below) for option, below in children.items()}

    def spells(self, organization: str) -> Mapping[str, tuple[Spell, ...]]:
        """Return, by member, from when to when it was one; None where open or unknown."""
        found: dict[str, tuple[Spell, ...]] = {}
        for m in (*self.reference.memberships, *self.own_memberships):
            if m.organization == organization:
                found[m.member] = (*found.get(m.member, ()), (m.since, m.until))
        return found

    @property
    def own_memberships(self) -> tuple[Membership, ...]:
        """The memberships that the debate itself records."""
        return self.debate.memberships

    def members(self, organization: str, as_of: date | None) -> tuple[Actor, ...]:
        """Return who is a member of an organisation at a date, by name; ever, without a date."""
        found = (
            self.actors[m.member]
            for m in (*self.reference.memberships, *self.own_memberships)
            if m.organization == organization
            and (as_of is None or (not m.since or m.since <= as_of))
            and (as_of is None or (not m.until or m.until >= as_of))
        )
        return tuple(sorted(set(found), key=lambda a: a.name))

    def silent(self, option: str, as_of: date | None = None) -> tuple[Actor, ...]:
        """Return who has no position on an option nor on a narrower one.

        Asked about are the members of the debate's alliance, and the countries and organisations
        that have a position on another option.
        """
        as_of = as_of or self.last_day
        found = self.positions(as_of)
        near = {option, *(o.id for o in self.narrower(option))}
        heard = {holder for holder, of in found if of in near}
        holders = {holder for holder, _ in found}
        asked = {holder for holder in holders if self.is_state_or_body(holder)}
        if self.debate.alliance:
            asked |= {a.id for a in self.members(self.debate.alliance, as_of)}
        return tuple(sorted((self.actors[a] for a in asked - heard), key=lambda a: a.name))

    def when(self, evidence: Evidence) -> Bounds:
        """Return when a record is of: at the latest the day on which its source was published."""
        return dates.when_of(evidence, self.sources)

    def is_state_or_body(self, actor: str) -> bool:
        """Tell whether an actor is a country, alliance or institution and not a single voice."""
        return self.actors[actor].kind in (
            ActorKind.COUNTRY,
            ActorKind.ALLIANCE,
            ActorKind.INSTITUTION,
        )

    def actor(self, name: str) -> Actor:
        """Find an actor by slug, ISO code, name, alias or metonym; UnknownName otherwise."""
        return names.actor_called(name, self.actors.values())

    def option(self, name: str) -> Option:
        """Find an option by slug, name or unambiguous part of it; UnknownName otherwise."""
        return names.option_called(name, self.options.values())

    who = answer.who
    align = answer.align
    compare = answer.compare
    closer = answer.closer
    channels = answer.channels
    cohesion = answer.cohesion
    position = answer.position
    trace = answer.trace
    evidence = answer.evidence
    dissent = answer.dissent
    tally = answer.options
    shifts = answer.shifts
    diff = answer.diff
    stale = answer.stale
    change_points = answer.change_points
    blocs = answer.blocs
    outliers = answer.outliers
    backbone = answer.backbone
    balance = answer.balance
    brokers = answer.brokers
    sure = answer.sure
    whatif = answer.whatif
    gap = answer.gap
    bundles = answer.bundles
    compromise = answer.compromise
    polarization = answer.polarization
    places = answer.places

    def _repr_html_(self) -> str:
        from html import escape

        lines = (self.debate.title, self.debate.description or "", summary(self.debate))
        return "".join(f"<p>{escape(line)}</p>" for line in lines if line)

    def view(
        self,
        kind: str = "positions",
        *,
        title: str | None = None,
        language: str = "en",
        story: str | Path | None = None,
        for_class: bool = False,
        **choice: Unpack[Choice],
    ) -> Page:
        """Make an interactive page: it shows itself in a notebook, and `save` writes it.

        `kind` is positions, matrix, agreement, network, timeline, story or explore; `story` is a
        file, and what is chosen is as in `stancegraph view`.
        """
        from stancegraph.view.pages import view

        return view(
            self,
            kind,
            title=title,
            language=language,
            story=story,
            for_class=for_class,
            **choice,
        )

    def picture(
        self,
        kind: str = "positions",
        *,
        title: str | None = None,
        language: str = "en",
        **choice: Unpack[Choice],
    ) -> Picture:
        """Draw a view as SVG, or PNG by `save`, without a browser."""
        from stancegraph.view.pages import content_for
        from stancegraph.view.pictures.picture import picture

        return picture(content_for(self, language=language, **choice), kind, title=title)

    def to_networkx(self, as_of: date | None = None) -> networkx.MultiDiGraph[str]:
        """Return actors and options as nodes, stances and derived positions as edges."""
        from stancegraph.write.networks import to_networkx

        return to_networkx(self, as_of)

    def to_rdf(self, as_of: date | None = None) -> rdflib.Dataset:
        """Return the whole graph as RDF: debate, reference and positions as named graphs."""
        from stancegraph.rdf import to_rdf

        day = as_of or self.last_day
        positions = self.positions(day).values()
        return to_rdf(self.debate, reference=self.reference, positions=positions, as_of=day)

    def record(self, name: str) -> Evidence:
        """Find a record by id; UnknownName, with suggestions, otherwise."""
        found = self.evidence_by_id.get(name)
        if found is None:
            hint = did_you_mean(name, self.evidence_by_id)
            raise UnknownName(f"no record is called {name!r}{hint}")
        return found
