"""How changes of position look: a table and arrows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from stancegraph.answer.answer import Table
from stancegraph.answer.figure import Dot, Dots
from stancegraph.answer.movers import Shift
from stancegraph.answer.words import (
    LEVEL_TICKS,
    STANDS,
    count,
    dated,
    in_figures,
    listed,
    some,
)

LISTED = 25
"""So many changes are in the table."""

_DRAWN = 60


def table(rows: Sequence[Shift]) -> Table:
    """Return the first changes, one a row."""
    return Table(
        "Who moved",
        ("Actor", "Option", "From", "To", "Last before", "First after", "Shown by", "Order"),
        tuple(
            (
                r.name,
                r.option,
                STANDS[r.polarity_before],
                STANDS[r.polarity] + _remark(r),
                in_figures(r.last_before),
                in_figures(r.first_after),
                _shown_by(r),
                str(r.order) if r.order else "",
            )
            for r in rows[:LISTED]
        ),
    )


def _remark(row: Shift) -> str:
    if row.kind == "reversal":
        return ", again"
    if set(row.conditions) == set(row.conditions_before):
        return ""
    return f" ({', '.join(row.conditions) or 'no terms'})"


def _shown_by(row: Shift) -> str:
    if row.is_lapse:
        return "end of a declared time"
    if not row.is_own:
        return "hearsay"
    return "itself" if row.is_same_speaker else "other voice"


_GROUPS = ("the same voice", "another voice of the same actor", "others' word, or a declared end")
"""By what a change is shown."""


def _group(row: Shift) -> int:
    return 2 if not row.is_own else 0 if row.is_same_speaker else 1


def told_groups(rows: Sequence[Shift]) -> str:
    """Say by what so many changes are shown: "shown 19 by the same voice and 17 by another"."""
    sizes = Counter(_group(r) for r in rows)
    told = (
        f"{sizes[n]} by {name}" if len(sizes) > 1 else f"by {name}"
        for n, name in enumerate(_GROUPS)
        if sizes[n]
    )
    return f"shown {listed(told)}"


def figure(rows: Sequence[Shift]) -> Dots:
    """Return an arrow for each change, from where the actor stood to where it stands."""
    return Dots(
        title="Who moved, and how far",
        says=f"{count(len(rows), 'change')} of position, {told_groups(rows)}: "
        f"{some(list(dict.fromkeys(r.name for r in rows)), 5)}.",
        rows=tuple(
            Dot(
                label=f"{r.name}: {r.option}",
                value=float(r.polarity.level or 0),
                before=float(r.polarity_before.level or 0),
                group=_group(r),
                is_hollow=not r.is_own,
                text=dated(r.first_after),
                note=f"{r.name} on {r.option}: {STANDS[r.polarity_before]} (last "
                f"{dated(r.last_before)}), then {STANDS[r.polarity]} ({dated(r.first_after)}).",
                records=(*r.evidence_before, *r.evidence),
            )
            for r in rows[:_DRAWN]
        ),
        axis="stance",
        low=-2,
        high=2,
        ticks=LEVEL_TICKS,
        middle=0,
        groups=_GROUPS,
        note="An arrow leads from where it stood to where it stands; hollow: not by its own word."
        + (f" The first {_DRAWN} of {len(rows)}." if rows[_DRAWN:] else ""),
    )
