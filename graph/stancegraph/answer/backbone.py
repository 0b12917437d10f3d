"""Which ties are more than noise."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Unpack

from stancegraph.answer.answer import Answer, Citation, Table
from stancegraph.answer.figure import Node, Tie, Web
from stancegraph.answer.known import Known, known
from stancegraph.answer.resting import flags_on, needed, rests_on
from stancegraph.answer.shared import method, scoped
from stancegraph.answer.short import CITED
from stancegraph.answer.tying import Tying
from stancegraph.answer.words import count, listed, named, sentence, some
from stancegraph.errors import StanceError
from stancegraph.scope import Which

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from stancegraph.answer.ties import Network
    from stancegraph.columns import Held
    from stancegraph.graph import Graph
    from stancegraph.measure.backbone import Correction

By = Literal["sdsm", "disparity"]

BACKBONES: dict[By, str] = {
    "sdsm": "two stand on one side more, or less, often than chance would have it, given how often "
    "each takes sides and how many take each side of each option: the stochastic degree sequence "
    "model (Neal 2014)",
    "disparity": "a tie is stronger than if its ends spread their strength at random: the "
    "disparity filter (Serrano, Boguna and Vespignani 2009)",
}
"""What it can mean that a tie is more than noise."""

ALPHA = 0.05
LEAST_ACTORS = 3
_SHOWN = 25
_CITED = 3

CORRECTIONS: dict[Correction, str] = {
    "holm": "with Holm's correction, which bounds the chance of any false tie",
    "benjamini-hochberg": "with Benjamini and Hochberg's correction, which bounds the expected "
    "share of false ties",
    "none": "without correction, so that of many ties some stand out by chance",
}
"""How a p is adjusted for so many tests."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptTie:
    """A tie that is more than noise."""

    a: str
    a_name: str
    b: str
    b_name: str
    sign: int
    """1 for friends, or more often together than by chance; -1 for foes, or less often."""
    p: float
    """Adjusted for all ties that were tested."""
    p_alone: float
    """As if it were the only one."""
    weight: float
    """Of the network."""
    together: int
    """Options on which both are on one side."""
    shared: int
    """Options on which both have a position."""
    expected: float | None
    """How many options chance would find them together on; None for disparity."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class _Tested:
    """A network and how likely each of its ties is by chance."""

    network: Network
    names: tuple[str, ...]
    is_tested: NDArray[np.bool_]
    """Which pairs were tested, symmetric."""
    sign: NDArray[np.int64]
    p_alone: NDArray[np.float64]
    p: NDArray[np.float64]
    expected: NDArray[np.float64] | None
    alpha: float
    columns: int
    """How wide the table is; 0 for disparity."""

    @property
    def tests(self) -> int:
        return int(self.is_tested.sum()) // 2

    @property
    def is_kept(self) -> NDArray[np.bool_]:
        return self.is_tested & (self.p <= self.alpha)


def backbone(
    graph: Graph,
    *,
    by: By = "sdsm",
    alpha: float = ALPHA,
    correction: Correction = "holm",
    tying: Tying | None = None,
    **which: Unpack[Which],
) -> Answer[KeptTie]:
    """Say which ties are more than noise, and who has none such.

    Tested are the pairs that share enough options. By "sdsm" the table has a row an actor and two
    columns an option, one for each side of it, filled where the actor is on that side; undecided
    and missing positions fill neither. By "disparity" the weights of the network are tested.
    """
    from stancegraph.answer.ties import network_of, thinness

    if by not in BACKBONES:
        raise StanceError(f"no backbone by {by!r}; there are {', '.join(BACKBONES)}")
    if not 0 < alpha < 1:
        raise StanceError(f"alpha {alpha!r}: give a probability above 0 and below 1, as in 0.05")
    tying = tying or Tying()
    scope = graph.scope(**which)
    whole = network_of(graph, tying, scope)
    network = whole.of(_meeting(whole))
    found = _tested(graph, network, by, alpha, correction)
    thin = (thinness(graph, whole) or _thin(found)) if not _is_testable(found) else None
    rows = _rows(found)
    told = _backing(graph, found, whole, rows, is_thin=bool(thin))
    evidence = told.evidence[:CITED]
    return Answer(
        question="Which ties are more than noise?",
        verdict=thin or _verdict(found, rows, by),
        as_of=scope.as_of,
        method=method(
            roll_up=scope.roll_up,
            own_words=scope.own_words,
            extra=f"{tying.in_words}; kept where {BACKBONES[by]}, p at most {alpha!r} "
            f"{CORRECTIONS[correction]}",
        ),
        row_class=KeptTie,
        rows=rows,
        evidence=evidence,
        flags=tuple(
            sorted({*flags_on(network), *told.flags, *(("insufficient",) if thin else ())})
        ),
        more={
            "by": by,
            "alpha": alpha,
            "correction": correction,
            "actors": len(network.actors),
            "tested": found.tests,
            "kept": len(rows),
            "kept_above": sum(r.sign > 0 for r in rows),
            "kept_below": sum(r.sign < 0 for r in rows),
            "without_kept": [network.actors[n] for n in _without(found)],
        },
        tables=tuple(_tables(rows, by)) if not thin else (),
        notes=(*_notes(found, whole, by, is_thin=bool(thin)), *told.notes),
        reproduce=scoped(
            "backbone",
            *(("--by", by) if by != "sdsm" else ()),
            *(("--alpha", repr(alpha)) if alpha != ALPHA else ()),
            *(("--correction", correction) if correction != "holm" else ()),
            *tying.as_words,
            graph=graph,
            scope=scope,
        ),
        figures=(_web(found, rows, evidence),) if found.tests else told.figures,
    )


def _meeting(network: Network) -> NDArray[np.int64]:
    """Return who shares enough options with somebody, by their numbers."""
    import numpy as np

    enough = network.meetings.shared >= max(1, network.tying.min_shared)
    return np.flatnonzero(enough.any(axis=1))


def _is_testable(found: _Tested) -> bool:
    return len(found.names) >= LEAST_ACTORS


def _tested(
    graph: Graph, network: Network, by: By, alpha: float, correction: Correction
) -> _Tested:
    import numpy as np

    from stancegraph.measure.backbone import adjusted, disparity, encounters

    if by == "sdsm":
        table = sides_table(network.held)
        met, columns = encounters(table), table.shape[1]
        alone, expected = met.two_sided, met.expected
        above = np.less(met.upper, met.lower, where=~np.isnan(met.upper), out=_none(network))
        sign = np.where(above, 1, -1)
        is_tested = network.meetings.shared >= max(1, network.tying.min_shared)
    else:
        alone, expected, columns = disparity(network.weight), None, 0
        sign, is_tested = np.sign(network.weight).astype(np.int64), network.weight != 0
    pairs = np.triu(is_tested, 1)
    p = np.ones(alone.shape)
    p[pairs] = adjusted(alone[pairs], correction)
    return _Tested(
        network=network,
        names=tuple(named(graph.actors[a]) for a in network.actors),
        is_tested=is_tested,
        sign=sign,
        p_alone=alone,
        p=np.minimum(p, p.T),
        expected=expected,
        alpha=alpha,
        columns=columns,
    )


def _none(network: Network) -> NDArray[np.bool_]:
    import numpy as np

    return np.zeros(network.weight.shape, dtype=np.bool_)


def sides_table(held: Held) -> NDArray[np.int8]:
    """Return a row an actor, a column for each side of each option that somebody is on.

    1 where the actor is on that side; an undecided or a missing position is on neither.
    """
    import numpy as np

    is_sided = held.level != 0
    column = 2 * held.option[is_sided] + (held.level[is_sided] < 0)
    used, place = np.unique(column, return_inverse=True)
    table = np.zeros((len(held.actors), len(used)), dtype=np.int8)
    table[held.actor[is_sided], place] = 1
    return table


def _rows(found: _Tested) -> tuple[KeptTie, ...]:
    """Return the kept ties, the least likely first; of equally likely ones the strongest."""
    import numpy as np

    meetings, expected = found.network.meetings, found.expected
    pairs = np.argwhere(np.triu(found.is_kept, 1)).tolist()
    rows = [
        KeptTie(
            a=found.network.actors[i],
            a_name=found.names[i],
            b=found.network.actors[j],
            b_name=found.names[j],
            sign=int(found.sign[i, j]),
            p=_told(float(found.p[i, j])),
            p_alone=_told(float(found.p_alone[i, j])),
            weight=round(float(found.network.weight[i, j]), 6),
            together=int(meetings.same[i, j]),
            shared=int(meetings.shared[i, j]),
            expected=None if expected is None else round(float(expected[i, j]), 3),
        )
        for i, j in pairs
    ]
    return tuple(sorted(rows, key=lambda r: (r.p, r.p_alone, -_apart(r), r.a_name, r.b_name)))


def _told(p: float) -> float:
    """Return a probability with three digits, which every machine has alike."""
    return float(f"{p:.2e}")


def _apart(row: KeptTie) -> float:
    """Return how far a tie is from what chance would give, or how strong it is."""
    return abs(row.weight) if row.expected is None else abs(row.together - row.expected)


def _without(found: _Tested) -> list[int]:
    """Return the actors that have no tie that is kept, by their numbers."""
    import numpy as np

    return [int(n) for n in np.flatnonzero(~found.is_kept.any(axis=1))]


def _thin(found: _Tested) -> str:
    return (
        f"Too thin to say: {count(len(found.names), 'actor')} share enough options with anybody, "
        f"and noise is told from ties among {LEAST_ACTORS} or more."
    )


def _verdict(found: _Tested, rows: Sequence[KeptTie], by: By) -> str:
    above, below = (sum(r.sign == sign for r in rows) for sign in (1, -1))
    tested = count(found.tests, "pair" if by == "sdsm" else "tie")
    if not rows:
        alone, among = (_shown(_least(found, of)) for of in (found.p_alone, found.p))
        end = "" if alone == among else f" alone, and {among} among so many"
        return f"None of {tested} is more than noise: the least likely has p {alone}{end}."
    kinds = (
        f"{above or 'none'} stand together more often than by chance, {below or 'none'} less often"
        if by == "sdsm"
        else f"{above} of friends, {below} of foes"
    )
    are = "is" if len(rows) == 1 else "are"
    pairs = [f"{r.a_name} with {r.b_name}" for r in rows[:2]]
    lost = _without(found)
    loses = "loses all ties" if len(lost) == 1 else "lose all ties"
    end = f" {sentence(some([found.names[n] for n in lost], most=4))} {loses}." if lost else ""
    return (
        f"{len(rows)} of {tested} {are} more than noise: {kinds}. Clearest: {listed(pairs)}.{end}"
    )


def _least(found: _Tested, p: NDArray[np.float64]) -> float:
    return float(p[found.is_tested].min(initial=1))


def _shown(p: float) -> str:
    return f"{p:.3f}" if p >= 0.001 else f"{p:.0e}"


def _tables(rows: Sequence[KeptTie], by: By) -> Iterator[Table]:
    if not rows:
        return
    rest = f", the first {_SHOWN} of {len(rows)}; --format csv has all" if rows[_SHOWN:] else ""
    columns = ("Between", "And", "Tie", "Together", "By chance", "Shared", "Weight", "p")
    yield Table(
        f"Ties that are more than noise{rest}",
        columns,
        tuple(
            (
                r.a_name,
                r.b_name,
                _kind(r, by),
                str(r.together),
                "" if r.expected is None else f"{r.expected:.1f}",
                str(r.shared),
                f"{r.weight:+.2f}",
                _shown(r.p),
            )
            for r in rows[:_SHOWN]
        ),
    )


def _kind(row: KeptTie, by: By) -> str:
    if by == "sdsm":
        return "more often" if row.sign > 0 else "less often"
    return "friends" if row.sign > 0 else "foes"


def _notes(found: _Tested, whole: Network, by: By, *, is_thin: bool) -> Iterator[str]:
    from stancegraph.measure.backbone import SURE, WIDE

    if by == "sdsm" and not is_thin:
        yield (
            "More or less often is than by chance: two who agree on most options can still agree "
            "less often than any two would. Whoever has no position, or is undecided, is on "
            "neither side: over years in which not all were there, narrow the question (--from, "
            "--filter)."
        )
    if found.columns and not found.is_kept.any() and not is_thin:
        yield (
            f"The table has {count(found.columns, 'side')} of options: with so few little can "
            f"stand out among {count(found.tests, 'pair')}; more options that both speak of would "
            "tell."
        )
    if found.columns > WIDE:
        yield f"Of so many options, a chance below {SURE:g} is given as that, before correction."
    if by == "disparity" and not is_thin:
        yield "An actor's only tie cannot stand out from its end; nor can ties of like strength."
    if is_thin:
        yield needed(f"Noise is told from ties among {LEAST_ACTORS} or more", found.network)
    yield from rests_on(whole, found.network, missing="enough options shared with anybody")


def _backing(
    graph: Graph, found: _Tested, whole: Network, rows: Sequence[KeptTie], *, is_thin: bool
) -> Known:
    """Cite the clearest ties, or of a thin network what is known; and say the latter."""
    from stancegraph.answer.ties import cite_ties

    if is_thin:
        return known(graph, whole)
    pairs = [(r.a, r.b) for r in rows[:_CITED]] or _least_likely(found)
    return Known(cite_ties(graph, found.network, pairs))


def _least_likely(found: _Tested) -> list[tuple[str, str]]:
    """Return the pair that chance explains least, where none stands out."""
    import numpy as np

    p = np.where(np.triu(found.is_tested, 1), found.p_alone, np.inf)
    if not p.size or not np.isfinite(p).any():
        return []
    i, j = np.unravel_index(p.argmin(), p.shape)
    return [(found.network.actors[int(i)], found.network.actors[int(j)])]


def _web(found: _Tested, rows: Sequence[KeptTie], evidence: Sequence[Citation]) -> Web:
    """Show the ties that are kept, and faintly the others."""
    import numpy as np

    from stancegraph.answer.drawn import drawn_of

    network = found.network
    kept = {(r.a, r.b): r for r in rows}
    size = np.abs(network.weight)
    # Those that are kept first, then the strongest of the others; nothing without a weight.
    rank = np.where(found.is_tested, size / max(1e-300, size.max(initial=0)), 0.0)
    rank = np.where(found.is_kept, 2 + rank, rank)
    drawn = drawn_of(rank)
    degree = found.is_kept.sum(axis=1)
    most = max(1, int(degree.max(initial=0)))
    return Web(
        title="Ties that are more than noise",
        says=f"{len(rows)} of {count(found.tests, 'pair')} stand out from what chance would give.",
        nodes=tuple(
            Node(
                id=network.actors[n],
                label=found.names[n].removeprefix("the "),
                size=float(degree[n] / most),
                note=f"{sentence(found.names[n])}: {count(int(degree[n]), 'tie')} beyond noise.",
            )
            for n in drawn.actors
        ),
        ties=tuple(_drawn_tie(found, i, j, kept, evidence) for i, j in drawn.ties),
        note=f"Faint ties may be noise. The larger, the more kept ties. {drawn.left_out}".strip(),
    )


def _drawn_tie(
    found: _Tested,
    i: int,
    j: int,
    kept: dict[tuple[str, str], KeptTie],
    evidence: Sequence[Citation],
) -> Tie:
    from stancegraph.answer.drawn import records_of

    a, b = found.network.actors[i], found.network.actors[j]
    weight, row = float(found.network.weight[i, j]), kept.get((a, b))
    both = listed([found.names[i], found.names[j]])
    if row is None:
        return Tie(a=a, b=b, weight=weight, mark="faint", note=sentence(f"{both} ({weight:+.2f})."))
    chance = "" if row.expected is None else f", {row.expected:.1f} by chance"
    told = f"{both}: together on {row.together} of {row.shared}{chance}; p {_shown(row.p)}."
    # The sign is that of the finding; its strength that of the network.
    strength = row.sign * max(abs(weight), 0.05)
    return Tie(
        a=a,
        b=b,
        weight=round(strength, 6),
        mark="kept",
        note=sentence(told),
        records=records_of(evidence, a, b),
    )
