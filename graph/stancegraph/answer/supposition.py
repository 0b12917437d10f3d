"""What is supposed in a what-if, "usa supports allied-interception", and all that it rests on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from stancegraph.answer.following import DIGITS, Following
from stancegraph.answer.listening import Groups, Listening, listening_of
from stancegraph.answer.ties import Network, network_of, positions_at
from stancegraph.answer.tying import Tying
from stancegraph.answer.words import listed, named, some
from stancegraph.errors import StanceError, UnknownName
from stancegraph.model import Actor, Option, Polarity
from stancegraph.scope import Scope

if TYPE_CHECKING:
    from stancegraph.graph import Graph
    from stancegraph.positions import Position

STANCES: dict[Polarity, tuple[str, ...]] = {
    Polarity.SUPPORTS: ("supports", "support", "is for"),
    Polarity.LEANS_SUPPORT: (
        *("leans-support", "leans support", "leans to support", "leans towards"),
        *("lean to support", "lean towards"),
    ),
    Polarity.UNDECIDED: (
        *("undecided", "undecided on", "undecided about"),
        *("is undecided", "is undecided on", "is undecided about"),
    ),
    Polarity.LEANS_OPPOSE: (
        *("leans-oppose", "leans oppose", "leans to oppose", "leans against"),
        *("lean to oppose", "lean against"),
    ),
    Polarity.OPPOSES: ("opposes", "oppose", "is against"),
}
"""How a stance can be said in a supposition."""

_EXAMPLE = "say ACTOR STANCE OPTION, as in 'usa supports allied-interception'"

_COMES_TO = {
    Polarity.SUPPORTS: "came to support",
    Polarity.LEANS_SUPPORT: "came to lean towards",
    Polarity.UNDECIDED: "became undecided on",
    Polarity.LEANS_OPPOSE: "came to lean against",
    Polarity.OPPOSES: "came to oppose",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """One actor's supposed stance."""

    actor: Actor
    polarity: Polarity
    option: Option
    said: str
    """The actor as it was named."""

    @property
    def level(self) -> float:
        """On [-1, 1]: -1 opposes, +1 supports."""
        return self.polarity.scaled or 0.0

    @property
    def as_text(self) -> str:
        """The supposition by slugs, which is read as the same."""
        return f"{self.actor.id} {self.polarity.value} {self.option.id}"


def shifts_of(graph: Graph, texts: Iterable[str]) -> tuple[Shift, ...]:
    """Read suppositions, each once: all of one option, and one of an actor.

    Raises StanceError where they are not, or where one cannot be read; UnknownName for a name that
    nothing answers to.
    """
    texts = (texts,) if isinstance(texts, str) else tuple(texts)
    if not texts:
        raise StanceError(f"nothing is supposed; {_EXAMPLE}")
    found = list({(s.actor.id, s.polarity): s for s in (_shift(graph, t) for t in texts)}.values())
    first, *others = found
    for other in others:
        if other.option.id != first.option.id:
            raise StanceError(
                f"one what-if at a time: {first.as_text!r} and {other.as_text!r} are of two options"
            )
    for n, shift in enumerate(found):
        if shift.actor.id in {s.actor.id for s in found[:n]}:
            raise StanceError(f"{named(shift.actor)} cannot stand on two sides at once: keep one")
    return tuple(found)


def _shift(graph: Graph, text: str) -> Shift:
    """Read a supposition by the first words of a stance that leave an actor and an option."""
    readings = list(_readings(text.split()))
    if not readings:
        words = listed(sorted({words[0] for words in STANCES.values()}), "or")
        raise StanceError(
            f"no stance between an actor and an option in {text!r}: {_EXAMPLE}; a stance is {words}"
        )
    first_error: StanceError | None = None
    for actor, polarity, option in readings:
        try:
            return Shift(
                actor=graph.actor(actor),
                polarity=polarity,
                option=graph.option(option),
                said=actor,
            )
        except StanceError as error:
            first_error = first_error or error
    actor, polarity, option = readings[0]
    raise UnknownName(
        f"{first_error}\n{text!r} was read as actor {actor!r}, stance {polarity.value!r}, option "
        f"{option!r}; {_EXAMPLE}"
    )


def _readings(words: Sequence[str]) -> Iterator[tuple[str, Polarity, str]]:
    """Yield how words can be parted at a stance, the first and longest stance first."""
    folded = [word.casefold() for word in words]
    for start in range(1, len(words)):
        for phrase, polarity in _PHRASES:
            end = start + len(phrase)
            if folded[start:end] == phrase and end < len(words):
                yield " ".join(words[:start]), polarity, " ".join(words[end:])


_PHRASES = sorted(
    ((words.split(), polarity) for polarity, said in STANCES.items() for words in said),
    key=lambda found: -len(found[0]),
)


def supposed(shifts: Sequence[Shift]) -> str:
    """Say what is supposed: "the United States came to support 'Shoot down missiles'"."""
    name = repr(shifts[0].option.name)
    by_polarity: dict[Polarity, list[str]] = {}
    for shift in shifts:
        by_polarity.setdefault(shift.polarity, []).append(named(shift.actor))
    parts = [f"{listed(who)} {_COMES_TO[p]}" for p, who in by_polarity.items()]
    return " and ".join(f"{p} {'it' if n else name}" for n, p in enumerate(parts))


MOST_ACTORS = 2000
"""With more actors the equations are too many to be solved while somebody waits."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Case:
    """All that a what-if rests on, and what comes of it."""

    graph: Graph
    shifts: tuple[Shift, ...]
    actors: tuple[str, ...]
    positions: dict[str, Position]
    """Of those who have one on the option."""
    silent: tuple[str, ...]
    """Who has none, and is left out or begins in the middle."""
    is_silent_in: bool
    voices: tuple[str, ...]
    """Who has one but is no actor here: persons and others who bind no state."""
    listening: Listening
    following: Following
    scope: Scope

    @property
    def option(self) -> Option:
        """What the shift is on."""
        return self.shifts[0].option

    @property
    def others(self) -> list[int]:
        """The numbers of those whose shift is not supposed."""
        return [n for n in range(len(self.actors)) if n not in self.following.shifts]

    def named(self, number: int) -> str:
        """Return the name of an actor as it stands in a sentence."""
        return named(self.graph.actors[self.actors[number]])

    def names(self, numbers: Iterable[int], most: int = 8) -> str:
        """Name some actors as prose does."""
        return some([self.named(n) for n in numbers], most)

    def greatest(self, actor: str) -> float:
        """Return the most that the shift alone moves an actor."""
        return round(float(self.following.greatest[self.actors.index(actor)]), DIGITS)

    @property
    def thin(self) -> str | None:
        """Why nothing can be said; None where something can."""
        if not self.others:
            return f"nobody else has a position on {self.option.id}"
        if self.following.hearers:
            return None
        who = listed([named(s.actor) for s in self.shifts], "or")
        return f"nobody with a position on it is known to listen to {who}"


def case_of(
    graph: Graph,
    shifts: tuple[Shift, ...],
    listen: Sequence[str],
    groups: Groups,
    scope: Scope,
    tying: Tying,
    *,
    is_silent_in: bool,
) -> Case:
    """Find who stands where on the option and who listens to whom; leave the rest to the models.

    Raises StanceError for more actors than can be solved while somebody waits.
    """
    option, shifted = shifts[0].option.id, [s.actor.id for s in shifts]
    network = network_of(graph, tying, scope)
    positions, heard = _known(graph, option, [*network.actors, *shifted], scope)
    part = graph.about(options=[option]) if graph.is_large else graph
    silent = _silent(part, network, {*heard, *shifted}, scope)
    actors = _by_name(graph, {*positions, *shifted, *(silent if is_silent_in else ())})
    if len(actors) > MOST_ACTORS:
        raise StanceError(
            f"{len(actors):,} actors are more than {MOST_ACTORS:,}, for which this can be "
            "solved; choose some by --actors or --kind"
        )
    listening = listening_of(
        graph,
        actors,
        option,
        held=graph.held(scope),
        told=part.debate.evidence,
        listen=listen,
        groups=groups,
        tying=tying,
        scope=scope,
    )
    return Case(
        graph=part,
        shifts=shifts,
        actors=actors,
        positions=positions,
        silent=silent,
        is_silent_in=is_silent_in,
        voices=() if tying.actors or tying.kinds else _voices(part, option, actors, scope),
        listening=listening,
        following=_following(actors, positions, shifts, listening),
        scope=scope,
    )


def _known(
    graph: Graph, option: str, actors: Iterable[str], scope: Scope
) -> tuple[dict[str, Position], set[str]]:
    """Return the positions on an option that have a side, and who said anything of it at all."""
    asked = dict.fromkeys(actors)
    near = (option, *(o.id for o in graph.narrower(option)))
    found = positions_at(graph, scope, [(a, o) for a in asked for o in near])
    on_it = {a: found[a, option] for a in asked if (a, option) in found}
    positions = {a: p for a, p in on_it.items() if p.polarity.level is not None}
    return positions, {a for a, _ in found}


def _by_name(graph: Graph, actors: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(actors, key=lambda a: (graph.actors[a].name, a)))


def _silent(part: Graph, network: Network, heard: set[str], scope: Scope) -> tuple[str, ...]:
    """Return who is in the debate but has said nothing of the option, nor of a narrower one."""
    asked = set(network.actors)
    alliance = part.debate.alliance
    if alliance and not network.tying.actors and not network.tying.kinds:
        asked |= {a.id for a in part.members(alliance, scope.as_of)}
    return _by_name(part, asked - heard)


def _voices(part: Graph, option: str, actors: Sequence[str], scope: Scope) -> tuple[str, ...]:
    """Return who has a position on the option beside the actors."""
    return _by_name(part, {a for a, o in part.positions_in(scope) if o == option} - {*actors})


def _following(
    actors: Sequence[str],
    positions: dict[str, Position],
    shifts: Iterable[Shift],
    listening: Listening,
) -> Following:
    shifted = {actors.index(s.actor.id): s.level for s in shifts}
    present = np.zeros(len(actors))
    for number, actor in enumerate(actors):
        known = positions[actor].polarity.scaled if actor in positions else None
        present[number] = known if known is not None else np.nan if number in shifted else 0
    return Following(listening.weights, present, shifted)
