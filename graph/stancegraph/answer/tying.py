"""Which actors a network has, and what ties them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from stancegraph.answer.words import count
from stancegraph.measure.agreement import MINIMUM_SHARED

TieName = Literal["net", "chance"]

TIES: dict[TieName, str] = {
    "net": "shared options on the same side less those on opposite sides, as a share of all shared",
    "chance": "agreement beyond chance: Scott's pi with squared distances (Haege 2011)",
}
"""What the weight of a tie can be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tying:
    """Whom a network has, and what ties them."""

    actors: tuple[str, ...] = ()
    """Names; an alliance or institution stands for its members too. All where none is given."""
    kinds: tuple[str, ...] = ()
    """Kinds of actors; states and organisations where none is given."""
    ties: TieName = "net"
    min_shared: int = MINIMUM_SHARED
    """Below so many shared options there is no tie."""

    @property
    def in_words(self) -> str:
        """What a tie is, for the line on method."""
        return f"a tie is {TIES[self.ties]}, from {count(self.min_shared, 'shared option')} on"

    @property
    def as_words(self) -> tuple[str, ...]:
        """The words of a command line that ask for it, beyond the defaults."""
        words = [f"--kind={kind}" for kind in self.kinds]
        words += [f"--actors={','.join(self.actors)}"] if self.actors else []
        words += [f"--ties={self.ties}"] if self.ties != "net" else []
        words += [f"--min-shared={self.min_shared}"] if self.min_shared != MINIMUM_SHARED else []
        return tuple(words)
