"""The only module that knows pyvis: its network as data, and the script that draws it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files
from typing import Any

_SCRIPT = ("templates", "lib", "vis-9.1.2", "vis-network.min.js")
_SOURCE_MAP = re.compile(r"^//# sourceMappingURL=.*$", re.MULTILINE)


def network_data(
    nodes: Iterable[Mapping[str, Any]], edges: Iterable[Mapping[str, Any]]
) -> dict[str, list[dict[str, Any]]]:
    """Return nodes and edges as pyvis hands them to vis-network.

    pyvis is imported here, as it brings IPython along. The network is directed, for in an
    undirected one pyvis drops parallel edges. pyvis ignores a node added twice and takes an
    empty label for none, so ids are unique and a label is never empty.
    """
    from pyvis.network import Network

    network = Network(directed=True)
    network.options = {"physics": {"enabled": False}}
    for node in nodes:
        rest = {k: v for k, v in node.items() if k not in ("id", "label")}
        network.add_node(node["id"], label=node["label"] or node["id"], **rest)
    for edge in edges:
        rest = {k: v for k, v in edge.items() if k not in ("from", "to")}
        network.add_edge(edge["from"], edge["to"], **rest)
    drawn, lines, *_ = network.get_network_data()
    return {"nodes": drawn, "edges": lines}


@cache
def library() -> str:
    """Return vis-network's script from pyvis's own files, without the address of its source map.

    Its style sheet is left out: it only styles tool bars and tooltips that our pages do not use.
    """
    text = files("pyvis").joinpath(*_SCRIPT).read_text("utf-8")
    return _SOURCE_MAP.sub("", text)
