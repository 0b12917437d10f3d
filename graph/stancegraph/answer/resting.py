"""What a network rests on, and who is not in it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from stancegraph.answer.words import count, sentence
from stancegraph.measure.agreement import MINIMUM_SHARED
from stancegraph.positions import RULES

if TYPE_CHECKING:
    from stancegraph.answer.ties import Network


def rests_on(whole: Network, network: Network, *, missing: str = "a tie") -> Iterator[str]:
    """Say how much of a network is hearsay, and whom of the whole it leaves out."""
    total, told = len(network.held), _hearsay(network)
    if told:
        every = "All" if told == total else f"{told} of"
        yield f"{every} {count(total, 'position')} rest on others' word: --own-words leaves it out."
    if alone := len(whole.actors) - len(network.actors):
        yield f"{sentence(count(alone, 'actor'))} without {missing} left out."
    if whole.left_out:
        others = count(whole.left_out, "other holder")
        yield f"{sentence(others)} of positions left out by kind or name: see --kind and --actors."


def flags_on(network: Network) -> tuple[str, ...]:
    """Return the flags of a network: all hearsay; ties by fewer options than a share needs."""
    is_told = len(network.held) > 0 and _hearsay(network) == len(network.held)
    is_thin = network.tying.min_shared < MINIMUM_SHARED
    return (*(("hearsay only",) if is_told else ()), *(("thin",) if is_thin else ()))


def needed(what: str, network: Network) -> str:
    """Say what a question needs that a thin network has not, and how to ask for less."""
    if network.tying.min_shared <= 1:
        return f"{what}."
    return (
        f"{what}; --min-shared takes fewer options for a tie, and the answer is then called thin."
    )


def _hearsay(network: Network) -> int:
    return int((network.held.tier > RULES.last_own_tier).sum())
