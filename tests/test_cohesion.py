from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stancegraph.measure.alpha import Metric, alpha, bootstrap_alpha
from stancegraph.measure.bootstrap import bootstrap
from stancegraph.measure.cohesion import (
    agreement_index,
    consensus,
    level_counts,
    mean_cohesion,
    rice,
    van_der_eijk,
)
from stancegraph.measure.levels import level_matrix

METRICS: tuple[Metric, ...] = ("nominal", "ordinal", "interval", "ratio")
DATA = ("krippendorff_2011", "krippendorff_2011_A", "krippendorff_2011_B")


def ratings_of(rows: list[list[float | None]]) -> np.ndarray:
    return np.array([[np.nan if x is None else x for x in row] for row in rows], dtype=np.float64)


@pytest.mark.parametrize("name", DATA)
def test_alpha_equals_irr_and_krippendorff(shared: Path, name: str) -> None:
    path = shared / "reference/agreement_change_opinion_ca.json"
    case = json.loads(path.read_text(encoding="utf-8"))[name]
    found = {m: alpha(ratings_of(case["data"]), metric=m) for m in METRICS if m in case}
    assert found == pytest.approx({m: case[m] for m in found}, abs=1e-12)
    if "published" in case:
        assert found["nominal"] == pytest.approx(case["published"], abs=6e-4)


def test_histograms_agree_as_in_the_package_agrmt(shared: Path) -> None:
    path = shared / "reference/agreement_change_opinion_ca.json"
    for case in json.loads(path.read_text(encoding="utf-8"))["agrmt"]:
        found = van_der_eijk(case["v"]), float(consensus(case["v"]))
        expected = case["agreement_vdEijk"], case["tastle_wierman"]
        assert found == pytest.approx(expected, abs=1e-12)


def test_indices_equal_those_by_hand(shared: Path) -> None:
    hand = json.loads((shared / "reference/closed_form.json").read_text(encoding="utf-8"))
    for case in hand["agreement_index"]["cases"]:
        found = agreement_index([case["n"], case["a"], case["y"]])
        assert found == pytest.approx(case["AI"], abs=1e-12)
    for case in hand["rice"]["cases"]:
        assert rice([case["n"], 7, case["y"]]) == pytest.approx(case["rice"], abs=1e-12)


def test_nobody_has_no_cohesion() -> None:
    nobody = [0, 0, 0]
    assert np.isnan(agreement_index(nobody))
    assert np.isnan(rice([0, 9, 0])), "abstaining takes no side"
    assert np.isnan(consensus(nobody))
    assert np.isnan(van_der_eijk(nobody))
    assert alpha(np.empty((0, 0))) is None


def test_two_levels_have_no_place_between_them() -> None:
    with pytest.raises(ValueError, match="three levels or more"):
        van_der_eijk([1, 2])


def test_alpha_is_undefined_without_variation_or_second_rater() -> None:
    assert alpha([[1, 1], [1, 1]]) is None
    assert alpha([[1, 0, 1]]) is None
    assert alpha(ratings_of([[1, None], [None, 0]])) is None


def test_missing_ratings_change_nothing() -> None:
    full = ratings_of([[1, 0, 1, 1], [1, 0, 0, 1], [1, 1, 0, 1]])
    padded = np.vstack([np.column_stack([full, [np.nan, 1, np.nan]]), np.full(5, np.nan)])
    assert alpha(padded) == pytest.approx(alpha(full))


def test_cohesion_of_a_bloc_from_its_levels() -> None:
    counts = level_counts(level_matrix([[1, 1, None], [1, 0, None], [1, -1, 1]]))
    # 3 of 3; 1 of 3, so (1 - 1) / 3; 1 of 1.
    assert agreement_index(counts).tolist() == [1, 0, 1]
    assert rice(counts).tolist() == [1, 0, 1]
    found = mean_cohesion(agreement_index(counts), seed=1)
    assert found.value == pytest.approx(2 / 3)
    assert (found.low, found.high) == (0, 1)


def test_documents_are_drawn_as_wholes() -> None:
    same = np.array([1.0] * 50 + [0.0] * 50)

    def share(weights: np.ndarray) -> np.ndarray:
        found: np.ndarray = same @ weights / weights.sum(axis=0)
        return found

    by_document = bootstrap(share, [0] * 50 + [1] * 50, seed=1)
    by_statement = bootstrap(share, range(100), seed=1)
    # Two documents that are each of one mind say far less than a hundred statements.
    assert (by_document.low, by_document.high) == (0, 1)
    assert by_statement.low is not None
    assert by_statement.high is not None
    # Binomial: 1.96 * sqrt(.25 / 100) = .098 to either side.
    assert (by_statement.low, by_statement.high) == pytest.approx((0.402, 0.598), abs=0.02)


def test_a_bootstrap_repeats_with_its_seed_and_differs_with_another() -> None:
    ratings = np.random.default_rng(1).integers(0, 3, (3, 40)).astype(np.float64)
    found = [bootstrap_alpha(ratings, seed=seed, metric="ordinal") for seed in (1, 1, 2)]
    assert found[0] == found[1] != found[2]
    assert found[0].value == alpha(ratings, metric="ordinal")
    assert found[0].low is not None
    assert found[0].low < 0.2, "ratings drawn at random do not agree"


def test_draws_without_variation_are_counted() -> None:
    found = bootstrap_alpha([[0, 1], [0, 1]], seed=1, draws=400)
    assert found.value == 1
    # Both units are the same one in half of the draws.
    assert found.undefined == pytest.approx(200, abs=40)


def test_nothing_to_draw_is_undefined() -> None:
    found = mean_cohesion([], seed=1)
    assert (found.value, found.low, found.high) == (None, None, None)


RATINGS = st.integers(1, 4).flatmap(
    lambda raters: st.lists(
        st.lists(
            st.sampled_from([-2.0, -1.0, 0.0, 1.0, 2.0, np.nan]), min_size=raters, max_size=raters
        ),
        min_size=1,
        max_size=8,
    ).map(lambda units: np.array(units).T)
)


@settings(deadline=None)
@given(RATINGS, st.sampled_from(["nominal", "ordinal", "interval"]))
def test_alpha_survives_order_and_turned_signs(ratings: np.ndarray, metric: Metric) -> None:
    found = alpha(ratings, metric=metric)
    again = alpha(-ratings[::-1, ::-1], metric=metric)
    assert again == (None if found is None else pytest.approx(found))
    assert found is None or found <= 1


HISTOGRAMS = st.lists(st.integers(0, 30), min_size=3, max_size=7)


@given(HISTOGRAMS)
def test_histogram_measures_mirror_and_stay_in_range(counts: list[int]) -> None:
    for measure, low in ((van_der_eijk, -1), (consensus, 0), (rice, 0), (agreement_index, -0.5)):
        found, mirrored = float(measure(counts)), float(measure(counts[::-1]))
        assert found == pytest.approx(mirrored, nan_ok=True)
        assert np.isnan(found) or low - 1e-9 <= found <= 1 + 1e-9


@given(st.integers(1, 30), st.integers(0, 6))
def test_all_on_one_level_is_full_cohesion(members: int, level: int) -> None:
    counts = [members if k == level else 0 for k in range(7)]
    assert van_der_eijk(counts) == 1
    assert consensus(counts) == 1
    assert agreement_index(counts) == 1
