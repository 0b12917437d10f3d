"""What is said that speaks to the reasons of those who do not support an option."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from stancegraph.model import Evidence

if TYPE_CHECKING:
    from datetime import date

    from stancegraph.graph import Graph
    from stancegraph.positions import Position

Nearness = Literal["itself", "narrower", "broader"]
"""How the option that a record speaks of lies to the one that was asked about."""

How = Literal["denies", "argues for", "same reason", "besides"]
"""How a record speaks to the reasons of those who hold out; which of them it answers, if any, no
record says.

denies: it says that a frame does not fit. argues for: it gives an argument, and who gives it is for
the option or a near one. same reason: it gives the reason of a holdout too. besides: it gives
another argument, and who gives it is not on record as for the option.
"""

ANSWERING: tuple[How, ...] = ("denies", "argues for")
"""What can be an answer to a reason."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """One record that speaks to an argument about an option, or to a frame of it."""

    evidence: str
    """The record."""
    speaker: str
    whose: str
    """Whose word it is: for whom the speaker speaks, or else the speaker."""
    how: How
    matter: str
    """The argument that it gives, or the frame that it denies."""
    option: str
    """The option that it speaks of."""
    nearness: Nearness
    framed_by: tuple[str, ...] = ()
    """Who sees an option near this one in the frame that it denies."""
    to: tuple[str, ...] = ()
    """Those with a reason on record, or a frame, to whom it speaks."""


def near_options(graph: Graph, option: str) -> dict[str, Nearness]:
    """Return an option, those below it and those above it."""
    near: dict[str, Nearness] = {option: "itself"}
    near |= {o.id: "narrower" for o in graph.narrower(option)}
    above = graph.options[option].broader
    while above is not None and above not in near:
        near[above] = "broader"
        above = graph.options[above].broader
    return near


def records_by(graph: Graph, day: date | None) -> tuple[Evidence, ...]:
    """Return the records that count and are surely of a day or earlier."""
    return tuple(
        e
        for e in graph.debate.evidence
        if not e.deprecated and (day is None or (graph.when(e).not_after or day) <= day)
    )


def replies(
    records: Sequence[Evidence],
    near: Mapping[str, Nearness],
    holdouts: Sequence[Position],
    positions: Iterable[Position],
) -> tuple[Reply, ...]:
    """Return what speaks to those who hold out, in the order of the records, each once."""
    reasons = {p.holder: p.reasons for p in holdouts}
    frames = _frames(records, near)
    ascribed = {h for _, _, told in frames for h in told}
    backers = {p.holder for p in positions if p.option in near and p.polarity.side == 1}
    answered = tuple(h for h in reasons if reasons[h] or h in ascribed)
    found: dict[tuple[str, ...], Reply] = {}
    for e in records:
        whose = e.principal or e.speaker
        for how, matter, option in _said(e, near, backers, reasons):
            hearers = _hearers(how, matter, reasons, answered)
            reply = Reply(
                evidence=e.id,
                speaker=e.speaker,
                whose=whose,
                how=how,
                matter=matter,
                option=option,
                nearness=near[option],
                framed_by=_framers(frames, matter) if how == "denies" else (),
                to=tuple(h for h in hearers if h not in (whose, e.speaker)),
            )
            found.setdefault((e.id, how, matter, option), reply)
    return tuple(found.values())


def frames_of(
    records: Iterable[Evidence], near: Mapping[str, Nearness], actor: str
) -> tuple[str, ...]:
    """Return the frames in which an actor, or whoever tells of it, sees one of the options."""
    found = (frame for frame, _, told in _frames(records, near) if actor in told)
    return tuple(dict.fromkeys(found))


def framers_of(
    records: Iterable[Evidence], near: Mapping[str, Nearness], actor: str, frame: str
) -> tuple[str, ...]:
    """Return who sees one of the options in a frame, in records that tell of an actor."""
    return _framers((f for f in _frames(records, near) if actor in f[2]), frame)


_Framed = tuple[str, str, frozenset[str]]
"""A frame, who sees an option in it, and of whom the record tells: that one and the holders."""


def _frames(records: Iterable[Evidence], near: Mapping[str, Nearness]) -> tuple[_Framed, ...]:
    """Return the frames in which one of the options is seen."""
    return tuple(
        (f.frame, f.holder, frozenset({f.holder, *(s.holder for s in e.stances)}))
        for e in records
        for f in e.framings
        if f.option in near and not f.denied
    )


def _framers(frames: Iterable[_Framed], frame: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(holder for of, holder, _ in frames if of == frame))


def _said(
    e: Evidence,
    near: Mapping[str, Nearness],
    backers: set[str],
    reasons: Mapping[str, tuple[str, ...]],
) -> Iterator[tuple[How, str, str]]:
    """Yield how a record speaks, of which frame or argument, and of which option."""
    for f in e.framings:
        if f.option in near and f.denied:
            yield "denies", f.frame, f.option
    given = {a for of in reasons.values() for a in of}
    is_backer = bool({e.speaker, e.principal} & backers)
    for c in e.claims:
        for option in (o for o in c.options if o in near):
            for argument in c.arguments:
                yield _how(argument, given, is_for=is_backer), argument, option
    for s in e.stances:
        if s.option in near and s.holder not in reasons:
            for argument in s.reasons:
                yield _how(argument, given, is_for=s.polarity.side == 1), argument, s.option


def _how(argument: str, given: set[str], *, is_for: bool) -> How:
    if is_for:
        return "argues for"
    return "same reason" if argument in given else "besides"


def _hearers(
    how: How, matter: str, reasons: Mapping[str, tuple[str, ...]], answered: Sequence[str]
) -> tuple[str, ...]:
    if how in ANSWERING:
        return tuple(answered)
    return tuple(h for h, of in reasons.items() if how == "same reason" and matter in of)
