"""What a picture of an answer shows, as plain data: the views draw it, and measure nothing.

Every mark may name the records that it rests on, so that a page leads from it to the evidence. A
`note` is what a reader gets to know of a mark who points at it, in a sentence.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Literal, TypeAlias

TieMark = Literal["plain", "odd", "kept", "faint"]
"""How a tie stands out: not; it contradicts the camps; it is more than noise; it is noise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """An actor of a network."""

    id: str
    label: str
    group: int | None = None
    """The number of its group in `Web.groups`; None for none."""
    size: float = 1
    """How much it stands out, from 0 to 1, by its area."""
    is_fringe: bool = False
    """Whether it belongs to its group loosely only."""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tie:
    """A tie between two nodes, by their ids."""

    a: str
    b: str
    weight: float
    """Above 0 friends, below 0 foes; in [-1, 1]."""
    mark: TieMark = "plain"
    note: str = ""
    records: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Web:
    """A signed network, its groups apart: friends by whole lines, foes by broken ones."""

    title: str
    says: str
    """What it shows, in a sentence or two, also for whoever cannot see it."""
    nodes: tuple[Node, ...]
    ties: tuple[Tie, ...]
    groups: tuple[str, ...] = ()
    """The names of the groups."""
    note: str = ""
    """How to read it, and how not to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A filled cell of a grid."""

    row: int
    column: int
    value: float
    """What decides its colour: in [-1, 1] or, where `Grid.is_signed` is false, in [0, 1]."""
    text: str = ""
    note: str = ""
    records: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """Rows by columns, a colour a cell; what is not filled is not known."""

    title: str
    says: str
    rows: tuple[str, ...]
    """Labels."""
    columns: tuple[str, ...]
    cells: tuple[Cell, ...]
    is_signed: bool
    """Whether values go from -1 by 0 to 1, or from 0 to 1."""
    ends: tuple[str, str]
    """What the lowest and the highest value mean."""
    row_breaks: tuple[int, ...] = ()
    """Before which rows a new group begins."""
    column_breaks: tuple[int, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dot:
    """A row of `Dots`: a value on an axis, with where it may lie and what it is compared with."""

    label: str
    value: float | None
    """None where it is not known: the row says so by its `text`."""
    low: float | None = None
    high: float | None = None
    """Where the value may lie."""
    before: float | None = None
    """Where it was: an arrow leads from there to the value."""
    expected: float | None = None
    """What it is compared with, as what chance would give."""
    group: int | None = None
    is_hollow: bool = False
    """Whether it rests on hearsay, or on little."""
    text: str = ""
    """What stands at the end of the row."""
    note: str = ""
    records: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Dots:
    """Rows of values on one axis: rankings, intervals, moves."""

    title: str
    says: str
    rows: tuple[Dot, ...]
    axis: str
    """What the values are, with their unit."""
    low: float
    """Where the axis begins."""
    high: float
    ticks: tuple[tuple[float, str], ...] = ()
    """Places on the axis and what to call them; round numbers where none are given."""
    middle: float | None = None
    """A place on the axis to be marked, such as where sides change."""
    groups: tuple[str, ...] = ()
    expected_means: str = ""
    """What `Dot.expected` is, for the key."""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """A point of a line: a day or a number, and a value."""

    at: date | float
    value: float | None
    """None breaks the line: too little is known."""
    low: float | None = None
    high: float | None = None
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A series over time, or over a number."""

    label: str
    points: tuple[Point, ...]
    is_steps: bool = False
    """Whether the value holds until the next point, as a level does, rather than moves to it."""
    is_scatter: bool = False
    """Whether the points stand alone, without a line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lines:
    """Series on one axis of values, with the bands in which they may lie."""

    title: str
    says: str
    lines: tuple[Line, ...]
    axis: str
    low: float
    high: float
    ticks: tuple[tuple[float, str], ...] = ()
    across: str = ""
    """What goes from left to right, where it is not time."""
    breaks: tuple[tuple[date | float, str], ...] = ()
    """Places from left to right that are marked, and their labels."""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """An actor on a map."""

    label: str
    x: float
    y: float
    group: int | None = None
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Direction:
    """An option on a map: whoever is for it lies this way."""

    label: str
    x: float
    y: float
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Map:
    """Places in two dimensions, with the directions that give them a meaning."""

    title: str
    says: str
    places: tuple[Place, ...]
    across: str
    """What the first dimension is."""
    up: str
    directions: tuple[Direction, ...] = ()
    groups: tuple[str, ...] = ()
    note: str = ""


Still: TypeAlias = Web | Grid | Dots | Lines | Map


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """One step of a film."""

    label: str
    says: str
    """What happens in this step."""
    shows: Still


@dataclass(frozen=True, slots=True, kw_only=True)
class Film:
    """Steps that a page plays one after the other; print has them below each other."""

    title: str
    says: str
    frames: tuple[Frame, ...] = field(default=())
    note: str = ""


Figure: TypeAlias = Still | Film
