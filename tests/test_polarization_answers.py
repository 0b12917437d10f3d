from __future__ import annotations

import csv
import json
from dataclasses import replace
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

import networkx as nx
import numpy as np
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from debates import debate_of, said
from stancegraph import answer
from stancegraph.answer.figure import Grid
from stancegraph.answer.polarization import polarization
from stancegraph.answer.ties import network_of
from stancegraph.answer.tying import Tying
from stancegraph.answer.windows import Length, fitting, length_of, step_for, windows
from stancegraph.cli import main
from stancegraph.errors import StanceError, UnknownName
from stancegraph.graph import Graph, load
from stancegraph.measure.coalitions import best_modularity, climbed_modularity
from stancegraph.measure.partition import climbed_partition
from stancegraph.model import (
    Actor,
    ActorKind,
    Capacity,
    Debate,
    Evidence,
    Membership,
)

LEFT, RIGHT = ("a1", "a2", "a3"), ("b1", "b2", "b3")
OPTIONS = ("ann", "bob", "cem", "dan")


def states(*records: Evidence, memberships: tuple[Membership, ...] = ()) -> Graph:
    """Make a graph in which everybody is a country and speaks for its government."""
    own = tuple(replace(e, capacity=Capacity.GOVERNMENT, principal=e.speaker) for e in records)
    debate = debate_of(*own)
    names = sorted({e.speaker for e in records})
    actors = tuple(Actor(id=a, kind=ActorKind.COUNTRY, name=a.upper()) for a in names)
    club = Actor(id="club", kind=ActorKind.ALLIANCE, name="Club")
    whole = replace(debate, actors=(*actors, club), memberships=memberships)
    return Graph(whole, Debate(id="reference", title="None"))


def spoken(day: str, **sides: str) -> list[Evidence]:
    """Make records of a day: + for, - against each option in turn."""
    words = {"+": "supports", "-": "opposes"}
    return [
        said(f"{actor}-{option}-{day}", actor, option, words[sign], day)
        for actor, signs in sides.items()
        for option, sign in zip(OPTIONS, signs, strict=True)
    ]


def said_by(names: list[str], signs: list[list[str]]) -> list[Evidence]:
    sides = {name: "".join(s) for name, s in zip(names, signs, strict=True)}
    return spoken("2024-05-01", **sides)


def apart(day: str) -> list[Evidence]:
    return spoken(day, **dict.fromkeys(LEFT, "++++"), **dict.fromkeys(RIGHT, "----"))


def together(day: str) -> list[Evidence]:
    return spoken(day, **dict.fromkeys((*LEFT, *RIGHT), "++++"))


def ran(*words: str) -> Any:
    return CliRunner(env={"COLUMNS": "100"}).invoke(main, ["polarization", *words])


def test_three_against_three_are_two_camps_where_dna_mixes_them(shared: Path) -> None:
    found = polarization(states(*apart("2024-05-01")))
    whole = found.more["whole"]
    assert whole.camps == (LEFT, RIGHT)
    # Two equal camps: 12 - 18 / 3 + 18 / 2 of 30.
    assert whole.modularity == pytest.approx(0.5)
    assert whole.is_exact
    # Halves at 1 and -1: (1/2)^2 (1/2) 2, twice.
    assert whole.esteban_ray == pytest.approx(0.5)
    assert whole.external_internal == -1
    # The same debate in DNA 3.0.11.5: its networks are these, its camps are mixed.
    folder = shared / "reference/dna_camps"
    with (folder / "1m_camps_congruence_average.csv").open(encoding="utf-8", newline="") as file:
        _, *rows = list(csv.reader(file))
    network = network_of(states(*apart("2024-05-01")), Tying(), Graph.scope(states()))
    assert (network.weight > 0).astype(int).tolist() == [[int(x) for x in r[1:]] for r in rows]
    for theirs in folder.glob("polarization__*__camps.csv"):
        with theirs.open(encoding="utf-8", newline="") as file:
            camp = {row["node"].lower(): row["membership"] for row in csv.DictReader(file)}
        assert len({camp[a] for a in LEFT}) == 2


def test_camps_that_form_are_rising_and_camps_that_end_falling() -> None:
    days = ("2020-06-01", "2021-06-01", "2022-06-01", "2023-06-01")
    rising = states(*together(days[0]), *together(days[1]), *apart(days[2]), *apart(days[3]))
    falling = states(*apart(days[0]), *apart(days[1]), *together(days[2]), *together(days[3]))
    for graph, movement, values, says in (
        (
            rising,
            "rising",
            [0, 0, 0.5, 0.5],
            "The actors are further apart than at first: 0.00 (0.00 to 0.00) from",
        ),
        (
            falling,
            "falling",
            [0.5, 0.5, 0, 0],
            "The actors are less far apart than at first: 0.50 (0.50 to 0.50) from",
        ),
    ):
        found = polarization(graph, window="1y", step="1y", draws=10)
        assert found.more["movement"] == movement
        assert [row.modularity for row in found.rows] == pytest.approx(values)
        assert found.verdict.startswith(says)
        assert found.rows[-1].until == date(2023, 6, 1)
        assert len(found.figures[0].lines[0].points) == 4  # type: ignore[union-attr]
    assert "No division is better than one camp of all 6" in found.verdict


def test_bands_that_overlap_are_no_movement_and_no_draws_no_claim() -> None:
    days = ("2021-06-01", "2022-06-01", "2023-06-01")
    graph = states(*(e for day in days for e in apart(day)))
    found = polarization(graph, window="1y", step="1y", draws=10)
    assert found.more["movement"] == "no clear movement"
    assert "the bands overlap" in found.verdict
    found = polarization(graph, window="1y", step="1y", draws=0)
    assert found.more["movement"] == "not told"
    assert found.verdict.startswith("Without draws nothing is said of a movement")
    assert found.rows[0].low is None


def test_windows_too_thin_are_gaps_and_fewer_than_three_are_told_as_one() -> None:
    days = ("2018-06-01", "2022-06-01", "2023-06-01")
    found = polarization(states(*(e for day in days for e in apart(day))), window="1y", step="1y")
    values = [row.modularity for row in found.rows]
    assert values == [pytest.approx(0.5), None, None, None, pytest.approx(0.5), pytest.approx(0.5)]
    assert "Too thin, and so without a value: 3 windows" in " ".join(found.notes)
    rows = found.tables[0].rows
    assert [row[4] for row in rows][1] == "too thin: 3 windows"
    few = polarization(states(*apart(days[0]), *apart(days[1])), window="1y", step="1y", draws=5)
    assert [row.since for row in few.rows] == [None]
    assert few.more["movement"] == "not told"
    assert "of 5 windows of 1 year, 2 have ties among 3 actors" in few.verdict


def test_windows_end_with_the_answer_unless_all_was_said_long_before() -> None:
    days = ("2020-06-01", "2021-06-01", "2022-06-01")
    graph = states(*(e for day in days for e in apart(day)))
    for as_of, last in ((date(2023, 1, 1), date(2023, 1, 1)), (date(2030, 1, 1), date(2022, 6, 1))):
        found = polarization(graph, window="1y", step="1y", draws=0, as_of=as_of)
        assert found.rows[-1].until == last
        assert len([row for row in found.rows if row.modularity is not None]) == 3


def test_what_members_say_to_others_is_counted_on_request() -> None:
    club = (Membership(member="a1", organization="club"),)
    graph = states(*apart("2024-05-01"), memberships=club)
    found = polarization(graph, by="Club")
    # Of 6 ties of friends a1 has 2, which lead out: (2 - 4) / 6.
    assert found.more["whole"].external_internal == pytest.approx(-1 / 3)
    assert "--by=club" in found.reproduce
    with pytest.raises(StanceError, match="no members of A1 are on record"):
        polarization(graph, by="a1")
    with pytest.raises(UnknownName, match="did you mean 'club'"):
        polarization(graph, by="Clob")


def test_who_has_ties_in_a_window_only_is_in_no_group_of_the_whole_time() -> None:
    # Over all, c1 agrees with everybody on two of four options, so that nothing ties it.
    days = ("2021-06-01", "2022-06-01", "2023-06-01")
    told = [e for day in days for e in apart(day)]
    told += spoken(days[0], c1="++++")
    told += spoken(days[2], c1="++--")
    found = polarization(states(*told), window="1y", step="1y", draws=2)
    assert [row.actors for row in found.rows] == [7, 6, 6]
    assert found.more["whole"].actors == 6
    assert [row.external_internal for row in found.rows] == [-1, -1, -1]


@settings(max_examples=10)
@given(
    st.lists(st.lists(st.sampled_from("+-"), min_size=4, max_size=4), min_size=4, max_size=6),
    st.randoms(use_true_random=False),
)
def test_neither_order_nor_name_matters(signs: list[list[str]], random: Any) -> None:
    names = [*LEFT, *RIGHT][: len(signs)]
    told = [
        e
        for a, s in zip(names, signs, strict=True)
        for e in spoken("2024-05-01", **{a: "".join(s)})
    ]
    mixed = random.sample(told, len(told))
    other = said_by(random.sample(names, len(names)), signs)
    values = [
        polarization(states(*records), draws=0).more["whole"].modularity
        for records in (told, mixed, other)
    ]
    if values[0] is None:
        assert values == [None] * 3
    else:
        assert values == pytest.approx([values[0]] * 3, abs=1e-9)
        assert 0 <= values[0] <= 1


def test_a_climb_from_good_camps_is_as_good_and_from_bad_ones_no_worse() -> None:
    rng = np.random.default_rng(0)
    camp = np.kron(np.eye(2), np.ones((20, 20))) > 0
    noise = rng.normal(scale=0.3, size=(40, 40))
    network = np.where(camp, 1.0, -1.0) + (noise + noise.T)
    np.fill_diagonal(network, 0)
    best = best_modularity(network, at_most=2, exact_to=0)
    assert best is not None
    climbed = climbed_modularity(network, [0] * 20 + [1] * 20, at_most=2)
    assert climbed is not None
    assert climbed.value == pytest.approx(best.value)
    assert climbed_modularity(np.zeros((3, 3)), [0, 0, 0]) is None
    with pytest.raises(ValueError, match="3 camps to begin with, and at most 2"):
        climbed_partition(network[:3, :3], [0, 1, 2], at_most=2)


@pytest.mark.parametrize(
    ("text", "length"), [("30d", (30, "d")), (" 6M ", (6, "m")), ("5y", (5, "y"))]
)
def test_lengths_are_read(text: str, length: tuple[int, str]) -> None:
    assert length_of(text) == Length(*length)


@pytest.mark.parametrize("text", ["", "5", "y", "0d", "-1y", "5 years", "1.5y", "5w", "999999y"])
def test_what_is_no_length_is_refused(text: str) -> None:
    with pytest.raises(StanceError, match="as in 30d, 6m or 5y, not"):
        length_of(text)


@given(
    st.dates(date(1900, 1, 1), date(2100, 1, 1)),
    st.dates(date(1900, 1, 1), date(2100, 1, 1)),
    st.sampled_from("dmy"),
    st.integers(1, 40),
)
def test_windows_lead_from_the_first_day_to_the_last(
    one: date, other: date, unit: str, number: int
) -> None:
    first, last = min(one, other), max(one, other)
    length = Length(number, unit)
    if (last - first).days / length.days > 400:
        with pytest.raises(StanceError, match="move them by more"):
            windows(Length(1, "d"), Length(1, "d"), first, last)
        return
    found = windows(length, length, first, last)
    assert found[-1][1] == last
    assert all(since <= until for since, until in found)
    # They follow each other without a gap.
    assert all((b[0] - a[1]).days == 1 for a, b in pairwise(found))
    assert found[0][0] <= first <= found[0][1] or len(found) == 1


def test_default_windows_are_a_twelfth_of_the_time_or_longer() -> None:
    first, last = date(1946, 1, 1), date(2020, 1, 14)
    assert [str(x) for x in fitting(first, last)] == ["5y", "10y", "20y"]
    assert step_for(Length(5, "y"), first, last) == Length(5, "y")
    assert step_for(Length(10, "y"), first, last) == Length(60, "m")
    assert [str(x) for x in fitting(first, first)] == ["1d"]
    assert len(windows(Length(5, "y"), Length(5, "y"), first, last)) == 15


def test_the_shipped_debate_is_too_thin_and_what_is_known_is_told() -> None:
    found = load("ukraine-skies").polarization()
    assert found.verdict.startswith("Too thin to say: 8 actors with positions")
    assert found.flags[0] == "insufficient"
    assert found.rows == ()
    (grid,) = found.figures
    assert isinstance(grid, Grid)
    assert ("Poland", 0.0) in [(grid.rows[c.row], c.value) for c in grid.cells]
    assert found.notes[0].startswith("Known of allied-interception: Romania leans to support")
    assert 2 <= len({c.id for c in found.evidence}) <= 12


def test_what_rests_on_one_shared_option_is_thin_and_hearsay_is_counted() -> None:
    asked = Tying(min_shared=1, kinds=("country", "person"))
    found = load("ukraine-skies").polarization(tying=asked)
    assert found.flags == ("thin",)
    assert any(note.startswith("Rests on hearsay: ") for note in found.notes)
    days = ("2021-06-01", "2022-06-01", "2023-06-01")
    many = states(*(e for day in days for e in apart(day)))
    assert polarization(many, draws=0).flags == ()
    assert polarization(many, draws=0, tying=Tying(min_shared=1)).flags == ("thin",)


@pytest.mark.parametrize("records", [[], spoken("2024-05-01", a1="++++")], ids=["empty", "one"])
def test_nobody_and_one_are_too_thin(records: list[Evidence]) -> None:
    found = polarization(states(*records))
    assert found.flags == ("insufficient",)
    assert found.verdict.startswith("Too thin to say: ")


def test_dna_sample_has_one_value_and_says_why_no_movement(dna: str) -> None:
    done = ran("-g", dna, "--kind", "person", "--kind", "institution", "-f", "json")
    found = json.loads(done.stdout)
    assert found["movement"] == "not told"
    assert len(found["rows"]) == 1
    assert "Nothing is said of a movement: of 6 windows" in found["verdict"]
    assert found["rows"][0]["low"] <= found["rows"][0]["modularity"] <= found["rows"][0]["high"]


def test_iraq_has_windows_with_gaps_and_leads_to_a_closer_look(iraq: str) -> None:
    done = ran("-g", iraq, "-f", "json", "--draws", "10")
    found = json.loads(done.stdout)
    assert found["window"] == "2y"
    assert sum(row["modularity"] is None for row in found["rows"]) == 16
    assert any(note.startswith("There are ties from 8 September 2001") for note in found["notes"])
    again = CliRunner().invoke(main, [*found["reproduce"].split()[1:], "-f", "json"])
    assert again.stdout == done.stdout


def test_votes_of_a_session_have_the_modularity_that_networkx_gives_the_camps(un: str) -> None:
    graph = load(un)
    asked = {"filters": {"session": ("73",)}}
    found = graph.polarization(tying=Tying(ties="chance"), draws=5, **asked)  # type: ignore[arg-type]
    whole = found.more["whole"]
    network = network_of(graph, Tying(ties="chance"), graph.scope(**asked)).tied()  # type: ignore[arg-type]
    number_of = {a: n for n, a in enumerate(network.actors)}
    camps = [{number_of[a] for a in camp} for camp in whole.camps]
    parts = []
    for weight in (np.maximum(network.weight, 0), np.maximum(-network.weight, 0)):
        other = nx.from_numpy_array(weight)
        parts.append((weight.sum(), nx.community.modularity(other, camps, weight="weight")))
    (friends, plus), (foes, minus) = parts
    # Gomez, Jensen and Arenas: friends' modularity less foes', by their weights.
    expected = (friends * plus - foes * minus) / (friends + foes)
    assert whole.modularity == pytest.approx(expected, abs=1e-9)
    assert {"usa", "isr"} <= set(whole.camps[1])
    assert {"cub", "irn"} <= set(whole.camps[0])


def test_a_window_of_votes_is_what_its_dates_give_alone(un: str) -> None:
    graph = load(un)
    found = graph.polarization(
        window="5y", step="5y", since=date(1990, 1, 1), as_of=date(2009, 12, 31), draws=0
    )
    assert [str(row.since) for row in found.rows] == [
        "1990-01-01", "1995-01-01", "2000-01-01", "2005-01-01",
    ]  # fmt: skip
    assert any("--ties chance measures agreement beyond chance" in note for note in found.notes)
    third = graph.polarization(since=date(2000, 1, 1), as_of=date(2004, 12, 31), draws=0)
    assert found.rows[2].modularity == pytest.approx(third.more["whole"].modularity)
    assert found.rows[2].actors == third.more["whole"].actors


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--window", "5 years"), "as in 30d, 6m or 5y, not '5 years'"),
        (("--step", "0d"), "as in 30d, 6m or 5y, not '0d'"),
        (("--by", "natoo"), "did you mean 'nato'"),
        (("--actors", "Polnd"), "did you mean 'Poland'"),
        (("--kind", "contry"), "did you mean 'country'"),
        (("--filter", "sort=vote"), "no field 'sort'"),
    ],
)
def test_slips_are_told(words: tuple[str, ...], says: str) -> None:
    done = ran(*words)
    assert done.exit_code == 1
    assert says in done.stderr
    assert done.stdout == ""


def test_python_and_command_line_ask_the_same() -> None:
    graph = load("ukraine-skies")
    assert ran("-f", "json").stdout.strip() == json.dumps(
        answer.polarization(graph).to_dict(), ensure_ascii=False, indent=2
    )
