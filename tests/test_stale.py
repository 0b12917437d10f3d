from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from click.testing import CliRunner

from debates import debate_of, graph_of, said
from stancegraph.cli import main
from stancegraph.graph import Graph
from stancegraph.model import Bounds, Debate


def asked(*words: str) -> dict[str, Any]:
    done = CliRunner(env={"COLUMNS": "100"}).invoke(main, ["stale", *words, "--format", "json"])
    assert done.exit_code == 0, done.output
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_nothing_in_the_debate_was_old_when_it_was_written() -> None:
    found = asked()
    assert found["stale"] == 0
    # Zelenskyy's words are of 22 May at the latest, and the last record of 2 June.
    assert found["rows"][0]["age_days"] == 11
    assert found["verdict"].startswith(
        "No position rests on evidence more than 365 days old as of 2 June 2024. The oldest, "
        "Ukraine on interception-from-outside, rests on a record of 22 May 2024"
    )
    assert any("--as-of with today's date" in note for note in found["notes"])


def test_two_years_on_all_of_it_is_old_and_what_matters_comes_first() -> None:
    found = asked("--as-of", "2026-06-02")
    assert found["stale"] == found["positions"] == 21
    assert found["flags"].count("stale") == 1
    # Germany and the US stand against it, Romania for it: one turn more and sides would be even.
    assert found["check_first"][0] == ["deu", "allied-interception"]
    assert set(found["options_without_fresh"]) >= {"allied-interception", "f16-in-russia"}
    row = next(r for r in found["rows"] if (r["actor"], r["option"]) == ("dnk", "f16-in-russia"))
    # From 30 May 2024 to 2 June 2026.
    assert row["age_days"] == 733


def test_the_limit_is_a_day_more_than_it_says() -> None:
    graph = graph_of(said("a", "pol", "x", "supports", "2024-01-01"))
    day = date(2024, 1, 11)
    assert [r.is_stale for r in graph.stale(days=10, as_of=day).rows] == [False]
    assert [r.is_stale for r in graph.stale(days=9, as_of=day).rows] == [True]


def test_what_is_undated_is_of_its_source_s_day_at_the_latest() -> None:
    graph = graph_of(
        said("a", "pol", "x", "supports", "2024-01-01"), said("b", "deu", "x", "supports")
    )
    # The source is of 30 June 2024.
    ages = [(r.actor, r.age_days) for r in graph.stale(as_of=date(2024, 7, 1)).rows]
    assert ages == [("pol", 182), ("deu", 1)]


def test_what_has_no_date_at_all_has_no_age_and_comes_last() -> None:
    debate = debate_of(
        said("a", "pol", "x", "supports", "2024-01-01"), said("b", "deu", "x", "supports")
    )
    (source,) = debate.sources
    debate = replace(debate, sources=(replace(source, when=Bounds()),))
    found = Graph(debate, Debate(id="reference", title="None")).stale()
    assert [(r.actor, r.age_days) for r in found.rows] == [("pol", 0), ("deu", None)]
    assert found.more["undated"] == 1
    assert "Without a date, so that nobody knows how old: DEU on x." in found.notes


def test_the_number_of_the_stale_is_said_in_words() -> None:
    records = [said(who, who, "x", "supports", "2024-01-01") for who in ("pol", "deu")]
    fresh = said("fra", "fra", "x", "supports", "2025-01-01")
    day = date(2025, 1, 2)
    starts = {
        "The one position rests on evidence": records[:1],
        "All 2 positions rest on evidence": records,
        "1 of 2 positions rests on evidence": [records[0], fresh],
    }
    for start, of in starts.items():
        assert graph_of(*of).stale(as_of=day).verdict.startswith(start)


def test_where_records_are_left_out_silence_is_not_claimed() -> None:
    found = asked("--filter", "kind=statement")
    assert any("who spoke elsewhere since does not show" in note for note in found["notes"])


def test_oldest_come_first_whatever_the_order_of_records() -> None:
    records = [
        said("a", "pol", "x", "supports", "2024-03-01"),
        said("b", "deu", "x", "supports", "2022-01-01"),
        said("c", "fra", "x", "opposes", "2023-01-01"),
    ]
    for order in (records, records[::-1]):
        found = graph_of(*order).stale(as_of=date(2024, 4, 1))
        assert [r.actor for r in found.rows] == ["deu", "fra", "pol"]


def test_a_decisive_voice_is_one_whose_turn_makes_another_majority() -> None:
    graph = graph_of(
        *(said(who, who, "x", "supports", "2020-01-01") for who in ("pol", "deu", "fra")),
        said("usa", "usa", "x", "opposes", "2020-01-01"),
        *(said(f"{who}y", who, "y", "supports", "2020-01-01") for who in ("pol", "deu", "fra")),
    )
    found = {(r.actor, r.option): r.matters for r in graph.stale(as_of=date(2024, 1, 1)).rows}
    # Three to one becomes two to two; of the one, four to none.
    assert found["pol", "x"] == ("divided", "decisive")
    assert found["usa", "x"] == ("divided",)
    assert found["pol", "y"] == ()


def test_an_empty_debate_has_no_age() -> None:
    found = graph_of().stale()
    assert found.verdict == "Too thin to say how old the evidence is: no position."
    assert (found.flags, found.figures) == (("insufficient",), ())


def test_one_actor_and_option_can_be_asked_about() -> None:
    graph = graph_of(
        said("a", "pol", "x", "supports", "2024-01-01"),
        said("b", "pol", "y", "supports", "2024-01-01"),
        said("c", "deu", "x", "supports", "2024-01-01"),
    )
    assert [r.option for r in graph.stale(actor="pol").rows] == ["x", "y"]
    assert [(r.actor, r.option) for r in graph.stale(actor="pol", option="y").rows] == [
        ("pol", "y")
    ]


def test_a_misspelt_option_gets_a_suggestion() -> None:
    done = CliRunner().invoke(main, ["stale", "--option", "allied-interceptoin"])
    assert done.exit_code == 1
    assert "did you mean 'allied-interception'" in done.stderr


def test_days_are_counted_in_the_sample_of_dna(dna: str) -> None:
    found = asked("-g", dna, "--days", "14")
    # The days of its statements: 26 January, 2, 10 and 16 February 2005; 21, 14, 6 and 0 before.
    assert {r["age_days"] for r in found["rows"]} == {21, 14, 6, 0}
    assert {r["age_days"] for r in found["rows"] if r["is_stale"]} == {21}
    assert "--days 14" in found["reproduce"]


def test_of_all_votes_who_was_last_heard_when(un: str) -> None:
    found = asked("-g", un)
    assert found["positions"] == 870_109
    heard = {r["actor"]: r["last"] for r in found["rows"]}
    assert len(heard) == 199
    # The German Democratic Republic ended on 3 October 1990; Zanzibar voted in one month of 1963.
    assert heard["ddr"] == "1989-12-06"
    assert next(r["actor"] for r in found["rows"] if r["is_stale"]) == "zanzibar"


def test_of_many_records_the_latest_of_each_actor_is_given(
    iraq: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = asked("-g", iraq)
    latest: dict[str, str] = {}
    for row in whole["rows"]:
        latest[row["actor"]] = max(row["last"], latest.get(row["actor"], ""))
    monkeypatch.setattr("stancegraph.stored.LARGE", 10)
    part = asked("-g", iraq)
    assert {r["actor"]: r["last"] for r in part["rows"]} == latest
    assert (part["positions"], part["stale"]) == (whole["positions"], whole["stale"])


def test_parties_that_were_silent_for_long_are_named(iraq: str) -> None:
    found = asked("-g", iraq, "--as-of", "2003-03-18", "--days", "180")
    # The limit is 19 September 2002: what was last said on 16 April is beyond it.
    old = {r["last"] for r in found["rows"] if r["is_stale"]}
    assert old == {"2002-04-16"}
