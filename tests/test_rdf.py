from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import is_dataclass, replace
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rdflib import RDF, Dataset, Literal, URIRef
from rdflib.compare import isomorphic
from rdflib.term import Identifier

import stancegraph
from debates import debate_of, graph_of, said
from stancegraph.errors import InvalidDebate, StanceError, UnknownName
from stancegraph.graph import Graph
from stancegraph.model import (
    REGISTERS,
    Actor,
    ActorKind,
    Bounds,
    Debate,
    Figure,
    Office,
    Paragraph,
    Source,
    Tenure,
)
from stancegraph.rdf import (
    Table,
    Triples,
    check_shapes,
    from_rdf,
    parse,
    query,
    reference_from_rdf,
    results_text,
    serialize,
    to_rdf,
)
from stancegraph.rdf.vocabulary import debate_iri, inside, slug_of, term
from stancegraph.schema import Field, fields_of

FORMATS = ("turtle", "trig", "nquads", "jsonld")

POLISH = said("e01", "pol", "opt", "supports", "2024-05-01")


@pytest.fixture(scope="module")
def skies() -> Graph:
    return stancegraph.load("ukraine-skies")


@pytest.fixture(scope="module")
def dataset(skies: Graph) -> Dataset:
    positions = skies.positions().values()
    return to_rdf(
        skies.debate, reference=skies.reference, positions=positions, as_of=skies.last_day
    )


def any_of(record: Any) -> st.SearchStrategy[Any]:
    """Any record of a class: every field filled with whatever its type allows."""
    return st.builds(record, **{f.name: _any_value(f) for f in fields_of(record)})


def _any_value(f: Field) -> st.SearchStrategy[Any]:
    if f.is_many:
        return st.lists(_any_one(f), max_size=3).map(tuple)
    return _any_one(f) if f.is_required or f.type is Bounds else _any_one(f) | st.just(f.default)


def _any_one(f: Field) -> st.SearchStrategy[Any]:
    if f.register:
        return _SLUGS
    if is_dataclass(f.type):
        return st.deferred(lambda: any_of(f.type))
    return st.sampled_from(f.type) if issubclass(f.type, Enum) else _VALUES[f.type]


# st.text leaves out lone surrogates, which no UTF-8 has
_SLUGS = st.sampled_from(["pol", "a-b", "..", "ä/ö ü%", 'q"<>#?', "x" * 40]) | st.text(min_size=1)
_VALUES: dict[Any, st.SearchStrategy[Any]] = {
    bool: st.booleans(),
    date: st.dates(),
    Decimal: st.decimals(-(10**9), 10**9, places=5),
    int: st.integers(),
    str: st.text() | st.sampled_from(['"""', "\\", "a\r\nb", "\u2028", "@en", "<x> .", "🚀"]),
}


@st.composite
def debates(draw: st.DrawFn) -> Debate:
    """Any debate whose records can be told apart."""
    register = draw(st.sampled_from(list(REGISTERS)))
    records = draw(st.lists(any_of(REGISTERS[register]), max_size=2))
    apart = {getattr(r, "id", n): r for n, r in enumerate(records)}
    return Debate(
        id=draw(_SLUGS.filter(lambda slug: slug != "reference")),
        title=draw(_VALUES[str]),
        description=draw(st.none() | _VALUES[str]),
        language=draw(st.sampled_from(["en", "pt-BR", "", "not a tag"])),
        alliance=draw(st.none() | _SLUGS),
        **{register: tuple(apart.values())},
    )


@pytest.mark.parametrize("form", FORMATS)
@given(debates())
@settings(max_examples=60, deadline=None)
def test_any_debate_survives_the_way_through_text(form: str, debate: Debate) -> None:
    assert from_rdf(parse(serialize(to_rdf(debate), form), form)) == debate


@pytest.mark.parametrize("form", FORMATS)
def test_the_shipped_debate_survives_the_way_through_text(
    form: str, skies: Graph, dataset: Dataset
) -> None:
    found = parse(serialize(dataset, form), form)
    assert from_rdf(found) == skies.debate
    assert reference_from_rdf(found) == skies.reference


@pytest.mark.parametrize("form", FORMATS)
def test_text_has_the_same_triples_as_the_dataset(form: str, dataset: Dataset) -> None:
    found = parse(serialize(dataset, form), form)
    assert triples_of(found) == triples_of(dataset)


def triples_of(dataset: Dataset) -> set[tuple[str, str, str]]:
    return {(s.n3(), p.n3(), o.n3()) for s, p, o, _ in dataset.quads((None, None, None, None))}


def graphs_of(dataset: Dataset) -> set[Identifier]:
    return {g.identifier for g in dataset.graphs()}


@pytest.mark.parametrize("form", ["trig", "nquads", "jsonld"])
def test_text_keeps_the_graphs_apart(form: str, dataset: Dataset) -> None:
    home = debate_iri("ukraine-skies")
    names = {home, debate_iri("reference"), inside(home, "positions")}
    found = parse(serialize(dataset, form), form)
    assert {g.identifier for g in found.graphs() if len(g)} == names
    for name in names:
        assert isomorphic(found.graph(name), dataset.graph(name))


WRITE = """
import hashlib, stancegraph
from stancegraph.rdf import serialize
dataset = stancegraph.load("ukraine-skies").to_rdf()
for form in ("turtle", "trig", "nquads", "jsonld"):
    print(hashlib.sha256(serialize(dataset, form).encode()).hexdigest())
"""


def test_the_same_debate_gives_the_same_bytes() -> None:
    # the order of a set of texts changes with the seed of their hashes
    written = {
        subprocess.run(
            [sys.executable, "-c", WRITE],
            env=os.environ | {"PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("0", "1", "2")
    }
    assert len(written) == 1


@pytest.mark.parametrize(
    ("form", "suffix"), [("turtle", "ttl"), ("trig", "trig"), ("nquads", "nq")]
)
def test_another_engine_reads_the_same_triples(form: str, suffix: str, dataset: Dataset) -> None:
    ox = pytest.importorskip("pyoxigraph")
    kind = ox.RdfFormat.from_extension(suffix)
    found = list(ox.parse(serialize(dataset, form).encode(), format=kind))
    assert len({(q.subject, q.predicate, q.object) for q in found}) == len(triples_of(dataset))


def test_another_engine_reads_the_same_jsonld(dataset: Dataset) -> None:
    ox = pytest.importorskip("pyoxigraph")
    text = serialize(dataset, "jsonld").encode()
    from_jsonld = set(ox.parse(text, format=ox.RdfFormat.JSON_LD))
    text = serialize(dataset, "nquads").encode()
    assert from_jsonld == set(ox.parse(text, format=ox.RdfFormat.N_QUADS))


def test_jsonld_reads_like_the_records(dataset: Dataset) -> None:
    written = json.loads(serialize(dataset, "jsonld"))
    graph = next(g for g in written["@graph"] if g["@id"] == "ukraine-skies")
    s07 = next(node for node in graph["@graph"] if node.get("id") == "s07")
    # as data/ukraine-skies/evidence.yaml has it
    assert s07["speaker"] == "ukraine-skies/actors/kurt-volker"
    assert s07["gist"] == {
        "en": "The US and Germany resist because it could pull NATO into the war."
    }
    assert s07["conveys"][1] == {
        "@id": "ukraine-skies/evidence/s07/stance/2",
        "@type": "Stance",
        "position": 2,
        "argument": "ukraine-skies/arguments/escalation-risk",
        "certainty": "sgv:certainty-probable",
        "holder": "reference/actors/deu",
        "option": "ukraine-skies/options/allied-interception",
        "polarity": "sgv:polarity-opposes",
    }


def test_a_remote_context_is_not_fetched() -> None:
    text = json.dumps({"@context": ["https://example.org/context.jsonld"], "@id": "urn:x"})
    with pytest.raises(StanceError, match="is not fetched; put it into the document"):
        parse(text, "jsonld")


@pytest.mark.parametrize("form", FORMATS)
def test_text_that_is_no_rdf_is_refused(form: str) -> None:
    with pytest.raises(StanceError, match=f"cannot be read as {form}"):
        parse("<a> {{ nonsense", form)


def test_an_unknown_format_gets_a_suggestion() -> None:
    with pytest.raises(UnknownName, match="did you mean 'turtle'"):
        serialize(to_rdf(debate_of()), "turtel")


def test_an_actor_of_the_reference_registers_has_its_iri_there() -> None:
    debate = debate_of(POLISH)
    debate = replace(debate, actors=tuple(a for a in debate.actors if a.id != "pol"))
    stance = inside(debate_iri("test-debate"), "evidence", "e01", "stance", 1)
    found = to_rdf(debate).value(stance, term("holder"))
    assert found == URIRef("https://w3id.org/stancegraph/id/reference/actors/pol")


def test_the_debates_own_actor_has_its_iri_in_the_debate() -> None:
    stance = inside(debate_iri("test-debate"), "evidence", "e01", "stance", 1)
    found = to_rdf(debate_of(POLISH)).value(stance, term("holder"))
    assert found == URIRef("https://w3id.org/stancegraph/id/test-debate/actors/pol")


def test_a_kind_is_a_class_and_a_concept() -> None:
    voice = inside(debate_iri("test-debate"), "actors", "voice")
    dataset = to_rdf(debate_of())
    assert set(dataset.objects(voice, RDF.type)) == {term("Actor"), term("UnnamedVoice")}
    assert dataset.value(voice, term("actorKind")) == URIRef(
        "https://w3id.org/stancegraph/values#actor-kind-unnamed"
    )


def test_a_position_is_written_in_full_and_as_one_direct_triple() -> None:
    graph = graph_of(POLISH)
    home = debate_iri("test-debate")
    positions = inside(home, "positions")
    found = to_rdf(graph.debate, positions=graph.positions().values()).graph(positions)
    polish, option = inside(home, "actors", "pol"), inside(home, "options", "opt")
    assert (polish, term("supports"), option) in found
    position = inside(positions, "pol", "opt")
    assert found.value(position, term("derivedFrom")) == inside(home, "evidence", "e01")
    assert found.value(position, term("tier")) == Literal(3)
    assert found.value(position, term("notBefore")) == Literal(date(2024, 5, 1))


def test_positions_say_by_which_rules_and_for_which_day() -> None:
    graph = graph_of(POLISH)
    day = date(2024, 6, 30)
    found = to_rdf(graph.debate, positions=graph.positions(day).values(), as_of=day)
    positions = inside(debate_iri("test-debate"), "positions")
    assert found.value(positions, term("ruleSet")) == Literal("stancegraph 1.0")
    assert found.value(positions, term("asOf")) == Literal(day)


def test_a_position_that_is_not_disclosed_is_on_no_side() -> None:
    graph = graph_of(said("e01", "pol", "opt", "not-disclosed"))
    found = to_rdf(graph.debate, positions=graph.positions().values())
    holder = inside(debate_iri("test-debate"), "actors", "pol")
    option = inside(debate_iri("test-debate"), "options", "opt")
    assert not list(found.predicates(holder, option))


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("printed", ["46", "46.0", "1234567.50"])
def test_a_number_stays_as_it_is_printed(form: str, printed: str) -> None:
    figure = Figure(value=Decimal(printed), unit="percent", of="missiles")
    dataset = to_rdf(debate_of(replace(POLISH, figures=(figure,))))
    found = from_rdf(parse(serialize(dataset, form), form))
    assert str(found.evidence[0].figures[0].value) == printed


def test_two_records_of_one_id_are_refused_rather_than_merged() -> None:
    with pytest.raises(StanceError, match="several records are called 'e01'"):
        to_rdf(debate_of(POLISH, POLISH))


def test_a_debate_named_like_its_reference_is_refused() -> None:
    debate = debate_of()
    with pytest.raises(StanceError, match="cannot have the id of its reference"):
        to_rdf(debate, reference=debate)


def test_what_a_record_does_not_say_is_not_in_the_graph() -> None:
    evidence = inside(debate_iri("test-debate"), "evidence", "e01")
    assert to_rdf(debate_of(POLISH)).value(evidence, term("review")) is None


@pytest.mark.parametrize("slug", ["pol", "..", ".", "a/b", "ä ö", "50%", "#", "q?x"])
def test_a_slug_survives_in_an_iri(slug: str) -> None:
    assert slug_of(inside("https://example.org/id", "actors", slug)) == slug


def changed(
    dataset: Dataset, subject: URIRef, name: str, value: URIRef | Literal | None
) -> Dataset:
    """Copy a dataset with one property of one record set or removed."""
    copy = Dataset(default_union=True)
    graph = copy.graph(debate_iri("test-debate"))
    for s, p, o, _ in dataset.quads((None, None, None, None)):
        if (s, p) != (subject, term(name)):
            graph.add((s, p, o))
    if value is not None:
        graph.add((subject, term(name), value))
    return copy


WRONG = [
    ("gist", None, "lacks https://w3id.org/stancegraph/ontology#gist"),
    ("capacity", Literal("government"), "takes an IRI, not government"),
    ("capacity", URIRef("https://w3id.org/stancegraph/values#capacity-king"), "cannot be"),
    ("paragraphNumber", Literal("four"), "cannot be 'four'"),
    ("notBefore", Literal("soon"), "cannot be 'soon'"),
    ("gist", URIRef("urn:x"), "takes a literal, not urn:x"),
]


@pytest.mark.parametrize(("name", "value", "message"), WRONG)
def test_what_cannot_be_read_is_said(
    name: str, value: URIRef | Literal | None, message: str
) -> None:
    evidence = inside(debate_iri("test-debate"), "evidence", "e01")
    broken = changed(to_rdf(debate_of(POLISH)), evidence, name, value)
    with pytest.raises(InvalidDebate, match=f"evidence/e01: .*{message}"):
        from_rdf(broken)


def test_two_values_where_one_belongs_are_refused() -> None:
    dataset = to_rdf(debate_of(POLISH))
    home = debate_iri("test-debate")
    dataset.graph(home).add((inside(home, "evidence", "e01"), term("gist"), Literal("Another.")))
    with pytest.raises(InvalidDebate, match=r"has 2 values of .*gist; keep one"):
        from_rdf(dataset)


def test_a_value_added_to_ordered_ones_is_kept() -> None:
    pol = Actor(id="pol", kind=ActorKind.COUNTRY, name="Poland", aliases=("Z", "A"))
    debate = Debate(id="test-debate", title="A test", actors=(pol,))
    dataset, home = to_rdf(debate), debate_iri("test-debate")
    dataset.graph(home).add((inside(home, "actors", "pol"), term("alias"), Literal("M", lang="en")))
    assert from_rdf(dataset).actors[0].aliases == ("Z", "A", "M")


def test_of_several_debates_one_is_named() -> None:
    dataset = to_rdf(debate_of(POLISH))
    other = replace(debate_of(), id="another")
    dataset.addN((s, p, o, debate_graph) for s, p, o, debate_graph in _quads(to_rdf(other)))
    assert from_rdf(dataset, "another") == other
    with pytest.raises(UnknownName, match="several: another, test-debate; name one"):
        from_rdf(dataset)
    with pytest.raises(UnknownName, match="did you mean 'another'"):
        from_rdf(dataset, "anothr")


def _quads(dataset: Dataset) -> Any:
    graphs = [g for g in dataset.graphs() if len(g)]
    return [(s, p, o, g) for g in graphs for s, p, o in g]


def test_a_dataset_without_a_debate_is_refused() -> None:
    with pytest.raises(UnknownName, match="none of class sg:Debate"):
        from_rdf(Dataset())


def test_the_callers_dataset_is_not_changed_by_asking(dataset: Dataset) -> None:
    before = triples_of(dataset)
    query(dataset, "SELECT * { ?s ?p ?o }")
    serialize(dataset, "jsonld")
    check_shapes(dataset)
    assert triples_of(dataset) == before


def test_select_gives_columns_and_rows_of_plain_values() -> None:
    dataset = to_rdf(debate_of(POLISH))
    text = """SELECT ?n ?day ?gist ?none WHERE {
        ?e a sg:Evidence ; sg:paragraphNumber ?n ; sg:notBefore ?day ; sg:gist ?gist .
        OPTIONAL { ?e sg:review ?none }
    }"""
    expected = Table(
        ("n", "day", "gist", "none"), ((1, date(2024, 5, 1), "pol supports opt", None),)
    )
    assert query(dataset, text) == expected


def test_ask_gives_a_bool() -> None:
    dataset = to_rdf(debate_of(POLISH))
    assert query(dataset, "ASK { ?s a sg:Stance }") is True
    assert query(dataset, "ASK { ?s a sg:Prediction }") is False


@pytest.mark.parametrize(
    "text",
    ["CONSTRUCT { ?s a sg:Stance } WHERE { ?s a sg:Stance }", "DESCRIBE ?s { ?s a sg:Stance }"],
)
def test_construct_and_describe_give_triples(text: str) -> None:
    found = query(to_rdf(debate_of(POLISH)), text)
    assert isinstance(found, Triples)
    assert "a sg:Stance" in found.turtle


def test_a_value_from_outside_is_bound_and_not_pasted() -> None:
    dataset = to_rdf(debate_of(POLISH))
    text = "SELECT ?e WHERE { ?e dcterms:identifier ?id }"
    assert query(dataset, text, {"id": Literal('e01" } ; DROP ALL #')}) == Table(("e",), ())
    found = query(dataset, text, {"id": Literal("e01")})
    assert isinstance(found, Table)
    assert found.rows == ((str(inside(debate_iri("test-debate"), "evidence", "e01")),),)


REFUSED = [
    ("INSERT DATA { <urn:a> <urn:b> <urn:c> }", "this is an update"),
    ("DELETE WHERE { ?s ?p ?o }", "this is an update"),
    ("LOAD <http://example.org/data.ttl>", "this is an update"),
    ("CLEAR ALL", "this is an update"),
    ("SELECT * { SERVICE <http://example.org/sparql> { ?s ?p ?o } }", "SERVICE would ask another"),
    ("SELECT * { OPTIONAL { SERVICE SILENT ?x { ?s ?p ?o } } }", "SERVICE would ask another"),
    ("ASK { FILTER EXISTS { SERVICE <http://e.org/> { ?s ?p ?o } } }", "SERVICE would ask another"),
    ("SELECT * { { SELECT * { SERVICE <http://e.org/> { } } } }", "SERVICE would ask another"),
    ("SELECT * FROM <http://example.org/data.ttl> { ?s ?p ?o }", "none is fetched"),
    ("SELECT * FROM NAMED <http://example.org/d> { GRAPH ?g { ?s ?p ?o } }", "none is fetched"),
    ("PREFIX e: <http://example.org/> SELECT * FROM e:d { ?s ?p ?o }", "none is fetched"),
    ("SELECT * FROM <file:///etc/passwd> { ?s ?p ?o }", "none is fetched"),
    ("SELECT ?s\nWHERE { ?s ?p }", "line 2, column"),
    ("SELECT * { ?s nix:p ?o }", "cannot be understood: Unknown namespace prefix : nix"),
    ("", "line 1, column 1"),
    ("SELECT * " + "{" * 5000, "goes wrong|nested too deeply"),
]


@pytest.mark.parametrize(("text", "message"), REFUSED)
def test_what_is_no_question_or_reaches_out_is_refused(text: str, message: str) -> None:
    dataset = to_rdf(debate_of(POLISH))
    before = triples_of(dataset), graphs_of(dataset)
    with pytest.raises(StanceError, match=message):
        query(dataset, text)
    assert (triples_of(dataset), graphs_of(dataset)) == before


def test_a_graph_of_the_dataset_can_be_asked_alone(dataset: Dataset) -> None:
    text = f"SELECT (COUNT(*) AS ?n) FROM <{debate_iri('reference')}> {{ ?s a sg:Membership }}"
    # memberships.yaml: 28 of the EU past and present, 32 of NATO
    assert query(dataset, text) == Table(("n",), ((60,),))


def test_the_shipped_debate_fits_the_shapes(dataset: Dataset) -> None:
    assert check_shapes(dataset) == []


def test_a_debate_of_one_record_fits_the_shapes() -> None:
    assert check_shapes(to_rdf(debate_of(POLISH))) == []


PAPER = said("e01", "pol", "opt", "supports", by="paper")
VOICE = said("e01", "pol", "opt", "supports", by="voice")
FORMER = Tenure(holder="expert", office="envoy", former=True)
ENVOY = Office(id="envoy", name="Envoy", of="pol")

UNFIT: list[tuple[Debate, str]] = [
    (
        debate_of(replace(PAPER, principal="pol")),
        "evidence/e01: is for somebody, but speaks in a capacity that binds nobody",
    ),
    (
        debate_of(replace(POLISH, principal=None)),
        "evidence/e01: speaks in a binding capacity, but does not say for whom",
    ),
    (
        replace(debate_of(replace(POLISH, speaker="expert")), offices=(ENVOY,), tenures=(FORMER,)),
        "evidence/e01: speaks for a country or institution in which its speaker holds no office",
    ),
    (
        debate_of(replace(VOICE, source="elsewhere")),
        "evidence/e01: an unnamed voice speaks outside its own source",
    ),
    (
        debate_of(replace(PAPER, speaker="voice")),
        "evidence/e01: its speaker is an unnamed voice, but not its capacity, or the reverse",
    ),
    (
        debate_of(replace(POLISH, paragraph=7)),
        "evidence/e01: its paragraph does not exist in its source",
    ),
    (debate_of(), "sources/report/paragraph/1: has no record, and does not say why"),
    (
        debate_of(replace(POLISH, stances=())),
        "evidence/e01: conveys nothing; add a stance, claim, figure, framing, influence or "
        "prediction",
    ),
    (
        debate_of(replace(POLISH, stances=POLISH.stances * 2)),
        "evidence/e01: has two stances of one holder on one option",
    ),
    (
        debate_of(POLISH, broader={"opt": "wide", "wide": "opt"}),
        "options/opt: is broader than itself",
    ),
    (
        debate_of(replace(POLISH, when=Bounds(not_before=date(2024, 2, 2), not_after=date.min))),
        "evidence/e01: has at most one first day, not later than the last",
    ),
    (
        debate_of(replace(POLISH, speaker="nobody")),
        "evidence/e01: needs one speaker, who is an actor",
    ),
]


@pytest.mark.parametrize(("debate", "message"), UNFIT, ids=[message for _, message in UNFIT])
def test_the_shapes_find(debate: Debate, message: str) -> None:
    debate = replace(debate, sources=(*debate.sources, ELSEWHERE))
    assert any(f"test-debate/{message}" in line for line in check_shapes(to_rdf(debate)))


ELSEWHERE = Source(id="elsewhere", title="Elsewhere", paragraphs=())


def test_the_shapes_find_a_digest_that_is_none() -> None:
    report = Source(id="report", title="Report", paragraphs=(Paragraph(n=1, digest="abc"),))
    found = check_shapes(to_rdf(replace(debate_of(POLISH), sources=(report,))))
    assert found == [
        "test-debate/sources/report/paragraph/1: needs its digest, SHA-256 in 64 hexadecimal "
        "digits (found: 'abc')"
    ]


def test_the_shapes_find_a_direct_triple_that_is_asserted() -> None:
    dataset, home = to_rdf(debate_of(POLISH)), debate_iri("test-debate")
    asserted = (inside(home, "actors", "pol"), term("opposes"), inside(home, "options", "opt"))
    dataset.graph(home).add(asserted)
    assert check_shapes(dataset) == [
        "test-debate/actors/pol: stands on an option, but no derived position says so"
    ]


def test_results_are_written_as_the_w3c_has_them() -> None:
    dataset = to_rdf(debate_of(POLISH))
    text = "SELECT ?n ?gist { ?e a sg:Evidence ; sg:paragraphNumber ?n ; sg:gist ?gist }"
    assert results_text(dataset, text, "csv") == "n,gist\r\n1,pol supports opt\r\n"
    gist = {"type": "literal", "value": "pol supports opt", "xml:lang": "en"}
    integer = "http://www.w3.org/2001/XMLSchema#integer"
    number = {"type": "literal", "value": "1", "datatype": integer}
    assert json.loads(results_text(dataset, text, "json")) == {
        "head": {"vars": ["n", "gist"]},
        "results": {"bindings": [{"n": number, "gist": gist}]},
    }
    assert json.loads(results_text(dataset, "ASK { }", "json"))["boolean"] is True


def test_what_has_no_form_as_csv_is_refused() -> None:
    dataset = to_rdf(debate_of(POLISH))
    with pytest.raises(StanceError, match="ASK has no answer in CSV; ask for json"):
        results_text(dataset, "ASK { }", "csv")
