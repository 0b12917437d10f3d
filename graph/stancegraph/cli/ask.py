"""The questions."""

from __future__ import annotations

from typing import Any

import click

from stancegraph import answer
from stancegraph.cli.common import asking, asking_by_engine, measuring, narrowing, weighing
from stancegraph.graph import Graph


@click.command("who", epilog="Example: stancegraph who allied-interception")
@click.argument("option")
@weighing
@asking_by_engine
def who_command(graph: Graph, option: str, **asked: Any) -> answer.Answer[answer.Standing]:
    """Who backs, hedges on or opposes an option, and who is silent.

    OPTION is an option's slug or an unambiguous part of its name. Own words and deeds are told
    apart from hearsay; positions on narrower options stand beside, under their own names.
    """
    return answer.who(graph, option, **asked)


@click.command("align", epilog="Example: stancegraph align pol")
@click.argument("actor")
@weighing
@asking_by_engine
@measuring
@narrowing
def align_command(graph: Graph, actor: str, **asked: Any) -> answer.Answer[answer.Alignment]:
    """Who stands with an actor, nearest first.

    ACTOR is a slug, ISO code, name or alias ("pol", "PL", "Poland", "Warsaw"). Agreement is the
    share of shared options with both on the same side; below three of them it is "insufficient",
    and what they do share is listed.
    """
    return answer.align(graph, actor, **asked)


@click.command("compare", epilog="Example: stancegraph compare pol deu")
@click.argument("first", metavar="ACTOR")
@click.argument("second", metavar="ACTOR")
@weighing
@asking_by_engine
@measuring
@narrowing
@click.option(
    "--bootstrap",
    "draws",
    type=click.IntRange(min=0, max=100_000),
    default=0,
    metavar="N",
    help="Also draw the documents again N times, and say where the measure lies then.",
)
@click.option("--seed", default=0, show_default=True, help="For the bootstrap.")
def compare_command(
    graph: Graph, first: str, second: str, **asked: Any
) -> answer.Answer[answer.SharedOption]:
    """Two actors, option by option.

    Where they agree, where they differ, and on what only one of them has spoken.
    """
    return answer.compare(graph, first, second, **asked)


@click.command("closer", epilog="Example: stancegraph closer hun pol deu")
@click.argument("actor")
@click.argument("first", metavar="ACTOR")
@click.argument("second", metavar="ACTOR")
@weighing
@asking
@narrowing
def closer_command(
    graph: Graph, actor: str, first: str, second: str, **asked: Any
) -> answer.Answer[answer.Nearness]:
    """Which of two actors a third agrees with more, and how sure that is.

    The first ACTOR is whose side is asked about, the two others are to choose from.
    """
    return answer.closer(graph, actor, first, second, **asked)


@click.command("channels", epilog="Example: stancegraph channels pol deu")
@click.argument("first", metavar="ACTOR")
@click.argument("second", metavar="ACTOR")
@weighing
@asking
@narrowing
def channels_command(
    graph: Graph, first: str, second: str, **asked: Any
) -> answer.Answer[answer.Channel]:
    """Whether two actors agree alike in speech, action and vote.

    Each from its own records alone, hearsay left out.
    """
    return answer.channels(graph, first, second, **asked)


@click.command("cohesion", epilog="Example: stancegraph cohesion nato --by option")
@click.argument("organization")
@click.option(
    "--by",
    type=click.Choice(("all", "year", "option")),
    default="all",
    show_default=True,
    help="Over all options, by the year of the positions, or option by option.",
)
@click.option("--option", metavar="OPTION", help="On this option only.")
@click.option("--seed", default=0, show_default=True, help="For the bootstrap interval.")
@weighing
@asking
@narrowing
def cohesion_command(
    graph: Graph, organization: str, **asked: Any
) -> answer.Answer[answer.Cohesion]:
    """How far the members of an organisation stand together.

    Who was a member on the day of a position counts.
    """
    return answer.cohesion(graph, organization, **asked)


@click.command("position", epilog="Example: stancegraph position usa")
@click.argument("actor")
@weighing
@asking
def position_command(graph: Graph, actor: str, **asked: Any) -> answer.Answer[answer.Held]:
    """Every option on which an actor has a position.

    Which, on whose word, since when, how sure, and where it moved.
    """
    return answer.position(graph, actor, **asked)


@click.command("evidence", epilog="Example: stancegraph evidence --actor pol")
@click.argument("ids", metavar="[RECORD]...", nargs=-1)
@click.option("--actor", metavar="ACTOR", help="Records of or about this actor.")
@click.option("--option", metavar="OPTION", help="Records on this option.")
@asking
def evidence_command(graph: Graph, **asked: Any) -> answer.Answer[answer.Citation]:
    """Show the records: who said it, in what capacity, when, where.

    Each with its speaker, capacity, mode, date or bounds, source, paragraph and our paraphrase.
    """
    return answer.evidence(graph, **asked)


@click.command("dissent", epilog="Example: stancegraph dissent")
@weighing
@asking
def dissent_command(graph: Graph, **asked: Any) -> answer.Answer[answer.Dissent]:
    """Voices that part from their country; contested positions.

    Persons inside a country who hold another side than it does, and positions on which records
    disagree.
    """
    return answer.dissent(graph, **asked)


@click.command("options", epilog="Example: stancegraph options")
@weighing
@asking
def options_command(graph: Graph, **asked: Any) -> answer.Answer[answer.Tally]:
    """All options, support and opposition counted.

    The most divisive come first: those with the largest share of pairs of states and
    organisations on opposite sides.
    """
    return answer.options(graph, **asked)


@click.command("trace", epilog="Example: stancegraph trace pol allied-interception")
@click.argument("actor")
@click.argument("option")
@weighing
@asking
def trace_command(
    graph: Graph, actor: str, option: str, **asked: Any
) -> answer.Answer[answer.Step]:
    """Show the chain of records behind one position.

    In order, with the tier of each record, its part in the answer, and the rule that decided.
    """
    return answer.trace(graph, actor, option, **asked)
