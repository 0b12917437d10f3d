"""Starting Spark, quietly, and what it says in our words."""

from __future__ import annotations

import os
import sys
import tempfile
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from stancegraph.errors import StanceError

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

LOCAL = "local[*]"
"""The master where none is named: this machine."""
_QUIET = {
    "spark.app.name": "stancegraph",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.log.level": "OFF",
    "spark.sql.session.timeZone": "UTC",
    # A job of its own to list the files of each table costs more than listing a file a year.
    "spark.sql.sources.parallelPartitionDiscovery.threshold": "1000",
}
_THIS_MACHINE = {
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
}
_SUBMITTED = "PYSPARK_GATEWAY_PORT"
"""What spark-submit sets in the environment of the program that it starts."""


@contextmanager
def session(
    master: str | None = None, conf: Mapping[str, str] | None = None
) -> Iterator[SparkSession]:
    """Start Spark, with what spark-submit gives, and stop it at the end.

    A session that is there already is taken as it is, and left running. StanceError where Spark or
    Java is absent, or where the master cannot be reached.
    """
    _check_installed()
    from pyspark.sql import SparkSession

    running = SparkSession.getActiveSession()
    if running:
        yield running
        return
    started = _started(master, conf or {})
    try:
        yield started
    finally:
        started.stop()


def _started(master: str | None, conf: Mapping[str, str]) -> SparkSession:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)
        from py4j.protocol import Py4JError
        from pyspark.errors import PySparkException
        from pyspark.sql import SparkSession
    is_submitted = _SUBMITTED in os.environ
    builder = SparkSession.builder
    if master or not is_submitted:
        builder = builder.master(master or LOCAL)
    is_here = not is_submitted and (master or LOCAL).startswith("local")
    if is_here:
        # Otherwise its workers are whatever is called python3.
        os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    for name, value in {**_QUIET, **(_THIS_MACHINE if is_here else {}), **conf}.items():
        builder = builder.config(name, value)
    with tempfile.TemporaryDirectory() as folder:
        said = Path(folder) / "said"
        try:
            with _aside(said):
                return builder.getOrCreate()
        except (PySparkException, Py4JError, OSError, RuntimeError, ValueError) as error:
            where = f" at master {master!r}" if master else ""
            remedy = "" if is_here else "; see that the master runs and can be reached"
            raise StanceError(
                f"Spark does not start{where}: {_cause(error, said)}{remedy}"
            ) from None


def _check_installed() -> None:
    for name in ("pyspark", "pandas", "pyarrow"):
        try:
            import_module(name)
        except ImportError:
            raise StanceError(
                f"--engine spark needs {name}: pip install 'stancegraph[spark]'"
            ) from None
    if _SUBMITTED in os.environ:
        return
    import shutil

    home = os.environ.get("JAVA_HOME")
    if not (Path(home, "bin", "java").is_file() if home else shutil.which("java")):
        where = f"in JAVA_HOME={home!r}" if home else "on the path"
        raise StanceError(
            f"--engine spark needs Java 17 or later, and there is no java {where}; "
            "install a JRE, as with 'apt-get install default-jre-headless'"
        )


@contextmanager
def _aside(file: Path) -> Iterator[None]:
    """Send what the starting Java says to a file: a child writes to our standard error."""
    sys.stderr.flush()
    kept = os.dup(2)
    try:
        with file.open("wb") as opened:
            os.dup2(opened.fileno(), 2)
            yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)


def _cause(error: Exception, said: Path) -> str:
    """Return what Java names last as the cause, or the last that it said before it ended."""
    lines = [line.strip() for line in f"{error}".splitlines() if line.strip()]
    named = [line for line in lines if "Exception: " in line]
    if named:
        return named[-1].split("Exception: ", 1)[1]
    told = said.read_text(encoding="utf-8", errors="replace").strip().splitlines()
    return told[-1] if told else lines[0] if lines else error.__class__.__name__


@contextmanager
def explained(where: str) -> Iterator[None]:
    """Say in our words what Spark says of a question that fails."""
    from py4j.protocol import Py4JError
    from pyspark.errors import PySparkException

    try:
        yield
    except (PySparkException, Py4JError) as error:
        raise StanceError(f"Spark cannot read {where}: {_first_line(error)}") from None


def _first_line(error: Exception) -> str:
    """Return the line that names the error, which of Python's is the last of its traceback."""
    lines = [line for line in f"{error}".splitlines() if line.strip()]
    traced = [n for n, line in enumerate(lines) if line.startswith("Traceback")]
    if not traced:
        return lines[0].strip() if lines else error.__class__.__name__
    after = (line for line in lines[traced[-1] + 1 :] if not line.startswith(" "))
    return next(after, lines[0]).removeprefix("stancegraph.errors.StanceError: ")
