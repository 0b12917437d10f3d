"""Measures as answers: by hand on small debates, and invariant under what must not matter."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from debates import debate_of, graph_of, said
from stancegraph.answer.measuring import MeasureName, Measuring
from stancegraph.answer.meeting import meeting
from stancegraph.cli import main
from stancegraph.errors import StanceError, UnknownName
from stancegraph.graph import Graph
from stancegraph.measure.agreement import agreement
from stancegraph.measure.nearer import probability_nearer
from stancegraph.model import Debate, Evidence, Membership

OPTIONS = ("ann", "bob", "cem", "dan", "eve")
POLARITY = {2: "supports", 1: "leans-support", 0: "undecided", -1: "leans-oppose", -2: "opposes"}


def voted(kind: str = "statement", day: str = "2024-05-01", **levels: str) -> list[Evidence]:
    """Make records of what actors say of the options: + for, - against, 0 between, or nothing."""
    sides = {"+": 2, "-": -2, "0": 0}
    return [
        said(f"{kind[0]}-{actor}-{option}", actor, option, POLARITY[sides[sign]], day, kind=kind)
        for actor, signs in levels.items()
        for option, sign in zip(OPTIONS, signs, strict=False)
        if sign != " "
    ]


def value(graph: Graph, measure: MeasureName, **more: Any) -> float | None:
    answer = graph.compare("pol", "deu", measuring=Measuring(measure=measure, **more))
    found = answer.more["value"]
    return None if found is None else float(found)


def test_every_measure_by_hand() -> None:
    """Of five options: same, same, opposite, and twice one apart by half the scale."""
    graph = graph_of(*voted(pol="++++0", deu="++-0-"))
    # Distances on 0 to 1: 0, 0, 1, 1/2, 1/2.
    assert value(graph, "agreement") == 2 / 5
    assert value(graph, "coincidence") == pytest.approx(1 - 2 / 5)
    assert value(graph, "s") == pytest.approx(1 - 2 * 2 / 5)
    assert value(graph, "s", distance="squared") == pytest.approx(1 - 2 * 1.5 / 5)
    # kappa, squared: x = 1,1,1,1,0 and y = 1,1,-1,0,-1: 1 - 6 / (4 + 4 - 2/5 * 4 * 0).
    assert value(graph, "kappa") == pytest.approx(1 - 6 / 8)
    # pi, squared: 1 - 6 / (8 - (4 + 0)^2 / 10).
    assert value(graph, "pi") == pytest.approx(1 - 6 / 6.4)
    # alpha, interval: 1 - (1 - pi)(2n - 1) / 2n.
    assert value(graph, "alpha") == pytest.approx(1 - (6 / 6.4) * 9 / 10)
    assert value(graph, "kappa", distance="nominal") == pytest.approx(
        # Agreed 2/5; expected: yes 4/5 * 2/5 + between 1/5 * 1/5.
        (0.4 - 0.36) / (1 - 0.36)
    )


def test_without_variation_a_measure_is_undefined_and_agreement_stands_beside() -> None:
    graph = graph_of(*voted(pol="+++++", deu="+++++"))
    answer = graph.compare("pol", "deu", measuring=Measuring(measure="kappa"))
    assert answer.more["value"] is None
    assert answer.more["raw_agreement"] == 1.0
    assert "undefined (no variation)" in answer.verdict.lower()


def test_two_abstentions_agree_as_votes_and_not_as_words() -> None:
    votes = graph_of(*voted("vote", pol="000+", deu="000+")).compare("pol", "deu")
    words = graph_of(*voted("statement", pol="000+", deu="000+")).compare("pol", "deu")
    assert (votes.more["same"], words.more["same"]) == (4, 1)
    assert [row.relation for row in votes.rows] == ["agree"] * 4


def test_below_the_least_number_a_measure_is_insufficient() -> None:
    graph = graph_of(*voted(pol="++++", deu="++++"))
    assert value(graph, "agreement") == 1
    assert value(graph, "agreement", min_shared=5) is None


def test_dates_and_fields_choose_the_records() -> None:
    graph = graph_of(*voted(pol="+++++", deu="+++++"), *voted("vote", "2024-06-01", deu="---"))
    assert graph.compare("pol", "deu").more["same"] == 2
    until = graph.compare("pol", "deu", as_of=date(2024, 5, 2))
    assert until.more["same"] == 5
    words = graph.compare("pol", "deu", filters={"kind": ("statement",)})
    assert words.more["same"] == 5
    since = graph.compare("pol", "deu", since=date(2024, 5, 15))
    assert since.more["shared"] == 0
    with pytest.raises(UnknownName, match="no field 'kin'; did you mean 'kind'"):
        graph.compare("pol", "deu", filters={"kin": ("vote",)})


def test_an_infinite_half_life_changes_nothing_and_a_short_one_weighs_by_age() -> None:
    told = [*voted(pol="+", deu="+"), *voted(day="2024-05-11", fra="+")]
    old = [replace(e, id=f"o{e.id}") for e in voted(day="2024-05-01", pol=" +++", deu=" +--")]
    graph = graph_of(*told, *old)
    plain = graph.compare("pol", "deu").more
    infinite = graph.compare("pol", "deu", measuring=Measuring(half_life=float("inf"))).more
    assert (infinite["value"], infinite["n"]) == (plain["value"], plain["n"])
    # All are of one day, so all weigh the same: the value stays, and so does the effective n.
    short = graph.compare("pol", "deu", measuring=Measuring(half_life=1)).more
    assert short["value"] == pytest.approx(plain["value"])
    assert short["n"] == pytest.approx(plain["shared"])


def test_weights_move_the_value() -> None:
    told = [
        said("a1", "pol", "ann", "supports", "2024-05-01", sure="certain"),
        said("a2", "deu", "ann", "supports", "2024-05-01", sure="certain"),
        said("b1", "pol", "bob", "supports", "2024-05-01", sure="possible"),
        said("b2", "deu", "bob", "opposes", "2024-05-01", sure="possible"),
        said("c1", "pol", "cem", "supports", "2024-05-01", sure="possible"),
        said("c2", "deu", "cem", "opposes", "2024-05-01", sure="possible"),
    ]
    # Certain weighs 1 and possible 1/2: one of 1 + 1/2 + 1/2.
    assert value(graph_of(*told), "agreement", weight="confidence") == pytest.approx(1 / 2)
    with pytest.raises(UnknownName, match="no field 'importance'"):
        value(graph_of(*told), "agreement", weight="importance")


def test_a_distance_that_a_measure_has_not_is_refused() -> None:
    with pytest.raises(StanceError, match="agreement takes no distance 'nominal', only none"):
        value(graph_of(*voted(pol="+++", deu="+++")), "agreement", distance="nominal")


LEVELS = st.dictionaries(st.sampled_from(OPTIONS), st.sampled_from(list(POLARITY)), max_size=5)


@given(LEVELS, LEVELS)
def test_arrays_count_as_the_definition_does(a: dict[str, int], b: dict[str, int]) -> None:
    records = [
        said(f"{actor}-{option}", actor, option, POLARITY[level], "2024-05-01")
        for actor, levels in (("pol", a), ("deu", b))
        for option, level in levels.items()
    ]
    graph = graph_of(*records)
    scope = graph.scope()
    held = graph.held(scope)
    expected = agreement({o: x / 2 for o, x in a.items()}, {o: x / 2 for o, x in b.items()})
    if {"pol", "deu"} <= {*held.actors}:
        met = meeting(held, "pol", Measuring(), scope)
        at = met.actors.index("deu")
        found = tuple(int(x[at]) for x in (met.shared, met.same, met.opposite))
        assert found == (expected.shared, expected.same, expected.opposite)


def test_documents_are_drawn_again() -> None:
    graph = graph_of(*voted(pol="+++++", deu="++++-"))
    found = graph.compare("pol", "deu", draws=500, seed=1).more["bootstrap"]
    # Of five options four are the same: drawn again, at least one and at most all.
    assert found.value == 4 / 5
    assert 0.2 <= found.low < 0.8 < found.high == 1.0
    assert graph.compare("pol", "deu").more["bootstrap"] is None
    by = Measuring(half_life=90)
    with pytest.raises(StanceError, match="leave out the weights"):
        graph.compare("pol", "deu", measuring=by, draws=10)


def test_closer_by_hand() -> None:
    graph = graph_of(*voted(hun="+++++", pol="++++-", deu="----+"))
    answer = graph.closer("hun", "pol", "deu")
    assert [(r.same, r.shared) for r in answer.rows] == [(4, 5), (1, 5)]
    assert answer.more["probability"] == probability_nearer(4, 5, 1, 5)
    assert answer.verdict.startswith("HUN is nearer to POL, with probability 97%")
    back = graph.closer("hun", "deu", "pol")
    assert back.more["probability"] == pytest.approx(1 - answer.more["probability"])


def test_closer_says_when_it_is_not_known() -> None:
    graph = graph_of(*voted(hun="++", pol="++", deu="--"))
    answer = graph.closer("hun", "pol", "deu")
    assert answer.more["probability"] is None
    assert answer.verdict.startswith("Insufficient: HUN is on the same side on 2 of 2 shared")
    with pytest.raises(StanceError, match="name three different actors"):
        graph.closer("hun", "pol", "pol")


def test_channels_are_apart() -> None:
    graph = graph_of(*voted("vote", pol="+++++", deu="+++++"), *voted(pol="+++++", deu="-----"))
    answer = graph.channels("pol", "deu")
    found = {r.channel.value: (r.same, r.opposite, r.shared) for r in answer.rows}
    assert found == {"statement": (0, 5, 5), "action": (0, 0, 0), "vote": (5, 0, 5)}
    assert answer.verdict.endswith("speech and vote differ beyond chance.")
    alone = graph_of(*voted("vote", pol="+++", deu="+++")).channels("pol", "deu")
    assert "there is only one channel" in alone.verdict


def bloc(*told: Evidence, until: date | None = None) -> Graph:
    """Make a bloc, the neighbours, of four countries, one of them perhaps only until a day."""
    debate = debate_of(*told)
    members = tuple(
        Membership(member=c, organization="neighbours", until=until if c == "hun" else None)
        for c in ("pol", "deu", "fra", "hun")
    )
    return Graph(replace(debate, memberships=members), Debate(id="reference", title="None"))


def test_cohesion_by_hand() -> None:
    graph = bloc(*voted(pol="+++", deu="++-", fra="+-0", hun="+-", usa="---"))
    answer = graph.cohesion("neighbours", by="option")
    # Agreement index (max - (N - max) / 2) / N of 4 of 4, 2 of 4 and 1 of 3.
    assert {r.over: r.agreement_index for r in answer.rows} == {"ann": 1.0, "bob": 0.25, "cem": 0.0}
    # Rice: 4 to 0, 2 to 2, 1 to 1.
    assert {r.over: r.rice for r in answer.rows} == {"ann": 1.0, "bob": 0.0, "cem": 0.0}
    whole = answer.more["overall"]
    assert whole.agreement_index == pytest.approx(1.25 / 3)
    assert (whole.options, whole.members) == (3, 4)
    assert graph.cohesion("neighbours").rows == (whole,)


def test_only_members_of_the_day_count() -> None:
    told = voted(pol="+++", deu="+++", fra="+++", hun="---")
    assert bloc(*told).cohesion("neighbours").more["overall"].members == 4
    left = bloc(*told, until=date(2024, 4, 30)).cohesion("neighbours")
    assert left.more["overall"].members == 3
    assert left.more["overall"].agreement_index == 1.0


def test_a_thin_bloc_is_insufficient_and_one_without_members_an_error() -> None:
    assert bloc(*voted(pol="+", deu="+")).cohesion("neighbours").verdict.startswith("Insufficient")
    with pytest.raises(StanceError, match="no members of POL are on record"):
        bloc(*voted(pol="+", deu="+")).cohesion("pol")


def test_the_options_reach_the_answer_and_its_reproduction() -> None:
    words = ["compare", "pol", "deu", "--measure", "s", "--distance", "squared", "--from", "2024"]
    words += ["--to", "2024-06-02", "--filter", "kind=statement", "--half-life", "90"]
    result = CliRunner().invoke(main, [*words, "--format", "json"])
    assert result.exit_code == 0, result.output
    found = json.loads(result.stdout)
    assert found["measure_full_name"] == "s_squared"
    again = found["reproduce"]
    for part in ("--measure s", "--distance squared", "--from 2024-01-01", "--half-life 90"):
        assert part in again
    both = CliRunner().invoke(main, [*words, "--as-of", "2024-06-02"])
    assert both.exit_code == 1
    assert "--to and --as-of name the same day" in both.stderr
