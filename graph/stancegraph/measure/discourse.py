"""Discourse networks: who shares which statements with whom, and who makes which.

After Leifeld 2017, chapter 12 of The Oxford Handbook of Political Networks,
https://doi.org/10.1093/oxfordhb/9780190228217.013.25, with the numbers of his program, Discourse
Network Analyzer (DNA) 3. Where that program is wrong the numbers here are right, and
`dna_compatible=True` gives those of DNA, so that a published result can be reproduced.

In all formulas x[i,j,k] counts the statements in which i, a label of the rows, says j, a label of
the columns, with level k of the qualifier; T[i,j] is its sum over k and t[i] that over j and k.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from stancegraph.measure.discourse_counts import Counts, dense, product, summed
from stancegraph.measure.discourse_design import (
    ONE_MODE,
    TWO_MODE,
    Aggregation,
    Design,
    InvalidDesign,
    Normalization,
    checked,
)
from stancegraph.measure.discourse_statements import Floats, Statements

__all__ = [
    "Aggregation",
    "Design",
    "InvalidDesign",
    "Network",
    "Normalization",
    "one_mode",
    "two_mode",
]

EXACT_LEVELS = 53
"""So many levels can be combined into one number of 64 bits without loss."""


@dataclass(frozen=True, slots=True, eq=False)
class Network:
    """A labelled matrix; of one mode where rows and columns are the same."""

    rows: tuple[str, ...]
    columns: tuple[str, ...]
    matrix: Floats


def two_mode(
    table: Statements,
    design: Design,
    *,
    isolates: Statements | None = None,
    dna_compatible: bool = False,
) -> Network:
    """Tell how often, or on which side, each label of the rows says each label of the columns.

    - ignore: T[i,j]
    - subtract: sum over k of q[k] x[i,j,k] with q the level: a boolean counts +1 and -1
    - combine: the levels that occur, read as a binary number whose highest bit is the lowest level;
      of a boolean 1 is only support, 2 only rejection and 3 both

    activity divides a row, prominence a column, by its number of statements; with combine, which
    has no such reading, by its cells that are not 0. A value over 0 is 0. Counts are at least 0;
    with activity or prominence a boolean subtract lies in [-1, 1].

    Statements without a row or column label count nowhere; those without a level only with ignore.
    Rows and columns are the labels that the statements have, or with `isolates` all those of that
    table, such as the whole one that `table` was selected from. No statements: 0 rows, 0 columns.

    `dna_compatible` reads an option of one-mode networks as ignore or no, and subtracts nothing
    from names, instead of raising InvalidDesign. Source: see the module.

    >>> from stancegraph.measure.discourse_statements import boolean, statements, text
    >>> table = statements(
    ...     {
    ...         "who": text(["a", "a", "a", "b"]),
    ...         "what": text(["x", "x", "y", "x"]),
    ...         "agrees": boolean([1, 0, 1, 0]),
    ...     },
    ...     time=["2005-02-02"] * 4,
    ... )
    >>> two_mode(table, Design("who", "what")).matrix.tolist()
    [[2.0, 1.0], [1.0, 0.0]]
    >>> two_mode(table, Design("who", "what", "agrees", Aggregation.SUBTRACT)).matrix.tolist()
    [[0.0, 1.0], [-1.0, 0.0]]
    >>> two_mode(table, Design("who", "what", "agrees", Aggregation.COMBINE)).matrix.tolist()
    [[3.0, 1.0], [2.0, 0.0]]
    """
    design = checked(table, design, TWO_MODE, dna_compatible=dna_compatible)
    return two_mode_of(Counts.of(table, design, isolates=isolates), design)


def one_mode(
    table: Statements,
    design: Design,
    *,
    isolates: Statements | None = None,
    dna_compatible: bool = False,
) -> Network:
    """Tell how much two labels of the rows share of what they say about the columns.

    With d(k,l) = |q[k] - q[l]| over the length of the declared scale (names: 0 if equal, else 1),
    for i other than i':

    - ignore: sum over j of T[i,j] T[i',j]
    - congruence: sum over j, k, l of x[i,j,k] x[i',j,l] (1 - d(k,l))
    - conflict: the same with d(k,l)
    - subtract: congruence - conflict

    divided by, in the normalization

    - average: (t[i] + t[i']) / 2
    - jaccard: sum over j, k of x[i,j,k] where x[i',j,k] = 0, plus x[i',j,k] where x[i,j,k] = 0,
      plus x[i,j,k] x[i',j,k]. The levels are apart with every aggregation and the last term is a
      product, so values can exceed 1
    - cosine: the square root of v[i,i] v[i',i'], with v the value itself (of conflict: that of
      congruence). It is the cosine of the two rows of counts (ignore), of counts by level
      (congruence, boolean or names) or of net support (subtract, boolean), and lies in [0, 1], with
      subtract in [-1, 1]. Conflict and subtract of names are no products of rows and have none

    A value over 0 is 0, the diagonal is 0, the matrix symmetric. What is counted, `isolates` and
    the answer to no statements are as in `two_mode`.

    `dna_compatible` gives DNA's numbers where they differ: cosine divides by t[i] t[i'], which is
    no cosine; conflict of names counts what only one of the two says; an option of two-mode
    networks is read as ignore or no instead of raising InvalidDesign. DNA takes the scale from what
    occurs: see `with_observed_scale`, and its isolates from the time range: give that part of the
    table. Source: see the module.

    >>> from stancegraph.measure.discourse_statements import boolean, statements, text
    >>> table = statements(
    ...     {
    ...         "who": text(["a", "a", "b", "b"]),
    ...         "what": text(["x", "y", "x", "y"]),
    ...         "agrees": boolean([1, 1, 1, 0]),
    ...     },
    ...     time=["2005-02-02"] * 4,
    ... )
    >>> one_mode(table, Design("who", "what", "agrees", Aggregation.CONGRUENCE)).matrix.tolist()
    [[0.0, 1.0], [1.0, 0.0]]
    >>> subtract = Design("who", "what", "agrees", Aggregation.SUBTRACT, Normalization.COSINE)
    >>> one_mode(table, subtract).matrix.tolist()
    [[0.0, 0.0], [0.0, 0.0]]
    """
    design = checked(table, design, ONE_MODE, dna_compatible=dna_compatible)
    counts = Counts.of(table, design, isolates=isolates)
    return one_mode_of(counts, design, dna_compatible=dna_compatible)


def _over(values: Floats, divisor: Floats) -> Floats:
    """Divide; what is over 0 is 0."""
    quotient: Floats = np.divide(
        values,
        divisor,
        out=np.zeros_like(values),
        where=np.broadcast_to(divisor != 0, values.shape),
    )
    return quotient


def two_mode_of(counts: Counts, design: Design) -> Network:
    """Build a two-mode network from what was counted."""
    match design.aggregation:
        case Aggregation.SUBTRACT if counts.qualifier.levels is not None:
            values = dense(counts.by_column(counts.qualifier.levels[counts.level]))
        case Aggregation.COMBINE:
            values = _combined(counts)
        case _:
            values = dense(counts.by_column())
    return Network(counts.rows, counts.columns, _over(values, _share_of(counts, design, values)))


def _share_of(counts: Counts, design: Design, values: Floats) -> Floats:
    if design.normalization == Normalization.NO:
        return np.ones((1, 1))
    axis = 1 if design.normalization == Normalization.ACTIVITY else 0
    cells = values != 0 if design.aggregation == Aggregation.COMBINE else dense(counts.by_column())
    return np.asarray(cells.sum(axis=axis, keepdims=True), dtype=float)


def _combined(counts: Counts) -> Floats:
    levels = max(len(counts.qualifier.labels), 1)
    if levels > EXACT_LEVELS:
        raise InvalidDesign(
            f"{levels} levels cannot be combined, at most {EXACT_LEVELS}; recode the qualifier"
        )
    cell = (counts.row * len(counts.columns) + counts.column) * (levels + 1) + counts.level
    first = np.unique(cell, return_index=True)[1]
    row, column, level = counts.row[first], counts.column[first], counts.level[first]
    # Without a qualifier there is one level, and its code is that of no level.
    bits = 2.0 ** np.maximum(levels - 1 - level, 0)
    return dense(summed(row, column, bits, counts.shape))


@dataclass(frozen=True, slots=True, eq=False)
class Sums:
    """What a one-mode network is made of: sums over the columns, so that those of parts add up."""

    total: Floats
    """t: for every row its statements."""
    congruence: Floats
    """For every two rows; with ignore, all that they share."""
    conflict: Floats
    apart: Floats | None
    """By what jaccard divides; None with every other normalization."""

    def __add__(self, other: Sums) -> Sums:
        """Return the sums over the columns of both, which must be different ones."""
        apart = None
        if self.apart is not None and other.apart is not None:
            apart = self.apart + other.apart
        return Sums(
            self.total + other.total,
            self.congruence + other.congruence,
            self.conflict + other.conflict,
            apart,
        )


def sums_of(counts: Counts, design: Design, *, dna_compatible: bool = False) -> Sums:
    """Sum what every two rows share, over the columns that were counted."""
    congruence, conflict = agreement_and_conflict(counts, design, dna_compatible=dna_compatible)
    apart = None
    if design.normalization == Normalization.JACCARD:
        apart = _one_sided(counts) + product(counts.by_level, counts.by_level)
    return Sums(counts.total, congruence, conflict, apart)


def one_mode_of(counts: Counts, design: Design, *, dna_compatible: bool = False) -> Network:
    """Build a one-mode network from what was counted."""
    sums = sums_of(counts, design, dna_compatible=dna_compatible)
    return network_of(counts.rows, sums, design, dna_compatible=dna_compatible)


def network_of(
    rows: tuple[str, ...], sums: Sums, design: Design, *, dna_compatible: bool = False
) -> Network:
    """Build a one-mode network of these rows from the sums over all columns."""
    congruence, conflict = sums.congruence, sums.conflict
    match design.aggregation:
        case Aggregation.CONFLICT:
            values, own = conflict, congruence
        case Aggregation.SUBTRACT:
            values = own = congruence - conflict
        case _:
            values = own = congruence
    # A difference of weighted sums may miss 0 by rounding, and a root of that is not small.
    least = 1e-12 * (congruence + conflict).diagonal()
    length = np.sqrt(np.where(own.diagonal() > least, own.diagonal(), 0.0))
    values = _over(values, _divisor(sums, design, length, dna_compatible))
    np.fill_diagonal(values, 0.0)
    return Network(rows, rows, values)


def agreement_and_conflict(
    counts: Counts, design: Design, *, dna_compatible: bool
) -> tuple[Floats, Floats]:
    """Return congruence and conflict of every two rows; with ignore, all that they share and 0."""
    total = counts.by_column()
    shared = product(total, total)
    if design.aggregation == Aggregation.IGNORE:
        return shared, np.zeros_like(shared)
    if counts.qualifier.levels is not None:
        conflict = _distance(counts)
        return shared - conflict, conflict
    congruence = product(counts.by_level, counts.by_level)
    return congruence, _one_sided(counts) if dna_compatible else shared - congruence


def _distance(counts: Counts) -> Floats:
    """Sum the distances of all pairs of levels.

    |q[k] - q[l]| is the sum, over the steps of the scale between them, of the length of the step:
    so one product a step suffices, where going through the pairs of levels takes their square.
    """
    levels, span = counts.qualifier.levels, counts.qualifier.span
    conflict = np.zeros((len(counts.rows), len(counts.rows)))
    if levels is None or span is None or span[0] == span[1]:
        return conflict
    for step, width in enumerate(np.diff(levels), start=1):
        is_above = counts.level >= step
        crossed = product(counts.side(is_above), counts.side(~is_above))
        conflict += width * (crossed + crossed.T)
    # Divided once, at the end: so halves and wholes of integers stay exact.
    return conflict / (span[1] - span[0])


def _one_sided(counts: Counts) -> Floats:
    """For every two rows, how much each says that the other does not say with the same level."""
    x = counts.by_level
    alone = counts.total[:, None] - product(x, (x != 0).astype(float))
    return alone + alone.T


def _divisor(sums: Sums, design: Design, length: Floats, dna_compatible: bool) -> Floats:
    total = sums.total
    match design.normalization:
        case Normalization.AVERAGE:
            return np.add.outer(total, total) / 2
        case Normalization.JACCARD if sums.apart is not None:
            return sums.apart
        case Normalization.COSINE if dna_compatible:
            return np.multiply.outer(total, total)
        case Normalization.COSINE:
            return np.multiply.outer(length, length)
        case _:
            return np.ones((1, 1))
