"""What every measure of a signed network keeps to, whichever it is."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from stancegraph.measure.backbone import backbone, disparity
from stancegraph.measure.balance import triangle_census, walk_balance
from stancegraph.measure.brokerage import betweenness, brokerage
from stancegraph.measure.coalitions import best_modularity, coalitions, signed_modularity
from stancegraph.measure.frustration import frustration
from stancegraph.measure.polarization import external_internal, polarization

Values = NDArray[np.float64]
Groups = NDArray[np.int64]
Measure = Callable[[Values, Groups], Values]


def number(found: float | None) -> Values:
    return np.array(np.nan if found is None else found)


def together(camps: NDArray[np.int64]) -> Values:
    return np.asarray(camps[:, None] == camps, dtype=np.float64)


ONE: dict[str, Measure] = {
    "triangle balance": lambda n, g: number(triangle_census(n).balance),
    "walk balance": lambda n, g: number(walk_balance(n)),
    "frustration": lambda n, g: number(frustration(n).value),
    "weighted frustration": lambda n, g: number(frustration(n, weighted=True).value),
    "odd ties": lambda n, g: number(coalitions(n, starts=2).value),
    "odd ties of two": lambda n, g: number(coalitions(n, at_most=2, starts=2).value),
    "modularity": lambda n, g: number(signed_modularity(n, g)),
    "best modularity": lambda n, g: number(getattr(best_modularity(n, starts=2), "value", None)),
    "polarization": lambda n, g: number(getattr(polarization(n, starts=2), "value", None)),
    "E-I": lambda n, g: number(external_internal(n, g)),
}
"""One number for a network and its groups."""

ACTORS: dict[str, Measure] = {
    "betweenness": lambda n, g: betweenness(n),
    "broker": lambda n, g: brokerage(n, g).count.astype(np.float64),
    "broker's z": lambda n, g: brokerage(n, g).z,
}
"""One row for every actor."""

PAIRS: dict[str, Measure] = {
    "disparity": lambda n, g: disparity(n),
    "backbone": lambda n, g: backbone(disparity(n), alpha=0.4).astype(np.float64),
    "coalition": lambda n, g: together(coalitions(n, starts=2).camps),
}
"""One number for every two actors."""

ALL = {**ONE, **ACTORS, **PAIRS}

ADDS_UP = {"frustration", "weighted frustration", "odd ties"}
"""Of parts that no tie connects, the sum."""

COUNTS = {"triangle balance", "walk balance", "frustration", "broker", "broker's z"}
"""Those that count ties whatever their weights."""

BY_WEIGHT = {"weighted frustration", "odd ties", "odd ties of two"}
"""Those that are in units of weight."""

LOST: dict[str, Values] = {
    "triangle balance": np.array(np.nan),
    "modularity": np.array(np.nan),
    "best modularity": np.array(np.nan),
    "polarization": np.array(np.nan),
    "E-I": np.array(np.nan),
    "walk balance": np.array(1),
    **{name: np.array(0) for name in ("frustration", "weighted frustration", "odd ties")},
    "odd ties of two": np.array(0),
    "betweenness": np.zeros(3),
    "broker": np.zeros((3, 6)),
    "broker's z": np.full((3, 6), np.nan),
    "disparity": np.full((3, 3), np.nan),
    "backbone": np.zeros((3, 3)),
    "coalition": np.eye(3),
}
"""Of three actors without a tie."""

# Two camps of three and a chain of friends to a seventh; best divided in one way only.
NETWORK = np.zeros((7, 7))
for i, j, weight in (
    (0, 1, 3), (0, 2, 2), (1, 2, 1), (3, 4, 3), (3, 5, 2), (4, 5, 4),
    (0, 3, -2), (1, 4, -3), (2, 5, -1), (1, 3, -1), (2, 3, 0.5), (5, 6, 1),
):  # fmt: skip
    NETWORK[i, j] = NETWORK[j, i] = weight
GROUPS = np.array([0, 0, 1, 1, 2, 2, 2])
SHIFTED = np.array([3, 0, 6, 1, 5, 2, 4])


@pytest.fixture(params=ALL, ids=str)
def name(request: pytest.FixtureRequest) -> str:
    """Each measure by its name."""
    return str(request.param)


def test_nobody_has_nothing(name: str) -> None:
    found = ALL[name](np.empty((0, 0)), np.empty(0, dtype=np.int64))
    if name in ONE:
        is_sum = name in {*ADDS_UP, "odd ties of two"}
        np.testing.assert_array_equal(found, 0 if is_sum else np.nan)
    else:
        assert found.size == 0
        assert len(found) == 0


def test_without_ties_there_is_nothing_to_measure(name: str) -> None:
    found = ALL[name](np.zeros((3, 3)), np.array([0, 0, 1]))
    np.testing.assert_array_equal(found, LOST[name])


def test_an_actor_alone_is_as_one_without_ties(name: str) -> None:
    found = ALL[name](np.zeros((1, 1)), np.array([0]))
    expected = LOST[name]
    if name not in ONE:
        expected = expected[:1, :1] if name in PAIRS else expected[:1]
    np.testing.assert_array_equal(found, expected)


def test_parts_that_no_tie_connects_do_not_know_of_each_other(name: str) -> None:
    alone = ALL[name](NETWORK, GROUPS)
    two = np.zeros((14, 14))
    two[:7, :7] = two[7:, 7:] = NETWORK
    found = ALL[name](two, np.tile(GROUPS, 2))
    if name in ADDS_UP:
        assert found == pytest.approx(2 * alone)
    elif name in {"triangle balance", "walk balance", "E-I"}:
        assert found == pytest.approx(alone)
    elif name == "betweenness":
        np.testing.assert_allclose(found, np.tile(alone, 2))
    elif name in PAIRS:
        np.testing.assert_array_equal(found[:7, :7], alone)
        np.testing.assert_array_equal(found[7:, 7:], alone)
        across = found[:7, 7:]
        assert (np.isnan(across) | (across == 0)).all()
    elif name == "broker":
        np.testing.assert_array_equal(found, np.tile(alone, (2, 1)))


def test_a_measure_does_not_ask_who_is_first(name: str) -> None:
    found = ALL[name](NETWORK, GROUPS)
    again = ALL[name](NETWORK[np.ix_(SHIFTED, SHIFTED)], GROUPS[SHIFTED])
    if name in ACTORS:
        found = found[SHIFTED]
    elif name in PAIRS:
        found = found[np.ix_(SHIFTED, SHIFTED)]
    np.testing.assert_allclose(again, found, atol=1e-9)


def test_a_measure_does_not_ask_what_groups_are_called(name: str) -> None:
    renamed = np.array([5, 9, 1])[GROUPS]
    found = ALL[name](NETWORK, renamed)
    np.testing.assert_allclose(found, ALL[name](NETWORK, GROUPS), atol=1e-12)


def test_weights_in_another_unit_tell_the_same(name: str) -> None:
    found, again = (ALL[name](x * NETWORK, GROUPS) for x in (1, 250))
    np.testing.assert_allclose(again, found * (250 if name in BY_WEIGHT else 1), rtol=1e-9)


def test_counts_of_ties_do_not_ask_for_their_weight(name: str) -> None:
    found, again = ALL[name](NETWORK, GROUPS), ALL[name](np.sign(NETWORK), GROUPS)
    assert np.allclose(found, again, equal_nan=True) or name not in COUNTS


def test_pairs_are_symmetric(name: str) -> None:
    if name in PAIRS:
        found = PAIRS[name](NETWORK, GROUPS)
        np.testing.assert_array_equal(found, found.T)


def test_a_measure_leaves_its_input_alone(name: str) -> None:
    network, groups = NETWORK.copy(), GROUPS.copy()
    ALL[name](network, groups)
    np.testing.assert_array_equal(network, NETWORK)
    np.testing.assert_array_equal(groups, GROUPS)
