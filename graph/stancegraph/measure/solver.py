"""Integer programs, as HiGHS in scipy solves them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Values = NDArray[np.float64]
Numbers = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Conditions:
    """Sums of `factors` times the variables at `columns`, row by row, that are at most `most`."""

    columns: Numbers
    factors: Values
    most: Values

    def __len__(self) -> int:
        return len(self.most)


def conditions(columns: ArrayLike, factors: ArrayLike, most: ArrayLike) -> Conditions:
    """Return conditions of equally many variables each; what all have in common is given once.

    >>> conditions([[0, 1], [1, 2]], [1, -1], 0).factors.tolist()
    [[1.0, -1.0], [1.0, -1.0]]
    """
    at = np.asarray(columns, dtype=np.int64)
    each = np.broadcast_to(np.asarray(factors, dtype=np.float64), at.shape)
    return Conditions(at, each, np.broadcast_to(np.asarray(most, dtype=np.float64), len(at)))


def minimum(
    cost: Values,
    given: Sequence[Conditions],
    *,
    whole: ArrayLike,
    seconds: float,
    low: ArrayLike = 0,
    high: ArrayLike = 1,
) -> tuple[Values | None, float]:
    """Return the variables, each from `low` to `high`, that cost least, and the cost's lower bound.

    The variables marked in `whole` take whole numbers. None where time ran out before any were
    found, or nothing fulfils the conditions. The bound is met up to a millionth of the largest
    cost. Of a program without variables: no variables.

    >>> apart = conditions([[0, 1]], [2, 2], 3)
    >>> found, bound = minimum(np.array([-1.0, -3.0]), [apart], whole=True, seconds=9)
    >>> found.tolist(), bound
    ([0.0, 1.0], -3.0)
    """
    if not len(cost):
        return np.zeros(0), 0.0
    if seconds <= 0:
        return None, -np.inf
    optimize = _scipy_optimize()
    # HiGHS's tolerances are absolute: as shares of the largest, costs of any size are alike.
    unit = float(np.abs(cost).max()) or 1.0
    found = optimize.milp(
        cost / unit,
        integrality=np.broadcast_to(whole, cost.shape).astype(np.int64),
        bounds=optimize.Bounds(low, high),
        constraints=_constraints(given, len(cost)),
        options={"time_limit": seconds, "mip_rel_gap": 0.0},
    )
    return found.x, unit * _bound(found)


def _scipy_optimize() -> Any:
    """Return the module, which has no types and whose defaults suggest wrong ones."""
    return import_module("scipy.optimize")


def _bound(found: Any) -> float:
    """Return what is proven; without whole numbers the optimum proves itself."""
    if found.status == 0 and found.mip_dual_bound is None:
        return float(found.fun)
    return -np.inf if found.mip_dual_bound is None else float(found.mip_dual_bound)


def _constraints(given: Sequence[Conditions], variables: int) -> Any:
    from scipy.sparse import csr_array

    some = [rows for rows in given if len(rows)]
    if not some:
        return ()
    widths = np.concatenate([np.full(len(rows), rows.columns.shape[1]) for rows in some])
    starts = np.concatenate([[0], np.cumsum(widths)])
    columns = np.concatenate([rows.columns.ravel() for rows in some])
    factors = np.concatenate([rows.factors.ravel() for rows in some])
    matrix = csr_array((factors, columns, starts), shape=(len(widths), variables))
    return _scipy_optimize().LinearConstraint(
        matrix, -np.inf, np.concatenate([rows.most for rows in some])
    )
