from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stancegraph.measure.agreement import agreement
from stancegraph.measure.interval import jeffreys

VALUES = st.dictionaries(
    st.sampled_from("abcdefgh"), st.sampled_from([-1.0, -0.5, 0.0, 0.5, 1.0]), max_size=8
)


def test_three_of_three_is_full_agreement_with_jeffreys_interval() -> None:
    found = agreement({"a": 1, "b": -1, "c": 0.5}, {"a": 1, "b": -0.5, "c": 1})
    assert (found.share, found.same, found.shared) == (1.0, 3, 3)
    assert found.interval is not None
    # METHODS, section D: 3 of 3 -> [.464, 1.0]
    assert found.interval == pytest.approx((0.464, 1.0), abs=5e-4)


def test_two_shared_options_are_insufficient() -> None:
    found = agreement({"a": 1, "b": 1}, {"a": 1, "b": 1})
    assert (found.same, found.share, found.interval) == (2, None, None)


def test_undecided_on_both_sides_is_not_agreement() -> None:
    found = agreement({"a": 0, "b": 0, "c": 0}, {"a": 0, "b": 0, "c": 0})
    assert (found.same, found.open, found.share) == (0, 3, 0.0)


def test_what_only_one_of_them_has_does_not_count() -> None:
    assert agreement({"a": 1}, {"b": 1}).shared == 0


@given(VALUES, VALUES)
def test_agreement_is_symmetric(a: dict[str, float], b: dict[str, float]) -> None:
    assert agreement(a, b) == agreement(b, a)


@given(VALUES, VALUES)
def test_agreement_survives_turning_every_sign(a: dict[str, float], b: dict[str, float]) -> None:
    turned = ({k: -v for k, v in x.items()} for x in (a, b))
    assert agreement(*turned) == agreement(a, b)


@given(VALUES)
def test_nobody_differs_from_itself(a: dict[str, float]) -> None:
    assert agreement(a, a).opposite == 0


@given(st.integers(0, 60).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_an_interval_holds_its_share_and_mirrors(pair: tuple[int, int]) -> None:
    same, shared = pair
    low, high = jeffreys(same, shared)
    assert 0 <= low <= high <= 1
    if 0 < same < shared:
        assert low <= same / shared <= high
    mirrored = jeffreys(shared - same, shared)
    assert (low, high) == pytest.approx((1 - mirrored[1], 1 - mirrored[0]))


def test_more_than_all_cannot_agree() -> None:
    with pytest.raises(ValueError, match="4 of 3"):
        jeffreys(4, 3)


def test_intervals_equal_those_of_another_program(shared: Path) -> None:
    reference = json.loads((shared / "reference/agreement_change_opinion_ca.json").read_text())
    assert len(reference["intervals"]) > 3
    for row in reference["intervals"]:
        assert jeffreys(row["k"], row["n"]) == pytest.approx(row["jeffreys"], abs=1e-9)
