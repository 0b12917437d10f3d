"""Questions of structure and meaning, in SPARQL."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from stancegraph.cli.common import as_of_option, graph_option
from stancegraph.errors import StanceError

if TYPE_CHECKING:
    import rdflib


@click.command("sparql", epilog="Example: stancegraph sparql --list")
@click.argument("query", required=False)
@click.option("--list", "is_listing", is_flag=True, help="List the shipped queries.")
@click.option("--show", "is_showing", is_flag=True, help="Print the query instead of its answer.")
@click.option(
    "-f",
    "--format",
    "style",
    type=click.Choice(("table", "json", "csv", "markdown")),
    default="table",
    show_default=True,
    help="json and csv are the W3C's formats for query results.",
)
@graph_option
@as_of_option
def sparql_command(
    query: str | None,
    is_listing: bool,
    is_showing: bool,
    style: str,
    graph_name: str,
    as_of: date | None,
) -> None:
    """Ask in SPARQL: a query, a file or a shipped query's name.

    QUERY is the text of a query, a file that holds one, '-' for standard input, or a name from
    --list. It sees the debate, the reference registers and the positions derived for the date
    asked; the prefixes of our context need no PREFIX line. Nothing is changed, nothing is fetched.
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
    _answer(load(graph_name).to_rdf(as_of), text, style)


def _text_of(query: str) -> str:
    from stancegraph.rdf import query_text, shipped_queries

    if query == "-":
        return sys.stdin.read()
    if query in shipped_queries():
        return query_text(query)
    if any(c.isspace() for c in query):
        return query
    if not Path(query).is_file():
        return query_text(query)
    try:
        return Path(query).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise StanceError(f"{query}: cannot be read as UTF-8 text: {error}") from None


def _answer(dataset: rdflib.Dataset, text: str, style: str) -> None:
    from stancegraph import rdf
    from stancegraph.answer.answer import Table
    from stancegraph.answer.words import count
    from stancegraph.cli.render import print_table

    if style in ("json", "csv"):
        click.echo(rdf.results_text(dataset, text, style))
        return
    found = rdf.query(dataset, text)
    if isinstance(found, bool):
        click.echo("yes" if found else "no")
    elif isinstance(found, rdf.Triples):
        click.echo(found.turtle)
    else:
        cells = (tuple("" if c is None else str(c) for c in row) for row in found.rows)
        print_table(Table(count(len(found.rows), "row"), found.columns, tuple(cells)), style)
