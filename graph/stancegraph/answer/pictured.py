"""Pictures of the plain questions: who stands where, and who stands with whom."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from stancegraph.answer.figure import Dot, Dots
from stancegraph.answer.words import STANDS, count
from stancegraph.model import Polarity

if TYPE_CHECKING:
    from stancegraph.answer.align import Alignment
    from stancegraph.answer.position import Held
    from stancegraph.answer.who import Standing

MOST = 60
"""More rows than these no picture has."""

LEVELS = tuple(sorted((float(p.level), STANDS[p]) for p in Polarity if p.level is not None))
"""The levels as places on an axis, and what they are called."""


def standings(rows: Sequence[Standing], title: str) -> tuple[Dots, ...]:
    """Show where each actor stands on an option; nothing where nobody does."""
    return _on_levels([_standing(r, r.name) for r in rows], rows, title)


def holdings(rows: Sequence[Held], title: str) -> tuple[Dots, ...]:
    """Show where one actor stands on each option, of too many the last, and whence it moved."""
    return _on_levels([_standing(r, r.option_name, r) for r in rows], rows, title, first=-MOST)


def _standing(row: Standing, label: str, held: Held | None = None) -> Dot:
    change = held.change if held else None
    told = ", by others' word only" if row.hearsay else ""
    return Dot(
        label=label,
        value=row.polarity.level,
        before=change.polarity.level if change and change.is_own else None,
        is_hollow=row.hearsay,
        text=STANDS[row.polarity] if row.polarity.level is None else "",
        note=f"{label}: {STANDS[row.polarity]}{told}",
        records=row.decided_by,
    )


def _on_levels(
    dots: Sequence[Dot], rows: Iterable[Standing], title: str, *, first: int = 0
) -> tuple[Dots, ...]:
    """Show so many rows from the first one on; what is said is of all."""
    if not dots:
        return ()
    sides = [r.polarity.side for r in rows]
    parts = [f"{sides.count(1)} for", f"{sides.count(0)} undecided", f"{sides.count(-1)} against"]
    hollow = sum(d.is_hollow for d in dots)
    told = f"; {hollow} of {len(dots)} by others' word only" if hollow else ""
    return (
        Dots(
            title=title,
            says=f"{', '.join(parts)}{told}.",
            rows=tuple(dots[first:][:MOST]),
            axis="stance",
            low=min(level for level, _ in LEVELS),
            high=max(level for level, _ in LEVELS),
            ticks=LEVELS,
            middle=0,
            note=_left_out(dots),
        ),
    )


def alignments(rows: Sequence[Alignment], title: str) -> tuple[Dots, ...]:
    """Show on which share of their shared options others stand with an actor, nearest first.

    Nothing where none shares enough options. Of too many the nearest and the farthest are shown.
    """
    dots = [*_aligned(rows)]
    if not dots:
        return ()
    ends = dots if len(dots) <= MOST else [*dots[: MOST // 2], *dots[-MOST // 2 :]]
    return (
        Dots(
            title=title,
            says=f"{count(len(dots), 'actor')} with enough shared options, nearest first.",
            rows=tuple(ends),
            axis="share of the shared options with both on the same side",
            low=0,
            high=1,
            ticks=tuple((n / 4, f"{25 * n}%") for n in range(5)),
            middle=0.5,
            note=_left_out(dots),
        ),
    )


def _aligned(rows: Iterable[Alignment]) -> Iterator[Dot]:
    for r in rows:
        if r.agreement is not None:
            low, high = r.interval or (None, None)
            yield Dot(
                label=r.name,
                value=r.agreement,
                low=low,
                high=high,
                text=f"{r.same} of {r.shared}",
                note=f"{r.name}: the same side on {r.same} of {r.shared} shared options",
            )


def _left_out(dots: Sequence[Dot]) -> str:
    missing = len(dots) - MOST
    return f"{missing} others are not drawn: --format csv has all." if missing > 0 else ""
