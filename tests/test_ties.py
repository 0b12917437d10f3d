"""Who is tied to whom: by hand, by the questions on pairs, and by R on votes."""

from __future__ import annotations

import csv
import re
from dataclasses import replace
from datetime import date
from pathlib import Path
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import stancegraph
from debates import debate_of, graph_of, said
from stancegraph.answer.ties import (
    Network,
    actors_called,
    among,
    cite_ties,
    drawn_again,
    meetings_of,
    network_of,
    positions_at,
    sides_known,
    thinness,
    told_sides,
    weights_of,
)
from stancegraph.answer.tying import Tying
from stancegraph.errors import StanceError, UnknownName
from stancegraph.graph import Graph, load
from stancegraph.measure.levels import level_matrix
from stancegraph.measure.similarity import scott_pi
from stancegraph.measure.tables import pair_tables
from stancegraph.model import ActorKind, Debate, Evidence
from stancegraph.scope import Scope

SIDES = {"+": "supports", "-": "opposes", "0": "undecided", "~": "leans-oppose"}


def rows(kind: str = "statement", **sides: str) -> list[Evidence]:
    """Make records: + for, - against, ~ leans against, 0 between, a space for silence."""
    return [
        said(f"{kind}-{who}-{n}", who, f"opt{n}", SIDES[side], "2024-05-01", kind=kind)
        for who, line in sides.items()
        for n, side in enumerate(line)
        if side != " "
    ]


def network(graph: Graph, **tying: object) -> Network:
    return network_of(graph, Tying(**tying), graph.scope())  # type: ignore[arg-type]


def weight(found: Network, a: str, b: str) -> float:
    return float(found.weight[found.actors.index(a), found.actors.index(b)])


def test_a_net_tie_is_same_less_opposite_of_all_shared() -> None:
    found = network(graph_of(*rows(pol="++++", deu="+--0", fra="++")))
    # Poland and Germany: 1 same, 2 opposite, 1 open of 4; France shares two only.
    assert weight(found, "pol", "deu") == (1 - 2) / 4
    assert weight(found, "pol", "fra") == 0
    assert found.actors == ("deu", "fra", "pol"), "by name"
    assert (found.ties, found.is_tied.tolist()) == (1, [True, False, True])
    assert weight(network(graph_of(*rows(pol="++", fra="++")), min_shared=2), "pol", "fra") == 1


def test_undecided_do_not_agree_but_abstentions_do() -> None:
    words = network(graph_of(*rows("statement", pol="000", deu="000")))
    votes = network(graph_of(*rows("vote", pol="000", deu="000")))
    assert (weight(words, "pol", "deu"), weight(votes, "pol", "deu")) == (0, 1)
    assert words.meetings.shared[0, 1] == 3, "shared all the same"


def test_persons_and_voices_are_left_out_unless_asked_for() -> None:
    records = [
        *rows(pol="+++", deu="+++", fra="---"),
        said("e1", "expert", "opt0", "supports"),
        said("e2", "neighbours", "opt0", "supports", by="paper"),
    ]
    assert (network(graph_of(*records)).actors, network(graph_of(*records)).left_out) == (
        ("deu", "fra", "pol"),
        2,
    )
    asked = network(graph_of(*records), kinds=("person", "country"))
    assert asked.actors == ("expert", "deu", "fra", "pol")
    named = network(graph_of(*records), actors=("POL", "expert"))
    assert (named.actors, named.left_out) == (("expert", "pol"), 3)


def test_where_hardly_a_state_has_positions_all_who_have_are_actors() -> None:
    found = network(graph_of(*rows(pol="+++"), said("e1", "expert", "opt0", "supports")))
    assert found.actors == ("expert", "pol")


def test_a_kind_that_there_is_not_is_refused_with_those_there_are() -> None:
    with pytest.raises(
        StanceError, match=r"no kind of actor 'persn'; did you mean 'person'\? There are"
    ):
        network(graph_of(), kinds=("persn",))
    with pytest.raises(UnknownName, match=r"no actor is called 'plo'; did you mean 'pol'"):
        network(graph_of(*rows(pol="+")), actors=("plo",))


def test_an_alliance_stands_for_its_members_on_the_day() -> None:
    graph = stancegraph.load()
    now = actors_called(graph, ["nato"], date(2024, 6, 1))
    assert {"nato", "usa", "swe"} <= now
    assert "swe" not in actors_called(graph, ["nato"], date(2024, 1, 1)), "joined in March 2024"
    found = network(graph, actors=("nato",))
    assert found.actors == ("dnk", "fra", "deu", "nato", "pol", "rou", "usa"), (
        "those with positions"
    )


LEVELS = st.dictionaries(
    st.sampled_from(("pol", "deu", "usa", "fra")),
    st.text(alphabet="+-0~ ", min_size=5, max_size=5),
    min_size=3,
)


@settings(max_examples=40)
@given(LEVELS, st.sampled_from(("statement", "vote")))
def test_meetings_count_what_compare_counts(sides: dict[str, str], kind: str) -> None:
    graph = graph_of(*rows(kind, **sides))
    found = network(graph)
    for i, a in enumerate(found.actors):
        for j, b in enumerate(found.actors[:i]):
            pair = graph.compare(a, b).more
            counted = tuple(
                int(square[i, j])
                for square in (found.meetings.shared, found.meetings.same, found.meetings.opposite)
            )
            assert counted == (pair["shared"], pair["same"], pair["opposite"])


@settings(max_examples=40)
@given(LEVELS)
def test_chance_ties_are_scotts_pi_of_each_pair(sides: dict[str, str]) -> None:
    found = network(graph_of(*rows(**sides)), ties="chance", min_shared=1)
    held = found.held
    table: list[list[int | None]] = [[None] * len(held.options) for _ in held.actors]
    for actor, option, level in zip(held.actor, held.option, held.level, strict=True):
        table[actor][option] = int(level)
    pi = scott_pi(pair_tables(level_matrix(table), levels=(-2, -1, 0, 1, 2)))
    expected = np.nan_to_num(np.asarray(pi))
    np.fill_diagonal(expected, 0)
    assert found.weight == pytest.approx(expected, abs=1e-12)


@settings(max_examples=30)
@given(LEVELS, st.randoms(use_true_random=False))
def test_ties_survive_the_order_of_records_and_turned_signs(
    sides: dict[str, str], rng: Random
) -> None:
    plain = {who: line.replace("~", "-") for who, line in sides.items()}
    records = rows(**plain)
    shuffled = list(records)
    rng.shuffle(shuffled)
    other = str.maketrans("+-", "-+")
    turned = rows(**{who: line.translate(other) for who, line in plain.items()})
    for ties in ("net", "chance"):
        first, second, third = (
            network(graph_of(*r), ties=ties).weight for r in (records, shuffled, turned)
        )
        assert first.tolist() == second.tolist()
        assert first == pytest.approx(third, abs=1e-12)
        assert (first == first.T).all()
        assert (np.abs(first) <= 1 + 1e-12).all()


def test_dyads_of_the_united_nations_have_the_pi_that_r_gives(shared: Path, un: str) -> None:
    # irrCAC, Scott's pi with squared weights, printed to five places.
    graph = load(un)
    with (shared / "reference/un_dyads.csv").open(encoding="utf-8", newline="") as file:
        dyads = [r for r in csv.DictReader(file) if r["year"] in ("1963", "1991", "2019")]
    by_iso = {a.iso2: a.id for a in graph.actors.values() if a.iso2}
    compared = 0
    for year in sorted({r["year"] for r in dyads}):
        scope = graph.scope(since=date(int(year), 1, 1), as_of=date(int(year), 12, 31))
        found = network_of(graph, Tying(ties="chance"), scope)
        for row in (r for r in dyads if r["year"] == year):
            a, b = by_iso.get(row["a"]), by_iso.get(row["b"])
            if a not in found.actors or b not in found.actors:
                continue
            i, j = found.actors.index(a), found.actors.index(b)
            if int(found.meetings.shared[i, j]) == int(row["n_joint"]):
                assert found.weight[i, j] == pytest.approx(float(row["pi_sq_irrCAC"]), abs=6e-6)
                compared += 1
    assert compared >= 10


def test_a_part_of_a_network_has_the_same_ties_and_only_its_positions() -> None:
    whole = network(graph_of(*rows(pol="++++", deu="----", fra="+++ ", usa="+   ")))
    assert whole.actors == ("deu", "fra", "pol", "usa")
    tied = whole.tied()
    assert tied.actors == ("deu", "fra", "pol")
    assert tied.weight.tolist() == whole.weight[:3, :3].tolist()
    assert weights_of(tied.held, tied.tying).tolist() == tied.weight.tolist()
    turned = whole.of([2, 0])
    assert turned.actors == ("pol", "deu")
    assert weights_of(turned.held, turned.tying).tolist() == [[0, -1], [-1, 0]]
    assert meetings_of(turned.held).shared.tolist() == turned.meetings.shared.tolist()


def test_positions_among_some_actors_are_numbered_in_their_order() -> None:
    graph = graph_of(*rows(pol="+", deu="-", fra="+"))
    part = among(graph.held(graph.scope()), ("fra", "deu", "hun"))
    assert part.actors == ("fra", "deu", "hun")
    assert sorted(zip(part.actor.tolist(), part.level.tolist(), strict=True)) == [(0, 2), (1, -2)]


def several_sources(*records: Evidence, sources: int) -> Graph:
    """Give each option's records a source of their own, up to so many."""
    debate = debate_of(*records)
    (report,) = debate.sources
    named = [f"report{n}" for n in range(sources)]
    evidence = tuple(
        replace(e, source=named[int(e.id.rsplit("-", 1)[1]) % sources]) for e in debate.evidence
    )
    made = tuple(replace(report, id=name) for name in named)
    return Graph(replace(debate, sources=made, evidence=evidence), Debate(id="none", title="None"))


def test_of_several_documents_documents_are_drawn_and_of_few_options() -> None:
    records = rows(pol="++++", deu="--++", fra="+-+-")
    for sources, unit in ((2, "options"), (3, "documents")):
        graph = several_sources(*records, sources=sources)
        found = network(graph, min_shared=1)
        drawn = drawn_again(graph, found, draws=20, seed=1)
        weights = list(drawn.weights)
        assert (drawn.unit, len(weights)) == (unit, 20)
        again = list(drawn_again(graph, found, draws=20, seed=1).weights)
        other = list(drawn_again(graph, found, draws=20, seed=2).weights)
        assert [w.tolist() for w in weights] == [w.tolist() for w in again]
        assert [w.tolist() for w in weights] != [w.tolist() for w in other]
        assert len({w.tobytes() for w in weights}) > 1


def test_a_draw_counts_an_option_as_often_as_it_was_drawn() -> None:
    found = network(graph_of(*rows(pol="+++", deu="+--")))
    assert found.weight[0, 1] == (1 - 2) / 3
    thrice_the_first = weights_of(found.held, found.tying, np.array([3.0, 0, 0]))
    assert thrice_the_first[0, 1] == 1
    assert weights_of(found.held, found.tying, np.array([2.0, 0, 0]))[0, 1] == 0, "two are too few"


def test_ties_are_cited_by_the_latest_options_that_tell() -> None:
    records = [
        said(f"{who}-{n}", who, f"opt{n}", SIDES[side], f"2024-05-0{n + 1}")
        for who, line in {"pol": "+++-", "deu": "++--", "fra": "----"}.items()
        for n, side in enumerate(line)
    ]
    graph = graph_of(*records)
    found = network(graph)
    friends = cite_ties(graph, found, [("pol", "deu")], each=2)
    assert [c.id for c in friends] == ["pol-3", "deu-3", "pol-1", "deu-1"], "not opt2: they differ"
    foes = cite_ties(graph, found, [("pol", "fra")], each=1)
    assert [c.id for c in foes] == ["pol-2", "fra-2"]
    assert cite_ties(graph, found, []) == ()


def test_positions_are_found_by_holder_and_option_and_none_without() -> None:
    graph = graph_of(*rows(pol="+-", deu="+"))
    found = positions_at(graph, Scope(as_of=graph.last_day), [("pol", "opt1"), ("deu", "opt1")])
    assert set(found) == {("pol", "opt1")}
    assert positions_at(graph, graph.scope(), []) == {}


@pytest.mark.parametrize(
    ("records", "says"),
    [
        (rows(pol="+"), "Too thin to say: only POL has positions here."),
        ([], "Too thin to say: nobody has positions here."),
        (
            rows(pol="++", deu="++", fra="  +"),
            "Too thin to say: 3 actors with positions, no two of which share 3 options; DEU and "
            "POL share most, 2.",
        ),
        (
            rows(pol="+++", deu="+++", fra="  +"),
            "Too thin to say: 3 actors with positions, of which 1 pair shares as many as 3 "
            "options; DEU and POL share most, 3.",
        ),
        (rows(pol="+++", deu="+++", fra="+++"), None),
    ],
    ids=["one", "nobody", "few", "one pair", "enough"],
)
def test_what_is_too_thin_is_said_with_how_thin(records: list[Evidence], says: str | None) -> None:
    graph = graph_of(*records)
    assert thinness(graph, network(graph)) == says


def test_sides_known_are_those_that_part_most() -> None:
    graph = graph_of(*rows(pol="++", deu="+-", fra="+-", usa="+0"))
    known = sides_known(graph, network(graph))
    assert {p.option for p in known} == {"opt1"}, "on the other all agree"
    assert list(told_sides(graph, known)) == [
        "Known of opt1: POL supports it; USA is undecided on it; DEU and FRA oppose it."
    ]


def test_hearsay_is_told_as_hearsay() -> None:
    records = [said("e1", "pol", "x", "supports"), said("e2", "deu", "x", "opposes", by="paper")]
    graph = graph_of(*records)
    (told,) = told_sides(graph, sides_known(graph, network(graph)))
    assert told == "Known of x: POL supports it; DEU opposes it by others' word only."


def test_the_shipped_debate_is_too_thin_and_what_is_known_is_said() -> None:
    graph = stancegraph.load()
    says = thinness(graph, network(graph))
    assert says is not None
    assert re.match(r"Too thin to say: \d+ actors with positions, no two of which share 3", says)
    first = next(told_sides(graph, sides_known(graph, network(graph))))
    assert first.startswith("Known of allied-interception: ")
    assert "Germany and the United States oppose it by others' word only" in first


def test_real_debates_have_the_ties_that_compare_gives(dna: str, iraq: str) -> None:
    for path in (dna, iraq):
        graph = load(path)
        found = network(graph)
        assert all(graph.actors[a].kind is not ActorKind.PERSON for a in found.actors)
        i, j = (int(n) for n in np.argwhere(np.triu(found.weight))[0])
        pair = graph.compare(found.actors[i], found.actors[j]).more
        net = (pair["same"] - pair["opposite"]) / pair["shared"]
        assert found.weight[i, j] == pytest.approx(net)
