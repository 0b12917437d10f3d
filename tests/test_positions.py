from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from debates import COUNTRIES, PUBLISHED, graph_of, said
from stancegraph.graph import Graph
from stancegraph.model import Bounds, Certainty, Evidence, Polarity, Stance
from stancegraph.positions import RULES, Flag, Position, Rule, positions_of, readings_of


def position(*evidence: Evidence, holder: str = "pol", as_of: str | None = None) -> Position:
    graph = graph_of(*evidence)
    day = date.fromisoformat(as_of) if as_of else None
    return graph.positions(day)[holder, "opt"]


# Whose word, and the tier that DESIGN.md gives it.
TIERS = [
    (said("e01", "pol", "opt", "supports", kind="vote"), 1),
    (said("e01", "pol", "opt", "supports", kind="action"), 2),
    (said("e01", "pol", "opt", "supports"), 3),
    (said("e01", "pol", "opt", "supports", by="paper"), 4),
    (said("e01", "pol", "opt", "supports", by="expert"), 5),
    (said("e01", "pol", "opt", "supports", by="voice"), 6),
]


@pytest.mark.parametrize(("evidence", "tier"), TIERS)
def test_each_kind_of_evidence_has_its_tier(evidence: Evidence, tier: int) -> None:
    found = position(evidence)
    assert found.tier == tier
    assert found.is_hearsay == (tier >= 4)
    assert found.rule is Rule.ONLY_RECORD


def test_own_evidence_beats_newer_hearsay() -> None:
    own = said("own", "pol", "opt", "supports", "2022-01-01")
    told = said("told", "pol", "opt", "opposes", "2023-12-31", by="expert")  # 729 days newer
    found = position(own, told)
    assert (found.polarity, found.decided_by) == (Polarity.SUPPORTS, ("own",))
    assert found.dissent == ("told",)
    assert Flag.CONTESTED in found.flags


def test_hearsay_over_two_years_newer_beats_own_evidence() -> None:
    own = said("own", "pol", "opt", "supports", "2022-01-01")
    told = said("told", "pol", "opt", "opposes", "2024-01-02", by="expert")  # 731 days newer
    found = position(own, told)
    assert (found.polarity, found.rule) == (Polarity.OPPOSES, Rule.NEWER_HEARSAY)
    assert found.dissent == ("own",)
    assert found.change is not None
    assert not found.change.is_own


def test_among_own_evidence_the_latest_wins_and_the_change_is_the_actors() -> None:
    found = position(
        said("old", "pol", "opt", "opposes", "2024-01-01"),
        said("new", "pol", "opt", "supports", "2024-02-01"),
    )
    assert (found.polarity, found.rule) == (Polarity.SUPPORTS, Rule.LATEST_OWN)
    assert found.change is not None
    assert (found.change.polarity, found.change.is_own) == (Polarity.OPPOSES, True)
    assert found.superseded == ("old",)
    assert found.dissent == ()
    assert found.since.day == date(2024, 2, 1)


def test_on_one_day_a_vote_outranks_an_action_and_an_action_a_statement() -> None:
    day = "2024-02-01"
    vote = said("vote", "pol", "opt", "opposes", day, kind="vote")
    action = said("action", "pol", "opt", "supports", day, kind="action")
    words = said("words", "pol", "opt", "undecided", day)
    assert position(words, action, vote).decided_by == ("vote",)
    found = position(words, action)
    assert (found.decided_by, found.rule) == (("action",), Rule.SAME_DAY)


def test_the_sources_account_outranks_a_named_teller_and_that_an_unnamed_one() -> None:
    unnamed = said("unnamed", "pol", "opt", "supports", "2024-03-01", by="voice")
    named = said("named", "pol", "opt", "opposes", "2024-02-01", by="expert")
    account = said("account", "pol", "opt", "undecided", "2024-01-01", by="paper")
    assert position(unnamed, named).decided_by == ("named",)
    found = position(unnamed, named, account)
    assert (found.decided_by, found.rule) == (("account",), Rule.BEST_HEARSAY)
    assert found.dissent == ("unnamed", "named")


def test_opposite_records_of_one_tier_and_day_leave_the_holder_undecided() -> None:
    found = position(
        said("one", "pol", "opt", "supports", "2024-02-01"),
        said("two", "pol", "opt", "opposes", "2024-02-01"),
    )
    assert (found.polarity, found.rule) == (Polarity.UNDECIDED, Rule.TIE)
    assert found.decided_by == ("one", "two")
    assert found.is_contested


def test_of_two_degrees_on_one_day_the_more_cautious_stands() -> None:
    found = position(
        said("one", "pol", "opt", "supports", "2024-02-01"),
        said("two", "pol", "opt", "leans-support", "2024-02-01"),
    )
    assert (found.polarity, found.is_contested) == (Polarity.LEANS_SUPPORT, False)


def test_a_first_own_word_against_older_hearsay_changes_only_our_knowledge() -> None:
    found = position(
        said("told", "pol", "opt", "opposes", "2024-01-01", by="expert"),
        said("own", "pol", "opt", "supports", "2024-02-01"),
    )
    assert found.change is not None
    assert (found.change.evidence, found.change.is_own) == ("told", False)


def test_records_whose_order_is_unknown_dissent_instead_of_being_superseded() -> None:
    spanning = replace(
        said("spanning", "pol", "opt", "opposes"),
        when=Bounds(not_before=date(2024, 1, 1), not_after=date(2024, 3, 1)),
    )
    inside = said("inside", "pol", "opt", "supports", "2024-02-01")
    found = position(spanning, inside)
    assert (found.decided_by, found.dissent) == (("spanning",), ("inside",))


def test_no_move_is_claimed_where_the_order_is_not_known() -> None:
    vote = said("vote", "pol", "opt", "opposes", "2024-05-30", kind="vote")
    words = said("words", "pol", "opt", "supports")  # by 30 June, when the report appeared
    found = position(vote, words)
    assert (found.decided_by, found.rule) == (("vote",), Rule.NO_ORDER_TIER)
    assert (found.change, found.dissent) == (None, ("words",))


def test_the_sources_own_account_is_of_the_day_it_was_published() -> None:
    own = said("own", "pol", "opt", "supports", "2022-06-29")
    account = said("account", "pol", "opt", "opposes", by="paper")  # 732 days newer
    assert position(own, account).rule is Rule.NEWER_HEARSAY
    assert position(account).since.day == PUBLISHED


def test_a_side_that_is_disclosed_goes_before_one_that_is_not() -> None:
    found = position(
        said("one", "pol", "opt", "not-disclosed", "2024-02-01"),
        said("two", "pol", "opt", "supports", "2024-02-01"),
    )
    assert (found.polarity, found.decided_by, found.dissent) == (Polarity.SUPPORTS, ("two",), ())


def test_an_undated_record_counts_only_from_the_last_day_of_the_others() -> None:
    graph = graph_of(
        said("dated", "pol", "opt", "supports", "2024-02-01"),
        said("undated", "deu", "opt", "opposes"),
    )
    bare = replace(graph.debate.sources[0], when=Bounds())
    graph = Graph(replace(graph.debate, sources=(bare,)), graph.reference)
    assert set(graph.positions()) == {("pol", "opt"), ("deu", "opt")}
    assert set(graph.positions(date(2024, 2, 1))) == {("pol", "opt"), ("deu", "opt")}
    assert graph.positions(date(2024, 1, 31)) == {}


def test_a_stance_on_the_option_itself_goes_before_a_rolled_up_one() -> None:
    graph = graph_of(
        said("wide", "pol", "wide", "opposes", "2024-01-01"),
        said("narrow", "pol", "narrow", "supports", "2024-02-01"),
        broader={"narrow": "wide"},
    )
    found = graph.positions(roll_up=True)["pol", "wide"]
    assert (found.decided_by, found.dissent, found.via) == (("wide",), (), ())


def test_a_deprecated_record_no_longer_counts() -> None:
    wrong = replace(said("wrong", "pol", "opt", "opposes"), deprecated="Mistranslated.")
    assert position(wrong, said("right", "pol", "opt", "supports")).decided_by == ("right",)


def test_a_stance_counts_only_until_the_day_it_was_declared_for() -> None:
    graph = graph_of(
        said("old", "pol", "opt", "opposes", "2024-01-01"),
        said("new", "pol", "opt", "supports", "2024-02-01", until=date(2024, 3, 1)),
    )
    pair = ("pol", "opt")
    assert graph.positions(date(2024, 3, 1))[pair].polarity is Polarity.SUPPORTS
    assert graph.positions(date(2024, 3, 2))[pair].polarity is Polarity.OPPOSES


def test_a_record_that_may_be_of_a_later_day_does_not_count_yet() -> None:
    spanning = replace(
        said("spanning", "pol", "opt", "opposes"),
        when=Bounds(not_before=date(2024, 1, 1), not_after=date(2024, 3, 1)),
    )
    graph = graph_of(spanning)
    assert graph.positions(date(2024, 2, 29)) == {}
    assert ("pol", "opt") in graph.positions(date(2024, 3, 1))


def test_an_undated_record_is_of_the_day_its_source_was_published() -> None:
    found = position(said("e01", "pol", "opt", "supports"))
    assert found.since == Bounds(not_after=PUBLISHED)


def test_what_a_deputy_or_a_group_holds_binds_no_country() -> None:
    graph = graph_of(
        said("e01", "deputy", "opt", "supports", by=None),
        said("e02", "neighbours", "opt", "supports", by="paper"),
    )
    assert {holder for holder, _ in graph.positions()} == {"deputy", "neighbours"}


def test_confidence_is_tier_times_certainty_halved_each_half_life() -> None:
    told = said("e01", "pol", "opt", "supports", "2024-01-01", by="expert", sure="probable")
    # 0.5 (tier 5) x 0.8 (probable), then halved after 180 days.
    assert position(told, as_of="2024-01-01").confidence == pytest.approx(0.4)
    assert position(told, as_of="2024-06-29").confidence == pytest.approx(0.2)


def test_a_position_grows_stale_after_a_year() -> None:
    own = said("e01", "pol", "opt", "supports", "2023-01-01")
    assert Flag.STALE not in position(own, as_of="2024-01-01").flags
    assert Flag.STALE in position(own, as_of="2024-01-02").flags


def test_stances_pass_to_a_broader_option_only_when_rolled_up() -> None:
    graph = graph_of(
        said("e01", "pol", "narrow", "supports"), broader={"narrow": "wide", "wide": "widest"}
    )
    assert set(graph.positions()) == {("pol", "narrow")}
    rolled = graph.positions(roll_up=True)
    assert set(rolled) == {("pol", "narrow"), ("pol", "wide"), ("pol", "widest")}
    assert Flag.ROLLED_UP in rolled["pol", "widest"].flags
    assert Flag.ROLLED_UP not in rolled["pol", "narrow"].flags


def test_own_words_leaves_hearsay_out() -> None:
    graph = graph_of(
        said("e01", "pol", "opt", "supports"), said("e02", "deu", "opt", "opposes", by="paper")
    )
    assert set(graph.positions(own_words=True)) == {("pol", "opt")}


DAYS = st.dates(date(2020, 1, 1), date(2026, 1, 1))
VOICES = st.sampled_from([None, "paper", "expert", "voice"])
KINDS = st.sampled_from(["statement", "action", "vote"])
POLARITIES = st.sampled_from([p.value for p in Polarity])
CERTAINTIES = st.sampled_from([c.value for c in Certainty])


@st.composite
def records(draw: st.DrawFn, most: int = 7) -> list[Evidence]:
    """Records of two holders on two options, of all kinds and voices, dated or not."""
    found = []
    for n in range(draw(st.integers(1, most))):
        by = draw(VOICES)
        day = draw(st.none() | DAYS)
        found.append(
            said(
                f"e{n:02}",
                draw(st.sampled_from(COUNTRIES[:2])),
                draw(st.sampled_from(["opt", "other"])),
                draw(POLARITIES),
                day.isoformat() if day else None,
                by=by,
                kind=draw(KINDS) if by is None else "statement",
                sure=draw(CERTAINTIES),
            )
        )
    return found


@given(records(), st.data())
def test_the_order_of_records_does_not_matter(found: list[Evidence], data: st.DataObject) -> None:
    shuffled = data.draw(st.permutations(found))
    assert graph_of(*found).positions() == graph_of(*shuffled).positions()


@given(records(), st.integers(1, 2000), POLARITIES)
def test_an_older_record_of_the_same_tier_never_changes_todays_position(
    found: list[Evidence], days: int, polarity: str
) -> None:
    graph = graph_of(*found)
    for (holder, option), before in graph.positions().items():
        decider = before.readings[0]
        older = decider.known_by - timedelta(days=days)
        extra = replace(
            decider.evidence,
            id="extra",
            when=Bounds(not_before=older, not_after=older),
            stances=(replace(decider.stance, polarity=Polarity(polarity)),),
        )
        after = graph_of(*found, extra).positions(graph.last_day)[holder, option]
        assert (after.polarity, after.decided_by) == (before.polarity, before.decided_by)


@given(records(), st.integers(0, 5000))
def test_age_never_flips_a_position_and_only_lowers_confidence(
    found: list[Evidence], days: int
) -> None:
    graph = graph_of(*found)
    assert graph.last_day is not None
    today = graph.positions()
    later = graph.positions(graph.last_day + timedelta(days=days))
    assert {k: p.polarity for k, p in later.items()} == {k: p.polarity for k, p in today.items()}
    assert all(later[k].confidence <= today[k].confidence for k in today)


@given(records())
def test_a_groups_stance_moves_no_member(found: list[Evidence]) -> None:
    graph = graph_of(*found)
    group = said("group", "neighbours", "opt", "supports", by="paper")
    more = graph_of(*found, group).positions(graph.last_day)
    before = graph.positions()
    assert {k: more[k] for k in before} == before


@given(records())
def test_turning_every_stance_round_turns_every_position_round(found: list[Evidence]) -> None:
    turned = [replace(e, stances=tuple(map(_turned, e.stances))) for e in found]
    before, after = graph_of(*found).positions(), graph_of(*turned).positions()
    assert {k: p.polarity.scaled for k, p in after.items()} == {
        k: None if p.polarity.scaled is None else -p.polarity.scaled for k, p in before.items()
    }


def _turned(stance: Stance) -> Stance:
    level = stance.polarity.level
    by_level = {p.level: p for p in Polarity}
    return replace(stance, polarity=by_level[None if level is None else -level])


def test_the_rule_sets_numbers_are_within_their_ranges() -> None:
    tiers = [RULES.tier_weight[t] for t in range(1, 7)]
    assert tiers == sorted(tiers, reverse=True)
    assert all(0 < w <= 1 for w in (*tiers, *RULES.certainty_weight.values()))
    assert set(RULES.certainty_weight) == set(Certainty)


def test_no_evidence_is_no_position() -> None:
    assert positions_of((), None) == {}
    graph = graph_of()
    assert readings_of(graph.debate, graph.actors) == ()
