from __future__ import annotations

import json
from dataclasses import replace
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from debates import debate_of, said
from stancegraph.answer.figure import Dots, Grid, Map
from stancegraph.answer.places import FEWEST_STANCES, places
from stancegraph.answer.tying import Tying
from stancegraph.cli import main
from stancegraph.errors import StanceError, UnknownName
from stancegraph.graph import Graph, load
from stancegraph.measure import scaling
from stancegraph.measure.levels import level_matrix
from stancegraph.model import Actor, ActorKind, Capacity, Debate
from test_scaling import gibbs, session_of

WORDS = {"+": "supports", "-": "opposes", "0": "undecided"}
ORDERED = {
    "ada": "++++++++++++",
    "bea": "++++++++++--",
    "cia": "+++++++-----",
    "dea": "+++++-------",
    "eva": "++----------",
    "fay": "------------",
}
"""Who is for the more, the more to one side; by hand, ada and fay are the ends."""


def states(sides: dict[str, str], kind: str = "statement") -> Graph:
    """Make a graph of countries: + for, - against, 0 between, or nothing, option by option."""
    records = [
        replace(
            said(f"{actor}-{n:02}", actor, f"option-{n:02}", WORDS[sign], "2024-05-01", kind=kind),
            capacity=Capacity.GOVERNMENT,
            principal=actor,
        )
        for actor, signs in sides.items()
        for n, sign in enumerate(signs)
        if sign != " "
    ]
    actors = tuple(Actor(id=a, kind=ActorKind.COUNTRY, name=a.title()) for a in sides)
    debate = replace(debate_of(*records), actors=actors)
    return Graph(debate, Debate(id="reference", title="None"))


def ran(*words: str) -> Any:
    return CliRunner(env={"COLUMNS": "100"}).invoke(main, ["map", *words])


def test_places_of_a_session_are_those_of_a_bayesian_fit(un: str, shared: Path) -> None:
    graph = load(un)
    found = graph.places(filters={"session": ("73",)}, anchor="usa")
    assert found.more["by"] == "irt"
    place = {row.name: row.place for row in found.rows}
    countries, levels = session_of(shared, "73")
    # Another method, link and program: the mean of draws of a probit model's posterior, abstention
    # being not for, from the votes as they are published.
    sides = np.where(levels == 0, -1, levels).astype(np.int8)
    told = scaling.ideal_points(sides, anchor=countries.index("United States")).options
    mean, _ = gibbs(sides[:, told], draws=2400, burned=300, seed=1)
    same = [c for c in countries if c in place]
    assert len(same) > 170
    ours = [place[c] or 0 for c in same]
    theirs = [mean[countries.index(c)] for c in same]
    assert abs(np.corrcoef(ours, theirs)[0, 1]) > 0.99
    assert found.rows[0].actor == "usa"
    assert found.more["pairs"] == 193 * 192 // 2
    assert isinstance(found.figures[0], Dots)
    assert 50 < len(found.figures[0].rows) <= 60


def test_a_session_on_a_plane_has_its_shares_and_directions(un: str) -> None:
    found = load(un).places(filters={"session": ("73",)}, anchor="usa", dimensions=2)
    assert found.more["by"] == "ca"
    assert 1 > found.more["inertia"][0] > found.more["inertia"][1] > 0
    plane = found.figures[0]
    assert isinstance(plane, Map)
    assert len(plane.places) == 193
    assert 4 <= len(plane.directions) <= 8
    assert {a.dimension for a in found.more["options"]} == {1, 2}
    # Contributions of all options to a dimension add up to all of it (Greenacre 1984).
    for dimension in (1, 2):
        shares = [a.share for a in found.more["options"] if a.dimension == dimension]
        assert sum(shares) == pytest.approx(1)


def test_distances_on_the_plane_are_those_of_profiles() -> None:
    # Three actors span two dimensions, so that a plane shows all: by the definition, chi-squared
    # distances between profiles of the doubled table.
    sides = {"ada": "++-+", "bea": "+--+", "cia": "-++-"}
    found = places(states(sides), dimensions=2, fewest=1)
    at = {row.actor: np.array([row.place, row.second or 0]) for row in found.rows}
    levels = level_matrix([[{"+": 1, "-": -1}[s] for s in sides[a]] for a in sides])
    table = scaling.doubled(levels)
    profile, mass = table / table.sum(axis=1)[:, None], table.sum(axis=0) / table.sum()
    for (i, a), (j, b) in combinations(enumerate(sides), 2):
        apart = np.sqrt(((profile[i] - profile[j]) ** 2 / mass).sum())
        assert np.linalg.norm(at[a] - at[b]) == pytest.approx(apart)


@pytest.mark.parametrize("by", ["irt", "ca"])
def test_actors_stand_in_the_order_of_what_they_are_for(by: Any) -> None:
    found = places(states(ORDERED), by=by, anchor="fay")
    assert [row.actor for row in found.rows] == [*reversed(ORDERED)]
    assert found.more["anchor"] == "fay"
    # The anchor is against all, so that support of every option lies to the other side.
    assert {a.toward < 0 for a in found.more["options"]} == {True}
    assert "To the left: support of Do option-" in found.verdict
    back = places(states(ORDERED), by=by, anchor="ada")
    for row, other in zip(found.rows, reversed(back.rows), strict=True):
        assert row.place == pytest.approx(-(other.place or 0), abs=1e-6)


def test_ideal_points_are_fitted_from_ten_actors_and_options_on() -> None:
    few = places(states(ORDERED))
    assert few.more["by"] == "ca"
    assert few.rows[0].error is None
    assert "how sure a place is, this map does not say" in few.verdict
    many = places(states({f"{a}{n}": s for a, s in ORDERED.items() for n in "xy"}))
    assert many.more["by"] == "irt"
    row = many.rows[0]
    assert row.place is not None
    assert row.error is not None
    assert row.low == pytest.approx(row.place - 1.959964 * row.error)
    # 12 actors have 66 pairs; the two of a kind are never apart.
    assert many.more["pairs"] == 66
    assert many.more["pairs_apart"] <= 60


def test_actors_with_too_few_stances_are_unlocated_and_named() -> None:
    found = places(states({**ORDERED, "gil": "+++++++++"}))
    assert [row.actor for row in found.rows if not row.located] == ["gil"]
    assert found.rows[-1].stances == 9
    assert found.rows[-1].place is None
    assert found.more["unlocated"] == ("gil",)
    assert "Unlocated, for too few stances" in found.notes[0]
    assert "Gil" in found.notes[0]
    assert places(states({**ORDERED, "gil": "+++++++++"}), fewest=9).flags == ("thin",)
    with pytest.raises(
        StanceError, match="Gil, with 9 stances on options that divide, is not located"
    ):
        places(states({**ORDERED, "gil": "+++++++++"}), anchor="gil")


def test_actors_who_share_no_option_are_mapped_apart() -> None:
    other = {"xan": " " * 12 + "+" * 11 + "-", "yul": " " * 12 + "-" * 11 + "+"}
    found = places(states({**ORDERED, **other}))
    assert set(found.more["unlocated"]) == {"xan", "yul"}


def test_who_makes_an_axis_alone_is_named() -> None:
    odd = {**dict.fromkeys(("ada", "bea", "cia", "dea", "eva"), "++++++++++++"), "fay": "-" * 12}
    found = places(states(odd), by="ca")
    # Of six, one is against what five are for: it holds 1/6 of the mass, five times as far out.
    assert found.notes[0].startswith("Fay alone makes 83% of the first axis")
    assert not any("alone makes" in note for note in places(states(ORDERED), by="ca").notes)


def test_abstentions_count_as_asked_and_undecided_words_never() -> None:
    sides = {f"{a}{n}": s for a, s in ORDERED.items() for n in "xy"}
    sides["adax"] = "0" * 12
    votes, words = states(sides, kind="vote"), states(sides)
    not_for = places(votes, anchor="fayx")
    assert {r.actor: r.stances for r in not_for.rows}["adax"] == 12
    for found in (places(votes, abstaining="silent"), places(words)):
        assert {r.actor: r.stances for r in found.rows}["adax"] == 0
        assert "adax" in found.more["unlocated"]
    # Who abstains from all is where those are who are against all.
    place = {r.actor: r.place for r in not_for.rows}
    assert place["adax"] == pytest.approx(place["fayx"], abs=1e-6)
    assert "--abstaining=silent" in places(votes, abstaining="silent").reproduce


@settings(max_examples=15)
@given(
    st.lists(st.text("+-", min_size=6, max_size=6), min_size=4, max_size=7),
    st.randoms(use_true_random=False),
)
def test_neither_order_nor_turning_all_stances_moves_anybody(signs: list[str], random: Any) -> None:
    names = [f"a{n}" for n in range(len(signs))]
    sides = dict(zip(names, signs, strict=True))
    turned = {a: s.translate(str.maketrans("+-", "-+")) for a, s in sides.items()}
    order = random.sample(range(6), 6)
    mixed = {a: "".join(sides[a][n] for n in order) for a in random.sample(names, len(names))}
    asked: dict[str, Any] = {"by": "irt", "fewest": 1}
    first = {r.actor: r.place for r in places(states(sides), **asked).rows}
    if first["a0"] is None:
        return
    anchored = {r.actor: r.place for r in places(states(sides), anchor="a0", **asked).rows}
    for other in (turned, mixed):
        found = {r.actor: r.place for r in places(states(other), anchor="a0", **asked).rows}
        if abs(anchored["a0"] or 0) > 1e-4:  # an anchor in the middle fixes no sign
            assert found == pytest.approx(anchored, abs=1e-4)


def test_the_shipped_debate_locates_nobody_and_says_what_is_known() -> None:
    found = load("ukraine-skies").places()
    assert found.verdict == (
        "Too thin to say: none of 8 actors has 10 stances on options that divide them; Germany has "
        "most, 1."
    )
    assert found.flags[0] == "insufficient"
    assert not any(row.located for row in found.rows)
    assert found.notes[0].startswith("Known of allied-interception: Romania leans to support")
    assert "A place needs 10 stances on options that divide" in found.notes[1]
    assert 2 <= len({c.id for c in found.evidence}) <= 12
    (grid,) = found.figures
    assert isinstance(grid, Grid)
    assert ("Poland", 0.0) in [(grid.rows[c.row], c.value) for c in grid.cells]


def test_nobody_and_one_actor_are_too_thin() -> None:
    assert places(states({})).verdict == "Too thin to say: no actor has a position."
    one = places(states({"ada": "+" * 12}), fewest=1)
    assert one.verdict == "Too thin to say: nobody can be located, as no option divides the actors."


def test_dna_and_iraq_say_what_would_be_needed(dna: str, iraq: str) -> None:
    for path in (dna, iraq):
        found = load(path).places(tying=Tying(kinds=("person",)))
        assert found.flags[0] == "insufficient"
        assert len({c.id for c in found.evidence}) <= 12
    # Who wanted the war and who did not are the ends, as in the paper on the debate.
    found = load(iraq).places(tying=Tying(kinds=("person",)), fewest=5, anchor="t-blair")
    place = {row.name: row.place or 0 for row in found.rows if row.located}
    assert min(place["T Blair"], place["J Straw"]) > 0 > max(place["C Kennedy"], place["A Simpson"])
    assert found.flags == ("thin",)


def test_the_least_number_is_that_of_the_measure() -> None:
    assert FEWEST_STANCES == scaling.FEWEST_STANCES


def test_who_stands_at_one_place_is_at_one_end_only() -> None:
    found = places(states({**dict.fromkeys(("ada", "bea", "cia"), "+" * 12), "dea": "-" * 12}))
    assert "farthest right are Ada, Bea and Cia, farthest left Dea;" in found.verdict


def test_ideal_points_that_take_too_long_are_refused_with_what_to_ask_instead() -> None:
    graph = states({f"{a}{n}": s for a, s in ORDERED.items() for n in "xy"})
    with pytest.raises(StanceError, match="not found in 0 seconds: give them more"):
        places(graph, seconds=0)
    assert places(graph, seconds=0, by="ca").more["by"] == "ca"
    assert "--seconds=60" in places(graph, seconds=60).reproduce


def test_who_has_enough_stances_but_hardly_any_that_divide_the_others_like_it_is_told() -> None:
    # Of all, ada and bea alone have ten; two are no map.
    few = {"ada": "+" * 12, "bea": "-" * 12, "cia": "+-" * 3 + " " * 6}
    assert places(states(few)).verdict.startswith("Too thin to say: 2 of 3 actors have 10 stances")


def test_options_that_tell_have_two_sides() -> None:
    levels = level_matrix([[1, 1, 0, 1], [1, -1, 0, None], [1, -1, 1, None]])
    assert scaling.telling_options(levels).tolist() == [1]
    assert scaling.telling_options(levels, minority=0.4).tolist() == []


def test_a_fit_is_watched() -> None:
    steps: list[int] = []
    levels = level_matrix([[1, 1, 1], [1, 1, -1], [1, -1, -1], [-1, -1, -1]])
    scaling.ideal_points(levels, anchor=0, fewest=1, watch=lambda: steps.append(1))
    assert steps


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--anchor", "Polnd"), "did you mean 'Poland'"),
        (("--actors", "Polnd"), "did you mean 'Poland'"),
        (("--kind", "contry"), "did you mean 'country'"),
        (("--dimensions", "2", "--by", "irt"), "ideal points are of one dimension"),
        (("--filter", "sort=vote"), "no field 'sort'"),
    ],
)
def test_slips_are_told(words: tuple[str, ...], says: str) -> None:
    done = ran(*words)
    assert done.exit_code == 1
    assert says in done.stderr
    assert done.stdout == ""


def test_the_command_reproduces_itself() -> None:
    done = ran("-f", "json", "--dimensions", "2", "--fewest", "2", "--actors", "nato")
    again = json.loads(done.stdout)["reproduce"].split()
    assert CliRunner().invoke(main, [*again[1:], "-f", "json"]).stdout == done.stdout


def test_an_unknown_anchor_is_told() -> None:
    with pytest.raises(UnknownName, match="did you mean 'ada'"):
        places(states(ORDERED), anchor="adda")
