"""The names of things in RDF: the ontology's terms, and the IRIs of records."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import Enum
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any
from urllib.parse import quote, unquote

from rdflib import URIRef

from stancegraph.model import (
    Actor,
    ActorKind,
    Evidence,
    EvidenceKind,
    Influence,
    Office,
    Paragraph,
    Source,
    Stance,
    Tenure,
)


@dataclass(frozen=True, slots=True)
class Property:
    """One property, as the JSON-LD context describes it."""

    iri: URIRef
    is_link: bool
    """Whether its values are IRIs."""
    is_tagged: bool
    """Whether its texts are in the debate's language."""
    datatype: URIRef | None
    """The datatype of its literals; None for texts and for links."""
    namespace: str | None = None
    """The namespace of somebody else's that its values are names in."""


@cache
def context() -> Mapping[str, Any]:
    """Return the JSON-LD context: the one place that gives every short name its IRI."""
    text = (files("stancegraph.ontology") / "context.jsonld").read_text(encoding="utf-8")
    return MappingProxyType(json.loads(text)["@context"])


@cache
def prefixes() -> Mapping[str, str]:
    """Return the namespaces that the context gives a prefix."""
    found = {k: v["@id"] if isinstance(v, dict) else v for k, v in context().items() if k[0] != "@"}
    return MappingProxyType({k: v for k, v in found.items() if v[-1] in "#/"})


def base() -> str:
    """Return what the IRI of every record begins with."""
    return str(context()["@base"])


@cache
def term(name: str) -> URIRef:
    """Return the IRI of a short name of the context, or of a prefixed one.

    >>> term("Stance")
    rdflib.term.URIRef('https://w3id.org/stancegraph/ontology#Stance')
    >>> term("alias") == term("skos:altLabel")
    True
    """
    entry = context().get(name, name)
    prefix, _, local = str(entry["@id"] if isinstance(entry, dict) else entry).partition(":")
    return URIRef(prefixes()[prefix] + local)


@cache
def property_called(name: str) -> Property:
    """Return the property that a short name of the context stands for."""
    entry = context()[name]
    about = entry if isinstance(entry, dict) else {}
    kind = about.get("@type")
    return Property(
        iri=term(name),
        is_link=kind == "@id",
        is_tagged=about.get("@container") == "@language",
        datatype=None if kind in (None, "@id") else term(kind),
    )


@cache
def property_of(record: type, field: str) -> Property:
    """Return the property that says in RDF what a field of a record says."""
    name = _NAMES_IN.get((record, field)) or _NAMES.get(field, field)
    found = property_called(name)
    return replace(found, namespace=prefixes()["wd"][:-1]) if field == "wikidata" else found


# The short names of fields that are not called in RDF what they are called in the model.
_NAMES = {
    "actors": "participant",
    "adjectives": "adjective",
    "aliases": "alias",
    "arguments": "argument",
    "authors": "author",
    "basis": "dateBasis",
    "claims": "conveys",
    "conditions": "condition",
    "denied": "isDenied",
    "deprecated": "deprecatedBecause",
    "events": "refersTo",
    "figures": "conveys",
    "former": "isFormer",
    "framings": "conveys",
    "influences": "conveys",
    "limits": "limit",
    "metonyms": "metonym",
    "not_after": "notAfter",
    "not_before": "notBefore",
    "nothing": "nothingBecause",
    "of": "measures",
    "options": "option",
    "paragraphs": "hasPart",
    "predictions": "conveys",
    "printed": "printedForm",
    "reasons": "argument",
    "since": "startDate",
    "stances": "conveys",
    "until": "endDate",
    "via": "hadPrimarySource",
    "wikidata": "sameAs",
}

_NAMES_IN: Mapping[tuple[type, str], str] = {
    (Actor, "kind"): "actorKind",
    (Actor, "source"): "speaksIn",
    (Evidence, "kind"): "evidenceKind",
    (Evidence, "paragraph"): "paragraphNumber",
    (Influence, "by"): "influencer",
    (Influence, "moves"): "influenced",
    (Office, "of"): "postIn",
    (Paragraph, "n"): "paragraphNumber",
    (Source, "title"): "sourceTitle",
    (Stance, "until"): "declaredUntil",
    (Tenure, "holder"): "member",
}


def class_of(record: type) -> URIRef:
    """Return the class of a kind of record."""
    return term(record.__name__)


def kind_class(kind: ActorKind | EvidenceKind) -> URIRef:
    """Return the class that a kind makes of an actor or of a record of evidence."""
    return term("UnnamedVoice" if kind is ActorKind.UNNAMED else kind.value.capitalize())


def value_iri(value: Enum) -> URIRef:
    """Return the concept of an enumerated value.

    >>> value_iri(EvidenceKind.VOTE)
    rdflib.term.URIRef('https://w3id.org/stancegraph/values#evidence-kind-vote')
    """
    return URIRef(f"{scheme_iri(type(value))}-{value.value}")


def scheme_iri(values: type[Enum]) -> URIRef:
    """Return the concept scheme of an enumeration."""
    slug = re.sub(r"(?<=[a-z])(?=[A-Z])", "-", values.__name__).lower()
    return URIRef(prefixes()["sgv"] + slug)


def debate_iri(debate: str) -> URIRef:
    """Return the IRI of a debate, which is also the name of its graph."""
    return inside(base().removesuffix("/"), debate)


def inside(iri: str, *slugs: str | int) -> URIRef:
    """Return the IRI of something inside another: slash, slug, and so on.

    >>> inside("https://example.org/id", "a debate", "actors", "pol")
    rdflib.term.URIRef('https://example.org/id/a%20debate/actors/pol')
    """
    return URIRef("/".join([iri, *map(segment, slugs)]))


def slug_of(iri: str) -> str:
    """Return the last slug of an IRI."""
    return unquote(iri.rpartition("/")[2])


def segment(slug: str | int) -> str:
    """Return a slug as the last step of an IRI."""
    if _PLAIN.fullmatch(str(slug)):
        return str(slug)
    text = quote(str(slug), safe="")
    # "." and ".." would be taken for steps in a path, RFC 3986 section 5.2.4
    return text if text.strip(".") else text.replace(".", "%2E")


_PLAIN = re.compile("[A-Za-z0-9_~-]+")
"""Slugs of nothing but unreserved characters, RFC 3986 section 2.3, are steps as they are."""
