"""Options that travel together."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from debates import COUNTRIES, graph_of, said
from stancegraph.answer.bundles import bundles
from stancegraph.answer.bundling import Bundling, Pairing
from stancegraph.answer.figure import Grid
from stancegraph.answer.tying import Tying
from stancegraph.cli import main
from stancegraph.errors import UnknownName
from stancegraph.graph import Graph, load
from stancegraph.measure.backbone import adjusted, encounters
from stancegraph.model import Debate, Evidence

WORDS = {2: "supports", 1: "leans-support", 0: "undecided", -1: "leans-oppose", -2: "opposes"}

CAMPS = {
    "arms": (2, 2, 2, -2, -2),
    "base": (2, 2, 2, -2, -2),
    "cash": (2, 2, 1, -2, -2),
    "talk": (-2, -2, -2, 2, 2),
    "wait": (-2, -2, -1, 2, 2),
}
"""Levels of five countries on five options: the first three travel together, and so the others."""


def records_of(table: Mapping[str, tuple[int | None, ...]]) -> list[Evidence]:
    return [
        said(f"{option}-{country}", country, option, WORDS[level])
        for option, levels in table.items()
        for country, level in zip(COUNTRIES, levels, strict=False)
        if level is not None
    ]


def pair(rows: tuple[Pairing, ...], a: str, b: str) -> Pairing:
    return next(r for r in rows if {r.a, r.b} == {a, b})


def ran(*words: str) -> dict[str, Any]:
    done = CliRunner().invoke(main, ["bundles", *words, "--format", "json"])
    assert done.exit_code == 0, done.output
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_two_camps_carry_two_bundles() -> None:
    answer = bundles(graph_of(*records_of(CAMPS)))
    first, second = answer.more["bundles"]
    assert set(first.options) == {"arms", "base", "cash"}
    assert set(first.carried_by) == set(second.opposed_by) == {"pol", "deu", "usa"}
    assert set(second.options) == {"talk", "wait"}
    assert set(second.carried_by) == {"fra", "hun"}
    assert answer.more["exact"]


def test_a_pair_is_counted_by_its_shared_holders() -> None:
    """Of four holders of both two are on one side, one on opposite ones, one is undecided."""
    table = {"a": (2, -2, 2, 0, 2), "b": (2, -1, -2, 2, None)}
    (row,) = bundles(graph_of(*records_of(table))).rows
    assert (row.shared, row.same, row.opposite, row.together) == (4, 2, 1, 1)
    assert row.share == 0.5
    assert row.phi == pytest.approx(float(np.corrcoef([2, -2, 2, 0], [2, -1, -2, 2])[0, 1]))


def test_two_recorded_abstentions_are_one_deed() -> None:
    votes = [
        said(f"{o}-{c}", c, o, "undecided", kind="vote") for o in ("a", "b") for c in COUNTRIES[:3]
    ]
    (row,) = bundles(graph_of(*votes)).rows
    assert (row.shared, row.same, row.opposite) == (3, 3, 0)


def test_phi_is_not_defined_where_all_stand_alike() -> None:
    answer = bundles(graph_of(*records_of({"a": (2, 2, 2), "b": (2, -2, 2)})))
    assert answer.rows[0].phi is None
    assert answer.more["bundles"] == ()
    assert answer.verdict.startswith("Insufficient: of 2 options, held by 3 actors, there are no t")
    assert answer.flags == ("insufficient",)


def test_pairs_without_phi_are_counted_beside_those_with() -> None:
    table: Mapping[str, tuple[int | None, ...]] = {
        "a": (2, 2, 2),
        "b": (2, -2, 2),
        "c": (2, -2, 2),
    }
    answer = bundles(graph_of(*records_of(table)))
    assert "Of 3 options, held by 3 actors, 2 travel together" in answer.verdict
    assert any(note.startswith("Of 2 pairs phi is not defined") for note in answer.notes)


def test_by_net_it_counts_who_is_on_one_side() -> None:
    table: Mapping[str, tuple[int | None, ...]] = {"a": (2, 2, 2), "b": (2, -2, 2)}
    answer = bundles(graph_of(*records_of(table)), bundling=Bundling(by="net"))
    (bundle,) = answer.more["bundles"]
    assert bundle.mean == pytest.approx(1 / 3)
    assert "--by=net" in answer.reproduce


def test_p_is_that_of_who_is_for_what() -> None:
    """The stochastic degree sequence model of options by actors, one test a pair."""
    answer = bundles(graph_of(*records_of(CAMPS)))
    table = np.array([[level > 0 for level in CAMPS[o]] for o in sorted(CAMPS)]).astype(int)
    found = encounters(table)
    i, j = np.triu_indices(len(CAMPS), 1)
    p = adjusted(found.two_sided[i, j], "holm")
    names = sorted(CAMPS)
    for n, (a, b) in enumerate(zip(i, j, strict=True)):
        row = pair(answer.rows, names[a], names[b])
        assert row.p == pytest.approx(p[n])
        assert row.together == found.together[a, b]


def test_below_three_shared_holders_it_is_too_thin_and_says_what_is_known() -> None:
    answer = bundles(graph_of(*records_of({"a": (2, 2), "b": (2, -2)})))
    assert answer.verdict == (
        "Too thin to say: no two options share 3 holders; a and b share DEU and POL. What single "
        "actors combine is below."
    )
    assert answer.flags == ("insufficient",)
    assert "POL supports a and b." in answer.notes
    assert "DEU supports a; opposes b." in answer.notes
    (grid,) = answer.figures
    assert isinstance(grid, Grid)
    assert len(grid.cells) == 4


@pytest.mark.parametrize("records", [[], [said("a", "pol", "a", "supports")]])
def test_of_nobody_and_of_one_nothing_is_said(records: list[Evidence]) -> None:
    answer = bundles(graph_of(*records))
    assert answer.verdict == "Too thin to say: no two options share 3 holders."
    assert answer.rows == ()
    assert answer.figures == ()


def test_an_empty_graph_has_no_bundles() -> None:
    empty = Graph(Debate(id="d", title="D"), Debate(id="r", title="R"))
    assert bundles(empty).flags == ("insufficient",)


def test_of_too_many_options_those_that_divide_most_are_compared() -> None:
    table = {**CAMPS, "dull": (2, 2, 2, 2, 2)}
    answer = bundles(graph_of(*records_of(table)), bundling=Bundling(most=5))
    assert answer.more["options"] == tuple(CAMPS)
    assert answer.more["left_out"] == 1


def test_options_that_too_few_hold_are_counted() -> None:
    answer = bundles(graph_of(*records_of({**CAMPS, "rare": (2, 2)})))
    assert answer.more["too_few"] == 1
    assert "Left out as held by fewer than 3 actors: 1 option." in answer.notes


def test_where_others_share_enough_holders_it_says_so() -> None:
    states = records_of({"a": (2, 2), "b": (2, -2)})
    voices = [
        said(f"{o}-{v}", v, o, "supports")
        for o in ("a", "b")
        for v in ("expert", "deputy", "voice")
    ]
    answer = bundles(graph_of(*states, *voices), tying=Tying(kinds=("country",)))
    assert answer.verdict.startswith(
        "Too thin to say: no two options share 3 holders among those asked about (--kind and "
    )


def test_holders_can_be_chosen() -> None:
    graph = graph_of(*records_of(CAMPS))
    few = bundles(graph, tying=Tying(actors=("pol", "deu", "usa")))
    assert {r.shared for r in few.rows} == {3}
    with pytest.raises(UnknownName, match="no actor is called 'nobody'"):
        bundles(graph, tying=Tying(actors=("nobody",)))


def test_a_carrier_is_on_record_on_half_and_for_all_of_it() -> None:
    table = {**CAMPS, "cash": (2, 2, None, -2, -2), "base": (2, -2, None, -2, -2)}
    answer = bundles(graph_of(*records_of(table)))
    first = next(b for b in answer.more["bundles"] if "arms" in b.options)
    assert "pol" in first.carried_by
    assert not {"usa", "deu"} & set(first.carried_by)


@settings(max_examples=5)
@given(st.permutations(records_of(CAMPS)))
def test_the_order_of_records_does_not_matter(records: list[Evidence]) -> None:
    first, then = bundles(graph_of(*records_of(CAMPS))), bundles(graph_of(*records))
    assert first.to_dict() | {"evidence": []} == then.to_dict() | {"evidence": []}


@settings(max_examples=5)
@given(st.permutations(list(CAMPS)))
def test_turning_all_sides_around_leaves_the_bundles(order: list[str]) -> None:
    turned = {o: tuple(-level for level in CAMPS[o]) for o in order}
    here, there = (bundles(graph_of(*records_of(t))) for t in (CAMPS, turned))
    assert [set(b.options) for b in here.more["bundles"]] == [
        set(b.options) for b in there.more["bundles"]
    ]
    assert [b.carried_by for b in here.more["bundles"]] == [
        b.opposed_by for b in there.more["bundles"]
    ]


def test_the_shipped_debate_is_too_thin_and_says_who_combines_what() -> None:
    answer = ran()
    assert answer["verdict"].startswith(
        "Too thin to say: no two options share 3 holders; 12 pairs "
    )
    assert answer["flags"] == ["insufficient"]
    assert "France supports strategic-ambiguity; opposes announced-limits." in answer["notes"]
    assert any(
        n.startswith("Yehor Cherniev supports alert-sharing, allied") for n in answer["notes"]
    )


def test_of_the_dna_sample_nothing_goes_beyond_chance(dna: str) -> None:
    answer = ran("-g", dna)
    assert answer["flags"] == ["thin"]
    assert all(row["stands_out"] == 0 for row in answer["rows"])
    assert "read it as what is on record, not as a rule" in answer["verdict"]


def test_of_the_debate_on_iraq_the_case_for_war_travels_together(iraq: str) -> None:
    answer = ran("-g", iraq, "--kind", "person")
    with_war = next(set(b["options"]) for b in answer["bundles"] if "22-war" in b["options"])
    assert {"04-wmd", "21-regime-change", "05-terrorism"} <= with_war
    assert not {"28-negotiations", "24-inspections"} & with_war
    surest = min(answer["rows"], key=lambda row: row["p"])
    assert {surest["a"], surest["b"]} == {"22-war", "24-inspections"}
    assert surest["stands_out"] == -1
    assert "most surely 22-war and 24-inspections, apart." in answer["verdict"]


def test_of_votes_it_counts_as_the_table_does(un: str, shared: Path) -> None:
    """Both roll calls counted, and correlated, by DuckDB in the table itself."""
    import duckdb

    path = shared / "data/unga_votes_voeten/unga_votes.csv.gz"
    level = "CASE vote WHEN 'yes' THEN 1 WHEN 'no' THEN -1 ELSE 0 END"
    counted = (
        duckdb.connect()
        .execute(
            f"WITH v AS (SELECT country, rcid, {level} AS x FROM '{path}' "
            "WHERE rcid IN (6123, 6126)) "
            "SELECT count(*), sum((a.x = b.x)::INT), corr(a.x, b.x) FROM v a JOIN v b "
            "USING (country) WHERE a.rcid = 6123 AND b.rcid = 6126"
        )
        .fetchall()[0]
    )
    answer = ran("-g", un, "--filter", "session=73", "--most", "20", "--seconds", "1")
    row = next(r for r in answer["rows"] if {r["a"], r["b"]} == {"unga-6123", "unga-6126"})
    assert (row["shared"], row["same"]) == counted[:2]
    assert row["phi"] == pytest.approx(counted[2])
    assert answer["left_out"] > 0
    again = ran(*answer["reproduce"].split()[2:])
    assert again == answer


def test_the_figure_orders_options_by_bundle() -> None:
    (grid,) = bundles(graph_of(*records_of(CAMPS))).figures
    assert isinstance(grid, Grid)
    assert set(grid.rows[:3]) == {"Do arms", "Do base", "Do cash"}
    assert grid.row_breaks == grid.column_breaks == (3,)


def test_a_wrong_name_gets_a_suggestion() -> None:
    done = CliRunner().invoke(main, ["bundles", "--kind", "contry"])
    assert done.exit_code == 1
    assert "did you mean 'country'?" in done.stderr
    assert load("ukraine-skies").bundles().verdict.startswith("Too thin")
