"""Writing a graph to a SPARQL server."""

from __future__ import annotations

import shlex
from datetime import date
from typing import TYPE_CHECKING

import click

from stancegraph.cli.common import as_of_option, graph_option
from stancegraph.errors import StanceError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stancegraph.remote.publish import Plan
    from stancegraph.remote.writing import Writer

_BATCH = 10_000


@click.command("publish", epilog="Example: stancegraph publish http://localhost:7878/query")
@click.argument("url")
@graph_option
@as_of_option
@click.option(
    "--store",
    "way",
    type=click.Choice(("auto", "update", "gsp")),
    default="auto",
    show_default=True,
    help="By SPARQL Update, or by the Graph Store Protocol. auto is update, "
    "unless only --store-url is given.",
)
@click.option(
    "--update-url",
    metavar="URL",
    help="Where updates go.  [default: /update beside a URL that ends in /query or /sparql]",
)
@click.option(
    "--store-url",
    metavar="URL",
    help="Where the graph store is.  [default: /store beside a URL that ends in /query or /sparql]",
)
@click.option(
    "--batch",
    type=click.IntRange(min=1),
    default=_BATCH,
    show_default=True,
    metavar="N",
    help="So many triples are sent at once.",
)
@click.option(
    "--replace",
    "may_replace",
    is_flag=True,
    help="Let your graph take the place of another that is there.",
)
@click.option("--dry-run", is_flag=True, help="Say what would be written, and write nothing.")
def publish_command(
    url: str,
    graph_name: str,
    as_of: date | None,
    way: str,
    update_url: str | None,
    store_url: str | None,
    batch: int,
    *,
    may_replace: bool,
    dry_run: bool,
) -> None:
    """Write the graph to a SPARQL server, in batches that resume.

    URL is where the server is asked. The debate, the reference registers and the positions derived
    for the date asked become named graphs. Until all is there the server says that it is not, and
    nobody who asks by -g sparql:URL takes a part for the whole. Broken off, the same command goes
    on where it was; of a changed graph only what changed is written. Credentials come from the
    environment or netrc, see docs/endpoints.md.
    """
    from stancegraph.graph import load
    from stancegraph.remote.endpoint import Endpoint
    from stancegraph.remote.publish import Publishing, refuse_to_replace

    there = Endpoint(url)
    publishing = Publishing(
        load(graph_name), there, _writer(url, way, update_url, store_url), as_of
    )
    plans = publishing.plan()
    if dry_run:
        click.echo("".join(f"{_said(p)}\n" for p in plans), nl=False)
        return
    if not may_replace:
        refuse_to_replace(there, plans)
    publishing.carry_out(plans, batch, lambda line: click.echo(line, err=True))
    _conclude(url, plans)


def _writer(url: str, way: str, update_url: str | None, store_url: str | None) -> Writer:
    from stancegraph.remote.endpoint import Endpoint
    from stancegraph.remote.publish import writing_url
    from stancegraph.remote.writing import GraphStore, Update

    kind: type[GraphStore | Update]
    if update_url and store_url:
        raise StanceError("it is written by one way; give --update-url or --store-url")
    if (way == "gsp" and update_url) or (way == "update" and store_url):
        other = "--update-url" if update_url else "--store-url"
        raise StanceError(f"--store {way} does not write to {other}; leave one of them out")
    if way == "gsp" or store_url:
        kind, given, name, option = GraphStore, store_url, "store", "--store-url"
    else:
        kind, given, name, option = Update, update_url, "update", "--update-url"
    target = given or writing_url(url, name)
    if not target:
        raise StanceError(f"where {url} is written to is not known; say so by {option}")
    return kind(Endpoint(target))


_WORDS = {
    "kept": "is there already",
    "continued": "goes on after {written:,} triples",
    "changed": "is changed where it differs",
    "written": "is written",
}


def _said(plan: Plan) -> str:
    what = _WORDS[plan.way].format(written=plan.begun.written)
    replaced = f", in place of {plan.present:,}" if plan.replaces else ""
    return f"{plan.aim.graph} {what}: {plan.aim.size:,} triples{replaced}"


def _conclude(url: str, plans: Sequence[Plan]) -> None:
    size = sum(p.aim.size for p in plans)
    if all(p.way == "kept" for p in plans):
        click.echo(f"{url} has all {size:,} triples already; nothing was written", err=True)
    else:
        click.echo(f"{url} has all {size:,} triples", err=True)
    there = shlex.quote(f"sparql:{url}") + f"#{_debate_of(plans)}"
    click.echo(f"ask it: stancegraph options -g {there}", err=True)


def _debate_of(plans: Sequence[Plan]) -> str:
    from stancegraph.rdf.vocabulary import slug_of

    return slug_of(plans[-1].aim.graph)
