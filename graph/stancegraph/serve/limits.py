"""How much one question may ask of the server."""

from __future__ import annotations

import os
from dataclasses import dataclass, field


def _processes() -> int:
    # two at least, so that one query that runs away does not stop the others
    return min(4, max(2, os.cpu_count() or 2))


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What a query may take; beyond it is refused, never answered in part."""

    seconds: float = 30.0
    """How long a query may run before its process is ended."""
    rows: int = 1_000_000
    """How many rows, or triples, an answer may have."""
    answer_bytes: int = 256_000_000
    """How large an answer may be."""
    query_length: int = 100_000
    """How many characters a query may have."""
    depth: int = 100
    """How deep its brackets may nest; some thousands would end the engine's process."""
    body_bytes: int = 1_000_000
    """How large the body of a request may be."""
    processes: int = field(default_factory=_processes)
    """How many queries run at once, each in a process of its own."""
    waiting: int = 8
    """How many more may wait for one of them."""
    memory_bytes: int = 4_000_000_000
    """How much memory a query may take beyond that of the graph, where the system can limit it."""
    patience: float = 5.0
    """How many seconds a query waits for a changed graph before the state before answers it."""
