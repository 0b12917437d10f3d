"""A graph as Parquet, asked by Spark: the counting is done where the stances are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from stancegraph.errors import StanceError
from stancegraph.scope import Scope
from stancegraph.spark.session import session
from stancegraph.spark.store import SparkStore
from stancegraph.spark.tables import Tables
from stancegraph.stored import StoredGraph

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

    from stancegraph.answer.measuring import Measuring
    from stancegraph.answer.meeting import Meeting
    from stancegraph.discourse import Made, Wanted


@contextmanager
def opened(
    folder: str, *, master: str | None = None, conf: Mapping[str, str] | None = None
) -> Iterator[SparkGraph]:
    """Start Spark and open a graph that was exported as Parquet; stop Spark at the end."""
    with session(master, conf) as spark:
        yield SparkGraph(spark, folder)


class SparkGraph(StoredGraph):
    """A graph's folder of Parquet; what a question is about comes here, the rest stays in Spark."""

    store: SparkStore

    def __init__(self, spark: SparkSession, folder: str) -> None:
        tables = Tables(spark, folder)
        tables.check_counts()
        super().__init__(Path(folder), SparkStore(tables))
        self.name = folder

    @property
    def asked_by(self) -> tuple[str, ...]:
        """The options of a command line by which Spark is asked."""
        return ("--engine", "spark")

    def current(self) -> SparkGraph:
        """Return the graph itself: Parquet is written once."""
        return self

    def meeting(self, actor: str, measuring: Measuring, scope: Scope) -> Meeting:
        """Count how one actor's positions meet those of all others, in Spark."""
        from stancegraph.spark.positions import meeting

        field = measuring.weighing_field
        weights = self.option_weights(field) if field else None
        return meeting(self.store, actor, measuring, scope, weights)

    def networks(self, wanted: Wanted) -> tuple[list[Made], str]:
        """Make the discourse network that is wanted, in Spark; there is one."""
        from stancegraph.spark.networks import network

        made, in_words = network(self.store, wanted)
        return [made], in_words

    def held(self, scope: Scope) -> NoReturn:
        """Refuse to bring all positions here."""
        raise StanceError(_REFUSED)

    def statements(self) -> NoReturn:
        """Refuse to bring all statements here."""
        raise StanceError(_REFUSED)


_REFUSED = "Spark answers align, compare, who and network; ask the rest by --engine embedded"
