"""What an endpoint's graphs say of themselves: whole, or being written, and how far."""

from __future__ import annotations

from dataclasses import dataclass

from stancegraph.rdf.vocabulary import inside, term
from stancegraph.remote.asking import few
from stancegraph.remote.endpoint import Endpoint
from stancegraph.remote.results import natural, written_iri, written_text

WHOLE, UNDER_WAY = "Published", "Incomplete"
"""Values of schema:creativeWorkStatus."""

_ABOUT, _STATUS = term("schema:about"), term("schema:creativeWorkStatus")
_DIGEST, _SIZE = term("schema:sha256"), term("schema:numberOfItems")
_WRITTEN = term("schema:position")


@dataclass(frozen=True, slots=True)
class Publication:
    """One named graph as it was published, or is being."""

    graph: str
    """The graph's IRI."""
    digest: str
    """SHA-256 of its quads in the order in which they are written."""
    size: int
    """How many quads it has when it is whole."""
    status: str = UNDER_WAY
    written: int = 0
    """How many of them are written, from the first on."""

    @property
    def is_whole(self) -> bool:
        """Whether all of it is there."""
        return self.status == WHOLE

    @property
    def name(self) -> str:
        """The IRI of the publication, and of the small graph that tells of it."""
        return str(inside(self.graph, "publication"))

    def triples(self) -> str:
        """Write what is said of it, as triples of Turtle and SPARQL."""
        said = (
            (_ABOUT, written_iri(self.graph)),
            (_DIGEST, written_text(self.digest)),
            (_SIZE, str(self.size)),
            (_STATUS, written_text(self.status)),
            (_WRITTEN, str(self.written)),
        )
        subject = written_iri(self.name)
        return "".join(f"{subject} {written_iri(p)} {o} .\n" for p, o in said)


def publications(endpoint: Endpoint) -> dict[str, Publication]:
    """Return what is said of an endpoint's graphs, by the graph's IRI."""
    columns = ["graph", "digest", "size", "status", "written"]
    predicates = (_ABOUT, _DIGEST, _SIZE, _STATUS, _WRITTEN)
    said = " ; ".join(f"{written_iri(p)} ?{c}" for p, c in zip(predicates, columns, strict=True))
    query = f"SELECT {' '.join(f'?{c}' for c in columns)} WHERE {{ GRAPH ?p {{ ?p {said} }} }}"
    found: dict[str, Publication] = {}
    for row in few(endpoint, query, columns):
        graph, digest, size, status, written = (text or "" for text in row)
        whole, so_far = natural(size), natural(written)
        if whole is None or so_far is None:
            raise endpoint.error(
                f"says of {graph} that {written!r} of {size!r} triples are there; publish it anew"
            )
        # two for one graph come of two who publish at once: what is not whole counts
        known = found.get(graph)
        if known is None or known.is_whole:
            found[graph] = Publication(graph, digest, whole, status, so_far)
    return found
