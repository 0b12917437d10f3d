"""How far a bloc stands together, option by option and over all."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike, NDArray

from stancegraph.measure.bootstrap import Bootstrap, bootstrap
from stancegraph.measure.levels import LevelMatrix

Values = NDArray[np.float64]


def level_counts(levels: LevelMatrix, *, values: Sequence[int] = (-1, 0, 1)) -> NDArray[np.int64]:
    """Count how many members hold each level: a row a level, a column an option.

    >>> from stancegraph.measure.levels import level_matrix
    >>> level_counts(level_matrix([[1, -1], [1, None]])).tolist()
    [[0, 1], [0, 0], [2, 0]]
    """
    rows = [np.count_nonzero(levels == value, axis=0) for value in values]
    return np.array(rows, dtype=np.int64).reshape(len(values), levels.shape[1])


def agreement_index(counts: ArrayLike) -> Values:
    """Return the agreement index of Hix, Noury and Roland.

    AI = (max - (N - max) / 2) / N, with max the most that any one level has and N = all: 1 where
    all hold one level. With three levels (yes, no, abstain) 0 where they divide evenly; in general
    at least (3 / L - 1) / 2 for L levels. The first axis of `counts` is the level, further axes
    are options. NaN where nobody has a level.

    Source: Hix, Noury and Roland 2005, https://doi.org/10.1017/S0007123405000128

    >>> agreement_index([[10, 5, 10], [0, 5, 10], [0, 0, 10]]).tolist()
    [1.0, 0.25, 0.0]
    """
    held = np.asarray(counts, dtype=np.float64)
    most, all_ = held.max(axis=0), held.sum(axis=0)
    return _ratio(most - (all_ - most) / 2, all_)


def rice(counts: ArrayLike) -> Values:
    """Return Rice's index: how far one side outnumbers the other.

    R = |Y - N| / (Y + N), in [0, 1], with Y those above the middle level and N those below it, who
    abstain left out; NaN where nobody takes a side. Small blocs come out higher than large ones of
    the same mind: two members tossing coins have 1/2 (Desposato 2005). The first axis of `counts`
    is the level in ascending order, further axes are options.

    Source: Rice 1925, https://doi.org/10.2307/2142407; bias, Desposato 2005,
    British Journal of Political Science 35(4)

    >>> rice([[30, 10, 0], [10, 0, 5], [60, 10, 0]]).round(4).tolist()
    [0.3333, 0.0, nan]
    """
    held = np.asarray(counts, dtype=np.float64)
    half, rest = len(held) // 2, -(-len(held) // 2)
    against, for_ = held[:half].sum(axis=0), held[rest:].sum(axis=0)
    return _ratio(np.abs(for_ - against), for_ + against)


def van_der_eijk(counts: ArrayLike) -> float:
    """Return van der Eijk's A: how far ordered levels gather in one place.

    The counts are cut into layers of equal height. A layer that occupies S of the K levels has
    A = U (1 - (S - 1) / (K - 1)), where U compares its triples of levels: those occupied, occupied,
    empty (TU) are in one peak, those occupied, empty, occupied (TDU) are in two, and
    U = ((K - 2) TU - (K - 1) TDU) / ((K - 2) (TU + TDU)), or 1 if one or all levels are occupied.
    A of the whole is their mean, weighted by size: 1 where all hold one level, 0 where all levels
    are held alike, -1 where all are at the two ends. NaN where nobody has a level. One axis only;
    needs three levels or more, else ValueError.

    Source: van der Eijk 2001, https://doi.org/10.1023/A:1010374114305

    >>> [round(van_der_eijk(x), 4) for x in ([0, 9, 0], [5, 5, 5], [5, 0, 5], [5, 5, 0])]
    [1.0, 0.0, -1.0, 0.5]
    """
    held = np.asarray(counts, dtype=np.float64)
    if held.ndim != 1 or len(held) < 3:
        raise ValueError(f"counts of shape {held.shape}: give one for each of three levels or more")
    total = held.sum()
    if not total:
        return float("nan")
    heights = np.unique(np.append(held, 0))
    found = 0.0
    for low, high in pairwise(heights):
        layer = held >= high
        found += _layer_agreement(layer) * layer.sum() * (high - low) / total
    return float(found)


def _layer_agreement(layer: NDArray[np.bool_]) -> float:
    """Return A of a layer, in which a level is occupied or not."""
    levels, occupied = len(layer), int(layer.sum())
    spread = 1 - (occupied - 1) / (levels - 1)
    if occupied in (1, levels):
        return spread
    before: NDArray[np.int64] = np.cumsum(layer) - layer
    after = occupied - before - layer
    empty = ~layer
    two_peaks = int((before * after * empty).sum())
    # Two occupied levels and an empty one beside them, on either side.
    beside = before * (before - 1) // 2 + after * (after - 1) // 2
    one_peak = int((beside * empty).sum())
    triples = (levels - 2) * (one_peak + two_peaks)
    return spread * ((levels - 2) * one_peak - (levels - 1) * two_peaks) / triples


def consensus(counts: ArrayLike) -> Values:
    """Return Tastle and Wierman's consensus of ordered levels.

    C = 1 + sum_k p_k log2(1 - |k - mean| / (K - 1)), with p_k the share of level k of K and k its
    place: 1 where all hold one level, 0 where half are at either end. The first axis of `counts` is
    the level, further axes are options. NaN where nobody has a level.

    Source: Tastle and Wierman 2007, https://doi.org/10.1016/j.ijar.2006.06.024

    >>> consensus([[0, 50, 20], [0, 0, 20], [9, 0, 20], [0, 0, 20], [0, 50, 20]]).round(4).tolist()
    [1.0, 0.0, 0.434]
    """
    held = np.asarray(counts, dtype=np.float64)
    share = _ratio(held, np.broadcast_to(held.sum(axis=0), held.shape))
    place = np.arange(len(held), dtype=np.float64).reshape(-1, *(1,) * (held.ndim - 1))
    apart = np.abs(place - (share * place).sum(axis=0)) / max(1, len(held) - 1)
    # Where nobody holds a level its logarithm, at the ends infinite, does not count.
    logs = np.log2(1 - apart, out=np.zeros_like(share), where=(held > 0) & (apart < 1))
    found: Values = 1 + (share * logs).sum(axis=0)
    return found


def mean_cohesion(
    by_option: ArrayLike,
    *,
    seed: int,
    clusters: ArrayLike | None = None,
    draws: int = 1000,
) -> Bootstrap:
    """Return the mean of an index over options, and where it may lie with options drawn again.

    `by_option` is what `agreement_index` or `rice` gave; options where it is NaN are left out.
    `clusters` names the document, or the subject, of each option, so that those are drawn.

    Source: Efron and Tibshirani 1993, https://doi.org/10.1201/9780429246593

    >>> found = mean_cohesion([1, 1, 0.25, float("nan")], seed=1)
    >>> found.value, found.low, found.high
    (0.75, 0.25, 1.0)
    """
    values = np.asarray(by_option, dtype=np.float64)
    there = ~np.isnan(values)
    names = np.arange(len(values)) if clusters is None else np.asarray(clusters)
    kept = values[there]

    def statistic(weights: Values) -> Values:
        return _ratio(kept @ weights, weights.sum(axis=0))

    return bootstrap(statistic, names[there], seed=seed, draws=draws)


def _ratio(part: Values, whole: Values) -> Values:
    """Divide; NaN where the whole is nothing."""
    unknown = np.full(np.shape(whole), np.nan)
    ratio: Values = np.divide(part, whole, out=unknown, where=whole > 0)
    return ratio
