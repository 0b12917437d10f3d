from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner
from rdflib import Dataset, Literal
from rdflib.term import Identifier

import stancegraph
from roll_calls import graph_of_session
from stancegraph.answer.who import Standing
from stancegraph.cli import main
from stancegraph.errors import UnknownName
from stancegraph.graph import Graph
from stancegraph.rdf import Table, query, query_text, results_text, shipped_queries
from stancegraph.rdf.oxigraph import embedded
from stancegraph.rdf.sparql import Queryable, parameters_of

if TYPE_CHECKING:
    from pyoxigraph import Store


@pytest.fixture(scope="module")
def dataset() -> Dataset:
    return stancegraph.load("ukraine-skies").to_rdf()


@pytest.fixture(scope="module")
def store() -> Store:
    return embedded(stancegraph.load("ukraine-skies"))


INTERCEPTION = "allied-interception"
OUTSIDE = "interception-from-outside"
NYT = ("nyt-zelenskyy-interview", "The New York Times")
MISSILES = "Russian missiles that Ukraine stopped, out of those fired at it"
SILENT = """alb Albania, bel Belgium, bgr Bulgaria, can Canada, cze Czechia, esp Spain, est Estonia,
fin Finland, gbr United Kingdom, grc Greece, hrv Croatia, hun Hungary, isl Iceland, ita Italy,
ltu Lithuania, lux Luxembourg, lva Latvia, mkd North Macedonia, mne Montenegro, nld Netherlands,
nor Norway, prt Portugal, svk Slovakia, svn Slovenia, swe Sweden, tur Türkiye"""

# Read off data/ukraine-skies/*.yaml and data/reference/*.yaml by hand. Tiers are those of
# docs/positions.md: Volker and Szejna on others are named third parties (5), Semafor's account is
# 4, an unnamed official on others 6, an action 2, one's own words 3.
EXPECTED: dict[str, list[tuple[Any, ...]]] = {
    "who-stands-where-on-interception": [
        ("rou", "leans-support", 5),
        ("deu", "opposes", 5),
        ("usa", "opposes", 5),
        ("yehor-cherniev", "supports", 3),
        ("pol", "undecided", 4),
    ],
    "who-opposes-interception": [
        ("deu", INTERCEPTION, "opposes"),
        ("nato", "nato-interception", "leans against"),
        ("usa", INTERCEPTION, "opposes"),
    ],
    "opposed-on-hearsay-only": [
        ("deu", INTERCEPTION, "s07"),
        ("european-nations", "announced-limits", "s28"),
        ("usa", INTERCEPTION, "s07"),
        ("usa", "direct-involvement", "s10"),
    ],
    "stances-of-germany": [("s07", "kurt-volker", INTERCEPTION, "opposes")],
    "unnamed-voices": [
        ("european-official-1", "semafor-skies", 1),  # s02
        ("european-official-2", "semafor-skies", 6),  # s09 to s12, s27, s30
        ("senior-nato-official", "semafor-skies", 1),  # s03
    ],
    "what-must-come-first": [
        ("coordination-mechanism", "s24", "william-taylor", "Claim"),
        ("energy-strikes", "s34", "kurt-volker", "Prediction"),
        ("russian-gains", "s31", "semafor", "Prediction"),
        ("strikes-continue", "s34", "kurt-volker", "Prediction"),
        ("us-rethinks-strategy", "s12", "european-official-2", "Claim"),
    ],
    # for: Romania and Cherniev; against: Germany and the US; Poland is undecided
    "options-that-divide": [(INTERCEPTION, 1, 2)],  # Romania; Germany and the US
    # the 32 members but deu, dnk, fra, pol, rou and usa
    "silent-allies": [tuple(pair.strip().split(" ", 1)) for pair in SILENT.split(",")],
    "narrower-than-interception": [
        ("coalition-interception", None, None),
        (OUTSIDE, "ukr", "supports"),
        ("nato-interception", "european-official-1", "undecided"),
        ("nato-interception", "nato", "leans-oppose"),
        ("near-border-interception", "nato", "undecided"),
        ("partial-cover", "pol", "undecided"),
    ],
    "figures-and-their-source": [
        (
            Decimal(5),
            "percent",
            "Air defences that NATO has, out of those it would need to guard its east if invaded",
            "Financial Times",
            "s36",
        ),
        (Decimal(46), "percent", MISSILES, "The Wall Street Journal", "s22"),
        (Decimal(73), "percent", MISSILES, "The Wall Street Journal", "s22"),
    ],
    "predictions": [
        (
            "s09",
            "european-official-2",
            "For the time being NATO countries will not take an active part in its air defence.",
            "probable",
        ),
        (
            "s23",
            "semafor",
            "European states will hardly begin with it in the near future.",
            "probable",
        ),
        (
            "s31",
            "semafor",
            "The course of the war may weigh heavily on what is decided.",
            "possible",
        ),
        (
            "s34",
            "kurt-volker",
            "Countries that want missiles shot down will then press for it with more force.",
            "probable",
        ),
        ("s35", "kurt-volker", "NATO as a body will take no decision on the matter.", "probable"),
    ],
    "who-moves-whom": [("usa", "european-nations", "s11", "european-official-2")],
    "disputed-frames": [
        (INTERCEPTION, "direct-involvement", "european-official-2", False, "s10"),
        (INTERCEPTION, "war-involvement", "william-taylor", False, "s26"),
        (OUTSIDE, "attack-on-russia", "ukr", True, "s20"),
        (OUTSIDE, "war-involvement", "ukr", True, "s20"),
    ],
    "told-by-former-officials": [
        ("kurt-volker", "pol", INTERCEPTION, "leans-support", "s06"),
        ("kurt-volker", "rou", INTERCEPTION, "leans-support", "s06"),
        ("kurt-volker", "deu", INTERCEPTION, "opposes", "s07"),
        ("kurt-volker", "usa", INTERCEPTION, "opposes", "s07"),
    ],
    # Ukraine's own position is on interception-from-outside alone (s19)
    "legislators-and-their-country": [
        ("yehor-cherniev", "alert-sharing", "supports", None),
        ("yehor-cherniev", INTERCEPTION, "supports", None),
        ("yehor-cherniev", "interoperability", "supports", None),
        ("yehor-cherniev", "joint-air-defence", "supports", None),
    ],
    "records-of-each-paragraph": [
        ("semafor-skies", n, {2: 2, 4: 3, 6: 4, 7: 2, 10: 2, 13: 2, 23: 2}.get(n, 1), None)
        for n in range(1, 28)
    ],
    "scope-limits": [
        ("dnk", "f16-in-russia", "supports", "military-targets-only", "s37"),
        ("usa", "us-weapons-in-russia", "supports", "parts-of-russia", "s33"),
    ],
    "relied-on-sources": [
        ("s19", *NYT),
        ("s20", *NYT),
        ("s22", "wsj-interception-analysis", "The Wall Street Journal"),
        ("s36", "ft-eastern-flank", "Financial Times"),
    ],
    "records-at-events": [
        ("Spring session of the NATO Parliamentary Assembly", "s08", "jens-stoltenberg"),
        ("The US eases its limits on the use of US weapons inside Russia", "s33", "usa"),
    ],
    "metonyms-of-the-holders": [
        ("deu", "Berlin"),
        ("dnk", "Copenhagen"),
        ("fra", "Elysee"),
        ("fra", "Elysée"),
        ("fra", "Paris"),
        ("fra", "Élysée"),
        ("pol", "Warsaw"),
        ("rou", "Bucharest"),
        ("ukr", "Kiev"),
        ("ukr", "Kyiv"),
        ("usa", "Washington"),
        ("usa", "White House"),
    ],
    # 30 May 2024: Sweden was in NATO since 7 March, the United Kingdom out of the EU since 2020
    "members-at-publication": [
        ("semafor-skies", date(2024, 5, 30), "european-union", 27),
        ("semafor-skies", date(2024, 5, 30), "nato", 32),
    ],
    "memberships-of-the-holders": [
        ("deu", "european-union"),
        ("deu", "nato"),
        ("dnk", "european-union"),
        ("dnk", "nato"),
        ("fra", "european-union"),
        ("fra", "nato"),
        ("pol", "european-union"),
        ("pol", "nato"),
        ("rou", "european-union"),
        ("rou", "nato"),
        ("ukr", None),
        ("usa", "nato"),
    ],
    "positions-and-records": [
        ("deu", INTERCEPTION, "opposes", 5, "s07"),
        ("dnk", "f16-in-russia", "supports", 3, "s37"),
        ("european-nations", "announced-limits", "leans-oppose", 4, "s28"),
        ("european-official-1", "nato-interception", "undecided", 3, "s02"),
        ("european-official-2", "strategic-ambiguity", "leans-support", 3, "s30"),
        ("fra", "announced-limits", "opposes", 3, "s29"),
        ("fra", "strategic-ambiguity", "supports", 3, "s29"),
        ("nato", "nato-interception", "leans-oppose", 3, "s08"),
        ("nato", "near-border-interception", "undecided", 5, "s14"),
        ("pol", INTERCEPTION, "undecided", 4, "s13"),  # the account outranks Volker's word, s06
        ("pol", "partial-cover", "undecided", 3, "s15"),
        ("rou", INTERCEPTION, "leans-support", 5, "s06"),
        ("ukr", OUTSIDE, "supports", 3, "s19"),
        ("usa", INTERCEPTION, "opposes", 5, "s07"),
        ("usa", "direct-involvement", "opposes", 6, "s10"),
        ("usa", "us-weapons-in-russia", "supports", 2, "s33"),
        ("william-taylor", "joint-air-defence", "leans-support", 3, "s25"),
        ("yehor-cherniev", "alert-sharing", "supports", 3, "s18"),
        ("yehor-cherniev", INTERCEPTION, "supports", 3, "s18"),
        ("yehor-cherniev", "interoperability", "supports", 3, "s18"),
        ("yehor-cherniev", "joint-air-defence", "supports", 3, "s16"),
        ("yehor-cherniev", "joint-air-defence", "supports", 3, "s17"),
    ],
    "opposite-sides": [
        (INTERCEPTION, "rou", "deu"),
        (INTERCEPTION, "rou", "usa"),
    ],
    "same-side": [(INTERCEPTION, "deu", "usa", "against")],
    "changes": [("usa", "us-weapons-in-russia", "opposes", "supports", "s32", True)],
    "arguments-for-and-against": [
        (INTERCEPTION, "opposes", "escalation-risk", 2),  # s07, of the US and of Germany
        ("joint-air-defence", "supports", "protects-nato", 1),
        ("nato-interception", "leans-oppose", "divides-allies", 1),
        ("partial-cover", "undecided", "complexity", 1),
        ("strategic-ambiguity", "leans-support", "keep-moscow-guessing", 1),
        ("strategic-ambiguity", "supports", "keep-moscow-guessing", 1),
    ],
    "arguments-claimed": [
        ("complexity", "s23"),
        ("deeper-engagement", "s26"),
        ("divides-allies", "s05"),
        ("friend-or-foe", "s24"),
        ("friend-or-foe", "s25"),
        ("friendly-fire", "s27"),
        ("hard-politics", "s23"),
        ("two-command-systems", "s25"),
    ],
    "records-by-capacity": [
        ("author", 9),  # s01 s05 s13 s21 s22 s23 s28 s31 s36
        ("former-official", 8),  # s04 s06 s07 s24 s25 s26 s34 s35
        ("government", 8),  # s14 s15 s19 s20 s29 s32 s33 s37
        ("unnamed-official", 8),  # s02 s03 s09 s10 s11 s12 s27 s30
        ("legislator", 3),  # s16 s17 s18
        ("institution", 1),  # s08
    ],
    "records-by-mode": [
        ("direct", 10),  # s02 s08 s09 s11 s12 s16 s20 s24 s27 s30
        ("narrative", 9),  # s01 s05 s13 s21 s23 s28 s31 s32 s33
        ("indirect", 8),  # s07 s10 s17 s18 s19 s26 s34 s37
        ("mixed", 8),  # s03 s04 s06 s14 s15 s25 s29 s35
        ("relayed", 2),  # s22 s36
    ],
    "who-speaks-for-whom": [
        ("andrzej-szejna", "pol", "Deputy Foreign Minister of Poland"),
        ("dk-foreign-minister", "dnk", "Foreign Minister of Denmark"),
        ("emmanuel-macron", "fra", "President of France"),
        ("jens-stoltenberg", "nato", "Secretary General of NATO"),
        (
            "pl-mod-spokesperson",
            "pol",
            "Spokesperson of the Ministry of National Defence of Poland",
        ),
        ("usa", "usa", None),
        ("volodymyr-zelenskyy", "ukr", "President of Ukraine"),
    ],
    "printed-otherwise": [
        ("andrzej-szejna", "Andrzej Shejnahas", "Andrzej Szejna"),
        ("william-taylor", "former US ambassador to NATO", "US Ambassador to Ukraine"),
    ],
    "stances-of-groups": [("european-nations", "announced-limits", "leans-oppose", "s28")],
    "options-without-position": [
        ("coalition-interception", "Shoot down missiles as a coalition of the willing")
    ],
    "records-with-a-date": [
        ("s04", date(2024, 5, 1), None),
        ("s08", date(2024, 5, 27), date(2024, 5, 27)),
        ("s14", date(2023, 12, 13), None),
        ("s19", date(2024, 5, 20), date(2024, 5, 22)),
        ("s20", date(2024, 5, 20), date(2024, 5, 22)),
        ("s32", None, date(2024, 5, 29)),
        ("s33", date(2024, 5, 30), date(2024, 6, 2)),
        ("s37", date(2024, 5, 30), date(2024, 5, 30)),
    ],
    "own-words-and-deeds": [
        ("dnk", "f16-in-russia", "supports", 3),
        ("european-official-1", "nato-interception", "undecided", 3),
        ("european-official-2", "strategic-ambiguity", "leans-support", 3),
        ("fra", "announced-limits", "opposes", 3),
        ("fra", "strategic-ambiguity", "supports", 3),
        ("nato", "nato-interception", "leans-oppose", 3),
        ("pol", "partial-cover", "undecided", 3),
        ("ukr", OUTSIDE, "supports", 3),
        ("usa", "us-weapons-in-russia", "supports", 2),
        ("william-taylor", "joint-air-defence", "leans-support", 3),
        ("yehor-cherniev", "alert-sharing", "supports", 3),
        ("yehor-cherniev", INTERCEPTION, "supports", 3),
        ("yehor-cherniev", "interoperability", "supports", 3),
        ("yehor-cherniev", "joint-air-defence", "supports", 3),
    ],
}
# the reviews themselves are long, so only their records are compared
TO_REVIEW = ["s02", "s08", "s10", "s14", "s19", "s20", "s24", "s25", "s26", "s28", "s34"]


def rows_of(dataset: Dataset, name: str) -> list[tuple[Any, ...]]:
    found = query(dataset, query_text(name))
    assert isinstance(found, Table)
    return list(found.rows)


@pytest.mark.parametrize("name", EXPECTED)
def test_the_answer_is_what_the_records_say(name: str, dataset: Dataset) -> None:
    assert rows_of(dataset, name) == EXPECTED[name]


def test_the_records_to_review_are_those_that_say_so(dataset: Dataset) -> None:
    rows = rows_of(dataset, "records-to-review")
    assert [record for record, _ in rows] == TO_REVIEW
    assert rows[3][1] == 'The article prints the speaker\'s name as "Andrzej Shejnahas".'


def test_every_shipped_query_has_an_expected_answer() -> None:
    assert {*EXPECTED, *VALUES, "records-to-review"} == set(shipped_queries())


VALUES: dict[str, dict[str, Identifier]] = {
    "who": {"option": Literal(INTERCEPTION)},
    "position": {"actor": Literal("pol")},
    "align": {"actor": Literal("pol")},
}
"""What the queries that want values are given."""


@pytest.mark.parametrize("name", shipped_queries())
def test_both_engines_give_the_same_bytes(name: str, dataset: Dataset, store: Store) -> None:
    text, values = query_text(name), VALUES.get(name, {})
    assert set(parameters_of(text)) == set(values)
    for form in ("json", "csv"):
        ours = results_text(store, text, form, values)
        assert ours == results_text(dataset, text, form, values)


def rows_with(asked: Queryable, name: str, **values: str) -> list[tuple[Any, ...]]:
    found = query(asked, query_text(name), {k: Literal(v) for k, v in values.items()})
    assert isinstance(found, Table)
    return list(found.rows)


def held(standing: Standing) -> Iterator[tuple[Any, ...]]:
    """Return what the queries say of a position, a row each deciding record."""
    for record in standing.decided_by:
        sure, confidence = standing.certainty.value, Decimal(f"{standing.confidence:.4f}")
        tier, hearsay = standing.tier, standing.hearsay
        yield standing.polarity.value, tier, hearsay, sure, confidence, record


def check_questions(graph: Graph, asked: Queryable, options: list[str], actors: list[str]) -> None:
    """SPARQL says of options and actors what the answers say, which count in arrays."""
    for option in options:
        standings = sorted(graph.who(option).rows, key=lambda s: (s.polarity.rank, s.actor))
        expected = [(s.actor, *row) for s in standings for row in sorted(held(s))]
        assert rows_with(asked, "who", option=option) == expected
    for actor in actors:
        found = graph.position(actor).rows
        expected = [(s.option, *row) for s in found for row in sorted(held(s))]
        assert rows_with(asked, "position", actor=actor) == expected
        met = [
            (r.actor, r.shared, r.same, r.opposite, r.own_shared, r.own_same)
            for r in graph.align(actor).rows
        ]
        assert sorted(rows_with(asked, "align", actor=actor)) == sorted(met)


def test_sparql_agrees_with_the_answers_on_the_shipped_debate(
    dataset: Dataset, store: Store
) -> None:
    graph = stancegraph.load("ukraine-skies")
    holders = sorted({holder for holder, _ in graph.positions()})
    check_questions(graph, store, list(graph.options), holders)
    check_questions(graph, dataset, [INTERCEPTION], ["pol", "usa"])


def test_sparql_agrees_with_the_answers_on_dnas_own_sample(shared: Path, tmp_path: Path) -> None:
    path = tmp_path / "dna.duckdb"
    words = ["import", "dna", str(shared / "data/dna_sample/sample.dna"), "-o", str(path)]
    assert CliRunner().invoke(main, words).exit_code == 0
    graph = stancegraph.load(path)
    holders = sorted({holder for holder, _ in graph.positions()})[:4]
    check_questions(graph, embedded(graph), list(graph.options), holders)


def test_sparql_agrees_with_the_answers_on_roll_calls(shared: Path, tmp_path: Path) -> None:
    graph = graph_of_session(shared, tmp_path, session=74, count=6)
    check_questions(graph, embedded(graph), list(graph.options)[:3], ["usa", "syr"])


@pytest.mark.parametrize("name", shipped_queries())
def test_a_query_begins_with_its_question_and_orders_its_answer(name: str) -> None:
    text = query_text(name)
    assert text.startswith(f"# {shipped_queries()[name]}\n")
    assert shipped_queries()[name].endswith("?")
    assert "ORDER BY" in text


def test_every_query_file_is_shipped_under_its_name() -> None:
    folder = files("stancegraph.ontology") / "queries"
    assert {f"{name}.rq" for name in shipped_queries()} == {f.name for f in folder.iterdir()}


@pytest.mark.parametrize(
    "name", ["../context.jsonld", "../../data/reference/countries", "/etc/passwd", "", "a\0b"]
)
def test_a_name_never_becomes_a_path(name: str) -> None:
    with pytest.raises(UnknownName, match="no shipped query is called"):
        query_text(name)


def test_a_misspelt_query_gets_a_suggestion() -> None:
    with pytest.raises(UnknownName, match="did you mean 'silent-allies'"):
        query_text("silent-alies")
