"""How far two actors stand on the same side."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from stancegraph.measure.interval import jeffreys

MINIMUM_SHARED = 3
"""Below so many shared options a share is not given: the word is "insufficient"."""


@dataclass(frozen=True, slots=True)
class Agreement:
    """How many of the options that two actors share find them on the same side."""

    same: int
    """Options with both on the same side."""
    opposite: int
    """Options with one for and one against."""
    open: int
    """Options on which one or both are undecided."""

    @property
    def shared(self) -> int:
        """Options on which both have a position."""
        return self.same + self.opposite + self.open

    @property
    def is_sufficient(self) -> bool:
        """Whether enough options are shared for a share to be given."""
        return self.shared >= MINIMUM_SHARED

    @property
    def share(self) -> float | None:
        """`same` over `shared`, in [0, 1]; None where insufficient."""
        return self.same / self.shared if self.is_sufficient else None

    @property
    def interval(self) -> tuple[float, float] | None:
        """Jeffreys' 95% interval of the share; None where insufficient."""
        return jeffreys(self.same, self.shared) if self.is_sufficient else None


def agreement(a: Mapping[str, float], b: Mapping[str, float]) -> Agreement:
    """Compare two actors' positions, each a mapping from option to a value in [-1, 1].

    With x and y the values on a shared option: the same side where x * y > 0, opposite where
    x * y < 0, open where x * y = 0, so that two undecided do not agree. Symmetric; unchanged when
    every value changes sign; actors that share nothing have 0 of 0.

    Source: the binary form of congruence in Leifeld 2017, chapter 12 of The Oxford Handbook of
    Political Networks, https://doi.org/10.1093/oxfordhb/9780190228217.013.25

    >>> found = agreement({"x": 1, "y": -0.5, "z": 0, "w": 1}, {"x": 0.5, "y": 1, "z": 0})
    >>> found.same, found.opposite, found.open, found.shared
    (1, 1, 1, 3)
    """
    products = [a[option] * b[option] for option in a.keys() & b.keys()]
    return Agreement(
        same=sum(p > 0 for p in products),
        opposite=sum(p < 0 for p in products),
        open=sum(p == 0 for p in products),
    )
