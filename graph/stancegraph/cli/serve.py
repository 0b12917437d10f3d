"""The graph on a port of this machine: for a class, for a program, for a colleague."""

from __future__ import annotations

from datetime import date
from urllib.parse import urlsplit

import click

from stancegraph.cli.common import as_of_option, graph_option
from stancegraph.errors import StanceError


@click.command("serve", epilog="Example: stancegraph serve --sparql")
@click.option("--sparql", "answers_queries", is_flag=True, help="Answer SPARQL queries at /sparql.")
@click.option(
    "--host",
    metavar="ADDRESS",
    default="127.0.0.1",
    show_default=True,
    help="Where to listen; 0.0.0.0 lets everybody on the network read the graph.",
)
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    metavar="N",
    default=3330,
    show_default=True,
    help="The port; 0 takes any that is free.",
)
@click.option(
    "--timeout",
    type=click.FloatRange(min=0, min_open=True, max=86_400),
    metavar="SECONDS",
    default=30.0,
    show_default=True,
    help="How long a query may run; then it is stopped and answered with an error.",
)
@click.option(
    "--max-rows",
    type=click.IntRange(min=1),
    metavar="N",
    default=1_000_000,
    show_default=True,
    help="How many rows an answer may have; a larger one is refused, never cut.",
)
@click.option(
    "--name",
    "names",
    metavar="NAME",
    multiple=True,
    help="Another name by which browsers reach this server; repeatable.",
)
@click.option(
    "--allow-origin",
    "origins",
    metavar="URL",
    multiple=True,
    help="Let pages of this site read the answers, as https://yasgui.org; repeatable.",
)
@graph_option
@as_of_option
def serve_command(
    answers_queries: bool,
    host: str,
    port: int,
    timeout: float,
    max_rows: int,
    names: tuple[str, ...],
    origins: tuple[str, ...],
    graph_name: str,
    as_of: date | None,
) -> None:
    """Serve the graph on this machine: pages, and SPARQL by --sparql.

    At / is the page on which the graph is explored; with --sparql a read-only SPARQL 1.1 endpoint
    is at /sparql and its counts at /.well-known/void. It goes on while the graph is changed, and
    answers from the new state when that is written. Ctrl-C ends it.
    """
    from stancegraph.serve.app import SPARQL, App
    from stancegraph.serve.home import Home
    from stancegraph.serve.limits import Limits
    from stancegraph.serve.pool import Pool
    from stancegraph.serve.server import address_of, is_for_others, listening, run
    from stancegraph.serve.visitors import Visitors

    if graph_name.startswith("sparql:"):
        raise StanceError(
            f"{graph_name!r} is served already, and what changes there would not be seen here; ask "
            "it there, or write its page by 'stancegraph view explore'"
        )
    limits = Limits(seconds=timeout, rows=max_rows)
    visitors = Visitors(
        names=frozenset(name.lower() for name in (*names, host)),
        origins=frozenset(map(_origin, origins)),
    )
    home = Home(graph_name, as_of)
    with listening(host, port) as listener:
        pool = Pool(home, limits, embeds=answers_queries)
        pool.start()
        app = App(pool, home, limits, visitors, answers_queries=answers_queries)
        address = address_of(listener)

        def ready() -> None:
            click.echo(f"serving {home.name} at {address}")
            if answers_queries:
                click.echo(f"SPARQL at {address.rstrip('/')}{SPARQL}")
            if is_for_others(listener):
                click.echo(
                    f"everybody on the network who reaches port {listener.getsockname()[1]} can "
                    "read this graph",
                    err=True,
                )

        run(app, pool, listener, limits, ready=ready)


def _origin(given: str) -> str:
    parts = urlsplit(given)
    if parts.scheme not in ("http", "https") or not parts.netloc or parts.path.strip("/"):
        raise StanceError(f"--allow-origin takes a site as https://example.org, not {given!r}")
    return f"{parts.scheme}://{parts.netloc}".lower()
