from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from debates import graph_of, said
from stancegraph.graph import Graph
from stancegraph.stored import StoredGraph
from stancegraph.view.agreeing import pairs_of, two_mode_order
from stancegraph.view.shown import Shown, blocs_of, shown_of


def shown(*evidence: object, **choice: object) -> Shown:
    return shown_of(graph_of(*evidence), **choice)  # type: ignore[arg-type]


@pytest.fixture
def three_camps() -> Graph:
    """Poland with France, Germany with Hungary, the US alone, on four options."""
    sides = {"pol": "++++", "deu": "--++", "fra": "++++", "hun": "--++", "usa": "-+-+"}
    return graph_of(
        *(
            said(f"{who}{i}", who, f"opt{i}", "supports" if side == "+" else "opposes")
            for who, row in sides.items()
            for i, side in enumerate(row)
        )
    )


def test_pairs_say_what_align_says(three_camps: Graph) -> None:
    found = shown_of(three_camps)
    pairs = pairs_of(found.held, found.actors)
    for actor in found.actors:
        for row in three_camps.align(actor).rows:
            one = pairs.of(actor, row.actor)
            assert (one.same, one.shared) == (row.same, row.shared)


def test_camps_stand_together(three_camps: Graph) -> None:
    found = shown_of(three_camps)
    order = pairs_of(found.held, found.actors).actors
    assert abs(order.index("pol") - order.index("fra")) == 1
    assert abs(order.index("deu") - order.index("hun")) == 1


def test_undecided_pairs_are_not_agreement_but_two_abstentions_are() -> None:
    found = shown(
        said("e1", "pol", "talk", "undecided"),
        said("e2", "deu", "talk", "undecided"),
        said("e3", "pol", "vote", "undecided", kind="vote"),
        said("e4", "deu", "vote", "undecided", kind="vote"),
    )
    pair = pairs_of(found.held, found.actors).of("pol", "deu")
    assert (pair.same, pair.opposite, pair.open) == (1, 0, 1)


@given(st.integers(0, 8), st.integers(0, 2**32 - 1))
def test_an_order_names_every_row_and_column_once(n: int, seed: int) -> None:
    levels = np.random.default_rng(seed).choice([-1.0, 0.0, 1.0, np.nan], (n, 5))
    rows, columns = two_mode_order(levels)
    assert sorted(rows) == list(range(n))
    assert sorted(columns) == list(range(5))
    assert two_mode_order(levels) == (rows, columns)


def test_a_step_holds_what_was_known_by_its_day() -> None:
    found = shown(
        said("e1", "pol", "opt", "supports", "2024-05-01"),
        said("e2", "pol", "opt", "opposes", "2024-05-09"),
        said("e3", "deu", "opt", "opposes", "2024-05-05"),
    )
    assert [s.day for s in found.steps] == [date(2024, 5, d) for d in (1, 5, 9)]
    stances = [{h: str(p.polarity) for (h, _), p in s.positions.items()} for s in found.steps]
    assert stances == [
        {"pol": "supports"},
        {"pol": "supports", "deu": "opposes"},
        {"pol": "opposes", "deu": "opposes"},
    ]


def test_many_days_become_ends_of_months() -> None:
    days = [f"2024-{month:02}-{day:02}" for month in (1, 2, 3) for day in range(1, 13)]
    found = shown(*(said(f"e{d}", "pol", f"o{d}", "supports", d) for d in days))
    assert [s.day for s in found.steps] == [
        date(2024, 1, 31),
        date(2024, 2, 29),
        date(2024, 3, 12),
    ]


def test_beyond_the_limit_the_options_that_divide_most_are_shown() -> None:
    split = [("pol", "supports"), ("deu", "opposes")]
    evidence = [said(f"s{w}", w, "split", p) for w, p in split]
    evidence += [said(f"a{w}", w, "agreed", "supports") for w in ("pol", "deu", "usa")]
    found = shown(*evidence, limit=3)
    assert [o.id for o in found.options] == ["split"]
    assert (len(found.positions), found.of_positions, found.of_options) == (2, 5, 2)


def test_of_one_option_those_with_most_positions_are_shown() -> None:
    evidence = [said(f"e{w}", w, "opt", "supports") for w in ("pol", "deu", "usa")]
    found = shown(*evidence, said("e9", "usa", "other", "supports"), limit=1)
    assert set(found.positions) == {("usa", "opt")}


def test_an_alliance_stands_for_its_members() -> None:
    import stancegraph

    graph = stancegraph.load()
    found = shown_of(graph, actors=["nato"])
    assert set(found.actors) == {"dnk", "fra", "deu", "nato", "pol", "rou", "usa"}
    assert [b.id for b in blocs_of(found)] == ["nato", "european-union"]


def test_an_option_brings_those_below_it() -> None:
    import stancegraph

    found = shown_of(stancegraph.load(), options=["allied-interception"])
    assert [o.id for o in found.options] == [
        "allied-interception",
        "coalition-interception",
        "interception-from-outside",
        "nato-interception",
        "near-border-interception",
        "partial-cover",
    ]
    assert found.opens_on == "allied-interception"


def test_of_a_million_votes_as_many_are_shown_as_can_be_read(
    shared: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    from click.testing import CliRunner

    from stancegraph.cli import main

    folder = shared / "data" / "unga_votes_voeten"
    file = tmp_path_factory.mktemp("un") / "un.duckdb"
    names = ("unga_votes.csv.gz", "unga_roll_calls.csv.gz")
    words = ["import", "unvotes", *(str(folder / n) for n in names), "-o", str(file)]
    assert CliRunner().invoke(main, words).exit_code == 0
    graph = StoredGraph(file)
    found = shown_of(graph)
    assert 2_500 < len(found.positions) <= 3_000 < found.of_positions
    pairs = pairs_of(found.held, found.actors)
    by_align = {row.actor: row for row in graph.align("usa").rows}
    for other in ("gbr", "isr", "rus"):
        pair = pairs.of("usa", other)
        assert (pair.same, pair.shared) == (by_align[other].same, by_align[other].shared)
