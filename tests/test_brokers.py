"""Who stands between groups, as a question, and chance drawn beside it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from itertools import combinations, product
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from numpy.typing import NDArray

from debates import debate_of, graph_of, said
from signed_networks import networks
from stancegraph.answer.figure import Dots, Web
from stancegraph.answer.tying import Tying
from stancegraph.cli import main
from stancegraph.errors import StanceError, UnknownName
from stancegraph.graph import Graph, load
from stancegraph.measure.brokerage import ROLES, across, brokerage
from stancegraph.model import Debate, Membership

OPTIONS = ("ann", "bob", "cem", "dan", "eve", "fay")


def held(signs: Mapping[str, str], memberships: Mapping[str, str] | None = None) -> Graph:
    """A debate of own words: + for and - against each option in turn."""
    sides = {"+": "supports", "-": "opposes"}
    debate = debate_of(
        *(
            said(f"{actor}-{option}", actor, option, sides[sign], "2024-05-01")
            for actor, of in signs.items()
            for option, sign in zip(OPTIONS, of, strict=False)
            if sign != " "
        )
    )
    inside = tuple(Membership(member=m, organization=o) for m, o in (memberships or {}).items())
    return Graph(replace(debate, memberships=inside), Debate(id="reference", title="None"))


BETWEEN = {"pol": "+++   ", "deu": "++++++", "fra": "   +++"}
"""deu shares three options with each of the others, who share none."""


def test_whoever_alone_shares_with_two_stands_between_them() -> None:
    answer = held(BETWEEN).brokers()
    first = answer.rows[0]
    assert (first.actor, first.total, first.betweenness, first.betweenness_rank) == ("deu", 2, 1, 1)
    assert answer.more["open_pairs"] == answer.more["connected_pairs"] == 1
    # One bloc: a pair within it is nobody's to bridge.
    assert (first.coordinator, first.between_groups, first.between_foes) == (2, 0, 0)
    assert "Nobody stands between groups" in answer.verdict
    assert answer.flags == ("thin",)


def test_groups_can_be_members_of_an_organization() -> None:
    graph = held(BETWEEN, {"pol": "paper", "deu": "paper"})
    first = graph.brokers(by="paper").rows[0]
    assert (first.actor, first.group) == ("deu", "The Paper")
    # pol and deu inside, fra outside: once each way.
    assert (first.representative, first.gatekeeper, first.between_groups) == (1, 1, 1)
    # Of three possible ties two are: (2/3)^2 (1/3) for the one pair.
    assert first.between_groups_expected == pytest.approx(4 / 27)
    assert first.gatekeeper_expected == pytest.approx(4 / 27)


def test_foes_are_told_from_those_who_share_too_little() -> None:
    # pol and fra meet on three options too, and differ.
    answer = held({"pol": "+++++-", "deu": "+++++ ", "fra": "-++  +"}).brokers(
        tying=Tying(min_shared=3)
    )
    # pol-deu: 5 of 5. deu-fra: 1 of 3. pol-fra: 2 same, 2 opposite: no tie.
    first = answer.rows[0]
    assert (first.actor, first.total, first.between_foes) == ("deu", 2, 0)
    answer = held({"pol": "+++++-", "deu": "+++++ ", "fra": "--++ +"}).brokers()
    # deu-fra: 2 - 2, no tie.
    assert "insufficient" in answer.flags
    assert "nobody is a friend of two others" in answer.verdict


def test_friends_all_need_no_broker() -> None:
    answer = held({"pol": "+++", "deu": "+++", "fra": "+++"}).brokers()
    assert answer.verdict == (
        "Nobody is needed as a broker: all 3 pairs with a common friend are friends themselves."
    )


@pytest.mark.parametrize("signs", [{}, {"pol": "+++"}])
def test_too_few_are_told_to_be_too_few(signs: dict[str, str]) -> None:
    answer = held(signs).brokers()
    assert "insufficient" in answer.flags
    assert answer.verdict.startswith("Too thin to say")
    assert json.dumps(answer.to_dict())


def test_the_debate_is_too_thin_and_what_is_known_is_said() -> None:
    answer = load().brokers()
    assert answer.flags == ("contested", "hearsay only", "insufficient", "thin")
    assert any("Known of allied-interception" in note for note in answer.notes)


def test_the_sample_has_one_pair_and_nobody_beyond_chance(dna: str) -> None:
    answer = load(dna).brokers()
    assert answer.more["open_pairs"] == 1
    assert answer.rows[0].actor == "sierra-club"
    assert all(r.p == 1 for r in answer.rows)


def test_one_party_stands_between_the_blocs_on_iraq(iraq: str) -> None:
    answer = load(iraq).brokers()
    first = answer.rows[0]
    assert (first.actor, first.gatekeeper) == ("labour", first.between_groups)
    assert first.p < 0.01
    assert "Labour stands between groups more than chance would give." in answer.verdict
    assert {c.holder for c in answer.evidence} >= {"labour"}
    dots, web = answer.figures
    assert isinstance(dots, Dots)
    assert isinstance(web, Web)
    assert dots.rows[0].label == "Labour"
    assert {n.label for n in web.nodes if n.size == 1} == {"Labour"}


def test_states_by_alliance_have_few_open_pairs(un: str) -> None:
    answer = load(un).brokers(by="nato,eu", filters={"session": ("73",)})
    assert answer.verdict.startswith("Hardly anybody needs a broker")
    groups = {g["group"]: len(g["members"]) for g in answer.more["groups"]}
    assert sum(groups.values()) == answer.more["actors"] == 193
    assert set(groups) == {"NATO", "European Union", "NATO and European Union", "in none of them"}


def test_reproducing_gives_the_same_answer(iraq: str) -> None:
    answer = load(iraq).brokers(by="kind", seed=3, tying=Tying(min_shared=4))
    done = CliRunner().invoke(main, [*answer.reproduce.split()[1:], "-f", "json"])
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout) == answer.to_dict()


@pytest.mark.parametrize(
    ("by", "error", "message"),
    [
        ("natoo", UnknownName, "did you mean"),
        (",", StanceError, "groups by ',': give blocs, kind or names of organisations"),
        ("pol", StanceError, "no members of Poland are on record"),
    ],
)
def test_groups_that_are_none_are_refused(by: str, error: type[StanceError], message: str) -> None:
    with pytest.raises(error, match=message):
        load().brokers(by=by)


def test_a_seed_below_zero_is_refused() -> None:
    done = CliRunner().invoke(main, ["brokers", "--seed", "-1"])
    assert done.exit_code == 2
    assert "-1 is not in the range x>=0" in done.output


def drawn(size: int, density: float, groups: list[int]) -> tuple[NDArray[Any], NDArray[Any]]:
    """The mean and variance of each role over all symmetric networks, by their chances."""
    pairs = list(combinations(range(size), 2))
    mean, square = np.zeros((2, size, len(ROLES) + 1))
    for ties in product([0, 1], repeat=len(pairs)):
        network = np.zeros((size, size))
        for (i, j), tied in zip(pairs, ties, strict=True):
            network[i, j] = network[j, i] = tied
        chance = density ** sum(ties) * (1 - density) ** (len(pairs) - sum(ties))
        count = brokerage(network, groups).count
        mean += chance * count
        square += chance * count**2
    return mean, square - mean**2


def test_chance_of_mutual_ties_is_that_of_all_networks_by_enumeration() -> None:
    groups = [0, 0, 1, 2]
    network = np.zeros((4, 4))
    for i, j in ((0, 1), (1, 2)):
        network[i, j] = network[j, i] = 1
    found = brokerage(network, groups, is_mutual=True)
    mean, variance = drawn(4, 2 / 6, groups)
    np.testing.assert_allclose(found.expected, mean, atol=1e-12)
    np.testing.assert_allclose(found.deviation**2, variance, atol=1e-12)


def test_pairs_of_different_groups_are_as_likely_as_all_networks_say() -> None:
    groups = [0, 0, 1, 2]
    network = np.zeros((4, 4))
    for i, j in ((0, 1), (1, 2), (1, 3)):
        network[i, j] = network[j, i] = 1
    found = across(network, groups, draws=200_000)
    # 1 is a friend of 0, 2 and 3, none of whom are friends: three pairs, all of different groups.
    assert found.count.tolist() == [0, 3, 0, 0]
    # As many needs its three ties and none of the other three: 1/2 to the sixth.
    assert found.p[1] == pytest.approx(1 / 64, rel=0.02)
    assert found.expected[1] == pytest.approx(3 / 8)
    assert found.p[[0, 2, 3]].tolist() == [1, 1, 1]


@settings(deadline=None, max_examples=30)
@given(networks())
def test_pairs_of_different_groups_are_gatekeepers_and_liaisons(network: NDArray[Any]) -> None:
    groups = [n % 3 for n in range(len(network))]
    counts = brokerage(network, groups).count
    found = across(network, groups, draws=50)
    assert found.count.tolist() == (counts[:, 3] + counts[:, 4] // 2).tolist()
    assert ((found.p > 0) & (found.p <= 1)).all()
    assert across(network, groups, draws=50).p.tolist() == found.p.tolist()


def test_help_teaches_the_roles() -> None:
    done = CliRunner().invoke(main, ["brokers", "--help"])
    assert done.exit_code == 0
    assert "Five roles say between whom" in " ".join(done.output.split())
    assert graph_of().brokers().flags == ("insufficient",)


def test_what_rests_on_others_word_is_said() -> None:
    told = [
        said(f"{a}-{o}", a, o, "supports", "2024-05-01", by="expert")
        for a in ("pol", "deu", "fra")
        for o in OPTIONS[:3]
    ]
    graph = graph_of(*told)
    for answer in (graph.brokers(), graph.balance(), graph.backbone()):
        assert "hearsay only" in answer.flags
        assert any("Rests on hearsay: all 9 positions" in note for note in answer.notes)
    own = graph_of(*told[:-1], said("fra-cem", "fra", "cem", "supports", "2024-05-02"))
    assert "hearsay only" not in own.balance().flags
    assert any("8 of 9 positions" in note for note in own.balance().notes)


def test_ties_by_few_options_are_flagged_as_thin() -> None:
    graph = held({"pol": "++", "deu": "++", "fra": "++"})
    for answer in (
        graph.balance(tying=Tying(min_shared=2)),
        graph.brokers(tying=Tying(min_shared=2)),
        graph.backbone(tying=Tying(min_shared=2)),
    ):
        assert "thin" in answer.flags
