"""Where everybody stands, on a line or a plane, and which options give it its meaning."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Unpack

from stancegraph.answer.tying import Tying
from stancegraph.errors import StanceError

if TYPE_CHECKING:
    from stancegraph.answer.answer import Answer
    from stancegraph.graph import Graph
    from stancegraph.scope import Which

By = Literal["ca", "irt"]
Abstaining = Literal["against", "silent"]

BY: dict[By, str] = {
    "ca": "correspondence analysis of stances for and against (Greenacre 1984)",
    "irt": "ideal points: one-dimensional two-parameter logit, most probable a posteriori, with "
    "standard errors (Clinton, Jackman and Rivers 2004)",
}
"""How a map is made."""

FEWEST_STANCES = 10
"""Actors with fewer stances are not located, as `measure.scaling` has it."""

SECONDS = 120.0
"""So long ideal points are sought unless told otherwise; of all votes of the United Nations half a
minute does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where an actor stands."""

    actor: str
    name: str
    place: float | None
    """On the first axis, the anchor above 0; None where it is not located."""
    error: float | None
    """Standard error; of ideal points only."""
    low: float | None
    """95% interval."""
    high: float | None
    second: float | None
    """On the second axis, where there are two."""
    stances: int
    """On options that divide."""
    located: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Axis:
    """What an option has to do with an axis."""

    option: str
    name: str
    dimension: int
    """1 or 2."""
    toward: float
    """How much, above 0 where whoever is for it lies to the right (up, of the second)."""
    share: float | None
    """Of what the dimension shows, the part that is this option's; of correspondence analysis."""
    difficulty: float | None
    """For and against are even at difficulty / toward; of ideal points."""
    supporters: int
    """Located actors for it."""
    opponents: int
    """Located actors against it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mapping:
    """How a map is made."""

    dimensions: int = 1
    by: By | None = None
    """As the data allow where nothing is said."""
    anchor: str | None = None
    """The id of whoever is to be on the right."""
    fewest: int = FEWEST_STANCES
    abstaining: Abstaining = "against"
    seconds: float = SECONDS

    def __post_init__(self) -> None:
        if self.dimensions not in (1, 2):
            raise StanceError(f"a map has 1 or 2 dimensions, not {self.dimensions}")
        if self.dimensions == 2 and self.by == "irt":
            raise StanceError("ideal points are of one dimension: --dimensions 2 is made by ca")
        if self.fewest < 1:
            raise StanceError(f"at least 1 stance locates an actor, not {self.fewest}")

    @property
    def as_words(self) -> tuple[str, ...]:
        """The words of a command line that ask for it, beyond the defaults."""
        words = ["--dimensions=2"] if self.dimensions == 2 else []
        words += [f"--by={self.by}"] if self.by else []
        words += [f"--anchor={self.anchor}"] if self.anchor else []
        words += [f"--fewest={self.fewest}"] if self.fewest != FEWEST_STANCES else []
        words += [f"--abstaining={self.abstaining}"] if self.abstaining != "against" else []
        words += [f"--seconds={self.seconds:g}"] if self.seconds != SECONDS else []
        return tuple(words)


def places(
    graph: Graph,
    *,
    dimensions: int = 1,
    by: By | None = None,
    anchor: str | None = None,
    fewest: int = FEWEST_STANCES,
    abstaining: Abstaining = "against",
    seconds: float = SECONDS,
    tying: Tying | None = None,
    **which: Unpack[Which],
) -> Answer[Place]:
    """Say where everybody stands, on a line or a plane, and which options give it its meaning.

    `anchor` names an actor that is to be on the right. `abstaining` says what an abstention from a
    recorded vote is to ideal points: not for, as in binary models of votes, or no stance. Raises
    StanceError where ideal points are not found in `seconds`. Of `tying` the choice of actors
    counts.
    """
    from stancegraph.answer.place_words import answered
    from stancegraph.answer.placing import mapped
    from stancegraph.answer.ties import network_of

    asked = Mapping(
        dimensions=dimensions,
        by=by,
        anchor=graph.actor(anchor).id if anchor else None,
        fewest=fewest,
        abstaining=abstaining,
        seconds=seconds,
    )
    network = network_of(graph, tying or Tying(), graph.scope(**which))
    return answered(graph, network, mapped(graph, network, asked), asked)
