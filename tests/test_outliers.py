"""The odd one out: by hand, against scipy, and on real data."""

from __future__ import annotations

import json
import shlex
from random import Random

import numpy as np
import pytest
from click.testing import CliRunner, Result
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import median_abs_deviation, norm

import stancegraph
from debates import graph_of, said
from stancegraph.answer.figure import Dots
from stancegraph.answer.outlier_words import BOUND
from stancegraph.answer.standing_out import standardised
from stancegraph.answer.tying import Tying
from stancegraph.cli import main
from stancegraph.graph import load
from stancegraph.model import Evidence

SIDES = {"+": "supports", "-": "opposes", "0": "undecided"}
ALL_FIVE = Tying(actors=("pol", "deu", "usa", "fra", "hun"))


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


ONE_AGAINST_FOUR = rows(pol="++++", deu="++++", usa="++++", fra="++++", hun="----")


def test_one_against_four_stands_out_by_hand() -> None:
    answer = graph_of(*ONE_AGAINST_FOUR).outliers(tying=ALL_FIVE, draws=20)
    first, *others = answer.rows
    # Four have three friends and a foe, (3 - 1) / 4; the fifth four foes. Their median is 1/2, the
    # median distance 0, the mean distance 1.5 / 5: z = 0.7979 * -1.5 / 0.3.
    assert (first.actor, first.agreement) == ("hun", -1)
    assert first.z == pytest.approx(0.7979 * -1.5 / 0.3, abs=1e-4)
    assert [(r.agreement, r.z, r.verdict) for r in others] == [(0.5, 0, "does not")] * 4
    assert first.verdict == "stands out"
    assert (first.low, first.high) == (-1, -1)
    assert (first.middle, first.overall_middle) == (0.5, 0.5)
    assert answer.verdict == (
        "HUN stands out among the 5 asked for. HUN has a mean tie of -1.00 (-1.00 to -1.00) with "
        "the others, where the median of the others is +0.50. On 4 options HUN stood alone, or "
        "nearly so. HUN was against 'Do opt0', 4 others for it."
    )


def test_what_somebody_stood_alone_on_is_counted_against_the_rest() -> None:
    records = rows(pol="+++", deu="+++", usa="+++", fra="+++", hun="---")
    records += [said("x1", "hun", "near", "supports"), said("x2", "pol", "near", "supports")]
    records += [said(f"x-{who}", who, "near", "opposes") for who in ("deu", "usa", "fra")]
    first = graph_of(*records).outliers(tying=ALL_FIVE, draws=0).rows[0]
    told = {a.option: (a.stance, a.beside, a.against, a.between) for a in first.alone_on}
    assert told["opt0"] == ("opposes", 0, 4, 0)
    assert told["near"] == ("supports", 1, 3, 0), "almost alone: Poland is beside it"
    assert first.alone_count == 4
    assert [a.beside for a in first.alone_on] == [0, 0, 0, 1], "the most alone first"


def test_against_two_nobody_is_alone() -> None:
    answer = graph_of(*rows(pol="+++", deu="+++", hun="---")).outliers(draws=0)
    assert {r.alone_count for r in answer.rows} == {0}


def test_among_three_nobody_can_be_told_apart() -> None:
    answer = graph_of(*rows(pol="+++", deu="+++", hun="---")).outliers(draws=0)
    assert {r.verdict for r in answer.rows} == {"insufficient"}
    assert not any("compared with all" in note for note in answer.notes)
    assert answer.flags[0] == "insufficient"
    assert answer.verdict == (
        "Too few to say: 3 actors with ties, and among fewer than 4 nobody can be told apart."
    )


def test_who_is_in_a_bloc_of_its_own_is_compared_with_all() -> None:
    answer = graph_of(*ONE_AGAINST_FOUR).outliers(draws=5)
    first = answer.rows[0]
    assert (first.actor, first.agreement, first.middle, first.z) == ("hun", None, None, None)
    assert first.overall == -1
    assert first.verdict == "stands out from all"
    assert "HUN stands out from all." in answer.verdict
    assert any(n.startswith("In a bloc of fewer than 4") and "HUN" in n for n in answer.notes)


def test_where_all_agree_nobody_stands_out() -> None:
    answer = graph_of(*rows(pol="+++", deu="+++", usa="+++", fra="+++")).outliers(draws=5)
    assert answer.verdict == "Nobody stands out from the others."
    assert {r.z for r in answer.rows} == {0}


def test_a_small_difference_among_the_nearly_alike_is_no_outlier() -> None:
    # 59 of 60 options on one side: mean ties of 1 and, for one, (59 - 1) / 60, a tenth above .96.
    same = "+" * 60
    answer = graph_of(*rows(pol=same, deu=same, usa=same, fra=same, hun="-" + "+" * 59)).outliers(
        tying=ALL_FIVE, draws=0
    )
    first = answer.rows[0]
    assert "an outlier's is below -3.5, and it is surely well apart." in answer.verdict
    assert first.actor == "hun"
    assert first.z is not None
    assert first.z < BOUND
    assert first.verdict == "does not"


def test_an_interval_that_reaches_the_others_is_no_outlier() -> None:
    # Hungary is against on one of five: (4 - 1) / 5, or 1 where that one is not drawn.
    records = rows(pol="+++++", deu="+++++", usa="+++++", fra="+++++", hun="-++++")
    plain, drawn = (
        graph_of(*records).outliers(tying=ALL_FIVE, draws=draws).rows[0] for draws in (0, 200)
    )
    assert (plain.actor, plain.agreement, plain.verdict) == ("hun", 0.6, "stands out")
    assert (drawn.agreement, drawn.high, drawn.verdict) == (0.6, 1, "does not")


@given(st.lists(st.integers(-50, 50), min_size=4, max_size=12))
def test_standardised_values_are_those_of_scipys_normal_mad(values: list[int]) -> None:
    x = np.array(values, dtype=np.float64)
    scale = float(median_abs_deviation(x, scale=float(norm.ppf(0.75))))
    found = standardised(x)
    if scale:
        # 0.6745 is the upper quartile of the normal distribution to four places.
        assert found == pytest.approx((x - np.median(x)) / scale, rel=1e-4, abs=1e-12)
    else:
        assert found[x == np.median(x)] == pytest.approx(0)


@settings(max_examples=10)
@given(
    st.dictionaries(
        st.sampled_from(("pol", "deu", "usa", "fra", "hun")),
        st.text(alphabet="+-0 ", min_size=5, max_size=5),
        min_size=4,
    ),
    st.randoms(use_true_random=False),
)
def test_outliers_survive_order_and_turned_signs(sides: dict[str, str], rng: Random) -> None:
    records = rows(**sides)
    rng.shuffle(records)
    turned = {who: line.translate(str.maketrans("+-", "-+")) for who, line in sides.items()}
    first, second, third = (
        graph_of(*r).outliers(draws=3) for r in (rows(**sides), records, rows(**turned))
    )
    assert first.rows == second.rows
    numbers = [(r.actor, r.agreement, r.z, r.overall, r.verdict) for r in first.rows]
    assert numbers == [(r.actor, r.agreement, r.z, r.overall, r.verdict) for r in third.rows]


def test_one_shared_option_is_flagged_and_hearsay_is_counted() -> None:
    tying = Tying(kinds=("country", "person"), min_shared=1)
    answer = stancegraph.load().outliers(tying=tying, draws=5)
    assert "thin" in answer.flags
    notes = " ".join(answer.notes)
    assert "Thin: a tie may rest on 1 shared option" in notes
    assert "Rests on hearsay: " in notes


def test_the_shipped_debate_is_too_thin_and_says_what_is_known() -> None:
    for tying in (Tying(), Tying(actors=("nato",))):
        answer = stancegraph.load().outliers(tying=tying)
        assert answer.flags[0] == "insufficient"
        assert answer.verdict.startswith("Too thin to say: ")
        assert "Known of allied-interception: " in answer.verdict
        assert answer.evidence


def test_nothing_at_all_is_too_thin() -> None:
    answer = graph_of().outliers()
    assert answer.verdict == ("Too thin to say: nobody has positions here.")
    assert (answer.rows, answer.tables, answer.figures) == ((), (), ())


def test_what_reproduces_an_answer_gives_it_again(iraq: str) -> None:
    first = ran("outliers", "-g", iraq, "--draws", "7", "--seed", "3", "--format", "json")
    again = shlex.split(json.loads(first.stdout)["reproduce"])[1:]
    assert ran(*again, "--format", "json").stdout == first.stdout


def test_in_the_real_debates_nobody_stands_out(dna: str, iraq: str) -> None:
    for path, nearest in ((dna, "Senate"), (iraq, "SNP")):
        answer = load(path).outliers(draws=10)
        assert answer.verdict.startswith("Nobody stands out")
        assert f"Nearest to it is {nearest}" in answer.verdict


def test_in_nato_the_united_states_votes_apart(un: str) -> None:
    done = ran(
        *("outliers", "-g", un, "--actors", "nato", "--ties", "chance", "--from", "2010"),
        *("--draws", "10", "--format", "json"),
    )
    assert done.exit_code == 0, done.output
    found = json.loads(done.stdout)
    first = found["rows"][0]
    assert (first["actor"], first["verdict"]) == ("usa", "stands out")
    assert first["high"] < 0.5
    # The yearly vote on the embargo against Cuba, which all other allies support.
    assert {a["option"] for a in first["alone_on"]} & {"unga-5049"}
    assert {(a["stance"], a["beside"], a["against"]) for a in first["alone_on"]} == {
        ("opposes", 0, 28)
    }
    assert found["is_one_bloc"]
    assert {e["speaker"] for e in found["evidence"]} >= {"usa"}


def test_the_picture_shows_each_beside_the_others(iraq: str) -> None:
    (dots,) = load(iraq).outliers(draws=5).figures
    assert isinstance(dots, Dots)
    assert [r.label for r in dots.rows] == ["Labour", "UUP", "Conservative", "Cabinet", "DUP"]
    assert all(r.expected is not None and r.low is not None for r in dots.rows)
    assert dots.says == "Nobody stands out."


def test_where_all_blocs_are_small_the_picture_is_of_all(dna: str) -> None:
    graph = load(dna)
    pair = graph.compare("Senate", "Sierra Club").more
    net = (pair["same"] - pair["opposite"]) / pair["shared"]
    answer = graph.outliers(draws=5)
    assert {r.z for r in answer.rows} == {None}
    (dots,) = answer.figures
    assert isinstance(dots, Dots)
    assert dots.rows[0].label == "Senate"
    assert dots.rows[0].value == pytest.approx(net, abs=1e-6), "its only tie"
    assert (dots.axis, dots.groups) == ("mean tie with everybody", ())
