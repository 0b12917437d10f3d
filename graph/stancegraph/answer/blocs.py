"""Which blocs there are, who is at their core and what sets each apart."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Unpack

from stancegraph.answer.tying import Tying
from stancegraph.errors import StanceError

if TYPE_CHECKING:
    from stancegraph.answer.answer import Answer
    from stancegraph.answer.camps import Mark
    from stancegraph.graph import Graph
    from stancegraph.scope import Which

Role = Literal["core", "fringe", "member", "alone", "untied"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """An actor and its place among the blocs."""

    actor: str
    name: str
    bloc: int | None
    """The number of its bloc, from 1; None where it has no tie."""
    role: Role
    """core or fringe, by how often it stays; member without draws; alone; untied."""
    membership: float | None
    """Mean share of the draws in which it is with each other member; None where that says
    nothing."""
    tied_draws: float | None
    """In which share of the draws it has a tie; None without draws."""
    ties: int
    """With how many it is tied."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bloc:
    """A bloc: who is in it, how close they are, and what sets it apart."""

    number: int
    size: int
    members: tuple[str, ...]
    """The best known first."""
    core: tuple[str, ...]
    within: float | None
    """Mean weight of the ties inside."""
    across: float | None
    """Mean weight of the ties with others."""
    defining: tuple[Mark, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Misfit:
    """A tie that the blocs do not explain: foes in one, or friends in two."""

    a: str
    b: str
    weight: float


def blocs(
    graph: Graph,
    *,
    tying: Tying | None = None,
    at_most: int | None = None,
    draws: int | None = None,
    starts: int | None = None,
    seconds: float | None = None,
    seed: int = 0,
    **which: Unpack[Which],
) -> Answer[Member]:
    """Divide the actors into blocs of which the fewest and weakest ties contradict.

    How many blocs there are comes out, or is at most `at_most`. The evidence is drawn again `draws`
    times, by default 100, of very many positions 20, to tell the core from the fringe. The search
    climbs from `starts` beginnings, by default 30, and a proof takes `seconds` at most, by default
    10.
    """
    from stancegraph.answer.dividing import asked_for, divided_or_thin
    from stancegraph.answer.ties import network_of

    if at_most is not None and at_most < 1:
        raise StanceError(f"{at_most} blocs: ask for 1 or more")
    network = network_of(graph, tying or Tying(), graph.scope(**which))
    asked = asked_for(network, at_most, draws, starts, seconds, seed)
    return divided_or_thin(graph, network, asked)
