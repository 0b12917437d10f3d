from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import ArrayLike, NDArray

from signed_networks import karate_of, networks, tribes_of, windows_of
from stancegraph.measure.coalitions import (
    best_modularity,
    co_membership,
    coalitions,
    signed_modularity,
)
from stancegraph.measure.partition import (
    best_partition,
    exact_partition,
    gained,
    searched_partition,
)

Values = NDArray[np.float64]


def named(names: list[str], camps: NDArray[np.int64]) -> set[frozenset[str]]:
    return {frozenset(names[i] for i in np.flatnonzero(camps == camp)) for camp in np.unique(camps)}


def divisions(actors: int) -> Iterator[list[int]]:
    """Every division into camps, as the number of each actor's camp."""
    if not actors:
        yield []
        return
    for before in divisions(actors - 1):
        for camp in range(max(before, default=-1) + 2):
            yield [*before, camp]


def noisy_camps(actors: int, *, camps: int, noise: float, seed: int) -> Values:
    """Friends within camps and foes across, some ties turned."""
    rng = np.random.default_rng(seed)
    camp = rng.integers(0, camps, actors)
    signs = np.where(camp[:, None] == camp, 1.0, -1.0)
    upper = np.triu(np.where(rng.random(signs.shape) < noise, -signs, signs), 1)
    network: Values = upper + upper.T
    return network


def test_tribes_have_three_camps_with_two_odd_ties(shared: Path) -> None:
    # Doreian and Mrvar 1996; by HiGHS for each number of camps.
    names, network = tribes_of(shared)
    path = shared / "reference/tribes_sampson.json"
    cases = json.loads(path.read_text(encoding="utf-8"))["tribes"]["kclusters"]
    for camps in (1, 2, 3, 4, 5, None):
        case = cases["tribes_cc" if camps is None else f"tribes_k{camps}"]
        found = coalitions(network, at_most=camps)
        assert (found.value, found.is_exact) == (case["cost"], True)
        assert named(names, found.camps) == {frozenset(c) for c in case["clusters"] if c}
        assert len(found.odd) == case["cost"]


def test_signed_modularity_of_the_tribes_is_that_of_three_other_programs(shared: Path) -> None:
    names, network = tribes_of(shared)
    path = shared / "reference/tribes_sampson.json"
    case = json.loads(path.read_text(encoding="utf-8"))["tribes"]["signed_modularity"]
    camp = [next(k for k, part in enumerate(case["partition"]) if name in part) for name in names]
    assert signed_modularity(network, camp) == pytest.approx(25 / 58, abs=1e-12)
    found = best_modularity(network)
    assert found is not None
    assert found.value == pytest.approx(case["Q_max_bct_gja"], abs=1e-12)
    assert found.is_exact
    assert named(names, found.camps) == {frozenset(part) for part in case["partition"]}


def test_the_karate_club_has_the_modularity_that_is_proven_in_the_literature(shared: Path) -> None:
    # Brandes et al. 2008, https://doi.org/10.1109/TKDE.2007.190689: 0.4198, in four parts.
    found = best_modularity((karate_of(shared) > 0).astype(np.float64))
    assert found is not None
    assert found.is_exact
    assert found.value == pytest.approx(0.4198, abs=5e-5)
    assert found.camps.max() + 1 == 4


def test_a_search_finds_what_is_proven_best_among_states(shared: Path) -> None:
    networks = windows_of(shared)
    # Those that are proven within a second.
    for window in ("46-49", "52-55", "62-65", "70-73", "80-83", "96-99"):
        network = networks[window]
        proven = exact_partition(network, seconds=60)
        assert proven.is_exact, window
        assert searched_partition(network, starts=5).value == proven.value, window


@pytest.mark.parametrize(("actors", "camps", "noise"), [(20, 3, 0.2), (30, 3, 0.1), (60, 4, 0.1)])
def test_a_search_finds_what_is_proven_best_of_noisy_camps(
    actors: int, camps: int, noise: float
) -> None:
    network = noisy_camps(actors, camps=camps, noise=noise, seed=3)
    proven = exact_partition(network, seconds=60)
    assert proven.is_exact
    assert searched_partition(network).value == proven.value


def test_beyond_what_is_proven_the_search_says_that_nothing_is() -> None:
    network = noisy_camps(40, camps=2, noise=0, seed=1)
    found = coalitions(network, exact_to=39)
    assert (found.value, found.bound, found.is_exact, found.count) == (0, 0, True, 2), (
        "no odd tie is proof enough"
    )
    network = noisy_camps(40, camps=2, noise=0.1, seed=1)
    found = coalitions(network, exact_to=39)
    assert not found.is_exact
    assert found.bound == 0
    assert found.count == 2
    searched = best_modularity(network, exact_to=39)
    assert searched is not None
    assert (searched.bound, searched.is_exact) == (np.inf, False)


def test_out_of_time_the_search_and_a_bound_remain() -> None:
    rng = np.random.default_rng(1)
    upper = np.triu(rng.normal(size=(25, 25)), 1)
    found = best_partition(upper + upper.T, seconds=0)
    assert found.value == searched_partition(upper + upper.T).value
    assert found.value < found.bound
    assert found.bound == pytest.approx(upper[upper > 0].sum())


def test_the_same_seed_gives_the_same_camps() -> None:
    rng = np.random.default_rng(5)
    upper = np.triu(rng.normal(size=(80, 80)), 1)
    network = upper + upper.T
    first, again = (searched_partition(network, seed=7, starts=2) for _ in range(2))
    assert first.camps.tolist() == again.camps.tolist()
    others = [searched_partition(network, seed=seed, starts=1).value for seed in range(5)]
    assert len(set(others)) > 1, "of so hard a network not every beginning finds the same"


@settings(deadline=None, max_examples=40)
@given(networks().filter(lambda n: len(n) <= 6), st.sampled_from([None, 1, 2, 3]))
def test_no_division_is_better_than_the_best(network: Values, at_most: int | None) -> None:
    best = max(
        gained(network, camps)
        for camps in divisions(len(network))
        if at_most is None or max(camps, default=-1) < at_most
    )
    for found in (
        exact_partition(network, at_most=at_most),
        best_partition(network, at_most=at_most, starts=2),
        searched_partition(network, at_most=at_most, starts=2),
    ):
        assert found.value == pytest.approx(best)
        assert at_most is None or found.count <= at_most
        assert found.value == pytest.approx(gained(network, found.camps))
    assert exact_partition(network, at_most=at_most).is_exact


@settings(deadline=None, max_examples=30)
@given(networks().filter(lambda n: len(n) <= 6))
def test_no_division_has_more_modularity_than_the_best(network: Values) -> None:
    found = best_modularity(network, starts=2)
    if found is None:
        assert not network.any()
        return
    every = (signed_modularity(network, camps) for camps in divisions(len(network)))
    assert found.value == pytest.approx(max(q for q in every if q is not None))
    assert found.value == pytest.approx(signed_modularity(network, found.camps))
    assert found.is_exact


def test_camps_of_a_network_drawn_again_say_how_sure_they_are() -> None:
    # The third is with the first two in the first two of three draws.
    draws = [
        [[0, 1, 1], [1, 0, 1], [1, 1, 0]],
        [[0, 1, 1], [1, 0, 0], [1, 0, 0]],
        [[0, 1, -1], [1, 0, -1], [-1, -1, 0]],
    ]
    found = co_membership(draws, lambda network: coalitions(network).camps)
    assert found.draws == 3
    assert found.share == pytest.approx(np.array([[1, 1, 2 / 3], [1, 1, 2 / 3], [2 / 3, 2 / 3, 1]]))


def test_without_draws_there_is_no_share() -> None:
    found = co_membership([], lambda network: coalitions(network).camps)
    assert (found.share.shape, found.draws) == ((0, 0), 0)


def test_no_camps_at_all_is_refused() -> None:
    with pytest.raises(ValueError, match="at most 0 camps: give at least 1, or None"):
        coalitions(np.zeros((2, 2)), at_most=0)


def test_one_camp_has_no_modularity() -> None:
    network = noisy_camps(10, camps=3, noise=0.2, seed=2)
    assert signed_modularity(network, [0] * 10) == pytest.approx(0, abs=1e-12)
    assert signed_modularity(np.zeros((3, 3)), [0, 1, 2]) is None


def test_who_is_not_tied_in_a_draw_has_not_left_its_camp() -> None:
    friends, foes, nobody = ([[0, x, 1], [x, 0, 0], [1, 0, 0]] for x in (1, -1, 0))
    drawn = [friends, foes, nobody, nobody]

    def divide(network: ArrayLike) -> NDArray[np.int64]:
        return coalitions(network).camps

    # The second is with the first in one of the two draws that tie it, and in one of all four.
    assert co_membership(drawn, divide, of_tied=True).share[0].tolist() == [1, 0.5, 1]
    assert co_membership(drawn, divide).share[0].tolist() == [1, 0.25, 1]
    never = co_membership([nobody], divide, of_tied=True).share
    assert never.tolist() == [[1, 0, 1], [0, 1, 0], [1, 0, 1]]
