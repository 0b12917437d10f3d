"""From coded statements to the networks that were asked for, in the order in which DNA works."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from stancegraph.errors import StanceError, UnknownName
from stancegraph.measure.discourse import (
    Aggregation,
    Design,
    InvalidDesign,
    Network,
    one_mode,
    two_mode,
)
from stancegraph.measure.discourse_kernels import (
    Kernel,
    Smoothing,
    smoothed_one_mode,
    smoothed_two_mode,
    to_unit_sum,
)
from stancegraph.measure.discourse_statements import (
    Duplicates,
    Moment,
    Statements,
    select,
    with_observed_scale,
    without_duplicates,
)
from stancegraph.measure.discourse_windows import Unit, event_windows, windows
from stancegraph.suggest import did_you_mean

EVENTS = "events"
QUALIFIERS = ("polarity", "agreement")


@dataclass(frozen=True, slots=True)
class Span:
    """How wide a moving window is: so many units of time, or so many statements."""

    width: int
    unit: Unit | None
    """None for statements."""

    @classmethod
    def of(cls, text: str) -> Span:
        """Read "3months" or "10events".

        >>> Span.of("3months"), Span.of("10events").unit
        (Span(width=3, unit=<Unit.MONTHS: 'months'>), None)
        """
        found = re.fullmatch(r"\s*(\d+)\s*([a-z]+?)s?\s*", text.lower())
        units = {unit.value.removesuffix("s"): unit for unit in Unit}
        if not found or int(found[1]) < 1 or found[2] not in (*units, "event"):
            known = ", ".join([*(unit.value for unit in Unit), EVENTS])
            raise StanceError(f"a window is a number and one of {known}, not {text!r}")
        return cls(int(found[1]), units.get(found[2]))


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a network is made of."""

    design: Design
    is_one_mode: bool
    duplicates: Duplicates = Duplicates.INCLUDE
    since: Moment | None = None
    until: Moment | None = None
    only: Mapping[str, Collection[str]] = field(default_factory=dict)
    without: Mapping[str, Collection[str]] = field(default_factory=dict)
    at_least: Mapping[str, int] = field(default_factory=dict)
    has_isolates: bool = False
    window: Span | None = None
    kernel: Kernel | None = None
    is_indented: bool = False
    """Whether a kernel's first and last times lie half a window inside the range."""
    is_normalized_to_one: bool = False
    dna_compatible: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Made:
    """A network, and of which time it is where there are several."""

    network: Network
    centre: np.datetime64 | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Prepared:
    """The statements that count, and how many were left out on the way."""

    table: Statements
    ranged: Statements
    """Those of the time asked for, whose labels are the isolates."""
    all_: int

    @property
    def in_words(self) -> str:
        """How many statements count, of how many."""
        return counted_in_words(len(self.table), len(self.ranged), self.all_)


def counted_in_words(kept: int, ranged: int, all_: int) -> str:
    """Say how many statements count, of how many, and why the others do not."""
    parts = [f"{all_ - ranged:,} of another time"] if all_ > ranged else []
    parts += [f"{ranged - kept:,} filtered or said before"] if ranged > kept else []
    rest = f" ({', '.join(parts)})" if parts else ""
    return f"from {kept:,} of {all_:,} statements{rest}"


def prepared(table: Statements, wanted: Wanted) -> Prepared:
    """Apply time, filters, the least frequency and the rule on duplicates, in this order."""
    check_names(table.columns, wanted)
    try:
        ranged = select(table, since=wanted.since, until=wanted.until)
    except ValueError as error:
        raise StanceError(f"no time such as 2005-02-02 or 2005-02-02T12:00:00: {error}") from None
    if wanted.dna_compatible and wanted.design.qualifier:
        ranged = with_observed_scale(ranged, wanted.design.qualifier)
    kept = select(ranged, only=wanted.only, without=wanted.without, at_least=wanted.at_least)
    design = wanted.design
    by = [design.rows, design.columns]
    if design.aggregation != Aggregation.IGNORE and design.qualifier:
        by.append(design.qualifier)
    kept = without_duplicates(kept, wanted.duplicates, by, dna_compatible=wanted.dna_compatible)
    return Prepared(kept, ranged, len(table))


def check_names(variables: Collection[str], wanted: Wanted) -> None:
    """Raise UnknownName where a network is wanted of a variable that statements do not have."""
    design = wanted.design
    asked = (design.rows, design.columns, design.qualifier)
    for name in (*asked, *wanted.only, *wanted.without, *wanted.at_least):
        if name is not None and name not in variables:
            known = sorted(variables)
            hint = did_you_mean(name, known)
            raise UnknownName(f"no variable {name!r}{hint}\nthere are {', '.join(known)}")


def qualifier_of(variables: Collection[str], aggregation: Aggregation) -> str | None:
    """Return the column that qualifies where none is named: polarity, or else agreement."""
    if aggregation == Aggregation.IGNORE:
        return None
    return next((name for name in reversed(QUALIFIERS) if name in variables), None)


def networks(found: Prepared, wanted: Wanted) -> Iterator[Made]:
    """Make the network, or one for each window."""
    if wanted.kernel:
        yield from _smoothed(found, wanted)
    elif wanted.window:
        yield from _moving(found, wanted)
    else:
        yield Made(_built(found.table, found.ranged, wanted))


def _built(table: Statements, ranged: Statements, wanted: Wanted) -> Network:
    build = one_mode if wanted.is_one_mode else two_mode
    return build(
        table,
        wanted.design,
        isolates=ranged if wanted.has_isolates else None,
        dna_compatible=wanted.dna_compatible,
    )


def _moving(found: Prepared, wanted: Wanted) -> Iterator[Made]:
    span = wanted.window
    if span is None:
        return
    moved = (
        event_windows(found.table, span.width)
        if span.unit is None
        else windows(found.table, span.width, span.unit, since=wanted.since, until=wanted.until)
    )
    for window in moved:
        yield Made(_built(window.statements, found.table, wanted), window.centre)


def _smoothed(found: Prepared, wanted: Wanted) -> Iterator[Made]:
    if wanted.window is None or wanted.window.unit is None or wanted.kernel is None:
        raise InvalidDesign("a kernel needs a window of time, as in --window 3months")
    smoothing = Smoothing(
        wanted.kernel, wanted.window.width, wanted.window.unit, is_indented=wanted.is_indented
    )
    smooth = smoothed_one_mode if wanted.is_one_mode else smoothed_two_mode
    for part in smooth(found.table, wanted.design, smoothing, dna_compatible=wanted.dna_compatible):
        network = to_unit_sum(part.network) if wanted.is_normalized_to_one else part.network
        yield Made(network, part.centre)


def with_default_qualifier(variables: Collection[str], wanted: Wanted) -> Wanted:
    """Fill in the qualifier where none is named."""
    if wanted.design.qualifier:
        return wanted
    qualifier = qualifier_of(variables, wanted.design.aggregation)
    return replace(wanted, design=replace(wanted.design, qualifier=qualifier))
