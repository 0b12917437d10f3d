"""How far a bloc stands together: option by option, year by year and over all."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Literal, Unpack

from stancegraph.answer.answer import Answer, Table
from stancegraph.answer.shared import method, scoped
from stancegraph.answer.words import count, named, sentence
from stancegraph.errors import StanceError
from stancegraph.measure.agreement import MINIMUM_SHARED
from stancegraph.scope import Scope, Which

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from stancegraph.columns import Held
    from stancegraph.graph import Graph

Over = Literal["all", "year", "option"]
LEAST_MEMBERS = 2
"""Fewer members than this with a position on an option cannot stand together on it."""
DRAWS = 1000
_SHOWN = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Cohesion:
    """How far members stand together on an option, or on the options of a year or of all."""

    over: str
    """The option, the year, or "all"."""
    options: int
    """Options on which at least two members have a position."""
    members: int
    """Members with a position on any of them."""
    agreement_index: float | None
    """Hix, Noury and Roland's, its mean over options; 1 all alike, 0 evenly divided in three."""
    low: float | None
    """Where that mean may lie with options drawn again: 95% interval."""
    high: float | None
    rice: float | None
    """Rice's index, its mean over options on which members take sides."""
    van_der_eijk: float | None
    """Van der Eijk's A of ordered levels, its mean over options: 1 to -1."""
    alpha: float | None
    """Krippendorff's alpha, interval; None for one option or without variation."""


def cohesion(
    graph: Graph,
    organization: str,
    *,
    by: Over = "all",
    option: str | None = None,
    seed: int = 0,
    **which: Unpack[Which],
) -> Answer[Cohesion]:
    """Say how far the members of an organisation stand together.

    A member counts where it was one on the day of its position; without a day, on the day of the
    question.
    """
    bloc, scope = graph.actor(organization), graph.scope(**which)
    if not graph.members(bloc.id, None):
        raise StanceError(
            f"no members of {bloc.name} are on record; 'stancegraph import memberships' adds them"
        )
    held = _members_only(graph, bloc.id, graph.held(scope), scope)
    if option:
        chosen = graph.option(option)
        held = held.where(held.option == held.options.index(chosen.id))
    held = _shared_only(held)
    whole = _cohesion("all", held, seed)
    rows = (whole,) if by == "all" else tuple(_parts(held, by, seed))
    names = {o: graph.options[o].name for o in _options(held)}
    is_enough = whole.options >= (1 if option else MINIMUM_SHARED)
    return Answer(
        question=f"How far do the members of {named(bloc)} stand together?",
        verdict=_verdict(named(bloc), whole, held, is_enough=is_enough),
        as_of=scope.as_of,
        method=method(
            roll_up=scope.roll_up,
            own_words=scope.own_words,
            extra="members at the date of each position; agreement index (Hix, Noury and Roland "
            "2005), mean over options with a bootstrap interval, options drawn; Rice 1925; van der "
            "Eijk 2001; Krippendorff's alpha, interval",
        ),
        row_class=Cohesion,
        rows=rows,
        evidence=(),
        flags=() if is_enough else ("insufficient",),
        more={
            "organization": bloc.id,
            "by": by,
            "seed": seed,
            "overall": whole,
            "roll_up": scope.roll_up,
        },
        tables=(_table(rows[:_SHOWN], by, names),) if rows and held.actor.size else (),
        notes=(f"The first {_SHOWN} are shown: --format csv has all.",) if rows[_SHOWN:] else (),
        reproduce=scoped(
            "cohesion",
            bloc.id,
            *(("--by", by) if by != "all" else ()),
            *(("--option", option) if option else ()),
            graph=graph,
            scope=scope,
        ),
    )


def _members_only(graph: Graph, organization: str, held: Held, scope: Scope) -> Held:
    """Keep the positions that somebody took while a member."""
    import numpy as np

    spells = graph.spells(organization)
    asked = np.datetime64(scope.as_of or date.max, "D")
    day = np.where(np.isnat(held.day), asked, held.day)
    kept = np.zeros(len(held), dtype=bool)
    for at, actor in enumerate(held.actors):
        for since, until in spells.get(actor, ()):
            first, last = np.datetime64(since or date.min), np.datetime64(until or date.max)
            kept |= (held.actor == at) & (day >= first) & (day <= last)
    return held.where(kept)


def _shared_only(held: Held) -> Held:
    """Keep the options on which at least two members have a position."""
    import numpy as np

    times = np.bincount(held.option, minlength=len(held.options))
    return held.where(times[held.option] >= LEAST_MEMBERS)


def _options(held: Held) -> list[str]:
    import numpy as np

    return [held.options[n] for n in np.unique(held.option)]


def _parts(held: Held, by: Over, seed: int) -> Iterator[Cohesion]:
    """Yield the cohesion of each year, or of each option, the least first."""
    import numpy as np

    if by == "year":
        years = held.day.astype("datetime64[Y]")
        for year in np.unique(years[~np.isnat(years)]):
            yield _cohesion(str(year), _shared_only(held.where(years == year)), seed)
        return
    found = [
        _cohesion(held.options[n], held.where(held.option == n), seed)
        for n in np.unique(held.option).tolist()
    ]
    yield from sorted(found, key=lambda c: (c.agreement_index or 0.0, c.over))


def _cohesion(over: str, held: Held, seed: int) -> Cohesion:
    import numpy as np

    from stancegraph.measure.alpha import alpha
    from stancegraph.measure.cohesion import agreement_index, mean_cohesion, rice, van_der_eijk

    counts = _counts(held)
    indices = agreement_index(counts)
    mean = mean_cohesion(indices, seed=seed, draws=DRAWS if counts.shape[1] > 1 else 1)
    columns = np.unique(held.option, return_inverse=True)[1]
    rows = np.unique(held.actor, return_inverse=True)[1]
    ratings = np.full((int(rows.max(initial=-1)) + 1, counts.shape[1]), np.nan)
    ratings[rows, columns] = held.level
    is_several = counts.shape[1] > 1
    return Cohesion(
        over=over,
        options=counts.shape[1],
        members=len(ratings),
        agreement_index=mean.value,
        low=mean.low if is_several else None,
        high=mean.high if is_several else None,
        rice=_mean(rice(counts)),
        van_der_eijk=_mean(np.array([van_der_eijk(c) for c in counts.T])),
        alpha=alpha(ratings, metric="interval") if is_several else None,
    )


def _counts(held: Held) -> NDArray[np.int64]:
    """Return how many hold each level: three levels where nobody leans, else five."""
    import numpy as np

    levels = (-2, 0, 2) if not (np.abs(held.level) == 1).any() else (-2, -1, 0, 1, 2)
    options, columns = np.unique(held.option, return_inverse=True)
    rows = np.searchsorted(levels, held.level)
    flat = np.bincount(rows * len(options) + columns, minlength=len(levels) * len(options))
    return flat.reshape(len(levels), len(options)).astype(np.int64)


def _mean(values: NDArray[np.float64]) -> float | None:
    import numpy as np

    known = values[~np.isnan(values)]
    return float(known.mean()) if len(known) else None


def _verdict(name: str, whole: Cohesion, held: Held, *, is_enough: bool) -> str:
    members, options = count(whole.members, "member"), count(whole.options, "option")
    if not is_enough or whole.agreement_index is None:
        return (
            f"Insufficient: at least {LEAST_MEMBERS} members of {name} have a position on "
            f"{options}, and a mean needs {MINIMUM_SHARED}."
        )
    start = sentence(f"{name}: agreement index {whole.agreement_index:.2f}")
    spread = f" ({whole.low:.2f} to {whole.high:.2f})" if whole.low is not None else ""
    alpha = f", alpha {whole.alpha:.2f}" if whole.alpha is not None else ""
    return f"{start}{spread}{alpha}, over {options} and {members}."


def _table(rows: tuple[Cohesion, ...], by: Over, names: dict[str, str]) -> Table:
    first = {"all": "Over", "year": "Year", "option": "Option"}[by]

    def told(value: float | None) -> str:
        return "undefined" if value is None else f"{value:.2f}"

    return Table(
        "Cohesion",
        (first, "What", "Options", "Members", "Agreement index", "Rice", "van der Eijk", "Alpha"),
        tuple(
            (
                r.over,
                names.get(r.over, ""),
                str(r.options),
                str(r.members),
                told(r.agreement_index)
                + (f" ({r.low:.2f} to {r.high:.2f})" if r.low is not None else ""),
                told(r.rice),
                told(r.van_der_eijk),
                told(r.alpha),
            )
            for r in rows
        ),
    )
