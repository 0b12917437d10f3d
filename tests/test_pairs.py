from __future__ import annotations

import tracemalloc
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from stancegraph.measure.levels import (
    MISSING,
    LevelMatrix,
    density,
    level_matrix,
    sparse_levels,
    to_matrix,
    to_sparse,
)
from stancegraph.measure.pairs import (
    Kernel,
    PairCounts,
    RunningPairs,
    count_against,
    count_blocks,
    count_pairs,
)
from votes import all_roll_calls, general_assembly_since

HAS_NUMBA = find_spec("numba") is not None
KERNELS: tuple[Kernel, ...] = (
    "bits",
    "products",
    *(("compiled bits", "compiled lists") if HAS_NUMBA else ()),
)

# Actors, options, share that is filled, greatest level: each crosses an edge of a kernel (a word
# of 64 options, 255 levels in a chunk, a tile of actors, the planes for more than three levels).
SHAPES = [
    (0, 0, 0.5, 1),
    (0, 5, 0.5, 1),
    (1, 0, 0.5, 1),
    (1, 1, 1, 1),
    (4, 10, 0, 1),
    (3, 10, 1, 0),
    (30, 64, 0.9, 1),
    (7, 65, 0.5, 2),
    (5, 3000, 1, 1),
    (270, 900, 0.3, 2),
    (20, 40, 0.9, 127),
]


@pytest.fixture(params=SHAPES, ids=str)
def levels(request: pytest.FixtureRequest) -> LevelMatrix:
    """Levels drawn at random, in each of the shapes."""
    actors, options, filled, most = request.param
    rng = np.random.default_rng(1)
    drawn = rng.integers(-most, most + 1, (actors, options)).astype(np.int8)
    drawn[rng.random((actors, options)) >= filled] = MISSING
    return drawn


def counted_one_by_one(levels: LevelMatrix) -> PairCounts:
    """Compare every two actors cell by cell: slow, and plainly right."""
    agree, differ = np.zeros((2, len(levels), len(levels)), dtype=np.int32)
    for i, x in enumerate(levels):
        for j, y in enumerate(levels):
            both = (x != MISSING) & (y != MISSING)
            agree[i, j] = (both & (x == y)).sum()
            differ[i, j] = (both & (x != y)).sum()
    return PairCounts(agree, differ)


def assert_equal(found: PairCounts, expected: PairCounts) -> None:
    np.testing.assert_array_equal(found.agree, expected.agree)
    np.testing.assert_array_equal(found.differ, expected.differ)


@pytest.mark.parametrize("kernel", [*KERNELS, None])
def test_every_kernel_counts_as_one_by_one(levels: LevelMatrix, kernel: Kernel | None) -> None:
    expected = counted_one_by_one(levels)
    for form in (levels, to_sparse(levels)):
        assert_equal(count_pairs(form, kernel=kernel), expected)


@pytest.mark.parametrize("kernel", KERNELS)
def test_blocks_are_the_rows_of_the_square(levels: LevelMatrix, kernel: Kernel) -> None:
    whole = count_pairs(levels)
    seen = []
    for rows, block in count_blocks(levels, kernel=kernel):
        assert_equal(block, PairCounts(whole.agree[rows], whole.differ[rows]))
        seen += list(range(rows.start, rows.stop))
    assert seen == list(range(len(levels)))


def test_one_against_all_is_a_row_of_the_square(levels: LevelMatrix) -> None:
    whole = count_pairs(levels)
    for actor in range(min(3, len(levels))):
        for form in (levels, to_sparse(levels)):
            row = PairCounts(whole.agree[actor], whole.differ[actor])
            assert_equal(count_against(form, actor), row)


def test_positions_one_by_one_end_at_the_same_counts(levels: LevelMatrix) -> None:
    running = RunningPairs.of(np.full_like(levels, MISSING))
    for actor, option in np.argwhere(levels != MISSING)[:300]:
        running.set(actor=actor, option=option, level=1)
        running.set(actor=actor, option=option, level=int(levels[actor, option]))
    part = np.full_like(levels, MISSING)
    filled = np.argwhere(levels != MISSING)[:300]
    part[tuple(filled.T)] = levels[tuple(filled.T)]
    assert_equal(running.counts, counted_one_by_one(part))


def test_a_position_taken_away_leaves_no_trace() -> None:
    levels = level_matrix([[1, 1], [1, 0]])
    running = RunningPairs.of(levels)
    running.set(actor=0, option=1, level=MISSING)
    assert running.counts.shared.tolist() == [[1, 1], [1, 2]]
    assert levels.tolist() == [[1, 1], [1, 0]], "the caller's matrix is not changed"


def test_matrix_and_columns_hold_the_same(levels: LevelMatrix) -> None:
    sparse = to_sparse(levels)
    np.testing.assert_array_equal(to_matrix(sparse), levels)
    assert density(sparse) == density(levels)


def test_two_levels_of_one_actor_on_one_option_are_refused() -> None:
    with pytest.raises(ValueError, match="actor 1 has two levels on option 2: keep one"):
        sparse_levels([1, 0, 1], [2, 0, 2], [1, 1, -1], shape=(2, 3))


MATRICES = st.integers(0, 9).flatmap(
    lambda width: st.lists(
        st.lists(st.sampled_from([-1, 0, 1, None]), min_size=width, max_size=width), max_size=6
    )
)


@settings(deadline=None)
@given(MATRICES, st.sampled_from(KERNELS), st.randoms(use_true_random=False))
def test_counts_survive_reordering_and_turning_signs(
    rows: list[list[int | None]], kernel: Kernel, random: np.random.Generator
) -> None:
    levels = level_matrix(rows)
    found = count_pairs(levels, kernel=kernel)
    actors, options = list(range(levels.shape[0])), list(range(levels.shape[1]))
    random.shuffle(actors)
    random.shuffle(options)
    turned = np.where(levels == MISSING, MISSING, -levels).astype(np.int8)
    again = count_pairs(turned[actors][:, options], kernel=kernel)
    order: tuple[NDArray[np.intp], ...] = np.ix_(actors, actors)
    assert_equal(again, PairCounts(found.agree[order], found.differ[order]))


# ../shared/data/README.md, computed with pandas.
SINCE_2022 = [
    ("POL", "ROU", 305, 0.9639),
    ("DEU", "FRA", 305, 0.8984),
    ("HUN", "POL", 305, 0.8656),
    ("RUS", "BLR", 302, 0.7815),
    ("USA", "GBR", 304, 0.6414),
    ("USA", "DEU", 304, 0.5691),
    ("TUR", "USA", 296, 0.4662),
    ("UKR", "RUS", 298, 0.3758),
]


def test_votes_since_2022_agree_as_published(shared: Path) -> None:
    rows, levels = general_assembly_since(shared / "data", "2022-02-24")
    counts = count_pairs(levels)
    found = [
        (a, b, int(counts.shared[i, j]), round(counts.agree[i, j] / counts.shared[i, j], 4))
        for a, b, _, _ in SINCE_2022
        for i, j in [(rows[a], rows[b])]
    ]
    assert found == SINCE_2022


def test_all_un_votes_are_counted(shared: Path) -> None:
    _, levels = all_roll_calls(shared / "data")
    # ../shared/data/unga_votes_voeten/README.md
    assert int((levels != MISSING).sum()) == 870_109
    assert levels.shape[1] == 6_203
    found = count_pairs(levels)
    one_hot = np.concatenate([levels == level for level in (-1, 0, 1)], axis=1).astype(np.float32)
    present = (levels != MISSING).astype(np.float32)
    np.testing.assert_array_equal(found.agree, one_hot @ one_hot.T)
    np.testing.assert_array_equal(found.shared, present @ present.T)


def test_one_among_fifty_thousand_never_builds_the_square() -> None:
    rng = np.random.default_rng(1)
    cells = np.unique(rng.integers(0, 50_000 * 2_000, 500_000))
    actors, options = np.divmod(cells, 2_000)
    levels = sparse_levels(actors, options, np.ones_like(cells), shape=(50_000, 2_000))
    tracemalloc.start()
    found = count_against(levels, 7)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert found.agree[7] == levels.starts[8] - levels.starts[7]
    # The square of counts would be 20 GB, the matrix of levels 100 MB.
    assert peak < 30_000_000
