from __future__ import annotations

import csv
import json
import math
import shlex
from datetime import date
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from debates import graph_of, said
from stancegraph.answer.figure import Lines
from stancegraph.cli import main
from stancegraph.errors import StanceError
from stancegraph.graph import Graph, load


def asked(*words: str) -> dict[str, Any]:
    done = CliRunner(env={"COLUMNS": "100"}).invoke(
        main, ["change-points", *words, "--format", "json"]
    )
    assert done.exit_code == 0, done.output
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def spoken(*stances: str, holder: str = "pol") -> Graph:
    return graph_of(
        *(
            said(f"r{n:02}", holder, "x", stance, f"2024-01-{n + 1:02}")
            for n, stance in enumerate(stances)
        )
    )


FOR, LEANS, AGAINST = "supports", "leans-support", "opposes"


def test_a_break_that_was_made_is_found_where_it_is() -> None:
    graph = spoken(AGAINST, AGAINST, AGAINST, AGAINST, FOR, LEANS, FOR, LEANS)
    found = graph.change_points("pol")
    (row,) = found.rows
    assert (row.not_before.day, row.not_after.day) == (4, 5)
    # Four times -1; then 1, 0.5, 1, 0.5.
    assert (row.mean_before, row.mean_after) == (-1, 0.75)
    assert (row.points_before, row.points_after) == (4, 4)
    assert found.verdict == (
        "POL on x broke once over 8 days on record from 1 January 2024 to 8 January 2024: between "
        "4 January 2024 and 5 January 2024 from -1.00 to +0.75 (-1 opposes, +1 supports)."
    )
    assert [c.id for c in found.evidence] == ["r03", "r04"]
    assert any("about one time in ten" in note for note in found.notes)
    (figure,) = found.figures
    assert isinstance(figure, Lines)
    assert [at for at, _ in figure.breaks] == [row.not_after]
    assert figure.lines[1].is_steps


def test_the_same_line_has_no_break() -> None:
    found = spoken(*[FOR] * 9).change_points("pol", "x")
    assert found.rows == ()
    assert found.verdict.startswith("POL on x shows no break over 9 days")
    assert found.flags == ()


def test_below_eight_days_the_first_and_the_last_are_named() -> None:
    found = spoken(*[AGAINST] * 3, *[FOR] * 4).change_points("pol", "x")
    assert found.rows == ()
    assert found.flags == ("insufficient",)
    assert found.verdict == (
        "Too few to find a break: POL on x is on record on 7 days, and it takes 8. First "
        "'opposes' (1 January 2024, r00), last 'supports' (7 January 2024, r06)."
    )


def test_the_debate_is_too_thin_and_says_what_is_known() -> None:
    found = asked("usa", "us-weapons-in-russia")
    assert found["flags"] == ["insufficient"]
    assert "First 'opposes' (by 29 May 2024, s32), last 'supports' (30 May to" in found["verdict"]
    assert found["rows"] == []


def test_records_of_one_day_are_one_point() -> None:
    graph = graph_of(
        *(said(f"a{n}", "pol", "x", "supports", "2024-01-01") for n in range(5)),
        *(said(f"b{n}", "pol", "x", "opposes", "2024-01-02") for n in range(5)),
    )
    found = graph.change_points("pol", "x")
    assert [(p.n, p.value) for p in found.more["points"]] == [(5, 1), (5, -1)]
    assert "on record on 2 days" in found.verdict


def test_own_words_are_taken_before_hearsay() -> None:
    own = [said(f"o{n}", "pol", "x", "supports", f"2024-01-{n + 1:02}") for n in range(8)]
    told = [
        said(f"t{n}", "pol", "x", "opposes", f"2024-02-{n + 1:02}", by="expert") for n in range(8)
    ]
    found = graph_of(*own, *told).change_points("pol", "x")
    assert found.rows == ()
    assert "Left out as hearsay: 8 records." in found.notes
    hearsay = graph_of(*told).change_points("pol", "x")
    assert "hearsay only" in hearsay.flags


def test_the_option_of_most_days_is_taken() -> None:
    graph = graph_of(
        said("a", "pol", "y", "supports", "2024-01-01"),
        *(said(f"r{n}", "pol", "x", "supports", f"2024-01-0{n + 1}") for n in range(2)),
    )
    assert graph.change_points("pol").more["option"] == "x"


def test_somebody_without_records_has_no_line() -> None:
    found = spoken(FOR).change_points("deu")
    assert found.verdict == ("Too thin to say: nothing is on record of DEU by 1 January 2024.")
    assert found.flags == ("insufficient",)


def test_agreement_breaks_where_one_turned() -> None:
    days = [(f"o{n}", f"2024-01-{n + 1:02}") for n in range(8)]
    graph = graph_of(
        *(said(f"p{o}", "pol", o, "supports", day) for o, day in days),
        *(
            said(f"d{o}", "deu", o, "opposes" if n < 4 else "supports", day)
            for n, (o, day) in enumerate(days)
        ),
    )
    found = graph.change_points("pol", other="deu")
    (row,) = found.rows
    assert (row.mean_before, row.mean_after, row.n_before, row.n_after) == (0, 1, 4, 4)
    # Jeffreys' interval of 4 of 4: a Beta(4.5, .5) has a fortieth below .5552.
    assert row.interval_after is not None
    assert row.interval_after[0] == pytest.approx(0.5552, abs=1e-4)
    assert {c.holder for c in found.evidence} == {"pol", "deu"}
    # All of it is explained, so that the criterion is minus infinity: JSON has no word for that.
    json.dumps(found.to_dict(), allow_nan=False)


def test_agreement_by_hearsay_is_called_so() -> None:
    graph = graph_of(
        said("a", "pol", "x", "supports", "2024-01-01", by="expert"),
        said("b", "deu", "x", "supports", "2024-01-02"),
    )
    found = graph.change_points("pol", other="deu")
    assert "hearsay only" in found.flags
    assert "On 1 of 1 shared option the stance of one or both rests on others' word." in found.notes


def test_a_year_of_both_sides_is_told_by_its_first_and_last_word() -> None:
    verdict = spoken(AGAINST, FOR).change_points("pol", "x", by="year").verdict
    assert "on record in 1 year, and it takes 8" in verdict
    assert "First 'opposes' (1 January 2024, r00), last 'supports' (2 January" in verdict


def test_one_actor_is_no_pair() -> None:
    with pytest.raises(StanceError, match="are both Poland; name two actors"):
        load().change_points("pol", other="PL")


def test_an_option_or_a_pair_is_asked_about_and_not_both() -> None:
    done = CliRunner().invoke(
        main, ["change-points", "usa", "allied-interception", "--with", "deu"]
    )
    assert done.exit_code == 1
    assert "give an option or --with another actor, not both" in done.stderr


def test_a_month_or_a_year_can_be_a_point() -> None:
    graph = graph_of(
        *(
            said(
                f"r{year}{month}",
                "pol",
                "x",
                AGAINST if year < 2008 else FOR,
                f"{year}-0{month}-01",
            )
            for year in range(2004, 2012)
            for month in (1, 2)
        )
    )
    found = graph.change_points("pol", "x", by="year")
    (row,) = found.rows
    assert (row.points_before, row.n_before) == (4, 8)
    assert "between 2007 and 2008 from -1.00 to +1.00" in found.verdict


def test_russia_and_america_broke_with_the_end_of_the_cold_war(un: str) -> None:
    found = asked("rus", "--with", "usa", "-g", un)
    points = [p["value"] for p in found["points"]]
    years = [int(p["at"][:4]) for p in found["points"]]
    assert _by_sql(un) == pytest.approx(dict(zip(years, points, strict=True)))
    assert 1990 in {int(r["not_before"][:4]) for r in found["rows"]}
    # Of each number of breaks no others leave less: one break, by trying each.
    expected = _bic_of_one_break(points)
    assert found["bic"][1] == pytest.approx(expected, abs=1e-3)
    assert "most between 1990 and 1991 from 11% to 35%" in found["verdict"]


def _by_sql(path: str) -> dict[int, float]:
    """The share of votes of both on which they did the same, of years with three or more."""
    import duckdb

    with duckdb.connect(path, read_only=True) as file:
        found = file.execute(
            "WITH v AS (SELECT id, option, level, year(not_after) AS year FROM stance JOIN record "
            "ON holder = n WHERE register = 'actors' AND counts) SELECT a.year, "
            "avg((sign(a.level) = sign(b.level))::INT) FROM v a JOIN v b USING (option) WHERE "
            "a.id = 'rus' AND b.id = 'usa' GROUP BY ALL HAVING count(*) >= 3"
        ).fetchall()
    return {int(year): float(share) for year, share in found}


def _bic_of_one_break(points: list[float], shortest: int = 4) -> float:
    least = min(_rest(points, (at,)) for at in range(shortest, len(points) - shortest + 1))
    n = len(points)
    return n * (math.log(least / n) + 1 + math.log(2 * math.pi)) + 4 * math.log(n)


def _rest(points: list[float], breaks: tuple[int, ...]) -> float:
    parts = np.split(np.array(points), breaks)
    return float(sum(((p - p.mean()) ** 2).sum() for p in parts))


def test_a_roll_call_has_no_line_of_its_own(un: str) -> None:
    done = CliRunner().invoke(main, ["change-points", "rus", "-g", un])
    assert done.exit_code == 1
    assert "'change-points rus --with ACTOR'" in done.stderr


def test_labour_speaks_with_many_voices_and_says_so(iraq: str, shared: Path) -> None:
    with (shared / "data/iraq2003/iraq2003_statements.csv").open(encoding="utf-8") as table:
        told = [
            r
            for r in csv.DictReader(table)
            if (r["organization"], r["concept"]) == ("Labour", "22 - war")
        ]
    found = asked("Labour", "22 - war", "-g", iraq)
    assert len(found["points"]) == len({r["date"][:10] for r in told})
    voices = len({r["person"] for r in told})
    assert any(f"{voices} voices speak for Labour" in note for note in found["notes"])
    by_day = {p["at"]: p["value"] for p in found["points"]}
    first = [int(r["agreement"]) * 2 - 1 for r in told if r["date"].startswith("2002-09-24")]
    assert by_day["2002-09-24"] == pytest.approx(sum(first) / len(first))


def test_the_sample_of_dna_has_too_few_days(dna: str) -> None:
    found = asked("Christine Todd Whitman", "-g", dna)
    assert found["flags"] == ["insufficient"]
    assert "is on record on 1 day" in found["verdict"]


AGAIN = (
    ("shifts", "--option", "22-war", "--actor", "labour", "--to", "2003-03"),
    ("diff", "2002-12", "2003-02", "--actor", "cabinet", "--filter", "kind=statement"),
    ("stale", "--days", "100", "--actor", "cabinet", "--from", "2002-09", "--own-words"),
    ("change-points", "labour", "22-war", "--by", "month", "--shortest", "3"),
    ("change-points", "labour", "--with", "conservative", "--by", "day"),
)


@pytest.mark.parametrize("words", AGAIN, ids=" ".join)
def test_the_command_that_an_answer_names_gives_it_again(words: tuple[str, ...], iraq: str) -> None:
    def told(*words: str) -> dict[str, Any]:
        done = CliRunner().invoke(main, [*words, "--format", "json"])
        assert done.exit_code == 0, done.output
        found: dict[str, Any] = json.loads(done.stdout)
        return found

    first = told(*words, "-g", iraq)
    assert told(*shlex.split(first["reproduce"])[1:]) == first


def test_one_actor_alone_is_answered_too() -> None:
    graph = graph_of(said("a", "pol", "x", FOR, "2024-01-01"))
    assert graph.shifts().verdict.startswith("Too thin to say: 1 position, none with records of")
    assert "1 new position; no position before, 1 after" in (
        graph.diff(date(2023, 1, 1), date(2024, 6, 1)).verdict
    )
    assert [r.age_days for r in graph.stale(as_of=date(2024, 1, 3)).rows] == [2]
    assert "on record on 1 day" in graph.change_points("pol").verdict
    alone = graph.change_points("pol", other="deu")
    assert (
        alone.verdict
        == "Too thin to say: POL and DEU share no option on which both have a dated position."
    )


@settings(max_examples=30, deadline=None)
@given(st.lists(st.sampled_from((FOR, LEANS, "undecided", AGAINST)), min_size=8, max_size=11))
def test_no_other_single_break_leaves_less(stances: list[str]) -> None:
    found = spoken(*stances).change_points("pol", "x")
    levels = {FOR: 1, LEANS: 0.5, "undecided": 0, AGAINST: -1}
    values = [float(levels[s]) for s in stances]
    if len(found.rows) == 1:
        at = found.rows[0].points_before
        least = min(_rest(values, b) for b in combinations(range(4, len(values) - 3), 1))
        assert _rest(values, (at,)) == pytest.approx(least)
    mirrored = [{FOR: AGAINST, AGAINST: FOR}.get(s, s) for s in stances]
    if LEANS not in stances:
        turned = spoken(*mirrored).change_points("pol", "x")
        assert [r.not_after for r in turned.rows] == [r.not_after for r in found.rows]
