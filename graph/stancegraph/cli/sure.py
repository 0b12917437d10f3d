"""What would change an answer."""

from __future__ import annotations

from typing import Any

import click

from stancegraph import answer
from stancegraph.answer.sure import DRAWS, HALF_LIVES, MOST_RECORDS
from stancegraph.cli.common import asking, narrowing, weighing
from stancegraph.graph import Graph


@click.command("sure", epilog="Example: stancegraph sure who allied-interception")
@click.argument("question")
@click.argument("names", metavar="[NAME]...", nargs=-1)
@weighing
@asking
@narrowing
@click.option(
    "--half-life",
    "half_lives",
    type=click.FloatRange(min=0, min_open=True),
    metavar="DAYS",
    multiple=True,
    default=HALF_LIVES,
    help="Where pairs are compared, also let a position count half after so many days; "
    f"repeatable.  [default: {', '.join(f'{days:g}' for days in HALF_LIVES)}]",
)
@click.option(
    "--records",
    "most_records",
    type=click.IntRange(min=0),
    default=MOST_RECORDS,
    show_default=True,
    metavar="N",
    help="Leave out at most so many records singly, the latest first.",
)
@click.option(
    "--draws",
    type=click.IntRange(min=1, max=100_000),
    default=DRAWS,
    show_default=True,
    metavar="N",
    help="Draw so many times for the interval of the coders' agreement.",
)
@click.option("--seed", default=0, show_default=True, help="For that interval.")
def sure_command(
    graph: Graph, question: str, names: tuple[str, ...], **asked: Any
) -> answer.Answer[answer.Tried]:
    """Say what would change an answer, and on what it rests most.

    QUESTION is one of these, with its own arguments: who OPTION, position ACTOR, align ACTOR,
    compare ACTOR ACTOR, blocs.

    It is asked again without each source, each single record and each voice that speaks of others;
    without hearsay, unnamed voices, and what is under review, unsure or old. Where pairs are
    compared, older positions also count less. What comes out otherwise is what the answer rests
    on. "Robust" means that all of this leaves it as it is, not that the records are right.

    How far two coders agree is told where an import names them (a column or variable "coder").
    """
    return answer.sure(graph, question, *names, **asked)
