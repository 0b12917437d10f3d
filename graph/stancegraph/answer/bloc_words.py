"""Blocs in words and tables: which there are, what parts them and how surely they hold."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np

from stancegraph.answer.answer import Table
from stancegraph.answer.camps import OFTEN_TIED, Division, id_and_title, titled
from stancegraph.answer.resting import hearsay_of, is_thin, left_out_of, thin_of
from stancegraph.answer.words import count, listed, named, sentence, some

if TYPE_CHECKING:
    from stancegraph.answer.blocs import Bloc, Member, Misfit
    from stancegraph.answer.camps import Mark
    from stancegraph.answer.dividing import Divided

SWALLOWS = 0.9
"""A bloc of at least this share of all, of `CROWD` or more, tells little."""

CROWD = 10

TOLD = 6
"""So many blocs are told of in words."""

_ROWS = 25
_IN_TABLE = 5
"""So many members stand for a bloc in the table."""


def verdict_of(found: Divided) -> Iterator[str]:
    """Say which blocs there are, how well they fit and how surely they do."""
    yield from _who_is_where(found)
    yield from _what_parts(found.parts)
    yield from _how_well(found)
    yield from thin_of(found.network) if is_thin(found.network) else _how_sure(found)
    if swallows(found.division) and found.network.tying.ties == "net":
        yield (
            "Nearly all agree on most options here, so that one bloc takes in nearly everybody: "
            "--ties chance asks who agrees more than that alone would give."
        )


def swallows(division: Division) -> bool:
    """Tell whether one bloc takes in nearly all of many."""
    actors = len(division.bloc)
    return actors >= CROWD and int(division.sizes.max()) >= SWALLOWS * actors


def _who_is_where(found: Divided) -> Iterator[str]:
    several = [b for b in found.parts if b.size > 1]
    alone = [named(found.graph.actors[b.members[0]]) for b in found.parts if b.size == 1]
    if not several:
        yield f"No bloc: of {count(len(alone), 'actor')} with ties no two are friends."
        return
    if len(several) == 1:
        yield f"One bloc{'' if alone else ' of all'}: {found.called(several[0])}."
    else:
        yield f"{_number(len(several))} blocs."
        for nth, bloc in zip(_ORDINALS, several, strict=False):
            yield f"The {nth} is {found.called(bloc)}."
    if len(several) > len(_ORDINALS):
        left = len(several) - len(_ORDINALS)
        yield "Another is smaller." if left == 1 else f"Another {left} are smaller."
    if alone:
        yield f"{sentence(some(alone))} {'is' if len(alone) == 1 else 'are each'} alone."


def _what_parts(parts: Sequence[Bloc]) -> Iterator[str]:
    """Name the option that sets a bloc apart more than any other does."""
    told = [(b.defining[0], b) for b in parts[:TOLD] if b.size > 1 and b.defining]
    if not told:
        return
    mark, bloc = max(told, key=lambda m: (m[0].score, -m[1].number))
    nth = "the" if len(told) == 1 else f"the {_ORDINALS[bloc.number - 1]}"
    yield f"What parts them most is '{titled(mark.name)}'."
    yield f"In {nth} bloc {_inside(mark)} it, {_outside(mark)}."


def _inside(mark: Mark) -> str:
    verb = "support" if mark.stance == "supports" else "oppose"
    known = mark.inside_known
    if mark.inside == known:
        return f"{'both' if known == 2 else f'all {known}'} with a position {verb}"
    return f"{mark.inside} of {known} with a position {verb}"


def _outside(mark: Mark) -> str:
    if mark.outside_known == 1:
        return f"and the one other {'does too' if mark.outside else 'does not'}"
    return f"among the others {mark.outside or 'none'} of {mark.outside_known}"


def _how_well(found: Divided) -> Iterator[str]:
    """Say how much does not fit, and whether anything fits better."""
    best, asked, odd = found.division.found, found.asked, len(found.odd)
    total = float(np.abs(np.triu(found.division.network.weight)).sum())
    ties = count(found.division.network.ties, "tie")
    does = "does" if odd == 1 else "do"
    fit = f"{odd} of {ties} {does} not fit ({_small(best.value / total)} of the weight of all)"
    fit = fit if odd else "Every tie fits"
    if asked.at_most == 1:
        yield f"{fit}."
    elif best.is_exact:
        into = f" into at most {asked.at_most}" if asked.at_most is not None else ""
        yield f"{fit}; no division{into} does better."
    else:
        yield f"{fit}."
        yield (
            f"This is the best that a search from {count(asked.starts, 'start')} found; that there "
            f"is no better one is not proven{_at_least(best.bound / total)}."
        )


def _at_least(share: float) -> str:
    """Say what any division leaves odd, where that much was proven."""
    return f", only that all leave {_small(share)} or more" if share > 0 else ""


def _small(share: float) -> str:
    return f"{share:.0%}" if share >= 0.01 else "under 1%"


def _how_sure(found: Divided) -> Iterator[str]:
    """Say how many stay in their bloc when the evidence is drawn again."""
    several = [b for b in found.parts if b.size > 1]
    members, core = sum(b.size for b in several), sum(len(b.core) for b in several)
    if not found.unit or not members or found.asked.at_most == 1:
        return
    drawn = f"With the {found.unit} drawn again {count(found.asked.draws, 'time')}"
    if not core:
        yield f"{drawn}, no member stays firmly in its bloc: take it as a hint."
    elif core == members:
        yield f"{drawn}, all members stay firmly in their bloc."
    else:
        stay = "stays firmly in its" if core == 1 else "stay firmly in their"
        loose = [nth for nth, b in zip(_ORDINALS, several, strict=False) if not b.core]
        nobody = f"; of the {listed(loose)} bloc nobody does" if loose else ""
        yield f"{drawn}, {core} of {members} members {stay} bloc{nobody}."


_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth")


def _number(n: int) -> str:
    words = ("No", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine", "Ten")
    return words[n] if n < len(words) else str(n)


def notes_of(found: Divided) -> Iterator[str]:
    """Say who is unsure, which ties are odd and what was left out."""
    asked, odd = found.asked, found.odd
    if asked.at_most is not None:
        few = f" {found.division.count} came out." if found.division.count < asked.at_most else ""
        yield f"At most {count(asked.at_most, 'bloc')} as asked; fewer where that fits better.{few}"
    fringe = sorted((r for r in found.rows if r.role == "fringe"), key=_least_sure)
    if fringe:
        told = some([_told_fringe(r) for r in fringe])
        yield f"Fringe, by how often each is with the rest of its bloc: {told}."
    if odd:
        told = listed([_told_tie(found, tie) for tie in odd[:3]])
        yield f"Heaviest odd {'ties' if len(odd) > 1 else 'tie'}: {told}."
    if found.modularity is not None and found.division.count > 1:
        yield (
            f"Signed modularity: {found.modularity:.2f}, 0 where blocs hold friends and part foes "
            "no more than chance would, 1 at most."
        )
    if found.untied:
        names = some([named(found.graph.actors[r.actor]) for r in found.untied])
        yield f"Not tied enough to say: {names}."
    yield from hearsay_of(found.network)
    yield from left_out_of(found.network)


def _told_fringe(row: Member) -> str:
    seldom = (row.tied_draws or 0.0) < OFTEN_TIED
    rare = f", tied in {row.tied_draws:.0%} of the draws" if seldom else ""
    return f"{row.name} ({row.membership:.2f}{rare})"


def _least_sure(row: Member) -> tuple[float, float, str]:
    membership = 2.0 if row.membership is None else row.membership
    return membership, row.tied_draws or 0.0, row.name


def _told_tie(found: Divided, tie: Misfit) -> str:
    pair = listed([named(found.graph.actors[a]) for a in (tie.a, tie.b)])
    side = "friends in two blocs" if tie.weight > 0 else "foes in one"
    return f"{pair}, {side} ({tie.weight:+.2f})"


def tables_of(found: Divided) -> Iterator[Table]:
    """Yield the blocs, what sets each apart and the members, those least sure where many."""
    shown = found.parts[:_ROWS]
    yield Table(
        "Blocs"
        if len(found.parts) <= _ROWS
        else f"The largest {_ROWS} of {len(found.parts)} blocs",
        ("Bloc", "Members", "Size", "Core", "Inside", "With others"),
        tuple(_bloc_row(found, b) for b in shown),
    )
    marks = tuple(row for b in shown[:TOLD] for row in _mark_rows(b))
    if marks:
        yield Table("What sets each apart", ("Bloc", "Option", "In the bloc", "Others"), marks)
    title, rows = "Members", found.rows
    if len(rows) > _ROWS:
        unsure = sorted((r for r in rows if r.role in ("fringe", "alone")), key=_least_sure)
        title = f"The least sure: {len(unsure[:_ROWS])} of {len(rows)}; --format csv has all"
        rows = tuple(unsure[:_ROWS])
    if rows:
        heads = ("Actor", "Bloc", "Role", "Membership", "Tied in", "Ties")
        yield Table(title, heads, _member_rows(rows))


def _bloc_row(found: Divided, bloc: Bloc) -> tuple[str, ...]:
    return (
        str(bloc.number),
        found.called(bloc, _IN_TABLE),
        str(bloc.size),
        "" if bloc.size == 1 or not found.unit else str(len(bloc.core)),
        _mean(bloc.within),
        _mean(bloc.across),
    )


def _member_rows(rows: Iterable[Member]) -> tuple[tuple[str, ...], ...]:
    return tuple(
        (
            r.name,
            str(r.bloc),
            r.role,
            "" if r.membership is None else f"{r.membership:.2f}",
            "" if r.tied_draws is None else f"{r.tied_draws:.0%}",
            str(r.ties),
        )
        for r in rows
    )


def _mean(value: float | None) -> str:
    return "no ties" if value is None else f"{value:+.2f}"


def _mark_rows(bloc: Bloc) -> Iterator[tuple[str, str, str, str]]:
    for mark in bloc.defining:
        verb = "for it" if mark.stance == "supports" else "against"
        yield (
            str(bloc.number),
            id_and_title(mark.option, mark.name),
            f"{mark.inside} of {mark.inside_known} {verb}",
            f"{mark.outside} of {mark.outside_known} {verb}",
        )
