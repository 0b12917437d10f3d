"""A question asked again in many ways, and what comes out otherwise."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Unpack

from stancegraph.answer.answer import Answer, Citation, Table, cite, cite_positions, flags_of
from stancegraph.answer.coders import coding, told
from stancegraph.answer.figure import Dot, Dots, Figure
from stancegraph.answer.findings import Asked, Case
from stancegraph.answer.pair_findings import latest_met
from stancegraph.answer.questions import asked
from stancegraph.answer.shared import left_out, method, metonyms_read, scoped
from stancegraph.answer.sure import DRAWS, HALF_LIVES, MOST_RECORDS, Tried
from stancegraph.answer.sure_words import (
    Needed,
    half_lives_of,
    least_of,
    left_out_of,
    most_telling,
    nothing_told,
    record_called,
    records_of,
    verdict,
)
from stancegraph.answer.ties import positions_at
from stancegraph.answer.variations import base_case, most_first, varied
from stancegraph.answer.words import count, listed, sentence
from stancegraph.errors import StanceError
from stancegraph.measure.agreement import MINIMUM_SHARED
from stancegraph.model import Stance
from stancegraph.scope import Which

if TYPE_CHECKING:
    from stancegraph.graph import Graph


def asked_again(
    graph: Graph,
    question: str,
    *names: str,
    half_lives: Sequence[float],
    most_records: int,
    draws: int,
    seed: int,
    **which: Unpack[Which],
) -> Answer[Tried]:
    """Answer as `sure` does."""
    if wrong := [days for days in half_lives if not days > 0]:
        raise StanceError(f"a half-life is a number of days above 0, not {wrong[0]!r}")
    scope = graph.scope(**which)
    about = asked(graph, question, names, scope)
    base = base_case(about)
    findings = about.findings(base)
    ways = varied(about, half_lives=half_lives, most_records=most_records) if findings else ()
    tried = tuple(ways)
    ranked = sorted(tried, key=most_first)
    most = most_telling(tried)
    coders = coding(graph, draws=draws, seed=seed)
    needed = _needed(about, base)
    return Answer(
        question=f"What would change the answer to {about.title}?",
        verdict=verdict(about, base, tried, needed) if tried else nothing_told(about, needed),
        as_of=scope.as_of,
        method=method(
            roll_up=scope.roll_up,
            own_words=scope.own_words,
            extra="the question is asked again with one thing at a time left out or weighed "
            f"otherwise; what is compared is {about.compared} (leave one out, Efron and Tibshirani "
            "1993)"
            + ("; coders by Krippendorff's alpha, nominal (2004)" if coders.alpha else ""),
        ),
        row_class=Tried,
        rows=tried,
        evidence=_evidence(about, base, ranked),
        flags=_flags(base, is_enough=bool(tried) and needed is None),
        more={
            "asked": about.words,
            "findings": len(findings),
            "most": most.what if most else None,
            "coders": coders,
            "needed": needed,
            "least_to_turn": least_of(about, base),
            "seed": seed,
            "roll_up": scope.roll_up,
        },
        tables=tuple(_tables(about, ranked)),
        notes=(
            *_of_metonyms(about, names),
            *_of_what_was_tried(graph, about, tried),
            *([] if graph.is_large else [told(coders)]),
            *_of_what_does_not_count(about),
        ),
        reproduce=scoped(
            "sure", *about.words, *_as_words(half_lives, most_records, draws, seed),
            graph=graph, scope=scope,
        ),
        figures=_figures(about, ranked, len(findings)),
    )  # fmt: skip


def _as_words(
    half_lives: Sequence[float], most_records: int, draws: int, seed: int
) -> tuple[str, ...]:
    given = tuple(half_lives)
    return (
        *(f"--half-life={days:g}" for days in given if given != HALF_LIVES),
        *((f"--records={most_records}",) if most_records != MOST_RECORDS else ()),
        *((f"--draws={draws}",) if draws != DRAWS else ()),
        *((f"--seed={seed}",) if seed else ()),
    )


def _needed(about: Asked, base: Case) -> Needed | None:
    """Return what a comparison lacks: of one actor with all others, with the nearest to enough."""
    if not about.has_pairs:
        return None
    held, me = base.counted or about.graph.held(about.scope), about.words[1]
    of: dict[str, set[int]] = {}
    for actor, option in zip(held.actor.tolist(), held.option.tolist(), strict=True):
        of.setdefault(held.actors[actor], set()).add(option)
    mine = of.get(me, set())
    others = about.words[2:] or [a for a in held.actors if a != me]
    shared = {other: len(mine & of.get(other, set())) for other in others}
    if not shared or max(shared.values()) >= MINIMUM_SHARED:
        return None
    is_state = about.graph.is_state_or_body  # a comparison with a single voice binds nobody
    other = max(others, key=lambda a: (shared[a], is_state(a), len(of.get(a, ())), a))

    def only(a: set[int], b: set[int]) -> tuple[str, ...]:
        return tuple(held.options[n] for n in sorted(a - b))

    theirs = of.get(other, set())
    return Needed(
        a=me,
        b=other,
        missing=MINIMUM_SHARED - shared[other],
        only_a=only(mine, theirs),
        only_b=only(theirs, mine),
    )


def _flags(base: Case, *, is_enough: bool) -> tuple[str, ...]:
    found = flags_of(base.positions.values())
    return found if is_enough else tuple(sorted({*found, "insufficient"}))


def _evidence(about: Asked, base: Case, ranked: Sequence[Tried]) -> tuple[Citation, ...]:
    """Cite the records that change something, those on which most rests first.

    Where no single one does, the first that decide; of votes, the latest on which two met.
    """
    graph = about.graph
    telling = [t.what for t in ranked if t.kind == "record" and t.is_changed and t.records]
    found = []
    for id in telling[:_CITED]:
        found += [cite(graph, r.evidence, r.stance) for r in about.readings if r.evidence.id == id][
            :_STANCES_CITED
        ]
    if base.counted is not None:
        me, met_ = about.words[1], latest_met(base.counted, about)
        positions = positions_at(graph, about.scope, [(w, o) for a, o in met_ for w in (me, a)])
        found += cite_positions(graph, positions.values())
    elif not telling:
        found += cite_positions(graph, base.positions.values())[:_CITED]
    return tuple({(c.id, c.holder, c.option): c for c in found}.values())


_CITED = 6
_STANCES_CITED = 4


def _telling(ranked: Sequence[Tried]) -> list[Tried]:
    """Return what is shown: of each kind a few, and what changes nothing only where it is short."""
    found: list[Tried] = []
    for one in ranked:
        alike = sum(t.kind == one.kind and t.is_changed == one.is_changed for t in found)
        is_idle_record = one.kind == "record" and one.records and not one.is_changed
        if not is_idle_record and alike < (_CHANGING if one.is_changed else _IDLE):
            found.append(one)
    return found


_CHANGING, _IDLE = 8, 3
"""So many of each kind are shown that change something, and that change nothing."""


def _tables(about: Asked, ranked: Sequence[Tried]) -> Iterator[Table]:
    shown = _telling(ranked)[:_SHOWN]
    if not shown:
        return
    has_verdicts = about.words[0] == "align" and any(t.turns for t in shown)
    more = f", {len(shown)} of {len(ranked)} ways (--format csv has all)"
    yield Table(
        f"What was tried{more if len(shown) < len(ranked) else ''}",
        ("Asked again", *(("Verdicts",) if has_verdicts else ()), "Changes", "What would change"),
        tuple(
            (
                t.label,
                *((str(t.turns or ""),) if has_verdicts else ()),
                _changes(t),
                sentence(t.says),
            )
            for t in shown
        ),
    )


_SHOWN = 25


def _changes(one: Tried) -> str:
    """Say how many findings are others, and how many there would be besides."""
    parts = [f"{one.changed} of {one.of}"] if one.changed else []
    return " and ".join([*parts, *([f"{one.new} new"] if one.new else [])]) or "nothing"


def _of_metonyms(about: Asked, names: Sequence[str]) -> Iterator[str]:
    if about.words[0] in ("position", "align", "compare"):
        actors = [about.graph.actors[id] for id in about.words[1:]]
        yield from metonyms_read(*zip(names, actors, strict=True))


def _of_what_was_tried(graph: Graph, about: Asked, tried: Sequence[Tried]) -> Iterator[str]:
    if not tried:
        again = scoped(*about.words, graph=graph, scope=about.scope)
        yield f"What is known is in '{again}'."
        return
    days = half_lives_of(tried)
    yield f"Left out, one at a time: {listed(left_out_of(about, tried))}."
    if days:
        yield (
            f"Also tried: positions that count half after {days}. Then the verdict is by weighted "
            "shares of the effective number of options; that of align itself counts options, and "
            "its --half-life weighs the measure only."
        )
    records = [t for t in tried if t.kind == "record" and t.records]
    changing = sum(t.is_changed for t in records)
    if changing:
        change = "changes" if changing == 1 else "change"
        of = count(len(records), "record")
        yield f"{changing} of {of} {change} something when left out alone."
    if len(records) < records_of(about):
        yield "Not every record was left out by itself; --records takes more."
    if about.has_pairs and graph.is_large:
        yield (
            "The records are too many to be left out one by one: an option is left out with all "
            "that is on record of it. Sources are not left out."
        )


def _of_what_does_not_count(about: Asked) -> Iterator[str]:
    """Say what is left out of the answer itself, by its date or as hearsay."""
    if not about.graph.is_large:
        scope = about.scope
        yield from left_out(_alone(about), scope.as_of, own_words=scope.own_words)


def _alone(about: Asked) -> Graph:
    """Return a graph of nothing but the stances that the question is about."""
    from stancegraph.graph import Graph

    wanted: dict[str, list[Stance]] = {}
    for r in filter(about.is_about, about.graph.readings):
        wanted.setdefault(r.evidence.id, []).append(r.stance)
    records = (e for e in about.graph.debate.evidence if e.id in wanted)
    evidence = tuple(replace(e, stances=tuple(wanted[e.id])) for e in records)
    return Graph(replace(about.graph.debate, evidence=evidence), about.graph.reference)


def _figures(about: Asked, ranked: Sequence[Tried], of: int) -> tuple[Figure, ...]:
    shown = sorted(_telling(ranked)[:_DRAWN], key=lambda t: (-t.changed, most_first(t)))
    if not shown:
        return ()
    rest = len(ranked) - len(shown)
    changing = sum(t.is_changed for t in ranked)
    return (
        Dots(
            title=f"How much would still stand: {about.title}",
            says=f"Of {count(len(ranked), 'way')} to ask again, {changing} would change something; "
            f"the answer has {count(of, about.unit)}.",
            rows=tuple(_dot(about, t) for t in shown),
            axis=f"Share of the {about.unit}s that stand",
            low=0,
            high=1,
            ticks=((0, "nothing"), (0.5, "half"), (1, "all")),
            note="A row is the question asked again in one way; the dot says how much of the "
            "answer would stand."
            + (f" Of {count(len(ranked), 'way')}, {len(shown)} are drawn." if rest else ""),
        ),
    )


_DRAWN = 40
_LINKED = 12


def _dot(about: Asked, one: Tried) -> Dot:
    label = one.label
    if one.kind == "record" and one.records:
        speaker = record_called(about, one.what).speaker
        label = f"Without {one.what} ({about.graph.actors[speaker].name})"
    return Dot(
        label=label,
        value=1 - one.changed / one.of,
        text=f"changes: {_changes(one)}" if one.is_changed else "all stands",
        note=f"{one.label}: {one.says or 'nothing would change'}.",
        records=one.records[:_LINKED],
    )
