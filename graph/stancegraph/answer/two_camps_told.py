"""What is told of two camps: tables, notes and a picture."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from stancegraph.answer.answer import Table
from stancegraph.answer.figure import Cell, Grid
from stancegraph.answer.short import OF_LEVEL, label_of, marks
from stancegraph.answer.two_camps import (
    NAMED,
    Camps,
    Candidate,
    Split,
    not_against,
    relations_of,
)
from stancegraph.answer.words import count, listed, named, sentence, size_of, some, stands_on
from stancegraph.model import Condition, Limit, Polarity
from stancegraph.positions import RULES

_SHOWN = 10
"""So many candidates are in the table that people read."""

_DRAWN = 60
"""So many actors are in the figure: of more, some of each group."""

_DRAWN_OPTIONS = 10
"""So many candidates are in the figure."""

_WIDE = 6
"""With so many options a cell of the figure has room for a word."""


def camps_told(camps: Camps) -> str:
    """Say who is on record for which of the two."""
    a, b = (label_of(camps.graph, o) for o in camps.options)
    parts = []
    for actors, of in ((camps.first, f"{a} only"), (camps.second, f"{b} only")):
        if actors:
            parts.append(f"for {of}: {_counted(camps, actors)}")
    parts.append(f"for both: {_counted(camps, camps.both) or 'nobody'}")
    return f"On record {'; '.join(parts)}."


def _counted(camps: Camps, actors: Sequence[str]) -> str:
    return camps.names(actors) + (f" ({len(actors)})" if len(actors) > NAMED else "")


def tables_of(camps: Camps, rows: Sequence[Candidate]) -> tuple[Table, ...]:
    """Show who is for which, and where all stand on what else is on record."""
    return _camps_table(camps), _table(camps, rows)


def _camps_table(camps: Camps) -> Table:
    a, b = camps.options
    groups = (
        (f"For {a} only", camps.first, (1,)),
        (f"For {b} only", camps.second, (0,)),
        ("For both", camps.both, ()),
        ("For neither", camps.neither, (0, 1)),
    )
    return Table(
        "Who is for which",
        ("Who", "Actors", "On the other"),
        tuple(
            (
                title,
                f"{len(actors)}: {camps.names(actors, 8)}"
                if len(actors) > 1
                else camps.names(actors),
                "; ".join(filter(None, (_others_told(camps, actors, n) for n in which))),
            )
            for title, actors, which in groups
            if actors
        ),
    )


def _others_told(camps: Camps, actors: Sequence[str], which: int) -> str:
    """Say how a group stands on one of the two options."""
    by: dict[tuple[int | None, bool], list[str]] = {}
    for actor in actors:
        key = (camps.stance(actor, which), actor in camps.hearsay[which])
        by.setdefault(key, []).append(actor)
    option, parts = camps.options[which], []
    for level, is_told in sorted(by, key=lambda k: (k[0] is None, -(k[0] or 0), k[1])):
        held = by[level, is_told]
        names, word = camps.names(held, 3), " (others' word)" if is_told else ""
        if level is None:
            parts.append(f"nothing on {option} from {names}")
        else:
            subjects = sum(size_of(camps.graph.actors[x]) for x in held)
            parts.append(f"{names} {stands_on(OF_LEVEL[level], option, subjects=subjects)}{word}")
    return "; ".join(parts)


def _table(camps: Camps, rows: Sequence[Candidate]) -> Table:
    a, b = camps.options
    return Table(
        "Other options on which they are on record, the nearest first",
        ("Option", "Which is", f"Camp of {a}", f"Camp of {b}", "Others", "If, only"),
        tuple(
            (
                label_of(camps.graph, c.option),
                c.relation,
                _told(camps, c.first),
                _told(camps, c.second),
                _told(camps, c.others),
                "; ".join([*(f"if {x}" for x in c.conditions), *(f"only {x}" for x in c.limits)]),
            )
            for c in rows[:_SHOWN]
        ),
    )


def _told(camps: Camps, split: Split) -> str:
    """Say how a group stands, with names where they are few."""
    parts = []
    for word, actors in (
        ("for", split.support),
        ("undecided", split.undecided),
        ("against", split.oppose),
    ):
        if actors:
            names = [camps.graph.actors[x].name for x in actors]
            parts.append(f"{word}: {listed(names)}" if len(names) <= 3 else f"{len(names)} {word}")
    return "; ".join([*parts, *([f"{split.silent} silent"] if split.silent else [])])


def notes_of(camps: Camps, ranked: int, rows: Sequence[Candidate]) -> Iterator[str]:
    """Tell what there is to bargain with, what is not known, and what is left out."""
    yield from _material(camps)
    yield from _packages(camps)
    yield from _voices(camps)
    yield from _unknown(camps, rows)
    if any(c.is_accepted for c in rows):
        yield "That both camps are for an option does not say that it settles what parts them."
    if ranked > len(rows):
        yield f"Of {ranked} other options the first {len(rows)} are given: --most takes more."
    if len(rows) > _SHOWN:
        yield f"The first {_SHOWN} are shown: --format csv has all of them."
    yield from _absent(camps)
    yield "Silence on an option is counted as unknown, never as consent."


def _absent(camps: Camps) -> Iterator[str]:
    """Tell how many members of the debate's alliance are on record on neither."""
    if camps.graph.is_large or not (alliance := camps.graph.debate.alliance):
        return
    members = camps.graph.members(alliance, camps.scope.as_of)
    silent = sum(m.id not in camps.parties for m in members)
    name = named(camps.graph.actors[alliance])
    if silent == len(members) > 0:
        yield f"None of {name}'s {silent} members is on record on either."
    elif silent:
        is_ = "is" if silent == 1 else "are"
        yield f"Of {name}'s {len(members)} members {silent} {is_} on record on neither."


def _material(camps: Camps) -> Iterator[str]:
    """Tell the limits and conditions on record on either option: what could be bargained with."""
    if camps.graph.is_large:
        return
    debate = camps.graph.debate
    terms: tuple[Condition | Limit, ...] = (*debate.conditions, *debate.limits)
    names = {x.id: x.name for x in terms}
    for p in camps.graph.positions_in(camps.scope).values():
        if p.option in camps.options:
            parts = [f"on the condition {names[c]!r}" for c in p.conditions]
            parts += [f"with the limit {names[x]!r}" for x in p.limits]
            if parts:
                actor = camps.graph.actors[p.holder]
                stands = stands_on(p.polarity, p.option, subjects=size_of(actor))
                yield (
                    f"To bargain with: {named(actor)} {stands} {listed(parts)} "
                    f"({', '.join(p.decided_by)})."
                )


def _packages(camps: Camps) -> Iterator[str]:
    """Tell who, of each camp, is not on record against what the other wants."""
    a, b = camps.options
    if not camps.first or not camps.second:
        return
    free = not_against(camps)
    if not free[0] or not free[1]:
        camp, other, which = (a, b, 1) if not free[0] else (b, a, 0)
        camp_told = {*(camps.first if which else camps.second)} <= camps.hearsay[which]
        word = ", by others' word only" if camp_told else ""
        yield (
            f"A package of both meets opposition: all who are for {camp} only oppose {other}{word}."
        )
        return
    told = " and ".join(
        f"{camps.names(side)} for {of}" for side, of in zip(free, (a, b), strict=True)
    )
    quiet = _quiet(camps)
    yield f"A package of both: {told} are not on record against what the other wants{quiet}."


def _quiet(camps: Camps) -> str:
    """Say how many of those who might take a package are silent on the other's option."""
    free = not_against(camps)
    silent = sum(camps.stance(x, 1 - n) is None for n, side in enumerate(free) for x in side)
    if not silent:
        return ""
    total = sum(map(len, free))
    who = {total: "both" if total == 2 else "all of them"}.get(silent, f"{silent} of them")
    return f"; but {who} {'is' if silent == 1 else 'are'} silent on the other's option"


def _voices(camps: Camps) -> Iterator[str]:
    """Tell where those stand who bind no state, where states are asked about."""
    if camps.graph.is_large:
        return
    parties = set(camps.held.actors)
    by: dict[tuple[str, Polarity], list[str]] = {}
    for p in camps.graph.positions_in(camps.scope).values():
        if p.option in camps.options and p.holder not in parties:
            by.setdefault((p.option, p.polarity), []).append(p.holder)
    told = (
        f"{camps.names(sorted(of), 4)} "
        f"{stands_on(polarity, option, subjects=sum(size_of(camps.graph.actors[x]) for x in of))}"
        for (option, polarity), of in sorted(by.items())
    )
    if by:
        yield f"Voices that bind no state: {'; '.join(told)}."


def _unknown(camps: Camps, rows: Sequence[Candidate]) -> Iterator[str]:
    """Name the near options on which no party has a position."""
    known = {c.option for c in rows}
    near = [o for o, r in relations_of(camps).items() if r != "elsewhere" and o not in known]
    if near and not camps.graph.is_large:
        yield f"On record from none of them: {some(near, 8)}."


def figures_of(camps: Camps, rows: Sequence[Candidate]) -> tuple[Grid, ...]:
    """Show where the parties stand on the two options, and on what lies between."""
    a, b = camps.options
    groups = (camps.first, camps.both, camps.second, camps.neither)
    most = _DRAWN // 4 if len(camps.parties) > _DRAWN else _DRAWN
    actors = [x for g in groups for x in g[:most]]
    options = [a, *(c.option for c in rows[:_DRAWN_OPTIONS]), b]
    if not actors:
        return ()
    sizes = [len(g[:most]) for g in groups]
    ends = [sum(sizes[: n + 1]) for n in range(len(sizes))]
    left = len(camps.parties) - len(actors)
    more = f" {count(left, 'actor')} more have a position on one of the two." if left else ""
    return (
        Grid(
            title="What could carry both",
            says=camps_told(camps),
            rows=tuple(camps.graph.actors[x].name for x in actors),
            columns=tuple(camps.graph.options[o].name for o in options),
            cells=tuple(_cells(camps, actors, options)),
            is_signed=True,
            ends=("opposes", "supports"),
            row_breaks=tuple(sorted({n for n in ends if 0 < n < len(actors)})),
            column_breaks=tuple(sorted({1, len(options) - 1})),
            note="The two options stand at the edges; told: by others' word only; ?: undecided; "
            f"what is empty is not known, and silence is no consent.{more}",
        ),
    )


def _cells(camps: Camps, actors: Sequence[str], options: Sequence[str]) -> Iterator[Cell]:
    held = camps.held
    rows = {held.actors.index(x): row for row, x in enumerate(actors)}
    columns = {held.options.index(o): n for n, o in enumerate(options) if o in held.options}
    import numpy as np

    wanted = np.isin(held.actor, list(rows)) & np.isin(held.option, list(columns))
    for n in np.flatnonzero(wanted).tolist():
        actor, option = held.actors[held.actor[n]], held.options[held.option[n]]
        hearsay = RULES.is_hearsay(int(held.tier[n]))
        word = ", by others' word only" if hearsay else ""
        name = sentence(named(camps.graph.actors[actor]))
        stands = stands_on(OF_LEVEL[int(held.level[n])], option)
        yield Cell(
            row=rows[int(held.actor[n])],
            column=columns[int(held.option[n])],
            value=int(held.level[n]) / 2,
            text=marks(int(held.level[n]), is_hearsay=hearsay, is_wide=len(options) <= _WIDE),
            note=f"{name} {stands}{word}.",
        )
