from __future__ import annotations

import json
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from stancegraph.measure.change_points import change_points

# The yearly flow of the Nile at Aswan in 10^8 cubic metres from 1871 to 1970 (Cobb 1978).
NILE = """
1120 1160  963 1210 1160 1160  813 1230 1370 1140  995  935 1110  994 1020  960 1180  799  958 1140
1100 1210 1150 1250 1260 1220 1030 1100  774  840  874  694  940  833  701  916  692 1020 1050  969
 831  726  456  824  702 1120 1100  832  764  821  768  845  864  862  698  845  744  796 1040  759
 781  865  845  944  984  897  822 1010  771  676  649  846  812  742  801 1040  860  874  848  890
 744  749  838 1050  918  986  797  923  975  815 1020  906  901 1170  912  746  919  718  714  740
"""


def nile() -> NDArray[np.float64]:
    return np.array([float(x) for x in NILE.split()])


def test_the_nile_broke_once_after_1898_as_in_strucchange(shared: Path) -> None:
    path = shared / "reference/agreement_change_opinion_ca.json"
    case = json.loads(path.read_text(encoding="utf-8"))["nile"]
    # Stretches of at least 15 years, as strucchange has it by default.
    found = change_points(nile(), shortest=15, most=5)
    assert found is not None
    assert (len(found.breaks), found.breaks[0]) == (case["n_breaks"], case["index"])
    # 28 years lie before the break, the last of which is 1898.
    assert 1871 + found.breaks[0] - 1 == case["year"]
    np.testing.assert_allclose(found.squares, list(case["RSS"].values()), rtol=1e-12)
    np.testing.assert_allclose(found.bic, list(case["BIC"].values()), rtol=1e-12)


def test_shorter_stretches_leave_the_break_of_the_nile() -> None:
    found = change_points(nile())
    assert found is not None
    assert found.breaks == (28,)
    # The sums of both stretches are 30,737 in 28 years and 61,198 in 72.
    assert found.means == pytest.approx((30_737 / 28, 61_198 / 72))


def test_fewer_than_eight_points_have_no_break() -> None:
    assert change_points([0, 0, 0, 0, 1, 1, 1]) is None
    assert change_points([]) is None
    assert change_points([0] * 8, shortest=5) is None
    found = change_points([0, 0, 0, 0, 1, 1, 1, 1])
    assert found is not None
    assert (found.breaks, found.means) == ((4,), (0, 1))


@pytest.mark.parametrize("level", [0, 0.1, -7e8])
def test_a_constant_position_never_changes(level: float) -> None:
    found = change_points([level] * 20)
    assert found is not None
    assert found.breaks == ()
    assert found.means == pytest.approx((level,))


def test_a_single_point_out_of_line_is_no_stretch() -> None:
    found = change_points([0, 0.1, 0, 0.1, 0, 9, 0.1, 0, 0.1, 0, 0.1, 0])
    assert found is not None
    assert found.breaks == ()


def test_noise_seldom_looks_like_a_shift() -> None:
    rng = np.random.default_rng(1)
    for points in (8, 30, 60):
        drawn = [change_points(rng.normal(size=points)) for _ in range(100)]
        share = np.mean([found is not None and bool(found.breaks) for found in drawn])
        # About a tenth; two standard errors of a hundred draws are .06.
        assert share <= 0.16, points


def test_two_shifts_are_found_where_they_are() -> None:
    rng = np.random.default_rng(1)
    series = np.repeat([-1, 0.5, -0.2], [20, 15, 25]) + rng.normal(scale=0.1, size=60)
    found = change_points(series)
    assert found is not None
    assert found.breaks == (20, 35)
    assert found.means == pytest.approx((-1, 0.5, -0.2), abs=0.06)


@pytest.mark.parametrize(
    ("series", "options", "message"),
    [
        ([0.0, np.nan] * 5, {}, "leave out what is missing"),
        ([[0.0, 1.0]] * 5, {}, "one row of numbers"),
        ([0.0] * 9, {"shortest": 0}, "shortest 0, most 10: give at least 1 and 0"),
    ],
)
def test_what_is_no_series_is_refused(
    series: list[float], options: dict[str, int], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        change_points(series, **options)


SERIES = st.lists(st.integers(-2, 2), min_size=8, max_size=11).map(np.array)


@settings(deadline=None, max_examples=50)
@given(SERIES)
def test_no_other_breaks_leave_less(series: NDArray[np.int64]) -> None:
    found = change_points(series, shortest=2, most=2)
    assert found is not None
    for number, least in enumerate(found.squares):
        left = []
        for breaks in combinations(range(1, len(series)), number):
            parts = np.split(series, breaks)
            if min(map(len, parts)) >= 2:
                left.append(sum(float(((p - p.mean()) ** 2).sum()) for p in parts))
        assert least == pytest.approx(min(left), abs=1e-9)


@settings(deadline=None, max_examples=50)
@given(SERIES)
def test_turned_moved_or_scaled_a_series_breaks_where_it_did(series: NDArray[np.int64]) -> None:
    found = change_points(series)
    assert found is not None
    for again in (change_points(-series), change_points(0.5 * series + 3)):
        assert again is not None
        assert again.breaks == found.breaks
    back = change_points(series[::-1])
    assert back is not None
    # Equally good breaks may be others from behind; how good they are is the same.
    np.testing.assert_allclose(back.squares, found.squares, atol=1e-9)
