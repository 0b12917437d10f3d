"""How a series and its breaks look: tables and lines."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from stancegraph.answer.answer import Table
from stancegraph.answer.figure import Line, Lines, Point
from stancegraph.answer.series import Break, By, SeriesPoint
from stancegraph.answer.words import LEVEL_TICKS, count, day, listed, sentence
from stancegraph.measure.interval import jeffreys

if TYPE_CHECKING:
    from stancegraph.measure.change_points import Changes


_LISTED = 25


def mean_told(mean: float, *, is_share: bool) -> str:
    """Return a mean of agreement as a share, one of stances as a number from -1 to 1."""
    return f"{mean:.0%}" if is_share else f"{mean:+.2f}"


def tables(
    points: Sequence[SeriesPoint],
    found: Changes | None,
    rows: Sequence[Break],
    by: By,
    *,
    is_share: bool,
) -> Iterator[Table]:
    """Yield the breaks, or where none could be sought what is on record."""
    if rows:
        yield Table(
            "Breaks",
            (
                *("Last before", "First after", "Before", "After", sentence(f"{by}s")),
                "Options" if is_share else "Records",
                "Share of all options (95%)",
            ),
            tuple(
                (
                    r.not_before.isoformat(),
                    r.not_after.isoformat(),
                    mean_told(r.mean_before, is_share=is_share),
                    mean_told(r.mean_after, is_share=is_share),
                    f"{r.points_before} and {r.points_after}",
                    f"{r.n_before} and {r.n_after}",
                    _intervals(r),
                )
                for r in rows
            ),
        )
    elif points and found is None:
        yield Table(
            "What is on record",
            ("When", "Same side", "Last option")
            if is_share
            else ("When", "Stance", "Records", "Last record"),
            tuple(_cells(p, is_share=is_share) for p in points[-_LISTED:]),
        )


def _cells(p: SeriesPoint, *, is_share: bool) -> tuple[str, ...]:
    if is_share:
        return p.at.isoformat(), f"{round(p.value * p.n)} of {p.n}", p.last
    return p.at.isoformat(), mean_told(p.value, is_share=False), str(p.n), p.last


def _intervals(r: Break) -> str:
    if r.interval_before is None or r.interval_after is None:
        return ""
    (a, b), (c, d) = r.interval_before, r.interval_after
    return f"{a * 100:.0f} to {b:.0%}, then {c * 100:.0f} to {d:.0%}"


def figure(
    name: str,
    points: Sequence[SeriesPoint],
    found: Changes | None,
    rows: Sequence[Break],
    by: By,
    *,
    is_share: bool,
) -> tuple[Lines, ...]:
    """Return the points of a series, and the level of each stretch where breaks were sought."""
    if not points:
        return ()
    labels = [str(r.not_after.year) if by == "year" else day(r.not_after) for r in rows]
    dots = Line(
        label="share on the same side" if is_share else "stances",
        points=tuple(_point(p, is_share=is_share) for p in points),
        is_scatter=True,
    )
    steps = (Line(label="level", points=_levels(points, found), is_steps=True),) if found else ()
    if found is None:
        says = f"{count(len(points), 'point')}: too few to find a break."
    elif rows:
        says = f"{count(len(rows), 'break')}: " + listed(
            f"{mean_told(r.mean_before, is_share=is_share)} to "
            f"{mean_told(r.mean_after, is_share=is_share)} from {label} on"
            for r, label in zip(rows, labels, strict=True)
        )
        says += "."
    else:
        says = f"No break in {count(len(points), 'point')}."
    return (
        Lines(
            title=sentence(name),
            says=says,
            lines=(dots, *steps),
            axis="share of shared options on the same side" if is_share else "stance",
            low=0 if is_share else -1,
            high=1,
            ticks=() if is_share else tuple((at / 2, label) for at, label in LEVEL_TICKS),
            breaks=tuple((r.not_after, label) for r, label in zip(rows, labels, strict=True)),
            note="Each point is a mean; the line is the level of each stretch."
            if found
            else "Each point is a mean; no level is drawn through so few.",
        ),
    )


def _point(p: SeriesPoint, *, is_share: bool) -> Point:
    low, high = jeffreys(round(p.value * p.n), p.n) if is_share and p.n > 1 else (None, None)
    return Point(at=p.at, value=p.value, low=low, high=high, note=f"{p.n}, last {p.last}")


def _levels(points: Sequence[SeriesPoint], found: Changes) -> tuple[Point, ...]:
    starts = (0, *found.breaks)
    levels = [
        Point(at=points[at].since, value=mean) for at, mean in zip(starts, found.means, strict=True)
    ]
    return (*levels, Point(at=points[-1].at, value=found.means[-1]))
