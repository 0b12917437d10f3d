"""Blocs: by hand, as other programs divide the same networks, and on real data."""

from __future__ import annotations

import csv
import json
import shlex
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

import networkx
import numpy as np
import pytest
from click.testing import CliRunner, Result
from hypothesis import given, settings
from hypothesis import strategies as st

import stancegraph
from debates import debate_of, graph_of, said
from signed_networks import tribes_of
from stancegraph.answer.camps import (
    best_known,
    called,
    divided,
    id_and_title,
    marks_of,
    mean_between,
    titled,
)
from stancegraph.answer.figure import Grid, Web
from stancegraph.answer.ties import network_of
from stancegraph.answer.tying import Tying
from stancegraph.cli import main
from stancegraph.errors import StanceError
from stancegraph.graph import Graph, load
from stancegraph.model import Actor, ActorKind, Capacity, Debate, Evidence
from stancegraph.write.debate import write_debate

SIDES = {"+": "supports", "-": "opposes", "0": "undecided"}


def ran(*words: str) -> Result:
    return CliRunner(env={"COLUMNS": "100"}).invoke(main, words)


def rows(**sides: str) -> list[Evidence]:
    """Make records: + for, - against, 0 between, a space for silence."""
    return [
        said(f"{who}-{n}", who, f"opt{n}", SIDES[side], "2024-05-01")
        for who, line in sides.items()
        for n, side in enumerate(line)
        if side != " "
    ]


def debate_with(records: Iterable[Evidence], actors: Sequence[str]) -> Debate:
    """Make a debate of records of institutions by any names, each of which speaks for itself."""
    own = tuple(replace(e, capacity=Capacity.INSTITUTION, principal=e.speaker) for e in records)
    bodies = tuple(Actor(id=a, kind=ActorKind.INSTITUTION, name=a.upper()) for a in actors)
    return replace(debate_of(*own), actors=bodies)


def graph_with(debate: Debate) -> Graph:
    return Graph(debate, Debate(id="reference", title="None"))


def debate_of_ties(ties: Iterable[tuple[str, str, float]]) -> Debate:
    """Make a debate whose network of agreement is given: each tie by three options of its own."""
    records, actors = [], set[str]()
    for number, (a, b, sign) in enumerate(ties):
        actors |= {a, b}
        for n in range(3):
            option = f"opt-{number}-{n}"
            records.append(said(f"{a}-{option}", a, option, "supports", "2024-05-01"))
            other = "supports" if sign > 0 else "opposes"
            records.append(said(f"{b}-{option}", b, option, other, "2024-05-01"))
    return debate_with(records, sorted(actors))


def blocs_in(answer: Any) -> set[frozenset[str]]:
    by_bloc: dict[int, set[str]] = {}
    for row in answer.rows:
        if row.bloc is not None:
            by_bloc.setdefault(row.bloc, set()).add(row.actor)
    return {frozenset(members) for members in by_bloc.values()}


def test_the_command_finds_the_three_camps_of_the_tribes(shared: Path, tmp_path: Path) -> None:
    # Doreian and Mrvar 1996: three camps, two inconsistent ties; by HiGHS, bctpy and leidenalg too.
    names, matrix = tribes_of(shared)
    slugs = [n.lower() for n in names]
    i, j = np.nonzero(np.triu(matrix))
    ties = [(slugs[a], slugs[b], matrix[a, b]) for a, b in zip(i, j, strict=True)]
    file = tmp_path / "tribes.yaml"
    write_debate(debate_of_ties(ties), file)
    done = ran("blocs", "-g", str(file), "--draws", "5", "--format", "json")
    assert done.exit_code == 0, done.output
    found = json.loads(done.stdout)
    path = shared / "reference/tribes_sampson.json"
    case = json.loads(path.read_text(encoding="utf-8"))["tribes"]
    expected = {frozenset(n.lower() for n in c) for c in case["kclusters"]["tribes_k3"]["clusters"]}
    assert {frozenset(b["members"]) for b in found["blocs"]} == expected
    assert [b["size"] for b in found["blocs"]] == [7, 5, 4]
    assert (found["odd_count"], found["odd_weight"], found["is_exact"]) == (2, 2, True)
    assert found["modularity"] == pytest.approx(25 / 58, abs=1e-12)
    assert any(note.startswith("Signed modularity: 0.43, ") for note in found["notes"])
    assert found["verdict"].startswith("Three blocs. The first is ")
    fit = "2 of 58 ties do not fit (3% of the weight of all); no division does better."
    assert fit in found["verdict"]


def test_a_fixed_number_of_blocs_has_the_ties_that_other_programs_leave_odd(shared: Path) -> None:
    # By HiGHS for each number of camps.
    names, matrix = tribes_of(shared)
    slugs = [n.lower() for n in names]
    i, j = np.nonzero(np.triu(matrix))
    ties = [(slugs[a], slugs[b], matrix[a, b]) for a, b in zip(i, j, strict=True)]
    graph = graph_with(debate_of_ties(ties))
    path = shared / "reference/tribes_sampson.json"
    cases = json.loads(path.read_text(encoding="utf-8"))["tribes"]["kclusters"]
    for k in (1, 2):
        answer = graph.blocs(at_most=k, draws=0)
        assert answer.more["odd_count"] == cases[f"tribes_k{k}"]["cost"]
        assert answer.more["is_exact"]
        assert len(answer.more["blocs"]) == k
        assert answer.notes[0].startswith(f"At most {k} bloc")
        assert ("no division into at most 2 does better" in answer.verdict) == (k == 2)
    assert len(graph.blocs(at_most=9, draws=0).more["blocs"]) == 3, "fewer where that fits better"


def test_without_time_for_a_proof_the_answer_says_that_there_is_none(shared: Path) -> None:
    names, matrix = tribes_of(shared)
    slugs = [n.lower() for n in names]
    i, j = np.nonzero(np.triu(matrix))
    graph = graph_with(
        debate_of_ties((slugs[a], slugs[b], matrix[a, b]) for a, b in zip(i, j, strict=True))
    )
    answer = graph.blocs(draws=0, seconds=0, starts=7)
    assert (answer.more["odd_count"], answer.more["is_exact"]) == (2, False)
    assert "This is the best that a search from 7 starts found" in answer.verdict
    assert "that there is no better one is not proven." in answer.verdict
    assert "--starts=7 --seconds=0" in answer.reproduce


def test_three_against_three_are_two_blocs_of_three(shared: Path) -> None:
    # DNA's own measure of polarisation mixes these camps; its networks do not.
    with (shared / "reference/dna_camps/1m_camps_congruence_average.csv").open(
        encoding="utf-8", newline=""
    ) as file:
        table = list(csv.reader(file))
    heads = [name.lower() for name in table[0]]
    camps = {
        frozenset([line[0].lower(), *(n for n, x in zip(heads, line, strict=True) if x == "1")])
        for line in table[1:]
    }
    records = [
        said(f"{who}-{n}", who, f"opt{n}", "supports" if who[0] == "a" else "opposes")
        for who in ("a1", "a2", "a3", "b1", "b2", "b3")
        for n in range(4)
    ]
    answer = graph_with(debate_with(records, ("a1", "a2", "a3", "b1", "b2", "b3"))).blocs()
    assert blocs_in(answer) == camps
    # Six friends of weight 1 and nine foes: (12 - 18/3 - 0 + 18/2) / 30.
    assert answer.more["modularity"] == pytest.approx(0.5)
    assert answer.more["odd_count"] == 0
    assert {r.role for r in answer.rows} == {"core"}
    assert "Every tie fits; no division does better." in answer.verdict


def test_without_foes_blocs_are_the_connected_parts_that_networkx_finds() -> None:
    pairs = [("aa", "ab"), ("ab", "ac"), ("ba", "bb"), ("ca", "cb"), ("cb", "cc")]
    parts = {frozenset(part) for part in networkx.connected_components(networkx.Graph(pairs))}
    graph = graph_with(debate_of_ties((a, b, 1.0) for a, b in pairs))
    assert blocs_in(graph.blocs(draws=0)) == parts


def test_the_untied_are_in_no_bloc_and_one_with_foes_only_is_alone() -> None:
    answer = graph_of(*rows(pol="+++", deu="+++", fra="---", usa="+ ")).blocs(draws=10)
    found = {r.actor: (r.bloc, r.role, r.ties) for r in answer.rows}
    assert found == {
        "deu": (1, "core", 2),
        "pol": (1, "core", 2),
        "fra": (2, "alone", 2),
        "usa": (None, "untied", 0),
    }
    assert answer.verdict.startswith("One bloc: DEU and POL. FRA is alone.")
    assert "Not tied enough to say: USA." in answer.notes


def test_what_sets_a_bloc_apart_by_hand() -> None:
    graph = graph_of(*rows(pol="++ +", deu="++++", fra="--++", usa="-0+ ", hun="---0"))
    division = divided(network_of(graph, Tying(), graph.scope()))
    names = [division.network.actors[n] for n in division.members(0)]
    assert set(names) in ({"pol", "deu"}, {"fra", "usa"}, {"fra", "usa", "hun"}, {"fra", "hun"})
    bloc = int(division.bloc[division.network.actors.index("pol")])
    first, second, *_ = marks_of(graph, division, bloc)
    # Two of two for, three of three against, all known: 1 * 1 * 1.
    assert (first.option, first.stance, first.score) == ("opt0", "supports", 1)
    assert (first.inside, first.inside_known, first.outside, first.outside_known) == (2, 2, 0, 3)
    # The others at -1, 0 and -1 of one: half of 1 + 2/3.
    assert second.option == "opt1"
    assert second.score == pytest.approx(5 / 6, abs=1e-6)


def test_an_option_on_which_half_of_a_bloc_is_silent_or_divided_marks_nothing() -> None:
    # opt3: one of three of the first bloc; opt4: split; opt5: nobody else has a position.
    graph = graph_of(*rows(pol="++++++", deu="+++ -+", fra="+++  +", usa="---++ ", hun="---++ "))
    division = divided(network_of(graph, Tying(), graph.scope()))
    bloc = int(division.bloc[division.network.actors.index("fra")])
    assert [m.option for m in marks_of(graph, division, bloc, 9)] == ["opt0", "opt1", "opt2"]


def test_who_leaves_its_bloc_in_many_draws_is_its_fringe() -> None:
    # France stands with Poland and Germany on four of seven options, with the others on three.
    answer = graph_of(
        *rows(pol="+++++++", deu="+++++++", fra="++++---", usa="-------", hun="-------")
    ).blocs(draws=200)
    role = {r.actor: r.role for r in answer.rows}
    assert role == {"pol": "core", "deu": "core", "fra": "fringe", "usa": "core", "hun": "core"}
    france = next(r for r in answer.rows if r.actor == "fra")
    # It is with them where four or more of seven draws are of the four: binomial(7, 4/7), .65.
    assert france.membership == pytest.approx(0.65, abs=0.1)
    assert answer.more["drawn"] == "options"
    assert any(n.startswith("Fringe, by how often each") and "FRA" in n for n in answer.notes)


def test_without_draws_nobody_is_core_or_fringe() -> None:
    answer = graph_of(*rows(pol="+++", deu="+++", fra="---")).blocs(draws=0)
    assert {r.role for r in answer.rows} == {"member", "alone"}
    assert {r.membership for r in answer.rows} == {None}
    assert "drawn again" not in answer.verdict


def test_the_same_seed_gives_the_same_bytes_and_another_other_draws(iraq: str) -> None:
    graph = load(iraq)
    first, again, other = (graph.blocs(draws=20, seed=seed).to_dict() for seed in (1, 1, 2))
    assert json.dumps(first) == json.dumps(again)
    assert first["rows"] != other["rows"]
    assert [r["bloc"] for r in first["rows"]] == [r["bloc"] for r in other["rows"]]


LINES = st.dictionaries(
    st.sampled_from(("pol", "deu", "usa", "fra", "hun")),
    st.text(alphabet="+-0 ", min_size=5, max_size=5),
    min_size=3,
)


@settings(max_examples=10)
@given(LINES, st.randoms(use_true_random=False))
def test_blocs_do_not_depend_on_the_order_or_number_of_records(
    sides: dict[str, str], rng: Random
) -> None:
    records = rows(**sides)
    doubled = [*records, *(replace(e, id=f"{e.id}-again") for e in records)]
    rng.shuffle(doubled)
    first, second = (graph_of(*r).blocs(draws=0) for r in (records, doubled))
    assert first.rows == second.rows
    assert first.more["odd_weight"] == second.more["odd_weight"]


@settings(max_examples=10)
@given(LINES)
def test_all_signs_turned_leave_the_blocs(sides: dict[str, str]) -> None:
    turned = {who: line.translate(str.maketrans("+-", "-+")) for who, line in sides.items()}
    first, second = (graph_of(*rows(**s)).blocs(draws=0) for s in (sides, turned))
    assert first.rows == second.rows
    assert first.more["modularity"] == second.more["modularity"]


@settings(max_examples=10)
@given(LINES)
def test_every_tied_actor_is_in_one_bloc_and_the_largest_comes_first(sides: dict[str, str]) -> None:
    answer = graph_of(*rows(**sides)).blocs(draws=3)
    sizes = [b.size for b in answer.more["blocs"]]
    assert sizes == sorted(sizes, reverse=True)
    assert sum(sizes) == sum(r.bloc is not None for r in answer.rows)
    assert all((r.role == "untied") == (r.bloc is None) for r in answer.rows)
    assert all(0 <= m.score <= 1 for b in answer.more["blocs"] for m in b.defining)


def test_a_bloc_is_called_by_those_with_most_names_then_most_positions() -> None:
    debate = debate_of(*rows(pol="+++ ", deu="++++", usa="+++ "))
    known = tuple(replace(a, metonyms=("Capital",)) if a.id == "usa" else a for a in debate.actors)
    graph = graph_with(replace(debate, actors=known))
    network = network_of(graph, Tying(), graph.scope())
    assert best_known(graph, network, [0, 1, 2]) == ["usa", "deu", "pol"]


def test_spellings_of_one_name_are_not_two() -> None:
    names = {"pol": ("Élysée", "Elysee"), "usa": ("Washington", "White House")}
    debate = debate_of(*rows(pol="+++", deu="+++", usa="+++"))
    known = tuple(replace(a, metonyms=names.get(a.id, ())) for a in debate.actors)
    graph = graph_with(replace(debate, actors=known))
    network = network_of(graph, Tying(), graph.scope())
    assert best_known(graph, network, [0, 1, 2]) == ["usa", "pol", "deu"]


def test_a_bloc_is_called_by_its_core_and_by_anybody_where_it_has_none() -> None:
    graph = graph_of(*rows(pol="+++", deu="+++", usa="+++", fra="+++", hun="+++"))
    known = ("pol", "deu", "usa", "fra", "hun")
    assert called(graph, known, ("usa", "hun", "deu")) == "DEU, USA, HUN and 2 others"
    assert called(graph, known, ()) == "POL, DEU, USA and 2 others"


def test_russia_and_america_do_not_name_the_blocs_that_they_seldom_stay_in(session_73: Any) -> None:
    role = {r.actor: r.role for r in session_73.rows}
    assert {role[a] for a in ("rus", "usa")} == {"fringe"}
    assert {role[a] for a in ("irn", "gbr", "fra")} == {"core"}
    first, second, *_ = session_73.verdict.split("The ")[1:]
    assert first.startswith("first is Iran, ")
    assert second.startswith("second is the United Kingdom, France, ")
    assert "Russia" not in first
    assert "United States" not in second


def test_a_title_is_told_without_what_a_catalogue_adds() -> None:
    assert titled("R/1 (A : draft resolution / adopted by the Assembly)") == "R/1 (A)"
    assert titled("Iraq : the war") == "Iraq : the war"
    assert titled("R/1 (A title that goes on and on)", 20) == "R/1 (A title ...)"


def test_a_long_name_is_cut_and_a_name_that_repeats_the_id_stands_alone() -> None:
    assert id_and_title("r1", "A title that goes on and on", 24) == "r1: A title that ..."
    assert id_and_title("22-war", "22 - war") == "22 - war"


def test_no_ties_between_have_no_mean() -> None:
    assert mean_between(np.zeros((2, 2)), [0], [1]) is None
    assert mean_between(np.array([[0, -0.5], [-0.5, 0]]), [0], [1]) == -0.5


def test_fewer_blocs_than_one_are_refused() -> None:
    with pytest.raises(StanceError, match="0 blocs: ask for 1 or more"):
        graph_of().blocs(at_most=0)
    assert "is not in the range x>=1" in ran("blocs", "--blocs", "0").output
    assert "did you mean 'nato'" in ran("blocs", "--actors", "natto").output
    assert ran("blocs", "--actors", "natto").exit_code == 1


@pytest.mark.parametrize("records", [[], rows(pol="+++"), rows(pol="+++", deu="---")])
def test_too_little_is_said_to_be_too_little(records: list[Evidence]) -> None:
    answer = graph_of(*records).blocs()
    assert answer.verdict.startswith("Too thin to say: ")
    assert answer.flags[0] == "insufficient"
    assert answer.notes[0].startswith("Blocs need 3 actors or more that share enough options")
    assert (answer.more["modularity"], answer.more["blocs"]) == (None, ())
    assert [f.title for f in answer.figures] == ["What is known"] * (len(records) > 3)


def test_the_shipped_debate_is_too_thin_and_says_what_is_known() -> None:
    answer = stancegraph.load().blocs()
    assert answer.flags[0] == "insufficient"
    assert "Known of allied-interception: " in answer.verdict
    assert {c.id for c in answer.evidence} >= {"s06", "s07"}
    assert {r.role for r in answer.rows} == {"untied"}


def test_one_shared_option_is_flagged_as_thin() -> None:
    answer = stancegraph.load().blocs(tying=Tying(min_shared=1))
    assert "thin" in answer.flags
    assert "Thin: a tie may rest on 1 shared option, and below 3" in answer.verdict
    assert "firmly" not in answer.verdict
    assert len(set(answer.flags)) == len(answer.flags)
    assert any("hearsay" in n for n in answer.notes)


def test_what_reproduces_an_answer_gives_it_again(iraq: str) -> None:
    words = ("blocs", "-g", iraq, *shlex.split("--blocs 2 --draws 7 --seed 3 --min-shared 4"))
    first = ran(*words, "--format", "json")
    again = shlex.split(json.loads(first.stdout)["reproduce"])[1:]
    assert ran(*again, "--format", "json").stdout == first.stdout


def test_the_sample_of_dna_sets_the_senate_apart(dna: str) -> None:
    done = ran("blocs", "-g", dna, "--draws", "20")
    assert done.exit_code == 0
    told = " ".join(done.stdout.split())
    assert "Senate is alone." in told
    assert "What parts them most is 'Emissions legislation should regulate CO2'." in told
    assert "In the bloc all 3 with a position support it, and the one other does not." in told
    assert "Not tied enough to say: Energy and Environmental Analysis, Inc.," in told


def test_the_debate_on_iraq_divides_on_the_war(iraq: str) -> None:
    answer = load(iraq).blocs(draws=20)
    assert blocs_in(answer) == {
        frozenset({"cabinet", "conservative", "dup", "labour", "uup"}),
        frozenset({"liberal-democrats", "plaid-cymru", "snp"}),
    }
    assert [b.defining[0].option for b in answer.more["blocs"]] == ["22-war", "22-war"]
    assert answer.more["drawn"] == "documents"
    assert answer.more["is_exact"]
    assert answer.evidence


def test_pictures_show_the_blocs_apart_and_what_does_not_fit(iraq: str) -> None:
    answer = load(iraq).blocs(draws=5)
    grid, web = answer.figures
    assert isinstance(grid, Grid)
    assert isinstance(web, Web)
    assert grid.row_breaks == (5,), "a bloc of five, then one of three"
    assert set(grid.rows[:5]) == {"Cabinet", "Conservative", "DUP", "Labour", "UUP"}
    assert len(web.nodes) == 8
    heaviest = next(t for t in web.ties if (t.a, t.b) == ("labour", "plaid-cymru"))
    assert set(heaviest.records) & {c.id for c in answer.evidence}
    assert sum(t.mark == "odd" for t in web.ties) == 3
    assert {(t.a, t.b) for t in web.ties if t.mark == "odd"} == {
        ("labour", "liberal-democrats"),
        ("labour", "plaid-cymru"),
        ("labour", "snp"),
    }


@pytest.fixture(scope="module")
def session_73(un: str) -> Any:
    """Session 73 of the General Assembly by agreement beyond chance."""
    return load(un).blocs(tying=Tying(ties="chance"), filters={"session": ("73",)}, draws=5)


def test_the_west_and_the_non_aligned_come_out_of_the_votes(session_73: Any) -> None:
    bloc = {r.actor: r.bloc for r in session_73.rows}
    west = {bloc[a] for a in ("usa", "gbr", "fra", "deu", "can", "aus", "jpn", "isr")}
    others = {bloc[a] for a in ("rus", "chn", "ind", "bra", "zaf", "egy", "irn", "cub")}
    assert len(west) == len(others) == 1
    assert west != others
    assert not session_73.more["is_exact"]
    assert "that there is no better one is not proven." in session_73.verdict
    mark = next(b for b in session_73.more["blocs"] if b.number in west).defining[0]
    assert (mark.stance, mark.outside) == ("opposes", 0)
    assert "coercive measures" in mark.name
    assert session_73.more["drawn"] == "options"


def test_pictures_of_many_are_of_a_size_that_can_be_read(session_73: Any) -> None:
    grid, web = session_73.figures
    assert len(grid.rows) <= 120
    assert len(web.nodes) <= 80
    assert len(web.ties) <= 400
    assert "left out" in grid.note
    assert {n.group for n in web.nodes} == {b.number - 1 for b in session_73.more["blocs"]}


def test_where_one_bloc_takes_in_nearly_all_another_tie_is_pointed_to(un: str) -> None:
    answer = load(un).blocs(filters={"session": ("73",)}, draws=0)
    assert [b.size for b in answer.more["blocs"]] == [191, 2]
    assert set(answer.more["blocs"][1].members) == {"usa", "isr"}
    assert "--ties chance asks who agrees more than that alone would give." in answer.verdict
