"""Debates as files: validate, list, start, export."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from stancegraph.cli.common import as_of_option, graph_option
from stancegraph.cli.render import echo
from stancegraph.errors import InvalidDebate, StanceError
from stancegraph.write.files import write_file, write_parts

if TYPE_CHECKING:
    from stancegraph.graph import Graph

FORMATS = ("turtle", "trig", "nquads", "jsonld", "graphml", "csv", "yaml", "parquet")


@click.command("check", epilog="Example: stancegraph check my-debate/ --text report=report.txt")
@click.argument("debate")
@click.option(
    "--text",
    "texts",
    multiple=True,
    metavar="SOURCE=FILE",
    help="The text of a source: its paragraphs' digests are compared, and paraphrases that share "
    "eight words in a row with it are found.",
)
@click.option("--shacl", is_flag=True, help="Also hold the RDF form against the SHACL shapes.")
def check_command(debate: str, texts: tuple[str, ...], shacl: bool) -> None:
    """Validate a debate: every error with file, line and remedy.

    DEBATE is a debate's file or folder, or a shipped debate's name. All errors are found in one
    run; the exit status is 1 if there are any.
    """
    from stancegraph.check import summary
    from stancegraph.graph import load

    graph = load(debate)
    problems = [p for text in texts for p in _against_text(debate, text)]
    if shacl:
        from stancegraph.rdf import check_shapes

        problems += check_shapes(graph.to_rdf())
    if problems:
        raise InvalidDebate(problems)
    click.echo(f"{debate}: no problem found ({summary(graph.debate)})")
    for_review = [e.id for e in graph.debate.evidence if e.review]
    if for_review:
        click.echo(f"{len(for_review)} for review: {', '.join(for_review)}")


def _against_text(debate: str, given: str) -> list[str]:
    from stancegraph.read.debate import read_debate
    from stancegraph.source_text import check_text

    name, equals, file = given.partition("=")
    if not equals or not file:
        raise StanceError(f"--text takes SOURCE=FILE, as in report=report.txt, not {given!r}")
    try:
        text = Path(file).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise StanceError(f"{file}: cannot be read as UTF-8 text: {error}") from None
    placed = read_debate(debate)
    return [placed.located(p) for p in check_text(placed.debate, name, text)]


@click.command("debates", epilog="Example: stancegraph debates")
def debates_command() -> None:
    """List the debates that are shipped."""
    from stancegraph.check import summary
    from stancegraph.read.debate import load_debate, shipped_debates

    for name in shipped_debates():
        debate = load_debate(name)
        click.echo(f"{name}  {debate.title}")
        click.echo(f"  {summary(debate)}")


@click.command("new", epilog="Example: stancegraph new my-debate")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
def new_command(folder: Path) -> None:
    """Start a debate: a commented skeleton that passes check.

    DIR must not exist yet, or be empty.
    """
    from importlib.resources import files

    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise StanceError(f"{folder} exists and is not empty; name a new folder")
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StanceError(f"cannot make {folder}: {error.strerror}") from None
    skeleton = files("stancegraph.data") / "skeleton" / "debate.yaml"
    write_file(folder / "debate.yaml", skeleton.read_text(encoding="utf-8"))
    click.echo(f"wrote {folder / 'debate.yaml'}; next: stancegraph check {folder}")


def _export_parquet(graph: Graph, output: str) -> None:
    from stancegraph.store.parquet import rows_of, write_parquet

    if output == "-":
        raise StanceError("Parquet is a folder of files: name a new one, as in -o graph-parquet")
    rows = write_parquet(graph, output)
    stances, records = (rows_of(rows, table) for table in ("stance", "evidence"))
    click.echo(f"wrote {output}: {stances:,} stances of {records:,} records", err=True)


def _streamed(graph: Graph, form: str, as_of: date | None, output: str) -> None:
    """Write RDF record by record, and say on stderr how far it is."""
    from stancegraph.rdf.quads import nquads, turtle

    parts = _told({"nquads": nquads, "turtle": turtle}[form](graph, as_of))
    if output == "-":
        for part in parts:
            sys.stdout.buffer.write(part)
        sys.stdout.buffer.flush()
    else:
        write_parts(output, parts)
        click.echo(f"wrote {output}", err=True)


def _told(parts: Iterable[bytes]) -> Iterator[bytes]:
    size = 0
    for n, part in enumerate(parts, 1):
        size += len(part)
        if n % _TOLD_EVERY == 0:
            click.echo(f"{size / 1e6:,.0f} MB so far", err=True)
        yield part


_TOLD_EVERY = 500
"""After so many parts of about a megabyte."""
STREAMED = ("turtle", "nquads")
"""What can be written record by record."""


@click.command("export", epilog="Example: stancegraph export turtle -o skies.ttl")
@click.argument("form", metavar="FORMAT", type=click.Choice(FORMATS))
@click.option(
    "-o", "--output", default="-", metavar="FILE", help="Where to write; '-' is the screen."
)
@click.option(
    "--stream",
    "is_streamed",
    is_flag=True,
    help="Write turtle or nquads record by record instead of sorted, in little memory however "
    "large the graph is. Graphs of 20,000 stances or more are always written so.",
)
@graph_option
@as_of_option
def export_command(
    form: str, output: str, is_streamed: bool, graph_name: str, as_of: date | None
) -> None:
    """Write the graph as Turtle, TriG, JSON-LD, GraphML or CSV.

    turtle, trig, nquads, jsonld: the whole graph as RDF, positions derived for the date asked.
    graphml: actors and options, stances and positions as edges. csv: one row a stance.
    yaml: the debate's own format, in one file. parquet: all tables, into a new folder, for Spark
    and any reader of Parquet; see docs/parquet.md.
    """
    from stancegraph.graph import load

    graph = load(graph_name)
    if is_streamed and form not in STREAMED:
        raise StanceError(f"--stream writes {' or '.join(STREAMED)}, not {form}; leave it out")
    if form == "parquet":
        _export_parquet(graph, output)
        return
    if form in STREAMED and (is_streamed or graph.is_large):
        _streamed(graph, form, as_of, output)
        return
    match form:
        case "graphml":
            from stancegraph.write.networks import to_graphml

            content = to_graphml(graph, as_of)
        case "csv":
            from stancegraph.write.table import stances_csv

            content = stances_csv(graph)
        case "yaml":
            from stancegraph.write.debate import debate_yaml

            content = debate_yaml(graph.debate)
        case _:
            from stancegraph.rdf import serialize

            content = serialize(graph.to_rdf(as_of), form)
    if output == "-":
        if sys.stdout.isatty():
            echo(content, nl=False)
        else:
            sys.stdout.buffer.write(content.encode())
    else:
        write_file(output, content)
        click.echo(f"wrote {output}", err=True)
