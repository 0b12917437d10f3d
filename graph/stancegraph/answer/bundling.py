"""How options travel together: pairs of them, and bundles, from who holds them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from math import ceil
from typing import TYPE_CHECKING, Literal

from stancegraph.answer.tying import Tying
from stancegraph.measure.agreement import MINIMUM_SHARED
from stancegraph.progress import followed
from stancegraph.scope import Scope

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from stancegraph.answer.ties import Meetings
    from stancegraph.columns import Held
    from stancegraph.graph import Graph
    from stancegraph.measure.backbone import Correction

    Values = NDArray[np.float64]


By = Literal["phi", "net"]

BY: dict[By, str] = {
    "phi": "the correlation of their holders' levels, phi where all are for or against",
    "net": "holders on one side of both less those on opposite sides, as a share of all shared",
}
"""What ties two options."""


MOST = 60
"""So many options are set against each other unless told otherwise."""

SECONDS = 5.0
"""How long the proof that no other bundles are better may take."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bundling:
    """What ties options, which of them are compared, and how bundles are sought."""

    by: By = "phi"
    min_shared: int = MINIMUM_SHARED
    """Below so many shared holders two options are not compared."""
    most: int = MOST
    """So many options at most: those that divide most."""
    correction: Correction = "holm"
    alpha: float = 0.05
    seed: int = 0
    seconds: float = SECONDS

    @property
    def as_words(self) -> tuple[str, ...]:
        """The words of a command line that ask for it, beyond the defaults."""
        usual = Bundling()
        return tuple(
            f"--{name.replace('_', '-')}={getattr(self, name):{'g' if name == 'alpha' else ''}}"
            for name in self.__slots__
            if getattr(self, name) != getattr(usual, name)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Pairing:
    """How two options travel."""

    a: str
    b: str
    shared: int
    """Actors with a position on both."""
    same: int
    """Those on one side of both; of recorded votes, with two abstentions too."""
    opposite: int
    """Those for one and against the other."""
    share: float
    """Same of shared."""
    low: float
    """Where that share may lie: Jeffreys 95% interval."""
    high: float
    phi: float | None
    """The correlation of levels over shared holders, -1 to 1; None where one does not vary."""
    together: int
    """Actors for both."""
    p: float
    """How likely as many, or as few, are for both by chance, corrected for all pairs."""
    stands_out: Literal[-1, 0, 1]
    """1 for both by more than chance has it, -1 by fewer, 0 neither."""
    bundle: int | None
    """The bundle that both are in, from 1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bundle:
    """Options that travel together."""

    number: int
    options: tuple[str, ...]
    carried_by: tuple[str, ...]
    """Actors that are for every one of its options on which they are on record, at least half."""
    opposed_by: tuple[str, ...]
    """Actors that are against every one of those, at least half."""
    mean: float | None
    """The mean tie within it; None where none is defined."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Compared:
    """The options that are set against each other, and the positions on them."""

    graph: Graph
    scope: Scope
    held: Held
    """Positions on these options; actors and options as numbered here."""
    options: tuple[str, ...]
    level: Values
    """A row an option, a column an actor; NaN where there is no position."""
    met: Meetings
    """How often any two options meet in an actor."""
    phi: Values
    """NaN where undefined."""
    weight: Values
    """What ties any two options, 0 where they share too few holders."""
    left_out: int
    """Options that divide less, and are not compared."""
    too_few: int
    """Options that fewer hold than may be compared."""


def compared(graph: Graph, tying: Tying, bundling: Bundling, scope: Scope) -> Compared:
    """Set the options that divide most against each other, by those who hold them."""
    import numpy as np

    from stancegraph.answer.ties import meetings_of, network_of
    from stancegraph.measure.correlation import correlations

    held = network_of(graph, tying, scope).held
    chosen, too_few, left_out = _chosen(held, bundling)
    level = np.full((len(chosen), len(held.actors)), np.nan)
    row_of = np.full(len(held.options), -1)
    row_of[chosen] = np.arange(len(chosen))
    kept = row_of[held.option] >= 0
    level[row_of[held.option[kept]], held.actor[kept]] = held.level[kept]
    options = tuple(held.options[k] for k in chosen)
    met = meetings_of(_turned(held.where(kept), options, row_of))
    phi = correlations(level)
    net = np.divide(met.same - met.opposite, met.shared, where=met.shared > 0, out=phi * 0)
    tie = np.nan_to_num(phi if bundling.by == "phi" else net)
    weight = np.where(met.shared >= max(1, bundling.min_shared), tie, 0.0)
    np.fill_diagonal(weight, 0.0)
    return Compared(
        graph=graph,
        scope=scope,
        held=held,
        options=options,
        level=level,
        met=met,
        phi=phi,
        weight=weight,
        left_out=left_out,
        too_few=too_few,
    )


def _chosen(held: Held, bundling: Bundling) -> tuple[list[int], int, int]:
    """Return the options that divide most; how many too few hold, and how many divide less."""
    import numpy as np

    size = len(held.options)
    pro, con = (
        np.bincount(held.option[k], minlength=size) for k in (held.level > 0, held.level < 0)
    )
    n = np.bincount(held.option, minlength=size)
    order = np.lexsort((np.arange(size), -n, -(pro + con), -np.minimum(pro, con)))
    enough = [int(k) for k in order if n[k] >= max(1, bundling.min_shared)]
    chosen = sorted(enough[: bundling.most])
    return chosen, int((n > 0).sum()) - len(enough), len(enough) - len(chosen)


def _turned(held: Held, options: Sequence[str], row_of: NDArray[np.int64]) -> Held:
    """Return the positions with options for actors, so that options meet in the actors."""
    import numpy as np

    return replace(
        held,
        actors=tuple(options),
        options=held.actors,
        actor=row_of[held.option].astype(np.int32),
        option=held.actor,
    )


def bundled_of(found: Compared, bundling: Bundling) -> tuple[tuple[Bundle, ...], bool]:
    """Divide the options; those that travel with no other are in no bundle."""
    import numpy as np

    from stancegraph.measure.coalitions import coalitions
    from stancegraph.measure.seriation import seriated

    if not found.weight.any():
        return (), True
    divided = coalitions(found.weight, seed=bundling.seed, seconds=bundling.seconds)
    camps = [np.flatnonzero(divided.camps == n) for n in range(divided.count)]
    several = sorted((c for c in camps if len(c) > 1), key=lambda c: (-len(c), int(c[0])))
    made = []
    for number, camp in enumerate(several, 1):
        block = found.weight[np.ix_(camp, camp)]
        rows = [int(camp[n]) for n in seriated(block)]
        ties = block[np.triu_indices(len(camp), 1)]
        made.append(
            Bundle(
                number=number,
                options=tuple(found.options[n] for n in rows),
                carried_by=_carriers(found, rows, 1),
                opposed_by=_carriers(found, rows, -1),
                mean=float(ties[ties != 0].mean()) if ties.any() else None,
            )
        )
    return tuple(made), divided.is_exact


def _carriers(found: Compared, rows: Sequence[int], side: int) -> tuple[str, ...]:
    """Return who is on one side of every option of a bundle that it has a position on."""
    import numpy as np

    block = found.level[rows]
    known = np.isfinite(block).sum(axis=0)
    sided = (np.sign(np.nan_to_num(block)) == side).sum(axis=0)
    enough = max(2, ceil(len(rows) / 2))
    wanted = np.flatnonzero((known >= enough) & (sided == known))
    return tuple(found.held.actors[n] for n in wanted.tolist())


def pairings(found: Compared, bundled: Sequence[Bundle], bundling: Bundling) -> Iterator[Pairing]:
    """Yield the pairs of options with enough shared holders, those most together first."""
    import numpy as np

    from stancegraph.measure.backbone import adjusted, encounters
    from stancegraph.measure.interval import jeffreys

    a, b = np.nonzero(np.triu(found.met.shared >= max(1, bundling.min_shared), 1))
    if not len(a):
        return
    encountered = encounters(found.level > 0)
    p = adjusted(encountered.two_sided[a, b], bundling.correction)
    is_more = encountered.upper[a, b] < encountered.lower[a, b]
    number_of = {o: bundle.number for bundle in bundled for o in bundle.options}
    order = np.lexsort((b, a, -found.met.shared[a, b], -found.weight[a, b]))
    for n in followed(order.tolist(), "comparing pairs of options", len(order)):
        i, j = int(a[n]), int(b[n])
        shared, same = int(found.met.shared[i, j]), int(found.met.same[i, j])
        low, high = jeffreys(same, shared)
        first, second = found.options[i], found.options[j]
        bundle = number_of.get(first)
        phi = float(found.phi[i, j])
        yield Pairing(
            a=first,
            b=second,
            shared=shared,
            same=same,
            opposite=int(found.met.opposite[i, j]),
            share=same / shared,
            low=low,
            high=high,
            phi=None if np.isnan(phi) else phi,
            together=int(encountered.together[i, j]),
            p=float(p[n]),
            stands_out=(1 if is_more[n] else -1) if p[n] <= bundling.alpha else 0,
            bundle=bundle if bundle == number_of.get(second) else None,
        )
