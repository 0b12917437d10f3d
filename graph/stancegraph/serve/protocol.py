"""The SPARQL 1.1 Protocol: from a request of HTTP to a question, or why it is none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, TypeAlias
from urllib.parse import parse_qsl

from stancegraph.serve.forms import media_type_called
from stancegraph.serve.question import Question
from stancegraph.serve.refusal import Refused

if TYPE_CHECKING:
    from werkzeug import Request

METHODS = ("GET", "HEAD", "POST", "OPTIONS")
"""The methods of HTTP that a query can come by, and OPTIONS."""

_FORM, _QUERY, _UPDATE = (
    "application/x-www-form-urlencoded",
    "application/sparql-query",
    "application/sparql-update",
)
_MOST_PARAMETERS = 100

Parameters: TypeAlias = Mapping[str, Sequence[str]]


def question_of(request: Request, query_length: int) -> Question | None:
    """Return the question that a request puts; None where it asks for the endpoint itself.

    Refused for whatever the protocol does not let through, and for updates.
    """
    in_url = _parameters(request.query_string)
    if request.method != "POST":
        return _question(in_url, request, query_length) if in_url else None
    _check_encoding(request)
    if request.mimetype == _FORM:
        return _question(_parameters(request.get_data()), request, query_length)
    if request.mimetype == _QUERY:
        _check_no_update(in_url)
        if "query" in in_url:
            raise Refused(400, "there is a query in the address and one in the body; send one")
        text = _decoded(request.get_data())
        return _question({**in_url, "query": [text]}, request, query_length)
    if request.mimetype == _UPDATE:
        raise _no_updates()
    sent = repr(request.mimetype) if request.mimetype else "a body without a Content-Type"
    raise Refused(415, f"a query is posted as {_FORM} or {_QUERY}, not as {sent}")


def _question(sent: Parameters, request: Request, query_length: int) -> Question:
    _check_no_update(sent)
    queries = sent.get("query", ())
    if not queries:
        raise Refused(400, "the request has no parameter 'query'")
    if len(queries) > 1:
        raise Refused(400, f"the request has {len(queries)} queries; send one at a time")
    if not queries[0].strip():
        raise Refused(400, "the query is empty")
    if len(queries[0]) > query_length:
        raise Refused(
            413 if request.method == "POST" else 414,
            f"the query has {len(queries[0]):,} characters; {query_length:,} is the limit",
        )
    return Question(
        text=queries[0],
        default_graphs=tuple(sent.get("default-graph-uri", ())),
        named_graphs=tuple(sent.get("named-graph-uri", ())),
        accept=_accept(sent, request),
    )


def _accept(sent: Parameters, request: Request) -> str:
    """Return which forms are welcome: what `format` names, for a link cannot set Accept."""
    named = sent.get("format", ())
    return media_type_called(named[0]) if named else request.headers.get("Accept", "*/*")


def _parameters(encoded: bytes) -> Parameters:
    try:
        pairs = parse_qsl(
            encoded.decode("utf-8"),
            keep_blank_values=True,
            errors="strict",
            max_num_fields=_MOST_PARAMETERS,
        )
    except UnicodeDecodeError:
        raise _no_utf8() from None
    except ValueError:
        raise Refused(400, f"more than {_MOST_PARAMETERS} parameters are too many") from None
    found: dict[str, list[str]] = {}
    for name, value in pairs:
        found.setdefault(name, []).append(value)
    return found


def _decoded(body: bytes) -> str:
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        raise _no_utf8() from None


def _check_encoding(request: Request) -> None:
    charset = request.mimetype_params.get("charset", "utf-8")
    if charset.lower() not in ("utf-8", "utf8", "us-ascii"):
        raise Refused(415, f"a query is sent as UTF-8, not as {charset!r}")
    if (coding := request.headers.get("Content-Encoding", "identity")) != "identity":
        raise Refused(415, f"a query is sent as it is, not as {coding!r}")


def _check_no_update(sent: Parameters) -> None:
    if "update" in sent or "using-graph-uri" in sent or "using-named-graph-uri" in sent:
        raise _no_updates()


def _no_updates() -> Refused:
    return Refused(
        403,
        "this endpoint answers queries and changes nothing; records change by 'stancegraph add'",
    )


def _no_utf8() -> Refused:
    return Refused(400, "the query is not UTF-8")
