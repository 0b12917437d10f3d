"""What a network rests on, and who is not in it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from stancegraph.answer.words import count
from stancegraph.measure.agreement import MINIMUM_SHARED
from stancegraph.positions import RULES

if TYPE_CHECKING:
    from stancegraph.answer.ties import Network


def rests_on(whole: Network, network: Network, *, missing: str = "a tie") -> Iterator[str]:
    """Say how much of a network is hearsay, and whom of the whole it leaves out."""
    yield from hearsay_of(network)
    if alone := len(whole.actors) - len(network.actors):
        yield f"Left out: {count(alone, 'actor')} without {missing}."
    yield from left_out_of(whole)


def hearsay_of(network: Network) -> Iterator[str]:
    """Say how many positions are known by others' word only."""
    total, told = len(network.held), _hearsay(network)
    if told:
        some = (
            f"all {count(total, 'position')}" if told == total else f"{told} of {total} positions"
        )
        yield f"Rests on hearsay: {some}; --own-words leaves it out."


def left_out_of(network: Network) -> Iterator[str]:
    """Say how many have positions and are not in a network."""
    if network.left_out:
        others = count(network.left_out, "other holder of positions", "other holders of positions")
        is_narrowed = network.tying.actors or network.tying.kinds
        why = "" if is_narrowed else " (persons, groups, unnamed voices; --kind asks for them)"
        yield f"Left out: {others}{why}."


def is_thin(network: Network) -> bool:
    """Tell whether a tie may rest on so few options that drawing them again says nothing."""
    return network.tying.min_shared < MINIMUM_SHARED


def thin_of(network: Network) -> Iterator[str]:
    """Say on how little a tie may rest where that is too little."""
    if is_thin(network):
        least = count(network.tying.min_shared, "shared option")
        yield f"Thin: a tie may rest on {least}, and below {MINIMUM_SHARED} little can be said."


def flags_on(network: Network) -> tuple[str, ...]:
    """Return the flags of a network: all hearsay; ties by fewer options than a share needs."""
    is_told = len(network.held) > 0 and _hearsay(network) == len(network.held)
    return (*(("hearsay only",) if is_told else ()), *(("thin",) if is_thin(network) else ()))


def needed(what: str, network: Network) -> str:
    """Say what a question needs that a thin network has not, and how to ask for less."""
    if network.tying.min_shared <= 1:
        return f"{what}."
    return (
        f"{what}; --min-shared takes fewer options for a tie, and the answer is then called thin."
    )


def _hearsay(network: Network) -> int:
    return int((network.held.tier > RULES.last_own_tier).sum())
