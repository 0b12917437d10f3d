"""What is measured of a signed network, and which of its ties two sides do not explain."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from math import inf
from threading import Thread
from typing import TYPE_CHECKING, Literal, TypeVar

from stancegraph.answer.words import sentence
from stancegraph.errors import StanceError
from stancegraph.progress import followed

if TYPE_CHECKING:
    from concurrent.futures import Future

    import numpy as np
    from numpy.typing import NDArray

    from stancegraph.measure.balance import Census, Sayings
    from stancegraph.measure.frustration import Frustration

SECONDS = 10.0
"""How long the proof of each of the two indices may take."""


LEAST_ACTORS = 3


TRIANGLES = 5


Kind = Literal["friends-across", "foes-within"]


T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class OddTie:
    """A tie that the best division into two sides does not explain."""

    a: str
    a_name: str
    b: str
    b_name: str
    sign: int
    """1 for friends, -1 for foes."""
    kind: Kind
    """Friends on different sides, or foes on one."""
    weight: float
    strains: int
    """How many unbalanced triangles it is in."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Measured:
    """A network of actors that have a tie, and all that is measured of it."""

    ids: tuple[str, ...]
    names: tuple[str, ...]
    """As they stand in a sentence."""
    network: NDArray[np.float64]
    census: Census
    walk: float | None
    sayings: Sayings
    strain: NDArray[np.int64]
    plain: Frustration
    weighted: Frustration
    triangles: tuple[tuple[int, int, int], ...]
    by_weight: bool
    """Whether sides and odd ties are those of the weighted index."""
    is_told: bool
    """Whether ties are of agreement; else they are what a file says."""

    @property
    def shown(self) -> Frustration:
        """The index whose sides and odd ties are shown."""
        return self.weighted if self.by_weight else self.plain

    @property
    def ties(self) -> int:
        """How many ties there are."""
        return round(self.plain.total)

    @property
    def positive(self) -> int:
        """How many of them are of friends."""
        return int((self.network > 0).sum()) // 2

    @property
    def sides(self) -> tuple[list[int], ...]:
        """The actors of each side, by their numbers; two lists, of which one can be empty."""
        camps = self.shown.camps.tolist()
        return tuple([n for n, camp in enumerate(camps) if camp == side] for side in (0, 1))

    def label(self, n: int) -> str:
        """Name an actor where no sentence is; what a file calls it stays as it is."""
        return sentence(self.names[n].removeprefix("the ")) if self.is_told else self.names[n]

    def told(self, text: str) -> str:
        """Make a sentence of a text that begins with a name."""
        return sentence(text) if self.is_told else text

    @property
    def is_enough(self) -> bool:
        """Whether balance is defined: there is a triangle."""
        return len(self.ids) >= LEAST_ACTORS and self.census.triangles > 0


def measured(
    ids: Sequence[str],
    names: Sequence[str],
    network: NDArray[np.float64],
    *,
    by_weight: bool,
    seconds: float,
    is_told: bool,
) -> Measured:
    """Measure the balance of a network, each index exactly if it takes no longer than that."""
    import numpy as np

    from stancegraph.measure.balance import (
        sayings,
        strain,
        triangle_census,
        unbalanced_triangles,
        walk_balance,
    )
    from stancegraph.measure.frustration import frustration

    if not 0 <= seconds < inf:
        raise StanceError(f"seconds {seconds!r}: give how many the proof may take, 0 or more")

    def proven(what: str, weighted: bool) -> Frustration:
        work = partial(frustration, network, weighted=weighted, seconds=seconds)
        return _beside_a_clock(work, f"proving the {what}, seconds", seconds)

    plainly = proven("index", weighted=False)
    # Ties that all weigh 1 have one index.
    has_weights = bool((np.abs(network[network != 0]) != 1).any())
    heavily = proven("weighted index", weighted=True) if has_weights else plainly
    return Measured(
        ids=tuple(ids),
        names=tuple(names),
        network=network,
        census=triangle_census(network),
        walk=walk_balance(network),
        sayings=sayings(network),
        strain=strain(network),
        plain=plainly,
        weighted=heavily,
        triangles=tuple(unbalanced_triangles(network, most=TRIANGLES)),
        by_weight=by_weight,
        is_told=is_told,
    )


def _beside_a_clock(work: Callable[[], T], what: str, seconds: float) -> T:
    """Do work of at most so many seconds in a thread, and show how many are gone.

    The solver tells nothing meanwhile and hears no Ctrl-C, but lets others run, who do.
    """
    from concurrent.futures import Future

    proof: Future[T] = Future()
    Thread(target=_settle, args=(proof, work), daemon=True).start()
    for _ in followed(_ticks(proof, seconds), what, int(seconds)):
        pass
    return proof.result()


def _settle(proof: Future[T], work: Callable[[], T]) -> None:
    """Do the work, and hand what comes of it to whoever waits."""
    try:
        proof.set_result(work())
    except BaseException as error:  # raised again by the one who waits
        proof.set_exception(error)


def _ticks(proof: Future[T], seconds: float) -> Iterator[int]:
    """Yield each second that a proof takes, up to its limit."""
    from concurrent.futures import wait

    start = time.monotonic()
    for second in range(int(seconds)):
        wait([proof], timeout=max(0.0, start + second + 1 - time.monotonic()))
        if proof.done():
            return
        yield second


def rows_of(found: Measured) -> tuple[OddTie, ...]:
    """Return the odd ties, the strongest first, then those in most unbalanced triangles."""
    odd = found.shown.odd
    rows = [
        OddTie(
            a=found.ids[i],
            a_name=found.names[i],
            b=found.ids[j],
            b_name=found.names[j],
            sign=1 if weight > 0 else -1,
            kind="friends-across" if weight > 0 else "foes-within",
            weight=round(weight, 6),
            strains=int(found.strain[i, j]),
        )
        for i, j, weight in zip(
            odd.first.tolist(), odd.second.tolist(), odd.weight.tolist(), strict=True
        )
    ]
    return tuple(sorted(rows, key=lambda r: (-abs(r.weight), -r.strains, r.a_name, r.b_name)))


KINDS = {"friends-across": "friends on different sides", "foes-within": "foes on the same side"}
