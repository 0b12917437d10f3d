"""The words of a what-if: verdict, tables, notes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from stancegraph.answer.answer import Citation, Table, cite, cite_positions
from stancegraph.answer.following import (
    DIGITS,
    MAJORITY,
    THRESHOLDS,
    plain_number,
)
from stancegraph.answer.shared import left_out, metonyms_read
from stancegraph.answer.short import CITED, first_records
from stancegraph.answer.supposition import Case, Shift, supposed
from stancegraph.answer.ties import told_sides
from stancegraph.answer.whatif import Follower
from stancegraph.answer.words import STANDS, count, listed, named, sentence, some, stands_on
from stancegraph.measure.influence import SUSCEPTIBILITIES
from stancegraph.model import Polarity

CALM = 0.005
"""What moves an opinion by less moves it not at all, to the eye."""

_SHOWN = 25
_LISTENERS = 8
_TOLD = 4
"""So many of the records that tell who follows whom are cited."""

_FAINT = 0.05
"""Where the greatest share is less, shares tell nothing."""

_POLARITY_OF = {p.level: p for p in Polarity}


def verdict_of(case: Case, rows: Sequence[Follower]) -> str:
    """Say who would follow, what the shift alone does, and that it is no forecast."""
    if case.thin:
        return (
            f"Too thin to say what would follow if {supposed(case.shifts)}: {case.thin}. What is "
            "known stands below; whatever more one made of it would be a guess, not a forecast."
        )
    by = listed([s.name for s in case.listening.in_use])
    told = [
        f"If {supposed(case.shifts)}, then under the assumptions below (listening by "
        f"{by}) {who_follows(case)}."
    ]
    told += _already(case)
    told += _first_ends(case)
    told += _middle(case, rows)
    told += _let_in(case, rows)
    told += _drifting(case)
    told += _alone(case, rows)
    if all(p.is_hearsay for p in case.positions.values()):
        told.append("Where all of them start is hearsay: others' word only.")
    told.append("This is what the assumptions come to, not a forecast.")
    return " ".join(told)


def _already(case: Case) -> Iterator[str]:
    """Say whose supposed stance is the one that it has, so that it shifts nothing."""
    for s in case.shifts:
        if _now(case, s) is s.polarity:
            yield f"{sentence(named(s.actor))} {stands_on(s.polarity)} already: nothing shifts."


def who_follows(case: Case) -> str:
    """Say who crosses the middle by the shift, first who needs the least susceptibility."""
    crossing = case.following.sweep.crossing
    groups: dict[float, list[int]] = {}
    for n in case.following.order:
        groups.setdefault(float(crossing[n]), []).append(n)
    if not groups:
        return _nearest(case)
    (least, first), *later = groups.items()
    if not later:
        only = "only " if len(first) == 1 else ""
        return f"{only}{case.names(first, 4)} would cross the middle because of it, {_from(least)}"
    told = f"{case.names(first, 4)} would cross the middle first, {_from(least)}"
    then = [f"{case.names(who, 4)} from {rounded(at)}" for at, who in later[:3]]
    rest = sum(len(who) for _, who in later[3:])
    then += [f"{count(rest, 'other')} later"] if rest else []
    return f"{told}, then {listed(then)}"


def _from(susceptibility: float) -> str:
    is_least = susceptibility == SUSCEPTIBILITIES[0]
    return f"from susceptibility {rounded(susceptibility)} on{', the least tried' * is_least}"


def _nearest(case: Case) -> str:
    """Say that nobody crosses by the shift, and who of the other side comes nearest to it."""
    following = case.following
    nobody = "nobody else would cross the middle because of it"
    across = [n for n in following.hearers if following.side * following.first[n] < 0]
    near = [n for n in across if not following.drifts[n] and following.greatest[n] > CALM]
    if not near:
        sides = {np.sign(following.first[n]) for n in case.others}
        is_there = sides == {following.side}
        return f"{nobody}; all stand on that side already" if is_there else nobody
    ends = (following.side * following.sweep.opinions[:, near]).max(axis=0)
    n = near[int(ends.round(DIGITS).argmax())]
    low, high = following.sweep.low[n], following.sweep.high[n]
    return f"{nobody}; {case.named(n)} would come nearest, ending {between(low, high)}"


def _first_ends(case: Case) -> Iterator[str]:
    """Say between what the first that crosses ends, over all susceptibilities."""
    for n in case.following.order[:1]:
        sweep = case.following.sweep
        ends = between(sweep.low[n], sweep.high[n])
        yield (
            f"{sentence(case.named(n))} ends {ends}, depending on how far others shape its view "
            "(susceptibility, 0.20 to 0.90 of it)."
        )
        way = abs(sweep.opinions[-1, n] - sweep.first[n])
        if abs(case.following.effect[-1, n]) < way / 2 - CALM:
            yield "Most of that way it would go without the shift."


def _middle(case: Case, rows: Iterable[Follower]) -> Iterator[str]:
    """Say where those end who are undecided now, and where they would without the shift."""
    found = [r for r in rows if r.start == 0 and not r.shifts and r.actor in case.positions]
    moved = [r for r in found if case.greatest(r.actor) > CALM]
    for r in moved[:2]:
        name = sentence(named(case.graph.actors[r.actor]))
        yield (
            f"{name}, undecided now, would end {between(r.low, r.high)}; without the shift "
            f"{between(r.baseline_low or 0.0, r.baseline_high or 0.0)}."
        )
    if moved[2:]:
        others = count(len(moved) - 2, "other")
        yield f"It would move {others} of the undecided less."


def _let_in(case: Case, rows: Iterable[Follower]) -> Iterator[str]:
    """Say between what the silent end who are let in at the middle."""
    found = [r for r in rows if r.actor not in case.positions and not r.shifts]
    if found:
        ends = between(min(r.low for r in found), max(r.high for r in found))
        yield f"{count(len(found), 'silent actor')}, put in the middle, would end {ends}."


def _drifting(case: Case) -> Iterator[str]:
    """Say who crosses with the shift and without it."""
    drifting = [n for n in case.others if case.following.drifts[n]]
    if drifting:
        yield (
            f"{sentence(case.names(drifting, 4))} would cross with the shift and without it, drawn "
            "by the others."
        )


def _kept(case: Case) -> Iterator[str]:
    """Say whom the shift keeps from crossing."""
    kept = [n for n in case.others if case.following.stays[n]]
    if kept:
        is_one = len(kept) == 1
        yield (
            f"{sentence(case.names(kept, 4))}, which without the shift {'is' if is_one else 'are'} "
            f"drawn across the middle by the others, {'stays' if is_one else 'stay'}."
        )


def _alone(case: Case, rows: Iterable[Follower]) -> Iterator[str]:
    """Say how far the shift alone moves whom it moves most."""
    others = [r for r in rows if not r.shifts]
    known = [r for r in others if r.actor in case.positions] or others
    moved = max(known, key=lambda r: case.greatest(r.actor))
    alike = [
        r for r in known if (r.effect_low, r.effect_high) == (moved.effect_low, moved.effect_high)
    ]
    if moved.effect_low is None or moved.effect_high is None:
        return
    most = sorted((abs(moved.effect_low), abs(moved.effect_high)))
    if most[1] <= CALM:
        yield "The shift alone moves nobody to speak of."
        return
    names = some([named(case.graph.actors[r.actor]) for r in alike], 4)
    how = "alike" if len(alike) == len(known) > 1 else "most"
    yield f"The shift alone moves {names} {how}, by {_range(*most)} on the scale from -1 to 1."


def between(low: float, high: float) -> str:
    """Return a range of opinions in words: "between opposes (-1.00) and undecided (0.10)"."""
    if rounded(low) == rounded(high):
        return f"at {rounded(low)} ({stance(low)})"
    if stance(low) == stance(high):
        return f"between {rounded(low)} and {rounded(high)} ({stance(low)})"
    return f"between {rounded(low)} ({stance(low)}) and {rounded(high)} ({stance(high)})"


def stance(opinion: float) -> str:
    """Return the stance whose level is nearest to an opinion."""
    return STANDS[_POLARITY_OF[int(np.rint(round(opinion, DIGITS) * 2))]]


def rounded(value: float) -> str:
    """Return an opinion, or another number, with two digits.

    >>> rounded(-0.001), rounded(0.5)
    ('0.00', '0.50')
    """
    text = f"{value:.2f}"
    return "0.00" if text == "-0.00" else text


def _range(low: float | None, high: float | None) -> str:
    if low is None or high is None:
        return ""
    return rounded(low) if rounded(low) == rounded(high) else f"{rounded(low)} to {rounded(high)}"


def tables_of(case: Case, rows: Sequence[Follower]) -> Iterator[Table]:
    """Yield where each ends, who listens to whom, and all that is assumed."""
    if not case.thin:
        yield _ends(case, rows)
    if case.others:
        yield Table(
            "Who is taken to listen to whom",
            ("Actor", "Listens to", "By"),
            tuple(_ears(case, r) for r in _listeners(rows)[:_LISTENERS]),
        )
    yield _assumptions(case)


def _listeners(rows: Iterable[Follower]) -> list[Follower]:
    return [r for r in rows if not r.shifts]


def _ends(case: Case, rows: Sequence[Follower]) -> Table:
    return Table(
        "Where each would end: 1 supports, 0 undecided, -1 opposes",
        ("Actor", "Now", "With the shift", "Without it", "Crosses from", "DeGroot", "Joins up to"),
        tuple(_cells(case, r) for r in rows[:_SHOWN]),
    )


def _cells(case: Case, row: Follower) -> tuple[str, ...]:
    hearsay = "*" if row.start_hearsay else ""
    start = "silent" if row.actor not in case.positions else f"{_range(row.start, row.start)}"
    if row.shifts:
        return (row.name, f"{start}{hearsay}", f"{rounded(row.low)}, supposed", start, "", "", "")
    return (
        row.name,
        f"{start}{hearsay}",
        _range(row.low, row.high),
        _range(row.baseline_low, row.baseline_high),
        _crosses(row),
        "never settles" if row.degroot is None else rounded(row.degroot),
        _joins(case, row),
    )


def _crosses(row: Follower) -> str:
    return "starts at 0" if row.start == 0 else _beside(row.crosses_at, row.baseline_crosses_at)


def _beside(value: float | None, without: float | None) -> str:
    """Say a number and, in brackets and where there is one, what it is without the shift."""
    told = "never" if value is None else rounded(value)
    return told if without is None else f"{told} ({rounded(without)})"


def _joins(case: Case, row: Follower) -> str:
    side = case.following.side
    if side and np.sign(row.start or 0) == side:
        return "there already"
    return _beside(row.joins_up_to, row.baseline_joins_up_to)


def _ears(case: Case, row: Follower) -> tuple[str, str, str]:
    number = case.actors.index(row.actor)
    heard = case.listening.heard_by(number)
    if not heard:
        return row.name, "nobody, as far as is known: stays", ""
    names = ["itself" if a == row.actor else named(case.graph.actors[a]) for a, _ in heard]
    if heard[0][1] < _FAINT:
        told = f"{len(heard)}, none of them over {heard[0][1]:.1%}: {some(names, 3)}"
    else:
        told = some([f"{n} {share:.0%}" for n, (_, share) in zip(names, heard, strict=True)], 5)
    return row.name, told, listed(case.listening.because(number))


def _assumptions(case: Case) -> Table:
    return Table(
        "The assumptions, none of which anybody observed",
        ("What", "Is taken to be"),
        tuple(_assumed(case)),
    )


def _assumed(case: Case) -> Iterator[tuple[str, str]]:
    for s in case.shifts:
        yield f"{s.actor.name}", f"{stands_on(s.polarity, 'it')}, and holds to that"
    known = len(case.positions)
    started = f"{count(known, 'position')} on {case.option.id}, as derived from the records"
    if case.silent and case.is_silent_in:
        started += f"; {count(len(case.silent), 'silent actor')} begin in the middle (--silent)"
    elif case.silent:
        started += f"; {count(len(case.silent), 'silent actor')} left out, for silence is no side"
    yield "Start", started
    for source in case.listening.sources:
        pairs = f"; {count(source.pairs, 'pair')}" if source.pairs else ""
        yield f"Listening by {source.name}", f"{source.says}{pairs}"
        yield from ((f"Listening by {source.name}", text) for text in source.assumed)
    if len(case.listening.in_use) > 1:
        yield "Together", "each source's weights as shares, averaged with equal parts"
    yield "Without the shift", f"the same, {_stay(case)}"
    if case.thin:
        return
    yield "Susceptibility", "alike for all: .2, others hardly count, to .9, they nearly decide"
    yield (
        "DeGroot",
        "all but the shifted keep nothing of their own: whom the shift reaches mostly ends there",
    )
    yield "Threshold", "who joins once .2 to .8 of those it listens to stand on the shift's side"


def _stay(case: Case) -> str:
    """Say where the shifted are if nothing shifts."""
    stand = [named(s.actor) for s in case.shifts if s.actor.id in case.positions]
    absent = [named(s.actor) for s in case.shifts if s.actor.id not in case.positions]
    told = [f"{listed(stand)} held where {'it stands' if len(stand) == 1 else 'they stand'} now"]
    parts = (told if stand else []) + ([f"{listed(absent)} left out"] if absent else [])
    return ", ".join(parts)


def notes_of(case: Case, rows: Sequence[Follower]) -> Iterator[str]:
    """Yield where the models part, who is silent, and what could not be used."""
    yield from metonyms_read(*((s.said, s.actor) for s in case.shifts))
    for s in case.shifts:
        position = case.positions.get(s.actor.id)
        if position is None:
            yield (
                f"{sentence(named(s.actor))} has no position on {case.option.id} now: without the "
                "shift it is left out."
            )
    if case.thin:
        yield from told_sides(case.graph, case.positions.values())
        yield _remedy(case)
    else:
        yield (
            "Ranges are over susceptibility .2 to .9: the share that others have in a view, beside "
            "where one began. Crosses from: the least with which it ends on the other side. Joins "
            "up to: the greatest share of those it listens to for which it can wait and still join "
            "the side of the shift (Granovetter). In brackets: without the shift."
        )
        yield from _kept(case)
        yield from _models(case, rows)
    if any(r.start_hearsay for r in rows):
        yield "* by others' word only."
    if rows[_SHOWN:] and not case.thin:
        yield f"The first {_SHOWN} of {len(rows)} are shown: --format csv has all."
    if _listeners(rows)[_LISTENERS:]:
        yield f"Who listens to whom stands there for {_LISTENERS}: --format json has all."
    if case.silent and not case.is_silent_in:
        names = some([named(case.graph.actors[a]) for a in case.silent])
        yield (
            f"Silent on {case.option.id}, so not in it ({len(case.silent)}): {names}. "
            "--silent lets them begin in the middle."
        )
    if case.voices:
        kinds = sorted({case.graph.actors[a].kind.value for a in case.voices})
        names = some([named(case.graph.actors[a]) for a in case.voices])
        yield (
            f"With a position of their own, but not in it ({len(case.voices)}): {names}. "
            f"{' '.join(f'--kind {kind}' for kind in kinds)} asks of them instead."
        )
    yield from (text for source in case.listening.sources for text in source.beside)
    if not case.graph.is_large:
        yield from left_out(
            case.graph,
            case.scope.as_of,
            own_words=case.scope.own_words,
            options=(case.option.id,),
        )


def _remedy(case: Case) -> str:
    """Say what would let more be said."""
    if not case.others:
        least = "a position of somebody else on it"
        return f"Needed: {least}{'; or --silent' if case.silent and not case.is_silent_in else ''}."
    return (
        "Needed: who listens to whom, as a table of your own (--listen FILE, with the columns "
        "from, to, weight), records of influence, alliances, or agreement on fewer options "
        "(--min-shared)."
    )


def _models(case: Case, rows: Iterable[Follower]) -> Iterator[str]:
    """Say whom the shift takes to its side by which of the three models, where they part."""
    side = case.following.side
    if not side:
        yield "The shift goes to no one side: by thresholds nobody can join it."
        return
    found: dict[tuple[bool, bool, bool], list[str]] = {}
    for r in rows:
        if not r.shifts and np.sign(r.start or 0) != side:
            name = named(case.graph.actors[r.actor])
            found.setdefault(_is_taken(r, side), []).append(name)
    for by, names in sorted(found.items(), reverse=True):
        models = [m for m, does in zip(_MODELS, by, strict=True) if does]
        others = [m for m in _MODELS if m not in models]
        if not models:
            yield f"By none of the three models ({_BY}) does the shift take {some(names)} along."
        elif not others:
            yield f"By all three models ({_BY}) the shift takes {some(names)} to its side."
        else:
            yield (
                f"The models part: the shift takes {some(names)} to its side by {listed(models)}, "
                f"not by {listed(others, 'or')}."
            )


def _is_taken(row: Follower, side: int) -> tuple[bool, bool, bool]:
    """Tell by which model the shift, and nothing else, takes an actor to its side."""
    is_moved = max(abs(row.effect_low or 0), abs(row.effect_high or 0)) > CALM
    is_turned = row.start == 0 and is_moved and max(side * row.low, side * row.high) > CALM
    ends, without = (side * (x or 0) for x in (row.degroot, row.baseline_degroot))
    joins, before = ((x or 0) >= MAJORITY for x in (row.joins_up_to, row.baseline_joins_up_to))
    return row.order is not None or is_turned, ends > 0 >= without, joins and not before


_MODELS = ("Friedkin and Johnsen", "DeGroot", "a threshold of one half")
_BY = (
    "Friedkin and Johnsen's with some susceptibility, DeGroot's in the end, "
    "Granovetter's at a threshold of one half"
)


def evidence_of(case: Case, rows: Iterable[Follower]) -> tuple[Citation, ...]:
    """Cite where the shifted and those who follow or move most stand, and who tells who follows."""
    told = [e for s in case.listening.sources for e in s.records][:_TOLD]
    asked = [case.positions[r.actor] for r in rows if r.actor in case.positions][:CITED]
    each = [
        first_records(cite_positions(case.graph, [p]), max(1, CITED // len(asked))) for p in asked
    ]
    cited = first_records((c for of in each for c in of), CITED - len(told))
    return (*cited, *(cite(case.graph, e) for e in told))


def more_of(case: Case, susceptibility: float, rows: Iterable[Follower]) -> dict[str, object]:
    """Return what programs get beside the rows: the matrix and all assumptions."""
    return {
        "option": case.option.id,
        "shifts": [
            {"actor": s.actor.id, "polarity": s.polarity, "from": _now(case, s)}
            for s in case.shifts
        ],
        "followers": [r.actor for r in rows if r.order],
        "drifting": [case.actors[n] for n in case.others if case.following.drifts[n]],
        "assumptions": [f"{what}: {taken}" for what, taken in _assumed(case)],
        "listening": [
            {"by": s.name, "says": s.says, "weights": s.pairs, "in_use": bool(s.pairs)}
            for s in case.listening.sources
        ],
        "influence": [
            {
                "actor": actor,
                "listens_to": {a: plain_number(share) for a, share in case.listening.heard_by(n)},
                "by": case.listening.because(n),
            }
            for n, actor in enumerate(case.actors)
        ],
        "susceptibilities": list(SUSCEPTIBILITIES),
        "thresholds": list(THRESHOLDS),
        "susceptibility": susceptibility,
        "silent": case.silent,
        "silent_in": case.is_silent_in,
        "roll_up": case.scope.roll_up,
    }


def _now(case: Case, shift: Shift) -> Polarity | None:
    position = case.positions.get(shift.actor.id)
    return position.polarity if position else None
