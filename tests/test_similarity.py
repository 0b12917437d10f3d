from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stancegraph.measure.decay import effective_number, half_life_weights
from stancegraph.measure.interval import jeffreys
from stancegraph.measure.levels import MISSING, level_matrix
from stancegraph.measure.nearer import probability_nearer
from stancegraph.measure.similarity import (
    MEASURES,
    Values,
    alpha,
    coincidence,
    estimate,
    kappa,
    raw_agreement,
    s_absolute,
    s_squared,
    scott_pi,
    shared,
    sided,
    yes_no_agreement,
)
from stancegraph.measure.tables import Table, pair_table, pair_tables, squared_weight_tables

Rows = list[dict[str, str]]


@pytest.fixture(scope="module")
def dyads(shared: Path) -> Rows:
    """57 dyad-years of UN votes, with measures computed by R packages."""
    with (shared / "reference/un_dyads.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def dyad_tables(dyads: Rows) -> Table:
    cells = [["nn", "na_", "ny"], ["an", "aa", "ay"], ["yn", "ya", "yy"]]
    return np.array([[[float(d[c]) for d in dyads] for c in row] for row in cells])


@pytest.fixture(scope="module")
def other_programs(shared: Path) -> dict[str, dict[str, object]]:
    path = shared / "reference/agreement_change_opinion_ca.json"
    found: dict[str, dict[str, object]] = json.loads(path.read_text(encoding="utf-8"))
    return found


# The packages print all digits, but irrCAC five.
COLUMNS = [
    ("n_joint", shared, 0),
    ("n_yesno", sided, 0),
    ("agree3", raw_agreement, 1e-12),
    ("agree2", yes_no_agreement, 1e-12),
    ("S_abs", s_absolute, 1e-12),
    ("S_sq", s_squared, 1e-12),
    ("kappa_unw_irr", MEASURES["kappa"].value, 1e-12),
    ("kappa_unw_psych", MEASURES["kappa"].value, 1e-12),
    ("kappa_sq_irr", kappa, 1e-12),
    ("kappa_sq_psych", kappa, 1e-12),
    ("pi_unw_fleiss_irr", MEASURES["pi"].value, 1e-12),
    ("pi_unw_irrCAC", MEASURES["pi"].value, 6e-6),
    ("pi_sq_irrCAC", scott_pi, 6e-6),
    ("alpha_nominal_irr", lambda t: alpha(t, metric="nominal"), 1e-12),
    ("alpha_ordinal_irr", lambda t: alpha(t, metric="ordinal"), 1e-12),
    ("alpha_interval_irr", alpha, 1e-12),
]


@pytest.mark.parametrize(("column", "measure", "within"), COLUMNS, ids=[c[0] for c in COLUMNS])
def test_un_dyads_equal_other_programs(
    dyads: Rows, dyad_tables: Table, column: str, measure: Callable[[Table], Values], within: float
) -> None:
    expected = [float(dyad[column]) for dyad in dyads]
    np.testing.assert_allclose(measure(dyad_tables), expected, rtol=0, atol=within)


def test_kappa_intervals_equal_those_of_psych(dyads: Rows, dyad_tables: Table) -> None:
    found = estimate(dyad_tables, "kappa")
    # Where all is agreed (Hungary and Poland, 1963) psych gives 1 to 1: we do not.
    agreed = found.agreement == 1
    assert agreed.sum() == 1
    assert found.low[agreed] == pytest.approx(0.857, abs=5e-4)
    for column, ours in (("kappa_unw_lo95_psych", found.low), ("kappa_unw_hi95_psych", found.high)):
        expected = np.array([float(dyad[column]) for dyad in dyads])
        np.testing.assert_allclose(ours[~agreed], expected[~agreed], rtol=0, atol=1e-12)


def test_nearly_all_is_agreed_and_kappa_denies_it() -> None:
    # METHODS, section B: Russia and China in 1990 agree on .892, with a kappa of -.05. The table
    # was counted from their 83 votes: 74 times both yes, 4 times either alone abstained.
    for name in ("kappa", "kappa_squared"):
        found = estimate([[0, 0, 0], [0, 0, 4], [1, 4, 74]], name).at()
        assert (found.agreement, found.value) == pytest.approx((0.892, -0.051), abs=5e-4)


def test_single_tables_equal_other_programs(other_programs: dict[str, dict[str, object]]) -> None:
    nine = other_programs["scott_pi_1to9"]
    table = nine["table"]
    assert isinstance(table, list)
    nominal = [f(table, distance="nominal") for f in (kappa, scott_pi)]
    assert nominal == pytest.approx([nine["kappa"], nine["pi"]], abs=6e-6)
    assert [float(kappa(table)), float(scott_pi(table))] == pytest.approx(
        [nine["kappa_sq"], nine["pi_sq"]], abs=6e-5
    )
    assert alpha(table, metric="nominal") == pytest.approx(nine["alpha_nominal"], abs=1e-12)
    assert alpha(table) == pytest.approx(nine["alpha_interval"], abs=1e-12)


def test_two_by_two_equals_the_textbook(other_programs: dict[str, dict[str, object]]) -> None:
    # Rater B down, rater A across: 20 yes-yes, 5 yes-no, 10 no-yes, 15 no-no.
    book, table = other_programs["cohen_2x2"], [[15, 10], [5, 20]]
    ends = book["psych_ci"]
    assert isinstance(ends, list)
    found = estimate(table, "kappa").at()
    assert found.value == pytest.approx(book["kappa"])
    assert found.interval == pytest.approx((ends[0], ends[2]), abs=1e-12)
    assert estimate(table, "pi").at().value == pytest.approx(book["pi"], abs=6e-6)
    assert estimate(table, "alpha_nominal").at().value == pytest.approx(book["alpha"])


def test_six_levels_of_two_raters_equal_irr(other_programs: dict[str, dict[str, object]]) -> None:
    anxiety = other_programs["irr_anxiety"]
    ratings = np.array(anxiety["data"])
    table = pair_table(ratings[:, 0], ratings[:, 1], levels=range(1, 7))
    assert kappa(table) == pytest.approx(anxiety["kappa2_squared_12"], abs=1e-12)
    assert kappa(table, distance="nominal") == pytest.approx(anxiety["kappa2_unw_12"], abs=1e-12)


def test_moments_of_votes_give_the_squared_forms() -> None:
    # Haege 2011: kappa and pi written with sums of the votes themselves.
    x, y = np.array([1, 1, 0, -1, 1, 0, -1]), np.array([1, 0, 0, -1, -1, 1, -1])
    n, apart, squares = len(x), ((x - y) ** 2).sum(), (x**2).sum() + (y**2).sum()
    table = pair_table(x, y)
    assert kappa(table) == pytest.approx(1 - apart / (squares - 2 / n * x.sum() * y.sum()))
    by_pi = 1 - apart / (squares - (x.sum() + y.sum()) ** 2 / (2 * n))
    assert scott_pi(table) == pytest.approx(by_pi)


def test_s_weighs_options_by_their_weights() -> None:
    # Apart by 0, 1, 2 with weights 1, 2, 3: S = 1 - 2 * 8 / (2 * 6); squared 1 - 2 * 14 / (4 * 6).
    table = pair_table([1, 1, 1], [1, 0, -1], weights=[1, 2, 3])
    assert s_absolute(table) == pytest.approx(-1 / 3)
    assert s_squared(table) == pytest.approx(-1 / 6)


def test_coincidence_is_half_of_s_and_one() -> None:
    # (same + partial / 2) / n with 2 same, 1 partial, 1 opposed.
    table = pair_table([1, 0, 1, -1], [1, 0, 0, 1])
    assert coincidence(table) == pytest.approx(2.5 / 4)


@pytest.mark.parametrize("name", MEASURES)
def test_nothing_shared_is_undefined(name: str) -> None:
    found = estimate(pair_table([1, MISSING], [MISSING, 1]), name).at()
    assert (found.value, found.n, found.interval, found.agreement) == (None, 0, None, None)


@pytest.mark.parametrize("name", [name for name in MEASURES if name.startswith(("k", "p", "al"))])
def test_no_variation_is_undefined_beside_full_agreement(name: str) -> None:
    found = estimate(pair_table([1, 1, 1], [1, 1, 1]), name).at()
    assert (found.value, found.interval, found.n, found.agreement) == (None, None, 3, 1.0)


def test_full_agreement_with_variation_is_one_with_width() -> None:
    found = estimate(pair_table([1, 0, -1], [1, 0, -1]), "kappa").at()
    assert found.value == 1
    assert found.interval is not None
    # Jeffreys of 0 of 3 ends at .536; chance alone would disagree on 2 of 3.
    assert found.interval == pytest.approx((1 - 0.535583243043 / (2 / 3), 1))


def test_a_share_has_the_interval_of_jeffreys() -> None:
    found = estimate([[1, 0], [0, 2]]).at()
    assert found.interval == pytest.approx(jeffreys(3, 3))
    s = estimate([[1, 0], [0, 2]], "s_absolute").at()
    assert s.interval == pytest.approx([2 * end - 1 for end in jeffreys(3, 3)])


def test_a_strange_level_is_refused() -> None:
    with pytest.raises(ValueError, match=r"level 2 is not one of \(-1, 0, 1\)"):
        pair_tables(level_matrix([[1, 2]]))


def test_rows_of_tables_are_those_of_all() -> None:
    levels = level_matrix([[1, 0, -1], [1, None, 1], [0, 0, None]])
    np.testing.assert_array_equal(
        pair_tables(levels, rows=slice(1, 3)), pair_tables(levels)[:, :, 1:3]
    )


VOTES = st.lists(
    st.tuples(*[st.sampled_from([-1, 0, 1, MISSING])] * 2), min_size=0, max_size=25
).map(lambda pairs: np.array(pairs, dtype=np.int8).reshape(-1, 2).T)


def measured(x: np.ndarray, y: np.ndarray, **options: object) -> dict[str, list[float]]:
    table = pair_table(x, y, **options)  # type: ignore[arg-type]
    found = {name: estimate(table, name) for name in MEASURES}
    return {k: [float(v) for v in (e.value, e.n, e.low, e.high)] for k, e in found.items()}


def assert_same(a: dict[str, list[float]], b: dict[str, list[float]]) -> None:
    for name in MEASURES:
        np.testing.assert_allclose(a[name], b[name], rtol=0, atol=1e-9, err_msg=name)


@settings(deadline=None)
@given(VOTES)
def test_every_measure_is_symmetric(votes: np.ndarray) -> None:
    assert_same(measured(*votes), measured(*votes[::-1]))


@settings(deadline=None)
@given(VOTES)
def test_every_measure_survives_turning_signs_and_order(votes: np.ndarray) -> None:
    turned = np.where(votes == MISSING, MISSING, -votes)[:, ::-1]
    assert_same(measured(*votes), measured(*turned))


@settings(deadline=None)
@given(VOTES)
def test_every_measure_stays_in_its_range_and_interval(votes: np.ndarray) -> None:
    for name, (value, n, low, high) in measured(*votes).items():
        if np.isnan(value):
            assert np.isnan(low)
            assert np.isnan(high)
            continue
        assert -1 - 1e-9 <= value <= 1 + 1e-9, name
        assert n > 0
        assert -1 <= low <= high <= 1


@settings(deadline=None)
@given(VOTES)
def test_pi_is_never_above_kappa(votes: np.ndarray) -> None:
    table = pair_table(*votes)
    if not np.isnan(kappa(table)):
        assert scott_pi(table) <= kappa(table) + 1e-12


@settings(deadline=None)
@given(VOTES)
def test_all_at_once_equals_one_by_one(votes: np.ndarray) -> None:
    tables = pair_tables(votes)
    for name in MEASURES:
        many, one = estimate(tables, name), estimate(pair_table(*votes), name)
        np.testing.assert_allclose(many.value[0, 1], one.value, atol=1e-12)
        np.testing.assert_allclose(many.low[0, 1], one.low, atol=1e-12)


@settings(deadline=None)
@given(VOTES)
def test_an_infinite_half_life_is_no_weight_at_all(votes: np.ndarray) -> None:
    ages = np.arange(votes.size).reshape(votes.shape) * 10.0
    weights = half_life_weights(ages, half_life=float("inf"))
    plain, weighted = pair_tables(votes), pair_tables(votes, weights=weights)
    np.testing.assert_array_equal(plain, weighted)
    squares = squared_weight_tables(votes, weights)
    n = effective_number(shared(weighted), squares)
    np.testing.assert_array_equal(n, shared(plain))
    for name in MEASURES:
        found = estimate(weighted, name, effective=None if name == "yes_no_agreement" else n)
        expected = estimate(plain, name)
        for ours, theirs in zip(
            (found.value, found.low, found.high, found.n),
            (expected.value, expected.low, expected.high, expected.n),
            strict=True,
        ):
            np.testing.assert_array_equal(ours, theirs)


def test_old_positions_count_less_and_widen_the_interval() -> None:
    x, y, ages = [1, 1, 1, 1], [1, 1, 1, -1], [0, 180, 360, 0]
    weights = half_life_weights(ages)
    table = pair_table(x, y, weights=weights)
    # Weights 1, 1/2, 1/4, 1: agreed 1.75 of 2.75; n_eff = 2.75^2 / 2.3125.
    assert raw_agreement(table) == pytest.approx(1.75 / 2.75)
    squares = squared_weight_tables(np.array([x, y], dtype=np.int8), weights)[0, 1]
    n = effective_number(shared(table), squares)
    assert n == pytest.approx(2.75**2 / 2.3125)
    found = estimate(table, effective=n).at().interval
    assert found is not None
    assert found[1] - found[0] > jeffreys(3, 4)[1] - jeffreys(3, 4)[0]


def test_a_pair_is_weighed_by_the_mean_age_of_its_two_positions() -> None:
    weights = half_life_weights([[0.0], [360.0]])
    table = pair_tables(level_matrix([[1], [1]]), weights=weights)
    assert table[2, 2, 0, 1] == pytest.approx(0.5)


@pytest.mark.parametrize(("age", "half_life"), [(-1.0, 180.0), (1.0, 0.0), (1.0, float("nan"))])
def test_ages_below_nothing_are_refused(age: float, half_life: float) -> None:
    with pytest.raises(ValueError, match=r"above 0|below 0"):
        half_life_weights([age], half_life=half_life)


def test_nearer_is_the_integral_over_both_posteriors() -> None:
    # Beta(1/2, 1/2) and Beta(3/2, 1/2): with p = sin(t)^2 the distribution of the first is
    # 2t / pi and the density of the second 4 sin(t)^2 / pi, so that P(second > first) is
    # (8 / pi^2) * the integral of t sin(t)^2 from 0 to pi / 2 = 1/2 + 2 / pi^2.
    assert probability_nearer(1, 1, 0, 0) == pytest.approx(1 / 2 + 2 / np.pi**2, abs=1e-12)


@settings(deadline=None)
@given(*[st.integers(0, 400).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))] * 2)
def test_nearer_and_farther_add_up_to_one(b: tuple[int, int], c: tuple[int, int]) -> None:
    nearer, farther = probability_nearer(*b, *c), probability_nearer(*c, *b)
    assert nearer + farther == pytest.approx(1, abs=1e-9)
    mirrored = probability_nearer(c[1] - c[0], c[1], b[1] - b[0], b[1])
    assert nearer == pytest.approx(mirrored, abs=1e-9)


def test_more_than_all_cannot_be_nearer() -> None:
    with pytest.raises(ValueError, match="4 of 3"):
        probability_nearer(4, 3, 0, 0)
