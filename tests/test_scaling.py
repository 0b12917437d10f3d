from __future__ import annotations

import json
from pathlib import Path

import duckdb
import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

from stancegraph.measure.levels import MISSING, LevelMatrix, level_matrix, sparse_levels, to_matrix
from stancegraph.measure.scaling import (
    correspondence_analysis,
    correspondence_map,
    doubled,
    ideal_points,
)

Values = NDArray[np.float64]
VOTES = {"yes": 1, "abstain": 0, "no": -1}


def session_of(shared: Path, session: str) -> tuple[list[str], LevelMatrix]:
    """Countries and their votes on the roll calls of one session."""
    folder = shared / "data/unga_votes_voeten"
    rows = duckdb.execute(
        "select country, rcid, vote from read_csv($votes, all_varchar=true) semi join "
        "(select rcid from read_csv($calls, all_varchar=true) where session = $session) "
        "using (rcid)",
        {
            "votes": str(folder / "unga_votes.csv.gz"),
            "calls": str(folder / "unga_roll_calls.csv.gz"),
            "session": session,
        },
    ).fetchall()
    countries, calls = (sorted({row[k] for row in rows}) for k in (0, 1))
    place, option = ({name: i for i, name in enumerate(names)} for names in (countries, calls))
    levels = sparse_levels(
        [place[country] for country, _, _ in rows],
        [option[call] for _, call, _ in rows],
        [VOTES[vote] for _, _, vote in rows],
        shape=(len(countries), len(calls)),
    )
    return countries, to_matrix(levels)


def drawn(seed: int, *, actors: int, options: int, missing: float) -> tuple[Values, LevelMatrix]:
    """Places, and sides drawn from the model."""
    rng = np.random.default_rng(seed)
    place, slope, height = (rng.normal(size=size) for size in (actors, options, options))
    chance = 1 / (1 + np.exp(-(2 * np.outer(place, slope) - height)))
    levels = np.where(rng.random(chance.shape) < chance, 1, -1).astype(np.int8)
    levels[rng.random(chance.shape) < missing] = MISSING
    return place, levels


def test_correspondence_analysis_of_greenacres_smokers(shared: Path) -> None:
    path = shared / "reference/agreement_change_opinion_ca.json"
    case = json.loads(path.read_text(encoding="utf-8"))["ca_smoke"]
    found = correspondence_analysis(case["table"])
    np.testing.assert_allclose(found.inertia, case["inertia"], atol=1e-12)
    assert found.inertia.sum() == pytest.approx(case["total"])
    expected = np.array(case["rowcoord_principal"])
    # The sign of a dimension is free; ours makes the row farthest out positive.
    turned = expected * np.sign(expected[np.abs(expected).argmax(axis=0), range(3)])
    np.testing.assert_allclose(found.rows, turned, atol=1e-12)


def test_columns_are_the_rows_of_the_turned_table() -> None:
    table = np.array([[4, 2, 3, 2], [4, 3, 7, 4], [25, 10, 12, 4]])
    there, back = correspondence_analysis(table), correspondence_analysis(table.T)
    np.testing.assert_allclose(np.abs(there.columns), np.abs(back.rows), atol=1e-12)
    assert there.inertia == pytest.approx(back.inertia)


def test_rows_with_one_profile_are_one_point_and_empty_ones_none() -> None:
    found = correspondence_analysis([[1, 2, 0], [2, 4, 0], [0, 0, 0], [3, 1, 0]])
    assert found.rows[0] == pytest.approx(found.rows[1])
    assert np.isnan(found.rows[2]).all()
    assert np.isnan(found.columns[2]).all()
    assert found.inertia.shape == (1,)


def test_what_is_no_table_of_counts_is_refused() -> None:
    with pytest.raises(ValueError, match="rows of numbers of at least 0"):
        correspondence_analysis([[1, -1]])


def test_levels_off_the_scale_are_refused() -> None:
    with pytest.raises(ValueError, match="level 2 is not from -1 to 1"):
        doubled(level_matrix([[2, None]]))
    assert doubled(level_matrix([[2, -1]]), lowest=-2, highest=2).tolist() == [[1, 0, 0.25, 0.75]]


def test_ideal_points_of_the_united_nations_are_those_of_a_bayesian_fit(shared: Path) -> None:
    countries, levels = session_of(shared, "73")
    at = countries.index
    # As in binary models of these votes, to abstain is not to be for.
    sides = np.where(levels == 0, -1, levels).astype(np.int8)
    found = ideal_points(sides, anchor=at("United States"))
    assert not np.isnan(found.place).any()
    # Another method, link and program: the mean of draws of a probit model's posterior. With 16,000
    # draws the correlation is .991 (benchmarks/dynamics.py), with few some thousandths less.
    places, errors = gibbs(sides[:, found.options], draws=600, burned=150, seed=1)
    assert abs(np.corrcoef(found.place, places)[0, 1]) > 0.985
    # Errors too: half as large again or less, and in the same order.
    assert 0.67 < np.median(found.error / errors) < 1.5
    assert np.corrcoef(found.error, errors)[0, 1] > 0.7
    order = [found.place[at(c)] for c in ("United States", "Germany", "Brazil", "Syria")]
    assert order == sorted(order, reverse=True)
    quick = correspondence_map(sides, anchor=at("United States"))
    # The first dimension of the table is nearly the same line.
    assert np.corrcoef(quick.place, found.place)[0, 1] > 0.9


def gibbs(sides: LevelMatrix, *, draws: int, burned: int, seed: int) -> tuple[Values, Values]:
    """Mean and deviation of places by data augmentation, as Albert and Chib have it.

    A probit model with the priors of MCMCirt1d: places N(0, 1), options N(0, 4).
    """
    rng = np.random.default_rng(seed)
    held = (sides != MISSING).astype(np.float64)
    signs = np.where(sides == MISSING, 0, sides).astype(np.float64)
    left, _, _ = np.linalg.svd(signs, full_matrices=False)
    place = left[:, 0] / left[:, 0].std()
    slope, height = np.sign(signs.T @ place), np.zeros(sides.shape[1])
    kept = []
    for number in range(draws + burned):
        mean = np.outer(place, slope) - height
        below, lot = ndtr(-mean), rng.random(mean.shape)
        share = np.where(signs > 0, below + lot * (1 - below), lot * below)
        latent = held * (mean + ndtri(np.clip(share, 1e-12, 1 - 1e-12)))
        design = np.column_stack([place, -np.ones(len(place))])
        spread = np.linalg.inv(np.einsum("ij,ik,il->jkl", held, design, design) + np.eye(2) / 4)
        centre = np.einsum("jkl,lj->jk", spread, design.T @ latent)
        noise = rng.normal(size=(len(slope), 2))
        options = centre + np.einsum("jkl,jl->jk", np.linalg.cholesky(spread), noise)
        slope, height = options.T
        precision = 1 + held @ slope**2
        pull = (latent + held * height) @ slope
        place = pull / precision + rng.normal(size=len(place)) / np.sqrt(precision)
        if number >= burned:
            kept.append(place)
    return np.mean(kept, axis=0), np.std(kept, axis=0)


def test_places_that_made_the_stances_come_back() -> None:
    place, levels = drawn(1, actors=80, options=60, missing=0.3)
    found = ideal_points(levels, anchor=int(place.argmax()))
    assert np.corrcoef(found.place, place)[0, 1] > 0.94
    assert (
        np.corrcoef(correspondence_map(levels, anchor=int(place.argmax())).place, place)[0, 1] > 0.9
    )
    # 95% intervals hold most of the places; those of the most probable value are a little narrow.
    assert np.mean(np.abs(found.place - place) < 1.96 * found.error) > 0.85


def test_errors_are_the_inverse_of_the_hessian_taken_by_differences() -> None:
    _, levels = drawn(2, actors=9, options=8, missing=0.2)
    found = ideal_points(levels, anchor=0, fewest=1, minority=0)
    sides = np.where(levels == MISSING, 0, levels)[:, found.options].astype(np.float64)
    top = np.concatenate([found.place, found.discrimination, found.difficulty])

    def cost(x: Values) -> float:
        place, slope, height = np.split(x, [9, 9 + len(found.options)])
        level = np.outer(place, slope) - height
        misfit = np.log1p(np.exp(-sides * level))[sides != 0].sum()
        prior = (place**2).sum() / 2 + (slope**2).sum() / 8 + (height**2).sum() / 8
        return float(misfit + prior)

    step = 1e-3 * np.eye(len(top))
    hessian = np.array(
        [
            [
                cost(top + a + b) - cost(top + a - b) - cost(top - a + b) + cost(top - a - b)
                for a in step
            ]
            for b in step
        ]
    ) / (4e-6)
    errors = np.sqrt(np.diag(np.linalg.inv(hessian)))[:9]
    np.testing.assert_allclose(found.error, errors, rtol=1e-3)
    # At the top nothing rises.
    slopes = [cost(top + a) - cost(top - a) for a in step]
    assert np.abs(slopes).max() < 1e-7


def test_few_stances_leave_an_actor_unlocated() -> None:
    _, levels = drawn(3, actors=30, options=20, missing=0)
    levels[4, 9:] = MISSING
    for measure in (ideal_points, correspondence_map):
        found = measure(levels, anchor=0)
        assert np.isnan(found.place[4])
        assert not np.isnan(np.delete(found.place, 4)).any()
        assert found.stances[4] == 9
        with pytest.raises(ValueError, match="actor 4 with 9 stances is not located: take another"):
            measure(levels, anchor=4)


def test_options_that_hardly_anyone_opposes_do_not_count() -> None:
    _, levels = drawn(4, actors=80, options=12, missing=0)
    # Of 80, one is 1.25% and two are 2.5%.
    levels[:, 0], levels[:, 1], levels[:, 2] = 1, 1, 1
    levels[7, 1] = -1
    levels[[7, 8], 2] = -1
    found = ideal_points(levels, anchor=0, fewest=5)
    assert found.options.tolist() == list(range(2, 12))
    assert ideal_points(levels, anchor=0, fewest=5, minority=0).options.tolist() == list(
        range(1, 12)
    )


def test_the_anchor_is_on_the_positive_side() -> None:
    place, levels = drawn(5, actors=30, options=30, missing=0)
    high, low = int(place.argmax()), int(place.argmin())
    for measure in (ideal_points, correspondence_map):
        there, back = measure(levels, anchor=high), measure(levels, anchor=low)
        assert there.place[high] > 0 > there.place[low]
        np.testing.assert_allclose(back.place, -there.place, atol=1e-9)
    there, back = ideal_points(levels, anchor=high), ideal_points(levels, anchor=low)
    np.testing.assert_allclose(back.discrimination, -there.discrimination, atol=1e-9)
    np.testing.assert_allclose(back.difficulty, there.difficulty, atol=1e-9)


def test_places_ask_neither_for_order_nor_for_side() -> None:
    _, levels = drawn(6, actors=25, options=30, missing=0.2)
    levels[3] = MISSING
    rng = np.random.default_rng(1)
    rows, columns = rng.permutation(25), rng.permutation(30)
    anchor = int(np.flatnonzero(rows == 0)[0])
    turned = np.where(levels == MISSING, MISSING, -levels).astype(np.int8)
    before = levels.copy()
    for measure in (ideal_points, correspondence_map):
        found = measure(levels, anchor=0)
        moved = measure(levels[np.ix_(rows, columns)], anchor=anchor)
        np.testing.assert_allclose(moved.place, found.place[rows], atol=1e-7)
        np.testing.assert_allclose(moved.error, found.error[rows], atol=1e-7)
        np.testing.assert_allclose(measure(turned, anchor=0).place, found.place, atol=1e-7)
    np.testing.assert_array_equal(levels, before)


@pytest.mark.parametrize(
    "levels",
    [
        np.empty((0, 0), dtype=np.int8),
        np.empty((3, 0), dtype=np.int8),
        level_matrix([[1, -1, 1]]),
        level_matrix([[1, 1], [1, 1]]),
        level_matrix([[None, None], [None, None]]),
    ],
    ids=["nobody", "no options", "one actor", "of one mind", "silent"],
)
def test_where_nothing_divides_nobody_is_located(levels: LevelMatrix) -> None:
    for measure in (ideal_points, correspondence_map):
        found = measure(levels, anchor=0)
        assert np.isnan(found.place).all()
        assert found.place.shape == found.error.shape == (len(levels),)
        assert found.options.size == 0
