"""Whether a graph is what it says it is."""

from __future__ import annotations

from pathlib import Path

import click

from stancegraph.cli.common import output_option, style_option
from stancegraph.cli.render import show
from stancegraph.errors import StanceError


@click.command("verify", epilog="Example: stancegraph verify votes.duckdb --file unga_votes.csv.gz")
@click.argument("graph")
@click.option(
    "--text",
    "texts",
    multiple=True,
    metavar="SOURCE=FILE",
    help="The text of a source: the digests of its paragraphs are compared; repeatable.",
)
@click.option(
    "--file",
    "files",
    multiple=True,
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="A file that was imported: its digest is compared with that on record; repeatable.",
)
@click.option(
    "--shacl/--no-shacl",
    "shapes",
    default=True,
    show_default=True,
    help="Hold the RDF form against the SHACL shapes; of a large graph, a sample.",
)
@style_option("How to print the answer.")
@output_option
@click.pass_context
def verify_command(
    ctx: click.Context,
    graph: str,
    texts: tuple[str, ...],
    files: tuple[Path, ...],
    shapes: bool,
    style: str,
    output: str,
) -> None:
    """Check digests, references, shapes and the log of a graph.

    GRAPH is a shipped debate's name, the path of a debate's file or folder, of a graph's file or
    its folder of Parquet, or sparql:URL. Of a graph's file also what its rows point to, what is
    derived in them and what was imported. What was not checked is named. The exit status is 1 if
    anything is wrong.
    """
    from stancegraph.verify import verify

    answer = verify(graph, texts=dict(map(_text_of, texts)), files=files, shapes=shapes)
    show(answer, style, output)
    if answer.more["problems"]:
        ctx.exit(1)


def _text_of(given: str) -> tuple[str, str]:
    source, equals, file = given.partition("=")
    if not equals or not file:
        raise StanceError(f"--text takes SOURCE=FILE, as in report=report.txt, not {given!r}")
    try:
        return source, Path(file).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise StanceError(f"{file}: cannot be read as UTF-8 text: {error}") from None
