"""Who is the odd one out: far from its own bloc, or from everybody."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Unpack

from stancegraph.answer.shared import scoped
from stancegraph.answer.tying import Tying

if TYPE_CHECKING:
    from stancegraph.answer.answer import Answer
    from stancegraph.graph import Graph
    from stancegraph.scope import Which

Verdict = Literal["stands out", "stands out from all", "does not", "insufficient"]


@dataclass(frozen=True, slots=True, kw_only=True)
class AloneOn:
    """An option on which an actor stood alone, or almost."""

    option: str
    name: str
    stance: Literal["supports", "opposes"]
    """The actor's side."""
    beside: int
    """Others on that side."""
    against: int
    """Others on the other side."""
    between: int
    """Others on neither."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Apart:
    """An actor, and how far it agrees with its bloc and with all."""

    actor: str
    name: str
    bloc: int | None
    """The number of its bloc as `blocs` gives it; of actors asked for by name all are in 1."""
    agreement: float | None
    """Mean weight of its ties with the others of its bloc; None without any."""
    low: float | None
    high: float | None
    """Where that may lie: 95% interval with the evidence drawn again."""
    middle: float | None
    """The median of the others of its bloc."""
    z: float | None
    """How far below, or above, the middle of its bloc; None where nothing can be told."""
    overall: float | None
    """Mean weight of its ties with everybody."""
    overall_low: float | None
    overall_high: float | None
    overall_middle: float | None
    overall_z: float | None
    alone_on: tuple[AloneOn, ...]
    """The options on which it stood most alone."""
    alone_count: int
    """On how many it did."""
    verdict: Verdict


def outliers(
    graph: Graph,
    *,
    tying: Tying | None = None,
    draws: int | None = None,
    seconds: float | None = None,
    seed: int = 0,
    **which: Unpack[Which],
) -> Answer[Apart]:
    """Say who stands out from its bloc or from everybody, and on what it stood alone.

    Of actors asked for by name, as of an alliance's members, all are taken as one bloc. How often
    the evidence is drawn again is 100 times by default, of very many positions 20; proving blocs
    takes `seconds` at most, by default 10.
    """
    from stancegraph.answer.camps import draws_of
    from stancegraph.answer.standing_out import compared_or_thin
    from stancegraph.answer.ties import network_of
    from stancegraph.measure.partition import SECONDS

    tying, scope = tying or Tying(), graph.scope(**which)
    network = network_of(graph, tying, scope)
    words = [f"--draws={draws}"] if draws is not None else []
    words += [f"--seconds={seconds:g}"] if seconds not in (None, SECONDS) else []
    words += [f"--seed={seed}"] if seed else []
    again = scoped("outliers", *words, *tying.as_words, graph=graph, scope=scope)
    return compared_or_thin(graph, network, draws_of(network, draws), seconds, seed, again)
