"""The endpoint's page for people: a query, its answer, and questions to start from."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from importlib.resources import files
from urllib.parse import urlencode

from jinja2 import Environment, FunctionLoader, StrictUndefined
from markupsafe import Markup
from rcssmin import cssmin

from stancegraph.answer.words import count, sentence
from stancegraph.rdf.sparql import parameters_of, query_text, shipped_queries
from stancegraph.read.debate import DEFAULT
from stancegraph.serve.forms import SOLUTIONS, TRIPLES
from stancegraph.serve.limits import Limits
from stancegraph.serve.question import Shown
from stancegraph.serve.refusal import Refused
from stancegraph.view.page import resource

_SUBTITLE = Markup('A query for what <a href="{}">the pictures and tables</a> do not show')

ROWS = 500
"""How many rows of an answer the page shows."""

EXAMPLE = """\
SELECT ?actor ?stance ?option WHERE {
  ?position a sg:Position ;
    sg:holder ?actor ; sg:polarity ?stance ; sg:option ?option .
} ORDER BY ?option ?stance ?actor LIMIT 100"""
"""What stands in the box before anybody has asked; every graph has an answer to it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """Where the page stands, and what it tells of its graph."""

    name: str
    address: str
    """The endpoint's address."""
    path: str
    """The part of the address behind the host."""
    home: str
    """Where the graph can be explored."""
    void: str
    """Where the counts are."""
    limits: Limits


def page(desk: Desk, text: str | None = None, shown: Shown | Refused | None = None) -> str:
    """Return the page, with a query and its answer or why it has none."""
    is_refused = isinstance(shown, Refused)
    # browsers send the lines of a form with both signs
    text = text.replace("\r\n", "\n") if text else text
    return (
        _environment()
        .get_template("sparql.html")
        .render(
            t={"language": "en"},
            title=f"Ask {desk.name} in SPARQL",
            subtitle=_SUBTITLE.format(desk.home),
            policy=_policy(),
            style=Markup(_style()),
            scripts=(),
            data=None,
            endpoint=desk.path,
            address=desk.address,
            void=desk.void,
            limits=desk.limits,
            text=EXAMPLE if text is None else text,
            rows=min(24, max(8, (text or EXAMPLE).count("\n") + 2)),
            asked=shown is not None,
            refused=f"{sentence(str(shown))}." if is_refused else None,
            shown=None if is_refused else shown,
            verdict=_verdict(shown) if isinstance(shown, Shown) else None,
            files=tuple(_files(desk, text, shown)) if isinstance(shown, Shown) else (),
            questions=_questions(desk.path, desk.name),
            here=_asking(desk.path, query=text) if text else None,
        )
    )


def headers() -> dict[str, str]:
    """Return the headers that go with the page: nothing runs in it, and nobody frames it."""
    return {"Content-Security-Policy": f"{_policy()}; frame-ancestors 'none'"}


def _verdict(shown: Shown) -> str:
    if shown.verdict is not None:
        return "Yes" if shown.verdict else "No"
    what = "triple" if shown.is_graph else "row"
    if not shown.rows:
        return f"No {what}s"
    rows = count(len(shown.rows), what)
    return rows if shown.is_whole else f"The first {rows}"


def _files(desk: Desk, text: str | None, shown: Shown) -> Iterator[tuple[str, str]]:
    """Yield the forms in which the whole answer can be had, and where."""
    forms = TRIPLES if shown.is_graph else SOLUTIONS
    for form in dict.fromkeys(forms.values()):
        yield _FORM_NAMES[form], _asking(desk.path, query=text or "", format=form)


_FORM_NAMES = {
    "json": "JSON",
    "xml": "XML",
    "csv": "CSV",
    "tsv": "TSV",
    "turtle": "Turtle",
    "nt": "N-Triples",
    "rdfxml": "RDF/XML",
    "jsonld": "JSON-LD",
}


@cache
def _questions(path: str, graph: str) -> tuple[tuple[str, str], ...]:
    """Return the shipped questions that suit a graph, and the address at which each is answered.

    Those that can be asked of one actor or option come first. Those that name an option are about
    the shipped debate.
    """
    texts = {question: query_text(name) for name, question in shipped_queries().items()}
    suiting = [q for q, text in texts.items() if graph == DEFAULT or _ONE_OPTION not in text]
    suiting.sort(key=lambda q: not parameters_of(texts[q]))
    return tuple((q, _asking(path, query=_for_the_box(texts[q]))) for q in suiting)


_ONE_OPTION = 'a sg:Option ; dcterms:identifier "'
_HOW_TO_GIVE = re.compile(
    r"^# With (?P<variable>\?\w+): the (?P<what>\w+), as in --with \w+=(?P<value>\S+)$",
    re.MULTILINE,
)


def _for_the_box(text: str) -> str:
    """Return a query that says how a value is given here, not how on the command line."""
    hint = r'# For one \g<what>, write VALUES \g<variable> { "\g<value>" } behind WHERE {'
    return _HOW_TO_GIVE.sub(hint, text)


def _asking(path: str, **parameters: str) -> str:
    return f"{path}?{urlencode(parameters)}"


@cache
def _style() -> str:
    return str(cssmin("\n".join([resource("style.css"), _resource("sparql.css")])))


def _policy() -> str:
    """Return a policy under which the form may ask here, and nothing else happens."""
    digest = b64encode(sha256(_style().encode()).digest()).decode()
    return (
        f"default-src 'none'; style-src 'sha256-{digest}'; img-src data:; base-uri 'none'; "
        "form-action 'self'"
    )


def _resource(name: str) -> str:
    return files("stancegraph.serve").joinpath("templates", name).read_text("utf-8")


def _template(name: str) -> str:
    return resource(name) if name == "base.html" else _resource(name)


@cache
def _environment() -> Environment:
    return Environment(
        loader=FunctionLoader(_template),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
