"""Our own RDF, back in."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from stancegraph.check import references
from stancegraph.errors import StanceError
from stancegraph.read.debate import load_reference
from stancegraph.read.imported import Imported, InvalidFile
from stancegraph.read.naming import Naming

FORMATS = {".ttl": "turtle", ".trig": "trig", ".nq": "nquads", ".jsonld": "jsonld"}


def read_rdf(path: Path, naming: Naming) -> Imported:
    """Read a graph that `export` wrote; what comes from the shipped registers is not repeated."""
    from stancegraph.rdf import from_rdf, parse

    if path.suffix not in FORMATS:
        raise InvalidFile(f"{path}: RDF is read from {', '.join(FORMATS)}, not {path.suffix!r}")
    try:
        debate = from_rdf(parse(path.read_text(encoding="utf-8"), FORMATS[path.suffix]))
    except OSError as error:
        raise InvalidFile(f"{path}: cannot be read: {error.strerror}") from None
    except UnicodeDecodeError as error:
        raise InvalidFile(f"{path}: byte {error.start} is not UTF-8") from None
    except StanceError as error:
        raise InvalidFile(f"{path}: {error}") from None
    reference = load_reference()
    known = {a.id for a in reference.actors}
    own = replace(
        debate,
        actors=tuple(a for a in debate.actors if a.id not in known),
        memberships=tuple(m for m in debate.memberships if m not in reference.memberships),
    )
    far = next((e for e in own.evidence if abs(e.paragraph) > _FARTHEST), None)
    if far is not None:
        raise InvalidFile(f"{path}: {far.id!r} is of paragraph {far.paragraph}, which no text has")
    if wrong := references(own, reference):
        lines = [f"{path}: {'/'.join(map(str, p.path))}: {p.message}" for p in wrong]
        rest = [f"and {len(lines) - _SHOWN} more like these"] if len(lines) > _SHOWN else []
        raise InvalidFile("\n".join([*lines[:_SHOWN], *rest]))
    return Imported(own)


_SHOWN = 10
_FARTHEST = 10**9
