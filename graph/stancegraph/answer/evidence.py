"""The records themselves."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import TYPE_CHECKING

from stancegraph.answer.answer import Answer, Citation, cite
from stancegraph.answer.shared import command, metonyms_read
from stancegraph.answer.words import count, listed, named, sentence
from stancegraph.errors import StanceError
from stancegraph.model import Actor, Evidence, Option

if TYPE_CHECKING:
    from stancegraph.graph import Graph


def evidence(
    graph: Graph,
    *,
    ids: Iterable[str] = (),
    actor: str | None = None,
    option: str | None = None,
    as_of: date | None = None,
) -> Answer[Citation]:
    """Show records, by id, by whom they are of or about, or by option; all without a choice.

    With `as_of` only those that are surely of that day or earlier. A record is an actor's when the
    actor speaks, is spoken for, or is whom it speaks about.
    """
    ids = (ids,) if isinstance(ids, str) else tuple(ids)
    whose = graph.actor(actor) if actor else None
    on = graph.option(option) if option else None
    if graph.is_large and not (ids or whose or on):
        raise StanceError("there are too many records to show all: name --actor, --option or ids")
    graph = graph.about(
        holders=[whose.id] if whose else None,
        options=[on.id] if on else None,
        records=ids or None,
    )
    wanted = tuple(graph.record(i).id for i in ids)
    day = as_of or graph.last_day
    matching = list(_matching(graph, wanted, whose, on))
    found = tuple(c for c in matching if wanted or not _is_later(c, day))
    later = len({c.id for c in matching} - {c.id for c in found})
    records = len({c.id for c in found})
    asked = [f"of or about {named(whose)}"] if whose else []
    asked += [f"on {on.id!r}"] if on else []
    asked += [f"called {listed(wanted)}"] if wanted else []
    what = " ".join(["records", *asked])
    return Answer(
        question=f"What are the {what}?",
        verdict=sentence(f"{count(records, 'record')} {' '.join(asked)}".strip()) + ".",
        as_of=day,
        method="Records as coded; the gist is our paraphrase, located by paragraph and digest.",
        row_class=Citation,
        rows=found,
        evidence=found,
        flags=("for review",) if any(c.review for c in found) else (),
        more={},
        tables=(),
        notes=(
            *(metonyms_read((actor, whose)) if actor and whose else ()),
            *dict.fromkeys(f"{c.id} is for review: {c.review}" for c in found if c.review),
            *dict.fromkeys(f"{c.id} is deprecated: {c.deprecated}" for c in found if c.deprecated),
            *([f"Left out as perhaps of a later day: {count(later, 'record')}."] if later else []),
        ),
        reproduce=command(
            "evidence",
            *ids,
            *(("--actor", whose.id) if whose else ()),
            *(("--option", on.id) if on else ()),
            graph=graph,
            as_of=day,
        ),
    )


def _is_later(c: Citation, day: date | None) -> bool:
    return bool(day and c.not_after and c.not_after > day)


def _matching(
    graph: Graph, ids: tuple[str, ...], actor: Actor | None, option: Option | None
) -> Iterator[Citation]:
    for e in graph.debate.evidence:
        if ids and e.id not in ids:
            continue
        is_theirs = actor is None or actor.id in (e.speaker, e.principal)
        stances = [
            s
            for s in e.stances
            if (is_theirs or (actor and s.holder == actor.id))
            and (option is None or s.option == option.id)
        ]
        if stances:
            yield from (cite(graph, e, s) for s in stances)
        elif (is_theirs or (actor and actor.id in _touched(e))) and (
            option is None or option.id in _bearing(e)
        ):
            yield cite(graph, e)


def _touched(e: Evidence) -> set[str]:
    """Return the actors that a record speaks about without giving them a stance."""
    about = {a for c in e.claims for a in c.about} | {a for f in e.figures for a in f.about}
    about |= {a for p in e.predictions for a in p.about}
    return (
        about | {a for i in e.influences for a in (i.by, i.moves)} | {f.holder for f in e.framings}
    )


def _bearing(e: Evidence) -> set[str]:
    """Return the options that a record bears on without giving a stance on them."""
    bearing = {o for c in e.claims for o in c.options}
    bearing |= {o for p in e.predictions for o in p.options}
    return bearing | {f.option for f in e.framings} | {i.option for i in e.influences if i.option}
