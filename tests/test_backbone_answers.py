"""Which ties are more than noise, as a question, against the packages backbone and bicm."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from math import comb
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from debates import debate_of, graph_of, said
from stancegraph.answer.backbone import sides_table
from stancegraph.answer.figure import Web
from stancegraph.answer.tying import Tying
from stancegraph.cli import main
from stancegraph.errors import StanceError
from stancegraph.graph import Graph, load
from stancegraph.measure import backbone as measure
from stancegraph.measure.backbone import SURE, encounters
from stancegraph.model import Actor, ActorKind, Capacity, Debate
from stancegraph.scope import Scope

Values = NDArray[np.float64]


def held(signs: dict[str, str], *, names: dict[str, str] | None = None) -> Graph:
    """A debate of own words: + for, - against and 0 between, option by option."""
    sides = {"+": "supports", "-": "opposes", "0": "undecided"}
    records = [
        said(f"{actor}-o{n:02}", actor, f"opt{n:02}", sides[sign], "2024-05-01")
        for actor, of in signs.items()
        for n, sign in enumerate(of)
        if sign != " "
    ]
    debate = debate_of(*records)
    if names is not None:
        actors = tuple(Actor(id=a, kind=ActorKind.COUNTRY, name=n) for a, n in names.items())
        own = tuple(
            replace(e, capacity=Capacity.GOVERNMENT, principal=e.speaker) for e in debate.evidence
        )
        debate = replace(debate, actors=(*debate.actors, *actors), evidence=own)
    return Graph(debate, Debate(id="reference", title="None"))


def table_of(path: Path) -> tuple[list[str], Values]:
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))[1:]
    numbers = [[np.nan if x in {"", "NA"} else float(x) for x in row[1:]] for row in rows]
    return [row[0] for row in rows], np.array(numbers)


def test_the_davis_women_meet_as_the_packages_backbone_and_bicm_say(shared: Path) -> None:
    folder = shared / "reference"
    women, filled = table_of(folder / "davis_bipartite.csv")
    slugs = {f"w{n:02}": name for n, name in enumerate(women)}
    signs = {s: "".join(" +"[int(x)] for x in row) for s, row in zip(slugs, filled, strict=True)}
    graph = held(signs, names=slugs)
    answer = graph.backbone(alpha=0.999, correction="none", tying=Tying(min_shared=1))
    _, upper = table_of(folder / "davis_sdsm_pupper.csv")
    _, chance = table_of(folder / "davis_bicm_probs.csv")
    expected = chance @ chance.T
    # 14 of 153 pairs never meet.
    assert answer.more["tested"] == 18 * 17 // 2 - 14
    for row in answer.rows:
        i, j = int(row.a[1:]), int(row.b[1:])
        assert row.together == int(filled[i] @ filled[j])
        assert row.expected == pytest.approx(expected[i, j], abs=1e-3)
        if row.sign > 0:
            # R takes an approximation of the tail that is off by up to .017: see test_backbone.
            assert row.p_alone / 2 == pytest.approx(upper[i, j], abs=0.018)


def test_both_sides_of_an_option_count_and_nothing_else() -> None:
    graph = held({"pol": "+-0 ", "deu": "++- "})
    found = sides_table(graph.held(Scope(as_of=graph.last_day)))
    # deu comes first: for the first, for and against the second, against the third.
    assert found.tolist() == [[1, 1, 0, 1], [1, 0, 1, 0]]


CAMPS = {"pol": "+" * 12 + "-" * 12, "deu": "+" * 12 + "-" * 12} | {
    "fra": "-" * 12 + "+" * 12,
    "usa": "-" * 12 + "+" * 12,
}


def test_two_camps_stand_out_with_both_signs() -> None:
    answer = held(CAMPS).backbone()
    kept = {(r.a, r.b): r for r in answer.rows}
    # Every cell is filled by chance 1/2: of 48 columns a pair meets in 12, but 24 or none.
    assert {pair: r.sign for pair, r in kept.items()} == {
        ("deu", "pol"): 1,
        ("fra", "usa"): 1,
        ("deu", "fra"): -1,
        ("deu", "usa"): -1,
        ("fra", "pol"): -1,
        ("pol", "usa"): -1,
    }
    friends, foes = kept["deu", "pol"], kept["deu", "fra"]
    assert (friends.together, friends.expected, foes.together) == (24, 12, 0)
    # Binomial of 48 and 1/4: all below, or at least half.
    assert foes.p_alone == pytest.approx(2 * 0.75**48, rel=0.01)
    tail = sum(comb(48, k) * 0.25**k * 0.75 ** (48 - k) for k in range(24, 49))
    assert friends.p_alone == pytest.approx(2 * tail, rel=0.01)
    # Holm: of six tests the friends' are the last two.
    assert friends.p == pytest.approx(2 * friends.p_alone, rel=0.01)
    assert answer.more["without_kept"] == []
    assert "6 of 6 pairs are more than noise: 2 stand together more often" in answer.verdict


def test_what_all_agree_on_is_no_tie_beyond_noise() -> None:
    answer = held({"pol": "++++", "deu": "++++", "fra": "++++"}).backbone()
    assert answer.rows == ()
    assert answer.verdict == ("None of 3 pairs is more than noise: the least likely has p 1.000.")
    assert answer.more["without_kept"] == ["deu", "fra", "pol"]


def test_disparity_keeps_what_is_strong_for_an_end() -> None:
    # pol-deu: 4 of 4 = 1; pol-fra: 3 - 1 of 4 = 1/2; deu-fra the same.
    graph = held({"pol": "++++", "deu": "++++", "fra": "+++-"})
    answer = graph.backbone(by="disparity", alpha=0.4, correction="none")
    # (1 - 1/1.5)^1 = 1/3 of pol-deu; the others 1 - 1/2 = 1/2 at fra's end.
    assert [(r.a, r.b, r.p) for r in answer.rows] == [("deu", "pol", 0.333)]
    assert answer.rows[0].expected is None
    assert answer.more["without_kept"] == ["fra"]
    assert "FRA loses all ties." in answer.verdict


@pytest.mark.parametrize("signs", [{}, {"pol": "+++"}, {"pol": "+++", "deu": "---"}])
def test_too_few_are_told_to_be_too_few(signs: dict[str, str]) -> None:
    answer = held(signs).backbone()
    assert "insufficient" in answer.flags
    assert answer.verdict.startswith("Too thin to say")
    assert json.dumps(answer.to_dict())


def test_the_debate_is_too_thin_and_what_is_known_is_said() -> None:
    answer = load().backbone()
    assert answer.flags == ("contested", "hearsay only", "insufficient", "thin")
    assert any("Known of allied-interception" in note for note in answer.notes)


def test_neither_the_sample_nor_the_parties_on_iraq_stand_out(dna: str, iraq: str) -> None:
    for path, tested in ((dna, 3), (iraq, 25)):
        answer = load(path).backbone()
        assert answer.more["tested"] == tested
        assert answer.rows == ()
        web = answer.figures[0]
        assert isinstance(web, Web)
        assert {tie.mark for tie in web.ties} == {"faint"}


def test_of_a_session_the_united_states_stand_apart(un: str) -> None:
    answer = load(un).backbone(filters={"session": ("73",)})
    assert answer.more["tested"] == 193 * 192 // 2
    assert {"usa", "isr"} & {answer.rows[0].a, answer.rows[0].b}
    assert answer.rows[0].sign == -1
    assert answer.evidence
    web = answer.figures[0]
    assert isinstance(web, Web)
    assert (len(web.nodes), len(web.ties)) == (80, 400)


def test_reproducing_gives_the_same_answer(iraq: str) -> None:
    answer = load(iraq).backbone(by="disparity", alpha=0.5, correction="none")
    done = CliRunner().invoke(main, [*answer.reproduce.split()[1:], "-f", "json"])
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout) == answer.to_dict()
    assert answer.rows


def test_a_backbone_that_there_is_not_is_refused() -> None:
    with pytest.raises(StanceError, match="no backbone by 'best'; there are sdsm, disparity"):
        graph_of().backbone(by="best")  # type: ignore[arg-type]
    with pytest.raises(StanceError, match="alpha nan: give a probability above 0 and below 1"):
        graph_of().backbone(alpha=float("nan"))
    done = CliRunner().invoke(main, ["backbone", "--by", "best"])
    assert done.exit_code == 2
    assert "'sdsm', 'disparity'" in done.output


@settings(deadline=None, max_examples=25)
@given(st.integers(1, 7), st.integers(1, 30), st.integers(0, 2**32 - 1))
def test_wide_tables_have_the_tails_that_narrow_ones_have(
    rows: int, columns: int, seed: int
) -> None:
    rng = np.random.default_rng(seed)
    likely = rng.random((rows, 1)) * rng.random((1, columns))
    filled = (rng.random((rows, columns)) < likely).astype(int)
    narrow, width = encounters(filled), measure.WIDE
    try:
        measure.WIDE = 0
        wide = encounters(filled)
    finally:
        measure.WIDE = width
    np.testing.assert_allclose(wide.upper, narrow.upper, atol=SURE)
    np.testing.assert_allclose(wide.lower, narrow.lower, atol=SURE)


def test_a_wide_table_has_the_binomial_tails_where_all_are_equally_full() -> None:
    # Each of two rows has one half of 1,000 columns, filled by chance 1/2: they meet by 1/4.
    first = np.arange(1000) < 500
    second = np.roll(first, 230)
    found = encounters(np.array([first, second, ~first, ~second]).astype(int))
    together = int((first & second).sum())
    assert (together, found.together[0, 1]) == (270, 270)
    tail = sum(comb(1000, k) * 3 ** (1000 - k) for k in range(270, 1001)) / 4**1000
    assert found.upper[0, 1] == pytest.approx(tail, abs=SURE)
    assert found.lower[0, 2] == SURE  # 0.75^1000
