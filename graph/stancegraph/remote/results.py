"""SPARQL query results as tab-separated values, read strictly; and terms written into queries."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from rdflib import BNode, Literal, URIRef
from rdflib.term import Node

from stancegraph.errors import StanceError
from stancegraph.rdf.quads import escaped
from stancegraph.rdf.vocabulary import term

MEDIA_TYPE = "text/tab-separated-values"
_LONGEST = 1 << 24
"""Characters that a row may have."""

# SPARQL 1.1 Query Results TSV section 4: terms as in Turtle, https://www.w3.org/TR/turtle/#sec-grammar
_UCHAR = r"\\u[0-9A-Fa-f]{4}|\\U[0-9A-Fa-f]{8}"
_IRI = rf"<((?:[^\x00-\x20<>\"{{}}|^`\\]|{_UCHAR})*)>"
_ESCAPE = rf"\\[tbnrf\"'\\]|{_UCHAR}"
_TEXT = rf"\"((?:[^\"\\\t\n\r]|{_ESCAPE})*)\"|'((?:[^'\\\t\n\r]|{_ESCAPE})*)'"
_TAG = r"@[a-zA-Z]+(?:-[a-zA-Z0-9]+)*"
_NUMBER = r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?|true|false"
_BLANK = r"_:([^\s<>\"]+)"
_TERM = re.compile(rf"{_IRI}|(?:{_TEXT})(?:{_TAG}|\^\^{_IRI})?|({_NUMBER})|{_BLANK}")
_ESCAPED = re.compile(rf"{_UCHAR}|\\.")
_BY_NUMBER = re.compile(_UCHAR)
_NATURAL = re.compile("[0-9]{1,18}")
_NO_IRI = re.compile(r"[\x00-\x20<>\"{}|^`\\]")


class BadResults(StanceError):
    """Results that are not what their type says."""


def rows_of(pieces: Iterable[bytes], columns: Sequence[str]) -> Iterator[list[str]]:
    """Yield the cells of each row as they are written, for columns that were asked for.

    BadResults for another header, a row of another width, or one that breaks off.
    """
    lines = _lines(pieces)
    header = next(lines, "")
    asked = [f"?{c}" for c in columns]
    if header.split("\t") != asked:
        raise BadResults(f"its first line is {header[:80]!r} and not {'	'.join(asked)!r}")
    for number, line in enumerate(lines, 2):
        cells = line.split("\t")
        if len(cells) != len(asked):
            raise BadResults(f"its line {number} has {len(cells)} columns, not {len(asked)}")
        yield cells


def _lines(pieces: Iterable[bytes]) -> Iterator[str]:
    rest = b""
    for piece in pieces:
        *lines, rest = (rest + piece).split(b"\n")
        for line in lines:
            yield _decoded(line)
        if len(rest) > _LONGEST:
            raise BadResults(f"it has a row of more than {_LONGEST:,} bytes")
    if rest:
        raise BadResults(f"it breaks off in the line {_decoded(rest)[:80]!r}")


def _decoded(line: bytes) -> str:
    try:
        return line.decode().removesuffix("\r")
    except UnicodeDecodeError as error:
        raise BadResults(f"it is not UTF-8: {error.reason}") from None


@lru_cache(maxsize=1 << 16)
def term_of(cell: str) -> Node | None:
    r"""Return the term that a cell holds, None where it is empty; a literal without its datatype.

    >>> term_of('"a \\"b\\""@en')
    rdflib.term.Literal('a "b"')
    >>> term_of("46")
    rdflib.term.Literal('46')
    """
    text = text_of(cell)
    if text is None:
        return None
    if cell.startswith("<"):
        return URIRef(text)
    return BNode(text) if cell.startswith("_:") else Literal(text)


def text_of(cell: str) -> str | None:
    """Return the text of the term that a cell holds; None where it is empty."""
    if not cell:
        return None
    found = _TERM.fullmatch(cell)
    if not found:
        raise BadResults(f"it has {cell[:80]!r} where a term should be")
    iri, text, single, _, number, blank = found.groups()
    if iri is not None:
        return _iri(iri)
    quoted = text if text is not None else single
    return _plain(quoted) if quoted is not None else number or blank


def natural(text: str | None) -> int | None:
    """Return the natural number that a text is in decimal digits; None where it is none.

    >>> natural("0046"), natural("-1"), natural("9" * 5000)
    (46, None, None)
    """
    return int(text) if text and _NATURAL.fullmatch(text) else None


def _iri(written: str) -> str:
    iri = _plain(written) if "\\" in written else written
    if _NO_IRI.search(iri):
        raise BadResults(f"it has {iri[:80]!r} as an IRI")
    return iri


def unescaped(text: str) -> str:
    r"""Return a text with the characters that its \u and \U name.

    >>> unescaped(r"a\u0062\n")
    'ab\\n'
    """
    return _BY_NUMBER.sub(_unescaped, text)


def _plain(written: str) -> str:
    return _ESCAPED.sub(_unescaped, written) if "\\" in written else written


def _unescaped(found: re.Match[str]) -> str:
    escape = found[0]
    if escape[1] not in "uU":
        return _ESCAPES[escape[1]]
    number = int(escape[2:], 16)
    if number > 0x10FFFF or 0xD800 <= number <= 0xDFFF:
        raise BadResults(f"it has {escape!r}, which is no character")
    return chr(number)


_ESCAPES = {"t": "\t", "b": "\b", "n": "\n", "r": "\r", "f": "\f", '"': '"', "'": "'", "\\": "\\"}


def written_iri(iri: str) -> str:
    """Write an IRI into a query.

    >>> written_iri("https://example.org/a")
    '<https://example.org/a>'
    """
    if _NO_IRI.search(iri) or ":" not in iri:
        raise StanceError(f"{iri!r} is no IRI")
    return f"<{iri}>"


def written_text(text: str) -> str:
    r"""Write a text into a query.

    >>> written_text('a "b"')
    '"a \\"b\\""'
    """
    return f'"{_MUST_ESCAPE.sub(_escape, text)}"'


_MUST_ESCAPE = re.compile(r"[\x00-\x1f\"\\\x7f]")


def _escape(found: re.Match[str]) -> str:
    character = found[0]
    return f"\\{character}" if character in '"\\' else f"\\u{ord(character):04X}"


def nquads_term(cell: str) -> str:
    """Write the term that a cell holds as N-Quads do, with its datatype or language.

    >>> print(nquads_term("46"), nquads_term("true"))
    "46"^^<http://www.w3.org/2001/XMLSchema#integer> "true"^^<http://www.w3.org/2001/XMLSchema#boolean>
    """
    found = _TERM.fullmatch(cell)
    if not found:
        raise BadResults(f"it has {cell[:80]!r} where a term should be")
    iri, text, single, datatype, number, _ = found.groups()
    if number is not None:
        return f'"{number}"^^<{term(_kind_of(number))}>'
    if iri is not None or (text is None and single is None):
        return cell
    tag = f"^^<{datatype}>" if datatype else found[0][len(_quoted(found)) :]
    return f'"{escaped(_plain(text if text is not None else single))}"{tag}'


def _quoted(found: re.Match[str]) -> str:
    """Return the quoted text with which a literal begins."""
    return found[0][: max(found.end(2), found.end(3)) - found.start() + 1]


def _kind_of(number: str) -> str:
    if number in ("true", "false"):
        return "xsd:boolean"
    if "e" in number.lower():
        return "xsd:double"
    return "xsd:decimal" if "." in number else "xsd:integer"
