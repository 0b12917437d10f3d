from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from debates import graph_of, said
from stancegraph.cli import main
from stancegraph.errors import StanceError
from stancegraph.graph import Graph, load
from stancegraph.model import Bounds

JANUARY, JUNE = date(2024, 1, 31), date(2024, 6, 30)


def asked(*words: str) -> dict[str, Any]:
    done = CliRunner(env={"COLUMNS": "100"}).invoke(main, ["diff", *words, "--format", "json"])
    assert done.exit_code == 0, done.output
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def kinds(graph: Graph, first: date = JANUARY, second: date = JUNE) -> list[tuple[str, str]]:
    return [(r.actor, r.kind) for r in graph.diff(first, second).rows]


def test_what_the_debate_learned_in_five_days() -> None:
    found = asked("2024-05-29", "2024-06-02")
    # By the file: of 29 May and before are Zelenskyy's, Stoltenberg's and the ban of the US.
    assert (found["positions_before"], found["positions"]) == (3, 21)
    assert found["counts"]["new"] == 18
    assert found["counts"]["side"] == 1
    assert found["verdict"].startswith(
        "Between 29 May 2024 and 2 June 2024: 1 change of side and 18 new positions; 3 positions "
        "before, 21 after. The United States moved on us-weapons-in-russia from 'opposes' to "
        "'supports'."
    )
    sure = {r["evidence"][0] for r in found["rows"] if r["kind"] == "new" and r["is_surely_after"]}
    # The records that say of themselves that they are of 30 May or later.
    assert sure == {"s13", "s28", "s37"}


def test_each_kind_of_difference_has_its_name() -> None:
    graph = graph_of(
        said("a", "pol", "x", "opposes", "2024-01-01"),
        said("b", "pol", "x", "supports", "2024-02-01"),
        said("c", "deu", "x", "leans-support", "2024-01-01"),
        said("d", "deu", "x", "supports", "2024-02-01"),
        said("e", "usa", "x", "supports", "2024-01-01", conditions=("first",)),
        said("f", "usa", "x", "supports", "2024-02-01"),
        said("g", "fra", "x", "supports", "2024-01-01", until=date(2024, 2, 1)),
        said("h", "hun", "x", "supports", "2024-02-01"),
        said("i", "pol", "y", "supports", "2024-01-01"),
        said("j", "pol", "y", "opposes", "2024-02-01", by="expert"),
        said("k", "deu", "y", "supports", "2022-03-01"),
        said("l", "usa", "y", "supports", "2023-02-01"),
    )
    assert kinds(graph) == [
        ("pol", "side"),
        ("deu", "degree"),
        ("usa", "condition"),
        ("hun", "new"),
        ("fra", "lapsed"),
        ("pol", "contested"),
        ("usa", "stale"),
    ]


def test_what_stopped_being_contested_is_settled() -> None:
    graph = graph_of(
        said("a", "pol", "x", "supports", "2024-01-01"),
        said("b", "pol", "x", "opposes", "2024-01-01"),
        said("c", "pol", "x", "supports", "2024-02-01"),
    )
    assert kinds(graph) == [("pol", "settled")]


def test_a_record_that_may_be_older_only_became_known() -> None:
    bounds = Bounds(not_after=date(2024, 3, 1))
    graph = graph_of(
        replace(said("a", "pol", "x", "supports"), when=bounds),
        said("b", "deu", "x", "supports", "2024-03-01"),
    )
    found = {r.actor: r.is_surely_after for r in graph.diff(JANUARY, JUNE).rows}
    assert found == {"pol": False, "deu": True}
    assert (
        "1 surely came about in between; 1 became known then" in graph.diff(JANUARY, JUNE).verdict
    )


def test_records_of_no_known_order_are_no_change_of_side() -> None:
    bounds = Bounds(not_before=date(2023, 1, 1), not_after=date(2024, 3, 1))
    graph = graph_of(
        said("a", "pol", "x", "supports", "2024-01-01"),
        replace(said("b", "pol", "x", "opposes"), when=bounds),
    )
    assert ("pol", "unordered") in kinds(graph)
    assert ("pol", "side") not in kinds(graph)


def test_nothing_new_is_said_so() -> None:
    graph = graph_of(said("a", "pol", "x", "supports", "2024-01-01"))
    assert graph.diff(JANUARY, JUNE).verdict == (
        "Between 31 January 2024 and 30 June 2024 nothing changed: 1 position before and after."
    )


def test_an_empty_debate_is_too_thin() -> None:
    found = graph_of().diff(JANUARY, JUNE)
    assert found.verdict == "Too thin to say: no position is on record by 30 June 2024."
    assert (found.flags, found.figures) == (("insufficient",), ())


def test_a_pair_that_came_to_share_three_options_has_another_word() -> None:
    graph = graph_of(
        *(said(f"p{o}", "pol", o, "supports", "2024-01-01") for o in "wxyz"),
        *(said(f"d{o}", "deu", o, "supports", "2024-02-01") for o in "wxyz"),
        said("f", "fra", "w", "supports", "2024-01-01"),
    )
    (pair,) = graph.diff(JANUARY, JUNE).more["pairs"]
    # Jeffreys' interval of 4 of 4 begins at .5552, above one half.
    assert ({pair.a, pair.b}, pair.verdict_before, pair.verdict) == (
        {"pol", "deu"},
        "insufficient",
        "same side",
    )
    assert (pair.shared_before, pair.same, pair.shared) == (0, 4, 4)


def test_hearsay_is_marked_where_it_is_listed() -> None:
    graph = graph_of(said("a", "pol", "x", "supports", "2024-02-01", by="expert"))
    (table,) = graph.diff(JANUARY, JUNE).tables
    assert "supports (hearsay)" in table.rows[0]


def test_where_there_was_nothing_before_nobody_is_first_heard_of() -> None:
    found = graph_of(said("a", "pol", "x", "supports", "2024-02-01")).diff(JANUARY, JUNE)
    assert "No position is on record by 31 January 2024: all there is, is new." in found.notes
    assert not any(note.startswith(("First heard of", "New options")) for note in found.notes)
    assert graph_of().diff(JANUARY, JUNE).notes == ()


def test_one_actor_can_be_asked_about() -> None:
    graph = graph_of(
        said("a", "pol", "x", "supports", "2024-02-01"),
        said("b", "deu", "x", "supports", "2024-02-01"),
    )
    assert [r.actor for r in graph.diff(JANUARY, JUNE, actor="deu").rows] == ["deu"]


def test_the_days_are_in_order() -> None:
    with pytest.raises(StanceError, match="2024-06-30 is not before 2024-01-31"):
        load().diff(JUNE, JANUARY)
    done = CliRunner().invoke(main, ["diff", "2024", "2023"])
    assert done.exit_code == 1
    assert "2024-12-31 is not before 2023-12-31: name the earlier day first" in done.stderr


def test_a_third_day_is_refused() -> None:
    done = CliRunner().invoke(main, ["diff", "2023", "2024", "--as-of", "2025"])
    assert done.exit_code == 1
    assert "leave out --as-of and --to" in done.stderr
    offered = CliRunner().invoke(main, ["diff", "--help"]).stdout
    assert "--from" in offered
    assert "--as-of" not in offered
    assert "--to" not in offered


def test_what_is_no_day_is_refused() -> None:
    done = CliRunner().invoke(main, ["diff", "May", "2024"])
    assert done.exit_code == 2
    assert "'May' is not a date such as 2024-06-02" in done.stderr


def test_the_sample_of_dna_grew_by_forty_positions(dna: str) -> None:
    found = asked("2005-01-26", "2005-02-16", "-g", dna)
    pairs = "SELECT count(DISTINCT (holder, option)) FROM stance WHERE counts"
    before = _one(dna, f"{pairs} AND not_after <= DATE '2005-01-26'")
    after = _one(dna, pairs)
    assert (found["positions_before"], found["positions"]) == (before, after)
    assert found["counts"]["new"] == after - before


def test_the_iraq_debate_changed_before_the_vote(iraq: str) -> None:
    found = asked("2002-12", "2003-02", "-g", iraq)
    sides = {(r["actor"], r["option"]) for r in found["rows"] if r["kind"] == "side"}
    # The one moved as tests/test_shifts.py reads it off the table.
    assert ("a-clwyd", "22-war") in sides


def test_of_many_records_arrays_find_the_same_changes_of_side(
    iraq: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = ("2002-12", "2003-02", "-g", iraq)

    def sides(found: dict[str, Any]) -> set[tuple[str, str]]:
        return {(r["actor"], r["option"]) for r in found["rows"] if r["kind"] == "side"}

    whole = asked(*words)
    monkeypatch.setattr("stancegraph.stored.LARGE", 10)
    part = asked(*words)
    assert sides(part) == sides(whole) != set()
    assert part["counts"]["new"] == whole["counts"]["new"]
    assert part["new_by_actor"] == whole["new_by_actor"]
    assert part["new_actors"] == whole["new_actors"]


def test_poland_left_the_camp_of_the_east_at_the_united_nations(un: str) -> None:
    found = asked("1989", "1993", "--actor", "pol", "-g", un)
    assert found["counts"]["side"] == 0
    pair = next(p for p in found["pairs"] if {p["a"], p["b"]} == {"pol", "lux"})
    before = (pair["same_before"], pair["shared_before"])
    # By SQL over the file: votes of both, the same choice, up to 1989 and in the years after.
    assert before == _by_sql(un, "not_after <= DATE '1989-12-31'")
    between = (pair["same_between"], pair["shared_between"])
    assert between == _by_sql(un, "not_after BETWEEN DATE '1990-01-01' AND DATE '1993-12-31'")
    assert between[0] / between[1] > 0.85
    assert len(found["evidence"]) >= 2


def _one(path: str, question: str) -> int:
    import duckdb

    with duckdb.connect(path, read_only=True) as file:
        found = file.execute(question).fetchone()
    assert found is not None
    return int(found[0])


def _by_sql(path: str, when: str) -> tuple[int, int]:
    import duckdb

    with duckdb.connect(path, read_only=True) as file:
        found = file.execute(
            "WITH v AS (SELECT id, option, level, not_after FROM stance JOIN record ON holder = n "
            f"WHERE register = 'actors' AND counts AND {when}) SELECT "
            "count(*) FILTER (WHERE sign(a.level) = sign(b.level)), count(*) FROM v a JOIN v b "
            "USING (option) WHERE a.id = 'pol' AND b.id = 'lux'"
        ).fetchone()
    assert found is not None
    return int(found[0]), int(found[1])


RECORDS = st.lists(
    st.tuples(
        st.sampled_from(("pol", "deu")),
        st.sampled_from(("x", "y")),
        st.sampled_from(("supports", "leans-support", "opposes")),
        st.integers(1, 9),
    ),
    max_size=8,
)


@settings(max_examples=40, deadline=None)
@given(RECORDS)
def test_positions_before_and_what_is_new_add_up(drawn: list[tuple[str, str, str, int]]) -> None:
    graph = graph_of(
        *(
            said(f"r{n}", who, option, stance, f"2024-01-0{day}")
            for n, (who, option, stance, day) in enumerate(drawn)
        )
    )
    more = graph.diff(date(2024, 1, 4), date(2024, 1, 9)).more
    counts = more["counts"]
    assert more["positions"] == more["positions_before"] + counts["new"] - counts["lapsed"]
    assert sum(more["new_by_actor"].values()) == counts["new"]
