"""What a question about pairs comes down to: how two actors' positions meet."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import permutations
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from stancegraph.answer.findings import (
    Asked,
    Case,
    Change,
    Findings,
    Key,
    alike,
    joined,
    known,
    roots,
)
from stancegraph.answer.measuring import Measuring
from stancegraph.answer.words import named, some
from stancegraph.columns import Held
from stancegraph.errors import StanceError
from stancegraph.measure.agreement import MINIMUM_SHARED
from stancegraph.measure.decay import effective_number
from stancegraph.positions import Reading
from stancegraph.scope import Scope

if TYPE_CHECKING:
    from stancegraph.answer.meeting import Crossed
    from stancegraph.graph import Graph
    from stancegraph.model import Actor

Values = NDArray[np.float64]


def compare(graph: Graph, names: Sequence[str], scope: Scope) -> Asked:
    """Understand the question where two actors agree and differ."""
    a, b = (graph.actor(name) for name in names)
    if a.id == b.id:
        raise StanceError(f"{names[0]!r} and {names[1]!r} are both {a.name}; name two actors")
    part = graph.about(holders=[a.id, b.id])
    return _pairs(
        part,
        scope,
        words=("compare", a.id, b.id),
        title=f"where {named(a)} and {named(b)} agree and differ",
        me=a,
        others={b.id},
    )


def align(graph: Graph, names: Sequence[str], scope: Scope) -> Asked:
    """Understand the question who stands with an actor."""
    chosen = graph.actor(names[0])
    return _pairs(
        graph if graph.is_large else graph.about(),
        scope,
        words=("align", chosen.id),
        title=f"who stands with {named(chosen)}",
        me=chosen,
        others=None,
    )


def _pairs(
    graph: Graph,
    scope: Scope,
    *,
    words: Key,
    title: str,
    me: Actor,
    others: Collection[str] | None,
) -> Asked:
    """Understand a question about how positions meet: by pair a word, by option a relation."""
    is_listed = not graph.is_large
    is_about = _about(graph, scope, me.id, others) if is_listed else _is_any

    def findings(case: Case) -> Findings:
        found = case.crossing or met(case.held, me.id, scope, case.half_life)
        kept = {n for n, a in enumerate(case.held.actors) if others is None or a in others}
        return dict(_pair_findings(case.held, found, kept, is_listed=is_listed))

    def says(changed: Sequence[Change]) -> str:
        names = None if others else lambda c: named(graph.actors[c.of[1]])
        return joined(list(_told_of_pairs(changed, named(me), names)))

    return Asked(
        words=words,
        title=title,
        compared="the verdict on each pair, as of align, and "
        + ("how the two stand on each shared option" if is_listed else "to which side it leans"),
        unit="finding",
        graph=graph,
        scope=scope,
        readings=known(graph, scope, is_about) if is_listed else (),
        is_about=is_about,
        findings=findings,
        says=says,
        pivots={me.id, *(others or ())},
        has_pairs=True,
    )


def _about(
    graph: Graph, scope: Scope, me: str, others: Collection[str] | None
) -> Callable[[Reading], bool]:
    """Return what tells whether a stance is of those asked about and on an option of the first."""
    root = roots(graph.options, scope)
    mine = {root[r.option] for r in graph.readings if r.stance.holder == me}
    whom = None if others is None else {me, *others}

    def is_about(reading: Reading) -> bool:
        is_of_them = whom is None or reading.stance.holder in whom
        return is_of_them and root[reading.option] in mine

    return is_about


def _is_any(reading: Reading) -> bool:
    return True


def met(held: Held, actor: str, scope: Scope, half_life: float | None) -> Crossed:
    """Return where the positions of one actor cross those of all others."""
    from stancegraph.answer.meeting import crossed

    me = held.actors.index(actor) if actor in held.actors else -1
    mine, theirs = held.where(held.actor == me), held.where(held.actor != me)
    return crossed(mine, theirs, Measuring(half_life=half_life), scope)


WORD, LEAN, OPTION = "word", "lean", "option"
"""What a finding of a pair is: the word for it; to which side it leans; a relation on an option."""


def _pair_findings(
    held: Held, found: Crossed, kept: Collection[int], *, is_listed: bool
) -> Iterator[tuple[Key, str]]:
    counts = Counts.of(found, len(held.actors))
    words, leans = counts.words, np.sign(counts.same - counts.opposite).tolist()
    for n, actor in enumerate(held.actors):
        if n in kept and words[n]:
            yield (WORD, actor), words[n]
            if not is_listed:
                yield (LEAN, actor), LEANS[int(leans[n])]
    if is_listed:
        same, apart = found.same.tolist(), (found.a * found.b < 0).tolist()
        for n, option, is_same, is_apart in zip(
            found.actor.tolist(), found.option.tolist(), same, apart, strict=True
        ):
            if n in kept:
                relation = "agree" if is_same else "differ" if is_apart else "open"
                yield (OPTION, held.actors[n], held.options[option]), relation


LEANS = {
    1: "more often on the same side",
    -1: "more often on opposite sides",
    0: "as often on one side as on two",
}


@dataclass(frozen=True, slots=True, eq=False)
class Counts:
    """How often one actor is on the same and on opposite sides with every other."""

    same: Values
    opposite: Values
    shared: Values
    """Of how many options; with weights, of how many effectively."""
    options: NDArray[np.int64]
    """How many options are shared."""

    @classmethod
    def of(cls, found: Crossed, actors: int) -> Counts:
        """Count what crosses, with weights as shares of the effective number."""

        def total(of: Values) -> Values:
            return np.bincount(found.actor, of, minlength=actors).astype(np.float64)

        apart = found.a * found.b < 0
        weight, options = total(found.weight), total(found.count.astype(np.float64))
        n = effective_number(weight, total(found.square))
        per = np.divide(n, weight, out=np.zeros_like(n), where=weight > 0)
        same, opposite = (total(found.weight * which) * per for which in (found.same, apart))
        return cls(same, opposite, n, options.round().astype(np.int64))

    @property
    def kinds(self) -> tuple[Values, Values, Values]:
        """The shared options by kind: on the same side, on opposite sides, neither."""
        return self.same, self.opposite, self.shared - self.same - self.opposite

    def without(self, same: Values, opposite: Values, neither: Values) -> Counts:
        """Return what is left without so many options of each kind."""
        gone = same + opposite + neither
        return Counts(
            self.same - same,
            self.opposite - opposite,
            self.shared - gone,
            self.options - gone.astype(np.int64),
        )

    @property
    def words(self) -> list[str]:
        """The word of align for each pair; empty where it is insufficient."""
        words: list[str] = words_of(self.same, self.opposite, self.shared, self.options).tolist()
        return words


def words_of(
    same: Values, opposite: Values, shared: Values, options: NDArray[np.int64]
) -> NDArray[np.str_]:
    """Return the words that align has for pairs, by the same Jeffreys intervals.

    The interval of a share lies above one half where less than 2.5% of its distribution lies below.
    """
    from scipy.special import betainc

    def is_most(part: Values) -> NDArray[np.bool_]:
        rest = np.maximum(shared - part, 0)
        below: NDArray[np.bool_] = betainc(part + 0.5, rest + 0.5, 0.5) < _TAIL
        return below

    ways = [
        (options < MINIMUM_SHARED, ""),
        ((same <= 0) & (opposite <= 0), "open"),
        (is_most(same), "same side"),
        (is_most(opposite), "other side"),
        ((same > 0) & (opposite > 0), "mixed"),
    ]
    return np.select([is_so for is_so, _ in ways], [w for _, w in ways], default="not settled")


_TAIL = 0.025


Other = Callable[[Change], str] | None
"""Names the other of a pair, where they are many."""


def _told_of_pairs(changed: Sequence[Change], me: str, other: Other) -> Iterator[tuple[str, int]]:
    """Say which words, and which relations on which options, would be others."""
    kinds = {kind: [c for c in changed if c.of[0] == kind] for kind in (WORD, LEAN, OPTION)}
    yield from _told_of_words(kinds[WORD], other)
    yield from _told_of_leans(kinds[LEAN], me, other)
    yield from _told_of_options(kinds[OPTION], me, other)


def _named(other: Other, group: Iterable[Change], before: str) -> str:
    return f"{before}{some(_each(map(other, group)), _NAMED)}" if other else ""


def _told_of_words(changed: Sequence[Change], other: Other) -> Iterator[tuple[str, int]]:
    for word, group in _by_word(changed):
        was = _each(c.before or _FEW for c in group)
        instead = f" instead of {was[0]!r}" if len(was) == 1 else ""
        yield f"the verdict{_named(other, group, ' with ')} would be {word!r}{instead}", len(group)


def _told_of_leans(changed: Sequence[Change], me: str, other: Other) -> Iterator[tuple[str, int]]:
    for (before, later), group in alike(c for c in changed if c.before and c.after):
        would = f"{me if other else 'they'} would be {later} (now {before})"
        yield f"{_named(other, group, 'with ')} {would}".strip(), len(group)


def _told_of_options(changed: Sequence[Change], me: str, other: Other) -> Iterator[tuple[str, int]]:
    for (before, later), group in alike(changed):
        options = some(_each(c.of[2] for c in group), _NAMED)
        if later is None:
            whose = _named(other, group, " with ")
            told = f"{me if other else 'they'} would no longer share {options}{whose}"
        else:
            now = f" (now {_TOGETHER[before]})" if before else ""
            told = f"{_would_be(later, group, me, other)} on {options}{now}"
        yield told, len(group)


def _would_be(relation: str, group: Sequence[Change], me: str, other: Other) -> str:
    """Say what two would be, or what one would be to the others named."""
    if relation == "open":
        return f"{_named(other, group, f'{me} or ') or 'one or both'} would be undecided"
    if other is None:
        return f"they would be {_TOGETHER[relation]}"
    return f"{me} would be {_named(other, group, _BESIDE[relation])}"


def _by_word(found: Sequence[Change]) -> Iterator[tuple[str, list[Change]]]:
    """Yield the words that there would be, of most pairs the first, with what would change."""
    for later, _ in Counter(c.after for c in found).most_common():
        yield later or _FEW, [c for c in found if c.after == later]


_FEW = "insufficient"
_TOGETHER = {
    "agree": "on the same side",
    "differ": "on opposite sides",
    "open": "one or both undecided",
}
"""What two are on an option."""
_BESIDE = {"agree": "on the side of ", "differ": "on the other side from "}
"""What one of them is, before the name of the other."""


def _each(names: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(names))


_NAMED = 3


def changes_at_worst(held: Held, asked: Asked) -> list[Change]:
    """Return what can change when one shared option goes, of each pair the one that matters most.

    Three ways cover all options: both are on the same side, or on opposite sides, or neither.
    """
    found = Counts.of(met(held, asked.words[1], asked.scope, None), len(held.actors))
    kept = np.isin(np.array(held.actors), _others(held, asked))
    leaned, was = np.sign(found.same - found.opposite), np.array(found.words)
    changed: dict[str, Change] = {}
    for kind, there in enumerate(found.kinds):
        gone = np.zeros((3, len(held.actors)))
        gone[kind] = there > _PART
        left = found.without(*gone)
        lean, word = np.sign(left.same - left.opposite), np.array(left.words)
        for n in np.flatnonzero(kept & (lean != leaned)).tolist():
            leans = Change(
                of=(LEAN, held.actors[n]), before=LEANS[int(leaned[n])], after=LEANS[int(lean[n])]
            )
            changed.setdefault(held.actors[n], leans)
        for n in np.flatnonzero(kept & (word != was)).tolist():
            key = (WORD, held.actors[n])
            changed[key[1]] = Change(of=key, before=str(was[n]), after=str(word[n]) or None)
    return list(changed.values())


_PART = 0.5
"""Counts are whole numbers, but for rounding."""


def most_shared(held: Held, asked: Asked) -> int:
    """Return how many options are shared, with that other with whom they are most."""
    found = Counts.of(met(held, asked.words[1], asked.scope, None), len(held.actors))
    return int(found.options[np.isin(np.array(held.actors), _others(held, asked))].max(initial=0))


def latest_met(held: Held, asked: Asked) -> list[tuple[str, str]]:
    """Return where two last were on the same side, and on opposite sides: the other, the option."""
    found = met(held, asked.words[1], asked.scope, None)
    is_other = np.isin(np.array(held.actors)[found.actor], _others(held, asked))
    latest = []
    for side in (1, -1):
        fitting = np.flatnonzero(is_other & (np.sign(found.a * found.b) == side))
        if len(fitting):
            days = found.day[fitting].astype(np.int64)  # NaT is the least number
            last = fitting[np.argmax(days)]
            latest.append((held.actors[found.actor[last]], held.options[found.option[last]]))
    return latest


def _others(held: Held, asked: Asked) -> list[str]:
    return [a for a in held.actors if a in asked.words[2:] or len(asked.words) == 2]


def least_to_turn(held: Held, asked: Asked) -> int | None:
    """Return how many shared options, well chosen, must at least go for the word to be another.

    None where the word is insufficient. Options go by kind, in each order of the three kinds: a
    side needs most of those left, for which it does not matter of which other kind the rest was.
    """
    if asked.words[-1] not in held.actors:
        return None
    found = Counts.of(met(held, asked.words[1], asked.scope, None), len(held.actors))
    at = held.actors.index(asked.words[-1])
    kinds, was = [round(float(kind[at])) for kind in found.kinds], found.words[at]
    gone = np.arange(1, sum(kinds) + 1)
    turned = []
    for order in permutations(range(3)):
        left = np.empty((3, len(gone)))
        before = 0
        for kind in order:
            left[kind] = kinds[kind] - np.clip(gone - before, 0, kinds[kind])
            before += kinds[kind]
        words = words_of(left[0], left[1], left.sum(axis=0), left.sum(axis=0).astype(np.int64))
        turned += gone[words != was][:1].tolist()
    return min(turned) if was else None
