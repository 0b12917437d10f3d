"""What could carry the camps of two options."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from debates import COUNTRIES, debate_of, graph_of, said
from stancegraph.answer.answer import Answer
from stancegraph.answer.compromise import compromise
from stancegraph.answer.figure import Grid
from stancegraph.answer.two_camps import Candidate
from stancegraph.cli import main
from stancegraph.errors import StanceError, UnknownName
from stancegraph.graph import Graph
from stancegraph.model import Condition, Debate, Evidence, Limit, Polarity

WEST, EAST = said("a", "pol", "west", "supports"), said("b", "deu", "east", "supports")
"""Poland is for one option, Germany for another."""


def row(answer: Answer[Candidate], option: str) -> Candidate:
    return next(r for r in answer.rows if r.option == option)


def ran(*words: str) -> dict[str, Any]:
    done = CliRunner().invoke(main, ["compromise", *words, "--format", "json"])
    assert done.exit_code == 0, done.output
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_an_option_that_somebody_of_each_camp_is_for_is_accepted() -> None:
    graph = graph_of(
        WEST, EAST, said("c", "pol", "mid", "leans-support"), said("d", "deu", "mid", "supports")
    )
    answer = compromise(graph, "west", "east")
    assert answer.verdict == (
        "On record for west only: POL; for east only: DEU; for both: nobody. Backed in both camps "
        "and opposed in neither, as far as the record goes, is mid: POL and DEU support it."
    )
    found = row(answer, "mid")
    assert (found.first.support, found.second.support) == (("pol",), ("deu",))
    assert found.is_accepted


def test_silence_is_no_consent() -> None:
    answer = compromise(graph_of(WEST, EAST, said("c", "pol", "mid", "supports")), "west", "east")
    assert not row(answer, "mid").is_accepted
    assert row(answer, "mid").second.silent == 1
    assert "nothing is known from DEU" in answer.verdict
    assert "Silence on an option is counted as unknown, never as consent." in answer.notes


def test_opposition_in_a_camp_is_no_acceptance_and_comes_last() -> None:
    graph = graph_of(
        WEST,
        EAST,
        said("a2", "fra", "west", "supports"),
        *(said(f"m-{c}", c, "mid", "supports") for c in ("pol", "deu")),
        said("m-fra", "fra", "mid", "opposes"),
        *(said(f"z-{c}", c, "zone", "supports") for c in ("pol", "deu")),
    )
    answer = compromise(graph, "west", "east")
    assert [(r.option, r.is_accepted) for r in answer.rows] == [("zone", True), ("mid", False)]
    assert row(answer, "mid").first.oppose == ("fra",)


def test_those_for_neither_stand_apart_from_the_camps() -> None:
    graph = graph_of(
        WEST,
        EAST,
        said("c", "usa", "west", "opposes"),
        *(said(f"m-{c}", c, "mid", "supports") for c in ("pol", "deu")),
        said("d", "usa", "mid", "opposes"),
    )
    answer = compromise(graph, "west", "east")
    assert answer.more["for_neither"] == ("usa",)
    assert row(answer, "mid").others.oppose == ("usa",)
    assert row(answer, "mid").is_accepted
    assert "On record, and for neither: USA opposes west." in answer.verdict


def test_where_the_same_actors_are_for_both_there_is_nothing_to_compromise() -> None:
    graph = graph_of(WEST, said("b", "pol", "east", "supports"))
    answer = compromise(graph, "west", "east")
    assert answer.verdict == (
        "There is nothing to compromise between: whoever is on record for west or for east is for "
        "both, POL."
    )
    assert answer.flags == ("thin",)


def test_an_option_that_all_of_the_other_camp_back_needs_no_bridge() -> None:
    graph = graph_of(
        WEST, said("b", "pol", "east", "supports"), said("c", "deu", "east", "supports")
    )
    assert compromise(graph, "west", "east").verdict == (
        "All who are on record for west are for east too: POL. So no bridge is needed to east; on "
        "record for east only: DEU."
    )


def test_without_a_second_camp_it_is_insufficient() -> None:
    graph = graph_of(WEST, said("b", "pol", "east", "opposes"))
    answer = compromise(graph, "west", "east")
    assert answer.verdict.startswith(
        "Insufficient: nobody on record is for east, so that there is no second camp to carry. "
        "POL supports west and opposes east."
    )
    assert answer.flags[0] == "insufficient"


def test_without_any_support_it_is_insufficient() -> None:
    graph = graph_of(said("a", "pol", "west", "opposes"), said("b", "deu", "east", "undecided"))
    assert compromise(graph, "west", "east").verdict == (
        "Insufficient: nobody on record is for west or for east, so that there is nothing to bring "
        "together. On record, and for neither: DEU is undecided on east; POL opposes west."
    )


def test_one_option_twice_is_an_error() -> None:
    graph = graph_of(WEST, EAST)
    with pytest.raises(StanceError, match="'west' and 'Do west' are one option, 'west': name two"):
        compromise(graph, "west", "Do west")


def test_an_unknown_option_is_an_error() -> None:
    empty = Graph(Debate(id="d", title="D"), Debate(id="r", title="R"))
    with pytest.raises(UnknownName, match="no option is called 'west'"):
        compromise(empty, "west", "east")


def test_near_options_come_before_those_of_other_issues() -> None:
    debate = debate_of(
        WEST,
        EAST,
        *(said(f"f-{c}", c, "far", "supports") for c in ("pol", "deu")),
        said("l", "pol", "low", "supports"),
        broader={"low": "west"},
    )
    far = tuple(replace(o, issue="other") if o.id == "far" else o for o in debate.options)
    answer = compromise(
        Graph(replace(debate, options=far), Debate(id="r", title="R")), "west", "east"
    )
    assert [(r.option, r.relation) for r in answer.rows] == [
        ("low", "narrower"),
        ("far", "elsewhere"),
    ]
    assert (
        "No option on record is backed in both camps and opposed in neither; the nearest is low: "
        "POL supports it; nothing is known from DEU."
    ) in answer.verdict
    assert answer.more["accepted"] == 0


def test_who_opposes_what_the_other_wants_does_not_trade() -> None:
    graph = graph_of(
        WEST,
        EAST,
        said("c", "fra", "west", "supports"),
        said("d", "fra", "east", "opposes"),
        said("e", "pol", "east", "undecided"),
        said("f", "deu", "west", "undecided"),
    )
    (trade,) = compromise(graph, "west", "east").more["trades"]
    assert (trade.first, trade.second, trade.is_known) == ("pol", "deu", True)


def test_a_silent_partner_of_a_trade_is_marked_unknown() -> None:
    answer = compromise(graph_of(WEST, EAST), "west", "east")
    (trade,) = answer.more["trades"]
    assert not trade.is_known
    assert (
        "A package of both: POL for west and DEU for east are not on record against what the other "
        "wants; but both are silent on the other's option."
    ) in answer.notes


def test_those_who_stand_alike_are_told_together() -> None:
    graph = graph_of(
        WEST,
        EAST,
        *(said(f"n-{c}", c, "west", "opposes") for c in ("usa", "fra")),
        said("h", "hun", "west", "undecided"),
        said("h2", "hun", "east", "opposes"),
    )
    assert (
        "On record, and for neither: FRA and USA oppose west; HUN is undecided on west and opposes "
        "east."
    ) in compromise(graph, "west", "east").verdict


def test_how_many_are_accepted_does_not_depend_on_how_many_are_given() -> None:
    options = ("mid", "zone", "fund")
    records = (said(f"{o}-{c}", c, o, "supports") for o in options for c in ("pol", "deu"))
    answer = compromise(graph_of(WEST, EAST, *records), "west", "east", most=1)
    assert len(answer.rows) == 1
    assert answer.more["accepted"] == 3
    assert ", and 2 others: POL and DEU support it." in answer.verdict


def test_limits_and_conditions_are_what_to_bargain_with() -> None:
    debate = debate_of(
        said("a", "pol", "west", "supports", conditions=("asked",), limits=("near",)), EAST
    )
    debate = replace(
        debate,
        conditions=(Condition(id="asked", name="They ask", definition="So."),),
        limits=(Limit(id="near", name="Near only", definition="So."),),
    )
    answer = compromise(Graph(debate, Debate(id="r", title="R")), "west", "east")
    assert (
        "To bargain with: POL supports west on the condition 'They ask' and with the limit 'Near "
        "only' (a)." in answer.notes
    )


def test_hearsay_is_called_so() -> None:
    graph = graph_of(said("a", "pol", "west", "supports", by="expert"), EAST)
    assert "By others' word only: POL on west." in compromise(graph, "west", "east").verdict
    own = compromise(graph, "west", "east", own_words=True)
    assert own.verdict.startswith("Insufficient: nobody on record is for west")


def test_hearsay_on_one_option_is_told_beside_own_words_on_the_other() -> None:
    graph = graph_of(WEST, EAST, said("c", "pol", "east", "opposes", by="expert"))
    answer = compromise(graph, "west", "east")
    assert "By others' word only: POL on east." in answer.verdict
    assert (
        "A package of both meets opposition: all who are for west only oppose east, by others' "
        "word only."
    ) in answer.notes
    assert answer.tables[0].rows[0][2] == "POL opposes east (others' word)"
    assert {c.id for c in answer.evidence} == {"a", "b", "c"}


def test_where_nobody_has_spoken_for_itself_it_says_so() -> None:
    told = (
        said("a", "pol", "west", "supports", by="expert"),
        said("b", "deu", "east", "supports", by="expert"),
    )
    assert (
        "None of them has spoken for itself on either."
        in compromise(graph_of(*told), "west", "east").verdict
    )


def test_a_candidate_that_others_tell_of_says_so() -> None:
    graph = graph_of(
        WEST,
        EAST,
        said("c", "pol", "mid", "supports", by="expert"),
        said("d", "deu", "mid", "supports"),
    )
    answer = compromise(graph, "west", "east")
    assert row(answer, "mid").hearsay == ("pol",)
    assert row(answer, "mid").own_words == 1
    assert "by others' word only: POL" in answer.verdict


def test_voices_are_camps_only_where_no_state_is_on_record() -> None:
    voices = (said("a", "expert", "west", "supports"), said("b", "deputy", "east", "supports"))
    assert compromise(graph_of(*voices), "west", "east").verdict.startswith(
        "Only voices that bind no state are on record on either."
    )
    beside = compromise(graph_of(*voices, WEST, EAST), "west", "east")
    assert (
        "Voices that bind no state: A Deputy supports east; An Expert supports west."
        in beside.notes
    )


STANCES = st.lists(
    st.tuples(
        st.sampled_from(COUNTRIES),
        st.sampled_from(("west", "east", "mid", "zone")),
        st.sampled_from(list(Polarity)),
    ),
    max_size=14,
    unique_by=lambda s: s[:2],
)


@settings(max_examples=60)
@given(STANCES)
def test_parties_are_in_one_group_and_counted_once(
    stances: list[tuple[str, str, Polarity]],
) -> None:
    records = [said(f"r{n}", c, o, p.value) for n, (c, o, p) in enumerate(stances)]
    options = [
        said("w", "paper", "west", "not-disclosed"),
        said("e", "paper", "east", "not-disclosed"),
    ]
    answer = compromise(graph_of(*records, *options), "west", "east")
    groups = [answer.more[f"for_{name}"] for name in ("both", "first", "second", "neither")]
    parties = {c for c, o, p in stances if o in ("west", "east") and p.level is not None}
    assert sorted(a for g in groups for a in g) == sorted(parties)
    level = {(c, o): p.level for c, o, p in stances if p.level is not None}
    for r in answer.rows:
        splits = (r.first, r.second, r.others)
        assert sum(len(s.support) for s in splits) == sum(
            level.get((c, r.option), 0) > 0 for c in parties
        )
        assert sum(s.silent for s in splits) == sum((c, r.option) not in level for c in parties)
        camp = {*answer.more["for_first"], *answer.more["for_second"]}
        if r.is_accepted:
            assert not any(level.get((c, r.option), 0) < 0 for c in camp)


@settings(max_examples=20)
@given(st.booleans(), STANCES)
def test_which_option_is_named_first_changes_the_names_of_the_camps_only(
    is_turned: bool, stances: list[tuple[str, str, Polarity]]
) -> None:
    records: list[Evidence] = [said(f"r{n}", c, o, p.value) for n, (c, o, p) in enumerate(stances)]
    graph = graph_of(*records, WEST, EAST)
    here, there = compromise(graph, "west", "east"), compromise(graph, "east", "west")
    if is_turned:
        here, there = there, here
    assert here.more["for_first"] == there.more["for_second"]
    assert [r.option for r in here.rows] == [r.option for r in there.rows]
    assert [r.first for r in here.rows] == [r.second for r in there.rows]


def test_of_the_shipped_debate_nothing_on_record_carries_both() -> None:
    answer = ran("allied-interception", "interception-from-outside")
    assert (answer["for_first"], answer["for_second"]) == (["rou"], ["ukr"])
    assert answer["for_neither"] == ["deu", "pol", "usa"]
    assert (
        "No option on record is backed in both camps and opposed in neither. On the nearest, "
        "partial-cover, neither camp is on record: Poland is undecided on it."
    ) in answer["verdict"]
    assert (
        "Of the two, interception-from-outside is a form of allied-interception; a position on the "
        "one is none on the other."
    ) in answer["verdict"]
    assert (
        "By others' word only: Germany, Poland, Romania and the United States on allied-interc"
        in answer["verdict"]
    )
    assert answer["flags"][0] == "insufficient"
    again = ran(*answer["reproduce"].split()[2:])
    assert again == answer


def test_limits_of_the_shipped_debate_are_listed() -> None:
    answer = ran("f16-in-russia", "us-weapons-in-russia")
    material = [n for n in answer["notes"] if n.startswith("To bargain with")]
    assert len(material) == 2
    assert (
        "Denmark supports f16-in-russia with the limit 'Military targets only' (s37)" in material[0]
    )


def test_of_the_dna_sample_one_camp_is_within_the_other(dna: str) -> None:
    answer = ran("co2-legislation", "emissions-legislation-should", "-g", dna)
    assert answer["for_first"] == []
    assert len(answer["for_both"]) == 2
    assert answer["verdict"].startswith("All who are on record for co2-legislation-will-not")


def test_of_the_debate_on_iraq_it_names_what_both_camps_backed(iraq: str) -> None:
    answer = ran("22-war", "28-negotiations", "-g", iraq)
    top = answer["rows"][0]
    assert top["is_accepted"]
    assert top["first"]["support"]
    assert top["second"]["support"]
    assert top["first"]["oppose"] == top["second"]["oppose"] == []


def test_of_votes_camps_are_those_of_the_table(un: str, shared: Path) -> None:
    """Counted by DuckDB in the table itself."""
    import duckdb

    path = shared / "data/unga_votes_voeten/unga_votes.csv.gz"
    answer = ran("unga-6138", "unga-6155", "-g", un, "--filter", "session=73")
    top = answer["rows"][0]
    number = top["option"].removeprefix("unga-")
    counted = (
        duckdb.connect()
        .execute(
            f"WITH v AS (SELECT country, max(vote) FILTER (rcid = 6138) AS a, "
            "max(vote) FILTER (rcid = 6155) AS b, "
            f"max(vote) FILTER (rcid = {number}) AS c FROM '{path}' GROUP BY country) "
            "SELECT count(*) FILTER (a = 'yes' AND b IS DISTINCT FROM 'yes'), "
            "count(*) FILTER (b = 'yes' AND a IS DISTINCT FROM 'yes'), "
            "count(*) FILTER (a = 'yes' AND b = 'yes'), "
            "count(*) FILTER (c = 'no' AND coalesce(a = 'yes', false) <> "
            "coalesce(b = 'yes', false)) FROM v"
        )
        .fetchall()[0]
    )
    found = tuple(len(answer[f"for_{name}"]) for name in ("first", "second", "both"))
    assert counted == (*found, 0)
    assert "of all options, whatever they are about" in answer["verdict"]
    assert top["is_accepted"]
    assert len(answer["rows"]) == 50


def test_of_votes_as_many_are_accepted_as_in_the_table(un: str, shared: Path) -> None:
    """Counted by DuckDB: some of each camp said yes, and nobody of either said no."""
    import duckdb

    folder = shared / "data/unga_votes_voeten"
    answer = ran("unga-6138", "unga-6155", "-g", un, "--filter", "session=73", "--most", "1")
    counted = (
        duckdb.connect()
        .execute(
            f"WITH v AS (SELECT country, rcid, vote FROM '{folder / 'unga_votes.csv.gz'}' "
            f"JOIN '{folder / 'unga_roll_calls.csv.gz'}' USING (rcid) WHERE session = 73), "
            "asked AS (SELECT country, coalesce(bool_or(rcid = 6138 AND vote = 'yes'), false) AS a,"
            " coalesce(bool_or(rcid = 6155 AND vote = 'yes'), false) AS b FROM v GROUP BY country) "
            "SELECT count(*) FROM (SELECT rcid FROM v JOIN asked USING (country) WHERE a <> b "
            "AND rcid NOT IN (6138, 6155) GROUP BY rcid HAVING bool_or(a AND vote = 'yes') "
            "AND bool_or(b AND vote = 'yes') AND NOT bool_or(vote = 'no'))"
        )
        .fetchall()[0][0]
    )
    assert answer["accepted"] == counted > 1
    assert len(answer["rows"]) == 1


def test_the_figure_has_the_two_options_at_its_edges() -> None:
    graph = graph_of(WEST, EAST, said("c", "pol", "mid", "supports"))
    (grid,) = compromise(graph, "west", "east").figures
    assert isinstance(grid, Grid)
    assert grid.columns == ("Do west", "Do mid", "Do east")
    assert grid.rows == ("POL", "DEU")
    assert {(c.row, c.column, c.value) for c in grid.cells} == {(0, 0, 1), (0, 1, 1), (1, 2, 1)}


def test_a_wrong_option_gets_a_suggestion() -> None:
    done = CliRunner().invoke(main, ["compromise", "allied-interseption", "f16-in-russia"])
    assert done.exit_code == 1
    assert "did you mean" in done.stderr
