"""Options that the commands share."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from functools import wraps
from typing import Any

import click

from stancegraph.answer import Answer
from stancegraph.cli.render import show
from stancegraph.dates import span
from stancegraph.graph import load
from stancegraph.read.debate import DEFAULT


class Day(click.ParamType[date]):
    """A day, or a month or year of which the last day counts."""

    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """Turn the text into a date."""
        if isinstance(value, date):
            return value
        try:
            return span(value)[1]
        except ValueError:
            self.fail(f"{value!r} is not a date such as 2024-06-02, 2024-06 or 2024", param, ctx)


graph_option = click.option(
    "-g",
    "--graph",
    "graph_name",
    metavar="GRAPH",
    default=DEFAULT,
    show_default=True,
    help="A shipped debate's name, or the path of a debate's file or folder.",
)

as_of_option = click.option(
    "--as-of",
    type=Day(),
    metavar="DATE",
    help="The day to answer for.  [default: the day of the last record]",
)

_OPTIONS = (
    graph_option,
    as_of_option,
    click.option(
        "-f",
        "--format",
        "style",
        type=click.Choice(("table", "json", "csv", "markdown")),
        default="table",
        show_default=True,
        help="How to print the answer; json is a stable contract, see docs/json.md.",
    ),
    click.option(
        "-o",
        "--output",
        type=click.Path(dir_okay=False, allow_dash=True),
        default="-",
        metavar="FILE",
        help="Write to a file instead of the screen.",
    ),
)

_WEIGHING = (
    click.option("--own-words", is_flag=True, help="Leave hearsay out: own words and deeds only."),
    click.option(
        "--roll-up",
        is_flag=True,
        help="Let stances on narrower options count for the broader ones; the answer says so.",
    ),
)


def asking(question: Callable[..., Answer[Any]]) -> Callable[..., None]:
    """Make a question about a graph a command: load the graph, ask, print the answer."""

    @wraps(question)
    def run(graph_name: str, style: str, output: str, **asked: Any) -> None:
        show(question(load(graph_name), **asked), style, output)

    return _with(_OPTIONS, run)


def weighing(command: Callable[..., None]) -> Callable[..., None]:
    """Add the options that choose which stances count."""
    return _with(_WEIGHING, command)


def _with(
    options: Iterable[Callable[[Callable[..., None]], Callable[..., None]]],
    command: Callable[..., None],
) -> Callable[..., None]:
    for option in reversed(list(options)):
        command = option(command)
    return command
