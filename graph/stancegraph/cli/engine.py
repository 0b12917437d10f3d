"""The option that chooses what computes an answer."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any

import click

from stancegraph.errors import StanceError
from stancegraph.graph import Graph, load

_OPTIONS = (
    click.option(
        "--engine",
        type=click.Choice(("embedded", "spark")),
        default="embedded",
        show_default=True,
        help="spark computes over a graph that 'export parquet' wrote, wherever Spark can read it; "
        "see docs/scale.md.",
    ),
    click.option(
        "--spark-master",
        "master",
        metavar="URL",
        help="Where Spark runs.  [default: what spark-submit gives, or else local[*]]",
    ),
    click.option(
        "--spark-conf",
        "conf",
        metavar="KEY=VALUE",
        multiple=True,
        help="A setting of Spark, as in spark.driver.memory=8g; repeatable.",
    ),
)


def on_engine(command: Callable[..., Any]) -> Callable[..., Any]:
    """Open the graph that is named by the engine that is chosen, and close that at the end."""

    @wraps(command)
    def run(
        graph_name: str, engine: str, master: str | None, conf: tuple[str, ...], **asked: Any
    ) -> Any:
        with _opened(graph_name, engine, master, conf) as graph:
            return command(graph=graph, **asked)

    for option in reversed(_OPTIONS):
        run = option(run)
    return run


@contextmanager
def _opened(name: str, engine: str, master: str | None, conf: tuple[str, ...]) -> Iterator[Graph]:
    if engine == "spark":
        from stancegraph.spark.graph import opened

        with opened(name, master=master, conf=dict(map(_setting, conf))) as graph:
            yield graph
        return
    if master or conf:
        raise StanceError("--spark-master and --spark-conf are for --engine spark")
    yield load(name)


def _setting(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals or not name.startswith("spark."):
        raise StanceError(
            f"--spark-conf takes KEY=VALUE, as in spark.driver.memory=8g, not {text!r}"
        )
    return name, value
