"""Who is for which of two options, and what else is on record from them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from stancegraph.answer.replies import near_options
from stancegraph.answer.words import named, some
from stancegraph.positions import RULES, Position
from stancegraph.scope import Scope

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from stancegraph.columns import Held
    from stancegraph.graph import Graph

    Values = NDArray[np.float64]


NAMED = 6
"""So many actors are named in a sentence."""

Relation = Literal["narrower", "broader", "same issue", "elsewhere"]
"""How an option lies to the two: below one of them, above, beside, or of another issue."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Split:
    """How the actors of one group stand on an option."""

    support: tuple[str, ...]
    undecided: tuple[str, ...]
    oppose: tuple[str, ...]
    silent: int
    """How many of the group have no position on it, or none that is disclosed."""

    @property
    def known(self) -> tuple[str, ...]:
        """Those who have a position on it."""
        return (*self.support, *self.undecided, *self.oppose)


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A third option, and where those stand on it who have a position on one of the two."""

    option: str
    name: str
    relation: Relation
    first: Split
    """Those for the first option and not for the second."""
    second: Split
    """Those for the second option and not for the first."""
    others: Split
    """Those for both, or for neither."""
    is_accepted: bool
    """Whether somebody of each camp is for it, and nobody of either is on record against it."""
    own_words: int
    """Of those for it, how many speak or act for themselves."""
    hearsay: tuple[str, ...]
    """The actors whose position on it only others tell."""
    conditions: tuple[str, ...]
    limits: tuple[str, ...]

    @property
    def support(self) -> int:
        """How many of both camps are for it."""
        return len(self.first.support) + len(self.second.support)


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Camps:
    """Two options, and who is for which."""

    graph: Graph
    scope: Scope
    held: Held
    """The positions of all who may be a party."""
    options: tuple[str, str]
    level: Values
    """A row an actor, two columns; NaN where there is no position."""
    hearsay: tuple[frozenset[str], frozenset[str]]
    """Of each option, the actors of whose position on it only others tell."""

    def of(self, first: int | None, second: int | None) -> tuple[str, ...]:
        """Return the actors on a side, 1 or -1, of the options; None takes any but for."""
        wanted = self._is(0, first) & self._is(1, second) & self.is_party
        return tuple(a for a, is_it in zip(self.held.actors, wanted, strict=True) if is_it)

    def _is(self, column: int, side: int | None) -> NDArray[np.bool_]:
        level = self.level[:, column]
        return ~(level > 0) if side is None else (level * side > 0)

    @property
    def is_party(self) -> NDArray[np.bool_]:
        """Who has a position on one of the two."""
        import numpy as np

        return np.asarray(np.isfinite(self.level).any(axis=1))

    @property
    def parties(self) -> tuple[str, ...]:
        """Those who have a position on one of the two."""
        return tuple(a for a, is_it in zip(self.held.actors, self.is_party, strict=True) if is_it)

    @property
    def both(self) -> tuple[str, ...]:
        """Those who are for both."""
        return self.of(1, 1)

    @property
    def first(self) -> tuple[str, ...]:
        """Those who are for the first only."""
        return self.of(1, None)

    @property
    def second(self) -> tuple[str, ...]:
        """Those who are for the second only."""
        return self.of(None, 1)

    @property
    def neither(self) -> tuple[str, ...]:
        """Those who are for neither, and on record on one of them."""
        return self.of(None, None)

    def stance(self, actor: str, which: int) -> int | None:
        """Return the level of an actor on one of the two; None where nothing is on record."""
        import numpy as np

        level = self.level[self.held.actors.index(actor), which]
        return None if np.isnan(level) else int(level)

    def is_own(self, actor: str, which: int) -> bool:
        """Tell whether an actor has a position on one of the two by its own word or deed."""
        return self.stance(actor, which) is not None and actor not in self.hearsay[which]

    def names(self, actors: Sequence[str], most: int = NAMED) -> str:
        """Name actors in a sentence."""
        return some([named(self.graph.actors[a]) for a in actors], most)


def camps_of(graph: Graph, a: str, b: str, scope: Scope) -> Camps:
    """Return who may be a party, and where they stand on two options."""
    import numpy as np

    from stancegraph.answer.ties import among

    held = graph.held(scope) if graph.is_large else _all_held(graph, scope)
    chosen = _eligible(graph, held, (a, b))
    part = among(held, sorted(chosen, key=lambda x: (graph.actors[x].name, x)))
    level = np.full((len(part.actors), 2), np.nan)
    told: list[frozenset[str]] = []
    for column, option in enumerate((a, b)):
        number = part.options.index(option) if option in part.options else -1
        on_it = part.option == number
        level[part.actor[on_it], column] = part.level[on_it]
        hearsay = part.actor[on_it & (part.tier > RULES.last_own_tier)]
        told.append(frozenset(part.actors[n] for n in hearsay.tolist()))
    hearsay_of = (told[0], told[1])
    return Camps(
        graph=graph, scope=scope, held=part, options=(a, b), level=level, hearsay=hearsay_of
    )


def _eligible(graph: Graph, held: Held, options: tuple[str, str]) -> Sequence[str]:
    """Return the states and organisations, or all where none of those has a position on either."""
    import numpy as np

    numbers = [held.options.index(o) for o in options if o in held.options]
    holders = np.unique(held.actor[np.isin(held.option, numbers)]).tolist()
    is_any = any(graph.is_state_or_body(held.actors[n]) for n in holders)
    return [a for a in held.actors if graph.is_state_or_body(a)] if is_any else held.actors


def _all_held(graph: Graph, scope: Scope) -> Held:
    """Return the positions on all options, also the narrower where they are rolled up."""
    from stancegraph.columns import held_of

    found = graph.positions_in(scope)
    return held_of(found.values(), sorted({holder for holder, _ in found}), graph.options)


def relations_of(camps: Camps) -> dict[str, Relation]:
    """Return how all other options lie to the two."""
    graph, (a, b) = camps.graph, camps.options
    near = near_options(graph, b) | near_options(graph, a)
    issues = {graph.options[o].issue for o in (a, b)}
    found: dict[str, Relation] = {}
    for option in graph.options.values():
        if option.id in (a, b):
            continue
        nearness = near.get(option.id)
        if nearness in ("narrower", "broader"):
            found[option.id] = "narrower" if nearness == "narrower" else "broader"
        else:
            found[option.id] = "same issue" if option.issue in issues else "elsewhere"
    return found


def candidates(camps: Camps) -> tuple[list[int], int]:
    """Return the numbers of the options on which a party has a position, most promising first.

    And how many of those near the two are accepted.

    Near options before those of other issues; those accepted first, which somebody of each camp is
    for and nobody of either is against; then the smaller share of opposition in both camps, more
    support, less opposition elsewhere, more own words, more undecided, as they are declared.
    """
    import numpy as np

    held, relations = camps.held, relations_of(camps)
    size, group = len(held.options), _groups(camps)
    theirs = group[held.actor]

    def counted(kept: NDArray[np.bool_]) -> NDArray[np.int64]:
        return np.bincount(held.option[kept], minlength=size)

    camp = (theirs == 0) | (theirs == 1)
    first, second = (counted((theirs == n) & (held.level > 0)) for n in (0, 1))
    oppose, known = counted(camp & (held.level < 0)), counted(camp)
    against = counted((theirs == _OTHERS) & (held.level < 0))
    own = counted((theirs >= 0) & (held.level > 0) & (held.tier <= RULES.last_own_tier))
    undecided = counted((theirs >= 0) & (held.level == 0))
    accepted = (first > 0) & (second > 0) & (oppose == 0)
    share = np.divide(oppose, known, out=np.full(size, 0.5), where=known > 0)
    far = np.array([relations.get(o) == "elsewhere" for o in held.options], dtype=bool)
    keys = (np.arange(size), -undecided, -own, against, -(first + second), share, ~accepted, far)
    any_known = counted(theirs >= 0) > 0
    ranked = [n for n in np.lexsort(keys).tolist() if any_known[n] and held.options[n] in relations]
    return ranked, int((accepted & ~far)[ranked].sum())


_OTHERS = 2
"""The group of those who are for both or for neither; 0 and 1 are the camps."""


def _groups(camps: Camps) -> NDArray[np.int64]:
    """Return the group of each actor; -1 for those who are no party."""
    import numpy as np

    number_of = {actor: n for n, actor in enumerate(camps.held.actors)}
    group = np.full(len(number_of), -1)
    for number, actors in enumerate((camps.first, camps.second, (*camps.both, *camps.neither))):
        group[[number_of[a] for a in actors]] = number
    return group


def candidate(
    camps: Camps, number: int, relation: Relation, positions: Sequence[Position]
) -> Candidate:
    """Return an option, by its number, with where both camps and the others stand on it."""
    import numpy as np

    held, option = camps.held, camps.graph.options[camps.held.options[number]]
    on_it = held.option == number
    actor, level, tier = held.actor[on_it], held.level[on_it], held.tier[on_it]
    group = _groups(camps)

    def split(of: int) -> Split:
        mine = group[actor] == of

        def names(side: int) -> tuple[str, ...]:
            return tuple(held.actors[n] for n in actor[mine & (np.sign(level) == side)].tolist())

        silent = int((group == of).sum() - mine.sum())
        return Split(support=names(1), undecided=names(0), oppose=names(-1), silent=silent)

    first, second, others = (split(n) for n in (0, 1, _OTHERS))
    is_told = tier > RULES.last_own_tier
    own = (group[actor] >= 0) & (level > 0) & ~is_told
    told = actor[(group[actor] >= 0) & is_told].tolist()
    return Candidate(
        option=option.id,
        name=option.name,
        relation=relation,
        first=first,
        second=second,
        others=others,
        is_accepted=bool(first.support and second.support and not first.oppose + second.oppose),
        own_words=int(own.sum()),
        hearsay=tuple(held.actors[n] for n in sorted(told)),
        conditions=tuple(dict.fromkeys(c for p in positions for c in p.conditions)),
        limits=tuple(dict.fromkeys(x for p in positions for x in p.limits)),
    )


def known_of(camps: Camps, options: Sequence[str]) -> dict[str, list[Position]]:
    """Return the positions of parties on options, some only where there are very many."""
    from stancegraph.answer.ties import positions_at

    keys = [(actor, option) for option in options for actor in camps.parties]
    if camps.graph.is_large:
        keys = [key for option in options[:2] for key in _few(camps, option)]
    found: dict[str, list[Position]] = {option: [] for option in options}
    for (_, option), position in positions_at(camps.graph, camps.scope, keys).items():
        found[option].append(position)
    return found


def _few(camps: Camps, option: str) -> list[tuple[str, str]]:
    """Return two of each camp, and two of those who are for neither, with an option."""
    some_of = (camps.first[:2], camps.second[:2], camps.neither[:2])
    return [(actor, option) for actors in some_of for actor in actors]


@dataclass(frozen=True, slots=True, kw_only=True)
class Trade:
    """Two actors who might each give what the other wants: none is on record against it."""

    first: str
    """It is for the first option, and not on record against the second."""
    second: str
    """It is for the second option, and not on record against the first."""
    is_known: bool
    """Whether both have a position on the other's option; else one of them is silent on it."""


def not_against(camps: Camps) -> tuple[list[str], list[str]]:
    """Return who of each camp is not on record against what the other wants; the silent too."""

    def free(actors: Sequence[str], other: int) -> list[str]:
        return [a for a in actors if (camps.stance(a, other) or 0) >= 0]

    return free(camps.first, 1), free(camps.second, 0)


def trades(camps: Camps) -> Iterator[Trade]:
    """Yield who might trade, those first of whom more is known; the first of very many."""
    ones, twos = not_against(camps)
    known = {a for a in ones if camps.stance(a, 1) is not None}
    known |= {b for b in twos if camps.stance(b, 0) is not None}
    pairs = (Trade(first=a, second=b, is_known={a, b} <= known) for a in ones for b in twos)
    yield from sorted(pairs, key=lambda t: not t.is_known)[:_TRADES]


_TRADES = 100
"""So many pairs of actors who might trade are given at most."""
