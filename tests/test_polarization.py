from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from stancegraph.measure.polarization import esteban_ray, external_internal, polarization

Values = NDArray[np.float64]


def matrix_of(path: Path) -> tuple[list[str], Values]:
    with path.open(encoding="utf-8", newline="") as file:
        head, *rows = list(csv.reader(file))
    return head[1:], np.array([[float(x) for x in row[1:]] for row in rows])


def test_three_against_three_are_two_camps_where_dna_mixes_them(shared: Path) -> None:
    folder = shared / "reference/dna_camps"
    names, congruence = matrix_of(folder / "1m_camps_congruence_average.csv")
    _, conflict = matrix_of(folder / "1m_camps_conflict_average.csv")
    found = polarization(congruence - conflict)
    assert found is not None
    assert dict(zip(names, found.camps.tolist(), strict=True)) == {
        "A1": 0, "A2": 0, "A3": 0, "B1": 1, "B2": 1, "B3": 1,
    }  # fmt: skip
    # Two equal camps: 12 - 18 / 3 + 18 / 2 of 30.
    assert found.value == pytest.approx(0.5)
    assert found.is_exact
    theirs = folder / "polarization__greedy__k2__norm-T__camps.csv"
    with theirs.open(encoding="utf-8", newline="") as file:
        mixed = {row["node"]: row["membership"] for row in csv.DictReader(file)}
    assert {mixed[name] for name in ("A1", "A2", "A3")} == {"0", "1"}


@pytest.mark.parametrize("size", [2, 5, 12])
def test_two_equal_camps_are_as_polarized_whatever_their_size(size: int) -> None:
    camp = np.kron(np.eye(2), np.ones((size, size))) > 0
    network = np.where(camp, 1.0, -1.0) - np.eye(2 * size)
    found = polarization(network)
    assert found is not None
    assert found.value == pytest.approx(0.5)


def test_friends_only_are_not_polarized() -> None:
    found = polarization(np.ones((6, 6)) - np.eye(6))
    assert found is not None
    assert found.value == pytest.approx(0)
    assert found.camps.tolist() == [0] * 6
    assert polarization(np.zeros((3, 3))) is None


def test_polarization_falls_as_camps_mix() -> None:
    camp = np.kron(np.eye(2), np.ones((6, 6))) > 0
    network = np.where(camp, 1.0, -1.0) - np.eye(12)
    values = []
    for turned in range(0, 6, 2):
        mixed = network.copy()
        mixed[range(turned), range(6, 6 + turned)] = 1
        mixed[range(6, 6 + turned), range(turned)] = 1
        found = polarization(mixed)
        assert found is not None
        values.append(found.value)
    assert values == sorted(values, reverse=True)
    assert len(set(values)) == 3


def test_a_third_camp_is_found_when_asked_for() -> None:
    camp = np.kron(np.eye(3), np.ones((3, 3))) > 0
    network = np.where(camp, 1.0, -1.0) - np.eye(9)
    two, three = polarization(network, camps=2), polarization(network, camps=3)
    assert two is not None
    assert three is not None
    assert three.camps.tolist() == [0, 0, 0, 1, 1, 1, 2, 2, 2]
    assert two.value < three.value


def test_esteban_and_ray_by_hand(shared: Path) -> None:
    path = shared / "reference/closed_form.json"
    cases = json.loads(path.read_text(encoding="utf-8"))["esteban_ray_1994"]["hand_examples"]
    for case in cases:
        found = esteban_ray(case["y"], case["pi"], alpha=case["alpha"])
        assert found == pytest.approx(case["P"], abs=1e-12)


def test_two_equal_groups_at_the_ends_are_most_polarized() -> None:
    # (1/2)^(1 + alpha) times their distance: 2^-2.6 * 2.
    assert esteban_ray([-1, 1], alpha=1.6) == pytest.approx(2**-1.6)
    ends = esteban_ray([-1, 1])
    assert ends is not None
    for shares in ([0.4, 0.2, 0.4], [0.3, 0, 0.7], [1, 1, 1]):
        found = esteban_ray([-1, 0, 1], shares)
        assert found is not None
        assert 0 < found < ends


def test_places_turned_or_moved_are_as_polarized() -> None:
    at, shares = np.array([-1, 0.25, 1]), [0.2, 0.3, 0.5]
    found = esteban_ray(at, shares)
    assert esteban_ray(-at, shares) == pytest.approx(found)
    assert esteban_ray(at[::-1] + 7, shares[::-1]) == pytest.approx(found)
    assert esteban_ray(3 * at, shares) == pytest.approx(3 * (found or 0))


def test_nobody_has_no_polarization() -> None:
    assert esteban_ray([]) is None
    assert esteban_ray([1, 2], [0, 0]) is None
    assert esteban_ray([1]) == 0


@pytest.mark.parametrize(
    ("shares", "alpha", "message"),
    [
        (None, 0, "alpha 0: give more than 0 and at most 1.6"),
        (None, 1.7, "alpha 1.7"),
        ([1], 1, "give one of at least 0 for each of 2"),
        ([1, -1], 1, "give one of at least 0 for each of 2"),
    ],
)
def test_what_esteban_and_ray_exclude_is_refused(
    shares: list[float] | None, alpha: float, message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        esteban_ray([0, 1], shares, alpha=alpha)


def test_ties_within_and_between_groups_by_hand() -> None:
    # Between: 2; within: 1 and 3. (2 - 4) / 6; the foe does not count.
    network = [[0, 1, 2, -9], [1, 0, 0, 0], [2, 0, 0, 3], [-9, 0, 3, 0]]
    assert external_internal(network, ["a", "a", "b", "b"]) == pytest.approx(-1 / 3)
    assert external_internal(network, range(4)) == 1
    assert external_internal(network, [0] * 4) == -1
    assert external_internal(-np.ones((2, 2)) + np.eye(2), [0, 1]) is None
