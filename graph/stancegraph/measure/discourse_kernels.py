"""Discourse networks smoothed over time: a statement weighs less the farther it is in time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np

from stancegraph.measure.discourse import (
    Network,
    agreement_and_conflict,
    one_mode_of,
    two_mode_of,
)
from stancegraph.measure.discourse_counts import Counts, dense
from stancegraph.measure.discourse_design import (
    ONE_MODE,
    TWO_MODE,
    Aggregation,
    Design,
    Normalization,
    checked,
)
from stancegraph.measure.discourse_statements import (
    Codes,
    Column,
    Floats,
    InvalidStatements,
    Moment,
    Statements,
    with_observed_scale,
)
from stancegraph.measure.discourse_windows import Unit, moments, range_of, shifted, whole_units


class Kernel(StrEnum):
    """How the weight of a statement falls with its distance in time."""

    UNIFORM = "uniform"
    EPANECHNIKOV = "epanechnikov"
    TRIANGULAR = "triangular"
    GAUSSIAN = "gaussian"


@dataclass(frozen=True, slots=True)
class Smoothing:
    """A kernel, how far it reaches and between which times it moves."""

    kernel: Kernel
    width: int
    """Its whole width in units, rounded up to an even number."""
    unit: Unit
    is_indented: bool = True
    """Whether the first and last centre lie half a width inside the range."""
    since: Moment | None = None
    until: Moment | None = None

    @property
    def half(self) -> int:
        """The reach to either side."""
        return (self.width + 1) // 2


@dataclass(frozen=True, slots=True, eq=False)
class Slice:
    """The smoothed network at one time."""

    centre: np.datetime64
    network: Network


def weights(distance: Floats, kernel: Kernel, *, dna_compatible: bool = False) -> Floats:
    """Weigh statements by u, their distance in time over the reach of the kernel.

    uniform 1/2, epanechnikov 3/4 (1 - u^2), triangular 1 - |u|, each 0 beyond |u| = 1, and gaussian
    exp(-u^2 / 2) / sqrt(2 pi). `dna_compatible` gives what DNA 3.0 computes instead: epanechnikov
    3/4 (1 - u)^2 and triangular |1 - u|, with which later statements weigh more.

    Source: Silverman 1986, https://doi.org/10.1201/9781315140919, table 3.1

    >>> weights(np.array([-1.0, 0.5, 2.0]), Kernel.TRIANGULAR).tolist()
    [0.0, 0.5, 0.0]
    """
    u = distance
    formulas: dict[Kernel, Callable[[], Floats]] = {
        Kernel.UNIFORM: lambda: np.full_like(u, 0.5),
        Kernel.EPANECHNIKOV: lambda: 0.75 * ((1 - u) ** 2 if dna_compatible else 1 - u**2),
        Kernel.TRIANGULAR: lambda: np.abs(1 - u) if dna_compatible else 1 - np.abs(u),
        Kernel.GAUSSIAN: lambda: np.exp(-(u**2) / 2) / np.sqrt(2 * np.pi),
    }
    found = formulas[Kernel(kernel)]()
    return found if kernel == Kernel.GAUSSIAN else np.where(np.abs(u) <= 1, found, 0.0)


def smoothed_two_mode(
    table: Statements,
    design: Design,
    smoothing: Smoothing,
    *,
    dna_compatible: bool = False,
) -> Iterator[Slice]:
    """Give the two-mode network at each time, every statement times its weight z at that time.

    z is `weights` of u = d / h, with h half the width and d the whole units between the statement
    and the time, rounded towards it. Rows and columns are those of the whole table, in every slice.
    Everything else is as in `two_mode`; undated statements weigh nothing.

    `dna_compatible` takes DNA's weights, of a number its place among the levels as texts, and no
    normalization.

    Source: Leifeld, Discourse Network Analyzer 3

    >>> from stancegraph.measure.discourse_statements import statements, text
    >>> columns = {"who": text(["a", "a"]), "what": text(["x", "x"])}
    >>> table = statements(columns, time=["2005-01-26", "2005-01-30"])
    >>> smoothing = Smoothing(Kernel.TRIANGULAR, 6, Unit.DAYS, is_indented=False)
    >>> slices = list(smoothed_two_mode(table, Design("who", "what"), smoothing))
    >>> [round(float(part.network.matrix[0, 0]), 2) for part in slices]
    [1.0, 0.67, 0.67, 0.67, 1.0]
    """
    design = checked(table, design, TWO_MODE, dna_compatible=dna_compatible)
    if dna_compatible:
        table = _with_places(table, design)
        design = replace(design, normalization=Normalization.NO)
    for centre, weight in _weighed(table, design, smoothing, dna_compatible):
        counts = Counts.of(table, design, isolates=table, weight=weight)
        yield Slice(centre, two_mode_of(counts, design))


def smoothed_one_mode(
    table: Statements,
    design: Design,
    smoothing: Smoothing,
    *,
    dna_compatible: bool = False,
) -> Iterator[Slice]:
    """Give the one-mode network at each time, every pair of statements times sqrt(z z').

    So x[i,j,k] in the formulas of `one_mode` is the sum of sqrt(z), also where a normalization
    divides by it; z is as in `smoothed_two_mode`, and so are the rows.

    `dna_compatible` gives DNA's numbers: its weights, the distance of the places of the levels as
    texts, names taken for one level, the diagonal kept, and for every normalization the value times
    the sum over j, k of 2 / (n[i,j,k] + n[i',j,k]), with n the counts over the whole range.

    Source: Leifeld, Discourse Network Analyzer 3

    >>> from stancegraph.measure.discourse_statements import statements, text
    >>> columns = {"who": text(["a", "b"]), "what": text(["x", "x"])}
    >>> table = statements(columns, time=["2005-01-26", "2005-01-26"])
    >>> smoothing = Smoothing(Kernel.UNIFORM, 2, Unit.DAYS, is_indented=False)
    >>> slices = list(smoothed_one_mode(table, Design("who", "what"), smoothing))
    >>> [part.network.matrix.round(9).tolist() for part in slices]
    [[[0.0, 0.5], [0.5, 0.0]]]
    """
    design = checked(table, design, ONE_MODE, dna_compatible=dna_compatible)
    if dna_compatible:
        yield from _one_mode_of_dna(_with_places(table, design), design, smoothing)
        return
    for centre, weight in _weighed(table, design, smoothing, dna_compatible):
        counts = Counts.of(table, design, isolates=table, weight=np.sqrt(weight))
        yield Slice(centre, one_mode_of(counts, design))


def to_unit_sum(network: Network) -> Network:
    """Divide a network by the sum of its absolute values, so that networks can be compared.

    A network of zeros stays as it is.

    >>> to_unit_sum(Network(("a", "b"), ("x",), np.array([[1.0], [-3.0]]))).matrix.tolist()
    [[0.25], [-0.75]]
    """
    total = np.abs(network.matrix).sum()
    return replace(network, matrix=network.matrix / total if total else network.matrix.copy())


def _weighed(
    table: Statements, design: Design, smoothing: Smoothing, dna_compatible: bool
) -> Iterator[tuple[np.datetime64, Floats]]:
    """Give each centre with the weights that all statements have there."""
    if smoothing.width < 1:
        raise InvalidStatements(
            f"a kernel of {smoothing.width} {smoothing.unit} reaches nothing; give at least 1"
        )
    begin, end = _range(table, smoothing)
    indent = smoothing.half if smoothing.is_indented else 0
    first, last = (
        shifted(begin, indent, smoothing.unit),
        shifted(end, -indent, smoothing.unit),
    )
    dated = ~np.isnat(table.time)
    for centre in moments(first, last, smoothing.unit):
        inside = dated & (table.time >= begin) & (table.time <= end)
        if smoothing.kernel != Kernel.GAUSSIAN:
            inside &= table.time >= shifted(centre, -smoothing.half, smoothing.unit)
            inside &= table.time <= shifted(centre, smoothing.half, smoothing.unit)
        weight = np.zeros(len(table))
        u = whole_units(table.time[inside], centre, smoothing.unit) / smoothing.half
        weight[inside] = weights(u, smoothing.kernel, dna_compatible=dna_compatible)
        yield centre, weight


def _range(table: Statements, smoothing: Smoothing) -> tuple[np.datetime64, np.datetime64]:
    """Cut the asked range to that of the statements."""
    begin, end = range_of(table, None, None)
    since, until = range_of(table, smoothing.since, smoothing.until)
    return max(begin, since), min(end, until)


def _with_places(table: Statements, design: Design) -> Statements:
    """Put in place of every level its place among the levels that occur, sorted as texts."""
    if design.qualifier is None or table.column(design.qualifier).is_boolean:
        return table
    table = with_observed_scale(table, design.qualifier)
    column = table.column(design.qualifier)
    if column.levels is None:
        # DNA has no distance of names here: nothing differs.
        return replace(table, columns={**table.columns, design.qualifier: _one_level(column)})
    place = np.argsort(np.argsort(column.labels))
    placed = Column(
        _recoded(column.codes, place),
        tuple(sorted(column.labels)),
        np.arange(len(place), dtype=float),
        (0.0, float(max(len(place) - 1, 0))),
    )
    return replace(table, columns={**table.columns, design.qualifier: placed})


def _one_level(column: Column) -> Column:
    return Column(np.minimum(column.codes, 0), ("",), np.zeros(1), (0.0, 0.0))


def _recoded(codes: Codes, place: Codes) -> Codes:
    return np.where(codes < 0, -1, np.append(place, -1)[codes])


def _one_mode_of_dna(table: Statements, design: Design, smoothing: Smoothing) -> Iterator[Slice]:
    factor = np.ones((1, 1))
    if design.normalization != Normalization.NO:
        factor = _dna_average(Counts.of(table, design, isolates=table))
    for centre, weight in _weighed(table, design, smoothing, dna_compatible=True):
        counts = Counts.of(table, design, isolates=table, weight=np.sqrt(weight))
        congruence, conflict = agreement_and_conflict(counts, design, dna_compatible=True)
        values = {
            Aggregation.CONFLICT: conflict,
            Aggregation.SUBTRACT: congruence - conflict,
        }.get(design.aggregation, congruence)
        yield Slice(centre, Network(counts.rows, counts.rows, values * factor))


def _dna_average(counts: Counts) -> Floats:
    """Sum 2 / (n + n') over the pairs of column and level that either of two rows has."""
    x = dense(counts.by_level)
    factor = np.zeros((len(x), len(x)))
    for row, own in enumerate(x):
        both = own + x
        factor[row] = np.divide(2.0, both, out=np.zeros_like(both), where=both > 0).sum(axis=1)
    return factor
