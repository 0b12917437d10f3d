"""Discourse networks."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from stancegraph.cli.common import graph_option
from stancegraph.cli.engine import on_engine
from stancegraph.cli.render import echo
from stancegraph.errors import StanceError
from stancegraph.write.files import write_file

if TYPE_CHECKING:
    from stancegraph.discourse import Wanted
    from stancegraph.graph import Graph

DUPLICATES = ("include", "document", "week", "month", "year", "acrossrange")
KERNELS = ("uniform", "epanechnikov", "triangular", "gaussian")


@click.group("network", epilog="Example: stancegraph network one -o actors.graphml")
def network_command() -> None:
    """Make a discourse network, as DNA does: one-mode or two-mode.

    one: who shares statements with whom. two: who says what. The graph can be a debate, a DNA
    database or a table that was imported.
    """


_SELECTING = (
    click.option(
        "--from", "since", metavar="TIME", help="First time, as 2005-02-02 or 2005-02-02T12:00:00."
    ),
    click.option("--to", "until", metavar="TIME", help="Last time; a bare day is included whole."),
    click.option(
        "--only",
        metavar="VARIABLE=VALUE",
        multiple=True,
        help="Keep only statements with this value; repeatable.",
    ),
    click.option(
        "--without",
        metavar="VARIABLE=VALUE",
        multiple=True,
        help="Leave out statements with this value; repeatable.",
    ),
)

_MAKING = (
    click.option(
        "--rows",
        default="actor",
        show_default=True,
        metavar="VARIABLE",
        help="Whose network: actor, speaker, organization, ...",
    ),
    click.option(
        "--columns",
        default="option",
        show_default=True,
        metavar="VARIABLE",
        help="What they say, or are connected through: option, concept, ...",
    ),
    click.option(
        "--qualifier",
        metavar="VARIABLE",
        help="What tells support from rejection.  [default: agreement or polarity]",
    ),
    click.option(
        "--duplicates",
        type=click.Choice(DUPLICATES),
        default="include",
        show_default=True,
        help="Count the same statement once a document, week, month, year or in all.",
    ),
    *_SELECTING,
    click.option(
        "--at-least",
        metavar="VARIABLE=N",
        multiple=True,
        help="Leave out values with fewer statements than N; repeatable.",
    ),
    click.option("--isolates", is_flag=True, help="Keep rows and columns without ties."),
    click.option(
        "--window",
        metavar="WIDTH",
        help="A network for each place of a moving window, as 3months, 2weeks or 10events.",
    ),
    click.option(
        "--kernel",
        type=click.Choice(KERNELS),
        help="Weigh statements by how far they are from the middle of the window.",
    ),
    click.option(
        "--dna-compatible",
        is_flag=True,
        help="Give the numbers of DNA 3.0 also where they are wrong, to reproduce a publication.",
    ),
    click.option(
        "-o",
        "--output",
        required=True,
        metavar="FILE",
        type=click.Path(dir_okay=False, allow_dash=True),
        help="Where to write: .csv, .graphml, .gexf, .dl, .json or .parquet; '-' prints CSV.",
    ),
    graph_option,
)


def _with(options: Iterable[Callable[..., Any]]) -> Callable[..., Any]:
    def decorate(command: Callable[..., Any]) -> Callable[..., Any]:
        for option in reversed(list(options)):
            command = option(command)
        return command

    return decorate


@network_command.command(
    "one", epilog="Example: stancegraph network one --aggregate subtract -o actors.graphml"
)
@click.option(
    "--aggregate",
    type=click.Choice(("ignore", "congruence", "conflict", "subtract")),
    default="ignore",
    show_default=True,
    help="ignore: say the same things. congruence: on the same side. conflict: on opposite sides. "
    "subtract: congruence less conflict.",
)
@click.option(
    "--normalize",
    type=click.Choice(("no", "average", "jaccard", "cosine")),
    default="no",
    show_default=True,
    help="Divide by how much the two say.",
)
@_with(_MAKING)
@on_engine
def _one(**asked: Any) -> None:
    """Make a network of who shares statements with whom.

    --rows is the actor, --columns what they are connected through.
    """
    _make(is_one_mode=True, **asked)


@network_command.command(
    "two", epilog="Example: stancegraph network two --aggregate subtract -o who-says-what.csv"
)
@click.option(
    "--aggregate",
    type=click.Choice(("ignore", "subtract", "combine")),
    default="ignore",
    show_default=True,
    help="ignore: how often. subtract: support less rejection. combine: 1 only support, 2 only "
    "rejection, 3 both.",
)
@click.option(
    "--normalize",
    type=click.Choice(("no", "activity", "prominence")),
    default="no",
    show_default=True,
    help="activity: divide by what a row says; prominence: by what is said of a column.",
)
@_with(_MAKING)
@on_engine
def _two(**asked: Any) -> None:
    """Make a network of who says what."""
    _make(is_one_mode=False, **asked)


def _make(
    *, output: str, graph: Graph, is_one_mode: bool, window: str | None, **asked: Any
) -> None:
    from stancegraph.discourse import Span

    span = Span.of(window) if window else None
    wanted = _wanted(is_one_mode=is_one_mode, span=span, **asked)
    made, in_words = graph.networks(wanted)
    if not made:
        raise StanceError("no window fits between the first and the last statement")
    _say_what_is_not_there(graph.name)
    mode = "one-mode" if is_one_mode else "two-mode"
    if output == "-":
        from stancegraph.write.matrices import network_csv

        click.echo("\n".join(network_csv(m.network) for m in made), nl=False)
        return
    from stancegraph.write.matrices import write_networks

    files = write_networks(made, Path(output))
    network = made[0].network
    ties = int((network.matrix != 0).sum()) // (2 if is_one_mode else 1)
    size = f"{len(network.rows)} x {len(network.columns)}, {ties} ties"
    what = size if len(made) == 1 else f"{len(made)} windows"
    name = output if len(files) == 1 else f"{files[0]} to {files[-1].name}"
    click.echo(f"wrote {name}: {mode}, {what}, {in_words}", err=True)


def _say_what_is_not_there(graph_name: str) -> None:
    if graph_name.startswith("sparql:"):
        click.echo("statements are stances here: variables of an import are not in RDF", err=True)


def _wanted(
    *,
    is_one_mode: bool,
    span: Any,
    rows: str,
    columns: str,
    qualifier: str | None,
    aggregate: str,
    normalize: str,
    duplicates: str,
    at_least: tuple[str, ...],
    only: tuple[str, ...],
    without: tuple[str, ...],
    isolates: bool,
    kernel: str | None,
    **rest: Any,
) -> Wanted:
    from stancegraph.discourse import Wanted
    from stancegraph.measure.discourse import Aggregation, Design, Normalization
    from stancegraph.measure.discourse_kernels import Kernel
    from stancegraph.measure.discourse_statements import Duplicates
    from stancegraph.scope import filters_of

    return Wanted(
        design=Design(rows, columns, qualifier, Aggregation(aggregate), Normalization(normalize)),
        is_one_mode=is_one_mode,
        duplicates=Duplicates(duplicates),
        only=filters_of(only),
        without=filters_of(without),
        at_least=_numbers(at_least),
        has_isolates=isolates,
        window=span,
        kernel=Kernel(kernel) if kernel else None,
        **rest,
    )


def _numbers(texts: Iterable[str]) -> dict[str, int]:
    from stancegraph.scope import filters_of

    found = {}
    for name, values in filters_of(texts).items():
        if not values[-1].isdigit():
            raise StanceError(
                f"--at-least takes VARIABLE=N, as in organization=5, not {values[-1]!r}"
            )
        found[name] = int(values[-1])
    return found


@click.command("event-list", epilog="Example: stancegraph event-list -o statements.csv")
@_with(_SELECTING)
@click.option(
    "-o",
    "--output",
    default="-",
    metavar="FILE",
    type=click.Path(dir_okay=False, allow_dash=True),
    help="Where to write: .csv, .json or .parquet; '-' prints CSV.",
)
@graph_option
def event_list_command(
    since: str | None,
    until: str | None,
    only: tuple[str, ...],
    without: tuple[str, ...],
    output: str,
    graph_name: str,
) -> None:
    """List the coded statements, one row each, in order of time."""
    from stancegraph.graph import load
    from stancegraph.measure.discourse_statements import event_list, select
    from stancegraph.scope import filters_of
    from stancegraph.write.table import to_csv

    table = load(graph_name).statements()
    try:
        table = select(
            table, since=since, until=until, only=filters_of(only), without=filters_of(without)
        )
    except ValueError as error:
        raise StanceError(f"no time such as 2005-02-02 or 2005-02-02T12:00:00: {error}") from None
    _say_what_is_not_there(graph_name)
    rows = event_list(table)
    header = ["statement_id", "time", "document_id", *table.columns]
    suffix = Path(output).suffix.lower()
    if output == "-":
        echo(to_csv(rows, header=header), nl=False)
        return
    if suffix == ".csv":
        write_file(output, to_csv(rows, header=header))
    elif suffix == ".json":
        write_file(output, json.dumps(rows, ensure_ascii=False, indent=1) + "\n")
    elif suffix == ".parquet":
        from stancegraph.write.matrices import rows_parquet

        write_file(output, rows_parquet(rows, header))
    else:
        raise StanceError(f"{output}: event lists are written as .csv, .json or .parquet")
    click.echo(f"wrote {output}: {len(rows):,} statements", err=True)
