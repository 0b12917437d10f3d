"""What an answer comes down to: small things that can be compared when it is asked again."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from stancegraph.columns import Held, held_of
from stancegraph.positions import Positions, Reading, after, own_only
from stancegraph.scope import Scope

if TYPE_CHECKING:
    from stancegraph.answer.meeting import Crossed
    from stancegraph.graph import Graph
    from stancegraph.model import Option

Key = tuple[str, ...]
"""What a finding is about."""
Findings = Mapping[Key, str]
"""What an answer comes down to: by what it is about, a word."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A finding that is another one when the question is asked again."""

    of: Key
    before: str | None
    """None where there was no such finding."""
    after: str | None
    """None where there is none any more."""


def changes(before: Findings, later: Findings) -> list[Change]:
    """Return the findings that are not the same, in the order of the first.

    >>> [c.of for c in changes({("a",): "for", ("b",): "for"}, {("a",): "for", ("c",): "for"})]
    [('b',), ('c',)]
    """
    return [
        Change(of=key, before=before.get(key), after=later.get(key))
        for key in dict.fromkeys((*before, *later))
        if before.get(key) != later.get(key)
    ]


@dataclass(frozen=True, eq=False, kw_only=True)
class Case:
    """What a question is asked of: the positions that some stances add up to."""

    graph: Graph
    scope: Scope
    positions: Positions = field(default_factory=dict)
    counted: Held | None = None
    """The positions as arrays, of a graph that is too large to list them."""
    crossing: Crossed | None = None
    """Where the positions of the actor asked about cross those of others, if some do not count."""
    half_life: float | None = None
    """Days after which a position counts half."""

    @cached_property
    def held(self) -> Held:
        """The positions as arrays; of options that count for broader ones only those."""
        if self.counted is not None:
            return self.counted
        broader = {o.id for o in self.graph.options.values() if self.scope.roll_up and o.broader}
        found = [p for p in self.positions.values() if p.option not in broader]
        return held_of(found, sorted({p.holder for p in found}), self.graph.options)


@dataclass(frozen=True, eq=False, kw_only=True)
class Asked:
    """A question that can be asked again of other records."""

    words: Key
    """The question as the command line has it, with slugs."""
    title: str
    """What is asked, in words."""
    compared: str
    """What its findings are, in words."""
    unit: str
    """What a finding is called where they are counted."""
    graph: Graph
    """The records that it is about."""
    scope: Scope
    readings: tuple[Reading, ...]
    """The stances on which the answer may rest; none where they are too many to list."""
    is_about: Callable[[Reading], bool]
    """Whether the answer may rest on a stance, once it counts."""
    findings: Callable[[Case], Findings]
    says: Callable[[Sequence[Change]], str]
    """Says of changed findings how, as what would be."""
    pivots: Collection[str] = ()
    """Those whom others are compared with; none where each position is a finding by itself."""
    has_pairs: bool = False
    """Whether it compares positions, so that how they weigh may matter."""
    thin: str | None = None
    """Why there is nothing to find, where the question says so itself."""


def known(graph: Graph, scope: Scope, is_about: Callable[[Reading], bool]) -> tuple[Reading, ...]:
    """Return the stances of a scope that are known on its day and that a question is about."""
    found = list(graph.narrowed(scope))
    if scope.own_words:
        found = list(own_only(found))
    late = {id(r) for r in after(found, scope.as_of)}
    there = (r for r in found if id(r) not in late and is_about(r))
    return tuple(sorted(there, key=lambda r: (r.evidence.id, r.stance.holder, r.option)))


def roots(options: Mapping[str, Option], scope: Scope) -> dict[str, str]:
    """Return for each option the one whose positions its stances bear on.

    That is itself, or the broadest above it where narrower options count for broader ones.
    """
    found = {}
    for option in options:
        top = option
        while scope.roll_up and top in options and (above := options[top].broader):
            top = above
        found[option] = top
    return found


def alike(found: Iterable[Change]) -> Iterator[tuple[tuple[str | None, str | None], list[Change]]]:
    """Yield the changes that are the same, with what they were and would be; the most first.

    What is lost is lost, whatever it was.
    """
    groups: dict[tuple[str | None, str | None], list[Change]] = {}
    for c in found:
        groups.setdefault((c.before if c.after is not None else None, c.after), []).append(c)
    yield from sorted(groups.items(), key=lambda group: -len(group[1]))


def joined(parts: Sequence[tuple[str, int]]) -> str:
    """Join what would change, the first of much, and say how many findings change besides.

    >>> joined([("Poland would be for it", 1), ("Spain would be against it", 1), ("and so on", 3)])
    'Poland would be for it; Spain would be against it; 3 more would change'
    """
    most = 1 if sum(n for _, n in parts) > _MUCH else 2
    rest = sum(n for _, n in parts[most:])
    told = [text for text, _ in parts[:most]]
    return "; ".join([*told, *([f"{rest} more would change"] if rest else [])])


_MUCH = 12
"""Where more findings than that change, one example of them is enough."""
