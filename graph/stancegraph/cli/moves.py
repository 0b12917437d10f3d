"""How positions move: who changed, what is new, what is old, and when a line broke."""

from __future__ import annotations

from datetime import date
from typing import Any

import click

from stancegraph import answer
from stancegraph.cli.common import Day, asking, narrowing, weighing
from stancegraph.graph import Graph
from stancegraph.measure.change_points import SHORTEST
from stancegraph.positions import RULES

_actor_option = click.option(
    "--actor", metavar="ACTOR", help="Only this actor; an alliance stands for its members too."
)
_option_option = click.option("--option", metavar="OPTION", help="Only on this option.")


@click.command("shifts", epilog="Example: stancegraph shifts --actor usa")
@_actor_option
@_option_option
@weighing
@asking
@narrowing
def shifts_command(graph: Graph, **asked: Any) -> answer.Answer[answer.Shift]:
    """Who changed on what, from where to where, and when.

    Positions are derived on each day on which something became known, so that several moves of one
    actor come out. Changes of side come first, then who became firmer or softer, then changed
    conditions and limits. Where the dates leave open which record is the later, no change is
    claimed.

    The change lies between the records "last before" and "first after". "Shown by" says whose they
    are: the actor's own before and after ("itself"), another voice of the same actor, or others'
    word ("hearsay"): then the change may be one of our knowledge only. "Order" is who moved first
    on the option: order in time, which does not say why.

    Where each option is voted once, as a roll call is, nobody can change on it: ask change-points
    and diff.
    """
    return answer.shifts(graph, **asked)


@click.command("diff", epilog="Example: stancegraph diff 2024-05-29 2024-06-02")
@click.argument("first", metavar="D1", type=Day())
@click.argument("second", metavar="D2", type=Day())
@_actor_option
@weighing
@asking
@narrowing
def diff_command(
    graph: Graph, first: date, second: date, **asked: Any
) -> answer.Answer[answer.Difference]:
    """Say what changed between two days, and what only became known.

    D1 and D2 are days, or months or years of which the last day counts; D1 is the earlier. Named
    are new positions, changes of side, what became firmer or softer, lapsed, contested or stale,
    and pairs of actors that agree more or less than before. What is "new" surely came about in
    between; "newly known" may be older than D1, and was only published after it.

    Of very many votes new positions are counted by actor, and the pairs whose agreement in between
    differs most from that before are named.
    """
    return answer.diff(graph, first, second, **asked)


for _option in diff_command.params:
    # D1 and D2 are its days: these are refused with a word on why, and not offered.
    if isinstance(_option, click.Option) and _option.name in ("as_of", "until"):
        _option.hidden = True


@click.command("stale", epilog="Example: stancegraph stale --as-of 2025-06-01")
@click.option(
    "--days",
    type=click.IntRange(min=0),
    default=RULES.stale_after_days,
    show_default=True,
    metavar="N",
    help="Stale is what is older than so many days; the rule set's number unless given.",
)
@_actor_option
@_option_option
@weighing
@asking
@narrowing
def stale_command(graph: Graph, **asked: Any) -> answer.Answer[answer.Stale]:
    """Which positions rest on old evidence, and which to check first.

    The age is that of the deciding record on the day asked about, counted from the latest day that
    it can be of. That day is the last record's unless --as-of gives another: before a meeting,
    give today's date. To check first is what matters: where records of the actor disagree
    ("contested"), where states or bodies stand on both sides ("divided"), and who could by turning
    end the majority of its side ("decisive").

    Of very many votes the latest vote of each actor is given.
    """
    return answer.stale(graph, **asked)


@click.command(
    "change-points", epilog="Example: stancegraph change-points usa us-weapons-in-russia"
)
@click.argument("actor")
@click.argument("option", required=False)
@click.option(
    "--with",
    "other",
    metavar="ACTOR",
    help="Instead of a stance, the agreement with this actor, option by option in time.",
)
@click.option(
    "--by",
    type=click.Choice(("day", "month", "year")),
    help="What is averaged to one point; records of one day have no order.  [default: day; year "
    "for agreement over very many options]",
)
@click.option(
    "--shortest",
    type=click.IntRange(min=1),
    default=SHORTEST,
    show_default=True,
    metavar="N",
    help="A stretch between breaks has at least so many points.",
)
@weighing
@asking
@narrowing
def change_points_command(
    graph: Graph, actor: str, option: str | None, **asked: Any
) -> answer.Answer[answer.Break]:
    """Whether an actor's line broke, and when, where there is enough to tell.

    The line is ACTOR's own dated stances on OPTION, by default the option on which it spoke on most
    days; or, with --with, its agreement with another actor. It takes eight points: with fewer the
    first and the last stance are given with their dates.

    Breaks divide the series into stretches of one level, as many as Schwarz's criterion prefers. In
    noise one is found about one time in ten, and a slow drift is shown as steps: it is where to
    look, not proof of a change of mind.
    """
    return answer.change_points(graph, actor, option, **asked)
