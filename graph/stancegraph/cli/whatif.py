"""The question what might follow from a shift."""

from __future__ import annotations

from typing import Any

import click

from stancegraph import answer
from stancegraph.answer.whatif import SUSCEPTIBILITY
from stancegraph.cli.common import asking, narrowing, tying, weighing
from stancegraph.graph import Graph


@click.command(
    "whatif",
    epilog='Example: stancegraph whatif "usa supports allied-interception"',
)
@click.argument("shifts", metavar="SHIFT...", nargs=-1, required=True)
@click.option(
    "--listen",
    metavar="SOURCE",
    multiple=True,
    help="What tells who listens to whom: records of influence, alliances, agreement on other "
    "options, or the path of a table with the columns from, to, weight ('from' listens to 'to', or "
    "holds on to its own view where both are the same); repeatable, each counts alike.  "
    "[default: records, alliances, agreement]",
)
@click.option(
    "--as",
    "stands_for",
    metavar="GROUP=ACTORS",
    multiple=True,
    help="Whom you take for a group that a record of influence tells of, as in "
    "european-nations=deu,pol or european-nations=eu; repeatable.",
)
@click.option(
    "--silent",
    is_flag=True,
    help="Let those without a position on the option begin in the middle; else they are left out, "
    "for silence is no side.",
)
@click.option(
    "--susceptibility",
    type=click.FloatRange(0, 1),
    default=SUSCEPTIBILITY,
    show_default=True,
    help="With which the film of the steps plays; the numbers go over .2 to .9.",
)
@weighing
@asking
@narrowing
@tying
def whatif_command(
    graph: Graph, shifts: tuple[str, ...], **asked: Any
) -> answer.Answer[answer.Follower]:
    """Who might follow if an actor shifted, under stated assumptions: not a forecast.

    SHIFT is "ACTOR STANCE OPTION", in quotes: the stance is supports, leans-support, undecided,
    leans-oppose or opposes. Several shifts are made at once, all on one option.

    Each actor begins where it stands, from -1 (opposes) to 1 (supports), and listens to others as
    the assumptions have it, which the answer prints. Three models say where that leads: Friedkin
    and Johnsen's, in which each keeps part of what it began with, over all susceptibilities from
    .2 to .9; DeGroot's, in which all listen only; Granovetter's, in which each joins once enough
    others have. The same without the shift stands beside: only the difference is the shift's.

    Read it as an exercise: nobody has observed who listens to whom, and what comes out is what was
    put in. Where all models and susceptibilities agree, it is worth a thought.
    """
    return answer.whatif(graph, *shifts, **asked)
