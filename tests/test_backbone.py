from __future__ import annotations

import csv
from itertools import product
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.stats import false_discovery_control, norm

from stancegraph.measure.backbone import (
    adjusted,
    backbone,
    cell_probabilities,
    disparity,
    encounters,
    signed_backbone,
)

Values = NDArray[np.float64]


def table_of(shared: Path, name: str) -> Values:
    with (shared / "reference" / name).open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))[1:]
    return np.array([[np.nan if x in {"", "NA"} else float(x) for x in row[1:]] for row in rows])


def test_disparity_of_the_karate_club_is_that_of_the_package_backbone(shared: Path) -> None:
    found = disparity(table_of(shared, "karate_weighted.csv"))
    expected = table_of(shared, "karate_disparity_pupper.csv")
    np.testing.assert_allclose(found, expected, atol=1e-12)


def test_probabilities_of_the_davis_women_are_those_of_the_package_bicm(shared: Path) -> None:
    found = cell_probabilities(table_of(shared, "davis_bipartite.csv"))
    # bicm stops when sums are off by 1e-8.
    np.testing.assert_allclose(found, table_of(shared, "davis_bicm_probs.csv"), atol=1e-8)


def test_encounters_of_the_davis_women_are_those_of_the_package_backbone(shared: Path) -> None:
    filled = table_of(shared, "davis_bipartite.csv")
    expected = table_of(shared, "davis_sdsm_pupper.csv")
    found = encounters(filled)
    is_given = ~np.isnan(expected) & ~np.eye(len(filled), dtype=np.bool_)
    assert is_given.sum() == 18 * 17 - 28
    # R gives none where two never meet: P(X >= 0) = 1.
    assert (found.upper[np.isnan(expected)] == 1).all()
    # It takes the refined normal approximation (Hong 2013), which is off by up to .017; with it
    # our probabilities give R's numbers.
    assert np.abs(found.upper - expected)[is_given].max() < 0.017
    approximate = _refined_normal(cell_probabilities(filled), found.together)
    np.testing.assert_allclose(approximate[is_given], expected[is_given], atol=1e-8)


def _refined_normal(chance: Values, together: NDArray[np.int64]) -> Values:
    """P(X >= together), X normal but for a correction of its skewness."""
    p = chance[:, None] * chance
    spread = p * (1 - p)
    deviation = np.sqrt(spread.sum(axis=2))
    skewness = (spread * (1 - 2 * p)).sum(axis=2) / deviation**3
    x = (together - 0.5 - p.sum(axis=2)) / deviation
    below: Values = norm.cdf(x) + skewness * (1 - x**2) * norm.pdf(x) / 6
    return 1 - np.clip(below, 0, 1)


def test_tails_are_sums_over_every_outcome() -> None:
    filled = np.array([[1, 1, 0, 1], [1, 0, 1, 0], [0, 1, 1, 1]])
    chance = cell_probabilities(filled)
    found = encounters(filled)
    for i, j in ((0, 1), (0, 2), (1, 2)):
        p = chance[i] * chance[j]
        upper = lower = 0.0
        for outcome in product([0, 1], repeat=4):
            likely = float(np.prod(np.where(outcome, p, 1 - p)))
            upper += likely * (sum(outcome) >= found.together[i, j])
            lower += likely * (sum(outcome) <= found.together[i, j])
        assert found.upper[i, j] == pytest.approx(upper)
        assert found.lower[j, i] == pytest.approx(lower)


def test_what_sums_force_is_certain() -> None:
    # The first two rows need both full columns, as the others have one cell each: every table with
    # these sums is full above left and empty below right.
    found = cell_probabilities([[1, 1, 1, 0], [1, 1, 0, 1], [1, 0, 0, 0], [0, 1, 0, 0]])
    half = np.full((2, 2), 0.5)
    np.testing.assert_allclose(
        found, np.block([[np.ones((2, 2)), half], [half, np.zeros((2, 2))]]), atol=1e-9
    )


def test_rows_without_chance_meet_as_they_must() -> None:
    found = encounters([[1, 1, 1], [1, 0, 0], [0, 0, 0]])
    assert found.upper[0, 1] == found.lower[0, 1] == 1
    assert found.upper[1, 2] == found.lower[1, 2] == 1
    assert np.isnan(np.diag(found.upper)).all()


def test_numbers_other_than_zero_and_one_are_refused() -> None:
    with pytest.raises(ValueError, match="2 is neither 0 nor 1"):
        encounters([[0, 2], [1, 1]])


def test_two_camps_have_friends_and_foes_beyond_chance() -> None:
    camp = np.kron(np.eye(2, dtype=np.int64), np.ones((3, 20), dtype=np.int64))
    found = signed_backbone(encounters(camp), correction="holm")
    within = np.kron(np.eye(2), np.ones((3, 3))) > 0
    assert (found == np.where(within, 1, -1) - np.eye(6)).all()


def test_chance_alone_leaves_no_more_ties_than_alpha() -> None:
    filled = np.random.default_rng(1).random((40, 60)) < 0.3
    found = encounters(filled)
    above = np.triu_indices(40, 1)
    share = (signed_backbone(found)[above] != 0).mean()
    # At most 5% by chance; fewer, as numbers of encounters are whole.
    assert 0 < share <= 0.05
    assert not signed_backbone(found, correction="holm").any()


def test_corrections_by_hand_and_as_in_scipy() -> None:
    p = [0.01, 0.02, 0.03, 0.04, 0.05]
    # Holm: 5 p1, 4 p2, 3 p3, 2 p4, 1 p5, none below the one before.
    assert adjusted(p, "holm") == pytest.approx([0.05, 0.08, 0.09, 0.09, 0.09])
    drawn = np.random.default_rng(1).random(50) ** 3
    assert adjusted(drawn, "benjamini-hochberg") == pytest.approx(false_discovery_control(drawn))
    assert adjusted(p, "none").tolist() == p


def test_what_is_no_test_is_not_counted() -> None:
    found = adjusted([0.02, np.nan, 0.03], "holm")
    assert found.tolist() == pytest.approx([0.04, np.nan, 0.04], nan_ok=True)
    assert adjusted([], "holm").tolist() == []


def test_each_pair_is_one_test() -> None:
    p = np.full((3, 3), np.nan)
    p[0, 1] = p[1, 0] = 0.02
    p[0, 2] = p[2, 0] = 0.04
    # Two tests: 2 * .02 = .04 stands out, .04 too; were there four, neither would.
    found = backbone(p, alpha=0.04, correction="holm")
    assert found.tolist() == [[False, True, True], [True, False, False], [True, False, False]]
    assert not backbone(p, alpha=0.039, correction="holm").any()


TABLES = st.tuples(st.integers(0, 6), st.integers(1, 6)).flatmap(
    lambda size: st.lists(
        st.lists(st.booleans(), min_size=size[1], max_size=size[1]),
        min_size=size[0],
        max_size=size[0],
    ).map(lambda rows: np.array(rows, dtype=np.int64).reshape(len(rows), size[1]))
)


@settings(deadline=None)
@given(TABLES)
def test_probabilities_have_the_sums_of_the_table(table: NDArray[np.int64]) -> None:
    found = cell_probabilities(table)
    assert ((found >= 0) & (found <= 1)).all()
    np.testing.assert_allclose(found.sum(axis=0), table.sum(axis=0), atol=1e-9)
    np.testing.assert_allclose(found.sum(axis=1), table.sum(axis=1), atol=1e-9)


@settings(deadline=None)
@given(TABLES, st.integers(0, 99))
def test_encounters_do_not_ask_for_order(table: NDArray[np.int64], seed: int) -> None:
    rng = np.random.default_rng(seed)
    rows, columns = rng.permutation(len(table)), rng.permutation(table.shape[1])
    there, back = encounters(table), encounters(table[np.ix_(rows, columns)])
    for name in ("together", "upper", "lower"):
        expected = getattr(there, name)[np.ix_(rows, rows)]
        np.testing.assert_allclose(getattr(back, name), expected, atol=1e-8)
