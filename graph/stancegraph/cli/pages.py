"""Pages for people."""

from __future__ import annotations

import sys
from datetime import date

import click

from stancegraph.cli.common import as_of_option, graph_option


@click.command("view", epilog="Example: stancegraph view -o skies.html")
@click.option(
    "-o",
    "--output",
    required=True,
    metavar="FILE",
    help="The .html file to write; '-' is the screen.",
)
@click.option(
    "--option", metavar="OPTION", help="The option to open on.  [default: most positions]"
)
@click.option("--title", metavar="TEXT", help="The page's title.  [default: the debate's]")
@graph_option
@as_of_option
def view_command(
    output: str, option: str | None, title: str | None, graph_name: str, as_of: date | None
) -> None:
    """Write the interactive view, one file that works offline.

    Choose an option; actors stand where their own record puts them; a click shows the evidence.
    The file needs no network and no other file.
    """
    from stancegraph.graph import load

    page = load(graph_name).view(option=option, as_of=as_of, title=title)
    if output == "-":
        sys.stdout.buffer.write(page.html.encode())
    else:
        page.save(output)
        click.echo(f"wrote {output}: open it in any browser", err=True)
