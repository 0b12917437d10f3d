"""The plain questions as pictures: who stands where, and who stands with whom."""

from __future__ import annotations

from dataclasses import replace

import pytest

from debates import graph_of, said
from stancegraph.answer.figure import Dots
from stancegraph.answer.pictured import LEVELS, MOST, standings
from stancegraph.graph import Graph, load


@pytest.fixture(scope="module")
def small() -> Graph:
    return graph_of(
        said("s1", "pol", "opt", "opposes", "2024-05-01"),
        said("s2", "pol", "opt", "supports", "2024-05-03"),
        said("s3", "deu", "opt", "leans-oppose", "2024-05-02", by="expert"),
        said("s4", "usa", "opt", "not-disclosed", "2024-05-02"),
    )


def dots_of(answer: object) -> Dots:
    (figure,) = answer.figures  # type: ignore[attr-defined]
    assert isinstance(figure, Dots)
    return figure


def test_each_actor_stands_on_its_level_and_hearsay_is_hollow(small: Graph) -> None:
    figure = dots_of(small.who("opt"))
    found = {d.label: (d.value, d.is_hollow, d.records) for d in figure.rows}
    assert found == {
        "POL": (2, False, ("s2",)),
        "DEU": (-1, True, ("s3",)),
        "USA": (None, False, ("s4",)),
    }
    assert figure.says == "1 for, 0 undecided, 1 against; 1 of 3 by others' word only."
    assert [d.text for d in figure.rows if d.value is None] == ["not disclosed"]


def test_levels_go_from_against_to_for() -> None:
    assert [label for _, label in LEVELS] == [
        "opposes",
        "leans against",
        "undecided",
        "leans to support",
        "supports",
    ]


def test_an_arrow_is_a_move_by_the_own_word_only(small: Graph) -> None:
    assert [(d.before, d.value) for d in dots_of(small.position("pol")).rows] == [(-2, 2)]
    learned = graph_of(
        said("s1", "deu", "opt", "opposes", "2024-05-01", by="expert"),
        said("s2", "deu", "opt", "supports", "2024-05-03"),
    )
    assert [d.before for d in dots_of(learned.position("deu")).rows] == [None]


def test_shares_have_their_counts_and_intervals() -> None:
    records = [
        said(f"{who}{n}", who, f"opt{n}", "supports" if n or who != "fra" else "opposes")
        for who in ("pol", "deu", "fra")
        for n in range(4)
    ]
    figure = dots_of(graph_of(*records).align("pol"))
    assert [(d.label, d.value, d.text) for d in figure.rows] == [
        ("DEU", 1.0, "4 of 4"),
        ("FRA", 0.75, "3 of 4"),
    ]
    assert all(d.low is not None and d.high is not None and d.low < d.high for d in figure.rows)


def test_where_nothing_can_be_said_nothing_is_drawn() -> None:
    assert load().align("pol").figures == ()
    assert standings((), "nothing") == ()


def test_of_too_many_rows_it_says_how_many_are_left_out(small: Graph) -> None:
    row = small.who("opt").rows[0]
    rows = [replace(row, name=f"State {n}") for n in range(MOST + 5)]
    (figure,) = standings(rows, "many")
    assert len(figure.rows) == MOST
    assert figure.note == "5 others are not drawn: --format csv has all."


def test_the_votes_of_a_session_are_drawn_from_nearest_to_farthest(un: str) -> None:
    figure = dots_of(load(un).align("fra", filters={"session": ("73",)}))
    values = [d.value for d in figure.rows if d.value is not None]
    assert len(values) == MOST
    assert values == sorted(values, reverse=True)
