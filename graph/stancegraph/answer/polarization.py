"""How far the actors fall apart into camps, over all and in windows of time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Unpack

from stancegraph.answer.tying import Tying
from stancegraph.answer.windows import length_of
from stancegraph.errors import StanceError

if TYPE_CHECKING:
    from stancegraph.answer.answer import Answer
    from stancegraph.graph import Graph
    from stancegraph.scope import Which

CAMPS = 2
DRAWS = 50
STARTS = 5
"""On all votes of the United Nations two find as good camps as thirty."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """How far actors fall apart by what the records of some time add up to."""

    since: date | None
    """The first day; None for the whole time."""
    until: date | None
    """The last day."""
    actors: int
    """Actors with a tie; below three nothing is measured."""
    ties: int
    modularity: float | None
    """Signed modularity of the best division, 0 to 1/2 with two camps."""
    low: float | None
    """Where it lies in 95% of the networks drawn again."""
    high: float | None
    esteban_ray: float | None
    """Of the camps, on the line between the two largest, 0 to 1/2."""
    esteban_ray_low: float | None
    esteban_ray_high: float | None
    external_internal: float | None
    """E-I of ties of friends: -1 all within groups, 1 all across."""
    external_internal_low: float | None
    external_internal_high: float | None
    is_exact: bool | None
    """Whether no division is better; None where nothing is measured."""
    camps: tuple[tuple[str, ...], ...]
    """Who is together: the largest camp first, and of each whoever is deepest in it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measuring:
    """How polarization is measured."""

    window: str | None = None
    """Lengths such as 5y; as the data allow where nothing is said."""
    step: str | None = None
    camps: int = CAMPS
    by: str | None = None
    """The id of the organisation whose members are told from the others, for E-I."""
    draws: int = DRAWS
    seed: int = 0
    starts: int = STARTS

    @property
    def as_words(self) -> tuple[str, ...]:
        """The words of a command line that ask for it, beyond the defaults."""
        usual = Measuring()
        asked = {name: getattr(self, name) for name in self.__slots__}
        return tuple(f"--{n}={v}" for n, v in asked.items() if v != getattr(usual, n))


def polarization(
    graph: Graph,
    *,
    window: str | None = None,
    step: str | None = None,
    camps: int = CAMPS,
    by: str | None = None,
    draws: int = DRAWS,
    seed: int = 0,
    starts: int = STARTS,
    tying: Tying | None = None,
    **which: Unpack[Which],
) -> Answer[Window]:
    """Say how far the actors fall apart into camps, over all and in windows of time.

    `window` and `step` are lengths such as 30d, 6m or 5y; by default they are chosen by the data.
    `by` names an organisation: E-I is then of its members, at the end of each window, and all
    others, and else of the camps of the whole time.
    """
    from stancegraph.answer.polarization_words import answered
    from stancegraph.answer.ties import network_of

    asked = Measuring(
        window=str(length_of(window)) if window else None,
        step=str(length_of(step)) if step else None,
        camps=camps,
        by=_bloc(graph, by) if by else None,
        draws=draws,
        seed=seed,
        starts=starts,
    )
    return answered(graph, network_of(graph, tying or Tying(), graph.scope(**which)), asked)


def _bloc(graph: Graph, by: str) -> str:
    """Return the organisation whose members are told from the others."""
    bloc = graph.actor(by)
    if not graph.members(bloc.id, None):
        raise StanceError(
            f"no members of {bloc.name} are on record; 'stancegraph import memberships' adds them"
        )
    return bloc.id
