"""How similar two actors are: agreement, S, kappa, pi and alpha, each with n and an interval.

Every measure is a function of a table of counts whose first two axes are the levels of the first
and of the second actor, in ascending order and equally spaced (`pair_table`, `pair_tables`).
Further axes are further pairs. What is undefined is NaN. A measure corrected for chance can be low
or undefined where nearly all is agreed, so that raw agreement stands beside each (`Estimates`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from stancegraph.measure.alpha import Metric, alpha_of_coincidences

Values = NDArray[np.float64]
Distance = Literal["nominal", "absolute", "squared"]

ROUNDING = 1e-9
"""A standard error below this is one of arithmetic."""


def shared(table: ArrayLike) -> Values:
    """Return on how many options both have a level, n = sum_kl n_kl; 0 where they share none.

    >>> float(shared([[2, 1], [0, 3]]))
    6.0
    """
    n: Values = np.asarray(table, dtype=np.float64).sum(axis=(0, 1))
    return n


def raw_agreement(table: ArrayLike) -> Values:
    """Return the share of the options on which both hold the same level.

    p = sum_k n_kk / n, in [0, 1], an abstention being a level like any other; NaN where nothing is
    shared. Skewed levels push it up: two actors that each say yes nine times in ten agree on 82 of
    100 by chance.

    Source: agreement in Lijphart 1963, https://doi.org/10.2307/1952608

    >>> round(float(raw_agreement([[2, 1], [0, 3]])), 4)
    0.8333
    """
    counts = np.asarray(table, dtype=np.float64)
    return _ratio(np.trace(counts), shared(counts))


def yes_no_agreement(table: ArrayLike) -> Values:
    """Return the share of same sides among the options on which both take a side.

    With levels around a middle, those below it are one side and those above the other; the middle
    (abstaining, undecided) leaves the option out, for either. In [0, 1]; NaN where both never took
    a side. With an even number of levels there is no middle.

    Source: Voeten 2013, Data and Analyses of Voting in the UN General Assembly,
    https://ssrn.com/abstract=2111149

    >>> float(yes_no_agreement([[1, 5, 1], [5, 9, 5], [0, 5, 2]]))
    0.75
    """
    counts = np.asarray(table, dtype=np.float64)
    return _ratio(_same_sides(counts), sided(counts))


def sided(table: ArrayLike) -> Values:
    """Return on how many options both take a side, neither being in the middle.

    >>> float(sided([[1, 5, 1], [5, 9, 5], [0, 5, 2]]))
    4.0
    """
    counts = np.asarray(table, dtype=np.float64)
    half, rest = len(counts) // 2, -(-len(counts) // 2)
    across = counts[:half, rest:].sum(axis=(0, 1)) + counts[rest:, :half].sum(axis=(0, 1))
    return np.asarray(across + _same_sides(counts))


def coincidence(table: ArrayLike) -> Values:
    """Return the voting coincidence of the US State Department: a half agreement counts half.

    C = sum_kl n_kl (1 - |k - l| / D) / n with D the greatest possible difference: for no, abstain,
    yes that is (same + partial / 2) / n. In [0, 1]; NaN where nothing is shared.
    C = (S_absolute + 1) / 2.

    Source: Lijphart 1963, https://doi.org/10.2307/1952608; Voting Practices in the United Nations

    >>> float(coincidence([[1, 1, 0], [0, 1, 0], [1, 0, 0]]))
    0.625
    """
    return (s_absolute(table) + 1) / 2


def s_absolute(table: ArrayLike) -> Values:
    """Return Signorino and Ritter's S with absolute distances.

    S = 1 - 2 sum_c w_c |x_c - y_c| / sum_c w_c D, with D the greatest possible difference: 1 where
    all is the same, -1 where all is opposed; NaN where nothing is shared. The weights w are those
    that the table was counted with. Where levels are skewed, S is high without any affinity.

    Source: Signorino and Ritter 1999, https://doi.org/10.1111/0020-8833.00113

    >>> float(s_absolute([[1, 1, 0], [0, 1, 0], [1, 0, 0]]))
    0.25
    """
    return _s(table, "absolute")


def s_squared(table: ArrayLike) -> Values:
    """Return Signorino and Ritter's S with squared distances.

    S = 1 - 2 sum_c w_c (x_c - y_c)^2 / sum_c w_c D^2; range and edge cases as of `s_absolute`.

    Source: Signorino and Ritter 1999, https://doi.org/10.1111/0020-8833.00113; squared distances
    in Haege 2011, https://doi.org/10.1093/pan/mpr023

    >>> float(s_squared([[1, 1, 0], [0, 1, 0], [1, 0, 0]]))
    0.375
    """
    return _s(table, "squared")


def kappa(table: ArrayLike, *, distance: Distance = "squared") -> Values:
    """Return Cohen's kappa: agreement beyond what the two actors' own habits would give.

    kappa = 1 - sum_kl d_kl p_kl / sum_kl d_kl p_k. p_.l, with p the shares in the table, p_k. and
    p_.l those of each actor's levels, and d the distance of two levels: nominal (0 or 1), absolute
    or squared. 1 is full agreement, 0 what chance gives, below 0 less. Never above 1. NaN where
    nothing is shared or where no disagreement is possible, as when both hold one level throughout:
    Haege's program gives 0 there, but nothing is known.

    With squared distances this is 1 - sum (x-y)^2 / (sum x^2 + sum y^2 - (2/n) sum x sum y).

    Source: Cohen 1960, https://doi.org/10.1177/001316446002000104; weighted, Cohen 1968,
    https://doi.org/10.1037/h0026256; Haege 2011, https://doi.org/10.1093/pan/mpr023

    >>> round(float(kappa([[20, 5], [10, 15]], distance="nominal")), 4)
    0.4

    Nine in ten agreed, and no better than chance:

    >>> float(raw_agreement([[0, 1], [1, 18]])), round(float(kappa([[0, 1], [1, 18]])), 4)
    (0.9, -0.0526)
    """
    return _beyond_chance(table, distance, _own_margins)[0]


def scott_pi(table: ArrayLike, *, distance: Distance = "squared") -> Values:
    """Return Scott's pi: agreement beyond what habits common to both actors would give.

    pi = 1 - sum_kl d_kl p_kl / sum_kl d_kl m_k m_l, with m_k = (p_k. + p_.k) / 2; otherwise as
    `kappa`, of which it is never above. A difference between the two actors' habits counts as
    disagreement here and not there.

    With squared distances this is
    1 - sum (x-y)^2 / (sum x^2 + sum y^2 - (sum x + sum y)^2 / (2n)).

    Source: Scott 1955, https://doi.org/10.1086/266577; Haege 2011,
    https://doi.org/10.1093/pan/mpr023

    >>> round(float(scott_pi([[20, 5], [10, 15]], distance="nominal")), 5)
    0.39394
    """
    return _beyond_chance(table, distance, _common_margins)[0]


def alpha(table: ArrayLike, *, metric: Metric = "interval") -> Values:
    """Return Krippendorff's alpha of two actors: Scott's pi corrected for few options.

    alpha = 1 - D_o / D_e, as in `alpha.alpha`, which takes more actors than two. Nominal and
    interval, it is 1 - (1 - pi) (2n - 1) / (2n). NaN where nothing is shared or all levels are one.

    Source: Krippendorff 2011, https://repository.upenn.edu/asc_papers/43; Hayes and Krippendorff
    2007, https://doi.org/10.1080/19312450709336664

    >>> round(float(alpha([[20, 5], [10, 15]], metric="nominal")), 4)
    0.4
    """
    counts = np.asarray(table, dtype=np.float64)
    return alpha_of_coincidences(counts + counts.swapaxes(0, 1), metric=metric)


@dataclass(frozen=True, slots=True)
class Similarity:
    """One measure of one pair, never without its number of options and its raw agreement."""

    measure: str
    value: float | None
    """None where undefined: nothing shared, or no variation."""
    n: float
    """On how many options it rests; with weights, on how many effectively."""
    interval: tuple[float, float] | None
    agreement: float | None
    """The share of identical levels, which no correction for chance can hide."""


@dataclass(frozen=True, slots=True)
class Estimates:
    """One measure of many pairs, as arrays of one shape; NaN is undefined."""

    measure: str
    value: Values
    n: Values
    low: Values
    high: Values
    agreement: Values

    def at(self, *pair: int) -> Similarity:
        """Return one pair's, by its place in the arrays.

        >>> found = estimate([[20, 5], [10, 15]], "kappa").at()
        >>> round(found.value, 3), [round(end, 3) for end in found.interval], found.agreement
        (0.4, [0.151, 0.649], 0.7)
        """
        value, n, low, high, agreement = (
            float(x[pair]) for x in (self.value, self.n, self.low, self.high, self.agreement)
        )
        return Similarity(
            measure=self.measure,
            value=None if np.isnan(value) else value,
            n=n,
            interval=None if np.isnan(low) else (low, high),
            agreement=None if np.isnan(agreement) else agreement,
        )


@dataclass(frozen=True, slots=True)
class Measure:
    """What a name stands for: the value, and where it may lie given few options."""

    value: Callable[[ArrayLike], Values]
    counted: Callable[[ArrayLike], Values]
    interval: Callable[[ArrayLike, Values, float], tuple[Values, Values]]


def estimate(
    table: ArrayLike,
    measure: str = "raw_agreement",
    *,
    effective: ArrayLike | None = None,
    level: float = 0.95,
) -> Estimates:
    """Return a measure, by its name in MEASURES, with n, interval and raw agreement.

    Where the table was counted with weights, `effective` is how many options they amount to
    (`decay.effective_number`); without it n is the sum of the table. Measures that are mean scores
    have the Jeffreys interval of a share of the same size, which is on the safe side, since a score
    between 0 and 1 varies at most as much as a coin with its mean. Measures corrected for chance
    have the large-sample interval of Fleiss, Cohen and Everitt, cut at -1 and 1; where that has no
    width, as where all is agreed, the Jeffreys bound of a disagreement never seen takes its place.

    Source: Brown, Cai and DasGupta 2001, https://doi.org/10.1214/ss/1009213286; Fleiss, Cohen and
    Everitt 1969, https://doi.org/10.1037/h0028106

    >>> found = estimate([[0, 0, 0], [0, 0, 0], [0, 0, 3]], "kappa").at()
    >>> found.value, found.interval, found.agreement
    (None, None, 1.0)
    >>> [round(end, 3) for end in estimate([[1, 0], [0, 2]]).at().interval]
    [0.464, 1.0]
    """
    chosen = MEASURES[measure]
    value = chosen.value(table)
    n = chosen.counted(table) if effective is None else np.asarray(effective, dtype=np.float64)
    low, high = chosen.interval(table, n, level)
    return Estimates(measure, value, n, low, high, raw_agreement(table))


def _share_interval(
    share: Callable[[ArrayLike], Values], *, low: float = 0, high: float = 1
) -> Callable[[ArrayLike, Values, float], tuple[Values, Values]]:
    """Return the Jeffreys interval of a score between `low` and `high`."""

    def interval(table: ArrayLike, n: Values, level: float) -> tuple[Values, Values]:
        at = _jeffreys((share(table) - low) / (high - low), n, level)
        return low + at[0] * (high - low), low + at[1] * (high - low)

    return interval


def _chance_interval(
    distance: Distance,
    margins: Callable[[Values], tuple[Values, Values]],
    *,
    corrected: bool = False,
) -> Callable[[ArrayLike, Values, float], tuple[Values, Values]]:
    """Return the large-sample interval of kappa or pi; `corrected` for few options, of alpha."""

    def interval(table: ArrayLike, n: Values, level: float) -> tuple[Values, Values]:
        from scipy.special import ndtri

        value, error, expected = _beyond_chance(table, distance, margins, n=n)
        _, most = _jeffreys(0 * value, n, level)
        # An error of nothing, up to rounding, is what the sample shows, not what is known.
        reach = np.where(error > ROUNDING, ndtri((1 + level) / 2) * error, most / expected)
        total = np.where(np.isnan(value), np.nan, shared(table))
        small = 1 - 1 / (2 * total) if corrected else 1
        ends = (1 - (1 - end) * small for end in (value - reach, value + reach))
        below, above = (np.clip(end, -1, 1) for end in ends)
        return below, above

    return interval


def _beyond_chance(
    table: ArrayLike,
    distance: Distance,
    margins: Callable[[Values], tuple[Values, Values]],
    *,
    n: Values | None = None,
) -> tuple[Values, Values, Values]:
    """Return 1 - observed / expected distance, its standard error and the expected distance.

    The error is that of a smooth function of multinomial shares: the spread of its gradient over
    the table. Distances are scaled so that the greatest is 1.
    """
    counts = np.asarray(table, dtype=np.float64)
    apart = _distances(len(counts), distance)
    with np.errstate(divide="ignore", invalid="ignore"):
        shares = counts / shared(counts)
        first, second = margins(shares)
        observed = np.tensordot(apart, shares)
        by_first, by_second = (np.tensordot(apart, side, axes=1) for side in (second, first))
        expected = (first * by_first).sum(axis=0)
        expected = np.where(expected > 0, expected, np.nan)
        value = 1 - observed / expected
        if n is None:
            return value, np.full_like(value, np.nan), expected
        spread = apart.reshape(*apart.shape, *(1,) * (counts.ndim - 2))
        chance = by_first[:, None] + by_second[None, :]
        slope = (observed * chance - expected * spread) / expected**2
        mean = (shares * slope).sum(axis=(0, 1))
        variance = (shares * (slope - mean) ** 2).sum(axis=(0, 1))
        return value, np.sqrt(variance / n), expected


def _own_margins(shares: Values) -> tuple[Values, Values]:
    return shares.sum(axis=1), shares.sum(axis=0)


def _common_margins(shares: Values) -> tuple[Values, Values]:
    mean = (shares.sum(axis=1) + shares.sum(axis=0)) / 2
    return mean, mean


def _distances(count: int, distance: Distance) -> Values:
    """Return the distance of every two of so many levels, the greatest being 1."""
    at = np.arange(count, dtype=np.float64) / max(1, count - 1)
    apart = np.abs(at[:, None] - at)
    if distance == "nominal":
        return (apart > 0).astype(np.float64)
    return apart if distance == "absolute" else apart**2


def _s(table: ArrayLike, distance: Distance) -> Values:
    counts = np.asarray(table, dtype=np.float64)
    apart = np.tensordot(_distances(len(counts), distance), counts)
    return 1 - 2 * _ratio(apart, shared(counts))


def _same_sides(counts: Values) -> Values:
    half, rest = len(counts) // 2, -(-len(counts) // 2)
    below, above = (part.sum(axis=(0, 1)) for part in (counts[:half, :half], counts[rest:, rest:]))
    return np.asarray(below + above)


def _ratio(part: Values, whole: Values) -> Values:
    """Divide; NaN where the whole is nothing."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(whole > 0, part / whole, np.nan)


def _jeffreys(share: Values, n: Values, level: float) -> tuple[Values, Values]:
    """Return the Jeffreys interval of shares of n; NaN where the share is."""
    from scipy.special import betaincinv

    a, b, tail = n * share + 0.5, n * (1 - share) + 0.5, (1 - level) / 2
    return betaincinv(a, b, tail), betaincinv(a, b, 1 - tail)


def _chance(
    value: Callable[[ArrayLike], Values],
    distance: Distance,
    margins: Callable[[Values], tuple[Values, Values]],
    *,
    corrected: bool = False,
) -> Measure:
    return Measure(value, shared, _chance_interval(distance, margins, corrected=corrected))


def _mean(value: Callable[[ArrayLike], Values], *, low: float = 0) -> Measure:
    return Measure(value, shared, _share_interval(value, low=low))


MEASURES: Mapping[str, Measure] = MappingProxyType(
    {
        "raw_agreement": _mean(raw_agreement),
        "yes_no_agreement": Measure(yes_no_agreement, sided, _share_interval(yes_no_agreement)),
        "coincidence": _mean(coincidence),
        "s_absolute": _mean(s_absolute, low=-1),
        "s_squared": _mean(s_squared, low=-1),
        "kappa": _chance(lambda t: kappa(t, distance="nominal"), "nominal", _own_margins),
        "kappa_absolute": _chance(
            lambda t: kappa(t, distance="absolute"), "absolute", _own_margins
        ),
        "kappa_squared": _chance(kappa, "squared", _own_margins),
        "pi": _chance(lambda t: scott_pi(t, distance="nominal"), "nominal", _common_margins),
        "pi_absolute": _chance(
            lambda t: scott_pi(t, distance="absolute"), "absolute", _common_margins
        ),
        "pi_squared": _chance(scott_pi, "squared", _common_margins),
        "alpha_nominal": _chance(
            lambda t: alpha(t, metric="nominal"), "nominal", _common_margins, corrected=True
        ),
        "alpha_interval": _chance(alpha, "squared", _common_margins, corrected=True),
    }
)
"""Measures by name; `kappa_squared` and `pi_squared` are those of Haege 2011."""
