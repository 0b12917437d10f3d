"""Who might follow if an actor shifted, under assumptions that are stated: never a forecast."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Unpack

from stancegraph.answer.answer import Answer, flags_of
from stancegraph.answer.shared import method, scoped
from stancegraph.answer.tying import Tying
from stancegraph.errors import StanceError
from stancegraph.scope import Which

if TYPE_CHECKING:
    from stancegraph.graph import Graph


@dataclass(frozen=True, slots=True, kw_only=True)
class Follower:
    """One actor in a what-if. Opinions are in [-1, 1]: -1 opposes, 1 supports."""

    actor: str
    name: str
    shifts: bool
    """Whether its shift is what is supposed."""
    start: float | None
    """Where it stands now; None where nothing is known."""
    start_hearsay: bool | None
    """Whether that rests on others' word only; None where nothing is known."""
    low: float
    """The lowest opinion on which it settles, over all susceptibilities."""
    high: float
    baseline_low: float | None
    """The same without the shift; None where nothing is known to begin with."""
    baseline_high: float | None
    effect_low: float | None
    """The least that the shift alone does, over all susceptibilities."""
    effect_high: float | None
    crosses_at: float | None
    """The least susceptibility with which it ends on the other side; None for never."""
    baseline_crosses_at: float | None
    """The same without the shift."""
    order: int | None
    """Its place among those that follow: cross to the side of the shift, and by it."""
    degroot: float | None
    """Where it ends if all but the shifted listen only; None where that never settles."""
    baseline_degroot: float | None
    joins_up_to: float | None
    """The highest threshold with which it joins the side of the shift; None for never, or already
    there."""
    wave_first: int | None
    """The earliest wave in which it joins, over all thresholds."""
    wave_last: int | None
    baseline_joins_up_to: float | None
    listens_to: int
    """To how many others it listens; who listens to nobody stays."""


SUSCEPTIBILITY = 0.6
"""With which the film plays, where no other is asked for."""


def whatif(
    graph: Graph,
    *shifts: str,
    listen: Sequence[str] = (),
    stands_for: Sequence[str] = (),
    silent: bool = False,
    susceptibility: float = SUSCEPTIBILITY,
    tying: Tying | None = None,
    **which: Unpack[Which],
) -> Answer[Follower]:
    """Say who might follow if an actor shifted, given who listens to whom: not a forecast.

    A shift is "usa supports allied-interception". `listen` names what the weights come from:
    records, alliances, agreement, or the path of a table; by default the first three. `stands_for`
    states whom a group means, as in "european-nations=deu,pol". `silent` lets those without a
    position begin in the middle. `susceptibility` is that of the film; the rest goes over all.
    """
    from stancegraph.answer.following import rows_of
    from stancegraph.answer.listening import groups_of
    from stancegraph.answer.supposition import case_of, shifts_of, supposed
    from stancegraph.answer.whatif_figures import figures_of
    from stancegraph.answer.whatif_words import (
        evidence_of,
        more_of,
        notes_of,
        tables_of,
        verdict_of,
    )

    if not 0 <= susceptibility <= 1:
        raise StanceError(f"susceptibility {susceptibility!r}: give 0 to 1")
    tying, scope = tying or Tying(), graph.scope(**which)
    supposed_ = shifts_of(graph, shifts)
    groups = groups_of(graph, stands_for, scope.as_of)
    case = case_of(graph, supposed_, listen, groups, scope, tying, is_silent_in=silent)
    rows = tuple(rows_of(case))
    return Answer(
        question=f"What if {supposed(supposed_)}?",
        verdict=verdict_of(case, rows),
        as_of=scope.as_of,
        method=method(
            roll_up=scope.roll_up,
            own_words=scope.own_words,
            extra="Friedkin and Johnsen 1990, swept over susceptibility .2 to .9; DeGroot 1974; "
            "Granovetter 1978, swept over thresholds .2 to .8; the same without the shift beside "
            "each",
        ),
        row_class=Follower,
        rows=rows,
        evidence=evidence_of(case, rows),
        flags=(*flags_of(case.positions.values()), *(["insufficient"] if case.thin else [])),
        more=more_of(case, susceptibility, rows),
        tables=tuple(tables_of(case, rows)),
        notes=tuple(notes_of(case, rows)),
        reproduce=scoped(
            "whatif",
            *(s.as_text for s in supposed_),
            *_words(listen, stands_for, silent, susceptibility),
            *tying.as_words,
            graph=graph,
            scope=scope,
        ),
        figures=() if case.thin else tuple(figures_of(case, rows, susceptibility)),
    )


def _words(
    listen: Sequence[str], stands_for: Sequence[str], is_silent_in: bool, susceptibility: float
) -> Iterator[str]:
    """Yield the options by which the same is assumed again."""
    yield from (f"--listen={name}" for name in listen)
    yield from (f"--as={text}" for text in stands_for)
    if is_silent_in:
        yield "--silent"
    if susceptibility != SUSCEPTIBILITY:
        yield f"--susceptibility={susceptibility}"
