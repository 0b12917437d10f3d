"""What the network is drawn from: places for one option, for agreement, and for everything."""

from __future__ import annotations

from typing import Any

from stancegraph.view.agreement_map import agreement_of
from stancegraph.view.content import Content
from stancegraph.view.drawing import labels_of, scenes_of
from stancegraph.view.whole import READABLE, whole_of


def network_data_of(content: Content) -> dict[str, Any]:
    """Return what the network's script needs beside the rows that every view has.

    Nodes and lines are made from the rows of the day that is shown; here is where they stand.
    """
    return {
        "scenes": scenes_of(content),
        "labels": labels_of(content),
        "events": _events(content),
        "agreement": agreement_of(content),
        "whole": whole_of(content),
        "readable": READABLE,
        "actor": _busiest(content),
    }


def _busiest(content: Content) -> str | None:
    """Return who has most positions, of several the first by name."""
    counts = dict.fromkeys(content.shown.actors, 0)
    for holder, _ in content.shown.positions:
        counts[holder] += 1
    return max(counts, key=counts.__getitem__, default=None)


def _events(content: Content) -> dict[str, str]:
    """Return the event to which a record refers, by record."""
    records = content.shown.records.values()
    return {e.id: e.event for e in records if e.event and e.event in content.shown.events}
