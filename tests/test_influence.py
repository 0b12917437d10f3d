from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from stancegraph.measure.influence import (
    SUSCEPTIBILITIES,
    consensus_weights,
    joining,
    listening,
    settled_opinions,
    steps,
    sweep,
    total_influence,
)

Values = NDArray[np.float64]


@pytest.fixture(scope="module")
def published(shared: Path) -> dict[str, Any]:
    """Worked examples of the papers."""
    path = shared / "reference/agreement_change_opinion_ca.json"
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


def test_opinions_settle_as_friedkin_and_johnsen_published(published: dict[str, Any]) -> None:
    case = published["friedkin_johnsen"]
    weights, given_ = case["W"], case["lambda"]
    np.testing.assert_allclose(total_influence(weights, given_), case["V"], atol=1e-12)
    for first in "ab":
        found = settled_opinions(weights, given_, case[f"x0_{first}"])
        np.testing.assert_allclose(found, case[f"x_inf_{first}"], atol=1e-10)
        np.testing.assert_allclose(found, case[f"published_{first}"], atol=0.05)


def test_steps_come_to_what_friedkin_and_johnsen_published(published: dict[str, Any]) -> None:
    case = published["friedkin_johnsen"]
    way = steps(case["W"], case["lambda"], case["x0_a"], 200)
    assert way.shape == (201, 4)
    np.testing.assert_allclose(way[0], case["x0_a"])
    # One round by hand, of the first: .78 (.22 25 + .12 25 + .36 75 + .3 85) + .22 25.
    assert way[1, 0] == pytest.approx(0.78 * 61 + 5.5)
    np.testing.assert_allclose(way[-1], case["x_inf_a"], atol=1e-10)
    np.testing.assert_allclose(way[-1], case["published_a"], atol=0.05)


def test_no_step_is_where_one_is(published: dict[str, Any]) -> None:
    case = published["friedkin_johnsen"]
    assert steps(case["W"], case["lambda"], case["x0_b"], 0).tolist() == [case["x0_b"]]
    assert steps(np.zeros((0, 0)), 0.5, [], 2).shape == (3, 0)
    with pytest.raises(ValueError, match="-1 steps: give 0 or more"):
        steps(case["W"], case["lambda"], case["x0_b"], -1)
    with pytest.raises(ValueError, match="give one for each of 4"):
        steps(case["W"], case["lambda"], [0], 1)


def test_who_takes_turns_takes_them_step_by_step() -> None:
    way = steps([[0, 1], [1, 0]], 1, [-1, 1], 3)
    assert way.tolist() == [[-1, 1], [1, -1], [-1, 1], [1, -1]]


def test_the_last_digits_take_nobody_across() -> None:
    # Half of 1 and half of -1: .5 (1) + .5 (-1) is the middle, not the other side.
    found = sweep([[0, 1], [0, 1]], [-1, 1], held=[1], susceptibilities=[0.5])
    assert found.order == []


def test_consensus_is_that_of_de_groot_and_of_golub_and_jackson(published: dict[str, Any]) -> None:
    for case in published["degroot"]:
        found = consensus_weights(case["P"])
        np.testing.assert_allclose(found, case["published"], atol=1e-10)  # type: ignore[arg-type]


def test_a_riot_of_a_hundred_hangs_on_one(shared: Path) -> None:
    path = shared / "reference/closed_form.json"
    case = json.loads(path.read_text(encoding="utf-8"))["granovetter_1978"]
    assert "equilibrium 100; replace threshold 1 by 2 -> equilibrium 1" in case["thresholds"]
    thresholds = np.arange(100)
    assert joining(thresholds).tolist() == list(range(100))
    thresholds[1] = 2
    assert joining(thresholds).tolist() == [0] + [-1] * 99


def test_with_weights_it_matters_who_has_joined() -> None:
    # The second follows the first, the third the second; the fourth needs both of the last two.
    weights = np.array([[0, 0, 0, 0], [1, 0, 0, 0], [0.2, 0.8, 0, 0], [0, 0.5, 0.5, 0]])
    assert joining([0, 0.5, 0.9, 1], weights).tolist() == [0, 1, 2, 3]
    assert joining([0.1, 0.5, 0.9, 1], weights).tolist() == [-1] * 4


def test_tenths_add_up_to_a_threshold() -> None:
    # In 64 bits eight tenths, added one by one, are less than 0.8.
    thresholds = [0] * 8 + [0.8]
    weights = np.full((9, 9), 0.1)
    assert joining(thresholds, weights)[8] == 1


@pytest.mark.parametrize(
    ("weights", "why"),
    [
        ([[0, 1], [1, 0]], "two who listen to each other only take turns"),
        ([[1, 0], [0, 1]], "two who listen to themselves only never meet"),
        ([[0, 1, 0], [0, 0, 1], [1, 0, 0]], "three in a ring take turns"),
        (np.zeros((0, 0)), "nobody has no consensus"),
    ],
)
def test_without_one_circle_out_of_step_there_is_no_consensus(weights: Values, why: str) -> None:
    assert consensus_weights(weights) is None, why


def test_who_takes_turns_never_settles_nor_does_who_listens_to_them() -> None:
    weights = [[0, 1, 0, 0], [1, 0, 0, 0], [1, 0, 1, 0], [0, 0, 0, 1]]
    found = settled_opinions(weights, [1, 1, 0.5, 0.5], [-1, 1, 0, 0.25])
    assert np.isnan(found[:3]).all()
    assert found[3] == 0.25


def test_a_circle_that_listens_to_nobody_else_leads_the_others() -> None:
    # The first two come to the mean of theirs, 0; the third has half of it, half of its own.
    weights = [[1, 1, 0], [1, 1, 0], [1, 0, 0]]
    found = settled_opinions(weights, [1, 1, 0.5], [-1, 1, 0.5])
    assert found == pytest.approx([0, 0, 0.25])
    with pytest.raises(ValueError, match=r"actors \[0, 1\] listen to nobody who is stubborn"):
        total_influence(weights, [1, 1, 0.5])


def test_settled_opinions_are_what_many_rounds_come_to() -> None:
    rng = np.random.default_rng(1)
    weights, first = listening(rng.random((8, 8))), rng.uniform(-1, 1, 8)
    given_ = rng.uniform(0, 1, 8)
    x = first
    for _ in range(2_000):
        x = given_ * (weights @ x) + (1 - given_) * first
    np.testing.assert_allclose(settled_opinions(weights, given_, first), x, atol=1e-9)
    for _ in range(2_000):
        x = weights @ x
    consensus = consensus_weights(weights)
    assert consensus is not None
    np.testing.assert_allclose(settled_opinions(weights, 1, first), consensus @ first)


def test_a_sweep_tells_who_crosses_first_and_how_far_all_may_go() -> None:
    # A chain behind the last, who holds 1: with s the others come to 2 s - 1, 2 s^2 - 1, ...
    weights = [[0, 0, 0, 1], [1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 0, 1]]
    found = sweep(weights, [-1, -1, -1, 1], held=[3])
    s = np.array(SUSCEPTIBILITIES)
    expected = np.column_stack([2 * s - 1, 2 * s**2 - 1, 2 * s**3 - 1, np.ones(71)])
    np.testing.assert_allclose(found.opinions, expected, atol=1e-12)
    assert found.order == [0, 1, 2]
    # Beyond 1/2, beyond the root of 1/2 (.7071), beyond its cube root (.7937).
    assert found.crossing == pytest.approx([0.51, 0.71, 0.8, np.nan], nan_ok=True)
    assert found.low == pytest.approx([-0.6, -0.92, -0.984, 1])
    assert found.high == pytest.approx([0.8, 0.62, 0.458, 1])


def test_the_sweep_goes_from_a_fifth_to_nine_tenths() -> None:
    assert (SUSCEPTIBILITIES[0], SUSCEPTIBILITIES[-1], len(SUSCEPTIBILITIES)) == (0.2, 0.9, 71)


@pytest.mark.parametrize(
    ("weights", "susceptibility", "opinions", "message"),
    [
        ([[0, 1]], 0.5, [0], r"weights of shape \(1, 2\)"),
        ([[0, -1], [1, 0]], 0.5, [0, 0], "weight -1.0 in cell 0, 1 is below 0"),
        ([[0, 1], [1, 0]], 1.5, [0, 0], "susceptibility 1.5: give 0 to 1"),
        ([[0, 1], [1, 0]], float("nan"), [0, 0], "susceptibility nan"),
        ([[0, 1], [1, 0]], 0.5, [0], "give one for each of 2"),
    ],
)
def test_what_is_no_influence_is_refused(
    weights: Values, susceptibility: float, opinions: list[float], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        settled_opinions(weights, susceptibility, opinions)


def test_thresholds_need_square_weights() -> None:
    with pytest.raises(ValueError, match="give 2 rows and columns"):
        joining([0, 1], [[1, 1]])


@st.composite
def influences(draw: st.DrawFn) -> tuple[Values, Values, Values]:
    actors = draw(st.integers(0, 5))
    cells, ones = actors * actors, st.floats(-1, 1).map(lambda x: round(x, 3))
    weights = draw(st.lists(st.integers(0, 2), min_size=cells, max_size=cells))
    given_ = draw(st.lists(st.sampled_from([0, 0.3, 0.9, 1]), min_size=actors, max_size=actors))
    first = draw(st.lists(ones, min_size=actors, max_size=actors))
    shape = actors, actors
    return np.array(weights).reshape(shape), np.array(given_, dtype=float), np.array(first)


@settings(deadline=None)
@given(influences())
def test_settled_opinions_stay_and_keep_between_the_first(
    drawn: tuple[Values, Values, Values],
) -> None:
    weights, given_, first = drawn
    found = settled_opinions(weights, given_, first)
    known = ~np.isnan(found)
    again = given_ * (listening(weights) @ found) + (1 - given_) * first
    np.testing.assert_allclose(again[known], found[known], atol=1e-8)
    assert (found[known] >= first.min(initial=1) - 1e-9).all()
    assert (found[known] <= first.max(initial=-1) + 1e-9).all()
    np.testing.assert_allclose(settled_opinions(weights, given_, -first), -found, atol=1e-9)


@settings(deadline=None)
@given(influences(), st.integers(0, 99))
def test_influence_does_not_ask_who_is_first(
    drawn: tuple[Values, Values, Values], seed: int
) -> None:
    weights, given_, first = drawn
    order = np.random.default_rng(seed).permutation(len(first))
    moved = settled_opinions(weights[np.ix_(order, order)], given_[order], first[order])
    expected = settled_opinions(weights, given_, first)[order]
    np.testing.assert_allclose(moved, expected, atol=1e-9)
    there, back = consensus_weights(weights), consensus_weights(weights[np.ix_(order, order)])
    assert (there is None) == (back is None)
    if there is not None and back is not None:
        np.testing.assert_allclose(back, there[order], atol=1e-9)
    thresholds = np.round(2 * first, 1)
    expected_waves = joining(thresholds, weights)[order]
    assert joining(thresholds[order], weights[np.ix_(order, order)]).tolist() == (
        expected_waves.tolist()
    )
