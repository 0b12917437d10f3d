"""When an actor's line broke: on an option, or in how far it agrees with another actor."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import pairwise
from typing import TYPE_CHECKING, Unpack

from stancegraph.answer.answer import Answer, Citation, cite, cite_positions
from stancegraph.answer.break_figures import figure, mean_told, tables
from stancegraph.answer.history import counted
from stancegraph.answer.series import (
    Break,
    By,
    Datum,
    SeriesPoint,
    agreements,
    breaks_of,
    datum,
    fewest,
    points_of,
    stretches_of,
)
from stancegraph.answer.shared import method, metonyms_read, scoped
from stancegraph.answer.words import STANDS, count, dated, day, listed, named, sentence
from stancegraph.errors import StanceError
from stancegraph.measure.agreement import MINIMUM_SHARED
from stancegraph.model import Actor
from stancegraph.positions import RULES, Reading
from stancegraph.scope import Scope, Which

if TYPE_CHECKING:
    from stancegraph.graph import Graph
    from stancegraph.measure.change_points import Changes


MANY = 60
"""Beyond so many options that two actors share, agreement is averaged by year unless asked."""

_CITED = 6


def change_points(
    graph: Graph,
    actor: str,
    option: str | None = None,
    *,
    other: str | None = None,
    by: By | None = None,
    shortest: int | None = None,
    **which: Unpack[Which],
) -> Answer[Break]:
    """Say when an actor's stance on an option broke, or its agreement with another actor.

    Without an option or another actor, that option is taken on which the actor spoke on most days.
    Stretches have at least 4 points unless `shortest` says otherwise.
    """
    from stancegraph.measure.change_points import SHORTEST

    chosen, scope = graph.actor(actor), graph.scope(**which)
    shortest = SHORTEST if shortest is None else shortest
    if option and other:
        raise StanceError("give an option or --with another actor, not both")
    if shortest < 1:
        raise StanceError(f"--shortest {shortest}: a stretch has at least one point")
    if other:
        return _of_two(graph, chosen, graph.actor(other), scope, by, shortest, (actor, other))
    return _of_one(graph, chosen, option, scope, by or "day", shortest, actor)


def _of_one(
    graph: Graph,
    chosen: Actor,
    option: str | None,
    scope: Scope,
    by: By,
    shortest: int,
    asked: str,
) -> Answer[Break]:
    what = graph.option(option).id if option else None
    near = [what, *(o.id for o in graph.narrower(what) if scope.roll_up)] if what else None
    part = graph.about(holders=[chosen.id], options=near)
    readings = list(_counted(part, chosen, scope))
    if what is None:
        what = _most_dated(readings)
        if what and graph.is_large and _days(readings, what) < 2:
            raise StanceError(_NO_LINE.format(who=sentence(named(chosen)), id=chosen.id))
    mine = [r for r in readings if r.option == what]
    own = [r for r in mine if not RULES.is_hearsay(r.tier)]
    dated_ = [r for r in own or mine if r.when.not_after]
    points = points_of([datum(r) for r in dated_ if r.stance.polarity.level is not None], by)
    found = stretches_of(points, shortest)
    rows = tuple(breaks_of(points, found, is_share=False))
    name = f"{named(chosen)} on {what}" if what else named(chosen)
    by_id = {r.evidence.id: r for r in dated_}
    return Answer(
        question=f"When did the line of {name} break?",
        verdict=_verdict(name, points, found, rows, by, is_share=False)
        if found
        else _few(name, points, mine, own, by, shortest, scope.as_of),
        as_of=scope.as_of,
        method=_method(scope, by, shortest, "stances from -1 (opposes) to 1 (supports)"),
        row_class=Break,
        rows=rows,
        evidence=tuple(_cite_records(part, points, found, by_id)),
        flags=_flags(found, is_hearsay=bool(mine) and not own),
        more=_more(points, found, by, shortest) | _asked(chosen.id, what),
        tables=tuple(tables(points, found, rows, by, is_share=False)),
        notes=(
            *metonyms_read((asked, chosen)),
            *_one_notes(chosen, what, mine, own, dated_, is_chosen=not option),
            *_warnings(found, points),
        ),
        reproduce=_again(chosen.id, *([what] if what else []), graph=graph, scope=scope,
                         by=by if by != "day" else None, shortest=shortest),
        figures=figure(name, points, found, rows, by, is_share=False),
    )  # fmt: skip


def _counted(graph: Graph, actor: Actor, scope: Scope) -> Iterator[Reading]:
    """Yield the readings of an actor up to the day asked about."""
    for r in counted(graph, scope):
        is_known = not (scope.as_of and r.when.not_after) or r.when.not_after <= scope.as_of
        if r.stance.holder == actor.id and is_known:
            yield r


def _days(readings: Iterable[Reading], option: str) -> int:
    return len({r.when.not_after for r in readings if r.option == option} - {None})


def _most_dated(readings: Sequence[Reading]) -> str | None:
    """Return the option on which there are own records of most days, the first of those alike."""
    own = [r for r in readings if not RULES.is_hearsay(r.tier)]
    days: dict[str, set[date]] = {}
    for r in own or readings:
        if r.when.not_after:
            days.setdefault(r.option, set()).add(r.when.not_after)
    if days:
        return min(days, key=lambda o: (-len(days[o]), o))
    return min((r.option for r in readings), default=None)


_NO_LINE = (
    "{who} is on record once on each option, as in votes, so that no option has a line that could "
    "break: name another actor, as in 'change-points {id} --with ACTOR', to see when they drew "
    "nearer or apart"
)


def _of_two(
    graph: Graph,
    a: Actor,
    b: Actor,
    scope: Scope,
    by: By | None,
    shortest: int,
    asked: tuple[str, str],
) -> Answer[Break]:
    from stancegraph.answer.ties import among

    if a.id == b.id:
        raise StanceError(f"{asked[0]!r} and {asked[1]!r} are both {a.name}; name two actors")
    data = agreements(among(graph.held(scope), (a.id, b.id)))
    asked_by, by = by, by or ("year" if len(data) > MANY else "day")
    every = points_of(data, by)
    points = [p for p in every if by == "day" or p.n >= MINIMUM_SHARED]
    found = stretches_of(points, shortest)
    rows = tuple(breaks_of(points, found, is_share=True))
    name = f"the agreement of {named(a)} and {named(b)}"
    return Answer(
        question=f"When did {named(a)} and {named(b)} draw nearer or apart?",
        verdict=_verdict(name, points, found, rows, by, is_share=True)
        if found
        else _few_shared(a, b, data, points, by, shortest),
        as_of=scope.as_of,
        method=_method(scope, by, shortest, "the share of options on the same side"),
        row_class=Break,
        rows=rows,
        evidence=_cite_options(graph, scope, (a.id, b.id), points, found),
        flags=_flags(found, is_hearsay=bool(data) and all(d.is_hearsay for d in data)),
        more=_more(points, found, by, shortest) | _asked(a.id, other=b.id),
        tables=tuple(tables(points, found, rows, by, is_share=True)),
        notes=(
            *metonyms_read((asked[0], a), (asked[1], b)),
            *_two_notes(data, every, points, by, is_sought=found is not None),
            *_warnings(found, points),
        ),
        reproduce=_again(a.id, "--with", b.id, graph=graph, scope=scope,
                         by=asked_by, shortest=shortest),
        figures=figure(name, points, found, rows, by, is_share=True),
    )  # fmt: skip


def _span(before: date, after: date, by: By) -> str:
    """Say between which days, months or years a break is."""
    if by == "year":
        return f"between {before.year} and {after.year}"
    return f"between {day(before)} and {day(after)}"


def _verdict(
    name: str,
    points: Sequence[SeriesPoint],
    found: Changes,
    rows: Sequence[Break],
    by: By,
    *,
    is_share: bool,
) -> str:
    since, until = day(points[0].since), day(points[-1].at)
    span = f"over {count(len(points), by)} on record from {since} to {until}"
    scale = "" if is_share else " (-1 opposes, +1 supports)"
    if not rows:
        mean = mean_told(found.means[0], is_share=is_share)
        return sentence(f"{name} shows no break {span}: {mean} on average{scale}.")
    times = "once" if len(rows) == 1 else f"{len(rows)} times"
    few = rows if len(rows) <= _TOLD else sorted(rows, key=_largest_first)[:1]
    told = listed(_step(r, by, is_share=is_share) for r in few)
    most = "most " if rows[_TOLD:] else ""
    return sentence(f"{name} broke {times} {span}: {most}{told}{scale}.")


def _step(r: Break, by: By, *, is_share: bool) -> str:
    before, after = (mean_told(m, is_share=is_share) for m in (r.mean_before, r.mean_after))
    return f"{_span(r.not_before, r.not_after, by)} from {before} to {after}"


_TOLD = 3
"""Up to so many breaks are named in the verdict, of more the largest."""


def _largest_first(r: Break) -> float:
    return -abs(r.mean_after - r.mean_before)


def _few(
    name: str,
    points: Sequence[SeriesPoint],
    mine: Sequence[Reading],
    own: Sequence[Reading],
    by: By,
    shortest: int,
    as_of: date | None,
) -> str:
    """Say the first and the last stance with their dates, where there are too few for a break."""
    if not mine:
        until = f" by {day(as_of)}" if as_of else ""
        return f"Too thin to say: nothing is on record of {name}{until}."
    hearsay = "" if own else ", all of it by others' word"
    start = f"Too few to find a break: {name} is on record {_on(points, by)}{hearsay}"
    start = f"{start}, and it takes {fewest(shortest)}."
    told = sorted((r for r in own or mine if r.when.not_after), key=_by_time)
    if not told:
        return f"{start} None of it is dated."
    first, last = told[0], told[-1]
    says = f"{STANDS[first.stance.polarity]!r} ({dated(first.when)}, {first.evidence.id})"
    if len(told) == 1:
        return f"{start} It is {says}."
    until = f"{STANDS[last.stance.polarity]!r} ({dated(last.when)}, {last.evidence.id})"
    return f"{start} First {says}, last {until}."


def _on(points: Sequence[SeriesPoint], by: By) -> str:
    """Say on how many days, or in how many months or years.

    >>> _on([], "year")
    'in no year'
    """
    return f"{'on' if by == 'day' else 'in'} {count(len(points), by)}"


def _by_time(r: Reading) -> tuple[date, str]:
    return r.known_by, r.evidence.id


def _few_shared(
    a: Actor, b: Actor, data: Sequence[Datum], points: Sequence[SeriesPoint], by: By, shortest: int
) -> str:
    same = sum(d.value > 0 for d in data)
    pair = f"{named(a)} and {named(b)}"
    if not data:
        return f"Too thin to say: {pair} share no option on which both have a dated position."
    start = f"Too few to find a break: {pair} share {count(len(data), 'dated option')} "
    start = f"{start}{_on(points, by)}, and it takes {fewest(shortest)}."
    first, last = min(data, key=_when), max(data, key=_when)
    if len(data) == 1:
        are = "are" if same else "are not"
        return f"{start} It is {first.id} ({day(first.at)}); there they {are} on the same side."
    return (
        f"{start} On {same} of them they are on the same side; the first is {first.id} "
        f"({day(first.at)}), the last {last.id} ({day(last.at)})."
    )


def _when(d: Datum) -> tuple[date, str]:
    return d.at, d.id


def _method(scope: Scope, by: By, shortest: int, what: str) -> str:
    return method(
        roll_up=scope.roll_up,
        own_words=scope.own_words,
        extra=f"{what}, averaged by {by}; least squares around levels of at least "
        f"{count(shortest, 'point')}, as many as Schwarz's criterion prefers (Bai and Perron 2003; "
        "Yao 1988)",
    )


def _flags(found: Changes | None, *, is_hearsay: bool) -> tuple[str, ...]:
    flags = ["hearsay only"] if is_hearsay else []
    return tuple(flags if found else [*flags, "insufficient"])


def _more(
    points: Sequence[SeriesPoint], found: Changes | None, by: By, shortest: int
) -> dict[str, object]:
    bic = found.bic.tolist() if found else []
    return {
        "by": by,
        "shortest": shortest,
        "fewest": fewest(shortest),
        "points": tuple(points),
        "means": tuple(round(m, 4) for m in found.means) if found else (),
        # Without rest the criterion is minus infinity, which JSON has no word for.
        "bic": tuple(None if abs(b) == float("inf") else round(b, 4) for b in bic),
    }


def _asked(actor: str, option: str | None = None, other: str | None = None) -> dict[str, object]:
    return {"actor": actor, "option": option, "with": other}


def _one_notes(
    chosen: Actor,
    option: str | None,
    mine: Sequence[Reading],
    own: Sequence[Reading],
    dated_: Sequence[Reading],
    *,
    is_chosen: bool,
) -> Iterator[str]:
    if is_chosen and option:
        yield f"No option was named: {option} is that on which {named(chosen)} spoke on most days."
    if own and len(own) < len(mine):
        yield f"Left out as hearsay: {count(len(mine) - len(own), 'record')}."
    undated = len(own or mine) - len(dated_)
    if undated:
        yield f"Left out as undated: {count(undated, 'record')}."
    if bounded := sum(r.when.day is None for r in dated_):
        yield (f"Of {count(bounded, 'record')} the day is not known: the latest possible is taken.")
    voices = {r.evidence.speaker for r in dated_}
    if len(voices) > 1:
        yield (
            f"{len(voices)} voices speak for {named(chosen)} here: a break can be who spoke, not a "
            "change of mind."
        )


def _two_notes(
    data: Sequence[Datum],
    every: Sequence[SeriesPoint],
    points: Sequence[SeriesPoint],
    by: By,
    *,
    is_sought: bool,
) -> Iterator[str]:
    if told := sum(d.is_hearsay for d in data):
        yield (
            f"On {told} of {count(len(data), 'shared option')} the stance of one or both rests on "
            "others' word."
        )
    if len(points) < len(every):
        yield (
            f"Left out with fewer than {MINIMUM_SHARED} shared options: "
            f"{count(len(every) - len(points), by)}."
        )
    if is_sought:
        yield (
            "Different questions are put at different times: agreement can change though neither "
            "moved."
        )
    elif by != "day" and len(points_of(data, "day")) > len(points):
        yield f"With --by day there are {len(points_of(data, 'day'))} points."


def _warnings(found: Changes | None, points: Sequence[SeriesPoint]) -> Iterator[str]:
    if found is None:
        return
    gap, before, after = max((b.since - a.at, a.at, b.since) for a, b in pairwise(points))
    if 2 * gap > points[-1].at - points[0].since:
        yield (
            f"Between {day(before)} and {day(after)} nothing is on record: that is more than half "
            "of the time."
        )
    if found.breaks and abs(found.bic[0]) < float("inf") and found.bic.min() > -float("inf"):
        gain = float(found.bic[0] - found.bic.min())
        yield f"Schwarz's criterion (BIC) is lower by {gain:.1f} than without a break."
    yield (
        "In noise without any break one is found about one time in ten, oftener where points "
        "depend on each other, and a drift is shown as steps: look at the evidence beside it."
    )


def _edges(points: Sequence[SeriesPoint], found: Changes | None) -> Iterator[str]:
    """Yield what lies right before and after each break, the largest first; else the ends."""
    if not points:
        return
    if found is None or not found.breaks:
        yield from (points[0].first, points[-1].last)
        return
    steps = [abs(b - a) for a, b in pairwise(found.means)]
    for _, at in sorted(zip(steps, found.breaks, strict=True), key=lambda s: (-s[0], s[1])):
        yield from (points[at - 1].last, points[at].first)


def _cite_records(
    graph: Graph,
    points: Sequence[SeriesPoint],
    found: Changes | None,
    by_id: dict[str, Reading],
) -> Iterator[Citation]:
    for id in list(dict.fromkeys(_edges(points, found)))[:_CITED]:
        yield cite(graph, by_id[id].evidence, by_id[id].stance)


def _cite_options(
    graph: Graph,
    scope: Scope,
    pair: tuple[str, str],
    points: Sequence[SeriesPoint],
    found: Changes | None,
) -> tuple[Citation, ...]:
    from stancegraph.answer.ties import positions_at

    options = list(dict.fromkeys(_edges(points, found)))[:_CITED]
    keys = [(holder, option) for option in options for holder in pair]
    positions = positions_at(graph, scope, keys)
    part = graph.about(holders=pair, options=options) if graph.is_large else graph
    return cite_positions(part, (positions[key] for key in keys if key in positions))


def _again(*words: str, graph: Graph, scope: Scope, by: By | None, shortest: int) -> str:
    from stancegraph.measure.change_points import SHORTEST

    return scoped(
        "change-points",
        *words,
        *(("--by", by) if by else ()),
        *(("--shortest", str(shortest)) if shortest != SHORTEST else ()),
        graph=graph,
        scope=scope,
    )
