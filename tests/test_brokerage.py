from __future__ import annotations

import json
from itertools import permutations
from pathlib import Path
from typing import Any

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from numpy.typing import NDArray

from signed_networks import karate_of, networks
from stancegraph.measure.brokerage import ROLES, betweenness, brokerage

Values = NDArray[np.float64]


@pytest.fixture(scope="module")
def reference(shared: Path) -> dict[str, Any]:
    """Counts and betweenness by sna and igraph in R."""
    path = shared / "reference/brokerage_spinglass_karate.json"
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


def test_brokers_are_those_of_the_package_sna(reference: dict[str, Any]) -> None:
    case = reference["gould_fernandez_small"]
    found = brokerage(case["adj"], case["groups"])
    assert found.count.tolist() == case["raw"]
    assert found.count.sum(axis=0).tolist() == case["global_raw"]
    np.testing.assert_allclose(found.expected, case["exp"], atol=1e-11)
    np.testing.assert_allclose(found.deviation, case["sd"], atol=1e-11)
    z = np.array([[np.nan if x is None else x for x in row] for row in case["z"]])
    np.testing.assert_allclose(found.z, z, atol=1e-11)


@pytest.mark.parametrize(
    ("groups", "role"),
    [
        ("AAA", "coordinator"),
        ("ABA", "itinerant"),
        ("AAB", "representative"),
        ("ABB", "gatekeeper"),
        ("ABC", "liaison"),
    ],
)
def test_a_role_is_read_off_the_three_groups(groups: str, role: str) -> None:
    # The definitions of Gould and Fernandez 1989, in the order from, broker, to.
    found = brokerage([[0, 1, 0], [0, 0, 1], [0, 0, 0]], list(groups))
    assert found.count[1].tolist() == [int(name == role) for name in (*ROLES, role)]
    assert not found.count[[0, 2]].any()


def test_a_closed_triple_has_no_broker() -> None:
    assert not brokerage([[0, 1, 1], [0, 0, 1], [0, 0, 0]], [0, 0, 0]).count.any()


def test_chance_is_that_of_ties_drawn_one_by_one() -> None:
    # Groups of unequal size, which sna was not asked about: 40,000 networks drawn with d = 1/3.
    groups = np.array([0, 0, 0, 0, 1, 1, 2])
    tied = np.random.default_rng(1).random((40_000, 7, 7)) < 1 / 3
    tied[:, range(7), range(7)] = False
    brokers = [0, 4, 6]
    counts = np.array([_counts(tied, groups, broker) for broker in brokers])
    # Any network with 14 of the 42 possible ties has that density.
    network = np.zeros((7, 7))
    network[tuple(np.argwhere(~np.eye(7, dtype=np.bool_))[:14].T)] = 1
    found = brokerage(network, groups)
    np.testing.assert_allclose(found.expected[brokers], counts.mean(axis=1), rtol=0.03)
    np.testing.assert_allclose(found.deviation[brokers], counts.std(axis=1), rtol=0.03)


def _counts(tied: NDArray[np.bool_], groups: NDArray[np.int64], broker: int) -> Values:
    """Count by the definition, a row a network."""
    found = np.zeros((len(tied), len(ROLES) + 1))
    for i, k in permutations([x for x in range(7) if x != broker], 2):
        a, b, c = groups[[i, broker, k]]
        role = 0 if a == b == c else 1 if a == c else 2 if a == b else 3 if b == c else 4
        is_open = tied[:, i, broker] & tied[:, broker, k] & ~tied[:, i, k]
        found[is_open, role] += 1
        found[is_open, -1] += 1
    return found


def test_the_karate_club_has_the_betweenness_of_igraph(
    shared: Path, reference: dict[str, Any]
) -> None:
    found = betweenness(karate_of(shared) > 0)
    np.testing.assert_allclose(found, reference["karate"]["betweenness"], atol=1e-10)


def test_strong_ties_are_short_as_in_networkx(shared: Path) -> None:
    # Lengths as whole numbers, 420 / weight, so that networkx sees which ways are equally long.
    network = karate_of(shared)
    graph = nx.from_numpy_array(network)
    for _, _, tie in graph.edges(data=True):
        tie["length"] = round(420 / tie["weight"])
    expected = nx.betweenness_centrality(graph, weight="length", normalized=False)
    np.testing.assert_allclose(betweenness(network), [expected[i] for i in range(34)], atol=1e-9)


def test_the_centre_of_a_star_is_on_all_ways() -> None:
    star = np.zeros((6, 6))
    star[0, 1:] = star[1:, 0] = 1
    # 5 * 4 / 2 pairs.
    assert betweenness(star).tolist() == [10, 0, 0, 0, 0, 0]


def test_foes_are_no_way() -> None:
    path = [[0, 1, -5], [1, 0, 1], [-5, 1, 0]]
    assert betweenness(path).tolist() == [0, 1, 0]
    assert brokerage(path, [0, 1, 2]).count[1].tolist() == [0, 0, 0, 0, 2, 2]


@settings(deadline=None, max_examples=60)
@given(networks())
def test_betweenness_is_that_of_networkx(network: Values) -> None:
    graph = nx.from_numpy_array(np.maximum(network, 0))
    for _, _, tie in graph.edges(data=True):
        tie["length"] = round(12 / tie["weight"])
    expected = nx.betweenness_centrality(graph, weight="length", normalized=False)
    np.testing.assert_allclose(
        betweenness(network), [expected[i] for i in range(len(network))], atol=1e-9
    )
