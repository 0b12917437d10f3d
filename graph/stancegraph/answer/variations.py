"""What an answer is asked again of: its evidence without a part, or weighed in another way."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import chain
from typing import TYPE_CHECKING, get_args

import numpy as np

from stancegraph.answer.findings import Asked, Case, Change, changes, roots
from stancegraph.answer.pair_findings import WORD, changes_at_worst, met, most_shared
from stancegraph.answer.sure import Kind, Tried
from stancegraph.answer.words import CAPACITIES, count, named
from stancegraph.columns import Held
from stancegraph.model import ActorKind, Capacity, Certainty, Evidence
from stancegraph.positions import RULES, VOTE, Position, Positions, Reading
from stancegraph.progress import followed

if TYPE_CHECKING:
    from stancegraph.graph import Graph
    from stancegraph.scope import Scope

KINDS: tuple[Kind, ...] = get_args(Kind)


def most_first(one: Tried) -> tuple[int, int, int, float, str]:
    """Order ways to ask again: those that change most verdicts first, then most findings."""
    days = float(one.what) if one.kind == "half-life" else 0.0
    return -one.turns, -one.changed - one.new, KINDS.index(one.kind), days, one.what


def base_case(asked: Asked) -> Case:
    """Return what the question is asked of when nothing is varied."""
    graph, scope = asked.graph, asked.scope
    if asked.has_pairs and graph.is_large:
        return Case(graph=graph, scope=scope, counted=graph.held(scope))
    return Case(graph=graph, scope=scope, positions=graph.derived_from(asked.readings, scope))


def varied(asked: Asked, *, half_lives: Sequence[float], most_records: int) -> Iterator[Tried]:
    """Ask again in every way that can matter, one by one."""
    base = base_case(asked)
    if base.counted is not None:
        yield from _counted(asked, base, base.counted, half_lives)
        return
    evidence = Grouped(asked, base)
    yield from _without_parts(evidence)
    yield from _without_records(evidence, most_records)
    if any(key[0] == WORD for key in asked.findings(base)) and asked.has_pairs:
        yield from _fading(asked, base, half_lives)


def _tried(
    asked: Asked,
    kind: Kind,
    what: str,
    label: str,
    gone: Sequence[Reading],
    changed: Sequence[Change],
    of: int,
) -> Tried:
    return Tried(
        kind=kind,
        what=what,
        label=label,
        records=tuple(dict.fromkeys(r.evidence.id for r in gone)),
        left_out=len(gone),
        changed=sum(c.before is not None for c in changed),
        of=of,
        new=sum(c.before is None for c in changed),
        says=asked.says(changed) if changed else "",
        is_changed=bool(changed),
        turns=sum(c.of[0] == WORD for c in changed) if asked.has_pairs else 0,
    )


Part = tuple[Kind, str, str, Callable[[Reading], bool]]
"""What is left out: its kind and name, words for it, and what belongs to it."""
Pair = tuple[str, str]
"""A holder and an option."""


class Grouped:
    """The stances of a question in groups, so that it costs little to leave some of them out.

    A group is what a holder is on record with on an option: no position depends on two of them.
    """

    def __init__(self, asked: Asked, base: Case) -> None:
        self.asked = asked
        self.base = base
        self.by_record: dict[str, list[Reading]] = {}
        self._root = roots(asked.graph.options, asked.scope)
        self._groups: dict[Pair, list[Reading]] = {}
        for r in asked.readings:
            self._groups.setdefault(self._group(r), []).append(r)
            self.by_record.setdefault(r.evidence.id, []).append(r)
        self._of_holder: dict[str, dict[Pair, Position]] = {}
        for key, position in base.positions.items():
            self._of_holder.setdefault(key[0], {})[key] = position
        self.findings = len(asked.findings(base))

    def _group(self, reading: Reading) -> Pair:
        return reading.stance.holder, self._root[reading.option]

    def changes_without(self, gone: Sequence[Reading]) -> list[Change]:
        """Return what changes when some stances are left out."""
        left = {id(r) for r in gone}
        touched = sorted({self._group(r) for r in gone})
        near = self._near(touched)
        kept = [r for pair in touched for r in self._groups[pair] if id(r) not in left]
        later = {k: p for k, p in near.items() if (k[0], self._root[k[1]]) not in touched}
        later |= self.asked.graph.derived_from(kept, self.asked.scope)
        if _are_alike(near, later):
            return []
        ask, base = self.asked.findings, self.base
        return changes(ask(replace(base, positions=near)), ask(replace(base, positions=later)))

    def _near(self, touched: Sequence[Pair]) -> dict[Pair, Position]:
        """Return the positions whose findings can be others when some of them are touched."""
        holders, pivots = {holder for holder, _ in touched}, set(self.asked.pivots)
        if holders & pivots:
            return dict(self.base.positions)
        wanted = sorted(holders | pivots)
        there = chain.from_iterable(self._of_holder.get(h, {}).items() for h in wanted)
        if pivots:
            return dict(there)
        among = set(touched)
        return {k: p for k, p in there if (k[0], self._root[k[1]]) in among}


def _are_alike(some: Positions, others: Positions) -> bool:
    """Tell whether positions are the same in all that findings are made of."""
    return some.keys() == others.keys() and all(
        p is others[k]
        or (p.polarity, p.tier == VOTE) == (others[k].polarity, others[k].tier == VOTE)
        for k, p in some.items()
    )


def _without_parts(evidence: Grouped) -> Iterator[Tried]:
    """Ask again without each source, without hearsay and the like."""
    asked = evidence.asked
    parts = list(_parts(asked.graph, asked.scope, asked.readings))
    for kind, what, label, is_gone in followed(parts, "leaving out a source", len(parts)):
        gone = [r for r in asked.readings if is_gone(r)]
        if gone:
            found = evidence.changes_without(gone)
            yield _tried(asked, kind, what, label, gone, found, evidence.findings)


def _parts(graph: Graph, scope: Scope, readings: Sequence[Reading]) -> Iterator[Part]:
    for source in sorted({s for r in readings for s in (r.evidence.source, r.evidence.via) if s}):
        name = source_name(graph, source)
        is_title = source in graph.sources and name == repr(graph.sources[source].title)
        label = f"Without the source {name}" if is_title else f"Without {name}"
        yield "source", source, label, _of_source(source)
    told = [r for r in readings if RULES.is_hearsay(r.tier)]
    for speaker in sorted({r.evidence.speaker for r in told}):
        if len({r.evidence.id for r in told if r.evidence.speaker == speaker}) > 1:
            label = f"Without what {graph.actors[speaker].name} says of others"
            yield "voice", speaker, label, _of_voice(speaker)
    yield "hearsay", "hearsay", "Without hearsay", lambda r: RULES.is_hearsay(r.tier)
    yield "unnamed", "unnamed", "Without unnamed voices", lambda r: _is_unnamed(graph, r.evidence)
    yield "unsure", "unsure", "Without what is possible only, or not said how sure", _is_unsure
    yield "review", "review", "Without records under review", lambda r: bool(r.evidence.review)
    yield "old", "old", f"Without what is older than {RULES.stale_after_days} days", _is_old(scope)


def source_name(graph: Graph, source: str) -> str:
    """Name a source as people do: by who published it, or else by its title."""
    found = graph.sources.get(source)
    if found is None:
        return source
    alike = sum(s.publisher == found.publisher for s in graph.sources.values())
    return found.publisher if found.publisher and alike == 1 else repr(found.title)


def _of_source(source: str) -> Callable[[Reading], bool]:
    return lambda r: source in (r.evidence.source, r.evidence.via)


def _of_voice(speaker: str) -> Callable[[Reading], bool]:
    return lambda r: r.evidence.speaker == speaker and RULES.is_hearsay(r.tier)


def _is_unnamed(graph: Graph, evidence: Evidence) -> bool:
    return graph.actors[evidence.speaker].kind is ActorKind.UNNAMED


def _is_unsure(reading: Reading) -> bool:
    return reading.stance.certainty in (Certainty.POSSIBLE, Certainty.UNSPECIFIED)


def _is_old(scope: Scope) -> Callable[[Reading], bool]:
    def is_old(r: Reading) -> bool:
        if scope.as_of is None or r.when.not_after is None:
            return False
        return (scope.as_of - r.when.not_after).days > RULES.stale_after_days

    return is_old


def _without_records(evidence: Grouped, most: int) -> Iterator[Tried]:
    """Ask again without each record, the latest first."""
    asked = evidence.asked
    chosen = latest_first(evidence.by_record)[:most]
    for record in followed(chosen, "leaving out a record", len(chosen)):
        gone = evidence.by_record[record]
        found = evidence.changes_without(gone)
        label = f"Without {record} ({teller_of(asked.graph, gone[0].evidence)})"
        yield _tried(asked, "record", record, label, gone, found, evidence.findings)


def latest_first(records: dict[str, list[Reading]]) -> list[str]:
    """Return records by their day, the latest first, and of one day by id."""
    return sorted(records, key=lambda id: (-records[id][0].known_by.toordinal(), id))


def teller_of(graph: Graph, evidence: Evidence) -> str:
    """Name who says what a record conveys, and in what capacity where that is not understood."""
    name = graph.actors[evidence.speaker].name
    is_plain = evidence.capacity in (Capacity.AUTHOR, Capacity.UNNAMED_OFFICIAL, Capacity.OWN)
    is_itself = evidence.speaker == evidence.principal
    return name if is_plain or is_itself else f"{name}, {CAPACITIES[evidence.capacity]}"


def _fading(asked: Asked, base: Case, half_lives: Iterable[float]) -> Iterator[Tried]:
    """Ask again with older positions counting less."""
    before = asked.findings(base)
    for days in half_lives:
        found = changes(before, asked.findings(replace(base, half_life=days)))
        label = f"Positions count half after {days:g} days"
        yield _tried(asked, "half-life", f"{days:g}", label, (), found, len(before))


def _counted(asked: Asked, base: Case, held: Held, half_lives: Sequence[float]) -> Iterator[Tried]:
    """Ask again of a graph that is too large to list its records: by arrays."""
    before = asked.findings(base)
    yield _without_any_option(asked, held, len(before))
    yield from _without_years(asked, base, held)
    is_told = held.tier > RULES.last_own_tier
    if is_told.any():
        own = asked.graph.held(replace(asked.scope, own_words=True))
        found = changes(before, asked.findings(replace(base, counted=own)))
        few = _tried(asked, "hearsay", "hearsay", "Without hearsay", (), found, len(before))
        yield replace(few, left_out=int(is_told.sum()))
    yield from _fading(asked, base, half_lives)


def _without_years(asked: Asked, base: Case, held: Held) -> Iterator[Tried]:
    """Ask again without what the actor asked about said and did in each year."""
    before, me = asked.findings(base), asked.words[1]
    found = met(held, me, asked.scope, None)
    year_of = found.day.astype("datetime64[Y]")
    years = np.unique(year_of[~np.isnat(year_of)]).tolist()
    name = named(asked.graph.actors[me])
    for year in followed(years if len(years) > 1 else [], "leaving out a year", len(years)):
        kept = year_of != np.datetime64(year, "Y")
        case = replace(base, crossing=found.where(kept))
        label = f"Without what {name} did in {year.year}"
        changed = changes(before, asked.findings(case))
        few = _tried(asked, "year", str(year.year), label, (), changed, len(before))
        yield replace(few, left_out=len(np.unique(found.option[~kept])))


def _without_any_option(asked: Asked, held: Held, of: int) -> Tried:
    """Leave out the one shared option that matters most, with all records on it."""
    options = count(most_shared(held, asked), "shared option")
    at_most = "" if asked.words[2:] else "up to "
    label = f"Without whichever one of {at_most}{options} matters most"
    tried = _tried(asked, "record", "any", label, (), changes_at_worst(held, asked), of)
    return replace(tried, left_out=1)
