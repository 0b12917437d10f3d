"""What every measure keeps to, whichever it is."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from stancegraph.measure.alpha import Metric, alpha
from stancegraph.measure.cohesion import agreement_index, consensus, level_counts, rice
from stancegraph.measure.cohesion import van_der_eijk as eijk
from stancegraph.measure.levels import MISSING, LevelMatrix, level_matrix, to_sparse
from stancegraph.measure.pairs import count_against, count_pairs
from stancegraph.measure.similarity import MEASURES, estimate
from stancegraph.measure.tables import pair_tables

Numbers = NDArray[np.float64]

LEVELS = level_matrix(
    [
        [1, 1, 0, -1, None, 1, -1],
        [1, 0, 0, -1, 1, -1, None],
        [-1, 1, None, 1, 0, 1, 1],
        [None, None, None, None, 1, None, None],
    ]
)


def similarity(name: str) -> Callable[[LevelMatrix], Numbers]:
    return lambda levels: estimate(pair_tables(levels), name).value


def bloc_alpha(metric: Metric) -> Callable[[LevelMatrix], Numbers]:
    def measure(levels: LevelMatrix) -> Numbers:
        found = alpha(np.where(levels == MISSING, np.nan, levels), metric=metric)
        return np.array(np.nan if found is None else found)

    return measure


PAIRS: dict[str, Callable[[LevelMatrix], Numbers]] = {
    "agree": lambda levels: count_pairs(levels).agree.astype(np.float64),
    "differ": lambda levels: count_pairs(levels, kernel="products").differ.astype(np.float64),
    "sparse": lambda levels: count_pairs(to_sparse(levels)).shared.astype(np.float64),
    "against": lambda levels: np.array(
        [count_against(levels, actor).agree for actor in range(len(levels))], dtype=np.float64
    ).reshape(len(levels), len(levels)),
    **{name: similarity(name) for name in MEASURES},
}
"""One number for every two actors."""

BLOC: dict[str, Callable[[LevelMatrix], Numbers]] = {
    "agreement_index": lambda levels: agreement_index(level_counts(levels)),
    "rice": lambda levels: rice(level_counts(levels)),
    "consensus": lambda levels: consensus(level_counts(levels)),
    "van_der_eijk": lambda levels: np.array([eijk(x) for x in level_counts(levels).T]),
}
"""One number for every option."""

ALPHA = {f"alpha {m}": bloc_alpha(m) for m in ("nominal", "ordinal", "interval")}
"""One number for a bloc."""

ALL = {**PAIRS, **BLOC, **ALPHA}
SHIFTED = [2, 0, 3, 1]


@pytest.fixture(params=ALL, ids=str)
def name(request: pytest.FixtureRequest) -> str:
    """Each measure by its name."""
    return str(request.param)


def test_without_actors_there_is_nothing(name: str) -> None:
    for shape in ((0, 0), (0, 3)):
        found = ALL[name](np.empty(shape, dtype=np.int8))
        assert found.shape == ((0, 0) if name in PAIRS else shape[1:] if name in BLOC else ())
        assert np.isnan(found).all()


def test_an_actor_alone_agrees_with_itself_at_most(name: str) -> None:
    found = ALL[name](level_matrix([[1, 0, -1]]))
    if name in ALPHA:
        assert np.isnan(found)
    elif name in BLOC:
        assert np.isin(found[[0, 2]], (1,)).all()
    elif name in MEASURES:
        assert found == pytest.approx(np.ones((1, 1)))
    else:
        assert found == (0 if name == "differ" else 3)


def test_actors_that_share_nothing_are_undefined(name: str) -> None:
    found = ALL[name](level_matrix([[1, -1, None, None], [None, None, 1, -1]]))
    if name in PAIRS:
        apart = found[0, 1]
        assert np.isnan(apart) if name in MEASURES else apart == 0
    if name in ALPHA:
        assert np.isnan(found)


def test_a_measure_does_not_ask_who_is_first(name: str) -> None:
    found, again = ALL[name](LEVELS), ALL[name](LEVELS[SHIFTED])
    expected = found[np.ix_(SHIFTED, SHIFTED)] if name in PAIRS else found
    np.testing.assert_allclose(again, expected, atol=1e-12)


def test_a_measure_does_not_ask_which_option_is_first(name: str) -> None:
    found, again = ALL[name](LEVELS), ALL[name](LEVELS[:, ::-1])
    np.testing.assert_allclose(again, found[::-1] if name in BLOC else found, atol=1e-12)


def test_a_measure_does_not_ask_which_side_is_for(name: str) -> None:
    turned = np.where(LEVELS == MISSING, MISSING, -LEVELS).astype(np.int8)
    np.testing.assert_allclose(ALL[name](turned), ALL[name](LEVELS), atol=1e-12)


def test_a_measure_leaves_its_input_alone(name: str) -> None:
    before = LEVELS.copy()
    ALL[name](LEVELS)
    np.testing.assert_array_equal(LEVELS, before)


def test_pairs_are_symmetric(name: str) -> None:
    if name in PAIRS:
        found = PAIRS[name](LEVELS)
        np.testing.assert_allclose(found, found.T, atol=1e-12)
