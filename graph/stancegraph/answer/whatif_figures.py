"""What a what-if shows: a film of its steps, and where each would end."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

import numpy as np

from stancegraph.answer.figure import Dot, Dots, Figure, Film, Frame
from stancegraph.answer.following import DIGITS, MAJORITY, plain_number
from stancegraph.answer.supposition import Case, supposed
from stancegraph.answer.whatif import Follower
from stancegraph.answer.whatif_words import between, rounded, stance, who_follows
from stancegraph.answer.words import STANDS, count, listed, sentence
from stancegraph.measure.influence import ROUNDING, SUSCEPTIBILITIES
from stancegraph.measure.signed import Values
from stancegraph.model import Polarity

_NOW = "Now"
_FRAMES = 12
_STILL = 0.02
"""Where a step moves everybody by less, the film goes on to the end."""

_DOTS = 40
_TICKS = tuple((p.scaled, STANDS[p]) for p in reversed(Polarity) if p.scaled is not None)


def figures_of(case: Case, rows: Sequence[Follower], susceptibility: float) -> Iterator[Figure]:
    """Yield the film of the steps, and where each ends over all susceptibilities."""
    numbers = [case.actors.index(r.actor) for r in rows[:_DOTS]]
    yield _film(case, numbers, susceptibility)
    yield _ranges(case, rows[:_DOTS])


def _ranges(case: Case, rows: Iterable[Follower]) -> Dots:
    """Show where each ends over all susceptibilities, from where it stands, beside no shift."""
    numbers = [case.actors.index(r.actor) for r in rows]
    middle = SUSCEPTIBILITIES.index(MAJORITY)
    with_, without = (s.opinions[middle] for s in (case.following.sweep, case.following.without))
    dots = [
        Dot(
            label=r.name,
            value=plain_number(with_[n]),
            low=r.low,
            high=r.high,
            before=r.start,
            expected=None if r.shifts else plain_number(without[n]),
            is_hollow=bool(r.start_hearsay) and not r.shifts,
            text="supposed" if r.shifts else _ends(r),
            note=_told(case, r),
            records=_records(case, r.actor),
        )
        for n, r in zip(numbers, rows, strict=True)
    ]
    return Dots(
        title=f"Where each would end if {supposed(case.shifts)}",
        says=f"{_sentence_of(case)} Not a forecast.",
        rows=tuple(dots),
        axis="opinion, from opposes to supports",
        low=-1,
        high=1,
        ticks=_TICKS,
        middle=0,
        expected_means="where it would end without the shift, at susceptibility .5",
        note="The dot is for susceptibility .5, the line for all from .2 to .9; the arrow begins "
        f"where the actor stands now. Hollow: by others' word only.{_cut(case)}",
    )


def _sentence_of(case: Case) -> str:
    return f"If {supposed(case.shifts)}: {who_follows(case)}."


def _ends(row: Follower) -> str:
    return f"from {rounded(row.crosses_at)}" if row.order and row.crosses_at else ""


def _told(case: Case, row: Follower) -> str:
    if row.shifts:
        return f"{row.name} is supposed to hold {rounded(row.low)} ({stance(row.low)})."
    name, now = row.name, "silent now" if row.start is None else stance(row.start)
    return f"{name}, {now}, would end {between(row.low, row.high)}."


def _records(case: Case, actor: str) -> tuple[str, ...]:
    position = case.positions.get(actor)
    return position.decided_by if position else ()


def _cut(case: Case) -> str:
    rest = len(case.actors) - _DOTS
    return f" The {_DOTS} whom the shift moves most; {rest} are left out." if rest > 0 else ""


def _film(case: Case, numbers: Sequence[int], susceptibility: float) -> Film:
    """Play how opinions move round by round, all at once, after the shift."""
    following = case.following
    way = following.way(susceptibility, _FRAMES - 3)
    moves = np.abs(np.diff(way, axis=0)).max(axis=1, initial=0)
    rounds = int(np.argmax(moves < _STILL)) if (moves < _STILL).any() else len(moves)
    way, end = way[: rounds + 1], following.settled(susceptibility)
    steps = [(f"Step {n}", _moved(case, *pair)) for n, pair in enumerate(pairwise(way), 1)]
    told = [
        (_NOW, _sides(following.present)),
        ("The shift", f"Suppose that {supposed(case.shifts)}."),
        *steps,
        ("In the end", _settled(case, end, following.settled_without(susceptibility))),
    ]
    frames = [
        _frame(case, numbers, opinions, label, says)
        for opinions, (label, says) in zip([following.present, *way, end], told, strict=True)
    ]
    return Film(
        title=f"What if {supposed(case.shifts)}, step by step",
        says=f"{_sentence_of(case)} Here, at susceptibility {rounded(susceptibility)}, each takes "
        f"{susceptibility:.0%} of its view in a step from those it listens to, and "
        f"{1 - susceptibility:.0%} from where it began. Not a forecast.",
        frames=tuple(frames),
        note=f"Susceptibility {rounded(susceptibility)} for all; each step counts what the others "
        f"stood for in the step before. An assumption played through, not a forecast.{_cut(case)}",
    )


def _frame(case: Case, numbers: Sequence[int], after: Values, label: str, says: str) -> Frame:
    """Show all opinions of a step, and from where they came."""
    start = case.following.present
    return Frame(
        label=label,
        says=says,
        shows=Dots(
            title=label,
            says=says,
            rows=tuple(
                Dot(
                    label=case.graph.actors[case.actors[n]].name,
                    value=plain_number(after[n]),
                    before=plain_number(start[n]),
                    is_hollow=_rests_on_hearsay(case, n, is_supposed=label != _NOW),
                    text="" if np.isnan(after[n]) else stance(after[n]),
                    note=_came(case, n, start[n], after[n]),
                    records=_records(case, case.actors[n]),
                )
                for n in numbers
            ),
            axis="opinion, from opposes to supports",
            low=-1,
            high=1,
            ticks=_TICKS,
            middle=0,
        ),
    )


def _rests_on_hearsay(case: Case, number: int, *, is_supposed: bool) -> bool:
    position = case.positions.get(case.actors[number])
    is_shifted = number in case.following.shifts and is_supposed
    return bool(position and position.is_hearsay) and not is_shifted


def _came(case: Case, number: int, start: float, now: float) -> str:
    name = case.graph.actors[case.actors[number]].name
    if np.isnan(now):
        return f"{name} {'has no position now' if np.isnan(start) else 'never settles'}."
    came = "" if np.isnan(start) else f"; it began at {rounded(start)}"
    return f"{name} stands at {rounded(now)} ({stance(now)}){came}."


def _sides(opinions: Values) -> str:
    for_, undecided, against = (int((np.sign(opinions) == side).sum()) for side in (1, 0, -1))
    return f"{for_} for, {undecided} undecided, {against} against."


def _moved(case: Case, before: Values, after: Values) -> str:
    """Say who moves most in a step: "Germany from -1.00 to -0.62"."""
    moved = np.abs(after - before).round(DIGITS)
    order: list[int] = np.argsort(-moved, kind="stable").tolist()
    most = [n for n in order if rounded(after[n]) != rounded(before[n])]
    if not most:
        return "All have settled."
    told = [f"{case.named(n)} from {rounded(before[n])} to {rounded(after[n])}" for n in most[:3]]
    told += [count(len(most) - 3, "other")] if most[3:] else []
    crossed = [n for n in most if before[n] * after[n] < 0]
    over = f" Across the middle: {case.names(crossed, 4)}." if crossed else ""
    return f"{sentence(listed(told))}.{over}"


def _settled(case: Case, end: Values, without: Values) -> str:
    """Say who ends on the other side than it began, of those whose shift is not supposed."""
    start = case.following.present
    restless = [n for n in case.others if np.isnan(end[n])]
    crossed = [n for n in case.others if start[n] * end[n] < -ROUNDING]
    too = [n for n in crossed if start[n] * without[n] < -ROUNDING]
    never = f"never settle{'s' * (len(restless) == 1)}"
    told = f"{case.names(restless)} {never}" if restless else "All have settled"
    told += f". Across the middle: {case.names(crossed)}" if crossed else ""
    told += f". Without the shift, too: {case.names(too)}" if too else ""
    return sentence(f"{told}." if crossed else f"{told}; nobody has crossed the middle.")
