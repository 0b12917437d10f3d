from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stancegraph.measure.discourse import Aggregation, Design, Normalization, one_mode, two_mode
from stancegraph.measure.discourse_kernels import (
    Kernel,
    Smoothing,
    smoothed_one_mode,
    smoothed_two_mode,
    to_unit_sum,
    weights,
)
from stancegraph.measure.discourse_statements import (
    InvalidStatements,
    Statements,
    boolean,
    integer,
    statements,
    text,
)
from stancegraph.measure.discourse_windows import Unit, event_windows, shifted, whole_units, windows

DAYS = ["2005-01-26", "2005-01-28", "2005-01-28", "2005-01-31", None]
SUBTRACT = Design("who", "what", "agrees", Aggregation.SUBTRACT)


def table() -> Statements:
    return statements(
        {
            "who": text(["a", "b", "a", "b", "c"]),
            "what": text(["x"] * 5),
            "agrees": boolean([1, 1, 0, 0, 1]),
        },
        time=DAYS,
    )


def days_of(width: int) -> list[tuple[str, list[int]]]:
    return [
        (str(window.centre)[:10], window.statements.ids.tolist())
        for window in windows(table(), width, Unit.DAYS)
    ]


def test_a_window_of_one_unit_holds_one_moment() -> None:
    assert days_of(1) == [
        ("2005-01-26", [0]),
        ("2005-01-27", []),
        ("2005-01-28", [1, 2]),
        ("2005-01-29", []),
        ("2005-01-30", []),
        ("2005-01-31", [3]),
    ]


def test_a_window_lies_within_the_range_and_includes_both_ends() -> None:
    # Centres on the 28th and 29th alone are two days from both the 26th and the 31st.
    assert days_of(5) == [("2005-01-28", [0, 1, 2]), ("2005-01-29", [1, 2, 3])]


def test_widths_of_two_and_three_are_the_same_as_in_dna() -> None:
    assert days_of(2) == days_of(3)


def test_a_window_as_wide_as_the_range_holds_everything_dated() -> None:
    [window] = windows(table(), 6, Unit.DAYS, since="2005-01-26", until="2005-02-01")
    assert len(window.statements) == 4
    assert (str(window.first)[:10], str(window.last)[:10]) == ("2005-01-26", "2005-02-01")


def test_windows_of_months_step_to_the_last_day_of_short_months() -> None:
    rare = statements({"who": text(["a", "a"])}, time=["2005-01-31", "2005-04-30"])
    centres = [str(window.centre)[:10] for window in windows(rare, 1, Unit.MONTHS)]
    assert centres == ["2005-01-31", "2005-02-28", "2005-03-28", "2005-04-28"]


@pytest.mark.parametrize("times", [[], [None]])
def test_without_dated_statements_there_is_no_window(times: list[str | None]) -> None:
    nothing = statements({"who": text(["a"] * len(times))}, time=times)
    assert list(windows(nothing, 1, Unit.YEARS)) == []


def test_windows_of_events_hold_so_many_statements_in_a_fixed_order() -> None:
    found = [window.statements.ids.tolist() for window in event_windows(table(), 3)]
    assert found == [[0, 1, 2], [1, 2, 3], [2, 3, 4]]
    assert list(event_windows(table(), 6)) == []


def test_an_empty_width_is_refused() -> None:
    with pytest.raises(InvalidStatements, match="a window of 0 days is empty"):
        next(windows(table(), 0, Unit.DAYS))
    with pytest.raises(InvalidStatements, match="a window of 0 statements is empty"):
        next(event_windows(table(), 0))
    with pytest.raises(InvalidStatements, match="a kernel of 0 days reaches nothing"):
        next(smoothed_two_mode(table(), SUBTRACT, Smoothing(Kernel.UNIFORM, 0, Unit.DAYS)))


MOMENTS = st.datetimes().map(lambda moment: np.datetime64(moment, "s"))


@settings(deadline=None)
@given(moment=MOMENTS, steps=st.integers(-500, 500), unit=st.sampled_from(Unit))
def test_whole_units_undo_a_shift(moment: np.datetime64, steps: int, unit: Unit) -> None:
    moved = shifted(moment, steps, unit)
    found = int(whole_units(np.array([moment]), moved, unit)[0])
    # Where a month is too short, the step arrives some days early and is not whole.
    is_cut = unit in {Unit.MONTHS, Unit.YEARS} and str(moment)[-11:-9] != str(moved)[-11:-9]
    assert found == steps or (is_cut and found == steps - np.sign(steps))


@pytest.mark.parametrize("kernel", Kernel)
def test_kernels_weigh_before_and_after_alike(kernel: Kernel) -> None:
    u = np.linspace(-1.5, 1.5, 301)
    found = weights(u, kernel)
    assert found == pytest.approx(found[::-1])
    assert (found >= 0).all()
    if kernel != Kernel.GAUSSIAN:
        # A kernel is a density; the gaussian has a quarter of its mass beyond the range.
        assert np.trapezoid(found, u) == pytest.approx(1, abs=0.01)


def test_kernels_of_dna_weigh_what_is_later_more() -> None:
    u = np.array([-1.0, -0.5, 0.0, 0.5, 1.0])
    triangular = weights(u, Kernel.TRIANGULAR, dna_compatible=True)
    assert triangular.tolist() == [2.0, 1.5, 1.0, 0.5, 0.0]
    epanechnikov = weights(u, Kernel.EPANECHNIKOV, dna_compatible=True)
    assert epanechnikov.tolist() == [3.0, 1.6875, 0.75, 0.1875, 0.0]


def test_smoothing_weighs_statements_by_their_distance_in_time() -> None:
    smoothing = Smoothing(Kernel.TRIANGULAR, 3, Unit.DAYS)
    slices = list(smoothed_two_mode(table(), SUBTRACT, smoothing))
    assert [str(part.centre)[:10] for part in slices] == ["2005-01-28", "2005-01-29"]
    assert [part.network.rows for part in slices] == [("a", "b", "c")] * 2
    # By hand: with a reach of 2 days, weights are 1 on the day and 1/2 a day off.
    assert [part.network.matrix[:, 0].tolist() for part in slices] == [[-1, 1, 0], [-0.5, 0.5, 0]]


def test_a_smoothed_tie_sums_the_roots_of_both_weights() -> None:
    smoothing = Smoothing(Kernel.TRIANGULAR, 8, Unit.DAYS, is_indented=False)
    first = next(smoothed_one_mode(table(), SUBTRACT, smoothing))
    # By hand: weights 1 (a+), 1/2 (a-), 1/2 (b+); what is five days off weighs nothing.
    assert first.network.matrix[0, 1] == pytest.approx(0.5**0.5 - 0.5)
    assert not first.network.matrix.diagonal().any()


def test_a_kernel_that_reaches_all_alike_gives_the_plain_network_times_its_weight() -> None:
    dated = table().where(slice(0, 4))
    for aggregation in (Aggregation.IGNORE, Aggregation.CONGRUENCE, Aggregation.SUBTRACT):
        smoothing = Smoothing(Kernel.UNIFORM, 20, Unit.DAYS, is_indented=False)
        for normalization, factor in {
            Normalization.NO: 0.5,
            Normalization.AVERAGE: 0.5**0.5,
            Normalization.COSINE: 1.0,
        }.items():
            design = Design("who", "what", "agrees", aggregation, normalization)
            plain = one_mode(dated, design).matrix
            for part in smoothed_one_mode(dated, design, smoothing):
                assert part.network.matrix == pytest.approx(plain * factor)


def test_what_a_kernel_does_not_reach_sets_no_level_of_combine() -> None:
    combine = Design("who", "what", "agrees", Aggregation.COMBINE)
    smoothing = Smoothing(Kernel.UNIFORM, 2, Unit.DAYS, is_indented=False)
    first = next(smoothed_two_mode(table(), combine, smoothing))
    assert first.network.matrix[:, 0].tolist() == [1, 0, 0]


def test_the_gaussian_reaches_every_dated_statement() -> None:
    smoothing = Smoothing(Kernel.GAUSSIAN, 2, Unit.DAYS, is_indented=False)
    first = next(smoothed_two_mode(table(), Design("who", "what"), smoothing))
    assert (first.network.matrix[:, 0] > 0).tolist() == [True, True, False]


def test_smoothing_keeps_within_the_asked_range() -> None:
    smoothing = Smoothing(Kernel.UNIFORM, 2, Unit.DAYS, is_indented=False, since="2005-01-27")
    first = next(smoothed_two_mode(table(), Design("who", "what"), smoothing))
    assert str(first.centre)[:10] == "2005-01-27"
    assert first.network.matrix[:, 0].tolist() == [0.5, 0.5, 0]


def test_dna_takes_the_places_of_levels_sorted_as_texts() -> None:
    scale = statements(
        {"who": text(["a", "b"]), "what": text(["x", "x"]), "stance": integer([2, 10])},
        time=["2005-01-26"] * 2,
    )
    design = Design("who", "what", "stance", Aggregation.SUBTRACT)
    smoothing = Smoothing(Kernel.UNIFORM, 2, Unit.DAYS, is_indented=False)
    [right], [dna] = (
        list(smoothed_two_mode(scale, design, smoothing, dna_compatible=compatible))
        for compatible in (False, True)
    )
    assert right.network.matrix[:, 0].tolist() == [1, 5]
    # "10" stands before "2": places 0 and 1.
    assert dna.network.matrix[:, 0].tolist() == [0.5, 0]


def test_dna_sees_no_conflict_of_names_in_smoothed_networks() -> None:
    frames = statements(
        {"who": text(["a", "b"]), "what": text(["x", "x"]), "frame": text(["cost", "law"])},
        time=["2005-01-26"] * 2,
    )
    smoothing = Smoothing(Kernel.UNIFORM, 2, Unit.DAYS, is_indented=False)
    values = {
        (aggregation, compatible): round(float(part.network.matrix[0, 1]), 9)
        for aggregation, compatible in product(
            [Aggregation.CONGRUENCE, Aggregation.CONFLICT], [False, True]
        )
        for part in smoothed_one_mode(
            frames,
            Design("who", "what", "frame", aggregation),
            smoothing,
            dna_compatible=compatible,
        )
    }
    assert values == {
        (Aggregation.CONGRUENCE, False): 0,
        (Aggregation.CONGRUENCE, True): 0.5,
        (Aggregation.CONFLICT, False): 0.5,
        (Aggregation.CONFLICT, True): 0,
    }


def test_a_network_of_zeros_keeps_its_sum() -> None:
    nothing = two_mode(table().where(slice(0, 0)), Design("who", "what"), isolates=table())
    assert to_unit_sum(nothing).matrix.tolist() == [[0], [0], [0]]
