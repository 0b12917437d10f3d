"""The questions about how a network hangs together: balance, brokers, backbone."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

import click

from stancegraph import answer
from stancegraph.answer.backbone import ALPHA, BACKBONES, CORRECTIONS
from stancegraph.answer.balancing import SECONDS
from stancegraph.answer.brokering import BLOCS
from stancegraph.cli.common import asking, narrowing, tying, weighing
from stancegraph.cli.render import show
from stancegraph.errors import StanceError
from stancegraph.graph import Graph
from stancegraph.scope import filters_of

_OF_A_FILE = ("signed_edges", "where", "weighted", "seconds", "style", "output")
"""What can be said beside a file of signed edges."""


def _or_of_a_file(command: Callable[..., None]) -> Callable[..., None]:
    """Let a command be asked of a file of signed edges instead of a graph."""

    @wraps(command)
    def run(signed_edges: str | None, where: tuple[str, ...], **asked: Any) -> None:
        if signed_edges is None:
            if where:
                raise StanceError("--where chooses rows of --signed-edges FILE: give that too")
            command(**asked)
            return
        _check_no_graph(click.get_current_context())
        from stancegraph.read.signed_edges import load_signed_edges

        edges = load_signed_edges(signed_edges, filters_of(where))
        found = answer.balance_of(edges, weighted=asked["weighted"], seconds=asked["seconds"])
        show(found, asked["style"], asked["output"])

    return run


def _check_no_graph(context: click.Context) -> None:
    """Refuse options that narrow a graph where none is asked."""
    source = click.core.ParameterSource.COMMANDLINE
    for option in context.command.params:
        name = option.name or ""
        if name not in _OF_A_FILE and context.get_parameter_source(name) is source:
            raise StanceError(
                f"{option.opts[0]} is about a graph, and --signed-edges asks a file instead: leave "
                "one of them out; rows of the file are chosen by --where"
            )


@click.command(
    "balance",
    epilog="Example: stancegraph balance --signed-edges windows.csv --where window=46-49",
)
@click.option(
    "--signed-edges",
    metavar="FILE",
    help="Ask this table instead of a graph: columns from, to and sign (1 friends, -1 foes, or a "
    "weight); '-' is standard input.",
)
@click.option(
    "--where",
    metavar="COLUMN=VALUE",
    multiple=True,
    help="Of --signed-edges, only rows with this value; repeatable: values of one column are "
    "alternatives.",
)
@click.option(
    "--weighted",
    is_flag=True,
    help="Show the sides and odd ties that weigh least, rather than those that are fewest.",
)
@click.option(
    "--seconds",
    type=click.FloatRange(min=0),
    default=SECONDS,
    show_default=True,
    help="How long each of the two indices, counted and weighted, may be sought exactly, so twice "
    "as long in all; beyond, what was found is an upper bound and is called so.",
)
@_or_of_a_file
@weighing
@asking
@tying
@narrowing
def balance_command(graph: Graph, **asked: Any) -> answer.Answer[answer.OddTie]:
    """Whether the enemy of an enemy is a friend here, and who strains that.

    Three are balanced where all are friends, or two are friends with a common foe. Triangle balance
    is the share of such triangles; frustration the least number of ties that two sides do not
    explain, the odd ties, exact unless it says "upper bound". They rank networks differently, so
    all are shown. Odd ties are where two sides do not fit, not mistakes of anybody.
    """
    return answer.balance(graph, **asked)


@click.command(
    "brokers",
    epilog="Example: stancegraph brokers -g votes.duckdb --filter session=73 --by nato,eu",
)
@click.option(
    "--by",
    "--groups",
    "by",
    metavar="GROUPS",
    default=BLOCS,
    show_default=True,
    help="Between which groups: blocs, as the agreement makes them; kind of actor; or "
    "organisations, as in nato,eu: members of the same ones are a group.",
)
@click.option(
    "--seed",
    type=click.IntRange(min=0),
    default=0,
    show_default=True,
    help="For the search for blocs and the draws of chance.",
)
@weighing
@asking
@tying
@narrowing
def brokers_command(graph: Graph, **asked: Any) -> answer.Answer[answer.Broker]:
    """Who stands between blocs, and between those who do not agree.

    A broker is a friend of two who are not friends of each other. Five roles say between whom:
    within its group, between two of another, from its group to another, or between two others;
    each beside what chance would give. Betweenness is how many shortest ways of friends lead
    through an actor. Who could carry a message need not want to.
    """
    return answer.brokers(graph, **asked)


@click.command(
    "backbone", epilog="Example: stancegraph backbone -g votes.duckdb --filter session=73"
)
@click.option(
    "--by",
    type=click.Choice(tuple(BACKBONES)),
    default="sdsm",
    show_default=True,
    help="sdsm: two are on one side more, or less, often than by chance, given how often each "
    "takes sides and how many take each side. disparity: a tie is strong among all of an actor.",
)
@click.option(
    "--alpha",
    type=click.FloatRange(min=0, max=1, min_open=True, max_open=True),
    default=ALPHA,
    show_default=True,
    help="Keep ties with an adjusted p of at most this.",
)
@click.option(
    "--correction",
    type=click.Choice(tuple(CORRECTIONS)),
    default="holm",
    show_default=True,
    help="For so many tests: holm bounds the chance of any false tie, benjamini-hochberg the share "
    "of false ones among those kept.",
)
@weighing
@asking
@tying
@narrowing
def backbone_command(graph: Graph, **asked: Any) -> answer.Answer[answer.KeptTie]:
    """Which ties are more than noise.

    Two who take sides often, on options on which nearly all agree, are on one side often by chance
    alone. Kept are the pairs whom chance explains badly: friends that are together more often than
    it would have them, foes that are less often. What is not kept may be true; it is not shown by
    these records.
    """
    return answer.backbone(graph, **asked)
