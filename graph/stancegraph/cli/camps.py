"""Commands on blocs: which there are, and who stands apart from them."""

from __future__ import annotations

from typing import Any

import click

from stancegraph.answer import Answer, Apart, Member, blocs, outliers
from stancegraph.cli.common import asking, narrowing, tying, weighing
from stancegraph.graph import Graph
from stancegraph.measure.partition import SECONDS, STARTS

draws_option = click.option(
    "--draws",
    type=click.IntRange(min=0, max=10_000),
    metavar="N",
    help="Draw the evidence again N times, to say how sure it is; 0 for not at all.  "
    "[default: 100; beyond 200,000 positions 20]",
)
seed_option = click.option(
    "--seed",
    type=click.IntRange(min=0),
    default=0,
    show_default=True,
    help="Draws by chance start from it: the same seed, the same answer.",
)
starts_option = click.option(
    "--starts",
    type=click.IntRange(min=1, max=10_000),
    default=STARTS,
    show_default=True,
    metavar="N",
    help="Let the search for blocs climb from so many beginnings.",
)
seconds_option = click.option(
    "--seconds",
    type=click.FloatRange(min=0),
    default=SECONDS,
    show_default=True,
    metavar="S",
    help="Seek a proof that no division is better for so many seconds at most.",
)


@click.command("blocs", epilog="Example: stancegraph blocs -g un.duckdb --ties chance")
@click.option(
    "--blocs",
    "at_most",
    type=click.IntRange(min=1),
    metavar="K",
    help="Into at most K blocs.  [default: as many as fit best]",
)
@draws_option
@starts_option
@seconds_option
@seed_option
@weighing
@asking
@narrowing
@tying
def blocs_command(graph: Graph, **asked: Any) -> Answer[Member]:
    """Which coalitions there are, who is at their core, what defines them.

    Actors are divided so that the fewest and weakest ties contradict it: foes in one bloc, friends
    in two. How many blocs there are comes out of that. Core is who stays with the rest of its bloc
    when the evidence is drawn again, at least four times in five; the others are its fringe. Who
    shares too few options with anybody is in no bloc.

    A bloc is who agrees on record on these options: no alliance, no plan and no forecast.
    """
    return blocs(graph, **asked)


@click.command("outliers", epilog="Example: stancegraph outliers -g un.duckdb --actors nato")
@draws_option
@seconds_option
@seed_option
@weighing
@asking
@narrowing
@tying
def outliers_command(graph: Graph, **asked: Any) -> Answer[Apart]:
    """Who is the odd one out: far from its own bloc, or from all.

    The mean tie of each actor with its bloc, as 'blocs' finds them, is set against those of the
    others: z says how far below the middle it is. An outlier is below -3.5 and stays below the
    median of the others when the evidence is drawn again. Beside it the options on which it stood
    alone, or almost.

    With --actors those named are the bloc: 'outliers --actors nato' asks who is the odd one out in
    NATO. To stand out says nothing of who is right.
    """
    return outliers(graph, **asked)
