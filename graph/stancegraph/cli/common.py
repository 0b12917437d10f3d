"""Options that the commands share."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from functools import wraps
from typing import Any

import click

from stancegraph.answer import Answer
from stancegraph.answer.measuring import MEASURED, DistanceName, MeasureName, Measuring
from stancegraph.answer.tying import TIES, TieName, Tying
from stancegraph.cli.render import STYLES, show
from stancegraph.dates import span
from stancegraph.errors import StanceError
from stancegraph.graph import Graph, load
from stancegraph.measure.agreement import MINIMUM_SHARED
from stancegraph.read.debate import DEFAULT
from stancegraph.scope import filters_of


class Day(click.ParamType[date]):
    """A day, or a month or year of which the last day counts, or else the first."""

    name = "date"

    def __init__(self, *, first: bool = False) -> None:
        self._end = 0 if first else 1

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """Turn the text into a date."""
        if isinstance(value, date):
            return value
        try:
            return span(value)[self._end]
        except ValueError:
            self.fail(f"{value!r} is not a date such as 2024-06-02, 2024-06 or 2024", param, ctx)


graph_option = click.option(
    "-g",
    "--graph",
    "graph_name",
    metavar="GRAPH",
    default=DEFAULT,
    show_default=True,
    help="A shipped debate's name, the path of a debate's file or folder, of a graph's file or its "
    "folder of Parquet, or sparql:URL.",
)

as_of_option = click.option(
    "--as-of",
    type=Day(),
    metavar="DATE",
    help="The day to answer for.  [default: the day of the last record]",
)


def style_option(help: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Make the option that says how an answer is printed, or what is written to a file."""
    return click.option(
        "-f",
        "--format",
        "style",
        type=click.Choice(STYLES),
        help=f"{help}  [default: what FILE ends in, else table]",
    )


def rows_style_option(help: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Make the option that says how rows are printed of which there is neither page nor picture."""
    return click.option(
        "-f",
        "--format",
        "style",
        type=click.Choice(("table", "json", "csv", "markdown")),
        default="table",
        show_default=True,
        help=help,
    )


output_option = click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, allow_dash=True),
    default="-",
    metavar="FILE",
    help="Write to a file instead of the screen; its ending says what: .html is a page to open or "
    "mail, .svg and .png are its first picture, .json, .csv and .md the answer as such.",
)

_OPTIONS = (
    graph_option,
    as_of_option,
    style_option(
        "How to give the answer; json is a stable contract, see docs/json.md, html a page with its "
        "pictures."
    ),
    output_option,
)

_WEIGHING = (
    click.option("--own-words", is_flag=True, help="Leave hearsay out: own words and deeds only."),
    click.option(
        "--roll-up",
        is_flag=True,
        help="Let stances on narrower options count for the broader ones; the answer says so.",
    ),
)


_NARROWING = (
    click.option(
        "--from",
        "since",
        type=Day(first=True),
        metavar="DATE",
        help="Count only records of this day or later.",
    ),
    click.option(
        "--to", "until", type=Day(), metavar="DATE", help="The same as --as-of.", default=None
    ),
    click.option(
        "--filter",
        "filters",
        metavar="FIELD=VALUE",
        multiple=True,
        help="Count only these records, as in kind=vote or, of UN votes, body=GA; repeatable: "
        "values of one field are alternatives.",
    ),
)

_MEASURING = (
    click.option(
        "--measure",
        type=click.Choice(tuple(MEASURED)),
        default="agreement",
        show_default=True,
        help="agreement: same side. coincidence: half agreement counts half. s: Signorino and "
        "Ritter. kappa, pi, alpha: corrected for chance.",
    ),
    click.option(
        "--distance",
        type=click.Choice(("nominal", "absolute", "squared")),
        help="How far two levels are apart, for s, kappa, pi and alpha.  "
        "[default: absolute for s, else squared]",
    ),
    click.option(
        "--weight",
        metavar="FIELD",
        help="Weigh by 'confidence', or by an attribute of options that holds numbers.",
    ),
    click.option(
        "--half-life",
        type=click.FloatRange(min=0, min_open=True),
        metavar="DAYS",
        help="Let a position count half after so many days.",
    ),
    click.option(
        "--min-shared",
        type=click.IntRange(min=MINIMUM_SHARED),
        default=MINIMUM_SHARED,
        show_default=True,
        help="Below so many shared options the word is insufficient.",
    ),
)


_TYING = (
    click.option(
        "--actors",
        metavar="NAMES",
        help="These actors only, with commas between; an alliance stands for its members too.",
    ),
    click.option(
        "--kind",
        "kinds",
        metavar="KIND",
        multiple=True,
        help="Actors of this kind only, as in person or country; repeatable.  "
        "[default: countries and organisations]",
    ),
    click.option(
        "--ties",
        type=click.Choice(tuple(TIES)),
        default="net",
        show_default=True,
        help="net: options on the same side less those on opposite sides. chance: agreement beyond "
        "chance, where nearly all agree on most, as in votes of the United Nations.",
    ),
    click.option(
        "--min-shared",
        type=click.IntRange(min=1),
        default=MINIMUM_SHARED,
        show_default=True,
        help="Below so many shared options there is no tie.",
    ),
)


def asking(question: Callable[..., Answer[Any]]) -> Callable[..., None]:
    """Make a question about a graph a command: load the graph, ask, print the answer."""

    @wraps(question)
    def run(graph_name: str, style: str | None, output: str, **asked: Any) -> None:
        from stancegraph.store.numbers import blaming

        graph = load(graph_name)
        with blaming(graph):
            answer = question(graph, **asked)
        show(answer, style, output)

    return _with(_OPTIONS, run)


def asking_by_engine(question: Callable[..., Answer[Any]]) -> Callable[..., None]:
    """Make a question a command, as `asking` does, that Spark can answer too."""
    from stancegraph.cli.engine import on_engine

    @wraps(question)
    def run(graph: Graph, style: str | None, output: str, **asked: Any) -> None:
        from stancegraph.store.numbers import blaming

        with blaming(graph):
            answer = question(graph, **asked)
        show(answer, style, output)

    return _with(_OPTIONS, on_engine(run))


def weighing(command: Callable[..., None]) -> Callable[..., None]:
    """Add the options that choose which stances count."""
    return _with(_WEIGHING, command)


def narrowing(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that choose records by date and field."""

    @wraps(command)
    def run(
        *words: Any,
        as_of: date | None,
        since: date | None,
        until: date | None,
        filters: tuple[str, ...],
        **asked: Any,
    ) -> Any:
        if as_of and until:
            raise StanceError("--to and --as-of name the same day: give one of them")
        narrowed = {"as_of": as_of or until, "since": since, "filters": filters_of(filters)}
        return command(*words, **narrowed, **asked)

    return _with(_NARROWING, run)


def measuring(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that choose a measure and what weighs in it."""

    @wraps(command)
    def run(
        *words: Any,
        measure: MeasureName,
        distance: DistanceName | None,
        weight: str | None,
        half_life: float | None,
        min_shared: int,
        **asked: Any,
    ) -> Any:
        by = Measuring(
            measure=measure,
            distance=distance,
            weight=weight,
            half_life=half_life,
            min_shared=min_shared,
        )
        return command(*words, measuring=by, **asked)

    return _with(_MEASURING, run)


def tying(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that choose the actors of a network, and what ties them."""

    @wraps(command)
    def run(
        *words: Any,
        actors: str | None,
        kinds: tuple[str, ...],
        ties: TieName,
        min_shared: int,
        **asked: Any,
    ) -> Any:
        names = tuple(n.strip() for n in (actors or "").split(",") if n.strip())
        by = Tying(actors=names, kinds=kinds, ties=ties, min_shared=min_shared)
        return command(*words, tying=by, **asked)

    return _with(_TYING, run)


def _with(
    options: Iterable[Callable[[Callable[..., Any]], Callable[..., Any]]],
    command: Callable[..., Any],
) -> Callable[..., Any]:
    for option in reversed(list(options)):
        command = option(command)
    return command
