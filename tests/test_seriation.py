"""Orders in which like stand next to each other: by hand."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from stancegraph.measure.seriation import seriated


def path(order: list[int]) -> np.ndarray:
    """Make a network in which each is tied to the next of an order."""
    likeness = np.zeros((len(order), len(order)))
    for i, j in pairwise(order):
        likeness[i, j] = likeness[j, i] = 1
    return likeness


def test_rows_of_a_path_stand_in_its_order() -> None:
    # The Fiedler vector of a path is monotone along it (Atkins, Boman and Hendrickson 1998).
    assert seriated(path([0, 2, 1, 3])) == [0, 2, 1, 3]


@given(st.permutations(range(7)))
def test_any_path_is_found_again_from_the_end_of_the_earlier_row(order: list[int]) -> None:
    assert seriated(path(order)) == (order if order[0] < order[-1] else order[::-1])


def test_opposed_camps_stand_apart_and_the_first_row_first() -> None:
    likeness = np.array([[0, -1, 1, -1], [-1, 0, -1, 1], [1, -1, 0, -1], [-1, 1, -1, 0]])
    first, second, third, fourth = seriated(likeness)
    assert ({first, second}, {third, fourth}) == ({0, 2}, {1, 3})
    assert first == 0


def test_the_largest_part_comes_first_and_rows_without_ties_last() -> None:
    likeness = np.zeros((6, 6))
    for i, j in ((0, 5), (1, 3), (3, 4)):
        likeness[i, j] = likeness[j, i] = 1
    assert seriated(likeness) == [1, 3, 4, 0, 5, 2]
    assert seriated(np.zeros((0, 0))) == []
