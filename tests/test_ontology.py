from __future__ import annotations

import re
from enum import Enum
from importlib.resources import files
from pathlib import Path

import owlrl
import pytest
from owlrl.Namespaces import ERRNS
from rdflib import OWL, RDF, RDFS, SH, SKOS, Dataset, Graph, Literal, Namespace, URIRef

import stancegraph
from debates import debate_of, said
from stancegraph.model import (
    ActorKind,
    Capacity,
    Certainty,
    EvidenceKind,
    Mode,
    Polarity,
)
from stancegraph.rdf import to_rdf
from stancegraph.rdf.vocabulary import (
    context,
    debate_iri,
    inside,
    prefixes,
    scheme_iri,
    term,
    value_iri,
)

SG = Namespace("https://w3id.org/stancegraph/ontology#")
ONTOLOGY = URIRef("https://w3id.org/stancegraph/ontology")
STATUS = URIRef("http://www.w3.org/2003/06/sw-vocab-status/ns#term_status")
DOMAIN_INCLUDES = URIRef("https://schema.org/domainIncludes")
RANGE_INCLUDES = URIRef("https://schema.org/rangeIncludes")
ENUMS: tuple[type[Enum], ...] = (Polarity, Certainty, Capacity, Mode, EvidenceKind, ActorKind)
BUILT_IN = [str(namespace).removesuffix("#") for namespace in (RDF, RDFS, OWL)]
PROPERTIES = (OWL.ObjectProperty, OWL.DatatypeProperty)


def resource(name: str) -> Graph:
    text = (files("stancegraph.ontology") / name).read_text(encoding="utf-8")
    return Graph(bind_namespaces="none").parse(data=text, format="turtle")


@pytest.fixture(scope="module")
def ontology() -> Graph:
    return resource("ontology.ttl")


@pytest.fixture(scope="module")
def values() -> Graph:
    return resource("values.ttl")


@pytest.fixture(scope="module")
def skies() -> Dataset:
    graph = stancegraph.load("ukraine-skies")
    positions = graph.positions().values()
    return to_rdf(
        graph.debate, reference=graph.reference, positions=positions, as_of=graph.last_day
    )


def own_terms(ontology: Graph, *kinds: URIRef) -> set[URIRef]:
    return {
        t
        for kind in kinds
        for t in ontology.subjects(RDF.type, kind)
        if isinstance(t, URIRef) and t.startswith(SG)
    }


def terms_in(*graphs: Graph | Dataset) -> set[URIRef]:
    """Every property in use, and every class of something in use, but those of RDF and OWL."""
    used = {p for g in graphs for p in g.predicates()}
    used |= {o for g in graphs for o in g.objects(None, RDF.type)}
    return {t for t in used if isinstance(t, URIRef) and t.rpartition("#")[0] not in BUILT_IN}


def test_the_ontology_has_a_version_iri(ontology: Graph) -> None:
    version = URIRef("https://w3id.org/stancegraph/ontology/0.1.0")
    assert (ONTOLOGY, OWL.versionIRI, version) in ontology
    assert not list(ontology.objects(ONTOLOGY, OWL.imports))


def test_every_own_term_has_label_definition_status_and_home(ontology: Graph) -> None:
    terms = own_terms(ontology, OWL.Class, *PROPERTIES)
    assert len(terms) > 90
    for t in sorted(terms):
        assert [x for x in ontology.objects(t, RDFS.label) if getattr(x, "language", "") == "en"], t
        defined = list(ontology.objects(t, SKOS.definition))
        assert len(defined) == 1, t
        assert getattr(defined[0], "language", "") == "en", t
        assert ontology.value(t, STATUS) == Literal("testing"), t
        assert ontology.value(t, RDFS.isDefinedBy) == ONTOLOGY, t


def test_every_own_property_has_a_domain_and_a_range(ontology: Graph) -> None:
    for t in sorted(own_terms(ontology, *PROPERTIES)):
        domains = [*ontology.objects(t, RDFS.domain), *ontology.objects(t, DOMAIN_INCLUDES)]
        ranges = [*ontology.objects(t, RDFS.range), *ontology.objects(t, RANGE_INCLUDES)]
        assert domains, t
        assert ranges, t
        # two domains would mean both at once
        assert len(list(ontology.objects(t, RDFS.domain))) <= 1, t


def test_no_two_own_terms_share_a_label(ontology: Graph) -> None:
    classes = own_terms(ontology, OWL.Class)
    for terms in (classes, own_terms(ontology, *PROPERTIES)):
        labels = [str(ontology.value(t, RDFS.label)) for t in terms]
        assert len(labels) == len(set(labels))


def test_every_term_in_use_is_declared(ontology: Graph, values: Graph, skies: Dataset) -> None:
    declared = set(ontology.subjects(RDFS.isDefinedBy, None))
    assert terms_in(ontology, values, skies) <= declared


def test_every_declared_term_is_in_use(ontology: Graph, values: Graph) -> None:
    named = {term(name) for name in context() if name[0] != "@" and name not in prefixes()}
    mentioned = {
        o for p in (RDFS.subClassOf, RDFS.subPropertyOf) for o in ontology.objects(None, p)
    }
    helpers = {SG.Content, SG.BindingEvidence, SG.NonBindingEvidence, SG.level, SG.isBinding}
    in_use = named | mentioned | helpers | terms_in(ontology, values)
    assert set(ontology.subjects(RDFS.isDefinedBy, None)) <= in_use


def test_the_context_names_only_declared_terms(ontology: Graph) -> None:
    declared = set(ontology.subjects(RDFS.isDefinedBy, None))
    named = {term(name) for name in context() if name[0] != "@" and name not in prefixes()}
    assert named <= declared


def test_the_context_and_the_ontology_agree_on_datatypes(ontology: Graph) -> None:
    for name, entry in context().items():
        if not isinstance(entry, dict) or not term(name).startswith(SG):
            continue
        is_link = entry.get("@type") == "@id"
        kind = OWL.ObjectProperty if is_link else OWL.DatatypeProperty
        assert (term(name), RDF.type, kind) in ontology, name
        if not is_link and "@type" in entry:
            assert ontology.value(term(name), RDFS.range) == term(entry["@type"]), name


@pytest.mark.parametrize("enum", ENUMS)
def test_the_values_are_those_of_the_model(enum: type[Enum], values: Graph) -> None:
    scheme = scheme_iri(enum)
    assert set(values.subjects(SKOS.inScheme, scheme)) == {value_iri(v) for v in enum}
    for value in enum:
        concept = value_iri(value)
        assert values.value(concept, SKOS.notation) == Literal(value.value)
        assert values.value(concept, SKOS.prefLabel)
        assert values.value(concept, SKOS.definition)


def test_no_scheme_is_without_an_enumeration(values: Graph) -> None:
    assert set(values.subjects(RDF.type, SKOS.ConceptScheme)) == {scheme_iri(e) for e in ENUMS}


def test_polarities_have_their_levels(values: Graph) -> None:
    found = {p: values.value(value_iri(p), SG.level) for p in Polarity}
    assert found == {p: None if p.level is None else Literal(p.level) for p in Polarity}


def test_capacities_bind_as_in_the_model(values: Graph) -> None:
    for capacity in Capacity:
        assert values.value(value_iri(capacity), SG.isBinding) == Literal(capacity.is_binding)


def test_the_shapes_use_declared_terms_only(ontology: Graph) -> None:
    shapes = resource("shapes.ttl")
    declared = set(ontology.subjects(RDFS.isDefinedBy, None))
    named = {o for p in (SH["class"], SH.targetClass, SH.path) for o in shapes.objects(None, p)}
    assert {t for t in named if isinstance(t, URIRef)} <= declared
    queries = " ".join(map(str, shapes.objects(None, SH.select)))
    own = {SG[name] for name in re.findall(r"\bsg:(\w+)", queries)}
    assert own <= declared


def test_the_values_of_the_shapes_are_those_of_the_model() -> None:
    shapes = resource("shapes.ttl")
    listed = {frozenset(shapes.items(head)) for head in shapes.objects(None, SH["in"])}
    assert listed == {frozenset(value_iri(v) for v in enum) for enum in ENUMS}


def contradictions(*graphs: Graph | Dataset) -> list[str]:
    """Return what the OWL 2 RL closure of all graphs together finds impossible."""
    together = Graph(bind_namespaces="none")
    for graph in graphs:
        for s, p, o in graph.triples((None, None, None)):
            together.add((s, p, o))
    owlrl.DeductiveClosure(
        owlrl.OWLRL_Semantics, axiomatic_triples=False, datatype_axioms=False
    ).expand(together)
    return [str(o) for o in together.objects(None, ERRNS.error)]


def test_the_shipped_debate_contradicts_nothing(
    ontology: Graph, values: Graph, skies: Dataset
) -> None:
    assert contradictions(ontology, values, skies) == []


HOME = debate_iri("test-debate")
VOICE, EXPERT = inside(HOME, "actors", "voice"), inside(HOME, "actors", "expert")
POLAND, OPTION = inside(HOME, "actors", "pol"), inside(HOME, "options", "opt")
RECORD = inside(HOME, "evidence", "e01")
STANCE = inside(RECORD, "stance", 1)

IMPOSSIBLE = {
    "an unnamed voice that is a person": (VOICE, OWL.sameAs, EXPERT),
    "a country that is an alliance": (POLAND, SG.actorKind, value_iri(ActorKind.ALLIANCE)),
    "a stance for and against": (STANCE, SG.polarity, value_iri(Polarity.OPPOSES)),
    "a position for and against": (POLAND, SG.opposes, OPTION),
    "a former official who binds a country": (RECORD, SG.principal, POLAND),
    "a stance that is a prediction": (STANCE, RDF.type, SG.Prediction),
    "an option that is an actor": (STANCE, SG.option, POLAND),
    "a group in one source only": (inside(HOME, "actors", "neighbours"), SG.speaksIn, HOME),
}


@pytest.fixture(scope="module")
def small(ontology: Graph, values: Graph) -> Graph:
    told = said("e01", "pol", "opt", "supports", by="expert")
    debate = Graph()
    for graph in (ontology, values, to_rdf(debate_of(told))):
        for s, p, o in graph.triples((None, None, None)):
            debate.add((s, p, o))
    debate.add((POLAND, SG.supports, OPTION))
    return debate


def test_the_small_debate_contradicts_nothing(small: Graph) -> None:
    assert contradictions(small) == []


@pytest.mark.parametrize("what", IMPOSSIBLE)
def test_reasoning_finds(what: str, small: Graph) -> None:
    impossible = Graph()
    impossible.add(IMPOSSIBLE[what])
    assert contradictions(small, impossible)


GUIDE = Path(__file__).parents[1] / "docs" / "ontology.md"


def test_the_guide_names_every_own_term(ontology: Graph) -> None:
    named = set(re.findall(r"`sg:(\w+)`", GUIDE.read_text(encoding="utf-8")))
    own = {t.removeprefix(SG) for t in own_terms(ontology, OWL.Class, *PROPERTIES)}
    assert named == own


def test_the_guides_examples_run() -> None:
    names: dict[str, object] = {}
    blocks = re.findall(r"```python\n(.*?)```", GUIDE.read_text(encoding="utf-8"), re.DOTALL)
    for block in blocks:
        exec(block, names)
    assert len(blocks) == 3
    assert names["debate"] == stancegraph.load("ukraine-skies").debate
