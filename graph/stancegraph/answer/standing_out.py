"""The answer on outliers: compared, or too thin to be."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from stancegraph.answer.answer import Answer, flags_of
from stancegraph.answer.camps import (
    CITED,
    FEWER,
    Division,
    best_known,
    called,
    cited,
    divided,
    mean_tie,
)
from stancegraph.answer.known import known
from stancegraph.answer.outlier_words import (
    BOUND,
    LEAST_COMPARED,
    TOLD,
    figures_of,
    notes_of,
    table_of,
    verdict_of,
)
from stancegraph.answer.outliers import AloneOn, Apart, Verdict
from stancegraph.answer.resting import is_thin, left_out_of
from stancegraph.answer.shared import method
from stancegraph.answer.ties import (
    Network,
    Values,
    drawn_again,
    positions_at,
    sides_known,
    thinness,
)
from stancegraph.answer.words import count
from stancegraph.measure.partition import SECONDS
from stancegraph.progress import followed

if TYPE_CHECKING:
    from stancegraph.graph import Graph

LEAST_APART = 0.1
"""Where all are nearly alike a small difference has a large z: this much at least is one."""

FEW_BESIDE = 1
"""Almost alone is with at most so many others on one's side."""

LEAST_AGAINST = 3
"""Alone is somebody only against so many others or more."""

TAILS = (0.025, 0.975)

_OF_NORMAL = 0.6745
"""The median distance from the middle of a normal distribution, in standard deviations."""

_OF_MEAN_DISTANCE = 0.7979
"""The mean one."""

_ALONE_ON = 5


QUESTION = "Who is the odd one out?"


def compared_or_thin(
    graph: Graph,
    network: Network,
    draws: int,
    seconds: float | None,
    seed: int,
    again: str,
) -> Answer[Apart]:
    """Answer who stands out in a network, or why that cannot be said."""
    thin = thinness(graph, network)
    if thin:
        return _thin(graph, network, thin, again)
    division = divided(
        network,
        at_most=1 if network.tying.actors else None,
        seconds=SECONDS if seconds is None else seconds,
        seed=seed,
    )
    return _compared(_set_apart(graph, network, division, draws, seed), draws, seed, again)


def _thin(graph: Graph, network: Network, thin: str, again: str) -> Answer[Apart]:
    found = known(graph, network)
    needed = (
        f"To tell somebody apart takes {LEAST_COMPARED} actors or more that share enough options "
        f"to be tied{FEWER}."
    )
    return Answer(
        question=QUESTION,
        verdict=" ".join((thin, *found.notes[:1])),
        as_of=network.scope.as_of,
        method=_method(network, 0, 0, ""),
        row_class=Apart,
        rows=(),
        evidence=found.evidence[:CITED],
        flags=("insufficient", *flags_of(sides_known(graph, network))),
        more=_more(network, 0, 0, None),
        tables=(),
        figures=found.figures,
        notes=(needed, *found.notes[1:], *left_out_of(network)),
        reproduce=again,
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Measured:
    """Of each actor its mean tie, where that may lie and how far from the middle."""

    mean: Values
    low: Values
    high: Values
    z: Values
    middle: Values
    """The median of the others it is compared with."""

    @property
    def stands_out(self) -> NDArray[np.bool_]:
        """Whether it is far below the middle, and its interval too; NaN never is."""
        with np.errstate(invalid="ignore"):
            is_far = (self.z < BOUND) & (self.mean <= self.middle - LEAST_APART)
            return np.asarray(is_far & ~(self.high >= self.middle))


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """What came out of comparing the actors of a network."""

    graph: Graph
    network: Network
    """Whole, with those who have no tie."""
    division: Division
    rows: tuple[Apart, ...]
    unit: str
    """What was drawn again; nothing without draws."""

    @property
    def found(self) -> tuple[Apart, ...]:
        """Those who stand out."""
        return tuple(r for r in self.rows if r.verdict.startswith("stands out"))

    @property
    def is_told(self) -> bool:
        """Whether anybody can be told apart."""
        return any(r.z is not None or r.overall_z is not None for r in self.rows)

    def called(self, bloc: int) -> str:
        """Name a bloc by those of it who do not stand out."""
        network = self.division.network
        known = best_known(self.graph, network, self.division.members(bloc))
        return called(self.graph, known, {*known} - {r.actor for r in self.found})


def _set_apart(
    graph: Graph, network: Network, division: Division, draws: int, seed: int
) -> Compared:
    """Compare each actor with its bloc and with all, and again as often as evidence is drawn."""
    tied = division.network
    together, everybody = division.is_together, np.ones_like(division.is_together)
    unit, means = "", np.zeros((2, 0, len(tied.actors)))
    if draws:
        drawn = drawn_again(graph, tied, draws=draws, seed=seed)
        weights = followed(drawn.weights, "drawing again", draws)
        pairs = [(mean_tie(w, together), mean_tie(w, everybody)) for w in weights]
        unit, means = drawn.unit, np.array(pairs).transpose(1, 0, 2)
    own = _measured(tied.weight, together, means[0], division.bloc)
    overall = _measured(tied.weight, everybody, means[1], np.zeros_like(division.bloc))
    rows = tuple(_rows(graph, division, own, overall))
    return Compared(graph=graph, network=network, division=division, rows=rows, unit=unit)


def _compared(compared: Compared, draws: int, seed: int, again: str) -> Answer[Apart]:
    graph, network = compared.graph, compared.network
    shown = compared.found[:TOLD] or compared.rows[:1]
    keys = [(r.actor, a.option) for r in shown for a in r.alone_on[:2]]
    positions = positions_at(graph, network.scope, keys)
    told = [positions[key] for key in dict.fromkeys(keys) if key in positions]
    evidence = cited(graph, told)
    flags = () if graph.is_large else flags_of(told)
    if is_thin(network) and "thin" not in flags:
        flags = ("thin", *flags)
    if not compared.is_told:
        flags = ("insufficient", *flags)
    return Answer(
        question=QUESTION,
        verdict=" ".join(verdict_of(compared)),
        as_of=network.scope.as_of,
        method=_method(network, draws, seed, compared.unit),
        row_class=Apart,
        rows=compared.rows,
        evidence=evidence,
        flags=flags,
        more=_more(network, draws, seed, compared.unit or None),
        tables=(table_of(compared),),
        notes=tuple(notes_of(compared)),
        reproduce=again,
        figures=tuple(figures_of(compared, evidence)),
    )


def _measured(
    weight: Values, wanted: NDArray[np.bool_], drawn: Values, group: NDArray[np.int64]
) -> _Measured:
    """Measure how far each mean tie is from those of its group."""
    mean = mean_tie(weight, wanted)
    low, high = np.full((2, len(mean)), np.nan)
    for n in range(len(mean)):
        known = drawn[:, n][~np.isnan(drawn[:, n])]
        if len(known):
            low[n], high[n] = np.quantile(known, TAILS)
    z, middle = np.full((2, len(mean)), np.nan)
    for number in np.unique(group):
        here = np.flatnonzero((group == number) & ~np.isnan(mean))
        z[here] = standardised(mean[here])
        for n in here.tolist():
            others = mean[here[here != n]]
            middle[n] = np.median(others) if len(others) else np.nan
    return _Measured(mean, low, high, z, middle)


def standardised(values: Values) -> Values:
    """Return how far each of some values is from their middle, in robust standard deviations.

    z_i = 0.6745 (x_i - m) / MAD, with m the median and MAD the median of |x_i - m|; where over half
    of them are alike and MAD is 0, 0.7979 (x_i - m) / mean of |x_i - m|. Without any spread 0; of
    fewer than four values NaN, because the middle of three is one of them.

    Source: Iglewicz and Hoaglin 1993, How to Detect and Handle Outliers, who take |z| above 3.5 as
    that of an outlier

    Median 3, distances 2, 1, 0, 1, 7 with median 1:

    >>> standardised(np.array([1.0, 2, 3, 4, 10])).round(4).tolist()
    [-1.349, -0.6745, 0.0, 0.6745, 4.7215]
    """
    if len(values) < LEAST_COMPARED:
        return np.full(len(values), np.nan)
    away = (values - np.median(values)).round(12)
    distance = float(np.median(np.abs(away)))
    if distance:
        return np.asarray(_OF_NORMAL * away / distance)
    mean = float(np.abs(away).mean())
    return np.asarray(_OF_MEAN_DISTANCE * away / mean if mean else np.zeros(len(away)))


def _rows(graph: Graph, division: Division, own: _Measured, overall: _Measured) -> Iterator[Apart]:
    """Yield the actors, those farthest below the middle of their bloc or of all first."""
    actors = division.network.actors
    alone = _alone(division.network)
    rank = np.fmin(own.z, overall.z).round(9)
    order = sorted(range(len(actors)), key=lambda n: (np.isnan(rank[n]), rank[n], n))
    from_own, from_all = own.stands_out, overall.stands_out
    for n in order:
        options = _alone_on(graph, division.network, n, alone)
        yield Apart(
            actor=actors[n],
            name=graph.actors[actors[n]].name,
            bloc=int(division.bloc[n]) + 1,
            agreement=_known(own.mean[n]),
            low=_known(own.low[n]),
            high=_known(own.high[n]),
            middle=_known(own.middle[n]),
            z=_known(own.z[n]),
            overall=_known(overall.mean[n]),
            overall_low=_known(overall.low[n]),
            overall_high=_known(overall.high[n]),
            overall_middle=_known(overall.middle[n]),
            overall_z=_known(overall.z[n]),
            alone_on=options[:_ALONE_ON],
            alone_count=len(options),
            verdict=_judged(
                from_own=bool(from_own[n]),
                from_all=bool(from_all[n]),
                is_told=not np.isnan(rank[n]),
            ),
        )


def _judged(*, from_own: bool, from_all: bool, is_told: bool) -> Verdict:
    if from_own:
        return "stands out"
    if from_all:
        return "stands out from all"
    return "does not" if is_told else "insufficient"


def _known(value: float) -> float | None:
    return None if np.isnan(value) else round(float(value), 6)


@dataclass(frozen=True, slots=True, eq=False)
class _Standing:
    """Option by option, how many are for and against and have a position."""

    pro: NDArray[np.int64]
    con: NDArray[np.int64]
    known: NDArray[np.int64]


def _alone(network: Network) -> _Standing:
    held = network.held
    pro, con, known = (
        np.bincount(held.option[kept], minlength=len(held.options))
        for kept in (held.level > 0, held.level < 0, slice(None))
    )
    return _Standing(pro, con, known)


def _alone_on(graph: Graph, network: Network, n: int, at: _Standing) -> tuple[AloneOn, ...]:
    """Return the options on which somebody stood alone or almost, the most alone first."""
    held = network.held
    mine = np.flatnonzero((held.actor == n) & (held.level != 0))
    option, is_pro = held.option[mine], held.level[mine] > 0
    beside = np.where(is_pro, at.pro[option], at.con[option]) - 1
    against = np.where(is_pro, at.con[option], at.pro[option])
    between = at.known[option] - 1 - beside - against
    is_alone = (beside <= FEW_BESIDE) & (against >= LEAST_AGAINST)
    order = np.lexsort((option, -against, beside))
    return tuple(
        AloneOn(
            option=held.options[option[i]],
            name=graph.options[held.options[option[i]]].name,
            stance="supports" if is_pro[i] else "opposes",
            beside=int(beside[i]),
            against=int(against[i]),
            between=int(between[i]),
        )
        for i in order.tolist()
        if is_alone[i]
    )


def _method(network: Network, draws: int, seed: int, unit: str) -> str:
    scope = network.scope
    drawn = (
        f"; 95% interval, {unit} drawn again {count(draws, 'time')}, seed {seed}" if unit else ""
    )
    return method(
        roll_up=scope.roll_up,
        own_words=scope.own_words,
        extra=f"{network.tying.in_words}; mean tie, standardised by median and median distance: an "
        f"outlier is below {BOUND:g} (Iglewicz and Hoaglin 1993), {LEAST_APART:g} or more below "
        f"the median of the others, its interval wholly below that{drawn}",
    )


def _more(network: Network, draws: int, seed: int, unit: str | None) -> dict[str, object]:
    return {
        "bound": BOUND,
        "draws": draws,
        "drawn": unit,
        "seed": seed,
        "is_one_bloc": bool(network.tying.actors),
        "ties": network.tying.ties,
        "min_shared": network.tying.min_shared,
        "roll_up": network.scope.roll_up,
    }
