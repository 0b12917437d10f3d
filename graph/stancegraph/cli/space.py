"""The questions about camps over time, and about places."""

from __future__ import annotations

from typing import Any

import click

from stancegraph.answer.answer import Answer
from stancegraph.answer.places import BY, FEWEST_STANCES, SECONDS, Place, places
from stancegraph.answer.polarization import CAMPS, DRAWS, STARTS, Window, polarization
from stancegraph.answer.tying import Tying
from stancegraph.cli.common import asking, narrowing, tying, weighing
from stancegraph.graph import Graph


@click.command("polarization", epilog="Example: stancegraph polarization -g un.duckdb --window 5y")
@click.option(
    "--window",
    metavar="LENGTH",
    help="How long a window of time is, as in 30d, 6m or 5y.  [default: a twelfth of the span of "
    "the records, or longer where most windows would be too thin]",
)
@click.option(
    "--step",
    metavar="LENGTH",
    help="How far one window begins after the other.  [default: half a window, or a whole one "
    "where there are many]",
)
@click.option(
    "--camps",
    type=click.IntRange(min=2, max=20),
    default=CAMPS,
    show_default=True,
    help="Into at most so many camps the actors are divided.",
)
@click.option(
    "--by",
    metavar="ORGANISATION",
    help="Take E-I of its members and all others.  [default: of the camps of the whole time]",
)
@click.option(
    "--draws",
    type=click.IntRange(min=0, max=10_000),
    default=DRAWS,
    show_default=True,
    help="How often the evidence of each window is drawn again for the bands; 0 is quick and has "
    "none.",
)
@click.option("--seed", default=0, show_default=True, help="For the search and the draws.")
@click.option(
    "--starts",
    type=click.IntRange(min=1, max=10_000),
    default=STARTS,
    show_default=True,
    help="From so many beginnings the best division is searched for.",
)
@tying
@weighing
@asking
@narrowing
def polarization_command(graph: Graph, **asked: Any) -> Answer[Window]:
    """How far the actors fall apart into camps, over time.

    In each window of time the division is sought that best parts friends from foes. Signed
    modularity says how well that goes: 0 where no division is better than one camp, 0.5 where two
    equal camps are friends within and foes across. Esteban-Ray says how far apart the actors stand
    between the camps, E-I whether friendships lead out of a group. First and last window are
    compared by their bands; it is no trend line and no forecast.
    """
    return polarization(graph, **asked)


@click.command("map", epilog="Example: stancegraph map -g un.duckdb --filter session=73")
@click.option(
    "--dimensions",
    type=click.IntRange(min=1, max=2),
    default=1,
    show_default=True,
    help="A line or a plane.",
)
@click.option(
    "--by",
    type=click.Choice(tuple(BY)),
    help="ca: correspondence analysis, quick, all levels count. irt: ideal points with standard "
    "errors, of one dimension.  [default: irt of a line with at least 10 located actors and 10 "
    "options, and not of more than 300,000 stances, else ca]",
)
@click.option(
    "--anchor",
    metavar="ACTOR",
    help="Who is to be on the right.  [default: the actor with most stances]",
)
@click.option(
    "--fewest",
    type=click.IntRange(min=1),
    default=FEWEST_STANCES,
    show_default=True,
    help="Actors with fewer stances on options that divide are unlocated.",
)
@click.option(
    "--abstaining",
    type=click.Choice(("against", "silent")),
    default="against",
    show_default=True,
    help="What an abstention from a recorded vote is to irt: not for, or no stance.",
)
@click.option(
    "--seconds",
    type=click.FloatRange(min=0),
    default=SECONDS,
    show_default=True,
    metavar="S",
    help="How long irt may search; when time is out there is no map, and the error says what "
    "to ask instead. All votes of the United Nations take half a minute.",
)
@click.option(
    "--actors",
    metavar="NAMES",
    help="These actors only, with commas between; an alliance stands for its members too.",
)
@click.option(
    "--kind",
    "kinds",
    metavar="KIND",
    multiple=True,
    help="Actors of this kind only, as in person or country; repeatable.  "
    "[default: countries and organisations]",
)
@weighing
@asking
@narrowing
def map_command(
    graph: Graph, actors: str | None, kinds: tuple[str, ...], **asked: Any
) -> Answer[Place]:
    """Where everybody stands, on a line or a plane, and what the axis means.

    Who takes the same sides stands at one place. The options that part left from right are listed:
    they are what the axis means, and nothing else is. Places have no unit and are comparable within
    one map only; which end is right is the anchor's choice. Two places are told apart where they
    differ by more than their errors allow (95%).
    """
    names = tuple(n.strip() for n in (actors or "").split(",") if n.strip())
    return places(graph, tying=Tying(actors=names, kinds=kinds), **asked)
