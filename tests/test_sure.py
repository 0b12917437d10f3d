"""What would change an answer: by hand on small debates, and against asking anew."""

from __future__ import annotations

import itertools
import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from debates import PUBLISHED, debate_of, graph_of, said
from stancegraph import load
from stancegraph.answer import Answer, Tried
from stancegraph.answer.coders import coding, told
from stancegraph.answer.figure import Dots
from stancegraph.answer.findings import changes
from stancegraph.answer.pair_findings import least_to_turn, words_of
from stancegraph.answer.questions import asked
from stancegraph.answer.variations import base_case
from stancegraph.cli import main
from stancegraph.errors import StanceError, UnknownName
from stancegraph.graph import Graph
from stancegraph.model import ActorKind, Debate, Evidence, Source

OPTIONS = "abcdef"


def ran(*words: str) -> Any:
    return CliRunner(env={"COLUMNS": "120"}).invoke(main, words)


def row(found: Answer[Tried], kind: str, what: str | None = None) -> Tried:
    rows = [r for r in found.rows if r.kind == kind and what in (None, r.what)]
    assert len(rows) == 1, [(r.kind, r.what) for r in found.rows]
    return rows[0]


def without(graph: Graph, *records: str) -> Graph:
    """Return a graph as if some records had never been coded."""
    kept = tuple(e for e in graph.debate.evidence if e.id not in records)
    return Graph(replace(graph.debate, evidence=kept), graph.reference)


def sided(signs: str, holder: str, day: str = "2024-05-01") -> list[Evidence]:
    """Make an own word on each option: + for, - against, 0 undecided, or none."""
    sides = {"+": "supports", "-": "opposes", "0": "undecided"}
    return [
        said(f"{holder}-{option}", holder, option, sides[sign], day)
        for option, sign in zip(OPTIONS, signs, strict=False)
        if sign != " "
    ]


def test_the_shipped_debate_rests_on_one_source_and_one_record() -> None:
    """By its records: s07 tells of two, s06 of Romania, s13 of Poland, s18 of a deputy himself."""
    found = load().sure("who", "allied-interception")
    assert {r.what: (r.changed, r.of) for r in found.rows} == {
        "semafor-skies": (5, 5),
        "kurt-volker": (3, 5),
        "hearsay": (4, 5),
        "s06": (1, 5),
        "s07": (2, 5),
        "s13": (1, 5),
        "s18": (1, 5),
    }
    assert found.more["most"] == "s07"
    assert found.verdict == (
        "All of it comes from one source, Semafor. The record on which most rests is s07 (Kurt "
        "Volker, former official): without it no position of Germany and the United States would "
        "be known. What Kurt Volker says of others carries 3 of 5 positions. Without hearsay no "
        "position of Germany, Poland, Romania and the United States would be known: 1 of 5 "
        "positions would stand."
    )
    assert found.evidence[0].id == "s07"
    assert row(found, "record", "s13").says == "Poland would be for it (now undecided)"


def test_a_position_falls_back_on_the_record_before() -> None:
    """s33 eased what s32 says of before."""
    found = load().sure("position", "usa")
    says = row(found, "record", "s33").says
    assert says == "the United States would be against us-weapons-in-russia (now for)"
    assert not row(found, "record", "s32").is_changed
    assert found.more["most"] == "s07"  # of three that carry one finding each
    assert "No record stands out: each of 3 carries 1 position, such as s07" in found.verdict


def test_two_records_that_say_the_same_make_it_robust() -> None:
    twice = [said(f"{n}", "pol", "x", "supports", f"2024-05-0{n}") for n in (1, 2)]
    other = Source(id="paper-two", title="Other")
    debate = debate_of(twice[0], replace(twice[1], source="paper-two"))
    graph = Graph(replace(debate, sources=(*debate.sources, other)), Debate(id="r", title="R"))
    found = graph.sure("who", "x")
    assert found.verdict.startswith(
        "Robust: nothing that was tried changes it (without each of 2 sources and without each of "
        "2 records)."
    )
    assert found.more["most"] is None
    assert not any(r.is_changed for r in found.rows)


def test_a_source_on_which_another_relies_is_left_out_with_what_relies_on_it() -> None:
    e = replace(said("1", "pol", "x", "supports", "2024-05-01"), via="wire")
    debate = debate_of(e, said("2", "deu", "x", "opposes", "2024-05-01"))
    wire = Source(id="wire", title="Wire", publisher="The Wire")
    graph = Graph(replace(debate, sources=(*debate.sources, wire)), Debate(id="r", title="R"))
    found = graph.sure("who", "x")
    assert row(found, "source", "wire").says == "no position of POL would be known"
    assert row(found, "source", "wire").label == "Without The Wire"
    assert row(found, "source", "report").changed == 2


def test_each_kind_of_doubt_is_left_out_by_itself() -> None:
    old, new = "2022-05-01", "2024-05-01"
    graph = graph_of(
        said("unnamed", "pol", "x", "supports", new, by="voice"),
        replace(said("review", "deu", "x", "opposes", new), review="Which day?"),
        said("unsure", "fra", "x", "opposes", new, sure="possible"),
        said("old", "usa", "x", "supports", old),
    )
    found = graph.sure("who", "x")
    for kind in ("unnamed", "review", "unsure", "old"):
        assert row(found, kind).records == (kind,)
        assert row(found, kind).changed == 1
    assert row(found, "hearsay").records == ("unnamed",)
    assert "1 of 4 positions rests on what is older than 365 days." in found.verdict


def test_hearsay_that_is_left_out_anyway_is_not_tried() -> None:
    graph = graph_of(
        said("1", "pol", "x", "supports", "2024-05-01", by="voice"),
        said("2", "deu", "x", "supports", "2024-05-01"),
    )
    found = graph.sure("who", "x", own_words=True)
    assert {r.what for r in found.rows} == {"report", "2"}
    assert "Left out as hearsay (--own-words): 1 stance." in found.notes
    assert "None of it is hearsay" not in found.verdict


def test_a_pair_says_what_it_needs_where_it_is_insufficient() -> None:
    found = load().sure("compare", "pol", "deu")
    assert found.verdict.startswith(
        "Insufficient as it is: 2 more shared options are needed. On partial-cover Poland "
        "has a position and Germany has none."
    )
    assert found.more["needed"].missing == 2
    assert "insufficient" in found.flags
    nothing = load().sure("compare", "deu", "fra")
    assert nothing.rows == ()
    assert nothing.verdict == (
        "Insufficient to say where Germany and France agree and differ: no option is shared; 3 "
        "shared options are needed. On allied-interception Germany has a position and France has "
        "none; on announced-limits and strategic-ambiguity France has a position and Germany has "
        "none."
    )


def test_the_verdict_on_a_pair_turns_where_its_interval_does() -> None:
    """Jeffreys, all of n alike: from n = 4 on above one half (Beta(4.5, .5) .025 quantile .56;
    3 of 3: .464), so of 4 any one may not go."""
    graph = graph_of(*sided("++++", "pol"), *sided("++++", "deu"))
    found = graph.sure("compare", "pol", "deu")
    assert found.verdict.startswith("POL and DEU: 'same side' as it stands.")
    assert row(found, "record", "deu-a").turns == 1
    assert "'not settled' instead of 'same side'" in row(found, "record", "deu-a").says
    assert found.more["least_to_turn"] == 1
    firm = graph_of(*sided("++++++", "pol"), *sided("++++++", "deu"))
    again = firm.sure("compare", "pol", "deu")
    assert row(again, "record", "deu-a").turns == 0
    assert again.more["least_to_turn"] == 3


@settings(max_examples=60)
@given(st.lists(st.sampled_from(("++", "+-", "+0")), min_size=3, max_size=12))
def test_as_few_options_turn_the_verdict_as_trying_all_subsets_finds(met: list[str]) -> None:
    options = [chr(ord("a") + n) for n in range(len(met))]
    sides = {"+": "supports", "-": "opposes", "0": "undecided"}
    graph = graph_of(
        *(said(f"pol-{o}", "pol", o, "supports", "2024-05-01") for o in options),
        *(
            said(f"deu-{o}", "deu", o, sides[m[1]], "2024-05-01")
            for o, m in zip(options, met, strict=True)
        ),
    )
    about = asked(graph, "compare", ["pol", "deu"], graph.scope())

    def word(same: int, opposite: int, neither: int) -> str:
        shared = np.array([same + opposite + neither])
        found = words_of(np.array([1.0 * same]), np.array([1.0 * opposite]), 1.0 * shared, shared)
        return str(found[0])

    whole = tuple(met.count(kind) for kind in ("++", "+-", "+0"))
    left = itertools.product(*(range(n + 1) for n in whole))
    fewest = min(sum(whole) - sum(some) for some in left if word(*some) != word(*whole))
    assert least_to_turn(base_case(about).held, about) == fewest


def test_findings_that_would_come_beside_are_counted_apart() -> None:
    """Poland keeps to itself what it thinks of a; before, it was for it as Germany is."""
    graph = graph_of(
        said("old", "pol", "a", "supports", "2024-05-01"),
        said("new", "pol", "a", "not-disclosed", "2024-05-02"),
        *(said(f"pol-{o}", "pol", o, "supports", "2024-05-01") for o in "bcd"),
        *(said(f"deu-{o}", "deu", o, "supports", "2024-05-01") for o in "abcd"),
    )
    found = row(graph.sure("compare", "pol", "deu"), "record", "new")
    assert (found.changed, found.new, found.of) == (1, 1, 4)
    assert "they would be on the same side on a" in found.says


def test_old_agreement_counts_less_with_a_half_life() -> None:
    """Six options agreed on ten years before four on which they differ: mixed, 6 and 4 of 10.

    With 90 days the six weigh 2^-40 each, which leaves 4 of 4 on opposite sides (.56 and more).
    """
    new = [said(f"pol-{o}", "pol", o, "supports", "2024-05-01") for o in "ghij"]
    new += [said(f"deu-{o}", "deu", o, "opposes", "2024-05-01") for o in "ghij"]
    old = (*sided("++++++", "pol", "2014-05-01"), *sided("++++++", "deu", "2014-05-01"))
    found = graph_of(*old, *new).sure("compare", "pol", "deu", half_lives=(90.0, 100_000.0))
    assert "'mixed' as it stands" in found.verdict
    assert not row(found, "half-life", "100000").is_changed
    assert row(found, "half-life", "90").says == (
        "the verdict would be 'other side' instead of 'mixed'"
    )
    assert "Were positions to count half after 90 days" in found.verdict
    assert "--half-life=90 --half-life=100000" in found.reproduce


def test_align_names_with_whom_the_verdict_would_change() -> None:
    graph = graph_of(*sided("++++", "pol"), *sided("++++", "deu"), *sided("++++++", "fra"))
    found = graph.sure("align", "pol")
    assert row(found, "record", "deu-a").says == (
        "the verdict with DEU would be 'not settled' instead of 'same side'; "
        "POL would no longer share a with DEU"
    )
    assert row(found, "record", "pol-a").turns == 2
    assert found.more["most"] == "pol-a"


@pytest.mark.parametrize("of", ["dna", "iraq"])
def test_words_for_pairs_are_those_of_align(of: str, request: pytest.FixtureRequest) -> None:
    graph = load(request.getfixturevalue(of))
    actor = {"dna": "sierra-club", "iraq": "labour"}[of]
    found = asked(graph, "align", [actor], graph.scope())
    words = {k[1]: w for k, w in found.findings(base_case(found)).items() if k[0] == "word"}
    rows = graph.align(actor).rows
    assert words == {r.actor: r.verdict for r in rows if r.verdict != "insufficient"}


def test_words_for_pairs_are_those_of_align_on_votes(un: str) -> None:
    graph = load(un)
    scope = graph.scope(filters={"session": ("73",)})
    found = asked(graph, "align", ["usa"], scope)
    words = {k[1]: w for k, w in found.findings(base_case(found)).items() if k[0] == "word"}
    rows = graph.align("usa", filters={"session": ("73",)}).rows
    assert words == {r.actor: r.verdict for r in rows if r.verdict != "insufficient"}
    assert len(words) > 150


def test_relations_are_those_of_compare(iraq: str) -> None:
    graph = load(iraq)
    found = asked(graph, "compare", ["labour", "conservative"], graph.scope())
    relations = {k[2]: w for k, w in found.findings(base_case(found)).items() if k[0] == "option"}
    rows = graph.compare("labour", "conservative").rows
    assert relations == {r.option: r.relation for r in rows if r.relation in _SHARED}


_SHARED = ("agree", "differ", "open")


def test_on_votes_no_single_roll_call_decides_but_age_does(un: str) -> None:
    """`compare` says 1342 same, 3001 opposite of 6119: 49% on opposite sides, so mixed."""
    found = load(un).sure("compare", "usa", "rus")
    assert not row(found, "record", "any").is_changed
    assert row(found, "record", "any").label == (
        "Without whichever one of 6119 shared options matters most"
    )
    assert sum(r.kind == "year" for r in found.rows) == 74
    assert row(found, "half-life", "365").says == (
        "the verdict would be 'other side' instead of 'mixed'"
    )
    # Of 6119 - k the 3001 are surely most where (n/2 + .98 sqrt n) <= 3001, so from n = 5852 on,
    # by the normal approximation: some 267 fewer.
    assert found.more["least_to_turn"] == pytest.approx(267, abs=2)
    assert "too many to be left out one by one" in " ".join(found.notes)
    assert {c.holder for c in found.evidence} == {"usa", "rus"}


def test_on_votes_each_vote_carries_one_position(un: str) -> None:
    found = load(un).sure("who", "unga-9033")
    assert found.verdict.startswith("All of it comes from one source, 'unga_votes.")
    records = [r for r in found.rows if r.kind == "record"]
    assert {r.changed for r in records} == {1}
    assert len(records) == found.more["findings"] == len(load(un).who("unga-9033").rows)


def test_records_are_left_out_up_to_a_number_that_is_told(un: str) -> None:
    found = load(un).sure("position", "usa", most_records=5)
    assert sum(r.kind == "record" for r in found.rows) == 5
    assert "its only source, each of the latest 5 of " in " ".join(found.notes)
    assert "Not every record was left out by itself; --records takes more." in found.notes
    assert "--records=5" in found.reproduce


def test_blocs_are_those_of_blocs_and_hold_or_not(iraq: str) -> None:
    graph = load(iraq)
    found = asked(graph, "blocs", [], graph.scope())
    together = {frozenset(k) for k in found.findings(base_case(found))}
    rows = [r for r in graph.blocs(draws=0).rows if r.bloc is not None]
    assert together == {
        frozenset((a.actor, b.actor))
        for a in rows
        for b in rows
        if a.bloc == b.bloc and a.actor < b.actor
    }


def test_blocs_of_the_sample_hang_on_single_documents(dna: str) -> None:
    found = load(dna).sure("blocs")
    sources = [r for r in found.rows if r.kind == "source"]
    assert len(sources) == 7
    assert max(r.changed for r in sources) == found.more["findings"] == 3  # three pairs of three


def test_blocs_where_nobody_is_tied_and_where_too_many_are(un: str) -> None:
    thin = load().sure("blocs")
    assert thin.verdict.startswith("Insufficient to say which blocs there are. Too thin to say:")
    assert "Known of allied-interception" in thin.verdict
    with pytest.raises(StanceError, match="has too many records for 'sure blocs'"):
        load(un).sure("blocs")


def test_the_document_that_matters_most_is_named(dna: str) -> None:
    found = load(dna).sure("compare", "sierra-club", "senate")
    assert "Of 2 sources most rests on" in found.verdict
    # All that the Senate is on record with stands in its one document.
    assert row(found, "source", "sample-doc-2").turns == 1
    assert "'insufficient' instead of 'mixed'" in row(found, "source", "sample-doc-2").says


def coded(tmp_path: Path, *ratings: str) -> str:
    """Import a table of ten statements that coders coded 1 or 0; a point is no code."""
    rows = ["coder,document,speaker,concept,agreement"]
    rows += [
        f"coder {n},d{unit},s{unit},tax,{code}"
        for n, codes in enumerate(ratings, 1)
        for unit, code in enumerate(codes)
        if code != "."
    ]
    table, graph = tmp_path / "coded.csv", tmp_path / "coded.duckdb"
    table.write_text("\n".join(rows) + "\n", encoding="utf-8")
    done = ran("import", "table", str(table), "-o", str(graph))
    assert done.exit_code == 0, done.output
    return str(graph)


def test_two_coders_agree_as_krippendorff_has_it(tmp_path: Path) -> None:
    """Krippendorff 2011, example A: two observers, ten articles, six alike: alpha .095."""
    graph = load(coded(tmp_path, "0100000010", "1110010000"))
    found = coding(graph, draws=200, seed=1)
    assert found.coders == ("coder 1", "coder 2")
    assert found.units == 10
    assert found.alpha == pytest.approx(0.095, abs=0.0005)
    assert found.interval_alpha == pytest.approx(found.alpha)  # of two values they are the same
    assert found.low is not None
    assert found.high is not None
    assert found.low <= 0.095 <= found.high
    assert "which is not to be relied on" in told(found)
    assert coding(graph, draws=200, seed=1) == found
    assert told(found) in graph.sure("who", "tax", draws=200, seed=1).notes


def test_what_only_one_coder_coded_tells_nothing(tmp_path: Path) -> None:
    one = coding(load(coded(tmp_path, "0101010101")), draws=100, seed=0)
    assert told(one) == "One coder only (coder 1): how far another would agree is not known."


def test_coders_of_too_few_common_statements_are_not_measured(tmp_path: Path, dna: str) -> None:
    few = coding(load(coded(tmp_path, "0101010101", "010.......")), draws=100, seed=0)
    assert (few.units, few.alpha) == (3, None)
    assert told(few).startswith(
        "2 coders, with 3 statements coded by more than one (alpha needs 10)"
    )
    sample = coding(load(dna), draws=100, seed=0)
    assert told(sample).startswith("2 coders, with no statement coded by more than one")
    assert told(coding(load(), draws=100, seed=0)).startswith("Who coded is not recorded")


def test_coders_who_never_differ_are_told_so(tmp_path: Path) -> None:
    found = coding(load(coded(tmp_path, "1111111111", "1111111111")), draws=100, seed=0)
    assert (found.units, found.alpha) == (10, None)
    assert "2 coders code 10 statements all alike" in told(found)
    firm = coding(load(coded(tmp_path / "..", "1010101010", "1010101010")), draws=100, seed=0)
    assert (firm.alpha, firm.low, firm.high) == (1, 1, 1)
    assert "which is firm" in told(firm)


def test_the_figure_has_what_is_tried_the_least_firm_first() -> None:
    (figure,) = load().sure("who", "allied-interception").figures
    assert isinstance(figure, Dots)
    values = [d.value for d in figure.rows]
    assert values[:3] == pytest.approx([0, 1 / 5, 2 / 5])
    assert values == sorted(values, key=lambda v: v or 0)
    assert figure.rows[2].records == ("s06", "s07")
    assert load().sure("compare", "deu", "fra").figures == ()


SLIPS = {
    ("who", "allied-interceptoin"): "did you mean 'allied-interception'",
    ("whoo", "x"): "no question that can be varied is called 'whoo'; did you mean 'who'?",
    ("xyz",): "there are who, position, align, compare and blocs",
    ("compare", "pol"): "'sure compare' takes ACTOR ACTOR, as in 'stancegraph sure compare pol deu'"
    "; 1 name given",
    ("blocs", "pol"): "'sure blocs' takes no name, as in 'stancegraph sure blocs'; 1 name given",
    ("who",): "no name given",
    ("compare", "pol", "PL"): "'pol' and 'PL' are both Poland; name two actors",
    ("align", "Polnd"): "did you mean 'Poland'",
    ("align", "pol", "--half-life", "nan"): "a half-life is a number of days above 0, not nan",
}


@pytest.mark.parametrize("words", SLIPS, ids=" ".join)
def test_slips_are_told_with_a_remedy(words: Sequence[str]) -> None:
    done = ran("sure", *words)
    assert done.exit_code == 1
    assert SLIPS[tuple(words)] in done.stderr
    assert "Traceback" not in done.stderr


def test_an_unknown_field_is_told() -> None:
    with pytest.raises(UnknownName, match="records have no field 'colour'"):
        load().sure("who", "allied-interception", filters={"colour": ("red",)})


@pytest.mark.parametrize(
    "words",
    [
        ("who", "allied-interception", "--roll-up"),
        ("position", "Washington", "--own-words"),
        ("align", "pol", "--half-life", "30", "--seed", "3"),
        ("compare", "pol", "deu", "--from", "2023-01-01", "--filter", "kind=statement"),
    ],
    ids=" ".join,
)
def test_reproduce_gives_the_same_again(words: Sequence[str]) -> None:
    first = ran("sure", *words, "--format", "json")
    assert first.exit_code == 0, first.output
    found = json.loads(first.stdout)
    import shlex

    again = ran(*shlex.split(found["reproduce"])[1:], "--format", "json")
    answer = json.loads(again.stdout)
    assert {k: v for k, v in answer.items() if k != "notes"} == {
        k: v for k, v in found.items() if k != "notes"
    }


def test_the_command_shows_what_was_tried() -> None:
    done = ran("sure", "who", "allied-interception")
    assert done.exit_code == 0
    assert done.stdout.startswith("All of it comes from one source, Semafor.")
    shown = " ".join(done.stdout.split())
    assert "Without s07 (Kurt Volker, former official) 2 of 5 No position of Germany and" in shown
    assert done.stdout.index("Without hearsay") < done.stdout.index("Without s06")
    help_ = ran("sure", "--help").stdout
    assert "not that the records are right" in " ".join(help_.split())


def test_a_name_that_would_be_a_format_is_only_a_name() -> None:
    graph = graph_of(said("1", "pol", "x", "supports", "2024-05-01"))
    nasty = [replace(a, name="{0}{x} %s") if a.id == "pol" else a for a in graph.debate.actors]
    found = Graph(replace(graph.debate, actors=tuple(nasty)), graph.reference).sure("who", "x")
    assert row(found, "record").says == "no position of {0}{x} %s would be known"


def test_an_empty_graph_and_one_of_one_actor() -> None:
    empty, one = graph_of(), graph_of(said("1", "pol", "x", "supports"))
    for graph in (empty, one):
        for words in (("align", "pol"), ("compare", "pol", "deu"), ("blocs",)):
            found = graph.sure(*words)
            assert found.verdict.startswith("Insufficient")
            assert "insufficient" in found.flags
            assert found.rows == ()
    assert empty.sure("position", "pol").verdict == (
        "Insufficient to say where POL stands: no position is on record."
    )
    assert row(one.sure("position", "pol"), "record").changed == 1


DAYS = st.dates(date(2023, 1, 1), PUBLISHED).map(date.isoformat)


@st.composite
def small_graphs(draw: st.DrawFn) -> Graph:
    """Draw up to a dozen records of three countries on four options, told by themselves or not."""
    drawn = draw(
        st.lists(
            st.tuples(
                st.sampled_from(("pol", "deu", "usa")),
                st.sampled_from("abcd"),
                st.sampled_from(("supports", "leans-support", "undecided", "opposes")),
                st.one_of(st.none(), DAYS),
                st.sampled_from((None, "paper", "expert", "voice")),
            ),
            min_size=1,
            max_size=12,
        )
    )
    above = draw(st.sampled_from(({}, {"b": "a"}, {"b": "a", "c": "b"})))
    records = [said(f"r{n}", *told_[:4], by=told_[4]) for n, told_ in enumerate(drawn)]
    return graph_of(*records, broader=above)


@settings(max_examples=40)
@given(small_graphs(), st.booleans(), st.sampled_from(("who", "position", "align", "compare")))
def test_leaving_a_record_out_is_asking_a_graph_without_it(
    graph: Graph, roll_up: bool, question: str
) -> None:
    names = {"who": ["a"], "position": ["pol"], "align": ["pol"], "compare": ["pol", "deu"]}
    names_ = names[question]
    if "a" not in graph.options:
        return
    scope = graph.scope(as_of=PUBLISHED, roll_up=roll_up)
    about = asked(graph, question, names_, scope)
    before = about.findings(base_case(about))
    tried = graph.sure(question, *names_, as_of=PUBLISHED, roll_up=roll_up, draws=1)
    for r in tried.rows:
        if r.kind == "record":
            less = asked(without(graph, r.what), question, names_, scope)
            found = changes(before, less.findings(base_case(less)))
            assert (r.changed + r.new, r.of) == (len(found), len(before))
            assert r.new == sum(c.before is None for c in found)


@settings(max_examples=25)
@given(small_graphs(), st.sampled_from(("position", "align")))
def test_without_hearsay_is_own_words_only(graph: Graph, question: str) -> None:
    whole, own = (graph.scope(as_of=PUBLISHED, own_words=only) for only in (False, True))
    about, less = (asked(graph, question, ["pol"], scope) for scope in (whole, own))
    found = changes(about.findings(base_case(about)), less.findings(base_case(less)))
    rows = graph.sure(question, "pol", as_of=PUBLISHED, draws=1).rows
    assert ([r.changed + r.new for r in rows if r.kind == "hearsay"] or [0]) == [len(found)]


@settings(max_examples=25)
@given(small_graphs(), st.randoms(use_true_random=False))
def test_the_order_of_records_does_not_matter(graph: Graph, random: Any) -> None:
    shuffled = list(graph.debate.evidence)
    random.shuffle(shuffled)
    again = Graph(replace(graph.debate, evidence=tuple(shuffled)), graph.reference)
    for words in (("position", "pol"), ("align", "pol")):
        first, second = graph.sure(*words, draws=1), again.sure(*words, draws=1)
        assert first.rows == second.rows
        assert first.verdict == second.verdict


@settings(max_examples=25)
@given(small_graphs())
def test_a_second_copy_of_every_record_makes_all_single_ones_dispensable(graph: Graph) -> None:
    twins = [replace(e, id=f"{e.id}-twin") for e in graph.debate.evidence]
    doubled = replace(graph.debate, evidence=(*graph.debate.evidence, *twins))
    found = Graph(doubled, graph.reference).sure("position", "pol", draws=1)
    assert found.more["most"] is None


def test_kinds_of_voices_are_what_the_registers_say() -> None:
    graph = graph_of(said("1", "pol", "x", "supports", "2024-05-01", by="voice"))
    assert graph.actors["voice"].kind is ActorKind.UNNAMED
    assert row(graph.sure("who", "x"), "unnamed").changed == 1
