from __future__ import annotations

import csv
import json
from collections import Counter
from dataclasses import replace
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from debates import debate_of, graph_of, said
from stancegraph.answer.history import histories
from stancegraph.cli import main
from stancegraph.graph import Graph, load
from stancegraph.model import Bounds, Debate, Evidence


def ran(*words: str) -> str:
    done = CliRunner(env={"COLUMNS": "100"}).invoke(main, ["shifts", *words])
    assert done.exit_code == 0, done.output
    return done.stdout


def asked(*words: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(ran(*words, "--format", "json"))
    return found


def moves(graph: Graph) -> list[tuple[str, str, str, str]]:
    return [
        (r.actor, r.polarity_before.value, r.polarity.value, r.kind) for r in graph.shifts().rows
    ]


def test_the_united_states_moved_between_two_records_of_the_debate() -> None:
    found = asked()
    assert [(r["actor"], r["option"], r["kind"]) for r in found["rows"]] == [
        ("usa", "us-weapons-in-russia", "side")
    ]
    row = found["rows"][0]
    # s32 is of 29 May at the latest and has no first day; s33 of 30 May to 2 June.
    assert (row["not_before"], row["not_after"]) == (None, "2024-06-02")
    assert row["last_before"]["not_after"] == "2024-05-29"
    assert row["first_after"]["not_before"] == "2024-05-30"
    assert row["is_own"]
    assert (row["evidence_before"], row["evidence"]) == (["s32"], ["s33"])
    assert row["conditions"] == ["parts-of-russia"]
    assert found["verdict"].startswith(
        "The United States moved, by its own word or deed, on us-weapons-in-russia: from 'opposes' "
        "(last on record by 29 May 2024) to 'supports' on terms (parts-of-russia) (first 30 May to "
        "2 June 2024)."
    )
    assert [e["id"] for e in found["evidence"]] == ["s32", "s33"]


def test_every_move_comes_out_and_not_the_last_only() -> None:
    graph = graph_of(
        said("a", "pol", "x", "opposes", "2024-01-01"),
        said("b", "pol", "x", "supports", "2024-02-01"),
        said("c", "pol", "x", "opposes", "2024-03-01"),
    )
    assert moves(graph) == [
        ("pol", "opposes", "supports", "side"),
        ("pol", "supports", "opposes", "reversal"),
    ]
    first = graph.shifts().rows[0]
    assert (first.not_before, first.not_after) == (date(2024, 1, 1), date(2024, 2, 1))


def test_a_firmer_word_is_no_change_of_side() -> None:
    graph = graph_of(
        said("a", "pol", "x", "leans-support", "2024-01-01"),
        said("b", "pol", "x", "supports", "2024-02-01"),
        said("c", "pol", "x", "leans-support", "2024-03-01"),
    )
    assert moves(graph) == [
        ("pol", "leans-support", "supports", "degree"),
        ("pol", "supports", "leans-support", "degree"),
    ]
    verdict = graph.shifts().verdict
    assert "POL firmed up, by its own word or deed, on x" in verdict
    assert "POL softened, by its own word or deed, on x" in verdict


def test_a_condition_that_is_no_longer_named_is_told() -> None:
    graph = graph_of(
        said("a", "pol", "x", "supports", "2024-01-01", conditions=("first",)),
        said("b", "pol", "x", "supports", "2024-02-01"),
    )
    (row,) = graph.shifts().rows
    assert (row.kind, row.conditions_before, row.conditions) == ("condition", ("first",), ())
    assert "on terms (first)" in graph.shifts().verdict
    assert "with no terms named" in graph.shifts().verdict


def test_a_repeated_word_is_no_move() -> None:
    graph = graph_of(
        said("a", "pol", "x", "supports", "2024-01-01"),
        said("b", "pol", "x", "supports", "2024-02-01"),
    )
    assert graph.shifts().rows == ()
    assert graph.shifts().verdict == (
        "Nobody changed position: of 1 position with records of several days it stands as it first "
        "stood."
    )


def test_both_said_on_one_day_are_passed_over() -> None:
    graph = graph_of(
        said("a", "pol", "x", "supports", "2024-01-01"),
        said("b", "pol", "x", "supports", "2024-02-01"),
        said("c", "pol", "x", "opposes", "2024-02-01"),
        said("d", "pol", "x", "supports", "2024-03-01"),
    )
    assert moves(graph) == []


def test_hearsay_before_own_words_may_be_our_knowledge_only() -> None:
    graph = graph_of(
        said("a", "pol", "x", "supports", "2024-01-01", by="expert"),
        said("b", "pol", "x", "opposes", "2024-02-01"),
    )
    (row,) = graph.shifts().rows
    assert not row.is_own
    assert "moved, or is only better known now," in graph.shifts().verdict
    assert graph.shifts(own_words=True).rows == ()


def test_records_without_a_known_order_claim_no_move() -> None:
    late = said("b", "pol", "x", "opposes")
    late = replace(late, when=Bounds(not_before=date(2023, 12, 1), not_after=date(2024, 2, 1)))
    graph = graph_of(said("a", "pol", "x", "supports", "2024-01-01"), late)
    found = graph.shifts()
    assert found.rows == ()
    assert found.more["unordered"] == 1
    assert any("no change is claimed" in note for note in found.notes)


def test_what_was_declared_for_a_time_lapses() -> None:
    graph = graph_of(
        said("a", "pol", "x", "opposes", "2024-01-01"),
        said("b", "pol", "x", "supports", "2024-02-01", until=date(2024, 3, 1)),
        said("c", "deu", "x", "supports", "2024-06-01"),
    )
    found = graph.shifts().rows
    assert [(r.kind, r.is_lapse, r.is_own) for r in found] == [
        ("side", False, True),
        ("reversal", True, False),
    ]
    assert found[1].first_after.day == date(2024, 3, 2)


def test_who_moved_first_is_told_without_a_cause() -> None:
    graph = graph_of(
        *(said(f"{who}1", who, "x", "opposes", "2024-01-01") for who in ("pol", "deu", "fra")),
        said("pol2", "pol", "x", "supports", "2024-03-01"),
        said("deu2", "deu", "x", "supports", "2024-02-01"),
        said("fra2", "fra", "x", "supports", "2024-03-01"),
    )
    found = graph.shifts()
    assert {r.actor: r.order for r in found.rows} == {"deu": 1, "pol": 2, "fra": 2}
    (order,) = found.more["successions"]
    assert (order.towards, order.actors) == ("support", ("deu", "fra", "pol"))
    assert "That is order in time only; it does not say why." in found.notes


def test_overlapping_days_leave_the_order_open() -> None:
    def of(id: str, who: str, first: str, last: str) -> Any:
        bounds = Bounds(not_before=date.fromisoformat(first), not_after=date.fromisoformat(last))
        return replace(said(id, who, "x", "supports"), when=bounds)

    graph = graph_of(
        *(said(f"{who}1", who, "x", "opposes", "2024-01-01") for who in ("pol", "deu")),
        of("pol2", "pol", "2024-02-01", "2024-02-10"),
        of("deu2", "deu", "2024-02-05", "2024-02-20"),
    )
    assert [r.order for r in graph.shifts().rows] == [None, None]
    assert graph.shifts().more["successions"] == ()


def test_one_record_that_speaks_for_two_leads_neither() -> None:
    def of_both(id: str, stance: str, day: str) -> Evidence:
        (hers,) = said(id, "pol", "x", stance, day).stances
        return replace(
            said(id, "pol", "x", stance, day), stances=(hers, replace(hers, holder="hun"))
        )

    both = (of_both("a", "opposes", "2024-01-01"), of_both("b", "supports", "2024-02-01"))
    assert graph_of(*both).shifts().more["successions"] == ()
    third = (
        said("c", "deu", "x", "opposes", "2024-01-01"),
        said("d", "deu", "x", "supports", "2024-03-01"),
    )
    # The two are one record, so that the third is the second to move.
    orders = {r.actor: r.order for r in graph_of(*both, *third).shifts().rows}
    assert orders == {"pol": 1, "hun": 1, "deu": 2}


def test_of_several_changes_it_is_said_by_whose_word_they_are() -> None:
    graph = graph_of(
        *(
            said(f"{who}1", who, "x", "opposes", "2024-01-01")
            for who in ("pol", "deu", "fra", "hun")
        ),
        *(said(f"{who}2", who, "x", "supports", "2024-02-01") for who in ("pol", "deu", "fra")),
        said("hun2", "hun", "x", "supports", "2027-02-01", by="expert"),
    )
    assert graph.shifts().verdict == (
        "4 actors changed side, 4 times in all, on 1 option: shown 3 by the same voice and 1 by "
        "others' word, or a declared end. Most moves were on x: 4 towards it, 0 away. 4 positions "
        "have records of several days, so that a change could show."
    )


def test_an_undated_record_moves_nobody() -> None:
    graph = graph_of(
        said("a", "pol", "x", "supports", "2024-01-01"), said("b", "pol", "x", "opposes")
    )
    assert graph.shifts().rows == ()


def test_an_empty_debate_is_too_thin() -> None:
    found = graph_of().shifts()
    assert found.verdict.startswith("Too thin to say: no position with records of two days")
    assert found.flags == ("insufficient",)
    assert found.figures == ()


def test_one_actor_and_one_option_can_be_asked_about() -> None:
    graph = graph_of(
        said("a", "pol", "x", "opposes", "2024-01-01"),
        said("b", "pol", "x", "supports", "2024-02-01"),
        said("c", "deu", "y", "opposes", "2024-01-01"),
        said("d", "deu", "y", "supports", "2024-02-01"),
    )
    assert [r.actor for r in graph.shifts(actor="pol").rows] == ["pol"]
    assert [r.actor for r in graph.shifts(option="y").rows] == ["deu"]
    assert graph.shifts(actor="pol", option="y").rows == ()


def test_what_speaks_of_a_narrower_option_counts_when_rolled_up() -> None:
    graph = graph_of(
        said("a", "pol", "wide", "opposes", "2024-01-01"),
        said("b", "pol", "narrow", "opposes", "2024-01-01"),
        said("c", "pol", "narrow", "supports", "2024-02-01"),
        broader={"narrow": "wide"},
    )
    assert {r.option for r in graph.shifts().rows} == {"narrow"}
    # What speaks of the option itself still decides it.
    assert {r.option for r in graph.shifts(roll_up=True).rows} == {"narrow"}


def test_a_misspelt_actor_gets_a_suggestion() -> None:
    done = CliRunner().invoke(main, ["shifts", "--actor", "Polnd"])
    assert done.exit_code == 1
    assert "did you mean 'Poland'" in done.stderr


def test_the_sample_of_dna_has_one_day_for_each_and_shows_no_change(dna: str) -> None:
    found = asked("-g", dna)
    assert found["rows"] == []
    assert found["verdict"].startswith("Too thin to say: 44 positions, none with records of two")


def test_a_clwyd_came_round_to_the_war_by_her_own_word(iraq: str, shared: Path) -> None:
    with (shared / "data/iraq2003/iraq2003_statements.csv").open(encoding="utf-8") as table:
        hers = [
            (r["date"][:10], r["agreement"])
            for r in csv.DictReader(table)
            if (r["person"], r["concept"]) == ("A Clwyd", "22 - war")
        ]
    against, favour = ({d for d, said in hers if said == value} for value in ("0", "1"))
    assert max(against) < min(favour)
    rows = asked("-g", iraq, "--option", "22 - war")["rows"]
    (row,) = (r for r in rows if r["actor"] == "a-clwyd")
    assert (row["polarity_before"], row["polarity"]) == ("opposes", "supports")
    assert (row["not_before"], row["not_after"]) == (max(against), min(favour))
    assert row["is_same_speaker"]


def test_a_party_of_differing_voices_does_not_lead(iraq: str) -> None:
    found = asked("-g", iraq, "--option", "22 - war")
    by_others = [r for r in found["rows"] if not r["is_same_speaker"]]
    assert by_others
    assert {r["order"] for r in by_others} == {None}


def test_nobody_changes_on_a_roll_call(un: str) -> None:
    found = asked("-g", un)
    assert found["rows"] == []
    assert any("change-points ACTOR --with ACTOR" in note for note in found["notes"])


def test_of_many_records_only_those_that_differ_are_read_and_show_the_same(
    iraq: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = asked("-g", iraq)
    monkeypatch.setattr("stancegraph.stored.LARGE", 10)
    part = asked("-g", iraq)
    assert part["rows"] == [r for r in whole["rows"] if r["kind"] in ("side", "reversal")] != []
    assert any("only changes of side are sought" in note for note in part["notes"])


def test_it_reads_well_at_a_hundred_columns() -> None:
    lines = ran().splitlines()
    assert all(len(line) <= 100 for line in lines)
    assert "2024-05-30" in next(line for line in lines if line.startswith(" United"))


STANCES = st.lists(
    st.tuples(
        st.sampled_from(("pol", "deu")),
        st.sampled_from(("x", "y")),
        st.sampled_from(("supports", "leans-support", "undecided", "opposes")),
        st.integers(1, 9),
        st.sampled_from((None, None, "expert")),
    ),
    max_size=9,
)


@settings(max_examples=40, deadline=None)
@given(STANCES, st.randoms(use_true_random=False))
def test_the_last_step_is_the_position_whatever_the_order_of_records(
    drawn: list[tuple[str, str, str, int, str | None]], random: Any
) -> None:
    records = [
        said(f"r{n}", who, option, stance, f"2024-01-0{day}", by=by)
        for n, (who, option, stance, day, by) in enumerate(drawn)
    ]
    graph = graph_of(*records)
    steps = histories(graph, graph.scope())
    last = {key: s[-1].position for key, s in steps.items()}
    expected = graph.positions()
    assert last.keys() == expected.keys()
    for key, position in last.items():
        assert position is not None
        assert position.polarity == expected[key].polarity
        assert position.decided_by == expected[key].decided_by
    mixed = [*records]
    random.shuffle(mixed)
    again = Graph(
        replace(debate_of(*records), evidence=tuple(mixed)), Debate(id="reference", title="None")
    )
    assert again.shifts().to_dict()["rows"] == graph.shifts().to_dict()["rows"]


@settings(max_examples=40, deadline=None)
@given(st.lists(st.sampled_from(("supports", "opposes")), min_size=1, max_size=9))
def test_as_many_moves_as_neighbours_that_differ(sides: list[str]) -> None:
    graph = graph_of(
        *(said(f"r{n}", "pol", "x", side, f"2024-01-0{n + 1}") for n, side in enumerate(sides))
    )
    kinds = Counter(r.kind for r in graph.shifts().rows)
    differ = sum(a != b for a, b in pairwise(sides))
    # The first change is one of side; each later one goes back to where it was.
    assert kinds == Counter({"side": min(1, differ), "reversal": max(0, differ - 1)}) - Counter()


def test_a_part_of_the_debate_is_told_apart_in_the_command_that_gives_it_again() -> None:
    found = asked("--actor", "usa", "--from", "2024-01-01")
    assert found["reproduce"].startswith("stancegraph shifts --actor usa --from 2024-01-01")
    assert load().shifts(actor="usa").verdict.startswith("The United States moved")
