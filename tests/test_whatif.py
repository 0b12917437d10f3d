from __future__ import annotations

import json
import shlex
from dataclasses import replace
from datetime import date
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from debates import graph_of, said
from stancegraph.answer import Answer, Follower
from stancegraph.answer.figure import Dots, Film
from stancegraph.answer.following import Following
from stancegraph.answer.supposition import shifts_of
from stancegraph.answer.tying import Tying
from stancegraph.cli import main
from stancegraph.errors import StanceError, UnknownName
from stancegraph.graph import Graph, load
from stancegraph.measure.influence import listening
from stancegraph.model import Debate, Evidence, Influence, Membership, Polarity
from stancegraph.read.imported import InvalidFile
from stancegraph.read.influence_file import load_influence
from stancegraph.scope import Which

MIN_ONE = Tying(min_shared=1)

CHAIN = "from,to,weight\ndeu,usa,1\npol,deu,3\n"
"""Germany listens to the United States only, Poland to Germany only."""


def asked(*words: str, code: int = 0) -> str:
    done = CliRunner().invoke(main, ["whatif", *words])
    assert done.exit_code == code, done.output
    return done.output


def rows_of(answer: Answer[Follower]) -> dict[str, Follower]:
    return {r.actor: r for r in answer.rows}


def heard(answer: Answer[Follower], actor: str) -> dict[str, float]:
    found: dict[str, dict[str, float]] = {
        i["actor"]: i["listens_to"] for i in answer.more["influence"]
    }
    return found[actor]


@pytest.fixture
def three() -> Graph:
    """Give three that oppose one option."""
    opposing = ("usa", "deu", "pol")
    return graph_of(*(said(f"s-{a}", a, "x", "opposes", "2024-05-01") for a in opposing))


@pytest.fixture
def chain(tmp_path: Path) -> str:
    path = tmp_path / "chain.csv"
    path.write_text(CHAIN, encoding="utf-8")
    return str(path)


def moved(record: Evidence, by: str, moves: str, option: str | None = None) -> Evidence:
    """Let a record tell that one moves another."""
    return replace(record, influences=(Influence(by=by, moves=moves, says="Led.", option=option),))


def test_a_chain_follows_link_by_link(three: Graph, chain: str) -> None:
    # With s Germany comes to 2s - 1 and Poland to 2s^2 - 1: beyond 1/2, beyond its root, .7071.
    answer = three.whatif("usa supports x", listen=[chain])
    found = rows_of(answer)
    germany, poland = found["deu"], found["pol"]
    assert [r.actor for r in answer.rows] == ["usa", "deu", "pol"]
    assert (germany.crosses_at, poland.crosses_at) == (0.51, 0.71)
    assert (germany.low, germany.high) == pytest.approx((-0.6, 0.8))
    assert (poland.low, poland.high) == pytest.approx((-0.92, 0.62))
    assert (germany.order, poland.order) == (1, 2)
    assert (germany.degroot, poland.degroot) == (1, 1)
    # The whole of whom each listens to comes over, so that all thresholds are reached.
    assert (germany.joins_up_to, poland.joins_up_to) == (0.8, 0.8)
    assert (germany.wave_first, germany.wave_last) == (1, 1)
    assert (poland.wave_first, poland.wave_last) == (2, 2)
    assert (
        "If USA came to support 'Do x', then under the assumptions below (listening by "
        f"{chain}) DEU would cross the middle first, from susceptibility 0.51 on, then POL from "
        "0.71." in answer.verdict
    )


def test_the_order_of_records_is_no_matter(three: Graph, chain: str) -> None:
    turned = graph_of(*reversed(three.debate.evidence))
    words = "usa supports x", "deu undecided x"
    answers = [g.whatif(*words, listen=[chain]).to_dict() for g in (three, turned)]
    assert answers[0] == answers[1]


def test_without_the_shift_nothing_moves_who_agree(three: Graph, chain: str) -> None:
    for row in three.whatif("usa supports x", listen=[chain]).rows:
        assert (row.baseline_low, row.baseline_high) == (-1, -1)
        assert (row.baseline_crosses_at, row.baseline_joins_up_to) == (None, None)
        assert row.baseline_degroot == -1


def test_what_comes_without_the_shift_is_not_its_doing(tmp_path: Path) -> None:
    # Poland listens to Hungary and France, who support: it crosses without the United States.
    path = tmp_path / "w.csv"
    path.write_text("from,to,weight\npol,hun,1\npol,fra,1\ndeu,usa,1\n", encoding="utf-8")
    graph = graph_of(
        said("a", "usa", "x", "opposes"),
        said("b", "deu", "x", "opposes"),
        said("c", "pol", "x", "opposes"),
        said("d", "hun", "x", "supports"),
        said("e", "fra", "x", "supports"),
    )
    answer = graph.whatif("usa supports x", listen=[str(path)])
    poland = rows_of(answer)["pol"]
    assert poland.crosses_at == poland.baseline_crosses_at == 0.51
    assert (poland.order, poland.effect_low, poland.effect_high) == (None, 0, 0)
    assert answer.more["followers"] == ["deu"]
    assert answer.more["drifting"] == ["pol"]
    assert any("0.51 (0.51)" in row for row in answer.tables[0].rows)
    assert "POL would cross with the shift and without it" in answer.verdict


def test_who_crosses_by_a_push_at_the_end_is_said_to(tmp_path: Path) -> None:
    # At .9 Poland comes to -.1 + .9 (.55 - .45) = -.01 without the shift, to .8 with it: of its
    # way of 1.8 the shift makes .81, less than half. With equal weights it makes just half.
    said_of: list[bool] = []
    for weights in ((45, 55), (50, 50)):
        path = tmp_path / "w.csv"
        path.write_text("from,to,weight\npol,usa,{}\npol,hun,{}\n".format(*weights))
        sides = {"pol": "opposes", "usa": "opposes", "hun": "supports"}
        graph = graph_of(*(said(f"s-{a}", a, "x", side) for a, side in sides.items()))
        answer = graph.whatif("usa supports x", listen=[str(path)])
        assert answer.more["followers"] == ["pol"]
        said_of.append("Most of that way it would go without the shift." in answer.verdict)
    assert said_of == [True, False]


def test_the_consensus_is_that_of_golub_and_jackson(tmp_path: Path) -> None:
    # Golub and Jackson 2010: weights .4, .4, .2 of first opinions 1, -1, .5, which makes .1.
    path = tmp_path / "w.csv"
    rows = "pol,deu,.5\npol,fra,.5\ndeu,pol,1\nfra,deu,1\nhun,usa,1\n"
    path.write_text(f"from,to,weight\n{rows}", encoding="utf-8")
    graph = graph_of(
        said("a", "pol", "x", "supports"),
        said("b", "deu", "x", "opposes"),
        said("c", "fra", "x", "leans-support"),
        said("d", "hun", "x", "opposes"),
    )
    found = rows_of(graph.whatif("usa supports x", listen=[str(path)]))
    assert [found[a].degroot for a in ("pol", "deu", "fra")] == pytest.approx([0.1] * 3)
    assert found["hun"].degroot == 1


def test_the_question_comes_to_what_friedkin_and_johnsen_published(
    shared: Path, tmp_path: Path
) -> None:
    # Their four have a susceptibility s each; here all have .9, and hold on by a share w of
    # attention to themselves: s (1 - w0) / (1 - s w0) = .9 (1 - w) / (1 - .9 w), solved for w.
    # What settles is linear in what is begun with, so one actor after the other supports.
    text = (shared / "reference/agreement_change_opinion_ca.json").read_text(encoding="utf-8")
    case, four = json.loads(text)["friedkin_johnsen"], ("pol", "deu", "usa", "fra")
    lines = ["from,to,weight"]
    for n in (0, 1, 3):
        given, row = case["lambda"][n], case["W"][n]
        least = given * (1 - row[n]) / (1 - given * row[n])
        own = (0.9 - least) / (0.9 * (1 - least))
        shares = [own if m == n else row[m] / (1 - row[n]) * (1 - own) for m in range(4)]
        lines += [f"{four[n]},{four[m]},{shares[m]!r}" for m in range(4)]
    path = tmp_path / "w.csv"
    path.write_text("\n".join(lines), encoding="utf-8")
    counts = np.zeros((4, 4))
    for n, who in enumerate(four):
        sides = {a: "supports" if a == who else "undecided" for a in four}
        graph = graph_of(*(said(f"s-{a}", a, "x", side) for a, side in sides.items()))
        answer = graph.whatif(f"usa {sides['usa']} x", listen=[str(path)], susceptibility=0.9)
        film = answer.figures[0]
        assert isinstance(film, Film)
        ends = film.frames[-1].shows
        assert isinstance(ends, Dots)
        settled = {dot.label: dot.value for dot in ends.rows}
        counts[:, n] = [settled[a.upper()] for a in four]
    np.testing.assert_allclose(counts, case["V"], atol=1e-6)
    np.testing.assert_allclose(counts @ case["x0_a"], case["published_a"], atol=0.05)
    np.testing.assert_allclose(counts @ case["x0_b"], case["published_b"], atol=0.05)


def test_who_holds_on_to_its_own_view_moves_less(three: Graph, tmp_path: Path) -> None:
    # Half of its attention is its own: x = s (x / 2 + 1 / 2) - (1 - s), 0 at s = 2 / 3.
    path = tmp_path / "w.csv"
    path.write_text("from,to,weight\ndeu,deu,1\ndeu,usa,1\n", encoding="utf-8")
    answer = three.whatif("usa supports x", listen=[str(path)])
    germany = rows_of(answer)["deu"]
    assert (germany.crosses_at, germany.listens_to) == (0.67, 1)
    assert ("DEU", "itself 50% and USA 50%", str(path)) in answer.tables[1].rows
    assert "only DEU would cross the middle because of it, from susceptibility 0.67 on" in (
        answer.verdict
    )


def test_who_takes_turns_never_settles_by_de_groot(tmp_path: Path) -> None:
    path = tmp_path / "w.csv"
    path.write_text("from,to,weight\npol,deu,1\ndeu,pol,1\nfra,usa,1\n", encoding="utf-8")
    sides = {"pol": "supports", "deu": "opposes", "fra": "opposes", "usa": "opposes"}
    graph = graph_of(*(said(f"s-{a}", a, "x", side) for a, side in sides.items()))
    answer = graph.whatif("usa supports x", listen=[str(path)], susceptibility=1)
    assert rows_of(answer)["pol"].degroot is None
    assert "never settles" in str(answer.tables[0].rows)
    film = answer.figures[0]
    assert isinstance(film, Film)
    assert film.frames[-1].says == "DEU and POL never settle. Across the middle: FRA."


def test_allies_who_listen_alike_settle_as_by_hand() -> None:
    # Each gives 2/5 to either fellow member of both, 1/5 to the United States. With T the sum of
    # the three, T = s(.8T + .6) - .5(1 - s), and p = s(.4(T - p) + .2) + (1 - s)p(0).
    answer = load().whatif("usa supports allied-interception")
    found = rows_of(answer)
    assert heard(answer, "deu") == {"pol": 0.4, "rou": 0.4, "usa": 0.2}
    assert (found["pol"].high, found["deu"].high) == pytest.approx((0.81 / 1.36, 0.71 / 1.36))
    ranges = answer.figures[1]
    assert isinstance(ranges, Dots)
    at_half = {dot.label: dot.value for dot in ranges.rows}
    assert at_half["Poland"] == pytest.approx(0.7 / 7.2, abs=1e-6)
    assert at_half["Romania"] == pytest.approx(2.2 / 7.2, abs=1e-6)
    assert at_half["Germany"] == pytest.approx(-2.3 / 7.2, abs=1e-6)
    # The shift raises T, and so each of them, by as much.
    assert "The shift alone moves Germany, Poland and Romania alike" in answer.verdict
    # Germany: s(.4T + .2) - (1 - s) is .0118 at .70 and -.0124 at .69.
    assert (found["deu"].crosses_at, answer.more["followers"]) == (0.7, ["deu"])


def test_the_shipped_debate_says_what_it_rests_on() -> None:
    answer = load().whatif("Washington supports allied-interception")
    assert answer.verdict.endswith("This is what the assumptions come to, not a forecast.")
    assert "Where all of them start is hearsay: others' word only." in answer.verdict
    assert {"hearsay only", "thin"} <= {*answer.flags}
    assert [c.id for c in answer.evidence] == ["s07", "s07", "s13", "s06", "s06"]
    notes = " ".join(answer.notes)
    assert "'Washington' is read as the United States." in notes
    assert "European nations are said to follow the United States (s11)" in notes
    assert "--as european-nations=eu" in notes
    assert "Silent on allied-interception, so not in it (28)" in notes
    assert len(answer.more["silent"]) == 28


def test_whom_a_group_means_is_stated_and_told() -> None:
    answer = load().whatif(
        "usa supports allied-interception", stands_for=["european-nations=deu,pol"]
    )
    # The record gives all to the United States, the alliances a fifth: half of either.
    assert heard(answer, "deu") == pytest.approx({"usa": 0.6, "pol": 0.2, "rou": 0.2})
    assert heard(answer, "rou") == pytest.approx({"usa": 0.2, "pol": 0.4, "deu": 0.4})
    assert "Germany and Poland are taken for European nations" in str(answer.more["assumptions"])
    assert answer.evidence[-1].id == "s11"
    assert not any("Not used" in note for note in answer.notes)


def test_an_organisation_stands_for_its_members() -> None:
    by_name, by_members = (
        load().whatif("usa supports allied-interception", stands_for=[f"european-nations={who}"])
        for who in ("EU", "deu,pol,rou")
    )
    assert by_name.rows == by_members.rows


def test_the_silent_are_left_out_unless_they_are_let_in() -> None:
    graph = load()
    out, let_in = (
        graph.whatif("usa supports allied-interception", silent=silent) for silent in (False, True)
    )
    assert len(out.rows) == 4
    france = rows_of(let_in)["fra"]
    assert (len(let_in.rows), france.start, france.start_hearsay) == (32, 0, None)
    assert "28 silent actors, put in the middle, would end between" in let_in.verdict
    assert "28 silent actors begin in the middle (--silent)" in str(let_in.more["assumptions"])
    assert "nato" not in {*let_in.more["silent"]}, "it has spoken of a narrower option"


def test_agreement_counts_on_the_other_options_only(tmp_path: Path) -> None:
    # Poland is with Germany on a, b, c and against France there; on x it is the other way round.
    records = [
        said(f"{a}-{o}", a, o, side)
        for a, sides in {"pol": "+++-", "deu": "++++", "fra": "----", "usa": "++++"}.items()
        for o, sign in zip("abcx", sides, strict=True)
        for side in ("supports" if sign == "+" else "opposes",)
    ]
    answer = graph_of(*records).whatif("usa opposes x")
    assert heard(answer, "pol") == {"deu": 0.5, "usa": 0.5}
    assert heard(answer, "fra") == {}
    fewer = graph_of(*(r for r in records if not r.id.endswith("-a"))).whatif("usa opposes x")
    assert heard(fewer, "pol") == {}
    assert "insufficient" in fewer.flags


def test_each_source_counts_alike_for_whom_it_tells_of(chain: str) -> None:
    records = [
        said(f"{a}-{o}", a, o, "supports") for a in ("pol", "deu", "fra", "usa") for o in "abcx"
    ]
    answer = graph_of(*records).whatif("usa opposes x", listen=["agreement", chain])
    # Agreement gives a third to each; the table gives Germany to the United States.
    assert heard(answer, "deu") == {"usa": 0.666667, "pol": 0.166667, "fra": 0.166667}
    assert heard(answer, "fra") == {"usa": 0.333333, "pol": 0.333333, "deu": 0.333333}


def test_shared_alliances_weigh_by_their_number_and_at_their_time() -> None:
    opposing = ("pol", "deu", "usa", "hun")
    graph = graph_of(*(said(f"s-{a}", a, "x", "opposes", "2024-05-01") for a in opposing))
    pacts = {"paper": ("pol", "deu", "usa"), "expert": ("pol", "deu")}
    spells = [Membership(member=m, organization=o) for o, of in pacts.items() for m in of]
    left = Membership(member="hun", organization="paper", until=date(2004, 1, 1))
    members = Graph(replace(graph.debate, memberships=(*spells, left)), Debate(id="r", title="R"))
    answer = members.whatif("usa supports x")
    assert heard(answer, "pol") == {"deu": 0.666667, "usa": 0.333333}
    assert heard(answer, "hun") == {}


def test_influence_counts_on_its_option_and_by_its_day() -> None:
    base = [said(f"s-{a}", a, "x", "opposes", "2024-05-01") for a in ("usa", "deu", "pol")]
    told = moved(said("t", "fra", "y", "supports", "2024-05-09", by="paper"), "usa", "deu")
    other = moved(said("u", "fra", "y", "supports", "2024-05-01"), "usa", "pol", option="y")
    graph = graph_of(*base, told, other)
    assert heard(graph.whatif("usa supports x"), "deu") == {"usa": 1}
    assert heard(graph.whatif("usa supports x"), "pol") == {}, "it is told of another option"
    for which in (Which(as_of=date(2024, 5, 8)), Which(own_words=True)):
        assert heard(graph.whatif("usa supports x", **which), "deu") == {}


def test_a_filter_is_for_records_of_influence_too() -> None:
    base = [said(f"s-{a}", a, "x", "opposes") for a in ("usa", "deu")]
    graph = graph_of(*base, moved(said("t", "fra", "y", "supports"), "usa", "deu"))
    for speaker, found in (("deu", {}), ("fra", {"usa": 1})):
        filters = {"speaker": ("usa", "deu", speaker)}
        answer = graph.whatif("usa supports x", filters=filters)
        assert heard(answer, "deu") == found


def test_who_has_no_position_can_be_supposed_to_take_one(chain: str) -> None:
    graph = graph_of(said("a", "deu", "x", "opposes"), said("b", "pol", "x", "opposes"))
    answer = graph.whatif("usa supports x", listen=[chain])
    found = rows_of(answer)
    assert (found["usa"].start, found["usa"].baseline_low, found["usa"].effect_low) == (None,) * 3
    assert (found["deu"].crosses_at, found["deu"].baseline_high) == (0.51, -1)
    assert "USA has no position on x now: without the shift it is left out." in answer.notes
    film = answer.figures[0]
    assert isinstance(film, Film)
    first = film.frames[0].shows
    assert isinstance(first, Dots)
    assert first.rows[0].value is None


def test_several_shift_at_once(three: Graph, chain: str) -> None:
    answer = three.whatif("usa supports x", "pol undecided x", listen=[chain])
    found = rows_of(answer)
    assert [r.actor for r in answer.rows if r.shifts] == ["pol", "usa"]
    assert (found["pol"].high, found["usa"].high) == (0, 1)
    assert any("goes to no one side" in note for note in answer.notes)
    assert {r.joins_up_to for r in answer.rows} == {None}


def test_a_shift_to_where_one_stands_moves_nothing(three: Graph, chain: str) -> None:
    answer = three.whatif("usa opposes x", listen=[chain])
    assert {(r.effect_low, r.effect_high) for r in answer.rows} == {(0, 0)}
    assert "The shift alone moves nobody to speak of." in answer.verdict
    assert "USA opposes it already: nothing shifts." in answer.verdict


@pytest.mark.parametrize(
    ("shift", "why"),
    [
        ("pol opposes x", "nobody else has a position on x"),
        ("usa opposes x", "nobody with a position on it is known to listen to USA"),
    ],
)
def test_one_actor_is_too_few(shift: str, why: str) -> None:
    answer = graph_of(said("a", "pol", "x", "supports")).whatif(shift)
    assert answer.verdict.startswith("Too thin to say what would follow if")
    assert why in answer.verdict
    assert "not a forecast" in answer.verdict
    assert "insufficient" in answer.flags
    assert "Known of x: POL supports it." in answer.notes
    assert any(note.startswith("Needed: ") for note in answer.notes)
    assert not answer.figures


def test_a_graph_without_records_has_no_option_to_suppose() -> None:
    with pytest.raises(UnknownName, match="no option is called 'x'"):
        graph_of().whatif("usa supports x")


def test_the_film_plays_from_now_until_all_have_settled(three: Graph, chain: str) -> None:
    film = three.whatif("usa supports x", listen=[chain], susceptibility=0.5).figures[0]
    assert isinstance(film, Film)
    # Germany comes to 2 * .5 - 1 = 0 in a step, Poland to 2 * .25 - 1 = -.5 in the next.
    assert [f.label for f in film.frames] == ["Now", "The shift", "Step 1", "Step 2", "In the end"]
    assert [f.says for f in film.frames] == [
        "0 for, 0 undecided, 3 against.",
        "Suppose that USA came to support 'Do x'.",
        "DEU from -1.00 to 0.00.",
        "POL from -1.00 to -0.50.",
        "All have settled; nobody has crossed the middle.",
    ]
    shown = [f.shows for f in film.frames]
    assert all(isinstance(s, Dots) for s in shown)
    assert [[d.value for d in s.rows] for s in shown if isinstance(s, Dots)] == [
        [-1, -1, -1],
        [1, -1, -1],
        [1, 0, -1],
        [1, 0, -0.5],
        [1, 0, -0.5],
    ]


def test_the_film_ends_with_who_has_crossed_and_who_would_have_anyway(tmp_path: Path) -> None:
    # At .9 Poland comes to .8 by Hungary and Germany to .8 by the United States, all others held.
    path = tmp_path / "w.csv"
    path.write_text("from,to,weight\npol,hun,1\ndeu,usa,1\n", encoding="utf-8")
    sides = {"pol": "opposes", "deu": "opposes", "usa": "opposes", "hun": "supports"}
    graph = graph_of(*(said(f"s-{a}", a, "x", side) for a, side in sides.items()))
    film = graph.whatif("usa supports x", listen=[str(path)], susceptibility=0.9).figures[0]
    assert isinstance(film, Film)
    assert film.frames[-1].says == (
        "All have settled. Across the middle: DEU and POL. Without the shift, too: POL."
    )


@pytest.mark.parametrize(
    ("text", "polarity"),
    [
        ("the U.S. supports x", Polarity.SUPPORTS),
        ("usa leans to support x", Polarity.LEANS_SUPPORT),
        ("USA leans-support Do x", Polarity.LEANS_SUPPORT),
        ("usa is undecided on x", Polarity.UNDECIDED),
        ("usa is undecided about x", Polarity.UNDECIDED),
        ("usa leans against x", Polarity.LEANS_OPPOSE),
        ("usa  LEANS-OPPOSE  x", Polarity.LEANS_OPPOSE),
        ("usa opposes x", Polarity.OPPOSES),
    ],
)
def test_a_shift_is_read_as_it_is_said(text: str, polarity: Polarity) -> None:
    graph = graph_of(said("a", "usa", "x", "supports"))
    (found,) = shifts_of(with_alias(graph), [text])
    assert (found.actor.id, found.polarity, found.option.id) == ("usa", polarity, "x")


def with_alias(graph: Graph) -> Graph:
    actors = tuple(
        replace(a, aliases=("U.S.",)) if a.id == "usa" else a for a in graph.debate.actors
    )
    return Graph(replace(graph.debate, actors=actors), Debate(id="r", title="R"))


def test_a_name_may_have_a_stance_in_it() -> None:
    graph = graph_of(said("a", "expert", "x", "supports"))
    named = tuple(
        replace(a, name="Friends who support peace") if a.id == "expert" else a
        for a in graph.debate.actors
    )
    graph = Graph(replace(graph.debate, actors=named), Debate(id="r", title="R"))
    (found,) = shifts_of(graph, ["Friends who support peace opposes x"])
    assert (found.actor.id, found.polarity) == ("expert", Polarity.OPPOSES)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["usx supports allied-interception"], "did you mean 'US'"),
        (["usa supports allied-intercepton"], "did you mean 'allied-interception'"),
        (["usa supports allied-intercepton"], "stance 'supports', option 'allied-intercepton'"),
        (["usa likes allied-interception"], "no stance between an actor and an option"),
        (["usa likes allied-interception"], "as in 'usa supports allied-interception'"),
        (["supports"], "no stance between an actor and an option in 'supports'"),
        (
            ["usa supports allied-interception", "deu opposes f16-in-russia"],
            "one what-if at a time",
        ),
        (
            ["usa supports allied-interception", "US opposes allied-interception"],
            "the United States cannot stand on two sides at once",
        ),
        (["usa supports allied-interception", "--listen", "record"], "did you mean 'records'"),
        (["usa supports allied-interception", "--listen", "no.csv"], "there is no such file"),
        (["usa supports allied-interception", "--listen", ""], "records, alliances or agreement"),
        (["usa supports allied-interception", "--as", "deu"], "--as is group=actors"),
        (
            [
                "usa supports allied-interception",
                *("--as", "european-nations=eu", "--listen", "alliances"),
            ],
            "add --listen records",
        ),
        (
            ["usa supports allied-interception", "--as", "western-countries=deu"],
            "of such records' actors there are european-nations, usa",
        ),
        (["usa supports allied-interception", "--as", "european-nations=gex"], "gex"),
    ],
)
def test_a_slip_is_answered_with_a_remedy(words: list[str], message: str) -> None:
    printed = asked(*words, code=1)
    assert message in printed
    assert printed.startswith("Error: ")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("from,to\nusa,deu\n", "there is no column 'weight' but from, to"),
        ("from,to,weight\nusa,deu,much\n", r"row 2: weight 'much': write a number of 0 or more"),
        ("from,to,weight\nusa,deu,-1\n", r"row 2: weight '-1'"),
        ("from,to,weight\nusa,deu,nan\n", r"row 2: weight 'nan'"),
        ("from,to,weight\nusa,deu,1e999\n", r"row 2: weight '1e999'"),
        ("from,to,weight\nusa,deu,1\nusa,,1\n", r"row 3: 'to' is empty"),
        ("from,to,weight\n", "there are no rows below the header"),
    ],
)
def test_a_table_that_tells_no_influence_is_refused(
    tmp_path: Path, text: str, message: str
) -> None:
    path = tmp_path / "w.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InvalidFile, match=message):
        load_influence(path)


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("deu,usx,1", r"row 4: no actor is called 'usx'; did you mean"),
        ("DEU,USA,2", r"row 4: 'DEU' listens to 'USA' in row 2 already; keep one of the two"),
    ],
)
def test_a_table_of_other_names_is_refused(
    three: Graph, tmp_path: Path, row: str, message: str
) -> None:
    path = tmp_path / "w.csv"
    path.write_text(f"{CHAIN}{row}\n", encoding="utf-8")
    with pytest.raises(InvalidFile, match=message):
        three.whatif("usa supports x", listen=[str(path)])


def test_rows_about_others_are_counted_and_left_alone(three: Graph, tmp_path: Path) -> None:
    path = tmp_path / "w.csv"
    path.write_text(f"{CHAIN}hun,usa,1\npol,fra,9\n", encoding="utf-8")
    answer = three.whatif("usa supports x", listen=[str(path)])
    assert heard(answer, "pol") == {"deu": 1}
    assert any("2 rows not used" in note for note in answer.notes)


def test_a_table_may_be_written_in_capitals_and_have_more_columns(tmp_path: Path) -> None:
    path = tmp_path / "w.csv"
    path.write_text("Weight;TO;From;why\n0.5;usa;pol;treaty\n", encoding="utf-8")
    (found,) = load_influence(path)
    assert (found.row, found.listener, found.heard, found.weight) == (2, "pol", "usa", 0.5)


@pytest.mark.parametrize("susceptibility", [-0.1, 1.5, float("nan")])
def test_susceptibility_is_a_share(three: Graph, susceptibility: float) -> None:
    with pytest.raises(StanceError, match=r"susceptibility .*: give 0 to 1"):
        three.whatif("usa supports x", susceptibility=susceptibility)


def test_the_answer_can_be_had_again() -> None:
    words = (
        *("the US leans to support allied-interception", "--silent", "--susceptibility", "0.4"),
        *("--as", "european-nations=eu", "--listen", "records", "--listen", "alliances"),
        *("--actors", "nato", "--min-shared", "1"),
    )
    first = json.loads(asked(*words, "-f", "json"))
    _, verb, *again = shlex.split(first["reproduce"])
    assert verb == "whatif"
    second = json.loads(asked(*again, "-f", "json"))
    assert second == first
    assert first["susceptibility"] == 0.4


def test_the_table_fits_a_hundred_columns() -> None:
    done = CliRunner(env={"COLUMNS": "100"}).invoke(
        main, ["whatif", "usa supports allied-interception", "--silent"]
    )
    assert max(map(len, done.output.splitlines())) <= 100
    assert "The first 25 of 32 are shown: --format csv has all." in done.output


def test_a_table_of_rows_has_all_columns() -> None:
    text = asked("usa supports allied-interception", "-f", "csv")
    assert text.splitlines()[0].startswith("actor,name,shifts,start,start_hearsay,low,high")
    assert len(text.splitlines()) == 5


def test_parties_that_agree_are_moved_by_one_of_them(iraq: str) -> None:
    answer = load(iraq).whatif("conservative opposes 22-war")
    found = rows_of(answer)
    assert found["conservative"].degroot == -1
    # Nobody whom it reaches, through others or not, is moved the other way by a shift against.
    assert max(r.effect_high or 0 for r in answer.rows) <= 0
    assert found["dup"].effect_low < -0.1  # type: ignore[operator]
    assert len({c.id for c in answer.evidence}) <= 12
    assert {"conservative", "dup", "uup"} <= {c.holder for c in answer.evidence}
    assert "not a forecast" in answer.verdict


def test_a_debate_too_thin_for_agreement_says_so(dna: str) -> None:
    option = "there-should-be-legislation-to-regulate-emissions"
    answer = load(dna).whatif(f"Environmental Protection Agency opposes {option}")
    assert answer.verdict.startswith("Too thin to say")
    assert "National Petrochemical & Refiners Association opposes it" in " ".join(answer.notes)
    assert not answer.figures
    fewer = load(dna).whatif(
        f"Environmental Protection Agency opposes {option}", silent=True, tying=MIN_ONE
    )
    assert "insufficient" not in fewer.flags


def test_votes_of_the_united_nations_carry_by_agreement(un: str) -> None:
    answer = load(un).whatif("usa supports unga-5979", listen=["agreement"])
    # 85 for and 55 against, as `stancegraph options` counts and the roll call has it.
    assert sum(r.start == 1 for r in answer.rows) == 85
    assert sum(r.start == -1 for r in answer.rows) == 55
    assert all(r.degroot == 1 for r in answer.rows)
    assert min(r.effect_low or 0 for r in answer.rows) >= 0
    assert "not a forecast" in answer.verdict
    assert 2 <= len(answer.evidence) <= 12
    film = answer.figures[0]
    assert isinstance(film, Film)
    assert all(isinstance(f.shows, Dots) and len(f.shows.rows) <= 60 for f in film.frames)
    assert len(film.frames) <= 12
    shares = heard(answer, "can")
    assert sum(shares.values()) == pytest.approx(1, abs=1e-4)
    assert "prk" not in shares


@st.composite
def suppositions(draw: st.DrawFn) -> Following:
    size = draw(st.integers(2, 6))
    weights = draw(st.lists(st.integers(0, 3), min_size=size**2, max_size=size**2))
    levels = st.sampled_from([-1.0, -0.5, 0.0, 0.5, 1.0])
    present = np.array(draw(st.lists(levels, min_size=size, max_size=size)))
    matrix = np.array(weights, dtype=float).reshape(size, size)
    shares = np.where(matrix.sum(axis=1, keepdims=True) > 0, listening(matrix), 0)
    return Following(shares, present, {0: draw(levels)})


@settings(max_examples=25)
@given(suppositions())
def test_a_shift_moves_nobody_against_it_nor_further_than_it_goes(drawn: Following) -> None:
    step = drawn.first[0] - drawn.present[0]
    effect = drawn.effect * np.sign(step)
    assert (effect >= -1e-9).all()
    assert (effect <= abs(step) + 1e-9).all()
    unreached = [n for n in range(1, len(drawn.first)) if n not in drawn.hearers]
    np.testing.assert_allclose(drawn.effect[:, unreached], 0, atol=1e-9)
    if not step:
        assert not drawn.follows.any()
        assert not drawn.stays.any()


@settings(max_examples=25)
@given(suppositions())
def test_turning_all_sides_turns_what_comes_of_it(drawn: Following) -> None:
    turned = Following(drawn.weights, -drawn.present, {n: -x for n, x in drawn.shifts.items()})
    np.testing.assert_allclose(turned.sweep.opinions, -drawn.sweep.opinions, atol=1e-9)
    assert turned.order == drawn.order
    assert turned.waves(turned.first).tolist() == drawn.waves(drawn.first).tolist()
    np.testing.assert_allclose(turned.average, -drawn.average, atol=1e-9)


@settings(max_examples=25)
@given(suppositions())
def test_a_higher_threshold_lets_no_more_join(drawn: Following) -> None:
    joined = [set(np.flatnonzero(row >= 0).tolist()) for row in drawn.waves(drawn.first)]
    assert all(later <= earlier for earlier, later in pairwise(joined))
    without = [set(np.flatnonzero(row >= 0).tolist()) for row in drawn.waves(drawn.present)]
    if drawn.side and np.sign(drawn.present[0]) != drawn.side:
        assert all(fewer <= more for fewer, more in zip(without, joined, strict=True))
