"""Whether the enemy of an enemy is a friend: balance of a network, and the ties that strain it."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from math import ceil
from pathlib import Path
from typing import TYPE_CHECKING, Any, Unpack

from stancegraph.answer.answer import Answer, Table, plain
from stancegraph.answer.balance_figures import web
from stancegraph.answer.balancing import (
    KINDS,
    LEAST_ACTORS,
    SECONDS,
    Measured,
    OddTie,
    measured,
    rows_of,
)
from stancegraph.answer.known import Known, known
from stancegraph.answer.resting import flags_on, needed, rests_on
from stancegraph.answer.shared import method, scoped
from stancegraph.answer.short import CITED
from stancegraph.answer.tying import Tying
from stancegraph.answer.words import count, listed, percent, sentence, some, with_article
from stancegraph.measure.agreement import MINIMUM_SHARED
from stancegraph.measure.interval import jeffreys
from stancegraph.scope import Which

if TYPE_CHECKING:
    from stancegraph.answer.ties import Network
    from stancegraph.graph import Graph
    from stancegraph.measure.balance import Saying, Sayings
    from stancegraph.read.signed_edges import SignedEdges

_SHOWN = 25
_CITED = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Triangle:
    """Three of whom one tie contradicts the other two."""

    actors: tuple[str, str, str]
    least: float
    """The size of its weakest tie."""
    says: str
    """What is odd about it, in a sentence."""


def balance(
    graph: Graph,
    *,
    tying: Tying | None = None,
    weighted: bool = False,
    seconds: float = SECONDS,
    **which: Unpack[Which],
) -> Answer[OddTie]:
    """Say whether the enemy of an enemy is a friend, and which ties two sides do not explain."""
    from stancegraph.answer.ties import network_of

    tying = tying or Tying()
    scope = graph.scope(**which)
    whole = network_of(graph, tying, scope)
    network = whole.tied()
    names = tuple(with_article(graph.actors[a].name) for a in network.actors)
    found = measured(
        network.actors, names, network.weight, by_weight=weighted, seconds=seconds, is_told=True
    )
    rows = rows_of(found)
    told = _backing(graph, network, whole, rows, is_enough=found.is_enough)
    return _answer(
        found,
        rows,
        question="Is the enemy of an enemy a friend here, and which ties say otherwise?",
        thin=_thin(graph, whole, found),
        as_of=scope.as_of,
        method=method(
            roll_up=scope.roll_up,
            own_words=scope.own_words,
            extra=f"{tying.in_words}; {_METHOD}",
        ),
        told=told,
        notes=(*told.notes, *rests_on(whole, network)),
        marks=(*flags_on(network), *told.flags),
        reproduce=scoped(
            "balance",
            *tying.as_words,
            *(("--weighted",) if weighted else ()),
            *((f"--seconds={float(seconds)!r}",) if seconds != SECONDS else ()),
            graph=graph,
            scope=scope,
        ),
    )


def balance_of(
    edges: SignedEdges, *, weighted: bool = False, seconds: float = SECONDS
) -> Answer[OddTie]:
    """Say the same of a signed network that somebody already has."""
    found = measured(
        edges.actors,
        edges.actors,
        edges.network,
        by_weight=weighted,
        seconds=seconds,
        is_told=False,
    )
    filters = [f"{name}={value}" for name, values in edges.where.items() for value in values]
    words = ["stancegraph", "balance", "--signed-edges", edges.path]
    words += [word for text in filters for word in ("--where", text)]
    words += ["--weighted"] if weighted else []
    words += [f"--seconds={float(seconds)!r}"] if seconds != SECONDS else []
    again = f"{count(edges.repeated, 'row')} said again what another says, and counted once."
    name = "standard input" if edges.path == "-" else Path(edges.path).name
    return _answer(
        found,
        rows_of(found),
        question="Is the enemy of an enemy a friend in this network, and which ties say otherwise?",
        thin=None if found.is_enough else _thin_network(found),
        as_of=None,
        method=f"Ties as {name} has them"
        f"{', where ' + ', '.join(filters) if filters else ''}, without direction; {_METHOD}.",
        told=Known(),
        notes=(*((sentence(again),) if edges.repeated else ()), *(f"{t}." for t in edges.told)),
        marks=(),
        reproduce=shlex.join(words),
    )


_METHOD = (
    "triangles (Cartwright and Harary 1956), walks (Estrada and Benzi 2014), the frustration index "
    "by integer programming (Aref, Mason and Wilson 2020); intervals are Jeffreys', as if pairs "
    "were independent, which they are not"
)


def _answer(
    found: Measured, rows: tuple[OddTie, ...], *, thin: str | None, told: Known, **parts: Any
) -> Answer[OddTie]:
    notes = (*_notes(found), *parts.pop("notes"))
    triangles = tuple(_triangle(found, t) for t in found.triangles)
    is_bound = not (found.plain.is_exact and found.weighted.is_exact)
    flags = [
        *parts.pop("marks"),
        *(["insufficient"] if thin else []),
        *(["upper bound"] if is_bound else []),
    ]
    return Answer(
        verdict=thin or _verdict(found, rows),
        row_class=OddTie,
        rows=rows,
        evidence=told.evidence[:CITED],
        flags=tuple(sorted(set(flags))),
        more=_more(found, triangles),
        tables=tuple(_tables(found, rows, triangles)),
        notes=notes,
        figures=(web(found, rows, told.evidence),) if found.ties else told.figures,
        **parts,
    )


def _more(found: Measured, triangles: Sequence[Triangle]) -> dict[str, Any]:
    return {
        "actors": len(found.ids),
        "ties": found.ties,
        "positive": found.positive,
        "negative": found.ties - found.positive,
        "frustration": round(found.plain.value),
        "lower_bound": _whole_above(found.plain.bound),
        "is_exact": found.plain.is_exact,
        "score": found.plain.score,
        "frustration_weighted": round(found.weighted.value, 9),
        "lower_bound_weighted": round(found.weighted.bound, 9),
        "is_exact_weighted": found.weighted.is_exact,
        "triangle_balance": found.census.balance,
        "walk_balance": found.walk,
        "census": plain(found.census),
        "sayings": asdict(found.sayings),
        "weighted": found.by_weight,
        "sides": [[found.ids[n] for n in side] for side in found.sides],
        "triangles": plain(triangles),
    }


def _whole_above(bound: float) -> int:
    """Return what a count is at least whose bound is a number that need not be whole."""
    return ceil(bound - 1e-6)


def _verdict(found: Measured, rows: Sequence[OddTie]) -> str:
    if found.positive == found.ties:
        return (
            f"Nobody is anybody's foe: all {count(found.ties, 'tie')} among "
            f"{count(len(found.ids), 'actor')} are of friends, so that balance is no achievement."
        )
    return f"{_proverb(found)} {_sides_say(found, rows)}"


def _proverb(found: Measured) -> str:
    """Answer whether the enemy of an enemy is a friend."""
    said = found.sayings.common_foe
    told = f"{said.friends} of {count(said.pairs, 'tied pair')} with a common foe"
    if said.pairs < MINIMUM_SHARED:
        return f"Whether an enemy's enemy is a friend cannot be told: {_too_few(said)}."
    share, interval = said.friends / said.pairs, jeffreys(said.friends, said.pairs)
    overall = found.positive / found.ties
    often = "mostly" if share > _MOSTLY else "rarely" if share < 1 - _MOSTLY else "sometimes"
    than = (
        "more than"
        if interval[0] > overall
        else "less than"
        if interval[1] < overall
        else "hardly different from"
    )
    return (
        f"The enemy of an enemy is {often} a friend here: {told} are friends, "
        f"{percent(share, interval)}, {than} the {overall:.0%} of all ties."
    )


_MOSTLY = 2 / 3


def _too_few(said: Saying) -> str:
    if not said.pairs:
        return "no tied pair has a common foe"
    has = "has" if said.pairs == 1 else "have"
    return f"only {count(said.pairs, 'tied pair')} {has} a common foe ({said.friends} of friends)"


def _sides_say(found: Measured, rows: Sequence[OddTie]) -> str:
    """Say how far two sides explain the ties."""
    explained = _explained(found)
    if not rows:
        return f"{explained}."
    names = listed([f"{r.a_name} with {r.b_name} ({KINDS[r.kind]})" for r in rows[:2]])
    return f"{explained}; {_least(found)}: here {'first ' if rows[2:] else ''}{names}."


def _explained(found: Measured) -> str:
    odd = len(found.shown.odd)
    if odd:
        return f"Two sides explain {found.ties - odd} of {count(found.ties, 'tie')}"
    return f"Two sides explain {f'all {found.ties} ties' if found.ties > 1 else 'the only tie'}"


def _least(found: Measured) -> str:
    """Say what any two sides leave, as far as that is proven."""
    shown = found.shown
    if found.by_weight:
        what, value, bound = "odd ties of a weight of ", f"{shown.value:.2f}", f"{shown.bound:.2f}"
    else:
        value, bound = count(round(shown.value), "odd tie"), f"{_whole_above(shown.bound)}"
        what = ""
    if shown.is_exact:
        return f"any two sides leave {what}at least {value}"
    return f"the best two sides leave {what}at most {value} (upper bound; at least {bound})"


def _thin(graph: Graph, whole: Network, found: Measured) -> str | None:
    from stancegraph.answer.ties import thinness

    if told := thinness(graph, whole):
        return told
    return None if found.is_enough else _thin_network(found)


def _thin_network(found: Measured) -> str:
    """Say what is known of a network without triangles."""
    size = f"{count(len(found.ids), 'actor')} with {count(found.ties, 'tie')}"
    why = "no three of whom are all tied" if len(found.ids) >= LEAST_ACTORS else "too few"
    rest = f" {_explained(found)}." if found.ties else ""
    return f"Too thin to say: {size}, {why}; without a triangle balance is undefined.{rest}"


def _notes(found: Measured) -> Iterator[str]:
    """Say who is on which side, and how to read the measures."""
    if not found.ties:
        return
    for first, side in zip(("One side", "The other"), found.sides, strict=True):
        names = [found.names[n] for n in side]
        yield f"{first}: {some(names) if names else 'nobody'}."
    if found.is_enough and len(found.shown.odd):
        yield (
            "Other divisions may leave as few odd ties. Triangles, walks and frustration rank "
            "networks differently, and walk balance falls with size: compare like with like."
        )


def _backing(
    graph: Graph, network: Network, whole: Network, rows: Sequence[OddTie], *, is_enough: bool
) -> Known:
    """Cite the odd ties, or of a thin network what is known; and say the latter."""
    from stancegraph.answer.ties import cite_ties

    if is_enough:
        pairs = [(r.a, r.b) for r in rows[:_CITED]] or _strongest(network)
        return Known(cite_ties(graph, network, pairs))
    found = known(graph, whole)
    need = needed("Balance needs three who are all tied", network)
    return replace(found, notes=(*found.notes, need))


def _strongest(network: Network) -> list[tuple[str, str]]:
    """Return the pairs with the strongest ties."""
    import numpy as np

    size = np.abs(np.triu(network.weight, 1))
    order = np.argsort(-size, axis=None, kind="stable")[:_CITED]
    pairs = zip(*np.unravel_index(order, size.shape), strict=True)
    return [(network.actors[int(i)], network.actors[int(j)]) for i, j in pairs if size[i, j]]


def _triangle(found: Measured, triangle: tuple[int, int, int]) -> Triangle:
    i, j, k = triangle
    sizes = [abs(float(found.network[a, b])) for a, b in ((i, j), (i, k), (j, k))]
    return Triangle(
        actors=(found.ids[i], found.ids[j], found.ids[k]),
        least=round(min(sizes), 6),
        says=_odd_about(found, triangle),
    )


def _odd_about(found: Measured, triangle: tuple[int, int, int]) -> str:
    """Say what is unbalanced: two foes with a common friend, or three foes."""
    i, j, k = triangle
    friends, foes = ("agrees with", "disagree") if found.is_told else ("is a friend of", "are foes")
    for common, first, second in ((i, j, k), (j, i, k), (k, i, j)):
        if found.network[first, second] < 0 < found.network[common, first]:
            a, b, c = (found.names[n] for n in (common, first, second))
            return found.told(f"{a} {friends} both {b} and {c}, who {foes}.")
    names = listed([found.names[n] for n in triangle])
    return found.told(f"{names} {'all disagree' if found.is_told else 'are all foes'}.")


def _tables(
    found: Measured, rows: Sequence[OddTie], triangles: Sequence[Triangle]
) -> Iterator[Table]:
    if not found.ties:
        return
    yield Table("Measures", ("Measure", "Value", "Of what"), tuple(_measures(found)))
    if found.is_enough:
        yield Table(
            "What is said",
            ("Saying", "Friends", "Pairs", "Share (95%)"),
            tuple(_said(found.sayings)),
        )
    if triangles:
        told = tuple((t.says, f"{t.least:.2f}") for t in triangles)
        yield Table("Clearest unbalanced triangles", ("Triangle", "Weakest tie"), told)
    if rows:
        rest = f", the first {_SHOWN} of {len(rows)}; --format csv has all" if rows[_SHOWN:] else ""
        yield Table(
            f"Odd ties{rest}",
            ("Between", "And", "Kind", "Weight", "Strains"),
            tuple(
                (r.a_name, r.b_name, KINDS[r.kind], f"{r.weight:+.2f}", str(r.strains))
                for r in rows[:_SHOWN]
            ),
        )


def _measures(found: Measured) -> Iterator[tuple[str, str, str]]:
    census, plainly, heavily = found.census, found.plain, found.weighted
    undefined = "undefined"
    balanced = census.friends + census.common_foe
    share = undefined if census.balance is None else f"{census.balance:.3f}"
    kinds = (
        f"{census.friends} +++, {census.common_foe} +--, {census.divided} ++-, {census.foes} ---"
    )
    of = f"{balanced} of {count(census.triangles, 'triangle')}: {kinds}"
    yield "Triangle balance", share, of if census.triangles else "no three are all tied"
    walk = undefined if found.walk is None else f"{found.walk:.3f}"
    yield "Walk balance", walk, "closed walks, long ones counting less"
    ties = f"odd of {count(found.ties, 'tie')}, {found.ties - found.positive} of foes"
    bound = _bounded(plainly.value, _whole_above(plainly.bound), "g", is_exact=plainly.is_exact)
    yield "Frustration", bound, ties
    score = undefined if plainly.score is None else f"{plainly.score:.3f}"
    most = "" if plainly.is_exact else "at least, as frustration is an upper bound: "
    yield "Frustration score", score, f"{most}1 where two sides explain all ties"
    if heavily is not plainly:
        yield (
            "Weighted frustration",
            _bounded(heavily.value, heavily.bound, ".2f", is_exact=heavily.is_exact),
            f"of a weight of {heavily.total:.2f}",
        )


def _bounded(value: float, bound: float, style: str, *, is_exact: bool) -> str:
    if is_exact:
        return f"{value:{style}}"
    return f"at most {value:{style}} (upper bound; at least {bound:{style}})"


def _said(found: Sayings) -> Iterator[tuple[str, str, str, str]]:
    for words, said in (
        ("A friend's friend is a friend", found.common_friend),
        ("An enemy's enemy is a friend", found.common_foe),
        ("A friend's enemy is a friend (against balance)", found.friend_and_foe),
    ):
        share = (
            percent(said.friends / said.pairs, jeffreys(said.friends, said.pairs))
            if said.pairs >= MINIMUM_SHARED
            else "insufficient"
        )
        yield words, str(said.friends), str(said.pairs), share
