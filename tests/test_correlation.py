"""How rows of levels go together."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stancegraph.measure.correlation import correlations

LEVELS = st.lists(
    st.lists(st.sampled_from([-2.0, -1.0, 0.0, 1.0, 2.0, np.nan]), min_size=6, max_size=6),
    min_size=2,
    max_size=4,
)


@settings(max_examples=60)
@given(LEVELS)
def test_correlations_are_those_of_numpy_over_shared_columns(rows: list[list[float]]) -> None:
    table = np.array(rows)
    found = correlations(table)
    for i in range(len(table)):
        for j in range(len(table)):
            both = np.isfinite(table[i]) & np.isfinite(table[j])
            x, y = table[i, both], table[j, both]
            if both.sum() < 2 or not x.std() or not y.std():
                assert np.isnan(found[i, j])
            else:
                assert found[i, j] == pytest.approx(np.corrcoef(x, y)[0, 1])


def test_of_two_sides_it_is_phi() -> None:
    """By hand, of a table of 3 both for, 1 for and against, 1 against and for, 2 both against.

    (3 * 2 - 1 * 1) / sqrt(4 * 3 * 4 * 3)
    """
    rows = [[2, 2, 2, 2, -2, -2, -2], [2, 2, 2, -2, 2, -2, -2]]
    assert correlations(rows)[0, 1] == pytest.approx(5 / 12)


def test_of_nothing_there_is_none() -> None:
    assert correlations(np.zeros((0, 3))).shape == (0, 0)
    assert np.isnan(correlations([[2, np.nan], [np.nan, 2]])).all()


@settings(max_examples=40)
@given(LEVELS)
def test_correlations_are_symmetric_and_turn_with_the_sign(rows: list[list[float]]) -> None:
    table = np.array(rows)
    found = correlations(table)
    assert np.array_equal(found, found.T, equal_nan=True)
    turned = table.copy()
    turned[0] *= -1
    assert np.allclose(correlations(turned)[0, 1:], -found[0, 1:], equal_nan=True)
