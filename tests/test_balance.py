from __future__ import annotations

import csv
import json
from itertools import product
from math import exp
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from signed_networks import networks, tribes_of, windows_of
from stancegraph.measure.balance import Census, triangle_census, walk_balance
from stancegraph.measure.coalitions import coalitions
from stancegraph.measure.frustration import frustration
from stancegraph.measure.signed import odd_ties, signed_network, ties_of

Values = NDArray[np.float64]


@pytest.fixture(scope="module")
def tribes(shared: Path) -> Values:
    """The alliances and enmities of 16 tribes of New Guinea (Read 1954)."""
    return tribes_of(shared)[1]


def test_tribes_are_as_balanced_as_signnet_and_the_papers_say(shared: Path, tribes: Values) -> None:
    path = shared / "reference/tribes_sampson.json"
    expected = json.loads(path.read_text(encoding="utf-8"))["tribes"]
    census = triangle_census(tribes)
    assert census == Census(*(expected["triangles"][k] for k in ("+++", "++-", "+--", "---")))
    assert census.balance == pytest.approx(expected["balance_triangles"], abs=1e-12)
    assert walk_balance(tribes) == pytest.approx(expected["balance_walk"], abs=1e-12)
    found = frustration(tribes)
    assert (found.value, found.bound, found.is_exact, len(found.odd)) == (7, 7, True, 7)
    assert found.score == pytest.approx(expected["frustration_score"], abs=1e-12)


def test_states_are_as_balanced_as_signnet_and_two_solvers_say(shared: Path) -> None:
    networks = windows_of(shared)
    path = shared / "reference/cow_balance_by_window.csv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 26
    for row in rows:
        network = networks[row["window"]]
        census = triangle_census(network)
        assert census == Census(*(int(row[kind]) for kind in ("ppp", "ppn", "pnn", "nnn")))
        assert census.balance == pytest.approx(float(row["balance_triangles"]), abs=1e-12)
        assert walk_balance(network) == pytest.approx(float(row["balance_walk"]), rel=1e-10)
        found = frustration(network)
        assert found.is_exact, row["window"]
        assert found.value == int(row["L_exact"]), row["window"]
        assert found.score == pytest.approx(float(row["frustration_score_exact"]), abs=1e-12)


def test_out_of_time_the_value_is_an_upper_bound_and_says_so(tribes: Values) -> None:
    found = frustration(tribes, seconds=0)
    assert not found.is_exact
    # 7 is the index, 29 what one camp leaves; unbalanced triangles that share no tie are a bound.
    assert 0 < found.bound <= 7
    assert 7 <= found.value < 29
    assert len(found.odd) == found.value


def test_a_network_without_triangles_has_no_share_of_balanced_ones() -> None:
    path = [[0, 1, 0], [1, 0, -1], [0, -1, 0]]
    assert triangle_census(path).balance is None
    assert walk_balance(path) == pytest.approx(1)
    assert frustration(path).value == 0


def test_walk_balance_of_a_large_network_does_not_overflow() -> None:
    friends = np.ones((720, 720)) - np.eye(720)
    assert walk_balance(friends) == pytest.approx(1)
    # One foe: e^719 alone is more than a number of 64 bits holds.
    friends[0, 1] = friends[1, 0] = -1
    found = walk_balance(friends)
    assert found is not None
    assert 0 < found < 1


def test_a_square_with_one_foe_is_unbalanced_by_hand() -> None:
    # Eigenvalues of the cycle of four: with one foe 2 cos((2k + 1) pi / 4), without 2, 0, 0, -2.
    square = [[0, 1, 0, -1], [1, 0, 1, 0], [0, 1, 0, 1], [-1, 0, 1, 0]]
    root = 2**0.5
    expected = (2 * exp(root) + 2 * exp(-root)) / (exp(2) + 2 + exp(-2))
    assert walk_balance(square) == pytest.approx(expected)
    assert triangle_census(square).triangles == 0
    assert frustration(square).value == 1


def test_weights_decide_which_ties_are_odd() -> None:
    # Of an unbalanced triangle one tie is odd; weighted, it is the weakest.
    triangle = [[0, 5, 2], [5, 0, -3], [2, -3, 0]]
    found = frustration(triangle, weighted=True)
    assert (found.value, found.total) == (2, 10)
    assert (found.odd.first.tolist(), found.odd.second.tolist()) == ([0], [2])
    assert found.camps.tolist() == [0, 0, 1]
    assert frustration(triangle).value == 1


@pytest.mark.parametrize("size", [1e-9, 1e9])
def test_the_size_of_weights_does_not_decide_how_exact_it_is(size: float) -> None:
    triangle = np.array([[0, 5, 2], [5, 0, -3], [2, -3, 0]]) * size
    found = frustration(triangle, weighted=True)
    assert found.is_exact
    assert found.value == pytest.approx(2 * size)


@pytest.mark.parametrize(
    ("matrix", "message"),
    [
        ([[0, 1]], r"shape \(1, 2\): give a row and a column an actor"),
        ([[0, 1], [2, 0]], "1.0 in cell 0, 1 differs from its mirror image"),
        ([[1]], "1.0 in cell 0, 0 is a tie of an actor to itself"),
        ([[0, np.nan], [np.nan, 0]], "nan in cell 0, 1 is no number"),
    ],
)
def test_what_is_no_network_is_refused(matrix: list[list[float]], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        signed_network(matrix)


def test_camps_need_one_name_an_actor() -> None:
    with pytest.raises(ValueError, match="for 2 actors: give one an actor"):
        odd_ties(signed_network([[0, 1], [1, 0]]), [0, 1, 1])


def least(network: Values, *, weighted: bool) -> float:
    """The least weight of odd ties, by trying every division into two."""
    ties = ties_of(network)
    cost = np.abs(ties.weight) if weighted else np.ones(len(ties))
    divisions = np.array(list(product([False, True], repeat=len(network))))
    across = divisions[:, ties.first] != divisions[:, ties.second]
    return float(((across == (ties.weight > 0)) @ cost).min(initial=cost.sum()))


@settings(deadline=None, max_examples=40)
@given(networks(), st.booleans())
def test_no_division_leaves_less_than_the_index(network: Values, weighted: bool) -> None:
    found = frustration(network, weighted=weighted)
    assert found.is_exact
    assert found.value == pytest.approx(least(network, weighted=weighted))
    again = odd_ties(network, found.camps)
    assert (again.first.tolist(), again.second.tolist()) == (
        found.odd.first.tolist(),
        found.odd.second.tolist(),
    )


@settings(deadline=None, max_examples=25)
@given(networks())
def test_frustration_is_the_division_into_two_camps_by_another_program(network: Values) -> None:
    found = frustration(network, weighted=True).value
    assert coalitions(network, at_most=2, starts=1).value == pytest.approx(found)


@settings(deadline=None, max_examples=40)
@given(networks(), st.data())
def test_an_actor_that_changes_sides_leaves_balance_as_it_is(
    network: Values, data: st.DataObject
) -> None:
    sides = data.draw(
        st.lists(st.sampled_from([-1, 1]), min_size=len(network), max_size=len(network))
    )
    turned = network * np.outer(sides, sides)
    assert triangle_census(turned).balance == triangle_census(network).balance
    assert frustration(turned).value == frustration(network).value
    before, after = walk_balance(network), walk_balance(turned)
    assert after == (None if before is None else pytest.approx(before))


@settings(deadline=None, max_examples=40)
@given(networks())
def test_without_its_odd_ties_a_network_is_balanced(network: Values) -> None:
    odd = frustration(network).odd
    rest = network.copy()
    rest[odd.first, odd.second] = rest[odd.second, odd.first] = 0
    assert triangle_census(rest).balance in {None, 1}
    assert frustration(rest).value == 0
    assert (walk_balance(rest) or 1) == pytest.approx(1)


@given(networks())
def test_turned_ties_turn_the_census(network: Values) -> None:
    there, back = triangle_census(network), triangle_census(-network)
    assert back == Census(there.foes, there.common_foe, there.divided, there.friends)
