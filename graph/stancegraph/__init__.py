"""An alliance stance knowledge graph: who stands where, with whom, and on what evidence.

>>> import stancegraph
>>> graph = stancegraph.load("ukraine-skies")
>>> graph.compare("Poland", "Germany").more["shared"]
1
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from stancegraph.answer import Answer
    from stancegraph.errors import InvalidDebate, StanceError, UnknownName
    from stancegraph.graph import Graph, load
    from stancegraph.positions import RULES, Position

__version__ = "0.1.0"

__all__ = [
    "RULES",
    "Answer",
    "Graph",
    "InvalidDebate",
    "Position",
    "StanceError",
    "UnknownName",
    "load",
]

_HOMES = {
    "Answer": "answer",
    "Graph": "graph",
    "InvalidDebate": "errors",
    "Position": "positions",
    "RULES": "positions",
    "StanceError": "errors",
    "UnknownName": "errors",
    "load": "graph",
}


def __getattr__(name: str) -> Any:
    """Import what is asked for when it is asked for, so that the package itself loads nothing."""
    if name not in _HOMES:
        raise AttributeError(f"module 'stancegraph' has no attribute {name!r}")
    return getattr(import_module(f"stancegraph.{_HOMES[name]}"), name)
