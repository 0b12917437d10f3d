"""Polarization as numbers: a network, and those of windows of time, measured and drawn again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from stancegraph.answer.polarization import Measuring, Window
from stancegraph.answer.ties import (
    LEAST_ACTORS,
    Network,
    among,
    drawn_again,
    meetings_of,
    weights_of,
)
from stancegraph.answer.windows import Length, fitting, length_of, step_for, windows
from stancegraph.measure.coalitions import Modularity, best_modularity, climbed_modularity
from stancegraph.measure.polarization import esteban_ray, external_internal
from stancegraph.progress import followed

if TYPE_CHECKING:
    from stancegraph.graph import Graph

Values = NDArray[np.float64]
Numbers = NDArray[np.int64]

EXACT_TO = 10
"""Up to so many actors the best camps are proven at once; beyond, the answer says none are."""

CLIMBED_FROM = 60
"""A network drawn again of more actors is divided by a climb from the camps it had before."""

LEAST_WINDOWS = 3
"""Of fewer windows with ties nothing is said about a movement."""

MOST = 0.5
"""Windows are long enough of which so many tell, as a share."""

Movement = Literal["rising", "falling", "no clear movement", "not told"]
Span = tuple[date, date]
Estimates: TypeAlias = tuple[float | None, float | None, float | None]
"""Signed modularity, Esteban-Ray and E-I; what cannot be told is None."""

NOTHING: Estimates = (None, None, None)
BAND = (0.025, 0.975)


@dataclass(frozen=True, slots=True, eq=False)
class Measured:
    """A window, and the network that it was measured on."""

    row: Window
    network: Network


@dataclass(frozen=True, slots=True, eq=False)
class Parts:
    """The networks of the windows, and how long windows are and how far they move."""

    networks: tuple[tuple[Span, Network], ...] = ()
    length: Length | None = None
    step: Length | None = None

    @property
    def told(self) -> int:
        """In how many windows enough actors have ties."""
        return sum(is_told(network) for _, network in self.networks)

    @property
    def is_enough(self) -> bool:
        """Whether something can be said of a movement."""
        return self.told >= LEAST_WINDOWS

    @property
    def share(self) -> float:
        """Of all windows those in which enough actors have ties."""
        return self.told / max(1, len(self.networks))


def parts_of(graph: Graph, network: Network, asked: Measuring) -> Parts:
    """Return the networks of windows, by default as short as still let most of them tell.

    Where no length does, as in a debate with long pauses, the length of which the most do.
    """
    length, step = (length_of(text) if text else None for text in (asked.window, asked.step))
    days = network.held.day[~np.isnat(network.held.day)]
    if not len(days):
        return Parts(length=length, step=step)
    first, last = _first_day(graph, network), _day(days.max())
    found = []
    for tried in (length,) if length else fitting(first, last):
        moved = step or step_for(tried, first, last)
        spans = windows(tried, moved, first, _end(network, last, tried))
        shown = followed(spans, f"windows of {tried.in_words}", len(spans))
        networks = tuple((span, _network_in(graph, network, span)) for span in shown)
        found.append(Parts(networks, tried, moved))
        if found[-1].is_enough and found[-1].share >= MOST:
            break
    return max(found, key=lambda p: (p.is_enough, p.share))


def _day(when: np.datetime64) -> date:
    found: date = when.astype("datetime64[D]").item()
    return found


def _end(network: Network, last: date, length: Length) -> date:
    """Return the day on which windows end: that of the answer, unless all is long said by then."""
    until = network.scope.as_of or last
    return until if until - last < timedelta(length.days) else last


def _first_day(graph: Graph, network: Network) -> date:
    """Return the first day of which there is a position.

    Positions are as of their latest record: where some would have been there before all of these,
    the first day is sought by halves.
    """
    days = network.held.day[~np.isnat(network.held.day)]
    found = _day(days.min())
    late, early = found.toordinal(), date.min.toordinal()
    if network.scope.since:
        early = max(early, network.scope.since.toordinal() - 1)

    def is_held(ordinal: int) -> bool:
        scope = replace(network.scope, as_of=date.fromordinal(ordinal))
        return ordinal > early and len(graph.held(scope)) > 0

    if not is_held(late - 1):
        return found
    while late - early > 1:
        middle = (late + early) // 2
        late, early = (middle, early) if is_held(middle) else (late, middle)
    return date.fromordinal(late)


def _network_in(graph: Graph, network: Network, span: Span) -> Network:
    """Return the network of the same actors by the records of a window alone."""
    since, until = span
    early = network.scope.since
    scope = replace(network.scope, since=max(since, early) if early else since, as_of=until)
    held = among(graph.held(scope), network.actors)
    return Network(
        actors=network.actors,
        meetings=meetings_of(held),
        weight=weights_of(held, network.tying),
        held=held,
        scope=scope,
        tying=network.tying,
    ).tied()


def is_told(network: Network) -> bool:
    """Tell whether enough actors have ties."""
    return int(network.is_tied.sum()) >= LEAST_ACTORS


def all_measured(
    graph: Graph, network: Network, parts: Parts, asked: Measuring
) -> tuple[Measured, list[Measured]]:
    """Measure the whole time and each window; the whole is drawn again if windows tell little."""
    tied = network.tied()
    division = _division(tied.weight, asked)
    camp_of = dict(zip(tied.actors, division.camps.tolist(), strict=True)) if division else {}
    is_moving = parts.is_enough
    items: list[tuple[Span | None, Network]] = [(None, tied)]
    items += parts.networks if is_moving else ()
    found = []
    for span, of in followed(items, "measuring and drawing again", len(items)):
        draws = 0 if is_moving and span is None else asked.draws
        groups = _groups(graph, of, asked.by, camp_of)
        row = _measured(graph, of, span, groups, replace(asked, draws=draws))
        found.append(Measured(row, of))
    return found[0], found[1:]


def _division(weight: Values, asked: Measuring) -> Modularity | None:
    if len(weight) < LEAST_ACTORS:
        return None
    return best_modularity(
        weight, at_most=asked.camps, seed=asked.seed, starts=asked.starts, exact_to=EXACT_TO
    )


def _divided_again(weight: Values, camps: Numbers, asked: Measuring) -> Modularity | None:
    """Divide a network drawn again: a large one from the camps that it had before."""
    if len(weight) > CLIMBED_FROM:
        return climbed_modularity(weight, camps, at_most=asked.camps, seed=asked.seed)
    return best_modularity(weight, at_most=asked.camps, seed=asked.seed, starts=1, exact_to=0)


def _groups(graph: Graph, network: Network, bloc: str | None, camp_of: dict[str, int]) -> list[int]:
    """Return the group of each actor: member or not, or its camp of the whole time, -1 for none."""
    if bloc is None:
        return [camp_of.get(a, -1) for a in network.actors]
    members = {m.id for m in graph.members(bloc, network.scope.as_of)}
    return [int(a in members) for a in network.actors]


def _measured(
    graph: Graph, network: Network, span: Span | None, groups: list[int], asked: Measuring
) -> Window:
    """Measure one network, and the same drawn again."""
    division = _division(network.weight, asked) if is_told(network) else None
    value = low = high = NOTHING
    if division:
        value = _values(network.weight, division, groups)
        low, high = _band(graph, network, division, groups, asked)
    return Window(
        since=network.scope.since if span else None,
        until=network.scope.as_of,
        actors=int(network.is_tied.sum()),
        ties=network.ties,
        modularity=value[0],
        low=low[0],
        high=high[0],
        esteban_ray=value[1],
        esteban_ray_low=low[1],
        esteban_ray_high=high[1],
        external_internal=value[2],
        external_internal_low=low[2],
        external_internal_high=high[2],
        is_exact=division.is_exact if division else None,
        camps=_members(network, division.camps) if division else (),
    )


def _band(
    graph: Graph, network: Network, division: Modularity, groups: list[int], asked: Measuring
) -> tuple[Estimates, Estimates]:
    """Return between what 95% of the draws of each value lie."""
    drawn = drawn_again(graph, network, draws=asked.draws, seed=asked.seed).weights
    found = [_values(w, _divided_again(w, division.camps, asked), groups) for w in drawn]
    if not found:
        return NOTHING, NOTHING
    known = [[x for x in of if x is not None] for of in zip(*found, strict=True)]
    low, high = (
        tuple(float(np.quantile(xs, share)) if xs else None for xs in known) for share in BAND
    )
    return (low[0], low[1], low[2]), (high[0], high[1], high[2])


def _values(weight: Values, division: Modularity | None, groups: list[int]) -> Estimates:
    """Return signed modularity, Esteban-Ray and E-I; what cannot be told is None.

    Esteban and Ray speak of groups of one mind: ours are the camps, each where its mean member is.
    """
    if division is None:
        return NOTHING
    known = np.flatnonzero(np.array(groups) >= 0)
    group = np.array(groups)[known]
    sizes = np.bincount(division.camps)
    places = np.bincount(division.camps, weights=line_between(weight, division.camps)) / sizes
    return (
        max(0.0, division.value),
        esteban_ray(places, sizes),
        external_internal(weight[np.ix_(known, known)], group) if len(set(group)) > 1 else None,
    )


def line_between(weight: Values, camps: Numbers) -> Values:
    """Return where each actor stands between the two largest camps, from -1 to 1.

    Half the mean weight of its ties with the others of the larger camp less that with the smaller,
    no tie counting 0: 1 and -1 where all are friends within and foes across. 0 where there is one
    camp.

    >>> import numpy as np
    >>> square = np.array([[0, 1, -1, -1], [1, 0, -1, -1], [-1, -1, 0, 1], [-1, -1, 1, 0.0]])
    >>> line_between(square, np.array([0, 0, 1, 1])).tolist()
    [1.0, 1.0, -1.0, -1.0]
    """
    sizes = np.bincount(camps)
    if len(sizes) < 2:
        return np.zeros(len(weight))
    large, small = np.argsort(-sizes, kind="stable")[:2]
    apart: Values = _mean_tie(weight, camps == large) - _mean_tie(weight, camps == small)
    return apart / 2


def _mean_tie(weight: Values, camp: NDArray[np.bool_]) -> Values:
    """Return the mean weight of each actor's ties with the others of a camp."""
    others = camp.sum() - camp
    total: Values = weight[:, camp].sum(axis=1)
    mean: Values = np.divide(total, others, out=np.zeros_like(total), where=others > 0)
    return mean


def _members(network: Network, camps: Numbers) -> tuple[tuple[str, ...], ...]:
    """Return who is together: the largest camp first, and of each whoever is deepest in it."""
    depth = line_between(network.weight, camps).round(9)
    found: dict[int, list[tuple[float, int]]] = {}
    for n, camp in enumerate(camps.tolist()):
        found.setdefault(camp, []).append((-abs(float(depth[n])), n))
    ordered = sorted(found.values(), key=len, reverse=True)
    return tuple(tuple(network.actors[n] for _, n in sorted(members)) for members in ordered)


def movement_of(rows: Sequence[Window]) -> Movement:
    """Compare the first and the last window by their bands alone."""
    first, last = rows[0], rows[-1]
    if first.low is None or first.high is None or last.low is None or last.high is None:
        return "not told"
    if first.high < last.low:
        return "rising"
    return "falling" if last.high < first.low else "no clear movement"
