"""The questions about what could be agreed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from stancegraph.answer.answer import Answer
from stancegraph.answer.bundles import bundles
from stancegraph.answer.bundling import BY, MOST, SECONDS, Bundling, By, Pairing
from stancegraph.answer.compromise import MOST as MOST_CANDIDATES
from stancegraph.answer.compromise import compromise
from stancegraph.answer.gap import gap
from stancegraph.answer.two_camps import Candidate
from stancegraph.answer.tying import Tying
from stancegraph.answer.unanimity import Stand
from stancegraph.cli.common import asking, narrowing, weighing
from stancegraph.graph import Graph
from stancegraph.measure.agreement import MINIMUM_SHARED

if TYPE_CHECKING:
    from stancegraph.measure.backbone import Correction


@click.command("gap", epilog="Example: stancegraph gap allied-interception")
@click.argument("option")
@click.option(
    "--among",
    metavar="ACTOR",
    help="The alliance or institution whose members must agree.  [default: the debate's alliance, "
    "else the states and organisations with a position on it]",
)
@weighing
@asking
@narrowing
def gap_command(graph: Graph, option: str, **asked: Any) -> Answer[Stand]:
    """What stands between an option and unanimity.

    Who opposes it, who is undecided and who is silent; their reasons, conditions and limits; what
    is said that speaks to their reasons; and on which options next to it they stand better.
    Silence is not consent, and a reason that somebody else tells is marked as hearsay. Which
    record answers which reason is not in the data: they are listed side by side.
    """  # noqa: D401 - the question, as it stands in the list of commands
    return gap(graph, option, **asked)


@click.command("bundles", epilog="Example: stancegraph bundles -g un.duckdb --filter session=73")
@click.option(
    "--actors",
    metavar="NAMES",
    help="By these holders only, with commas between; an alliance stands for its members too.",
)
@click.option(
    "--kind",
    "kinds",
    metavar="KIND",
    multiple=True,
    help="By holders of this kind only, as in person or country; repeatable.  "
    "[default: countries and organisations]",
)
@click.option(
    "--by",
    type=click.Choice(tuple(BY)),
    default="phi",
    show_default=True,
    help="phi: the correlation of the holders' levels, which takes out that nearly all back most. "
    "net: holders on the same side less those on opposite sides.",
)
@click.option(
    "--min-shared",
    type=click.IntRange(min=1),
    default=MINIMUM_SHARED,
    show_default=True,
    help="Below so many shared holders two options are not compared.",
)
@click.option(
    "--most",
    type=click.IntRange(min=2, max=120),
    default=MOST,
    show_default=True,
    help="Compare so many options at most: those that divide most.",
)
@click.option(
    "--correction",
    type=click.Choice(("holm", "benjamini-hochberg", "none")),
    default="holm",
    show_default=True,
    help="How p is corrected for the many pairs that are tested.",
)
@click.option(
    "--alpha",
    type=click.FloatRange(min=0, max=1, min_open=True),
    default=0.05,
    show_default=True,
    help="A pair stands out whose corrected p is at most this.",
)
@click.option("--seed", default=0, show_default=True, help="For the search of bundles.")
@click.option(
    "--seconds",
    type=click.FloatRange(min=0),
    default=SECONDS,
    show_default=True,
    help="How long the proof that no other bundles fit better may take.",
)
@weighing
@asking
@narrowing
def bundles_command(
    graph: Graph,
    *,
    actors: str | None,
    kinds: tuple[str, ...],
    by: By,
    min_shared: int,
    most: int,
    correction: Correction,
    alpha: float,
    seed: int,
    seconds: float,
    **asked: Any,
) -> Answer[Pairing]:
    """Which options travel together.

    Two options travel together where those who hold both stand on one side of them, and part where
    they stand on opposite sides. Bundles are options that travel together; who is for all of one,
    as far as it is on record, carries it. For users of Discourse Network Analyzer: the congruence
    network of concepts. With too few shared holders it is "too thin", and what single actors
    combine is listed. That options travel together does not say why.
    """
    names = tuple(n.strip() for n in (actors or "").split(",") if n.strip())
    bundling = Bundling(
        by=by,
        min_shared=min_shared,
        most=most,
        correction=correction,
        alpha=alpha,
        seed=seed,
        seconds=seconds,
    )
    return bundles(graph, tying=Tying(actors=names, kinds=kinds), bundling=bundling, **asked)


@click.command(
    "compromise",
    epilog="Example: stancegraph compromise f16-in-russia us-weapons-in-russia",
)
@click.argument("first", metavar="OPTION")
@click.argument("second", metavar="OPTION")
@click.option(
    "--most",
    type=click.IntRange(min=1),
    default=MOST_CANDIDATES,
    show_default=True,
    help="Give so many other options at most, the most promising first.",
)
@weighing
@asking
@narrowing
def compromise_command(graph: Graph, first: str, second: str, **asked: Any) -> Answer[Candidate]:
    """What could carry the camps of two options.

    Who is for which of the two; which other option on record somebody of each camp is for and
    nobody of either is against, or what comes nearest to that; the limits and conditions on record
    on either; and who might trade. Options narrower or broader than the two, or of their issue,
    come before others. Silence is counted as unknown, never as consent, and that both camps are
    for a third option does not say that it settles what parts them.
    """  # noqa: D401 - the question, as it stands in the list of commands
    return compromise(graph, first, second, **asked)
