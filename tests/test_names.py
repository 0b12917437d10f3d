"""Names lead to records by what is written in the registers, never by likeness."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import stancegraph
from stancegraph.errors import UnknownName
from stancegraph.model import Actor, ActorKind, Option
from stancegraph.names import actor_called, is_metonym, names_of, option_called, plain
from stancegraph.suggest import did_you_mean

GRAPH = stancegraph.load()
ACTORS = tuple(GRAPH.actors.values())


@pytest.mark.parametrize(
    ("name", "id"),
    [
        *((name, "usa") for name in ("Washington", "U.S.", "US", "us", "usa", "USA")),
        *((name, "usa") for name in ("The United States", "united states", "  UNITED   STATES ")),
        *((name, "pol") for name in ("PL", "pl", "POL", "Poland", "Warsaw")),
        *((name, "rus") for name in ("Moscow", "the Kremlin", "Kremlin")),
        *((name, "ukr") for name in ("Kyiv", "UA")),
        *((name, "nato") for name in ("NATO", "N.A.T.O.", "North Atlantic Treaty Organisation")),
        *((name, "european-union") for name in ("EU", "the EU", "European-Union")),
        ("Andrzej Shejnahas", "andrzej-szejna"),
        ("The West", "western-countries"),
    ],
)
def test_an_actor_answers_to_its_names(name: str, id: str) -> None:
    assert GRAPH.actor(name).id == id


@pytest.mark.parametrize(
    "name",
    ["Brussels", "Polan", "Pola", "Polands", "United", "Polish", "American", "Vol", "", " ", "..."],
)
def test_nobody_answers_to_half_a_name_nor_to_an_adjective(name: str) -> None:
    with pytest.raises(UnknownName, match=f"^no actor is called {name!r}"):
        GRAPH.actor(name)


@pytest.mark.parametrize(
    ("name", "suggestion"),
    [
        ("Polan", "did you mean 'Poland'"),
        ("kurt-voker", "did you mean 'kurt-volker'"),
        ("Zelenskii", "'Zelenskyy'"),
    ],
)
def test_near_names_are_suggested(name: str, suggestion: str) -> None:
    with pytest.raises(UnknownName, match=suggestion):
        GRAPH.actor(name)


def test_every_actor_answers_to_each_of_its_own_names() -> None:
    assert [(n, a.id) for a in ACTORS for n in names_of(a) if GRAPH.actor(n) != a] == []


@settings(deadline=None)
@given(st.sampled_from(ACTORS), st.data())
def test_one_letter_more_or_less_is_never_the_same_actor(actor: Actor, data: st.DataObject) -> None:
    known = {plain(n) for a in ACTORS for n in names_of(a)}
    name = data.draw(st.sampled_from(names_of(actor)))
    at = data.draw(st.integers(0, len(name) - 1))
    letter = data.draw(st.sampled_from("aexz"))
    for slip in (name[:at] + name[at + 1 :], name[:at] + letter + name[at:]):
        if plain(slip) not in known:
            with pytest.raises(UnknownName):
                GRAPH.actor(slip)


def test_places_that_stand_for_a_state_are_told_from_its_names() -> None:
    usa = GRAPH.actor("usa")
    assert is_metonym("washington", usa)
    assert not is_metonym("United States", usa)


def test_a_letter_with_its_accent_is_one_letter_however_it_is_encoded() -> None:
    actors = [Actor(id="tur", kind=ActorKind.COUNTRY, name="T\xfcrkiye")]
    assert actor_called(unicodedata.normalize("NFD", "T\xfcrkiye"), actors).id == "tur"
    with pytest.raises(UnknownName):
        actor_called("Turkiye", actors)


@pytest.mark.parametrize(
    ("name", "id"),
    [
        ("allied-interception", "allied-interception"),
        ("Allied Interception", "allied-interception"),
        ("intercept Russian missiles over Ukraine", "allied-interception"),
        ("donated F-16s", "f16-in-russia"),
        ("coalition of the willing", "coalition-interception"),
        ("RED LINES", "announced-limits"),
    ],
)
def test_an_option_answers_to_its_names_and_to_a_part_of_one_that_no_other_has(
    name: str, id: str
) -> None:
    assert GRAPH.option(name).id == id


def test_a_whole_name_comes_before_parts_of_others() -> None:
    options = [
        Option(id="shoot-down", name="Shoot down", definition="D", issue="abc"),
        Option(id="shoot", name="Shoot", definition="D", issue="abc"),
    ]
    assert option_called("shoot", options).id == "shoot"


def test_a_part_of_several_options_lists_them() -> None:
    options = "f16-in-russia, us-weapons-in-russia"
    with pytest.raises(UnknownName, match=f"^'inside' is part of 2 options; which of: {options}$"):
        GRAPH.option("inside")


@pytest.mark.parametrize("name", ["", "the moon", "allied-interceptoin"])
def test_an_unknown_option_says_where_all_are_listed(name: str) -> None:
    with pytest.raises(UnknownName, match=r"\n'stancegraph options' lists them$"):
        GRAPH.option(name)


def test_a_slip_in_an_option_is_a_suggestion_only() -> None:
    with pytest.raises(UnknownName, match="did you mean 'allied-interception'"):
        GRAPH.option("allied-interceptoin")


@pytest.mark.parametrize(
    ("word", "known", "said"),
    [
        ("suports", ["supports"], "; did you mean 'supports'?"),
        ("POLAN", ["Poland"], "; did you mean 'Poland'?"),
        ("abcd", ["abce", "abcf"], "; did you mean 'abcf' or 'abce'?"),
        ("abcd", ["abce", "abcf", "abcg"], "; did you mean 'abcg', 'abcf' or 'abce'?"),
        ("xyz", ["supports"], ""),
        ("xyz", [], ""),
    ],
)
def test_suggestions_are_a_sentence(word: str, known: list[str], said: str) -> None:
    assert did_you_mean(word, known) == said
