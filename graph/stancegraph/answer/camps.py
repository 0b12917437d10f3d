"""A network divided into blocs: how surely, what they are called and what sets them apart."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from stancegraph.answer.answer import Citation, cite_positions
from stancegraph.answer.ties import Network, drawn_again
from stancegraph.answer.words import named, some
from stancegraph.measure.coalitions import Coalitions, co_membership, coalitions
from stancegraph.measure.partition import SECONDS, STARTS
from stancegraph.measure.signed import odd_ties
from stancegraph.model import Polarity
from stancegraph.names import plain
from stancegraph.progress import followed

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from stancegraph.graph import Graph
    from stancegraph.measure.signed import Camps
    from stancegraph.positions import Position

Values = NDArray[np.float64]
Counts = NDArray[np.int64]

CORE = 0.8
"""From this mean share of draws with the others of its bloc on, a member is of its core: four
times in five, as for a firm reliability (Krippendorff 2004)."""

OFTEN_TIED = 0.5
"""Of the core is only who has a tie in so many of the draws: else it rests on very few records."""

DRAWS = 100
FEWER_DRAWS = 20
MANY = 200_000
"""Beyond so many positions the evidence is drawn `FEWER_DRAWS` times unless told otherwise."""

STARTS_OF_A_DRAW = 1
"""From so many beginnings, and shaken, the search climbs for each draw."""

CITED = 12
"""So many records an answer cites at most."""

EACH = 2
"""Of one position so many."""

FEWER = "; --min-shared takes fewer options for a tie, and the answer is then called thin"
"""What can be done where too few options are shared."""

NAMED = 3
"""A bloc is called by so many of its members."""

HALF = 0.5
"""An option marks a bloc only where at least this share of it has a position."""


@dataclass(frozen=True, slots=True, eq=False)
class Division:
    """A network of tied actors, and the bloc of each."""

    network: Network
    bloc: Counts
    """Numbers from 0: the largest bloc first, of equal ones that of the earlier name."""
    found: Coalitions

    @property
    def count(self) -> int:
        """How many blocs there are, actors alone included."""
        return int(self.bloc.max(initial=-1)) + 1

    @property
    def sizes(self) -> Counts:
        """How many members each bloc has."""
        return np.bincount(self.bloc, minlength=self.count).astype(np.int64)

    def members(self, bloc: int) -> list[int]:
        """Return the members of a bloc, by their numbers in the network."""
        return [int(n) for n in np.flatnonzero(self.bloc == bloc)]

    @property
    def is_together(self) -> NDArray[np.bool_]:
        """Which actors are in one bloc, a row an actor; nobody with itself."""
        together = np.equal.outer(self.bloc, self.bloc)
        np.fill_diagonal(together, val=False)
        return together

    @property
    def within(self) -> Values:
        """The mean weight of each actor's ties inside its bloc, NaN without any."""
        return mean_tie(self.network.weight, self.is_together)


def mean_tie(weight: Values, wanted: NDArray[np.bool_]) -> Values:
    """Return the mean weight of the ties of each row that are wanted, NaN where it has none.

    >>> weight = np.array([[0, 1, -0.5], [1, 0, 0], [-0.5, 0, 0]])
    >>> mean_tie(weight, np.ones((3, 3), dtype=bool)).tolist()
    [0.25, 1.0, -0.5]
    """
    is_tied = wanted & (weight != 0)
    ties = is_tied.sum(axis=1)
    total = np.where(is_tied, weight, 0).sum(axis=1)
    mean: Values = np.divide(total, ties, out=np.full(len(weight), np.nan), where=ties > 0)
    return mean


def divided(
    network: Network,
    *,
    at_most: int | None = None,
    starts: int = STARTS,
    seconds: float = SECONDS,
    seed: int = 0,
) -> Division:
    """Divide the tied actors of a network so that as few ties as possible contradict it."""
    tied = network.tied()
    if at_most == 1:
        return Division(tied, np.zeros(len(tied.actors), dtype=np.int64), _in_one(tied.weight))
    found = coalitions(tied.weight, at_most=at_most, starts=starts, seconds=seconds, seed=seed)
    return Division(tied, _largest_first(found.camps), found)


def _in_one(weight: Values) -> Coalitions:
    """Return the only division into one bloc: every foe is odd."""
    together = np.zeros(len(weight), dtype=np.int64)
    odd = odd_ties(weight, together)
    value = float(np.abs(odd.weight).sum())
    return Coalitions(together, value, value, odd)


def _largest_first(camps: Camps) -> Counts:
    sizes = np.bincount(camps)
    rank = np.empty(len(sizes), dtype=np.int64)
    rank[np.argsort(-sizes, kind="stable")] = np.arange(len(sizes))
    return rank[camps]


def draws_of(network: Network, draws: int | None) -> int:
    """Return how often the evidence is drawn again where nothing is said: by how much there is."""
    if draws is not None:
        return draws
    return DRAWS if len(network.held) <= MANY else FEWER_DRAWS


@dataclass(frozen=True, slots=True, eq=False)
class Again:
    """What the division of networks whose evidence was drawn again says of the first."""

    membership: Values
    """Of each actor the mean share of draws with the others of its bloc; NaN of one alone."""
    tied: Values
    """In which share of the draws it has a tie at all."""
    unit: str
    """What was drawn."""


def divided_again(
    graph: Graph, division: Division, *, at_most: int | None, draws: int, seed: int
) -> Again:
    """Divide networks whose evidence is drawn again.

    Any two are counted in the draws in which both have a tie.
    """
    drawn = drawn_again(graph, division.network, draws=draws, seed=seed)
    times = np.zeros(len(division.bloc))

    def divide(network: ArrayLike) -> Camps:
        times[(np.asarray(network) != 0).any(axis=1)] += 1
        found = coalitions(network, at_most=at_most, starts=STARTS_OF_A_DRAW, exact_to=0, seed=seed)
        return found.camps

    weights = followed(drawn.weights, "dividing what is drawn again", draws)
    found = co_membership(weights, divide, of_tied=True)
    return Again(memberships(division, found.share), times / draws, drawn.unit)


def memberships(division: Division, share: Values) -> Values:
    """Return of each actor the mean share of draws with the others of its bloc; NaN if alone."""
    together = division.is_together
    others = together.sum(axis=1)
    total = np.where(together, share, 0).sum(axis=1)
    mean: Values = np.divide(total, others, out=np.full(len(others), np.nan), where=others > 0)
    return mean


def best_known(graph: Graph, network: Network, members: Sequence[int]) -> list[str]:
    """Order members by how well they are known: by what else news calls them, then by positions.

    Whose capital or palace stands for it ("Paris", "the Élysée") is who a reader looks for; of
    those with as many positions the most central comes first, whose ties are strongest.
    """
    positions = np.bincount(network.held.actor, minlength=len(network.actors))
    strength = np.round(network.weight[:, list(members)].sum(axis=1), 9)

    def rank(n: int) -> tuple[int, int, float, int]:
        spoken = {_without_accents(m) for m in graph.actors[network.actors[n]].metonyms}
        return -len(spoken), -int(positions[n]), -float(strength[n]), n

    return [network.actors[n] for n in sorted(members, key=rank)]


def _without_accents(name: str) -> str:
    """Return a name as it is spelled without accents, so that both spellings are one."""
    return unicodedata.normalize("NFD", name).encode("ascii", "ignore").decode()


def called(graph: Graph, known: Sequence[str], sure: Iterable[str], most: int = NAMED) -> str:
    """Name a bloc by the best known of those who surely belong to it: "France and 34 others".

    `known` are all members, the best known first; where none is sure, any may be named.
    """
    firmly = set(sure)
    ordered = sorted(known, key=lambda a: a not in firmly)
    return some([named(graph.actors[a]) for a in ordered], most)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """An option that sets a bloc apart: most of it on one side, the others not."""

    option: str
    name: str
    stance: Literal["supports", "opposes"]
    """The side of the bloc."""
    inside: int
    """Members on that side."""
    inside_known: int
    """Members with a position."""
    outside: int
    """Others on that side."""
    outside_known: int
    """Others with a position."""
    score: float
    """From 0 to 1: how far it sets the bloc apart."""

    @property
    def polarity(self) -> Polarity:
        """The side of the bloc."""
        return Polarity(self.stance)


def marks_of(graph: Graph, division: Division, bloc: int, most: int = 3) -> tuple[Mark, ...]:
    """Return the options that set a bloc apart most.

    score = u * d * c, each in [0, 1]: u the share of its members with a position who are on the
    side of most of them; d half the distance of the mean levels, from -1 to 1, of the bloc and of
    the others, towards that side; c the share of the bloc with a position times that of the
    others. 1 where all of the bloc are for it and all others against, or the reverse. Options on
    which half of the bloc has no position, none of the others has one, or at most half of those who
    have take the side, mark nothing. Of equal ones the option with more positions comes first.
    """
    held, is_member = division.network.held, division.bloc == bloc
    is_in = is_member[held.actor] if len(held) else np.zeros(0, dtype=bool)
    inside, outside = (
        _sides(held.option[k], held.level[k], len(held.options)) for k in (is_in, ~is_in)
    )
    score = _scores(inside, outside, int(is_member.sum()), int((~is_member).sum()))
    order = np.lexsort((np.arange(len(score)), -(inside.known + outside.known), -score))[:most]
    found = [n for n in order.tolist() if score[n] > 0]
    return tuple(
        Mark(
            option=held.options[n],
            name=graph.options[held.options[n]].name,
            stance="supports" if inside.is_pro[n] else "opposes",
            inside=int(inside.most[n]),
            inside_known=int(inside.known[n]),
            outside=int((outside.pro if inside.is_pro[n] else outside.con)[n]),
            outside_known=int(outside.known[n]),
            score=round(float(score[n]), 6),
        )
        for n in found
    )


def _scores(inside: Sides, outside: Sides, size: int, others: int) -> Values:
    """Return of each option how far it sets so many apart from so many others."""
    unity = _share(inside.most, inside.known)
    distance = _share(inside.total, inside.known) - _share(outside.total, outside.known)
    apart = np.clip(np.where(inside.is_pro, distance, -distance) / 4, 0, 1)
    covered = inside.known / max(size, 1) * (outside.known / max(others, 1))
    is_told = (inside.known >= HALF * size) & (outside.known > 0) & (unity > HALF)
    score: Values = np.where(is_told, unity * apart * covered, 0.0)
    return score.round(12)


@dataclass(frozen=True, slots=True, eq=False)
class Sides:
    """Option by option, how many have a position, are for, are against, and the sum of levels."""

    known: Counts
    pro: Counts
    con: Counts
    total: Values

    @property
    def is_pro(self) -> NDArray[np.bool_]:
        """Whether at least as many are for it as against."""
        return np.asarray(self.pro >= self.con)

    @property
    def most(self) -> Counts:
        """How many are on the side of most."""
        return np.maximum(self.pro, self.con)


def _sides(option: NDArray[np.int32], level: NDArray[np.int8], options: int) -> Sides:
    known, pro, con = (
        np.bincount(option[k], minlength=options) for k in (level == level, level > 0, level < 0)
    )
    total = np.bincount(option, weights=level, minlength=options).astype(np.float64)
    return Sides(known, pro, con, total)


def _share(part: ArrayLike, whole: Counts) -> Values:
    of = np.asarray(part, dtype=np.float64)
    return np.divide(of, whole, out=np.zeros(len(whole)), where=whole > 0)


def mean_between(weight: Values, first: Iterable[int], second: Iterable[int]) -> float | None:
    """Return the mean weight of the ties between two sets of actors; None without any."""
    block = weight[np.ix_(list(first), list(second))]
    tied = block[block != 0]
    return float(tied.mean()) if len(tied) else None


def cited(graph: Graph, positions: Iterable[Position]) -> tuple[Citation, ...]:
    """Cite a record or two of each position."""
    found = (c for p in positions for c in cite_positions(graph, [p])[:EACH])
    return tuple(found)[:CITED]


_LOOSE = " :;,/(-"
"""What is not left at the end of a text that is cut."""


def titled(name: str, most: int = 90) -> str:
    """Return as much of a name as fits, without what a library's catalogue adds to a title.

    In a catalogue " : " starts what kind of text it is, " / " whose (ISBD, 2011).

    >>> titled("R/73/171 (The right to food : resolution / adopted by the General Assembly)")
    'R/73/171 (The right to food)'
    >>> titled("On the rules of procedure of the Assembly.", 30)
    'On the rules of procedure ...'
    """
    title = _ADDED.sub("", name).rstrip(".")
    if len(title) > most:
        title = f"{title[: most - 3].rsplit(' ', 1)[0].rstrip(_LOOSE)} ..."
    return title + ")" * (title.count("(") - title.count(")"))


_LEAST_OF_TITLE = 20

_ADDED = re.compile(r" : [\w ]+ / [^)]*")


def id_and_title(option: str, name: str, most: int = 60) -> str:
    """Return an option's id, and as much of its name as fits and says more.

    >>> id_and_title("r66", "On the rules of procedure of the Assembly", 30)
    'r66: On the rules of ...'
    >>> id_and_title("air-patrols", "Air patrols")
    'Air patrols'
    """
    if plain(name) == plain(option):
        return titled(name, most)
    return f"{option}: {titled(name, max(most - len(option) - 2, _LEAST_OF_TITLE))}"
