"""What stands between an option and unanimity."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from debates import debate_of, said
from stancegraph.answer.answer import Answer
from stancegraph.answer.figure import Grid
from stancegraph.answer.gap import gap
from stancegraph.answer.replies import near_options
from stancegraph.answer.unanimity import Stand
from stancegraph.cli import main
from stancegraph.errors import StanceError, UnknownName
from stancegraph.graph import Graph, load
from stancegraph.model import (
    Actor,
    ActorKind,
    Argument,
    Capacity,
    Claim,
    Condition,
    Debate,
    Evidence,
    Frame,
    Framing,
    Limit,
    Membership,
    Mode,
    Polarity,
)

MEMBERS = ("pol", "deu", "usa")


def pact_of(*evidence: Evidence, broader: dict[str, str] | None = None) -> Graph:
    """Make a graph whose alliance, the Pact, has Poland, Germany and the US as members."""
    debate = debate_of(*evidence, broader=broader)
    pact = Actor(id="pact", kind=ActorKind.ALLIANCE, name="Pact")
    debate = replace(
        debate,
        alliance="pact",
        actors=(*debate.actors, pact),
        memberships=tuple(Membership(member=m, organization="pact") for m in MEMBERS),
        arguments=tuple(
            Argument(id=a, name=f"It {a}", definition="So.") for a in ("hurts", "pays")
        ),
        conditions=(Condition(id="asked", name="They ask", definition="So."),),
        limits=(Limit(id="near", name="Near only", definition="So."),),
        frames=(Frame(id="war", name="War", definition="So."),),
    )
    return Graph(debate, Debate(id="reference", title="None"))


def told(id: str, speaker: str = "expert", **more: Any) -> Evidence:
    """Make a record without a stance."""
    principal = speaker if len(speaker) == 3 else None
    return Evidence(
        id=id,
        source="report",
        paragraph=1,
        speaker=speaker,
        capacity=Capacity.GOVERNMENT if principal else Capacity.OWN,
        principal=principal,
        mode=Mode.DIRECT,
        gist="Something",
        **more,
    )


def claim(option: str, *arguments: str, **more: Any) -> Claim:
    return Claim(says="So.", options=(option,), arguments=arguments, **more)


def row(answer: Answer[Stand], actor: str) -> Stand:
    return next(r for r in answer.rows if r.actor == actor)


def ran(*words: str) -> dict[str, Any]:
    done = CliRunner().invoke(main, ["gap", *words, "--format", "json"])
    assert done.exit_code == 0, done.output
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_unanimity_is_that_of_the_alliance_and_others_are_told_beside() -> None:
    answer = gap(
        pact_of(
            said("a", "pol", "shield", "supports"),
            said("b", "deu", "shield", "opposes"),
            said("c", "fra", "shield", "opposes"),
        ),
        "shield",
    )
    assert answer.verdict == (
        "Of Pact's 3 members 2 have a position on 'Do shield': DEU opposes it; POL supports it. "
        "1 is silent, and silence is no consent. Unanimity needs DEU to move, and the silent to "
        "speak."
    )
    assert answer.more["holdouts"] == ("deu",)
    assert answer.more["silent"] == ("usa",)
    assert [(r.actor, r.is_needed) for r in answer.rows] == [
        ("deu", True),
        ("pol", True),
        ("fra", False),
    ]


def test_who_is_undecided_or_does_not_disclose_holds_out_too() -> None:
    answer = gap(
        pact_of(
            said("a", "pol", "shield", "undecided"),
            said("b", "deu", "shield", "not-disclosed"),
            said("c", "usa", "shield", "leans-support"),
        ),
        "shield",
    )
    assert set(answer.more["holdouts"]) == {"pol", "deu"}


def test_undecided_and_undisclosed_are_told_apart_once_each() -> None:
    graph = pact_of(
        said("a", "pol", "shield", "undecided"),
        said("b", "deu", "shield", "not-disclosed"),
        said("c", "usa", "shield", "undecided"),
        said("d", "fra", "low", "supports"),
        broader={"low": "shield"},
    )
    assert (
        "POL and USA are undecided on it; DEU keeps to itself its view of it."
        in gap(graph, "shield").verdict
    )


def test_all_for_it_leaves_nothing_in_its_way() -> None:
    records = (said(m, m, "shield", "supports") for m in MEMBERS)
    answer = gap(pact_of(*records), "shield")
    assert answer.verdict == (
        "All of Pact's 3 members have a position on 'Do shield': DEU, POL and USA support it. "
        "Nobody on record stands in its way."
    )


def test_without_any_position_it_is_insufficient() -> None:
    answer = gap(
        pact_of(said("a", "pol", "shield", "supports"), said("b", "fra", "x", "opposes")), "x"
    )
    assert answer.verdict.startswith("Insufficient: none of Pact's 3 members has a position")
    assert answer.flags == ("insufficient",)


def test_an_empty_graph_has_no_option() -> None:
    with pytest.raises(UnknownName, match="no option is called 'x'"):
        gap(Graph(Debate(id="d", title="D"), Debate(id="r", title="R")), "x")


def test_a_graph_of_one_actor_says_that_it_stands_alone() -> None:
    debate = debate_of(said("a", "pol", "shield", "opposes"))
    answer = gap(Graph(debate, Debate(id="r", title="R")), "shield")
    assert answer.verdict == (
        "1 state or organisation has a position on 'Do shield': POL opposes it. Unanimity needs "
        "POL to move."
    )


def test_without_an_alliance_those_with_a_position_must_agree() -> None:
    debate = debate_of(
        said("a", "pol", "shield", "supports"),
        said("b", "expert", "shield", "opposes"),
        said("c", "fra", "other", "opposes"),
    )
    answer = gap(Graph(debate, Debate(id="r", title="R")), "shield")
    assert answer.more["among"] is None
    assert answer.more["silent"] == ("fra",)
    assert [(r.actor, r.is_needed) for r in answer.rows] == [("pol", True), ("expert", False)]


def test_voices_count_where_no_state_has_a_position() -> None:
    debate = debate_of(said("b", "expert", "shield", "opposes"))
    answer = gap(Graph(debate, Debate(id="r", title="R")), "shield")
    assert answer.more["holdouts"] == ("expert",)


def test_an_actor_without_members_cannot_be_unanimous() -> None:
    graph = pact_of(said("a", "pol", "shield", "supports"))
    with pytest.raises(
        StanceError, match="no members of FRA are on record on 2024-06-30; 'stanceg"
    ):
        gap(graph, "shield", among="fra")


def test_of_a_vote_the_members_of_its_day_are_asked() -> None:
    joined = (("pol", None), ("deu", date(2010, 1, 1)))
    debate = pact_of(said("a", "pol", "shield", "supports", "2001-01-01", kind="vote")).debate
    debate = replace(
        debate,
        memberships=tuple(Membership(member=m, organization="pact", since=d) for m, d in joined),
    )
    answer = gap(Graph(debate, Debate(id="r", title="R")), "shield", as_of=date(2020, 1, 1))
    assert answer.more["members"] == 1
    assert "Members are those of 1 January 2001, the day of the vote." in answer.notes
    assert answer.verdict.endswith("Nobody on record stands in its way.")


def test_where_the_alliance_stands_as_a_body_is_told_apart() -> None:
    own = said("a", "pact", "shield", "opposes")
    body = replace(own, capacity=Capacity.INSTITUTION, principal="pact")
    answer = gap(pact_of(body, said("b", "pol", "shield", "supports")), "shield")
    assert "Pact itself opposes it." in answer.verdict
    assert answer.more["holdouts"] == ()


def test_hearsay_is_called_so() -> None:
    graph = pact_of(
        said("a", "pol", "shield", "opposes", by="expert", reasons=("hurts",)),
        said("b", "deu", "shield", "supports"),
    )
    answer = gap(graph, "shield")
    assert "1 of them by others' word only" in answer.verdict
    assert "Reason of POL, as others tell: 'It hurts'." in answer.verdict
    assert row(answer, "pol").hearsay


def test_a_reason_that_some_give_and_others_are_said_to_have_is_told_apart() -> None:
    graph = pact_of(
        said("a", "pol", "shield", "opposes", by="expert", reasons=("hurts",)),
        said("b", "deu", "shield", "opposes", reasons=("hurts",)),
    )
    verdict = gap(graph, "shield").verdict
    assert "Reason of DEU: 'It hurts'." in verdict
    assert "Reason of POL, as others tell: 'It hurts'." in verdict


def test_where_nobody_asked_has_a_position_it_says_who_else_does() -> None:
    graph = pact_of(
        said("a", "fra", "shield", "opposes"),
        said("b", "hun", "shield", "opposes"),
        said("c", "pol", "low", "supports"),
        broader={"low": "shield"},
    )
    answer = gap(graph, "shield")
    assert answer.verdict == (
        "Insufficient: none of Pact's 3 members has a position on 'Do shield', so that nobody is "
        "known to stand in its way, and nobody to be for it. Others: FRA and HUN oppose it. On "
        "options next to it 1 position is on record, below."
    )
    assert "Of the silent, on low: POL supports it." in answer.notes


def test_own_words_leave_hearsay_out_and_make_its_holder_silent() -> None:
    graph = pact_of(
        said("a", "pol", "shield", "opposes", by="expert"), said("b", "deu", "shield", "supports")
    )
    answer = gap(graph, "shield", own_words=True)
    assert answer.more["silent"] == ("pol", "usa")
    assert "Left out as hearsay (--own-words): 1 stance." in answer.notes


def test_a_condition_is_the_holdouts_own_only_where_its_stance_has_it() -> None:
    graph = pact_of(
        said("a", "pol", "shield", "opposes", conditions=("asked",), limits=("near",)),
        said("b", "deu", "shield", "opposes"),
        told("c", claims=(claim("shield", conditions=("asked",)),)),
    )
    answer = gap(graph, "shield")
    assert row(answer, "pol").conditions == ("asked",)
    assert row(answer, "pol").limits == ("near",)
    assert row(answer, "deu").conditions == ()
    assert "Condition of POL: 'They ask'." in answer.verdict
    assert (
        "Conditions that voices name, and nobody has as its own: 'They ask' (An Expert, c)."
        in answer.notes
    )


OPPOSED = said("a", "deu", "shield", "opposes", reasons=("hurts",))


def test_a_denied_frame_speaks_to_whoever_has_a_reason() -> None:
    graph = pact_of(
        OPPOSED,
        said("b", "usa", "shield", "opposes"),
        told("c", framings=(Framing(holder="expert", option="shield", frame="war"),)),
        told("d", "fra", framings=(Framing(holder="fra", option="low", frame="war", denied=True),)),
        broader={"low": "shield"},
    )
    answer = gap(graph, "shield")
    (reply,) = answer.more["replies"]
    assert (reply.how, reply.matter, reply.option, reply.nearness) == (
        "denies",
        "war",
        "low",
        "narrower",
    )
    assert reply.framed_by == ("expert",)
    assert reply.to == ("deu",)
    assert row(answer, "deu").answered_by == ("d",)
    assert row(answer, "usa").answered_by == ()


def test_a_frame_told_with_the_stance_of_an_actor_is_put_to_it() -> None:
    record = said("a", "deu", "shield", "opposes", by="expert")
    framed = replace(record, framings=(Framing(holder="expert", option="shield", frame="war"),))
    denied = told(
        "d", "fra", framings=(Framing(holder="fra", option="shield", frame="war", denied=True),)
    )
    answer = gap(pact_of(framed, denied), "shield")
    assert row(answer, "deu").frames == ("war",)
    assert row(answer, "deu").answered_by == ("d",)


def test_whose_word_it_is_decides_what_an_argument_does() -> None:
    graph = pact_of(
        OPPOSED,
        said("b", "pol", "shield", "supports", reasons=("pays",)),
        told("c", "pol", claims=(claim("shield", "pays"),)),
        told("d", claims=(claim("shield", "hurts"),)),
        told("e", claims=(claim("shield", "pays"),)),
        told("f", claims=(claim("elsewhere", "pays"),)),
        said("g", "fra", "elsewhere", "supports"),
    )
    answer = gap(graph, "shield")
    found = [(r.evidence, r.how, r.to) for r in answer.more["replies"]]
    assert found == [
        ("b", "argues for", ("deu",)),
        ("c", "argues for", ("deu",)),
        ("d", "same reason", ("deu",)),
        ("e", "besides", ()),
    ]
    assert row(answer, "deu").answered_by == ("b", "c")


def test_nobody_answers_itself() -> None:
    answer = gap(pact_of(OPPOSED, told("c", "deu", claims=(claim("shield", "hurts"),))), "shield")
    assert [r.to for r in answer.more["replies"]] == [()]


def test_a_deprecated_record_speaks_to_nobody() -> None:
    gone = replace(told("c", claims=(claim("shield", "hurts"),)), deprecated="A mistake.")
    assert gap(pact_of(OPPOSED, gone), "shield").more["replies"] == ()


def test_an_option_right_below_on_which_a_holdout_stands_better_is_named() -> None:
    graph = pact_of(
        OPPOSED,
        said("b", "deu", "low", "leans-support"),
        said("c", "deu", "high", "opposes"),
        broader={"low": "shield", "shield": "high"},
    )
    answer = gap(graph, "shield")
    (better,) = row(answer, "deu").better_on
    assert (better.option, better.nearness, better.polarity) == (
        "low",
        "narrower",
        Polarity.LEANS_SUPPORT,
    )


def test_options_above_and_below_at_any_depth_are_near() -> None:
    broader = {"low": "mid", "mid": "high", "lower": "low", "beside": "high"}
    graph = pact_of(broader=broader)
    assert near_options(graph, "mid") == {
        "mid": "itself",
        "low": "narrower",
        "lower": "narrower",
        "high": "broader",
    }


def test_a_move_is_told_as_the_actors_own_or_as_known_only() -> None:
    graph = pact_of(
        said("a", "deu", "shield", "supports", "2024-01-01"),
        said("b", "deu", "shield", "opposes", "2024-03-01"),
        said("c", "pol", "shield", "supports", "2024-01-01", by="expert"),
        said("d", "pol", "shield", "opposes", "2024-03-01", by="expert"),
    )
    answer = gap(graph, "shield")
    assert row(answer, "deu").was_own
    assert row(answer, "pol").was_own is False
    assert "DEU: supports (a) before, opposes (b) now; it moved itself." in answer.notes
    assert (
        "POL: supports (c) before, opposes (d) now; only what is known of it changed."
        in answer.notes
    )


RECORDS = (
    OPPOSED,
    said("b", "usa", "shield", "undecided"),
    said("c", "pol", "shield", "supports"),
    said("d", "fra", "low", "supports"),
    said("e", "hun", "low", "opposes"),
)


@settings(max_examples=20)
@given(st.permutations(RECORDS))
def test_the_order_of_records_does_not_matter(records: list[Evidence]) -> None:
    broader = {"low": "shield"}
    first, then = (gap(pact_of(*r, broader=broader), "shield") for r in (RECORDS, records))
    assert (then.verdict, then.rows, then.more["silent"]) == (
        first.verdict,
        first.rows,
        first.more["silent"],
    )


@settings(max_examples=30)
@given(st.lists(st.sampled_from(list(Polarity)), min_size=3, max_size=3))
def test_members_hold_out_support_or_are_silent(stances: list[Polarity]) -> None:
    records = [said(m, m, "shield", p.value) for m, p in zip(MEMBERS[:2], stances, strict=False)]
    answer = gap(pact_of(*records), "shield")
    support = {r.actor for r in answer.rows if r.stands.side == 1}
    assert support | set(answer.more["holdouts"]) | set(answer.more["silent"]) == set(MEMBERS)
    assert len(support) + len(answer.more["holdouts"]) + len(answer.more["silent"]) == 3


def test_of_the_shipped_debate_it_says_who_and_why() -> None:
    """Read off the article: paragraphs 4, 7 and 12 of its coding."""
    answer = ran("allied-interception")
    assert answer["verdict"].startswith(
        "Of NATO's 32 members 4 have a position on 'Shoot down Russian missiles over Ukraine', all "
        "by others' word only: Germany and the United States oppose it; Poland is undecided on it; "
        "Romania leans to support it. 28 are silent, and silence is no consent."
    )
    assert (
        "Reason of Germany and the United States, as others tell: 'It could lead to war with R"
        in (answer["verdict"])
    )
    stands = {r["actor"]: r for r in answer["rows"]}
    assert stands["usa"]["answered_by"] == stands["deu"]["answered_by"] == ["s20"]
    assert stands["usa"]["frames"] == ["direct-involvement"]
    assert stands["pol"]["answered_by"] == []
    assert len(answer["silent"]) == 28
    denied = {r["matter"] for r in answer["replies"] if r["how"] == "denies"}
    assert denied == {"attack-on-russia", "war-involvement"}
    assert any("'The US rethinks its strategy' (Second European" in n for n in answer["notes"])
    assert len({c["id"] for c in answer["evidence"]}) <= 12


def test_it_can_be_asked_of_another_organisation() -> None:
    answer = ran("allied-interception", "--among", "eu")
    assert answer["among"] == "european-union"
    assert answer["holdouts"] == ["deu", "pol"]
    assert "--among european-union" in answer["reproduce"]
    again = ran(*answer["reproduce"].split()[2:])
    assert again == answer


def test_the_figure_has_a_row_an_actor_and_a_column_an_option() -> None:
    (grid,) = gap(load("ukraine-skies"), "allied-interception").figures
    assert isinstance(grid, Grid)
    assert grid.columns[0] == "Shoot down Russian missiles over Ukraine"
    assert grid.rows[:4] == ("Germany", "United States", "Poland", "Romania")
    at = {(c.row, c.column): c for c in grid.cells}
    assert at[0, 0].value == -1
    assert at[0, 0].records == ("s07",)


def test_of_very_many_the_figure_has_some_of_each_side(un: str) -> None:
    answer = gap(load(un), "unga-6138")
    (grid,) = answer.figures
    assert isinstance(grid, Grid)
    values = [c.value for c in sorted(grid.cells, key=lambda c: c.row)]
    assert values == [-1] * 20 + [0] * 20 + [1] * 20
    assert grid.row_breaks == (20, 40)
    assert f"{len(answer.rows) - 60} actors more of these groups are left out" in grid.note
    assert any("all 28 members of the European Union" in note for note in answer.notes)


def test_a_frame_names_whoever_sees_the_option_in_it() -> None:
    """The official of paragraph 6 tells of the US, and counts the one as the other."""
    tables = {t.title: t for t in gap(load("ukraine-skies"), "allied-interception").tables}
    because = {row[0]: row[3] for row in tables["NATO, opposition first"].rows}
    assert because["Germany"] == "escalation-risk"
    assert because["United States"] == (
        "escalation-risk; seen as direct-involvement by Second European official"
    )


def test_a_wrong_option_gets_a_suggestion() -> None:
    done = CliRunner().invoke(main, ["gap", "allied-interseption"])
    assert done.exit_code == 1
    assert "did you mean" in done.stderr
    assert "allied-interception" in done.stderr


def test_of_the_dna_sample_organisations_must_agree(dna: str) -> None:
    """Four against and two for, as the statements of the sample have it."""
    answer = ran("co2-legislation-will-not-hurt-the-economy", "-g", dna)
    assert len(answer["holdouts"]) == 4
    assert sum(r["is_needed"] for r in answer["rows"]) == 6
    assert answer["among"] is None
    assert answer["verdict"].startswith("6 states and organisations have a position")


def test_of_the_debate_on_iraq_parties_must_agree_and_speakers_are_beside(iraq: str) -> None:
    answer = ran("22-war", "-g", iraq)
    needed = {r["name"]: r["stands"] for r in answer["rows"] if r["is_needed"]}
    assert needed["SNP"] == needed["Plaid Cymru"] == "opposes"
    assert needed["Conservative"] == "supports"
    assert "A Salmond" in {r["name"] for r in answer["rows"] if not r["is_needed"]}


def test_of_a_roll_call_it_counts_as_the_table_does(un: str, shared: Any) -> None:
    """Counted by DuckDB in the table itself."""
    import duckdb

    path = shared / "data/unga_votes_voeten/unga_votes.csv.gz"
    counted = dict(
        duckdb.connect()
        .execute(f"SELECT vote, count(*) FROM '{path}' WHERE rcid = 5979 GROUP BY vote")
        .fetchall()
    )
    answer = ran("unga-5979", "-g", un)
    stands = [r["stands"] for r in answer["rows"]]
    assert stands.count("supports") == counted.get("yes", counted.get(1))
    assert len(answer["holdouts"]) == len(stands) - stands.count("supports")
    assert any("members of the European Union" in note for note in answer["notes"])
    among = ran("unga-5979", "-g", un, "--among", "nato")
    assert (
        among["members"] == 29 == sum(r["is_needed"] for r in among["rows"]) + len(among["silent"])
    )
