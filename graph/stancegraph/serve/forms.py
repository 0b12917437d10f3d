"""The forms in which an answer is given, and the choice among them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING

from stancegraph.serve.refusal import Refused

if TYPE_CHECKING:
    from pyoxigraph import QueryResultsFormat, RdfFormat

PAGE = "text/html"

SOLUTIONS: Mapping[str, str] = MappingProxyType(
    {
        "application/sparql-results+json": "json",
        "application/sparql-results+xml": "xml",
        "text/csv": "csv",
        "text/tab-separated-values": "tsv",
        "application/json": "json",
        "application/xml": "xml",
        "text/xml": "xml",
    }
)
"""What the answer to a SELECT can be, by media type; the first is the default."""

TRIPLES: Mapping[str, str] = MappingProxyType(
    {
        "text/turtle": "turtle",
        "application/n-triples": "nt",
        "application/rdf+xml": "rdfxml",
        "application/ld+json": "jsonld",
    }
)
"""What the answer to a CONSTRUCT or DESCRIBE can be, by media type; the first is the default."""

# The recommendation for CSV and TSV has no form for yes and no.
YES_OR_NO: Mapping[str, str] = MappingProxyType(
    {media: form for media, form in SOLUTIONS.items() if form in ("json", "xml")}
)
"""What the answer to an ASK can be, by media type."""

_TEXT = ("text/csv", "text/tab-separated-values", "text/turtle")


def content_type(media: str) -> str:
    """Return a media type as a header says it, with the encoding where the type has one."""
    return f"{media}; charset=utf-8" if media in _TEXT else media


def media_type_called(form: str) -> str:
    """Return the media type of a form's short name; Refused where there is none."""
    for media, name in (*SOLUTIONS.items(), *TRIPLES.items()):
        if name == form:
            return media
    names = dict.fromkeys([*SOLUTIONS.values(), *TRIPLES.values()])
    raise Refused(400, f"format is one of {', '.join(names)}, not {form!r}")


def chosen(accept: str, offers: Sequence[str]) -> str | None:
    """Return the media type that an Accept header likes best, or None where it takes none.

    Among those that it likes alike the first is chosen, as for a header that is empty. Parameters
    of a type, as charset, are passed over: many clients name them, and we have one form of each.
    """
    from werkzeug.datastructures import MIMEAccept
    from werkzeug.http import parse_accept_header

    liked = parse_accept_header(accept or "*/*", MIMEAccept)
    bare = MIMEAccept([(media.partition(";")[0], quality) for media, quality in liked])
    return bare.best_match(offers)


def chosen_or_refused(accept: str, offers: Sequence[str]) -> str:
    """Return the media type that an Accept header likes best; Refused where it takes none."""
    found = chosen(accept, offers)
    if found is None:
        raise Refused(
            406, f"the answer can be had as {', '.join(offers)}; Accept names none of them"
        )
    return found


def format_of_solutions(media: str) -> QueryResultsFormat:
    """Return what the engine calls the form of a table or of yes and no."""
    from pyoxigraph import QueryResultsFormat

    return {
        "json": QueryResultsFormat.JSON,
        "xml": QueryResultsFormat.XML,
        "csv": QueryResultsFormat.CSV,
        "tsv": QueryResultsFormat.TSV,
    }[SOLUTIONS[media]]


def format_of_triples(media: str) -> RdfFormat:
    """Return what the engine calls the form of triples."""
    from pyoxigraph import RdfFormat

    return {
        "turtle": RdfFormat.TURTLE,
        "nt": RdfFormat.N_TRIPLES,
        "rdfxml": RdfFormat.RDF_XML,
        "jsonld": RdfFormat.JSON_LD,
    }[TRIPLES[media]]
