"""Balance as a question, of graphs and of networks that somebody already has."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from debates import graph_of, said
from signed_networks import networks, tribes_of, windows_of
from stancegraph.answer import balance_of
from stancegraph.answer.drawn import drawn_of
from stancegraph.answer.figure import Web
from stancegraph.answer.tying import Tying
from stancegraph.cli import main
from stancegraph.errors import StanceError
from stancegraph.graph import Graph, load
from stancegraph.measure.balance import (
    Saying,
    sayings,
    strain,
    triangle_census,
    unbalanced_triangles,
)
from stancegraph.measure.frustration import frustration, packed_triangles
from stancegraph.read.signed_edges import SignedEdges, load_signed_edges

Values = NDArray[np.float64]
OPTIONS = ("ann", "bob", "cem", "dan")


def held(**signs: str) -> Graph:
    """A debate of own words: + for and - against each option in turn."""
    sides = {"+": "supports", "-": "opposes"}
    return graph_of(
        *(
            said(f"{actor}-{option}", actor, option, sides[sign], "2024-05-01")
            for actor, of in signs.items()
            for option, sign in zip(OPTIONS, of, strict=False)
            if sign != " "
        )
    )


def asked(*words: str, text: str | None = None) -> dict[str, Any]:
    done = CliRunner().invoke(main, ["balance", *words, "-f", "json"], input=text)
    assert done.exit_code == 0, done.output
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def refused(*words: str, text: str | None = None) -> str:
    done = CliRunner().invoke(main, ["balance", *words], input=text)
    assert done.exit_code == 1, done.output
    assert "Traceback" not in done.output
    return done.output


def edges_of(names: list[str], network: Any) -> SignedEdges:
    return SignedEdges(
        path="-", where={}, actors=tuple(names), network=np.array(network, float), repeated=0
    )


@pytest.fixture(scope="module")
def windows(shared: Path) -> Path:
    return shared / "data/cow_signed/cow_windows.csv"


def reference(shared: Path) -> list[dict[str, str]]:
    """By signnet and igraph in R; the index by HiGHS and SCIP, both proven."""
    path = shared / "reference/cow_balance_by_window.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_all_windows_are_as_signnet_and_two_solvers_say(shared: Path, windows: Path) -> None:
    rows = reference(shared)
    assert len(rows) == 26
    for row in rows:
        edges = load_signed_edges(windows, {"window": [row["window"]]})
        answer = balance_of(edges, seconds=60)
        more, index = answer.more, int(row["L_exact"])
        kinds = {"friends": "ppp", "divided": "ppn", "common_foe": "pnn", "foes": "nnn"}
        assert more["census"] == {kind: int(row[name]) for kind, name in kinds.items()}
        assert more["triangle_balance"] == pytest.approx(float(row["balance_triangles"]), abs=1e-12)
        assert more["walk_balance"] == pytest.approx(float(row["balance_walk"]), rel=1e-10)
        assert (more["actors"], more["ties"]) == (int(row["n"]), int(row["m"]))
        assert (more["positive"], more["negative"]) == (int(row["m_pos"]), int(row["m_neg"]))
        assert (more["frustration"], more["lower_bound"], more["is_exact"]) == (index, index, True)
        assert more["score"] == pytest.approx(float(row["frustration_score_exact"]), abs=1e-12)
        assert (len(answer.rows), answer.flags) == (index, ())


def test_the_command_measures_one_window_of_a_file(windows: Path) -> None:
    found = asked("--signed-edges", str(windows), "--where", "window=46-49")
    # cow_balance_by_window.csv, row 46-49.
    keys = ("frustration", "lower_bound", "actors", "ties", "positive", "negative")
    assert [found[key] for key in keys] == [17, 17, 64, 362, 320, 42]
    assert found["census"] == {"friends": 1556, "divided": 63, "common_foe": 23, "foes": 14}
    assert found["triangle_balance"] == pytest.approx(0.953502415458937)
    assert found["walk_balance"] == pytest.approx(0.657601641269838)
    assert sum(map(len, found["sides"])) == 64
    assert len(found["rows"]) == 17
    assert "--where window=46-49" in found["reproduce"]
    assert found["evidence"] == []


def test_tribes_have_seven_odd_ties(shared: Path) -> None:
    answer = balance_of(edges_of(*tribes_of(shared)))
    # tribes_sampson.json; Doreian and Mrvar, and HiGHS: 7.
    assert answer.more["frustration"] == len(answer.rows) == 7
    assert "any two sides leave at least 7 odd ties" in answer.verdict


def test_out_of_time_the_number_is_called_an_upper_bound(shared: Path) -> None:
    answer = balance_of(edges_of(*tribes_of(shared)), seconds=0)
    assert answer.flags == ("upper bound",)
    assert not answer.more["is_exact"]
    assert answer.more["lower_bound"] <= 7 <= answer.more["frustration"]
    assert f"upper bound; at least {answer.more['lower_bound']}" in answer.verdict


@pytest.mark.parametrize("seconds", ["nan", "inf"])
def test_a_time_that_is_none_is_refused(seconds: str) -> None:
    told = refused("--signed-edges", "-", "--seconds", seconds, text=EDGES)
    assert f"seconds {seconds}: give how many the proof may take" in told


def test_an_unbalanced_triangle_by_hand() -> None:
    # pol-deu: 1 less 3 of 4 = -1/2; pol-fra and deu-fra: 2 less 1 of 3 = 1/3.
    answer = held(pol="++++", deu="+---", fra="++- ").balance()
    assert answer.more["census"] == {"friends": 0, "divided": 1, "common_foe": 0, "foes": 0}
    assert answer.more["triangle_balance"] == 0
    assert (answer.more["frustration"], answer.more["frustration_weighted"]) == (
        1,
        pytest.approx(1 / 3),
    )
    says = answer.more["triangles"][0]["says"]
    assert says == "FRA agrees with both DEU and POL, who disagree."
    assert answer.more["sayings"]["common_friend"] == {"friends": 0, "pairs": 1}


def test_two_friends_with_a_common_foe_are_balanced() -> None:
    answer = held(pol="+++", deu="+++", hun="---").balance()
    assert answer.more["triangle_balance"] == 1
    assert answer.more["frustration"] == 0
    assert answer.rows == ()
    assert "Two sides explain all 3 ties" in answer.verdict
    assert sorted(map(sorted, answer.more["sides"])) == [["deu", "pol"], ["hun"]]
    # 1 of 1 is too few for a share.
    assert "cannot be told" in answer.verdict


def test_without_foes_balance_is_no_achievement() -> None:
    answer = held(pol="+++", deu="+++", hun="+++").balance()
    assert answer.verdict.startswith("Nobody is anybody's foe")
    assert answer.more["triangle_balance"] == 1


@pytest.mark.parametrize("signs", [{}, {"pol": "+++"}, {"pol": "+++", "deu": "---"}])
def test_too_few_are_told_to_be_too_few(signs: dict[str, str]) -> None:
    answer = held(**signs).balance()
    assert "insufficient" in answer.flags
    assert answer.verdict.startswith("Too thin to say")
    assert answer.more["triangle_balance"] is None
    assert json.dumps(answer.to_dict())


def test_the_debate_is_too_thin_and_what_is_known_is_said() -> None:
    answer = load().balance()
    assert answer.flags == ("contested", "hearsay only", "insufficient", "thin")
    assert "no two of which share 3 options" in answer.verdict
    assert any("Known of allied-interception" in note for note in answer.notes)
    assert answer.evidence


def test_the_sample_has_no_triangle(dna: str) -> None:
    answer = load(dna).balance()
    assert "no three of whom are all tied" in answer.verdict
    assert answer.more["triangle_balance"] is None
    assert answer.more["frustration"] == 0


def test_parties_on_iraq_have_an_odd_one_in_the_middle(iraq: str) -> None:
    graph = load(iraq)
    answer = graph.balance()
    assert {r.a for r in answer.rows} == {"labour"}
    assert answer.more["frustration"] == 3
    assert answer.evidence
    web = answer.figures[0]
    assert isinstance(web, Web)
    assert sum(tie.mark == "odd" for tie in web.ties) == 3
    assert (len(web.nodes), len(web.ties)) == (8, 24)


def test_most_states_are_on_one_side_of_a_session(un: str) -> None:
    answer = load(un).balance(filters={"session": ("73",)})
    small = min(answer.more["sides"], key=len)
    assert sorted(small) == ["isr", "usa"]
    assert answer.more["is_exact"]
    web = answer.figures[0]
    assert isinstance(web, Web)
    assert (len(web.nodes), len(web.ties)) == (80, 400)
    assert web.note.endswith("ties.")


def test_reproducing_gives_the_same_answer(iraq: str) -> None:
    answer = load(iraq).balance(tying=Tying(min_shared=4), weighted=True, seconds=9)
    words = answer.reproduce.split()[2:]
    assert asked(*words) == answer.to_dict()


def test_weights_choose_other_sides_when_asked() -> None:
    weak = [[0, 5, 2], [5, 0, -3], [2, -3, 0]]
    answer = balance_of(edges_of(["a", "b", "c"], weak), weighted=True)
    # Of an unbalanced triangle the weakest tie is odd.
    assert [(r.a, r.b, r.kind, r.weight) for r in answer.rows] == [("a", "c", "friends-across", 2)]
    assert "--weighted" in answer.reproduce


EDGES = "sign,note,to,from\n1,x,b,a\n-1,,c,a\n+1,y,c,b\n"


def test_columns_come_in_any_order_beside_others() -> None:
    found = asked("--signed-edges", "-", text=EDGES)
    assert (found["actors"], found["ties"], found["frustration"]) == (3, 3, 1)
    assert found["as_of"] is None


def test_a_tie_said_twice_counts_once_and_is_noted() -> None:
    found = asked("--signed-edges", "-", text="from,to,sign\na,b,1\nb,a,1\nb,c,-1\na,c,-1\n")
    assert found["ties"] == 3
    assert found["notes"][-1] == "1 row said again what another says, and counted once."


def test_an_order_of_rows_and_ways_does_not_matter() -> None:
    rows = EDGES.splitlines()
    turned = "\n".join(["from,to,sign", "c,b,1", "c,a,-1", "b,a,1"]) + "\n"
    again = "\n".join([rows[0], *reversed(rows[1:])]) + "\n"
    first, *others = (asked("--signed-edges", "-", text=t) for t in (EDGES, turned, again))
    assert others == [first, first]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "the file is empty"),
        ("from,to,sign\na,b,1e101\n", "row 2: sign '1e101' is too large; give weights in a unit"),
        ("from,to,sign\n", "there are no rows below the header"),
        ("from,too,sign\na,b,1\n", "row 1: no column is called 'to'; did you mean 'too'?"),
        ("X1,X2,sign\na,b,1\n", "no column is called 'from'; there are X1, X2, sign; a signed"),
        ("from,to,sign\na,a,1\n", "row 2: 'a' is tied to itself; leave the row out"),
        ("from,to,sign\na,b,0\n", "row 2: sign '0' is neither friend nor foe"),
        ("from,to,sign\na,b,nan\n", "row 2: sign 'nan' is no number; give 1 for friends"),
        ("from,to,sign\na,b,friend\n", "row 2: sign 'friend' is no number"),
        ("from,to,sign\na,,1\n", "row 2: 'to' is empty; fill it or leave the row out"),
        ("from,to,sign\na,b\n", "row 2: 2 cells where the header has 3; fill the row"),
        ("from,to,sign\na,b,1\nb,a,-1\n", "row 3: 'a' and 'b' have -1 here and 1 in row 2"),
    ],
)
def test_what_is_wrong_in_a_file_is_said_with_its_row(text: str, message: str) -> None:
    told = refused("--signed-edges", "-", text=text)
    assert message in told
    assert "standard input" in told


def test_a_value_that_no_row_has_is_refused_with_what_there_is(tmp_path: Path) -> None:
    path = tmp_path / "edges.csv"
    path.write_text("from,to,sign,window\na,b,1,46-49\n", encoding="utf-8")
    told = refused("--signed-edges", str(path), "--where", "window=46-48")
    assert "no row has window='46-48'" in told
    assert "did you mean '46-49'?" in told
    assert "no column is called 'windw'; did you mean 'window'?" in refused(
        "--signed-edges", str(path), "--where", "windw=1"
    )
    assert "there is no such file" in refused("--signed-edges", str(tmp_path / "none.csv"))


@pytest.mark.parametrize("words", [("-g", "x"), ("--from", "2020"), ("--kind", "person")])
def test_a_file_and_a_graph_are_not_asked_at_once(words: tuple[str, str]) -> None:
    told = refused("--signed-edges", "-", *words, text=EDGES)
    assert words[0] in told
    assert "is about a graph" in told


def test_rows_are_chosen_of_files_only() -> None:
    assert "--where chooses rows of --signed-edges FILE" in refused("--where", "a=b")


def test_names_of_others_are_only_data() -> None:
    bad = "\x1b[31m<b>=1+1"
    rows = [("from", "to", "sign"), (bad, "b", "1"), ("b", "c", "-1"), (bad, "c", "1")]
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    done = CliRunner().invoke(main, ["balance", "--signed-edges", "-"], input=out.getvalue())
    assert done.exit_code == 0
    assert "\x1b" not in done.stdout


def test_names_in_a_file_stay_as_they_stand() -> None:
    answer = balance_of(edges_of(["a", "the b", "c"], [[0, 1, 1], [1, 0, -1], [1, -1, 0]]))
    assert answer.more["triangles"][0]["says"] == "a is a friend of both the b and c, who are foes."
    web = answer.figures[0]
    assert isinstance(web, Web)
    assert [node.label for node in web.nodes] == ["a", "the b", "c"]


def test_what_was_supposed_of_a_file_is_said(tmp_path: Path) -> None:
    path = tmp_path / "edges.csv"
    path.write_bytes("from;to;sign\nMünchen;b;1\n".encode("cp1252"))
    notes = asked("--signed-edges", str(path))["notes"]
    assert "edges.csv: it is no UTF-8, so read as cp1252." in notes
    path.write_bytes(b"from,to,sign\na\x8f,b,1\n")
    assert "save it as UTF-8" in refused("--signed-edges", str(path))


def test_an_unknown_kind_is_refused() -> None:
    with pytest.raises(StanceError, match="no kind of actor 'county'; did you mean 'country'"):
        load().balance(tying=Tying(kinds=("county",)))


@settings(deadline=None, max_examples=40)
@given(networks())
def test_strain_counts_each_unbalanced_triangle_three_times(network: Values) -> None:
    census = triangle_census(network)
    bad = census.divided + census.foes
    assert np.triu(strain(network)).sum() == 3 * bad
    found = unbalanced_triangles(network, most=1000)
    assert len(found) == len(set(found)) == bad
    least = [min(abs(network[a, b]) for a, b in ((i, j), (i, k), (j, k))) for i, j, k in found]
    assert least == sorted(least, reverse=True)
    assert unbalanced_triangles(network, most=2) == found[:2]


@settings(deadline=None, max_examples=40)
@given(networks(), st.booleans())
def test_triangles_that_share_no_tie_bound_the_index(network: Values, weighted: bool) -> None:
    given_ = network if weighted else np.sign(network)
    assert packed_triangles(given_) <= frustration(network, weighted=weighted).value + 1e-9


@settings(deadline=None, max_examples=30)
@given(networks(), st.randoms(use_true_random=False))
def test_names_and_order_do_not_matter(network: Values, random: Any) -> None:
    order = list(range(len(network)))
    random.shuffle(order)
    names = [f"n{n}" for n in range(len(network))]
    first = balance_of(edges_of(names, network)).more
    again = balance_of(edges_of([names[n] for n in order], network[np.ix_(order, order)])).more
    same = ("frustration", "census", "triangle_balance", "sayings", "ties", "positive")
    assert [first[key] for key in same] == [again[key] for key in same]
    assert first["frustration_weighted"] == pytest.approx(again["frustration_weighted"])


def test_sayings_of_a_square_by_hand() -> None:
    # a and b are friends with the common foe c; d is a friend of a and a foe of b.
    square = [[0, 1, -1, 1], [1, 0, -1, -1], [-1, -1, 0, 0], [1, -1, 0, 0]]
    found = sayings(square)
    assert found.common_foe == Saying(friends=1, pairs=1)  # a-b by c
    assert found.common_friend == Saying(friends=0, pairs=1)  # b-d by a
    # a-b by d; a-c by b; b-c by a; a-d by b; b-d: by a two friends.
    assert found.friend_and_foe == Saying(friends=2, pairs=4)


def test_what_is_drawn_of_a_large_network_is_what_matters() -> None:
    rank = np.ones((100, 100)) - np.eye(100)
    rank[7, 93] = rank[93, 7] = 2
    drawn = drawn_of(rank)
    assert (len(drawn.actors), len(drawn.ties)) == (80, 400)
    assert (7, 93) in drawn.ties
    assert drawn.left_out == "Not drawn: 20 of 100 actors and 4550 of 4950 ties."


def test_windows_by_the_file_are_those_of_the_table(shared: Path, windows: Path) -> None:
    name, expected = next(iter(windows_of(shared).items()))
    edges = load_signed_edges(windows, {"window": [name]})
    np.testing.assert_array_equal(edges.network, expected)
