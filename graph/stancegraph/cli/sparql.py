"""Questions of structure and meaning, in SPARQL."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Thread
from typing import TYPE_CHECKING, TypeAlias, TypeVar, cast

import click

from stancegraph.cli.common import as_of_option, graph_option, rows_style_option
from stancegraph.errors import StanceError

if TYPE_CHECKING:
    from rdflib import Literal

    from stancegraph.graph import Graph
    from stancegraph.rdf import Table, Triples

T = TypeVar("T")

_Values: TypeAlias = "Mapping[str, Literal]"


@click.command("sparql", epilog="Example: stancegraph sparql who --with option=allied-interception")
@click.argument("query", required=False)
@click.option("--list", "is_listing", is_flag=True, help="List the shipped queries.")
@click.option("--show", "is_showing", is_flag=True, help="Print the query instead of its answer.")
@click.option(
    "--with",
    "values",
    metavar="NAME=VALUE",
    multiple=True,
    help="Give a variable of the query a value, as in actor=pol; repeatable. It is bound, never "
    "pasted into the query.",
)
@rows_style_option("json and csv are the W3C's formats for query results.")
@click.option(
    "--timeout",
    "seconds",
    type=click.FloatRange(min=0, min_open=True),
    metavar="SECONDS",
    help="Give up after so long.  [default: wait, Ctrl-C ends it]",
)
@graph_option
@as_of_option
def sparql_command(
    query: str | None,
    is_listing: bool,
    is_showing: bool,
    values: tuple[str, ...],
    style: str,
    seconds: float | None,
    graph_name: str,
    as_of: date | None,
) -> None:
    """Ask in SPARQL: a query, a file or a shipped query's name.

    QUERY is the text of a query, a file that holds one, '-' for standard input, or a name from
    --list. It sees the debate, the reference registers and the positions derived for the date
    asked; the prefixes of our context need no PREFIX line. Nothing is changed, nothing is fetched.
    Of a large graph's file an index is built once, kept beside it and in step with it.
    """
    from stancegraph.graph import load
    from stancegraph.rdf import shipped_queries

    if is_listing:
        for name, question in shipped_queries().items():
            click.echo(f"{name:34} {question}")
        return
    if query is None:
        raise click.UsageError("name a query, or ask for --list")
    text = _text_of(query)
    if is_showing:
        click.echo(text, nl=False)
        return
    graph = load(graph_name)
    values_of = _bound(graph, text, values)
    _show(_engine(graph, as_of), text, values_of, style, seconds)


def _text_of(query: str) -> str:
    from stancegraph.rdf import query_text, shipped_queries

    if query == "-":
        return sys.stdin.read()
    if query in shipped_queries():
        return query_text(query)
    if any(c.isspace() for c in query):
        return query
    if not Path(query).is_file():
        if Path(query).suffix or Path(query).name != query:
            raise StanceError(f"{query}: there is no such file; --list shows the shipped queries")
        return query_text(query)
    try:
        return Path(query).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise StanceError(f"{query}: cannot be read as UTF-8 text: {error}") from None


def _bound(graph: Graph, text: str, values: Iterable[str]) -> dict[str, Literal]:
    """Read what --with gives; actors and options that a shipped query wants go by any name."""
    from rdflib import Literal

    from stancegraph.rdf.sparql import has_variable, parameters_of

    given = dict(map(_named, values))
    for name in parameters_of(text):
        if name not in given:
            raise StanceError(f"the query asks for {name}: add --with {name}=...")
        if name in ("actor", "option"):
            given[name] = (graph.actor if name == "actor" else graph.option)(given[name]).id
    for name in given:
        if not has_variable(text, name):
            raise StanceError(f"the query has no variable ?{name}, which --with gives a value")
    return {name: Literal(value) for name, value in given.items()}


def _named(given: str) -> tuple[str, str]:
    name, equals, value = given.partition("=")
    if not equals or not name.strip("?"):
        raise StanceError(f"--with takes NAME=VALUE, as in actor=pol, not {given!r}")
    return name.strip().lstrip("?"), value


@dataclass(frozen=True, slots=True)
class _Engine:
    """Whatever answers queries about a graph."""

    query: Callable[[str, _Values], Table | Triples | bool]
    results_text: Callable[[str, str, _Values], str]


def _engine(graph: Graph, as_of: date | None) -> _Engine:
    from stancegraph.rdf import sparql

    if graph.name.startswith("sparql:"):
        from stancegraph.remote.graph import RemoteGraph

        assert isinstance(graph, RemoteGraph)
        there = graph  # an endpoint binds nothing, so values go into the text as terms
        return _Engine(
            lambda text, values: there.query(sparql.filled(text, values), as_of),
            lambda text, form, values: there.results_text(sparql.filled(text, values), form, as_of),
        )
    asked = sparql.queryable(graph, as_of)
    return _Engine(
        lambda text, values: sparql.query(asked, text, values),
        lambda text, form, values: sparql.results_text(asked, text, form, values),
    )


def _show(engine: _Engine, text: str, values: _Values, style: str, seconds: float | None) -> None:
    from stancegraph import rdf
    from stancegraph.answer.answer import Table
    from stancegraph.answer.words import count
    from stancegraph.cli.render import echo, print_table

    if style in ("json", "csv"):
        echo(_within(seconds, lambda: engine.results_text(text, style, values)))
        return
    found = _within(seconds, lambda: engine.query(text, values))
    if isinstance(found, bool):
        click.echo("yes" if found else "no")
    elif isinstance(found, rdf.Triples):
        echo(found.turtle)
    else:
        cells = (tuple("" if c is None else str(c) for c in row) for row in found.rows)
        print_table(Table(count(len(found.rows), "row"), found.columns, tuple(cells)), style)


def _within(seconds: float | None, ask: Callable[[], T]) -> T:
    """Ask beside the main thread, which can so hear Ctrl-C and the clock; no engine hears them."""
    answers: SimpleQueue[tuple[T | None, BaseException | None]] = SimpleQueue()

    def answer() -> None:
        try:
            answers.put((ask(), None))
        except BaseException as error:  # raised again by the one who waits
            answers.put((None, error))

    Thread(target=answer, daemon=True).start()
    try:
        found, error = answers.get(timeout=seconds)
    except Empty:
        raise StanceError(
            f"no answer within {seconds:g} s; ask for less, as by LIMIT, or give --timeout more"
        ) from None
    if error is not None:
        raise error
    return cast("T", found)
