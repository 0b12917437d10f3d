"""Where the graph is that is served, and which state it is in."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from pyoxigraph import Store

    from stancegraph.graph import Graph

State: TypeAlias = tuple[tuple[str, int, int, int], ...]
"""Name, time of change, size and number of each file of a graph: another state, other numbers."""


@dataclass(frozen=True, slots=True)
class Home:
    """The graph that is served, and the day that its positions are derived for."""

    path: str
    as_of: date | None = None

    @property
    def name(self) -> str:
        """The graph's name; of a path the last part only, for it is shown to others."""
        return Path(self.path).name

    def told_to_others(self, error: Exception) -> str:
        """Say what an error says, without the folders of this machine."""
        return str(error).replace(self.path, self.name)

    def state(self) -> State:
        """Return the state of the graph's files; without files it never changes."""
        path = Path(self.path)
        log = path.with_name(f"{path.name}.wal")
        files = sorted(path.rglob("*")) if path.is_dir() else [path, log]
        return tuple(found for file in files if (found := _state_of(file)))

    @contextmanager
    def opened(self) -> Iterator[Graph]:
        """Load the graph, and let go of its file afterwards so that others can write to it."""
        from stancegraph.graph import load
        from stancegraph.stored import StoredGraph

        graph = load(self.path)
        try:
            yield graph
        finally:
            if isinstance(graph, StoredGraph):
                graph.close()

    def embedded(self) -> Store:
        """Return the graph as a store that can be asked, with its file let go of."""
        from stancegraph.rdf.oxigraph import embedded

        with self.opened() as graph:
            return embedded(graph, self.as_of)


def _state_of(file: Path) -> tuple[str, int, int, int] | None:
    try:
        found = file.stat()
    except OSError:  # it went away, which is another state
        return None
    return file.name, found.st_mtime_ns, found.st_size, found.st_ino
