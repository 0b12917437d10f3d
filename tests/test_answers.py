"""Answers on the shipped debate, each checked by hand against the article's coding."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

import stancegraph
from debates import graph_of, said
from stancegraph import Graph, StanceError, UnknownName
from stancegraph.answer import Standing
from stancegraph.measure.interval import jeffreys
from stancegraph.model import Polarity


@pytest.fixture(scope="module")
def skies() -> Graph:
    return stancegraph.load("ukraine-skies")


def rows_of(skies: Graph, option: str) -> dict[str, Standing]:
    return {row.actor: row for row in skies.who(option).rows}


def test_germany_and_the_us_oppose_on_the_hearsay_of_one_former_official(skies: Graph) -> None:
    answer = skies.who("allied-interception")
    rows = {row.actor: row for row in answer.rows}
    for country in ("deu", "usa"):
        row = rows[country]
        assert (row.polarity, row.tier, row.hearsay) == (Polarity.OPPOSES, 5, True)
        assert row.decided_by == ("s07",)
    speaker = skies.evidence_by_id["s07"].speaker
    assert speaker == "kurt-volker"
    words = "Germany and the United States by hearsay of Kurt Volker (former official)"
    assert words in answer.verdict


def test_romania_leans_to_support_on_the_same_hearsay(skies: Graph) -> None:
    row = rows_of(skies, "allied-interception")["rou"]
    assert (row.polarity, row.tier) == (Polarity.LEANS_SUPPORT, 5)
    assert skies.evidence_by_id[row.decided_by[0]].speaker == "kurt-volker"


def test_poland_is_undecided_by_the_articles_account_and_volker_dissents(skies: Graph) -> None:
    row = rows_of(skies, "allied-interception")["pol"]
    assert (row.polarity, row.tier, row.contested) == (Polarity.UNDECIDED, 4, True)
    decider = skies.evidence_by_id[row.decided_by[0]]
    assert (decider.speaker, decider.paragraph) == ("semafor", 7)
    dissent = [skies.evidence_by_id[e] for e in row.dissent]
    assert [(e.speaker, e.paragraph) for e in dissent] == [("kurt-volker", 4)]


def test_polands_ministry_has_no_decision_on_the_narrower_partial_cover(skies: Graph) -> None:
    answer = skies.who("allied-interception")
    narrower = {(row.option, row.actor): row for row in answer.more["narrower"]}
    row = narrower["partial-cover", "pol"]
    assert (row.polarity, row.tier, row.hearsay) == (Polarity.UNDECIDED, 3, False)
    assert skies.options["partial-cover"].broader == "allied-interception"


def test_ukraines_president_supports_only_firing_from_outside(skies: Graph) -> None:
    row = rows_of(skies, "interception-from-outside")["ukr"]
    assert (row.polarity, row.tier) == (Polarity.SUPPORTS, 3)
    assert skies.evidence_by_id[row.decided_by[0]].speaker == "volodymyr-zelenskyy"
    assert "ukr" not in rows_of(skies, "allied-interception")


def test_the_member_of_parliament_who_supports_interception_binds_nobody(skies: Graph) -> None:
    row = rows_of(skies, "allied-interception")["yehor-cherniev"]
    assert row.polarity is Polarity.SUPPORTS
    notes = skies.dissent().notes
    assert (
        "Yehor Cherniev supports alert-sharing, allied-interception, interoperability and "
        "joint-air-defence, where Ukraine has no position; that binds nobody."
    ) in notes


def test_the_secretary_general_leans_against_nato_doing_it(skies: Graph) -> None:
    row = rows_of(skies, "nato-interception")["nato"]
    assert (row.polarity, row.tier) == (Polarity.LEANS_OPPOSE, 3)
    assert skies.evidence_by_id[row.decided_by[0]].speaker == "jens-stoltenberg"


def test_france_has_no_position_on_interception_and_two_on_declared_limits(skies: Graph) -> None:
    rows = skies.position("France").rows
    assert {(r.option, r.polarity) for r in rows} == {
        ("announced-limits", Polarity.OPPOSES),
        ("strategic-ambiguity", Polarity.SUPPORTS),
    }
    assert {skies.options[r.option].issue for r in rows} == {"declared-limits"}
    assert "fra" in skies.who("allied-interception").more["silent"]


def test_the_us_moved_from_opposing_to_supporting_strikes_in_russia(skies: Graph) -> None:
    row = next(r for r in skies.position("usa").rows if r.option == "us-weapons-in-russia")
    assert (row.polarity, row.tier) == (Polarity.SUPPORTS, 2)
    assert row.limits == ("parts-of-russia",)
    assert row.change is not None
    assert (row.change.polarity, row.change.is_own) == (Polarity.OPPOSES, True)
    before = skies.position("usa", as_of=date(2024, 5, 29)).rows
    assert [r.polarity for r in before if r.option == "us-weapons-in-russia"] == [Polarity.OPPOSES]


def test_nobody_shares_three_options_with_poland_and_align_says_so(skies: Graph) -> None:
    answer = skies.align("Poland")
    assert {(r.actor, r.shared, r.same, r.agreement, r.verdict) for r in answer.rows} == {
        ("deu", 1, 0, None, "insufficient"),
        ("rou", 1, 0, None, "insufficient"),
        ("usa", 1, 0, None, "insufficient"),
        ("yehor-cherniev", 1, 0, None, "insufficient"),
    }
    assert all(s.option == "allied-interception" for r in answer.rows for s in r.options)
    assert answer.verdict.startswith("Insufficient: Poland shares at most 1 option with anyone")
    assert "insufficient" in answer.flags


def test_germany_and_the_us_are_on_the_same_side_of_their_one_shared_option(skies: Graph) -> None:
    answer = skies.compare("deu", "usa")
    found = {key: answer.more[key] for key in ("shared", "same", "agreement", "interval", "value")}
    assert found == {"shared": 1, "same": 1, "agreement": None, "interval": None, "value": None}
    relations = {row.option: row.relation for row in answer.rows}
    assert relations["allied-interception"] == "agree"
    assert relations["us-weapons-in-russia"] == "only-second"


def test_own_words_leaves_nothing_between_poland_and_germany(skies: Graph) -> None:
    answer = skies.compare("pol", "deu", own_words=True)
    assert answer.more["shared"] == 0
    assert [(r.option, r.relation) for r in answer.rows] == [("partial-cover", "only-first")]


def test_roll_up_brings_ukraine_and_nato_to_the_broad_option_and_is_flagged(skies: Graph) -> None:
    answer = skies.who("allied-interception", roll_up=True)
    rows = {row.actor: row for row in answer.rows}
    assert rows["ukr"].polarity is Polarity.SUPPORTS
    assert rows["nato"].polarity is Polarity.LEANS_OPPOSE
    # The ministry's own words on partial cover (tier 3) now outrank the article's account.
    assert (rows["pol"].polarity, rows["pol"].tier) == (Polarity.UNDECIDED, 3)
    assert "rolled up" in answer.flags
    assert "--roll-up" in answer.method
    assert "rolled up" not in skies.who("allied-interception").flags
    assert "ukr" in {r.actor for r in skies.align("rou", roll_up=True).rows}
    assert skies.compare("ukr", "rou", roll_up=True).more["same"] == 1


def test_interception_divides_most_and_alone(skies: Graph) -> None:
    first, *rest = skies.tally().rows
    assert (first.option, first.support, first.undecided, first.oppose) == (
        "allied-interception", 1, 1, 2,
    )  # fmt: skip
    assert first.divided == pytest.approx(2 / 6)  # 1 x 2 opposite pairs of 6
    assert not any(row.divided for row in rest)


def test_a_trace_gives_the_chain_and_the_rule(skies: Graph) -> None:
    answer = skies.trace("pol", "allied-interception")
    assert [(s.evidence, s.tier, s.role) for s in answer.rows] == [
        ("s06", 5, "dissents"),
        ("s13", 4, "decides"),
    ]
    assert "the source's account outranks" in answer.verdict


def test_a_trace_of_nothing_says_what_there_is_instead(skies: Graph) -> None:
    answer = skies.trace("nato", "allied-interception")
    assert answer.rows == ()
    assert answer.verdict == "NATO has no position on 'allied-interception'."
    assert "NATO leans against the narrower option 'nato-interception' (s08)." in answer.notes


def test_before_its_records_a_debate_says_that_nothing_is_known_yet(skies: Graph) -> None:
    answer = skies.who("allied-interception", as_of=date(2024, 5, 1))
    assert answer.rows == ()
    assert answer.verdict == "Nothing on this option is surely on record by 1 May 2024."


def test_silence_is_a_class_of_its_own(skies: Graph) -> None:
    silent = skies.who("allied-interception").more["silent"]
    # 32 members on 2 June 2024, less Germany, Poland, Romania and the US.
    assert len(silent) == 28
    assert {"gbr", "fra", "tur", "swe"} <= set(silent)
    assert "nato" not in silent  # it spoke on a narrower option


def test_evidence_of_an_actor_is_of_and_about_it(skies: Graph) -> None:
    answer = skies.evidence(actor="pol")
    assert {c.id for c in answer.rows} >= {"s06", "s13", "s14", "s15"}
    row = next(c for c in answer.rows if c.id == "s15")
    assert (row.speaker, row.capacity, row.holder, row.option, row.paragraph) == (
        "pl-mod-spokesperson", "government", "pol", "partial-cover", 8,
    )  # fmt: skip


@pytest.mark.parametrize("name", ["usa", "US", "U.S.", "Washington", "United States", "the US"])
def test_an_actor_answers_to_all_its_names(skies: Graph, name: str) -> None:
    assert skies.position(name).more["actor"] == "usa"


def test_an_unknown_name_gets_suggestions(skies: Graph) -> None:
    with pytest.raises(UnknownName, match="no actor is called 'Polnd'; did you mean 'Poland'"):
        skies.align("Polnd")
    with pytest.raises(UnknownName, match="no option is called 'alied-interception'; did you mean"):
        skies.who("alied-interception")


def test_nobody_is_compared_with_itself(skies: Graph) -> None:
    with pytest.raises(StanceError, match="'pol' and 'Warsaw' are both Poland"):
        skies.compare("pol", "Warsaw")


def four_options() -> Graph:
    """Poland and Germany agree on two, differ on one, and are both undecided on one."""
    return graph_of(
        said("a1", "pol", "opt-a", "supports"),
        said("a2", "deu", "opt-a", "leans-support"),
        said("b1", "pol", "opt-b", "opposes"),
        said("b2", "deu", "opt-b", "opposes", by="paper"),
        said("c1", "pol", "opt-c", "supports"),
        said("c2", "deu", "opt-c", "opposes"),
        said("d1", "pol", "opt-d", "undecided"),
        said("d2", "deu", "opt-d", "undecided"),
        said("e1", "pol", "opt-e", "supports"),
        said("e2", "deu", "opt-e", "not-disclosed"),
    )


def test_agreement_counts_shared_options_and_both_undecided_do_not_agree() -> None:
    row = four_options().align("pol").rows[0]
    assert (row.shared, row.same, row.opposite, row.agreement) == (4, 2, 1, 0.5)
    assert row.interval == jeffreys(2, 4)
    assert (row.own_shared, row.own_same) == (3, 1)
    assert row.verdict == "mixed"


def test_hearsay_is_left_out_of_alignment_by_own_words() -> None:
    row = four_options().align("pol", own_words=True).rows[0]
    assert (row.shared, row.same) == (3, 1)


def test_rolled_up_alignment_counts_no_record_twice() -> None:
    records = [
        said(f"{who}-{option}", who, option, "supports")
        for who in ("fra", "hun")
        for option in ("one", "two")
    ]
    graph = graph_of(*records, broader={"one": "wide", "two": "wide"})
    assert [(r.shared, r.same) for r in graph.align("fra").rows] == [(2, 2)]
    assert [(r.shared, r.same) for r in graph.align("fra", roll_up=True).rows] == [(1, 1)]
    assert graph.compare("fra", "hun", roll_up=True).more["shared"] == 1


def test_who_takes_no_side_is_open_and_never_the_nearest() -> None:
    records = [said(f"p{n}", "pol", f"opt-{n}", "supports") for n in range(4)]
    records += [said(f"f{n}", "fra", f"opt-{n}", "undecided") for n in range(4)]
    answer = graph_of(*records).align("fra")
    assert [r.verdict for r in answer.rows] == ["open"]
    assert answer.verdict == "FRA is on no side of any option that it shares with enough others."


def test_ties_are_named_together() -> None:
    records = [
        said(f"{who}{n}", who, f"opt-{n}", "supports")
        for who in ("pol", "deu", "usa")
        for n in range(3)
    ]
    verdict = graph_of(*records).align("pol").verdict
    assert verdict == (
        "Nearest to POL: DEU, same side on 3 of 3 shared options, 100% (46 to 100%) and USA, same "
        "side on 3 of 3 shared options, 100% (46 to 100%)."
    )


def test_washington_is_read_as_the_united_states_and_that_is_said(skies: Graph) -> None:
    assert "'Washington' is read as the United States." in skies.position("Washington").notes
    assert not any("is read as" in note for note in skies.position("usa").notes)


def test_an_adjective_is_suggested_its_country_and_never_taken_for_it(skies: Graph) -> None:
    with pytest.raises(UnknownName, match="no actor is called 'Ukrainian'; did you mean 'Ukraine'"):
        skies.align("Ukrainian")


def test_what_own_words_leaves_out_is_counted(skies: Graph) -> None:
    notes = skies.who("allied-interception", own_words=True).notes
    # Romania, Poland twice, Germany, the US; and NATO on the narrower near-border-interception.
    assert "Left out as hearsay (--own-words): 6 stances." in notes


def test_the_day_of_a_graph_is_the_last_of_all_its_records() -> None:
    told = said("e1", "pol", "opt", "supports", "2024-01-01")
    claim = replace(said("e2", "pol", "opt", "supports", "2024-03-01"), stances=())
    graph = graph_of(told, claim)
    assert graph.last_day == date(2024, 3, 1)
    assert {c.id for c in graph.evidence().rows} == {"e1", "e2"}
    assert {c.id for c in graph.evidence(as_of=date(2024, 2, 1)).rows} == {"e1"}
    assert {c.id for c in graph.evidence(ids="e2", as_of=date(2024, 2, 1)).rows} == {"e2"}


def test_an_undisclosed_position_is_shared_with_nobody() -> None:
    relations = {r.option: r.relation for r in four_options().compare("pol", "deu").rows}
    assert relations == {
        "opt-a": "agree",
        "opt-b": "agree",
        "opt-c": "differ",
        "opt-d": "open",
        "opt-e": "undisclosed",
    }


def test_a_voice_inside_that_parts_from_its_country_is_dissent() -> None:
    graph = graph_of(said("own", "pol", "opt", "opposes"), said("mp", "deputy", "opt", "supports"))
    rows = graph.dissent().rows
    assert [(r.actor, r.kind, r.speaker, r.evidence) for r in rows] == [
        ("pol", "inside", "deputy", "mp")
    ]


def test_an_empty_graph_answers_every_question() -> None:
    graph = graph_of(said("e1", "pol", "opt", "supports"))
    assert graph.align("deu").rows == ()
    assert "no position on any option" in graph.align("deu").verdict
    assert graph.position("deu").rows == ()
    assert graph.compare("deu", "usa").rows == ()
    assert graph.dissent().rows == ()
    assert graph_of().tally().rows == ()


def test_an_answer_shows_itself_in_a_notebook_with_all_text_escaped() -> None:
    graph = graph_of(said("e1", "pol", "opt", "supports"))
    html = graph.who("opt")._repr_html_()
    assert "<table>" in html
    assert "Do opt" in html


def test_answers_are_the_same_however_often_they_are_asked(skies: Graph) -> None:
    assert skies.who("allied-interception") == stancegraph.load().who("allied-interception")
